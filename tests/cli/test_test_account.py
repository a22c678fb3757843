# SPDX-License-Identifier: Apache-2.0
"""polcheck test: cases that are asked of a whole account, in place of policies of their own."""

import json
import os
import resource

import pytest

ROLE = "arn:aws:iam::111122223333:role/app/thumbs"
SESSION = "arn:aws:sts::111122223333:assumed-role/thumbs/s"
PHOTO = "arn:aws:s3:::photos/cat.jpg"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
OPEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
MANIFEST = {
    "polcheck": 1,
    "roles": [{"arn": ROLE, "tags": {"team": "images"}, "policies": ["reads.json"], "boundary": {
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "sts:*"], "Resource": "*"}]}}],
    "resources": [{"arn": "arn:aws:s3:::photos", "account": "111122223333", "policy": {
        "Version": "2012-10-17", "Statement": [{"Sid": "NoSecrets", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                                                "Resource": "arn:aws:s3:::photos/secret/*"}]}}],
    "organization": {
        "levels": [{"id": "r-root", "scp": [ALL]}],
        "accounts": [{"id": "111122223333", "parent": "r-root", "scp": [ALL, {
            "Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}]}]}]},
}
READS = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Reads", "Effect": "Allow", "Action": ["s3:Get*", "s3:DeleteBucket", "ec2:*"], "Resource": "*",
     "Condition": {"StringEquals": {"aws:PrincipalTag/team": "images"}}}]}
ROWS = [
    ("reads", {}, {"decision": "allowed", "statements": ["Reads"]}),
    ("the bucket's own policy", {"resource": "arn:aws:s3:::photos/secret/x"},
     {"decision": "explicitDeny", "statements": ["NoSecrets"]}),
    ("the boundary", {"action": "ec2:RunInstances", "resource": "*"},
     {"decision": "implicitDeny", "blockedBy": ["boundary"]}),
    ("the organisation", {"action": "s3:DeleteBucket", "resource": "arn:aws:s3:::photos"},
     {"decision": "explicitDeny", "blockedBy": ["scp"]}),
    ("writes", {"action": "s3:PutObject"}, {"decision": "implicitDeny", "blockedBy": []}),
]


def write(tmp_path, value, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def table(**where):
    return {"name": "thumbs", **where, "request": {"principal": SESSION, "action": "s3:GetObject", "resource": PHOTO},
            "rows": [{"name": name, "request": request, "expect": expect} for name, request, expect in ROWS]}


@pytest.fixture(name="repository")
def make_repository(tmp_path):
    write(tmp_path, MANIFEST, "repo/account/manifest.json")
    write(tmp_path, READS, "repo/account/reads.json")
    (tmp_path / "temporary").mkdir()
    return tmp_path


def temporary(tmp_path):
    return {"TMPDIR": str(tmp_path / "temporary")}


@pytest.mark.parametrize("account", [["../account"], "../account", ["../account/manifest.json"],
                                     ["../account/manifest.json", "../account/reads.json"]])
def test_an_account_by_its_files(polcheck, repository, account):
    path = write(repository, table(account=account), "repo/tests/thumbs.json")
    run = polcheck("test", path, env=temporary(repository))
    assert (run.status, run.err) == (0, ""), run
    assert run.out.startswith("5 cases in 1 file: 5 passed")
    assert os.listdir(repository / "temporary") == []


def test_statements_stand_in_the_files_of_the_account(polcheck, repository):
    path = write(repository, table(account=["../account"]), "repo/tests/thumbs.json")
    [statement] = polcheck("test", "--json", path).lines()[0]["actual"]["matchedStatements"]
    assert statement["file"] == str(repository / "repo" / "account" / "reads.json")


def test_answers_are_those_of_the_store(polcheck, repository):
    """The same rows of a compiled store, and what eval says of the same questions."""
    store = repository / "repo" / "build.store"
    assert polcheck("compile", "repo/account", "-o", store).status == 0
    path = write(repository, table(store="../build.store"), "repo/tests/thumbs.json")
    run = polcheck("test", "--json", path)
    assert run.status == 0, run
    for line in run.lines():
        asked = line["actual"]
        answer = polcheck("eval", "--store", store, "--principal", asked["principal"], "--action", asked["action"],
                          "--resource", asked["resource"], "--json").json()
        # The store was compiled from paths as they were given there.
        for one in (asked, answer):
            for statement in one["matchedStatements"]:
                del statement["file"]
        assert asked == answer


def test_a_case_by_itself_and_eval(polcheck, repository):
    made = table(account=["../account"])
    made |= {"expect": made.pop("rows")[0]["expect"]}
    path = write(repository, made, "repo/tests/thumbs.json")
    assert polcheck("test", path).status == 0
    assert polcheck("eval", "--case", path).status == 0


def test_session_and_endpoint_policies_come_with_the_request(polcheck, repository):
    made = table(account=["../account"], policies={"session": [], "endpoint": [OPEN]})
    made["rows"] = [{"expect": {"decision": "implicitDeny", "blockedBy": ["session"]}}]
    assert polcheck("test", write(repository, made, "repo/tests/thumbs.json")).status == 0
    made["policies"] = {"endpoint": []}
    made["rows"] = [{"expect": {"decision": "implicitDeny", "blockedBy": ["endpoint"]}}]
    assert polcheck("test", write(repository, made, "repo/tests/thumbs.json")).status == 0


@pytest.mark.parametrize("where, said", [
    ({"account": ["../account"], "store": "x"}, '"account" and "store" exclude each other [POL1346]'),
    ({"account": ["../account"], "policies": {"identity": []}}, '"identity" comes from the account [POL1346]'),
    ({"store": "x", "policies": {"session": [], "scp": []}}, '"scp" comes from the account [POL1346]'),
])
def test_what_does_not_go_together(polcheck, repository, where, said):
    run = polcheck("test", write(repository, table(**where), "repo/tests/thumbs.json"))
    assert run.status == 1
    assert said in run.out


@pytest.mark.parametrize("where, said", [
    ({"account": []}, '"account" names no path [POL1346]'), ({"account": 7}, "a number, not a path [POL1346]"),
    ({"account": None}, "null, not a path [POL1346]"), ({"store": ["x"]}, '"store" is an array, not a path [POL1346]'),
    ({"account": [""]}, "the text is empty"), ({"account": ["../acount"]}, "cannot be opened: No such file or directory [POL0001]"),
    ({"store": "../none.store"}, "cannot be opened: No such file or directory [POL0001]"), ({"store": "../account"}, "[POL0900]"),
])
def test_an_account_that_cannot_be_had_fails_each_row(polcheck, repository, where, said):
    run = polcheck("test", write(repository, table(**where), "repo/tests/thumbs.json"))
    assert run.status == 1
    assert said in run.out
    assert "0 passed, 5 failed" in run.out


def test_what_is_wrong_with_an_account_is_told_once(polcheck, repository):
    write(repository, {"Version": "2012-10-17", "Statement": [{"Effect": "allow"}]}, "repo/account/reads.json")
    path = write(repository, table(account=["../account"]), "repo/tests/thumbs.json")
    run = polcheck("test", path, env=temporary(repository))
    assert run.status == 1
    assert "0 passed, 5 failed" in run.out
    assert run.out.count("[POL0302]") == 1
    assert run.out.count("the account cannot be asked, as an earlier case says [POL1346]") == 4
    assert os.listdir(repository / "temporary") == []


def test_who_is_not_in_the_account_is_no_deny(polcheck, repository):
    made = table(account=["../account"])
    made["request"]["principal"] = "arn:aws:iam::111122223333:role/nobody"
    made["rows"] = [{"expect": {"decision": "implicitDeny"}}, {"expect": {"error": "POL0808"}}]
    lines = polcheck("test", "--json", write(repository, made, "repo/tests/thumbs.json")).lines()
    assert [line["passed"] for line in lines] == [False, True]
    account = repository / "repo" / "account"
    assert lines[0]["actual"]["error"]["message"].startswith(f'no principal "arn:aws:iam::111122223333:role/nobody" in the account of "{account}"')


def test_no_place_for_what_is_compiled(polcheck, repository):
    path = write(repository, table(account=["../account"]), "repo/tests/thumbs.json")
    run = polcheck("test", path, env={"TMPDIR": str(repository / "none")})
    assert run.status == 1
    assert "[POL0904]" in run.out and "the folder that TMPDIR names" in run.out


def test_an_account_is_compiled_once_a_run(polcheck, repository):
    path = write(repository, table(account=["../account"]), "repo/tests/a.json")
    write(repository, [table(account="../account")] * 200, "repo/tests/b.json")
    assert "1005 passed" in polcheck("test", path.parent).out


def test_more_accounts_than_can_be_open(polcheck, repository):
    """Each named twice, the second time when it is closed again; each has a statement of its own."""
    def own(number, value):
        return json.loads(json.dumps(value).replace('"Reads"', f'"Reads{number}"'))
    for number in range(80):
        write(repository, MANIFEST, f"repo/{number}/manifest.json")
        write(repository, own(number, READS), f"repo/{number}/reads.json")
    tables = [own(number, table(account=f"../{number}")) for number in [*range(80), *range(80)]]
    write(repository, tables, "repo/tests/all.json")
    run = polcheck("test", "repo/tests", env=temporary(repository), preexec_fn=few_descriptors)
    assert run.status == 0 and "800 passed" in run.out, run
    assert os.listdir(repository / "temporary") == []


def few_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (160, 160))


def test_an_account_in_a_folder_that_may_not_be_written(polcheck, repository):
    store = repository / "repo" / "build.store"
    assert polcheck("compile", "repo/account", "-o", store).status == 0
    for path in (*store.iterdir(), store):
        path.chmod(0o500 if path == store else 0o400)
    run = polcheck("test", write(repository, table(store="../build.store"), "repo/tests/thumbs.json"))
    store.chmod(0o700)
    assert run.status == 0, run


def test_a_file_has_one_name_whoever_names_it(polcheck, repository):
    """By a manifest or by a case: places are those that people would write."""
    manifest = {**MANIFEST, "roles": [{**MANIFEST["roles"][0], "policies": ["../policies/./reads.json"]}]}
    write(repository, manifest, "repo/account/manifest.json")
    (repository / "repo" / "policies").mkdir()
    (repository / "repo" / "account" / "reads.json").rename(repository / "repo" / "policies" / "reads.json")
    cases = [table(account="../account"), table(policies={"identity": ["../policies/reads.json"]})]
    cases[1]["request"]["principal"] = {"arn": SESSION, "tags": {"team": "images"}}
    for made in cases:
        made["rows"] = made["rows"][:1]
    write(repository, cases, "repo/tests/thumbs.json")
    lines = polcheck("test", "--json", "repo/tests").lines()
    assert [line["passed"] for line in lines] == [True, True]
    assert {statement["file"] for line in lines for statement in line["actual"]["matchedStatements"]} == {
        "repo/policies/reads.json"}
