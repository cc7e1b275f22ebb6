"""A contender as a process: it prepares once, says so in a line of JSON, and answers each line `run COUNT` with what
COUNT runs of its work took. It ends with its input."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

Value = float | list[float]
BORN = time.time()


def serve(prepare: Callable[[], tuple[Callable[[int], Value], dict[str, object]]]) -> None:
    """`prepare` gives the work, of which the i-th run gives numbers to compare with others', and what the first line tells."""
    out = os.fdopen(os.dup(1), "w")
    # What libraries print is not an answer.
    os.dup2(2, 1)
    work, about = prepare()
    print(json.dumps({"ready": age(), **about}), file=out, flush=True)
    done = 0
    for line in sys.stdin:
        values: list[Value] = []
        cpu, clock = time.process_time(), time.perf_counter()
        for _ in range(int(line.split()[1])):
            values.append(work(done))
            done += 1
        seconds, cpu = time.perf_counter() - clock, time.process_time() - cpu
        flat = [float(one) for value in values for one in (value if isinstance(value, list) else [value])]
        print(json.dumps({"seconds": seconds, "cpu": cpu, "values": flat, "peak": peak()}), file=out, flush=True)


def age() -> float:
    """Seconds since the process began, the interpreter's own start included where Linux tells it."""
    try:
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        return float(Path("/proc/uptime").read_text().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")
    except OSError:
        return time.time() - BORN


def peak() -> int:
    """Bytes that the process held at most."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
        return 1024 * int(found[1]) if found else 0
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
