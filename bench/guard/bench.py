"""Guards what has been reached: a few quick workloads beside stock tfjs-node, in turn, against their recorded ratios.

A workload fails that has fallen 30 % behind the ratio in bench/results.json, and again with more rounds. Times
themselves are not looked at: machines differ. About half a minute; needs the native engine, and no other peers.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BENCH / "compare"), str(BENCH)]

from measure import measure  # noqa: E402
from ratios import has_fallen_behind, ratio  # noqa: E402
from results import kept  # noqa: E402
from workloads import NATIVE, STOCK, WORKLOADS, Workload  # noqa: E402

GUARDED = ("lenet5", "mnistConv", "filter")
ROUNDS, MORE = 7, 21


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    if os.environ.get("CONVLAB_DATA"):
        os.environ["CONVLAB_DATA"] = str(Path(os.environ["CONVLAB_DATA"]).resolve())
    entries = kept()
    missing = [name for name in GUARDED if name not in entries]
    if missing:
        sys.exit(f"error: bench/results.json has no {', '.join(missing)}: npm run bench -- compare --only {' '.join(missing)}")
    guarded = [workload for workload in WORKLOADS if workload.name in GUARDED]
    failed = sum(not guard(workload, recorded_ratio(entries, workload.name)) for workload in guarded)
    print(f"{len(GUARDED) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def recorded_ratio(entries: Mapping[str, Any], name: str) -> float:
    return entries[name]["rows"][name]["ratios"][NATIVE][STOCK]


def guard(workload: Workload, recorded: float) -> bool:
    """Whether it is where it was; a second, longer look decides where the first says no."""
    found = look(workload, ROUNDS)
    if has_fallen_behind(found, recorded):
        found = look(workload, MORE)
    is_good = not has_fallen_behind(found, recorded)
    verdict = "holds" if is_good else "has fallen behind by more than 30 %"
    print(f"{workload.title}: {found:.3g} of {STOCK}'s time, {recorded:.3g} on record: {verdict}", flush=True)
    return is_good


def look(workload: Workload, rounds: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        found = measure(workload, [NATIVE, STOCK], rounds, Path(folder, workload.name), lambda _: None)
    return ratio(found.seconds[NATIVE], found.seconds[STOCK])


if __name__ == "__main__":
    main()
