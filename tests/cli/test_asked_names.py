# SPDX-License-Identifier: Apache-2.0
"""Questions about names that AWS does not have: answered, and beside the answer it is said. The names are AWS's documented ones."""

import json

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
PHOTO = "arn:aws:s3:::photos/cat.jpg"


@pytest.fixture
def store(polcheck, tmp_path):
    """Alice may read photos."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
    manifest = {"polcheck": 1, "users": [{"arn": ALICE, "policies": [document]}],
                "resources": [{"arn": "arn:aws:s3:::photos", "account": "111122223333"}]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert polcheck("compile", "manifest.json", "-o", "store").status == 0
    return "store"


def asking(verb, action, resource=PHOTO):
    if verb == "who-can":
        return [verb, "-s", "store", action, resource]
    if verb == "what-can":
        return [verb, "-s", "store", "-a", action, ALICE]
    return [verb, "-s", "store", "-p", ALICE, "-a", action, "-r", resource]


@pytest.mark.parametrize("verb", ["who-can", "what-can", "explain", "eval"])
@pytest.mark.parametrize("action, code, said", [
    ("s3:PutObjct", "POL1201", 'did you mean "s3:PutObject"?'), ("s33:PutObject", "POL1200", 'did you mean "s3"?'),
    ("s3:DeleteObjects", "POL1205", "allowed as s3:DeleteObject"), ("cloudwatch:PutLogEvents", "POL1204", "logs:PutLogEvents"),
])
def test_an_action_that_aws_does_not_have(store, polcheck, verb, action, code, said):
    run = polcheck(*asking(verb, action))
    assert run.status == 1 and run.out, run
    assert f"[{code}]" in run.err and said in run.err and "warning: " in run.err


@pytest.mark.parametrize("verb", ["who-can", "what-can", "explain", "eval"])
@pytest.mark.parametrize("action", ["s3:GetObject", "S3:putobject"])
def test_one_that_it_has(store, polcheck, verb, action):
    assert polcheck(*asking(verb, action)).err == ""


@pytest.mark.parametrize("verb", ["who-can", "explain"])
def test_it_is_said_of_who_is_allowed_too(store, polcheck, verb):
    run = polcheck(*asking(verb, "s3:GetObjct"))
    assert run.status == 0 and "[POL1201]" in run.err


@pytest.mark.parametrize("verb", ["who-can", "what-can"])
def test_a_pattern_that_matches_nothing(store, polcheck, verb):
    assert "[POL1202]" in polcheck(*asking(verb, "s3:Gett*")).err
    assert polcheck(*asking(verb, "s3:Get*")).err == ""


@pytest.mark.parametrize("verb", ["who-can", "what-can", "explain", "eval"])
@pytest.mark.parametrize("key, said", [
    ("aws:SourceIpp", 'POL1223]\n  hint: did you mean "aws:SourceIp"?'), ("s3:prefx", 'POL1222]\n  hint: did you mean "s3:prefix"?'),
    ("aws:SourceIp", None), ("S3:Prefix", None), ("aws:PrincipalTag/team", None), ("accounts.google.com:aud", None), ("ours:key", None),
])
def test_keys(store, polcheck, verb, key, said):
    run = polcheck(*asking(verb, "s3:PutObject"), "--context", f"{key}=10.0.0.1")
    assert run.status == 1
    assert (said in run.err if said else run.err == ""), run


def test_for_programs_it_is_an_object_beside_the_answer(store, polcheck):
    run = polcheck(*asking("explain", "s3:PutObjct"), "--json")
    assert run.json()["decision"] == "implicitDeny"
    assert json.loads(run.err)["code"] == "POL1201"


def test_a_case_is_named_by_its_file(polcheck, tmp_path):
    case = {"request": {"principal": ALICE, "action": "s3:PutObjct", "resource": PHOTO}, "policies": {"identity": []}}
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    assert polcheck("eval", "--case", "case.json").err.startswith("case.json: warning: ")


# Principals of the store ---------------------------------------------------------------------------


@pytest.fixture
def people(polcheck, tmp_path):
    arns = [f"arn:aws:iam::111122223333:{name}" for name in ["user/alice", "user/staff/bob", "role/teams/deployer", "role/deploy-all"]]
    manifest = {"polcheck": 1, "users": [{"arn": arn} for arn in arns[:2]],
                "roles": [{"arn": arn} for arn in arns[2:]]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run = polcheck("compile", "manifest.json", "-o", "store")
    assert run.status == 0, run


@pytest.mark.parametrize("arguments", [["what-can", "-s", "store"], ["show", "-s", "store"], ["dump", "-s", "store"], ["graph", "-s", "store"],
                                       ["explain", "-s", "store", "-a", "s3:GetObject", "-r", PHOTO, "-p"],
                                       ["eval", "-s", "store", "-a", "s3:GetObject", "-r", PHOTO, "-p"]], ids=" ".join)
@pytest.mark.parametrize("asked, meant", [
    ("111122223333:user/alicee", "111122223333:user/alice"), ("111122223334:user/alice", "111122223333:user/alice"),
    ("111122223333:role/deployer", "111122223333:role/teams/deployer"), ("111122223333:user/staff/alice", "111122223333:user/alice"),
    ("111122223333:user/carol", None),
])
def test_a_principal_that_the_store_does_not_have(people, polcheck, arguments, asked, meant):
    run = polcheck(*arguments, f"arn:aws:iam::{asked}")
    assert run.status == 2 and run.out == "" and "[POL0808]" in run.err
    assert (f'did you mean "arn:aws:iam::{meant}"?' in run.err) if meant else ("did you mean" not in run.err), run
