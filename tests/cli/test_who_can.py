# SPDX-License-Identifier: Apache-2.0
"""who-can: each answer is held against what eval says of each principal."""

import fnmatch
import json

import pytest
from reaching import ACCOUNTS, ACTIONS, PRINCIPALS, RESOURCES, Account

A, B = ACCOUNTS
PHOTOS = "arn:aws:s3:::photos"
SEEDS = [range(first, first + 4) for first in (0, 4, 8)]  # of made-up accounts: together they have enough that is allowed


def allow(action, resource, condition=None, **more):
    made = {"Effect": "Allow", "Action": action, "Resource": resource} | more
    return made | ({"Condition": condition} if condition else {})


def deny(action, resource, condition=None, **more):
    return allow(action, resource, condition, **more) | {"Effect": "Deny"}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(name, *statements, account=A, **more):
    return {"arn": f"arn:aws:iam::{account}:role/{name}", "policies": [policy(*statements)]} | more


@pytest.fixture
def store(polcheck, tmp_path):
    """Compiles a manifest of these parts."""

    def compiled(**parts):
        (tmp_path / "manifest.json").write_text(json.dumps({"polcheck": 1} | parts), encoding="utf-8")
        run = polcheck("compile", "manifest.json", "-o", "store")
        assert run.status == 0, run
        return "store"

    return compiled


@pytest.fixture
def who(polcheck):
    """The answer of who-can: {principal: its object}; of two kinds of "*" the kind stands for it."""

    def asked(action, resource, *arguments, status=None):
        run = polcheck("who-can", "--store", "store", "--json", *arguments, action, resource)
        assert run.status in (0, 1) and run.status == (0 if run.out else 1), run
        assert status is None or run.status == status, run
        found = [json.loads(line) for line in run.out.splitlines()]
        assert [each["principal"] for each in found] == sorted(each["principal"] for each in found)
        return {each["kind"] if each["principal"] == "*" else each["principal"]: each for each in found}

    return asked


def can(found):
    return {principal.rsplit("/", 1)[-1]: each["can"] for principal, each in found.items()}


def bucket(*statements, **more):
    return {"arn": PHOTOS, "account": A} | ({"policy": policy(*statements)} if statements else {}) | more


# What is open ------------------------------------------------------------------------------------

def test_conditions_are_told_and_can_be_given(store, who, polcheck):
    store(roles=[role("reader", allow("s3:GetObject", f"{PHOTOS}/*", {"StringEquals": {"aws:SourceVpce": "vpce-1"}})),
                 role("other", allow("s3:PutObject", f"{PHOTOS}/*")), role("free", allow("s3:Get*", "*"))], resources=[bucket()])
    found = who("s3:GetObject", f"{PHOTOS}/a.jpg", status=0)
    assert can(found) == {"reader": "depends", "free": "yes"}
    (way,) = found[f"arn:aws:iam::{A}:role/reader"]["ways"]
    (statement,) = way["statements"]
    assert statement["conditions"] == [{"operator": "StringEquals", "key": "aws:SourceVpce", "values": ["vpce-1"]}]
    assert (statement["effect"], statement["type"], statement["sure"]) == ("Allow", "identity", False)
    assert statement["file"] == "manifest.json" and statement["line"] == 1
    assert can(who("s3:GetObject", f"{PHOTOS}/a.jpg", "-c", "aws:SourceVpce=vpce-1")) == {"reader": "yes", "free": "yes"}
    assert can(who("s3:GetObject", f"{PHOTOS}/a.jpg", "-c", "aws:SourceVpce=vpce-2")) == {"free": "yes"}
    assert can(who("s3:GetObject", f"{PHOTOS}/a.jpg", "--context-json", '{"aws:SourceVpce": null}')) == {"free": "yes"}
    text = polcheck("who-can", "-s", "store", "s3:GetObject", f"{PHOTOS}/a.jpg").out
    assert text.index("can      arn:aws:iam::111122223333:role/free") < text.index("depends  arn:aws:iam::111122223333:role/reader")
    assert 'if aws:SourceVpce StringEquals "vpce-1"' in text


