"""What a submission's process can reach, whatever the submission says about it; and where there is no sandbox."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from corpus import FOLDER, read
from grader.place import Place, this_place
from grader.sandbox import Limits, Sandbox
from grader.submission import grade_submission

LISTS = """
const { readdirSync } = require('node:fs');
console.log(readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length);
require('node:net').connect(PORT, '127.0.0.1').on('connect', () => console.log('connected')).on('error', ({ code }) => console.log(code));
"""


def inside(command: list[str], folder: Path, place: Place | None = None) -> str:
    """What a command shows that runs where submissions do."""
    sandbox = Sandbox(command, place or this_place(), Limits(disk=1 << 20), folder, answers=True)
    try:
        return sandbox.process.communicate(timeout=300)[0].decode()
    finally:
        sandbox.end()


@pytest.mark.namespaces
def test_nothing_of_the_machine_can_be_written(tmp_path: Path) -> None:
    """Not even by root: its own settings, in /proc/sys, are there for it to write without any right."""
    look = 'find /proc ! -type l -writable 2> /dev/null; find "$@" -maxdepth 1 ! -type l -writable; echo done'
    found = inside(["sh", "-c", look, "sh", "/usr", "/bin/", *map(str, this_place().reads)], tmp_path)
    assert found.splitlines() == ["done"]


@pytest.mark.namespaces
def test_no_process_and_no_network_but_its_own(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = LISTS.replace("PORT", str(server.getsockname()[1]))
        processes, answer = inside([this_place().node, "-e", code], tmp_path).split()
    assert processes == "1"
    assert answer in ("ENETUNREACH", "ECONNREFUSED")


# what a learner would leave for another to find, and would look for; the folder outside is the same for both here
LEAVES = """
for folder in /submission /tmp /dev/shm; do echo "$1" > "$folder/$1"; done
echo ready; read -r go
ls -A /submission /tmp /dev/shm; cat /submission/* /tmp/* /dev/shm/*; ls /proc | grep -c '^[0-9]'
"""


@pytest.mark.namespaces
def test_two_at_once_do_not_see_each_other(tmp_path: Path) -> None:
    names = ("ada", "bob")
    pair = [Sandbox(["sh", "-c", LEAVES, "sh", name], this_place(), Limits(disk=1 << 20), tmp_path, answers=True) for name in names]
    try:
        # both have left their files before either looks
        assert [sandbox.process.stdout.readline() for sandbox in pair] == [b"ready\n"] * 2
        found = [sandbox.process.communicate(b"go\n", timeout=60)[0].decode().split() for sandbox in pair]
    finally:
        for sandbox in pair:
            sandbox.end()
    # a checkout in /tmp is there to be read
    ours = {path.parts[2] for path in map(Path, this_place().reads) if path.is_relative_to("/tmp")}
    for name, words in zip(names, found, strict=True):
        listing = ["/dev/shm:", name, "/submission:", name, "/tmp:", name]
        own_processes = words.pop()
        assert [word for word in words if word not in ours] == [*listing, name, name, name]
        assert int(own_processes) <= 4  # the shell and what it runs for the last line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.namespaces
def test_of_an_installed_package_only_the_kernel_is_seen(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    for name in ("convlab/dist/main.js", "convlab/package.json", "convlab/data/catalogue.json", "convlab/data/expected/secret", "convlab/notebooks/solution", "other/index.js"):
        (modules / name).parent.mkdir(parents=True, exist_ok=True)
        (modules / name).write_text("")
    place = Place(modules / "convlab", this_place().node)
    found = inside(["sh", "-c", f"cd {modules}; find . -type f; touch convlab/written 2> /dev/null || echo read-only"], tmp_path, place)
    seen = ["./convlab/data/catalogue.json", "./convlab/dist/main.js", "./convlab/package.json", "./other/index.js", "read-only"]
    assert sorted(found.splitlines()) == seen


def test_the_command_refuses_where_it_cannot_isolate(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(read(FOLDER / "right.txt").text)
    place = this_place()
    command = [sys.executable, str(place.root / "scripts" / "grade.py"), "--lessons", str(place.root / "notebooks"), str(tmp_path)]
    env = {**os.environ, "PATH": str(tmp_path), "NODE": place.node}  # where the programs are not that make namespaces
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 1
    assert done.stderr.startswith("error: no namespaces for us here (they need ")
    assert "read the expected outputs" in done.stderr
    assert "--no-isolation" in done.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / "a.ipynb"]


def test_a_worker_refuses_where_it_cannot_isolate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.submission.has_namespaces", lambda: False)
    report, _ = grade_submission(read(FOLDER / "right.txt").text, [], Limits(), this_place())
    assert (report.exercise, report.points) == ("", 0)
    assert "accept it with --no-isolation" in report.note
