# SPDX-License-Identifier: Apache-2.0
"""polcheck eval: one question from options or a case; exit statuses; stores that are none."""

import json
import os
import resource
import subprocess

import pytest

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
PHOTO = "arn:aws:s3:::photos/cat.jpg"

IDENTITY = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Reads", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::photos/*"},
    {"Effect": "Deny", "Action": "s3:GetSecret", "Resource": "*"},
    {"Sid": "Team", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*",
     "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}},
    {"Sid": "Late", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*",
     "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}}]}
MANIFEST = {"polcheck": 1, "users": [{"arn": ALICE, "policies": ["alice.json"]}]}


@pytest.fixture
def store(polcheck, tmp_path):
    (tmp_path / "alice.json").write_text(json.dumps(IDENTITY, indent=2), encoding="utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    run = polcheck("compile", "manifest.json", "-o", "store")
    assert run.status == 0, run
    return tmp_path / "store"


def question(store, action="s3:GetObject", resource=PHOTO, principal=ALICE):
    return ["eval", "--store", store, "--principal", principal, "--action", action, "--resource", resource]


def test_allowed_is_0(polcheck, store):
    run = polcheck(*question(store), "--json")
    assert run.status == 0
    assert run.err == ""
    answer = run.json()
    assert answer["decision"] == "allowed"
    assert answer["action"] == "s3:GetObject"
    assert answer["resource"] == PHOTO
    assert answer["principal"] == ALICE
    assert answer["blockedBy"] == []
    assert answer["missingContext"] == []
    assert "primary" not in answer and "message" not in answer
    [statement] = answer["matchedStatements"]
    assert statement["sid"] == "Reads"
    assert statement["effect"] == "Allow"
    assert statement["type"] == "identity"
    assert statement["file"].endswith("alice.json")
    assert (statement["line"], statement["column"]) == (4, 5)


def test_implicit_deny_is_1(polcheck, store):
    run = polcheck(*question(store, "s3:DeleteObject"), "--json")
    assert run.status == 1
    answer = run.json()
    assert answer["decision"] == "implicitDeny"
    assert answer["matchedStatements"] == []
    assert answer["primary"] == "identity"
    sentence = (f"User: {ALICE} is not authorized to perform: s3:DeleteObject on resource: {PHOTO} "
                "because no identity-based policy allows the s3:DeleteObject action")
    assert answer["message"] == sentence
    assert f"  as AWS would say: {sentence}\n" in polcheck(*question(store, "s3:DeleteObject")).out


def test_explicit_deny_is_1(polcheck, store):
    run = polcheck(*question(store, "s3:GetSecret"), "--json")
    assert run.status == 1
    answer = run.json()
    assert answer["decision"] == "explicitDeny"
    assert [s["sid"] for s in answer["matchedStatements"]] == ["#1"]
    assert answer["matchedStatements"][0]["effect"] == "Deny"


def test_owner_is_assumed_and_said(polcheck, store):
    assert polcheck(*question(store), "--json").json()["assumed"] == ["resourceAccount"]
    told = polcheck(*question(store), "--json", "--resource-account", ACCOUNT).json()
    assert "assumed" not in told
    assert "assumed" in polcheck(*question(store)).out


def test_text_says_the_decision_first(polcheck, store):
    run = polcheck(*question(store, "s3:GetSecret"))
    assert run.status == 1
    assert run.out.startswith("explicitDeny: s3:GetSecret")
    assert "denied by #1 of the identity policy" in run.out
    assert "alice.json:" in run.out


def test_missing_context_is_told(polcheck, store):
    run = polcheck(*question(store, "s3:ListBucket", "arn:aws:s3:::photos"), "--json")
    assert run.status == 1
    assert run.json()["missingContext"] == ["aws:TagKeys"]
    assert "aws:TagKeys" in polcheck(*question(store, "s3:ListBucket", "arn:aws:s3:::photos")).out


def test_typed_context(polcheck, store):
    asked = question(store, "s3:ListBucket", "arn:aws:s3:::photos")
    assert polcheck(*asked, "--context-json", '{"aws:TagKeys": ["stage", "team"]}').status == 0
    assert polcheck(*asked, "--context-json", '{"aws:TagKeys": []}').status == 1
    (store.parent / "context.json").write_text('{"aws:TagKeys": ["team"]}', encoding="utf-8")
    assert polcheck(*asked, "--context-json", "@context.json").status == 0


def test_value_of_context_may_hold_equals(polcheck, store):
    run = polcheck(*question(store), "--context", "aws:UserAgent=a=b", "--context=aws:referer=x")
    assert run.status == 0, run


def test_now_fixes_the_clock(polcheck, store):
    asked = question(store, "s3:PutObject")
    assert polcheck(*asked, "--now", "2031-05-01T00:00:00Z").status == 0
    assert polcheck(*asked, "--now", "2029-05-01T00:00:00Z").status == 1
    assert polcheck(*asked, "--now", "1900000000").status == 0


def test_without_index_the_same(polcheck, store):
    assert polcheck(*question(store), "--json", "--no-index").json() == polcheck(*question(store), "--json").json()


def test_principal_as_an_object(polcheck, store):
    run = polcheck(*question(store, principal=json.dumps({"arn": ALICE, "tags": {"team": "x"}})))
    assert run.status == 0


# a Deny that names the user denies its federated users, whether by ARN or by id.
@pytest.mark.parametrize("extra", [[], ["--no-index"]])
@pytest.mark.parametrize("named, decision", [
    (ALICE, "explicitDeny"), ("AIDAALICE", "explicitDeny"), ("AIDASOMEBODYELSE", "allowed")])
def test_a_federated_user_is_denied_as_the_user(polcheck, tmp_path, extra, named, decision):
    joe = f"arn:aws:sts::{ACCOUNT}:federated-user/joe"
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": effect, "Principal": {"AWS": principal}, "Action": "s3:GetObject", "Resource": PHOTO}
        for effect, principal in (("Allow", joe), ("Deny", named))]}
    (tmp_path / "m.json").write_text(json.dumps({
        "polcheck": 1, "users": [{"arn": ALICE, "id": "AIDAALICE"}],
        "resources": [{"arn": "arn:aws:s3:::photos", "account": ACCOUNT, "policy": policy}]}), encoding="utf-8")
    assert polcheck("compile", "m.json", "-o", "store").status == 0
    caller = json.dumps({"arn": joe, "parent": ALICE})
    assert polcheck(*question("store", principal=caller), "--json", *extra).json()["decision"] == decision


def test_anonymous_need_not_be_known(polcheck, store):
    assert polcheck(*question(store, principal="*")).status == 1


@pytest.mark.parametrize("change, code", [
    ({"principal": f"arn:aws:iam::{ACCOUNT}:user/nobody"}, "POL0808"),
    ({"principal": "alice"}, "POL0801"),
    ({"principal": f"arn:aws:iam::{ACCOUNT}:group/staff"}, "POL0801"),
    ({"principal": ""}, "POL0801"),
    ({"principal": "{"}, "POL0100"),
    ({"principal": '{"arn": "*", "role": "x"}'}, "POL0801"),
    ({"action": "GetObject"}, "POL0802"),
    ({"action": "s3:Get*"}, "POL0802"),
    ({"action": ":Get"}, "POL0802"),
    ({"resource": "photos/cat.jpg"}, "POL0803"),
    ({"resource": "arn:aws:s3"}, "POL0803"),
])
def test_questions_that_cannot_be_asked(polcheck, store, change, code):
    run = polcheck(*question(store, **change))
    assert run.status == 2
    assert run.out == ""
    assert code in run.err


@pytest.mark.parametrize("arguments, code", [
    (["--context", "novalue"], "POL0950"),
    (["--context", "=value"], "POL0805"),
    (["--context", "aws:referer=a", "--context", "AWS:Referer=b"], "POL0806"),
    (["--context-json", "[]"], "POL0805"),
    (["--context-json", '{"a:b": {"c": 1}}'], "POL0805"),
    (["--context-json", '{"a:b": [[1]]}'], "POL0805"),
    (["--context-json", "@nosuch.json"], "POL0001"),
    (["--context", "aws:username=bob"], "POL0807"),
    (["--resource-account", "12"], "POL0804"),
    (["--now", "yesterday"], "POL0950"),
    (["--now", "1795745791556"], "POL0950"),  # milliseconds
    (["--now", "9999-12-31T23:59:59-01:00"], "POL0950"),
    (["--now", "1969-12-31T23:59:59Z"], "POL0950"),
    (["--princpal", "x"], "POL0950"),
    (["--principal", "*"], "POL0950"),
    (["operand"], "POL0950"),
    (["--color", "sometimes"], "POL0950"),
    (["--case", "case.json"], "POL0950"),
    (["--batch"], "POL0950"),
])
def test_wrong_options(polcheck, store, arguments, code):
    run = polcheck(*question(store), *arguments)
    assert run.status == 2
    assert run.out == ""
    assert code in run.err


@pytest.mark.parametrize("missing", ["--store", "--principal", "--action", "--resource"])
def test_what_a_question_needs(polcheck, store, missing):
    words = question(store)
    place = words.index(missing)
    run = polcheck(*words[:place], *words[place + 2:])
    assert run.status == 2
    assert f'"{missing}" is missing' in run.err


def test_errors_as_json(polcheck, store):
    run = polcheck(*question(store, principal="alice"), "--json")
    assert run.status == 2
    assert run.out == ""
    assert json.loads(run.err)["code"] == "POL0801"


# Stores that are none ---------------------------------------------------------------------------------


def test_no_store(polcheck, tmp_path):
    run = polcheck(*question(tmp_path / "nosuch"))
    assert run.status == 2
    assert "POL0900" in run.err
    assert not (tmp_path / "nosuch").exists()


def test_folder_that_is_no_store(polcheck, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("dear")
    run = polcheck(*question(tmp_path / "letters"))
    assert run.status == 2
    assert "POL0905" in run.err or "POL0900" in run.err
    assert os.listdir(tmp_path / "letters") == ["letter.txt"]


def test_store_of_another_version(polcheck, store):
    data = bytearray((store / "data.mdb").read_bytes())
    for head in (0, 4096):  # LMDB's two heads: page header 16 bytes, magic 4, version 4
        data[head + 20] = 9
    (store / "data.mdb").write_bytes(data)
    run = polcheck(*question(store))
    assert run.status == 2
    assert "POL0901" in run.err


@pytest.mark.parametrize("kept", [0, 1, 100, 4096, 8192, 12288, 20480])
def test_truncated_store(polcheck, store, kept):
    data = (store / "data.mdb").read_bytes()
    (store / "data.mdb").write_bytes(data[:kept])
    run = polcheck(*question(store))
    assert run.status == 2
    assert run.out == ""
    assert "POL090" in run.err


def test_rubbish_store(polcheck, store):
    (store / "data.mdb").write_bytes(b"rubbish" * 4096)
    run = polcheck(*question(store))
    assert run.status == 2
    assert "POL090" in run.err


def test_no_changed_byte_allows(polcheck, store):
    """A damaged store ends in an error or changes nothing; it never turns a no into a yes."""
    data = (store / "data.mdb").read_bytes()
    damaged = 0
    for place in range(0, len(data), max(1, len(data) // 60)):
        changed = bytearray(data)
        changed[place] ^= 0x41
        (store / "data.mdb").write_bytes(changed)
        run = polcheck(*question(store, "s3:DeleteObject"))
        assert run.status in (1, 2), (place, run)
        damaged += run.status == 2
    assert damaged > 0


# Cases ----------------------------------------------------------------------------------------------------


CASE = {
    "name": "the boundary limits",
    "request": {"principal": ALICE, "action": "s3:GetObject", "resource": PHOTO, "resourceAccount": ACCOUNT},
    "policies": {"identity": [{"name": "reads", "document": {"Version": "2012-10-17", "Statement": [
        {"Sid": "Reads", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}}],
        "boundary": []},
    "expect": {"decision": "implicitDeny"},
}


def write_case(tmp_path, value, name="case.json"):
    (tmp_path / name).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return name


def test_case(polcheck, tmp_path):
    run = polcheck("eval", "--case", write_case(tmp_path, CASE), "--json")
    assert run.status == 1
    answer = run.json()
    assert answer["decision"] == "implicitDeny"
    assert answer["blockedBy"] == ["boundary"]
    assert answer["primary"] == "boundary"


def test_absent_is_not_empty(polcheck, tmp_path):
    case = json.loads(json.dumps(CASE))
    del case["policies"]["boundary"]
    run = polcheck("eval", "--case", write_case(tmp_path, case), "--json")
    assert run.status == 0
    assert run.json()["matchedStatements"][0]["policy"] == "reads"


def test_case_needs_no_expectation(polcheck, tmp_path):
    case = {key: value for key, value in CASE.items() if key in ("request", "policies")}
    assert polcheck("eval", "--case", write_case(tmp_path, [case])).status == 1


def test_refused_whatever_the_policies_say(polcheck, tmp_path):
    root = {"principal": f"arn:aws:iam::{ACCOUNT}:root", "action": "sts:AssumeRole",
            "resource": f"arn:aws:iam::{ACCOUNT}:role/deploy"}
    case = write_case(tmp_path, {"request": root})
    assert "AWS refuses it whatever the policies say" in polcheck("eval", "--case", case).out
    assert "primary" not in polcheck("eval", "--case", case, "--json").json()


def test_case_from_standard_input(polcheck):
    run = polcheck("eval", "--case", "-", input=json.dumps(CASE))
    assert run.status == 1


def test_file_of_several_cases_belongs_to_test(polcheck, tmp_path):
    run = polcheck("eval", "--case", write_case(tmp_path, [CASE, CASE]))
    assert run.status == 2
    assert "2 cases" in run.err
    assert "polcheck test" in run.err


@pytest.mark.parametrize("path, value, code", [
    (["expect"], 5, "POL0811"),
    (["expect", "decision"], "Allowed", "POL0811"),
    (["expect", "foo"], 1, "POL0800"),
    (["request", "principle"], "x", "POL0800"),
    (["request", "principal"], 5, "POL0801"),
    (["request", "principal"], {"arn": ALICE, "parent": ALICE}, "POL0801"),
    (["request", "principal"], {"arn": ALICE, "federated": "x"}, "POL0801"),
    (["request", "principal"], {"arn": ALICE, "tag": {}}, "POL0800"),
    (["request", "principal"], {"arn": ALICE, "tags": {"a": 1}}, "POL0801"),
    (["request", "action"], None, "POL0802"),
    (["request", "resource"], ["*"], "POL0803"),
    (["request", "resourceAccount"], 111122223333, "POL0804"),
    (["request", "context"], [], "POL0805"),
    (["request", "context"], {"a:b": "1", "A:B": "2"}, "POL0806"),
    (["request", "context"], {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/bob"}, "POL0807"),
    (["request", "id"], "x", "POL0800"),
    (["policies", "identities"], [], "POL0800"),
    (["policies", "identity"], {}, "POL0800"),
    (["policies", "scp"], [{}], "POL0800"),
    (["policies", "identity"], [{"document": {}, "nam": "x"}], "POL0800"),
    (["policies", "identity"], [{"Version": "2012-10-17"}], "POL0205"),
    (["policies"], [], "POL0800"),
    (["request"], None, "POL0800"),
    (["expct"], {}, "POL0800"),
])
def test_malformed_cases(polcheck, tmp_path, path, value, code):
    case = json.loads(json.dumps(CASE))
    part = case
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    run = polcheck("eval", "--case", write_case(tmp_path, case))
    assert run.status == 2
    assert run.out == ""
    assert code in run.err
    assert "case.json:1:" in run.err


@pytest.mark.parametrize("words", [
    ["--json", "--bogus"], ["--bogus", "--json"], ["--json", "--store"], ["--json", "--store", "a", "--store", "b"],
    ["--json", "--color=x"], ["--json", "operand"],
])
def test_wrong_options_as_json(polcheck, words):
    run = polcheck("eval", *words)
    assert run.status == 2 and json.loads(run.err)["code"] == "POL0950"


def test_null_in_the_context_is_absent(polcheck, tmp_path):
    case = json.loads(json.dumps(CASE))
    del case["policies"]["boundary"]
    statement = case["policies"]["identity"][0]["document"]["Statement"][0]
    statement["Condition"] = {"Null": {"aws:PrincipalArn": "true"}}
    assert polcheck("eval", "--case", write_case(tmp_path, case)).status == 1
    case["request"]["context"] = {"aws:PrincipalArn": None}
    assert polcheck("eval", "--case", write_case(tmp_path, case)).status == 0


@pytest.mark.parametrize("given, meant", [("1e3", "1000"), ("1.50E+2", "150"), ("25e-1", "2.5"), ("-3e0", "-3"),
                                          ("0e5", "0"), ("7", "7"), ("5e-3", "0.005")])
def test_numbers_lose_their_exponent(polcheck, tmp_path, given, meant):
    case = json.loads(json.dumps(CASE))
    del case["policies"]["boundary"]
    statement = case["policies"]["identity"][0]["document"]["Statement"][0]
    statement["Condition"] = {"StringEquals": {"x:n": meant}}
    case["request"]["context"] = {"x:n": "GIVEN"}
    run = polcheck("eval", "--case", write_case(tmp_path, json.dumps(case).replace('"GIVEN"', given)))
    assert run.status == 0, run


@pytest.mark.parametrize("text, code", [
    ("", "POL0106"), ("{", "POL0100"), ("[]", "POL0800"), ("5", "POL0800"), ('"x"', "POL0800"), ("\x00", "POL0100")])
def test_rubbish_cases(polcheck, tmp_path, text, code):
    run = polcheck("eval", "--case", write_case(tmp_path, text))
    assert run.status == 2
    assert run.out == ""
    assert code in run.err


def test_input_cannot_draw_on_the_terminal(polcheck, tmp_path):
    case = json.loads(json.dumps(CASE))
    del case["policies"]["boundary"]
    case["policies"]["identity"][0]["name"] = "\x1b[2Jgone"
    run = polcheck("eval", "--case", write_case(tmp_path, case))
    assert run.status == 0
    assert "\x1b" not in run.out


# Output ----------------------------------------------------------------------------------------------------


def test_closed_standard_output(store):
    words = [os.environ["POLCHECK"], *map(str, question(store))]
    done = subprocess.run(["sh", "-c", '"$@" >&-', "sh", *words], stderr=subprocess.PIPE, encoding="utf-8",
                          timeout=60, check=False)
    assert done.returncode == 2
    assert "POL0005" in done.stderr


def test_closed_streams_that_cannot_be_opened(store):
    """No file of ours may take their place: what is said would be written into it."""
    def close_all_but_the_output():
        os.close(0)
        os.close(2)
        resource.setrlimit(resource.RLIMIT_NOFILE, (1, 1))
    done = subprocess.run([os.environ["POLCHECK"], "version"], stdout=subprocess.PIPE, close_fds=False, timeout=60, check=False,
                          preexec_fn=close_all_but_the_output)
    assert (done.returncode, done.stdout) == (2, b"")


def test_full_standard_output(store):
    with open("/dev/full", "w") as full:
        done = subprocess.run([os.environ["POLCHECK"], *map(str, question(store))], stdout=full,
                              stderr=subprocess.PIPE, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr


def test_colours_only_when_wanted(polcheck, store):
    assert "\x1b[" not in polcheck(*question(store), env={"NO_COLOR": ""}).out
    assert "\x1b[" in polcheck(*question(store), "--color=always").out
    assert "\x1b[" in polcheck("--color=always", *question(store)).out
    assert "\x1b[" not in polcheck(*question(store), "--color=never").out
    assert "\x1b[" in polcheck(*question(store, principal="x"), "--color=always").err
