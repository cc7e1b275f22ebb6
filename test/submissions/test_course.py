"""Which exercise a submission belongs to, and what a course must be like."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from corpus import LESSON
from grader.course import CourseError, exercise_of, read_course, read_exercise

COURSE = read_course(LESSON.parent)


@pytest.mark.parametrize("exercise", COURSE, ids=lambda exercise: exercise.name)
def test_each_exercise_is_known_by_its_cells_and_by_its_name(exercise: object) -> None:
    name = exercise.name  # type: ignore[attr-defined]
    handed_out = nbformat.read(LESSON.parents[1] / "exercises" / f"{name}.ipynb", as_version=4)
    assert exercise_of(handed_out, COURSE, "ada").name == name
    few = nbformat.v4.new_notebook(cells=handed_out.cells[:1])
    assert exercise_of(few, COURSE, f"ada/{name}").name == name


def test_what_belongs_to_no_exercise() -> None:
    with pytest.raises(CourseError, match="no graded cell"):
        exercise_of(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), COURSE)


def test_a_graded_cell_without_a_check_is_refused(tmp_path: Path) -> None:
    lesson = nbformat.read(LESSON, as_version=4)
    next(cell for cell in lesson.cells if cell.id == "cost-check").source = "assert.ok(true);"
    nbformat.write(lesson, tmp_path / "01.ipynb")
    with pytest.raises(CourseError, match=r"01.ipynb: the graded cell cost-check needs one line grade.check"):
        read_exercise(tmp_path / "01.ipynb")
