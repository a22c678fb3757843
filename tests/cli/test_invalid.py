# SPDX-License-Identifier: Apache-2.0
"""The invalid corpus: what every diagnostic of diag.def is reported for, and exactly where.

corpus/invalid/CODE/ holds one or both of
  *.json  a case whose policies do not compile (polcheck test runs it as well); "comment" says
          "points at TEXT", and the place that is reported has to be where TEXT stands. Or an array of
          further cases, which have the code alone
  *.toml  a command: its arguments, input files, exit status, place (file:line:column) and hint
A code without folder is an error, unless corpus/OUT_OF_SCOPE.md says why nothing can provoke it.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
INVALID = TOP / "corpus" / "invalid"
sys.path.insert(0, str(TOP / "tools"))
import rules_corpus  # noqa: E402

CASES = sorted(INVALID.rglob("*.json"))
COMMANDS = sorted(INVALID.rglob("*.toml"))
DIAGNOSTIC = re.compile(r"^ *(?:(?P<place>\S.*?): )?(?P<severity>error|warning|suggestion): "
                        r"(?P<text>.*) \[(?P<code>POL\d{4})\]"
                        r"(?:\n *hint: (?P<hint>.*))?$", re.M)
NEEDED = {"name", "arguments", "status", "place"}
# `before`: commands that run first; then `overwrite` and `cut` damage what they made. `bytes` are in
# hexadecimal, `sizes` and `cut` in bytes, `modes` are changed last, in octal digits.
OPTIONAL = {"hint", "before", "input", "output", "folders", "files", "bytes", "sizes", "overwrite", "cut", "modes"}


def label(path):
    return str(path.relative_to(INVALID))


def reported(text, code):
    """The one diagnostic of that code in what was printed."""
    found = [match for match in DIAGNOSTIC.finditer(text) if match["code"] == code]
    assert len(found) == 1, f"{len(found)} diagnostics {code} in:\n{text}"
    return found[0]


def check_text(diagnostic, certain=False):
    """How messages are written: lower case first, no full stop, severity as in the table; of what is certain to
    fail, because a question shows it, an error."""
    severity = rules_corpus.diagnostics()[diagnostic["code"]][1].lower()
    assert diagnostic["severity"] == severity or (certain and diagnostic["severity"] == "error")
    assert not diagnostic["text"].endswith(".") and not diagnostic["text"][0].isupper(), diagnostic["text"]


def write(folder, command):
    for name in command.get("folders", []):
        (folder / name).mkdir(parents=True)
    for name, text in command.get("files", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for name, digits in command.get("bytes", {}).items():
        (folder / name).write_bytes(bytes.fromhex(digits))
    for name, size in command.get("sizes", {}).items():
        with open(folder / name, "wb") as opened:
            opened.truncate(size)


def findings(polcheck, arguments):
    """What lambda check finds, as other commands print diagnostics: it tells places below, in a report."""
    done = polcheck(*arguments, "--json")
    lines = []
    for result in done.lines():
        parts = [*result.get("integrations", []), {"findings": result.get("dangers", result.get("account", []))}]
        for finding in (one for part in parts for one in part["findings"]):
            place = "{file}:{line}:{column}: ".format(**finding) if "file" in finding else ""
            text = finding.get("message") or f"{finding['principal']} may not: {finding['reason']}"
            lines.append(f"{place}{finding['severity']}: {text} [{finding['code']}]")
            lines += [f"  hint: {finding['hint']}"] if "hint" in finding else []
    return "\n".join(lines), done.status


def run(polcheck, folder, command):
    """Runs the command of a *.toml; everything that it printed, and its status."""
    write(folder, command)
    for arguments in command.get("before", []):
        assert polcheck(*arguments).status == 0
    for name, text in command.get("overwrite", {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, size in command.get("cut", {}).items():
        os.truncate(folder / name, size)
    for name, digits in command.get("modes", {}).items():
        (folder / name).chmod(int(digits, 8))
    if command["arguments"][:2] == ["lambda", "check"]:
        return findings(polcheck, command["arguments"])
    if "output" not in command:
        done = polcheck(*command["arguments"], input=command.get("input", ""))
        return done.out + done.err, done.status
    with open(command["output"], "w", encoding="utf-8") as output:
        done = subprocess.run([os.environ["POLCHECK"], *command["arguments"]], cwd=folder, stdout=output,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, encoding="utf-8",
                              check=False, timeout=60)
    return done.stderr, done.returncode


@pytest.mark.parametrize("path", COMMANDS, ids=label)
def test_command(polcheck, tmp_path, path):
    command = tomllib.loads(path.read_text(encoding="utf-8"))
    assert NEEDED <= set(command) <= NEEDED | OPTIONAL
    text, status = run(polcheck, tmp_path, command)
    diagnostic = reported(text, path.parent.name)
    check_text(diagnostic, command["arguments"][:2] == ["lambda", "check"])
    assert (diagnostic["place"] or "") == command["place"]
    assert status == command["status"]
    assert command.get("hint", "") in (diagnostic["hint"] or ""), diagnostic[0]


@pytest.mark.parametrize("path", CASES, ids=label)
def test_case(polcheck, path):
    """What the case's comment points at stands at the place that is reported."""
    text = path.read_text(encoding="utf-8")
    case = json.loads(text)
    code = path.parent.name
    if isinstance(case, list):
        assert [more["expect"] for more in case] == [{"error": code}] * len(case)
        assert polcheck("test", path).status == 0
        return
    assert case["expect"] == {"error": code}
    done = polcheck("eval", "--case", path)
    diagnostic = reported(done.err, code)
    check_text(diagnostic)
    assert done.status == 2 and done.out == ""
    start, pointed = case.get("comment", "").split("points at ", 1)
    name, line, column = diagnostic["place"].rsplit(":", 2)
    assert (start, name) == ("", str(path))
    assert text.splitlines()[int(line) - 1][int(column) - 1:].startswith(pointed)


@pytest.mark.parametrize("code", rules_corpus.diagnostics())
def test_every_code_is_provoked(code):
    reasons = dict(rules_corpus.exceptions("Diagnostics that no command provokes"))
    files = [path for path in [*CASES, *COMMANDS] if path.parent.name == code]
    assert bool(files) != bool(reasons.get(code)), "a code needs either a case or a reason"


def test_no_folder_and_no_reason_is_of_an_unknown_code():
    known = set(rules_corpus.diagnostics())
    assert {path.name for path in INVALID.iterdir()} <= known
    assert {row[0] for row in rules_corpus.exceptions("Diagnostics that no command provokes")} <= known
