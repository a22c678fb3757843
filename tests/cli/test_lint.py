# SPDX-License-Identifier: Apache-2.0
"""polcheck lint: what it reads, how findings are told, what is suppressed, and its exit status (CONTRACT.md 7).

What the checks of src/lint find is tested beside them. Here stand errors of reading and compiling, and with --only
a warning of them, so that further checks change nothing.
"""

import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools"))
import rules_corpus  # noqa: E402

A = "111122223333"
ROLE = f"arn:aws:iam::{A}:role/app"
GOOD = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Reads", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/cat.jpg"}]}
OLD = "POL0511" # a variable in a document without Version 2012-10-17: a warning
WARNED = {"Statement": [
    {"Sid": "Reads", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/${aws:username}"}]}
QUIET = ["--only", OLD] # beside it errors of reading alone
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": A}, "Action": ["sts:AssumeRole", "sts:TagSession"]}]}
KEY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": A}, "Action": "kms:*", "Resource": "*"}]}
BUCKET = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": A}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}]}


def changed(policy, **members):
    """The policy with its first statement changed."""
    policy = copy.deepcopy(policy)
    policy["Statement"][0].update(members)
    return policy


@pytest.fixture
def write(tmp_path):
    """Writes files below the test's folder: JSON, or text as it is."""

    def one(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return name

    return one


@pytest.fixture
def lint(polcheck):
    """Runs the command for programs: status and findings."""

    def one(*arguments, **how):
        run = polcheck("lint", "--json", *QUIET, *arguments, **how)
        run.findings = run.lines()
        run.codes = [finding["code"] for finding in run.findings]
        return run

    return one


# What is read ------------------------------------------------------------------------------------------


def types(run):
    """What -v tells: (place, type, guessed, name, holder)."""
    return {("{file}:{line}:{column}".format(**told), told["type"], told["guessed"], told["policy"], told.get("holder", ""))
            for told in map(json.loads, run.err.splitlines()) if "policy" in told}


@pytest.mark.parametrize("policy, kind", [(GOOD, "identity"), (TRUST, "trust"), (KEY, "key"), (BUCKET, "resource")])
def test_a_bare_policy_tells_its_type(lint, write, policy, kind):
    run = lint(write("a.json", policy), "-v")
    assert (run.status, run.out) == (0, "")
    assert types(run) == {("a.json:1:1", kind, True, "a", "")}


@pytest.mark.parametrize("kind", ["identity", "boundary", "session", "resource", "trust", "key", "scp", "rcp", "endpoint"])
def test_each_type_can_be_said(lint, write, kind):
    run = lint(write("a.json", GOOD), "-v", "--type", kind)
    assert types(run) == {("a.json:1:1", kind, False, "a", "")}
    # A Principal is what tells them apart, and RCPs deny only.
    needs = kind in ("resource", "trust", "key", "rcp", "endpoint")
    assert (run.status == 1) == needs and bool(run.codes) == needs
    assert all(finding["type"] == kind for finding in run.findings)


def dump_of_account(encode):
    """What get-account-authorization-details prints; encode: of each document."""
    policy = "arn:aws:iam::aws:policy/Shared"
    role = {"Path": "/", "RoleName": "app", "Arn": ROLE, "RoleId": "AROAEXAMPLE", "InstanceProfileList": [], "Tags": [],
            "AssumeRolePolicyDocument": encode(TRUST),
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": encode(WARNED)}],
            "AttachedManagedPolicies": [{"PolicyName": "Shared", "PolicyArn": policy}]}
    other = {**role, "RoleName": "app2", "Arn": ROLE + "2", "RolePolicyList": []}
    return {"RoleDetailList": [role, other], "UserDetailList": [], "GroupDetailList": [], "Policies": [
        {"PolicyName": "Shared", "Arn": policy, "DefaultVersionId": "v1", "PolicyVersionList": [
            {"VersionId": "v1", "IsDefaultVersion": True, "Document": encode(WARNED)}]}]}


def test_an_account(lint, write):
    """Each document once, however many roles have it, at its own place."""
    text = json.dumps(dump_of_account(lambda policy: policy), indent=1)
    run = lint(write("dump.json", text), "-v")
    lines = text.splitlines()
    places = [number for number, line in enumerate(lines, 1) if "${aws:username}" in line]
    assert run.codes == [OLD, OLD] and [finding["line"] for finding in run.findings] == places
    for finding in run.findings:
        assert lines[finding["line"] - 1][finding["column"] - 1:].startswith('"arn:aws:s3:::photos/${aws:username}"')
        assert finding["file"] == "dump.json" and finding["statement"] == "Reads" and finding["type"] == "identity"
    assert [finding["policy"] for finding in run.findings] == ["own", "Shared"]
    assert sorted((kind, name, holder) for _, kind, _, name, holder in types(run)) == [
        ("identity", "Shared", ""), ("identity", "own", ROLE),
        ("trust", "app trust policy", ROLE), ("trust", "app2 trust policy", ROLE + "2")]


def test_documents_in_strings(lint, write):
    """JSON in a string has places inside it; percent-encoded JSON is at the start of its string."""
    text = json.dumps(dump_of_account(json.dumps), indent=1)
    run = lint(write("dump.json", text))
    assert run.codes == [OLD, OLD]
    for finding in run.findings:
        assert text.splitlines()[finding["line"] - 1][finding["column"] - 1:].startswith('\\"arn:aws:s3:::photos/$')
        assert finding["statement"] == "Reads"
    text = json.dumps(dump_of_account(lambda policy: urllib.parse.quote(json.dumps(policy))), indent=1)
    run = lint(write("dump.json", text))
    assert run.codes == [OLD, OLD]
    for finding in run.findings:
        assert text.splitlines()[finding["line"] - 1][finding["column"] - 1:].startswith('"%7B')
        assert "statement" not in finding # all places are the same


SHAPES = [
    ({"Policy": json.dumps(BUCKET)}, "resource", "arn:aws:s3:::photos"),
    ({"Policy": json.dumps(KEY), "PolicyName": "default"}, "key", ""),
    ({"policyText": json.dumps(BUCKET)}, "resource", ""),
    ({"Attributes": {"QueueArn": f"arn:aws:sqs:eu-west-1:{A}:q", "Policy": json.dumps(BUCKET)}}, "resource",
     f"arn:aws:sqs:eu-west-1:{A}:q"),
    ({"Attributes": {"TopicArn": f"arn:aws:sns:eu-west-1:{A}:t", "Policy": json.dumps(BUCKET)}}, "resource",
     f"arn:aws:sns:eu-west-1:{A}:t"),
    ({"Policy": {"PolicySummary": {"Name": "guard", "Type": "SERVICE_CONTROL_POLICY"}, "Content": json.dumps(GOOD)}},
     "scp", ""),
    ({"PolicyVersion": {"Document": GOOD, "VersionId": "v1"}}, "identity", ""),
    ({"RoleName": "r", "PolicyName": "p", "PolicyDocument": GOOD}, "identity", ""),
    ({"polcheck": 1, "roles": [{"arn": ROLE, "policies": [GOOD]}]}, "identity", ROLE),
    ({"polcheck": 1, "roles": [{"arn": ROLE, "boundary": GOOD}]}, "boundary", ROLE),
    ({"polcheck": 1, "organization": {"levels": [{"id": "r-root", "scp": [GOOD]}]}}, "scp", ""),
    ({"polcheck": 1, "resources": [{"arn": f"arn:aws:kms:eu-west-1:{A}:key/k", "policy": KEY}]}, "key",
     f"arn:aws:kms:eu-west-1:{A}:key/k"),
]


@pytest.mark.parametrize("document, kind, holder", SHAPES)
def test_what_compile_reads_is_read(lint, write, document, kind, holder):
    run = lint(write("a.json", document), "-v")
    assert run.status == 0, run
    (told,) = types(run)
    assert (told[1], told[2], told[4]) == (kind, False, holder)


def test_a_reference_may_lead_out_of_the_input(lint, write):
    manifest = {"polcheck": 1, "roles": [{"arn": ROLE, "policies": ["arn:aws:iam::aws:policy/ReadOnlyAccess", WARNED]}]}
    run = lint(write("a.json", manifest))
    assert (run.status, run.codes) == (0, [OLD])


def test_a_policy_that_a_manifest_names_is_looked_at_once(lint, write):
    write("all/manifest.json", {"polcheck": 1, "roles": [{"arn": ROLE, "policies": ["p.json"], "boundary": "p.json"}]})
    write("all/p.json", WARNED)
    run = lint("all", "all/p.json", "-v")
    assert run.codes == [OLD] # of the two types that it has
    assert {kind for _, kind, *_ in types(run)} == {"identity", "boundary"}


def test_standard_input(lint):
    run = lint("-", input=json.dumps(WARNED))
    assert (run.status, run.codes, run.findings[0]["file"]) == (0, [OLD], "<stdin>")
    assert lint("-", input="").codes == ["POL0106"]


def test_one_broken_file_keeps_none_from_being_looked_at(lint, write):
    write("all/a.json", '{"Statement": [}')
    write("all/b.json", {"name": "a package", "version": "1"})
    write("all/c.json", changed(GOOD, Action="s3"))
    write("all/d.json", changed(GOOD, Condition={"StringEqualz": {"aws:username": "x"}}))
    write("all/e.json", changed(GOOD, Condition={"NumericEquals": {"s3:max-keys": "many"}}))
    write("all/f.json", WARNED)
    run = lint("all")
    assert run.status == 1
    by_file = {finding["file"][4]: finding["code"] for finding in run.findings}
    assert by_file == {"a": "POL0100", "b": "POL0700", "c": "POL0400", "d": "POL0501", "e": by_file["e"], "f": OLD}
    assert by_file["e"].startswith("POL05") # only compiling reads the value
    assert len(run.findings) == 6


def test_what_cannot_be_read_is_no_finding_and_no_success(lint, write):
    run = lint("nowhere.json", write("a.json", WARNED), "--fail-on", "never")
    assert (run.status, run.codes) == (2, [OLD])
    assert json.loads(run.err)["code"] == "POL0001"
    run = lint(write("m.json", {"polcheck": 1, "roles": [{"arn": ROLE, "policies": ["gone.json"]}]}))
    assert (run.status, json.loads(run.err.splitlines()[0])["code"]) == (2, "POL0001")


def test_an_empty_folder(lint, tmp_path):
    (tmp_path / "none").mkdir()
    run = lint("none")
    assert (run.status, run.out, json.loads(run.err)["code"]) == (2, "", "POL0003")


def test_no_policy_at_all_is_told(polcheck, write):
    run = polcheck("lint", write("a.json", {"Attributes": {"QueueArn": f"arn:aws:sqs:eu-west-1:{A}:q"}}))
    assert run.status == 0 and "[POL1323]" in run.out and run.out.endswith("\n0 policies, 1 warning\n")
    assert polcheck("lint", "a.json", "--fail-on", "warning").status == 1


# Severities and codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("least, of_warning, of_error", [
    ("error", 0, 1), ("warning", 1, 1), ("suggestion", 1, 1), ("never", 0, 0)])
def test_what_fails(lint, write, least, of_warning, of_error):
    write("a.json", WARNED)
    write("b.json", changed(GOOD, Action="s3"))
    assert lint("a.json", "--fail-on", least).status == of_warning
    assert lint("b.json", "--fail-on", least).status == of_error


def test_the_default_fails_for_errors(lint, write):
    assert lint(write("a.json", WARNED)).status == 0
    assert lint(write("b.json", changed(GOOD, Action="s3"))).status == 1


def test_what_is_not_shown_is_counted(polcheck, write):
    run = polcheck("lint", *QUIET, write("a.json", WARNED), "--severity", "error", "--fail-on", "warning")
    assert (run.status, run.out) == (1, "1 policy, 1 warning\n")


def test_codes_are_chosen(polcheck, write):
    write("a.json", changed(WARNED, Condition={"StringEquals": {"aws:username": []}}))

    def codes(*arguments):
        return [finding["code"] for finding in polcheck("lint", "a.json", "--json", *arguments).lines()]

    assert {OLD, "POL0509"} <= set(codes())
    assert codes("--only", OLD) == [OLD] and codes("--only", "pol0509") == ["POL0509"]
    assert codes("--only", OLD, "--only", "POL0509", "--ignore", OLD) == ["POL0509"]
    assert OLD not in codes("--ignore", OLD) and "POL0509" in codes("--ignore", OLD)


def test_to_ask_for_one_code_hides_no_broken_policy(polcheck, write):
    write("a.json", "{")
    assert polcheck("lint", "a.json", "--only", OLD).status == 1
    run = polcheck("lint", "a.json", "--ignore", "POL0100")
    assert (run.status, run.out) == (0, "0 policies, nothing found\n") # that was asked for by name


# Formats -----------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(write):
    """A file with an error, one with warnings, and one that is no JSON."""
    write("in/a b.json", json.dumps(changed(GOOD, Action="s3"), indent=2))
    write("in/c,d%.json", json.dumps([WARNED, WARNED], indent=2))
    write("in/e.json", "[")
    return "in"


def test_people(polcheck, lint, mixed):
    run, findings = polcheck("lint", *QUIET, mixed), lint(mixed).findings
    assert run.status == 1 and run.err == ""
    lines = run.out.splitlines()
    assert lines.pop() == "3 policies, 2 errors, 2 warnings"
    for finding in findings:
        head = "{file}:{line}:{column}: {severity}: {message} [{code}]".format(**finding)
        at = lines.index(head)
        if "hint" in finding:
            assert lines[at + 1] == "  hint: " + finding["hint"]
    assert len([line for line in lines if re.search(r" \[POL\d{4}\]$", line)]) == len(findings) == 4
    # Below a line of the file the mark is where the finding is.
    marked = [(lines[at - 1], line) for at, line in enumerate(lines) if re.fullmatch(r" +\| +\^", line)]
    assert [line[mark.index("^"):].split(",")[0] for line, mark in marked] == [
        '"s3"', '"arn:aws:s3:::photos/${aws:username}"', '"arn:aws:s3:::photos/${aws:username}"']


def test_people_in_colour(polcheck, mixed):
    plain = polcheck("lint", *QUIET, mixed).out
    shown = polcheck("lint", *QUIET, mixed, "--color", "always").out
    assert "\033[" not in plain and "\033[1;31merror:" in shown and "\033[1;35mwarning:" in shown
    assert re.sub(r"\033\[[\d;]*m", "", shown) == plain


def test_nothing_of_the_input_draws_on_a_terminal(polcheck, write):
    write("a.json", json.dumps(changed(GOOD, Action="\033[2Js3", Sid="\u202e"), ensure_ascii=False))
    for form in ["people", "github"]:
        shown = polcheck("lint", "a.json", "--format", form)
        assert shown.status == 1 and not re.search("[\0-\x09\x0b-\x1f\x7f\u202e]", shown.out), repr(shown.out)


def test_json_is_an_object_a_line(polcheck, mixed):
    run = polcheck("lint", *QUIET, mixed, "--json")
    assert (run.status, run.err) == (1, "")
    for finding in run.lines():
        assert {"code", "severity", "message", "file", "line", "column"} <= set(finding)
        assert set(finding) <= {"code", "severity", "message", "file", "line", "column", "hint", "policy", "type",
                                "statement"}
        assert ("policy" in finding) == (finding["file"] != "in/e.json")
    assert polcheck("lint", *QUIET, mixed, "--format", "json").out == run.out
    places = [(finding["file"], finding["line"], finding["column"]) for finding in run.lines()]
    assert places == sorted(places)


def unescape(text):
    """As the runner of GitHub Actions decodes it."""
    for code, letter in [("%2C", ","), ("%3A", ":"), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]:
        text = text.replace(code, letter)
    return text


def test_github(polcheck, lint, mixed):
    run, findings = polcheck("lint", *QUIET, mixed, "--format", "github"), lint(mixed).findings
    assert (run.status, run.err) == (1, "")
    *lines, summary = run.out.splitlines()
    assert summary == "3 policies, 2 errors, 2 warnings"
    assert len(lines) == len(findings)
    for line, finding in zip(lines, findings):
        command, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()
        assert command == {"error": "error", "warning": "warning", "suggestion": "notice"}[finding["severity"]]
        told = {name: unescape(value) for name, value in (each.split("=") for each in properties.split(","))}
        assert told == {"file": finding["file"], "line": str(finding["line"]), "col": str(finding["column"]),
                        "title": finding["code"]}
        hint = "\nhint: " + finding["hint"] if "hint" in finding else ""
        assert unescape(message) == finding["message"] + hint


def check_sarif(document):
    """What SARIF 2.1.0 requires of the objects that are used (sections 3.13 to 3.59); gives the run."""
    assert document["version"] == "2.1.0" and document["$schema"].endswith("sarif-2.1.0.json")
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] and run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    for rule in driver["rules"]:
        assert all(rule[member]["text"] for member in ("shortDescription", "fullDescription", "help"))
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    for invocation in run["invocations"]:
        assert isinstance(invocation["executionSuccessful"], bool)
    for result in run["results"]:
        assert result["message"]["text"] and result["ruleId"] in ids
        assert result["level"] in ("none", "note", "warning", "error")
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
        for location in result["locations"]:
            physical = location["physicalLocation"]
            uri = physical["artifactLocation"]["uri"]
            assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
            assert all(number >= 1 for number in physical.get("region", {}).values())
        for suppression in result["suppressions"]:
            assert suppression["kind"] in ("inSource", "external")
            assert suppression["status"] in ("accepted", "underReview", "rejected")
            assert suppression["justification"]
    # Either all results tell of suppressions, or none does (3.27.23).
    assert len({"suppressions" in result for result in run["results"]}) <= 1
    return run


def test_sarif(polcheck, lint, mixed):
    run, findings = polcheck("lint", *QUIET, mixed, "--format", "sarif"), lint(mixed).findings
    assert (run.status, run.err) == (1, "")
    log = check_sarif(run.json())
    assert log["invocations"] == [{"executionSuccessful": True}]
    assert {rule["id"] for rule in log["tool"]["driver"]["rules"]} == {finding["code"] for finding in findings}
    for result, finding in zip(log["results"], findings, strict=True):
        assert result["ruleId"] == finding["code"] and result["suppressions"] == []
        assert result["level"] == finding["severity"].replace("suggestion", "note")
        assert result["message"]["text"].startswith(finding["message"])
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert urllib.parse.unquote(place["artifactLocation"]["uri"]) == finding["file"]
        assert place["region"] == {"startLine": finding["line"], "startColumn": finding["column"]}
        assert result["properties"] == {name: finding[name] for name in ("policy", "type", "statement") if name in finding}


def test_sarif_without_findings(polcheck, write):
    log = check_sarif(polcheck("lint", *QUIET, write("a.json", GOOD), "--format", "sarif").json())
    assert log["results"] == [] and log["tool"]["driver"]["rules"] == []


def test_sarif_says_when_not_all_was_read(polcheck, write):
    run = polcheck("lint", *QUIET, write("a.json", GOOD), "nowhere.json", "--format", "sarif")
    assert run.status == 2 and check_sarif(run.json())["invocations"] == [{"executionSuccessful": False}]


def prints(polcheck, name):
    results = check_sarif(polcheck("lint", *QUIET, name, "--format", "sarif").json())["results"]
    return [result["partialFingerprints"]["polcheck/v1"] for result in results]


def test_fingerprints_stay_when_lines_move(polcheck, write):
    two = {"Statement": [WARNED["Statement"][0], {**WARNED["Statement"][0], "Sid": "More"}]}
    before = prints(polcheck, write("a.json", json.dumps(two)))
    assert len(set(before)) == 2
    assert prints(polcheck, write("a.json", "\n\n" + json.dumps(two, indent=3))) == before
    assert not set(prints(polcheck, write("b.json", json.dumps(two)))) & set(before)
    same = prints(polcheck, write("a.json", json.dumps([WARNED, WARNED])))
    assert len(set(same)) == 2 and same[0] == before[0] # twice the same, told apart


# Suppressions ------------------------------------------------------------------------------------------


ENTRY = {"code": OLD, "reason": "moved with the next release", "until": "2027-01-31"}
NOW = ["--now", "2027-01-31T23:59:59Z"]


def known(*entries):
    return {"polcheck-lint": 1, "suppressions": list(entries)}


def test_what_is_suppressed_counts_no_more(polcheck, lint, write):
    write("a.json", WARNED)
    write("known.json", known(ENTRY))
    words = ["a.json", "--suppressions", "known.json", *NOW]
    run = lint(*words, "--fail-on", "suggestion")
    assert (run.status, run.out) == (0, "")
    run = polcheck("lint", *QUIET, *words)
    assert (run.status, run.out) == (0, "1 policy, nothing found; 1 suppressed\n")
    (shown,) = lint(*words, "--show-suppressed").findings
    assert (shown["code"], shown["suppressed"]) == (OLD, {"reason": ENTRY["reason"], "until": ENTRY["until"]})
    run = polcheck("lint", *QUIET, *words, "--show-suppressed")
    assert f"[{OLD}]\n" in run.out and f"  suppressed until 2027-01-31: {ENTRY['reason']}\n" in run.out
    run = polcheck("lint", *QUIET, *words, "--show-suppressed", "--format", "github")
    assert run.out.startswith("::notice ") and "::suppressed: " in run.out
    (result,) = check_sarif(polcheck("lint", *QUIET, *words, "--format", "sarif").json())["results"]
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": ENTRY["reason"]}]


def test_the_file_of_the_folder_is_taken_by_itself(polcheck, lint, write):
    write("a.json", WARNED)
    write(".polcheck-lint.json", known(ENTRY))
    run = lint("a.json", "-v", *NOW)
    assert run.codes == [] and json.loads(run.err.splitlines()[0]) == {"file": ".polcheck-lint.json", "suppressions": 1}
    run = polcheck("lint", "a.json", "-v", *NOW)
    assert run.err == '.polcheck-lint.json: 1 suppression\na.json:1:1: identity policy (guessed) "a"\n'
    assert lint("a.json", "--no-suppressions", *NOW).codes == [OLD]
    assert lint("a.json", "--suppressions", write("other.json", known()), *NOW).codes == [OLD]
    # It is no policy, and no document of unknown shape.
    run = polcheck("lint", ".", *QUIET, *NOW)
    assert (run.status, run.out) == (0, "1 policy, nothing found; 1 suppressed\n")


def test_a_suppression_ends_with_its_day(lint, write):
    write("a.json", WARNED)
    write(".polcheck-lint.json", known(ENTRY))
    run = lint("a.json", "--now", "2027-02-01T00:00:00Z", "--only", "POL1321", "--only", "POL1322")
    assert (run.status, run.codes) == (0, ["POL1321", OLD])
    assert ENTRY["reason"] in run.findings[0]["message"] and "2027-01-31" in run.findings[0]["message"]
    assert (run.findings[0]["file"], run.findings[0]["line"]) == (".polcheck-lint.json", 1)
    assert lint("a.json", "--now", "2027-01-31T00:00:00Z").codes == []
    # One that still counts goes before one that does not.
    write(".polcheck-lint.json", known(ENTRY, {**ENTRY, "until": "2027-12-31"}))
    run = lint("a.json", "--now", "2027-02-01T00:00:00Z", "--only", "POL1321", "--only", "POL1322")
    assert run.codes == ["POL1322"]
    assert run.findings[0]["column"] == json.dumps(known(ENTRY)).index(json.dumps(ENTRY)) + 1


ENTRIES = [
    ({}, True),
    ({"code": "POL0512"}, False),
    ({"file": "in/a.json"}, True),
    ({"file": "a.json"}, False),
    ({"file": "in/*"}, True),
    ({"file": "**/a.json"}, True),
    ({"file": "in/b*"}, False),
    ({"policy": "a"}, True),
    ({"policy": "A"}, False),
    ({"policy": "a*"}, False), # a name, no pattern
    ({"statement": "Reads"}, True),
    ({"statement": "reads"}, False),
    ({"statement": "#0"}, False), # it has a Sid
    ({"statement": "#1"}, False),
    ({"file": "in/a.json", "policy": "a", "statement": "Reads"}, True),
    ({"file": "in/a.json", "policy": "a", "statement": "Writes"}, False),
]


@pytest.mark.parametrize("members, suppresses", ENTRIES)
def test_an_entry_is_for_what_it_says(lint, write, members, suppresses):
    write("in/a.json", WARNED)
    write(".polcheck-lint.json", known({**ENTRY, **members}))
    assert lint("in", *NOW).codes == ([] if suppresses else [OLD])


def test_statements_without_a_name_have_a_number(lint, write):
    statement = {**WARNED["Statement"][0]}
    del statement["Sid"]
    write("a.json", {"Statement": [statement, statement, statement]})
    write(".polcheck-lint.json", known({**ENTRY, "statement": "#1"}))
    run = lint("a.json", *NOW)
    assert [finding["statement"] for finding in run.findings] == ["#0", "#2"]


def test_what_stands_behind_the_statements_is_in_none(lint, write):
    write("a.json", '{"Statement": [{"Sid": "A", "Effect": "Deny", "Action": "*", "Resource": "*"}], "Version": "1999"}')
    (finding,) = lint("a.json").findings
    assert "statement" not in finding and finding["policy"] == "a"


def test_paths_begin_in_the_folder_of_the_file(lint, write, tmp_path):
    write("in/a.json", WARNED)
    write("in/known.json", known({**ENTRY, "file": "a.json"}))
    words = ["--suppressions", "in/known.json", *NOW]
    for name in ["in/a.json", "in", "./in/../in/a.json", tmp_path / "in" / "a.json"]:
        assert lint(name, *words).codes == [], name
    assert lint("a.json", "--suppressions", "known.json", *NOW, cwd=tmp_path / "in").codes == []
    (tmp_path / "link").symlink_to("in")
    assert lint("link/a.json", *words).codes == []
    write("out/a.json", WARNED)
    assert lint("out/a.json", *words).codes == [OLD] # not below it
    write("inner/a.json", WARNED)
    assert lint("inner/a.json", *words).codes == [OLD] # "in" is not the beginning of its name only
    assert lint("-", *words, input=json.dumps(WARNED)).codes == [OLD]


def test_compile_passes_over_suppressions(polcheck, write):
    write("all/manifest.json", {"polcheck": 1, "roles": [{"arn": ROLE, "policies": [GOOD]}]})
    write("all/.polcheck-lint.json", known(ENTRY))
    run = polcheck("compile", "all", "--check", "-v")
    assert run.status == 0 and "all/.polcheck-lint.json: polcheck lint suppressions\n" in run.out


def test_an_error_of_reading_can_be_suppressed_by_its_code(polcheck, write):
    write("package.json", {"name": "a package"})
    write(".polcheck-lint.json", known({**ENTRY, "code": "POL0700", "file": "package.json"}))
    run = polcheck("lint", "package.json", *NOW)
    assert (run.status, run.out) == (0, "0 policies, nothing found; 1 suppressed\n")


def unused(lint, *arguments):
    run = lint(*arguments, "--only", "POL1322", "--only", "POL1321", *NOW)
    return [finding["message"] for finding in run.findings if finding["code"] == "POL1322"]


def test_what_suppresses_nothing_is_told(lint, write):
    write("a.json", GOOD)
    write("b.json", GOOD)
    write(".polcheck-lint.json", known({**ENTRY, "reason": "any"}, {**ENTRY, "reason": "of a", "file": "a.json"},
                                       {**ENTRY, "reason": "of p", "policy": "p"},
                                       {**ENTRY, "reason": "gone", "file": "gone.json"},
                                       {**ENTRY, "reason": "past", "until": "2020-01-01"}))
    told = unused(lint, "a.json")
    assert [message.split(": ")[-1] for message in told] == ['"any"', '"of a"', '"gone"', '"past"']
    assert [message.split(": ")[-1] for message in unused(lint, "b.json")] == ['"any"', '"gone"', '"past"']
    # Nothing is said of entries for codes that were not asked for.
    run = lint("a.json", *NOW, "--ignore", OLD, "--only", "POL1322")
    assert run.codes == []


def test_one_entry_suppresses_many(polcheck, write):
    write("a.json", [WARNED] * 5)
    write(".polcheck-lint.json", known(ENTRY))
    assert polcheck("lint", "a.json", *QUIET, *NOW).out == "5 policies, nothing found; 5 suppressed\n"


REFUSED = [
    ("[]", "1:1"),
    ("{}", "1:1"),
    ('{"polcheck-lint": 2, "suppressions": []}', "1:19"),
    ('{"polcheck-lint": "1", "suppressions": []}', "1:19"),
    ('{"polcheck-lint": 1}', "1:1"),
    ('{"polcheck-lint": 1, "suppressions": {}}', "1:38"),
    ('{"polcheck-lint": 1, "suppressions": [], "more": 1}', "1:42"),
    ('{"polcheck-lint": 1, "suppressions": [1]}', "1:39"),
    ('{"polcheck-lint": 1, "suppressions": [],}', "1:41"),
    ('{"polcheck-lint": 1, "suppressions": [], "suppressions": []}', "1:42"),
]


@pytest.mark.parametrize("text, place", REFUSED)
def test_a_file_of_another_form_is_refused(lint, write, text, place):
    write("a.json", GOOD)
    run = lint("a.json", "--suppressions", write("known.json", text))
    assert (run.status, run.out) == (2, "")
    said = [json.loads(line) for line in run.err.splitlines()]
    assert [f"{one['line']}:{one['column']}" for one in said] == [place] and said[0]["file"] == "known.json"


@pytest.mark.parametrize("members", [
    {"code": None}, {"code": "POL9999"}, {"code": "S3"}, {"code": ["POL0511"]}, {"code": ""},
    {"reason": None}, {"reason": ""}, {"reason": " \t\n"}, {"reason": 1},
    {"until": None}, {"until": "2027"}, {"until": "2027-13-01"}, {"until": "2027-02-29"}, {"until": "1801353600"},
    {"until": "2027-1-31"}, {"until": "2027-01-31T00:00:00Z"}, {"until": "9999999999"}, {"until": "never"},
    {"file": "/etc/a.json"}, {"file": "../a.json"}, {"file": "a//b"}, {"file": ""}, {"file": "a\0b"},
    {"file": "/".join("a" * 65)}, {"file": "a" * 70000}, {"policy": ""}, {"statement": ""}, {"statement": 0},
    {"sid": "Reads"}, {"Code": "POL0511"}, {"expires": "2027-01-31"}])
def test_an_entry_that_is_not_understood_is_refused(lint, write, members):
    entry = {name: value for name, value in {**ENTRY, **members}.items() if value is not None}
    write("a.json", WARNED)
    run = lint("a.json", "--suppressions", write("known.json", known(ENTRY, entry)))
    assert (run.status, run.out) == (2, "")
    assert {json.loads(line)["code"] for line in run.err.splitlines()} == {"POL1320"}


def test_misspelt_members_are_named(polcheck, write):
    write("known.json", known({**ENTRY, "polcy": "a"}))
    run = polcheck("lint", write("a.json", GOOD), "--suppressions", "known.json")
    assert 'unknown member "polcy"' in run.err and 'did you mean "policy"?' in run.err


def test_who_writes_a_name_is_told_the_code(polcheck, write):
    write("known.json", known({**ENTRY, "code": "VARIABLE_VERSION"}))
    run = polcheck("lint", write("a.json", GOOD), "--suppressions", "known.json")
    assert run.status == 2 and "did you mean POL0511, VARIABLE_VERSION?" in run.err


def test_a_file_that_is_named_has_to_be_there(lint, write, tmp_path):
    write("a.json", GOOD)
    run = lint("a.json", "--suppressions", "nowhere.json")
    assert (run.status, run.out, json.loads(run.err)["code"]) == (2, "", "POL0001")
    assert lint("a.json", "--suppressions", "").status == 2
    (tmp_path / ".polcheck-lint.json").symlink_to("nowhere.json")
    assert lint("a.json").status == 2 # it is there, and cannot be read


# Usage and output --------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments, word", [
    ([], "no file"), (["--format", "sarf"], "sarif"), (["--type", "indentity"], "identity"),
    (["--fail-on", "warn"], "warning"), (["--severity", "never"], "suggestion"), (["--json", "--format", "github"], "--json"),
    (["--only", "POL1"], "POL1"), (["--only", "VARIABLE_VERSION"], "did you mean POL0511"),
    (["--ignore", "variable_versoin"], "did you mean POL0511"), (["--now", "soon"], "--now"),
    (["--suppressions", "x", "--no-suppressions"], "exclude"), (["--jobs", "0"], "--jobs")])
