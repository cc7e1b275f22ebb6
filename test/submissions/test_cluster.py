"""A class on Dask's workers: every submission once, even where a worker dies."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import FOLDER, read
from distributed import Client, LocalCluster
from grader.cluster import connect, grade_all
from grader.course import CourseError
from grader.place import this_place

CLASS = 60
HELD = "submission-7"
# In the place of the program that grades: notes each start; the first worker that gets HELD never ends it.
STAND_IN = """
import json, os, sys
request = json.loads(sys.stdin.readline())
folder = os.environ["CONVLAB_ROOT"]
with open(os.path.join(folder, "starts"), "a") as file:
    file.write(request["name"] + "\\n")
if request["name"] == "{held}":
    try:
        with open(os.path.join(folder, "holder.new"), "x") as file:
            file.write(str(os.getppid()))
        os.rename(os.path.join(folder, "holder.new"), os.path.join(folder, "holder"))
        open(os.path.join(folder, "holder.new"), "x").close()
        sys.stdin.read()
        sys.exit(1)
    except FileExistsError:
        pass
print(json.dumps({{"exercise": "e", "points": len(request["name"]), "pid": os.getppid()}}))
"""


@contextlib.contextmanager
def workers(count: int, root: Path) -> Iterator[str]:
    """A scheduler here and workers in processes of their own; its address."""
    with LocalCluster(n_workers=0, dashboard_address=None) as cluster, contextlib.ExitStack() as stack:
        address = cluster.scheduler_address
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        for _ in range(count):
            process = subprocess.Popen(command, env={**os.environ, "CONVLAB_ROOT": str(root)}, cwd=root, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.kill)
        with Client(cluster) as client:
            client.wait_for_workers(count, timeout=120)
        yield address


def test_each_of_sixty_is_graded_once_though_a_worker_dies(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "grade_submission.py").write_text(STAND_IN.format(held=HELD))
    requests = {i: {"name": f"submission-{i}", "env": {}, "limits": {"total": 60}} for i in range(CLASS)}
    came: list[int] = []
    pids: set[int] = set()
    holder = tmp_path / "holder"
    with workers(2, tmp_path) as address, connect(address, 1) as client:
        for number, report in grade_all(client, requests, "/nowhere"):
            came.append(number)
            assert report["points"] == len(f"submission-{number}"), report
            pids.add(report["pid"])
            if len(came) == CLASS // 2:
                dead = int(holder.read_text())
                os.kill(dead, signal.SIGKILL)
    assert sorted(came) == list(range(CLASS))
    assert pids - {dead}
    starts = Counter((tmp_path / "starts").read_text().split())
    assert starts[HELD] == 2  # on the worker that died, and elsewhere
    assert len(starts) == CLASS


def test_a_worker_without_convlab_says_so(tmp_path: Path) -> None:
    with workers(1, tmp_path) as address, connect(address, 1) as client:
        [(_, report)] = grade_all(client, {0: {"name": "a", "env": {}, "limits": {"total": 60}}}, "/nowhere")
    assert f"there is no convlab at {tmp_path}" in report["note"]


def test_no_cluster_at_the_address() -> None:
    with pytest.raises(CourseError, match="no cluster of Dask answers"), connect("tcp://127.0.0.1:9", 1):
        pass


def test_a_class_from_the_command_line(tmp_path: Path) -> None:
    """On a cluster of two processes on this machine: table, feedback beside each, and some that are no notebook."""
    half = read(FOLDER / "wrong-01-half-missing.txt").text
    half_pair = "console.log(String.fromCharCode(0xd800));\\n"  # has no UTF-8
    texts = {"right": read(FOLDER / "right.txt").text, "Zoë 🦉": half.replace("function cost(", f"{half_pair}function cost(", 1)}
    for name, text in texts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "01.ipynb").write_text(text, encoding="utf-8")
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "right" / "01.ipynb")
    (tmp_path / "zero.ipynb").write_text("nothing")
    (tmp_path / "zero.feedback.html").mkdir()
    root = this_place().root
    command = [sys.executable, str(root / "scripts" / "grade.py"), "--lessons", str(root / "notebooks"), "--jobs", "2", "--format", "json", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    rows = json.loads(done.stdout)
    assert [(row["name"], row["points"], row["most"]) for row in rows] == [("Zoë 🦉/01", 8, 12), ("link", 0, 0), ("right/01", 12, 12), ("zero", 0, 0)]
    assert "it is a link" in rows[1]["note"]
    assert "it is not JSON" in rows[3]["note"]
    assert "feedback cannot be written" in rows[3]["note"]
    assert "[4/4]" in done.stderr
    page = (tmp_path / "Zoë 🦉" / "01.feedback.html").read_text(encoding="utf-8")
    assert "the ½ is missing" in page
    assert '<pre class="">\N{REPLACEMENT CHARACTER}' in page
