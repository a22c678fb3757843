# SPDX-License-Identifier: Apache-2.0
"""polcheck compile --update: what is named changes, the rest stays, and nothing is left behind in silence."""

import json

import pytest

ROLE = "arn:aws:iam::111122223333:role/"
SHARED = "arn:aws:iam::111122223333:policy/shared"
BUCKET = "arn:aws:s3:::photos"


def allow(*actions):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


def write(path, **members):
    path.write_text(json.dumps({"polcheck": 1, **members}), encoding="utf-8")
    return path


def role(name, *policies):
    return {"arn": ROLE + name, "policies": list(policies)}


@pytest.fixture
def store(polcheck, tmp_path):
    """Roles a and b read photos by the same managed policy; c by its own."""
    path = write(tmp_path / "all.json", policies=[{"arn": SHARED, "policy": allow("s3:GetObject")}],
                 roles=[role("a", SHARED), role("b", SHARED), role("c", allow("s3:GetObject"))],
                 resources=[{"arn": BUCKET, "account": "111122223333"}])
    assert polcheck("compile", path, "-o", tmp_path / "store").status == 0
    return tmp_path / "store"


def decision(polcheck, store, name, action="s3:GetObject"):
    run = polcheck("eval", "-s", store, "-p", ROLE + name, "-a", action, "-r", BUCKET + "/cat.jpg", "--json")
    return json.loads(run.out)["decision"] if run.out else run.err


def test_one_role_changes(polcheck, store, tmp_path):
    run = polcheck("compile", "--update", write(tmp_path / "c.json", roles=[role("c", allow("s3:PutObject"))]),
                   "-o", store)
    assert run.status == 0, run
    assert run.out.startswith("compiled 1 policy set (1 new, 0 reused) from 1 file: 1 document, 1 principal, ")
    assert "; updated store " in run.out
    assert decision(polcheck, store, "c") == "implicitDeny"
    assert decision(polcheck, store, "c", "s3:PutObject") == "allowed"
    for name in "ab":
        assert decision(polcheck, store, name) == "allowed"


def test_a_role_comes_and_another_goes(polcheck, store, tmp_path):
    run = polcheck("compile", "--update", write(tmp_path / "d.json", roles=[role("d", allow("s3:GetObject"))]),
                   "--remove", ROLE + "c", "--remove", BUCKET, "-o", store, "--json")
    assert run.status == 0, run
    summary = json.loads(run.out)
    assert (summary["removed"], summary["principals"], summary["dropped"]) == (2, 1, 1)
    assert decision(polcheck, store, "d") == "allowed"
    assert "POL0808" in decision(polcheck, store, "c")
    assert polcheck("dump", "--store", store, BUCKET).status == 2
    assert polcheck("dump", "--store", store, ROLE + "d").status == 0


def test_removing_needs_no_input(polcheck, store):
    run = polcheck("compile", "--update", "--remove", ROLE + "c", "-o", store)
    assert run.status == 0, run
    assert "1 ARN removed" in run.out
    assert "POL0808" in decision(polcheck, store, "c")
    again = polcheck("compile", "--update", "--remove", ROLE + "c", "-o", store)
    assert again.status == 2
    assert ROLE + "c" in again.err and "POL0808" in again.err


def test_what_is_named_twice_goes_and_counts_once(polcheck, store):
    twice = ("--remove", ROLE + "c", "--remove", BUCKET, "--remove", ROLE + "c")
    run = polcheck("compile", "--update", *twice, "-o", store, "--json")
    assert run.status == 0, run
    assert json.loads(run.out)["removed"] == 2


def test_what_others_hold_is_refused(polcheck, store, tmp_path):
    before = (store / "data.mdb").read_bytes()
    path = write(tmp_path / "a.json", policies=[{"arn": SHARED, "policy": allow("s3:*")}], roles=[role("a", SHARED)])
    run = polcheck("compile", "--update", path, "-o", store)
    assert run.status == 2
    assert SHARED in run.err and "POL0907" in run.err and "a.json:1:" in run.err
    assert "hint: compile everything together, without --update" in run.err
    assert (store / "data.mdb").read_bytes() == before
    assert decision(polcheck, store, "a", "s3:PutObject") == "implicitDeny"


PUBLIC = {"Version": "2012-10-17",
          "Statement": {"Effect": "Allow", "Principal": "*", "Action": ["sqs:*", "sns:*", "secretsmanager:*", "lambda:*"], "Resource": "*"}}
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:q"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:t"
SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:f"


ALIAS_POLICY = {"Policy": json.dumps({**PUBLIC, "Statement": {**PUBLIC["Statement"], "Resource": FUNCTION + ":prod"}})}


def test_a_policy_of_an_alias_is_told_again_or_removed(polcheck, tmp_path):
    """With the function, or by its name; of another function it stays."""
    path, store = tmp_path / "thing.json", tmp_path / "store"
    function = {"polcheck": 1, "functions": [{"arn": FUNCTION}]}
    other = {"polcheck": 1, "functions": [{"arn": FUNCTION + "2"}]}
    for what, how, decision in [([function, ALIAS_POLICY], [], "allowed"), ([function, ALIAS_POLICY], ["--update"], "allowed"),
                                (other, ["--update"], "allowed"),
                                (function, ["--update", "--remove", FUNCTION + ":prod"], "implicitDeny")]:
        path.write_text(json.dumps(what), encoding="utf-8")
        assert polcheck("compile", *how, path, "-o", store).status == 0
        run = polcheck("eval", "-s", store, "-p", "*", "-a", "lambda:InvokeFunction", "-r", FUNCTION + ":prod", "--json")
        assert json.loads(run.out)["decision"] == decision


