"""Medians, ratios and verdicts."""

from __future__ import annotations

import math

import pytest
from ratios import disagreement, has_fallen_behind, missed, ratio, ratios, share_of_roof, spread
from trends import cliffs, growth


def test_spread_is_the_quartiles() -> None:
    assert spread([5, 1, 4, 2, 3]) == (2, 3, 4)
    assert spread([7]) == (7, 7, 7)
    with pytest.raises(ValueError, match="at least one"):
        spread([])


def test_a_ratio_is_taken_round_by_round() -> None:
    # The machine was busy in the second round and slowed both; the ratio of the medians would say 1.
    assert ratio([1, 10, 1], [2, 20, 2]) == 0.5
    assert ratio([1, 2, 30], [2, 4, 10]) == 0.5
    with pytest.raises(ValueError, match="as many rounds"):
        ratio([1], [1, 2])


def test_ratios_are_of_one_to_all_others() -> None:
    samples = {"a": [1.0], "b": [2.0], "c": [4.0]}
    assert ratios(samples, "a") == {"b": 0.5, "c": 0.25}


def test_a_goal_is_missed_above_it_and_where_nothing_was_measured() -> None:
    goals = {"Keras": 0.4, "PyTorch": 0.7, "SciPy": 1.0}
    assert missed({"Keras": 0.4, "PyTorch": 0.71}, goals) == {"PyTorch": 0.71, "SciPy": math.inf}
    assert missed({"Keras": math.nan}, {"Keras": 1.0}).keys() == {"Keras"}


def test_losses_are_compared_each_with_its_own() -> None:
    values = {"ours": [2.0, 0.1], "theirs": [2.0, 0.11]}
    assert disagreement(values, "ours", 2, each=True)["theirs"] == pytest.approx(0.1)
    assert disagreement(values, "ours", 2, each=False)["theirs"] == pytest.approx(0.005)
    assert disagreement(values, "ours", 1, each=True)["theirs"] == 0


@pytest.mark.parametrize("bad", [[2.0], [2.0, math.nan], [2.0, math.inf]])
def test_what_is_no_number_or_missing_agrees_with_nothing(bad: list[float]) -> None:
    assert disagreement({"ours": [2.0, 1.0], "theirs": bad}, "ours", 2, each=True)["theirs"] == math.inf


def test_the_guard_allows_30_percent() -> None:
    assert not has_fallen_behind(0.26, 0.2)
    assert has_fallen_behind(0.27, 0.2)
    assert has_fallen_behind(math.nan, 0.2)


def test_a_step_multiplies_three_times() -> None:
    assert share_of_roof(multiply_adds=10, examples=4, seconds=2, rate=120) == 0.5


def test_a_cliff_is_a_rise_of_the_cost_of_one() -> None:
    assert cliffs([(1, 10), (2, 12), (4, 20)]) == []
    assert cliffs([(1, 10), (2, 20), (4, 80)]) == [(4, 2.0)]
    # Compared with the least before: two steps of less than half each are a cliff too.
    assert cliffs([(1, 1), (2, 2.8), (4, 7.6)]) == [(4, pytest.approx(1.9))]


def test_growth_is_that_of_the_last_epochs() -> None:
    assert growth([1, 5, 9, 10, 10, 10, 11, 11, 11]) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="at least 6"):
        growth([1, 2, 3])
