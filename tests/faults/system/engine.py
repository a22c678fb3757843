#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets system calls of a server fail, one after another and all from one on, while its store is compiled anew twice and
its decisions are logged.

No answer is wrong for a round that was compiled, none goes back to an older round, nothing hangs. When the fault is
over the newest policies count, and the log has a whole line for each decision that it did not count as dropped. The
same with keys that are trusted and a file of what was seen: then an older store that is there at the start or put back,
and one that is not signed, are never answered from either. Prints TAP.
"""

import json
import pathlib
import random
import struct
import sys

import campaign
from io_faults import CALLS, LAST, Fault
from servers import Answers, Server

ROLES = 6
SPAN = 20  # calls that fail in a row, where not one or all do
ROUNDS = 3  # that are compiled while the server runs, the first before
OTHERS = {"older": ROUNDS, "unsigned": ROUNDS + 1}  # stores that are never to be answered from, and their rounds


class Trial:
    """A server's life on a store of its own."""

    def __init__(self, options, folder, tally, signed):
        self.signed = signed
        self.sign = ("--sign", "ci.key") if signed else ()
        self.trust = ("ci.pub", "seen") if signed else ()
        self.place = campaign.Place(options.polcheck, folder)
        self.server = str(pathlib.Path(options.server).resolve())
        self.shim = str(pathlib.Path(options.shim).resolve())
        self.folder, self.tally = folder / "try", tally
        self.counts = folder / "counts"
        self.template = campaign.fresh(folder / "template")
        for number in (*range(ROUNDS), *OTHERS.values()):
            campaign.write_manifest(self.template / f"{number}.json", number, ROLES)
        if signed:
            self.must("keygen", "ci", cwd=self.template)
            self.must("compile", f"{OTHERS['unsigned']}.json", "-o", "unsigned", cwd=self.template)
            self.must("compile", f"{OTHERS['older']}.json", "-o", "older", *self.sign, cwd=self.template)
        self.compile(0, self.template)
        if signed:
            self.must("dump", "--store", "store", "--trusted-keys", "ci.pub", "--seen", "seen", campaign.role(0, 0)["arn"],
                      cwd=self.template)

    def must(self, *words, cwd):
        done = self.place.run(*words, cwd=cwd)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def compile(self, number, cwd):
        self.must("compile", f"{number}.json", "-o", "store", "-j", "1", *self.sign, cwd=cwd)

    def read_counts(self):
        *counts, failed = struct.unpack(f"{len(CALLS) + 1}Q", self.counts.read_bytes())
        return dict(zip(CALLS, counts)), failed

    def judge(self, lines, least, most):
        """The round that answers are of, which is one of least to most; and what is wrong with them."""
        answers = Answers(lines, ROLES)
        wrong = [("wrong", text) for text in answers.wrong]
        number = least if answers.number is None else answers.number
        if not least <= number <= most:
            wrong.append(("wrong", f"round {number} while rounds {least} to {most} count"))
        return number, wrong

    def live(self, fault=None):
        """One life; what is wrong."""
        campaign.fresh(self.folder, self.template)
        self.counts.write_bytes(bytes(8 * (len(CALLS) + 1)))
        env = {"LD_PRELOAD": self.shim, "FAULT_COUNTS": str(self.counts), "ASAN_OPTIONS": "verify_asan_link_order=0",
               **(fault.environment() if fault else {})}
        if self.signed:
            self.place_other("older")
        server = Server(self.server, "store", "manual", "1", "decisions.log", *self.trust, cwd=self.folder, env=env)
        if server.first != "ready":
            return self.judge_start(server, fault)
        wrong, least, asked = [], 0, 0
        if self.signed:
            wrong += self.judge_other(server, "older", least)
            asked += ROLES
            self.take_back("older")
        for number in range(ROUNDS):
            if number > 0:
                self.compile(number, self.folder)
            if server.tell("reload") == ["0"]:
                least = number  # from now on nothing older counts
            least, found = self.judge(server.tell(f"ask {ROLES}"), least, number)
            asked += ROLES
            wrong += found
        if self.signed:
            for other in OTHERS:
                self.place_other(other)
                wrong += self.judge_other(server, other, least)
                asked += ROLES
                self.take_back(other)
        over = fault is None or fault.last != LAST
        wrong += self.judge_recovery(server) if over else []
        asked += ROLES if over else 0
        flushed = (server.tell("flush") or ["none"])[0]
        status = server.end()
        wrong += [] if status == 0 else [("wrong", f"the server ended with {status}")]
        return wrong + self.judge_log(asked, flushed)

    def place_other(self, other):
        (self.folder / "store").rename(self.folder / "newest")
        (self.folder / other).rename(self.folder / "store")

    def take_back(self, other):
        (self.folder / "store").rename(self.folder / other)
        (self.folder / "newest").rename(self.folder / "store")

    def judge_other(self, server, other, least):
        """What is wrong while another store lies in the place of the newest: nothing is answered from it."""
        taken = server.tell("reload") == ["0"]
        _, wrong = self.judge(server.tell(f"ask {ROLES}"), least, ROUNDS - 1)
        return wrong + ([("wrong", f"the {other} store is taken for a good one")] if taken else [])

    def judge_start(self, server, fault):
        """A server may not start, of which it knows, when its log cannot be opened, or nothing can."""
        status = server.end()
        return [] if fault is not None and status in (3, 4, 5) else [("wrong", f"did not start: {status}")]

    def judge_recovery(self, server):
        """The fault is over after some looks at the store: then the newest round counts."""
        for _ in range(4 * SPAN):
            if server.tell("reload") == ["0"]:
                break
        number, wrong = self.judge(server.tell(f"ask {ROLES}"), 0, ROUNDS - 1)
        return wrong + ([] if number == ROUNDS - 1 else [("wrong", f"round {number} counts when the fault is over")])

    def judge_log(self, asked, flushed):
        """Every decision is a line, or was counted as dropped; a line that is cut is followed by a whole one."""
        word, dropped = flushed.split() if " " in flushed else ("none", "0")
        lines = (self.folder / "decisions.log").read_text(encoding="utf-8").splitlines()
        whole = cut = 0
        for line in lines:
            try:
                whole += "decision" in json.loads(line)
            except ValueError:
                cut += line != ""
        # What was dropped is never written.
        wrong = [] if word == "flushed" or (word == "late" and int(dropped) > 0) else [("wrong", f"the log: {flushed}")]
        if whole + int(dropped) != asked:
            wrong.append(("lost", f"{asked} decisions, {whole} lines, {dropped} dropped, {cut} cut"))
        return wrong


def faults_of(calls):
    """One call that fails, and all from it on, of each name."""
    for call, errors in CALLS.items():
        for number in range(1, calls[call] + 1):
            for error in errors:
                if call != "print":
                    yield Fault(call, number, number, error)
                    yield Fault(call, number, number + SPAN, error)
                if call != "print" and error != "EINTR":
                    yield Fault(call, number, LAST, error)


def main():
    options = campaign.arguments_of(__doc__, shim=None, server=None, sample=0)
    tally = campaign.Tally("io-engine")
    with campaign.scratch() as folder:
        faults = []
        for kind in ("plain", "signed"):
            trial = Trial(options, campaign.fresh(pathlib.Path(folder) / kind), tally, kind == "signed")
            wrong = trial.live()
            if wrong:
                raise RuntimeError(f"without faults: {wrong}")
            faults += [(trial, kind, fault) for fault in faults_of(trial.read_counts()[0])]
        if options.sample:
            faults = random.Random(options.seed).sample(faults, min(options.sample, len(faults)))
        for trial, kind, fault in faults:
            wrong = trial.live(fault)
            if trial.read_counts()[1] > 0:
                tally.end(f"{kind}, {fault}", wrong)
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
