# SPDX-License-Identifier: Apache-2.0
"""The examples of every help run as they are written there, beside the files that they name."""

import json
import os
import re
import shutil
import subprocess

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
# What the help says of them: denied, laid out otherwise; stopped by Ctrl-C.
STATUS = {"explain -s": 1, "fmt --check": 1, "test tests --mutate": 1, "test tests --watch": 130}
ALONE = ["compile", "eval", "explain", "who-can", "what-can", "test", "simulate", "lint", "show", "fmt", "graph", "dump", "completion", "help",
         "keygen", "sign", "verify"]


def commands(text):
    """The commands of the examples of a help; what goes on behind a backslash is one."""
    _, _, examples = text.replace("\\\n", "").partition("\nExamples:\n")
    return re.findall(r"(?m)^  (polcheck .*)$", examples)


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


READS = document({"Sid": "Reads", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"})
REQUEST = {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/cat.jpg", "resourceAccount": "111122223333"}
TABLE = {"name": "photos", "policies": {"identity": ["../shared/reads.json"]}, "request": REQUEST, "rows": [
    {"name": "reads", "expect": {"decision": "allowed"}},
    {"name": "no writes", "request": {"action": "s3:PutObject"}, "expect": {"decision": "implicitDeny"}}]}
FILES = {
    "case.json": {"request": REQUEST, "policies": {"identity": [READS]}},
    "deploy.json": {"polcheck": 1, "roles": [{"arn": "arn:aws:iam::111122223333:role/deploy", "policies": [READS]}]},
    "input.json": {"PolicyInputList": [json.dumps(READS)], "ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::photos/cat.jpg"]},
    "guard.json": document({"Sid": "Stay", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}),
    "corpus/case.json": {"request": REQUEST, "policies": {"identity": [READS]}, "expect": {"decision": "allowed"}},
    "shared/reads.json": READS,
    "tests/photos.json": TABLE,
}


@pytest.fixture
def folder(top, tmp_path, polcheck):
    """What the examples name. The store holds the policies of this repository, as the README makes it, and is signed."""
    shutil.copytree(top / "policies", tmp_path / "policies")
    (tmp_path / "build").mkdir()
    assert polcheck("keygen", "ci-2026").status == 0
    shutil.copy(tmp_path / "ci-2026.pub", tmp_path / "trusted.pub")
    assert polcheck("compile", "policies", "-o", "build/demo.store", "--sign", "ci-2026.key").status == 0
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "requests.ndjson").write_text(json.dumps(REQUEST) + "\n", encoding="utf-8")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "polcheck").symlink_to(os.environ["POLCHECK"])
    return tmp_path


def shell(folder, command):
    command = command.replace("/etc/bash_completion.d/", "./")  # the one place outside of the folder
    if "--watch" in command:
        command = f"timeout --signal=INT --preserve-status 2 {command}"
    environment = {**os.environ, "NO_COLOR": "1", "PATH": f"{folder}/bin:{os.environ['PATH']}",
                   "SIGNING_KEY": (folder / "ci-2026.key").read_text(encoding="ascii")}
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, timeout=60,
                          capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("verb", ALONE)
def test_examples_run(polcheck, folder, verb):
    found = commands(polcheck("help", verb).out)
    assert found
    for command in found:
        if " -o tree.svg" in command and not shutil.which("dot"):
            continue
        run = shell(folder, command)
        expected = next((status for words, status in STATUS.items() if f"polcheck {words}" in command), 0)
        assert run.returncode == expected, (command, run)
        assert "error: " not in run.stderr, (command, run)


def test_every_subcommand_without_a_group_is_tried(polcheck):
    overview = polcheck("help").out.split("\nSubcommands:\n")[1].split("\n\n")[0]
    assert sorted(re.findall(r"(?m)^  ([a-z-]+) ", overview)) == sorted([*ALONE, "version"])
