# SPDX-License-Identifier: Apache-2.0
"""examples/policy-tests: its tests notice when a policy is empty. test_readme.py runs what its README shows."""

import pathlib
import shutil

import pytest

EXAMPLE = "examples/policy-tests"


@pytest.fixture(name="repository")
def make_repository(top, tmp_path):
    return pathlib.Path(shutil.copytree(top / EXAMPLE, tmp_path / "repository"))


def test_each_policy_is_tested(polcheck, repository):
    """All is well, and no policy can be emptied unnoticed."""
    assert polcheck("test", repository / "tests").status == 0
    policies = sorted([*repository.glob("policies/*.json"), *repository.glob("guard-rails/*.json")])
    assert len(policies) == 4
    for path in policies:
        kept = path.read_text(encoding="utf-8")
        path.write_text('{"Version": "2012-10-17", "Statement": []}', encoding="utf-8")
        assert polcheck("test", repository / "tests").status == 1, path
        path.write_text(kept, encoding="utf-8")


def test_policies_of_the_example_are_passed_over(polcheck, repository):
    run = polcheck("test", repository)
    assert run.status == 0
    assert "14 passed, 0 failed, 5 files of policies passed over" in run.out
