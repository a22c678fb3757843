# SPDX-License-Identifier: Apache-2.0
"""Help, versions, codes, and what is said about commands that do not exist."""

import os
import pathlib
import re
import subprocess

import pytest

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "src"
FILES = sorted((SOURCES / "cli").glob("cmd_*.c"))
GROUPS = ["secrets", "keys", "lambda"]
ROW = re.compile(r"\{(OPT|PC_OPTION)_\w+,\s*('(.)'|0),\s*\"([a-z-]+)\",\s*(NULL|\"[^\"]*\"|PC_\w+_WORDS),\s*(NULL|\")")


def words_of(path):
    """The words that name the verb of a cmd_*.c: eval; who-can; secrets put; keys cancel-deletion."""
    name = path.stem.removeprefix("cmd_")
    first, _, rest = name.partition("_")
    return (first, rest.replace("_", "-")) if rest and first in GROUPS else (name.replace("_", "-"),)


VERBS = {words_of(path): path for path in FILES}
NAMES = [" ".join(words) for words in VERBS]


def rows_of(text):
    """Rows of tables of options: (letter, name, shown)."""
    rows = [(m.group(3), m.group(4), m.group(6) != "NULL") for m in ROW.finditer(text)]
    assert len(rows) == len(re.findall(r"\{(OPT|PC_OPTION)_\w+,\s*['0]", text)), "a row that this test does not understand"
    return rows


def shared_bodies():
    """The macros of rows that several verbs have in their tables: name to text."""
    bodies = {}
    for header in (SOURCES / "cli").glob("*.h"):
        text = header.read_text(encoding="utf-8").replace("\\\n", "")
        bodies |= dict(re.findall(r"^#define (PC_\w+_OPTIONS?)\b(.*)$", text, re.MULTILINE))
    return bodies


def table(words):
    """The options in the table of a verb: (letter, name, shown)."""
    bodies = shared_bodies()

    def all_rows(text):
        return rows_of(text) + [row for name in re.findall(r"\bPC_\w+_OPTIONS?\b", text) for row in all_rows(bodies[name])]

    return all_rows(VERBS[words].read_text(encoding="utf-8"))


def codes():
    text = (SOURCES / "base" / "include" / "base" / "diag.def").read_text(encoding="utf-8")
    return [int(n) for n in re.findall(r"^PC_DIAG\(\w+, (\d+),", text, re.MULTILINE)]


def test_there_are_verbs():
    assert {"compile", "eval", "test", "dump", "help", "version"} <= set(NAMES)


@pytest.mark.parametrize("verb", VERBS, ids=NAMES)
def test_help_of_a_verb_lists_its_options(polcheck, verb):
    run = polcheck(*verb, "--help")
    assert run.status == 0
    assert run.err == ""
    assert re.match(rf"Usage: polcheck {' '.join(verb)}( |\n)", run.out)
    for letter, name, shown in table(verb) + [("h", "help", True), (None, "color", True)]:
        assert bool(re.search(rf"(?m)^ +.*--{name}( |$)", run.out)) == shown, name
        if letter and shown:
            assert f"-{letter}, --{name}" in run.out
    assert run.out == polcheck("help", *verb).out == polcheck(*verb, "-h", "--help").out


@pytest.mark.parametrize("verb", VERBS, ids=NAMES)
def test_short_help_fits_a_screen(polcheck, verb):
    """-h: usage and options, each with the beginning of what the long help says of it."""
    run, whole = polcheck(*verb, "-h"), polcheck(*verb, "--help").out
    assert run.status == 0 and run.err == ""
    usage, summary, options, *rest = run.out.split("\n\n")
    assert whole.startswith(f"{usage}\n\n{summary}\n\nOptions:\n") and options.startswith("Options:\n")
    assert rest == ([f'"polcheck help {" ".join(verb)}" tells the rest, with examples.\n'] if "\nExamples:" in whole else [])
    assert re.findall(r"--[a-z-]+(?=[ \n])", options.split("Options:")[1])[0] in whole
    names = [name for _, name, shown in table(verb) if shown] + ["help", "color"]
    assert sorted(re.findall(r"(?m)^  (?:-\w, |    )--([a-z-]+)", options)) == sorted(names)
    assert len(run.out.splitlines()) <= 48 and max(map(len, run.out.splitlines())) <= 80


@pytest.mark.parametrize("verb", [("secrets", "exec"), ("secrets", "release")], ids=" ".join)
def test_usage_of_a_release_names_all_that_it_takes(polcheck, verb):
    """Root keys stand there as ROOT-KEY, and how policies are read is for few."""
    usage = polcheck("help", *verb).out.split("\n\n")[0]
    apart = {"root-key", "root-key-credential", "root-key-fd", "passphrase", "wide-stars", "no-account-link"}
    named = set(re.findall(r"--([a-z-]+)", usage))
    assert named == {name for _, name, shown in table(verb) if shown} - apart


