"""One workload: its contenders side by side, in turn, round by round."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ratios import disagreement
from worker import HERE, Answer, ContenderFailed, Worker
from workloads import Workload

Say = Callable[[str], None]
IDLE_LIMIT = 0.05
"""Of a core: what a process that waits may take, before its neighbours' times are in doubt."""


@dataclass
class Found:
    """What a run of a workload gave, by contender."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    start: dict[str, float] = field(default_factory=dict)
    """Seconds from the process's start until it could work."""
    first: dict[str, float] = field(default_factory=dict)
    """Seconds of the first run, with all that is compiled in it."""
    about: dict[str, dict[str, Any]] = field(default_factory=dict)
    values: dict[str, list[float]] = field(default_factory=dict)
    idle: dict[str, float] = field(default_factory=dict)
    """The share of a core that it took while others worked."""
    apart: dict[str, float] = field(default_factory=dict)
    spec: dict[str, Any] = field(default_factory=dict)
    load: tuple[float, float] = (0.0, 0.0)
    failed: dict[str, str] = field(default_factory=dict)
    """Who could not start or do the first run; the others go on without it."""

    def note(self, contender: str, answer: Answer) -> None:
        self.values.setdefault(contender, []).extend(answer.values)
        self.peak[contender] = answer.peak


def prepare(workload: Workload, folder: Path) -> dict[str, Any]:
    """Weights and data in files, for all contenders."""
    folder.mkdir(parents=True)
    # Written by one engine: the same numbers for all.
    env = {**os.environ, "CONVLAB_ENGINE": "native"}
    subprocess.run(
        [os.environ.get("NODE", "node"), str(HERE / "prepare.cjs"), str(folder), workload.name],
        env=env,
        check=True,
        stdout=sys.stderr,
    )
    return json.loads((folder / "spec.json").read_text(encoding="utf-8"))


def measure(workload: Workload, contenders: list[str], rounds: int, folder: Path, say: Say) -> Found:
    """Rounds of all contenders; the first run of each and, for quick work, a round to warm up come before."""
    say("writes weights and data")
    found = Found(spec=prepare(workload, folder), load=(os.getloadavg()[0], 0.0))
    with ExitStack() as stack:
        workers = []
        for contender in contenders:
            say(f"{contender} starts")
            try:
                worker = Worker(contender, folder, workload.kind)
                stack.callback(worker.close)
                first = worker.run(1)
            except ContenderFailed as error:
                found.failed[contender] = str(error)
                continue
            found.about[contender] = worker.about
            found.start[contender] = worker.about["ready"]
            found.first[contender] = first.seconds
            found.note(contender, first)
            workers.append(worker)
        idle = Idle(workers)
        for i in range(-1 if workload.count > 1 else 0, rounds):
            for worker in workers:
                say(f"round {i + 1} of {rounds}: {worker.contender}" if i >= 0 else f"{worker.contender} warms up")
                answer = idle.while_others_wait(worker, lambda: worker.run(workload.count_of(worker.contender)))
                found.note(worker.contender, answer)
                if i >= 0:
                    found.seconds.setdefault(worker.contender, []).append(answer.seconds)
                    found.cpu.setdefault(worker.contender, []).append(answer.cpu)
        found.idle = idle.shares()
    found.apart = disagreement(found.values, workers[0].contender, workload.checked, each=workload.is_training)
    found.load = (found.load[0], os.getloadavg()[0])
    return found


class Idle:
    """What processes compute while they wait: others' times would be false if it were much."""

    def __init__(self, workers: list[Worker]) -> None:
        self.workers = workers
        self.waited = {worker.contender: 0.0 for worker in workers}
        self.used = dict(self.waited)

    def while_others_wait(self, worker: Worker, work: Callable[[], Answer]) -> Answer:
        others = [other for other in self.workers if other is not worker]
        before = {other.contender: other.used() for other in others}
        began = time.perf_counter()
        answer = work()
        for other in others:
            self.waited[other.contender] += time.perf_counter() - began
            self.used[other.contender] += other.used() - before[other.contender]
        return answer

    def shares(self) -> dict[str, float]:
        return {name: self.used[name] / waited for name, waited in self.waited.items() if waited > 0}
