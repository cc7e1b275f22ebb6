"""Makes student versions of lessons with nbgrader's own preprocessors, the ones of `nbgrader generate_assignment`.

release_exercises.py OUT LESSON.ipynb ...

Solutions become stubs, checks are locked and get nbgrader's checksums, hidden tests and outputs go. Lessons without a
solution are left out. Prints the names of the files that it wrote.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from lesson_runner.read import NotebookError, read_notebook
from lesson_runner.write import write_notebook
from nbformat import NotebookNode
from nbgrader.nbgraderformat import read
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from nbgrader.utils import is_grade, is_solution
from traitlets.config.loader import PyFileConfigLoader

CONFIG = Path(__file__).parent / "release" / "nbgrader_config.py"
# In nbgrader's order. The checksums are taken after the hidden tests went: they are those of what is handed out.
STEPS = (LockCells, ClearSolutions, ClearOutput, ClearHiddenTests, ComputeChecksums, CheckCellMetadata)


class ReleaseError(Exception):
    """A lesson that cannot be handed out, in words."""


def release_to(out: Path, lesson: Path) -> bool:
    """Writes the student version of a lesson into the folder `out`; False for a lesson without a solution.

    Whatever is wrong with the lesson is a ReleaseError: the errors of nbgrader's steps have no common base.
    """
    try:
        exercise = release(lesson)
    except (ReleaseError, OSError):
        raise
    except NotebookError as error:
        raise ReleaseError(str(error)) from None
    except Exception as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise ReleaseError(f"{lesson}: nbgrader makes no exercise of it ({type(error).__name__}: {reason})") from error
    if exercise is not None:
        if not out.is_dir():
            raise ReleaseError(f"{out} is gone: another release has cleared up behind one that was killed")
        write_notebook(out / lesson.name, exercise)
    return exercise is not None


def release(lesson: Path) -> NotebookNode | None:
    """The student version of a lesson; None for a lesson without a solution."""
    if not any("BEGIN SOLUTION" in cell.source for cell in read_notebook(lesson).cells):
        return None
    fault = _misshapen(json.loads(lesson.read_text(encoding="utf-8")))
    if fault:
        raise ReleaseError(f"{lesson.name}: {fault}")
    with lesson.open(encoding="utf-8") as file:
        notebook = read(file, as_version=4)
    _check(notebook, lesson.name)
    config = PyFileConfigLoader(str(CONFIG)).load_config()
    resources = {"metadata": {"name": lesson.stem}}
    for step in STEPS:
        notebook, resources = step(config=config, log=_quiet()).preprocess(notebook, resources)
    return notebook


# What nbgrader takes for granted in a cell's metadata.
_FIELDS = {"schema_version": int, "grade_id": str, "points": (int, float), **dict.fromkeys(("grade", "solution", "locked", "task"), bool)}
_NAMES = {int: "a whole number", str: "a text", (int, float): "a number", bool: "true or false"}


def _misshapen(notebook: dict) -> str | None:
    """The first field of nbgrader's that is of a wrong kind, in words."""
    if not isinstance(notebook["metadata"].get("kernelspec", {}).get("language", ""), str):
        return "metadata.kernelspec.language must be a text"
    for i, cell in enumerate(notebook["cells"]):
        own = cell["metadata"].get("nbgrader", {})
        if not isinstance(own, dict):
            return f"cells[{i}].metadata.nbgrader must be an object"
        for key, kind in _FIELDS.items():
            if key in own and not isinstance(own[key], kind):
                return f"cells[{i}].metadata.nbgrader.{key} must be {_NAMES[kind]}"
    return None


def _check(notebook: NotebookNode, name: str) -> None:
    for cell in notebook.cells:
        if "BEGIN SOLUTION" in cell.source and not is_solution(cell):
            raise ReleaseError(f"{name}: the cell {cell.id} has a solution, but is no solution cell of nbgrader's")
        if "BEGIN HIDDEN TESTS" in cell.source and not is_grade(cell):
            raise ReleaseError(f"{name}: the cell {cell.id} has hidden tests, but is no grade cell of nbgrader's")


def _quiet() -> logging.Logger:
    logger = logging.getLogger("release")
    logger.setLevel(logging.CRITICAL)
    return logger


def main(out: str, *lessons: str) -> int:
    """Writes the student versions of `lessons` into the folder `out`."""
    try:
        for path in map(Path, lessons):
            if release_to(Path(out), path):
                print(path.name)
    except (ReleaseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
