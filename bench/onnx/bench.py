"""Every network of the lessons on each engine, against onnxruntime: how far apart their outputs are, and those of a
training step that was traced. ONNX's own checker and strict shape inference look at each exported file.

Needs no data; some minutes on 2 cores.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import onnx

HERE = Path(__file__).resolve().parent
ENGINES = ("native", "wasm")
# outputs must agree to this, relative to the largest
TOLERANCE = 1e-4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--only", nargs="+", default=[], metavar="NETWORK", help="these networks only")
    options = parser.parse_args()
    rows = [row for engine in options.engines for row in run(engine, options.only)]
    report(rows, whole=not options.only and len(options.engines) == len(ENGINES))
    if any(row["output"] > TOLERANCE or row["problem"] for row in rows):
        sys.exit(f"error: an output is off by more than {TOLERANCE}, or a file was not accepted")


def run(engine: str, only: list[str]) -> list[dict]:
    """The rows of one engine; the process waits after each network until its file has been checked."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        command = [os.environ["NODE"], str(HERE / "ours.cjs"), folder, *only]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        env = {**os.environ, "CONVLAB_ENGINE": engine}
        with subprocess.Popen(command, cwd=HERE, env=env, text=True, **pipes) as process:
            for line in process.stdout:
                row = json.loads(line)
                row["problem"] = problem(row["file"])
                rows.append(row)
                print(f"{row['name']} on {engine}: {row['output']:.1e}", file=sys.stderr, flush=True)
                process.stdin.write("\n")
                process.stdin.flush()
        if process.returncode != 0:
            sys.exit(f"error: {engine} ended with {process.returncode}")
    return rows


def problem(file: str) -> str:
    """What ONNX has against a file; '' for nothing."""
    try:
        onnx.checker.check_model(file, full_check=True)
        onnx.shape_inference.infer_shapes(onnx.load(file), check_type=True, strict_mode=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        return str(error).splitlines()[0]
    return ""


def report(rows: list[dict], whole: bool) -> None:
    columns = "network | engine | operators | batch | ONNX's checker | output | operators of a step | its loss | its gradients"
    lines = [f"| {columns} |", "| --- | --- | ---: | --- | --- | ---: | ---: | ---: | ---: |"]
    for row in rows:
        differences = f"{row['nodes']} | {row['loss']:.1e} | {row['gradients']:.1e}"
        verdict = row["problem"] or "accepts"
        cells = f"{row['name']} | {row['engine']} | {row['operators']} | {row['batch']} | {verdict} | {row['output']:.1e}"
        lines.append(f"| {cells} | {differences} |")
    text = "\n".join(lines)
    print(text)
    if not whole:
        return
    heading = (
        "# The lessons' networks in onnxruntime\n\n"
        "Largest differences between an engine and onnxruntime, relative to the largest value: of the output for two "
        "random pictures, of the loss and of the gradients (with what batch norm averages) in a training step. "
        "Made by `npm run bench -- onnx`.\n\n"
    )
    (HERE / "RESULTS.md").write_text(f"{heading}{text}\n", encoding="utf-8")


main()
