# SPDX-License-Identifier: Apache-2.0
"""What is compiled from a policy, as text: a change of the compiler shows in corpus/compiled and is reviewed there.

After a change that is meant: polcheck dump policies/managed/NAME.json > corpus/compiled/NAME.txt
"""

import pathlib

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
SNAPSHOTS = sorted(path.stem for path in (TOP / "corpus" / "compiled").glob("*.txt"))


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_dump_is_the_snapshot(polcheck, name):
    run = polcheck("dump", f"policies/managed/{name}.json", cwd=TOP)
    assert run.status == 0
    assert run.out == (TOP / "corpus" / "compiled" / f"{name}.txt").read_text(encoding="utf-8")


def test_there_are_snapshots():
    assert SNAPSHOTS
