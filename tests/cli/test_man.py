# SPDX-License-Identifier: Apache-2.0
"""Manual pages, which are made from the tables of the help: whole, and without a complaint of mandoc's lint."""

import os
import pathlib
import re
import subprocess

import pytest
from test_help import GROUPS, NAMES, VERBS, table

MAN = pathlib.Path(__file__).resolve().parents[2] / "man"
PAGES = ["", *GROUPS, *(name.replace(" ", "-") for name in NAMES)]


def source(page):
    """The page as the build makes it."""
    command = [MAN / "page.sh", os.environ["POLCHECK"], "scdoc", MAN / "tidy.awk", *([page] if page else [])]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=60).stdout


def text(page):
    """What a reader sees, without bold and underlined."""
    shown = subprocess.run(["mandoc", "-Tutf8", "-Owidth=100"], input=source(page), capture_output=True,
                           encoding="utf-8", check=True, timeout=60).stdout
    return re.sub(".\b", "", shown)


@pytest.mark.parametrize("page", PAGES)
def test_lint(page):
    done = subprocess.run(["mandoc", "-Tlint"], input=source(page), capture_output=True, encoding="utf-8", check=False,
                          timeout=60)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("verb", VERBS, ids=NAMES)
def test_page_of_a_verb(polcheck, verb):
    shown = text("-".join(verb))
    sections = re.findall(r"(?m)^[A-Z ]+$", shown)
    assert sections[:4] == ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS"]
    assert "EXIT STATUS" in sections and "SEE ALSO" in sections
    for letter, name, wanted in table(verb) + [("h", "help", True), (None, "color", True)]:
        assert bool(re.search(rf"(?m)^ +(-\w, )?--{name}( |$)", shown)) == wanted, name
        if letter and wanted:
            assert f"-{letter}, --{name}" in shown
    # Nothing that the help says is missing, whatever marks scdoc reads in it.
    words = set(re.findall(r"\w+", re.sub(r"[-‐]\n +", "-", shown)))
    said = re.sub(r"(?m)^(Options|Examples|Exit status):", "", polcheck("help", *verb).out)
    assert not set(re.findall(r"\w+", said)) - words - {"Usage"}


@pytest.mark.parametrize("group", GROUPS)
def test_page_of_a_group(group):
    shown = text(group)
    for verb in (words for words in VERBS if words[0] == group and len(words) > 1):
        assert re.search(rf"(?m)^ +{verb[1]}$", shown)
        assert f"polcheck-{'-'.join(verb)}(1)" in shown.replace("-\n       ", "-")


def test_page_of_the_command():
    shown = text("")
    for name in [words[0] for words in VERBS if len(words) == 1] + GROUPS:
        assert re.search(rf"(?m)^ +{name}$", shown), name
    assert "NO_COLOR" in shown


def test_no_such_page(polcheck):
    run = polcheck("help", "--scdoc", "xyzzy")
    assert run.status == 2 and run.out == "" and 'no page "xyzzy"' in run.err
