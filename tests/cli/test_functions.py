# SPDX-License-Identifier: Apache-2.0
"""The account of tools/dev functions, which measures the check: its functions are in order, or broken in all that they have."""

import os
import subprocess
import sys

import pytest

from conftest import TOP

sys.path.insert(0, str(TOP / "tools"))
import functions  # noqa: E402, the folder has to be known before


@pytest.mark.parametrize("broken", [0.0, 0.5, 1.0])
def test_the_measured_account_is_as_it_was_made(tmp_path, broken):
    done = subprocess.run([sys.executable, "-B", TOP / "tools" / "functions.py", os.path.dirname(os.environ["POLCHECK"]), "--functions", "20",
                           "--broken", str(broken), "--rounds", "1", "--keep", tmp_path], capture_output=True, encoding="utf-8", timeout=60,
                          check=False)
    # 1: slower than it has to be, which a build with sanitizers is
    assert done.returncode in (0, 1) and f"20 functions, 260 integrations, {broken:.0%} broken: " in done.stdout, done
    assert (tmp_path / "store").exists()


def test_a_function_that_fails_otherwise_is_noticed():
    works = {"function": "f", "integrations": [{"mark": "works"}] * functions.TOLD}
    fails = {"function": "g", "integrations": [{"mark": "fails"}] * functions.TOLD}
    assert functions.judge([works, fails], 2, 0.5) == 2 * functions.TOLD
    for told in [[works], [works, works], [fails, fails], [works, {**fails, "integrations": fails["integrations"][1:]}]]:
        with pytest.raises(SystemExit):
            functions.judge(told, 2, 0.5)
