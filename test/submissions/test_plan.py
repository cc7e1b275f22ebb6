"""Notebooks whose cells were moved, doubled, renamed or thrown out: every check is ours, and is asked once."""

from __future__ import annotations

import nbformat
import pytest
from corpus import FOLDER, LESSON, read
from grader.course import exercise_of, read_exercise
from grader.submission import plan
from nbformat import NotebookNode

EXERCISE = read_exercise(LESSON)
CHECKS = [cell.id for cell in EXERCISE.graded]


def right() -> NotebookNode:
    return nbformat.reads(read(FOLDER / "right.txt").text, as_version=4)


def check_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]


def asked(notebook: NotebookNode) -> list[str]:
    """The checks in the order in which they are asked, each with our code."""
    steps = [step for step in plan(notebook, EXERCISE) if step.graded]
    for step in steps:
        assert step.cell.cell_type == "code"
        assert step.cell.source == EXERCISE.locked[step.graded.id]  # type: ignore[union-attr]
    return [step.graded.id for step in steps if step.graded]


def test_as_handed_out() -> None:
    assert asked(right()) == CHECKS


def test_without_checks_they_come_last() -> None:
    notebook = right()
    kept = [cell for cell in notebook.cells if cell not in check_cells(notebook)]
    notebook.cells = list(kept)
    assert asked(notebook) == CHECKS
    assert [step.cell for step in plan(notebook, EXERCISE)][: len(kept)] == kept


def test_one_missing_comes_before_the_next() -> None:
    notebook = right()
    notebook.cells.remove(check_cells(notebook)[2])
    assert asked(notebook) == CHECKS


def test_doubled() -> None:
    notebook = right()
    notebook.cells += [nbformat.from_dict(dict(cell)) for cell in notebook.cells]
    assert asked(notebook) == CHECKS


def test_in_another_order() -> None:
    notebook = right()
    notebook.cells.reverse()
    assert asked(notebook) == CHECKS[::-1]


def test_metadata_gone_and_ids_kept() -> None:
    notebook = right()
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
    assert asked(notebook) == CHECKS
    assert len(plan(notebook, EXERCISE)) == len(plan(right(), EXERCISE))


def test_metadata_and_ids_gone() -> None:
    notebook = right()
    for i, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = nbformat.from_dict({}), f"new-{i}"
    assert asked(notebook) == CHECKS
    assert exercise_of(notebook, [EXERCISE], f"ada/{EXERCISE.name}") is EXERCISE


def test_a_check_made_text_is_a_check() -> None:
    notebook = right()
    for cell in check_cells(notebook):
        cell.cell_type = "markdown"
        cell.source = "# nothing to see here"
    assert asked(notebook) == CHECKS


@pytest.mark.parametrize("rules", [[], "x", 5, None, {"grade_id": {"a": 1}}, {"grade_id": None, "points": "all"}])
def test_metadata_that_are_none(rules: object) -> None:
    notebook = right()
    for cell in notebook.cells:
        cell.metadata["nbgrader"] = rules
    assert sorted(asked(notebook)) == sorted(CHECKS)
