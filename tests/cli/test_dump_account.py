# SPDX-License-Identifier: Apache-2.0
"""examples/dump-account: what it saves with the AWS CLI compiles, and the check knows the integrations that dumps tell.

fake_aws.py is in the place of the CLI."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys

import pytest

FAKE = pathlib.Path(__file__).with_name("fake_aws.py")


@pytest.fixture
def dumped(top, tmp_path):
    """Runs the script; its outcome, and the folder."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/aws").write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "{FAKE}" "$@"\n', encoding="utf-8")
    (tmp_path / "bin/aws").chmod(0o755)

    def run(*words, **variables):
        variables = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "SHOP": str(top / "policies/shop"), **variables}
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")} | variables
        return subprocess.run([top / "examples/dump-account", *words], cwd=tmp_path, env=environment, timeout=120,
                              capture_output=True, encoding="utf-8", check=False)

    return run


def integrations(polcheck, store):
    """What the check says of integrations: of which function, which kind, with what."""
    lines = polcheck("lambda", "check", "--json", "-s", store).lines()
    return {(line["function"], one["kind"], one.get("source")): one["mark"]
            for line in lines if "function" in line for one in line["integrations"]}


def test_an_account_is_checked_from_what_it_saves(polcheck, dumped, top, tmp_path):
    done = dumped("my dumps")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (tmp_path / "my dumps").iterdir()} == {0}
    run = polcheck("compile", top / "policies/managed", "my dumps", "-o", "mine")
    assert (run.status, run.err) == (0, ""), run
    assert polcheck("compile", top / "policies/managed", top / "policies/shop", "-o", "shop").status == 0
    mine, shop = integrations(polcheck, "mine"), integrations(polcheck, "shop")
    assert set(mine) <= set(shop)
    # Which file system an access point is of, and who calls a URL of AWS_IAM, only a manifest tells.
    assert {kind for (_, kind, _), mark in mine.items() if mark != "works"} == {"efs", "url"}
    assert {kind for _, kind, _ in mine} >= {
        "s3", "eventbridge-rule", "sqs-fifo", "kinesis", "dynamodb", "mq", "filter-key", "url", "image", "layer", "logs",
        "destination-s3", "destination-lambda", "dead-letter-sqs"}


def test_what_may_not_be_read_is_told(dumped, top, tmp_path):
    shop = tmp_path / "shop" # with one function, which is quicker
    shutil.copytree(top / "policies/shop", shop)
    listing = json.loads((shop / "lambda/list-functions.json").read_text(encoding="utf-8"))
    (shop / "lambda/list-functions.json").write_text(json.dumps({"Functions": listing["Functions"][:1]}), encoding="utf-8")
    done = dumped("dumps", SHOP=str(shop), DENIED="list-queues,get-key-policy")
    assert done.returncode == 1 and done.stderr.count("AccessDenied") >= 2
    assert "aws sqs list-queues" in done.stderr and "aws kms get-key-policy" in done.stderr


# Answers what TABLE has under the words before --output; of anything else there is nothing.
TABLE_AWS = """import json, os, sys
words = sys.argv[1:]
at = words.index("--output") if "--output" in words else len(words)
said = json.load(open(os.environ["TABLE"])).get(" ".join(words[:at]))
if said is None and words[at + 1:] != ["text"]:
    sys.exit("ResourceNotFoundException")
print(said or "")
"""

LAMBDA, ECR = "arn:aws:lambda:eu-west-1:", "arn:aws:ecr:eu-west-1:111122223333:repository/"
EVENTS = "arn:aws:events:eu-west-1:111122223333:rule/"
LAYER = "lambda get-layer-version-policy --layer-name "
REPOSITORY, TARGETS = "ecr get-repository-policy --repository-name ", "events list-targets-by-rule --rule "
# Names of which the parts, put together, are alike; each dump says which it is.
ALIKE = {
    "lambda get-policy --function-name orders": "p-orders",
    "lambda get-policy --function-name orders --qualifier live": "p-orders:live",
    "lambda get-policy --function-name orders-live": "p-orders-live",
    TARGETS + "a-r --event-bus-name bus": "t-bus/a-r",
    TARGETS + "r --event-bus-name bus-a": "t-bus-a/r",
    TARGETS + "r --event-bus-name aws.partner/x": "t-aws.partner/x/r",
    REPOSITORY + "a/b": "r-a/b",
    REPOSITORY + "a_b": "r-a_b",
    LAYER + LAMBDA + "444455556666:layer:base --version-number 1": "l-444455556666",
    LAYER + LAMBDA + "777788889999:layer:base --version-number 1": "l-777788889999",
    "s3api get-bucket-policy --bucket old": "b-old",
}
LISTS = {
    "configure get region": "eu-west-1",
    "sts get-caller-identity --query Account": "111122223333",
    "lambda list-functions --query Functions[].FunctionName": "orders\torders-live",
    "lambda list-aliases --function-name orders --query Aliases[].Name": "live",
    "lambda list-functions --query Functions[].Layers[].Arn":
        f"{LAMBDA}444455556666:layer:base:1\t{LAMBDA}777788889999:layer:base:1",
    "events list-event-buses --query EventBuses[].Name": "bus\tbus-a\taws.partner/x",
    "events list-rules --event-bus-name bus --query Rules[].Arn": EVENTS + "bus/a-r",
    "events list-rules --event-bus-name bus-a --query Rules[].Arn": EVENTS + "bus-a/r",
    "events list-rules --event-bus-name aws.partner/x --query Rules[].Arn": EVENTS + "aws.partner/x/r",
    "ecr describe-repositories --query repositories[].repositoryName": "a/b\ta_b",
    "s3api list-buckets --query Buckets[].Name": "old\tfar",
    "s3api get-bucket-location --bucket old --query LocationConstraint": "EU",
    "s3api get-bucket-location --bucket far --query LocationConstraint": "eu-central-1",
}


def test_names_that_are_alike_have_files_of_their_own(dumped, tmp_path):
    (tmp_path / "table.py").write_text(TABLE_AWS, encoding="utf-8")
    (tmp_path / "bin/aws").write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "{tmp_path}/table.py" "$@"\n', encoding="utf-8")
    dumps = {words: json.dumps({"of": what}) for words, what in ALIKE.items()}
    (tmp_path / "table.json").write_text(json.dumps(dumps | LISTS), encoding="utf-8")
    done = dumped("dumps", TABLE=str(tmp_path / "table.json"))
    assert (done.returncode, done.stderr) == (0, "")
    saved = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "dumps").iterdir()}
    manifest = saved.pop("manifest.json")
    assert sorted(one["of"] for one in saved.values()) == sorted(ALIKE.values())
    attached = {one["arn"]: saved[one.get("targets") or one.get("policy")]["of"] for one in manifest["resources"]}
    assert attached == {
        EVENTS + "bus/a-r": "t-bus/a-r", EVENTS + "bus-a/r": "t-bus-a/r", EVENTS + "aws.partner/x/r": "t-aws.partner/x/r",
        ECR + "a/b": "r-a/b", ECR + "a_b": "r-a_b", "arn:aws:s3:::old": "b-old"}


def test_what_was_saved_before_is_not_mixed_with_it(dumped, tmp_path):
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps/gone.json").write_text("{}", encoding="utf-8")
    done = dumped("dumps")
    assert done.returncode == 2 and "dumps is not empty" in done.stderr and "name a new folder" in done.stderr
    assert [path.name for path in (tmp_path / "dumps").iterdir()] == ["gone.json"]


def test_usage(dumped):
    assert (dumped().returncode, dumped("a", "b").returncode) == (2, 2)
