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
from grader.judge import add_inputs
from grader.place import PASSED_ON, this_place
from grader.progress import Progress
from grader.sandbox import Limits, has_namespaces
from grader.submission import Report, as_json
from lesson_runner.write import write_atomic

MOST_BYTES = 50_000_000
WEAK = "this machine has no namespaces for us: submissions run with your rights, see your files, and could read the expected outputs"


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("submissions", nargs="+", type=Path)
    parser.add_argument("--lessons", type=Path, required=True)
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cluster")
    parser.add_argument("--timeout", type=float, default=Limits().total)
    return parser.parse_args(arguments)


def find(paths: list[Path]) -> list[tuple[str, Path]]:
    """The submissions with their names; a folder stands for all notebooks in it."""
    found: list[tuple[str, Path]] = []
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*.ipynb") if not any(part.startswith(".") for part in file.relative_to(path).parts))
            found += [(file.relative_to(path).with_suffix("").as_posix(), file) for file in files]
        elif path.is_file():
            found.append((path.stem, path))
        else:
            raise CourseError(f"there is no file or folder {path}")
    if not found:
        raise CourseError(f"there is no notebook in {', '.join(map(str, paths))}")
    return found


def read(path: Path) -> str:
    """A submission's text; what is none is for the grader to say."""
    if path.stat().st_size > MOST_BYTES:
        return ""
    return path.read_bytes().decode("utf-8", errors="replace")


def grade(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Grades all submissions; a row for each, in the order of the files."""
    place = this_place()
    submissions = find(options.submissions)
    exercises = read_course(options.lessons)
    add_inputs(exercises, place)
    limits = Limits(total=options.timeout, cell=min(options.timeout, Limits().cell))
    common = {
        "exercises": [asdict(exercise) for exercise in exercises],
        "limits": asdict(limits),
        "env": {name: os.environ[name] for name in PASSED_ON if os.environ.get(name)},
    }
    rows: list[dict[str, Any]] = [{}] * len(submissions)
    progress = Progress(len(submissions))
    with connect(options.cluster, min(options.jobs, len(submissions))) as client:
        requests = [{**common, "name": name, "text": read(path)} for name, path in submissions]
        for number, report in grade_all(client, requests, str(place.root)):
            name, path = submissions[number]
            page = report.pop("page", None)
            rows[number] = {"name": name, **as_json(Report()), **report}
            if page:
                write_atomic(path.with_suffix(".feedback.html"), page)
            progress.show(name, rows[number])
    progress.end()
    return rows


def main() -> int:
    """Exit code 0 if every submission could be graded."""
    options = parse_arguments()
    warnings.simplefilter("ignore")
    if not options.cluster and not has_namespaces():
        print(f"warning: {WEAK}", file=sys.stderr)
    try:
        rows = grade(options)
    except (CourseError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print({"text": table.as_text, "json": table.as_json, "csv": table.as_csv}[options.format](rows))
    return 0 if all(row["exercise"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
