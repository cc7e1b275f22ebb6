"""A kernel of ours for each test that asks for one."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any, Iterator

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

# nbgrader calls programs of its environment by name.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
KERNEL = os.environ.get("CONVLAB_KERNEL", "convlab")


@dataclass
class Result:
    """What one cell sent: its reply and everything on iopub between busy and idle."""

    reply: dict[str, Any]
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def status(self) -> str:
        return self.reply["status"]

    def stream(self, name: str = "stdout") -> str:
        return "".join(c["text"] for t, c in self.messages if t == "stream" and c["name"] == name)

    def contents(self, kind: str) -> list[dict[str, Any]]:
        return [c for t, c in self.messages if t == kind]

    @property
    def value(self) -> str | None:
        results = self.contents("execute_result")
        return results[-1]["data"]["text/plain"] if results else None

    @property
    def traceback(self) -> str:
        return "\n".join(self.contents("error")[-1]["traceback"])


class Session:
    """A running kernel and a client of it."""

    def __init__(self, cwd: Path, env: dict[str, str] | None = None, **options: Any) -> None:
        self.manager: KernelManager
        self.manager, self.client = start_new_kernel(
            kernel_name=KERNEL, cwd=str(cwd), env={**os.environ, **(env or {})}, **options
        )

    def send(self, code: str, **options: Any) -> str:
        return self.client.execute(code, **{"allow_stdin": False, **options})

    def receive(self, request: str, timeout: float = 60) -> Result:
        """Collects until the request's `idle`; it must be the last message on iopub."""
        start = time.monotonic()
        messages: list[tuple[str, dict[str, Any]]] = []
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            messages.append((kind, content))
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"]["msg_id"] == request:
                return Result(reply["content"], messages, time.monotonic() - start)

    def run(self, code: str, timeout: float = 60, **options: Any) -> Result:
        return self.receive(self.send(code, **options), timeout)

    def late(self, seconds: float = 1.0) -> list[dict[str, Any]]:
        """Whatever comes on iopub within a time."""
        found = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                found.append(self.client.get_iopub_msg(timeout=0.1))
            except Empty:
                pass
        return found

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = Session(tmp_path_factory.mktemp("notebook"))
    yield session
    session.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path)
    yield session
    session.close()
