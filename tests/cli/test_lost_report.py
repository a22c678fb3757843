# SPDX-License-Identifier: Apache-2.0
"""A report that cannot be printed: what was changed all the same is said, so that nobody changes it again."""

import os
import pathlib
import subprocess

import pytest
from vaults import SECONDS

POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
MANIFEST = '{"polcheck": 1, "roles": [{"arn": "arn:aws:iam::111122223333:role/r", "policies": [%s]}]}' % POLICY
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:thumbs"


@pytest.fixture(name="folder")
def fixture_folder(tmp_path, polcheck):
    """Policies, a store of them, a key."""
    (tmp_path / "m.json").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "p.json").write_text(POLICY, encoding="utf-8")
    assert polcheck("compile", "m.json", "--output", "store").status == 0
    assert polcheck("keygen", "ci").status == 0
    return tmp_path


def into_nothing(folder, *words):
    with open("/dev/full", "w", encoding="utf-8") as full:
        return subprocess.run([os.environ["POLCHECK"], *words], cwd=folder, stdout=full, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, encoding="utf-8", timeout=SECONDS, check=False)


def content(folder):
    return {str(path): path.read_bytes() for path in sorted(pathlib.Path(folder).rglob("*"))
            if path.is_file() and path.name != "lock.mdb"}


@pytest.mark.parametrize("words", [
    ["keygen", "another"],
    ["sign", "store", "--key", "ci.key"],
    ["compile", "m.json", "--output", "new"],
    ["compile", "--update", "--remove", "arn:aws:iam::111122223333:role/r", "--output", "store"],
    ["fmt", "--write", "p.json"],
    ["secrets", "init", "--vault", "vault", "--root-key", "root.key"],
    ["secrets", "keypair", "box"],
    ["lambda", "add-permission", "--function-name", FUNCTION, "--statement-id", "s", "--action", "lambda:InvokeFunction",
     "--principal", "444455556666", "--policy", "of-function.json"],
], ids=lambda words: " ".join(words[:2]))
def test_a_change_is_told_without_its_report(folder, words):
    before = content(folder)
    done = into_nothing(folder, *words)
    assert done.returncode == 2 and "POL0005" in done.stderr, done.stderr
    assert "was done all the same" in done.stderr
    assert content(folder) != before


@pytest.mark.parametrize("words", [
    ["eval", "--store", "store", "--principal", "arn:aws:iam::111122223333:role/r", "--action", "s3:GetObject",
     "--resource", "arn:aws:s3:::b/k"],
    ["show", "p.json"],
    ["verify", "store"],
    ["compile", "m.json", "--check"],
    ["compile", "--help"],
    ["fmt", "p.json"],
    ["keygen", "--public", "ci.key"],
], ids=lambda words: " ".join(words[:2]))
def test_of_an_answer_nothing_is_said_to_be_done(folder, words):
    done = into_nothing(folder, *words)
    assert done.returncode == 2 and "done all the same" not in done.stderr


def test_a_change_that_failed_is_not_told_as_made(folder):
    before = content(folder)
    done = into_nothing(folder, "keygen", "ci")  # there is one
    assert done.returncode == 2 and "done all the same" not in done.stderr
    assert content(folder) == before
