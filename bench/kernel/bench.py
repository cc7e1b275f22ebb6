"""tslab, ipykernel and convlab side by side: start, cells, output, completion, memory.

The kernels take turns, round by round, so that a busy machine is unfair to none of them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from queue import Empty
from typing import Any, Callable

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

LOST_AFTER = 10.0
"""Seconds without a message after which one is given up."""

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Peer:
    """One kernel, and the same cells in its language."""

    name: str
    argv: list[str]
    language: str
    trivial: str
    lines: str
    library: str
    completion: str


def peers(node: str) -> list[Peer]:
    typescript = {
        "language": "typescript",
        "trivial": "1 + {i}",
        "lines": "for (let i = 0; i < 3000; i++) console.log('line', i);",
        "completion": "Math.sq",
    }
    modules = ROOT / "node_modules"
    return [
        Peer(
            "convlab",
            [node, str(ROOT / "dist/kernel/main.js"), "{connection_file}"],
            library="import * as lab from 'convlab'; typeof lab",
            **typescript,
        ),
        Peer(
            "tslab",
            [node, str(modules / "tslab/bin/tslab"), "kernel", "--config-path={connection_file}"],
            library=f"import * as lab from '{ROOT / 'dist/index'}'; typeof lab",
            **typescript,
        ),
        Peer(
            "ipykernel",
            [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            language="python",
            trivial="1 + {i}",
            lines="for i in range(3000): print('line', i)",
            library="import numpy",
            completion="str.sp",
        ),
    ]


class Kernel:
    """A running kernel and the clock beside it."""

    def __init__(self, peer: Peer, folder: Path) -> None:
        self.peer = peer
        start = time.perf_counter()
        self.manager = KernelManager(kernel_name=f"bench-{peer.name}")
        self.manager.kernel_spec_manager = KernelSpecManager(kernel_dirs=[str(folder)])
        self.manager.start_kernel(cwd=str(folder), stdout=-3, stderr=-3)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.ready = time.perf_counter() - start

    def timed(self, code: str) -> tuple[float, str]:
        """Seconds until idle (infinite where that message is lost), and the text that came."""
        start = time.perf_counter()
        request = self.client.execute(code)
        text: list[str] = []
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=LOST_AFTER)
            except Empty:
                return math.inf, "".join(text)
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                text.append(content["text"])
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                break
        self.client.get_shell_msg(timeout=LOST_AFTER)
        return time.perf_counter() - start, "".join(text)

    def completion(self) -> float:
        start = time.perf_counter()
        self.client.complete(self.peer.completion)
        self.client.get_shell_msg(timeout=60)
        return time.perf_counter() - start

    def memory(self) -> float:
        """Megabytes resident, child processes included."""
        process = psutil.Process(self.manager.provisioner.process.pid)  # type: ignore[union-attr]
        return sum(p.memory_info().rss for p in [process, *process.children(recursive=True)]) / 1e6

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def measure(peer: Peer, folder: Path, cells: int) -> dict[str, float]:
    kernel = Kernel(peer, folder)
    try:
        first, _ = kernel.timed(peer.trivial.format(i=0))
        trivial = statistics.median(kernel.timed(peer.trivial.format(i=i))[0] for i in range(30))
        lines, text = kernel.timed(peer.lines)
        library, _ = kernel.timed(peer.library)
        completion = statistics.median(kernel.completion() for _ in range(10))
        for i in range(cells):
            kernel.timed(f"{'' if peer.language == 'python' else 'const '}value{i % 40} = {i}")
        return {
            "ready [s]": kernel.ready,
            "start to first result [s]": kernel.ready + first,
            "trivial cell [ms]": trivial * 1e3,
            "3,000 lines [ms]": lines * 1e3,
            "of them arrived": float(text.count("\n")),
            "import of the library [ms]": library * 1e3,
            "completion [ms]": completion * 1e3,
            f"memory after {cells} cells [MB]": kernel.memory(),
        }
    finally:
        kernel.close()


def install(peers_: list[Peer], folder: Path) -> None:
    for peer in peers_:
        spec = {"argv": peer.argv, "display_name": peer.name, "language": peer.language}
        target = folder / f"bench-{peer.name}"
        target.mkdir()
        (target / "kernel.json").write_text(json.dumps(spec))


def figure(row: str, values: list[float]) -> str:
    if "arrived" in row:
        return f"{min(values):,.0f}"
    median = statistics.median(values)
    return "never" if math.isinf(median) else f"{median:,.3g}"


def table(results: dict[str, list[dict[str, float]]]) -> str:
    names = list(results)
    rows = list(next(iter(results.values()))[0])
    pick: Callable[[str, str], list[float]] = lambda name, row: [r[row] for r in results[name]]
    out = [f"| median ({len(results[names[0]])} rounds) | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
    for row in rows:
        cells = [figure(row, pick(n, row)) for n in names]
        out.append(f"| {row} | " + " | ".join(cells) + " |")
    return "\n".join(out)


def machine(node: str) -> str:
    """What the figures were measured on."""
    model = next((l.split(":")[1].strip() for l in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in l), "")
    node_version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    packages = [f"{name} {json.loads((ROOT / path / 'package.json').read_text())['version']}" for name, path in
                (("convlab", "."), ("tslab", "node_modules/tslab"))]
    packages.append(f"ipykernel {version('ipykernel')}")
    memory = f"{psutil.virtual_memory().total / 2**30:.0f} GiB"
    return f"{os.cpu_count()} cores ({model or platform.machine()}), {memory}, {platform.system()}, Node {node_version}, Python {platform.python_version()}; {', '.join(packages)}."


def report(results: dict[str, list[dict[str, float]]], node: str, cells: int) -> str:
    return f"""# Three kernels side by side

`npm run bench -- kernel --rounds {len(next(iter(results.values())))} --cells {cells} --write`, {date.today().isoformat()}, on {machine(node)}

{table(results)}

"never": the message that ends the cell did not arrive. The library is convlab for the TypeScript kernels and NumPy for ipykernel. Memory is resident memory, child processes included.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cells", type=int, default=400, help="cells run before memory is read")
    parser.add_argument("--node", default=os.environ.get("NODE", "node"))
    parser.add_argument("--write", action="store_true", help="write bench/kernel/RESULTS.md as well")
    options = parser.parse_args()
    node = shutil.which(options.node) or options.node
    everyone = peers(node)
    results: dict[str, list[dict[str, Any]]] = {peer.name: [] for peer in everyone}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        install(everyone, folder)
        for round_ in range(options.rounds):
            for peer in everyone:
                print(f"round {round_ + 1} of {options.rounds}: {peer.name}", file=sys.stderr)
                results[peer.name].append(measure(peer, folder, options.cells))
    print(table(results))
    if options.write:
        (Path(__file__).parent / "RESULTS.md").write_text(report(results, node, options.cells))
    return 0


if __name__ == "__main__":
    sys.exit(main())
