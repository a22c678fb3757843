# SPDX-License-Identifier: Apache-2.0
"""polcheck's worker: what it decides, counts and refuses."""

import json
import os
import subprocess

import pytest

ACCOUNT = "123456789012"


def policies(principal, resource="arn:aws:s3:::b/0000001/*"):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    return {"principal": principal, "identity": [{"name": "p", "policy": {"Version": "2012-10-17",
                                                                          "Statement": [statement]}}], "resource": None}


def line(expect, principal, resource, action="s3:GetObject", keys="aws:SecureTransport=true"):
    return "\t".join([expect, principal, action, resource, keys]) + "\n"


@pytest.fixture
def load(tmp_path):
    """Writes a workload; gives its folder."""

    def write(made, requests):
        folder = tmp_path / "load"
        folder.mkdir(exist_ok=True)
        (folder / "policies.json").write_text(json.dumps(made), encoding="utf-8")
        (folder / "requests.tsv").write_text(requests, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def worker(tmp_path):
    """Runs the worker: worker(arguments..., input="..."). Its temporary files go to a folder that must stay empty."""
    (tmp_path / "t").mkdir()

    def run(*arguments, input=""):
        done = subprocess.run([os.environ["BENCH_WORKER"], *map(str, arguments)], input=input, capture_output=True,
                              text=True, timeout=60, check=False, cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path / "t")})
        assert not list((tmp_path / "t").iterdir())
        return done

    return run


ONE = f"arn:aws:iam::{ACCOUNT}:role/one"


def test_protocol(load, worker):
    folder = load(policies(ONE), line("allow", ONE, "arn:aws:s3:::b/0000001/x") + line("deny", ONE, "arn:aws:s3:::b/y"))
    done = worker(folder, input="batch 1\nbatch 1\nquit\nbatch 1\n")
    ready, *batches = done.stdout.splitlines()
    assert done.returncode == 0 and ready == "READY polcheck checked=2 mismatches=0"
    assert len(batches) == 2
    for batch in batches:
        count, nanoseconds, allowed = map(int, batch.split())
        assert nanoseconds >= 1e6 and count > 0 and allowed * 2 == count


def test_wrong_expectations_are_counted(load, worker):
    right = line("allow", ONE, "arn:aws:s3:::b/0000001/x")
    folder = load(policies(ONE), right + right.replace("allow", "deny") + line("allow", ONE, "arn:aws:s3:::b/y"))
    assert "checked=3 mismatches=2" in worker(folder).stdout
    assert "polcheck-reasons checked=3 mismatches=2" in worker("--reasons", folder).stdout
    assert "polcheck-explain checked=3 mismatches=2" in worker("--explain", folder).stdout
    assert "polcheck-prepared checked=3 mismatches=2" in worker("--prepared", folder).stdout


def test_question_that_fails_counts_as_denied(load, worker):
    broken = line("deny", ONE, "arn:aws:s3:::b/0000001/x", action="no action") + \
        line("deny", "nobody", "arn:aws:s3:::b/0000001/x", keys="")
    made = policies(ONE)
    folder = load(made, line("allow", ONE, "arn:aws:s3:::b/0000001/x"))
    store = folder.parent / "store"
    assert worker("--store", store, folder, "make").returncode == 0
    load(made, broken)
    assert "checked=2 mismatches=0" in worker("--store", store, folder).stdout


def test_count(load, worker):
    folder = load(policies(ONE), line("allow", ONE, "arn:aws:s3:::b/0000001/x") + line("deny", ONE, "arn:aws:s3:::b/y"))
    assert worker(folder, "count", 7).stdout == "4\n"


def test_numbers(load, worker):
    # Of ten numbers, one is in the policy, for everyone: each tenth request or so is allowed.
    folder = load(policies(ONE), line("allow", ONE, "arn:aws:s3:::b/#######/x"))
    allowed = int(worker("--numbers", 10, folder, "count", 1000).stdout)
    assert 50 < allowed < 200
    # The two hot ones of ten are 0 and 5; of one, 0 alone.
    assert worker("--numbers", 10, "--hot", 2, folder, "count", 1000).stdout == "0\n"
    made = policies(ONE, "arn:aws:s3:::b/0000005/*")
    assert 400 < int(worker("--numbers", 10, "--hot", 2, load(made, line("allow", ONE, "arn:aws:s3:::b/#######/x")),
                            "count", 1000).stdout) < 600


def test_resource_policy_is_the_account_s_own(load, worker):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ONE}, "Action": "s3:*",
                                                      "Resource": "arn:aws:s3:::b/*"}]}
    other = ONE.replace("one", "two")
    folder = load({"principal": None, "identity": [], "resource": {"arn": "arn:aws:s3:::b", "policy": policy}},
                  line("allow", ONE, "arn:aws:s3:::b/x") + line("deny", other, "arn:aws:s3:::b/x"))
    assert "checked=2 mismatches=0" in worker(folder).stdout


def test_first_answer_of_a_store(load, worker):
    folder = load(policies(ONE), line("allow", ONE, "arn:aws:s3:::b/0000001/x"))
    store = folder.parent / "store"
    assert worker("--store", store, folder, "make").returncode == 0
    nanoseconds, answer = worker("--store", store, folder, "first").stdout.split()
    assert int(nanoseconds) > 0 and answer == "right"


@pytest.mark.parametrize("arguments, said", [
    ((), 'missing operand: "WLDIR"'), (("w", "dance"), 'unknown or incomplete "dance"'),
    (("w", "count"), '"count"'), (("w", "count", "0"), '"0"'), (("w", "count", "1x"), '"1x"'),
    (("w", "make"), "--store is missing"), (("w", "first"), "--store is missing"),
    (("--numbers", "100000000", "w"), "seven digits"), (("--hot", "5", "w"), "more than --numbers"),
    (("--nonsense", "w"), "nonsense")])
def test_usage(worker, arguments, said):
    done = worker(*arguments)
    assert done.returncode == 2 and said in done.stderr and "usage: polcheck-bench-worker" in done.stderr


@pytest.mark.parametrize("requests", ["", "allow\tonly\tthree\n", "allow\ta\tb\tc\tnovalue\n"])
def test_requests_that_are_none(load, worker, requests):
    done = worker(load(policies(ONE), requests))
    assert done.returncode == 2 and done.stdout == "" and "polcheck-bench-worker: " in done.stderr


def test_policies_that_are_refused_are_reported(load, worker):
    made = policies(ONE)
    made["identity"][0]["policy"]["Statement"][0]["Condition"] = {"NoSuchOperator": {"aws:SourceIp": "x"}}
    done = worker(load(made, line("allow", ONE, "arn:aws:s3:::b/x")))
    assert done.returncode == 2 and "POL" in done.stderr and "NoSuchOperator" in done.stderr
