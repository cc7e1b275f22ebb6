"""Runs one notebook through its Jupyter kernel and leaves the executed notebook and an HTML page.

Progress goes to stderr, one line a cell; stdout gets one line of JSON for the calling script.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from lesson_runner.execute import Outcome, execute
from lesson_runner.gates import gates_of
from lesson_runner.page import to_html
from lesson_runner.read import NotebookError, read_notebook
from lesson_runner.write import store_notebook, write_atomic, write_notebook


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for the whole notebook")
    parser.add_argument("--kernel", help="another kernel than the notebook's own")
    parser.add_argument("--store", action="store_true", help="keep the outputs in the notebook itself as well")
    parser.add_argument("--plotly", type=Path, help="plotly.min.js, put into the page once")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> Outcome:
    """Reads, executes and writes one notebook."""
    name = options.notebook.stem
    notebook = read_notebook(options.notebook)
    outcome = execute(
        notebook,
        name=name,
        folder=options.notebook.resolve().parent,
        kernel=options.kernel,
        timeout=options.timeout,
    )
    failed = options.out / f"{name}.failed.ipynb"
    if not outcome.ok:
        write_notebook(failed, notebook)
        outcome.message += f" (up to there: {failed})"
        return outcome
    outcome.gates = gates_of(notebook)
    write_notebook(options.out / f"{name}.ipynb", notebook)
    write_atomic(options.out / f"{name}.html", to_html(notebook, name, options.plotly))
    failed.unlink(missing_ok=True)
    if options.store:
        store_notebook(options.notebook, notebook)
    return outcome


def main() -> int:
    """Exit code 0 if every cell ran, 1 if not; what happened is on stdout as JSON."""
    options = parse_arguments()
    try:
        outcome = run(options)
    except NotebookError as error:
        outcome = Outcome(message=str(error))
    except OSError as error:
        outcome = Outcome(message=f"cannot write to {error.filename or options.out}: {error.strerror}")
    print(json.dumps(asdict(outcome)), flush=True)
    return 0 if outcome.ok else 1


if __name__ == "__main__":
    sys.exit(main())
