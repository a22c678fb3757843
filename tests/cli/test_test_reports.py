# SPDX-License-Identifier: Apache-2.0
"""polcheck test: reports in files, annotations for GitHub, which cases are run, and what people see."""

import json
import os
import pathlib
import pty
import re
import time
import xml.etree.ElementTree

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]

ALICE = "arn:aws:iam::111122223333:user/alice"


def case(name="reads", **expect):
    return {
        "name": name,
        "request": {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/cat.jpg"},
        "policies": {"identity": [{"Version": "2012-10-17", "Statement": [
            {"Sid": "Reads", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}]},
        "expect": expect or {"decision": "allowed"},
    }


def write(tmp_path, value, name="cases.json"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def text(path):
    return path.read_text(encoding="utf-8")


# Reports in files.

def test_several_reports_at_once(polcheck, tmp_path):
    path = write(tmp_path, [case(), case("bad", decision="implicitDeny")])
    names = {"junit": "j.xml", "tap": "t.tap", "json": "r.ndjson", "people": "p.txt", "github": "g.txt"}
    wanted = {name: polcheck("test", "--format", name, path).out for name in names}
    options = [part for name, file in names.items() for part in ("--report", f"{name}={file}")]
    run = polcheck("test", path, *options)
    assert run.status == 1
    untimed = re.compile(r" \(\d+ ms\)$", re.M)
    assert untimed.sub("", run.out) == untimed.sub("", wanted["people"])
    for name, file in names.items():
        assert untimed.sub("", text(tmp_path / file)) == untimed.sub("", wanted[name]), name


def test_a_report_takes_the_place_of_the_one_before(polcheck, tmp_path):
    path = write(tmp_path, case())
    report = write(tmp_path, "x" * 100000, "j.xml")
    assert polcheck("test", path, "--report", "junit=j.xml").status == 0
    assert xml.etree.ElementTree.fromstring(text(report)).tag == "testsuites"
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_reports_are_not_coloured(polcheck, tmp_path):
    path = write(tmp_path, case("bad", decision="implicitDeny"))
    run = polcheck("test", "--color=always", path, "--report", "people=p.txt", "--report", "json=r.json")
    assert "\x1b[" in run.out
    assert "\x1b" not in text(tmp_path / "p.txt") + text(tmp_path / "r.json")


@pytest.mark.parametrize("value, said", [
    ("junit", "--report is FORMAT=FILE"), ("junit=", "--report is FORMAT=FILE"), ("xml=x", 'no format "xml"'),
    ("jnuit=x", 'did you mean "junit"?')])
def test_wrong_reports(polcheck, tmp_path, value, said):
    run = polcheck("test", write(tmp_path, case()), "--report", value)
    assert (run.status, run.out) == (2, "")
    assert said in run.err


def test_two_reports_in_one_file(polcheck, tmp_path):
    run = polcheck("test", write(tmp_path, case()), "--report", "tap=x", "--report", "json=x")
    assert run.status == 2
    assert 'two reports go to "x"' in run.err


def test_a_report_that_cannot_be_written(polcheck, tmp_path):
    run = polcheck("test", write(tmp_path, case()), "--report", "junit=none/j.xml", "--report", "tap=t.tap")
    assert run.status == 2
    assert "1 passed" in run.out
    assert "POL1345" in run.err
    assert text(tmp_path / "t.tap").endswith("1..1\n")


# GitHub.

def unescape(value):
    return re.sub("%([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), value)


def annotations(output):
    """What GitHub's runner makes of the output: its commands, by its documented form."""
    found = []
    for line in output.splitlines():
        if not line.lstrip(" ").startswith("::"):
            assert "##[" not in line, "a command of the old form, which counts wherever it stands"
        else:
            command, rest = re.fullmatch(r"::(\w+) (.*)", line).groups()
            properties, message = rest.split("::", 1)
            made = dict(part.split("=", 1) for part in properties.split(","))
            found.append((command, {name: unescape(value) for name, value in made.items()}, unescape(message)))
    return found


def test_annotations(polcheck, tmp_path):
    path = write(tmp_path, [case(), case("bad, 100% :: of it", decision="implicitDeny", statements=[])])
    run = polcheck("test", "--format", "github", path)
    assert run.status == 1
    [(command, properties, message)] = annotations(run.out)
    assert command == "error"
    column = len(json.dumps([case()])) + 2
    assert properties == {"file": str(path), "line": "1", "col": str(column), "title": "bad, 100% :: of it"}
    assert message.splitlines()[0] == "decision: expected implicitDeny, got allowed"
    assert message.splitlines()[-1] == "statements: expected [], got [Reads]"
    people = polcheck("test", path).out
    assert run.out.splitlines()[0] == people.splitlines()[0]
    assert re.match(r"2 cases in 1 file: 1 passed, 1 failed \(", run.out.splitlines()[-1])


@pytest.mark.parametrize("hostile", [
    "::set-env name=PATH::/tmp", "\n::error::x", "a\r\n::stop-commands::x", "  ::warning::x", "##[error]x", "a ##[group]b",
    "%0A::debug::x"])
def test_what_cases_say_is_no_command(polcheck, tmp_path, hostile):
    made = [case(hostile, decision="implicitDeny"), case("x", statements=[hostile]),
            {**case("y", statements=[]), "request": {**case()["request"], "principal": hostile}}]
    made[1]["policies"]["identity"][0]["Statement"][0]["Sid"] = "Reads"
    run = polcheck("test", "--format", "github", write(tmp_path, made))
    assert run.status == 1
    assert [command for command, _, _ in annotations(run.out)] == ["error"] * 3


def test_a_file_named_like_a_command(polcheck, tmp_path):
    folder = tmp_path / "::error::x"
    write(folder, case("bad", decision="implicitDeny"), "a,b%.json")
    write(folder, "{", "broken.json")
    run = polcheck("test", "--format", "github", "--", "::error::x")
    assert run.status == 2
    assert [made["file"] for _, made, _ in annotations(run.out)] == ["::error::x/a,b%.json", "::error::x/broken.json"]


# Which cases are run.

@pytest.mark.parametrize("patterns, names", [
    (["read"], ["reads", "READS all", "photos: reads"]), (["photos:"], ["photos: reads", "photos: writes"]),
    (["photos: *s"], ["photos: reads", "photos: writes"]), (["write?"], ["photos: writes"]),
    (["all", "writes"], ["READS all", "photos: writes"]), (["*"], ["reads", "READS all", "photos: reads", "photos: writes"]),
    (["case of line"], []), (["${x}"], [])])
def test_filter(polcheck, tmp_path, patterns, names):
    table = {**case(), "name": "photos", "rows": [{"name": "reads"}, {"name": "writes"}]}
    path = write(tmp_path, [case(), case("READS all"), table])
    options = [part for pattern in patterns for part in ("--filter", pattern)]
    run = polcheck("test", "--json", path, *options)
    if not names:
        assert (run.status, run.out) == (2, "")
        assert "none of 4 cases has a name that --filter asks for" in run.err and "POL1344" in run.err
        return
    assert run.status == 0
    assert [line["name"] for line in run.lines()] == names
    out = polcheck("test", path, *options).out
    assert ("left out by --filter" in out) == (len(names) < 4)


def test_a_malformed_table_is_not_filtered_away(polcheck, tmp_path):
    run = polcheck("test", write(tmp_path, [case(), {**case("t"), "rows": []}]), "--filter", "reads")
    assert run.status == 1
    assert "1 passed, 1 failed" in run.out


def test_filtered_reports_have_no_empty_suites(polcheck, tmp_path):
    write(tmp_path, case("one"), "all/a.json")
    write(tmp_path, case("two"), "all/b.json")
    run = polcheck("test", "--format", "junit", "all", "-k", "two")
    assert [suite.get("name") for suite in xml.etree.ElementTree.fromstring(run.out)] == ["all/b.json"]
    assert "1 case in 1 file: 1 passed, 0 failed, 1 case left out by --filter" in polcheck("test", "all", "-k", "two").out


@pytest.mark.parametrize("format_, last", [
    ("people", "2 cases in 1 file: 1 passed, 1 failed, stopped at the first failure ("), ("tap", "1..2"),
    ("junit", "</testsuites>"), ("json", '{"name":"bad"')])
def test_fail_fast(polcheck, tmp_path, format_, last):
    made = [case(), case("bad", decision="implicitDeny"), case("bad", decision="implicitDeny"), case()]
    path = write(tmp_path, made)
    write(tmp_path, case(), "more.json")
    run = polcheck("test", "--fail-fast", "--format", format_, path, tmp_path / "more.json")
    assert run.status == 1
    assert run.out.splitlines()[-1].startswith(last)
    assert run.err == ""


def test_fail_fast_without_failures(polcheck, tmp_path):
    run = polcheck("test", "-x", write(tmp_path, [case(), case()]))
    assert run.status == 0
    assert "2 passed" in run.out and "stopped" not in run.out


# What people see.

def test_verbose_lists_what_passed(polcheck, tmp_path):
    path = write(tmp_path, [case(), case("bad", decision="implicitDeny")])
    run = polcheck("test", "-v", path)
    assert run.out.splitlines()[0] == f"passed {path}:1:2: reads"
    assert run.out.splitlines()[1].startswith(f"FAILED {path}:1:")


def test_colours_say_what_was_expected_and_what_came(polcheck, tmp_path):
    path = write(tmp_path, case("bad", decision="implicitDeny", statements=["x"]))
    run = polcheck("test", "--color=always", path)
    assert "decision: expected \x1b[32mimplicitDeny\x1b[0m, got \x1b[31mallowed\x1b[0m" in run.out
    assert "statements: expected \x1b[32m[x]\x1b[0m, got \x1b[31m[Reads]\x1b[0m" in run.out
    assert re.sub(r"\x1b\[[0-9;]*m", "", run.out).split(" (")[0] == polcheck("test", path).out.split(" (")[0]


def test_what_input_says_draws_nothing(polcheck, tmp_path):
    hostile = "\x1b[35mpurple\x07\u202e"
    made = [case(hostile, decision="implicitDeny"), case("x", statements=[hostile])]
    for color in ("always", "never"):
        for format_ in ("people", "tap", "github"):
            run = polcheck("test", f"--color={color}", "--format", format_, "-v", write(tmp_path, made))
            left = re.sub(r"\x1b\[(?!35)[0-9;]*m", "", run.out) if color == "always" else run.out
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", left), (color, format_)
            assert "\\x1b" in left


def test_progress_on_a_terminal(polcheck, tmp_path):
    """A bar stands on standard error once a run lasts longer than a second, and is gone at its end."""
    write(tmp_path, case(), "a.json")
    os.mkfifo(tmp_path / "slow.json")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.environ["TERM"] = "xterm"
        os.execv(os.environ["POLCHECK"], ["polcheck", "test", "a.json", "slow.json", "a.json"])
    with open(tmp_path / "slow.json", "w", encoding="utf-8") as slow:
        time.sleep(1.2)
        slow.write(json.dumps(case()))
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass  # Linux's way to say that the other end is closed
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert re.search(rb"\rcases \[#+\.+\] 2 of 3\x1b\[K", shown)
    assert b"3 cases in 3 files: 3 passed" in shown.rsplit(b"\x1b[K", 1)[1]


def test_a_failure_is_explained(polcheck, tmp_path):
    """As polcheck explain does it, without the decision, which stands above; in the formats that have room for it."""
    path = write(tmp_path, case("bad", decision="explicitDeny"))
    wanted = polcheck("explain", "--case", path).out.splitlines()[1:]
    assert any("Reads" in line for line in wanted)
    shown = polcheck("test", path).out.splitlines()[2:-1]
    assert [line.strip() for line in shown] == [line.strip() for line in wanted]
    [line] = polcheck("test", "--json", path).lines()
    assert [part.strip() for part in line["explanation"].splitlines()] == [part.strip() for part in wanted]
    root = xml.etree.ElementTree.fromstring(polcheck("test", "--format", "junit", "--color=always", path).out)
    assert line["explanation"] in root.find(".//failure").text
    assert 'Allow "Reads"' in polcheck("test", "--format", "github", path).out
    tap = polcheck("test", "--format", "tap", "--color=always", path).out
    assert "".join(f"# {part}\n" for part in line["explanation"].splitlines()) in tap


def test_what_passed_is_not_explained(polcheck, tmp_path):
    [line] = polcheck("test", "--json", write(tmp_path, case())).lines()
    assert "explanation" not in line


def test_formats_are_in_the_order_of_their_words(polcheck, tmp_path):
    """Rows and words of the option belong together by their order alone; --json is short for one of them."""
    path = write(tmp_path, case())
    begins = {"people": "1 case", "json": "{", "tap": "ok 1", "junit": "<?xml", "github": "1 case"}
    text = (TOP / "src/cli/cmd_test.c").read_text(encoding="utf-8")
    (words,) = re.findall(r'"format", "([a-z|]+)"', text)
    rows = re.search(r"formats\[\] = \{(.*?)\}", (TOP / "src/cli/test_report.c").read_text(encoding="utf-8"), re.S)[1]
    assert words.split("|") == re.findall(r"&pc_report_(\w+)", rows) == list(begins)
    for word in begins:
        assert polcheck("test", path, "--format", word).out.startswith(begins[word])
    assert polcheck("test", path, "--json", "--format", "json").out == polcheck("test", path, "--json").out
