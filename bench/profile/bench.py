"""What the nodes of a compiled step of training take in onnxruntime, by operator, and the nodes that take most.

Medians of the steps after the first ones. With --write also into bench/profile/RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "compare"), str(HERE.parent)]

from machine import machine, sentence  # noqa: E402
from report import table  # noqa: E402

NETWORKS = ("lenet5", "mnistConv", "denseNet", "resnet50")
WARM_UP = 3
MOST = 12


class Node(NamedTuple):
    """A node of the graph with its median time, in milliseconds."""

    operator: str
    shapes: str
    milliseconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.steps <= WARM_UP:
        parser.error(f"--steps: expected more than {WARM_UP}, the first of which do not count")
    parts = [profile(name, options.steps) for name in options.only]
    text = "\n\n".join(parts)
    print(text)
    if options.write:
        head = "# Where a compiled step spends its time\n\nMade by `npm run bench -- profile --write`: medians, in milliseconds."
        (HERE / "RESULTS.md").write_text(f"{head}\n\n{text}\n\n{sentence(machine())}.\n", encoding="utf-8")


def profile(name: str, steps: int) -> str:
    print(f"{name}: {steps} steps", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [os.environ.get("NODE", "node"), str(HERE / "ours.cjs"), name, str(steps), str(Path(folder, name))]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        (file,) = Path(folder).glob("*.json")
        nodes = nodes_of(json.loads(file.read_text(encoding="utf-8")))
    found = json.loads(done.stdout.strip().splitlines()[-1])
    whole = 1e3 * statistics.median(found["seconds"][WARM_UP:])
    return sections(name, found, nodes, whole)


def nodes_of(events: list[dict[str, Any]]) -> list[Node]:
    times: dict[str, list[float]] = defaultdict(list)
    about: dict[str, tuple[str, str]] = {}
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            name, args = event["name"], event["args"]
            times[name].append(event["dur"] / 1e3)
            shapes = f"{shapes_of(args['input_type_shape'])} → {shapes_of(args['output_type_shape'])}"
            about[name] = (args["op_name"], shapes)
    return [Node(*about[name], statistics.median(own[WARM_UP:])) for name, own in times.items()]


def shapes_of(tensors: list[dict[str, list[int]]]) -> str:
    return ", ".join("×".join(map(str, shape)) for tensor in tensors for shape in tensor.values())


def sections(name: str, found: dict[str, Any], nodes: list[Node], whole: float) -> str:
    time, count = Counter(), Counter()
    for node in nodes:
        time[node.operator] += node.milliseconds
        count[node.operator] += 1
    total = sum(time.values())
    kinds = [[kind, str(count[kind]), f"{ms:.2f}", f"{ms / total:.0%}"] for kind, ms in time.most_common(MOST)]
    largest = sorted(nodes, key=lambda node: -node.milliseconds)[:MOST]
    rows = [[node.operator, node.shapes, f"{node.milliseconds:.2f}"] for node in largest]
    intro = f"{len(nodes)} nodes take {total:.1f} ms of a step's {whole:.1f}, with what the profile itself costs."
    return "\n\n".join(
        [
            f"## {name}, batch {found['batch']}, {found['threads']} threads",
            intro,
            table(["operator", "nodes", "ms", "share"], kinds),
            table(["the largest nodes", "inputs → outputs", "ms"], rows),
        ]
    )


main()
