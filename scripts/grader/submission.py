"""Grades one submission: runs it, keeps its answers, has them judged."""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lesson_runner.read import NotebookError, read_notebook
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from .course import CourseError, Exercise, GradedCell, exercise_of, id_of
from .judge import ask_judge
from .place import Place
from .sandbox import Limits, has_namespaces, not_isolated
from .session import ANSWERS, TIME_LIMIT, Session, SessionEnded

NOT_RUN = "not run"


@dataclass
class CellGrade:
    """What a check cell has brought."""

    id: str
    most: float
    points: float = 0.0
    message: str = NOT_RUN


@dataclass
class Report:
    """What a submission has brought. Without `exercise` it could not be graded; `note` says why, or what it did."""

    exercise: str = ""
    points: float = 0.0
    most: float = 0.0
    cells: list[CellGrade] = field(default_factory=list)
    note: str = ""
    isolated: bool = True
    seconds: float = 0.0


@dataclass
class Step:
    """A cell to run, in the place of the submission's where it is locked."""

    cell: NotebookNode
    graded: GradedCell | None = None
    given: Any = None


def grade_submission(text: str, exercises: list[Exercise], limits: Limits, place: Place, name: str = "") -> tuple[Report, list[NotebookNode]]:
    """The report, and the cells with their outputs for the feedback."""
    began = time.monotonic()
    report = Report(isolated=has_namespaces())
    steps: list[Step] = []
    try:
        if limits.isolated and not report.isolated:
            raise CourseError(not_isolated())
        notebook = read_text(text)
        exercise = exercise_of(notebook, exercises, name)
        report.exercise, report.most = exercise.name, exercise.points
        report.cells = [CellGrade(cell.id, cell.points) for cell in exercise.graded]
        steps = plan(notebook, exercise)
        report.note = _run(steps, limits, place)
        _judge(report, steps, place)
    except (NotebookError, CourseError) as error:
        report.note = str(error)
    report.points = sum(cell.points for cell in report.cells)
    report.seconds = round(time.monotonic() - began, 1)
    return report, [step.cell for step in steps]


def read_text(text: str) -> NotebookNode:
    """The notebook in a text. Throws NotebookError."""
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        path = Path(folder) / "submission.ipynb"
        path.write_text(text, encoding="utf-8")
        try:
            return read_notebook(path)
        except NotebookError as error:
            raise NotebookError(str(error).replace(str(path), "the file")) from None


def plan(notebook: NotebookNode, exercise: Exercise) -> list[Step]:
    """The submission's cells with our locked ones in place of its copies, up to the last check.

    A check that is not there is put behind the one before it. A cell that bears a check's name for the second time is
    an ordinary one.
    """
    graded = {cell.id: cell for cell in exercise.graded}
    steps: list[Step] = []
    seen: set[str] = set()
    for cell in notebook.cells:
        name = id_of(cell)
        if name in seen or name not in exercise.locked:
            steps.append(Step(cell))
            continue
        seen.add(name)
        if name in graded:
            steps.append(_check(graded[name], exercise))
        else:
            steps.append(Step(cell))
            cell.source = exercise.locked[name]
    _put_missing(steps, exercise)
    last = max(i for i, step in enumerate(steps) if step.graded)
    return steps[: last + 1]


def _check(cell: GradedCell, exercise: Exercise) -> Step:
    ours = new_code_cell(exercise.locked[cell.id], metadata={"nbgrader": {"grade_id": cell.id}})
    return Step(ours, cell)


def _put_missing(steps: list[Step], exercise: Exercise) -> None:
    place = len(steps)
    for cell in reversed(exercise.graded):
        found = next((i for i, step in enumerate(steps) if step.graded and step.graded.id == cell.id), None)
        if found is None:
            steps.insert(place, _check(cell, exercise))
        else:
            place = found


def _run(steps: list[Step], limits: Limits, place: Place) -> str:
    """Runs the steps; a word about what ended them early, if something did."""
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        try:
            session = Session(place, limits, Path(folder))
        except SessionEnded as error:
            raise CourseError(f"the kernel did not start: {error}") from None
        try:
            for step in steps:
                if step.cell.cell_type == "code" and step.cell.source.strip():
                    _run_step(step, session)
        except SessionEnded as error:
            return f"the run ended early: {error}"
        finally:
            session.close()
    return ""


def _run_step(step: Step, session: Session) -> None:
    if step.graded is None:
        step.cell.outputs = session.run(step.cell.source)
        return
    name = secrets.token_hex(8)
    step.cell.outputs = outputs = session.run(_question(step.graded, name))
    found = [output.data[ANSWERS] for output in outputs if ANSWERS in output.get("data", {})]
    step.given = next((each["given"] for each in found if isinstance(each, dict) and each.get("id") == name and "given" in each), None)
    step.cell.outputs = [output for output in outputs if ANSWERS not in output.get("data", {})]


def _question(cell: GradedCell, name: str) -> str:
    """Asks for answers, and shows nothing of what is expected."""
    inputs = json.dumps(json.dumps(cell.inputs))
    arguments = f"'{cell.check}', {cell.answer}, JSON.parse({inputs}), '{name}'"
    return f"{{\n  const {{ grade }} = await import('convlab');\n  grade.answers({arguments});\n}}"


def _judge(report: Report, steps: list[Step], place: Place) -> None:
    answered = [step for step in steps if step.graded and step.given is not None]
    verdicts = _verdicts(answered, place) if answered else []
    grades = {grade.id: grade for grade in report.cells}
    for step in steps:
        if step.graded and step.given is None and step.cell.outputs:
            errors = [output for output in step.cell.outputs if output.output_type == "error"]
            cause = next((error for error in errors if error.ename == TIME_LIMIT), errors[-1] if errors else None)
            grades[step.graded.id].message = f"{cause.ename}: {cause.evalue}" if cause else "the cell ended without an answer"
    for step, verdict in zip(answered, verdicts, strict=True):
        grade = grades[step.graded.id]  # type: ignore[union-attr]
        grade.message = verdict["message"]
        grade.points = grade.most if verdict["right"] else 0.0


def _verdicts(steps: list[Step], place: Place) -> list[dict[str, Any]]:
    """The verdicts; where the judge breaks off over all answers, it is asked about each alone."""
    questions = [{"check": step.graded.check, "cases": step.graded.cases, "given": step.given} for step in steps if step.graded]
    together = ask_judge({"judge": questions}, place)
    if together is not None:
        return together
    alone = [ask_judge({"judge": [question]}, place) for question in questions]
    return [verdict[0] if verdict else {"right": False, "message": "the answers are too much for the judge"} for verdict in alone]


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain lists and records."""
    return asdict(report)
