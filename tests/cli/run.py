#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the test_*.py of this folder, or of another, with pytest and prints TAP, so that meson counts each test.

POLCHECK names the command under test. Arguments go to pytest: run.py [--folder DIR] -k eval -x
"""

import contextlib
import os
import pathlib
import sys

import pytest

OWN = pathlib.Path(__file__).resolve().parent


class Tap:
    """A pytest plugin: one TAP line a test on the real standard output, what went wrong below it."""

    def __init__(self, out):
        self.out = out
        self.count = 0
        self.outcomes = {}

    def pytest_collection_finish(self, session):
        self.write(f"1..{len(session.items)}" + ("" if session.items else " # SKIP no tests yet"))

    def pytest_collectreport(self, report):
        if report.failed:
            self.write(f"Bail out! {report.nodeid} cannot be read")
            self.explain(report.longreprtext)

    def pytest_runtest_logreport(self, report):
        """A test has three phases; it passed if its call did and neither set-up nor tear-down failed."""
        outcome = self.outcomes.setdefault(report.nodeid, {"failed": [], "skipped": None})
        if report.failed:
            outcome["failed"].append(report)
        elif report.skipped:
            outcome["skipped"] = report.longrepr[2] if isinstance(report.longrepr, tuple) else "expected to fail"
        if report.when == "teardown":
            self.finish(report.nodeid, outcome)

    def finish(self, nodeid, outcome):
        self.count += 1
        # '#' would begin a directive of TAP.
        name = nodeid.replace("#", "_")
        if outcome["failed"]:
            self.write(f"not ok {self.count} - {name}")
            for report in outcome["failed"]:
                self.explain(report.longreprtext)
        elif outcome["skipped"] is not None:
            self.write(f"ok {self.count} - {name} # SKIP {outcome['skipped']}")
        else:
            self.write(f"ok {self.count} - {name}")

    def explain(self, text):
        for line in text.splitlines():
            self.write("# " + line)

    def write(self, line):
        print(line, file=self.out, flush=True)


def main(arguments):
    if not os.environ.get("POLCHECK"):
        print("Bail out! POLCHECK does not name the command under test")
        return 2
    sys.dont_write_bytecode = True
    folder = OWN
    if arguments[:1] == ["--folder"]:
        folder, arguments = pathlib.Path(arguments[1]), arguments[2:]
    # Pytest's own report goes nowhere: standard output is TAP alone.
    tap = Tap(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    options = ["-p", "no:cacheprovider", "--tb=short", "--rootdir", str(folder), *arguments, str(folder)]
    with open(os.devnull, "w", encoding="utf-8") as nothing, contextlib.redirect_stdout(nothing):
        status = pytest.main(options, plugins=[tap])
    return 0 if status == pytest.ExitCode.NO_TESTS_COLLECTED and not arguments else int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
