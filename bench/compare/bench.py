"""convlab beside stock tfjs-node, Keras and PyTorch: each workload in turn, its contenders warm and interleaved, with the
same weights and the same data. Writes bench/RESULTS.md and bench/results.json, workload by workload.

The run fails where the contenders' numbers do not agree; goals that were missed are told, and fail nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from kernels import measure_kernels  # noqa: E402
from machine import machine  # noqa: E402
from measure import Found, measure  # noqa: E402
from report import REPORT, report, summary  # noqa: E402
from results import keep, record  # noqa: E402
from workloads import CELL, WORKLOADS, Workload  # noqa: E402

QUICK_ROUNDS = 2


def main() -> None:
    options = arguments()
    if os.environ.get("CONVLAB_DATA"):
        os.environ["CONVLAB_DATA"] = str(Path(os.environ["CONVLAB_DATA"]).resolve())
    failures = []
    about = machine()
    for workload in WORKLOADS:
        if options.only and workload.name not in options.only:
            continue
        rounds = options.rounds or (QUICK_ROUNDS if options.quick else workload.rounds)
        began = time.perf_counter()
        for row, found in run(workload, options.contenders, rounds):
            entry = record(row, found, rounds, about)
            print(summary(entry), flush=True)
            failures += problems(row, found)
            if not (options.quick or options.contenders):
                REPORT.write_text(report(keep(row.name, entry)), encoding="utf-8")
        say(workload, f"done in {time.perf_counter() - began:.0f} s")
    if failures:
        sys.exit("\n".join(f"error: {failure}" for failure in failures))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [workload.name for workload in WORKLOADS]
    everyone = sorted({one for workload in WORKLOADS for one in workload.contenders})
    parser.add_argument("--only", nargs="+", choices=names, metavar="WORKLOAD", help=f"of {', '.join(names)}")
    listed = f"of {', '.join(everyone)}; a trial that writes nothing"
    parser.add_argument("--contenders", nargs="+", choices=everyone, metavar="NAME", help=listed)
    parser.add_argument("--rounds", type=int, help="other than each workload's own, 7 for most")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds, a trial that writes nothing")
    options = parser.parse_args()
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds: expected a number from 1")
    return options


def run(workload: Workload, only: list[str] | None, rounds: int) -> list[tuple[Workload, Found]]:
    """What was found, by the workload whose row it is."""
    tell = lambda text: say(workload, text)  # noqa: E731
    if workload.kind == "kernel":
        found = measure_kernels(rounds, tell)
        return [(workload, found["kernel"]), (CELL, found["kernelCell"])]
    contenders = [one for one in workload.contenders if only is None or one in only]
    with tempfile.TemporaryDirectory() as folder:
        return [(workload, measure(workload, contenders, rounds, Path(folder, workload.name), tell))]


def problems(workload: Workload, found: Found) -> list[str]:
    failed = [f"{workload.name}: {message}" for message in found.failed.values()]
    return failed + [
        f"{workload.name}: {name} is apart from convlab by {apart:.1e}, allowed {workload.tolerance:.0e}"
        for name, apart in found.apart.items()
        if not apart <= workload.tolerance
    ]


def say(workload: Workload, text: str) -> None:
    print(f"{workload.name}: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
