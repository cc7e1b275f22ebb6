"""What a lesson has reached, as its cells told it (`grade.gate`)."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode

MIME = "application/vnd.convlab.gate+json"


def gates_of(notebook: NotebookNode) -> list[dict[str, Any]]:
    """The gates of an executed notebook, in order: name, value, threshold and engine."""
    bundles = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    return [dict(bundle[MIME]) for bundle in bundles if MIME in bundle]
