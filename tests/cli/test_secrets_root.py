# SPDX-License-Identifier: Apache-2.0
"""Vaults are made, and opened with the right root key, wherever it comes from, and with no other."""

import os
import secrets
import stat

import pytest
from vaults import Terminal, function, with_descriptor

LIST = ("secrets", "list")


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def write_key(path, text, bits=0o600):
    path.write_bytes(text)
    path.chmod(bits)
    return path


def test_init_makes_vault_and_key_for_its_user_alone(polcheck, tmp_path):
    before = os.umask(0)
    try:
        run = polcheck("secrets", "init", "--vault", tmp_path / "v", "--root-key", tmp_path / "k")
    finally:
        os.umask(before)
    assert run.status == 0, run
    assert "keep a copy" in run.out
    assert mode(tmp_path / "k") == 0o600
    assert mode(tmp_path / "v") == mode(tmp_path / "v" / "store") == 0o700
    files = [path for path in (tmp_path / "v").rglob("*") if path.is_file()]
    assert len(files) >= 3
    assert {mode(path) for path in files} == {0o600}
    text = (tmp_path / "k").read_text()
    assert len(text) == 65 and int(text, 16) > 0
    assert text.strip() not in run.out + run.err


def test_init_takes_a_key_that_is_there(polcheck, tmp_path):
    text = secrets.token_hex(32).encode() + b"\n"
    key = write_key(tmp_path / "k", text)
    for name in ("a", "b"):
        run = polcheck("secrets", "init", "--vault", tmp_path / name, "--root-key", key)
        assert run.status == 0, run
        assert "keep a copy" not in run.out
        assert polcheck(*LIST, "--vault", tmp_path / name, "--root-key", key).status == 0
    assert key.read_bytes() == text


def test_init_leaves_what_is_there(vault):
    vault.put("DB_URL", "kept-where-it-is")
    run = vault("secrets", "init", root=["--root-key", vault.folder / "other.key"])
    assert run.status == 2
    assert "POL1011" in run.err
    assert not (vault.folder / "other.key").exists()
    assert vault.names() == ["DB_URL"]


def test_init_in_a_folder_with_something_else(polcheck, tmp_path):
    (tmp_path / "v").mkdir()
    (tmp_path / "v" / "letter").write_text("dear")
    run = polcheck("secrets", "init", "--vault", tmp_path / "v", "--root-key", tmp_path / "k")
    assert run.status == 2
    assert "POL1011" in run.err
    assert os.listdir(tmp_path / "v") == ["letter"]


@pytest.mark.parametrize("vault, key", [
    ("k2", "k2"), ("k2", "./k2"), ("k2/", "k2"), ("k2", "empty/../k2"), ("empty", "empty/key"), ("empty", "empty"),
    ("link", "empty/key"), ("empty/.", "link/key"), ("empty/k2", "link/k2"),
])
def test_init_wants_vault_and_key_apart(polcheck, tmp_path, vault, key):
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    run = polcheck("secrets", "init", "--vault", vault, "--root-key", key)
    assert run.status == 2 and run.out == ""
    assert f'the root key "{key}" would be in the vault "{vault}"' in run.err and "POL0950" in run.err
    assert sorted(os.listdir(tmp_path)) == ["empty", "link"] and os.listdir(tmp_path / "empty") == []


@pytest.mark.parametrize("vault, key", [("k2", "k2.key"), ("empty/v", "empty/k"), ("a", "empty/a"), ("empty", "a")])
def test_init_beside_each_other(polcheck, tmp_path, vault, key):
    (tmp_path / "empty").mkdir()
    assert polcheck("secrets", "init", "--vault", vault, "--root-key", key).status == 0


def test_a_vault_without_its_store(vault):
    """It is named as it was given, and what is left of it is no reason to make another one."""
    hint = "restore a copy of the whole folder"
    (vault.path / "store" / "data.mdb").write_bytes(b"")
    run = vault(*LIST)
    assert run.status == 2 and f'no vault in "{vault.path}" [POL1010]' in run.err and hint in run.err
    for part in ("data.mdb", "lock.mdb"):
        (vault.path / "store" / part).unlink()
    for words in (LIST, ("secrets", "audit"), ("secrets", "rotate")):
        run = vault(*words)
        assert run.status == 2 and f'no vault in "{vault.path}" [POL1010]' in run.err and hint in run.err, run
    (vault.path / "store").rmdir()
    assert hint in vault(*LIST).err
    (vault.path / "audit.log").unlink()
    run = vault(*LIST)
    assert hint not in run.err and "hint: polcheck secrets init makes one" in run.err


