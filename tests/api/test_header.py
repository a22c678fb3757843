# SPDX-License-Identifier: Apache-2.0
"""The public header by itself: every language it promises, and that a decision is no truth value."""

import re
import shutil

import pytest

from conftest import run

WARNINGS = ["-Wall", "-Wextra", "-pedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Werror"]
C = [(compiler, "c", std) for compiler in ["gcc", "clang"] for std in ["c99", "c11", "c17"]]
CXX = [(compiler, "c++", std) for compiler in ["g++", "clang++"] for std in ["c++11", "c++17", "c++20"]]
# What gcc, clang, g++ and clang++ say of a struct where a truth value should be.
NO_TRUTH = ["used struct type value where scalar is required", "wrong type argument to unary exclamation mark",
            "requires expression of scalar type", "invalid argument type 'struct polcheck_verdict' to unary",
            "used type 'struct polcheck_verdict' where arithmetic or pointer type is required",
            r"could not convert .*polcheck_ask\(.* from .polcheck_verdict. to .bool.", "no match for .operator!.",
            "'struct polcheck_verdict' is not contextually convertible to 'bool'"]
# How one would like to read it, and what that is called.
TRUTHS = {"if": "if (polcheck_ask(s, r)) return 1; return 0;", "not": "return !polcheck_ask(s, r);",
          "choice": "return polcheck_ask(s, r) ? 1 : 0;", "while": "while (polcheck_ask(s, r)) return 1; return 0;"}
# A decision that is read by its truth: 'if (verdict.decision)', '!answer->decision', 'decision ? a : b'.
READ = r"\s*(?:\w+(?:\.|->))*decision\b"
TRUTH = re.compile(rf"!{READ}(?!\()|\b(?:if|while)\s*\({READ}\s*\)|(?:&&|\|\|){READ}\s*(?:\)|;|&&|\|\||\?)|"
                   rf"(?:\b(?:if|while)\s*\(|\breturn\b|[^=!<>]=){READ}\s*(?:&&|\|\||\?)")
# Every inline function and macro, as a program would use them.
PROBE = """#include <polcheck/polcheck.h>
#include <polcheck/polcheck.h>
#include <stdio.h>
int probe(struct polcheck_scratch *scratch, struct polcheck_request *request);
int probe(struct polcheck_scratch *scratch, struct polcheck_request *request)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_observer observer = POLCHECK_OBSERVER_INIT;
    struct polcheck_logger_options logger = POLCHECK_LOGGER_OPTIONS_INIT;
    struct polcheck_str text = POLCHECK_STR("s3:GetObject");
    polcheck_request_begin(request, polcheck_text("*"), text, polcheck_bytes(text.ptr, text.len));
    polcheck_request_add(request, text, polcheck_string(text));
    polcheck_request_add(request, text, polcheck_integer(-1));
    polcheck_request_add(request, text, polcheck_number(0.5));
    polcheck_request_add(request, text, polcheck_boolean(true));
    printf("%zu %.*s", options.size + observer.size + logger.size, POLCHECK_STR_ARG(text));
    return polcheck_is_allowed(polcheck_ask(scratch, request));
}
"""
USE = """#include <polcheck/polcheck.h>
int use(struct polcheck_scratch *s, struct polcheck_request *r);
int use(struct polcheck_scratch *s, struct polcheck_request *r)
{
    %s
}
"""


def compile_text(top, compiler, language, std, text):
    if shutil.which(compiler) is None and compiler.startswith("clang"):
        pytest.skip(f"no {compiler} here")
    return run([compiler, f"-std={std}", *WARNINGS, "-I", top / "include", "-c", "-o", "/dev/null",
                "-x", language, "-"],
               good=False, input=text)


@pytest.mark.parametrize("compiler, language, std", C + CXX)
def test_compiles_alone(top, compiler, language, std):
    done = compile_text(top, compiler, language, std, PROBE)
    assert done.returncode == 0 and done.stderr == "", done.stderr


@pytest.mark.parametrize("use", TRUTHS)
@pytest.mark.parametrize("compiler, language, std", [C[2], C[5], CXX[1], CXX[4]])
def test_a_verdict_is_no_truth_value(top, compiler, language, std, use):
    refused = compile_text(top, compiler, language, std, USE % TRUTHS[use])
    errors = re.findall(r"error: .*", refused.stderr)
    assert refused.returncode != 0 and errors, refused.stderr
    assert [said for said in NO_TRUTH if re.search(said, errors[0])], errors[0]
    read = TRUTHS[use].replace("polcheck_ask(s, r)", "polcheck_is_allowed(polcheck_ask(s, r))")
    assert compile_text(top, compiler, language, std, USE % read).returncode == 0


@pytest.mark.parametrize("compiler, language, std", [C[2], C[5], CXX[1], CXX[4]])
def test_a_verdict_must_be_looked_at(top, compiler, language, std):
    done = compile_text(top, compiler, language, std, USE % "polcheck_ask(s, r); return 0;")
    assert done.returncode != 0 and "unused-result" in done.stderr


@pytest.mark.parametrize("text, is_truth", [("if (verdict.decision) {", True), ("return !answer->decision;", True),
                                            ("x = v.decision ? 1 : 0;", True), ("a && decision && b", True),
                                            ("if (a != v.decision) {", False), ("a == v.decision || b", False),
                                            ("if (v.decision == POLCHECK_ALLOWED) {", False),
                                            ("x = v.decision;", False), ("!pc_str_eq(decision)", False)])
def test_truth_is_told(text, is_truth):
    assert bool(TRUTH.search(text)) == is_truth


def test_no_decision_of_ours_is_read_by_its_truth(top):
    """A deny can be another number than 0: a decision is compared with a name, or asked by a function."""
    texts = {path: path.read_text(encoding="utf-8") for folder in ["include", "examples", "src", "tests", "tools"]
             for path in (top / folder).rglob("*.[ch]")}
    assert len(texts) > 100
    assert [f"{path}: {found.group()}" for path, text in texts.items() if "decision" in text
            for found in TRUTH.finditer(text)] == []
