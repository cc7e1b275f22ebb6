"""A kernel in a sandbox, and a client that takes from it no more than it must."""

from __future__ import annotations

import contextlib
import json
import queue
import re
import secrets
import time
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from nbformat import NotebookNode
from nbformat.v4 import new_output

from .place import Place
from .sandbox import Limits, Sandbox, has_namespaces

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
ANSWERS = "application/vnd.convlab.answers+json"
# what feedback shows; scripts and markup of a stranger are not among it
KEPT = ("text/plain", "image/png", ANSWERS)
# the error of a cell that was interrupted because its time was over
TIME_LIMIT = "TimeLimit"
MOST_TEXT = 20_000
MOST_PICTURE = 2_000_000
MESSAGE_BYTES = 8 << 20
START_SECONDS = 180
# for an interrupted cell to end, once, on a machine that is busy
GRACE_SECONDS = 30
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class SessionEnded(Exception):
    """The submission is not to be run any further, and why, in words."""


class Session:
    """One kernel, for one submission."""

    def __init__(self, place: Place, limits: Limits, folder: Path) -> None:
        self.limits = limits
        self.deadline = time.monotonic() + START_SECONDS
        self.late = f"it was not ready after {START_SECONDS} s"
        self.shown = 0
        socket = f"k{secrets.token_hex(4)}"
        file = folder / "connection.json"
        key = secrets.token_hex(16)
        self.sandbox: Sandbox
        info = {"transport": "ipc", "key": key, "signature_scheme": "hmac-sha256"} | {name: i + 1 for i, name in enumerate(PORTS)}
        command = [place.node, str(place.root / "dist" / "kernel" / "main.js"), str(file)]
        # in namespaces the network is another; sockets that are files can be reached from here all the same
        inside = _socket_folder(folder) / socket
        file.write_text(json.dumps({**info, "ip": str(inside)}), encoding="utf-8")
        self.sandbox = Sandbox(command, place, limits, folder, reads=(file,))
        self.context = zmq.Context()
        self.context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_BYTES)
        self.context.setsockopt(zmq.RCVHWM, 50)
        self.context.setsockopt(zmq.RECONNECT_IVL, -1)
        self.context.setsockopt(zmq.LINGER, 0)
        try:
            self.client = self._connect(info, inside)
        except BaseException:  # whatever it is, the kernel must not stay
            self.close()
            raise
        self.deadline = time.monotonic() + limits.total
        self.late = f"the time limit of {limits.total:g} s for the whole notebook is over"

    def _connect(self, info: dict[str, Any], inside: Path) -> BlockingKernelClient:
        path = self._reachable(inside)
        client = BlockingKernelClient(context=self.context)
        client.load_connection_info({**info, "ip": str(path), "key": info["key"].encode()})
        client.start_channels(stdin=False, hb=False)
        while True:
            client.kernel_info()
            # the first message here says that none will be missed
            with contextlib.suppress(queue.Empty):
                client.get_iopub_msg(timeout=1)
                return client
            self._check_life()

    def _reachable(self, inside: Path) -> Path:
        """Waits for the kernel's sockets; where they are, seen from here."""
        while True:
            self._check_life()
            root = self.sandbox.root()
            if root and all(Path(f"{root / str(inside).lstrip('/')}-{port}").exists() for port in range(1, len(PORTS) + 1)):
                return root / str(inside).lstrip("/")
            time.sleep(0.02)

    def _check_kernel(self) -> None:
        if self.sandbox.process.poll() is not None:
            raise SessionEnded(self.sandbox.ended or "the kernel ended")

    def _check_life(self) -> None:
        self._check_kernel()
        if time.monotonic() > self.deadline:
            raise SessionEnded(self.late)

    def run(self, code: str) -> list[NotebookNode]:
        """Runs a cell; its outputs, errors among them. Throws SessionEnded when nothing more can be run."""
        try:
            return self._run(code)
        except SessionEnded:
            raise
        except Exception as error:  # what comes from the kernel may be anything
            self._check_life()
            raise SessionEnded(f"the kernel sent what is no message: {type(error).__name__}") from None

    def _run(self, code: str) -> list[NotebookNode]:
        self._check_life()
        request = self.client.execute(code, allow_stdin=False, stop_on_error=False)
        outputs: list[NotebookNode] = []
        end = min(time.monotonic() + self.limits.cell, self.deadline)
        interrupted = False
        while not self._take(request, outputs):
            self._check_kernel()
            if time.monotonic() < end:
                continue
            if interrupted:
                raise SessionEnded("a cell did not end, and could not be interrupted")
            interrupted = True
            self.client.control_channel.send(self.client.session.msg("interrupt_request", {}))
            end = time.monotonic() + GRACE_SECONDS
            note = f"the cell ran longer than {self.limits.cell:g} s, or the notebook longer than {self.limits.total:g} s"
            outputs.append(new_output("error", ename=TIME_LIMIT, evalue=note, traceback=[]))
        return outputs

    def _take(self, request: str, outputs: list[NotebookNode]) -> bool:
        """Takes one message, if one comes soon; true when the cell has ended."""
        try:
            message = self.client.get_iopub_msg(timeout=0.5)
        except queue.Empty:
            return False
        self.shown += len(repr(message["content"]))
        if self.shown > self.limits.output:
            raise SessionEnded(f"it printed or showed more than {self.limits.output >> 20} MB")
        if message["parent_header"].get("msg_id") != request:
            return False
        content = message["content"]
        if message["msg_type"] == "status":
            return bool(content["execution_state"] == "idle")
        output = _output(message["msg_type"], content)
        if output is not None:
            _append(outputs, output)
        return False

    def close(self) -> None:
        """Ends the kernel and whatever it has started."""
        self.sandbox.end()
        if hasattr(self, "client"):
            self.client.stop_channels()
        self.context.destroy(linger=0)


def _socket_folder(folder: Path) -> Path:
    return Path("/run") if has_namespaces() else folder


def _output(kind: str, content: dict[str, Any]) -> NotebookNode | None:
    if kind == "stream":
        return new_output("stream", name=str(content["name"]), text=_plain(content["text"]))
    if kind == "error":
        traceback = [_plain(line) for line in content["traceback"]]
        return new_output("error", ename=_plain(content["ename"]), evalue=_plain(content["evalue"]), traceback=traceback)
    if kind in ("display_data", "execute_result"):
        return new_output("display_data", data={mime: _kept(mime, content["data"][mime]) for mime in KEPT if mime in content["data"]})
    return None


def _kept(mime: str, value: Any) -> Any:
    if mime == ANSWERS:
        return value
    return str(value) if mime == "image/png" and len(str(value)) < MOST_PICTURE else _plain(value)


def _append(outputs: list[NotebookNode], output: NotebookNode) -> None:
    last = outputs[-1] if outputs else None
    if output.output_type == "stream" and last is not None and last.output_type == "stream" and last.name == output.name:
        last.text = _plain(last.text + output.text)
    else:
        outputs.append(output)


def _plain(text: Any) -> str:
    """Text without colours, and not too much of it."""
    plain = ANSI.sub("", str(text))
    return plain if len(plain) <= MOST_TEXT else f"{plain[:MOST_TEXT]}\n… cut here"
