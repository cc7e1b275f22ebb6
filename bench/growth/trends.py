"""Whether a cost grows as it should. Nothing here measures anything."""

from __future__ import annotations

from collections.abc import Sequence

Points = Sequence[tuple[float, float]]
"""How much work (examples, pixels), and what it cost."""


def cliffs(points: Points, allowance: float = 1.5) -> list[tuple[float, float]]:
    """Where the cost of one unit rises by more than the allowance over the least before: the amount of work, and the factor."""
    found = []
    least = float("inf")
    for work, cost in points:
        one = cost / work
        if one > least * allowance:
            found.append((work, one / least))
        least = min(least, one)
    return found


def growth(samples: Sequence[float], settled: int = 3) -> float:
    """The rise from the mean of the samples after the first ones to that of the last as many, as a share.

    The first epochs fill caches and pools; what still grows after them will not end.
    """
    if len(samples) < 2 * settled:
        raise ValueError(f"expected at least {2 * settled} epochs, got {len(samples)}")
    rest = samples[len(samples) - 2 * settled :]
    before, after = sum(rest[:settled]) / settled, sum(rest[settled:]) / settled
    return after / before - 1
