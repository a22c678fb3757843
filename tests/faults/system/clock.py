#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Has the time of day jump, by seconds and by centuries, in both directions, under commands and under a server.

Conditions on the time are decided by the time that is given, or by the clock at that moment and no other; new policies
count as soon as ever; nothing hangs. Keys that wait for their deletion neither seal nor open and are there until their
day; the audit log stays sound and keeps its order; suppressions end on their day. Prints TAP.
"""

import datetime
import json
import pathlib
import random
import struct
import sys
import time

import campaign
from servers import Server

DAY, YEAR = 86400, 31556952
ROLES = 8
FUNCTION = f"arn:aws:lambda:eu-west-1:{campaign.ACCOUNT}:function:thumbs"
VAULT = ("--vault", "vault", "--root-key", "root.key")
MADE_UP = ("--account", campaign.ACCOUNT, "--region", "eu-west-1")
FIRST, LAST = 1, 253402300799  # seconds since 1970 that a date can be of here: to the year 9999
CLOSE = 30  # seconds to a threshold: either answer is right
SOON = 5  # seconds until a server has new policies, at the latest


def date(seconds):
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Clock:
    """The clock of all that runs with `env`."""

    def __init__(self, shim, path):
        self.path = path
        self.env = {"LD_PRELOAD": str(pathlib.Path(shim).resolve()), "CLOCK_FILE": str(path),
                    "ASAN_OPTIONS": "verify_asan_link_order=0"}
        self.offset = 0
        path.write_bytes(bytes(8))

    def jump(self, offset):
        """So many seconds from the real time."""
        self.offset = offset
        with self.path.open("r+b") as file:
            file.write(struct.pack("q", offset))

    def jump_to(self, seconds):
        self.jump(int(seconds - time.time()))

    def now(self):
        return int(time.time()) + self.offset


class Jumps:
    """A folder, and a clock that jumps under what runs there."""

    def __init__(self, options, folder, tally):
        self.options, self.tally = options, tally
        self.place = campaign.Place(options.polcheck, folder)
        self.folder = campaign.fresh(folder / "try")
        self.clock = Clock(options.clock, folder / "clock")
        self.chance = random.Random(options.seed)

    def run(self, *words, given=""):
        return self.place.run(*words, given=given, cwd=self.folder, env=self.clock.env)

    def must(self, *words, given=""):
        done = self.run(*words, given=given)
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.stderr}")

    def ask(self, count, *words):
        return self.run("eval", "--store", "store", "--principal", campaign.role(0, count)["arn"], "--action",
                        "s3:GetObject", "--resource", f"arn:aws:s3:::bucket-{count}/key", "--resource-account",
                        campaign.ACCOUNT, *words)

    def moment(self):
        """A time of chance: near now, far away, or at an end."""
        now = int(time.time())
        return self.chance.choice((
            now + self.chance.randint(-100, 100), now + self.chance.choice((-1, 1)) * self.chance.randint(0, 30 * DAY),
            self.chance.randint(FIRST, LAST), 2 ** 31 + self.chance.randint(-5, 5), FIRST, LAST - 60))

    def compile(self, number, thresholds):
        """Role i is allowed until threshold i and denied from then on; the Sid tells the round."""
        roles = []
        for count, threshold in enumerate(thresholds):
            arn = campaign.role(0, count)["arn"]
            statement = {"Sid": f"Round{number}", "Action": "s3:GetObject",
                         "Resource": f"arn:aws:s3:::bucket-{count}/*"}
            until = {**statement, "Effect": "Allow",
                     "Condition": {"DateLessThan": {"aws:CurrentTime": date(threshold)}}}
            after = {**statement, "Effect": "Deny",
                     "Condition": {"NumericGreaterThanEquals": {"aws:EpochTime": str(threshold)}}}
            roles.append({"arn": arn, "policies": [{"Version": "2012-10-17", "Statement": [until]},
                                                   {"Version": "2012-10-17", "Statement": [after]}]})
        (self.folder / "policies.json").write_text(json.dumps({"polcheck": 1, "roles": roles}), encoding="utf-8")
        done = self.place.run("compile", "policies.json", "-o", "store", "-j", "1", cwd=self.folder)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def thresholds(self):
        """Around a moment, so that some are before and some behind; none within seconds of it."""
        middle = self.moment()
        return middle, [min(max(middle + sign * self.chance.choice((60, DAY, YEAR)), FIRST), LAST)
                        for sign in (-1, 1, -1, 1, -1, 1, -1, 1)]


# Conditions ---------------------------------------------------------------------------------------

def conditions(jumps):
    """A command decides by the clock, or by the time that it is given."""
    middle, thresholds = jumps.thresholds()
    jumps.compile(0, thresholds)
    jumps.clock.jump_to(middle)
    for given in (False, True):
        if given:
            jumps.clock.jump_to(jumps.moment())
        wrong = []
        for count, threshold in enumerate(thresholds):
            words = ("--now", str(middle)) if given else ()
            done = jumps.ask(count, *words)
            expected = 0 if middle < threshold else 1
            if done.returncode != expected and abs(middle - threshold) > CLOSE:
                wrong.append(("wrong", f"until {date(threshold)}: {done.returncode} {done.stdout}{done.stderr}"))
        jumps.tally.end(f"conditions at {date(middle)}, {'given' if given else 'by the clock'}", wrong)


def judge(lines, thresholds, now, number):
    """What is wrong with a server's answers at a time. Nothing is, close to a threshold."""
    right = [abs(now - threshold) <= CLOSE or line == f"0 {'allowed' if now < threshold else 'denied'} Round{number}"
             for line, threshold in zip(lines, thresholds)]
    good = len(right) == ROLES and all(right)
    return [] if good else [("wrong", f"at {date(now)}: {lines}, {list(map(date, thresholds))}")]


