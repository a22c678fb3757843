# SPDX-License-Identifier: Apache-2.0
"""polcheck explain and eval --explain: the way of a decision, the nearest statements, what would have to change.

The sentences are derived from the policies by hand; that what would have to change is true, is tried here by doing it.
"""

import copy
import json

import pytest

ACCOUNT = "111122223333"
OTHER = "444455556666"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/thumbs/one"
PHOTO = "arn:aws:s3:::photos/cat.jpg"

# Pretty-printed with an indent of two, so that the places can be told: the first statement is in line 4.
IDENTITY = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Reads", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::photos/*",
     "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"},
                   "Bool": {"aws:SecureTransport": "true"},
                   "Null": {"aws:TokenIssueTime": "true"}}},
    {"Sid": "Logs", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::photos/logs/*"},
    {"Sid": "Writes", "Effect": "Allow", "Action": ["s3:PutObject", "s3:List*"], "Resource": "*"},
    {"Sid": "Machines", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
    {"Sid": "Secret", "Effect": "Deny", "Action": "s3:GetSecret*", "Resource": "*"}]}


def document(*statements):
    return [{"Version": "2012-10-17", "Statement": list(statements)}]


def allow(**more):
    return {"Effect": "Allow", "Action": "*", "Resource": "*", **more}


def case(policies, context=None, **request):
    asked = {"principal": ALICE, "action": "s3:GetObject", "resource": PHOTO, "resourceAccount": ACCOUNT,
             "context": context or {}, **request}
    return {"name": "n", "request": asked, "policies": policies}


@pytest.fixture
def store(polcheck, tmp_path):
    (tmp_path / "alice.json").write_text(json.dumps(IDENTITY, indent=2), encoding="utf-8")
    manifest = {"polcheck": 1, "users": [{"arn": ALICE, "policies": ["alice.json"]}]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run = polcheck("compile", "manifest.json", "-o", "store")
    assert run.status == 0, run
    return tmp_path / "store"


@pytest.fixture
def explain(polcheck):
    """Explains a case: explain(case, "-v")."""
    return lambda made, *options: polcheck("explain", "--case", "-", *options, input=json.dumps(made))


def question(store, verb="explain", action="s3:GetObject", resource=PHOTO):
    return [verb, "--store", store, "--principal", ALICE, "--action", action, "--resource", resource,
            "--resource-account", ACCOUNT]


def line_of(sid):
    return next(number for number, line in enumerate(json.dumps(IDENTITY, indent=2).splitlines(), 1)
                if f'"Sid": "{sid}"' in line) - 1


# The whole text of one question to a store: a screen. The user has no other policies.
def test_a_refusal_fits_a_screen(polcheck, store):
    run = polcheck(*question(store), "--context", "aws:SecureTransport=true")
    assert run.status == 1
    assert run.err == ""
    assert run.out.splitlines() == [
        f"implicitDeny: s3:GetObject on {PHOTO} by {ALICE}",
        f"  within account {ACCOUNT}",
        "  deny      none",
        "  identity  does not allow  <- decides",
        "  not set: rcp, scp, endpoint, resource, boundary, session",
        "nearest:",
        f'  Allow "Reads" of the identity policy "alice" (alice.json:{line_of("Reads")}:5)',
        "      2 of 3 conditions hold; aws:SourceVpce is absent",
        f'  Allow "Logs" of the identity policy "alice" (alice.json:{line_of("Logs")}:5)',
        "      resource differs at field 6: photos/logs/* is not photos/cat.jpg",
        f'  Allow "Writes" of the identity policy "alice" (alice.json:{line_of("Writes")}:5)',
        "      action s3:GetObject is not s3:putobject or s3:list*",
        "to be allowed:",
        f"  an identity policy of the caller has to allow s3:GetObject on {PHOTO}",
        f'      Allow "Reads" of the identity policy "alice" (alice.json:{line_of("Reads")}:5) would',
        "          if aws:SourceVpce were vpce-1"]
    assert len(run.out.splitlines()) <= 24


def test_what_would_be_needed_is_true(polcheck, store):
    asked = [*question(store), "-c", "aws:SecureTransport=true", "-c", "aws:SourceVpce=vpce-1"]
    run = polcheck(*asked)
    assert run.status == 0
    assert run.out.splitlines() == [
        f"allowed: s3:GetObject on {PHOTO} by {ALICE}",
        f"  within account {ACCOUNT}",
        "  deny      none",
        "  identity  allows          <- decides",
        "  not set: rcp, scp, endpoint, resource, boundary, session",
        "decided by:",
        f'  Allow "Reads" of the identity policy "alice" (alice.json:{line_of("Reads")}:5)']


def test_a_deny_that_matches_is_named_with_the_ways_around_it(polcheck, store):
    run = polcheck(*question(store, action="s3:GetSecretThing"))
    assert run.status == 1
    assert "  deny      1 statement\n" in run.out
    assert "  identity  denies          <- decides\n" in run.out
    place = f'Deny "Secret" of the identity policy "alice" (alice.json:{line_of("Secret")}:5)'
    assert f"decided by:\n  {place}\n" in run.out
    assert (f"  a Deny of the identity policies must no longer match\n      {place} would not\n"
            f"          if it did not cover s3:GetSecretThing on {PHOTO}\n") in run.out


def test_eval_explains_as_well(polcheck, store):
    assert polcheck(*question(store, "eval"), "--explain").out == polcheck(*question(store)).out
    assert polcheck(*question(store, "eval"), "-x", "--json").out == polcheck(*question(store), "--json").out


@pytest.mark.parametrize("arguments, said", [
    (["eval", "--batch", "--explain", "-s", "x"], "--explain explains one answer; it does not go with --batch"),
    (["explain", "--case", "x", "-a", "s3:Get"], '--case says all that is asked; "--action" does not go with it'),
    (["explain", "--case", "x", "-s", "y"], '--case says all that is asked; "--store" does not go with it'),
    (["explain"], 'nothing is asked: '), (["explain", "-s", "x"], 'the option "--principal" is missing'),
    (["explain", "more"], '"more" is one operand too many'),
    (["explain", "--batch"], "--batch"),
])
def test_wrong_usage(polcheck, arguments, said):
    run = polcheck(*arguments)
    assert run.status == 2
    assert run.out == ""
    assert said in run.err


def test_what_cannot_be_asked_is_2(polcheck, store, explain):
    assert polcheck("explain", "-s", store, "-p", ALICE + "x", "-a", "s3:Get", "-r", "*").status == 2
    assert explain(case({"identity": document({"Effect": "Maybe"})})).status == 2
    run = explain(case({}, resource="x"), "--json")
    assert run.status == 2 and run.out == ""


# Across accounts both sides have to allow, and each that does not is told.
def test_across_accounts(explain):
    run = explain(case({"identity": document(allow()),
                        "resource": document(allow(Sid="Bob", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}))},
                       resourceAccount=OTHER))
    assert run.status == 1
    assert f"  from account {ACCOUNT} to account {OTHER}: both sides have to allow\n" in run.out
    assert "  resource  does not allow  <- decides\n  identity  allows\n" in run.out
    assert f"      principal {ALICE} is not arn:aws:iam::{ACCOUNT}:user/bob\n" in run.out
    assert (f"  the policy of the resource has to allow s3:GetObject on {PHOTO} and to name the caller or its account\n"
            in run.out)
    assert f"          if its Principal named {ALICE}\n" in run.out


# Guard-rails in their order, each with its own need; levels from the root.
def test_guard_rails(explain):
    narrow = document({"Sid": "Ec2", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"})
    run = explain(case({"identity": document(allow()), "boundary": narrow, "session": document(allow()),
                        "scp": [document(allow()), narrow]}, principal=SESSION))
    assert run.status == 1
    lines = run.out.splitlines()
    assert lines[2:8] == ["  deny      none",
                          "  scp       does not allow  <- decides",
                          "  identity  allows",
                          "  boundary  does not allow",
                          "  session   allows",
                          "  not set: rcp, endpoint, resource"]
    assert lines[-3:] == ["to be allowed:",
                          f"  a service control policy of level 2 of 2 has to allow s3:GetObject on {PHOTO}",
                          f"  the permissions boundary has to allow s3:GetObject on {PHOTO}"]


# RCPs only take away.
def test_resource_control_policies(explain):
    deny = document({"Sid": "No", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
                     "Condition": {"Bool": {"ex:a": "true"}}})
    assert "  rcp       allows\n" in explain(case({"identity": document(allow()), "rcp": [[], deny]})).out
    run = explain(case({"identity": document(allow()), "rcp": [[], deny]}, {"ex:a": True}))
    assert run.status == 1
    assert "  deny      1 statement\n  rcp       denies          <- decides\n  identity  allows\n" in run.out
    assert '  Deny "No" of the rcp policy "rcp[1][0]" of level 2 (' in run.out
    assert "          if ex:a were absent or not true\n          or if it did not cover " in run.out


# an entry for the account opens no door by itself. R-616: one for the session itself would.
def test_the_other_way_is_told(explain):
    made = case({"resource": document(allow(Principal={"AWS": ACCOUNT})), "identity": document(), }, principal=SESSION)
    made["policies"]["identity"] = []
    run = explain(made)
    assert "  resource  allows          (names the account, which leaves it to identity policies)\n" in run.out
    assert ("  or, in place of the identity policy, the policy of the resource has to allow it and to name the role\n"
            in run.out)
    made["policies"]["resource"] = document(allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/thumbs"}))
    assert explain(made).status == 0


def test_what_aws_decides_itself(explain):
    run = explain(case({"identity": document({**allow(), "Effect": "Deny"})}, action="sts:GetCallerIdentity",
                       resource="*"))
    assert run.status == 0
    assert "  AWS decides this itself, whatever the policies say\n" in run.out
    root = explain(case({"identity": document(allow())}, action="sts:AssumeRole",
                        principal=f"arn:aws:iam::{ACCOUNT}:root", resource=f"arn:aws:iam::{ACCOUNT}:role/r"))
    assert root.status == 1
    assert "to be allowed" not in root.out


def test_root_needs_no_policy(explain):
    run = explain(case({"identity": document({**allow(), "Effect": "Deny"})}, principal=f"arn:aws:iam::{ACCOUNT}:root"))
    assert run.status == 0
    assert "  identity  does not apply\n" in run.out
    assert "  no policy has to allow it\n" in run.out


def test_anonymous_callers(explain):
    run = explain(case({"resource": document(allow(Principal={"AWS": ACCOUNT}))}, principal="*"))
    assert run.status == 1
    assert "  the caller has no account: the resource's policy has to allow\n" in run.out
    assert 'and to name everyone ("*")\n' in run.out


# Every statement, each condition that does not hold, in the order of nearness.
def test_verbose(explain):
    identity = copy.deepcopy(IDENTITY)
    run = explain(case({"identity": [identity]}, {"aws:SecureTransport": False}), "-v")
    assert run.status == 1
    _, rest = run.out.split("not matching, nearest first:\n")
    sids = [line.split('"')[1] for line in rest.split("to be allowed:")[0].splitlines() if line.startswith("  Allow")
            or line.startswith("  Deny")]
    assert sids == ["Reads", "Logs", "Writes", "Secret", "Machines"]
    assert ("      1 of 3 conditions hold; aws:SourceVpce is absent\n"
            "      and Bool of aws:SecureTransport: the request has false, wanted is true\n") in rest
    assert "      action s3:GetObject is not ec2:*\n" in rest
    assert ("          if aws:SourceVpce were vpce-1\n"
            "          and if aws:SecureTransport were true\n") in rest


def test_few_of_many_are_shown(explain):
    many = [allow(Sid=f"S{n}", Condition={"StringEquals": {"ex:a": str(n)}}) for n in range(9)]
    denies = [{**allow(Sid=f"D{n}"), "Effect": "Deny"} for n in range(9)]
    run = explain(case({"identity": document(*many, *denies)}))
    assert run.out.count("0 of 1 condition holds") == 3
    assert run.out.count("  and 6 more (polcheck explain -v)\n") == 2  # of those that decided, and that must not match
    full = explain(case({"identity": document(*many, *denies)}), "-v")
    assert full.out.count("0 of 1 condition holds") == 9
    assert full.out.count("must no longer match") == 9
    assert "polcheck explain -v" not in full.out


def test_color(explain, polcheck):
    made = case({"identity": document(allow())})
    assert "\x1b[" not in explain(made).out
    assert "\x1b[" not in explain(made, "--color=never").out
    run = explain(made, "--color=always")
    assert run.out.startswith("\x1b[1;32mallowed\x1b[0m: ")
    assert "\x1b[1m<- decides\x1b[0m" in run.out
    assert "\x1b[" not in explain(made, "--color=always", "--json").out


def draws(text):
    """Characters that may not reach a terminal."""
    return [c for c in text if c != "\n" and (c < " " or "\x7f" <= c <= "\x9f" or c == "\u202e")]


@pytest.mark.parametrize("hostile", ["\u009b31m", "\u0085", "\u202e", "\x1b[2J", "\x07"])
def test_hostile_request(explain, hostile):
    run = explain(case({"identity": document(allow(Condition={"StringEquals": {"ex:a": "x"}}))}, {"ex:a": hostile}))
    assert run.status == 1
    assert "the request has \\x" in run.out
    assert not draws(run.out)


# R-002 lets U+0080 to U+00FF into policies.
@pytest.mark.parametrize("hostile", ["\u009b31m", "\u0085", "\u0080x"])
@pytest.mark.parametrize("statement", [
    lambda hostile: {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::" + hostile},
    lambda hostile: allow(Condition={"StringEquals": {"ex:a": hostile}}),
    lambda hostile: {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
                     "Condition": {"StringNotEquals": {"ex:a": hostile}}},
], ids=["resource", "value", "deny"])
def test_hostile_policy(explain, statement, hostile):
    policy = {"name": hostile, "document": document(statement(hostile))[0]}
    for options in (["-v"], []):
        run = explain(case({"identity": [policy]}, {"ex:a": "x"}), *options)
        assert run.status == 1
        assert "\\xc2\\x" in run.out
        assert not draws(run.out)


@pytest.fixture
def told(explain):
    """The explanation of a case as JSON."""
    def one(made, *options):
        answer = explain(made, "--json", *options).json()
        return answer, answer["explanation"]
    return one


STATEMENT = {"policy", "type", "sid", "effect", "file", "line", "column", "obstacle"}


def check_schema(explanation):
    assert set(explanation) - {"instead"} == {"accounts", "whatever", "way", "statements", "needs"}
    assert explanation["accounts"] in ("same", "cross", "none")
    assert [row["type"] for row in explanation["way"]] == ["rcp", "scp", "endpoint", "resource", "identity", "boundary",
                                                           "session"]
    for row in explanation["way"]:
        assert set(row) == {"type", "says", "decides"}
        assert row["says"] in ("notSet", "doesNotApply", "doesNotAllow", "allows", "denies")
    for statement in explanation["statements"]:
        assert STATEMENT <= set(statement) <= STATEMENT | {"level", "reason", "fields", "conditions", "held", "failed"}
        assert ("reason" in statement) == (statement["obstacle"] != "none")
        for condition in statement.get("failed", []):
            assert set(condition) - {"has"} == {"operator", "key", "wanted", "reason"}
        if "failed" in statement:
            assert len(statement["failed"]) == statement["conditions"] - statement["held"]
    for need in explanation["needs"]:
        assert {"need", "type", "text"} <= set(need)
        assert set(need) <= {"need", "type", "level", "text", "statement", "ifAny", "ifAll"}
        assert need["need"] in ("allow", "noDeny")
        assert ("statement" in need) == ("ifAny" in need or "ifAll" in need)


def test_json(told, polcheck):
    made = case({"identity": [IDENTITY], "boundary": document({**allow(Sid="No"), "Effect": "Deny"}),
                 "scp": [[]]}, {"aws:SecureTransport": False})
    answer, explanation = told(made)
    plain = polcheck("eval", "--case", "-", "--json", input=json.dumps(made)).json()
    assert {key: answer[key] for key in plain} == plain and set(answer) - set(plain) == {"explanation"}
    check_schema(explanation)
    assert explanation["accounts"] == "same" and explanation["whatever"] is False
    says = {row["type"]: (row["says"], row["decides"]) for row in explanation["way"]}
    assert says == {"rcp": ("notSet", False), "scp": ("doesNotAllow", False), "endpoint": ("notSet", False),
                    "resource": ("notSet", False), "identity": ("doesNotAllow", False), "boundary": ("denies", True),
                    "session": ("notSet", False)}
    deny, reads, logs, writes = explanation["statements"]
    assert (deny["sid"], deny["obstacle"], deny["failed"]) == ("No", "none", [])
    assert (reads["sid"], reads["obstacle"], reads["conditions"], reads["held"]) == ("Reads", "condition", 3, 1)
    assert reads["failed"] == [
        {"operator": "StringEquals", "key": "aws:SourceVpce", "wanted": ["vpce-1"],
         "reason": "aws:SourceVpce is absent"},
        {"operator": "Bool", "key": "aws:SecureTransport", "wanted": ["true"], "has": ["false"],
         "reason": "Bool of aws:SecureTransport: the request has false, wanted is true"}]
    assert (logs["sid"], logs["obstacle"], logs["fields"]) == ("Logs", "resource", [6])
    assert (writes["sid"], writes["obstacle"]) == ("Writes", "action")
    needs = [(need["need"], need["type"], need.get("level")) for need in explanation["needs"]]
    assert needs == [("noDeny", "boundary", None), ("allow", "scp", 0), ("allow", "identity", None),
                     ("allow", "boundary", None)]
    assert explanation["needs"][0]["ifAny"] == [f"it did not cover s3:GetObject on {PHOTO}"]
    assert explanation["needs"][2]["statement"]["sid"] == "Reads"
    assert explanation["needs"][2]["ifAll"] == ["aws:SourceVpce were vpce-1", "aws:SecureTransport were true"]


def test_json_in_full(told):
    _, few = told(case({"identity": [IDENTITY]}))
    _, all_of_them = told(case({"identity": [IDENTITY]}), "--verbose")
    check_schema(all_of_them)
    assert [s["sid"] for s in few["statements"]] == ["Reads", "Logs", "Writes"]
    assert [s["sid"] for s in all_of_them["statements"]] == ["Reads", "Logs", "Writes", "Secret", "Machines"]
    assert "failed" not in all_of_them["statements"][-1]  # another service: nobody looked


# Every case of a few areas, by way of the command; tests/differential does all of them, and random ones.
@pytest.mark.parametrize("area", ["worked", "cross-account", "session", "boundary", "not-principal"])
def test_corpus(told, polcheck, top, area):
    cases = [made for path in sorted((top / "corpus" / area).glob("*.json"))
             for made in json.loads(path.read_text(encoding="utf-8")) if "error" not in made["expect"]]
    assert cases
    for made in cases[:40]:
        answer, explanation = told(made, "-v")
        check_schema(explanation)
        decision = made["expect"].get("decision")
        assert decision in (None, answer["decision"]), made["name"]
        denied = answer["decision"] != "allowed"
        assert bool(explanation["needs"]) == (denied and not explanation["whatever"])