def test_wrong_usage(polcheck, write, arguments, word):
    paths = [write("a.json", GOOD)] if arguments else []
    run = polcheck("lint", *paths, *arguments)
    assert run.status == 2 and run.out == "" and word in run.err.replace("\\", "") and "POL0950" in run.err


def test_a_reference_that_cannot_be_read(lint, write):
    write("a.json", GOOD)
    run = lint("a.json", "--reference", "nowhere.txt")
    assert (run.status, run.out, json.loads(run.err)["code"]) == (2, "", "POL0001")
    run = lint("a.json", "--reference", write("reference.txt", "what is this\n"))
    assert (run.status, run.out, json.loads(run.err)["code"]) == (2, "", "POL1330")


@pytest.mark.parametrize("form", ["people", "json", "sarif", "github"])
def test_threads_change_nothing(polcheck, write, form):
    for number in range(40):
        write(f"all/{number}.json", [WARNED, changed(GOOD, Action="s3")][number % 2])
    one, many = (polcheck("lint", "all", "--format", form, "--jobs", jobs) for jobs in (1, 4))
    assert (one.status, one.out, one.err) == (many.status, many.out, many.err)


@pytest.mark.parametrize("form", ["people", "json", "sarif", "github"])
def test_output_that_cannot_be_written(write, tmp_path, form):
    command = [os.environ["POLCHECK"], "lint", write("a.json", WARNED), "--format", form]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode == 2 and b"POL0005" in done.stderr


