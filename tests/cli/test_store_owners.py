# SPDX-License-Identifier: Apache-2.0
"""Who else may write to a store: what is warned of, what the library refuses to decide by, and by what it releases no
secrets (store/exposure.h)."""

import os
import re

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
    assert (run.status, codes(run)) == (2, ["POL0904"]) and "symbolic links" in run.err, run
    assert precious.read_bytes() == text


def test_no_store_is_written_behind_a_link(policies):
    precious = elsewhere(policies, DATA, b"")
    run = policies.polcheck("compile", policies.folder / "manifest.json", "-o", policies.store)
    assert (run.status, codes(run)) == (2, ["POL0904"]) and "symbolic links" in run.err, run
    assert precious.read_bytes() == b""


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
