# SPDX-License-Identifier: Apache-2.0
"""What the command does to its process, as the system sees it: each descriptor that it makes is closed by execve, and
verbs that see secrets give up core dumps and the mask before they open anything of a vault."""

import os
import re
import shutil
import subprocess
import tempfile

import pytest
from released import KEY, THUMBS
from test_help import VERBS
from vaults import ACCOUNT, INSTRUMENTED, SECONDS

POLCHECK = os.environ["POLCHECK"]
CALL = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<words>.*)\) += (?P<result>-?\d+)")
MAKES = "openat,open,creat,pipe,pipe2,dup,dup2,dup3,socket,socketpair,accept4,memfd_create,inotify_init1,eventfd2,fcntl"
HARDENS = "prctl,prlimit64,umask"
# What verbs take that open no vault.
OTHERS = {("secrets", "keypair"): ["root.key"], ("secrets", "open"): ["--key", "root.key", "vault", "--", "true"]}


def traced(folder, words, calls=MAKES, input=b""):
    """The calls of a run of the command, from its own first one on, and its status."""
    trace = folder / "trace"
    tracing = ["strace", "-f", "-s", "4096", "-o", str(trace), "-e", f"trace={calls},execve,clone,clone3,fork,vfork"]
    done = subprocess.run([*tracing, POLCHECK, *map(str, words)], input=input, cwd=folder, capture_output=True,
                          check=False, timeout=SECONDS)
    lines = trace.read_text(encoding="utf-8").splitlines()
    return [match.groupdict() for line in lines if (match := CALL.match(line))], done


@pytest.fixture(autouse=True)
def tracer(tmp_path):
    if INSTRUMENTED or shutil.which("strace") is None:
        pytest.skip("no strace to look with, or one that would see what a sanitizer or the counting of coverage does")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing may be traced here")


def inherited(calls):
    """The calls that made a descriptor which a command would get.

    LMDB opens the data file without the flag, which the store sets when it is open. What is meant for a command has a
    number of its own, or is one of the first three.
    """
    found, others = [], set()
    for place, call in enumerate(calls):
        name, words, result = call["name"], call["words"], int(call["result"])
        if name == "execve" and result == 0 and place > 0:
            others.add(call["pid"]) # from here on another program
        made = result >= 0 and call["pid"] not in others and name in MAKES.split(",")
        made = made and (name != "fcntl" or "F_DUPFD" in words)
        if not made or "CLOEXEC" in words or (name in ("dup2", "dup3") and result <= 2):
            continue
        if "data.mdb" not in words or not is_mended(calls[place + 1:], call["pid"], result):
            found.append(f"{name}({words}) = {result}")
    return found


def is_mended(calls, pid, descriptor):
    """Whether the process sets the flag before it starts anything."""
    for call in calls:
        if call["name"] == "execve" or "fork" in call["name"] or "clone" in call["name"]:
            return False
        if call["pid"] == pid and call["name"] == "fcntl" and call["words"] == f"{descriptor}, F_SETFD, FD_CLOEXEC":
            return True
    return False


def check(folder, *words, status=0, input=b""):
    calls, done = traced(folder, words, input=input)
    assert done.returncode == status, (words, done.stderr)
    assert len([call for call in calls if call["name"] == "openat"]) > 3
    return inherited(calls), calls


def test_of_policies(policies, top):
    """Files and folders are read, a store is made, changed, asked and dumped; a picture is drawn; cases are run."""
    folder, store = policies.folder, policies.folder / "new"
    runs = [
        ["compile", "manifest.json", "-o", store],
        ["compile", "--update", "manifest.json", "-o", store],
        ["dump", "--store", store, f"arn:aws:iam::{ACCOUNT}:role/nobody"],
        ["who-can", "kms:Decrypt", KEY, "--store", store],
        ["lambda", "graph", "--store", store, "--format", "svg", "--output", "graph.svg"],
        ["test", "--report", "junit=report.xml", top / "examples" / "policy-tests" / "tests"],
        ["fmt", "manifest.json"],
    ]
    for words in runs:
        found, _ = check(folder, *words)
        assert not found, (words, found)
    assert (folder / "graph.svg").read_text(encoding="utf-8").startswith("<?xml") and (folder / "report.xml").exists()


@pytest.mark.parametrize("verb, words, input", [
    ("list", ["--json"], b""), ("put", ["--function", THUMBS, "AB"], b"value"), ("rotate", [], b""),
    ("audit", ["--verify"], b""), ("rekey", ["--new-root-key", "new.key"], b"")])
def test_of_vaults(policies, verb, words, input):
    vault = ["--vault", policies.vault.path, "--root-key", policies.vault.key]
    found, _ = check(policies.folder, "secrets", verb, *vault, *words, input=input)
    assert not found, found


@pytest.mark.parametrize("how", [[], ["--as-files"], ["--directory"]])
def test_a_command_gets_what_it_is_to_have(policies, how):
    """Nothing but the first three, and the files of secrets under numbers from 10 on."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        place = [memory] if how == ["--directory"] else []
        found, calls = check(policies.folder, *policies.words("exec", *how, *place, "--", "true"))
    kept = [call for call in found if re.match(r"fcntl\(\d+, F_DUPFD, 10\) = 1\d$", call)]
    assert found == kept and len(kept) == (len(policies.values) if how == ["--as-files"] else 0), found
    assert any(call["name"] == "execve" and call["words"].startswith('"/') for call in calls[1:])


def check_given_up(folder, words, secret):
    """Traces the command: it gives up before it opens what that pattern names."""
    calls, done = traced(folder, words, f"openat,{HARDENS}")
    names = [f"{call['name']}({call['words']})" for call in calls]
    mine = [name for name in names if re.match(rf'openat\((AT_FDCWD|\d+), "{secret}', name)]
    before = names[:names.index(mine[0])] if mine else names
    assert any(re.match(r"prlimit64\(0, RLIMIT_CORE, \{rlim_cur=0,", name) for name in before), names
    assert "prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE)" in before and "umask(077)" in before, names
    assert done.returncode in (0, 2)
    return mine, done


@pytest.mark.parametrize("words", [words for words in VERBS if words[0] in ("secrets", "keys")], ids=" ".join)
def test_verbs_with_secrets_give_up_first(tmp_path, words):
    """No core dump, none of the same user who looks, and files that nobody else may read; before any option counts."""
    options = OTHERS.get(words, ["--vault", "vault", "--root-key", "root.key"])
    check_given_up(tmp_path, [*words, *options], "(vault|root.key)")


@pytest.mark.parametrize("words", [
    ["keygen", "made"], ["keygen", "--public", "ci.key"], ["sign", "store", "--key", "ci.key"],
    ["compile", "manifest.json", "-o", "store", "--sign", "ci.key"]], ids=" ".join)
def test_verbs_with_a_signing_key_give_up_first(tmp_path, words):
    """The same, before the key is made or read."""
    (tmp_path / "manifest.json").write_text('{"polcheck": 1}', encoding="utf-8")
    for before in (["keygen", "ci"], ["compile", "manifest.json", "-o", "store"]):
        subprocess.run([POLCHECK, *before], cwd=tmp_path, check=True, capture_output=True, timeout=SECONDS)
    opened, done = check_given_up(tmp_path, words, r"(made|ci)\.key")
    assert opened and done.returncode == 0, done.stderr
