# SPDX-License-Identifier: Apache-2.0
"""what-can: every line is held against what eval says of requests that it matches, and of those that no line matches."""

import fnmatch
import json

import pytest
from reaching import ACCOUNTS, ACTIONS, KEY, PRINCIPALS, RESOURCES, Account

A, B = ACCOUNTS
PHOTOS = "arn:aws:s3:::photos"
ME = f"arn:aws:iam::{A}:role/me"
NOW = "2026-01-01T00:00:00Z"


def allow(action, resource, condition=None, **more):
    made = {"Effect": "Allow", "Action": action, "Resource": resource} | more
    return made | ({"Condition": condition} if condition else {})


def deny(action, resource, condition=None, **more):
    return allow(action, resource, condition, **more) | {"Effect": "Deny"}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def me(*statements, **more):
    return {"arn": ME, "policies": [policy(*statements)]} | more


@pytest.fixture
def store(polcheck, tmp_path):

    def compiled(**parts):
        (tmp_path / "manifest.json").write_text(json.dumps({"polcheck": 1} | parts), encoding="utf-8")
        run = polcheck("compile", "manifest.json", "-o", "store")
        assert run.status == 0, run

    return compiled


@pytest.fixture
def what(polcheck):
    """The lines of what-can, but for what everybody may: to ask who they are."""

    def asked(*arguments, principal=ME):
        run = polcheck("what-can", "--store", "store", "--json", "--now", NOW, *arguments, principal)
        assert run.status == (0 if run.out else 1) and run.err == "", run
        return [each for each in run.lines() if each["actions"] not in (["sts:GetCallerIdentity"], ["sts:GetSessionToken"])]

    return asked


def lines(found):
    return sorted((each["can"], ",".join(each["actions"]), each["resource"]) for each in found)


# Lines ----------------------------------------------------------------------------------------------

def test_statements_are_told_as_they_are_written(store, what):
    store(roles=[me(allow(["s3:Get*", "s3:PutObject"], [f"{PHOTOS}/*", "arn:aws:s3:::papers/x"]), allow("sqs:SendMessage", "*"))])
    assert lines(what()) == sorted([("yes", "s3:Get*,s3:PutObject", f"{PHOTOS}/*"), ("yes", "s3:Get*,s3:PutObject", "arn:aws:s3:::papers/x"),
                                    ("yes", "sqs:SendMessage", "*")])
    assert lines(what("--service", "sqs")) == [("yes", "sqs:SendMessage", "*")]
    assert lines(what("--action", "s3:GetObject", "--resource", f"{PHOTOS}/a")) == [("yes", "s3:GetObject", f"{PHOTOS}/a")]
    assert what("--service", "ec2") == []


def test_guard_rails_and_denies_are_told_and_take_away(store, what):
    store(roles=[me(allow("s3:*", "*"), deny("s3:Delete*", f"{PHOTOS}/keep/*"), allow("sqs:SendMessage", "*"),
                    boundary=policy(allow("s3:*", "*"), deny("s3:*", "*", {"Bool": {"aws:SecureTransport": "false"}})))])
    (line,) = what()
    assert (line["can"], line["actions"], line["resource"], line["own"]) == ("depends", ["s3:*"], "*", True)
    denies = {each["type"]: each for each in line["statements"] if each["effect"] == "Deny"}
    assert denies["identity"]["actions"] == ["s3:delete*"] and denies["identity"]["resources"] == [f"{PHOTOS}/keep/*"]
    assert denies["boundary"]["conditions"] == [{"operator": "Bool", "key": "aws:SecureTransport", "values": ["false"]}]
    assert [each["can"] for each in what("-c", "aws:SecureTransport=true", "-a", "s3:GetObject")] == ["yes"]
    assert what("-c", "aws:SecureTransport=false") == []


