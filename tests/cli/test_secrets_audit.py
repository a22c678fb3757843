# SPDX-License-Identifier: Apache-2.0
"""The audit log is shown and verified, also when it is damaged; another root key takes over."""

import json
import os
import pwd
import re
import secrets
import shutil
import subprocess

import pytest
from vaults import THUMBS, Terminal, function

HEAD = re.compile(r"^sound: (\d+) entr(?:y|ies), head ((\d+):[0-9a-f]{64})$", re.MULTILINE)


@pytest.fixture
def used(vault):
    """A vault with a log of six entries."""
    vault.put("AB", "some-value")
    vault.put("CD", "other-value")
    vault.put("AB", "third-value", function=function("f"))
    assert vault("secrets", "rm", "--function", THUMBS, "AB").status == 0
    assert vault("secrets", "rotate").status == 0
    assert len(vault.log()) == 6
    return vault


def head(vault):
    run = vault("secrets", "audit", "--verify")
    assert run.status == 0, run
    found = HEAD.match(run.out)
    assert found and found.group(1) == found.group(3)
    return found.group(2)


def write_log(vault, lines):
    (vault.path / "audit.log").write_bytes(b"".join(lines))


def test_entries_for_people_and_programs(used):
    run = used("secrets", "audit", "--json")
    assert run.status == 0
    assert run.out.encode() == b"".join(used.log())
    assert [entry["event"] for entry in run.lines()] == ["init", "put", "put", "put", "rm", "rotate"]
    people = used("secrets", "audit").out.splitlines()
    assert len(people) == 6
    for line, entry in zip(people, run.lines()):
        assert line.startswith(f"{entry['time']}  {entry['event']}")
        assert entry.get("function", "") in line
        assert ", ".join(entry.get("names", [])) in line
    assert "mac" not in "".join(people)


def test_entries_of_one_function(used):
    run = used("secrets", "audit", "--json", "--function", THUMBS)
    assert [entry["seq"] for entry in run.lines()] == [2, 3, 5]
    assert used("secrets", "audit", "--function", function("none")).out == ""


def test_a_file_of_one_function_names_its_variables(vault):
    text = f"[{THUMBS}]\nAB=1\nCD=2\n"
    assert vault("secrets", "put", "--env-file", "-", input=text).status == 0
    assert vault("secrets", "put", "--env-file", "-", input=text + f"[{function('f')}]\nAB=1").status == 0
    one, many = vault("secrets", "audit", "--json").lines()[1:]
    assert one["function"] == THUMBS and one["names"] == ["AB", "CD"] and "message" not in one
    assert many["event"] == "put" and "names" not in many and "function" not in many
    assert many["message"] == "3 variables of 2 functions"
    assert "3 variables of 2 functions" in vault("secrets", "audit").out


def me():
    """How the log names the user of these tests."""
    try:
        return f"uid {os.getuid()} ({pwd.getpwuid(os.getuid()).pw_name})"
    except KeyError:
        return f"uid {os.getuid()}"


def test_changes_say_who_made_them(used):
    entries = used("secrets", "audit", "--json").lines()
    assert [entry.get("principal") for entry in entries] == [None] + [me()] * 5


def test_an_alias_is_logged_as_the_key_that_it_named(vault):
    made = vault("keys", "create", "--account", "111122223333", "--region", "eu-west-1", "--alias", "alias/app")
    arn = made.out.strip()
    vault.put("AB", "some-value", "--key", "alias/app")
    vault.put("CD", "some-value")
    assert vault("secrets", "rotate", "--key", "alias/app").status == 0
    assert vault("keys", "disable", "alias/app").status == 0
    entries = vault("secrets", "audit", "--json").lines()[1:]
    assert [entry["event"] for entry in entries] == ["keys create", "put", "put", "rotate", "keys disable"]
    assert {entry["key"] for entry in entries} == {arn}


