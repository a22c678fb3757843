# SPDX-License-Identifier: Apache-2.0
"""polcheck lambda invoke --dry-run: Lambda's answer to a call (LAMBDA.md 4, 5.5)."""

import json
import re

import pytest

ACCOUNT = "111122223333"
OTHER = "444455556666"
THUMBS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:thumbs"


def codes(run):
    return re.findall(r"\[(POL\d{4})\]", run.err)


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def may(resource, **more):
    return {"Sid": "May", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resource, **more}


def user(name, *statements, account=ACCOUNT):
    return {"arn": f"arn:aws:iam::{account}:user/{name}", "policies": [policy(*statements)] if statements else []}


def of(name, account=ACCOUNT):
    return {"AWS": f"arn:aws:iam::{account}:user/{name}"}


@pytest.fixture
def world(polcheck, tmp_path):
    """thumbs, its alias prod with a policy of its own, its alias test without one."""
    manifest = {
        "polcheck": 1,
        "users": [user("alice", may(THUMBS)), user("qualified", may(f"{THUMBS}:*")), user("nobody"),
                  user("granted"), user("wide"), user("stranger", may("*"), account=OTHER),
                  user("half", may("*"), account=OTHER)],
        "roles": [{"arn": f"arn:aws:iam::{ACCOUNT}:role/caller", "policies": [policy(may(f"{THUMBS}:7"))]}],
        "functions": [
            {"arn": THUMBS, "policy": policy(
                may(f"{THUMBS}:*", Principal=of("wide")), may(f"{THUMBS}:*", Principal=of("stranger", OTHER)),
                {"Sid": "NotTest", "Effect": "Deny", "Principal": "*", "Action": "lambda:InvokeFunction",
                 "Resource": f"{THUMBS}:test", "Condition": {"Bool": {"aws:SecureTransport": "false"}}})},
            {"arn": f"{THUMBS}:prod", "policy": policy(
                may(f"{THUMBS}:prod", Principal=of("granted"), Sid="Prod"),
                may(f"{THUMBS}:prod", Principal={"Service": "s3.amazonaws.com"}, Sid="S3",
                    Condition={"StringEquals": {"AWS:SourceAccount": ACCOUNT}}))},
        ],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run = polcheck("compile", "manifest.json", "-o", "store")
    assert run.status == 0, run

    def ask(principal, *words, function=THUMBS):
        if re.fullmatch("[a-z]+", principal):
            account = OTHER if principal in ("stranger", "half") else ACCOUNT
            principal = f"arn:aws:iam::{account}:user/{principal}"
        return polcheck("lambda", "invoke", "--dry-run", "--store", "store", "--function-name", function,
                        "--principal", principal, *words)

    return ask


def test_allowed(world):
    run = world("alice")
    assert (run.status, run.err) == (0, "")
    assert run.out == '{\n    "StatusCode": 204\n}\n'


def test_denied(world):
    run = world("nobody")
    assert (run.status, run.out) == (1, "")
    assert run.err == (
        "An error occurred (AccessDeniedException) when calling the Invoke operation: "
        f"User: arn:aws:iam::{ACCOUNT}:user/nobody is not authorized to perform: lambda:InvokeFunction on resource: "
        f"{THUMBS} because no identity-based policy allows the lambda:InvokeFunction action\n")


def test_denied_by_a_statement(world):
    run = world("qualified", "--context", "aws:SecureTransport=false", function=f"{THUMBS}:test")
    assert (run.status, run.out) == (1, "")
    assert run.err == (
        "An error occurred (AccessDeniedException) when calling the Invoke operation: "
        f"User: arn:aws:iam::{ACCOUNT}:user/qualified is not authorized to perform: lambda:InvokeFunction on "
        f"resource: {THUMBS}:test with an explicit deny in a resource-based policy\n")


# Who may call what: the table of LAMBDA.md 4.
@pytest.mark.parametrize("principal, allowed", [
    ("alice", {""}),
    ("qualified", {"7", "prod", "test", "$LATEST"}),
    ("nobody", set()),
    ("granted", {"prod"}),
    ("wide", {"7", "prod", "test", "$LATEST"}),
    ("stranger", {"7", "prod", "test", "$LATEST"}),
    ("half", set()),
    (f"arn:aws:sts::{ACCOUNT}:assumed-role/caller/s", {"7"}),
])
@pytest.mark.parametrize("way", ["name", "option"])
def test_qualifiers(world, principal, allowed, way):
    for qualifier in ["", "7", "prod", "test", "$LATEST"]:
        if way == "name" or not qualifier:
            run = world(principal, function=f"{THUMBS}:{qualifier}".rstrip(":"))
        else:
            run = world(principal, "--qualifier", qualifier)
        assert run.status == (0 if qualifier in allowed else 1), (qualifier, run)


@pytest.mark.parametrize("principal, qualifier, warned", [
    ("wide", "prod", True),  # prod has a policy of its own, which does not say so
    ("wide", "test", True),
    ("stranger", "prod", True),  # the other half is the identity policy's
    ("qualified", "prod", False),
    ("granted", "prod", False),
])
def test_what_only_the_function_allows_is_warned_of(world, principal, qualifier, warned):
    run = world(principal, "--qualifier", qualifier)
    assert run.status == 0
    assert codes(run) == (["POL1179"] if warned else [])
    assert ("manifest.json:1:" in run.err) == warned


# LAMBDA.md 4: $LATEST cannot have a policy.
@pytest.mark.parametrize("qualifier, hint", [
    ("prod", "add the permission with --qualifier prod"),
    ("$LATEST", "call the function without a qualifier"),
])
def test_how_to_mend_what_only_the_function_allows(world, qualifier, hint):
    run = world("wide", "--qualifier", qualifier)
    assert codes(run) == ["POL1179"]
    assert hint in run.err and "--qualifier $LATEST" not in run.err


def test_services_and_contexts(world):
    prod = f"{THUMBS}:prod"
    assert world("s3.amazonaws.com", "--context", f"aws:SourceAccount={ACCOUNT}", function=prod).status == 0
    assert world("s3.amazonaws.com", "--context", f"aws:SourceAccount={OTHER}", function=prod).status == 1
    assert world("s3.amazonaws.com", function=prod).status == 1
    assert world("s3.amazonaws.com", "--context-json", json.dumps({"aws:SourceAccount": ACCOUNT}),
                 function=prod).status == 0
    run = world("*", function=prod)
    assert run.status == 1 and "User: anonymous is not authorized" in run.err


def test_json(world):
    run = world("granted", "--json", function=f"{THUMBS}:prod")
    assert (run.status, run.err) == (0, "")
    answer = run.json()
    assert list(answer) == ["statusCode", "matchedStatements"]
    assert answer["statusCode"] == 204
    assert [(one["type"], one["sid"], one["effect"]) for one in answer["matchedStatements"]] == [
        ("resource", "Prod", "Allow")]
    run = world("qualified", "--json", "--context", "aws:SecureTransport=false", function=f"{THUMBS}:test")
    assert (run.status, run.err) == (1, "")
    answer = run.json()
    assert list(answer) == ["statusCode", "errorType", "message", "matchedStatements"]
    assert (answer["statusCode"], answer["errorType"]) == (403, "AccessDeniedException")
    assert answer["message"].startswith("User: ") and "explicit deny" in answer["message"]
    assert [one["sid"] for one in answer["matchedStatements"]] == ["NotTest"]


def test_functions_by_name(world):
    run = world("alice", "--account", ACCOUNT, "--region", "eu-west-1", function="thumbs")
    assert (run.status, run.err) == (0, "")
    assert world("alice", "--region", "eu-west-1", function=f"{ACCOUNT}:function:thumbs").status == 0


def test_unknown_functions_are_warned_of(world):
    run = world("half", function=THUMBS.replace("thumbs", "thumb"))
    assert run.status == 1 and codes(run) == ["POL1178"]


@pytest.mark.parametrize("words, code", [
    (["--principal", f"arn:aws:iam::{ACCOUNT}:user/unknown"], "POL0808"),
    (["--principal", "alice"], "POL0801"),
    (["--principal", f"arn:aws:iam::{ACCOUNT}:user/alice", "--qualifier", "a b"], "POL1161"),
    (["--principal", f"arn:aws:iam::{ACCOUNT}:user/alice", "--context", "x"], "POL0950"),
    (["--principal", f"arn:aws:iam::{ACCOUNT}:user/alice", "--now", "x"], "POL0950"),
    ([], "POL0950"),
])
def test_questions_that_cannot_be_asked(world, polcheck, words, code):
    run = polcheck("lambda", "invoke", "--dry-run", "-s", "store", "--function-name", THUMBS, *words)
    assert (run.status, run.out, codes(run)) == (2, "", [code])


def test_nothing_is_run(world, polcheck):
    run = polcheck("lambda", "invoke", "-s", "store", "--function-name", THUMBS, "-p",
                   f"arn:aws:iam::{ACCOUNT}:user/alice")
    assert (run.status, run.out, codes(run)) == (2, "", ["POL0950"])
    assert "polcheck runs no functions" in run.err and "--dry-run" in run.err


def test_damaged_and_missing_stores(polcheck):
    run = polcheck("lambda", "invoke", "--dry-run", "-s", "nowhere", "--function-name", THUMBS, "-p", "*")
    assert (run.status, run.out, codes(run)) == (2, "", ["POL0900"])
