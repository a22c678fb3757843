# SPDX-License-Identifier: Apache-2.0
"""Options for other readings of rules on which sources differ: --wide-stars (R-206), --no-account-link (R-321)."""

import json

import pytest

ACCOUNT = "111122223333"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/ann"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ops"


def case(policies, decision, **request):
    asked = {"principal": BOB, "action": "sqs:SendMessage", "resource": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs",
             **request}
    return {"name": "n", "request": asked, "policies": policies, "expect": {"decision": decision}}


def document(**statement):
    return [{"Version": "2012-10-17", "Statement": [statement]}]


def decide(polcheck, tmp_path, made, *options):
    """The decision of both verbs, which is one."""
    path = tmp_path / "case.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    tested = polcheck("test", "--json", path, *options).lines()[0]["actual"]["decision"]
    assert polcheck("eval", "--case", path, "--json", *options).json()["decision"] == tested
    return tested


@pytest.mark.parametrize("resource, strict, wide", [
    ("arn:aws:sqs:*:jobs", "implicitDeny", "allowed"),  # four colons
    ("arn:aws:sqs:eu-*:*:jobs", "allowed", "allowed"),
    ("arn:aws:sqs:eu*1:jobs", "implicitDeny", "implicitDeny"),  # not at the end of its field
    ("arn:aws:sns:*:jobs", "implicitDeny", "implicitDeny")])
def test_wide_stars(polcheck, tmp_path, resource, strict, wide):
    made = case({"identity": document(Effect="Allow", Action="sqs:*", Resource=resource)}, strict)
    assert decide(polcheck, tmp_path, made) == strict
    assert decide(polcheck, tmp_path, made, "--wide-stars") == wide


def test_wide_stars_of_a_deny(polcheck, tmp_path):
    policies = {"identity": [*document(Effect="Allow", Action="*", Resource="*"),
                             *document(Effect="Deny", Action="*", NotResource="arn:aws:lambda:*:f:prod")]}
    made = case(policies, "explicitDeny", action="lambda:InvokeFunction",
                resource=f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f:prod")
    assert decide(polcheck, tmp_path, made) == "explicitDeny"
    assert decide(polcheck, tmp_path, made, "--wide-stars") == "allowed"


@pytest.mark.parametrize("principal, listed, strict, loose", [
    (BOB, [BOB], "explicitDeny", "allowed"),  # the table of R-321, third row
    (BOB, [f"arn:aws:iam::{ACCOUNT}:user/alice"], "explicitDeny", "explicitDeny"),
    (SESSION, [SESSION, ROLE], "explicitDeny", "allowed"),
    (SESSION, [ROLE], "explicitDeny", "explicitDeny"),
    (BOB, [f"arn:aws:iam::{ACCOUNT}:root"], "explicitDeny", "explicitDeny")])
def test_no_account_link(polcheck, tmp_path, principal, listed, strict, loose):
    policies = {"identity": document(Effect="Allow", Action="*", Resource="*"),
                "resource": document(Effect="Deny", NotPrincipal={"AWS": listed}, Action="sqs:*", Resource="*")}
    made = case(policies, strict, principal=principal)
    assert decide(polcheck, tmp_path, made) == strict
    assert decide(polcheck, tmp_path, made, "--no-account-link") == loose


def test_batch_knows_the_readings(polcheck, tmp_path):
    policy = document(Effect="Allow", Action="sqs:*", Resource="arn:aws:sqs:*:jobs")[0]
    manifest = {"polcheck": 1, "users": [{"arn": BOB, "policies": [policy]}]}
    (tmp_path / "m.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert polcheck("compile", "m.json", "-o", "store").status == 0
    line = json.dumps(case({}, "allowed")["request"])
    answers = [polcheck("eval", "-s", "store", "--batch", "-", *options, input=line).json()["decision"]
               for options in [(), ("--wide-stars",)]]
    assert answers == ["implicitDeny", "allowed"]