def test_an_alias_of_several_keys_is_logged_as_it_was_given(vault):
    text = f"[{THUMBS}]\nAB=1\n[{function('f', 'us-east-1')}]\nAB=1\n"
    assert vault("secrets", "put", "--key", "alias/aws/lambda", "--env-file", "-", input=text).status == 0
    assert vault("secrets", "audit", "--json").lines()[1]["key"] == "alias/aws/lambda"
    assert vault("secrets", "rotate").status == 0
    assert "key" not in vault("secrets", "audit", "--json").lines()[2]


def test_a_sound_log(used):
    assert head(used).startswith("6:")
    run = used("secrets", "audit", "--verify", "--json")
    assert run.status == 0
    assert run.json() == {"sound": True, "entries": 6, "head": head(used)}


def test_bytes_behind_the_end_are_told(used):
    """A write that was interrupted looks the same, so that it is not wrong; the next entry takes them away."""
    last, log = head(used), used.path / "audit.log"
    with open(log, "ab") as file:
        file.write(b'{"seq":7,"forged":')
    run = used("secrets", "audit", "--verify")
    assert run.status == 0
    assert run.out.startswith(f"sound: 6 entries, head {last}\n")
    assert "unfinished: 18 bytes behind it, " in run.out
    run = used("secrets", "audit", "--verify", "--json")
    assert run.status == 0
    assert run.json() == {"sound": True, "entries": 6, "head": last, "unfinished": 18}
    assert used("secrets", "rotate").status == 0
    assert "unfinished" not in used("secrets", "audit", "--verify").out
    assert b"forged" not in log.read_bytes()


def test_no_more_is_taken_for_a_write_that_was_interrupted_than_an_entry_has(used):
    log = used.path / "audit.log"
    with open(log, "ab") as file:
        file.write(b"x" * 65536)
    assert used("secrets", "list").status == 2
    run = used("secrets", "audit", "--verify", "--json")
    assert run.status == 1
    assert (run.json()["fault"], run.json()["line"]) == ("altered", 7)
    assert log.read_bytes().endswith(b"x" * 65536)


def alter(lines):
    lines[2] = lines[2].replace(b'"put"', b'"got"')


def remove(lines):
    del lines[2]


def swap(lines):
    lines[2], lines[3] = lines[3], lines[2]


def insert(lines):
    lines.insert(2, lines[1])


def shorten(lines):
    del lines[5]


def shorten_much(lines):
    del lines[2:]


def cut(lines):
    lines[5] = lines[5][:40]


@pytest.mark.parametrize("damage, line, fault", [
    (alter, 3, "altered"), (remove, 3, "removed"), (swap, 3, "reordered"), (insert, 3, "reordered"), (shorten, 6, "shortened"),
    (shorten_much, 3, "shortened"), (cut, 6, "shortened"),
])
def test_the_first_entry_that_is_wrong_is_named(used, damage, line, fault):
    lines = used.log()
    damage(lines)
    write_log(used, lines)
    run = used("secrets", "audit", "--verify", "--json")
    assert run.status == 1
    verdict = run.json()
    assert (verdict["sound"], verdict["line"], verdict["fault"], verdict["entries"]) == (False, line, fault, line - 1)
    run = used("secrets", "audit", "--verify")
    assert run.status == 1
    assert run.out.startswith(f"audit.log:{line}: entry {line}: ")
    # Shown are the sound ones, and then what is wrong.
    run = used("secrets", "audit", "--json")
    assert run.status == 2
    assert len(run.out.splitlines()) == line - 1
    error = json.loads(run.err)
    assert error["code"] == "POL1051" and error["line"] == line


def alter_last(lines):
    lines[5] = lines[5].replace(b'"rotate"', b'"rotare"')


def make_up(lines):
    """Removes an entry, and gives its bytes to the next one."""
    removed = lines.pop(2)
    lines[2] = lines[2][:-1] + b" " * len(removed) + b"\n"


def alter_end(lines):
    lines[5] = lines[5][:-4] + (b"1" if lines[5][-4:-3] == b"0" else b"0") + lines[5][-3:]


