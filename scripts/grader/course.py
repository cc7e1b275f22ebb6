"""What is graded: the check cells of the lessons, with their points and hidden tests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

CHECK = re.compile(r"^grade\.check\('(?P<check>[\w.]+)', (?P<answer>.+?)(?P<hidden>, \{ cases: 'hidden' \})?\);$", re.MULTILINE)


class CourseError(Exception):
    """A lesson or a submission that cannot be graded, in words."""


@dataclass
class GradedCell:
    """A check cell of a lesson."""

    id: str
    points: float
    check: str
    # the code of the answer, such as `cost`
    answer: str
    cases: str
    inputs: list[Any] = field(default_factory=list)


@dataclass
class Exercise:
    """A lesson as the grader needs it: whose cells are whose, and what each is worth."""

    name: str
    graded: list[GradedCell]
    # the sources of all locked cells, by id
    locked: dict[str, str]
    # the ids of all cells
    cells: list[str]

    @property
    def points(self) -> float:
        """The most that can be had."""
        return sum(cell.points for cell in self.graded)


def rules_of(cell: NotebookNode) -> dict[str, Any]:
    """nbgrader's metadata of a cell."""
    rules = cell.metadata.get("nbgrader", {})
    return rules if isinstance(rules, dict) else {}


def id_of(cell: NotebookNode) -> str:
    """A cell's name in nbgrader's books, or its own."""
    return str(rules_of(cell).get("grade_id") or cell.get("id", ""))


def read_course(folder: Path) -> list[Exercise]:
    """The exercises among the lessons of a folder."""
    exercises = [read_exercise(path) for path in sorted(folder.glob("*.ipynb"))]
    found = [exercise for exercise in exercises if exercise.graded]
    if not found:
        raise CourseError(f"there is no lesson with graded cells in {folder}")
    return found


def read_exercise(path: Path) -> Exercise:
    """A lesson, solutions and hidden tests included, as an exercise."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if rules_of(cell)]
    locked = {id_of(cell): cell.source for cell in cells if rules_of(cell).get("locked")}
    graded = [_graded(cell, path) for cell in cells if rules_of(cell).get("grade")]
    return Exercise(path.stem, graded, locked, [id_of(cell) for cell in notebook.cells])


def _graded(cell: NotebookNode, path: Path) -> GradedCell:
    found = list(CHECK.finditer(cell.source))
    if len(found) != 1:
        raise CourseError(f"{path.name}: the graded cell {id_of(cell)} needs one line grade.check('…', answer) and has {len(found)}")
    check, answer, hidden = found[0].group("check", "answer", "hidden")
    return GradedCell(id_of(cell), float(rules_of(cell).get("points") or 0), check, answer, "hidden" if hidden else "visible")


def exercise_of(notebook: NotebookNode, exercises: list[Exercise], name: str = "") -> Exercise:
    """The exercise that a submission belongs to: the one whose name its own holds, else the one whose cells are most alike."""
    ids = {id_of(cell) for cell in notebook.cells}
    graded = [exercise for exercise in exercises if ids & {cell.id for cell in exercise.graded} or exercise.name in name]
    if not graded:
        raise CourseError("it has no graded cell of any exercise")
    return max(graded, key=lambda exercise: (exercise.name in name, _likeness(ids, set(exercise.cells))))


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)