def test_a_deny_that_may_match_makes_it_depend_and_one_that_does_takes_away(store, who):
    secure = {"Bool": {"aws:SecureTransport": "false"}}
    store(roles=[role("all", allow("s3:*", "*"))], resources=[bucket(deny("s3:*", "*", secure, Principal="*"))])
    found = who("s3:GetObject", f"{PHOTOS}/a.jpg")
    assert can(found) == {"all": "depends"}
    (way,) = found[f"arn:aws:iam::{A}:role/all"]["ways"]
    denies = [each for each in way["statements"] if each["effect"] == "Deny"]
    assert [each["type"] for each in denies] == ["resource"]
    assert denies[0]["conditions"] == [{"operator": "Bool", "key": "aws:SecureTransport", "values": ["false"]}]
    assert can(who("s3:GetObject", f"{PHOTOS}/a.jpg", "-c", "aws:SecureTransport=true")) == {"all": "yes"}
    assert who("s3:GetObject", f"{PHOTOS}/a.jpg", "-c", "aws:SecureTransport=false", status=1) == {}


def test_a_guard_rail_that_may_allow_is_told(store, who):
    inside = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    store(roles=[role("bounded", allow("s3:*", "*"), boundary=policy(allow("s3:*", "*", inside)))], resources=[bucket()])
    (way,) = who("s3:GetObject", f"{PHOTOS}/a")[f"arn:aws:iam::{A}:role/bounded"]["ways"]
    assert {(each["type"], each["sure"]) for each in way["statements"]} == {("identity", True), ("boundary", False)}


def test_what_the_store_knows_of_the_principal_is_not_open(store, who):
    own = f"{PHOTOS}/home/${{aws:username}}/*"
    users = [{"arn": f"arn:aws:iam::{A}:user/{name}", "policies": [policy(allow("s3:GetObject", own))]} for name in ("ann", "bob")]
    store(users=users, resources=[bucket()])
    assert can(who("s3:GetObject", f"{PHOTOS}/home/ann/x")) == {"ann": "yes"}
    assert can(who("s3:GetObject", f"{PHOTOS}/home/ann/*")) == {"ann": "yes"}


def test_a_variable_that_is_open_makes_the_resource_depend(store, who):
    team = f"{PHOTOS}/${{aws:PrincipalTag/team}}/*"
    store(roles=[role("any", allow("s3:GetObject", team)), role("red", allow("s3:GetObject", team), tags={"team": "red"})],
          resources=[bucket()])
    assert can(who("s3:GetObject", f"{PHOTOS}/red/x")) == {"any": "depends", "red": "yes"}
    assert can(who("s3:GetObject", f"{PHOTOS}/blue/x")) == {"any": "depends"}
    assert who("s3:GetObject", f"{PHOTOS}/x", status=1) == {}


def test_which_session_of_a_role_is_open(store, who):
    session = f"arn:aws:sts::{A}:assumed-role/ops/alice"
    store(roles=[role("ops", allow("s3:PutObject", "*"))],
          resources=[bucket(allow("s3:GetObject", f"{PHOTOS}/*", Principal={"AWS": session}),
                            deny("s3:PutObject", f"{PHOTOS}/*", Principal={"AWS": session}))])
    found = who("s3:GetObject", f"{PHOTOS}/a")
    assert can(found) == {"ops": "depends"}
    assert found[f"arn:aws:iam::{A}:role/ops"]["ways"][0]["statements"][0]["session"] is True
    assert can(who("s3:PutObject", f"{PHOTOS}/a")) == {"ops": "depends"}


# Whom resource policies name ----------------------------------------------------------------------

def test_the_public_services_and_other_accounts(store, who):
    store(roles=[role("idle", allow("sqs:*", "*"))], resources=[bucket(
        allow("s3:GetObject", f"{PHOTOS}/public/*", Principal="*"),
        allow("s3:PutObject", f"{PHOTOS}/*", {"StringEquals": {"aws:SourceAccount": A}}, Principal={"Service": "logs.amazonaws.com"}),
        allow("s3:PutObject", f"{PHOTOS}/*", Principal={"AWS": ["777788889999", f"arn:aws:iam::{B}:role/guest"]}))])
    assert can(who("s3:GetObject", f"{PHOTOS}/public/a")) == {
        "anonymous": "yes", "other-accounts": "yes", "other-services": "yes", "idle": "yes"}
    found = who("s3:PutObject", f"{PHOTOS}/a")
    assert can(found) == {"logs.amazonaws.com": "depends", "777788889999": "yes", "guest": "yes"}
    assert {each["kind"] for each in found.values()} == {"service", "account", "role"}
    assert not any(each["stored"] for each in found.values())
    assert can(who("s3:PutObject", f"{PHOTOS}/a", "-c", f"aws:SourceAccount={B}")) == {"777788889999": "yes", "guest": "yes"}


