# SPDX-License-Identifier: Apache-2.0
"""What libpolcheck shows and what it needs: the same functions in header, map and library, and little else."""

import re

import pytest

from conftest import run

VERSION = "POLCHECK_0"
NEEDED = {"libc", "liblmdb", "libsodium", "libpcre2-8"}


@pytest.fixture(scope="session")
def mapped(top):
    text = (top / "src" / "api" / "polcheck.map").read_text(encoding="utf-8")
    [names] = re.findall(VERSION + r" \{\nglobal:\n(.*?)local:\n    \*;\n\};", text, re.S)
    return re.findall(r"^    (\w+);$", names, re.M)


@pytest.fixture(scope="session")
def exported(build):
    """The symbols that others can link to, each with its version."""
    lines = run(["nm", "--dynamic", "--defined-only", "--with-symbol-versions", build.shared]).stdout.splitlines()
    return {line.split()[-1] for line in lines}


def test_map_names_the_functions_of_the_header(mapped, functions):
    assert mapped == sorted(functions)


def test_every_function_of_the_header_is_exported(exported, functions):
    assert {f"{name}@@{VERSION}" for name in functions} - exported == set()


def test_nothing_else_is_exported(exported, functions):
    assert exported - {f"{name}@@{VERSION}" for name in functions} in (set(), {VERSION}, {f"{VERSION}@@{VERSION}"})


def test_static_library_has_every_function_and_no_name_of_others(build, functions):
    """Its symbols meet those of the program: all begin with a prefix of ours."""
    lines = run(["nm", "--extern-only", "--defined-only", "--no-sort", build.static]).stdout.splitlines()
    names = {line.split()[-1] for line in lines if len(line.split()) == 3}
    assert functions - names == set()
    foreign = {name for name in names if not name.startswith(("pc_", "polcheck_"))}
    assert build.instruments or foreign == set()


def test_soname(build):
    dynamic = run(["readelf", "--dynamic", "--wide", build.shared]).stdout
    assert re.findall(r"\(SONAME\).*\[(.*)\]", dynamic) == ["libpolcheck.so.0"]


def test_needs_only_four_libraries(build):
    if build.instruments:
        pytest.skip("an instrumented build needs its runtime, too")
    dynamic = run(["readelf", "--dynamic", "--wide", build.shared]).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.*)\.so\.\d+\]", dynamic)
    assert sorted(needed) == sorted(NEEDED)


def test_code_is_neither_written_nor_data_run(build):
    assert "TEXTREL" not in run(["readelf", "--dynamic", "--wide", build.shared]).stdout
    segments = run(["readelf", "--segments", "--wide", build.shared]).stdout
    [stack] = re.findall(r"^ *GNU_STACK .*? (R?W?E?) +0x\w+$", segments, re.M)
    assert stack == "RW"
    loaded = re.findall(r"^ *LOAD (?: *0x\w+){5} (.*?) +0x\w+$", segments, re.M)
    assert loaded and not [flags for flags in loaded if "W" in flags and "E" in flags]
