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


def test_usage(dumped):
    assert (dumped().returncode, dumped("a", "b").returncode) == (2, 2)
