#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks a fuzz target, built with replay.c, about its seeds; prints TAP as that does.

usage: replay.py TARGET PROGRAM

Inputs that `tools/dev fuzz` has collected are asked too where the variable POLCHECK_FUZZED names their folder.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import seeds

SECONDS = 240


def folders(target, made):
    if seeds.write(target, made):
        yield made
    collected = os.environ.get("POLCHECK_FUZZED")
    for folder in (seeds.CORPUS / "seeds", collected and pathlib.Path(collected)):
        if folder and (folder / target).is_dir():
            yield folder / target


def main():
    target, program = sys.argv[1:]
    seconds = SECONDS * (100 if "POLCHECK_FUZZED" in os.environ else 1)
    with tempfile.TemporaryDirectory(prefix=f"seeds-{target}-") as made, seeds.scratch() as scratch:
        command = [program, *map(str, folders(target, pathlib.Path(made)))]
        sys.exit(subprocess.run(command, stdin=subprocess.DEVNULL, timeout=seconds, check=False,
                                env={**os.environ, "TMPDIR": scratch}).returncode)


if __name__ == "__main__":
    main()
