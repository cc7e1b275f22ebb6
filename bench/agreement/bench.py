"""Whether compiled training is eager training: losses and weights after the same steps, for every network of the lessons.

Gradient descent leaves differences as small as they are, so that the two must agree by NumPy's `allclose` with
rtol = atol = 1e-4. Adam and RMSprop divide each gradient by its own size, so that a rounding's sign becomes a whole step:
with them the distance of an eager training whose start is a millionth away is told beside it, and nothing is judged.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "compare"), str(HERE.parent)]

from machine import machine, sentence  # noqa: E402
from report import table  # noqa: E402

NETWORKS = ("lenet5", "customLenet", "mnistConv", "resnet50", "denseNet", "denseNet3d", "happyOrSad", "horseOrHuman")
ENGINES = ("native", "wasm")
LARGEST_DIFFERENCE = 1e-4
TOO_LARGE = {
    ("wasm", "happyOrSad"): "its optimizer's eager steps want more than the 4 GB that WebAssembly has",
    ("wasm", "horseOrHuman"): "so do all of its steps",
}

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--only", nargs="+", choices=NETWORKS, default=NETWORKS)
    parser.add_argument("--write", action="store_true", help="into bench/agreement/RESULTS.md")
    options = parser.parse_args()
    pairs = [(engine, name) for engine in options.engines for name in options.only if (engine, name) not in TOO_LARGE]
    rows = [row for engine, name in pairs for row in measured(engine, name, options.steps)]
    text = report(rows, options.steps)
    print(text)
    if options.write:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    apart = [f"{row['name']} ({row['engine']})" for row in rows if is_apart(row)]
    if apart:
        sys.exit(f"compiled training is not eager training: {', '.join(apart)}")


def is_apart(row: Row) -> bool:
    found = row["compiled"]
    return row["optimizer"] == "sgd" and max(found["losses"], found["weights"]) > LARGEST_DIFFERENCE


def measured(engine: str, name: str, steps: int) -> Iterator[Row]:
    """With gradient descent and with the network's own optimizer, in a process of its own."""
    command = [os.environ.get("NODE", "node"), str(HERE / "ours.cjs"), str(steps), name]
    env = {**os.environ, "CONVLAB_ENGINE": engine}
    with subprocess.Popen(command, cwd=HERE, env=env, text=True, stdout=subprocess.PIPE) as process:
        for line in process.stdout or ():
            row = {"engine": engine, **json.loads(line)}
            print(f"{name}, {row['optimizer']}, {engine}: {cell(row['compiled'])}", file=sys.stderr, flush=True)
            yield row
    if process.returncode != 0:
        sys.exit(f"error: {name} on {engine} ended with {process.returncode}")


def report(rows: list[Row], steps: int) -> str:
    plain = [row for row in rows if row["optimizer"] == "sgd"]
    own = [row for row in rows if row["optimizer"] == "own"]
    left_out = [f"{name} on {engine}: {why}" for (engine, name), why in TOO_LARGE.items()]
    return f"""# Compiled training beside eager training

Made by `npm run bench -- agreement --write`: {steps} steps on one batch, from the same weights. *Losses* and *weights*: the
least t for which all numbers lie within t + t·|number| of the eager ones (NumPy's `allclose`). *Way*: how far the weights
are apart, as a share of the way that they went. In brackets an eager training whose first weights are a millionth away:
what the network itself makes of roundings.

## Gradient descent: at most {LARGEST_DIFFERENCE:.0e}

{table(["", "engine", "rate", "loss", "losses", "weights", "way"], [plain_cells(row) for row in plain])}

## Adam and RMSprop, as in the lessons

They divide each gradient by its own size, so that the sign of a rounding becomes a whole step; nothing is judged here.

{table(["", "engine", "loss", "losses", "weights", "way"], [own_cells(row) for row in own])}

Left out: {"; ".join(left_out)}. Horse-or-human has batches of 16 pictures here, happy-or-sad of 8.

{sentence(machine())}.
"""


def plain_cells(row: Row) -> list[str]:
    cells = own_cells(row)
    marked = f"**{cells[4]}**" if is_apart(row) else cells[4]
    return [*cells[:2], f"{row['rate']:.0e}", *cells[2:4], marked, cells[5]]


def own_cells(row: Row) -> list[str]:
    numbers = [f"{row['compiled'][kind]:.0e} ({row['nudged'][kind]:.0e})" for kind in ("losses", "weights", "way")]
    return [row["name"], row["engine"], f"{row['first']:.3g} → {row['last']:.3g}", *numbers]


def cell(found: dict[str, float]) -> str:
    return ", ".join(f"{kind} {number:.1e}" for kind, number in found.items())


main()
