# SPDX-License-Identifier: Apache-2.0
"""What the tests of releases share: policies that let functions have their secrets, a vault that holds some, and the
command that delivers them."""

import json
import os
import subprocess

from vaults import ACCOUNT, THUMBS, function

KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11112222-3333-4444-5555-666677778888"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/thumbs-role/thumbs"
OTHER = function("other")
CONTEXT = "kms:EncryptionContext:aws:lambda:FunctionArn"


def role(name, path="/", **more):
    return {"arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}", **more}


def decrypt(effect="Allow", sid="Decrypt", resource=KEY, **more):
    return {"Version": "2012-10-17",
            "Statement": {"Sid": sid, "Effect": effect, "Action": "kms:Decrypt", "Resource": resource, **more}}


def key_policy():
    """The key's policy leaves it to IAM, but for other functions than two."""
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*",
         "Resource": "*", "Condition": {"StringEquals": {CONTEXT: [THUMBS, OTHER]}}}]}


def manifest():
    """Two functions with a role each, of which only that of thumbs may decrypt, and others."""
    return {
        "polcheck": 1,
        "roles": [
            role("thumbs-role", policies=[decrypt()]),
            role("other-role"),
            role("auditor", "/people/", policies=[decrypt(sid="Audit")]),
            role("nobody"),
        ],
        "users": [{"arn": f"arn:aws:iam::{ACCOUNT}:user/alice", "policies": [decrypt(sid="Alice")]},
                  {"arn": f"arn:aws:iam::{ACCOUNT}:user/bob"}],
        "resources": [{"arn": KEY, "policy": key_policy()}],
        "functions": [
            {"arn": THUMBS, "role": f"arn:aws:iam::{ACCOUNT}:role/thumbs-role", "environment": ["DB_URL", "TOKEN"]},
            {"arn": OTHER, "role": f"arn:aws:iam::{ACCOUNT}:role/other-role"},
        ],
    }


class Policies:
    """A store and a vault: run("exec", ..., "--", "env") delivers. `values` are those of thumbs."""

    def __init__(self, vault):
        self.vault = vault
        self.polcheck = vault.polcheck
        self.folder = vault.folder
        self.store = vault.folder / "store"
        self.values = {"DB_URL": "postgres://thumbs:s3cr3t-one@db/x", "TOKEN": "s3cr3t two \"quoted\" \\ $HOME\n\tend"}

    def compile(self, given):
        path = self.folder / "manifest.json"
        path.write_text(json.dumps(given, indent=1), encoding="utf-8")
        run = self.polcheck("compile", path, "-o", self.store)
        assert run.status == 0, run

    def seal(self):
        run = self.vault("keys", "create", "--arn", KEY, "--alias", "alias/thumbs")
        assert run.status == 0, run
        for name, value in self.values.items():
            run = self.vault("secrets", "put", "--keep-newline", "--function", THUMBS, "--key", KEY, name, input=value)
            assert run.status == 0, run
        run = self.vault("secrets", "put", "--function", OTHER, "--key", KEY, "OTHER_ONE", input="s3cr3t three")
        assert run.status == 0, run

    def words(self, verb, *words, function=THUMBS):
        """The arguments of a run."""
        return ["secrets", verb, "--vault", self.vault.path, "--root-key", self.vault.key, "--store", self.store,
                "--function", function, *words]

    def __call__(self, verb, *words, function=THUMBS, **how):
        return self.polcheck(*self.words(verb, *words, function=function), **how)

    def popen(self, verb, *words, **how):
        """The same, without waiting."""
        command = [os.environ["POLCHECK"], *map(str, self.words(verb, *words))]
        return subprocess.Popen(command, cwd=self.folder, encoding="utf-8", **how)

    def entries(self):
        """The audit log's entries."""
        return [json.loads(line) for line in self.vault.log()]


