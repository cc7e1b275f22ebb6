"""Each submission of the corpus gets its points, whatever it does, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import nbformat
import psutil
import pytest
from corpus import LESSON, Submission, corpus
from grader.course import Exercise, read_exercise
from grader.feedback import to_page
from grader.judge import add_inputs
from grader.place import this_place
from grader.sandbox import Limits, has_namespaces
from grader.submission import Report, grade_submission
from nbformat import NotebookNode

LIMITS = Limits(memory=3 << 30, disk=64 << 20, processes=400, output=4 << 20, cell=120, total=600, isolated=False)
IMPATIENT = replace(LIMITS, cell=60)
Graded = Callable[[str], tuple[Report, list[NotebookNode]]]
CORPUS = {submission.name: submission for submission in corpus()}


@pytest.fixture(scope="session")
def exercise() -> Exercise:
    found = read_exercise(LESSON)
    add_inputs([found], this_place())
    return found


def state_of(folder: Path) -> list[tuple[str, int, int]]:
    """Names, sizes and times of all files: what a submission could have changed."""
    return sorted((str(path), path.lstat().st_size, path.lstat().st_mtime_ns) for path in folder.rglob("*"))


def grade(submission: Submission, exercise: Exercise) -> tuple[Report, list[NotebookNode]]:
    """Grades, and sees that nothing is left over or changed."""
    place = this_place()
    kept = [state_of(place.root / "dist"), state_of(place.expected)]
    report, cells = grade_submission(submission.text, [exercise], IMPATIENT if "hangs" in submission.name else LIMITS, place)
    assert [state_of(place.root / "dist"), state_of(place.expected)] == kept
    left = [process for process in psutil.Process().children(recursive=True) if process.status() != psutil.STATUS_ZOMBIE]
    assert left == []
    return report, cells


@pytest.fixture(scope="session")
def graded(exercise: Exercise) -> Graded:
    """A submission of the corpus, graded once for all tests that look at it."""
    return functools.cache(lambda name: grade(CORPUS[name], exercise))


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.namespaces] * each.harmful) for name, each in CORPUS.items()])
def test_points(name: str, graded: Graded) -> None:
    report, cells = graded(name)
    assert report.points == CORPUS[name].points, report
    assert report.most == 12
    assert report.isolated == has_namespaces()
    page = to_page(name, report, cells)
    assert page.count("<script") == 0
    assert f"<strong>{report.points:g} of 12 points</strong>" in page


@pytest.mark.namespaces
def test_nothing_is_in_reach_that_is_not_needed(graded: Graded) -> None:
    assert os.environ["SOME_TOKEN"]
    _, cells = graded("hostile-06-reads-the-answers")
    shown = "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))
    assert "LOOT []" in shown
    assert "SECRETS 0" in shown


def test_messages_name_the_likely_cause(graded: Graded) -> None:
    report, _ = graded("wrong-01-half-missing")
    assert "the ½ is missing" in report.cells[0].message
    report, _ = graded("wrong-08-nothing-done")
    assert "not written yet" in report.cells[0].message


def test_who_hangs_is_told_so(graded: Graded) -> None:
    report, _ = graded("hostile-01-hangs")
    assert report.cells[2].message.startswith("TimeLimit: the cell ran longer than 60 s")
    assert "expected" in report.cells[3].message


def test_cells_that_were_removed_changed_and_doubled(exercise: Exercise) -> None:
    """Locked cells are ours: a check that was emptied, thrown out or stands there twice is worth what it is worth."""
    notebook = nbformat.reads(CORPUS["wrong-08-nothing-done"].text, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in ("cost-check", "cost-hidden")]
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = ""
            cell.metadata.nbgrader.points = 100
    twice = [nbformat.from_dict({**notebook.cells[-1], "id": f"twice-{i}"}) for i in range(3)]
    notebook.cells += twice
    changed = Submission("changed", 0, None, nbformat.writes(notebook))
    report, _ = grade(changed, exercise)
    assert (report.points, report.most) == (0, 12)
    assert [cell.id for cell in report.cells] == [cell.id for cell in exercise.graded]
    assert "not written yet" in report.cells[0].message


@pytest.mark.parametrize(
    ("text", "note"),
    [("", "not"), ("[" * 100_000, "not"), ('{"cells": [], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}', "format 3")],
)
def test_what_is_no_notebook(text: str, note: str, exercise: Exercise) -> None:
    report, _ = grade(Submission("none", 0, None, text), exercise)
    assert (report.points, report.exercise) == (0, "")
    assert note in report.note


def test_without_namespaces_the_judge_still_stands_elsewhere(exercise: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("sandbox", "submission", "session"):
        monkeypatch.setattr(f"grader.{module}.has_namespaces", lambda: False)
    report, _ = grade_submission(CORPUS["hostile-07-patches-assert"].text, [exercise], LIMITS, this_place())
    assert (report.points, report.isolated) == (0, False)
    report, _ = grade_submission(CORPUS["partly-two-of-three"].text, [exercise], LIMITS, this_place())
    assert (report.points, report.isolated) == (8, False)


def command_of(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def test_no_cell_outlives_the_time_of_all(exercise: Exercise) -> None:
    notebook = nbformat.reads(CORPUS["right"].text, as_version=4)
    notebook.cells[1:1] = [nbformat.v4.new_code_cell("await new Promise(() => undefined);") for _ in range(30)]
    impatient = replace(LIMITS, cell=2, total=6)
    report, cells = grade_submission(nbformat.writes(notebook), [exercise], impatient, this_place())
    assert report.note.startswith("the run ended early: ")
    assert report.points == 0
    late = [cell for cell in cells if "TimeLimit" in str(cell.get("outputs"))]
    assert len(late) <= 4  # of 30


def test_who_asks_no_more_ends_the_run(exercise: Exercise) -> None:
    """The process of a submission ends with the worker that has started it."""
    request = {"name": "x", "text": CORPUS["hostile-01-hangs"].text, "exercises": [asdict(exercise)], "limits": asdict(LIMITS)}
    script = this_place().root / "scripts" / "grade_submission.py"
    process = subprocess.Popen([sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ))
    assert process.stdin
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    family: list[psutil.Process] = []
    while not any("evaluator" in command_of(each) for each in family):
        family = psutil.Process(process.pid).children(recursive=True)
        time.sleep(0.1)
    process.stdin.close()
    process.wait(60)
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []


def test_the_data_of_the_lessons_are_in_reach(exercise: Exercise) -> None:
    """What a lesson needs beside the compiled code: here the list of data sets, and room for a synthetic one."""
    use = "const { data } = await import('convlab');\nconst faces = await data.happyOrSad({ size: [8, 8], batch: 2 });\nconsole.log('FACES', faces.train.size);\n"
    submission = CORPUS["right"]
    notebook = nbformat.reads(submission.text, as_version=4)
    notebook.cells[0].source += f"\n{use}"
    report, cells = grade(Submission("data", 12, None, nbformat.writes(notebook)), exercise)
    assert report.points == 12
    assert "FACES 80" in str([cell.outputs for cell in cells])
