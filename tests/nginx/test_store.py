# SPDX-License-Identifier: Apache-2.0
"""The store comes, goes, changes and is spoilt while nginx answers."""

import os
import shutil
import signal
import time

import pytest

from conftest import ASK, allow, manifest
from server import Load, open_files, runs, until

LOCATION = "location / { root pages; %s }" % ASK


@pytest.fixture
def pages(tmp_path):
    (tmp_path / "pages").mkdir()
    for name in "cat", "dog", "secret":
        (tmp_path / "pages" / name).write_text(name)


@pytest.fixture
def server(nginx, pages):
    return lambda **more: nginx(LOCATION, **more)


def becomes(server, path, status):
    """Waits until the path is answered so by each of the workers: by forty requests in a row."""
    until(lambda: all(server.status(path) == status for _ in range(40)))


def test_a_store_that_comes_later(server, compile_store):
    running = server()
    assert running.status("/cat") == 403
    assert "denied, no answer" in running.errors()
    compile_store("cat")
    becomes(running, "/cat", 200)
    assert running.status("/secret") == 403
    until(lambda: "answers come from snapshot 1" in running.errors())


def test_a_store_that_is_compiled_anew(server, compile_store):
    compile_store("cat")
    running = server(workers=2)
    for number in range(5):
        path, other = ("/cat", "/dog") if number % 2 else ("/dog", "/cat")
        compile_store(path[1:])
        becomes(running, path, 200)
        becomes(running, other, 403)
    until(lambda: "answers come from snapshot 6" in running.errors())


def test_a_store_that_goes_and_comes_back(server, compile_store, tmp_path):
    compile_store("cat")
    running = server()
    assert running.status("/cat") == 200
    os.rename(tmp_path / "policies.store", tmp_path / "away")
    # Whether the last good snapshot stays in use is the library's; nothing that was denied is allowed.
    for _ in range(50):
        assert running.status("/secret") == 403
    os.rename(tmp_path / "away", tmp_path / "policies.store")
    compile_store("dog")
    becomes(running, "/dog", 200)
    becomes(running, "/cat", 403)


def put_garbage(folder, kind):
    """Replaces the store by what is none."""
    store = folder / "policies.store"
    if kind == "folder":
        (folder / "garbage").mkdir()
        for name in sorted(os.listdir(store)) or ["data.mdb"]:
            (folder / "garbage" / name).write_bytes(bytes(range(256)) * 64)
    elif kind == "empty":
        (folder / "garbage").mkdir()
    elif kind == "spoilt":
        shutil.copytree(store, folder / "garbage")
        for name in os.listdir(store):
            path = folder / "garbage" / name
            content = bytearray(path.read_bytes())
            for at in range(0, len(content), 97):
                content[at] ^= 0x5a
            path.write_bytes(content)
    else:
        (folder / "garbage").write_bytes(b"garbage" * 1000)
    os.rename(store, folder / "good")
    os.rename(folder / "garbage", store)


