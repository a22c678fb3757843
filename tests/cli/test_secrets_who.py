# SPDX-License-Identifier: Apache-2.0
"""Who could read a function's secrets: its own session first, then all whom the policies would let decrypt."""

from released import KEY, OTHER, SESSION, decrypt, manifest, role
from vaults import ACCOUNT, INSTRUMENTED, THUMBS, processor_seconds

USER = f"arn:aws:iam::{ACCOUNT}:user/"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/"


def who(policies, *words, **how):
    run = policies("who", "--json", *words, **how)
    assert run.status == 0 and run.err == "", run
    return run.json()


def by_principal(answer):
    return {entry["principal"]: entry for entry in answer["principals"]}


def test_all_that_may_decrypt_and_no_others(policies):
    answer = who(policies)
    assert answer["function"] == THUMBS and answer["key"] == KEY
    entries = answer["principals"]
    assert [entry["principal"] for entry in entries] == [
        SESSION, ROLE + "people/auditor", ROLE + "thumbs-role", USER + "alice"]
    assert [entry["session"] for entry in entries] == [True, False, False, False]
    assert [entry["released"] for entry in entries] == [True, False, False, False]
    assert {entry["decision"] for entry in entries} == {"allowed"}


def test_the_statement_that_lets_it(policies):
    entries = by_principal(who(policies))
    for principal, sid in ((SESSION, "Decrypt"), (ROLE + "people/auditor", "Audit"), (USER + "alice", "Alice")):
        statements = entries[principal]["matchedStatements"]
        assert sid in {statement["sid"] for statement in statements}
        for statement in statements:
            assert statement["effect"] == "Allow" and statement["file"].endswith("manifest.json")
            assert statement["type"] in ("identity", "resource") and statement["line"] > 1


def test_a_function_that_is_refused_says_why(policies):
    answer = who(policies, function=OTHER)
    own = answer["principals"][0]
    assert own["principal"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/other-role/other"
    assert (own["session"], own["released"], own["decision"]) == (True, False, "implicitDeny")
    assert "no identity-based policy allows" in own["message"]
    assert {entry["principal"] for entry in answer["principals"][1:]} == {
        ROLE + "people/auditor", ROLE + "thumbs-role", USER + "alice"}


def test_the_key_policy_counts(policies):
    given = manifest()
    given["resources"][0]["policy"]["Statement"].append(
        {"Sid": "Alone", "Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*",
         "Condition": {"ArnNotEquals": {"aws:PrincipalArn": ROLE + "thumbs-role"}}})
    policies.compile(given)
    assert set(by_principal(who(policies))) == {SESSION, ROLE + "thumbs-role"}


def test_for_people(policies):
    run = policies("who")
    assert run.status == 0
    assert run.out.startswith(f"{SESSION}\n  gets them: ")
    assert f"{USER}alice\n  is refused, since it is not the function's session; the policies would let it decrypt\n" in \
        run.out
    assert '    allowed by "Alice" of the identity policy ' in run.out
    assert "bob" not in run.out and "nobody" not in run.out
    given = manifest()
    given["roles"] = [role("thumbs-role"), role("other-role")]
    given["users"] = []
    policies.compile(given)
    run = policies("who")
    assert run.status == 0
    assert "is refused, although it is the function's own session\n" in run.out
    assert "No other role or user of the store may decrypt them.\n" in run.out


def test_a_context_key_counts(policies):
    given = manifest()
    given["users"][1]["policies"] = [decrypt(sid="Bob", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}})]
    policies.compile(given)
    assert USER + "bob" not in by_principal(who(policies))
    assert USER + "bob" in by_principal(who(policies, "--context", "aws:SourceVpc=vpc-1"))


def test_a_variable_may_be_named(policies):
    assert who(policies, "--name", "TOKEN")["principals"] == who(policies)["principals"]


def test_nothing_is_logged_or_shown(policies):
    before = policies.entries()
    run = policies("who")
    assert "s3cr3t" not in run.out + run.err
    assert policies.entries() == before


def test_what_cannot_be_asked(policies):
    run = policies("who", function=f"{THUMBS}x")
    assert run.status == 2 and "POL1042" in run.err and run.out == ""
    run = policies("who", "operand")
    assert run.status == 2 and "POL0950" in run.err


def test_ten_thousand_roles_take_less_than_a_second(policies):
    given = manifest()
    given["roles"] += [role(f"many-{i}", policies=[decrypt()] if i % 1000 == 0 else [decrypt(resource=KEY + "x")])
                       for i in range(10000)]
    policies.compile(given)
    begin = processor_seconds()
    answer = who(policies)
    spent = processor_seconds() - begin
    assert spent < (10 if INSTRUMENTED else 1)
    assert len(answer["principals"]) == 4 + 10
