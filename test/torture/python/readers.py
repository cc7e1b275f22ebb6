"""Reads notebooks as the lesson runner, the releaser and the grader do, without running them. A JSON object a line, each way."""

from __future__ import annotations

import json
import resource
import sys
import time
import types
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))
answers, sys.stdout = sys.stdout, sys.stderr

from grader.course import CourseError, Exercise, GradedCell, exercise_of  # noqa: E402
from grader.feedback import to_page  # noqa: E402
from grader.submission import CellGrade, Report, plan, read_text  # noqa: E402
from grader.submitted import read as read_submitted  # noqa: E402
from lesson_runner.execute import choose_kernel, first_line  # noqa: E402
from lesson_runner.gates import gates_of  # noqa: E402
from lesson_runner.page import to_html  # noqa: E402
from lesson_runner.read import NotebookError, read_notebook  # noqa: E402
from lesson_runner.write import write_atomic, write_notebook  # noqa: E402


def run(file: str, out: str) -> None:
    """What `run_notebook.py` does around the execution."""
    path = Path(file)
    notebook = read_notebook(path)
    choose_kernel(notebook, path.stem, None)
    for cell in notebook.cells:
        first_line(cell)
    gates_of(notebook)
    write_notebook(Path(out) / path.name, notebook)
    write_atomic(Path(out) / f"{path.stem}.html", to_html(notebook, path.stem, None))


def release(file: str, out: str) -> None:
    """What `release_exercises.py` does."""
    from release_exercises import release_to

    release_to(Path(out), Path(file))


EXERCISE = Exercise("small", [GradedCell("check", 2.0, "x.twice", "twice", "hidden")], {"check": "// ours"}, ["twice", "check"])


def grade(file: str, out: str) -> None:
    """What the grader does with a submission before and after its cells are run; the run itself breaks off at once."""
    path = Path(file)
    report = Report(EXERCISE.name, cells=[CellGrade("check", 2.0)], note="not run")
    try:
        notebook = read_text(read_submitted(path))
        steps = plan(notebook, exercise_of(notebook, [EXERCISE], path.stem))
    except (NotebookError, CourseError) as error:
        raise type(error)(f"{path.name}: {error}") from None
    write_atomic(Path(out) / f"{path.stem}.feedback.html", to_page(path.stem, report, [step.cell for step in steps]))


ACTIONS: dict[str, types.FunctionType] = {"notebook": run, "release": release, "submission": grade}


def reset_peak() -> None:
    with suppress(OSError):  # not Linux
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """The most memory in bytes that this process has held since `reset_peak`; elsewhere than on Linux since its start."""
    with suppress(OSError):
        fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def answer(request: dict[str, str]) -> dict[str, object]:
    """What becomes of a request, and the time and memory that it took."""
    reset_peak()
    began = time.process_time()
    result: dict[str, object] = {}
    try:
        ACTIONS[request["action"]](request["file"], request["out"])
    except Exception as error:
        result = {"name": type(error).__name__, "message": str(error)}
    return {**result, "seconds": time.process_time() - began, "memory": max(0, peak() - base)}


# the first request loads what is loaded late; it counts with none
base = 0
for line in sys.stdin:
    response = answer(json.loads(line))
    if base == 0:
        reset_peak()
        base = peak()
    answers.write(json.dumps(response) + "\n")
    answers.flush()
