# SPDX-License-Identifier: Apache-2.0
"""R-630, R-631: which policy type an answer names first when several refuse."""

import json

import pytest

EXPLICIT = ["rcp", "scp", "endpoint", "resource", "identity", "boundary", "session"]
IMPLICIT = ["scp", "endpoint", "resource", "identity", "boundary", "session"]  # 7.3, across accounts
WITH_PRINCIPAL = {"rcp", "endpoint", "resource"}
LEVELS = {"scp", "rcp"}


def policy(kind, effect, action):
    statement = {"Effect": effect, "Action": action, "Resource": "*"}
    if kind in WITH_PRINCIPAL:
        statement["Principal"] = "*"
    return {"Version": "2012-10-17", "Statement": [statement]}


def member(kind, *policies):
    return [list(policies)] if kind in LEVELS else list(policies)


def primary_of(polcheck, folder, policies):
    """The answer to a role session of one account that asks for an object of another one."""
    request = {"principal": "arn:aws:sts::111122223333:assumed-role/reader/nightly",
               "action": "s3:GetObject", "resource": "arn:aws:s3:::example-data/a",
               "resourceAccount": "444455556666"}
    case = json.dumps({"request": request, "policies": policies})
    (folder / "case.json").write_text(case, encoding="utf-8")
    run = polcheck("eval", "--case", "case.json", "--json")
    return run.json()["decision"], run.json()["primary"]


@pytest.mark.parametrize("first", EXPLICIT)
def test_explicit(polcheck, tmp_path, first):
    denying = EXPLICIT[EXPLICIT.index(first):]
    policies = {kind: member(kind, policy(kind, "Deny", "s3:*")) for kind in denying}
    assert primary_of(polcheck, tmp_path, policies) == ("explicitDeny", first)


@pytest.mark.parametrize("first", IMPLICIT)
def test_implicit(polcheck, tmp_path, first):
    failing = IMPLICIT[IMPLICIT.index(first):]
    policies = {kind: member(kind, policy(kind, "Allow", "ec2:*" if kind in failing else "s3:*"))
                for kind in IMPLICIT}
    assert primary_of(polcheck, tmp_path, policies) == ("implicitDeny", first)


def test_an_explicit_deny_comes_before_what_does_not_allow(polcheck, tmp_path):
    policies = {"scp": member("scp", policy("scp", "Allow", "ec2:*")),
                "session": member("session", policy("session", "Deny", "s3:*"))}
    assert primary_of(polcheck, tmp_path, policies) == ("explicitDeny", "session")
