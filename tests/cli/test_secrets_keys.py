# SPDX-License-Identifier: Apache-2.0
"""Keys are made, listed, disabled, given policies, rotated and scheduled for deletion."""

import json
import time

import pytest
from vaults import ACCOUNT, KEY_POLICY, THUMBS, function

ARN = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DAY = 86400


def create(vault, *words):
    return vault("keys", "create", *words)


@pytest.fixture
def key(vault):
    """A key with the alias alias/app."""
    run = create(vault, "--arn", ARN, "--alias", "alias/app")
    assert run.status == 0, run
    return ARN


def moment(text):
    return time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone


def test_a_key_with_everything(vault):
    policy = vault.folder / "policy.json"
    policy.write_text(KEY_POLICY)
    run = create(vault, "--arn", ARN, "--alias", "alias/app", "--policy", policy, "--tag", "team=images", "--tag", "x=")
    assert run.status == 0, run
    assert run.out == ARN + "\n"
    row = vault.keys()[ARN]
    assert abs(moment(row["created"]) - time.time()) < 60
    assert row["rotated"] == row["created"]
    del row["created"], row["rotated"]
    assert row == {"arn": ARN, "alias": "alias/app", "service": False, "state": "Enabled", "version": 1, "policy": True,
                   "tags": {"team": "images", "x": ""}}
    for name in (ARN, "alias/app"):
        run = vault("keys", "policy", name)
        assert run.status == 0
        assert run.out == KEY_POLICY
    run = vault("keys", "list")
    assert run.status == 0
    for part in (ARN, "alias/app", "Enabled", "team=images"):
        assert part in run.out


@pytest.mark.parametrize("region, partition", [
    ("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc"),
    ("us-iso-east-1", "aws-iso"), ("us-isob-east-1", "aws-iso-b"), ("eu-isoe-west-1", "aws-iso-e"),
    ("us-isof-south-1", "aws-iso-f"),
])
def test_an_arn_that_is_made_up(vault, region, partition):
    made = {create(vault, "--account", ACCOUNT, "--region", region).out.strip() for _ in range(2)}
    assert len(made) == 2
    assert made == set(vault.keys())
    for arn in made:
        assert arn.startswith(f"arn:{partition}:kms:{region}:{ACCOUNT}:key/")


def test_a_key_without_a_policy_is_told(vault):
    policy = vault.folder / "policy.json"
    policy.write_text(KEY_POLICY)
    run = create(vault, "--arn", ARN, "--alias", "alias/app")
    assert (run.status, run.out) == (0, ARN + "\n")
    assert f'suggestion: the key "{ARN}" has no policy in the vault' in run.err and "[POL1036]" in run.err
    assert "nobody is released anything" in run.err and "polcheck keys policy KEY --set FILE" in run.err
    for words in ([ARN, "--set", policy], [ARN]):
        run = vault("keys", "policy", *words)
        assert (run.status, run.err) == (0, ""), run
    assert vault("keys", "policy", ARN, "--remove").err == ""
    run = vault("keys", "policy", "alias/app")
    assert (run.status, run.out) == (1, "")
    assert 'suggestion: the key "alias/app" has no policy in the vault' in run.err and "[POL1036]" in run.err
    run = create(vault, "--account", ACCOUNT, "--region", "eu-west-1", "--policy", policy)
    assert (run.status, run.err) == (0, "")


@pytest.mark.parametrize("words, said", [
    ([], "--arn ARN"),
    (["--account", ACCOUNT], "--arn ARN"),
    (["--region", "eu-west-1"], "--arn ARN"),
    (["--arn", ARN, "--region", "eu-west-1"], "--arn ARN"),
    (["--arn", ARN, "--tag", "team"], "--tag takes KEY=VALUE"),
    (["--arn", ARN, "--tag", "=team"], "--tag takes KEY=VALUE"),
    (["--arn", ARN, "operand"], "takes no operands"),
    (["--arn", THUMBS], "POL1030"),
    (["--arn", ARN + "*"], "POL1030"),
    (["--account", "1", "--region", "eu-west-1"], "POL1030"),
    (["--account", ACCOUNT, "--region", "ireland"], 'not the name of a region: "ireland" [POL1030]'),
    (["--account", ACCOUNT, "--region", "eu-west-1a"], "hint: such as eu-west-1"),
    (["--arn", ARN.replace("eu-west-1", "eu-west")], "POL1030"),
    (["--arn", ARN, "--alias", "app"], "POL1030"),
    (["--arn", ARN, "--alias", "alias/aws/mine"], "POL1030"),
    (["--arn", ARN, "--tag", "a=1", "--tag", "a=2"], "POL1030"),
    (["--arn", ARN, "--policy", "none.json"], "POL0001"),
])
def test_what_makes_no_key(vault, words, said):
    run = create(vault, *words)
    assert run.status == 2
    assert run.out == ""
    assert said in run.err
    assert vault.keys() == {}


