# SPDX-License-Identifier: Apache-2.0
"""Trusted keys: nginx answers from no store that they did not sign, whatever becomes of store, keys and workers."""

import os
import pathlib
import shutil
import subprocess
import time

import pytest

from conftest import ASK
from server import Load, SECONDS, until

TRUST = "polcheck_trusted_keys trusted; "
LOCATION = "location / { root pages; %s %s }"


@pytest.fixture
def sign(tmp_path):
    """Signs a store, "policies.store" if not told, with the key of a name; makes the key when there is none."""

    def run(key="ours", path="policies.store", serial=None):
        if not (tmp_path / f"{key}.key").exists():
            signer("keygen", tmp_path / key)
        signer("sign", tmp_path / path, tmp_path / f"{key}.key", *([] if serial is None else [str(serial)]))

    return run


def signer(*arguments):
    subprocess.run([os.environ["SIGNER"], *arguments], check=True, timeout=SECONDS, capture_output=True)


@pytest.fixture
def trust(tmp_path):
    """Writes the file of trusted keys, in the place of the one that is there."""

    def run(*names):
        for name in names:
            if not (tmp_path / f"{name}.pub").exists():
                signer("keygen", tmp_path / name)
        text = "".join((tmp_path / f"{name}.pub").read_text() for name in names)
        (tmp_path / "trusted.new").write_text(text)
        os.chmod(tmp_path / "trusted.new", 0o644)
        os.rename(tmp_path / "trusted.new", tmp_path / "trusted")

    return run


@pytest.fixture
def server(nginx, tmp_path):
    (tmp_path / "pages").mkdir()
    for name in "cat", "dog", "secret":
        (tmp_path / "pages" / name).write_text(name)
    return lambda trust=TRUST, **more: nginx(LOCATION % (ASK, trust), **more)


def becomes(running, path, status):
    """Waits until the path is answered so by each of the workers: by forty requests in a row."""
    until(lambda: all(running.status(path) == status for _ in range(40)))


