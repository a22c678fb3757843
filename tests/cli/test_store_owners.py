# SPDX-License-Identifier: Apache-2.0
"""Who else may write to a store: what is warned of, what the library refuses to decide by, and by what it releases no
secrets (store/exposure.h)."""

import contextlib
import fcntl
import json
import mmap
import os
import pathlib
import re
import struct

import pytest
from released import KEY, THUMBS

ROLE = THUMBS.replace("lambda:eu-west-1", "iam:").replace("function:thumbs", "role/thumbs-role")
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")

# What the mode of a part lets others do, and so: whether the command warns, and whether secrets are released.
FOLDER, DATA, LOCK = "", "data.mdb", "lock.mdb"
ROWS = [
    (FOLDER, 0o755, False, True),
    (DATA, 0o644, False, True),
    (LOCK, 0o644, False, True),
    (FOLDER, 0o775, False, False),
    (DATA, 0o660, False, False),
    (LOCK, 0o660, False, False),
    (LOCK, 0o666, False, False),
    (FOLDER, 0o777, True, False),
    (FOLDER, 0o1777, False, False),
    (DATA, 0o606, True, False),
]


def ask(policies):
    """A question to the store, which is allowed: eval."""
    return policies.polcheck("eval", "--store", policies.store, "--principal", ROLE, "--action", "kms:Decrypt",
                             "--resource", KEY, "--context", f"kms:EncryptionContext:aws:lambda:FunctionArn={THUMBS}")


def codes(run):
    return re.findall(r"\[(POL\d{4})\]", run.err)


@pytest.mark.parametrize("part, mode, warned, released", ROWS, ids=[f"{row[0]}-{row[1]:o}" for row in ROWS])
def test_modes(policies, part, mode, warned, released):
    path = policies.store / part
    assert policies("release").status == 0
    path.chmod(mode)
    run = ask(policies)
    assert (run.status, codes(run)) == (0, ["POL1420"] if warned else []), run # people are told, and get their answer
    run = policies("release")
    assert run.status == (0 if released else 2), run
    assert codes(run) == ([] if released else ["POL1421"]), run
    assert bool(run.out) == released
    if not warned: # then there is nothing that could be asked, as without a store
        entry = policies.entries()[-1]
        assert (entry["event"], entry["function"]) == ("release" if released else "refusal", THUMBS)
    if not released:
        assert f'"{str(path).rstrip("/")}"' in run.err and "help POL1421" in run.err, run
    path.chmod(mode & ~0o022)
    assert policies("release").status == 0 # what was refused is looked at anew


@pytest.mark.parametrize("part, mode, warned", [row[:3] for row in ROWS], ids=[f"{row[0]}-{row[1]:o}" for row in ROWS])
def test_verify_says_what_the_library_would(policies, part, mode, warned):
    """And sign, which vouches for it."""
    keys = policies.folder / "k"
    assert policies.polcheck("keygen", keys).status == 0
    assert policies.polcheck("sign", policies.store, "--key", f"{keys}.key").status == 0
    (policies.store / part).chmod(mode)
    if part != LOCK:
        run = policies.polcheck("sign", policies.store, "--key", f"{keys}.key")
        assert (run.status, codes(run)) == (0, ["POL1420"] if warned else []), run
    run = policies.polcheck("verify", policies.store)
    assert (run.status, codes(run)) == (0, ["POL1420"] if warned else []), run
    verify = ("verify", policies.store, "--trusted-keys", f"{keys}.pub")
    run = policies.polcheck(*verify)
    assert (run.status, codes(run)) == ((1, ["POL1421"]) if warned else (0, [])), run
    assert run.out.endswith("; not to be trusted\n" if warned else "; trusted\n"), run
    run = policies.polcheck(*verify, "--json")
    told = json.loads(run.out)
    assert (run.status, told["trusted"], told["verdict"]) == ((1, False, "exposed") if warned else (0, True, "good")), run
    assert told["signature"]["name"] == "k", run


def test_verify_tells_what_else_is_wrong(policies):
    policies.store.chmod(0o777)
    for name in ("k", "other"):
        assert policies.polcheck("keygen", policies.folder / name).status == 0
    assert policies.polcheck("sign", policies.store, "--key", policies.folder / "other.key").status == 0
    run = policies.polcheck("verify", policies.store, "--trusted-keys", policies.folder / "k.pub")
    assert (run.status, codes(run)) == (1, ["POL1421", "POL1404"]), run


def test_a_link_is_no_store_to_release_by(policies):
    """What it leads to lies in a folder that nobody looked at."""
    lock = policies.store / LOCK
    lock.rename(policies.folder / "lock")
    lock.symlink_to(policies.folder / "lock")
    run = policies("release")
    assert (run.status, codes(run)) == (2, ["POL1421"]) and "is a link" in run.err, run


