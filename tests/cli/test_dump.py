# SPDX-License-Identifier: Apache-2.0
"""polcheck dump: the readable form of a file, and of what a store holds."""

import json

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:news"


def document(**more):
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "Reads", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **more}]}


def write(tmp_path, value, name="policy.json"):
    (tmp_path / name).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return name


def test_identity_policy(polcheck, tmp_path):
    run = polcheck("dump", write(tmp_path, document()))
    assert run.status == 0
    assert run.out.startswith("identity policy set")
    assert "Reads" in run.out and "s3:getobject" in run.out


def test_resource_policy_is_told_by_its_principal(polcheck, tmp_path):
    run = polcheck("dump", write(tmp_path, document(Principal="*")))
    assert run.status == 0
    assert run.out.startswith("resource policy set")


def test_from_standard_input(polcheck):
    run = polcheck("dump", "-", input=json.dumps(document()))
    assert run.status == 0
    assert "<stdin>" in run.out


@pytest.mark.parametrize("name", ["identity", "boundary", "session", "scp"])
def test_type(polcheck, tmp_path, name):
    run = polcheck("dump", write(tmp_path, document()), "--type", name)
    assert run.status == 0
    assert run.out.startswith(f"{name} policy set")


def test_dump_is_deterministic(polcheck, tmp_path):
    name = write(tmp_path, document())
    assert polcheck("dump", name).out == polcheck("dump", name).out


def test_store(polcheck, tmp_path):
    manifest = {"polcheck": 1, "users": [{"arn": ALICE, "policies": [document()], "boundary": document()}],
                "resources": [{"arn": TOPIC, "policy": document(Principal="*")}]}
    assert polcheck("compile", write(tmp_path, manifest), "-o", "store").status == 0
    run = polcheck("dump", "--store", "store", ALICE)
    assert run.status == 0
    assert "# identity\n" in run.out and "# boundary\n" in run.out
    assert "Reads" in run.out
    run = polcheck("dump", "--store", "store", TOPIC)
    assert run.status == 0
    assert "resource policy set" in run.out
    run = polcheck("dump", "--store", "store", ALICE + "x")
    assert run.status == 2
    assert run.out == ""
    assert "POL0808" in run.err


@pytest.mark.parametrize("arguments, code", [
    (["nosuch.json"], "POL0001"), (["bad.json"], "POL0100"), (["case.json"], "POL0201"), ([], "POL0950"),
    (["a", "b"], "POL0950"), (["--store", "nosuch", "arn"], "POL0900"), (["--store", "nosuch"], "POL0950"),
    (["policy.json", "--type", "identty"], 'did you mean "identity"?'),
    (["policy.json", "--type", "rcp"], "POL0"), (["--store", "s", "--type", "scp", "x"], "POL0950"),
    (["."], "POL0002"), (["/proc/self/mem"], "POL0002")])
def test_errors(polcheck, tmp_path, arguments, code):
    write(tmp_path, "{", "bad.json")
    write(tmp_path, {"request": {}}, "case.json")
    write(tmp_path, document())
    run = polcheck("dump", *arguments)
    assert run.status == 2
    assert run.out == ""
    assert code in run.err
