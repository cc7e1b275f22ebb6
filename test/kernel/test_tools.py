"""The tools that classes use, run on a TypeScript notebook: nbgrader from release to feedback, and nbval."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
from conftest import KERNEL, PATIENCE
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.api import Gradebook

SOLUTION = """\
function square(x: number): number {
  // BEGIN SOLUTION
  return x * x;
  // END SOLUTION
}"""
CHECK = """\
import assert from 'node:assert/strict';
assert.equal(square(3), 9);
// BEGIN HIDDEN TESTS
assert.equal(square(-4), 16);
// END HIDDEN TESTS"""
CONFIG = f"""\
c = get_config()
c.CourseDirectory.course_id = "test"
c.ExecutePreprocessor.startup_timeout = c.ExecutePreprocessor.iopub_timeout = {PATIENCE}
c.ClearSolutions.begin_solution_delimeter = "BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "END SOLUTION"
c.ClearSolutions.code_stub = {{"typescript": "throw new Error('write this');"}}
c.ClearHiddenTests.begin_test_delimeter = "BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "END HIDDEN TESTS"
"""


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    kernelspec = {"name": KERNEL, "display_name": "TypeScript", "language": "typescript"}
    return new_notebook(cells=list(cells), metadata={"kernelspec": kernelspec})


def graded(source: str, grade_id: str, *, grade: bool) -> nbformat.NotebookNode:
    rules = {"schema_version": 3, "grade_id": grade_id, "grade": grade, "solution": not grade, "locked": grade}
    metadata = {"nbgrader": {**rules, "task": False, **({"points": 2} if grade else {})}}
    return new_code_cell(source, metadata=metadata)


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=cwd, env=os.environ, capture_output=True, text=True, timeout=5 * PATIENCE, check=False)


def nbgrader(cwd: Path, *arguments: str) -> str:
    done = run("nbgrader", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def submit(course: Path, student: str, body: str) -> Path:
    """A student's copy of the release with `body` in the place of the stub."""
    released = nbformat.read(course / "release" / "ps1" / "p.ipynb", as_version=4)
    assert "write this" in released.cells[0].source and "x * x" not in released.cells[0].source
    assert "-4" not in released.cells[1].source
    released.cells[0].source = released.cells[0].source.replace("throw new Error('write this');", body)
    target = course / "submitted" / student / "ps1" / "p.ipynb"
    target.parent.mkdir(parents=True)
    nbformat.write(released, target)
    return target


def test_nbgrader_from_release_to_feedback(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    source = tmp_path / "source" / "ps1"
    source.mkdir(parents=True)
    nbformat.write(notebook(graded(SOLUTION, "square", grade=False), graded(CHECK, "check", grade=True)), source / "p.ipynb")
    nbgrader(tmp_path, "generate_assignment", "ps1", "--create")

    right = submit(tmp_path, "ada", "return x ** 2;")
    wrong = submit(tmp_path, "bob", "return 9;")
    assert "Success" in nbgrader(tmp_path, "validate", str(right))
    assert "Success" in nbgrader(tmp_path, "validate", str(wrong))  # the hidden check is not there yet
    nbgrader(tmp_path, "autograde", "ps1")
    nbgrader(tmp_path, "generate_feedback", "ps1")

    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions("ps1")}
    assert scores == {"ada": 2, "bob": 0}
    feedback = (tmp_path / "feedback" / "bob" / "ps1" / "p.html").read_text()
    assert "AssertionError" in feedback


def stored(source: str, text: str) -> nbformat.NotebookNode:
    output = new_output("execute_result", {"text/plain": text}, execution_count=1)
    return new_code_cell(source, outputs=[output], execution_count=1)


def test_nbval_accepts_what_is_true_and_refuses_what_is_not(tmp_path: Path) -> None:
    nbformat.write(notebook(stored("6 * 7", "42")), tmp_path / "true.ipynb")
    nbformat.write(notebook(stored("6 * 7", "41")), tmp_path / "false.ipynb")
    options = ("pytest", "-p", "no:cacheprovider", "-q", "--nbval", "--nbval-kernel-name", KERNEL)
    assert run(*options, "true.ipynb", cwd=tmp_path).returncode == 0
    refused = run(*options, "false.ipynb", cwd=tmp_path)
    assert refused.returncode == 1 and "41" in refused.stdout
