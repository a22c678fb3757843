# SPDX-License-Identifier: Apache-2.0
"""polcheck lambda check: what every call bears counts, and what cannot be judged is not told to be ok (LAMBDA.md 8)."""

import integrations
import pytest
from integrations import A

QUEUE = f"arn:aws:sqs:eu-west-1:{A}:uploads"


def golden(kind, name="works"):
    return integrations.read(integrations.FOLDER / kind / f"{name}.toml")["manifest"]


@pytest.fixture
def check(tmp_path):
    """Checks one manifest: what --json says of the integration of that kind."""
    checker = integrations.Checker(tmp_path)

    def one(manifest, kind):
        (result,) = checker.check([manifest])
        (found,) = [each for each in result["integrations"] if each["kind"] == kind]
        return found

    return one


# What every call bears -------------------------------------------------------------------------------


def with_scp(condition):
    manifest = golden("sqs", "works-scp")
    deny = {"Sid": "Guard", "Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": condition}
    integrations.levels_of(manifest["organization"], A)[0]["scp"][0]["Statement"].append(deny)
    return manifest


# SEMANTICS.md, table of global keys: aws:RequestedRegion and aws:SecureTransport are always there.
@pytest.mark.parametrize(("condition", "mark"), [
    ({"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}, "works"),
    ({"StringNotEqualsIfExists": {"aws:RequestedRegion": "us-east-1"}}, "fails"),
    ({"StringLike": {"aws:RequestedRegion": "eu-*"}}, "fails"),
    ({"Null": {"aws:RequestedRegion": "true"}}, "works"),
    ({"Bool": {"aws:SecureTransport": "false"}}, "works"),
    ({"BoolIfExists": {"aws:SecureTransport": "false"}}, "works"),
    ({"Bool": {"aws:SecureTransport": "true"}}, "fails"),
])
def test_region_and_transport_of_a_call(check, condition, mark):
    assert check(with_scp(condition), "sqs")["mark"] == mark


def test_region_is_that_of_the_resource(check):
    manifest = golden("lambda-edge")
    deny = {"Sid": "Home", "Effect": "Deny", "Action": "logs:*", "Resource": "*",
             "Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}}
    manifest["roles"][0]["policies"][0]["Statement"].append(deny)
    found = check(manifest, "lambda-edge") # logs of viewers elsewhere are denied
    assert found["mark"] == "fails"
    assert all(action.startswith("logs:") for one in found["findings"] for action in one["actions"])


def test_what_a_caller_says_of_its_region_counts(check):
    manifest = golden("invoke")
    (trigger,) = manifest["functions"][0]["triggers"]
    trigger["context"] = {"aws:RequestedRegion": "ap-south-1"}
    for allow in integrations.allows(manifest):
        allow["Condition"] = {"StringEquals": {"aws:RequestedRegion": "ap-south-1"}}
    assert check(manifest, "invoke")["mark"] == "works"


def test_a_mend_names_neither(check):
    manifest = integrations.without_any(golden("sqs"))
    assert [mend["statement"].get("Condition") for mend in check(manifest, "sqs")["mends"]] == [None]
