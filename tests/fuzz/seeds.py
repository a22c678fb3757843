#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the seeds of a fuzz target from the corpus: files in a folder, named after their content.

What a fuzzer found, and seeds that nothing can make, lie in corpus/seeds/TARGET and are used besides.
A target that has no row in the tables of seeds_*.py lives from those.
"""

import hashlib
import os
import pathlib
import sys
import tempfile

import seeds_engine
import seeds_outside
import seeds_texts
from corpus_cases import CORPUS

SEEDS = {**seeds_engine.SEEDS, **seeds_outside.SEEDS, **seeds_texts.SEEDS}
# Bytes of a seed, else 4 KiB: large ones slow a fuzzer down.
LARGEST = {"json": 2 << 10, "import": 8 << 10, "slow": 32 << 10, **dict.fromkeys(seeds_outside.SEEDS, 32 << 10)}


def scratch():
    """A folder for the files of a target, in memory where the machine has such; gone when it is left."""
    memory = "/dev/shm"
    return tempfile.TemporaryDirectory(prefix="polcheck-fuzz-", dir=memory if os.access(memory, os.W_OK) else None)


def encoded(seed):
    return seed if isinstance(seed, bytes) else seed.encode("utf-8", "surrogatepass")


def write(target, folder):
    """Returns how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    largest = LARGEST.get(target, 4 << 10)
    listed = map(encoded, SEEDS.get(target, list)())
    made = {hashlib.sha256(seed).hexdigest()[:16]: seed for seed in listed if len(seed) <= largest}
    for name, seed in made.items():
        (folder / name).write_bytes(seed)
    return len(made)


def main():
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} TARGET FOLDER\ntargets: {' '.join(sorted(SEEDS))}")
    print(f"{write(sys.argv[1], pathlib.Path(sys.argv[2]))} seeds")


if __name__ == "__main__":
    main()
