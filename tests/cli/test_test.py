# SPDX-License-Identifier: Apache-2.0
"""polcheck test: what passes, what fails, what cannot be read, and the formats of the results."""

import json
import xml.etree.ElementTree

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"


def case(name="reads", **expect):
    return {
        "name": name,
        "request": {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/cat.jpg"},
        "policies": {"identity": [{"Version": "2012-10-17", "Statement": [
            {"Sid": "Reads", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:*", "Resource": "*",
             "Condition": {"StringEquals": {"aws:Referer": "evil"}}}]}]},
        "expect": expect or {"decision": "allowed"},
    }


def write(tmp_path, value, name="cases.json"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_all_passed(polcheck, tmp_path):
    run = polcheck("test", write(tmp_path, [case(), case("again")]))
    assert run.status == 0
    assert run.err == ""
    assert run.out.startswith("2 cases in 1 file: 2 passed, 0 failed (")


def test_one_case_alone(polcheck, tmp_path):
    assert polcheck("test", write(tmp_path, case())).status == 0
    assert polcheck("test", "-", input=json.dumps(case())).status == 0


@pytest.mark.parametrize("expect", [
    {"decision": "allowed"},
    {"statements": ["Reads"]},
    {"missingContext": ["AWS:REFERER"]},
    {"blockedBy": []},
    {"decision": "allowed", "statements": ["Reads", "Reads"], "blockedBy": [], "missingContext": ["aws:referer"]},
])
def test_expectations_that_hold(polcheck, tmp_path, expect):
    run = polcheck("test", write(tmp_path, case(**expect)))
    assert run.status == 0, run


@pytest.mark.parametrize("expect, said", [
    ({"decision": "implicitDeny"}, "decision: expected implicitDeny, got allowed"),
    ({"decision": "explicitDeny"}, "decision: expected explicitDeny, got allowed"),
    ({"statements": []}, "statements: expected [], got [Reads]"),
    ({"statements": ["reads"]}, "statements: expected [reads], got [Reads]"),
    ({"statements": ["Reads", "#1"]}, "statements: expected [Reads, #1], got [Reads]"),
    ({"missingContext": []}, "missingContext: expected [], got [aws:Referer]"),
    ({"blockedBy": ["scp"]}, "blockedBy: expected [scp], got []"),
    ({"error": "POL0801"}, "error: expected POL0801, got the decision allowed"),
])
def test_expectations_that_do_not_hold(polcheck, tmp_path, expect, said):
    run = polcheck("test", write(tmp_path, case(**expect)))
    assert run.status == 1
    assert f"FAILED {tmp_path / 'cases.json'}:1:1: reads" in run.out
    assert said in run.out
    assert "0 passed, 1 failed" in run.out


def broken(**request):
    made = case(error="POL0000")
    made["request"].update(request)
    return made


@pytest.mark.parametrize("request_part, code", [
    ({"principal": "alice"}, "POL0801"), ({"action": "Get"}, "POL0802"), ({"resource": "x"}, "POL0803"),
    ({"resourceAccount": "1"}, "POL0804"), ({"context": {"a": []}, "contxt": {}}, "POL0800"),
    ({"context": {"aws:username": "bob"}}, "POL0807")])
def test_expected_errors(polcheck, tmp_path, request_part, code):
    made = broken(**request_part)
    made["expect"] = {"error": code}
    assert polcheck("test", write(tmp_path, made)).status == 0
    made["expect"] = {"error": "POL0502"}
    run = polcheck("test", write(tmp_path, made))
    assert run.status == 1
    assert code in run.out
    made["expect"] = {"decision": "implicitDeny"}
    assert polcheck("test", write(tmp_path, made)).status == 1


def test_expected_error_of_a_policy(polcheck, tmp_path):
    made = case(error="POL0302")
    made["policies"]["identity"][0]["Statement"][0]["Effect"] = "allow"
    assert polcheck("test", write(tmp_path, made)).status == 0


def test_warnings_do_not_fail(polcheck, tmp_path):
    made = case()
    made["policies"]["identity"][0]["Statement"][1]["Action"] = []
    made["expect"] = {"decision": "allowed"}
    run = polcheck("test", write(tmp_path, made))
    assert (run.status, run.err) == (0, "")


@pytest.mark.parametrize("change, code", [
    ({"expect": {}}, "POL0810"),
    ({"expect": None}, "POL0811"),
    ({"expect": {"decison": "allowed"}}, "POL0800"),
    ({"expect": {"decision": "allow"}}, "POL0811"),
    ({"expect": {"decision": True}}, "POL0811"),
    ({"expect": {"blockedBy": "scp"}}, "POL0811"),
    ({"expect": {"blockedBy": ["identiy"]}}, "POL0811"),
    ({"expect": {"statements": [0]}}, "POL0811"),
    ({"expect": {"error": "POL9999"}}, "POL0811"),
    ({"expect": {"error": True}}, "POL0811"),
    ({"expect": {"error": "POL0801", "decision": "implicitDeny"}}, "POL0811"),
    ({"name": 5}, "POL0800"),
    ({"polices": {}}, "POL0800"),
])
def test_malformed_cases_fail_whatever_they_expect(polcheck, tmp_path, change, code):
    run = polcheck("test", write(tmp_path, [{**case(), **change}, case("good")]))
    assert run.status == 1
    assert code in run.out
    assert "1 passed, 1 failed" in run.out


def test_no_expectation(polcheck, tmp_path):
    made = case()
    del made["expect"]
    run = polcheck("test", write(tmp_path, made))
    assert run.status == 1
    assert "POL0810" in run.out


def test_no_request(polcheck, tmp_path):
    made = case()
    del made["request"]
    assert polcheck("test", write(tmp_path, made)).status == 1


def test_comment_is_allowed(polcheck, tmp_path):
    assert polcheck("test", write(tmp_path, {**case(), "comment": "why"})).status == 0


def test_folders(polcheck, tmp_path):
    write(tmp_path, case("one"), "all/b/one.json")
    write(tmp_path, case("two"), "all/a.json")
    write(tmp_path, "\n" + json.dumps(case("three")) + "\n\n" + json.dumps(case("four")), "all/c.ndjson")
    write(tmp_path, "not a case", "all/notes.txt")
    run = polcheck("test", "--json", tmp_path / "all")
    assert run.status == 0
    assert [line["name"] for line in run.lines()] == ["two", "one", "three", "four"]


def test_lines_of_ndjson_are_numbered(polcheck, tmp_path):
    text = "\n" + json.dumps(case("bad", decision="implicitDeny")) + "\n{\n" + json.dumps(case("good")) + "\n"
    path = write(tmp_path, text, "cases.ndjson")
    run = polcheck("test", path)
    assert run.status == 2
    assert f"{path}:2:1: bad" in run.out
    assert f"{path}:3:2: error:" in run.err
    assert "1 passed, 1 failed" in run.out
    [answer] = [line["actual"] for line in polcheck("test", "--json", path).lines() if line["name"] == "bad"]
    assert answer["matchedStatements"][0]["line"] == 2


def test_lines_named_in_messages_count_from_the_start_of_the_file(polcheck, tmp_path):
    made = case()
    made["policies"]["identity"][0]["Statement"][1]["Sid"] = "Reads"
    run = polcheck("test", write(tmp_path, f"\n\n{json.dumps(made)}\n", "cases.ndjson"))
    assert run.status == 1
    assert "is that of the statement at line 3 already [POL0311]" in run.out


def test_members_for_people_say_nothing_to_the_program(polcheck, tmp_path):
    remarks = {"comment": "c", "description": ["d"], "id": 7, "source": {"suite": "s"}, "tags": None}
    assert polcheck("test", write(tmp_path, {**case(), **remarks})).status == 0
    run = polcheck("test", write(tmp_path, {**case(), "describtion": "d"}))
    assert run.status == 1 and 'a case has no member "describtion"' in run.out


def test_a_missing_key_is_told_once_whatever_its_case(polcheck, tmp_path):
    made = case()
    made["policies"]["identity"][0]["Statement"] = [
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Null": {key: "false"}}}
        for key in ("aws:ResourceTag/\u00c9tape", "aws:resourcetag/\u00e9TAPE")]
    [line] = polcheck("test", "--json", write(tmp_path, made)).lines()
    assert line["actual"]["missingContext"] == ["aws:ResourceTag/\u00c9tape"]


def test_a_request_of_a_case_has_no_id(polcheck, tmp_path):
    made = case()
    made["request"]["id"] = 7
    run = polcheck("test", write(tmp_path, made))
    assert 'a request has no member "id"' in run.out and "did you mean" not in run.out


def test_null_is_what_a_program_does_not_know(polcheck, tmp_path):
    made = case()
    made["request"] |= {"context": None, "resourceAccount": None}
    assert polcheck("test", write(tmp_path, made)).status == 0
    made["request"]["action"] = None
    assert '"action" is null, not a string' in polcheck("test", write(tmp_path, made)).out


def test_a_result_is_one_line_to_every_reader(polcheck, tmp_path):
    name = "a\u0085b\u2028c\u2029d\u000be\u001cf"
    run = polcheck("test", "--json", write(tmp_path, case(name)))
    [line] = run.out.splitlines()
    assert json.loads(line)["name"] == name


@pytest.mark.parametrize("content, code", [
    ("", "POL0106"), ("[", "POL0100"), ("[]", "POL0800"), ("\x01\x02", "POL0100")])
def test_files_that_cannot_be_read(polcheck, tmp_path, content, code):
    bad = write(tmp_path, content, "bad.json")
    good = write(tmp_path, case(), "good.json")
    run = polcheck("test", bad, good)
    assert run.status == 2
    assert code in run.err
    assert "1 passed, 0 failed, 1 file not readable" in run.out


@pytest.mark.parametrize("there, twice", [
    ('"Effect": "Deny"', '"Effect": "Allow", "Effect": "Deny"'),
    ('"action": "s3:GetObject"', '"action": "s3:PutObject", "action": "s3:GetObject"'),
    ('"request"', '"name": "bad", "request"'),
    ('"decision": "allowed"', '"decision": "implicitDeny", "decision": "allowed"')])
def test_a_key_twice_fails_its_case_alone(polcheck, tmp_path, there, twice):
    bad = json.dumps(case("bad")).replace(there, twice)
    path = write(tmp_path, f"[{bad}, {json.dumps(case('good'))}]")
    run = polcheck("test", "--json", path)
    assert run.status == 1
    assert [line["passed"] for line in run.lines()] == [False, True]
    assert run.lines()[0]["actual"]["error"]["code"] == "POL0101"


def test_a_key_twice_is_an_error_to_expect(polcheck, tmp_path):
    bad = json.dumps(case(error="POL0101")).replace('"Effect": "Deny"', '"Effect": "Allow", "Effect": "Deny"')
    assert polcheck("test", write(tmp_path, bad)).status == 0
    of_case = json.dumps(case(error="POL0101")).replace('"request"', '"name": "reads", "request"')
    assert polcheck("test", write(tmp_path, of_case)).status == 1


def test_missing_file(polcheck, tmp_path):
    run = polcheck("test", "nosuch.json", write(tmp_path, case()))
    assert run.status == 2
    assert "POL0001" in run.err


def test_empty_folder(polcheck, tmp_path):
    (tmp_path / "empty").mkdir()
    run = polcheck("test", "empty")
    assert run.status == 2
    assert "POL0003" in run.err


def test_nothing_named(polcheck):
    run = polcheck("test")
    assert run.status == 2
    assert "POL0950" in run.err


def test_json(polcheck, tmp_path):
    failing = case("fails", decision="implicitDeny")
    error = broken(action="x")
    run = polcheck("test", "--json", write(tmp_path, [case(), failing, error]))
    assert run.status == 1
    good, bad, third = run.lines()
    for line in (good, bad, third):
        explained = ["explanation"] if line is bad else []  # what failed without an answer has none
        assert list(line) == ["name", "file", "passed", "expected", "actual", "line", "column", *explained]
        assert line["file"] == str(tmp_path / "cases.json")
    assert (good["passed"], bad["passed"], third["passed"]) == (True, False, False)
    assert good["expected"] == {"decision": "allowed"}
    assert bad["actual"]["decision"] == "allowed"
    assert 'Allow "Reads" of the identity policy "identity[0]"' in bad["explanation"]
    assert set(third["actual"]) == {"error"}
    assert run.out == polcheck("test", "--format=json", tmp_path / "cases.json").out


def test_json_of_a_file_that_is_not_readable(polcheck, tmp_path):
    good = write(tmp_path, [case()])
    (tmp_path / "empty.json").write_text("", encoding="utf-8")
    run = polcheck("test", good, tmp_path / "empty.json", "--json")
    assert run.status == 2
    path = str(tmp_path / "empty.json")
    assert run.lines()[0]["passed"] is True
    error = {"code": "POL0106", "message": "expected a value, found an empty text"}
    assert run.lines()[1] == {"name": path, "file": path, "passed": False, "expected": None, "actual": {"error": error}}


NASTY = "a # SKIP <b> & \"c\" ' ]]> \x01 \u20ac # TODO\nnot ok 7"


def test_tap(polcheck, tmp_path):
    run = polcheck("test", "--format", "tap", write(tmp_path, [case(), case(NASTY), case("bad", blockedBy=["scp"])]))
    assert run.status == 1
    lines = run.out.splitlines()
    assert lines[0].startswith("ok 1 - ")
    assert lines[1].startswith("ok 2 - ")
    assert lines[2].startswith("not ok 3 - ")
    assert "#" not in lines[0] + lines[1] + lines[2]
    assert lines[3] == "# blockedBy: expected [scp], got []"
    assert lines[-1] == "1..3"
    assert all(line.startswith("# ") for line in lines[3:-1])


def test_tap_of_a_file_that_cannot_be_read(polcheck, tmp_path):
    run = polcheck("test", "--format", "tap", write(tmp_path, "{", "bad.json"), write(tmp_path, case()))
    assert run.status == 2
    assert run.out.splitlines()[0] == f"not ok 1 - {tmp_path / 'bad.json'}: cannot be read"
    assert run.out.splitlines()[-1] == "1..2"


def test_junit(polcheck, tmp_path):
    bad = case(NASTY, decision="implicitDeny")
    run = polcheck("test", "--format", "junit", write(tmp_path, [case(), bad]), write(tmp_path, "{", "x.json"))
    assert run.status == 2
    root = xml.etree.ElementTree.fromstring(run.out.encode())
    assert root.tag == "testsuites"
    first, second = root.findall("testsuite")
    assert (first.get("tests"), first.get("failures")) == ("2", "1")
    good, failed = first.findall("testcase")
    assert good.get("name") == "reads" and good.find("failure") is None
    assert failed.get("name") == NASTY.replace("\x01", "\ufffd")
    assert failed.find("failure").get("message") == "decision: expected implicitDeny, got allowed"
    assert (second.get("tests"), second.get("failures")) == ("1", "1")


@pytest.mark.parametrize("arguments, said", [
    (["--format", "xml"], "people, json, tap, junit or github"), (["--format", "jnuit"], 'did you mean "junit"?'),
    (["--format", "tap", "--json"], "contradict each other"), (["--formt", "tap"], 'did you mean "--format"?')])
def test_wrong_options(polcheck, tmp_path, arguments, said):
    run = polcheck("test", *arguments, write(tmp_path, case()))
    assert run.status == 2
    assert run.out == ""
    assert said in run.err


def test_without_index(polcheck, tmp_path):
    assert polcheck("test", "--no-index", write(tmp_path, [case(), case("x", statements=["Reads"])])).status == 0


def policies_case(policies, decision, request=None):
    made = case(decision=decision)
    made["policies"].update(policies)
    made["request"].update(request or {})
    return made


ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
NONE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}


@pytest.mark.parametrize("policies, decision", [
    ({"boundary": []}, "implicitDeny"), ({"boundary": [ALL]}, "allowed"), ({"boundary": [NONE, ALL]}, "allowed"),
    ({"scp": []}, "allowed"), ({"scp": [[]]}, "implicitDeny"), ({"scp": [[ALL], [ALL]]}, "allowed"),
    ({"scp": [[ALL], [NONE]]}, "implicitDeny"), ({"scp": [[NONE, ALL]]}, "allowed"),
    ({"rcp": []}, "allowed"), ({"rcp": [[]]}, "allowed"), ({"rcp": [[], []]}, "allowed"),
    ({"endpoint": []}, "implicitDeny"), ({"resource": []}, "allowed"),
    ({"identity": []}, "implicitDeny"),
])
def test_absent_and_empty(polcheck, tmp_path, policies, decision):
    run = polcheck("test", write(tmp_path, policies_case(policies, decision)))
    assert run.status == 0, run