def test_arns_and_aliases_are_unique(vault, key):
    assert "POL1031" in create(vault, "--arn", key).err
    run = create(vault, "--account", ACCOUNT, "--region", "eu-west-1", "--alias", "alias/app")
    assert run.status == 2
    assert "POL1031" in run.err
    # In another region the alias is another one, and then it alone does not say which key is meant.
    assert create(vault, "--account", ACCOUNT, "--region", "us-east-1", "--alias", "alias/app").status == 0
    run = vault("keys", "disable", "alias/app")
    assert run.status == 2
    run = vault("keys", "policy", "alias/app")
    assert run.status == 2
    assert {row["state"] for row in vault.keys().values()} == {"Enabled"}


@pytest.mark.parametrize("document, place, code", [
    ('{"Version": "2012-10-17",\n "Statement": [\n  {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}', "3:3", 307),
    ('{"Version": "2012-10-17",\n "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*",\n'
     '  "Resource": "*", "Condition": {"StringMatches": {"aws:PrincipalTag/a": "b"}}}]}', "3:34", 501),
    ('{"Version": "2012-10-17", "Statement": []', "1:42", 100),
    ('', None, 106),
])
def test_a_policy_is_checked_as_a_keys(vault, key, document, place, code):
    path = vault.folder / "policy.json"
    path.write_text(document)
    for run in (create(vault, "--account", ACCOUNT, "--region", "eu-west-1", "--policy", path),
                vault("keys", "policy", key, "--set", path),
                vault("keys", "policy", key, "--set", "-", input=document)):
        assert run.status == 2
        assert f"POL{code:04}" in run.err
        if place:
            assert f":{place}: error" in run.err
    assert list(vault.keys()) == [key]
    assert vault("keys", "policy", key).status == 1


def test_a_policy_is_set_and_taken_away(vault, key):
    path = vault.folder / "policy.json"
    path.write_text(KEY_POLICY)
    run = vault("keys", "policy", "alias/app")
    assert (run.status, run.out) == (1, "") and "POL1036" in run.err
    assert vault("keys", "policy", "alias/app", "--set", path).status == 0
    assert vault("keys", "policy", key).out == KEY_POLICY
    assert vault("keys", "policy", key, "--set", "-", input=KEY_POLICY.replace("Root", "Other")).status == 0
    assert vault("keys", "policy", key).out == KEY_POLICY.replace("Root", "Other")
    assert vault("keys", "policy", key, "--remove").status == 0
    assert vault("keys", "policy", key).status == 1
    run = vault("keys", "policy", key, "--remove", "--set", path)
    assert run.status == 2
    assert "one of" in run.err


@pytest.mark.parametrize("verb", ["enable", "disable", "policy", "schedule-deletion", "cancel-deletion"])
def test_keys_that_are_not_there(vault, key, verb):
    for name in ("alias/none", ARN[:-1] + "c", "none"):
        run = vault("keys", verb, name)
        assert run.status == 2
        assert "POL1032" in run.err
    for words in ([], [key, key], [""]):
        run = vault("keys", verb, *words)
        assert run.status == 2
        assert "takes one key" in run.err


def test_a_disabled_key_seals_nothing(vault, key):
    vault.put("AB", "first-value", "--key", "alias/app")
    row = vault.environments()[THUMBS]
    assert row["key"] == key
    run = vault("keys", "disable", "alias/app")
    assert run.status == 0
    assert "Disabled" in run.out
    assert vault.keys()[key]["state"] == "Disabled"
    run = vault("secrets", "put", "--function", THUMBS, "CD", input=vault.secret("second-value"))
    assert run.status == 2
    assert "POL1033" in run.err
    assert vault("secrets", "put", "--function", function("f"), "--key", key, "CD", input="x").status == 2
    assert vault("keys", "enable", key).status == 0
    assert vault.keys()[key]["state"] == "Enabled"
    vault.put("CD", "second-value")
    assert vault.names() == ["AB", "CD"]


@pytest.mark.parametrize("words, days", [([], 30), (["--days", "7"], 7), (["--days", "30"], 30)])
def test_a_key_waits_for_its_deletion(vault, key, words, days):
    vault.put("AB", "some-value", "--key", key)
    run = vault("keys", "schedule-deletion", *words, "alias/app")
    assert run.status == 0
    row = vault.keys()[key]
    assert row["state"] == "PendingDeletion"
    assert abs(moment(row["deletion"]) - time.time() - days * DAY) < 60
    assert row["deletion"] in run.out
    assert row["deletion"] in vault("keys", "list").out
    for verb in ("enable", "disable"):
        run = vault("keys", verb, key)
        assert run.status == 2
        assert "POL1033" in run.err
    run = vault("keys", "cancel-deletion", key)
    assert run.status == 0
    assert "Disabled" in run.out
    row = vault.keys()[key]
    assert row["state"] == "Disabled" and "deletion" not in row
    assert vault("keys", "enable", key).status == 0
    assert vault.names() == ["AB"]


