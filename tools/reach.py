#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures polcheck who-can over many roles, the whole run of the command, opening the store included.

  reach.py BUILD [--roles N] [--rounds N] [--keep FOLDER]

The account is made up: every role has policies of ten statements over a dozen services; they are of twenty managed policies that many
roles share, or each role's own. Three questions: one that a few in a hundred may do; one whose bucket has a policy that names
everybody, so that every role has to be looked at; one with wildcards. Prints the median of the rounds for each, and ends with 1
where one of them takes longer than 50 milliseconds for 10,000 roles. Not for users: tools/dev reach.
"""

import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

ACCOUNT = "111122223333"
SERVICES = ["s3", "sqs", "dynamodb", "ec2", "lambda", "kms", "logs", "sns", "ssm", "secretsmanager", "ecr", "states"]
VERBS = ["Get", "Put", "List", "Delete", "Describe", "Create", "Update", "Send", "Tag"]
NOUNS = ["Object", "Item", "Queue", "Table", "Message", "Bucket", "Function", "Key", "Image"]
SHARED = 20   # policies that roles share
ALLOWED = 40  # one role in so many may read the photos, every other of those under a condition
STATEMENTS = 10
MOST = 50e-3  # seconds for 10,000 roles
QUESTIONS = {"few": ("s3:GetObject", "arn:aws:s3:::photos/a.jpg"), "nobody": ("s3:BypassGovernanceRetention", "arn:aws:s3:::photos/a.jpg"),
             "public": ("s3:GetObject", "arn:aws:s3:::public/a.jpg"), "wildcards": ("s3:Get*", "arn:aws:s3:::photos/*")}
JUDGED = ("few", "nobody")


def allow(action, resource, condition=None):
    return {"Effect": "Allow", "Action": action, "Resource": resource} | ({"Condition": condition} if condition else {})


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


class Maker:
    """Makes up policies, the same at each run."""

    def __init__(self):
        self.random = random.Random(1)

    def statement(self, name):
        service = self.random.choice(SERVICES)
        actions = [f"{service}:{self.random.choice(VERBS)}{self.random.choice(NOUNS)}" for _ in range(self.random.randint(1, 5))]
        actions = [action for action in actions if action != "s3:GetObject"] or [f"{service}:ListTags"]
        return allow(actions, f"arn:aws:{service}:eu-west-1:{ACCOUNT}:thing/{name}-{self.random.randint(0, 999)}/*")

    def policy(self, name):
        return policy(*(self.statement(name) for _ in range(STATEMENTS)))

    def reading(self, conditional):
        where = {"StringEquals": {"aws:SourceVpce": "vpce-1"}} if conditional else None
        return policy(allow("s3:GetObject", "arn:aws:s3:::photos/*", where))


def account(roles, distinct):
    """A manifest, and how many of its roles may read the photos."""
    maker = Maker()
    shared = [f"managed/{i}.json" for i in range(SHARED)]
    made, able = [], 0
    for i in range(roles):
        policies = [maker.policy(f"r{i}")] if distinct else [shared[i % SHARED], shared[(i * 7 + 3) % SHARED]]
        if i % ALLOWED == 0:
            policies.append(maker.reading(i // ALLOWED % 2) if distinct else f"managed/reading-{i // ALLOWED % 2}.json")
            able += 1
        made.append({"arn": f"arn:aws:iam::{ACCOUNT}:role/team/r{i:05}", "policies": policies})
    everybody = allow("s3:GetObject", "arn:aws:s3:::public/*", {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}) | {"Principal": "*"}
    resources = [{"arn": "arn:aws:s3:::photos", "account": ACCOUNT},
                 {"arn": "arn:aws:s3:::public", "account": ACCOUNT, "policy": policy(everybody)}]
    return {"polcheck": 1, "roles": made, "resources": resources}, able


def write(folder, roles, distinct):
    """Compiles the account. Returns how many may read the photos."""
    maker = Maker()
    manifest, able = account(roles, distinct)
    (folder / "managed").mkdir(parents=True, exist_ok=True)
    for i in range(SHARED):
        (folder / "managed" / f"{i}.json").write_text(json.dumps(maker.policy(f"shared{i}")), encoding="utf-8")
    for i in range(2):
        (folder / "managed" / f"reading-{i}.json").write_text(json.dumps(maker.reading(i)), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return able


def ask(command, store, action, resource):
    """Seconds of the command, and how many lines it printed."""
    begin = time.monotonic()
    done = subprocess.run([command, "who-can", "--store", store, "--json", action, resource], capture_output=True, check=False)
    seconds = time.monotonic() - begin
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())
    return seconds, done.stdout.count(b"\n")


def measure(options, folder, distinct):
    """Prints the medians of all questions; gives the slowest that is judged."""
    command, store = f"{options.build}/polcheck", folder / "store"
    able = write(folder, options.roles, distinct)
    subprocess.run([command, "compile", "manifest.json", "-o", "store"], check=True, cwd=folder)
    slowest = 0
    for name, (action, resource) in QUESTIONS.items():
        rounds = [ask(command, store, action, resource) for _ in range(options.rounds)]
        found = {count for _, count in rounds}
        wanted = {"public": options.roles + 1, "nobody": 0}.get(name, able)  # public: other accounts of the organisation, too
        if found != {wanted}:
            sys.exit(f"{name}: {sorted(found)} principals instead of {wanted}")
        median = statistics.median(seconds for seconds, _ in rounds)
        print(f"{options.roles} roles, {'distinct' if distinct else 'shared'} policies, {name}: {median * 1e3:.1f} ms "
              f"({wanted} listed), median of {options.rounds}, best {min(seconds for seconds, _ in rounds) * 1e3:.1f} ms")
        slowest = max(slowest, median) if name in JUDGED else slowest
    return slowest


def main():
    parser = argparse.ArgumentParser(prog="tools/dev reach", description="measures polcheck who-can over many roles")
    parser.add_argument("build", help=argparse.SUPPRESS)
    parser.add_argument("--roles", type=int, default=10000, metavar="N", help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="default: %(default)s")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="leaves manifests and stores there")
    options = parser.parse_args()
    options.build = pathlib.Path(options.build).resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = options.keep or pathlib.Path(folder)
        slowest = max(measure(options, folder / ("distinct" if distinct else "shared"), distinct) for distinct in (False, True))
    return 1 if slowest > options.roles / 10000 * MOST else 0


if __name__ == "__main__":
    sys.exit(main())
