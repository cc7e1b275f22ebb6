"""Lessons 1 and 2: gradient descent with NumPy, filters and pooling with NumPy and SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from files import write
from scipy.ndimage import correlate

Array = np.ndarray


def _houses(random: np.random.RandomState, count: int) -> tuple[Array, Array]:
    x = np.round(random.uniform(0.3, 3, count), 2)
    line = random.uniform(1, 3) * x + random.uniform(-1, 2)
    return x, np.round(line + random.normal(0, 0.3, count), 2)


def _line(random: np.random.RandomState, count: int) -> dict[str, Any]:
    x, y = _houses(random, count)
    w, b = np.round(random.uniform(-2, 2, 2), 2)
    errors = np.polyval([w, b], x) - y
    # The gradient as a matrix product, and the cost as a norm: another way than the lesson's sums.
    dw, db = np.stack([x, np.ones_like(x)]) @ errors / count
    cost = np.linalg.norm(errors) ** 2 / 2 / count
    given = {"x": x.tolist(), "y": y.tolist(), "w": float(w), "b": float(b)}
    return {"given": given, "cost": float(cost), "gradients": {"dw": float(dw), "db": float(db)}}


def _descent(random: np.random.RandomState, count: int, alpha: float, tolerance: float) -> dict[str, Any]:
    x, y = _houses(random, count)
    inputs = np.stack([x, np.ones_like(x)])
    parameters, steps = np.zeros(2), 0
    while np.abs(slopes := inputs @ (parameters @ inputs - y) / count).max() > tolerance:
        parameters = parameters - alpha * slopes
        steps += 1
    w, b = parameters
    given = {"x": x.tolist(), "y": y.tolist(), "alpha": alpha, "tolerance": tolerance}
    return {**given, "expected": {"w": float(w), "b": float(b), "steps": steps}}


def _regression(seed: int) -> tuple[list[Any], list[Any], list[Any]]:
    random = np.random.RandomState(seed)
    lines = [_line(random, count) for count in (4, 7, 5)]
    cost = [{**line["given"], "expected": line["cost"]} for line in lines]
    gradients = [{**line["given"], "expected": line["gradients"]} for line in lines]
    settings = ((5, 0.1, 1e-6), (8, 0.3, 1e-4), (6, 0.05, 1e-2))
    return cost, gradients, [_descent(random, *each) for each in settings]


def _filter(random: np.random.RandomState, height: int, width: int, weight: float) -> dict[str, Any]:
    while True:
        image = random.randint(0, 256, (height, width))
        kernel = random.randint(-3, 5, (3, 3))
        # The course reads the filter as [column][row]: laid on the rows and columns it is the transpose.
        sums = correlate(image.astype(float), kernel.T.astype(float), mode="nearest")
        weighed = sums * weight
        inside = weighed[1:-1, 1:-1]
        is_clear = weight == 1 or np.abs(inside - np.round(inside)).min() > 1e-6
        is_rich = (inside < 0).any() and (inside > 256).any() and ((inside > 1) & (inside < 254)).any()
        if is_clear and is_rich and (weight == 1 or (np.mod(inside[(inside > 1) & (inside < 254)], 1) > 0.5).any()):
            break
    expected = image.copy()
    expected[1:-1, 1:-1] = np.clip(inside, 0, 255).astype(np.uint8)
    given = {"image": image.tolist(), "kernel": kernel.tolist(), "weight": weight}
    return {**given, "expected": expected.tolist()}


def _pool(random: np.random.RandomState, height: int, width: int) -> dict[str, Any]:
    image = random.randint(0, 256, (height, width))
    expected = image.reshape(height // 2, 2, width // 2, 2).max((1, 3))
    return {"image": image.tolist(), "expected": expected.tolist()}


def _pictures(seed: int) -> tuple[list[Any], list[Any]]:
    random = np.random.RandomState(seed)
    settings = ((6, 8, 1), (7, 5, 1 / 9), (5, 5, 1), (8, 6, 0.3))
    return [_filter(random, *each) for each in settings], [_pool(random, *each) for each in ((4, 6), (6, 2), (4, 4))]


def by_hand() -> None:
    """Lessons 1 and 2."""
    for names, make, seed in (
        (("regression-cost", "regression-gradients", "regression-descend"), _regression, 1),
        (("filters-convolve", "filters-pool"), _pictures, 2),
    ):
        for name, visible, hidden in zip(names, make(seed), make(seed + 100), strict=True):
            write(name, visible, hidden)
