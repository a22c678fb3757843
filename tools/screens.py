#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes the pictures of a terminal that README.md shows: what a terminal shows of those commands today.

  screens.py POLCHECK

Each is written where the README has it. tests/cli/test_readme.py takes them anew and compares. Not for users:
tools/dev screens.
"""

import pathlib
import sys
import tempfile

import documents


def take(polcheck):
    """Runs the README: the files of its pictures, written. ValueError: a command does not do what it should."""
    text = (documents.TOP / "README.md").read_text(encoding="utf-8")
    steps = [step for step in documents.read(text) if not step.elsewhere]
    with tempfile.TemporaryDirectory() as made:
        for step, out, status in documents.run(steps, *documents.make_place(pathlib.Path(made), polcheck)):
            if status != step.status:
                raise ValueError(documents.wrong("README.md", step, out, status))
            if step.picture:
                path = documents.TOP / step.picture
                path.parent.mkdir(exist_ok=True)
                path.write_text(out, encoding="utf-8")
                yield step.picture


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name in take(sys.argv[1]):
        print(name)
