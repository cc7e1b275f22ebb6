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


def filter_by_loops(i, out, kernel: Kernel) -> None:  # type: ignore[no-untyped-def]
    """The course's loops; `i` and `out` are arrays, as there."""
    width, height = i.shape
    for x in range(1, width - 1):
        for y in range(1, height - 1):
            total = 0.0
            total = total + (i[x - 1, y - 1] * kernel[0][0])
            total = total + (i[x, y - 1] * kernel[0][1])
            total = total + (i[x + 1, y - 1] * kernel[0][2])
            total = total + (i[x - 1, y] * kernel[1][0])
            total = total + (i[x, y] * kernel[1][1])
            total = total + (i[x + 1, y] * kernel[1][2])
            total = total + (i[x - 1, y + 1] * kernel[2][0])
            total = total + (i[x, y + 1] * kernel[2][1])
            total = total + (i[x + 1, y + 1] * kernel[2][2])
            if total < 0:
                total = 0
            if total > 255:
                total = 255
            out[x, y] = total


def pool_by_loops(i) -> np.ndarray:  # type: ignore[no-untyped-def]
    width, height = i.shape
    out = np.zeros((width // 2, height // 2))
    for x in range(0, width, 2):
        for y in range(0, height, 2):
            pixels = [i[x, y], i[x + 1, y], i[x, y + 1], i[x + 1, y + 1]]
            out[x // 2, y // 2] = max(pixels)
    return out


def by_course(picture: np.ndarray, kernel: Kernel) -> Callable[[int], Value]:
    # Its picture holds whole numbers of 64 bits.
    wide = picture.astype(np.int64)

    def work(_: int) -> float:
        out = wide.copy()
        filter_by_loops(wide, out, kernel)
        return float(pool_by_loops(out).mean())

    return work


def filter_lists(picture: list[list[int]], kernel: Kernel) -> list[list[int]]:
    """The same loops over lists, whose elements Python reads faster than an array's."""
    out = [row[:] for row in picture]
    for x in range(1, len(picture) - 1):
        for y in range(1, len(picture[0]) - 1):
            total = picture[x - 1][y - 1] * kernel[0][0]
            total += picture[x][y - 1] * kernel[0][1]
            total += picture[x + 1][y - 1] * kernel[0][2]
            total += picture[x - 1][y] * kernel[1][0]
            total += picture[x][y] * kernel[1][1]
            total += picture[x + 1][y] * kernel[1][2]
            total += picture[x - 1][y + 1] * kernel[2][0]
            total += picture[x][y + 1] * kernel[2][1]
            total += picture[x + 1][y + 1] * kernel[2][2]
            out[x][y] = 0 if total < 0 else 255 if total > 255 else total
    return out


def by_lists(picture: np.ndarray, kernel: Kernel) -> Callable[[int], Value]:
    rows = picture.tolist()

    def work(_: int) -> float:
        out = filter_lists(rows, kernel)
        pooled = [
            max(out[x][y], out[x][y + 1], out[x + 1][y], out[x + 1][y + 1])
            for x in range(0, len(out), 2)
            for y in range(0, len(out[0]), 2)
        ]
        return sum(pooled) / len(pooled)

    return work


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
        about = {"threads": 1, "version": scipy.__version__ if way == "scipy" else sys.version.split()[0]}
        return {"course": by_course, "lists": by_lists, "scipy": by_scipy}[way](picture, spec["kernel"]), about

    os.environ.setdefault("OMP_NUM_THREADS", "1")
    serve(prepare)


main(*sys.argv[1:])
