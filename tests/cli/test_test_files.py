# SPDX-License-Identifier: Apache-2.0
"""polcheck test: policies in files of their own, which cases name; and files that are no cases."""

import json
import os

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
REQUEST = {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/cat.jpg"}
READS = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Reads", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
WRITES = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Writes", "Effect": "Allow", "Action": "s3:Put*", "Resource": "*"}]}
ALLOWED, DENIED = {"decision": "allowed"}, {"decision": "implicitDeny"}


def case(*policies, expect=None, **members):
    return {"name": "reads", "request": REQUEST, "policies": {"identity": list(policies)},
            "expect": expect or {"decision": "allowed", "statements": ["Reads"]}, **members}


def write(tmp_path, value, name="tests/cases.json"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value, indent=1), encoding="utf-8")
    return path


@pytest.mark.parametrize("element", [
    "../policies/reads.json", {"file": "../policies/reads.json"}, "./.././policies//reads.json",
    {"file": "../policies/reads.json", "name": "reader"}])
def test_a_policy_by_its_path(polcheck, tmp_path, element):
    write(tmp_path, READS, "policies/reads.json")
    run = polcheck("test", "--json", write(tmp_path, case(element)))
    assert run.status == 0, run
    [statement] = run.lines()[0]["actual"]["matchedStatements"]
    assert statement["file"] == str(tmp_path / "policies" / "reads.json")
    assert (statement["line"], statement["column"]) == (4, 3)
    assert statement["policy"] == (element["name"] if "name" in element else "reads")


def test_paths_start_at_the_case_and_not_where_the_command_runs(polcheck, tmp_path):
    write(tmp_path, READS, "repository/policies/reads.json")
    write(tmp_path, WRITES, "policies/reads.json")
    write(tmp_path, case("../policies/reads.json"), "repository/tests/cases.json")
    assert polcheck("test", "repository/tests").status == 0
    assert polcheck("test", "cases.json", cwd=tmp_path / "repository" / "tests").status == 0
    [statement] = polcheck("test", "--json", "repository/tests").lines()[0]["actual"]["matchedStatements"]
    assert statement["file"] == "repository/policies/reads.json"


def test_absolute_paths_and_standard_input(polcheck, tmp_path):
    path = write(tmp_path, READS, "policies/reads.json")
    assert polcheck("test", write(tmp_path, case(str(path)))).status == 0
    assert polcheck("test", "-", input=json.dumps(case("policies/reads.json"))).status == 0
    assert polcheck("eval", "--case", write(tmp_path, case("../policies/reads.json"))).status == 0


def test_dots_behind_a_link_lead_where_the_system_says(polcheck, tmp_path):
    """tests/link/../x.json is beside what the link leads to, not beside the link."""
    write(tmp_path, READS, "elsewhere/x.json")
    write(tmp_path, WRITES, "tests/x.json")
    (tmp_path / "elsewhere" / "deep").mkdir()
    path = write(tmp_path, case("link/../x.json"))
    os.symlink(tmp_path / "elsewhere" / "deep", tmp_path / "tests" / "link")
    assert polcheck("test", path).status == 0


def dump(document):
    return json.dumps(document)


@pytest.mark.parametrize("document", [
    {"PolicyVersion": {"Document": READS, "VersionId": "v3", "IsDefaultVersion": True}},
    {"RoleName": "r", "PolicyName": "p", "PolicyDocument": READS},
])
def test_what_the_aws_cli_prints_of_one_policy(polcheck, tmp_path, document):
    write(tmp_path, document, "policies/p.json")
    run = polcheck("test", write(tmp_path, case("../policies/p.json")))
    assert run.status == 0, run


@pytest.mark.parametrize("wrap", [
    lambda text: {"Policy": text}, lambda text: {"Policy": text, "PolicyName": "default"},
    lambda text: {"Policy": text, "RevisionId": "1"},
    lambda text: {"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:111122223333:q", "Policy": text}},
    lambda text: {"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-abcdef", "Name": "s",
                  "ResourcePolicy": text},
])
def test_what_the_aws_cli_prints_as_a_text(polcheck, tmp_path, wrap):
    policy = {"Version": "2012-10-17", "Statement": {"Sid": "Lets", "Effect": "Allow", "Principal": {"AWS": ALICE},
                                                     "Action": "s3:GetObject", "Resource": "*"}}
    path = write(tmp_path, json.dumps(wrap(json.dumps(policy))), "policies/p.json")
    made = case(policies={"resource": ["../policies/p.json"]}, expect={"statements": ["Lets"]})
    run = polcheck("test", "--json", write(tmp_path, made))
    assert run.status == 0, run
    [statement] = run.lines()[0]["actual"]["matchedStatements"]
    text = path.read_text(encoding="utf-8")
    assert (statement["line"], text[statement["column"] - 1:][:9]) == (1, '{\\"Sid\\":')


