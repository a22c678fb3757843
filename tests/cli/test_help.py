# SPDX-License-Identifier: Apache-2.0
"""Help, versions, codes, and what is said about commands that do not exist."""

import os
import pathlib
import re
import subprocess

import pytest

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "src"
VERBS = sorted(path.stem.removeprefix("cmd_") for path in (SOURCES / "cli").glob("cmd_*.c"))
ROW = re.compile(r"\{OPT_\w+,\s*('(.)'|0),\s*\"([a-z-]+)\",\s*(NULL|\"[^\"]*\"),\s*(NULL|\")")


def table(verb):
    """The options in the table of a verb: (letter, name, shown)."""
    text = (SOURCES / "cli" / f"cmd_{verb}.c").read_text(encoding="utf-8")
    rows = [(m.group(2), m.group(3), m.group(5) != "NULL") for m in ROW.finditer(text)]
    assert len(rows) == len(re.findall(r"\{OPT_", text)), "a row that this test does not understand"
    return rows


def codes():
    text = (SOURCES / "base" / "include" / "base" / "diag.def").read_text(encoding="utf-8")
    return [int(n) for n in re.findall(r"^PC_DIAG\(\w+, (\d+),", text, re.MULTILINE)]


def test_there_are_verbs():
    assert {"compile", "eval", "test", "dump", "help", "version"} <= set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_lists_its_options(polcheck, verb):
    run = polcheck(verb, "--help")
    assert run.status == 0
    assert run.err == ""
    assert run.out.startswith(f"Usage: polcheck {verb}")
    for letter, name, shown in table(verb) + [("h", "help", True), (None, "color", True)]:
        assert bool(re.search(rf"(?m)^ +.*--{name}( |$)", run.out)) == shown, name
        if letter and shown:
            assert f"-{letter}, --{name}" in run.out
    assert run.out == polcheck("help", verb).out
    assert run.out == polcheck(verb, "-h").out


@pytest.mark.parametrize("verb", VERBS)
def test_help_fits_a_terminal(polcheck, verb):
    for line in polcheck("help", verb).out.split("\nExamples:")[0].splitlines():
        assert len(line) <= 100, line


def test_overview_lists_the_verbs(polcheck):
    run = polcheck("--help")
    assert run.status == 0
    for verb in VERBS:
        assert re.search(rf"(?m)^  {verb} ", run.out)
    assert run.out == polcheck("help").out
    assert run.out == polcheck("-h").out


@pytest.mark.parametrize("code", codes())
def test_help_of_a_code(polcheck, code):
    run = polcheck("help", f"POL{code:04d}")
    assert run.status == 0
    assert run.out.startswith(f"POL{code:04d} (")
    assert len(run.out.splitlines()) >= 3
    assert run.out == polcheck("help", f"pol{code:04d}").out


def test_list_of_codes(polcheck):
    run = polcheck("help", "codes")
    assert run.status == 0
    assert [int(line[3:7]) for line in run.out.splitlines()] == codes()


@pytest.mark.parametrize("topic", ["POL9999", "POL1", "nonsense", ""])
def test_help_of_nothing(polcheck, topic):
    run = polcheck("help", topic)
    assert run.status == 2
    assert run.out == ""
    assert "neither a subcommand nor a code" in run.err


def test_version(polcheck):
    run = polcheck("--version")
    assert run.status == 0
    assert re.match(r"polcheck \d+\.\d+\.\d+\n", run.out)
    assert "image format" in run.out and "store format" in run.out
    assert run.out == polcheck("version").out == polcheck("-V").out


@pytest.mark.parametrize("arguments, said", [
    ([], "no subcommand is named"),
    (["evl"], 'did you mean "polcheck eval"?'),
    (["complie"], 'did you mean "polcheck compile"?'),
    (["xyzzy"], 'no subcommand "xyzzy"'),
    ([""], 'no subcommand ""'),
    (["--verson"], 'did you mean "--version"?'),
    (["-x"], 'unknown option "-x"'),
    (["--color"], "needs a value"),
    (["--color=blue", "help"], "auto, always or never"),
    (["version", "now"], "takes no operands"),
    (["help", "eval", "test"], "one thing at a time"),
    (["hel"], 'did you mean "polcheck help"?'),
])
def test_wrong_usage(polcheck, arguments, said):
    run = polcheck(*arguments)
    assert run.status == 2
    assert run.out == ""
    assert said in run.err
    assert "POL0950" in run.err


def test_help_into_a_full_disk(polcheck):

    with open("/dev/full", "w") as full:
        done = subprocess.run([os.environ["POLCHECK"], "help"], stdout=full, stderr=subprocess.PIPE,
                              encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 2
    assert "POL0005" in done.stderr
