"""How many submissions a minute: `npm run grade` beside nbgrader's autograde, on the same notebooks.

npm run bench -- grading [--count 24] [--jobs CORES] [--engine cpu] [--alone] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "test" / "submissions"))

from corpus import LESSON, Submission, corpus  # noqa: E402

NAME = LESSON.stem
NODE = os.environ.get("NODE", "node")


def class_of(count: int) -> list[Submission]:
    """So many learners, with the right, partly right and wrong answers of the corpus in turn."""
    honest = [submission for submission in corpus() if not submission.name.startswith("hostile")]
    return [honest[i % len(honest)] for i in range(count)]


def ours(learners: list[Submission], jobs: int, folder: Path) -> tuple[float, list[float]]:
    """Seconds for all, and the points of each."""
    for i, submission in enumerate(learners):
        (folder / f"{i:04}.ipynb").write_text(submission.text, encoding="utf-8")
    command = [sys.executable, str(ROOT / "scripts" / "grade.py"), "--lessons", str(ROOT / "notebooks"), "--format", "json"]
    began = time.perf_counter()
    done = subprocess.run([*command, "--jobs", str(jobs), str(folder)], stdout=subprocess.PIPE, check=True)
    return time.perf_counter() - began, [row["points"] for row in json.loads(done.stdout)]


def theirs(learners: list[Submission], folder: Path) -> float:
    """Seconds for all; nbgrader takes one after the other."""
    subprocess.run([NODE, str(ROOT / "scripts" / "release.mjs"), "--course", str(folder)], check=True, stdout=subprocess.DEVNULL)
    nbgrader = [sys.executable, "-m", "nbgrader"]
    subprocess.run([*nbgrader, "generate_assignment", NAME, "--create"], cwd=folder, check=True, capture_output=True)
    for i, submission in enumerate(learners):
        path = folder / "submitted" / f"{i:04}" / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(submission.text, encoding="utf-8")
    began = time.perf_counter()
    subprocess.run([*nbgrader, "autograde", NAME], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--engine", help="CONVLAB_ENGINE; default the fastest there is")
    parser.add_argument("--alone", action="store_true", help="without nbgrader")
    parser.add_argument("--write", action="store_true", help="write bench/grading/RESULTS.md as well")
    options = parser.parse_args()
    os.environ["CONVLAB_FAST"] = "1"
    # nbgrader calls programs that stand beside it
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    if options.engine:
        os.environ["CONVLAB_ENGINE"] = options.engine
    learners = class_of(options.count)
    with tempfile.TemporaryDirectory() as folder:
        seconds, points = ours(learners, options.jobs, Path(folder))
    if points != [submission.points for submission in learners]:
        raise SystemExit("wrong points: the time means nothing")
    rows = [_row(f"npm run grade, {options.jobs} at once", options.count, seconds)]
    if not options.alone:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(_row("nbgrader autograde", options.count, theirs(learners, Path(folder))))
    if options.write:
        (HERE / "RESULTS.md").write_text(report(rows, options.engine), encoding="utf-8")


def _row(title: str, count: int, seconds: float) -> str:
    row = f"| {title} | {count} | {seconds:.0f} | {60 * count / seconds:.1f} |"
    print(row, flush=True)
    return row


def report(rows: list[str], engine: str | None) -> str:
    """What was measured, as a page."""
    busy = os.getloadavg()[0] > 2 * (os.cpu_count() or 1)
    remark = " The machine had other work at the time, which makes both slower." if busy else ""
    heading = "|  | submissions | seconds | a minute |\n| --- | ---: | ---: | ---: |\n"
    return (
        "# Grading\n\n"
        "Submissions to lesson 1, right, partly right and wrong in turn; each runs in a new kernel. nbgrader takes one after the other, and isolates none. "
        f"Made by `npm run bench -- grading --write`{f' with `--engine {engine}`' if engine else ''} on {os.cpu_count()} cores.{remark}\n\n"
        f"{heading}" + "\n".join(rows) + "\n"
    )


if __name__ == "__main__":
    main()
