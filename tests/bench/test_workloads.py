# SPDX-License-Identifier: Apache-2.0
"""The workloads are the same bytes on every machine, and say what a plain reading of IAM's rules says."""

import hashlib
import json
import pathlib
import subprocess

import pytest

import workloads
from workloads import bucket, patterns
from workloads.draw import Draw

# Of policies.json, requests.json and requests.tsv in this order, as an independent generator made them with the
# package that tools/fetch-managed-policies pins.
DIGESTS = {
    "W1": "eb3bab6487c43016b1aeffd50d27bd2ed9c31c50a0c190bb6ad752093d30b5e6",
    "W2": "4b04c1dbd5d03b2351cbc9f2cb3ae219040fa0b7fe6ea649b66ea1f3e7867f5b",
    "W3": "864fe652b996e91994081174b7a08c29aa84e365f8915caddf889d9a7e0a50bd",
    "W4": "44e91d62af58a3541c08e8dac1d9404b658d74683684c7475113e31757a6c541",
}


@pytest.fixture(scope="module")
def managed():
    """The folder of the managed policies."""
    top = pathlib.Path(workloads.__file__).resolve().parents[3]
    done = subprocess.run([top / "tools" / "fetch-managed-policies"], capture_output=True, text=True, check=False)
    if done.returncode == 3:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return top / "build" / "managed-policies"


@pytest.fixture(scope="module")
def made(managed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("workloads")
    workloads.generate(folder, managed)
    return folder


@pytest.mark.parametrize("name", workloads.NAMES)
def test_bytes_are_those_of_the_yardstick(made, name):
    digest = hashlib.sha256()
    for file in ("policies.json", "requests.json", "requests.tsv"):
        digest.update((made / name / file).read_bytes())
    assert digest.hexdigest() == DIGESTS[name]


@pytest.mark.parametrize("name", workloads.NAMES)
def test_half_of_the_requests_are_allowed(made, name):
    requests = json.loads((made / name / "requests.json").read_text(encoding="utf-8"))
    assert len(requests) == 1000
    assert sum(request["expect"] == "allow" for request in requests) == 500
    assert all(len(request["context"]) == 8 for request in requests)


def test_another_seed_gives_other_requests(managed, made, tmp_path):
    workloads.generate(tmp_path, managed, seed=7)
    for name in workloads.NAMES:
        assert (tmp_path / name / "requests.tsv").read_bytes() != (made / name / "requests.tsv").read_bytes()
        assert (tmp_path / name / "policies.json").read_bytes() == (made / name / "policies.json").read_bytes()


def test_draws_are_xorshift32():
    # Marsaglia's example: the state 2463534242 is followed by 723471715, 2497366906, 2064144800.
    draw = Draw(2463534242)
    assert [draw.below(1 << 32) for _ in range(3)] == [723471715, 2497366906, 2064144800]


@pytest.mark.parametrize("seed", [0, -1, 1 << 32])
def test_seed_out_of_range(seed):
    with pytest.raises(ValueError, match="seed"):
        Draw(seed)


def test_policies_that_are_missing(tmp_path):
    with pytest.raises(workloads.MissingPolicies, match="fetch-managed-policies"):
        workloads.generate(tmp_path / "out", tmp_path)


def test_bucket_policy_has_a_deny_for_each_ninth_team():
    effects = [made["Effect"] for made in bucket.statements(18)]
    assert effects == ["Allow"] * 9 + ["Deny"] + ["Allow"] * 9 + ["Deny"]


@pytest.mark.parametrize("action, resource, keys, expect", [
    ("s3:GetObject", "arn:aws:s3:::orders-data-01/x", {}, "allow"),
    ("S3:getobject", "arn:aws:s3:::orders-data-01/x", {}, "allow"),
    ("s3:GetObject", "arn:aws:s3:::catalog-data-01/x", {}, "deny"),
    ("s3:GetObject", "arn:aws:s3:::orders-data-01/x", {"aws:SecureTransport": "false"}, "deny"),
    ("s3:GetObject", "arn:aws:s3:::orders-data-49/x", {}, "deny"),
    ("s3:ListBucket", "arn:aws:s3:::orders-data-01", {"aws:SourceIp": "10.1.255.255"}, "allow"),
    ("s3:ListBucket", "arn:aws:s3:::orders-data-01", {"aws:SourceIp": "10.2.0.0"}, "deny"),
    ("sns:Publish", "arn:aws:sns:us-east-1:123456789012:orders-topic-001", {"aws:UserAgent": "Boto3/1"}, "allow"),
    ("sns:Publish", "arn:aws:sns:us-east-1:123456789012:orders-topic-001", {"aws:UserAgent": "curl/1"}, "deny"),
])
def test_what_the_patterns_expect(action, resource, keys, expect):
    context = {"aws:PrincipalArn": patterns.ROLE, "aws:SourceIp": "10.0.0.1", "aws:SecureTransport": "true",
               "aws:RequestedRegion": "eu-west-1", "aws:UserAgent": "aws-sdk-go/1.2.3"} | keys
    assert patterns.expected({"action": action, "resource": resource, "context": context}) == expect