def test_init_in_an_empty_folder(polcheck, tmp_path):
    (tmp_path / "v").mkdir()
    assert polcheck("secrets", "init", "--vault", tmp_path / "v", "--root-key", tmp_path / "k").status == 0


@pytest.mark.parametrize("words, said", [
    ([], '"--vault" is missing'),
    (["--vault", ""], '"--vault" is missing'),
    (["--vault", "v"], "the root key is missing"),
    (["--vault", "v", "--root-key", "a", "--passphrase"], "given twice"),
    (["--vault", "v", "--root-key", "a", "--root-key", "b"], "given twice"),
    (["--vault", "v", "--root-key-fd", "x"], "number of a descriptor"),
    (["--vault", "v", "--root-key-fd", "1"], "number of a descriptor"),
    (["--vault", "v", "--root-key-fd", "-1"], "number of a descriptor"),
    (["--vault", "v", "--root-key-fd", "99999999999999999999"], "number of a descriptor"),
    (["--vault", "v", "--root-key", "a", "operand"], "takes no operands"),
])
def test_wrong_usage(polcheck, tmp_path, words, said):
    run = polcheck("secrets", "init", *words)
    assert run.status == 2
    assert run.out == ""
    assert said in run.err and "POL0950" in run.err
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("verb, words", [
    (("secrets", "list"), []),
    (("secrets", "put"), ["--function", function("f"), "AB"]),
    (("secrets", "rm"), ["--function", function("f"), "AB"]),
    (("secrets", "rotate"), []),
    (("secrets", "rekey"), ["--new-root-key", "new.key"]),
    (("secrets", "audit"), ["--verify"]),
    (("keys", "list"), []),
    (("keys", "create"), ["--account", "111122223333", "--region", "eu-west-1"]),
    (("keys", "enable"), ["alias/a"]),
    (("keys", "disable"), ["alias/a"]),
    (("keys", "policy"), ["alias/a"]),
    (("keys", "schedule-deletion"), ["alias/a"]),
    (("keys", "cancel-deletion"), ["alias/a"]),
])
def test_no_verb_works_without_vault_or_with_another_key(vault, verb, words):
    log = vault.log()
    other = write_key(vault.folder / "other", secrets.token_bytes(32))
    run = vault(*verb, *words, root=["--root-key", other], input="value")
    assert run.status == 2
    assert run.out == "" or "new.key" in run.out
    assert "POL1002" in run.err
    run = vault.polcheck(*verb, "--vault", vault.folder / "none", "--root-key", vault.key, *words, input="value")
    assert run.status == 2
    assert "POL1010" in run.err
    assert not (vault.folder / "none").exists()
    run = vault(*verb, *words, root=[], input="value")
    assert run.status == 2
    assert "the root key is missing" in run.err
    assert vault.log() == log


def test_a_new_root_key_is_called_so(vault):
    assert "the new root key is missing" in vault("secrets", "rekey").err
    run = vault("secrets", "rekey", "--new-root-key", "a", "--new-passphrase")
    assert "the new root key is given twice" in run.err


@pytest.mark.parametrize("bits", [0o644, 0o640, 0o660, 0o604, 0o610, 0o602, 0o777])
def test_a_root_key_that_others_reach_is_refused(vault, bits):
    vault.key.chmod(bits)
    run = vault(*LIST)
    assert run.status == 2
    assert "POL1001" in run.err
    assert f"its mode is {bits:04o} " in run.err and f'hint: chmod 600 "{vault.key}"' in run.err
    done = with_descriptor(3, vault.key, *LIST, "--vault", vault.path, "--root-key-fd", "3")
    assert done.returncode == 2 and "POL1001" in done.stderr and "hint: chmod 600 the file" in done.stderr
    vault.key.chmod(0o600)
    assert vault(*LIST).status == 0
    vault.key.chmod(0o400)
    assert vault(*LIST).status == 0


