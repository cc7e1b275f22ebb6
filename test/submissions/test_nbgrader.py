"""A course of nbgrader's on the same notebooks: assignment, validation, marks, feedback, export, by its own commands."""

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
# a cell that hangs is waited for no longer than this; the others of these notebooks are short
CELL_SECONDS = 60


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


def hand_in(course: Path, submission: Submission) -> Path:
    path = course / "submitted" / submission.name / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(submission.text, encoding="utf-8")
    return path


def test_the_release_is_the_exercise(course: Path) -> None:
    released = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    exercise = nbformat.read(LESSON.parents[1] / "exercises" / f"{NAME}.ipynb", as_version=4)
    assert [cell.source for cell in released.cells] == [cell.source for cell in exercise.cells]


def test_every_lesson_can_be_handed_out(course: Path) -> None:
    for source in sorted((course / "source").iterdir()):
        if source.name != NAME:
            nbgrader(course, "generate_assignment", source.name, "--create")


def test_validate_marks_feedback_and_export(course: Path) -> None:
    paths = {submission.name: hand_in(course, submission) for submission in MARKED}
    assert "Success" in nbgrader(course, "validate", str(paths["right"]))
    assert "GradeError" in nbgrader(course, "validate", str(paths["wrong-01-half-missing"]))
    nbgrader(course, "autograde", NAME, f"--ExecutePreprocessor.timeout={CELL_SECONDS}")
    nbgrader(course, "generate_feedback", NAME)
    nbgrader(course, "export")

    with (course / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file) if row["assignment"] == NAME}
    assert scores == {submission.name: submission.nbgrader for submission in MARKED}
    page = (course / "feedback" / "wrong-01-half-missing" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "the ½ is missing" in page
