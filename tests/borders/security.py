#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the tests that SECURITY.md and docs/hardening.md name for their guarantees are there; prints TAP, one test a page.

usage: security.py BUILD    the build folder, which knows the tests
"""

import fnmatch
import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGES = ("SECURITY.md", "docs/hardening.md")
# A test of meson, also of several by a star, or a file or folder of tests/.
NAME = re.compile(r"`((?:tests/)?\w[\w/*.-]*)`")


def held_by(page):
    """What the last column of each table whose head says so names."""
    column = False
    for line in (TOP / page).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            column = False
        elif cells[-1] in ("test", "held by"):
            column = True
        elif column:
            yield from NAME.findall(cells[-1])


def is_there(name, tests):
    if fnmatch.filter(tests, name):
        return True
    places = [name] if name.startswith("tests/") else [f"tests/*/{name}", f"tests/*/{name}.py"]
    return any(True for place in places for _ in TOP.glob(place))


def main():
    known = json.loads((pathlib.Path(sys.argv[1]) / "meson-info" / "intro-tests.json").read_text(encoding="utf-8"))
    tests = [test["name"] for test in known]
    failed = 0
    print(f"1..{len(PAGES)}")
    for number, page in enumerate(PAGES, 1):
        named = list(held_by(page))
        missing = [name for name in named if not is_there(name, tests)] if named else ["it names none"]
        failed += bool(missing)
        print(f"{'not ok' if missing else 'ok'} {number} - the tests that {page} names are there ({len(named)})")
        for name in missing:
            print(f"# {page}: {name}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