def test_a_root_key_behind_a_link_is_refused(vault):
    link = vault.folder / "link"
    link.symlink_to(vault.key)
    run = vault(*LIST, root=["--root-key", link])
    assert run.status == 2
    assert "is a symbolic link [POL1001]" in run.err
    assert f'hint: name the file itself, "{vault.key.resolve()}", or hand it over open: --root-key-fd' in run.err
    assert vault(*LIST, root=["--root-key", vault.key.resolve()]).status == 0
    assert with_descriptor(3, link, *LIST, "--vault", vault.path, "--root-key-fd", "3").returncode == 0
    link.unlink()
    link.symlink_to("nowhere")
    assert "hint: it leads to no file" in vault(*LIST, root=["--root-key", link]).err
    # One is not made through a link either.
    (vault.folder / "dangling").symlink_to(vault.folder / "target")
    run = vault.polcheck("secrets", "init", "--vault", vault.folder / "v2", "--root-key", vault.folder / "dangling")
    assert run.status == 2
    assert not (vault.folder / "target").exists()


def test_a_root_key_that_is_no_file(vault):
    os.mkfifo(vault.folder / "pipe", 0o600)
    for path in (vault.folder, vault.folder / "pipe", "/dev/null", vault.folder / "none"):
        run = vault(*LIST, root=["--root-key", path])
        assert run.status == 2
        there = path != vault.folder / "none"
        assert ("POL1001" if there else "POL1000") in run.err
        assert ("--root-key-fd" in run.err) == there and "chmod" not in run.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_root_key_of_another_user_is_refused(vault):
    os.chown(vault.key, 12345, 12345)
    run = vault(*LIST)
    assert run.status == 2
    assert "POL1001" in run.err
    assert "hint: it must belong to you or to root: " in run.err and "chmod" not in run.err


@pytest.mark.parametrize("text, fits", [
    (b"%s", True), (b"%s\n", True), (b"%s\r\n", None), (b"%s\n\n", False), (b" %s", False), (b"%sab", False), (b"", False),
    (b"\n", False),
])
def test_forms_of_root_keys(polcheck, tmp_path, text, fits):
    digits = secrets.token_hex(32).encode()
    key = write_key(tmp_path / "k", text.replace(b"%s", digits))
    run = polcheck("secrets", "init", "--vault", tmp_path / "v", "--root-key", key)
    if fits is not None:
        assert run.status == (0 if fits else 2), run
    if run.status == 2:
        assert "POL1000" in run.err
        assert digits.decode() not in run.err
        assert not (tmp_path / "v").exists()


def test_raw_bytes_and_digits_are_the_same_key(polcheck, tmp_path):
    raw = secrets.token_bytes(32)
    digits = write_key(tmp_path / "digits", raw.hex().encode())
    upper = write_key(tmp_path / "upper", raw.hex().upper().encode())
    binary = write_key(tmp_path / "raw", raw)
    assert polcheck("secrets", "init", "--vault", tmp_path / "v", "--root-key", digits).status == 0
    for path in (digits, upper, binary):
        assert polcheck(*LIST, "--vault", tmp_path / "v", "--root-key", path).status == 0


def test_a_root_key_from_a_descriptor(vault):
    vault.put("DB_URL", "from-a-descriptor")
    done = with_descriptor(3, vault.key, *LIST, "--vault", vault.path, "--root-key-fd", "3")
    assert done.returncode == 0, done
    assert "DB_URL" in done.stdout
    run = vault(*LIST, root=["--root-key-fd", "0"], input=vault.key.read_text())
    assert run.status == 0, run
    run = vault(*LIST, root=["--root-key-fd", "77"])
    assert run.status == 2
    assert "POL1000" in run.err
    vault.key.chmod(0o644)
    done = with_descriptor(3, vault.key, *LIST, "--vault", vault.path, "--root-key-fd", "3")
    assert done.returncode == 2
    assert "POL1001" in done.stderr


