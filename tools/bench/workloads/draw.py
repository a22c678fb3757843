# SPDX-License-Identifier: Apache-2.0
"""Random draws that come out alike on every machine: xorshift32."""

SEED = 0x9E3779B9
WORD = 0xFFFFFFFF


class Draw:
    """A stream of draws; the seed is a number from 1 to 2^32 - 1."""

    def __init__(self, seed=SEED):
        if not 0 < seed <= WORD:
            raise ValueError(f"the seed {seed} is not a number from 1 to {WORD}")
        self.state = seed

    def below(self, limit):
        """A number from 0 to limit - 1."""
        state = self.state
        state ^= state << 13 & WORD
        state ^= state >> 17
        state ^= state << 5 & WORD
        self.state = state
        return state % limit

    def pick(self, items):
        return items[self.below(len(items))]

    def padded(self, limit, width):
        return str(self.below(limit)).zfill(width)

    def hex(self, digits):
        return "".join("0123456789abcdef"[self.below(16)] for _ in range(digits))

    def shuffle(self, items):
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
