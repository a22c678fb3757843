#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what polcheck lint finds in AWS's managed policies with lint-findings.txt, where each code has its count and
what it is. Both the policies and the service reference are of pinned versions. Exit status: 0 the same, 1 not, 77 the
policies cannot be had."""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RECORD = HERE / "lint-findings.txt"
FETCH = HERE.parents[1] / "tools" / "fetch-managed-policies"
CODES = range(1200, 1280)  # with the service reference, and of statements and conditions
UNAVAILABLE, SKIPPED = 3, 77


def recorded():
    rows = [line.split(maxsplit=2) for line in RECORD.read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")]
    return {code: int(count) for code, count, _ in rows}


def found(polcheck, policies):
    done = subprocess.run([polcheck, "lint", "--json", "--fail-on", "never", policies], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, encoding="utf-8", check=True)
    codes = [json.loads(line)["code"] for line in done.stdout.splitlines()]
    return dict(collections.Counter(code for code in codes if int(code.removeprefix("POL")) in CODES))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--polcheck", required=True, help="the command")
    parser.add_argument("--policies", required=True, help="where the policies are, or shall be")
    arguments = parser.parse_args()
    fetched = subprocess.run([FETCH, "--to", arguments.policies], stdin=subprocess.DEVNULL, check=False).returncode
    if fetched:
        return SKIPPED if fetched == UNAVAILABLE else 1
    expected, actual = recorded(), found(arguments.polcheck, arguments.policies)
    for code in sorted(expected.keys() | actual.keys()):
        if expected.get(code, 0) != actual.get(code, 0):
            print(f"{code}: {actual.get(code, 0)} found, {expected.get(code, 0)} in {RECORD.name}")
    return 0 if expected == actual else 1


if __name__ == "__main__":
    sys.exit(main())
