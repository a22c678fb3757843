# SPDX-License-Identifier: Apache-2.0
"""`polcheck fmt`: the canonical layout, which changes no word."""

import json
import os
import random

import pytest

UNTIDY = """{"Statement":{"Resource":["arn:aws:s3:::a","arn:aws:s3:::b"],"Action":["s3:Get*"] , "Effect":"Allow",
   "Condition":{"StringEquals":{"aws:PrincipalTag/\\u006b":[ ]}},"Sid":"A\\u0042"}, "Version":"2012-10-17"}"""

TIDY = """{
  "Version": "2012-10-17",
  "Statement": {
    "Sid": "A\\u0042",
    "Effect": "Allow",
    "Action": ["s3:Get*"],
    "Resource": [
      "arn:aws:s3:::a",
      "arn:aws:s3:::b"
    ],
    "Condition": {
      "StringEquals": {
        "aws:PrincipalTag/\\u006b": []
      }
    }
  }
}
"""


def test_layout(polcheck):
    run = polcheck("fmt", input=UNTIDY)
    assert (run.status, run.err, run.out) == (0, "", TIDY)
    assert polcheck("fmt", "-", input=TIDY).out == TIDY


def test_only_policies_are_put_in_order(polcheck):
    """Policies within cases and manifests are, and nothing else is; Statement as a text makes no policy."""
    text = '{"z": 1, "a": {"Statement": [{"Effect": "Deny", "Sid": "S", "x": 1}], "Id": "i", "Version": "v"},' \
           ' "Resource": {"Effect": 1, "Action": 2}, "Statement": "no"}'
    tree = json.loads(polcheck("fmt", input=text).out)
    assert list(tree) == ["z", "a", "Resource", "Statement"]
    assert list(tree["a"]) == ["Version", "Id", "Statement"]
    assert list(tree["a"]["Statement"][0]) == ["Sid", "Effect", "x"]
    assert list(tree["Resource"]) == ["Effect", "Action"]


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost(polcheck, seed):
    dice = random.Random(seed)

    def value(depth):
        kind = dice.randrange(7 if depth else 4)
        if kind == 4:
            return [value(depth - 1) for _ in range(dice.randrange(4))]
        if kind > 4:
            names = ["Sid", "Effect", "Statement", "Version", "Action", "é\n\"\\", "", "x"]
            return {name: value(depth - 1) for name in dice.sample(names, dice.randrange(len(names)))}
        return dice.choice([None, True, -1.5e3, 0, "", "a\"b\\", "\u20ac", "\x7f"])

    tree = value(5)
    text = json.dumps(tree, ensure_ascii=dice.random() < 0.5)
    run = polcheck("fmt", input=text)
    assert run.status == 0, run
    assert json.loads(run.out) == tree
    assert polcheck("fmt", input=run.out).out == run.out


def test_check_and_write(polcheck, tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    for name, text in (("a.json", UNTIDY), ("b.json", TIDY), ("c.ndjson", "{}\n{}\n")):
        (folder / name).write_text(text)
    (folder / "a.json").chmod(0o640)
    check = polcheck("fmt", "--check", "policies")
    assert (check.status, check.out, check.err) == (1, "policies/a.json\n", "")
    assert (folder / "a.json").read_text() == UNTIDY
    before = os.stat(folder / "b.json")
    write = polcheck("fmt", "--write", "policies")
    assert (write.status, write.out, write.err) == (0, "policies/a.json\n", "")
    assert (folder / "a.json").read_text() == TIDY
    assert os.stat(folder / "a.json").st_mode & 0o777 == 0o640
    after = os.stat(folder / "b.json")
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert sorted(os.listdir(folder)) == ["a.json", "b.json", "c.ndjson"]
    check = polcheck("fmt", "--check", "policies")
    assert (check.status, check.out) == (0, "")


def test_what_cannot_be_read_keeps_no_other_file(polcheck, tmp_path):
    (tmp_path / "bad.json").write_text('{"a": 1, "a": 2}')
    (tmp_path / "good.json").write_text(UNTIDY)
    run = polcheck("fmt", "--write", "bad.json", "good.json")
    assert run.status == 2 and "POL0101" in run.err and run.out == "good.json\n"
    assert (tmp_path / "bad.json").read_text() == '{"a": 1, "a": 2}'
    assert (tmp_path / "good.json").read_text() == TIDY


def test_a_name_that_comes_twice_in_other_words(polcheck):
    assert "POL0101" in polcheck("fmt", input='{"a": 1, "\\u0061": 2}').err


@pytest.mark.parametrize("arguments, said", [
    (["--check", "--write", "x.json"], "exclude each other"),
    (["x.json", "y.json"], "--write or --check"),
    (["--write", "-"], "standard input"),
    (["--write"], "standard input"),
    (["--write", "x.json", "-"], "standard input"),
    (["--check", "of-lines"], "POL0003"),
    (["--check", "x.json", "of-lines"], "POL0003"),
    (["missing.json"], "POL0001"),
    (["lines.ndjson"], "POL1370"),
])
def test_wrong_usage(polcheck, tmp_path, arguments, said):
    for name in ("x.json", "y.json", "lines.ndjson"):
        (tmp_path / name).write_text("{}\n")
    (tmp_path / "of-lines").mkdir()
    (tmp_path / "of-lines" / "cases.ndjson").write_text("{}\n")
    run = polcheck("fmt", *arguments, input="{}")
    assert run.status == 2 and run.out == "" and said in run.err
