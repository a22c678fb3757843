# SPDX-License-Identifier: Apache-2.0
"""examples/policy-tests: what its README shows is what the tool prints, command by command."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

EXAMPLE = "examples/policy-tests"


def steps(text):
    """Each command of the blocks of a terminal, with what stands below it."""
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown


@pytest.fixture(name="repository")
def make_repository(top, tmp_path):
    shutil.copytree(top / EXAMPLE, tmp_path / "repository")
    (tmp_path / "bin").mkdir()
    os.symlink(pathlib.Path(os.environ["POLCHECK"]).resolve(), tmp_path / "bin" / "polcheck")
    return tmp_path / "repository"


def test_the_readme_shows_what_is_printed(repository):
    text = (repository / "README.md").read_text(encoding="utf-8")
    environment = {**os.environ, "NO_COLOR": "1", "PATH": f"{repository.parent / 'bin'}:{os.environ['PATH']}"}
    shown = list(steps(text))
    assert len(shown) >= 4
    for command, wanted in shown:
        done = subprocess.run(["bash", "-c", command], cwd=repository, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, encoding="utf-8", check=False, timeout=60)
        assert re.sub(r" \(\d+ ms\)$", "", done.stdout, flags=re.M) == wanted, command


def test_the_mistake_is_one_of_the_policy_alone(polcheck, repository):
    """Undone, all is well again; and each test notices when the policy that it names is empty."""
    assert polcheck("test", repository / "tests").status == 0
    for path in sorted((repository / "policies").glob("*.json")):
        kept = path.read_text(encoding="utf-8")
        path.write_text('{"Version": "2012-10-17", "Statement": []}', encoding="utf-8")
        assert polcheck("test", repository / "tests").status == 1, path
        path.write_text(kept, encoding="utf-8")


def test_policies_of_the_example_are_passed_over(polcheck, repository):
    run = polcheck("test", repository)
    assert run.status == 0
    assert "14 passed, 0 failed, 5 files of policies passed over" in run.out
