"""How often the net of lesson 6 learns all its 80 pictures: one training for each random start, here and in Keras.

No start is left out. Needs CONVLAB_DATA with the real pictures; up to three minutes a start here on 2 cores.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from trainings import commands, train, use_data  # noqa: E402

COMMANDS = commands(HERE, "Keras")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6])
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--only", choices=COMMANDS, help="train in one of the two")
    options = parser.parse_args()
    use_data("happy-or-sad.zip")
    kinds = [options.only] if options.only else list(COMMANDS)
    rows = []
    for seed in options.seeds:
        for kind in kinds:
            accuracies = train(COMMANDS[kind], seed, options.epochs)
            rows.append((kind, seed, accuracies))
            print(f"{kind}, seed {seed}: {outcome(accuracies)}", file=sys.stderr, flush=True)
    report(kinds, rows, options.epochs)


def outcome(accuracies: list[float]) -> str:
    if accuracies[-1] > 0.999:
        return f"all right after {len(accuracies)} epochs"
    return f"not within {len(accuracies)} epochs, best {max(accuracies):.4f}"


def report(kinds: list[str], rows: list[tuple[str, int, list[float]]], epochs: int) -> None:
    lines = ["| in | seed | training accuracy |", "| --- | ---: | --- |"]
    lines += [f"| {kind} | {seed} | {outcome(accuracies)} |" for kind, seed, accuracies in sorted(rows)]
    for kind in kinds:
        mine = [accuracies for each, _, accuracies in rows if each == kind]
        reached = sum(accuracies[-1] > 0.999 for accuracies in mine)
        lines += ["", f"{kind}: {reached} of {len(mine)} starts reach 0.999."]
    text = "\n".join(lines)
    print(text)
    heading = (
        f"# Happy or sad, random starts\n\nBatches of 16, RMSprop 0.001, 5 steps an epoch, at most {epochs} epochs. "
        "Made by `npm run bench -- happy-or-sad`.\n\n"
    )
    (HERE / "RESULTS.md").write_text(f"{heading}{text}\n", encoding="utf-8")


main()
