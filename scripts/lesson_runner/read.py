"""Reads notebooks, and says in words what is wrong with one that cannot be run."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4


class NotebookError(Exception):
    """A notebook that cannot be run, in words."""


def read_notebook(path: Path) -> NotebookNode:
    """The notebook at `path`, its old outputs and counts removed."""
    raw = _read_json(path)
    if not isinstance(raw, dict) or "nbformat" not in raw:
        raise NotebookError(f"{path} is JSON, but not a notebook (it has no nbformat)")
    if raw["nbformat"] != 4:
        raise NotebookError(f"{path} has notebook format {raw['nbformat']!r}; format 4 is needed: open it in JupyterLab and save it")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a cell without an id is no reason to refuse
            nbformat.validate(nbformat.from_dict(raw))
        notebook = v4.to_notebook(raw)
    except Exception as error:  # the validator's errors have no common base
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise NotebookError(f"{path} is not a valid notebook: {reason}") from None
    if not any(is_code(cell) for cell in notebook.cells):
        raise NotebookError(f"{path} has no code cell: nothing to run")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def is_code(cell: NotebookNode) -> bool:
    """True for a code cell with something in it."""
    return cell.cell_type == "code" and bool(cell.source.strip())


def first_line(cell: NotebookNode, width: int = 60) -> str:
    """The first line of a cell that says something, shortened."""
    line = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return line if len(line) <= width else line[: width - 1] + "…"


def _read_json(path: Path) -> object:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(value, ensure_ascii=False).encode()
        return value
    except FileNotFoundError:
        raise NotebookError(f"there is no notebook {path}") from None
    except OSError as error:
        raise NotebookError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeEncodeError:
        raise NotebookError(f"{path} has half a character in it (a lone surrogate), which no file can hold") from None
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"{path} is not a notebook: it is not JSON ({error})") from None