def add(lines):
    lines.append(lines[5])


@pytest.mark.parametrize("damage, opens", [
    (alter, True), (alter_last, True), (swap, True), (make_up, True),
    (remove, False), (insert, False), (shorten, False), (shorten_much, False), (cut, False), (alter_end, False), (add, False),
])
def test_opening_looks_at_the_length_and_the_end_of_the_log_alone(used, damage, opens):
    """As SECURITY.md says; --verify finds all of it."""
    lines = used.log()
    damage(lines)
    write_log(used, lines)
    assert used("secrets", "list").status == (0 if opens else 2)
    assert used("secrets", "audit", "--verify").status == 1


def test_verify_works_where_the_vault_does_not_open(used):
    lines = used.log()
    shorten(lines)
    write_log(used, lines)
    run = used("secrets", "list")
    assert run.status == 2
    assert "POL1051" in run.err
    assert used("secrets", "audit", "--verify").status == 1


@pytest.mark.parametrize("name, what, fault, sound", [
    ("audit.log", "the log is missing", "shortened", 0), ("audit.head", "the head is missing", "unheaded", 6),
])
def test_a_file_that_is_gone(used, name, what, fault, sound):
    (used.path / name).unlink()
    run = used("secrets", "audit", "--verify")
    assert run.status == 1
    assert run.out.startswith(f"{name}: {what}\nsound before it: {sound} entries")
    verdict = used("secrets", "audit", "--verify", "--json").json()
    assert (verdict["fault"], verdict["message"], verdict["entries"]) == (fault, what, sound)
    assert "line" not in verdict
    run = used("secrets", "audit", "--json")
    assert run.status == 2
    assert len(run.out.splitlines()) == sound
    error = json.loads(run.err)
    assert (error["message"], error.get("line")) == (what, None)
    assert error["file"].endswith("/" + name)
    assert used("secrets", "list").status == 2


@pytest.mark.parametrize("bytes_of", [lambda size: b"", bytes], ids=["empty", "zeros"])
def test_a_head_of_another_key_is_not_an_entry(used, bytes_of):
    path = used.path / "audit.head"
    other = bytes_of(path.stat().st_size)
    path.write_bytes(other)
    for _ in range(2):  # and nobody mends it by using the vault
        run = used("secrets", "audit", "--verify")
        assert run.status == 1
        assert run.out.startswith("audit.head: the head was not made with this key")
        run = used("secrets", "list")
        assert (run.status, "POL1051" in run.err) == (2, True)
        assert path.read_bytes() == other


def test_an_older_copy_of_everything_is_told_by_a_head_that_was_kept(used):
    copy = used.folder / "copy"
    shutil.copytree(used.path, copy)
    first = head(used)
    used.put("EF", "later-value")
    second = head(used)
    run = used("secrets", "audit", "--verify", "--expect", second, "--expect", first)
    assert run.status == 0, run
    shutil.rmtree(used.path)
    shutil.copytree(copy, used.path)
    assert used("secrets", "audit", "--verify").status == 0
    assert used("secrets", "audit", "--verify", "--expect", first).status == 0
    run = used("secrets", "audit", "--verify", "--expect", second, "--json")
    assert run.status == 1
    verdict = run.json()
    assert (verdict["fault"], verdict["line"]) == ("shortened", 7)
    assert verdict["message"] == "the log ends at entry 6, before the expected head 7"
    # Nor does another history of the same length pass.
    used.put("EF", "another-value")
    run = used("secrets", "audit", "--verify", "--expect", second)
    assert run.status == 1
    assert run.out.startswith(
        "audit.log:7: entry 7: the log does not go on from the head that was expected: entry 7 has another mac\n")


