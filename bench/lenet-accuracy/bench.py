"""The two LeNets of lesson 4 from several random starts, here and in PyTorch: test accuracies on the real MNIST.

No start is left out. Needs CONVLAB_DATA with the real digits; half an hour on 2 cores.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from peers import peer_python  # noqa: E402
from trainings import commands, train, use_data  # noqa: E402

NETS = {"lenet5": "LeNet-5", "customLenet": "one convolution more"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args()
    use_data("mnist")
    kinds = commands(HERE, "PyTorch", peer_python())
    reached: dict[str, dict[str, list[float]]] = {net: {kind: [] for kind in kinds} for net in NETS}
    for seed in options.seeds:
        for net in NETS:
            for kind, command in kinds.items():
                accuracy = accuracy_of(train(command, net, seed, options.epochs))
                reached[net][kind].append(accuracy)
                print(f"{NETS[net]}, seed {seed}, {kind}: {accuracy:.4f}", file=sys.stderr, flush=True)
    report(reached, options.epochs)


def accuracy_of(result: dict) -> float:
    if result.get("source", "published") != "published":
        sys.exit("error: this bench wants the published digits")
    return float(result["accuracy"])


def report(reached: dict[str, dict[str, list[float]]], epochs: int) -> None:
    lines = ["| network | in | test accuracy of each start | mean |", "| --- | --- | --- | --- |"]
    for net, kinds in reached.items():
        for kind, values in kinds.items():
            each = ", ".join(f"{value:.4f}" for value in values)
            lines.append(f"| {NETS[net]} | {kind} | {each} | {statistics.mean(values):.4f} |")
    text = "\n".join(lines)
    print(text)
    heading = f"# LeNet accuracies\n\nBatches of 64, Adam 0.001, {epochs} epochs, MNIST. Made by `npm run bench -- lenet-accuracy`.\n\n"
    (HERE / "RESULTS.md").write_text(f"{heading}{text}\n", encoding="utf-8")


main()
