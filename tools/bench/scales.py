# SPDX-License-Identifier: Apache-2.0
"""Logarithmic axes, and numbers as people read them."""

import math

UNITS = {
    "ns": ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns")),
    "s": ((1, "s"), (1e-3, "ms"), (1e-6, "µs")),
    "B": ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "B")),
    "": ((1e6, "M"), (1e3, "k"), (1, "")),
}


def rounded(value):
    """Three digits that count, with commas: 1.23, 12.3, 123, 1,230."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def fitting(value, unit):
    """The largest unit that leaves a digit before the point, else the smallest: (size, name)."""
    return next((row for row in UNITS[unit] if value >= row[0]), UNITS[unit][-1])


def readable(value, unit):
    """A value with its unit: 1.23 µs."""
    size, name = fitting(value, unit)
    return f"{rounded(value / size)} {name}".strip()


def tick(value, unit):
    """A power of ten, short: 100 ns, 10 µs, 1k."""
    size, name = fitting(value, unit)
    return f"{value / size:g}{' ' if unit else ''}{name}"


class Log:
    """A logarithmic axis between the powers of ten around the values, drawn from pixel `begin` to `end`."""

    def __init__(self, values, begin, end):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.begin = begin
        self.end = end

    def place(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]