def test_an_older_store_below_its_log(used):
    """The log is sound, and can be looked at to see what is missing; the vault does not open."""
    copy = used.folder / "copy"
    shutil.copytree(used.path / "store", copy)
    used.put("EF", "later-value")
    shutil.rmtree(used.path / "store")
    shutil.copytree(copy, used.path / "store")
    run = used("secrets", "list")
    assert run.status == 2
    assert "POL1013" in run.err
    assert used("secrets", "audit", "--verify").status == 0
    assert used("secrets", "audit", "--json").lines()[-1]["names"] == ["EF"]


@pytest.mark.parametrize("words, said", [
    (["--expect", "1:" + "0" * 64], "for --verify"),
    (["--verify", "--expect", "1"], "SEQ:MAC"),
    (["--verify", "--expect", "1:" + "0" * 63], "SEQ:MAC"),
    (["--verify", "--expect", "1:" + "g" * 64], "SEQ:MAC"),
    (["--verify", "--expect", "0:" + "0" * 64], "SEQ:MAC"),
    (["--verify", "--expect", "99999999999999999999:" + "0" * 64], "SEQ:MAC"),
    (["--verify", "--function", THUMBS], "the whole log"),
    (["--accept", "--function", THUMBS], "the whole log"),
    (["--accept", "--expect", "1:" + "0" * 64], "for --verify"),
    (["--accept", "--verify"], "--verify first"),
    (["--lost"], "--lost is for --accept"),
    (["--verify", "--lost"], "--lost is for --accept"),
    (["operand"], "no operands"),
])
def test_wrong_usage(vault, words, said):
    run = vault("secrets", "audit", *words)
    assert run.status == 2
    assert said in run.err


def test_an_expectation_that_was_never_so(used):
    run = used("secrets", "audit", "--verify", "--expect", "3:" + "0" * 64)
    assert run.status == 1
    assert run.out == ("audit.log:3: entry 3: the log does not go on from the head that was expected: entry 3 has another mac\n"
                       f"sound before it: 2 entries, head 2:{json.loads(used.log()[1])['mac']}\n")
    verdict = used("secrets", "audit", "--verify", "--json", "--expect", "3:" + "0" * 64).json()
    assert (verdict["sound"], verdict["fault"], verdict["line"]) == (False, "unexpected", 3)
    assert verdict["message"] == "the log does not go on from the head that was expected: entry 3 has another mac"


def test_a_log_with_its_head_from_before_the_vaults_last_change(used):
    """Told by the vault alone, which has noted entry 7 before its last change."""
    other = used.folder / "other"
    shutil.copytree(used.path, other)
    used.put("EF", "later-value")
    used.put("GH", "later-value")
    shutil.copy(other / "audit.log", used.path)
    shutil.copy(other / "audit.head", used.path)
    run = used("secrets", "audit", "--verify")
    assert run.status == 1
    assert run.out.startswith("audit.log:7: entry 7: the log ends at entry 6, before entry 7, which the vault has noted\n")


# Accepting what a power failure left -------------------------------------------------------------------------


def kept(vault):
    return [path.name for path in vault.path.glob("audit.unsound-*")]


def test_a_shortened_log_is_accepted_and_says_so(used):
    lines = used.log()
    shorten(lines)
    write_log(used, lines)
    assert used("secrets", "put", "--function", THUMBS, "AB", input="v").status == 2
    run = used("secrets", "audit", "--accept")
    assert run.status == 0, run
    told = "the log ended at entry 5, its head had said entry 6"
    assert run.out == f"accepted: {told}; now 6 entries, head {head(used)}\n"
    assert kept(used) == []
    entry = used("secrets", "audit", "--json").lines()[-1]
    assert (entry["event"], entry["message"], entry["principal"]) == ("accept", told, me())
    assert used.log()[:5] == lines
    used.put("EF", "after-it")
    assert used.names() == ["CD", "EF"]
    assert head(used).startswith("7:")


