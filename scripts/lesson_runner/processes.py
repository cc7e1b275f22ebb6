"""The kernel's processes: it leads a group of its own, which must be gone when the run is over."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Any


def group_of(manager: Any) -> int | None:
    """The process group of a kernel that has just been started, or None where there are no groups."""
    pid = getattr(manager.provisioner, "pid", None)
    if pid is None or not hasattr(os, "getpgid"):
        return None
    group = os.getpgid(pid)
    return None if group == os.getpgid(0) else group


def end_group(group: int | None) -> None:
    """Ends whatever is left of a kernel and its children."""
    if group is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
