#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the single tests of a run of `meson test`, shows the failures, ends with 'N passed, N failed'.

Every test program of the project but a few prints TAP, and each of its subtests counts. Meson keeps
two logs: testlog.json has the result, output and exit status of each program; testlog.junit.xml has
the subtests that it read from the TAP. The second does not know of a program that died, left its
plan unfinished or ran out of time, so both are read: a program that failed although no subtest of it
did counts as one more failure. A program without subtests counts as one test.
"""

import collections
import json
import pathlib
import sys
import xml.etree.ElementTree

BAD = {"FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"}
SHOWN_LINES = 60
SHOWN_LAST = 3


class Test:
    """One counted test: its name and one of 'passed', 'failed', 'skipped'."""

    def __init__(self, name, outcome, why=""):
        self.name = name
        self.outcome = outcome
        self.why = why


def subtests_by_program(junit):
    """Maps the name of a program, as testlog.json has it, to its subtests."""
    found = {}
    if not junit.exists():
        return found
    for suite in xml.etree.ElementTree.parse(junit).getroot():
        cases = [case for case in suite.findall("testcase") if case.get("classname") == suite.get("name")]
        project, dot, program = suite.get("name").partition(".")
        if not dot:
            continue  # the programs without subtests, all in one suite with the project's name
        found[program] = [subtest(program, case) for case in cases]
    return found


def subtest(program, case):
    outcome = "passed"
    if case.find("failure") is not None or case.find("error") is not None:
        outcome = "failed"
    elif case.find("skipped") is not None:
        outcome = "skipped"
    return Test(f"{program}: {case.get('name')}", outcome, case.findtext("system-out", ""))


def tests_of(run, subtests):
    """The tests that one run of a program counts as."""
    if not subtests:
        if is_silent(run):
            return [Test(run["name"], "failed", "printed no TAP")]
        outcome = {"OK": "passed", "EXPECTEDFAIL": "passed", "SKIP": "skipped"}.get(run["result"], "failed")
        return [Test(run["name"], outcome, ending(run) if outcome == "failed" else last_line(run))]
    if run["result"] in BAD and all(test.outcome != "failed" for test in subtests):
        return subtests + [Test(f"{run['name']}: the program", "failed", ending(run))]
    return subtests


def is_silent(run):
    """True for a program that ran to its end and tested nothing, which meson calls skipped."""
    return run["result"] == "SKIP" and run.get("returncode") == 0 and not run.get("stdout", "").strip()


def ending(run):
    status = run.get("returncode")
    if run["result"] == "TIMEOUT":
        return "ran out of time"
    if isinstance(status, int) and status < 0:
        return f"killed by signal {-status}"
    return f"exit status {status}, result {run['result']}"


def last_line(run):
    lines = run.get("stdout", "").strip().splitlines()
    return lines[-1] if lines else ""


def show_failure(run, tests):
    print(f"\n--- {run['name']}")
    for test in tests:
        if test.outcome == "failed":
            print(f"failed: {test.name}" + (f" ({test.why})" if test.why else ""))
    for stream in ("stdout", "stderr"):
        lines = [line for line in run.get(stream, "").splitlines() if not line.startswith("ok ")]
        if len(lines) > SHOWN_LINES:
            more = f"... {len(lines) - SHOWN_LINES} more lines of {stream} in the log of the build folder"
            lines = lines[:SHOWN_LINES] + [more]
        for line in lines:
            print("    " + line)


def show_silence(log):
    """Says that no test ran, and what meson said last."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    for line in [line for line in lines if line.strip()][-SHOWN_LAST:]:
        print("    " + line)
    print(f"no test ran; above is the end of what meson said, all is in {log}")


def results(build, meson_status):
    logs = build / "meson-logs"
    count = collections.Counter()
    skipped = []
    for log in sorted(logs.glob("testlog*.json")):
        subtests = subtests_by_program(log.with_suffix(".junit.xml"))
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            run = json.loads(line)
            tests = tests_of(run, subtests.get(run["name"], []))
            count.update(test.outcome for test in tests)
            skipped += [test for test in tests if test.outcome == "skipped"]
            if any(test.outcome == "failed" for test in tests):
                show_failure(run, tests)
    if skipped:
        print()
    for test in skipped:
        print(f"skipped: {test.name}" + (f" ({test.why})" if test.why else ""))
    if not count:
        show_silence(build / "test.log")
    elif meson_status and not count["failed"]:
        print(f"meson test ended with status {meson_status}: see {build / 'test.log'}")
    print(f"{count['passed']} passed, {count['failed']} failed")
    return 1 if count["failed"] or not count["passed"] or meson_status else 0


def names(build):
    """Refuses two tests of one name and suite: meson 1.0.1 crashes on them at the end of the run."""
    tests = json.loads((build / "meson-info" / "intro-tests.json").read_text(encoding="utf-8"))
    seen = collections.Counter((test["name"], tuple(test["suite"])) for test in tests)
    twice = [f"{name} (suite {' '.join(suite)})" for (name, suite), n in seen.items() if n > 1]
    if twice:
        print("two tests have the same name and suite: " + ", ".join(sorted(twice)), file=sys.stderr)
        return 2
    return 0


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "names":
        return names(pathlib.Path(arguments[1]))
    if len(arguments) == 3 and arguments[0] == "results":
        return results(pathlib.Path(arguments[1]), int(arguments[2]))
    print("usage: tally.py names BUILD | results BUILD STATUS-OF-MESON-TEST", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
