# SPDX-License-Identifier: Apache-2.0
"""Where things are, how to say what goes on, and how to end with a reason."""

import os
import pathlib
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
HERE = TOP / "tools" / "bench"
WORK = TOP / "build" / "bench"  # everything that is made, but for the results
RESULTS = TOP / "tests" / "bench"
MANAGED = TOP / "build" / "managed-policies"
RECORD = RESULTS / "instructions.txt"

_begin = time.monotonic()


class Problem(Exception):
    """What keeps a run from going on, for people to read."""


def say(text):
    """A line of progress."""
    print(f"[{time.monotonic() - _begin:6.1f} s] {text}", file=sys.stderr, flush=True)


def run(command, *, cwd=None, log=None, environment=None, timeout=None):
    """Runs a command; its output goes to the log file, or is returned. Problem: it failed."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=timeout, check=False,
                              env={**os.environ, **(environment or {})})
    except FileNotFoundError:
        raise Problem(f"{words[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise Problem(f"{' '.join(words[:3])} took longer than {timeout} s") from None
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        lines = done.stdout.strip().splitlines() or ["it printed nothing"]
        where = f" (log: {log})" if log else ""
        raise Problem(f"{' '.join(words[:3])} failed: {lines[-1].strip()}{where}")
    return done.stdout


def fetch_policies():
    """Has the managed policies in place. Problem: they cannot be had."""
    run([TOP / "tools" / "fetch-managed-policies"])
