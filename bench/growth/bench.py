"""How cost grows: a step's time and the process's memory with the batch and with the picture's size, an epoch's time with the
number of examples, memory with the number of epochs. Each point is a process of its own.

Writes bench/growth/RESULTS.md and bench/growth/growth.svg. Fails where the cost of one example or pixel jumps by more
than half, or where memory or tensors grow with the epochs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "compare"), str(HERE.parent)]

from machine import machine, sentence  # noqa: E402
from report import table  # noqa: E402
from trends import cliffs, growth  # noqa: E402

SIZES = {
    "batch": [8, 16, 32, 64, 128, 256, 512],
    "side": [40, 64, 96, 128, 160, 192],
    "data": [1000, 2000, 4000, 8000, 16000],
}
TITLES = {
    "batch": "LeNet-5, a step: batch",
    "side": "ResNet50, a step of 8 pictures: side in pixels",
    "data": "conv-16 net, an epoch of MNIST: examples",
}
EPOCHS = 12
MOST_GROWTH = 0.05

Points = dict[str, list[tuple[int, dict[str, Any]]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the three smallest of each; writes nothing")
    options = parser.parse_args()
    if os.environ.get("CONVLAB_DATA"):
        os.environ["CONVLAB_DATA"] = str(Path(os.environ["CONVLAB_DATA"]).resolve())
    load = os.getloadavg()[0]
    points: Points = {
        kind: [(size, ours(kind, size)) for size in sizes[: 3 if options.quick else None]] for kind, sizes in SIZES.items()
    }
    epochs = ours("epochs", EPOCHS)
    text, problems = tables(points, epochs), found_wrong(points, epochs)
    print(text)
    if not options.quick:
        where = f"{sentence(machine())}. Load average before and after: {load:.1f}, {os.getloadavg()[0]:.1f}."
        head = "# How cost grows\n\nMade by `npm run bench -- growth`, on the native engine, compiled steps.\n\n![](growth.svg)"
        (HERE / "RESULTS.md").write_text(f"{head}\n\n{text}\n\n{where}\n", encoding="utf-8")
        charts = json.dumps(charts_of(points, epochs))
        node = os.environ.get("NODE", "node")
        subprocess.run([node, str(HERE / "draw.cjs"), str(HERE / "growth.svg")], input=charts, text=True, check=True)
    if problems:
        sys.exit("\n".join(f"error: {problem}" for problem in problems))


def ours(kind: str, size: int) -> dict[str, Any]:
    print(f"{kind} {size}", file=sys.stderr, flush=True)
    command = [os.environ.get("NODE", "node"), str(HERE / "ours.cjs"), kind, str(size)]
    env = {**os.environ, "CONVLAB_ENGINE": "native"}
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.strip().splitlines()[-1])
    if found.get("reason"):
        print(f"{kind} {size}: trained eagerly: {found['reason']}", file=sys.stderr)
    return found


def work(kind: str, size: int) -> int:
    """What a step's time should be proportional to."""
    return size * size if kind == "side" else size


def seconds(point: dict[str, Any]) -> float:
    return statistics.median(point["seconds"])


def found_wrong(points: Points, epochs: dict[str, Any]) -> list[str]:
    problems = []
    for kind, own in points.items():
        for size, factor in cliffs([(work(kind, size), seconds(point)) for size, point in own]):
            problems.append(f"{TITLES[kind]}: the cost of one is {factor:.2f} times as much at {size:g}")
    rise = growth(epochs["memory"])
    if rise > MOST_GROWTH:
        problems.append(f"memory has grown by {rise:.1%} over the last epochs")
    if len(set(epochs["tensors"])) > 1:
        problems.append(f"tensors after each epoch: {epochs['tensors']}")
    return problems


def tables(points: Points, epochs: dict[str, Any]) -> str:
    parts = []
    for kind, own in points.items():
        unit = "each pixel of each, ns" if kind == "side" else "each, µs"
        factor = 1e9 / 8 if kind == "side" else 1e6
        lines = []
        for size, point in own:
            one = factor * seconds(point) / work(kind, size)
            lines.append([str(size), f"{1e3 * seconds(point):.3g}", f"{one:.3g}", megabytes(point["peak"])])
        parts.append(table([TITLES[kind], "time, ms", unit, "most memory, MB"], lines))
    lines = [
        [str(i + 1), f"{1e3 * time:.3g}", megabytes(memory), str(tensors)]
        for i, (time, memory, tensors) in enumerate(zip(epochs["seconds"], epochs["memory"], epochs["tensors"]))
    ]
    parts.append(table(["conv-16 net, 2,048 examples: epoch", "time, ms", "memory, MB", "tensors"], lines))
    return "\n\n".join(parts)


def megabytes(count: float) -> str:
    return f"{count / 1e6:.0f}"


def charts_of(points: Points, epochs: dict[str, Any]) -> list[dict[str, Any]]:
    """As `plot.line` takes them."""
    charts = []
    for kind, own in points.items():
        sizes = [size for size, _ in own]
        axis = TITLES[kind].rpartition(": ")[2]
        for name, values in (
            ("time, ms", [1e3 * seconds(point) for _, point in own]),
            ("most memory, MB", [point["peak"] / 1e6 for _, point in own]),
        ):
            series = [{"name": name, "x": sizes, "y": values}]
            charts.append({"title": TITLES[kind].rpartition(": ")[0], "xLabel": axis, "yLabel": name, "series": series})
    numbers = list(range(1, len(epochs["memory"]) + 1))
    for name, values in (
        ("time, ms", [1e3 * time for time in epochs["seconds"]]),
        ("memory, MB", [memory / 1e6 for memory in epochs["memory"]]),
    ):
        series = [{"name": name, "x": numbers, "y": values}]
        charts.append({"title": "conv-16 net, 2,048 examples", "xLabel": "epoch", "yLabel": name, "series": series})
    return charts


if __name__ == "__main__":
    main()