def elsewhere(policies, part, text):
    """A file of the user, and a link to it in the place of a part of the store."""
    precious = policies.folder / "precious"
    precious.write_bytes(text)
    (policies.store / part).unlink()
    (policies.store / part).symlink_to(precious)
    return precious


@pytest.mark.parametrize("text", [b"", b"not to be lost\n"])
def test_a_store_of_somebody_else_has_no_file_written_to(policies, text):
    """LMDB writes to the lock file also where it reads: one who makes a store chooses what that is."""
    precious = elsewhere(policies, LOCK, text)
    assert ask(policies).status == 0 # readers do without
    assert precious.read_bytes() == text
    run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", policies.store)
    assert (run.status, codes(run)) == (2, ["POL0904"]), run
    assert f'"{policies.store / LOCK}" is a link' in run.err and "hint: remove it" in run.err, run
    assert precious.read_bytes() == text


@pytest.mark.parametrize("make", [pathlib.Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_a_lock_file_that_is_none_is_named(policies, make):
    (policies.store / LOCK).unlink()
    make(policies.store / LOCK)
    for run in (ask(policies), policies.polcheck("compile", policies.folder / "manifest.json", "-o", policies.store)):
        assert (run.status, codes(run)) == (2, ["POL0904"]), run
        assert f'"{policies.store / LOCK}" is no regular file' in run.err and "hint: remove it" in run.err, run


def test_a_lock_file_of_a_vault_that_is_none_is_named(policies):
    lock = policies.vault.path / "store" / LOCK
    lock.unlink()
    lock.symlink_to(policies.folder / "manifest.json")
    before = (policies.folder / "manifest.json").read_bytes()
    run = policies.vault("keys", "create", "--arn", KEY[:-1] + "9")
    assert (run.status, codes(run)) == (2, ["POL1014"]) and f'"{lock}" is a link' in run.err and "hint:" in run.err, run
    assert (policies.folder / "manifest.json").read_bytes() == before


def test_no_store_is_written_behind_a_link(policies):
    precious = elsewhere(policies, DATA, b"")
    run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", policies.store)
    assert (run.status, codes(run)) == (2, ["POL0904"]), run
    assert f'"{policies.store / DATA}" is a link' in run.err and "hint: put the file in the place of the link" in run.err, run
    assert precious.read_bytes() == b""


def test_no_store_is_made_behind_a_link_to_nowhere(policies):
    elsewhere(policies, DATA, b"").unlink()
    run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", policies.store)
    assert (run.status, codes(run)) == (2, ["POL0904"]), run
    assert f'"{policies.store / DATA}" is a link' in run.err and not (policies.folder / "precious").exists(), run


def test_a_store_behind_links_can_be_read(policies):
    """As a folder of a Kubernetes volume has them."""
    (policies.store / DATA).rename(policies.folder / DATA)
    (policies.store / DATA).symlink_to(policies.folder / DATA)
    assert (ask(policies).status, codes(ask(policies))) == (0, [])


@as_root
@pytest.mark.parametrize("part", [FOLDER, DATA, LOCK])
def test_another_user(policies, part):
    """A server decides by what another user compiled; secrets are another matter."""
    os.chown(policies.store / part, NOBODY, -1)
    assert (ask(policies).status, codes(ask(policies))) == (0, [])
    run = policies("release")
    assert (run.status, codes(run)) == (2, ["POL1421"]) and "belongs to another user" in run.err, run
    assert run.out == ""


# The lock file ------------------------------------------------------------------------------------------------------

# LMDB believes what is in it: where the mutex of the readers is, their number, and the slots, each with a process.
MUTEX, READERS, SLOTS, SLOT, PID = 8, 56, 128, 64, 8


@contextlib.contextmanager
def hostile(path, what):
    """What somebody does who may write to the lock file alone."""
    with open(path, "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, 0) # whoever opens it now takes it for one in use
        with mmap.mmap(file.fileno(), 0) as bytes_of:
            if what == "held":
                struct.pack_into("<i", bytes_of, MUTEX, os.getpid())
            else:
                for at in range(SLOTS, len(bytes_of) - SLOT + 1, SLOT):
                    struct.pack_into("<I", bytes_of, at + PID, 1)
                struct.pack_into("<I", bytes_of, READERS, 0x7FFFFFFF)
        yield


@pytest.mark.parametrize("what", ["held", "readers"])
@pytest.mark.parametrize("mode, owner", [(0o660, 0), (0o606, 0), (0o666, 0), pytest.param(0o600, NOBODY, marks=as_root)])
def test_a_lock_file_of_others_is_not_believed(policies, what, mode, owner):
    """Who may write to it, and not to the data, has no say in whether anybody is answered."""
    lock = policies.store / LOCK
    if owner:
        os.chown(lock, owner, -1)
    lock.chmod(mode)
    before = (policies.store / DATA).read_bytes()
    with hostile(lock, what):
        run = ask(policies)
        assert (run.status, codes(run)) == (0, []), run
        run = policies("release") # by the library
        assert (run.status, codes(run)) == (2, ["POL1421"]), run
        run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", policies.store)
        assert (run.status, codes(run)) == (2, ["POL1421"]), run
        assert f'"{lock}"' in run.err and ("chown" if owner else "chmod go-w") in run.err, run
    assert (policies.store / DATA).read_bytes() == before


# Modes of data and lock file; whether the group of the lock file is another one; whether all who may write to the lock
# file may write to the data.
SHARED = [
    (0o644, 0o644, False, True),
    (0o660, 0o660, False, True),
    (0o664, 0o660, False, True),
    (0o666, 0o660, False, True),
    (0o666, 0o666, False, True),
    (0o640, 0o660, False, False),
    (0o660, 0o666, False, False),
    (0o606, 0o660, False, False),
    pytest.param(0o660, 0o660, True, False, marks=as_root),
    pytest.param(0o666, 0o660, True, True, marks=as_root),
    pytest.param(0o600, 0o640, True, True, marks=as_root),
]


@pytest.mark.parametrize("data, lock, elsewhere, shared", SHARED)
def test_who_may_write_to_the_data_may_write_to_the_lock_file(policies, data, lock, elsewhere, shared):
    """A team's store, and disks of other systems, on which everything is everybody's."""
    (policies.store / DATA).chmod(data)
    (policies.store / LOCK).chmod(lock)
    if elsewhere:
        os.chown(policies.store / LOCK, -1, NOBODY)
    run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", policies.store)
    everybody = ["POL1420"] if data & 0o002 else []
    assert (run.status, codes(run)) == ((0, everybody) if shared else (2, ["POL1421"])), run
    assert ask(policies).status == 0


@as_root
@pytest.mark.parametrize("folder, data, lock, foreign", [
    ((NOBODY, 0, 0o755), (0, 0, 0o644), (NOBODY, NOBODY, 0o600), False),  # the reader's folder
    ((0, NOBODY, 0o2770), (1000, NOBODY, 0o660), (1001, NOBODY, 0o600), False),  # one of a team made it
    ((0, NOBODY, 0o2770), (0, NOBODY, 0o640), (1001, NOBODY, 0o660), False),  # who may put other data there
    ((0, NOBODY, 0o3770), (0, NOBODY, 0o640), (1001, NOBODY, 0o660), True),  # and may not, in a sticky folder
    ((0, NOBODY, 0o2750), (0, NOBODY, 0o640), (1001, NOBODY, 0o660), True),
    ((0, 0, 0o755), (0, 0, 0o644), (1001, 1001, 0o600), True),
])
def test_a_lock_file_that_a_reader_made(policies, folder, data, lock, foreign):
    """polcheck makes one where none is, as when the data alone were copied."""
    for path, (owner, group, mode) in ((policies.store, folder), (policies.store / DATA, data), (policies.store / LOCK, lock)):
        os.chown(path, owner, group)
        path.chmod(mode)
    run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", policies.store)
    assert (run.status, codes(run)) == ((2, ["POL1421"]) if foreign else (0, [])), run
    assert ask(policies).status == 0


@as_root
def test_the_lock_file_of_the_data_s_owner_is_one(policies):
    """Root compiles into a store of another user's: whose lock file it is, may write to the store anyway."""
    for part in (DATA, LOCK):
        os.chown(policies.store / part, NOBODY, -1)
    run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", policies.store)
    assert (run.status, codes(run)) == (0, []), run


def test_the_library_opens_none_that_everybody_may_write(policies):
    """It is not asked at all: what is said is said before the vault is looked at."""
    policies.store.chmod(0o777)
    (policies.vault.path / "audit.log").unlink()
    run = policies("release")
    assert (run.status, codes(run)) == (2, ["POL1421"]), run


@pytest.mark.parametrize("mask", [0o002, 0o000, 0o077])
def test_what_compile_makes_is_its_user_s(policies, mask):
    """Whatever the mask: a colleague's umask is no reason for a warning, nor for one to be missing."""
    new = policies.folder / "new"
    run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", new, preexec_fn=lambda: os.umask(mask))
    assert (run.status, codes(run)) == (0, []), run
    assert {path.name: path.stat().st_mode & 0o7777 for path in [new, *new.iterdir()]} == {
        "new": 0o700, DATA: 0o600, LOCK: 0o600}


@pytest.mark.parametrize("mode, warned", [(0o775, False), (0o777, True)])
def test_a_folder_that_was_there_keeps_its_mode(policies, mode, warned):
    given = policies.folder / "given"
    given.mkdir()
    given.chmod(mode)
    run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", given)
    assert (run.status, codes(run)) == (0, ["POL1420"] if warned else []), run
    assert given.stat().st_mode & 0o7777 == mode
    assert {path.stat().st_mode & 0o7777 for path in given.iterdir()} == {0o600}
    run = policies.polcheck("dump", "--store", given, ROLE)
    assert (run.status, codes(run)) == (0, ["POL1420"] if warned else []), run
