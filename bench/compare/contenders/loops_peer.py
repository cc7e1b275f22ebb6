"""A filter and pooling in Python, which read the filter by columns, as the course does: python loops_peer.py FOLDER WAY."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Callable

import numpy as np
import scipy
from arrays import read
from scipy.signal import convolve2d
from serve import Value, serve

Kernel = list[list[int]]


def filter_by_loops(picture: list[list[int]], kernel: Kernel) -> list[list[int]]:
    """The course's loops, over lists, in which Python is faster than in a NumPy array."""
    height, width = len(picture), len(picture[0])
    out = [row[:] for row in picture]
    for x in range(1, height - 1):
        for y in range(1, width - 1):
            total = picture[x - 1][y - 1] * kernel[0][0]
            total += picture[x][y - 1] * kernel[0][1]
            total += picture[x + 1][y - 1] * kernel[0][2]
            total += picture[x - 1][y] * kernel[1][0]
            total += picture[x][y] * kernel[1][1]
            total += picture[x + 1][y] * kernel[1][2]
            total += picture[x - 1][y + 1] * kernel[2][0]
            total += picture[x][y + 1] * kernel[2][1]
            total += picture[x + 1][y + 1] * kernel[2][2]
            if total < 0:
                total = 0
            if total > 255:
                total = 255
            out[x][y] = total
    return out


def pool_by_loops(picture: list[list[int]]) -> list[list[int]]:
    out = []
    for x in range(0, len(picture), 2):
        row = []
        for y in range(0, len(picture[0]), 2):
            row.append(max(picture[x][y], picture[x][y + 1], picture[x + 1][y], picture[x + 1][y + 1]))
        out.append(row)
    return out


def by_python(picture: np.ndarray, kernel: Kernel) -> Callable[[int], Value]:
    rows = picture.tolist()
    return lambda _: float(np.mean(pool_by_loops(filter_by_loops(rows, kernel))))


def by_scipy(picture: np.ndarray, kernel: Kernel) -> Callable[[int], Value]:
    # The course's is a correlation, and its filter lies by columns.
    turned = np.array(kernel, np.float32).T[::-1, ::-1]

    def work(_: int) -> float:
        out = picture.copy()
        sums = convolve2d(picture.astype(np.float32), turned, "valid")
        out[1:-1, 1:-1] = sums.clip(0, 255).astype(np.uint8)
        upper, lower = (np.maximum(out[i::2, ::2], out[i::2, 1::2]) for i in (0, 1))
        return float(np.maximum(upper, lower).mean())

    return work


def main(folder: str, way: str) -> None:
    def prepare() -> tuple[Callable[[int], Value], dict[str, object]]:
        spec = read(Path(folder), "spec.json")
        picture = np.fromfile(Path(folder) / "x.bin", np.uint8).reshape(spec["height"], spec["width"])
        about = {"threads": 1, "version": sys.version.split()[0] if way == "python" else scipy.__version__}
        return {"python": by_python, "scipy": by_scipy}[way](picture, spec["kernel"]), about

    os.environ.setdefault("OMP_NUM_THREADS", "1")
    serve(prepare)


main(*sys.argv[1:])
