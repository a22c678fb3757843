#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills (-9) what changes a vault at moments of chance, and checks that nothing comes of it; prints TAP.

After each kill every secret opens under exactly one root key, the old or the new one, and has its old value or its
new one, all of them alike; the audit log is sound, and the next change works. In the end the log has for each
change one entry, or tells that it has none.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

FUNCTIONS = 60
SECONDS = 60  # that anything may take at most
KINDS = ("put", "rotate", "rekey")


def function(number):
    return f"arn:aws:lambda:eu-west-1:111122223333:function:f{number}"


def variables(value):
    """All secrets of all functions with one value, in one file for one change."""
    text = value * 40  # the last of them shows whether all of it is there
    return "".join(f"[{function(number)}]\nFIRST={text}\nSECOND={text}\n" for number in range(FUNCTIONS))


class Campaign:
    """One run: rounds of changes and kills on one vault."""

    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = folder
        self.vault = str(folder / "vault")
        self.file = str(folder / "secrets.env")
        self.keys = 0  # files of root keys that were named
        self.key = self.name_key()
        self.value = None
        self.random = random.Random(arguments.seed)
        # Seconds of the last whole ones: of a machine that is busy now and then the shortest counts.
        self.took = {kind: collections.deque((0.05,), maxlen=5) for kind in KINDS}
        self.counts = {kind: collections.Counter() for kind in KINDS}
        self.wrong = collections.defaultdict(list)
        self.whole_changes = 0  # that were not to be killed
        self.unlogged = 0  # that the log says to have no entry

    def name_key(self):
        self.keys += 1
        return str(self.folder / f"root-{self.keys}.key")

    def command(self, verb, *more):
        return [self.arguments.polcheck, "secrets", verb, "--vault", self.vault, "--root-key", self.key, *more]

    def run(self, *command):
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)

    def change(self, kind, value, key):
        """The command of a change to that value or root key."""
        if kind == "put":
            pathlib.Path(self.file).write_text(variables(value), encoding="ascii")
            return self.command("put", "--env-file", self.file)
        return self.command("rotate") if kind == "rotate" else self.command("rekey", "--new-root-key", key)

    def whole(self, kind, value, key):
        """A change to its end, which must work."""
        begin = time.monotonic()
        done = self.run(*self.change(kind, value, key))
        self.took[kind].append(time.monotonic() - begin)
        self.whole_changes += 1
        if done.returncode != 0:
            self.wrong["the next change works"].append(f"{kind}: {done.stderr.strip()}")

    def killed(self, kind, value, key):
        """A change until it is killed or ends; whether it was killed."""
        command = self.change(kind, value, key)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            time.sleep(self.random.uniform(0, 1.2 * min(self.took[kind])))
            process.kill()
            said = process.communicate(timeout=SECONDS)[1]
        if process.returncode not in (0, -signal.SIGKILL):
            self.wrong["the next change works"].append(f"{kind}: {said.strip()}")
        return process.returncode == -signal.SIGKILL

    def look(self, what, keys):
        """Root key, value, generation and logged generation of what is there now; None: something is wrong."""
        keys = [key for key in keys if pathlib.Path(key).exists()]
        done = self.run(self.arguments.look, self.vault, *keys)
        lines = done.stdout.splitlines()
        heads = [line.split() for line in lines if not line.startswith("arn:")]
        values = {line.split()[2] for line in lines if line.startswith("arn:")}
        if done.returncode != 0 or len(heads) != 1:
            self.wrong["every secret opens under one root key"].append(
                f"{what}: {len(heads)} root keys open it: {done.stderr.strip()}")
            return None
        if len(lines) != 1 + 2 * FUNCTIONS or len(values) != 1:
            self.wrong["all secrets are of one change"].append(f"{what}: {len(lines) - 1} secrets, values {values}")
            return None
        value = re.fullmatch(r"(v\d+\.)\1{39}", values.pop())
        return heads[0][0], value and value[1], int(heads[0][1]), int(heads[0][2])

    def verify(self, what):
        done = self.run(*self.command("audit", "--verify"))
        if done.returncode != 0:
            self.wrong["the audit log is sound"].append(f"{what}: {done.stdout}{done.stderr}")

    def account(self):
        """Each change of the vault is told once, by its own entry or by one that says that it has none."""
        done = self.run(*self.command("audit", "--json"))
        told = collections.Counter()
        for entry in map(json.loads, done.stdout.splitlines()):
            missing = re.fullmatch(r"changes? (\d+)(?: to (\d+))? (?:has|have) no entry", entry.get("message", ""))
            first = int(missing[1]) if missing else entry["generation"]
            told.update(range(first, entry["generation"] + 1))
            self.unlogged += entry["generation"] - first + 1 if missing else 0
        changes = sum((counts["changed"] for counts in self.counts.values()), self.whole_changes)
        wrong = [number for number in range(1, changes + 2) if told[number] != 1]  # the first is init
        if done.returncode != 0 or wrong or len(told) != changes + 1:
            self.wrong["every change is told once"].append(f"{changes} changes, {len(told)} told, wrong: {wrong[:9]} {done.stderr}")
        lost = sum(counts["changed, not logged"] for counts in self.counts.values())
        if self.unlogged != lost:
            self.wrong["every change is told once"].append(f"{lost} have no entry, {self.unlogged} are said to have none")

    def round(self, number):
        """Kills one change, looks at what is left, and makes it again to its end."""
        kind = KINDS[number % len(KINDS)]
        counts = self.counts[kind]
        what = f"round {number}, {kind}"
        value = f"v{number}." if kind == "put" else self.value
        key = self.name_key() if kind == "rekey" else self.key
        before = self.look(what, [self.key])
        killed = self.killed(kind, value, key)
        after = self.look(what, {self.key, key})
        if before is None or after is None:
            return False
        changed = after[2] != before[2]
        counts["killed" if killed else "ended"] += 1
        counts["changed" if changed else "unchanged"] += 1
        counts["changed, not logged"] += after[2] != after[3]
        expected = (key, value) if changed else (self.key, self.value)
        if after[:2] != expected or after[2] - before[2] not in (0, 1) or not (changed or killed):
            self.wrong["what is there is old or new"].append(f"{what}: {before} became {after}, not {expected}")
            return False
        self.key, self.value = expected
        self.verify(what)
        key = self.name_key() if kind == "rekey" else self.key
        value = f"v{number + 1000000}." if kind == "put" else self.value  # not that of another round
        self.whole(kind, value, key)
        self.key, self.value = key, value
        return True

    def rounds(self):
        done = self.run(*self.command("init"))
        if done.returncode != 0:
            self.wrong["the next change works"].append(done.stderr)
            return
        self.value = "v0."
        for kind in KINDS:
            key = self.name_key() if kind == "rekey" else self.key
            self.whole(kind, self.value, key)
            self.key = key
        for number in range(1, self.arguments.rounds + 1):
            if not self.round(number):
                return
            if sys.stderr.isatty():
                print(f"\rround {number} of {self.arguments.rounds}", end="", file=sys.stderr, flush=True)
        self.look("the end", [self.key])
        self.account()


