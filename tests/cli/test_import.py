# SPDX-License-Identifier: Apache-2.0
"""The corpus of the importer: what the AWS CLI prints, whole and damaged, for each row of LAMBDA.md 5.4.

corpus/import/NN-NAME/valid/CASE.toml and .../damaged/CASE.toml have `files` as the AWS CLI prints them, and
  valid    `recognised`: what compile -v says of each file; `summary`: pieces of its last line
  damaged  `code` and `place` of the only error; `said`: a piece of its message or hint
Beside the files of each case stands corpus/import/base.toml, a function and its roles, unless it says `alone`.
"""

import pathlib
import re
import tomllib

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
IMPORT = TOP / "corpus" / "import"
VALID = sorted(IMPORT.glob("*/valid/*.toml"))
DAMAGED = sorted(IMPORT.glob("*/damaged/*.toml"))
DIAGNOSTIC = re.compile(r"^(?P<place>\S+): error: (?P<text>.*) \[(?P<code>POL\d{4})\](?P<hint>(?:\n  hint: .*)*)$", re.M)


def label(path):
    return str(path.relative_to(IMPORT).with_suffix(""))


def load(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def compiled(polcheck, folder, case):
    """Writes the files of the case and compiles their folder, which is the current one: places are relative to it."""
    files = dict(case["files"])
    if not case.get("alone", False):
        files |= load(IMPORT / "base.toml")["files"]
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return polcheck("compile", "--check", "-v", *sorted(files), cwd=folder)


def rows():
    """The numbers of the table of 5.4."""
    text = (TOP / "corpus" / "LAMBDA.md").read_text(encoding="utf-8")
    table = text.split("### 5.4 Files by shape", 1)[1].split("\n### ", 1)[0]
    return [int(number) for number in re.findall(r"^\| (\d+) \|", table, re.M)]


@pytest.mark.parametrize("path", VALID, ids=label)
def test_valid(polcheck, tmp_path, path):
    case = load(path)
    assert {"name", "files", "recognised"} <= set(case) <= {"name", "files", "recognised", "summary", "alone"}
    assert case["recognised"] and case["files"] and case.get("summary", True)
    run = compiled(polcheck, tmp_path, case)
    assert (run.status, run.err) == (0, ""), run
    *recognised, summary = run.out.splitlines()
    assert [line for line in recognised if not line.startswith("base.json: ")] == case["recognised"]
    assert len({line.split(": ")[0] for line in case["recognised"]}) == len(case["files"]), "a file without a word"
    for piece in case.get("summary", []):
        assert f" {piece}" in summary


@pytest.mark.parametrize("path", DAMAGED, ids=label)
def test_damaged(polcheck, tmp_path, path):
    case = load(path)
    assert {"name", "files", "code", "place"} <= set(case) <= {"name", "files", "code", "place", "said", "alone"}
    run = compiled(polcheck, tmp_path, case)
    assert (run.status, run.out) == (2, ""), run
    errors = list(DIAGNOSTIC.finditer(run.err))
    assert [(error["code"], error["place"]) for error in errors] == [(case["code"], case["place"])], run
    assert case.get("said", "") in errors[0]["text"] + errors[0]["hint"]


@pytest.mark.parametrize("row", rows())
def test_each_row_has_cases(row):
    for kind, cases in [("valid", VALID), ("damaged", DAMAGED)]:
        found = [path for path in cases if path.parent.parent.name.startswith(f"{row:02d}-")]
        assert len(found) >= 2, f"{len(found)} {kind} cases"


def test_nothing_lies_elsewhere():
    assert sorted(IMPORT.rglob("*")) == sorted(
        {IMPORT / "base.toml", *VALID, *DAMAGED, *(path.parent for path in VALID + DAMAGED),
         *(path.parent.parent for path in VALID + DAMAGED)})
    assert {int(folder.name[:2]) for folder in IMPORT.iterdir() if folder.is_dir()} == set(rows())