def test_what_is_unsound_is_kept(used):
    lines = used.log()
    rest = b"\0" * 50 + lines[5][50:]
    write_log(used, lines[:5] + [rest])
    run = used("secrets", "audit", "--accept", "--json")
    assert run.status == 0, run
    said = run.json()
    [name] = kept(used)
    assert said == {"accepted": True, "entries": 6, "head": head(used), "ended": 5, "said": 6, "file": name, "bytes": len(rest)}
    assert (used.path / name).read_bytes() == rest
    assert used("secrets", "audit", "--json").lines()[-1]["message"].endswith(f"; {len(rest)} bytes behind it are in {name}")
    used.put("EF", "after-it")


def test_a_head_that_was_lost(used):
    (used.path / "audit.head").unlink()
    run = used("secrets", "audit", "--accept")
    assert run.status == 0, run
    assert "its head was missing or not made with this vault's key" in run.out
    assert head(used).startswith("7:")
    assert used.names() == ["CD"]


def test_nothing_to_accept(used):
    before = used.log(), (used.path / "audit.head").read_bytes()
    run = used("secrets", "audit", "--accept")
    assert (run.status, run.out) == (0, f"nothing to accept, the log is sound: 6 entries, head {head(used)}\n")
    assert used("secrets", "audit", "--accept", "--json").json() == {"accepted": False, "entries": 6, "head": head(used)}
    assert (used.log(), (used.path / "audit.head").read_bytes()) == before


def test_what_the_vault_has_noted_is_not_to_be_accepted_away(used):
    """A change notes where the log stands, and has it on the disk before."""
    lines = used.log()[:4]
    write_log(used, lines)
    run = used("secrets", "audit", "--accept")
    assert run.status == 2
    assert "POL1051" in run.err and "has entry 5" in run.err
    assert used.log() == lines
    assert kept(used) == []
    assert used("secrets", "audit", "--verify").status == 1


def test_a_head_from_before_tells_what_was_accepted_away(used):
    kept_head = head(used)
    lines = used.log()
    shorten(lines)
    write_log(used, lines)
    assert used("secrets", "audit", "--accept").status == 0
    assert used("secrets", "audit", "--verify").status == 0
    assert used("secrets", "audit", "--verify", "--expect", kept_head).status == 1


def test_accepting_takes_the_root_key(used):
    lines = used.log()
    shorten(lines)
    write_log(used, lines)
    other = used.folder / "other.key"
    other.write_bytes(secrets.token_bytes(32))
    other.chmod(0o600)
    run = used("secrets", "audit", "--accept", root=["--root-key", other])
    assert run.status == 2
    assert "POL1002" in run.err
    assert used.log() == lines


# A change that has no entry ----------------------------------------------------------------------------------


def test_a_log_put_back_to_before_the_last_change_shows_that_it_was(used):
    """As after a process that was killed between its change and the entry."""
    before = {name: (used.path / name).read_bytes() for name in ("audit.log", "audit.head")}
    used.put("EF", "later-value")
    for name, content in before.items():
        (used.path / name).write_bytes(content)
    assert used.names() == ["CD", "EF"]
    assert used("secrets", "rm", "--function", THUMBS, "EF").status == 0
    unlogged, rm = used("secrets", "audit", "--json").lines()[6:]
    assert (unlogged["event"], unlogged["message"], unlogged["generation"]) == ("unlogged", "change 7 has no entry", 7)
    assert "principal" not in unlogged
    assert (rm["event"], rm["generation"]) == ("rm", 8)
    assert used("secrets", "audit", "--verify").status == 0


# A log that is lost ------------------------------------------------------------------------------------------

LOSS = "which the vault has noted, and all behind them are lost"


def lose(vault, *names):
    for name in names:
        (vault.path / name).unlink()


