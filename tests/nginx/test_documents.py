# SPDX-License-Identifier: Apache-2.0
"""The module's README: every directive and variable is in it and no other, its log lines are those of the code."""

import re

import pytest

from conftest import TOP

NGINX = TOP / "src" / "nginx"


@pytest.fixture(scope="module")
def readme():
    return (NGINX / "README.md").read_text(encoding="utf-8")


def source(*names):
    """The texts of the files, with the pieces of string literals joined."""
    text = "".join((TOP / name).read_text(encoding="utf-8") for name in names)
    return re.sub(r'"\s+"', "", text).replace('\\"', '"')


def rows(readme, title):
    """The first cells of the tables of a section."""
    [section] = re.findall(rf"^## {title}\n(.*?)(?=^## )", readme, re.M | re.S)
    return re.findall(r"^\| (`.+?`) \|", section.replace(r"\|", "/"), re.M)


def test_directives(readme):
    table = source("src/nginx/ngx_http_polcheck_module.c")
    known = set(re.findall(r'(?:ngx_string|VALUE)\("(polcheck\w*)"', table))
    assert len(known) > 10
    assert {re.match(r"`(\w+)", row)[1] for row in rows(readme, "Directives")} == known


def test_variables(readme):
    known = set(re.findall(r'"(polcheck_\w+)"', source("src/nginx/variables.c")))
    assert len(known) > 5
    assert {re.match(r"`\$(\w+)", row)[1] for row in rows(readme, "Variables")} == known


def test_log_lines(readme):
    """Each piece of a line that is quoted, between what is left out, is a text of the module or of the library"""
    code = source(*(path.relative_to(TOP) for path in TOP.glob("src/*/*.c")))
    code = re.sub(r"%(?:u?z|uL|uD|V|s|\.\*s|d)", "…", code)
    lines = re.findall(r"`([^`]+)`", "".join(rows(readme, "What a 403 means")))
    assert len(lines) > 10
    for line in lines:
        pieces = re.split(r"…|\bN\b|: User: |no answer: |polcheck_principal", line)
        assert [piece for piece in pieces if len(piece) > 3 and piece.strip(' "') not in code] == [], line
