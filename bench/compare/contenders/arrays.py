"""What prepare.cjs wrote, as NumPy arrays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def batches(folder: Path, spec: dict[str, Any]) -> list[tuple[np.ndarray, np.ndarray | None]]:
    """`count` batches: pictures, channels last, and class numbers where there are labels."""
    count, batch = spec["count"], spec["batch"]
    x = np.fromfile(folder / "x.bin", np.float32).reshape(count, batch, *spec["inputShape"])
    labels = np.fromfile(folder / "y.bin", np.int32).reshape(count, batch) if "classes" in spec else [None] * count
    return list(zip(x, labels))


def weights(folder: Path) -> dict[str, np.ndarray]:
    """By tfjs's names, such as `conv1/kernel`."""
    flat = np.fromfile(folder / "weights.bin", np.float32)
    found, start = {}, 0
    for weight in read(folder, "weights.json"):
        size = int(np.prod(weight["shape"]))
        found[weight["name"]] = flat[start : start + size].reshape(weight["shape"])
        start += size
    return found
