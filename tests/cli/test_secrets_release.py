# SPDX-License-Identifier: Apache-2.0
"""Secrets are printed, or sealed to a public key and opened elsewhere. Boxes are made and opened by libsodium itself as
well (ctypes), so that what is in one is what other programs see."""

import base64
import ctypes
import ctypes.util
import datetime
import json
import os
import subprocess
import sys

import pytest
from released import KEY, OTHER
from vaults import THUMBS, Terminal

SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium"))
assert SODIUM.sodium_init() >= 0
EXTRA = 48
PUBLIC, SECRET, SEALED = "polcheck-box:", "polcheck-box-secret:", "polcheck-sealed:1:"


def seal(public, plain):
    box = ctypes.create_string_buffer(len(plain) + EXTRA)
    assert SODIUM.crypto_box_seal(box, plain, ctypes.c_ulonglong(len(plain)), public) == 0
    return SEALED + base64.b64encode(box.raw[:len(plain) + EXTRA]).decode() + "\n"


def unseal(text, secret):
    assert text.startswith(SEALED) and text.endswith("\n") and text.count("\n") == 1
    box = base64.b64decode(text[len(SEALED):-1], validate=True)
    public = ctypes.create_string_buffer(32)
    assert SODIUM.crypto_scalarmult_base(public, secret) == 0
    plain = ctypes.create_string_buffer(len(box) - EXTRA)
    assert SODIUM.crypto_box_seal_open(plain, box, ctypes.c_ulonglong(len(box)), public, secret) == 0
    return plain.raw[:len(box) - EXTRA].decode()


def environment(variables, function=THUMBS, **more):
    return json.dumps({"polcheck": "environment 1", "function": function, "released": "2026-05-01T12:00:00Z",
                       "variables": variables, **more}).encode()


@pytest.fixture
def pair(polcheck, tmp_path):
    """A key pair: (path of the secret key, public key as text)."""
    run = polcheck("secrets", "keypair", "runtime.key")
    assert run.status == 0, run
    return tmp_path / "runtime.key", run.out.rstrip("\n")


def secret_of(path):
    text = path.read_text(encoding="ascii")
    assert text.startswith(SECRET) and text.endswith("\n")
    return base64.b64decode(text[len(SECRET):-1], validate=True)


def public_of(text):
    assert text.startswith(PUBLIC)
    return base64.b64decode(text[len(PUBLIC):], validate=True)


# Printing.


def test_json(policies):
    run = policies("release")
    assert run.status == 0 and run.err == ""
    assert run.json() == policies.values
    plain = json.dumps(policies.values, separators=(",", ":"))
    assert run.out == plain + "\n"
    assert policies.entries()[-1]["delivery"] == "print"


def test_null(policies):
    run = policies("release", "--null")
    assert run.status == 0
    assert run.out == "".join(f"{name}={value}\0" for name, value in sorted(policies.values.items()))


def test_a_change_without_an_entry_is_told_before_the_release(policies):
    log = {name: (policies.vault.path / name).read_bytes() for name in ("audit.log", "audit.head")}
    policies.vault.put("LATER", "s3cr3t four", function=OTHER)
    generation = policies.entries()[-1]["generation"]
    for name, content in log.items():  # as if the change had been killed before it wrote its entry
        (policies.vault.path / name).write_bytes(content)
    for _ in range(2):
        assert policies("release").json() == policies.values
    events = [(entry["event"], entry.get("message")) for entry in policies.entries()[-3:]]
    assert [event for event, _ in events] == ["unlogged", "release", "release"]
    assert events[0][1] == f"change {generation} has no entry"


def test_names(policies):
    run = policies("release", "--name", "TOKEN")
    assert run.json() == {"TOKEN": policies.values["TOKEN"]}
    assert policies.entries()[-1]["names"] == ["TOKEN"]
    run = policies("release", "--name", "TOKEN", "--name", "NOT_THERE")
    assert (run.status, run.out) == (2, "") and "POL1025" in run.err


def test_a_terminal_is_asked_for(policies):
    before = policies.entries()
    terminal = Terminal(*policies.words("release"), cwd=policies.folder)
    assert terminal.wait() == 2
    assert b"--show" in terminal.seen and b"s3cr3t" not in terminal.seen
    terminal.close()
    assert policies.entries() == before # nothing was released
    terminal = Terminal(*policies.words("release", "--show", "--name", "DB_URL"), cwd=policies.folder)
    assert terminal.wait() == 0
    assert json.loads(terminal.seen) == {"DB_URL": policies.values["DB_URL"]}
    terminal.close()


