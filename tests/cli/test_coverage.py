# SPDX-License-Identifier: Apache-2.0
"""polcheck test --coverage: which statements and conditions the cases go through. Figures are worked out by hand."""

import json
import re
import xml.etree.ElementTree

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
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
      "Condition": {
        "StringEquals": {"aws:SourceVpce": "vpce-1"},
        "Bool": {"aws:SecureTransport": "true"}
      }
    },
    {
      "Effect": "Deny",
      "Action": "s3:DeleteObject",
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


def case(decision, action="s3:GetObject", policies=("../policies/team.json",), **context):
    return {"name": f"{action} {decision}", "policies": {"identity": list(policies)},
            "request": {"principal": ALICE, "action": action, "resource": PHOTO, "context": context},
            "expect": {"decision": decision}}


def both(vpce, tls):
    return {VPCE: vpce, TLS: tls}


ALLOWED = case("allowed", **both("vpce-1", "true"))
NO_TLS = case("implicitDeny", **both("vpce-1", "false"))
OTHER_VPC = case("implicitDeny", **both("vpce-2", "true"))
DELETED = case("explicitDeny", "s3:DeleteObject", **both("vpce-1", "false"))
KEPT = case("implicitDeny", "s3:DeleteObject", **both("vpce-1", "true"))
# What each of them adds of the two statements and the three conditions with two sides each.
STEPS = [(ALLOWED, 1, 2), (NO_TLS, 1, 3), (OTHER_VPC, 1, 4), (DELETED, 2, 5), (KEPT, 2, 6)]


@pytest.fixture(name="repository", autouse=True)
def make_repository(tmp_path):
    write(tmp_path, TEAM, "policies/team.json")
    write(tmp_path, [ALLOWED, NO_TLS], "tests/read.json")
    return tmp_path


def coverage(polcheck, *arguments):
    """The object of --json --coverage, which stands behind the results."""
    run = polcheck("test", "--json", "--coverage", *arguments)
    assert run.status == 0 and run.err == "", run
    lines = run.lines()
    assert [list(line)[0] for line in lines[:-1]] == ["name"] * (len(lines) - 1)
    return lines[-1]["coverage"]


def figures(found):
    return tuple((found[kind]["covered"], found[kind]["total"]) for kind in ("statements", "conditions"))


def test_people_see_what_is_missing(polcheck):
    run = polcheck("test", "tests", "-c")
    assert run.status == 0
    assert run.err == ""
    assert run.out.splitlines()[1:] == [
        "",
        " covered  statements  conditions  file",
        "  50.0 %         1/2         3/6  policies/team.json",
        "          policies/team.json:10:26: Allow Read: condition StringEquals aws:SourceVpce never fails",
        "          policies/team.json:14:5: Deny #1: no case asks for its actions, so its condition is never asked",
        "  50.0 %         1/2         3/6  all"]


def test_each_case_adds_what_it_goes_through(polcheck, repository):
    for number, (_, statements, sides) in enumerate(STEPS, 1):
        write(repository, [step[0] for step in STEPS[:number]], "tests/read.json")
        found = coverage(polcheck, "tests")
        assert figures(found) == ((statements, 2), (sides, 6))
        assert found["percent"] == (statements + sides) * 1000 // 8 / 10
    assert found["files"][0]["missing"] == []


def test_the_order_of_cases_does_not_count(polcheck, repository):
    write(repository, [step[0] for step in STEPS], "tests/read.json")
    forth = coverage(polcheck, "tests")
    write(repository, [step[0] for step in reversed(STEPS)], "tests/read.json")
    assert coverage(polcheck, "tests") == forth


def test_a_policy_file_counts_once(polcheck, repository):
    write(repository, [OTHER_VPC], "tests/deeper/other.json")
    write(repository, [dict(OTHER_VPC, policies={"identity": ["../../policies/team.json"],
                                                 "boundary": ["../../policies/team.json"]})], "tests/deeper/other.json")
    found = coverage(polcheck, "tests")
    assert [file["file"] for file in found["files"]] == ["policies/team.json"]
    assert figures(found) == ((1, 2), (4, 6))


def test_documents_in_cases_count_by_their_place(polcheck, repository):
    write(repository, [case("allowed", policies=[OPEN]), case("allowed", policies=[OPEN])], "tests/inline.json")
    found = coverage(polcheck, "tests/inline.json")
    assert [(file["file"], figures(file)) for file in found["files"]] == [("tests/inline.json", ((2, 2), (0, 0)))]


def test_rows_of_a_table_are_questions(polcheck, repository):
    table = {"name": "table", "policies": {"identity": ["../policies/team.json"]},
             "request": {"principal": ALICE, "resource": PHOTO},
             "rows": [{"request": {"action": one["request"]["action"], "context": one["request"]["context"]},
                       "expect": one["expect"]} for one, _, _ in STEPS]}
    write(repository, table, "tests/read.json")
    assert figures(coverage(polcheck, "tests")) == ((2, 2), (6, 6))


def test_levels_of_an_organisation_are_covered(polcheck, repository):
    guard = {"Version": "2012-10-17", "Statement": [
        {"Sid": "NoDelete", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}]}
    levels = dict(case("allowed"), policies={"identity": [OPEN], "scp": [[OPEN], [OPEN, guard]]})
    write(repository, levels, "tests/read.json")
    found = coverage(polcheck, "tests")
    assert figures(found) == ((3, 4), (0, 0))
    assert [miss["statement"] for miss in found["files"][0]["missing"]] == ["NoDelete"]
    assert found["files"][0]["missing"][0]["stoppedBy"] == "action"


def test_a_question_that_fails_goes_through_nothing(polcheck, repository):
    wrong = case("allowed")
    wrong["request"]["action"] = "nonsense"
    wrong["expect"] = {"error": "POL0802"}
    write(repository, [wrong], "tests/read.json")
    run = polcheck("test", "--json", "-c", "tests")
    assert figures(run.lines()[-1]["coverage"]) == ((0, 0), (0, 0))


def test_a_case_that_fails_is_covered_all_the_same(polcheck, repository):
    write(repository, [dict(ALLOWED, expect={"decision": "implicitDeny"})], "tests/read.json")
    run = polcheck("test", "--json", "--coverage", "tests")
    assert run.status == 1
    assert figures(run.lines()[-1]["coverage"]) == ((1, 2), (2, 6))


def test_a_whole_account_is_covered(polcheck, repository):
    write(repository, {"polcheck": 1, "users": [{"arn": ALICE, "policies": ["team.json"]}]}, "policies/manifest.json")
    account = {key: value for key, value in ALLOWED.items() if key != "policies"}
    write(repository, dict(account, account=["../policies/manifest.json"]), "tests/read.json")
    found = coverage(polcheck, "tests")
    assert figures(found) == ((1, 2), (2, 6))
    first = found["files"][0]["missing"][0]
    assert first["key"] == VPCE and first["held"] and not first["failed"]


# Thresholds --------------------------------------------------------------------------------------

@pytest.mark.parametrize("percent, status", [("0", 0), ("50", 0), ("50.0", 0), ("50.1", 1), ("100", 1)])
def test_a_threshold(polcheck, percent, status):
    run = polcheck("test", "tests", "--coverage", "--threshold", percent)
    assert run.status == status
    assert ("[POL1351]" in run.err) == (status == 1)
    if status:
        assert "50.0 % of statements and conditions are covered" in run.err
        assert '"policies/team.json" has the least, 50.0 %: 1 of 2 statements, 3 of 6 sides of conditions' in run.err


def test_a_threshold_holds_for_reports_alone(polcheck):
    run = polcheck("test", "tests", "--coverage-report", "text=coverage.txt", "--threshold", "51")
    assert run.status == 1
    assert "--coverage lists what is missing" in run.err
    assert "conditions" not in run.out


def test_nothing_covered_is_below_every_threshold(polcheck, repository):
    write(repository, dict(case("implicitDeny"), policies={}), "tests/read.json")
    run = polcheck("test", "tests", "--coverage", "--threshold", "0")
    assert run.status == 1
    assert "for no case has any" in run.err


@pytest.mark.parametrize("percent", ["", "x", "-1", "101", "100.1", "1000", "50.", ".5", "50.55", "5e1", "5 "])
def test_a_threshold_is_a_percentage(polcheck, percent):
    run = polcheck("test", "tests", "-c", f"--threshold={percent}")
    assert run.status == 2
    assert "is a percentage from 0 to 100" in run.err


def test_a_threshold_needs_a_figure(polcheck):
    run = polcheck("test", "tests", "--threshold", "50")
    assert run.status == 2
    assert "--threshold goes with --coverage, --coverage-report or --mutate" in run.err


# Formats -----------------------------------------------------------------------------------------

def test_tap_has_it_in_comments(polcheck):
    run = polcheck("test", "tests", "-c", "--format", "tap")
    lines = run.out.splitlines()
    assert lines[2] == "1..2"
    assert len(lines) == 8
    assert all(line.startswith("# ") for line in lines[3:])


def test_github_does_not_read_it_as_commands(polcheck, repository):
    """The runner takes lines that begin with "::", blanks before it or not, and "##[" anywhere, for commands."""
    for name in ("::error::x.json", "a##[group]b.json"):
        write(repository, TEAM, f"policies/{name}")
        write(repository, dict(ALLOWED, policies={"identity": [f"../policies/{name}"]}), "tests/read.json")
        run = polcheck("test", "read.json", "-c", "--format", "github", cwd=repository / "tests")
        assert "covered  statements" in run.out
        assert not [line for line in run.out.splitlines() if line.strip().startswith("::") or "##[" in line]


def test_junit_has_no_place_for_it(polcheck):
    run = polcheck("test", "tests", "-c", "--format", "junit")
    assert run.status == 2 and run.out == ""
    assert "--report junit=FILE" in run.err
    assert polcheck("test", "tests", "--format", "junit", "--coverage-report", "lcov=x").status == 0


@pytest.mark.parametrize("value, said", [
    ("lcov", 'is FORMAT=FILE, not "lcov"'),
    ("lcov=", 'is FORMAT=FILE, not "lcov="'),
    ("lcow=x", 'did you mean "lcov"?'),
    ("junit=x", "there are text, json, lcov and cobertura"),
])
def test_reports_that_are_not_understood(polcheck, value, said):
    run = polcheck("test", "tests", "--coverage-report", value)
    assert run.status == 2
    assert said in run.err


def test_two_reports_do_not_go_to_one_file(polcheck):
    run = polcheck("test", "tests", "--coverage-report", "lcov=x", "--coverage-report", "json=x")
    assert run.status == 2
    assert 'two reports go to "x"' in run.err


def test_no_report_of_a_run_that_was_cut_short(polcheck, repository):
    write(repository, [dict(ALLOWED, expect={"decision": "implicitDeny"}), ALLOWED], "tests/read.json")
    run = polcheck("test", "tests", "-x", "-c", "--coverage-report", "lcov=x")
    assert run.status == 1
    assert "[POL1353]" in run.err
    assert "conditions" not in run.out
    assert not (repository / "x").exists()


def test_text_and_json_in_files(polcheck, repository):
    told = polcheck("test", "tests", "-c").out.split("\n\n", 1)[1]
    run = polcheck("test", "tests", "--coverage-report", "text=a.txt", "--coverage-report", "json=b.json")
    assert run.status == 0 and len(run.out.splitlines()) == 1
    assert (repository / "a.txt").read_text() == told
    assert json.loads((repository / "b.json").read_text())["coverage"] == coverage(polcheck, "tests")


# The grammar of geninfo(1): which records stand in a section, and how often.
RECORDS = {"TN": r".*", "SF": r".+", "DA": r"[1-9]\d*,\d+", "BRDA": r"[1-9]\d*,\d+,\d+,(-|\d+)",
           "BRF": r"\d+", "BRH": r"\d+", "LF": r"\d+", "LH": r"\d+"}


def read_lcov(text):
    """Sections of a trace file, by file, each record checked; sums have to agree with their records."""
    assert text.endswith("end_of_record\n")
    files = {}
    for section in text.split("end_of_record\n")[:-1]:
        records = {}
        for line in section.splitlines():
            name, value = line.split(":", 1)
            assert re.fullmatch(RECORDS[name], value), line
            records.setdefault(name, []).append(value)
        for name in ("TN", "SF", "BRF", "BRH", "LF", "LH"):
            assert len(records[name]) == 1
        lines = dict(map(int, one.split(",")) for one in records.get("DA", []))
        branches = [one.split(",") for one in records.get("BRDA", [])]
        assert len(lines) == len(records.get("DA", [])) == int(records["LF"][0])
        assert sum(hits > 0 for hits in lines.values()) == int(records["LH"][0])
        assert len({tuple(one[:3]) for one in branches}) == len(branches) == int(records["BRF"][0])
        assert sum(one[3] not in "-0" for one in branches) == int(records["BRH"][0])
        assert {int(one[0]) for one in branches} <= set(lines)
        files[records["SF"][0]] = (lines, branches)
    return files


def test_lcov(polcheck, repository):
    assert polcheck("test", "tests", "--coverage-report", "lcov=lcov.info").status == 0
    files = read_lcov((repository / "lcov.info").read_text())
    assert files == {"policies/team.json": (
        {4: 1, 10: 2, 11: 2, 14: 0, 18: 0},
        [["10", "0", "0", "2"], ["10", "0", "1", "0"], ["11", "0", "0", "1"], ["11", "0", "1", "1"],
         ["18", "0", "0", "-"], ["18", "0", "1", "-"]])}


# coverage-04.dtd: what stands in each element, in this order, and its attributes, all of them required but those
# of a line with a default.
ELEMENTS = {
    "coverage": (["sources?", "packages"], {"line-rate", "branch-rate", "lines-covered", "lines-valid",
                                            "branches-covered", "branches-valid", "complexity", "version", "timestamp"}),
    "sources": (["source*"], set()),
    "source": ([], set()),
    "packages": (["package*"], set()),
    "package": (["classes"], {"name", "line-rate", "branch-rate", "complexity"}),
    "classes": (["class*"], set()),
    "class": (["methods", "lines"], {"name", "filename", "line-rate", "branch-rate", "complexity"}),
    "methods": (["method*"], set()),
    "lines": (["line*"], set()),
    "line": (["conditions*"], {"number", "hits"}),
    "conditions": (["condition*"], set()),
    "condition": ([], {"number", "type", "coverage"}),
}


def check_element(element):
    content, needed = ELEMENTS[element.tag]
    children = "".join(f"<{child.tag}>" for child in element)
    model = "".join(f"(<{one.rstrip('?*')}>)" + (one[-1] if one[-1] in "?*" else "") for one in content)
    assert re.fullmatch(model, children), (element.tag, children)
    optional = {"branch", "condition-coverage"} if element.tag == "line" else set()
    assert needed <= set(element.attrib) <= needed | optional
    for child in element:
        check_element(child)


def test_cobertura(polcheck, repository):
    assert polcheck("test", "tests", "--coverage-report", "cobertura=c.xml").status == 0
    text = (repository / "c.xml").read_text()
    assert '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">' in text
    root = xml.etree.ElementTree.fromstring(text)
    check_element(root)
    assert root.find("sources/source").text == str(repository)
    assert (root.get("lines-covered"), root.get("lines-valid")) == ("3", "5")
    assert (root.get("branches-covered"), root.get("branches-valid")) == ("3", "6")
    assert (root.get("line-rate"), root.get("branch-rate")) == ("0.6000", "0.5000")
    lines = {line.get("number"): line for line in root.iter("line")}
    assert {number: line.get("hits") for number, line in lines.items()} == {
        "4": "1", "10": "2", "11": "2", "14": "0", "18": "0"}
    assert {number: line.get("condition-coverage") for number, line in lines.items()} == {
        "4": None, "10": "50% (1/2)", "11": "100% (2/2)", "14": None, "18": "0% (0/2)"}
    assert [one.get("filename") for one in root.iter("class")] == ["policies/team.json"]


def test_names_of_files_are_escaped(polcheck, repository):
    name = 'a&<"b>.json'
    (repository / "policies/team.json").rename(repository / "policies" / name)
    write(repository, dict(ALLOWED, policies={"identity": [f"../policies/{name}"]}), "tests/read.json")
    assert polcheck("test", "tests", "--coverage-report", "cobertura=c.xml").status == 0
    root = xml.etree.ElementTree.parse(repository / "c.xml").getroot()
    assert [one.get("filename") for one in root.iter("class")] == [f"policies/{name}"]


def test_worked_examples_agree_in_all_formats(polcheck, top, repository):
    """Files, lines and branches are the same facts, however they are written."""
    run = polcheck("test", top / "corpus" / "worked", "--json", "--coverage", "--coverage-report", "lcov=l",
                   "--coverage-report", "cobertura=c")
    assert run.status == 0
    found = run.lines()[-1]["coverage"]
    lcov = read_lcov((repository / "l").read_text())
    root = xml.etree.ElementTree.parse(repository / "c").getroot()
    check_element(root)
    assert {file["file"] for file in found["files"]} == set(lcov) == {one.get("filename") for one in root.iter("class")}
    assert found["conditions"]["total"] == sum(len(branches) for _, branches in lcov.values())
    assert found["conditions"]["total"] == int(root.get("branches-valid")) > 0
    assert found["conditions"]["covered"] == int(root.get("branches-covered"))
    for one in root.iter("class"):
        assert {int(line.get("number")): int(line.get("hits")) for line in one.iter("line")} == \
            lcov[one.get("filename")][0]
