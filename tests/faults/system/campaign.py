# SPDX-License-Identifier: Apache-2.0
"""What the campaigns of this folder share: counting tries, running commands, and the policies that tell their round."""

import argparse
import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

ACCOUNT = "111122223333"
SECONDS = 60  # that anything may take at most
KINDS = ("lost", "wrong")


class Tally:
    """Counts tries and what came of them."""

    def __init__(self, name):
        self.name = name
        self.tries = 0
        self.counts = collections.Counter()
        self.notes = collections.Counter()  # further figures, for people
        self.told = 0
        self.stopped = False  # nothing more is to be tried
        self.lock = threading.Lock()

    def end(self, what, faults):
        """A try is over; faults: (kind, text) of each thing that is not as it should be. Any thread."""
        with self.lock:
            self.count(what, faults)

    def count(self, what, faults):
        self.tries += 1
        for kind in KINDS:  # a loss counts for more than a wrong answer
            if any(found == kind for found, _ in faults):
                self.counts[kind] += 1
                break
        for kind, text in faults:
            self.told += 1
            if self.told <= 100:
                print(f"# {kind}: {what}: " + text.strip().replace("\n", "\n#   "), file=sys.stderr)
        if sys.stderr.isatty():
            print(f"\r{self.tries} tries", end="", file=sys.stderr, flush=True)

    def report(self):
        """Prints one test as TAP, then the result as tools/faults.py wants it; the exit status."""
        bad = self.counts["lost"] + self.counts["wrong"]
        good = self.tries > 0 and bad == 0
        print(f"1..1\n{'ok' if good else 'not ok'} 1 - {self.name}")
        for name, count in sorted(self.notes.items()):
            print(f"# {name}: {count}")
        print(f"# campaign {self.name}: tries={self.tries} survived={self.tries - bad} lost={self.counts['lost']} "
              f"wrong={self.counts['wrong']}")
        return 0 if good else 1


def skip(name, why):
    """Nothing can be tried here, and it is said why."""
    print(f"1..0 # SKIP {why}\n# campaign {name}: tries=0 survived=0 lost=0 wrong=0")
    return 0


def role(number, count, account=ACCOUNT):
    """The ARN of a role, and a policy of that round for it: even sums are allowed, odd ones denied."""
    effect = "Allow" if (number + count) % 2 == 0 else "Deny"
    statement = {"Sid": f"Round{number}", "Effect": effect, "Action": "s3:GetObject",
                 "Resource": f"arn:aws:s3:::bucket-{count}/*"}
    return {"arn": f"arn:aws:iam::{account}:role/role-{count}",
            "policies": [{"Version": "2012-10-17", "Statement": [statement]}]}


def manifest(number, roles, account=ACCOUNT):
    """The policies of a round for some roles."""
    return {"polcheck": 1, "roles": [role(number, count, account) for count in range(roles)]}


def write_manifest(path, number, roles, account=ACCOUNT):
    pathlib.Path(path).write_text(json.dumps(manifest(number, roles, account)), encoding="utf-8")


def questions(roles, account=ACCOUNT):
    """One question for each role, as lines of a batch."""
    return "".join(json.dumps({
        "principal": f"arn:aws:iam::{account}:role/role-{count}", "action": "s3:GetObject",
        "resource": f"arn:aws:s3:::bucket-{count}/key", "resourceAccount": account}) + "\n" for count in range(roles))


def round_of(answer, count):
    """The round that an answer of `eval --batch --json` is of; None: it is right for none."""
    statements = answer.get("matchedStatements", [])
    sids = {statement.get("sid") for statement in statements}
    if len(sids) != 1:
        return None
    number = int(sids.pop().removeprefix("Round"))
    expected = "allowed" if (number + count) % 2 == 0 else "explicitDeny"
    return number if answer.get("decision") == expected else None


class Place:
    """A folder to try things in, the command, and how it is run."""

    def __init__(self, polcheck, folder):
        self.polcheck = str(pathlib.Path(polcheck).resolve())
        self.folder = pathlib.Path(folder)

    def run(self, *words, given="", cwd=None, env=None, **how):
        """Runs the command; returncode is None when it does not end."""
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", **(env or {})}
        command = [self.polcheck, *map(str, words)]
        try:
            return subprocess.run(command, input=given, cwd=cwd or self.folder, env=environment, timeout=SECONDS,
                                  capture_output=True, encoding="utf-8", errors="replace", check=False, **how)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, None, "", f"did not end in {SECONDS} s")

    def start(self, *words, cwd=None):
        """The command, begun and not waited for."""
        return subprocess.Popen([self.polcheck, *map(str, words)], cwd=cwd or self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def rounds(self, store, roles, *words, cwd=None, account=ACCOUNT):
        """The rounds that the store's answers are of, in their order; a text: what is wrong with it."""
        done = self.run("eval", "--store", store, "--batch", "--json", *words, given=questions(roles, account), cwd=cwd)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        if done.returncode == 2 or len(answers) != roles:
            return f"status {done.returncode}: {done.stderr.strip()}"
        return tuple(round_of(answer, count) for count, answer in enumerate(answers))


def fresh(path, template=None):
    """An empty folder, or a copy of another."""
    shutil.rmtree(path, ignore_errors=True)
    if template is None:
        path.mkdir(parents=True)
    else:
        shutil.copytree(template, path, symlinks=True)
    return path


def arguments_of(text, **options):
    """The options of a campaign: --polcheck, --seed and those named, with their defaults; None: it must be given."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polcheck", required=True, help="the command")
    parser.add_argument("--seed", type=int, default=1)
    for name, default in options.items():
        kind = type(default) if default is not None else str
        parser.add_argument("--" + name.replace("_", "-"), type=kind, default=default, required=default is None)
    return parser.parse_args()


def scratch():
    """A folder for a campaign, removed in the end, also when it is told to end: in memory where there is a file system
    of it, for nobody tries how long a disk takes."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None
    return tempfile.TemporaryDirectory(prefix="polcheck-faults-", dir=memory)
