# SPDX-License-Identifier: Apache-2.0
"""The table of engines: each can be named, is pinned, and is skipped with a reason where it cannot be built."""

import pytest

import decisions
import peers
import places
import recipes


def test_every_folder_of_an_engine_has_its_row():
    folders = {path.name for path in (places.HERE / "peers").iterdir()} - {"goworker", "nodeworker", "__pycache__"}
    assert folders == {row.pinned[0].split("/")[0] for row in peers.ROWS if row.pinned}


@pytest.mark.parametrize("row", [row for row in peers.ROWS if row.pinned], ids=lambda row: row.name)
def test_version_is_pinned_and_is_that_of_the_lock_file(row):
    version = peers.version(row)
    assert version and version.lstrip("v")[0].isdigit()
    folder = places.HERE / "peers" / row.pinned[0].split("/")[0]
    locks = [folder / name for name in ("Cargo.lock", "go.sum", "package-lock.json") if (folder / name).exists()]
    assert len(locks) == 1 and version in locks[0].read_text(encoding="utf-8")


def test_the_pair_of_equals_always_runs():
    assert [row.name for row in peers.chosen(["cedar"])] == ["naive", "naive-2", "cedar"]


def test_unknown_engine():
    with pytest.raises(ValueError, match="no such peer: nobody .there are polcheck, "):
        peers.chosen(["nobody"])


def test_toolchain_that_is_missing_is_the_reason(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    for recipe in (recipes.cedar, lambda: recipes.go("opa"), lambda: recipes.node("casbin")):
        with pytest.raises(places.Problem, match="is not installed"):
            recipe()


def test_engine_that_cannot_be_built_is_skipped_but_not_the_reference():
    def fail():
        raise places.Problem("no compiler")

    row = peers.BY_NAME["opa"]._replace(recipe=fail)
    assert str(decisions.build([row])["opa"]) == "no compiler"
    with pytest.raises(places.Problem, match="no compiler"):
        decisions.build([peers.BY_NAME["naive"]._replace(recipe=fail)])
