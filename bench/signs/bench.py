"""ResNet50 on SIGNS, 20 epochs as in lesson 7, here and in Keras: test accuracies of each start, side by side.

No start is left out. Needs CONVLAB_DATA with the real pictures; half an hour a start here on 2 cores, and longer in Keras.
What has been measured is kept in results.json, so that one half can be measured again by itself (`--only`).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from trainings import commands, train, use_data  # noqa: E402

COMMANDS = commands(HERE, "Keras")
KEPT = HERE / "results.json"
EPOCHS = 20

Results = dict[str, dict[str, dict[str, float]]]
"""By who trains, then by seed."""

RECIPE = (
    "ResNet50 on SIGNS (1,080 pictures to learn from, 120 for the test): Adam 0.001, batches of 32, "
    f"{EPOCHS} epochs, from the third on at a rate that falls to 0 as a cosine, the weights of the epoch with the least "
    "training loss, batch norm's averages taken anew at the end. No start is left out. "
    "Seeds draw other numbers in the two, so equal seeds are not equal starts."
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--only", choices=COMMANDS, help="train in one of the two")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"other than {EPOCHS}: a trial, whose results are not kept")
    parser.add_argument("--steps", type=int, help="only so many steps an epoch: a trial too")
    options = parser.parse_args()
    use_data("signs/train_signs.h5")
    is_trial = options.steps is not None or options.epochs != EPOCHS
    results: Results = {}
    for seed in options.seeds:
        for kind in [options.only] if options.only else COMMANDS:
            result = train(COMMANDS[kind], seed, options.epochs, *([options.steps] if options.steps else []))
            if not is_trial:
                results = kept()
            results.setdefault(kind, {})[str(seed)] = result
            found = f"accuracy {result['accuracy']:.4f}, loss {result['loss']:.4f}, {result['seconds']:.0f} s"
            print(f"{kind}, seed {seed}: {found}", file=sys.stderr, flush=True)
            if not is_trial:
                keep(results)
    print(table(results))


def table(results: Results) -> str:
    lines = ["| in | seeds | test accuracy of each start | mean | seconds of each training |", "| --- | --- | --- | --- | --- |"]
    for kind in filter(results.get, COMMANDS):
        seeds = sorted(results[kind], key=int)
        accuracies = [results[kind][seed]["accuracy"] for seed in seeds]
        each = ", ".join(f"{accuracy:.4f}" for accuracy in accuracies)
        seconds = ", ".join(f"{results[kind][seed]['seconds']:.0f}" for seed in seeds)
        lines.append(f"| {kind} | {', '.join(seeds)} | {each} | {statistics.mean(accuracies):.4f} | {seconds} |")
    return "\n".join(lines)


def kept() -> Results:
    """What has been measured until now, perhaps by another run of the bench that is still at work."""
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


def keep(results: Results) -> None:
    KEPT.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    heading = f"# ResNet50 on SIGNS\n\n{RECIPE}\nMade by `npm run bench -- signs`.\n\n"
    (HERE / "RESULTS.md").write_text(f"{heading}{table(results)}\n", encoding="utf-8")


main()