@pytest.mark.parametrize("form", ["people", "json", "sarif", "github"])
def test_a_reader_that_goes_away(write, tmp_path, form):
    """Nobody reads: no status that says that all is well."""
    write("a.json", [WARNED] * 3000)
    command = [os.environ["POLCHECK"], "lint", "a.json", "--format", form]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 2 and b"POL0005" in said


# The tables --------------------------------------------------------------------------------------------


LINT_CODES = {int(number): name for name, number in re.findall(
    r"^PC_DIAG\((\w+), (1[23]\d\d),", (TOP / "src/base/include/base/diag.def").read_text(encoding="utf-8"), re.M)
    if int(number) < 1330}


def names(sources, name):
    """Do the sources name the code, whole or as a macro puts it together (PC_DIAG_KEY_##what)?"""
    if re.search(rf"\bPC_DIAG_{name}\b", sources):
        return True
    begins = [begin for begin in re.findall(r"\bPC_DIAG_(\w*?)##", sources) if name.startswith(begin)]
    return any(re.search(rf"\b{name.removeprefix(begin)}\b", sources) for begin in begins)


@pytest.mark.parametrize("number", sorted(LINT_CODES))
def test_every_code_is_reported_by_some_check(number):
    """1200 to 1319 in src/lint, those of the command in src/cli; test_invalid.py has a case of each."""
    folder = TOP / "src" / ("lint" if number < 1320 else "cli")
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.c"))
    assert names(sources, LINT_CODES[number]), "nothing reports it"
    assert f"POL{number}" in rules_corpus.diagnostics()


