"""Executes a notebook cell by cell, and trusts nothing: every code cell must report that it ran."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from .processes import end_group, group_of
from .read import NotebookError, first_line, is_code

KERNEL = "convlab"
SIGN_OF_LIFE = 30.0
GRACE = 3.0
LATE = 0.2
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Outcome:
    """What became of a notebook."""

    cells: int = 0
    executed: int = 0
    seconds: float = 0.0
    ok: bool = False
    message: str = ""
    gates: list[dict[str, Any]] = field(default_factory=list)


class CellFailure(Exception):
    """A cell that failed, was skipped or hangs, in words."""


def execute(notebook: NotebookNode, *, name: str, folder: Path, kernel: str | None, timeout: float) -> Outcome:
    """Runs all cells of `notebook` in place. `timeout` is for the whole notebook, in seconds."""
    run = Run(notebook, name, folder, choose_kernel(notebook, name, kernel), timeout)
    return asyncio.run(run.execute())


def choose_kernel(notebook: NotebookNode, name: str, asked: str | None) -> str:
    """The kernel asked for, else the notebook's own if it is ours."""
    own = notebook.metadata.get("kernelspec", {}).get("name", KERNEL)
    if asked or own == KERNEL:
        return asked or own
    if not re.fullmatch(r"[\w.-]+", own):
        raise NotebookError(f"{name}.ipynb is not a valid notebook: metadata.kernelspec.name must be the name of a kernel")
    raise NotebookError(f"{name}.ipynb is written for the kernel '{own}', not '{KERNEL}'; to run it there: --kernel {own}")


