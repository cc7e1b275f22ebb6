"""A place for code that nobody has read: where Linux gives namespaces, it sees only what it needs; everywhere, limits."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from .place import Place

SCRIPT = Path(__file__).with_name("sandbox.sh")
HOME = "/submission"
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
NAMESPACES = ("--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child")
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
WATCH_SECONDS = 0.2


@dataclass
class Limits:
    """What a submission may use."""

    # bytes of memory, of all its processes together
    memory: int = 4 << 30
    # bytes of files
    disk: int = 256 << 20
    # processes and threads
    processes: int = 1024
    # bytes that it may print or show
    output: int = 16 << 20
    # seconds for one cell, and for all
    cell: float = 60
    total: float = 300
    # not to be run at all where there are no namespaces
    isolated: bool = True


class Sandbox:
    """A command and all that it starts; `end` leaves nothing of it."""

    def __init__(self, command: list[str], place: Place, limits: Limits, folder: Path, *, reads: tuple[Path, ...] = (), answers: bool = False) -> None:
        self.isolated = has_namespaces()
        self.limits = limits
        # why the watch has ended it, if it has
        self.ended = ""
        full = _isolated(command, limits, place.root, [*place.reads, *reads]) if self.isolated else command
        home = HOME if self.isolated else str(folder)
        self.process = subprocess.Popen(
            full,
            cwd=folder,
            env={"PATH": PATH if self.isolated else os.environ.get("PATH", PATH), "HOME": home, "TMPDIR": "/tmp" if self.isolated else home, **place.env},
            stdin=subprocess.PIPE if answers else subprocess.DEVNULL,
            stdout=subprocess.PIPE if answers else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.watch = threading.Thread(target=self._watch, daemon=True)
        self.watch.start()

    def root(self) -> Path | None:
        """Where the command's files are seen from here; None before it stands."""
        if not self.isolated:
            return Path("/")
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.process.pid).children():
                return Path(f"/proc/{child.pid}/root")
        return None

    def end(self) -> None:
        """Ends every process. In namespaces none can escape: with the first one Linux ends them all."""
        for process in _family(self.process.pid):
            with contextlib.suppress(psutil.Error):
                process.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, 9)
        self.process.wait()

    def _watch(self) -> None:
        while self.process.poll() is None:
            family = _family(self.process.pid)
            used = sum(_memory(process) for process in family)
            if used > self.limits.memory:
                self.ended = f"it used {used >> 20} MB of memory; {self.limits.memory >> 20} MB are allowed"
            elif len(family) > self.limits.processes:
                self.ended = f"it had {len(family)} processes; {self.limits.processes} are allowed"
            if self.ended:
                return self.end()
            time.sleep(WATCH_SECONDS)
        return None


def _isolated(command: list[str], limits: Limits, hidden: Path, reads: list[Path]) -> list[str]:
    paths = [*SYSTEM, *map(str, reads)]
    bound = ["sh", str(SCRIPT), str(limits.disk), str(limits.processes), str(hidden), *paths, "--", *command]
    return ["setpriv", "--pdeathsig", "KILL", "--", "unshare", *NAMESPACES, *bound]


def _family(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def _memory(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


@functools.cache
def _obstacle() -> str:
    """Why this machine lets us have no namespaces; empty if it does. Asked once, by trying."""
    if sys.platform != "linux":
        return "they need Linux"
    absent = [program for program in ("setpriv", "unshare", "prlimit") if not shutil.which(program)]
    if absent:
        return f"they need the programs {', '.join(absent)}, of util-linux"
    tried = subprocess.run(_isolated(["true"], Limits(disk=1 << 20), SCRIPT, []), env={"PATH": PATH}, capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else (tried.stderr.strip().splitlines() or ["unshare failed"])[-1]


def has_namespaces() -> bool:
    """Whether this machine lets us have namespaces."""
    return not _obstacle()


def not_isolated() -> str:
    """What a submission can do on this machine, which has no namespaces for us, and what can be done about it."""
    return (
        f"no namespaces for us here ({_obstacle()}). A submission would run with your rights: it could use the network, read and change "
        "your files, read the expected outputs, and leave processes behind; only time, memory and output would be limited. "
        "Grade on Linux where user namespaces are allowed (many containers forbid them), or accept it with --no-isolation"
    )
