"""The judge: a process of ours that alone has the expected outputs. It too runs in a sandbox, for answers are a stranger's."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from .course import CourseError, Exercise
from .place import Place
from .sandbox import Limits, Sandbox

LIMITS = Limits(cell=180)


def ask_judge(request: dict[str, Any], place: Place) -> list[Any] | None:
    """The judge's reply; None when it has ended without one."""
    command = [place.node, str(place.root / "dist" / "grade" / "remote" / "judge.js")]
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        sandbox = Sandbox(command, place, LIMITS, Path(folder), reads=(place.expected,), answers=True)
        try:
            reply, _ = sandbox.process.communicate(json.dumps(request).encode(), timeout=LIMITS.cell)
            return list(json.loads(reply)) if sandbox.process.returncode == 0 else None
        except (subprocess.TimeoutExpired, BrokenPipeError, ValueError, RecursionError):
            return None
        finally:
            sandbox.end()


def add_inputs(exercises: list[Exercise], place: Place) -> None:
    """Puts the inputs with which answers are tried to the graded cells."""
    cells = [cell for exercise in exercises for cell in exercise.graded]
    inputs = ask_judge({"ask": [{"check": cell.check, "cases": cell.cases} for cell in cells]}, place)
    if inputs is None:
        raise CourseError(f"the judge does not run in {place.root}; to mend: npm run setup")
    for cell, each in zip(cells, inputs, strict=True):
        if each is None:
            raise CourseError(f"there is no check '{cell.check}', for which the cell {cell.id} asks")
        cell.inputs = each