class Run:
    """One run of one notebook."""

    def __init__(self, notebook: NotebookNode, name: str, folder: Path, kernel: str, timeout: float) -> None:
        self.notebook = notebook
        self.name = name
        self.kernel = kernel
        self.timeout = timeout
        self.began = time.monotonic()
        self.replies: dict[int, dict[str, Any]] = {}
        self.client = NotebookClient(
            notebook,
            kernel_name=kernel,
            timeout=None,
            resources={"metadata": {"path": str(folder)}},
            on_cell_executed=self._note_reply,
        )
        self.done: dict[str, str] = {}
        self.late: list[str] = []
        self.outcome = Outcome(cells=sum(is_code(cell) for cell in notebook.cells))

    async def execute(self) -> Outcome:
        """Runs the cells; the outcome says how it went. Leaves no process behind."""
        group: int | None = None
        try:
            async with self.client.async_setup_kernel(cwd=self.client.resources["metadata"]["path"]):
                group = group_of(self.client.km)
                self._stop_on_signals()
                self.began = time.monotonic()  # the kernel's start has a time limit of its own
                await self._take_language()
                self._watch_for_late_errors()
                await self._run_cells()
                await self._wait_for_late_errors()
            self.outcome.ok = True
        except CellFailure as failure:
            self.outcome.message = str(failure)
        except asyncio.CancelledError:
            self.outcome.message = "stopped by a signal"
        except NoSuchKernel:
            raise NotebookError(f"there is no kernel '{self.kernel}'; to mend: npm run setup") from None
        except RuntimeError as error:
            self.outcome.message = f"the kernel '{self.kernel}' did not start: {error}; to see why: npm run doctor"
        finally:
            end_group(group)
            self.outcome.seconds = round(self._elapsed(), 2)
        return self.outcome

    def _stop_on_signals(self) -> None:
        """A signal ends this run, and with it the kernel, which as leader of a session would outlive us."""
        task = asyncio.current_task()
        with contextlib.suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)

    async def _take_language(self) -> None:
        """The kernel's language colours the code on the page."""
        reply = await self.client.async_wait_for_reply(self.client.kc.kernel_info())
        self.notebook.metadata["language_info"] = (reply or {}).get("content", {}).get("language_info", {"name": ""})

    def _watch_for_late_errors(self) -> None:
        """nbclient reads the messages of the running cell only; an error of an earlier one must not be lost."""
        channel = self.client.kc.iopub_channel
        receive = channel.get_msg

        async def get_msg(*args: Any, **options: Any) -> dict[str, Any]:
            message = await receive(*args, **options)
            parent = message["parent_header"].get("msg_id")
            if message["msg_type"] == "error" and parent in self.done:
                self.late.append(f"{self.done[parent]} failed after its end: {_told(message['content'])}")
            return message

        channel.get_msg = get_msg

    async def _wait_for_late_errors(self) -> None:
        """What the last cell left behind has a moment to fail, too."""
        with contextlib.suppress(Exception):
            while True:
                await self.client.kc.iopub_channel.get_msg(timeout=LATE)
        if self.late:
            raise CellFailure(self.late[0])

    async def _run_cells(self) -> None:
        count = 0
        for index, cell in enumerate(self.notebook.cells):
            if not is_code(cell):
                continue
            count += 1
            label = f"cell {count} of {self.outcome.cells} ({first_line(cell)})"
            began = time.monotonic()
            await self._run_cell(index, cell, label)
            self._check(index, cell, label)
            self.done[self.replies[index]["parent"]] = label
            self.outcome.executed += 1
            self._say(count, time.monotonic() - began, first_line(cell))
        self.client.set_widgets_metadata()

    async def _run_cell(self, index: int, cell: NotebookNode, label: str) -> None:
        task = asyncio.ensure_future(self.client.async_execute_cell(cell, index))
        try:
            if not await self._finished(task, label):
                await self._stop_hanging(task)
                raise CellFailure(f"{label} hangs: the time limit of {self.timeout:g} s is over")
            await task
        except CellExecutionError as error:
            raise CellFailure(f"{label} failed: {_told({'ename': error.ename, 'evalue': error.evalue})}") from None
        except DeadKernelError:
            raise CellFailure(f"{label}: the kernel died") from None
        finally:
            task.cancel()

    async def _finished(self, task: asyncio.Future[Any], label: str) -> bool:
        """Waits for the cell until the notebook's time is over; says now and then that it still runs."""
        began = time.monotonic()
        while (left := self.timeout - self._elapsed()) > 0:
            done, _ = await asyncio.wait({task}, timeout=min(left, SIGN_OF_LIFE))
            if done:
                return True
            if self._elapsed() < self.timeout:
                self._print(f"{label} still runs after {time.monotonic() - began:.0f} s")
        return task.done()

    async def _stop_hanging(self, task: asyncio.Future[Any]) -> None:
        """Interrupts first, so that what the cell has printed is kept, then ends the kernel."""
        km = self.client.km
        with contextlib.suppress(Exception):
            await asyncio.wait_for(km.interrupt_kernel(), GRACE)
        await asyncio.wait({task}, timeout=GRACE)
        if task.done():
            task.exception()  # the interruption itself: seen, and nothing new
        await km.shutdown_kernel(now=True)

    def _note_reply(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        self.replies[cell_index] = {**execute_reply["content"], "parent": execute_reply["parent_header"]["msg_id"]}

    def _check(self, index: int, cell: NotebookNode, label: str) -> None:
        """A cell that a kernel skips without a word is a failure like any other."""
        status = self.replies.get(index, {}).get("status", "no reply")
        tolerated = "raises-exception" in cell.metadata.get("tags", [])
        if status != "ok" and not (tolerated and status == "error"):
            raise CellFailure(f"{label} was not executed: the kernel answered '{status}'")
        if cell.execution_count is None:
            raise CellFailure(f"{label} was not executed: it has no execution count")
        if not tolerated and any(output.output_type == "error" for output in cell.outputs):
            raise CellFailure(f"{label} printed an error, though the kernel answered 'ok'")

    def _elapsed(self) -> float:
        return time.monotonic() - self.began

    def _say(self, count: int, seconds: float, text: str) -> None:
        width = len(str(self.outcome.cells))
        self._print(f"[{count:>{width}}/{self.outcome.cells}] {seconds:6.1f} s  {text}")

    def _print(self, text: str) -> None:
        print(f"{self.name}  {text}", file=sys.stderr, flush=True)


def _told(error: dict[str, str]) -> str:
    return f"{error['ename']}: {_plain(error['evalue'])}"


def _plain(text: str) -> str:
    """An error's text on one line, without colours."""
    lines = ANSI.sub("", text).strip().splitlines()
    return lines[0] if lines else ""
