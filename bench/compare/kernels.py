"""Two kernels side by side: start, and a trivial cell."""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path

from kernel.bench import Kernel, install, peers
from measure import Found, Say
from workloads import IPYKERNEL, NATIVE

CELLS = 30


def measure_kernels(rounds: int, say: Say) -> dict[str, Found]:
    """By row: seconds from the kernel's start to the first result, and of a trivial cell in it."""
    rows = {"kernel": Found(), "kernelCell": Found()}
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as temporary:
        everyone = {peer.name: peer for peer in peers(os.environ.get("NODE", "node")) if peer.name != "tslab"}
        install(list(everyone.values()), Path(temporary))
        for i in range(rounds):
            for contender, name in ((NATIVE, "convlab"), (IPYKERNEL, "ipykernel")):
                say(f"round {i + 1} of {rounds}: {contender}")
                kernel = Kernel(everyone[name], Path(temporary))
                try:
                    first, _ = kernel.timed(kernel.peer.trivial.format(i=0))
                    cells = [kernel.timed(kernel.peer.trivial.format(i=k))[0] for k in range(CELLS)]
                finally:
                    kernel.close()
                rows["kernel"].seconds.setdefault(contender, []).append(kernel.ready + first)
                rows["kernelCell"].seconds.setdefault(contender, []).append(statistics.median(cells))
    for found in rows.values():
        found.load = (before, os.getloadavg()[0])
    return rows