def test_a_full_disk(policies):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([os.environ["POLCHECK"], *map(str, policies.words("release"))], stdout=full,
                              stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert done.returncode == 2 and "POL0005" in done.stderr


def test_a_refusal(policies):
    for words in ([], ["--null"]):
        run = policies("release", *words, function=OTHER)
        assert (run.status, run.out) == (1, "")
        assert "POL1040" in run.err and "hint: polcheck eval" in run.err


@pytest.mark.parametrize("words, said", [
    (["operand"], "one operand too many"),
    (["--to", "x", "--null"], "does not go with it"),
    (["--to", "x", "--show"], "does not go with it"),
])
def test_wrong_usage(policies, words, said):
    run = policies("release", *words)
    assert run.status == 2 and said in run.err and "POL0950" in run.err


# Key pairs.


def test_a_pair_is_libsodiums(pair):
    path, public = pair
    made = ctypes.create_string_buffer(32)
    assert SODIUM.crypto_scalarmult_base(made, secret_of(path)) == 0
    assert made.raw[:32] == public_of(public)
    assert path.stat().st_mode & 0o7777 == 0o600


def test_pairs_differ(pair, polcheck):
    assert polcheck("secrets", "keypair", "second.key").out.rstrip("\n") != pair[1]


def test_the_public_key_again(pair, polcheck):
    run = polcheck("secrets", "keypair", "--public", pair[0])
    assert (run.status, run.out) == (0, pair[1] + "\n")


def test_a_file_is_not_written_over(pair, polcheck):
    before = pair[0].read_bytes()
    run = polcheck("secrets", "keypair", pair[0])
    assert run.status == 2 and "POL1045" in run.err and run.out == ""
    assert pair[0].read_bytes() == before
    assert polcheck("secrets", "keypair", "no/folder/key").status == 2
    assert polcheck("secrets", "keypair").status == 2


def test_a_key_that_others_may_read(pair, polcheck):
    for mode in (0o640, 0o604, 0o620):
        pair[0].chmod(mode)
        run = polcheck("secrets", "keypair", "--public", pair[0])
        assert run.status == 2 and "POL1045" in run.err and run.out == ""


@pytest.mark.parametrize("text", ["", "x", SECRET, SECRET + "AAAA", PUBLIC + base64.b64encode(bytes(32)).decode(),
                                  SECRET + base64.b64encode(bytes(33)).decode(), SECRET + "A" * 400])
def test_files_that_hold_no_key(polcheck, tmp_path, text):
    path = tmp_path / "wrong.key"
    path.write_text(text, encoding="ascii")
    path.chmod(0o600)
    run = polcheck("secrets", "keypair", "--public", path)
    assert run.status == 2 and "POL1045" in run.err and run.out == ""


# Boxes.


def test_a_box_holds_what_is_said(policies, pair):
    before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    run = policies("release", "--to", pair[1])
    after = datetime.datetime.now(datetime.timezone.utc)
    assert run.status == 0 and run.err == ""
    text = unseal(run.out, secret_of(pair[0]))
    held = json.loads(text)
    assert list(held) == ["polcheck", "function", "released", "variables"]
    assert held["polcheck"] == "environment 1" and held["function"] == THUMBS
    assert held["variables"] == policies.values
    assert before <= datetime.datetime.fromisoformat(held["released"]) <= after
    assert text == json.dumps(held, separators=(",", ":"))
    entry = policies.entries()[-1]
    assert (entry["delivery"], entry["recipient"]) == ("box", pair[1])


def test_two_boxes_differ(policies, pair):
    assert policies("release", "--to", pair[1]).out != policies("release", "--to", pair[1]).out


def test_a_public_key_in_a_file(policies, pair):
    (policies.folder / "runtime.pub").write_text(pair[1] + "\n", encoding="ascii")
    run = policies("release", "--to", "@runtime.pub", "--name", "TOKEN")
    assert json.loads(unseal(run.out, secret_of(pair[0])))["variables"] == {"TOKEN": policies.values["TOKEN"]}
    (policies.folder / "runtime.pub").write_text(pair[1] + "\0", encoding="ascii") # that is no white space
    run = policies("release", "--to", "@runtime.pub", "--name", "TOKEN")
    assert run.status == 2 and "not a public key" in run.err


@pytest.mark.parametrize("to, said", [
    ("x", "not a public key"),
    (PUBLIC + "AAAA", "not a public key"),
    (PUBLIC + base64.b64encode(bytes(32)).decode(), "nothing can be sealed"),
    ("@runtime.key", "secret key"),
    ("@nowhere", "cannot be opened"),
])
def test_keys_that_are_none_to_seal_to(policies, pair, to, said):
    run = policies("release", "--to", to)
    assert run.status == 2 and said in run.err and run.out == ""
    assert secret_of(pair[0]) and base64.b64encode(secret_of(pair[0])).decode() not in run.err


def test_a_refusal_seals_nothing(policies, pair):
    run = policies("release", "--to", pair[1], function=OTHER)
    assert (run.status, run.out) == (1, "")
    assert policies.entries()[-1]["recipient"] == pair[1]


# Opening.


def test_the_whole_way(policies, pair):
    sealed = policies("release", "--to", pair[1]).out
    (policies.folder / "sealed").write_text(sealed, encoding="ascii")
    for words, given in ((["sealed"], ""), (["-"], sealed), ([], sealed)):
        run = policies.polcheck("secrets", "open", "--key", pair[0], "--function", THUMBS, *words, input=given)
        assert run.status == 0 and run.json() == policies.values
    run = policies.polcheck("secrets", "open", "--key", pair[0], "--null", "sealed")
    assert run.out == "".join(f"{name}={value}\0" for name, value in sorted(policies.values.items()))


VALUES = {"AA": "", "BB": 'quotes " \\ /', "CC": "käse € \U0001f511", "DD": "\n\t\x01\x7f", "EE": " =x= "}
SHOW = "import json, os, sys; json.dump({**os.environ, 'input': sys.stdin.read()}, sys.stdout)"


def test_boxes_of_others_open(polcheck, pair):
    for plain in (environment(VALUES), environment(VALUES, more=[1])):
        run = polcheck("secrets", "open", "--key", pair[0], input=seal(public_of(pair[1]), plain))
        assert run.status == 0 and run.json() == VALUES


def test_a_command_gets_them(polcheck, pair, tmp_path):
    (tmp_path / "sealed").write_text(seal(public_of(pair[1]), environment(VALUES)), encoding="ascii")
    run = polcheck("secrets", "open", "--key", pair[0], "sealed", "--", sys.executable, "-c", SHOW, input="more")
    assert run.status == 0, run
    got = run.json()
    assert VALUES.items() <= got.items() and got["input"] == "more"
    run = polcheck("secrets", "open", "--key", pair[0], "sealed", "--as-files", "--", "sh", "-c", 'cat "$EE_FILE"; exit 7')
    assert (run.status, run.out) == (7, VALUES["EE"])
    run = polcheck("secrets", "open", "--key", pair[0], "--", "sh", "-c", 'printf %s "$EE"; cat',
                   input=(tmp_path / "sealed").read_text(encoding="ascii"))
    assert (run.status, run.out) == (0, VALUES["EE"])
    run = polcheck("secrets", "open", "--key", pair[0], "sealed", "--pristine", "--", "no-such-command")
    assert run.status == 127


def test_other_functions_and_keys(polcheck, pair):
    text = seal(public_of(pair[1]), environment(VALUES))
    run = polcheck("secrets", "open", "--key", pair[0], "--function", OTHER, input=text)
    assert (run.status, run.out) == (2, "") and "POL1044" in run.err and "another function" in run.err
    assert polcheck("secrets", "keypair", "second.key").status == 0
    run = polcheck("secrets", "open", "--key", "second.key", input=text)
    assert (run.status, run.out) == (2, "") and "POL1044" in run.err


def test_altered_boxes(polcheck, pair):
    text = seal(public_of(pair[1]), environment({"AA": "x"}))
    box = bytearray(base64.b64decode(text[len(SEALED):]))
    for at in range(0, len(box), 7):
        altered = bytearray(box)
        altered[at] ^= 1
        run = polcheck("secrets", "open", "--key", pair[0],
                       input=SEALED + base64.b64encode(bytes(altered)).decode())
        assert (run.status, run.out) == (2, "") and "POL1044" in run.err, at
    for wrong in ("", "x", SEALED, SEALED + "!", text[:-9], text.replace(":1:", ":2:"), text[len(SEALED):], text + text):
        run = polcheck("secrets", "open", "--key", pair[0], input=wrong)
        assert (run.status, run.out) == (2, "") and "POL1044" in run.err, wrong


@pytest.mark.parametrize("plain", [
    b"", b"x", b"{}", environment([]), environment({"AA": 1}), environment({"AA": "x\0y"}), environment({"A=B": "x"}),
    environment({"AA": "x"}, function=None), environment({"": "x"}), environment({"A-B": "x"}),
    environment({"AWS_REGION": "x"}), environment({"AA": "x"}).replace(b'"AA"', b'"AA": "y", "AA"'),
])
def test_what_is_no_environment(polcheck, pair, plain):
    run = polcheck("secrets", "open", "--key", pair[0], "--", "touch", "started", input=seal(public_of(pair[1]), plain))
    assert (run.status, run.out) == (2, "")
    assert "POL1044" in run.err or "POL1020" in run.err or "POL1021" in run.err, run
    assert not (pair[0].parent / "started").exists()


@pytest.mark.parametrize("words, said", [
    ([], "--key"),
    (["--key", "k", "one", "two"], "one operand too many"),
    (["--key", "k", "--pristine"], "a command only"),
    (["--key", "k", "--null", "--", "true"], "does not go with it"),
])
def test_wrong_usage_of_open(polcheck, words, said):
    run = polcheck("secrets", "open", *words)
    assert run.status == 2 and said in run.err and "POL0950" in run.err


def test_a_long_text_keeps_no_reason_out_of_the_log(policies):
    run = policies("release", "--principal", "arn:aws:sts::111122223333:assumed-role/thumbs-role/" + "n" * 5000)
    assert (run.status, run.out) == (1, "") and "[POL1041]" in run.err, run
    entry = policies.entries()[-1]
    assert entry["event"] == "refusal" and entry["truncated"] is True and len(entry["message"]) <= 1024, entry
    assert "n ... n" in entry["message"] and " is not the session of " in entry["message"], entry
    assert entry["message"].endswith("[POL1041]"), entry
    run = policies.vault("secrets", "audit")
    assert [line.endswith("  (truncated)") for line in run.out.splitlines()[-1:]] == [True], run
    assert policies("release").status == 0 and "truncated" not in policies.entries()[-1]