def test_an_scp_of_an_organisation(polcheck, tmp_path):
    scp = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}
    document = {"Policy": {"PolicySummary": {"Type": "SERVICE_CONTROL_POLICY"}, "Content": json.dumps(scp)}}
    write(tmp_path, document, "scps/ec2.json")
    write(tmp_path, READS, "policies/reads.json")
    made = case(policies={"identity": ["../policies/reads.json"], "scp": [["../scps/ec2.json"]]},
                expect={"decision": "implicitDeny", "blockedBy": ["scp"]})
    assert polcheck("test", write(tmp_path, made)).status == 0


@pytest.mark.parametrize("document, said", [
    ({"polcheck": 1, "roles": []}, "what was recognised as: polcheck manifest holds no single policy [POL1341]"),
    ({"RoleDetailList": []}, "what was recognised as: iam get-account-authorization-details holds no single policy"),
    ({"hello": "world"}, "the file holds no single policy [POL1341]"), ([READS], "the file holds no single policy"),
    ("[", "[POL0100]"), ("", "[POL0106]"), ({"Policy": "{"}, "[POL0100]"),
    ({"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}, "[POL0302]"),
    ('{"Version": "2012-10-17", "Version": "2008-10-17", "Statement": []}', "[POL0101]"),
])
def test_what_is_wrong_with_a_file_is_said_at_its_place(polcheck, tmp_path, document, said):
    path = write(tmp_path, document, "policies/p.json")
    run = polcheck("test", write(tmp_path, [case("../policies/p.json"), case(READS)]))
    assert run.status == 1
    assert "1 passed, 1 failed" in run.out
    [line] = [line for line in run.out.splitlines() if said in line]
    assert line.strip().startswith(f"{path}:")


@pytest.mark.parametrize("element, said", [
    ("../policies/none.json", "cannot be opened: No such file or directory [POL0001]"), ("", '"" is no path [POL1341]'),
    ({"file": "../policies/none.json"}, "[POL0001]"), ("a\u0000b", "is no path"), ({"file": 7}, '"file" is a number, not a path'),
    ("..", "is no regular file [POL0002]"), ({"file": "x", "nme": "y"}, 'has "name" and "file", no "nme"'),
    ({"file": "x", "document": {}}, 'has "name" and "document", no "file"'), ({"file": "x", "name": 1}, '"name" is a number'),
])
def test_what_is_wrong_with_a_path_is_said_where_it_is_written(polcheck, tmp_path, element, said):
    path = write(tmp_path, json.dumps(case(element)))
    run = polcheck("test", path)
    assert run.status == 1
    [line] = [line for line in run.out.splitlines() if said in line]
    column = int(line.split(":")[2])
    assert line.strip().startswith(f"{path}:1:{column}: error:")
    assert path.read_text(encoding="utf-8")[column - 1] in '"7{1'


def test_a_missing_file_may_be_expected(polcheck, tmp_path):
    assert polcheck("test", write(tmp_path, case("none.json", expect={"error": "POL0001"}))).status == 0


def test_a_pipe_is_not_waited_for(polcheck, tmp_path):
    write(tmp_path, case("pipe.json"))
    os.mkfifo(tmp_path / "tests" / "pipe.json")
    assert "is no regular file" in polcheck("test", tmp_path / "tests" / "cases.json").out


def test_each_use_of_a_file_is_of_its_own_type(polcheck, tmp_path):
    write(tmp_path, READS, "policies/reads.json")
    both = {"identity": ["../policies/reads.json"], "boundary": ["../policies/reads.json"], "session": []}
    made = [case(policies=both, expect=DENIED), case(policies={**both, "session": ["../policies/reads.json"]}),
            case(policies={"resource": ["../policies/reads.json"]}, expect={"error": "POL0307"})]
    lines = polcheck("test", "--json", write(tmp_path, made)).lines()
    assert [line["passed"] for line in lines[:2]] == [True, True]
    assert "error" in lines[2]["actual"]


def test_a_file_is_read_once_a_run(polcheck, tmp_path):
    """strace-less proof: a file of a megabyte that a thousand cases name."""
    statements = [{"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}] * 3 + READS["Statement"]
    write(tmp_path, json.dumps({"Version": "2012-10-17", "Statement": statements}) + " " * (1 << 24), "policies/p.json")
    made = {"name": "t", "policies": {"identity": ["../policies/p.json"]}, "request": REQUEST, "expect": ALLOWED}
    run = polcheck("test", write(tmp_path, json.dumps([made] * 2000)))
    assert run.status == 0, run  # else: 32 GiB to read, and the time of a test is over


# Files among the cases.

NO_CASES = [
    (READS, "policy document"), ({"polcheck": 1}, "polcheck manifest"),
    ({"polcheck": 1, "policies": []}, "polcheck manifest"), ([READS, WRITES], "policy document"),
    ({"PolicyVersion": {"Document": READS}}, "iam get-policy-version"), ({"RoleDetailList": []}, "iam get-account-auth"),
]


@pytest.mark.parametrize("document, shape", NO_CASES)
def test_policies_below_a_folder_are_passed_over_and_counted(polcheck, tmp_path, document, shape):
    path = write(tmp_path, document, "tests/policies/p.json")
    write(tmp_path, case(READS))
    run = polcheck("test", "tests")
    assert (run.status, run.err) == (0, "")
    assert run.out.startswith("1 case in 1 file: 1 passed, 0 failed, 1 file of policies passed over (")
    run = polcheck("test", "-v", tmp_path / "tests")
    assert f"passed over {path}: {shape}" in run.out
    for format_, told in (("json", "err"), ("junit", "err"), ("tap", "out"), ("github", "out")):
        run = polcheck("test", "--format", format_, "tests")
        assert run.status == 0
        assert "passed over" in run.out if told == "out" else "POL1343" in run.err
        assert told == "err" or run.err == ""


@pytest.mark.parametrize("document, shape", NO_CASES)
def test_a_policy_that_is_named_is_an_error(polcheck, tmp_path, document, shape):
    path = write(tmp_path, document, "tests/policies/p.json")
    run = polcheck("test", path)
    assert run.status == 2
    assert f"{path}:1:1: error: the file holds no case; it was recognised as: {shape}" in run.err
    assert "POL1342" in run.err


def test_a_folder_of_policies_alone_tests_nothing(polcheck, tmp_path):
    write(tmp_path, READS, "tests/p.json")
    run = polcheck("test", "tests")
    assert run.status == 2
    assert "there is no case to run" in run.err


@pytest.mark.parametrize("member", ["request", "expect", "policies", "rows"])
def test_a_damaged_case_is_not_taken_for_a_policy(polcheck, tmp_path, member):
    write(tmp_path, {**READS, member: {}}, "tests/a.json")
    write(tmp_path, [READS, case(READS)], "tests/b.json")
    write(tmp_path, {"hello": "world"}, "tests/c.json")
    run = polcheck("test", "tests")
    assert run.status == 1
    assert "4 cases in 3 files: 1 passed, 3 failed" in run.out


def test_folders_behind_links_are_entered_once(polcheck, tmp_path):
    """A folder of cases that is only linked is run; a link that leads back, or to what is there itself, adds nothing."""
    write(tmp_path, case(READS, expect={"decision": "implicitDeny"}), "shared/wrong.json")
    write(tmp_path, case(READS), "tests/zoo/right.json")
    for name, target in (("shared", "../shared"), ("again", "../shared"), ("back", "../tests"), ("a", "zoo"), ("x.json", "../shared")):
        (tmp_path / "tests" / name).symlink_to(target)
    run = polcheck("test", "--json", "tests")
    assert run.status == 1
    assert [(line["file"], line["passed"]) for line in run.lines()] == [("tests/again/wrong.json", False), ("tests/zoo/right.json", True)]


@pytest.mark.parametrize("verb", [["test"], ["fmt", "--check"]])
def test_what_is_no_file_is_said_and_not_waited_for(polcheck, tmp_path, verb):
    write(tmp_path, case(READS))
    os.mkfifo(tmp_path / "tests" / "pipe.json")
    run = polcheck(*verb, "tests")
    assert run.status == 2 and "tests/pipe.json" in run.err and "not a regular file" in run.err