def serving(jumps, server, number):
    """A server sees a new store as soon as ever, whatever the clock does, and decides by the clock of the moment."""
    middle, thresholds = jumps.thresholds()
    jumps.clock.jump_to(middle)
    jumps.compile(number, thresholds)
    begin, wrong = time.monotonic(), [("wrong", "")]
    while wrong and time.monotonic() - begin < SOON:
        jumps.clock.jump_to(middle)
        wrong = judge(server.tell(f"ask {ROLES}"), thresholds, middle, number)
        if wrong:
            time.sleep(0.005)
    took = int(1000 * (time.monotonic() - begin))
    jumps.tally.notes["slowest reload, ms"] = max(jumps.tally.notes["slowest reload, ms"], took)
    for _ in range(4):
        moment = jumps.moment()
        jumps.clock.jump_to(moment)
        wrong += judge(server.tell(f"ask {ROLES}"), thresholds, moment, number)
    flushed = server.tell("flush")
    if flushed != ["flushed 0"]:
        wrong.append(("wrong", f"the log: {flushed}"))
    jumps.tally.end(f"a server at {date(middle)}", wrong)


def servers(jumps):
    jumps.compile(0, [LAST] * ROLES)
    for mode in ("background", "call"):
        jumps.clock.jump(0)
        program = str(pathlib.Path(jumps.options.server).resolve())
        server = Server(program, "store", mode, 20, f"{mode}.log", cwd=jumps.folder, env=jumps.clock.env)
        for number in range(1, jumps.options.rounds + 1):
            serving(jumps, server, number)
        status = server.end()
        jumps.tally.end(f"the end of a server, {mode}", [] if status == 0 else [("wrong", f"ended with {status}")])


# Secrets ------------------------------------------------------------------------------------------

def state_of(jumps, alias):
    done = jumps.run("keys", "list", *VAULT, "--json")
    if done.returncode != 0:
        return done.stderr
    return next((row["state"] for row in map(json.loads, done.stdout.splitlines()) if row["alias"] == alias), None)


