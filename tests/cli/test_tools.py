# SPDX-License-Identifier: Apache-2.0
"""The developers' tools: they answer --help and refuse what they do not know before they do anything."""

import subprocess
import sys

import pytest


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", timeout=60, check=False)


@pytest.mark.parametrize("command", ["bench", "borders", "faults", "format", "fuzz", "lint", "newcomer", "rules", "screens", "soak"])
def test_command_of_developers(top, command):
    answered = run(top / "tools" / "dev", command, "--help")
    assert answered.returncode == 0 and answered.stdout.startswith(f"usage: tools/dev {command}")
    refused = run(top / "tools" / "dev", command, "--nonsense")
    assert refused.returncode == 2 and refused.stdout == "" and f"tools/dev {command}" in refused.stderr


def test_no_test_ran(top, tmp_path):
    (tmp_path / "meson-logs").mkdir()
    (tmp_path / "test.log").write_text("No suitable tests defined.\n", encoding="utf-8")
    done = run(sys.executable, top / "tools" / "tally.py", "results", tmp_path, 0)
    assert done.returncode == 1
    assert done.stdout.startswith("    No suitable tests defined.\nno test ran; ")
    assert done.stdout.endswith("\n0 passed, 0 failed\n")
