# SPDX-License-Identifier: Apache-2.0
"""polcheck test --mutate: changes of policies that no case notices. Survivors are worked out by hand, or found by an
oracle that changes the text of the policy and runs the cases again."""

import copy
import json
import random

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
BOB = "arn:aws:iam::111122223333:user/bob"
PHOTO = "arn:aws:s3:::photos/cat.jpg"
VPCE, TLS = "aws:SourceVpce", "aws:SecureTransport"
TEAM = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::photos/*",
      "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    },
    {
      "Effect": "Deny",
      "Action": "s3:*",
      "Resource": "*",
      "Condition": {"Bool": {"aws:SecureTransport": "false"}}
    }
  ]
}
"""
OPEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def write(tmp_path, value, name="cases.json"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def case(decision, action="s3:GetObject", resource=PHOTO, policies=None, vpce="vpce-1", tls="true", **expect):
    return {"name": f"{action} {decision}", "policies": policies or {"identity": ["../policies/team.json"]},
            "request": {"principal": ALICE, "action": action, "resource": resource,
                        "context": {VPCE: vpce, TLS: tls}},
            "expect": {"decision": decision, **expect}}


@pytest.fixture(name="repository", autouse=True)
def make_repository(tmp_path):
    write(tmp_path, TEAM, "policies/team.json")
    write(tmp_path, [case("allowed")], "tests/read.json")
    return tmp_path


def mutants(polcheck, *arguments, status=None):
    """The object of --json --mutate."""
    run = polcheck("test", "--json", "--mutate", *arguments)
    found = run.lines()[-1]["mutants"]
    assert run.status == (status if status is not None else int(found["survived"] > 0)), run
    assert found["survived"] == len(found["survivors"])
    return found


def kinds(found):
    return [(one["line"], one["mutation"]) for one in found["survivors"]]


# Of Read the statement and its effect are noticed when the one case is denied; of the Deny only what makes it
# match (without its condition) is.
ALL = [(7, "widen-action"), (8, "widen-resources"), (8, "widen-resource"), (9, "drop-condition"),
       (11, "drop-statement"), (11, "flip-effect")]
# What each further case takes off that list.
STEPS = [(case("implicitDeny", action="s3:PutObject"), ALL[1:]),
         (case("implicitDeny", resource="arn:aws:s3:::other/x"), ALL[3:]),
         (case("implicitDeny", vpce="vpce-2"), ALL[4:]),
         (case("explicitDeny", tls="false"), [])]


def test_each_case_takes_survivors_off(polcheck, repository):
    assert kinds(mutants(polcheck, "tests")) == ALL
    cases = [case("allowed")]
    for more, left in STEPS:
        cases.append(more)
        write(repository, cases, "tests/read.json")
        found = mutants(polcheck, "tests")
        assert kinds(found) == left
        assert found["killed"] == 9 - len(left)
        assert found["equivalent"] == found["invalid"] == found["failedCases"] == found["unchangedPolicies"] == 0


def test_people_see_places_and_a_score(polcheck, repository):
    write(repository, [case("allowed"), case("explicitDeny", tls="false"), case("implicitDeny", action="s3:PutObject"),
                       case("implicitDeny", resource="arn:aws:s3:::other/x")], "tests/read.json")
    run = polcheck("test", "tests", "-m")
    assert run.status == 1
    assert run.err == ""
    assert run.out.splitlines()[1:] == [
        "",
        "policies/team.json:9:38: warning: no test notices when the condition StringEquals of aws:SourceVpce is "
        "dropped [POL1350]",
        "  hint: add a case that is denied because of this condition alone",
        "8 of 9 mutants noticed (88.8 %)"]


def test_rows_are_asked_like_cases(polcheck, repository):
    table = {"name": "table", "policies": {"identity": ["../policies/team.json"]}, "request": {"principal": ALICE},
             "rows": [{"request": {key: one["request"][key] for key in ("action", "resource", "context")},
                       "expect": one["expect"]} for one in [case("allowed"), *(step[0] for step in STEPS)]]}
    write(repository, table, "tests/read.json")
    assert mutants(polcheck, "tests")["killed"] == 9


def test_cases_of_several_files_notice_together(polcheck, repository):
    for number, (one, _) in enumerate(STEPS):
        write(repository, one, f"tests/deep{number}/case.json")
        path = repository / f"tests/deep{number}/case.json"
        path.write_text(path.read_text().replace("../policies", "../../policies"))
    assert mutants(polcheck, "tests")["killed"] == 9


def test_lines_of_ndjson_are_asked_again(polcheck, repository):
    cases = [case("allowed"), *(step[0] for step in STEPS)]
    (repository / "tests/read.json").unlink()
    write(repository, "".join(json.dumps(one) + "\n" for one in cases), "tests/read.ndjson")
    assert mutants(polcheck, "tests")["killed"] == 9


def test_a_case_may_expect_more_than_a_decision(polcheck, repository):
    """That a statement is named, or a key missing, is noticed as well."""
    twins = {"Version": "2012-10-17", "Statement": [
        {"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Sid": "B", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    write(repository, case("allowed", policies={"identity": [twins]}), "tests/read.json")
    assert (lambda one: (one["killed"], one["equivalent"]))(mutants(polcheck, "tests")) == (2, 2)
    write(repository, case("allowed", policies={"identity": [twins]}, statements=["A", "B"]), "tests/read.json")
    assert mutants(polcheck, "tests")["killed"] == 4


def test_levels_of_an_organisation(polcheck, repository):
    guard = {"Version": "2012-10-17", "Statement": [
        {"Sid": "NoDelete", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}]}
    policies = {"identity": [OPEN], "scp": [[OPEN], [OPEN, guard]]}
    write(repository, [case("allowed", policies=policies)], "tests/read.json")
    found = mutants(polcheck, "tests")
    assert [(one["statement"], one["mutation"]) for one in found["survivors"]] == [
        ("NoDelete", "drop-statement"), ("NoDelete", "flip-effect")]
    assert found["killed"] == 7  # three Allows, dropped and flipped; a Deny of all of S3


def test_a_question_that_fails_has_no_part(polcheck, repository):
    wrong = case("allowed")
    wrong["request"]["action"] = "nonsense"
    wrong["expect"] = {"error": "POL0802"}
    write(repository, [wrong], "tests/read.json")
    run = polcheck("test", "-m", "tests")
    assert run.status == 1
    assert "0 of 0 mutants noticed\n" in run.out
    assert "there is no mutant" in run.err


def test_a_case_that_fails_notices_nothing(polcheck, repository):
    write(repository, [case("explicitDeny")], "tests/read.json")
    found = mutants(polcheck, "tests", status=1)
    assert found["failedCases"] == 1
    assert found["killed"] == 0 and found["survived"] == 9


def test_a_whole_account_is_left_as_it_is(polcheck, repository):
    write(repository, {"polcheck": 1, "users": [{"arn": ALICE, "policies": ["team.json"]}]}, "policies/manifest.json")
    account = {key: value for key, value in case("allowed").items() if key != "policies"}
    inline = case("allowed", policies={"identity": [OPEN]})
    write(repository, [dict(account, account=["../policies/manifest.json"]), inline], "tests/read.json")
    found = mutants(polcheck, "tests")
    assert (found["unchangedPolicies"], found["unaskedCases"]) == (1, 1)
    assert found["killed"] == 2 and found["survived"] == 0
    run = polcheck("test", "-m", "tests")
    assert "1 policy of a whole account stays as it is; 1 case of a whole account was not asked" in run.out


def test_what_an_account_shares_with_cases_is_changed_for_those(polcheck, repository):
    write(repository, {"polcheck": 1, "users": [{"arn": ALICE, "policies": ["team.json"]}]}, "policies/manifest.json")
    account = {key: value for key, value in case("allowed").items() if key != "policies"}
    cases = [case("allowed"), *(step[0] for step in STEPS)]
    write(repository, [dict(account, account=["../policies/manifest.json"]), *cases], "tests/read.json")
    found = mutants(polcheck, "tests")
    assert (found["unchangedPolicies"], found["unaskedCases"]) == (0, 1)
    assert found["killed"] == 9


@pytest.mark.parametrize("percent, status", [("0", 0), ("33.3", 0), ("33.4", 1), ("100", 1)])
def test_a_threshold(polcheck, percent, status):
    """Three of nine are noticed by the one case."""
    run = polcheck("test", "tests", "-m", "--threshold", percent)
    assert run.status == status
    assert ("33.3 % of the mutants are noticed" in run.err) == (status == 1)


def test_the_threshold_holds_for_both(polcheck, repository):
    write(repository, [case("allowed"), *(step[0] for step in STEPS)], "tests/read.json")
    assert polcheck("test", "tests", "-m", "-c", "--threshold", "100").status == 0
    write(repository, [case("allowed"), *(step[0] for step in STEPS[:3])], "tests/read.json")
    run = polcheck("test", "tests", "-m", "-c", "--threshold", "100")
    assert run.status == 1
    assert run.err.count("[POL1351]") == 2


def test_formats(polcheck):
    tap = polcheck("test", "tests", "-m", "--format", "tap").out.splitlines()
    assert tap[1] == "1..1"
    assert all(line.startswith("# ") for line in tap[2:])
    github = polcheck("test", "tests", "-m", "--format", "github").out.splitlines()
    assert [line for line in github if line.startswith("::")][0] == (
        "::warning file=policies/team.json,line=7,col=17,title=POL1350::no test notices when \"s3:GetObject\" is widened "
        "to \"s3:*\"%0Ahint: add a case for another action of the service that is denied")
    assert github[-1] == "3 of 9 mutants noticed (33.3 %)"
    assert polcheck("test", "tests", "-m", "--format", "junit").status == 2


def test_nothing_is_changed_on_disk(polcheck, repository):
    polcheck("test", "tests", "-m")
    assert (repository / "policies/team.json").read_text() == TEAM


# Against an oracle -------------------------------------------------------------------------------

SERVICES = ["s3", "sqs", "sns"]
KEYS = {"aws:SourceVpce": ["a", "b"], "aws:PrincipalTag/team": ["x", "y"]}


def random_statement(generator, number):
    """One that cannot be widened: then every mutant is of a kind that the oracle makes."""
    conditions = {}
    for key, values in KEYS.items():
        if generator.random() < 0.4:
            operator = generator.choice(["StringEquals", "StringNotEquals", "StringEqualsIfExists"])
            conditions.setdefault(operator, {})[key] = generator.choice(values)
    made = {"Sid": f"S{number}", "Effect": generator.choice(["Allow", "Allow", "Deny"]),
            "Action": f"{generator.choice(SERVICES)}:*", "Resource": "*"}
    return dict(made, Condition=conditions) if conditions else made


def random_request(generator):
    context = {key: generator.choice(values) for key, values in KEYS.items() if generator.random() < 0.7}
    return {"principal": ALICE, "action": f"{generator.choice(SERVICES)}:Do", "resource": "*", "context": context}


def changed(policy):
    """Every change of the policy, under (Sid, kind, what)."""
    for at, statement in enumerate(policy["Statement"]):
        def with_statement(**more):
            other = copy.deepcopy(policy)
            other["Statement"][at].update(copy.deepcopy(more))
            return other
        yield (statement["Sid"], "drop-statement", ""), with_statement(Action=[])
        yield (statement["Sid"], "flip-effect", ""), with_statement(
            Effect="Deny" if statement["Effect"] == "Allow" else "Allow")
        for operator, keys in statement.get("Condition", {}).items():
            for key in keys:
                conditions = copy.deepcopy(statement["Condition"])
                del conditions[operator][key]
                if not conditions[operator]:
                    del conditions[operator]
                what = f"the condition {operator} of {key} is dropped"
                yield (statement["Sid"], "drop-condition", what), with_statement(Condition=conditions)


def answers(polcheck, policy, requests, path):
    """The decision of each request, as a run of its own tells it."""
    write(path.parent, [{"name": "x", "policies": {"identity": [policy]}, "request": request,
                         "expect": {"decision": "allowed"}} for request in requests], path.name)
    return [line["actual"]["decision"] for line in polcheck("test", path, "--json").lines()]


@pytest.mark.parametrize("seed", range(12))
def test_survivors_are_those_that_a_run_does_not_notice(polcheck, repository, seed):
    generator = random.Random(seed)
    policy = {"Version": "2012-10-17", "Statement": [random_statement(generator, number) for number in range(5)]}
    requests = [random_request(generator) for _ in range(generator.choice([2, 6, 20]))]
    scratch = repository / "scratch.json"
    before = answers(polcheck, policy, requests, scratch)
    silent = {name for name, other in changed(policy) if answers(polcheck, other, requests, scratch) == before}
    write(repository, policy, "policies/random.json")
    write(repository, [{"name": "x", "policies": {"identity": ["../policies/random.json"]}, "request": request,
                        "expect": {"decision": decision}} for request, decision in zip(requests, before)],
          "tests/read.json")
    found = mutants(polcheck, "tests")
    survivors = {(one["statement"], one["mutation"], one["message"] if one["mutation"] == "drop-condition" else "")
                 for one in found["survivors"]}
    assert len(survivors) == found["survived"]
    assert survivors <= silent
    assert len(silent) == found["survived"] + found["equivalent"]
    assert found["killed"] == len(list(changed(policy))) - len(silent)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_proved_the_same_is_the_same(polcheck, repository, seed):
    """No request of all that there are tells an equivalent mutant from the policy."""
    generator = random.Random(1000 + seed)
    policy = {"Version": "2012-10-17", "Statement": [random_statement(generator, number) for number in range(6)]}
    requests = [{"principal": ALICE, "action": f"{service}:Do", "resource": "*",
                 "context": {key: value for key, value in zip(KEYS, (first, second)) if value}}
                for service in SERVICES
                for first in (None, "a", "b", "c") for second in (None, "x", "y", "z")]
    scratch = repository / "scratch.json"
    before = answers(polcheck, policy, requests, scratch)
    silent = {name for name, other in changed(policy) if answers(polcheck, other, requests, scratch) == before}
    # One question that is about nothing in the policy: whatever is not proved survives.
    write(repository, policy, "policies/random.json")
    nothing = {"name": "x", "policies": {"identity": ["../policies/random.json"]},
               "request": {"principal": ALICE, "action": "ec2:Do", "resource": "*"}, "expect": {"decision": "implicitDeny"}}
    write(repository, nothing, "tests/read.json")
    found = mutants(polcheck, "tests")
    survivors = {(one["statement"], one["mutation"], one["message"] if one["mutation"] == "drop-condition" else "")
                 for one in found["survivors"]}
    proved = {name for name, _ in changed(policy)} - survivors
    assert len(proved) == found["equivalent"]
    assert proved <= silent