def test_resources_that_name_it_and_those_that_deny(store, what):
    papers = "arn:aws:s3:::papers"
    store(roles=[me(allow("s3:GetObject", "arn:aws:s3:::*"))], resources=[
        {"arn": PHOTOS, "account": A, "policy": policy(deny("s3:*", f"{PHOTOS}/*", Principal="*"))},
        {"arn": papers, "account": A, "policy": policy(allow("s3:PutObject", f"{papers}/*", Principal={"AWS": ME}))}])
    found = what()
    assert lines(found) == [("yes", "s3:GetObject", "arn:aws:s3:::*"), ("yes", "s3:PutObject", f"{papers}/*"),
                            ("yes", "s3:PutObject", f"{papers}/index/*")]
    (reading,) = [each for each in found if each["actions"] == ["s3:GetObject"]]
    assert f"{PHOTOS}/*" in reading["except"] and reading["own"]


def test_keys_and_roles_have_to_allow_it_themselves(store, what):
    other = f"arn:aws:iam::{A}:role/other"
    trust = policy({"Effect": "Allow", "Principal": {"AWS": A}, "Action": "sts:AssumeRole"})
    store(roles=[me(allow("kms:Decrypt", KEY), allow("sts:AssumeRole", f"arn:aws:iam::{A}:role/*")),
                 {"arn": other, "policies": [policy(allow("s3:*", "*"))], "trust": trust}], resources=[{"arn": KEY, "account": A}])
    assert lines(what()) == [("yes", "sts:AssumeRole", other)]


def test_the_policy_of_a_function_judges_its_versions(store, what):
    """LAMBDA.md 4."""
    f = f"arn:aws:lambda:eu-west-1:{A}:function:f"
    named = {"Principal": {"AWS": ME}}
    store(roles=[me(allow("sqs:*", "*"))], resources=[{"arn": f, "policy": policy(allow("lambda:InvokeFunction", f"{f}:*", **named))}])
    assert lines(what()) == [("yes", "lambda:InvokeFunction", f"{f}:*"), ("yes", "sqs:*", "*")]
    store(roles=[me(allow("lambda:*", "*"))],
          resources=[{"arn": f, "policy": policy(deny("lambda:InvokeFunction", f"{f}:*", **named))}])
    (line,) = what("-a", "lambda:InvokeFunction")
    assert line["except"] == [f"{f}:*"]
    assert [(line["can"], line["resource"]) for line in what()] == [("yes", "*"), ("depends", f"{f}:*")]


@pytest.mark.parametrize("pattern", ["*", "arn:*:*:*:*:*", f"arn:aws:kms:eu-west-1:{A}:*"])
def test_a_key_without_a_policy_is_told_by_no_pattern(store, what, polcheck, pattern):
    """R-701: whoever else allows it, the key's own policy has to."""
    store(roles=[me(allow("kms:*", pattern))], resources=[{"arn": KEY, "account": A}])
    assert polcheck("eval", "-s", "store", "-p", ME, "-a", "kms:Decrypt", "-r", KEY).status == 1
    (line,) = what()
    assert (line["can"], line["resource"], line["except"]) == ("yes", pattern, [KEY])


def test_expanded_actions(store, what):
    store(roles=[me(allow("sqs:*Message", "*"))])
    (line,) = what("--expand")
    assert {"sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"} <= set(line["actions"])


def test_nothing_but_who_it_is(store, polcheck):
    store(roles=[me(deny("*", "*"))])
    run = polcheck("what-can", "-s", "store", ME)
    assert run.status == 0 and "sts:GetCallerIdentity" in run.out and run.out.count("can ") == 1
    run = polcheck("what-can", "-s", "store", ME, "--service", "s3")
    assert run.status == 1 and run.out == "nothing\n"


@pytest.mark.parametrize("arguments, said", [
    ([], "one principal, not 0"), ([ME, ME], "one principal, not 2"), (["me"], "POL0801"), ([f"{ME}-2"], "POL0808"), ([ME, "-a", "Get"], "POL0802"),
    ([ME, "--action", "s3:Get*", "--service", "s3"], "--service"), ([ME, "--resource", "photos"], "POL0803"), ([ME, "--wide-stars"], "unknown option"),
    ([ME, "-c", "aws:PrincipalArn=arn:aws:iam::1:role/x"], "POL0807"),
])
def test_questions_that_cannot_be_asked(store, polcheck, arguments, said):
    store(roles=[me(allow("s3:*", "*"))])
    run = polcheck("what-can", "-s", "store", *arguments)
    assert run.status == 2 and run.out == "" and said in run.err, run