@pytest.mark.parametrize("days", ["6", "31", "0", "", "x", "7d", "-7", "1000", "007"])
def test_days_that_no_key_waits(vault, key, days):
    run = vault("keys", "schedule-deletion", f"--days={days}", key)
    assert run.status == 2
    assert "--days" in run.err
    assert vault.keys()[key]["state"] == "Enabled"


def test_a_list_of_secrets_marks_keys_that_are_not_enabled(vault, key):
    vault.put("AB", "some-value", "--key", key)
    vault.put("CD", "other-value", function=function("f")) # under the service's

    def told():
        states = {name: row["keyState"] for name, row in vault.environments().items()}
        [one] = vault("secrets", "list", "--function", THUMBS, "--json").lines()
        assert one["keyState"] == states[THUMBS] and states[function("f")] == "Enabled"
        return states[THUMBS], vault("secrets", "list").out

    state, text = told()
    assert state == "Enabled" and "which is" not in text
    for verb, expected in (("disable", "Disabled"), ("schedule-deletion", "PendingDeletion")):
        assert vault("keys", verb, key).status == 0
        state, text = told()
        assert state == expected
        assert f" of {key}\n  which is {expected}, so they are not released\n    AB " in text
        assert text.count("which is") == 1


def test_the_services_key_is_not_managed(vault):
    vault.put("AB", "some-value")
    (arn, row), = vault.keys().items()
    assert row["service"] and row["alias"] == "alias/aws/lambda"
    assert vault.environments()[THUMBS]["key"] == arn
    for verb, words in (("enable", []), ("disable", []), ("policy", ["--remove"]), ("schedule-deletion", [])):
        run = vault("keys", verb, arn, *words)
        assert run.status == 2
        assert "POL1035" in run.err
    assert vault.keys()[arn] == row


def test_another_key_for_an_environment(vault, key):
    vault.put("AB", "some-value")
    vault.put("CD", "other-value", "--key", "alias/app")
    row = vault.environments()[THUMBS]
    assert row["key"] == key
    assert [variable["name"] for variable in row["variables"]] == ["AB", "CD"]
    run = vault("secrets", "put", "--function", THUMBS, "--key", "alias/none", "EF", input="some-value")
    assert run.status == 2
    assert "POL1032" in run.err


def test_rotate_all_keys_or_one(vault, key):
    vault.put("AB", "some-value", "--key", key)
    vault.put("CD", "other-value", function=function("f"))
    run = vault("secrets", "rotate")
    assert run.status == 0
    assert "2 environments" in run.out
    assert {row["version"] for row in vault.keys().values()} == {2}
    run = vault("secrets", "rotate", "--key", "alias/app")
    assert run.status == 0
    assert "1 environment\n" in run.out
    assert {arn: row["version"] == 3 for arn, row in vault.keys().items()} == {arn: arn == key for arn in vault.keys()}
    rows = vault.environments()
    assert rows[THUMBS]["keyVersion"] == 3 and rows[function("f")]["keyVersion"] == 2
    assert vault.names() == ["AB"]
    for words in (["--key", "alias/none"], ["--key", ""], ["operand"]):
        assert vault("secrets", "rotate", *words).status == 2
    assert vault.keys()[key]["version"] == 3


def test_rotate_says_how_many_keys_it_left(vault, key):
    vault.put("AB", "some-value", "--key", key)
    vault.put("CD", "other-value", function=function("f"))
    run = vault("secrets", "rotate")
    assert "not rotated" not in run.out
    for state, words in (("disable", []), ("schedule-deletion", ["--days", "7"])):
        assert vault("keys", state, "alias/app", *words).status == 0
        version = vault.keys()[key]["version"]
        run = vault("secrets", "rotate")
        assert run.status == 0
        assert "1 environment" in run.out and "not rotated: 1 key\n" in run.out
        assert vault.keys()[key]["version"] == version


def test_what_a_key_says_cannot_draw_on_a_terminal(vault):
    run = create(vault, "--arn", ARN, "--tag", "a=\033[31mred\u202e")
    if run.status == 0:
        run = vault("keys", "list")
        assert "\033" not in run.out and "\u202e" not in run.out
        row, = vault("keys", "list", "--json").lines()
        assert json.dumps(row["tags"]) == json.dumps({"a": "\033[31mred\u202e"})
