"""ResNet50 on SIGNS, 20 epochs as in lesson 7, here and in Keras: test accuracies of each start, side by side.

No start is left out. Needs CONVLAB_DATA with the real pictures; half an hour a start here and an hour in Keras, on 2 cores.
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
COMMANDS = {
    "convlab": [os.environ["NODE"], str(HERE / "ours.cjs")],
    "Keras": [sys.executable, str(HERE / "theirs.py")],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--only", choices=COMMANDS, help="train in one of the two")
    parser.add_argument("--steps", type=int, help="only so many steps an epoch: a trial, whose results are not kept")
    options = parser.parse_args()
    folder = Path(os.environ.get("CONVLAB_DATA", ""))
    if not (folder / "signs" / "train_signs.h5").is_file():
        sys.exit("error: CONVLAB_DATA does not name a folder with signs/train_signs.h5")
    # the runs start in another folder, where a relative path would lead elsewhere
    os.environ["CONVLAB_DATA"] = str(folder.resolve())
    limit = [str(options.steps)] if options.steps else []
    kinds = [options.only] if options.only else list(COMMANDS)
    reached: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
    for seed in options.seeds:
        for kind in kinds:
            result = run([*COMMANDS[kind], str(seed), str(options.epochs), *limit])
            reached[kind].append(result)
            found = f"accuracy {result['accuracy']:.4f}, loss {result['loss']:.4f}, {result['seconds']:.0f} s"
            print(f"{kind}, seed {seed}: {found}", file=sys.stderr, flush=True)
    text = table(reached)
    print(text)
    if not options.steps:
        keep(text, options)


def run(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def table(reached: dict[str, list[dict[str, float]]]) -> str:
    lines = ["| in | test accuracy of each start | mean | seconds of each training |", "| --- | --- | --- | --- |"]
    for kind, results in reached.items():
        accuracies = [result["accuracy"] for result in results]
        each = ", ".join(f"{accuracy:.4f}" for accuracy in accuracies)
        seconds = ", ".join(f"{result['seconds']:.0f}" for result in results)
        lines.append(f"| {kind} | {each} | {statistics.mean(accuracies):.4f} | {seconds} |")
    return "\n".join(lines)


def keep(text: str, options: argparse.Namespace) -> None:
    seeds = ", ".join(map(str, options.seeds))
    recipe = (
        f"ResNet50 on SIGNS (1,080 pictures to learn from, 120 for the test): Adam 0.001, batches of 32, {options.epochs} "
        "epochs, from the third on at a rate that falls to 0 as a cosine, the weights of the epoch with the least "
        f"training loss, batch norm's averages taken anew at the end; seeds {seeds}, none left out. "
        "Seeds draw other numbers in the two, so equal seeds are not equal starts."
    )
    heading = f"# ResNet50 on SIGNS\n\n{recipe}\nMade by `npm run bench -- signs`.\n\n"
    (HERE / "RESULTS.md").write_text(f"{heading}{text}\n", encoding="utf-8")


main()