@pytest.mark.parametrize("condition, can_it", [
    ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, "yes"),
    ({"StringLike": {"aws:PrincipalServiceName": "config*"}}, "depends")])
def test_services_that_only_a_condition_lets_in(store, who, polcheck, condition, can_it):
    """Nobody but a service may, and eval allows it: who-can must not say that nobody can."""
    store(resources=[bucket(allow("s3:PutObject", f"{PHOTOS}/*", condition, Principal="*"))])
    run = polcheck("eval", "-s", "store", "--principal", "config.amazonaws.com", "--action", "s3:PutObject", "--resource", f"{PHOTOS}/a")
    assert run.status == 0, run
    assert can(who("s3:PutObject", f"{PHOTOS}/a", status=0)) == {"other-services": can_it}


def test_services_that_a_deny_keeps_out(store, who):
    store(resources=[bucket(allow("s3:PutObject", f"{PHOTOS}/*", Principal="*"),
                            deny("s3:*", f"{PHOTOS}/*", {"Bool": {"aws:PrincipalIsAWSService": "true"}}, Principal="*"))])
    assert "other-services" not in who("s3:PutObject", f"{PHOTOS}/a", status=0)


def test_the_organisation_lets_strangers_in_by_what_they_are(store, who):
    mine = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    store(roles=[role("idle", allow("sqs:*", "*"))],
          resources=[bucket(allow("s3:GetObject", "arn:aws:s3:::photos/*", mine, Principal="*"))])
    assert can(who("s3:GetObject", f"{PHOTOS}/a")) == {"idle": "depends", "other-accounts": "depends"}


C = "777788889999"  # an account of which the store has no principals


@pytest.mark.parametrize("named", [C, f"arn:aws:iam::{C}:root"])
def test_an_account_is_anybody_of_it_and_not_its_root_user(store, who, named):
    """R-618: root assumes no roles; R-721: whomever the account lets does."""
    trust = policy({"Effect": "Allow", "Principal": {"AWS": named}, "Action": "sts:AssumeRole"})
    store(roles=[role("open", allow("s3:*", "*"), trust=trust)])
    for resource in (f"arn:aws:iam::{A}:role/open", f"arn:aws:iam::{A}:role/*"):
        assert can(who("sts:AssumeRole", resource, status=0)) == {C: "yes"}