def deletion(jumps, number):
    """A key that waits for its deletion, while the clock jumps about."""
    alias, name = f"alias/key-{number}", f"{FUNCTION}-{number}"
    begin = int(time.time()) + jumps.chance.randint(-1, 5) * YEAR
    days = jumps.chance.randint(7, 30)
    jumps.clock.jump_to(begin)
    jumps.must("keys", "create", *VAULT, *MADE_UP, "--alias", alias)
    jumps.must("secrets", "put", *VAULT, "--function", name, "--key", alias, "NAME_ONE", given="value")
    jumps.must("keys", "schedule-deletion", *VAULT, "--days", str(days), alias)
    wrong = []
    for _ in range(3):
        jumps.clock.jump_to(begin + jumps.chance.choice((-20 * YEAR, -DAY, 0, days * DAY - 60)))
        touch = jumps.run("secrets", "put", *VAULT, "--function", FUNCTION, "TOUCHED", given="value")
        sealed = jumps.run("secrets", "put", *VAULT, "--function", name, "NAME_TWO", given="value")
        if touch.returncode != 0 or sealed.returncode == 0 or state_of(jumps, alias) != "PendingDeletion":
            wrong.append(("lost", f"at {date(jumps.clock.now())}: {touch} {sealed} {state_of(jumps, alias)}"))
    if jumps.chance.random() < 0.5:
        jumps.clock.jump_to(begin + jumps.chance.choice((-20 * YEAR, days * DAY - 60)))
        done = jumps.run("keys", "cancel-deletion", *VAULT, alias)
        state = state_of(jumps, alias)
        if done.returncode != 0 or state not in ("Enabled", "Disabled"):
            wrong.append(("lost", f"cancelled: {state} {done.stderr}"))
    else:
        jumps.clock.jump_to(begin + days * DAY + 60)
        if state_of(jumps, alias) is None:
            wrong.append(("lost", "gone without a change"))
        touch = jumps.run("secrets", "put", *VAULT, "--function", FUNCTION, "TOUCHED", given="value")
        if touch.returncode != 0 or state_of(jumps, alias) is not None:
            wrong.append(("wrong", f"there after its day: {state_of(jumps, alias)} {touch.stderr}"))
    jumps.tally.end(f"the deletion of a key, {number}", wrong + audit(jumps))


def audit(jumps):
    """The log is sound, and in the order of what happened, whatever its times say."""
    verify = jumps.run("secrets", "audit", *VAULT, "--verify")
    shown = jumps.run("secrets", "audit", *VAULT, "--json")
    numbers = [json.loads(line)["seq"] for line in shown.stdout.splitlines()]
    good = verify.returncode == 0 and numbers == list(range(1, len(numbers) + 1))
    return [] if good else [("wrong", f"the audit log: {verify.stdout}{verify.stderr}{numbers[-5:]}")]


def no_clock(jumps, seconds):
    """Before 1970 there is no time to keep: a change is refused or works, and the next one works."""
    jumps.clock.jump_to(seconds)
    done = jumps.run("secrets", "put", *VAULT, "--function", FUNCTION, "TOUCHED", given="value")
    wrong = [] if done.returncode == 0 or (done.returncode == 2 and "POL" in done.stderr) else [
        ("wrong", f"{done.returncode}: {done.stderr}")]
    jumps.clock.jump(0)
    after = jumps.run("secrets", "put", *VAULT, "--function", FUNCTION, "TOUCHED", given="value")
    wrong += [] if after.returncode == 0 else [("wrong", f"the next change: {after.stderr}")]
    jumps.tally.end(f"a change {seconds} seconds from 1970", wrong + audit(jumps))


# Suppressions -------------------------------------------------------------------------------------

def suppression(jumps):
    """A finding is suppressed through a day, and not on the next."""
    day = jumps.chance.randint(365, 60000)
    policies = jumps.folder / "policies"
    policies.mkdir(exist_ok=True)
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    (policies / "all.json").write_text(json.dumps(everything), encoding="utf-8")
    entry = {"code": "POL1280", "reason": "a test", "until": date(day * DAY)[:10]}
    (jumps.folder / "suppressions.json").write_text(json.dumps({"polcheck-lint": 1, "suppressions": [entry]}),
                                                    encoding="utf-8")
    wrong = []
    for seconds, hidden in ((day * DAY - 20 * YEAR, True), (day * DAY + DAY - 60, True), (day * DAY + DAY + 1, False),
                            (day * DAY + 20 * YEAR, False)):
        jumps.clock.jump_to(max(seconds, FIRST))
        done = jumps.run("lint", "policies", "--suppressions", "suppressions.json", "--json")
        found = '"POL1280"' in done.stdout
        if done.returncode not in (0, 1) or found == hidden:
            wrong.append(("wrong", f"until {date(day * DAY)[:10]}, at {date(seconds)}: {done.stdout}{done.stderr}"))
    jumps.tally.end(f"a suppression until {date(day * DAY)[:10]}", wrong)


def main():
    options = campaign.arguments_of(__doc__, clock=None, server=None, rounds=200)
    tally = campaign.Tally("clock")
    with campaign.scratch() as folder:
        jumps = Jumps(options, pathlib.Path(folder), tally)
        jumps.must("secrets", "init", *VAULT)
        for _ in range(options.rounds):
            conditions(jumps)
        servers(jumps)
        for number in range(options.rounds // 2):
            deletion(jumps, number)
        for seconds in (-100 * YEAR, -DAY, -10, 0, 10):
            no_clock(jumps, seconds)
        for _ in range(options.rounds // 2):
            suppression(jumps)
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