# Against eval ----------------------------------------------------------------------------------------

def covers(line, action, resource, own):
    """Does the line tell of the request?"""
    if not any(fnmatch.fnmatchcase(action.lower(), each.lower()) for each in line["actions"]):
        return False
    if not fits(line["resource"], resource) or any(fits(each, resource) for each in line["except"]):
        return False
    return line["can"] == "depends" or line["resource"] == resource or own or not line["own"]


def fits(pattern, resource):
    fields, wanted = resource.split(":", 5), pattern.split(":", 5)
    if len(wanted) < 6:
        return pattern == "*"
    return all(fnmatch.fnmatchcase(a, b) for a, b in zip(fields, wanted))


@pytest.mark.parametrize("seeds", [range(first, first + 4) for first in (300, 304, 308)], ids=str)
@pytest.mark.parametrize("expand", [(), ("--expand",)], ids=["patterns", "expanded"])
def test_lines_are_what_is_allowed(store, polcheck, what, seeds, expand):
    sure, allowed = 0, 0
    for seed in seeds:
        made = Account(seed)
        store(**{key: value for key, value in made.manifest.items() if key != "polcheck"})
        owners = {each["arn"]: each["account"] for each in made.manifest["resources"]}
        pairs = [(f"{service}:{name}", resource) for service, names in ACTIONS.items() for name in names
                 for resource in RESOURCES if resource.split(":")[2] == service]
        for principal in made.random.sample(PRINCIPALS, 4):
            found = what(*expand, principal=principal)
            contexts = [{key: value for key, value in made.context(0.7).items()} for _ in range(3)]
            asked = [(action, resource, {key: value for key, value in context.items() if key not in made.told(principal, resource)})
                     for action, resource in pairs for context in contexts]
            text = "".join(json.dumps({"principal": principal, "action": action, "resource": resource, "context": context}) + "\n"
                           for action, resource, context in asked)
            answers = polcheck("eval", "--store", "store", "--batch", "--now", NOW, input=text).lines()
            for (action, resource, context), answer in zip(asked, answers):
                if "error" in answer:
                    continue
                bucket = resource.split("/")[0] if ":s3:" in resource else resource
                telling = [each for each in found if covers(each, action, resource, owners[bucket] == principal.split(":")[4])]
                yes = answer["decision"] == "allowed"
                assert telling or not yes, (principal, action, resource, context)
                assert yes or "yes" not in [each["can"] for each in telling], (principal, action, resource, context, telling)
                sure += any(each["can"] == "yes" for each in telling)
                allowed += yes
    assert sure > 0 and allowed > 0


@pytest.mark.parametrize("listed", [{"Action": "*"}, {"NotAction": "s3:*"}])
def test_roles_of_others_are_told_whoever_may_do_everything(store, what, polcheck, listed):
    """The role's policy is about STS alone, so that "*" by itself says nothing of it."""
    trust = policy({"Effect": "Allow", "Principal": {"AWS": A}, "Action": "sts:AssumeRole"})
    deploy = f"arn:aws:iam::{B}:role/deploy"
    store(roles=[{"arn": ME, "policies": [policy({"Effect": "Allow", "Resource": "*", **listed})]},
                 {"arn": deploy, "policies": [], "trust": trust}])
    run = polcheck("eval", "-s", "store", "--principal", ME, "--action", "sts:AssumeRole", "--resource", deploy)
    assert run.status == 0, run
    assert ("depends", "sts:*", deploy) in lines(what())
    assert lines(what("--action", "sts:AssumeRole", "--resource", deploy)) == [("yes", "sts:AssumeRole", deploy)]