@pytest.mark.parametrize("condition", [
    {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{C}:role/app-*"}}, {"StringEquals": {"aws:PrincipalType": "AssumedRole"}},
    {"StringLike": {"aws:username": "app-*"}}, {"StringLike": {"aws:userid": "AROA*:*"}}])
def test_who_of_an_account_asks_is_open(store, who, condition):
    store(resources=[bucket(allow("s3:GetObject", f"{PHOTOS}/*", condition, Principal={"AWS": C}))])
    found = who("s3:GetObject", f"{PHOTOS}/a", status=0)
    assert can(found) == {C: "depends"} and found[C]["kind"] == "account"
    (statement,) = found[C]["ways"][0]["statements"]
    ((key, _),) = condition[next(iter(condition))].items()
    assert [each["key"] for each in statement["conditions"]] == [key]


def test_which_account_asks_is_not_open(store, who):
    own = {"StringEquals": {"aws:PrincipalAccount": C}}
    store(resources=[bucket(allow("s3:GetObject", f"{PHOTOS}/*", own, Principal={"AWS": C}),
                            allow("s3:PutObject", f"{PHOTOS}/*", {"StringEquals": {"aws:PrincipalAccount": B}}, Principal={"AWS": C}))])
    assert can(who("s3:GetObject", f"{PHOTOS}/a")) == {C: "yes"}
    assert who("s3:PutObject", f"{PHOTOS}/a", status=1) == {}


@pytest.mark.parametrize("one", ["user/u", "role/r", "root"])
@pytest.mark.parametrize("principal", [{"AWS": C}, "*"], ids=["account", "everybody"])
def test_a_deny_that_names_one_principal_of_an_account_may_deny(store, who, polcheck, principal, one):
    """R-304, R-321: whether it names who asks is open; and so is whether it spares them."""
    arn = {"AWS": f"arn:aws:iam::{C}:{one}"}
    member = C if principal != "*" else "other-accounts"
    store(resources=[bucket(allow("s3:*", f"{PHOTOS}/*", Principal=principal), deny("s3:GetObject", f"{PHOTOS}/*", Principal=arn),
                            deny("s3:PutObject", f"{PHOTOS}/*", NotPrincipal=arn))])
    whole = one == "root" and principal != "*"  # in Principal it is the whole account
    found = who("s3:GetObject", f"{PHOTOS}/a")
    assert found.get(member, {"can": "no"})["can"] == ("no" if whole else "depends")
    if not whole:
        (unless,) = [each for each in found[member]["ways"][0]["statements"] if each["effect"] == "Deny"]
        assert unless["principal"] is True and unless["conditions"] == []
        assert "if it is one that the statement names" in polcheck("who-can", "-s", "store", "s3:GetObject", f"{PHOTOS}/a").out
    found = who("s3:PutObject", f"{PHOTOS}/a")
    assert found[member]["can"] == "depends"
    (unless,) = [each for each in found[member]["ways"][0]["statements"] if each["effect"] == "Deny"]
    assert unless["notPrincipal"] is True
    assert "if it is none of those that the statement names" in polcheck("who-can", "-s", "store", "s3:PutObject", f"{PHOTOS}/a").out
    assert who("s3:DeleteObject", f"{PHOTOS}/a")[member]["can"] == "yes"


def test_an_allow_with_not_principal_may_leave_out_who_asks(store, who):
    """R-323."""
    store(resources=[bucket({"Effect": "Allow", "NotPrincipal": {"AWS": f"arn:aws:iam::{C}:user/u"}, "Action": "s3:GetObject", "Resource": f"{PHOTOS}/*"})])
    assert can(who("s3:GetObject", f"{PHOTOS}/a"))["other-accounts"] == "depends"


def test_principals_that_the_store_has_are_not_meant_by_others(store, who):
    store(roles=[role("mine", allow("s3:*", "*"))],
          resources=[bucket(allow("s3:*", f"{PHOTOS}/*", Principal="*"), deny("s3:GetObject", f"{PHOTOS}/*", Principal={"AWS": f"arn:aws:iam::{A}:role/mine"}),
                            deny("s3:PutObject", f"{PHOTOS}/*", NotPrincipal={"AWS": [f"arn:aws:iam::{A}:role/mine", A]}))])
    assert can(who("s3:GetObject", f"{PHOTOS}/a")) == {"anonymous": "yes", "other-accounts": "yes", "other-services": "yes"}
    assert "other-accounts" not in who("s3:PutObject", f"{PHOTOS}/a")


@pytest.mark.parametrize("known", [
    {"organization": {"levels": [{"id": "r-1"}], "accounts": [{"id": C, "parent": "r-1"}]}},
    {"resources": [{"arn": f"arn:aws:sqs:eu-west-1:{C}:jobs", "account": C}]}], ids=["organisation", "resource"])
def test_an_account_known_by_its_number_has_principals(store, who, known):
    shared = bucket(allow("s3:GetObject", f"{PHOTOS}/*", Principal={"AWS": C}))
    store(**known | {"resources": [shared, *known.get("resources", [])]})
    found = who("s3:GetObject", f"{PHOTOS}/a", status=0)
    assert can(found) == {C: "yes"} and found[C]["stored"] is False
    store(**known | {"resources": [shared, *known.get("resources", [])], "roles": [role("it", allow("sqs:*", "*"), account=C)]})
    assert who("s3:GetObject", f"{PHOTOS}/a", status=1) == {}


def test_guard_rails_of_an_account_known_by_its_number(store, who, polcheck):
    """R-618: they judge its root user, and so whoever else is of it."""
    levels = [{"id": "r-1", "scp": [policy(allow("*", "*"), deny("s3:PutObject", "*"))]}]
    store(organization={"levels": levels, "accounts": [{"id": C, "parent": "r-1"}]},
          resources=[bucket(allow("s3:*", f"{PHOTOS}/*", Principal={"AWS": [C, f"arn:aws:iam::{C}:role/guest"]}))])
    for action, named in [("s3:GetObject", {C: "yes", "guest": "yes"}), ("s3:PutObject", {})]:
        assert can(who(action, f"{PHOTOS}/a")) == named
        run = polcheck("eval", "-s", "store", "-p", f"arn:aws:iam::{C}:root", "-a", action, "-r", f"{PHOTOS}/a")
        assert run.status == (0 if named else 1), run


def test_resources_of_another_owner_than_is_given_are_none_of_a_pattern(store, who, polcheck):
    store(roles=[role("all", allow("s3:*", "*"))],
          resources=[bucket(), {"arn": "arn:aws:s3:::papers", "account": B, "policy": policy(
              allow("s3:GetObject", "arn:aws:s3:::papers/*", Principal={"AWS": A}))}])
    found = who("s3:GetObject", "arn:aws:s3:::p*", "--resource-account", A)
    assert {way["resource"] for way in found[f"arn:aws:iam::{A}:role/all"]["ways"]} == {"arn:aws:s3:::p*"}
    run = polcheck("who-can", "-s", "store", "s3:GetObject", "arn:aws:s3:::papers/a", "--resource-account", A)
    assert run.status == 2 and run.err.count("POL0807") == 1, run


def test_who_owns_it_is_warned_about(store, polcheck):
    store(roles=[role("all", allow("s3:*", "*"))], resources=[bucket()])
    run = polcheck("who-can", "-s", "store", "s3:GetObject", "arn:aws:s3:::unknown/a")
    assert run.status == 0 and "POL1380" in run.err and "--resource-account" in run.err
    run = polcheck("who-can", "-s", "store", "s3:GetObject", "arn:aws:s3:::unknown/a", "--resource-account", B)
    assert run.status == 1 and run.out == "nobody\n" and run.err == ""
    run = polcheck("who-can", "-s", "store", "s3:GetObject", f"{PHOTOS}/a")
    assert run.status == 0 and run.err == ""


def test_a_context_that_says_who_asks_leaves_others_out(store, polcheck):
    store(roles=[role("one", allow("s3:*", "*")), role("two", allow("s3:*", "*"))], resources=[bucket()])
    one = f"arn:aws:iam::{A}:role/one"
    run = polcheck("who-can", "-s", "store", "s3:GetObject", f"{PHOTOS}/a", "-c", f"aws:PrincipalArn={one}")
    assert run.status == 0 and one in run.out and "two" not in run.out
    assert "POL1381" in run.err and "1 principal was left out" in run.err
    run = polcheck("who-can", "-s", "store", "s3:GetObject", f"{PHOTOS}/a", "-c", "aws:PrincipalArn=arn:aws:iam::1:role/x")
    assert run.status == 2 and "POL0807" in run.err


def test_the_example_account(polcheck, top):
    """Who reads a photo of the team studio: its developer, and the function that makes thumbnails (policies/thumbnails)."""
    assert polcheck("compile", top / "policies" / "managed", top / "policies" / "thumbnails", "-o", "store").status == 0
    question = ["s3:GetObject", f"{PHOTOS}/studio/cat.jpg"]
    given = ["-c", "aws:SecureTransport=true", "-c", "aws:RequestedRegion=eu-west-1"]
    found = polcheck("who-can", "-s", "store", "--json", *given, *question).lines()
    assert {each["principal"].rsplit("/", 1)[-1]: each["can"] for each in found} == {"alice": "yes", "thumbs-role": "yes"}
    assert polcheck("eval", "-s", "store", "-p", f"arn:aws:iam::{A}:user/alice", "-a", question[0], "-r", question[1], *given).status == 0
    assert polcheck("who-can", "-s", "store", "-c", "aws:SecureTransport=false", *question).status == 1
    run = polcheck("who-can", "-s", "store", *question)
    assert run.out.count("depends") == 2 and 'if aws:SecureTransport Bool "false"' in run.out and run.err == ""


# Wildcards in the question -------------------------------------------------------------------------

def test_actions_by_pattern(store, who):
    store(roles=[role("acl", allow("s3:GetObjectAcl", f"{PHOTOS}/*")), role("all", allow("s3:*", "*"), deny("s3:Get*", "*")),
                 role("odd", allow("s3:GetSomethingNobodyKnows", f"{PHOTOS}/*")), role("none", allow("s3:Get*", "*"), deny("s3:*", "*"))],
          resources=[bucket()])
    found = who("s3:Get*", f"{PHOTOS}/a")
    assert can(found) == {"acl": "yes", "odd": "yes"}
    assert found[f"arn:aws:iam::{A}:role/acl"]["ways"][0]["actions"] == ["s3:GetObjectAcl"]
    assert can(who("s3:*", f"{PHOTOS}/a")) == {"acl": "yes", "odd": "yes", "all": "yes"}
    assert can(who("*", f"{PHOTOS}/a")) == {"acl": "yes", "odd": "yes", "all": "yes"}


def test_a_service_that_the_catalog_does_not_have_depends(store, who):
    store(roles=[role("all", allow("madeup:*", "*"))])
    found = who("madeup:Get*", f"arn:aws:madeup:eu-west-1:{A}:thing/1")
    assert can(found) == {"all": "depends"}
    assert found[f"arn:aws:iam::{A}:role/all"]["ways"][0]["actions"] == ["madeup:Get*"]


def test_actions_that_need_no_policy_are_found_by_pattern(store, who):
    """R-621: everybody may ask who they are."""
    store(roles=[role("bare", allow("sqs:ListQueues", "*"))])
    found = who("sts:Get*", "*")
    assert can(found) == {"bare": "yes"}
    assert found[f"arn:aws:iam::{A}:role/bare"]["ways"][0]["actions"] == ["sts:GetCallerIdentity"]


def test_resources_by_pattern_and_for_which_part(store, who):
    store(roles=[role("part", allow("s3:GetObject", f"{PHOTOS}/public/*")), role("whole", allow("s3:GetObject", f"{PHOTOS}/*")),
                 role("less", allow("s3:GetObject", f"{PHOTOS}/*"), deny("s3:GetObject", f"{PHOTOS}/secret/*")),
                 role("not", allow("s3:GetObject", f"{PHOTOS}/*"), deny("s3:*", "*"))],
          resources=[bucket()])
    found = who("s3:GetObject", f"{PHOTOS}/*")
    assert can(found) == {"part": "yes", "whole": "yes", "less": "depends"}
    (way,) = found[f"arn:aws:iam::{A}:role/part"]["ways"]
    assert (way["resource"], way["partly"]) == (f"{PHOTOS}/public/*", False)
    (way,) = found[f"arn:aws:iam::{A}:role/less"]["ways"]
    assert (way["resource"], way["partly"]) == (f"{PHOTOS}/*", True)
    assert can(who("s3:GetObject", f"{PHOTOS}/p*")) == {"part": "yes", "whole": "yes", "less": "yes"}


def test_a_pattern_of_resources_meets_each_policy_of_the_store(store, who):
    papers = "arn:aws:s3:::papers"
    store(roles=[role("guest", allow("s3:GetObject", "*"), account=B)],
          resources=[bucket(allow("s3:GetObject", f"{PHOTOS}/*", Principal={"AWS": B})),
                     {"arn": papers, "account": A, "policy": policy(allow("s3:GetObject", f"{papers}/x/*", Principal={"AWS": A}))}])
    found = who("s3:GetObject", "arn:aws:s3:::p*", "--resource-account", A)
    assert can(found) == {"guest": "yes", A: "yes"}  # of A the store has no principals
    assert {way["resource"] for way in found[f"arn:aws:iam::{B}:role/guest"]["ways"]} >= {f"{PHOTOS}/*"}


FUNCTION = f"arn:aws:lambda:eu-west-1:{A}:function:f"
INVOKE = "lambda:InvokeFunction"


def function(*statements, arn=FUNCTION):
    return {"arn": arn, "policy": policy(*statements)}


@pytest.mark.parametrize("pattern", [f"{FUNCTION}:*", f"{FUNCTION}:pro?", f"{FUNCTION}:p*d", f"{FUNCTION}*", f"{FUNCTION[:-1]}*:prod", f"{FUNCTION[:-1]}*"])
def test_the_policy_of_a_function_judges_its_versions(store, who, pattern):
    """LAMBDA.md 4: by a pattern of them too, in both directions."""
    store(roles=[role("all", allow("lambda:*", "*")), role("none", allow("sqs:*", "*"))],
          resources=[function(deny(INVOKE, f"{FUNCTION}:*", Principal={"AWS": f"arn:aws:iam::{A}:role/all"}),
                              allow(INVOKE, f"{FUNCTION}:*", Principal={"AWS": f"arn:aws:iam::{A}:role/none"}))])
    assert can(who(INVOKE, f"{FUNCTION}:prod")) == {"none": "yes"}
    found = who(INVOKE, pattern, status=0)
    assert f"arn:aws:iam::{A}:role/none" in found
    ways = found.get(f"arn:aws:iam::{A}:role/all", {"ways": []})["ways"]
    assert all(f"{FUNCTION}:*" in way["except"] or way["can"] == "depends" for way in ways), ways
    assert pattern.startswith(f"{FUNCTION}:") <= (ways == [])


def test_a_version_with_a_policy_is_told_by_itself(store, who):
    store(roles=[role("all", allow("lambda:*", "*")), role("part", allow("lambda:*", "*"))],
          resources=[function(deny(INVOKE, f"{FUNCTION}:beta", Principal={"AWS": f"arn:aws:iam::{A}:role/part"})),
                     function(deny(INVOKE, f"{FUNCTION}:prod", Principal={"AWS": f"arn:aws:iam::{A}:role/all"}), arn=f"{FUNCTION}:prod")])
    assert can(who(INVOKE, f"{FUNCTION}:prod")) == {"part": "yes"}
    for pattern in [f"{FUNCTION}:*", f"{FUNCTION}*", f"{FUNCTION[:-1]}*"]:
        found = who(INVOKE, pattern)
        assert can(found) == {"all": "yes", "part": "yes"}
        ways = {each: found[f"arn:aws:iam::{A}:role/{each}"]["ways"] for each in ("all", "part")}
        assert all(f"{FUNCTION}:prod" in way["except"] for way in ways["all"] if covers(way["resource"], f"{FUNCTION}:prod"))
        telling = [way["can"] for way in ways["part"] if covers(way["resource"], f"{FUNCTION}:prod", way | {"own": False})]
        assert "yes" in telling or pattern == f"{FUNCTION}:*", ways["part"]


# Asking wrongly ------------------------------------------------------------------------------------

@pytest.mark.parametrize("arguments, said", [
    (["s3:GetObject"], "an action and a resource"), (["s3:GetObject", "*", "more"], "an action and a resource"),
    (["GetObject", f"{PHOTOS}/a"], "POL0802"), (["s*:Get", f"{PHOTOS}/a"], "POL0802"), (["s3:GetObject", "photos"], "POL0803"),
    (["s3:GetObject", f"{PHOTOS}/*", "--wide-stars"], "without wildcards"),
    (["s3:GetObject", f"{PHOTOS}/a", "-c", "novalue"], "KEY=VALUE"), (["s3:GetObject", f"{PHOTOS}/a", "--now", "soon"], "--now"),
    (["s3:GetObject", f"{PHOTOS}/a", "--resource-account", "12"], "POL0804"),
])
def test_questions_that_cannot_be_asked(store, polcheck, arguments, said):
    store(roles=[role("all", allow("s3:*", "*"))], resources=[bucket()])
    run = polcheck("who-can", "-s", "store", *arguments)
    assert run.status == 2 and run.out == "" and said in run.err, run


def test_without_a_store(polcheck):
    assert polcheck("who-can", "s3:GetObject", f"{PHOTOS}/a").status == 2
    run = polcheck("who-can", "-s", "nowhere", "s3:GetObject", f"{PHOTOS}/a")
    assert run.status == 2 and "POL0900" in run.err


# Against eval ----------------------------------------------------------------------------------------

class Forward:
    """What eval says of many requests at once."""

    def __init__(self, polcheck):
        self.polcheck = polcheck

    def decide(self, requests):
        """allowed, denied, or None where a request contradicts itself."""
        text = "".join(json.dumps(each) + "\n" for each in requests)
        run = self.polcheck("eval", "--store", "store", "--batch", "--now", "2026-01-01T00:00:00Z", input=text)
        answers = run.lines()
        assert len(answers) == len(requests), run
        return [None if "error" in each else each["decision"] == "allowed" for each in answers]


@pytest.fixture
def account(store):

    def made(seed):
        random = Account(seed)
        store(**{key: value for key, value in random.manifest.items() if key != "polcheck"})
        return random

    return made


NOW = ("--now", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_with_everything_given_membership_is_the_decision(account, who, polcheck, seeds):
    forward, told = Forward(polcheck), 0
    for seed in seeds:
        made = account(seed)
        for _ in range(12):
            action, resource = made.question()
            context = made.context(1)
            # These follow from the services on the way, and nothing else says them. A tag that the store knows may only be absent.
            via = context["aws:CalledVia"]
            context |= {"aws:ViaAWSService": "true" if via else "false", "aws:CalledViaFirst": via[0] if via else None,
                        "aws:CalledViaLast": via[-1] if via else None, "aws:PrincipalTag/team": None, "aws:ResourceTag/team": None}
            found = who(action, resource, "--context-json", json.dumps(context), *NOW)
            answers = forward.decide([{"principal": each, "action": action, "resource": resource, "context": context}
                                      for each in PRINCIPALS])
            assert {each["can"] for each in found.values()} <= {"yes"}
            assert {each for each in found if each in PRINCIPALS} == {each for each, yes in zip(PRINCIPALS, answers) if yes}
            told += len(found)
    assert told > 0


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_yes_is_allowed_and_no_is_denied_whatever_is_open(account, who, polcheck, seeds):
    forward, allowed, sure = Forward(polcheck), 0, 0
    for seed in seeds:
        made = account(100 + seed)
        for _ in range(6):
            action, resource = made.question()
            given = {key: value for key, value in made.context(0.3).items() if "Tag/" not in key and key != "aws:CalledVia"}
            found = who(action, resource, "--context-json", json.dumps(given), *NOW)
            sure += sum(each["can"] == "yes" for each in found.values())
            for _ in range(6):
                context = made.context(0.7) | given
                contexts = [{key: value for key, value in context.items() if key not in made.told(each, resource)}
                            for each in PRINCIPALS]
                answers = forward.decide([{"principal": each, "action": action, "resource": resource, "context": own}
                                          for each, own in zip(PRINCIPALS, contexts)])
                for principal, yes in zip(PRINCIPALS, answers):
                    reach = found[principal]["can"] if principal in found else "no"
                    assert yes is None or (reach, yes) not in [("yes", False), ("no", True)], (principal, action, resource, context)
                    allowed += yes is True
    assert allowed > 0 and sure > 0


def matches(pattern, text):
    """One "*" at the end, or none: what the patterns of these questions have."""
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else pattern == text


QUESTIONS = [("s3:Get*", "arn:aws:s3:::photos/*"), ("s3:*", "arn:aws:s3:::p*"), ("s3:GetObject", "arn:aws:s3:::p*"),
             ("sqs:*", "arn:aws:sqs:eu-west-1:*:*"), ("kms:*", "arn:aws:kms:eu-west-1:*:*")]
STORED = {each: f"arn:aws:s3:::{each.split(':')[5].split('/')[0]}" if ":s3:" in each else each for each in RESOURCES}


def covers(pattern, resource, way=None, principal=None):
    """Of the patterns above, and those that policies have: fields of "*", or one "*" at the end."""
    fields, wanted = resource.split(":", 5), pattern.split(":", 5)
    fits = all(b in ("*", a) for a, b in zip(fields[:5], wanted[:5])) and fnmatch.fnmatchcase(fields[5], wanted[5])
    own = principal and OWNERS[STORED[resource]] == principal.split(":")[4]
    return fits and not (way and (way["own"] and not own or any(covers(each, resource) for each in way["except"])))


OWNERS = {}


@pytest.mark.parametrize("seeds", SEEDS, ids=str)
def test_patterns_answer_for_all_that_they_match(account, who, seeds):
    checked = 0
    for seed in seeds:
        made = account(200 + seed)
        OWNERS.update({each["arn"]: each["account"] for each in made.manifest["resources"]})
        actions, resources = QUESTIONS[seed % len(QUESTIONS)]
        found = who(actions, resources, *NOW)
        service = actions.split(":")[0]
        concrete = {(action, resource): who(action, resource, *NOW)
                    for action in (f"{service}:{name}" for name in ACTIONS[service]) if fnmatch.fnmatchcase(action, actions)
                    for resource in RESOURCES if covers(resources, resource)}
        for principal, (where, each) in ((principal, item) for principal in PRINCIPALS for item in concrete.items()):
            reach = each.get(principal, {"can": "no"})["can"]
            assert reach == "no" or principal in found, (principal, where)
            for way in found.get(principal, {"ways": []})["ways"]:
                if way["can"] == "yes" and where[0] in way["actions"] and covers(way["resource"], where[1], way, principal):
                    assert reach == "yes", (principal, where, way)
                    checked += 1
    assert checked > 0