@pytest.mark.parametrize("names, head_text", [
    (["audit.log", "audit.head"], "its head was missing or not made with this vault's key"),
    (["audit.log"], "its head had said entry 6"),
])
def test_a_lost_log_is_accepted_when_it_is_said_to_be_lost(used, names, head_text):
    lose(used, *names)
    assert used("secrets", "list").status == 2
    run = used("secrets", "audit", "--accept")
    assert run.status == 2
    assert not (used.path / "audit.log").exists()
    run = used("secrets", "audit", "--accept", "--lost")
    assert run.status == 0, run
    told = f"entries 1 to 5, {LOSS}; the log was missing, {head_text}"
    accept, note = used("secrets", "audit", "--json").lines()
    assert run.out == f"accepted: {told}; now 2 entries, head 7:{note['mac']}\n"
    assert (accept["seq"], accept["event"], accept["message"], accept["lost"]) == (6, "accept", told, 5)
    assert accept["principal"] == me()
    assert (note["seq"], note["event"], note["message"]) == (7, "note", "the vault has noted entry 6")
    assert note["generation"] == accept["generation"] + 1
    # It goes on, and says so for ever.
    assert used.names() == ["CD"]
    used.put("EF", "after-it")
    run = used("secrets", "audit", "--verify")
    assert run.status == 0
    assert re.fullmatch(r"sound: 3 entries, head 8:[0-9a-f]{64}\nlost: entries 1 to 5, as entry 6 says\n", run.out)
    verdict = used("secrets", "audit", "--verify", "--json").json()
    assert (verdict["sound"], verdict["entries"], verdict["lost"]) == (True, 3, [{"from": 1, "to": 5}])
    assert used("secrets", "audit", "--accept").out.startswith("nothing to accept, the log is sound: 3 entries, head 8:")


def test_heads_from_before_a_loss_are_told_to_be_lost(used):
    heads = [f"{entry['seq']}:{entry['mac']}" for entry in map(json.loads, used.log())]
    write_log(used, used.log()[:2])
    said = used("secrets", "audit", "--accept", "--lost", "--json").json()
    assert (said["accepted"], said["entries"], said["ended"], said["said"], said["lost"]) == (True, 4, 2, 6, 3)
    for number, text in [(3, "entry 3 is lost"), (4, "entry 4 is lost"), (6, "entry 6 has another mac")]:
        run = used("secrets", "audit", "--verify", "--expect", heads[number - 1])
        assert run.status == 1
        assert run.out.startswith(
            f"audit.log:3: entry 6: the log does not go on from the head that was expected: {text}\nsound before it: 2 entries, ")
    for number in (1, 2, 5):  # the vault had noted the fifth, and the entry says so
        assert used("secrets", "audit", "--verify", "--expect", heads[number - 1]).status == 0


def test_the_log_from_before_does_not_take_the_place_of_the_one_with_the_gap(used):
    kept = {name: (used.path / name).read_bytes() for name in ("audit.log", "audit.head")}
    lose(used, *kept)
    assert used("secrets", "audit", "--accept", "--lost").status == 0
    for name, content in kept.items():
        (used.path / name).write_bytes(content)
    run = used("secrets", "audit", "--verify")
    assert run.status == 1
    assert "the log does not go on from the head that the vault has noted: entry 6 has another mac" in run.out


def test_a_vault_that_was_put_back_is_refused_though_its_log_is_said_to_be_lost(used):
    copy = used.folder / "copy"
    shutil.copytree(used.path / "store", copy)
    used.put("EF", "later-value")
    shutil.rmtree(used.path / "store")
    shutil.copytree(copy, used.path / "store")
    lose(used, "audit.log")
    run = used("secrets", "audit", "--accept", "--lost")
    assert run.status == 2
    assert "POL1013" in run.err
    assert not (used.path / "audit.log").exists()


def test_a_lost_log_takes_the_root_key(used):
    lose(used, "audit.log", "audit.head")
    other = used.folder / "other.key"
    other.write_bytes(secrets.token_bytes(32))
    other.chmod(0o600)
    run = used("secrets", "audit", "--accept", "--lost", root=["--root-key", other])
    assert run.status == 2
    assert "POL1002" in run.err
    assert not (used.path / "audit.log").exists() and not (used.path / "audit.head").exists()