def test_codes_that_nothing_reports_are_found():
    assert names("f(PC_DIAG_KEY_TYPE);", "KEY_TYPE") and not names("f(PC_DIAG_KEY_TYPE);", "KEY")
    pasted = "#define ROW(what) PC_DIAG_KEY_##what\nROW(TYPE)"
    assert names(pasted, "KEY_TYPE") and not names(pasted, "KEY_NAME") and not names(pasted, "TYPE")


def test_formats_are_in_the_order_of_their_words(polcheck, write):
    """Rows and words of the option belong together by their order alone."""
    write("a.json", GOOD)
    begins = {"people": "1 policy", "json": "", "sarif": "{\n", "github": "1 policy"}
    text = (TOP / "src/cli/cmd_lint.c").read_text(encoding="utf-8")
    (words,) = re.findall(r'"format", "([a-z|]+)"', text)
    assert words.split("|") == re.findall(r"&pc_lint_(\w+)", re.search(r"formats\[\] = \{(.*?)\}", text, re.S)[1])
    for word in words.split("|"):
        assert polcheck("lint", *QUIET, "a.json", "--format", word).out.startswith(begins[word])


@pytest.mark.parametrize("changes, code, hint", [
    ({"Action": "lambda:InvokeFunction", "Resource": "arn:aws:lambda:::function:x"}, "POL1217",
     "its service has arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}"),
    ({"Condition": {"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-1a"}}}, "POL1265",
     'leave "ForAllValues:" away: the key has one value, and has to be there then'),
    ({"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}}, "POL1265",
     'add "Null": {"aws:TagKeys": "false"} if it has to be there')])
