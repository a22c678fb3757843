# SPDX-License-Identifier: Apache-2.0
"""Signed stores as people use them: keys, signing, verifying, and that nothing else is answered from where keys are
trusted."""

import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import time

import pytest
from vaults import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
SECRET = "polcheck-ed25519-secret "
META = 0


def document(effect="Allow"):
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": "s3:GetObject", "Resource": "*"}]}


def write(path, effect="Allow", user="alice"):
    path.write_text(json.dumps({"polcheck": 1, "users": [
        {"arn": f"arn:aws:iam::{ACCOUNT}:user/{user}", "policies": [document(effect)]}],
        "roles": [{"arn": ROLE + user}], "functions": [{"arn": FUNCTION, "role": ROLE + user}]}), encoding="utf-8")
    return path


class Signed:
    """A folder with a key "ci" and a store that is compiled from all.json and signed with it."""

    def __init__(self, polcheck, folder):
        self.polcheck = polcheck
        self.folder = folder
        write(folder / "all.json")
        self.run("keygen", "ci")
        self.run("compile", "all.json", "-o", "store", "--sign", "ci.key")

    def run(self, *words, status=0, **how):
        done = self.polcheck(*words, **how)
        assert done.status == status, done
        return done

    def trusted(self, *words, status=0):
        return self.run(*words, "--trusted-keys", "ci.pub", status=status)

    def verify(self, *words, status=0):
        return self.run("verify", "store", "--json", *words, status=status).lines()[0]

    def eval(self, *words, status=0):
        return self.run("eval", "-s", "store", "-p", ALICE, "-a", "s3:GetObject", "-r", "arn:aws:s3:::b/k", *words,
                        status=status)

    def change(self, *words):
        tool = os.environ.get("CHANGED_STORE") or pathlib.Path(os.environ["HELD_SECRETS"]).with_name("changed_store")
        return subprocess.run([tool, "store", *map(str, words)], cwd=self.folder, check=True, capture_output=True,
                              encoding="ascii").stdout.strip()


@pytest.fixture
def signed(polcheck, tmp_path):
    return Signed(polcheck, tmp_path)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


# Keys ----------------------------------------------------------------------------------------------------------------

def test_a_key_is_two_files(polcheck, tmp_path):
    run = polcheck("keygen", "keys/ci")
    assert run.status == 2 and "keys/ci.key" in run.err and "No such file" in run.err
    (tmp_path / "keys").mkdir()
    run = polcheck("keygen", "keys/ci", "--json")
    assert run.status == 0, run
    made = run.json()
    secret, public = tmp_path / "keys/ci.key", tmp_path / "keys/ci.pub"
    assert (made["secretFile"], made["publicFile"], made["name"]) == ("keys/ci.key", "keys/ci.pub", "ci")
    assert (mode(secret), mode(public)) == (0o600, 0o644)
    assert public.read_text() == f"polcheck-ed25519 {made['key']} ci\n"
    assert secret.read_text().startswith(SECRET) and secret.read_text().count("\n") == 1
    assert secret.read_text().split()[1] not in run.out + run.err
    run = polcheck("keygen", "--public", secret)
    assert (run.status, run.out) == (0, public.read_text())
    assert sorted(os.listdir(tmp_path / "keys")) == ["ci.key", "ci.pub"]


def test_keys_are_never_written_over(polcheck, tmp_path):
    assert polcheck("keygen", "ci").status == 0
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert polcheck("keygen", "ci").status == 2
    (tmp_path / "ci.key").rename(tmp_path / "away")
    run = polcheck("keygen", "ci")
    assert run.status == 2 and 'the public key "ci.pub" cannot be made: File exists [POL1401]' in run.err
    assert not (tmp_path / "ci.key").exists()
    (tmp_path / "away").rename(tmp_path / "ci.key")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("words, told", [
    ([], "one name is given"), (["a", "b"], "one name is given"), (["keys/"], "does not name a key"),
    ([".key"], "does not name a key"), (["--public"], "one file with a secret key is named"),
])
def test_keygen_wants_one_name(polcheck, tmp_path, words, told):
    run = polcheck("keygen", *words)
    assert run.status == 2 and told in run.err, run
    assert not list(tmp_path.iterdir())


