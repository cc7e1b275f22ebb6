"""A course of nbgrader's on the same notebooks: assignment, validation, marks, feedback, export, by its own commands.

nbgrader takes one submission after the other, so only one of each kind goes through it here; all with --whole-corpus.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from corpus import LESSON, Submission, corpus
from grader.place import this_place

NAME = LESSON.stem
MARKED = [submission for submission in corpus() if submission.nbgrader is not None]
# right, partly right, wrong with a message, one whose kernel ends, and one that nbgrader believes and we do not
KINDS = ("right", "partly-two-of-three", "wrong-01-half-missing", "hostile-03-exits", "hostile-05-overwrites-grade")
# a cell that hangs is waited for no longer than this; the others of these notebooks are short
CELL_SECONDS = 45


def nbgrader(course: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    place = this_place()
    subprocess.run([place.node, str(place.root / "scripts" / "release.mjs"), "--course", str(folder)], check=True)
    nbgrader(folder, "generate_assignment", NAME, "--create")
    return folder


@pytest.fixture(scope="module")
def whole(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--whole-corpus"))


def hand_in(course: Path, submission: Submission) -> Path:
    path = course / "submitted" / submission.name / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(submission.text, encoding="utf-8")
    return path


def test_the_release_is_the_exercise(course: Path) -> None:
    released = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    exercise = nbformat.read(LESSON.parents[1] / "exercises" / f"{NAME}.ipynb", as_version=4)
    assert [cell.source for cell in released.cells] == [cell.source for cell in exercise.cells]


def test_other_lessons_can_be_handed_out(course: Path, whole: bool) -> None:
    others = [source.name for source in sorted((course / "source").iterdir()) if source.name != NAME]
    for name in others if whole else others[-1:]:
        nbgrader(course, "generate_assignment", name, "--create")
        assert (course / "release" / name / f"{name}.ipynb").exists()


def test_validate_marks_feedback_and_export(course: Path, whole: bool) -> None:
    marked = [submission for submission in MARKED if whole or submission.name in KINDS]
    paths = {submission.name: hand_in(course, submission) for submission in marked}
    assert "Success" in nbgrader(course, "validate", str(paths["right"]))
    assert "GradeError" in nbgrader(course, "validate", str(paths["wrong-01-half-missing"]))
    nbgrader(course, "autograde", NAME, f"--ExecutePreprocessor.timeout={CELL_SECONDS}")
    nbgrader(course, "generate_feedback", NAME)
    nbgrader(course, "export")

    with (course / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file) if row["assignment"] == NAME}
    assert scores == {submission.name: submission.nbgrader for submission in marked}
    page = (course / "feedback" / "wrong-01-half-missing" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "the ½ is missing" in page
