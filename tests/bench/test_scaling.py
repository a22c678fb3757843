# SPDX-License-Identifier: Apache-2.0
"""Inputs of any size: as many statements and roles as asked for, and requests that fit them."""

import json

import pytest

import scale_inputs
import scaling


def manifests(folder):
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def requests(folder):
    return [line.split("\t") for line in (folder / "requests.tsv").read_text(encoding="utf-8").splitlines()]


def test_bucket(tmp_path):
    size = scale_inputs.bucket(tmp_path, 3)
    manifest, = manifests(tmp_path)
    statements = manifest["resources"][0]["policy"]["Statement"]
    assert size == (tmp_path / "manifest.json").stat().st_size
    assert [role["arn"] for role in manifest["roles"]] == [one["Principal"]["AWS"] for one in statements]
    assert len({one["Resource"] for one in statements}) == 3
    # A request, numbered, is that of the statement with the same number.
    expect, principal, _, resource, _ = requests(tmp_path)[0]
    assert expect == "allow" and principal.replace("#######", "0000002") == statements[2]["Principal"]["AWS"]
    assert resource.replace("#######", "0000002").startswith(statements[2]["Resource"][:-1])


def test_identity(tmp_path):
    scale_inputs.identity(tmp_path, 4)
    manifest, = manifests(tmp_path)
    role, = manifest["roles"]
    assert len(role["policies"][0]["Statement"]) == 4
    assert {row[1] for row in requests(tmp_path)} == {role["arn"]}


def test_principals_are_spread_over_files(tmp_path, monkeypatch):
    monkeypatch.setattr(scale_inputs, "PER_FILE", 2)
    scale_inputs.principals(tmp_path, 5)
    roles = [role for manifest in manifests(tmp_path) for role in manifest["roles"]]
    assert len(manifests(tmp_path)) == 3 and len({role["arn"] for role in roles}) == 5
    assert roles[4] == scale_inputs.role("0000004")


def test_changed_role_differs_in_its_policy_alone(tmp_path):
    scale_inputs.changed_role(tmp_path / "changed.json", 4)
    changed, = manifests(tmp_path)[0]["roles"]
    before = scale_inputs.role("0000004")
    assert changed["arn"] == before["arn"] and changed["policies"] != before["policies"]


@pytest.mark.parametrize("text, found", [("10", [10]), ("100,10,100", [10, 100])])
def test_sizes(text, found):
    assert scaling.sizes(text) == found


@pytest.mark.parametrize("text", ["", "ten", "0", "-5", "10,,20", "100000000"])
def test_sizes_that_are_none(text):
    with pytest.raises(ValueError):
        scaling.sizes(text)
