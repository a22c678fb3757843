# SPDX-License-Identifier: Apache-2.0
"""What the tests of the benchmark share: its modules can be imported; `top` is the project's folder."""

import pathlib
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools" / "bench"))


@pytest.fixture
def top():
    """The project's folder."""
    return TOP
