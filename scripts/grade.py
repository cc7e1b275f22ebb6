"""Grades submissions and writes feedback beside each; called by grade.mjs, which has the help."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader import table
from grader.cluster import connect, grade_all
from grader.course import CourseError, read_course
from grader.feedback import to_page
from grader.judge import add_inputs
from grader.place import PASSED_ON, Place, this_place
from grader.progress import Progress
from grader.sandbox import Limits, has_namespaces, not_isolated
from grader.submission import Report, as_json
from grader.submitted import find, read
from lesson_runner.write import write_atomic


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("submissions", nargs="+", type=Path)
    parser.add_argument("--lessons", type=Path, required=True)
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cluster")
    parser.add_argument("--no-isolation", action="store_true")
    parser.add_argument("--timeout", type=float, default=Limits().total)
    return parser.parse_args(arguments)


def grade(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Grades all submissions; a row for each, in the order of the files."""
    place = this_place()
    submissions = find(options.submissions)
    common = in_common(options, place)
    rows: list[dict[str, Any]] = [{}] * len(submissions)
    progress = Progress(len(submissions))

    def settle(number: int, report: dict[str, Any]) -> None:
        name, path = submissions[number]
        rows[number] = {"name": name, **as_json(Report()), **leave_feedback(name, path, report)}
        progress.show(name, rows[number])

    requests: dict[int, dict[str, Any]] = {}
    for number, (name, path) in enumerate(submissions):
        try:
            requests[number] = {**common, "name": name, "text": read(path)}
        except CourseError as error:
            settle(number, {"note": str(error)})
    if requests:
        with connect(options.cluster, min(options.jobs, len(requests))) as client:
            for number, report in grade_all(client, requests, str(place.root)):
                settle(number, report)
    progress.end()
    return rows


def in_common(options: argparse.Namespace, place: Place) -> dict[str, Any]:
    """What is the same in all requests."""
    exercises = read_course(options.lessons)
    add_inputs(exercises, place)
    limits = Limits(total=options.timeout, cell=options.timeout / 5, isolated=not options.no_isolation)
    return {
        "exercises": [asdict(exercise) for exercise in exercises],
        "limits": asdict(limits),
        "env": {name: os.environ[name] for name in PASSED_ON if os.environ.get(name)},
    }


def allow_unisolated(accepted: bool) -> None:
    """Says what a submission can do on a machine without namespaces; throws where that was not accepted."""
    if not accepted:
        raise CourseError(not_isolated())
    print(f"warning: {not_isolated()}", file=sys.stderr)


def leave_feedback(name: str, path: Path, report: dict[str, Any]) -> dict[str, Any]:
    """Writes the page beside the submission; the report without it, and with a word where that was not possible."""
    page = report.pop("page", None) or to_page(name, Report(**report), [])
    try:
        write_atomic(path.with_suffix(".feedback.html"), page)
    except OSError as error:
        report["note"] = f"{report['note']}; feedback cannot be written: {error.strerror}".lstrip("; ")
    return report


def main() -> int:
    """Exit code 0 if every submission could be graded."""
    options = parse_arguments()
    warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        if not options.cluster and not has_namespaces():
            allow_unisolated(options.no_isolation)
        rows = grade(options)
    except (CourseError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nerror: interrupted; the feedback so far is beside the submissions", file=sys.stderr)
        return 130
    print({"text": table.as_text, "json": table.as_json, "csv": table.as_csv}[options.format](rows))
    return 0 if all(row["exercise"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
