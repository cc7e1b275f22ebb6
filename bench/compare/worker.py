"""Contenders as processes that stay alive, are asked in turn, and say what their work took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from peers import peer_python
from workloads import KERAS, LISTS, NATIVE, PYTHON, SCIPY, STOCK, TORCH, WASM

HERE = Path(__file__).resolve().parent / "contenders"


LOOPS = {PYTHON: "course", LISTS: "lists", SCIPY: "scipy"}


class ContenderFailed(RuntimeError):
    """A process ended before it answered."""


@dataclass(frozen=True)
class Answer:
    """What a contender says of a round: seconds by the clock and of all its cores, for one run of the work."""

    seconds: float
    cpu: float
    values: list[float]
    peak: int


def command(contender: str, folder: Path, kind: str) -> list[str]:
    node = [os.environ.get("NODE", "node")]
    tail = [str(folder), kind]
    if contender in (NATIVE, WASM):
        return [*node, str(HERE / "ours.cjs"), *tail]
    if contender == STOCK:
        return [*node, str(HERE / "stock.cjs"), *tail]
    if contender == KERAS:
        return [sys.executable, str(HERE / "keras_peer.py"), *tail]
    if contender == TORCH:
        return [str(peer_python()), str(HERE / "torch_peer.py"), *tail]
    return [sys.executable, str(HERE / "loops_peer.py"), str(folder), LOOPS[contender]]


class Worker:
    """A warm process. What it writes to stderr is kept for the message when it fails."""

    def __init__(self, contender: str, folder: Path, kind: str) -> None:
        self.contender = contender
        engine = {NATIVE: "native", WASM: "wasm"}.get(contender)
        env = {**os.environ, **({"CONVLAB_ENGINE": engine} if engine else {})}
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command(contender, folder, kind),
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
        )
        self.about = self._read()

    def run(self, count: int) -> Answer:
        assert self.process.stdin
        self.process.stdin.write(f"run {count}\n")
        self.process.stdin.flush()
        found = self._read()
        return Answer(found["seconds"] / count, found["cpu"] / count, found["values"], found["peak"])

    def used(self) -> float:
        """Seconds that all its threads and child processes have computed until now."""
        whole = psutil.Process(self.process.pid)
        times = [process.cpu_times() for process in [whole, *whole.children(recursive=True)]]
        return sum(time.user + time.system for time in times)

    def close(self) -> None:
        assert self.process.stdin
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith('{"'):
                return json.loads(line)
        code = self.process.wait()
        self.log.seek(0)
        tail = "\n".join(self.log.read().strip().splitlines()[-12:])
        raise ContenderFailed(f"{self.contender} ended with {code}:\n{tail}")