def test_a_root_key_from_a_credential(vault):
    folder = vault.folder / "credentials"
    folder.mkdir()
    write_key(folder / "vault-root", vault.key.read_bytes(), 0o440)
    environment = {"CREDENTIALS_DIRECTORY": str(folder)}
    run = vault(*LIST, root=["--root-key-credential", "vault-root"], env=environment)
    assert run.status == 0, run
    for name in ("none", "../root.key", "", ".."):
        run = vault(*LIST, root=["--root-key-credential", name], env=environment)
        assert run.status == 2
        assert "POL100" in run.err
    run = vault(*LIST, root=["--root-key-credential", "vault-root"], env={"CREDENTIALS_DIRECTORY": ""})
    assert run.status == 2
    assert "POL100" in run.err


def test_nothing_comes_from_the_environment(vault):
    environment = {name: str(vault.key) for name in
                   ("ROOT_KEY", "POLCHECK_ROOT_KEY", "POLCHECK_VAULT_ROOT_KEY", "PASSPHRASE", "POLCHECK_PASSPHRASE")}
    run = vault(*LIST, root=[], env=environment)
    assert run.status == 2


# Passphrases -------------------------------------------------------------------------------------------------


@pytest.fixture
def typed(tmp_path):
    """Runs the command on a terminal, which is closed in the end."""
    open_ones = []

    def run(*arguments, **how):
        terminal = Terminal(*arguments, cwd=tmp_path, **how)
        open_ones.append(terminal)
        return terminal

    yield run
    for terminal in open_ones:
        terminal.close()


PHRASE = "correct horse battery staple"


def test_a_vault_that_a_passphrase_opens(polcheck, typed, tmp_path):
    place = ["--vault", "v", "--passphrase"]
    terminal = typed("secrets", "init", *place)
    terminal.answer("passphrase: ", PHRASE)
    terminal.answer("passphrase, again: ", PHRASE)
    assert terminal.wait() == 0, terminal.seen
    assert terminal.echoes()

    terminal = typed("secrets", "list", *place)
    terminal.answer("passphrase: ", PHRASE)
    assert terminal.wait() == 0, terminal.seen
    assert PHRASE.encode() not in terminal.seen

    terminal = typed("secrets", "list", *place)
    terminal.answer("passphrase: ", PHRASE + "s")
    assert terminal.wait() == 2
    assert b"POL1002" in terminal.seen
    assert PHRASE.encode() not in terminal.seen

    key = write_key(tmp_path / "k", secrets.token_bytes(32))
    run = polcheck("secrets", "list", "--vault", "v", "--root-key", key)
    assert run.status == 2
    assert "follows from a passphrase" in run.err and "--passphrase" in run.err


def test_a_passphrase_for_a_vault_without(vault, typed):
    terminal = typed(*LIST, "--vault", vault.path, "--passphrase")
    assert terminal.wait() == 2
    assert b"does not follow from a passphrase" in terminal.seen


def test_a_new_passphrase_is_typed_the_same_twice(typed, tmp_path):
    terminal = typed("secrets", "init", "--vault", "v", "--passphrase")
    terminal.answer("passphrase: ", PHRASE)
    terminal.answer("passphrase, again: ", PHRASE.upper())
    assert terminal.wait() == 2
    assert b"not typed the same twice" in terminal.seen
    assert terminal.echoes()
    assert not (tmp_path / "v").exists()


@pytest.mark.parametrize("text, said", [
    ("\n", b"no passphrase was typed"),
    ("\x04", b"no passphrase was typed"),
    ("x" * 4060 + "\n", b"longer than 4000 bytes"),
    ("x" * 4500 + "\n", b"longer than 4000 bytes"),
])
def test_what_is_no_passphrase(typed, tmp_path, text, said):
    terminal = typed("secrets", "init", "--vault", "v", "--passphrase")
    terminal.expect("passphrase: ")
    terminal.type(text)
    assert terminal.wait() == 2
    assert said in terminal.seen
    assert terminal.echoes()
    assert not (tmp_path / "v").exists()


def test_without_a_terminal_there_is_no_passphrase(polcheck, tmp_path):
    # A session of its own has no terminal.
    run = polcheck("secrets", "init", "--vault", "v", "--passphrase", input=PHRASE + "\n" + PHRASE + "\n",
                   start_new_session=True)
    assert run.status == 2
    assert "POL1000" in run.err and "terminal" in run.err
    assert not (tmp_path / "v").exists()
