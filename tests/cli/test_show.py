# SPDX-License-Identifier: Apache-2.0
"""`polcheck show`: policies read out to a person."""

import json
import re

import pytest


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(**more):
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **more}


@pytest.fixture
def shown(polcheck):
    """The lines about one document, without its title and the blanks in front."""

    def show(*statements, options=()):
        run = polcheck("show", "-", *options, input=document(*statements))
        assert run.status == 0 and run.err == "", run
        title, *lines = run.out.splitlines()
        assert title.startswith("<stdin>:1:1: ")
        return [line.strip() for line in lines]

    return show


def condition(shown, operator, key, value):
    [line] = [line for line in shown(allow(Condition={operator: {key: value}})) if line.startswith("if ")]
    return line.removeprefix("if  ")


def test_a_statement(shown, top):
    assert actions(top, "sqs") > 15
    assert shown({"Sid": "Read", "Effect": "Deny", "Action": ["s3:getobject", "sqs:*"], "Resource": "arn:aws:s3:::a/*"}) == [
        "Read denies (line 1)", f"do  s3:GetObject, sqs:* ({actions(top, 'sqs')} actions)", "on  arn:aws:s3:::a/*"]


def actions(top, service):
    """How many actions the service reference has of a service: the lines "a" below its line "s"."""
    text = (top / "src" / "catalog" / "service-reference.txt").read_text(encoding="utf-8")
    [part] = [part for part in re.split(r"(?m)^s\t", text) if re.match(rf"{service}\s", part)]
    return len(re.findall(r"(?m)^a\t", part))


def test_names_and_negations(shown):
    lines = shown({"Effect": "Allow", "NotAction": "iam:GetRole", "NotResource": ["arn:aws:s3:::a", "*"]})
    assert lines == ["#0 allows (line 1)", "do  every action but iam:GetRole",
                     "on  every resource but arn:aws:s3:::a, every resource"]
    assert shown(allow(Action="*"))[1] == "do  every action"
    assert shown(allow(Action="s3:GetObjekt"))[1] == "do  s3:GetObjekt (no action that AWS lists)"


@pytest.mark.parametrize("principal, words", [
    ("*", "everybody, signed in or not"),
    ({"AWS": "111122223333"}, "account 111122223333"),
    ({"AWS": "arn:aws:iam::111122223333:root"}, "account 111122223333"),
    ({"AWS": "arn:aws:iam::111122223333:role/r"}, "arn:aws:iam::111122223333:role/r"),
    ({"Service": "s3.amazonaws.com"}, "the service s3.amazonaws.com"),
])
def test_principals(shown, principal, words):
    assert shown({**allow(), "Principal": principal})[1] == f"to  {words}"
    denied = {**allow(Effect="Deny"), "NotPrincipal": principal}
    assert shown(denied)[1] == f"to  everybody but {words}"


@pytest.mark.parametrize("operator, value, words", [
    ("StringEquals", ["a", "b"], 'a:k is "a" or "b"'),
    ("StringEquals", ["a", "b", "c"], 'a:k is "a", "b" or "c"'),
    ("StringNotEquals", "a", 'a:k is not "a", or it is absent'),
    ("StringEqualsIfExists", "a", 'a:k is "a", or it is absent'),
    ("StringLike", "a*", 'a:k is like "a*"'),
    ("ForAllValues:StringEquals", "a", 'each value of a:k is "a", or it is absent'),
    ("ForAnyValue:StringEquals", "a", 'some value of a:k is "a"'),
    ("ForAnyValue:StringNotEquals", "a", 'some value of a:k is not "a"'),
    ("ForAnyValue:StringEqualsIfExists", "a", 'some value of a:k is "a", or it is absent'),
    ("NumericLessThan", "5", 'a:k is less than "5"'),
    ("NumericGreaterThanEquals", "5", 'a:k is at least "5"'),
    ("DateLessThan", "2026-01-01T00:00:00Z", 'a:k is before "2026-01-01T00:00:00Z"'),
    ("Bool", True, 'a:k is "true"'),
    ("IpAddress", "10.0.0.0/8", 'a:k is in "10.0.0.0/8"'),
    ("NotIpAddress", "10.0.0.0/8", 'a:k is not in "10.0.0.0/8", or it is absent'),
    ("ArnLike", "arn:aws:s3:::a*", 'a:k is like "arn:aws:s3:::a*"'),
    ("Null", "true", "a:k is absent"),
    ("Null", "false", "a:k is there"),
    ("Null", ["true", "false"], "a:k is there or not"),
])
def test_conditions(shown, operator, value, words):
    assert condition(shown, operator, "a:k", value) == words