TESTS = ("every secret opens under one root key", "all secrets are of one change", "what is there is old or new",
         "the audit log is sound", "every change is told once", "the next change works", "changes were killed, some before and some behind")


def report(campaign):
    """Prints the tests and a table; how many failed."""
    total = sum(campaign.counts.values(), collections.Counter())
    if not (total["killed"] > campaign.arguments.rounds / 3 and total["changed"] and total["unchanged"]):
        campaign.wrong[TESTS[-1]].append(str(dict(total)))
    print(f"1..{len(TESTS)}")
    for number, name in enumerate(TESTS, 1):
        faults = campaign.wrong[name]
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
        for fault in faults[:20]:
            print("# " + fault.replace("\n", "\n# "))
    columns = ("killed", "ended", "changed", "unchanged", "changed, not logged")
    print(f"# {campaign.arguments.rounds} rounds, seed {campaign.arguments.seed}")
    print("# " + " ".join(f"{name:>20}" for name in ("", *columns)))
    for kind in KINDS:
        print("# " + " ".join(f"{cell:>20}" for cell in (kind, *(campaign.counts[kind][name] for name in columns))))
    faults = {name: len(campaign.wrong[name]) for name in TESTS}
    lost = sum(faults[name] for name in TESTS[:3])
    wrong = sum(faults.values()) - lost
    print(f"# campaign kills-secrets: tries={total['killed']} survived={total['killed'] - lost - wrong} lost={lost} wrong={wrong}")
    return sum(bool(campaign.wrong[name]) for name in TESTS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polcheck", required=True, help="the command")
    parser.add_argument("--look", required=True, help="what opens every secret")
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="polcheck-kills-") as folder:
        campaign = Campaign(arguments, pathlib.Path(folder))
        campaign.rounds()
        return 1 if report(campaign) else 0


if __name__ == "__main__":
    sys.exit(main())
