"""A kernel of ours for each test that asks for one."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

# nbgrader calls programs of its environment by name.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
KERNEL = os.environ.get("CONVLAB_KERNEL", "convlab")
# Every wait is for something that is certain to come; this is when to give up, on however busy a machine.
PATIENCE = 120


@dataclass
class Result:
    """What one cell sent: its reply and everything on iopub between busy and idle."""

    reply: dict[str, Any]
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

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
        self.cwd = cwd
        self.manager: KernelManager
        self.manager, self.client = start_new_kernel(
            startup_timeout=PATIENCE, kernel_name=KERNEL, cwd=str(cwd), env={**os.environ, **(env or {})}, **options
        )

    @property
    def pid(self) -> int:
        return self.manager.provisioner.process.pid  # type: ignore[union-attr]

    def send(self, code: str, **options: Any) -> str:
        return self.client.execute(code, **{"allow_stdin": False, **options})

    def published(self, request: str | None = None) -> Iterator[dict[str, Any]]:
        """The messages on iopub as they come: all, or those about one request."""
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if request in (None, message["parent_header"].get("msg_id")):
                yield message

    def wait_for(self, kind: str, request: str | None = None) -> dict[str, Any]:
        """The next message of this type; what comes before it is passed over."""
        return next(message for message in self.published(request) if message["msg_type"] == kind)

    def until_idle(self, request: str) -> list[dict[str, Any]]:
        """The messages about a request up to its `idle`."""
        return list(takewhile(lambda message: not is_idle(message), self.published(request)))

    def receive(self, request: str) -> Result:
        """Collects until the request's `idle`; it must be the last message on iopub."""
        messages = [(message["msg_type"], message["content"]) for message in self.until_idle(request)]
        return Result(self.reply(request), messages)

    def reply(self, request: str) -> dict[str, Any]:
        """What the shell channel answers to a request; answers to earlier ones are passed over."""
        while True:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            if reply["parent_header"]["msg_id"] == request:
                return reply["content"]

    def run(self, code: str, **options: Any) -> Result:
        return self.receive(self.send(code, **options))

    def begin(self, code: str, **options: Any) -> str:
        """Sends a cell and waits until it runs, which it must tell by printing something."""
        request = self.send(code, **options)
        self.wait_for("stream", request)
        return request

    def interrupt(self, request: str, by: Callable[[], None] | None = None) -> Result:
        """Interrupts a cell that runs; by a message unless told otherwise."""
        (by or self.manager.interrupt_kernel)()
        return self.receive(request)

    def unread(self) -> list[dict[str, Any]]:
        """What the kernel has published that nobody has read; what it sends in answer to this question does not count."""
        question = self.client.kernel_info()
        everything = list(takewhile(lambda message: not is_idle(message, question), self.published()))
        return [message for message in everything if message["parent_header"].get("msg_id") != question]

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def is_idle(message: dict[str, Any], request: str | None = None) -> bool:
    """Whether it says that the kernel is done, with `request` if one is given."""
    about = request in (None, message["parent_header"].get("msg_id"))
    return about and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"


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
