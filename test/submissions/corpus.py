"""The corpus of submissions: in `corpus/` one text each, with what differs from the right solutions of lesson 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
LESSON = ROOT / "notebooks" / "01-gradient-descent.ipynb"
FOLDER = Path(__file__).with_name("corpus")
SOLUTION = re.compile(r"^ *// (BEGIN|END) SOLUTION\n", re.MULTILINE)
HIDDEN = re.compile(r"// BEGIN HIDDEN TESTS.*// END HIDDEN TESTS", re.DOTALL)


@dataclass(frozen=True)
class Submission:
    """A notebook as a learner hands it in, and the points that it must get."""

    name: str
    points: float
    # from nbgrader, which runs everything in one process and so believes what it is told; None: not for its hands
    nbgrader: float | None
    text: str
    # it would do harm, or get more, where it is not isolated
    harmful: bool = False


def corpus() -> list[Submission]:
    """All of them, by name."""
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def read(path: Path) -> Submission:
    """One of them. Its first lines are its points, then a line about it, then cells."""
    head, *sections = re.split(r"^--- ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    facts = dict(re.findall(r"^(points|nbgrader|needs): (\w+)$", head, re.MULTILINE))
    points = float(facts["points"])
    theirs = facts.get("nbgrader", points)
    cells = dict(section.partition("\n")[::2] for section in sections)
    return Submission(path.stem, points, None if theirs == "skip" else float(theirs), notebook(cells), facts.get("needs") == "namespaces")


def notebook(changed: dict[str, str]) -> str:
    """Lesson 1 without what is between the exercises, solved, but for the cells that are given by their names."""
    lesson = nbformat.read(LESSON, as_version=4)
    lesson.cells = [cell for cell in lesson.cells if cell.id == "setup" or "nbgrader" in cell.metadata]
    unknown = set(changed) - {cell.id for cell in lesson.cells}
    if unknown:
        raise ValueError(f"the lesson has no cells {unknown}")
    for cell in lesson.cells:
        cell.source = changed.get(cell.id, HIDDEN.sub("", SOLUTION.sub("", cell.source))).rstrip()
        cell.outputs, cell.execution_count = [], None
    return nbformat.writes(lesson)