def test_hints_of_checks(polcheck, write, changes, code, hint):
    """The plainest shape of several; one remedy of two that would contradict each other."""
    found = polcheck("lint", "--json", "--only", code, write("p.json", changed(GOOD, **changes))).lines()
    assert [finding["hint"] for finding in found] == [hint]


def test_cases_beside_the_policies_are_passed_over(polcheck, tmp_path):
    """In a repository with its tests: polcheck lint . is not about them, and says so. show leaves them out, compile refuses."""
    fine = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}]}
    table = {"name": "t", "policies": {"identity": ["../policies/p.json"]}, "rows": [{"name": "r", "request": {}}]}
    case = {"request": {}, "account": ["../policies"], "expect": {}}
    for name, content in [("policies/p.json", fine), ("tests/t.json", table), ("tests/two.json", [case, case])]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    run = polcheck("lint", ".")
    assert (run.status, run.err) == (0, "")
    assert run.out == "1 policy, nothing found; 3 cases of polcheck test passed over\n"
    assert "POL1323" in polcheck("lint", "tests").out
    run = polcheck("show", ".")
    assert run.status == 0 and run.err == "" and run.out.count("policy \"") == 1
    run = polcheck("compile", ".", "--check")
    assert run.status == 2 and run.err.count("holds a case of polcheck test, which is not compiled [POL0701]") == 3


