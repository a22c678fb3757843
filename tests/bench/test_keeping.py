# SPDX-License-Identifier: Apache-2.0
"""Which runs replace the results of the project: only those that lack nothing, or that are told to."""

import importlib.util

import pytest

import decisions
import places

HAD = {"checked": 1000, "mismatches": 0}


@pytest.fixture
def bench(monkeypatch):
    """Runs tools/dev bench with these arguments on workers that all have the outcome; says whether it was kept."""
    spec = importlib.util.spec_from_file_location("bench", places.HERE / "__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def run(arguments, outcome):
        seen = []
        tables = {"W1": {"valid": True, "workers": {"naive": HAD, "opa": outcome}}}
        monkeypatch.setattr(module, "fetch_policies", lambda: None)
        monkeypatch.setattr(module.workloads, "generate", lambda *_: None)
        monkeypatch.setattr(module.decisions, "measure", lambda *_: tables)
        monkeypatch.setattr(module, "keep", lambda options, *_: seen.append(options.kept))
        assert module.main(arguments) == 0
        return seen == [True]

    return run


def test_whole_run_is_kept(bench):
    assert bench([], HAD)
    assert bench([], {"cannot": "say what the policy says"})


def test_run_without_an_engine_is_kept_only_when_told_to(bench):
    """Its figures would be gone from the results and from the README."""
    assert not bench([], {"skipped": "go is not installed"})
    assert bench(["--keep"], {"skipped": "go is not installed"})


@pytest.mark.parametrize("arguments", [["--quick"], ["--peers", "opa"], ["--workloads", "W1"], ["--seed", "5"]])
def test_smaller_run_is_not_kept(bench, arguments):
    assert not bench(arguments, HAD)


def test_engines_that_could_not_be_had_are_named_once():
    workers = {"naive": HAD, "opa": {"skipped": "no go"}, "cedar": {"skipped": "no cargo"}}
    assert decisions.skipped({"W1": {"workers": workers}, "W2": {"workers": workers}}) == ["cedar", "opa"]
    assert decisions.skipped({"W1": {"workers": {"naive": HAD, "cedar": {"cannot": "no"}}}}) == []