KINDS = ["file", "folder", "empty", "spoilt"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_that_is_replaced_by_garbage_while_it_is_asked(server, compile_store, tmp_path, kind):
    compile_store("cat")
    running = server(workers=2)
    becomes(running, "/cat", 200)
    with Load(running, "/secret") as load:
        load.wait(50)
        put_garbage(tmp_path, kind)
        time.sleep(0.5)
        load.wait(50)
    assert load.statuses() == {403}
    assert not load.broken
    os.rename(tmp_path / "policies.store", tmp_path / "removed")
    compile_store("dog")
    becomes(running, "/dog", 200)
    becomes(running, "/cat", 403)


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_that_is_garbage_from_the_beginning(server, compile_store, tmp_path, kind):
    compile_store("*")
    put_garbage(tmp_path, kind)
    running = server()
    for path in "/cat", "/secret":
        assert running.status(path) == 403
    until(lambda: "lost, everything is denied until it is back" in running.errors() or "no answer" in running.errors())
    os.rename(tmp_path / "policies.store", tmp_path / "removed")
    os.rename(tmp_path / "good", tmp_path / "policies.store")
    becomes(running, "/cat", 200)


@pytest.mark.parametrize("workers", [1, 8])
def test_policies_change_under_load_without_a_failed_request(server, compile_store, workers):
    """Ten compiles. Each answer is that of the policies before or after; once a compile has counted, no old one."""
    compile_store("cat")
    running = server(workers=workers)
    with Load(running, "/cat") as cat, Load(running, "/secret") as secret:
        for number in range(10):
            allowed = number % 2 == 1
            compile_store("cat" if allowed else "dog")
            becomes(running, "/cat", 200 if allowed else 403)
            settled = time.monotonic()
            cat.wait(40)
            assert cat.statuses(settled) == {200 if allowed else 403}
    assert not cat.broken and not secret.broken
    assert cat.statuses() == {200, 403}
    assert secret.statuses() == {403}


def test_new_policies_count_soon(server, compile_store):
    """Two intervals and the time of verifying, so a fraction of a second; the bound is generous."""
    compile_store("cat")
    running = server()
    becomes(running, "/cat", 200)
    compile_store("dog")
    begin = time.monotonic()
    until(lambda: running.status("/dog") == 200)
    assert time.monotonic() - begin < 5


def test_a_killed_worker_is_replaced_and_nothing_slips_through(server, compile_store):
    compile_store("cat")
    running = server(workers=2)
    with Load(running, "/cat", keepalive=False) as cat, Load(running, "/secret", keepalive=False) as secret:
        for _ in range(4):
            cat.wait(30)
            victim = running.workers()[0]
            os.kill(victim, signal.SIGKILL)
            until(lambda: victim not in running.workers() and len(running.workers()) == 2)
        settled = time.monotonic()
        cat.wait(100)
        secret.wait(100)
    # What a worker was answering when it was killed is lost; nothing else is.
    assert cat.statuses() == {200}
    assert secret.statuses() == {403}
    assert [error for sent, error in cat.broken + secret.broken if sent > settled] == []


def test_all_workers_killed_at_once_leave_the_store_usable(server, compile_store):
    compile_store("cat")
    running = server(workers=4)
    for number in range(3):
        before = running.workers()
        for victim in before:
            os.kill(victim, signal.SIGKILL)
        until(lambda: len(running.workers()) == 4 and not set(before) & set(running.workers()))
        compile_store("dog" if number % 2 else "cat")
        becomes(running, "/dog" if number % 2 else "/cat", 200)


def test_reload_under_load(server, compile_store):
    """New workers open engines of their own, old ones answer to the end: no request fails."""
    compile_store("cat")
    running = server(workers=2)
    with Load(running, "/cat", keepalive=False) as cat, Load(running, "/secret", keepalive=False) as secret:
        for number in range(5):
            if number == 2:
                compile_store("cat")
            running.reload()
            cat.wait(20)
    assert not cat.broken and not secret.broken
    assert cat.statuses() == {200}
    assert secret.statuses() == {403}
    assert running.errors().count("exited with code 0") >= 8


def test_reload_with_another_store(server, compile_store, nginx):
    compile_store("cat")
    compile_store("dog", path="other.store")
    running = server()
    assert running.status("/cat") == 200
    running.write(locations=LOCATION.replace("policies.store", "other.store"))
    running.reload()
    assert running.status("/cat") == 403
    assert running.status("/dog") == 200


def test_reload_leaves_nothing_behind(server, compile_store, tmp_path):
    """The master never opens a store; the readers' slots of workers that ended are free again."""
    compile_store("cat")
    running = server(workers=2)
    for _ in range(15):
        running.reload()
    assert running.status("/cat") == 200
    for process in running.master, *running.workers():
        in_store = [path for path in open_files(process) if path.startswith(str(tmp_path / "policies.store"))]
        if process == running.master:
            assert in_store == []
        else:
            assert len(in_store) <= 4
    with open(f"/proc/{running.master}/maps", encoding="utf-8") as maps:
        assert "policies.store" not in maps.read()


def test_an_idle_worker_does_not_keep_an_old_snapshot(server, compile_store, tmp_path):
    """Else the store's file would grow with each compile."""
    compile_store("cat")
    running = server(workers=2)
    becomes(running, "/cat", 200)
    sizes = []
    for number in range(12):
        compile_store(*(f"{number}-{key}" for key in range(20)))
        time.sleep(1.2 if number < 3 else 0.2)
        sizes.append((tmp_path / "policies.store/data.mdb").stat().st_size)
    assert sizes[-1] < 3 * sizes[2]


def other_than(process, path):
    """The process that the file names, if it is another one."""
    try:
        named = int(path.read_text())
    except (OSError, ValueError):
        return None
    return None if named == process else named


def test_a_binary_upgrade(server, compile_store, tmp_path):
    """USR2 starts a second master: for a while workers of both answer, each with an engine of its own."""
    compile_store("cat")
    running = server(daemon=True)
    predecessor = running.master
    with Load(running, "/cat", keepalive=False) as cat, Load(running, "/secret", keepalive=False) as secret:
        running.signal(signal.SIGUSR2)
        running.master = until(lambda: other_than(predecessor, tmp_path / "nginx.pid"))
        until(running.workers)
        cat.wait(50)
        compile_store("cat", "dog")
        becomes(running, "/dog", 200)
        os.kill(predecessor, signal.SIGQUIT)
        until(lambda: not runs(predecessor))
        compile_store("cat")
        becomes(running, "/dog", 403)
        secret.wait(50)
    assert not cat.broken and not secret.broken
    assert cat.statuses() == {200}
    assert secret.statuses() == {403}


def test_many_stores(nginx, compile_store, pages):
    locations = []
    for number in range(12):
        compile_store(manifest(allow("s3:GetObject", f"arn:aws:s3:::photos/{number}")), path=f"{number}.store")
        locations.append(f"location = /{number} {{ alias pages/cat; polcheck_store {number}.store; }} location = /not/{number} "
                         f"{{ alias pages/cat; polcheck_store {(number + 1) % 12}.store; "
                         f"polcheck_resource arn:aws:s3:::photos/{number}; }}")
    running = nginx("".join(locations), server=ASK.replace("polcheck_store policies.store;", ""), workers=2)
    for number in range(12):
        assert running.status(f"/{number}") == 200
        assert running.status(f"/not/{number}") == 403


def test_a_store_that_workers_may_not_read(nginx, compile_store, pages, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs root, to run workers as somebody else")
    compile_store("*")
    for folder in tmp_path.parents:
        if str(folder).startswith("/tmp/") or folder.name.startswith("pytest"):
            os.chmod(folder, 0o755)
    running = nginx(LOCATION, start=False)
    running.write(user="user nobody nogroup;")
    running.start()
    assert running.status("/cat") == 403
    assert "see that the user of nginx's workers" in running.errors()


@pytest.mark.parametrize("part, mode", [("", 0o777), ("data.mdb", 0o606)])
def test_a_store_that_everybody_may_write(nginx, compile_store, pages, tmp_path, part, mode):
    """Whoever may write there decides: nobody is let in until it is mended, and then without a reload."""
    compile_store("cat")
    path = tmp_path / "policies.store" / part
    right = path.stat().st_mode & 0o777
    path.chmod(mode)
    running = nginx(LOCATION)
    assert running.status("/cat") == 403
    assert "everybody may write to" in running.errors() and "POL1421" in running.errors()
    path.chmod(right)
    becomes(running, "/cat", 200)