def test_places_for_github_and_sarif_begin_in_the_folder(polcheck, tmp_path):
    """GitHub compares them with the paths of a pull request, which do not begin with "./"."""
    (tmp_path / "p.json").write_text('{"Version": "2012-10-17", "Statement": []}', encoding="utf-8")
    case = {"request": {}, "policies": {}, "expect": {"decision": "allowed"}}
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    for path in [".", "./", "././/"]:
        assert "::error file=p.json,line=1" in polcheck("lint", path, "--format", "github").out
        assert '"uri":"p.json"' in re.sub(r"\s", "", polcheck("lint", path, "--format", "sarif").out)
        assert "::error file=case.json,line=1" in polcheck("test", path, "--format", "github").out


@pytest.mark.parametrize("how", [["--ignore", "POL0501"], ["--suppressions", "known.json"]])
def test_what_no_check_has_seen_does_not_read_as_clean(polcheck, tmp_path, how):
    """An error that is left out keeps the rest of the policy, which makes an administrator, from being looked at."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    broken = {"Version": "2012-10-17", "Statement": [statement, {**statement, "Condition": {"Foo": {"aws:username": "x"}}}]}
    (tmp_path / "a.json").write_text(json.dumps(broken))
    (tmp_path / "known.json").write_text(json.dumps({"polcheck-lint": 1, "suppressions": [
        {"code": "POL0501", "reason": "known", "until": "2999-01-01"}]}))
    run = polcheck("lint", "a.json", *how)
    assert run.status == 0 and "nothing found" not in run.out
    assert run.out.endswith("1 not checked, for errors that are left out\n")


@pytest.mark.parametrize(("policy", "type_", "code", "hint"), [
    # API Gateway takes a short form and stores it as an ARN.
    (changed(BUCKET, Action="execute-api:Invoke", Resource="execute-api:/*"), "resource", "POL0403",
     "arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH"),
    (changed(GOOD, Resource="photos/*"), "identity", "POL0403", "arn:aws:s3:::bucket/*"),
    (changed(GOOD, Action="ec2:RunInstances", Resource="*", Condition={"StringEquals": {"aws:TagKeys": "team"}}),
     "identity", "POL1233", "ForAnyValue:StringEquals"),
    (changed(TRUST, Principal="*"), "trust", "POL0409", "aws:PrincipalOrgID"),
    (changed(GOOD, Resource="arn:aws:s3:::photos/${aws:PrincipalTag}/*"), "identity", "POL1272",
     "${aws:PrincipalTag/TAG}"),
    # an empty value matches "*", and is as good as none to Null.
    (changed(GOOD, Condition={"StringLike": {"aws:PrincipalTag/team": "*"}}), "identity", "POL1259", "asks for one that is not empty"),
    (changed(GOOD, Condition={"StringNotLike": {"aws:PrincipalTag/team": "*"}}), "identity", "POL1259", "holds for an empty one too"),
    (changed(GOOD, Condition={"Bool": {"s3:x-amz-bool": ["true", "false"]}}), "identity", "POL1259", "says so plainly"),
])
def test_hints_say_what_to_write(polcheck, write, tmp_path, policy, type_, code, hint):
    path = tmp_path / write("p.json", policy)
    run = polcheck("lint", "--json", "--type", type_, "--only", code, "--fail-on", "never", path)
    assert [(found["code"], hint in found["hint"]) for found in run.lines()] == [(code, True)]
