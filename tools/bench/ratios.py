# SPDX-License-Identifier: Apache-2.0
"""Medians, and intervals that say how far to trust them."""

import random
import statistics

SAMPLES = 2000
CONFIDENCE = 0.95
FAIR = (0.97, 1.03)  # where the interval of the pair of equals has to lie


def interval(values, seed=1):
    """A bootstrap interval of the median, (low, high)."""
    draw = random.Random(seed)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(SAMPLES))
    tail = (1 - CONFIDENCE) / 2
    return medians[int(tail * SAMPLES)], medians[int((1 - tail) * SAMPLES) - 1]


def summary(times, reference):
    """Of one worker's times and the reference's of the same rounds."""
    ratio = [mine / other for mine, other in zip(times, reference, strict=True)]
    low, high = interval(ratio)
    return {"ns": statistics.median(times), "ratio": statistics.median(ratio), "low": low, "high": high}


def is_fair(pair):
    """Does the summary of the pair of equals say that the run can be believed?"""
    return FAIR[0] <= pair["low"] and pair["high"] <= FAIR[1]