def test_conditions_are_joined(shown):
    lines = shown(allow(Condition={"StringEquals": {"a:k": "1", "a:l": "2"}}))
    assert lines[-2:] == ['if  a:k is "1"', 'and a:l is "2"']


def test_types(polcheck):
    assert ": scp policy" in polcheck("show", "-", "--type", "scp", input=document(allow())).out
    assert ": resource policy" in polcheck("show", "-", input=document({**allow(), "Principal": "*"})).out
    assert 'did you mean "scp"?' in polcheck("show", "-", "--type", "sc", input="").err


def test_all_that_is_read(polcheck, top):
    """Dumps and manifests, with who has each policy."""
    run = polcheck("show", top / "policies" / "thumbnails")
    assert run.status == 0 and run.err == ""
    assert 'boundary policy "ThumbsBoundary" of arn:aws:iam::111122223333:role/thumbs-role' in run.out
    assert "if  AWS:SourceAccount is \"111122223333\"" in run.out


def test_a_file_says_what_its_compiled_form_says(polcheck, top, tmp_path):
    """The policies of a store read as the files that they were compiled from."""
    assert polcheck("compile", top / "policies", "-o", tmp_path / "store").status == 0
    stored = polcheck("show", "--store", tmp_path / "store", "arn:aws:s3:::photos-thumbs")
    assert stored.status == 0
    from_file = polcheck("show", top / "policies/thumbnails/s3/get-bucket-policy-photos-thumbs.json")
    assert stored.out.splitlines()[1:] == from_file.out.splitlines()[1:]


def test_every_managed_policy_of_the_folder_reads_the_same_compiled(polcheck, top, tmp_path):
    manifest = {"polcheck": 1, "roles": [], "users": []}
    for path in sorted((top / "policies" / "managed").glob("AWS*.json")):
        manifest["roles"].append({"arn": f"arn:aws:iam::111122223333:role/{path.stem}",
                                  "policies": [json.loads(path.read_text(encoding="utf-8"))]})
    (tmp_path / "m.json").write_text(json.dumps(manifest))
    assert polcheck("compile", "m.json", "-o", "store").status == 0
    for role in manifest["roles"]:
        name = role["arn"].rpartition("/")[2]
        stored = [line.split(" (line")[0].lower() for line in
                  polcheck("show", "--store", "store", role["arn"]).out.splitlines()[1:]]
        own = [line.split(" (line")[0].lower() for line in
               polcheck("show", top / "policies" / "managed" / f"{name}.json").out.splitlines()[1:]]
        assert stored == own and own


def test_colour_and_hostile_texts(polcheck):
    text = document({**allow(Effect="Deny", Resource="arn:aws:s3:::\x1b[2Jx")})
    run = polcheck("show", "-", "--color", "always", input=text)
    assert "\x1b[1;31mdenies\x1b[0m" in run.out and "\x1b[2J" not in run.out and "\\x1b[2Jx" in run.out
    assert "\x1b" not in polcheck("show", "-", input=text).out


def test_what_cannot_be_shown(polcheck, tmp_path):
    (tmp_path / "bad.json").write_text('{"Statement": [{"Effect": "Maybe"}]}')
    (tmp_path / "good.json").write_text(document(allow()))
    run = polcheck("show", "bad.json", "good.json")
    assert run.status == 2
    assert "bad.json:1:27: error" in run.err and "#0 allows" in run.out
    assert polcheck("show").status == 2
    assert polcheck("show", "missing.json").status == 2
    assert "POL1371" in polcheck("show", "-", input='{"polcheck": 1}').err
    assert "needs one ARN" in polcheck("show", "--store", "s").err
    assert polcheck("show", "--store", "s", "--type", "scp", "arn").status == 2


def test_an_operator_that_aws_does_not_have_is_marked(polcheck, tmp_path):
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEqual": {"aws:SourceIp": "10.0.0.0/8"}}}
    (tmp_path / "p.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), encoding="utf-8")
    assert 'if  StringEqual (no operator of AWS) of aws:SourceIp: "10.0.0.0/8"' in polcheck("show", "p.json").out
