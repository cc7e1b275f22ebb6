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
        raise NotebookError(f"{path} has notebook format {_cut(repr(raw['nbformat']))}; format 4 is needed: open it in JupyterLab and save it")
    fault = _misshapen(raw)
    if fault:
        raise NotebookError(f"{path} is not a valid notebook: {fault}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a cell without an id is no reason to refuse
            nbformat.validate(nbformat.from_dict(raw))
        notebook = v4.to_notebook(raw)
    except Exception as error:  # the validator's errors have no common base
        reason = _where(error) + (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise NotebookError(f"{path} is not a valid notebook: {_cut(reason)}") from None
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


# What the validator takes for granted, and stumbles over where it is something else.
_OF_CELLS = {"id": str, "cell_type": str, "metadata": dict, "source": (str, list), "outputs": list, "attachments": dict}
_NAMES = {str: "a text", int: "a whole number", dict: "an object", list: "a list", (str, list): "a text or a list of texts"}


def _misshapen(raw: dict) -> str | None:
    """The first part of a notebook that is of a wrong kind, in words."""
    missing = [key for key in ("metadata", "cells", "nbformat_minor") if key not in raw]
    fault = f"it has no {missing[0]}" if missing else _other_kind(raw, {"metadata": dict, "cells": list, "nbformat_minor": int}, "")
    if fault is None and raw["nbformat_minor"] < 0:
        fault = "nbformat_minor must be a whole number from 0 on"
    for i, cell in enumerate(raw["cells"] if fault is None else []):
        place = f"cells[{i}]"
        fault = fault or (_other_kind(cell, _OF_CELLS, f"{place}.") if isinstance(cell, dict) else f"{place} must be an object")
        for j, output in enumerate(cell.get("outputs", []) if fault is None else []):
            if not isinstance(output, dict) or not isinstance(output.get("output_type"), str):
                fault = fault or f"{place}.outputs[{j}] must be an object with an output_type"
    return fault


def _other_kind(holder: dict, kinds: dict, place: str) -> str | None:
    wrong = (key for key, kind in kinds.items() if key in holder and not isinstance(holder[key], kind))
    return next((f"{place}{key} must be {_NAMES[kinds[key]]}" for key in wrong), None)


def _cut(text: str) -> str:
    """A text of bearable length; the validator tells a whole value first, and then what is wrong with it."""
    return text if len(text) <= 200 else f"{text[:60]} … {text[-120:]}"


def _where(error: Exception) -> str:
    """The place that a validator's error speaks of, such as `cells[2].metadata: `."""
    try:
        path = list(error.absolute_path)
    except AttributeError:
        return ""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    return f"{place}: " if place else ""


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
