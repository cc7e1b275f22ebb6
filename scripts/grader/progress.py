"""How far a class is: a bar on a terminal, else a line for each submission."""

from __future__ import annotations

import sys
import time
from typing import Any

from .feedback import told

WIDTH = 30


class Progress:
    """Written to stderr, as stdout is for the results."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.done = 0
        self.began = time.monotonic()
        self.terminal = sys.stderr.isatty()

    def show(self, name: str, row: dict[str, Any]) -> None:
        """One more is done."""
        self.done += 1
        result = f"{name} {told(row['points'])} of {told(row['most'])}"
        if self.terminal:
            full = WIDTH * self.done // self.count
            self._write(f"\r\x1b[K[{'█' * full}{' ' * (WIDTH - full)}] {self.done}/{self.count}  {self._left()}  {result}")
        else:
            self._write(f"[{self.done:>{len(str(self.count))}}/{self.count}] {result}\n")

    def end(self) -> None:
        """Makes room for what comes next."""
        if self.terminal:
            self._write("\r\x1b[K")

    def _left(self) -> str:
        seconds = (time.monotonic() - self.began) / self.done * (self.count - self.done)
        return f"{seconds / 60:.0f} min left" if seconds > 90 else f"{seconds:.0f} s left"

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