def stays(running, path, status, seconds=0.4):
    """Some hundred answers, for a time in which a worker looks often."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert running.status(path) == status


def replace(folder, path):
    """Puts another store into the place of the one in use, as who copies stores to servers does."""
    os.rename(folder / "policies.store", folder / f"was-{time.monotonic_ns()}")
    os.rename(folder / path, folder / "policies.store")


def copy(folder, path):
    """A copy of the store in use: what somebody could keep to bring it back later."""
    (folder / path).mkdir(mode=0o700)
    shutil.copy(folder / "policies.store/data.mdb", folder / path / "data.mdb")


def test_a_store_that_is_not_signed_denies_everything(server, compile_store, trust, sign):
    compile_store("cat")
    trust("ours")
    running = server(workers=2)
    stays(running, "/cat", 403)
    until(lambda: "lost, everything is denied until it is back" in running.errors())
    line = next(line for line in running.errors().splitlines() if "lost, everything" in line)
    assert "[alert]" in line and 'is not signed [POL1403]; sign it' in line
    assert "sign it with a key of polcheck_trusted_keys (polcheck sign)" in line
    assert "no answer: no trusted key has signed the store" in running.errors()
    sign()
    becomes(running, "/cat", 200)
    becomes(running, "/secret", 403)


def test_a_store_of_a_stranger_denies_everything(server, compile_store, trust, sign):
    compile_store("cat")
    sign("strangers")
    trust("ours", "others")
    running = server()
    stays(running, "/cat", 403)
    assert "is signed with a key that is not trusted" in running.errors()


@pytest.mark.parametrize("beside", [False, True])
def test_new_policies_that_are_not_signed_change_nothing(server, compile_store, trust, sign, tmp_path, beside):
    """Compiled into the store in use, or put into its place."""
    compile_store("cat")
    sign()
    trust("ours")
    running = server(workers=2)
    becomes(running, "/cat", 200)
    if beside:
        compile_store("secret", path="other.store")
        replace(tmp_path, "other.store")
    else:
        compile_store("secret")
    until(lambda: "refused, snapshot" in running.errors())
    stays(running, "/secret", 403)
    becomes(running, "/cat", 200)
    sign()
    becomes(running, "/secret", 200)
    becomes(running, "/cat", 403)


def test_signed_policies_change_under_load_without_a_failed_request(server, compile_store, trust, sign, tmp_path):
    compile_store("cat")
    sign()
    trust("ours")
    running = server(workers=2)
    with Load(running, "/cat") as cat, Load(running, "/secret") as secret:
        for number in range(4):
            compile_store("cat", f"dog{number}", path="other.store")
            sign(path="other.store")
            before = running.errors().count("answers come from")
            replace(tmp_path, "other.store")
            until(lambda before=before: running.errors().count("answers come from") >= before + 2)
            cat.wait(40)
    assert not cat.broken and not secret.broken
    assert cat.statuses() == {200} and secret.statuses() == {403}


def test_keys_rotate_without_restart_or_reload(server, compile_store, trust, sign):
    compile_store("cat")
    sign("first")
    trust("first")
    running = server(workers=2)
    becomes(running, "/cat", 200)
    workers = running.workers()
    with Load(running, "/cat") as cat, Load(running, "/secret") as secret:
        trust("first", "second")
        cat.wait(100)
        sign("second")
        until(lambda: running.errors().count("answers come from snapshot 3") == 2)
        trust("second")
        cat.wait(100)
        time.sleep(0.3)
    assert not cat.broken and cat.statuses() == {200}
    assert not secret.broken and secret.statuses() == {403}
    assert running.workers() == workers
    sign("first")  # which counts no more
    until(lambda: "refused, snapshot 3 stays in use" in running.errors())
    stays(running, "/cat", 200)


def test_a_key_that_is_removed_denies_everything(server, compile_store, trust, sign):
    compile_store("cat")
    sign()
    trust("ours", "others")
    running = server(workers=2)
    becomes(running, "/cat", 200)
    trust("others")
    becomes(running, "/cat", 403)
    assert "lost, everything is denied until it is back" in running.errors()
    assert "is signed with a key that is not trusted" in running.errors()
    stays(running, "/cat", 403)
    trust("others", "ours")
    becomes(running, "/cat", 200)


def test_an_older_store_is_refused(server, compile_store, trust, sign, tmp_path):
    """The newer one stays in use; after a restart the file of what was seen still knows it."""
    compile_store("secret")
    sign()
    trust("ours")
    copy(tmp_path, "kept.store")
    running = server(TRUST + "polcheck_seen seen;", workers=2)
    becomes(running, "/secret", 200)
    compile_store("cat")
    sign()
    becomes(running, "/cat", 200)
    becomes(running, "/secret", 403)
    replace(tmp_path, "kept.store")
    until(lambda: "refused, snapshot" in running.errors() and "[POL1407]" in running.errors())
    assert "put the newer one back, or sign this one anew" in running.errors()
    stays(running, "/secret", 403)
    becomes(running, "/cat", 200)
    running.stop()
    running.start()
    stays(running, "/secret", 403)
    stays(running, "/cat", 403)
    assert "lost, everything is denied until it is back" in running.errors()
    sign()  # who means it signs it anew
    becomes(running, "/secret", 200)


def test_an_older_store_is_refused_by_workers_that_come_later(server, compile_store, trust, sign, tmp_path):
    """A worker that starts after the newer store was in use knows of it by the file alone."""
    compile_store("secret")
    sign()
    trust("ours")
    copy(tmp_path, "kept.store")
    compile_store("cat")
    sign()
    running = server(TRUST + "polcheck_seen seen;", workers=2)
    becomes(running, "/cat", 200)
    replace(tmp_path, "kept.store")
    running.reload()
    stays(running, "/secret", 403)


@pytest.mark.parametrize("how", ["missing", "empty", "garbage", "exposed"])
def test_keys_that_are_spoilt_deny_everything(server, compile_store, trust, sign, tmp_path, how):
    compile_store("cat")
    sign()
    trust("ours")
    running = server()
    becomes(running, "/cat", 200)
    spoil(tmp_path / "trusted", how)
    becomes(running, "/cat", 403)
    assert "lost, everything is denied until it is back" in running.errors()
    assert f'{tmp_path / "trusted"}' in running.errors()
    assert "mend the file of polcheck_trusted_keys" in running.errors()
    stays(running, "/cat", 403)
    trust("ours")
    becomes(running, "/cat", 200)


def spoil(path: pathlib.Path, how):
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_text("")
    elif how == "garbage":
        path.write_text("ssh-ed25519 AAAA me\n")
    else:
        path.chmod(0o666)


def test_nginx_does_not_start_without_the_file_of_keys(nginx, compile_store):
    compile_store("cat")
    content, said = nginx(LOCATION % (ASK, TRUST), start=False).check()
    assert not content
    assert 'trusted" cannot be read: without them everything would be denied (2: No such file or directory)' in said


def test_a_reload_without_the_file_of_keys_fails_and_denies(server, compile_store, trust, sign, tmp_path):
    """The old workers stay, and they have no keys either."""
    compile_store("cat")
    sign()
    trust("ours")
    running = server()
    becomes(running, "/cat", 200)
    workers = running.workers()
    (tmp_path / "trusted").unlink()
    running.signal(1)
    until(lambda: "without them everything would be denied" in running.errors())
    becomes(running, "/cat", 403)
    assert running.workers() == workers


@pytest.mark.parametrize("how", ["empty", "garbage", "exposed"])
def test_keys_that_are_spoilt_at_the_start_deny_everything(server, compile_store, trust, sign, tmp_path, how):
    """What is in the file the workers find out."""
    compile_store("cat")
    sign()
    trust("ours")
    spoil(tmp_path / "trusted", how)
    running = server()
    stays(running, "/cat", 403)
    assert f'{tmp_path / "trusted"}' in running.errors()


def test_a_file_of_what_was_seen_that_cannot_be_written_denies_everything(server, compile_store, trust, sign, tmp_path):
    compile_store("cat")
    sign()
    trust("ours")
    running = server(TRUST + "polcheck_seen no-such-folder/seen;")
    stays(running, "/cat", 403)
    assert "no-such-folder/seen" in running.errors() and "polcheck_seen" in running.errors()
    (tmp_path / "no-such-folder").mkdir(mode=0o700)
    becomes(running, "/cat", 200)
    assert (tmp_path / "no-such-folder/seen").stat().st_mode & 0o777 == 0o600


# The configuration


def check(nginx, locations, **more):
    return nginx(locations, start=False, **more).check()


@pytest.mark.parametrize("directive, message", [
    ("polcheck_trusted_keys '';", "polcheck_trusted_keys needs the path of a file, without variables"),
    ("polcheck_trusted_keys $host;", "polcheck_trusted_keys needs the path of a file, without variables"),
    ("polcheck_trusted_keys a; polcheck_trusted_keys b;", '"polcheck_trusted_keys" is there twice'),
    ("polcheck_trusted_keys a b;", "invalid number of arguments"),
    ("polcheck_seen '';", "polcheck_seen needs the path of a file, without variables"),
    ("polcheck_seen a; polcheck_seen b;", '"polcheck_seen" is there twice'),
    ("polcheck_seen a;", "polcheck_seen without polcheck_trusted_keys"),
])
def test_a_wrong_directive_is_refused(nginx, directive, message):
    content, said = check(nginx, LOCATION % (ASK, directive))
    assert not content
    assert message in said


def test_a_store_has_one_set_of_keys(nginx, trust):
    """Else a location without keys would be a way around those of another."""
    trust("ours")
    with_keys, without = "location /a { %s %s }" % (ASK, TRUST), "location /b { %s }" % ASK
    for locations in with_keys + without, without + with_keys:
        content, said = check(nginx, locations)
        assert not content
        assert "is asked by locations with different polcheck_trusted_keys or polcheck_seen" in said
    content, said = check(nginx, with_keys + with_keys.replace("/a", "/b"))
    assert content, said
    content, said = check(nginx, with_keys + "location /b { polcheck_store policies.store; }")  # off: asks nothing
    assert content, said


def names_of_a_store(folder):
    """Paths that all lead to policies.store; links among them are made."""
    (folder / "sub").mkdir()
    (folder / "link.store").symlink_to("policies.store")
    (folder / "here").symlink_to(folder)
    return ["./policies.store", "policies.store/", "sub/../policies.store", f"{folder}//policies.store", "./sub/.././policies.store/.",
            "link.store", "here/policies.store", "here/sub/../link.store"]


@pytest.mark.parametrize("there", [True, False])
def test_a_store_has_one_set_of_keys_whatever_it_is_called(nginx, compile_store, sign, trust, tmp_path, there):
    if there:
        compile_store("cat")
        sign()
    trust("ours")
    with_keys = "location /a { %s %s polcheck_seen seen; }" % (ASK, TRUST)
    for name in names_of_a_store(tmp_path):
        other = "location /b { %s %%s }" % ASK.replace("policies.store", name)
        for kept in "", TRUST:  # without the file of what was seen an older store would do
            for locations in with_keys + other % kept, other % kept + with_keys:
                content, said = check(nginx, locations)
                assert not content, name
                assert "is asked by locations with different polcheck_trusted_keys or polcheck_seen" in said
        content, said = check(nginx, with_keys + other % (TRUST + "polcheck_seen seen;"))
        assert content, said
    content, said = check(nginx, with_keys + "location /b { %s }" % ASK.replace("policies.store", "sub/policies.store"))
    assert content, said


def test_a_store_whose_data_are_linked_has_one_set_of_keys(nginx, compile_store, sign, trust, tmp_path):
    compile_store("cat")
    sign()
    trust("ours")
    for name, make in ("hard", os.link), ("soft", os.symlink):
        (tmp_path / name).mkdir()
        make(tmp_path / "policies.store/data.mdb", tmp_path / name / "data.mdb")
        content, said = check(nginx, LOCATION % (ASK, TRUST) + "location /b { %s }" % ASK.replace("policies.store", name))
        assert not content
        assert f'policies.store" (here "{tmp_path}/{name}") is asked by locations with different' in said


def test_a_store_of_two_names_answers_by_both(nginx, compile_store, sign, trust, tmp_path):
    (tmp_path / "cat").write_text("cat")
    compile_store("cat")
    trust("ours")
    (tmp_path / "link.store").symlink_to("policies.store")
    keys = TRUST + "polcheck_seen seen;"
    ask = ASK.replace("$polcheck_path", "/cat")
    running = nginx("location /cat { root .; } location /link { alias cat; polcheck_store link.store; }", http=keys, server=ask)
    for path in "/cat", "/link":
        stays(running, path, 403)
    sign()
    for path in "/cat", "/link":
        becomes(running, path, 200)


def test_keys_are_inherited(nginx, trust):
    trust("ours")
    content, said = check(nginx, "location /a { } location /b { }", server=ASK, http=TRUST + "polcheck_seen seen;")
    assert content, said


def test_a_file_of_what_was_seen_is_for_one_store(nginx, trust):
    trust("ours")
    locations = "location /a { polcheck_store a; } location /b { polcheck_store b; }"
    content, said = check(nginx, locations, server=ASK.replace("polcheck_store policies.store;", ""),
                          http=TRUST + "polcheck_seen seen;")
    assert not content
    assert "seen\" is for one store, and not for both" in said
