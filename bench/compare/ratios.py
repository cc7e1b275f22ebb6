"""From samples to medians, ratios and verdicts. Nothing here measures anything."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

Samples = Sequence[float]


def spread(samples: Samples) -> tuple[float, float, float]:
    """The lower quartile, the median and the upper quartile."""
    if not samples:
        raise ValueError("expected at least one sample, got none")
    if len(samples) == 1:
        return (samples[0],) * 3
    low, middle, high = statistics.quantiles(samples, n=4, method="inclusive")
    return low, middle, high


def ratio(ours: Samples, theirs: Samples) -> float:
    """The median of our time over theirs, round by round: what slows a whole round slows both."""
    if len(ours) != len(theirs):
        raise ValueError(f"expected as many rounds of both, got {len(ours)} and {len(theirs)}")
    return statistics.median(a / b for a, b in zip(ours, theirs))


def ratios(samples: Mapping[str, Samples], ours: str) -> dict[str, float]:
    """Of one contender to each of the others."""
    return {name: ratio(samples[ours], theirs) for name, theirs in samples.items() if name != ours}


def missed(found: Mapping[str, float], goals: Mapping[str, float]) -> dict[str, float]:
    """The goals that were not reached, and by which ratio; those that nobody measured are missing."""
    return {peer: found.get(peer, math.inf) for peer, goal in goals.items() if not found.get(peer, math.inf) <= goal}


def disagreement(values: Mapping[str, Samples], reference: str, count: int, each: bool) -> dict[str, float]:
    """How far the first `count` values of each contender lie from one contender's.

    Relative to each of these (losses), or to the largest of them (a network's outputs). What is not a number, or is not
    there, agrees with nothing.
    """
    expected = values[reference][:count]
    largest = max(map(abs, expected), default=0.0)
    scales = [abs(value) if each else largest for value in expected]
    return {name: _farthest(own[:count], expected, scales) for name, own in values.items() if name != reference}


def _farthest(values: Samples, expected: Samples, scales: Samples) -> float:
    if len(values) != len(expected):
        return math.inf
    apart = [abs(a - b) / (scale or 1.0) for a, b, scale in zip(values, expected, scales)]
    return max(apart, default=0.0) if all(map(math.isfinite, apart)) else math.inf


def has_fallen_behind(found: float, recorded: float, allowance: float = 1.3) -> bool:
    """Whether a ratio is worse than the one on record by more than the allowance."""
    return not found <= recorded * allowance


def share_of_roof(multiply_adds: float, examples: int, seconds: float, rate: float) -> float:
    """The share of the machine's rate of multiply-adds (a second) that a step of training reaches.

    A step does the forward pass's products three times: once forward, and once for the gradients of each of the two
    factors; what the first layer's input would need is counted too.
    """
    return 3 * multiply_adds * examples / seconds / rate
