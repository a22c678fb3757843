# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command share: `polcheck` runs it, `top` is the project's folder."""

import json
import os
import pathlib
import subprocess

import integrations
import pytest
from released import Policies, manifest
from vaults import SECONDS, Vault

TOP = pathlib.Path(__file__).resolve().parents[2]


class Run:
    """The outcome of one run: status, out, err (text)."""

    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    def json(self):
        """Standard output as one JSON document."""
        return json.loads(self.out)

    def lines(self):
        """Standard output as NDJSON: one document a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def __repr__(self):
        return f"status {self.status}\nout: {self.out}\nerr: {self.err}"


@pytest.fixture
def top():
    """The project's folder."""
    return TOP


@pytest.fixture
def polcheck(tmp_path):
    """Runs the command in a folder of the test's own: polcheck("eval", "--store", path, input="...")."""

    def run(*arguments, input="", cwd=tmp_path, env=None, **how):
        command = [os.environ["POLCHECK"], *map(str, arguments)]
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", **(env or {})}
        return Run(subprocess.run(command, input=input, cwd=cwd, env=environment, timeout=SECONDS,
                                  capture_output=True, encoding="utf-8", check=False, **how))

    return run


@pytest.fixture
def vault(polcheck, tmp_path):
    """A new vault (vaults.Vault); in the end none of its values may have been shown."""
    made = Vault(polcheck, tmp_path)
    run = made("secrets", "init")
    assert run.status == 0, run
    yield made
    for value in filter(None, (value.strip() for value in made.values)):
        assert not [said for said in made.said if value in said], "a value was shown"


@pytest.fixture
def policies(vault):
    """A store and a vault that release secrets (released.Policies)."""
    made = Policies(vault)
    made.compile(manifest())
    made.seal()
    return made


@pytest.fixture
def check_integration(tmp_path):
    """Checks one manifest: what --json says of the integration of that kind."""
    checker = integrations.Checker(tmp_path)

    def one(manifest, kind):
        (result,) = checker.check([manifest])
        (found,) = [each for each in result["integrations"] if each["kind"] == kind]
        return found

    return one
