# SPDX-License-Identifier: Apache-2.0
"""README, docs/library.md and man page: what they quote is in the examples and works, and no function is left out."""

import re

import pytest

from conftest import TOP, run

EXAMPLES = ["ask", "explain", "pool", "secrets", "signed"]


def section(text, title):
    [found] = re.findall(rf"^## {title}\n(.*?)(?=^## )", text, re.M | re.S)
    return found


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def source(name):
    return (TOP / "examples" / f"{name}.c").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def readme():
    return section((TOP / "README.md").read_text(encoding="utf-8"), "Link it")


@pytest.fixture(scope="module")
def library():
    """The page that goes on from there."""
    return (TOP / "docs" / "library.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def manual():
    return (TOP / "man" / "polcheck.3").read_text(encoding="utf-8")


def test_each_example_is_quoted_as_it_is(readme, library):
    quoted = blocks(readme + library, "c")
    assert len(quoted) == len(EXAMPLES) and all(len(quote.splitlines()) >= 3 for quote in quoted)
    assert sorted(name for quote in quoted for name in EXAMPLES if quote in source(name)) == EXAMPLES
    assert all(f"examples/{name}.c)" in readme + library for name in EXAMPLES)


def test_commands_of_the_readme(readme, build, installed, store, tmp_path):
    """Its lines are run as they stand, but for the first: the fixture has done that installation, and the store."""
    [install, compiled, asked] = "".join(blocks(readme, "sh")).replace("\\\n", " ").splitlines()
    assert install.startswith("meson install -C build")
    (tmp_path / "examples").symlink_to(TOP / "examples")
    instruments = " ".join(build.instruments)
    run(["sh", "-c", f"{compiled} {instruments}"], cwd=tmp_path, env=installed.env)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "example.store").symlink_to(store)
    done = run(["sh", "-c", asked], cwd=tmp_path, env=installed.env)
    [answer] = re.findall(r"# (\w+)$", asked)
    assert done.stdout == answer + "\n" == "allowed\n"  # bob-reads-configuration of policies/thumbnails/README.md


def test_manual_lists_every_function(manual, functions):
    listed = re.findall(r"^\.It Fn (polcheck_\w+)$", manual, re.M)
    assert len(listed) == len(set(listed))
    assert functions - set(listed) == set()


def test_manual_names_nothing_that_is_not_there(manual):
    header = (TOP / "include" / "polcheck" / "polcheck.h").read_text(encoding="utf-8")
    names = set(re.findall(r"\b(?:polcheck_|POLCHECK_)\w+", manual))
    assert len(names) > 60
    assert {name for name in names if not re.search(rf"\b{name}\b", header)} == set()


def test_manual_quotes_an_example_as_it_is(manual):
    [quote] = re.findall(r"^\.Bd -literal\n(.*?)^\.Ed$", manual, re.M | re.S)
    assert quote.replace("\\e", "\\") in source("ask")


def test_manual_is_sound():
    done = run(["mandoc", "-T", "lint", "-W", "warning", TOP / "man" / "polcheck.3"], good=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
