#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A test: does a decision still cost the instructions that tests/bench/instructions.txt has? Prints TAP.

  gate.py BUILD.INI    the file that the build wrote beside the worker
"""

import pathlib
import sys
import tempfile

import instructions
import places
import workloads


def measure(build):
    """The figures of the four workloads. Unable: the managed policies cannot be had."""
    try:
        places.fetch_policies()
    except places.Problem as reason:
        raise instructions.Unable(reason) from None
    with tempfile.TemporaryDirectory(prefix="polcheck-workloads-") as scratch:
        folder = pathlib.Path(scratch)
        workloads.generate(folder, places.MANAGED)
        return instructions.measure(build, [folder / name for name in workloads.NAMES])


def record(ini):
    """Counts anew and writes the record. Unable, Broken."""
    build = instructions.Build(ini)
    made = instructions.Record(instructions.circumstances(build), measure(build))
    made.write(places.RECORD)
    return made


def report(recorded, figures):
    """Prints one test a figure, and one a workload for what libpolcheck adds; how many failed."""
    tests = [(f"{' '.join(row)}: {figure:.0f} instructions", recorded.judge(row, figure))
             for row, figure in sorted(figures.items())]
    tests += [(f"{name} through libpolcheck: {factor:.2f} times the instructions", wrong)
              for name, factor, wrong in instructions.public_factors(figures)]
    print(f"1..{len(tests)}")
    for number, (name, wrong) in enumerate(tests, 1):
        print(f"{'ok' if wrong is None else 'not ok'} {number} - {name}")
        if wrong:
            print(f"# {wrong}")
    return sum(wrong is not None for _, wrong in tests)


def main(ini):
    try:
        build = instructions.Build(ini)
        recorded = instructions.Record.read(places.RECORD)
        different = recorded.differs(instructions.circumstances(build))
        if different:
            raise instructions.Unable(different[0])
        figures = measure(build)
    except instructions.Unable as reason:
        print(f"1..0 # SKIP {reason}")
        return 0
    except instructions.Broken as fault:
        print(f"1..1\nnot ok 1 - the worker decides\n# {fault}")
        return 1
    return 1 if report(recorded, figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