def test_what_is_not_lost_is_not_said_to_be(used):
    before = used.log()
    run = used("secrets", "audit", "--accept", "--lost")
    assert (run.status, run.out) == (0, f"nothing to accept, the log is sound: 6 entries, head {head(used)}\n")
    assert used.log() == before


# Another root key --------------------------------------------------------------------------------------------


def test_rekey_to_a_new_file(used):
    new = used.folder / "new.key"
    run = used("secrets", "rekey", "--new-root-key", new)
    assert run.status == 0, run
    assert "keep a copy" in run.out
    assert new.stat().st_mode & 0o777 == 0o600
    assert used.key.exists()
    run = used("secrets", "list")
    assert run.status == 2
    assert "POL1002" in run.err
    used.root = ["--root-key", new]
    assert used.names() == ["CD"]
    assert head(used).startswith("7:")
    used.put("AB", "after-rekey")
    assert used.names() == ["AB", "CD"]


def test_rekey_to_a_file_that_is_there_and_back(used):
    new = used.folder / "new.key"
    new.write_bytes(secrets.token_bytes(32))
    new.chmod(0o600)
    assert used("secrets", "rekey", "--new-root-key", new).status == 0
    run = used("secrets", "rekey", "--new-root-key", used.key, root=["--root-key", new])
    assert run.status == 0
    assert used.names() == ["CD"]
    assert used("secrets", "list", root=["--root-key", new]).status == 2


def test_rekey_is_told_another_key(used):
    link = used.folder / "link"
    link.symlink_to(used.key)
    log = used.log()
    for words in (["--new-root-key", used.key], ["--new-root-key", link], [], ["operand"],
                  ["--new-root-key", "a", "--new-passphrase"]):
        run = used("secrets", "rekey", *words)
        assert run.status == 2
        assert "POL0950" in run.err
    assert used.log() == log


def test_a_new_key_that_others_reach_is_refused(used):
    new = used.folder / "new.key"
    new.write_bytes(secrets.token_bytes(32))
    new.chmod(0o644)
    run = used("secrets", "rekey", "--new-root-key", new)
    assert run.status == 2
    assert "POL1001" in run.err
    assert used.names() == ["CD"]


def test_with_the_wrong_old_key_nothing_is_made(used):
    other = used.folder / "other.key"
    other.write_bytes(secrets.token_bytes(32))
    other.chmod(0o600)
    run = used("secrets", "rekey", "--new-root-key", used.folder / "new.key", root=["--root-key", other])
    assert run.status == 2
    assert "POL1002" in run.err
    assert not (used.folder / "new.key").exists()


def test_rekey_to_a_passphrase_and_away(used):
    place = ["--vault", used.path]
    terminal = Terminal("secrets", "rekey", *place, "--root-key", used.key, "--new-passphrase", cwd=used.folder)
    try:
        terminal.answer("new passphrase: ", "open sesame")
        terminal.answer("new passphrase, again: ", "open sesame")
        assert terminal.wait() == 0, terminal.seen
    finally:
        terminal.close()
    run = used("secrets", "list")
    assert run.status == 2
    assert "follows from a passphrase" in run.err
    terminal = Terminal("secrets", "rekey", *place, "--passphrase", "--new-root-key", used.key, cwd=used.folder)
    try:
        terminal.answer("passphrase: ", "open sesame")
        assert terminal.wait() == 0, terminal.seen
    finally:
        terminal.close()
    assert used.names() == ["CD"]


@pytest.mark.parametrize("words", [("secrets", "audit"), ("secrets", "audit", "--json"), ("secrets", "list"),
                                   ("keys", "list")], ids=" ".join)
def test_a_reader_that_left_is_told_once(used, words):
    """As of every verb: what could not be written is one error, and nothing else is said of it."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        done = subprocess.run([os.environ["POLCHECK"], *words, "--vault", used.path, "--root-key", used.key],
                              stdout=output, stderr=subprocess.PIPE, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1 and "Broken pipe" in done.stderr and "POL0005" in done.stderr
