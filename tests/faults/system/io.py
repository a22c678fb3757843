#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets the n-th system call of a kind fail, for every n, every kind and every way to fail, while a command runs.

Then the command has done all that it should and says so, or it has ended with status 2 and a diagnostic and nothing
has changed. What it printed is right as far as it goes; secrets are not printed without an entry of the audit log. The
next command works, stores and audit logs verify. Prints TAP.
"""

import concurrent.futures
import pathlib
import random
import re
import struct
import subprocess
import sys

import campaign
from io_faults import CALLS, HARMLESS, LAST, Fault
from io_operations import BEGINNINGS, GO_ON, LOOKS, OPERATIONS, SECRET


class Place(campaign.Place):
    """The same, with a run into faults."""

    def __init__(self, options, folder):
        super().__init__(options.polcheck, folder)
        self.shim = str(pathlib.Path(options.shim).resolve())
        self.looker = str(pathlib.Path(options.look).resolve())
        self.counts = self.folder / "counts"

    def look(self, *words, cwd):
        return subprocess.run([self.looker, *map(str, words)], cwd=cwd, capture_output=True, encoding="utf-8",
                              check=False, timeout=campaign.SECONDS)

    def faulty(self, operation, fault=None):
        """Runs an operation; what came of it, how often each call was made, and how many failed."""
        self.counts.write_bytes(bytes(8 * (len(CALLS) + 1)))
        env = {"LD_PRELOAD": self.shim, "FAULT_COUNTS": str(self.counts), "ASAN_OPTIONS": "verify_asan_link_order=0",
               **(fault.environment() if fault else {})}
        done = self.run(*operation.words, given=operation.given, cwd=self.folder / "try", env=env)
        *counts, failed = struct.unpack(f"{len(CALLS) + 1}Q", self.counts.read_bytes())
        return done, dict(zip(CALLS, counts)), failed


class Trial:
    """An operation, and what it comes to without faults."""

    def __init__(self, place, operation, tally, chance):
        self.place, self.operation, self.tally, self.chance = place, operation, tally, chance
        self.folder = place.folder / "try"
        self.template = campaign.fresh(place.folder / "template")
        BEGINNINGS[operation.begin](place, self.template)
        campaign.fresh(self.folder, self.template)
        self.old, self.names_before = self.look(), self.names()
        campaign.fresh(self.folder, self.template)
        self.good, self.calls, _ = place.faulty(operation)
        self.new, self.names_after = self.look(), self.names()
        if self.good.returncode != operation.status or isinstance(self.old, str) or isinstance(self.new, str):
            raise RuntimeError(f"{operation.name} does not work: {self.good} {self.old} {self.new}")
        if operation.changes != (self.old != self.new):
            raise RuntimeError(f"{operation.name}: {self.old} became {self.new}")

    def look(self):
        return LOOKS[self.operation.about](self.place, self.folder, self.operation)

    def names(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                      if path.name != "lock.mdb" and path.suffix != ".key")  # a key that was made is never removed

    def faults(self):
        """All there are: each call alone, and all from it on."""
        for call, errors in CALLS.items():
            for number in range(1, self.calls[call] + 1):
                for error in errors:
                    yield Fault(call, number, number, error)
                    if error not in ("EINTR", "full") and number < self.calls[call]:
                        yield Fault(call, number, LAST, error)
                    if error == "full":
                        yield Fault(call, number, LAST, error)

    def run(self, fault):
        campaign.fresh(self.folder, self.template)
        done, _, failed = self.place.faulty(self.operation, fault)
        if failed == 0:
            return  # another way was taken
        state = self.look()
        wrong = [*self.judge_end(done, fault), *self.judge_state(done, fault, state), *self.judge_output(done)]
        if not isinstance(state, str):
            wrong += self.judge_next(state)
        self.tally.notes["done in spite of it" if done.returncode != 2 else "refused"] += 1
        self.tally.end(f"{self.operation.name}, {fault}", wrong)

    def judge_end(self, done, fault):
        """How it ended."""
        if done.returncode is None or done.returncode not in (self.good.returncode, 2, *self.operation.fails):
            yield "wrong", f"ended with {done.returncode}: {done.stderr}"
        if "all the same" in done.stderr and self.look() != self.new:
            yield "lost", f"it said that it was done: {done.stderr}"
        if done.returncode == 2 and fault.call != "print" and "POL" not in done.stderr:
            yield "wrong", f"failed without a diagnostic: {done.stderr!r}"
        if done.returncode == 2 != self.good.returncode and (fault.call, fault.error) in HARMLESS:
            yield "wrong", f"gave up: {done.stderr}"

    def judge_state(self, done, fault, state):
        """What is in the store or vault."""
        if isinstance(state, str) or state not in (self.old, self.new):
            yield "lost", f"neither what was there nor what should be: {state}"
        elif done.returncode == self.good.returncode and state != self.new:
            yield "lost", "it said that it was done, and it was not"
        elif (done.returncode == 2 and self.operation.changes and state != self.old and fault.call != "print"
              and "all the same" not in done.stderr  # which is said where nothing can be taken back
              and not self.operation.ahead):
            yield "wrong", f"it said that it failed, and it was done: {done.stderr}"
        expected = self.names_after if state == self.new else self.names_before
        # What cannot be removed stays; whoever cannot be told what is there has no use for a list.
        if fault.call != "unlink" and self.names() != expected:
            yield "wrong", f"left behind or lacking: {sorted(set(self.names()) ^ set(expected))}"

    def judge_next(self, state):
        """What comes next: the same again, another change, or after mere reading whatever looked at the state."""
        if self.operation.changes and state == self.old:
            yield from self.judge_repeat()
        elif self.operation.changes or self.chance.random() < 0.1:
            after = GO_ON[self.operation.about](self.place, self.folder, self.operation)
            if after:
                yield "wrong", after

    def judge_repeat(self):
        """What comes of the same command when nothing fails."""
        done = self.place.run(*self.operation.words, given=self.operation.given, cwd=self.folder)
        if done.returncode != self.good.returncode or self.look() != self.new:
            yield "wrong", f"the same command again ended with {done.returncode}: {done.stderr}"

    def judge_output(self, done):
        """What it printed; what changes something prints only that it did."""
        if self.operation.changes:
            return
        failed = done.returncode == 2 or done.returncode != self.good.returncode
        if not failed and self.varies(done.stdout) != self.varies(self.good.stdout):
            yield "wrong", f"printed something else: {done.stdout!r}"
        sum_of = self.operation.sums_up and re.search(self.operation.sums_up, done.stdout)
        begun = self.varies(self.good.stdout).startswith(self.varies(done.stdout))
        if failed and not sum_of and not begun:
            yield "wrong", f"failed, and printed: {done.stdout!r}"
        if SECRET in done.stdout and '"event":"release"' not in self.log():
            yield "lost", "a secret was released without an entry"

    def log(self):
        return (self.folder / "vault" / "audit.log").read_text(encoding="utf-8")

    def varies(self, text):
        """The output without what differs from run to run."""
        return re.sub(r"\(\d+ ms\)|\d+ s ago", "", text)


def try_all(options, operation, folder, tally):
    """All faults of an operation, or a sample of them."""
    chance = random.Random(f"{options.seed} {operation.name}")
    trial = Trial(Place(options, folder), operation, tally, chance)
    faults = list(trial.faults())
    if options.sample:
        faults = chance.sample(faults, min(options.sample, len(faults)))
    for fault in faults:
        if tally.stopped:
            return
        trial.run(fault)


def main():
    options = campaign.arguments_of(__doc__, shim=None, look=None, sample=0, only="", jobs=1)
    tally = campaign.Tally("io")
    chosen = [operation for operation in OPERATIONS if re.search(options.only, operation.name)]
    with campaign.scratch() as folder, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        begun = []
        for number, operation in enumerate(chosen):
            own = campaign.fresh(pathlib.Path(folder) / str(number))
            begun.append(pool.submit(try_all, options, operation, own, tally))
        try:
            for future in begun:
                future.result()
        except BaseException:
            tally.stopped = True  # or the others would go on to their ends
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
