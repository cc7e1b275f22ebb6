"""The results of a class as one table: for people, as CSV, as JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from .feedback import told
from .submitted import printable

Row = dict[str, Any]


def as_text(rows: list[Row]) -> str:
    """Aligned columns, and a line that counts."""
    heading = ["submission", "exercise", "points", "note"]
    lines = [heading, *([row["name"], row["exercise"], f"{told(row['points'])} of {told(row['most'])}", _short(row["note"])] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heading))]
    text = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)
    graded = [row for row in rows if row["exercise"]]
    return f"{text}\n{len(graded)} graded, {len(rows) - len(graded)} could not be"


def as_csv(rows: list[Row]) -> str:
    """One line a submission; each check has a column."""
    checks = list(dict.fromkeys(f"{row['exercise']}/{cell['id']}" for row in rows for cell in row["cells"]))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["submission", "exercise", "points", "most", "note", *checks])
    for row in rows:
        points = {f"{row['exercise']}/{cell['id']}": told(cell["points"]) for cell in row["cells"]}
        own = [row["name"], row["exercise"], told(row["points"]), told(row["most"]), row["note"]]
        writer.writerow([*map(_harmless, own), *(points.get(check, "") for check in checks)])
    return file.getvalue().rstrip("\n")


def as_json(rows: list[Row]) -> str:
    """Everything, with the message of each check."""
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _harmless(text: str) -> str:
    """Spreadsheets take a text that begins so for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _short(text: str) -> str:
    line = printable(text.splitlines()[0]) if text else ""
    return line if len(line) <= 80 else f"{line[:79]}…"