@pytest.mark.parametrize("resource, action, before, after", [
    (QUEUE, "sqs:SendMessage", {"Attributes": {"QueueArn": QUEUE, "Policy": json.dumps(PUBLIC)}},
     {"Attributes": {"QueueArn": QUEUE, "CreatedTimestamp": "1700000000"}}),
    (TOPIC, "sns:Publish", {"Attributes": {"TopicArn": TOPIC, "Policy": json.dumps(PUBLIC)}},
     {"Attributes": {"TopicArn": TOPIC}}),
    (SECRET, "secretsmanager:GetSecretValue", {"ARN": SECRET, "Name": "db", "ResourcePolicy": json.dumps(PUBLIC)},
     {"ARN": SECRET, "Name": "db"}),
    (FUNCTION, "lambda:InvokeFunction", {"polcheck": 1, "functions": [{"arn": FUNCTION, "policy": PUBLIC}]},
     {"polcheck": 1, "functions": [{"arn": FUNCTION}]}),
    (FUNCTION, "lambda:InvokeFunction", [{"polcheck": 1, "functions": [{"arn": FUNCTION}]},
                                         {"Policy": json.dumps(PUBLIC | {"Statement": [{**PUBLIC["Statement"], "Resource": FUNCTION}]})}],
     {"polcheck": 1, "functions": [{"arn": FUNCTION, "environment": ["A"]}]}),
    (FUNCTION + ":prod", "lambda:InvokeFunction", [{"polcheck": 1, "functions": [{"arn": FUNCTION}]}, ALIAS_POLICY],
     {"polcheck": 1, "functions": [{"arn": FUNCTION}]}),
])
def test_a_policy_that_is_gone_goes(polcheck, tmp_path, resource, action, before, after):
    path, store = tmp_path / "thing.json", tmp_path / "store"
    for what, how, decision in [(before, [], "allowed"), (after, ["--update"], "implicitDeny"), (after, [], "implicitDeny")]:
        path.write_text(json.dumps(what), encoding="utf-8")
        assert polcheck("compile", *how, path, "-o", store).status == 0
        run = polcheck("eval", "-s", store, "-p", "*", "-a", action, "-r", resource, "--json")
        assert json.loads(run.out)["decision"] == decision


def test_a_dump_of_other_attributes_says_nothing_of_the_policy(polcheck, tmp_path):
    path, store = tmp_path / "thing.json", tmp_path / "store"
    deny = {**PUBLIC, "Statement": [PUBLIC["Statement"], {**PUBLIC["Statement"], "Effect": "Deny"}]}
    for attributes, how in [({"Policy": json.dumps(deny)}, []), ({"VisibilityTimeout": "30"}, ["--update"])]:
        path.write_text(json.dumps({"Attributes": {"QueueArn": QUEUE, **attributes}}), encoding="utf-8")
        polcheck("compile", *how, path, "-o", store)
        run = polcheck("eval", "-s", store, "-p", "*", "-a", "sqs:SendMessage", "-r", QUEUE, "--json")
        assert json.loads(run.out)["decision"] == "explicitDeny"


def test_another_root_is_refused(polcheck, store, tmp_path):
    tree = {"levels": [{"id": "r-1"}], "accounts": [{"id": "111122223333", "parent": "r-1"}]}
    assert polcheck("compile", "--update", write(tmp_path / "o.json", organization=tree), "-o", store).status == 0
    tree = json.loads(json.dumps(tree).replace("r-1", "r-2"))
    run = polcheck("compile", "--update", write(tmp_path / "o.json", organization=tree), "-o", store)
    assert run.status == 2
    assert "the root of the organization is another than in the store" in run.err and "POL0907" in run.err


def test_the_same_definition_may_be_there(polcheck, store, tmp_path):
    path = write(tmp_path / "a.json", policies=[{"arn": SHARED, "policy": allow("s3:GetObject")}],
                 roles=[role("a", SHARED, allow("s3:PutObject"))])
    assert polcheck("compile", "--update", path, "-o", store).status == 0
    assert decision(polcheck, store, "a", "s3:PutObject") == "allowed"
    assert decision(polcheck, store, "b", "s3:PutObject") == "implicitDeny"


def test_the_input_holds_what_it_names(polcheck, store, tmp_path):
    run = polcheck("compile", "--update", write(tmp_path / "a.json", roles=[role("a", SHARED)]), "-o", store)
    assert run.status == 2
    assert "POL0707" in run.err


def test_a_store_must_be_there(polcheck, tmp_path):
    run = polcheck("compile", "--update", write(tmp_path / "a.json", roles=[role("a")]), "-o", tmp_path / "none")
    assert run.status == 2
    assert "POL0900" in run.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("arguments, words", [
    (["a.json", "--remove", ROLE + "a", "-o", "s"], "--remove is for an update"),
    (["--update", "a.json", "--check"], "--check writes nothing"),
    (["--update", "-o", "s"], "no file or folder"),
    (["--update", "a.json"], "where to write"),
])
def test_usage(polcheck, tmp_path, arguments, words):
    write(tmp_path / "a.json", roles=[role("a")])
    run = polcheck("compile", *arguments)
    assert run.status == 2
    assert words in run.err and "POL0950" in run.err
