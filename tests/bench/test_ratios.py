# SPDX-License-Identifier: Apache-2.0
"""Medians, ratios and their intervals."""

import random

import pytest

import ratios


def test_interval_of_equal_values_is_a_point():
    assert ratios.interval([2.0] * 9) == (2.0, 2.0)


def test_interval_holds_the_median_and_narrows_with_more_values():
    draw = random.Random(3)
    few = [draw.gauss(10, 1) for _ in range(10)]
    many = [draw.gauss(10, 1) for _ in range(400)]
    low, high = ratios.interval(few)
    narrow_low, narrow_high = ratios.interval(many)
    assert low < 10 < high and narrow_low < 10 < narrow_high
    assert narrow_high - narrow_low < high - low


def test_interval_is_the_same_each_time():
    values = [1.0, 2.0, 5.0, 9.0, 11.0]
    assert ratios.interval(values) == ratios.interval(values)


def test_ratio_is_taken_inside_a_round():
    # The machine was ten times slower in the second and third round; the ratio does not see it.
    found = ratios.summary([2.0, 20.0, 20.0], [1.0, 10.0, 10.0])
    assert found == {"ns": 20.0, "ratio": 2.0, "low": 2.0, "high": 2.0}


def test_rounds_that_are_missing_are_no_ratio():
    with pytest.raises(ValueError):
        ratios.summary([1.0, 2.0], [1.0])


@pytest.mark.parametrize("low, high, fair", [
    (0.97, 1.03, True), (0.99, 1.01, True), (0.969, 1.0, False), (1.0, 1.031, False), (1.01, 1.02, True)])
def test_pair_of_equals(low, high, fair):
    assert ratios.is_fair({"low": low, "high": high}) is fair