@pytest.mark.parametrize("topic", [*VERBS, (), *((group,) for group in GROUPS)],
                         ids=[*NAMES, "overview", *GROUPS])
def test_help_fits_a_terminal(polcheck, topic):
    usage, *rest = polcheck("help", *topic).out.split("\nExamples:")[0].split("\n\n")
    for line in usage.splitlines():
        assert len(line) <= 80, line
    for line in "\n".join(rest).splitlines():
        assert len(line) <= 80, line


def test_overview_lists_verbs_and_groups(polcheck):
    run = polcheck("--help")
    assert run.status == 0
    for name in [words[0] for words in VERBS] + GROUPS:
        assert len(re.findall(rf"(?m)^  {name} +[A-Z]", run.out)) == 1
    assert run.out == polcheck("help").out
    assert run.out == polcheck("-h").out


@pytest.mark.parametrize("group", GROUPS)
def test_help_of_a_group_lists_its_verbs(polcheck, group):
    run = polcheck("help", group)
    assert run.status == 0
    assert run.err == ""
    listed = re.findall(r"(?m)^  ([a-z-]+) +[A-Z]", run.out)
    assert sorted(listed) == sorted(words[1] for words in VERBS if words[0] == group and len(words) > 1)
    assert run.out == polcheck(group, "--help").out == polcheck(group, "-h").out


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_is_no_verb(polcheck, group):
    run = polcheck(group)
    assert run.status == 2
    assert run.out == "" and run.err.startswith(polcheck("help", group).out)
    assert f'no subcommand of "{group}" is named' in run.err
    assert f"polcheck help {group}" in run.err


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
    (date,) = re.findall(r"^date\t(.*)$", (SOURCES / "catalog" / "service-reference.txt").read_text(encoding="ascii"), re.M)
    assert f"AWS service reference of {date}\n" in run.out


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
    (["secret"], 'did you mean "polcheck secrets"?'),
    (["help", "secretz"], 'did you mean "polcheck help secrets"?'),
    (["secrets", "xyzzy"], 'no subcommand "secrets xyzzy"'),
    (["secrets", "xyzzy"], "polcheck help secrets"),
    (["secrets", ""], 'no subcommand "secrets "'),
    (["secrets", "eval"], 'no subcommand "secrets eval"'),
    (["secrets put"], 'no subcommand "secrets put"'),
    (["secrets", "--colour"], 'did you mean "--color"?'),
    (["help", "secrets", "xyzzy"], '"secrets xyzzy" is no subcommand'),
    (["help", "secrets", "xyzzy"], "polcheck help secrets lists its subcommands"),
    (["help", "secrets", "keys", "eval"], "one thing at a time"),
])
def test_wrong_usage(polcheck, arguments, said):
    run = polcheck(*arguments)
    assert run.status == 2
    assert run.out == ""
    assert said in run.err
    assert "POL0950" in run.err


@pytest.mark.parametrize("group, words, meant", [
    ("secrets", ["get", "read", "cat"], "release"), ("secrets", ["set", "add", "new", "create", "update"], "put"),
    ("secrets", ["ls", "show"], "list"), ("secrets", ["delete", "del", "remove", "unset"], "rm"),
    ("secrets", ["run"], "exec"), ("secrets", ["log"], "audit"), ("secrets", ["pt"], "put"),
    ("keys", ["new", "add", "make"], "create"), ("keys", ["ls", "get", "show", "describe"], "list"),
    ("keys", ["delete", "del", "remove", "rm"], "schedule-deletion"), ("keys", ["set"], "policy"),
])
def test_words_of_other_tools(polcheck, group, words, meant):
    for word in words:
        run = polcheck(group, word)
        assert run.status == 2 and run.out == ""
        assert f'no subcommand "{group} {word}"' in run.err and f'did you mean "polcheck {group} {meant}"?' in run.err
        assert f'did you mean "polcheck help {group} {meant}"?' in polcheck("help", group, word).err
        assert polcheck("help", group, meant).status == 0
    assert "did you mean" not in polcheck("ls").err


def test_words_of_other_tools_for_subcommands(polcheck):
    for word, meant in [("why", "explain"), ("check", "lint"), ("format", "fmt"), ("simulate-custom-policy", "simulate")]:
        assert f'did you mean "polcheck {meant}"?' in polcheck(word).err


def test_without_a_subcommand_there_is_the_overview(polcheck):
    run = polcheck()
    assert run.status == 2 and run.out == "" and run.err.startswith(polcheck("help").out)


def test_help_into_a_full_disk(polcheck):

    with open("/dev/full", "w") as full:
        done = subprocess.run([os.environ["POLCHECK"], "help"], stdout=full, stderr=subprocess.PIPE,
                              encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 2
    assert "POL0005" in done.stderr
