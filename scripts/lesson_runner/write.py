"""Writes results so that a reader never sees half a file."""

from __future__ import annotations

import copy
import glob
import os
from pathlib import Path

import nbformat
import psutil
from nbformat import NotebookNode


def write_atomic(path: Path, text: str) -> None:
    """Writes `text` beside `path`, then puts it in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_orphans(path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)
        raise


def _remove_orphans(path: Path) -> None:
    """Removes what writers of this file have left that were killed."""
    for orphan in path.parent.glob(f"{glob.escape(path.name)}.*.tmp"):
        writer = orphan.suffixes[-2][1:]
        if writer.isdigit() and not psutil.pid_exists(int(writer)):
            orphan.unlink(missing_ok=True)


def store_notebook(path: Path, notebook: NotebookNode) -> None:
    """Writes the executed notebook over its source, without the times that change at each run."""
    stored = copy.deepcopy(notebook)
    for cell in stored.cells:
        cell.metadata.pop("execution", None)
    write_notebook(path, stored)


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Writes a notebook as JSON."""
    write_atomic(path, nbformat.writes(notebook) + "\n")
