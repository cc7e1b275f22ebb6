"""Grades one submission in a process of its own: a request as one line of JSON on stdin, the report as JSON on stdout.

The one who asks holds stdin open: when it is closed, nobody waits for the report any more, and the run ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading

from grader.course import Exercise, GradedCell
from grader.feedback import to_page
from grader.place import this_place
from grader.sandbox import Limits
from grader.submission import as_json, grade_submission


def _end_when_nobody_waits() -> None:
    while os.read(0, 1):  # not sys.stdin, whose lock would be held at our own end
        pass
    os.kill(os.getpid(), signal.SIGKILL)  # and with us, as Linux has been told, what we have started


def main() -> int:
    """Reads the request, grades, writes the report."""
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_when_nobody_waits, daemon=True).start()
    exercises = [Exercise(each["name"], [GradedCell(**cell) for cell in each["graded"]], each["locked"], each["cells"]) for each in request["exercises"]]
    report, cells = grade_submission(request["text"], exercises, Limits(**request["limits"]), this_place(), request["name"])
    page = to_page(request["name"], report, cells)
    sys.stdout.write(json.dumps({**as_json(report), "page": page}) + "\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
