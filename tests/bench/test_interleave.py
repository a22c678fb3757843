# SPDX-License-Identifier: Apache-2.0
"""The runner: what workers say, and whose time counts."""

import os
import sys

import pytest

import interleave
import places

WORKER = """
import sys, time
print({first!r}, flush=True)
for line in sys.stdin:
    if not line.startswith("batch "):
        break
    begin = time.monotonic()
    while time.monotonic() - begin < float(line.split()[1]) / 1000:
        {work}
    print(10, 1, 5, flush=True)
"""


@pytest.fixture
def start():
    """Starts a worker that says `first` and does `work` in each batch."""
    begun = []

    def run(first, work="pass"):
        worker = interleave.Worker("w", [sys.executable, "-c", WORKER.format(first=first, work=work)],
                                   min(os.sched_getaffinity(0)))
        begun.append(worker)
        return worker

    yield run
    for worker in begun:
        worker.end()


def test_ready(start):
    worker = start("READY some label checked=1000 mismatches=7 load_ms=1")
    assert (worker.checked, worker.mismatches) == (1000, 7)
    assert worker.anonymous_memory() > 0


def test_cannot_is_told_with_its_reason(start):
    with pytest.raises(interleave.Cannot, match="no keys here"):
        start("CANNOT no keys here")


@pytest.mark.parametrize("first", ["", "FAILED no file", "Traceback"])
def test_anything_else_is_a_problem(start, first):
    with pytest.raises(places.Problem, match="did not start"):
        start(first)


def test_time_that_a_worker_sleeps_does_not_count(start):
    idle = start("READY w checked=1 mismatches=0", "time.sleep(0.01)")
    # Ten decisions in 100 ms at least: by the clock on the wall, each takes 10 ms.
    assert 0 < idle.batch(100) < 5e6


def test_worker_that_ends_is_a_problem(start):
    worker = start("READY w checked=1 mismatches=0", "sys.exit()")
    with pytest.raises(places.Problem, match="ended"):
        worker.batch(5)


def test_each_round_has_each_worker_once(start):
    one, two = start("READY w checked=1 mismatches=0"), start("READY w checked=1 mismatches=0")
    two.name = "v"
    times = interleave.run([one, two], 3, 1)
    assert {name: len(values) for name, values in times.items()} == {"w": 3, "v": 3}
