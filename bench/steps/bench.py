"""A step of training: eager and compiled in turn in one process, on each engine, and PyTorch's after them.

Medians and quartiles of the clock, and of the process's CPU time, which a busy machine falsifies less. With
TF_NUM_INTRAOP_THREADS=1 all of them use one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from peers import peer_python  # noqa: E402

SMALL = ("lenet5", "customLenet", "mnistConv", "resnet50", "denseNet", "denseNet3d")
NETWORKS = (*SMALL, "happyOrSad", "horseOrHuman")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--engines", nargs="+", default=["native", "wasm"])
    parser.add_argument("--only", nargs="+", choices=NETWORKS, default=SMALL, help="the last of them takes 16 GB")
    parser.add_argument("--no-peers", action="store_true", help="leave PyTorch out")
    options = parser.parse_args()
    arguments = [str(options.rounds), *options.only]
    for engine in options.engines:
        env = {**os.environ, "CONVLAB_ENGINE": engine}
        for row in lines([os.environ["NODE"], str(HERE / "ours.cjs"), *arguments], env):
            show(row, "eager", row["eager"])
            show(row, "compiled", row["compiled"])
            ratio = {k: median(row["eager"], k) / median(row["compiled"], k) for k in ("clock", "cpu")}
            print(f"  eager / compiled: {ratio['clock']:.2f} by the clock, {ratio['cpu']:.2f} by CPU time")
    if not options.no_peers:
        for row in lines([str(peer_python()), str(HERE / "theirs.py"), *arguments], dict(os.environ)):
            show(row, "", row["steps"])


def lines(command: list[str], env: dict[str, str]):
    with subprocess.Popen(command, cwd=HERE, env=env, text=True, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode != 0:
        sys.exit(f"error: {command[0]} ended with {process.returncode}")


def median(steps: list[dict], kind: str) -> float:
    return statistics.median(step[kind] for step in steps)


def show(row: dict, kind: str, steps: list[dict]) -> None:
    parts = []
    for name in ("clock", "cpu"):
        low, middle, high = statistics.quantiles([step[name] * 1e3 for step in steps], n=4)
        parts.append(f"{name} {middle:.1f} ms ({low:.1f}–{high:.1f})")
    print(f"{row['name']} {row['engine']} {kind}, {row['threads']} threads: {', '.join(parts)}", flush=True)


main()
