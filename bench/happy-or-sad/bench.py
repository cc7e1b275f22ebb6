"""How often the net of lesson 6 learns all its 80 pictures: one training for each random start, here and in Keras.

No start is left out. Needs CONVLAB_DATA with the real pictures; three minutes a start here, five in Keras, on 2 cores.
"""

from __future__ import annotations

import argparse
import json
import os
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
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6])
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--only", choices=COMMANDS, help="train in one of the two")
    options = parser.parse_args()
    folder = Path(os.environ.get("CONVLAB_DATA", ""))
    if not (folder / "happy-or-sad.zip").is_file():
        sys.exit("error: CONVLAB_DATA does not name a folder with happy-or-sad.zip")
    # the runs start in another folder, where a relative path would lead elsewhere
    os.environ["CONVLAB_DATA"] = str(folder.resolve())
    kinds = [options.only] if options.only else list(COMMANDS)
    rows = []
    for seed in options.seeds:
        for kind in kinds:
            accuracies = run([*COMMANDS[kind], str(seed), str(options.epochs)])
            rows.append((kind, seed, accuracies))
            print(f"{kind}, seed {seed}: {outcome(accuracies)}", file=sys.stderr, flush=True)
    report(kinds, rows, options.epochs)


def run(command: list[str]) -> list[float]:
    done = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


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