def test_each_failure_says_what_to_do(signed):
    run = signed.run("keygen", "none/ci", status=2)
    assert "its folder has to be there" in run.err
    (signed.folder / "marked").write_bytes(b"\xef\xbb\xbf" + (signed.folder / "ci.pub").read_bytes())
    run = signed.run("verify", "store", "--trusted-keys", "marked", status=2)
    assert "marked:1:1: error: a byte order mark [POL1400]" in run.err and "without a byte order mark" in run.err
    run = signed.eval("--trusted-keys", "ci.pub", "--seen", "none/seen", status=2)
    assert "its folder has to be there" in run.err
    (signed.folder / "seen.lock").symlink_to("elsewhere")
    run = signed.eval("--trusted-keys", "ci.pub", "--seen", "seen", status=2)
    assert "is a symbolic link, and is not followed: remove it" in run.err
    assert not (signed.folder / "elsewhere").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to(polcheck, tmp_path):
    (tmp_path / "keys").mkdir(mode=0o500)
    run = polcheck("keygen", "keys/ci")
    assert run.status == 2 and "Permission denied" in run.err


def test_keys_that_are_interrupted_are_whole_or_not_there(tmp_path):
    """Killed at any moment, under the key's name there is a whole key or none."""
    for i in range(40):
        process = subprocess.Popen([os.environ["POLCHECK"], "keygen", f"k{i}"], cwd=tmp_path,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(i * 0.0004)
        process.send_signal(signal.SIGKILL if i % 2 else signal.SIGTERM)
        process.wait()
        secret = tmp_path / f"k{i}.key"
        if secret.exists():
            run = subprocess.run([os.environ["POLCHECK"], "keygen", "--public", secret], capture_output=True, check=True)
            public = tmp_path / f"k{i}.pub"
            assert not public.exists() or public.read_bytes() == run.stdout
        else:
            assert not (tmp_path / f"k{i}.pub").exists()
    subprocess.run([os.environ["POLCHECK"], "keygen", "last"], cwd=tmp_path, check=True, capture_output=True)


# Signing -------------------------------------------------------------------------------------------------------------

def test_a_signed_store_is_answered_from(signed):
    told = signed.verify("--trusted-keys", "ci.pub")
    public = (signed.folder / "ci.pub").read_text().split()
    assert told["store"] == "store" and told["verdict"] == "good" and told["trusted"] is True
    assert (told["signature"]["name"], told["signature"]["key"]) == ("ci", public[1])
    assert abs(told["signature"]["signedAt"] - time.time()) < 60
    assert abs(told["signature"]["serial"] / 1e6 - time.time()) < 60
    assert signed.eval("--trusted-keys", "ci.pub").out.startswith("allowed")
    text = signed.trusted("verify", "store").out
    assert 'signed with the key "ci"' in text and text.endswith("; trusted\n")


def test_without_keys_verify_tells_by_whom_it_says_it_is_signed(signed):
    told = signed.verify()
    assert told["verdict"] == "good" and told["trusted"] is False and told["signature"]["name"] is None
    assert "whether its key is trusted --trusted-keys tells" in signed.run("verify", "store").out


def test_an_unsigned_store(signed):
    signed.run("compile", "all.json", "-o", "plain")
    told = signed.run("verify", "plain", "--json").json()
    assert told == {"store": "plain", "verdict": "unsigned", "trusted": False, "signature": None}
    assert signed.run("verify", "plain").out == "the store plain is whole; not signed\n"
    run = signed.trusted("verify", "plain", status=1)
    assert "not to be trusted" in run.out and "[POL1403]" in run.err


def test_a_signature_by_each_way_of_naming_the_key(signed):
    key = (signed.folder / "ci.key").read_text()
    serials = [signed.verify()["signature"]["serial"]]
    signed.run("sign", "store", "--key", "ci.key")
    serials.append(signed.verify("--trusted-keys", "ci.pub")["signature"]["serial"])
    signed.run("sign", "store", "--key-fd", "0", input=key)
    serials.append(signed.verify("--trusted-keys", "ci.pub")["signature"]["serial"])
    signed.run("sign", "store", "--key-credential", "ci.key", env={"CREDENTIALS_DIRECTORY": str(signed.folder)})
    serials.append(signed.verify("--trusted-keys", "ci.pub")["signature"]["serial"])
    assert serials == sorted(set(serials))


@pytest.mark.parametrize("words, told", [
    ([], "with which key is not said"), (["--key", "ci.key", "--key-fd", "0"], "one key signs"),
    (["--key-fd", "1"], "--key-fd takes the number of a descriptor"),
    (["--key-fd", "x"], "--key-fd takes the number of a descriptor"),
    (["--key", "ci.key", "--serial", "0"], "--serial takes a number from 1"),
    (["--key", "ci.key", "--serial", "-1"], "--serial takes a number from 1"),
    (["--key", "ci.key", "--serial", "9223372036854775808"], "--serial takes a number from 1"),
    (["--key", "ci.key", "--serial", "7x"], "--serial takes a number from 1"),
    (["--key", "ci.pub"], "a *.pub file holds the public key"),
    (["--key", "none.key"], "polcheck keygen NAME makes NAME.key"),
    (["--key", "all.json"], "[POL1402]"),
    (["--key-fd", "77"], "descriptor 77"),
])
def test_mistakes_in_signing(signed, words, told):
    before = signed.verify()
    run = signed.run("sign", "store", *words, status=2)
    assert told in run.err and run.out == "", run
    assert signed.verify() == before


def test_a_key_in_the_place_of_its_file_is_not_told(signed):
    key = (signed.folder / "ci.key").read_text().strip()
    run = signed.run("sign", "store", "--key", key, status=2)
    assert "stands a secret key itself" in run.err and key.split()[1] not in run.err


def test_a_secret_key_among_trusted_ones_is_not_told(signed):
    run = signed.run("verify", "store", "--trusted-keys", "ci.key", status=2)
    secret = (signed.folder / "ci.key").read_text().split()[1]
    assert "ci.key:1:1: error: this is a secret key" in run.err and secret not in run.err


def test_what_is_no_store_is_not_signed(signed):
    signed.run("sign", "none", "--key", "ci.key", status=2)
    assert not (signed.folder / "none").exists()
    (signed.folder / "empty").mkdir()
    signed.run("sign", "empty", "--key", "ci.key", status=2)
    assert not list((signed.folder / "empty").iterdir())
    with open(signed.folder / "store/data.mdb", "r+b") as file:
        file.truncate(4096)
    assert "POL0902" in signed.run("sign", "store", "--key", "ci.key", status=2).err


def test_another_key_signs_over(signed):
    signed.run("keygen", "next")
    signed.run("sign", "store", "--key", "next.key")
    assert "[POL1404]" in signed.eval("--trusted-keys", "ci.pub", status=2).err
    both = signed.folder / "both"
    both.write_text((signed.folder / "ci.pub").read_text() + (signed.folder / "next.pub").read_text())
    signed.eval("--trusted-keys", "both")
    signed.eval("--trusted-keys", "next.pub")


def test_signing_that_is_killed_leaves_one_signature_or_the_other(signed):
    serials = {signed.verify("--trusted-keys", "ci.pub")["signature"]["serial"]}
    for i in range(30):
        process = subprocess.Popen([os.environ["POLCHECK"], "sign", "store", "--key", "ci.key"], cwd=signed.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(i * 0.0005)
        process.kill()
        process.wait()
        told = signed.verify("--trusted-keys", "ci.pub")
        assert told["trusted"] and told["signature"]["serial"] >= max(serials)
        serials.add(told["signature"]["serial"])
    assert sorted(os.listdir(signed.folder / "store")) == ["data.mdb", "lock.mdb"]


# Changes -------------------------------------------------------------------------------------------------------------

def test_each_change_removes_the_signature(signed):
    write(signed.folder / "more.json", user="bob")
    for words in (["all.json"], ["--update", "more.json"], ["--update", "--remove", ALICE]):
        run = signed.run("compile", *words, "-o", "store")
        assert 'warning: the store "store" was signed, and is no longer' in run.err and "[POL1410]" in run.err
        assert signed.verify()["verdict"] == "unsigned"
        signed.run("sign", "store", "--key", "ci.key")
    assert signed.run("compile", "--check", "all.json").err == ""
    assert signed.verify("--trusted-keys", "ci.pub")["trusted"]


def test_a_compile_that_fails_leaves_the_signature(signed):
    before = signed.verify()
    (signed.folder / "bad.json").write_text('{"polcheck": 1, "users": [{"arn": "x"}]}')
    signed.run("compile", "bad.json", "-o", "store", status=2)
    signed.run("compile", "--update", "--remove", ROLE + "none", "-o", "store", status=2)
    assert signed.verify() == before


def test_an_unsigned_store_that_is_compiled_again_is_not_warned_of(signed):
    signed.run("compile", "all.json", "-o", "plain")
    assert signed.run("compile", "all.json", "-o", "plain").err == ""


def test_serials_go_on_where_a_signature_was_removed(signed):
    signed.run("sign", "store", "--key", "ci.key", "--serial", "9000000000000000")
    signed.run("compile", "all.json", "-o", "store")
    run = signed.run("compile", "all.json", "-o", "store", "--sign", "ci.key", "--json")
    assert run.json()["signature"]["serial"] == 9000000000000001
    assert signed.verify("--trusted-keys", "ci.pub")["signature"]["serial"] == 9000000000000001


def test_a_compile_with_sign_takes_nothing_out_of_the_store(signed):
    """Who wrote a false policy into a store that CI starts from must not have it signed."""
    run = signed.run("compile", "all.json", "-o", "store", "--json")
    assert (run.json()["compiled"], run.json()["reused"]) == (0, 2)
    run = signed.run("compile", "all.json", "-o", "store", "--sign", "ci.key", "--json")
    assert (run.json()["compiled"], run.json()["reused"]) == (2, 0)


def test_an_update_is_signed_only_on_what_the_same_key_signed(signed):
    write(signed.folder / "more.json", user="bob")
    update = ["compile", "--update", "more.json", "-o", "store", "--sign"]
    signed.run(*update, "ci.key")
    signed.trusted("verify", "store")
    signed.run("keygen", "other")
    assert "[POL1404]" in signed.run(*update, "other.key", status=2).err
    signed.trusted("verify", "store")
    signed.change(META, "more", "put", "00")
    assert "[POL1406]" in signed.run(*update, "ci.key", status=2).err
    signed.run("compile", "all.json", "-o", "store")
    assert "[POL1403]" in signed.run(*update, "ci.key", status=2).err


def test_sign_and_check_do_not_go_together(signed):
    assert "--check writes nothing" in signed.run("compile", "--check", "all.json", "--sign", "ci.key", status=2).err


# Tampering -----------------------------------------------------------------------------------------------------------

RECORDS = [(24, "untrusted", "POL1404"), (8, "forged", "POL1405"), (90, "forged", "POL1405"), (0, "malformed", "POL1405")]


@pytest.mark.parametrize("byte, verdict, code", RECORDS)
def test_a_changed_signature(signed, byte, verdict, code):
    signed.change(META, "signature", "flip", byte)
    told = signed.verify("--trusted-keys", "ci.pub", status=1)
    assert told["verdict"] == verdict and not told["trusted"]
    assert f"[{code}]" in signed.eval("--trusted-keys", "ci.pub", status=2).err
    assert signed.verify(status=1)["verdict"] in ("forged", "malformed")


def test_a_changed_content(signed):
    signed.change(META, "more", "put", "00")
    told = signed.verify("--trusted-keys", "ci.pub", status=1)
    assert told["verdict"] == "altered"
    run = signed.eval("--trusted-keys", "ci.pub", status=2)
    assert "holds something other than what was signed" in run.err and "[POL1406]" in run.err and run.out == ""
    assert signed.verify(status=1)["verdict"] == "altered"
    signed.change(META, "more", "delete")
    signed.eval("--trusted-keys", "ci.pub")


def test_damage_that_only_a_write_would_meet(signed):
    """The free list has fewer records than the newest head says: answers do not need it, and a compile does."""
    data = signed.folder / "store/data.mdb"
    signed.run("sign", "store", "--key", "ci.key")
    content = bytearray(data.read_bytes())
    page = int.from_bytes(content[40:44], "little")
    head = max((0, page), key=lambda at: content[at + 144:at + 152][::-1])
    entries = head + 40 + 32
    assert int.from_bytes(content[entries:entries + 8], "little") > 0
    content[entries] += 1
    data.write_bytes(content)
    signed.eval("--trusted-keys", "ci.pub")
    assert "[POL0902]" in signed.run("compile", "all.json", "-o", "store", status=2).err
    run = signed.run("verify", "store", "--trusted-keys", "ci.pub", status=2)
    assert 'store: error: the store "store" is damaged [POL0902]' in run.err and run.out == ""
    assert "[POL0902]" in signed.run("sign", "store", "--key", "ci.key", status=2).err


def test_a_signature_on_another_store(signed):
    """Alice is denied in a newer store; the older one's signature does not make it the older one, nor the reverse."""
    record = signed.change(META, "signature", "show")
    write(signed.folder / "all.json", effect="Deny")
    signed.run("compile", "all.json", "-o", "store", "--sign", "ci.key")
    signed.eval("--trusted-keys", "ci.pub", status=1)
    signed.change(META, "signature", "put", record)
    assert signed.verify("--trusted-keys", "ci.pub", status=1)["verdict"] == "altered"


# Every verb that answers from a store ----------------------------------------------------------------------------------

ASKING = [
    ["eval", "-s", "store", "-p", ALICE, "-a", "s3:GetObject", "-r", "arn:aws:s3:::b/k"],
    ["explain", "-s", "store", "-p", ALICE, "-a", "s3:GetObject", "-r", "arn:aws:s3:::b/k"],
    ["eval", "-s", "store", "--batch", "questions"],
    ["who-can", "-s", "store", "s3:GetObject", "arn:aws:s3:::b/k"],
    ["what-can", "-s", "store", ALICE],
    ["show", "--store", "store", ALICE],
    ["dump", "--store", "store", ALICE],
    ["graph", "--store", "store", ALICE],
    ["lambda", "check", "--store", "store"],
    ["lambda", "graph", "--store", "store"],
    ["lambda", "invoke", "--dry-run", "--store", "store", "--function-name", FUNCTION, "--principal", ALICE],
]


@pytest.mark.parametrize("words", ASKING, ids=lambda words: " ".join(words[:2]))
def test_no_verb_answers_from_what_is_not_trusted(signed, words):
    (signed.folder / "questions").write_text(json.dumps(
        {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}) + "\n")
    fine = signed.polcheck(*words)
    assert fine.status in (0, 1), fine
    trusting = signed.polcheck(*words, "--trusted-keys", "ci.pub", "--seen", "seen")
    assert (trusting.status, trusting.out, trusting.err) == (fine.status, fine.out, fine.err)
    assert (signed.folder / "seen").exists()
    signed.change(META, "more", "put", "00")
    run = signed.polcheck(*words, "--trusted-keys", "ci.pub")
    assert run.status == 2 and run.out == "" and "[POL1406]" in run.err
    run = signed.polcheck(*words, "--seen", "seen")
    assert run.status == 2 and run.out == "" and "--trusted-keys says whose" in run.err


@pytest.mark.parametrize("words", [["show"], ["dump"], ["graph"], ["eval", "--case"]], ids=" ".join)
@pytest.mark.parametrize("option", ["--trusted-keys", "--seen"])
def test_keys_are_not_ignored_where_no_store_is_asked(signed, words, option):
    run = signed.run(*words, "all.json", option, "ci.pub", status=2)
    assert option in run.err and "[POL0950]" in run.err and run.out == ""


# What was seen -------------------------------------------------------------------------------------------------------

SEEN = ["--trusted-keys", "ci.pub", "--seen", "seen"]


def test_an_older_store_is_refused_once_a_newer_was_used(signed):
    shutil.copytree(signed.folder / "store", signed.folder / "old")
    signed.eval(*SEEN)
    signed.run("sign", "store", "--key", "ci.key")
    signed.verify(*SEEN)
    shutil.copytree(signed.folder / "store", signed.folder / "new")
    signed.eval(*SEEN)
    shutil.rmtree(signed.folder / "store")
    shutil.copytree(signed.folder / "old", signed.folder / "store")
    assert signed.verify(*SEEN, status=1)["verdict"] == "older"
    run = signed.eval(*SEEN, status=2)
    assert "was accepted before" in run.err and "[POL1407]" in run.err and run.out == ""
    shutil.rmtree(signed.folder / "store")
    shutil.copytree(signed.folder / "new", signed.folder / "store")
    signed.eval(*SEEN)


def test_verify_changes_nothing(signed):
    signed.verify(*SEEN)
    assert not (signed.folder / "seen").exists() and not (signed.folder / "seen.lock").exists()


def test_the_same_serial_with_another_content(signed):
    signed.run("sign", "store", "--key", "ci.key", "--serial", "9000000000000000")
    signed.eval(*SEEN)
    write(signed.folder / "all.json", effect="Deny")
    signed.run("compile", "all.json", "-o", "fork")
    signed.run("sign", "fork", "--key", "ci.key", "--serial", "9000000000000000")
    run = signed.run("verify", "fork", "--json", *SEEN, status=1)
    assert json.loads(run.out)["verdict"] == "other" and "POL1407" in run.err


def test_a_refused_store_is_not_noted(signed):
    signed.eval(*SEEN)
    before = (signed.folder / "seen").read_text()
    signed.run("keygen", "other")
    signed.run("sign", "store", "--key", "other.key")
    signed.eval(*SEEN, status=2)
    assert (signed.folder / "seen").read_text() == before


def test_a_file_of_what_was_seen_that_cannot_be_believed(signed):
    seen = signed.folder / "seen"
    signed.eval(*SEEN)
    good = seen.read_text()
    serial = str(signed.verify()["signature"]["serial"])
    assert mode(seen) == 0o600 and f"serial {serial}\n" in good
    for bad in (good.replace(serial, "1"), good[:-1], "", good + good):
        seen.write_text(bad)
        run = signed.eval(*SEEN, status=2)
        assert "[POL1408]" in run.err and run.out == "" and seen.read_text() == bad
    seen.write_text(good)
    seen.chmod(0o666)
    assert "[POL1402]" in signed.eval(*SEEN, status=2).err
    seen.chmod(0o600)
    signed.folder.chmod(0o777)
    assert "lies in a folder that others may change" in signed.eval(*SEEN, status=2).err
    signed.folder.chmod(0o700)
    signed.eval(*SEEN)
    seen.unlink()
    seen.mkdir()
    assert "[POL1402]" in signed.eval(*SEEN, status=2).err
    assert "[POL1408]" in signed.eval("--trusted-keys", "ci.pub", "--seen", "none/seen", status=2).err
