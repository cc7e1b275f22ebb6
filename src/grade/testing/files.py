"""The files of expected outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "data" / "expected"
MOST_BYTES = 50_000


def write(name: str, visible: list[Any], hidden: list[Any] | None = None) -> None:
    """Writes one file, without hidden cases where the visible ones are all there are; numbers keep twelve digits."""
    cases = {"visible": visible} | ({"hidden": hidden} if hidden else {})
    text = json.dumps(_short(cases)) + "\n"
    if len(text) > MOST_BYTES:
        raise ValueError(f"{name}.json would have {len(text)} bytes")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, list):
        return [_short(item) for item in value]
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    return value
