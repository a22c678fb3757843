# SPDX-License-Identifier: Apache-2.0
"""A command is started as another user: it has that user's ids, groups and files, and nothing that the caller may."""

import grp
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile

import pytest
from released import KEY
from vaults import SECONDS, THUMBS

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
pytestmark = as_root

NOBODY = pwd.getpwnam("nobody")
DAEMON = grp.getgrnam("daemon")
UNKNOWN = 54321 # a number without an entry
# By a shell, for an interpreter may lie where nobody comes: parts that end in a zero byte.
WHO = r"""
cat /proc/self/status; printf '\0'
if test -r "$1"; then cat "$1"; else printf denied; fi; printf '\0'
shift
for name in "$@"; do
    eval "path=\${${name}_FILE-}"
    test -z "$path" || { printf '%s\0' "${name}_FILE"; stat -L -c '%u %a' "$path"; printf '\0'; cat "$path"; printf '\0'; }
done
printf '\0'
exec env -0
"""
COMMAND = ["sh", "-c", WHO, "sh"]


def told_by(out):
    """What that says."""
    status, key, *rest = out.split("\0")
    rows = dict(line.split(":", 1) for line in status.splitlines())
    told = {"uids": list(map(int, rows["Uid"].split()))[:3], "gids": list(map(int, rows["Gid"].split()))[:3],
            "groups": sorted(map(int, rows["Groups"].split())), "key": None if key == "denied" else key, "files": {},
            "capabilities": [int(rows["Cap" + kind], 16) for kind in ("Inh", "Prm", "Eff", "Amb")]}
    while rest[0]:
        name, about, text, *rest = rest
        told["files"][name] = [*about.split(), text]
    told["environment"] = dict(entry.split("=", 1) for entry in rest[1:] if entry)
    told["names"] = [entry.split("=", 1)[0] for entry in rest[1:] if entry]
    return told


@pytest.fixture(autouse=True)
def no_entry():
    with pytest.raises(KeyError):
        pwd.getpwuid(UNKNOWN)
    with pytest.raises(KeyError):
        grp.getgrgid(UNKNOWN)


@pytest.fixture
def memory():
    """A folder in memory, of nobody alone."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as path:
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
        yield pathlib.Path(path)


def who(policies, *options, **how):
    """What the command finds out about itself."""
    run = policies("exec", *options, "--", *COMMAND, policies.vault.key, *policies.values, "HOME", **how)
    assert (run.status, run.err) == (0, ""), run
    return told_by(run.out)


def expect(told, uid, gid, groups):
    assert told["uids"] == [uid] * 3
    assert told["gids"] == [gid] * 3
    assert told["groups"] == sorted(groups)
    assert told["capabilities"] == [0] * 4
    assert told["key"] is None # the root key, which its caller could read


@pytest.mark.parametrize("user", [NOBODY.pw_name, str(NOBODY.pw_uid)])
def test_a_user_of_the_database(policies, user):
    caller = {"HOME": "/callers", "SHELL": "/callers/sh", "USER": "caller", "LOGNAME": "caller", "MINE": "stays"}
    told = who(policies, "--user", user, env=caller)
    expect(told, NOBODY.pw_uid, NOBODY.pw_gid, os.getgrouplist(NOBODY.pw_name, NOBODY.pw_gid))
    had = told["environment"]
    assert {name: had[name] for name in policies.values} == policies.values
    assert (had["HOME"], had["SHELL"]) == (NOBODY.pw_dir, NOBODY.pw_shell)
    assert had["USER"] == had["LOGNAME"] == NOBODY.pw_name
    assert (had["MINE"], had["PATH"]) == ("stays", os.environ["PATH"])


@pytest.mark.parametrize("group, gid", [(DAEMON.gr_name, DAEMON.gr_gid), (str(UNKNOWN), UNKNOWN)])
def test_another_group(policies, group, gid):
    told = who(policies, "--user", f"{NOBODY.pw_name}:{group}")
    expect(told, NOBODY.pw_uid, gid, os.getgrouplist(NOBODY.pw_name, gid))


def test_a_number_that_nobody_knows(policies):
    caller = {"HOME": "/callers", "SHELL": "/callers/sh", "USER": "caller", "LOGNAME": "caller"}
    told = who(policies, "--user", f"{UNKNOWN}:{DAEMON.gr_name}", env=caller)
    expect(told, UNKNOWN, DAEMON.gr_gid, [DAEMON.gr_gid])
    assert not set(caller) & set(told["environment"])


def test_pristine_has_the_users_own(policies):
    had = who(policies, "--pristine", "--user", NOBODY.pw_name, env={"HOME": "/callers", "MINE": "goes"})["environment"]
    assert had["HOME"] == NOBODY.pw_dir and had["USER"] == NOBODY.pw_name and "MINE" not in had


def test_a_secret_wins(policies):
    policies.vault.put("HOME", "s3cr3t/home", "--key", KEY)
    had = who(policies, "--user", NOBODY.pw_name)["environment"]
    assert had["HOME"] == "s3cr3t/home" and had["USER"] == NOBODY.pw_name
    assert who(policies, "--user", NOBODY.pw_name)["names"].count("HOME") == 1
    told = who(policies, "--user", NOBODY.pw_name, "--as-files")
    assert told["files"]["HOME_FILE"][2] == "s3cr3t/home" and "HOME" not in told["environment"]


def test_files_are_given_to_it(policies, memory):
    for options in (["--as-files"], ["--directory", memory]):
        told = who(policies, "--user", NOBODY.pw_name, *options)
        expect(told, NOBODY.pw_uid, NOBODY.pw_gid, os.getgrouplist(NOBODY.pw_name, NOBODY.pw_gid))
        assert told["files"] == {f"{name}_FILE": [str(NOBODY.pw_uid), "400", value]
                                 for name, value in policies.values.items()}
        assert not set(policies.values) & set(told["environment"])
    assert not list(memory.iterdir())


def test_the_folder_must_be_its_own(policies, memory):
    before = policies.entries()
    os.chown(memory, 0, 0)
    run = policies("exec", "--user", NOBODY.pw_name, "--directory", memory, "--", "true")
    assert run.status == 2 and "POL1062" in run.err and "does not belong to the user of --user" in run.err
    os.chown(memory, NOBODY.pw_uid, NOBODY.pw_gid)
    run = policies("exec", "--directory", memory, "--", "true")
    assert run.status == 2 and "POL1062" in run.err and "another user's" in run.err
    assert len(policies.entries()) == len(before) + 2 # released, and not given
    assert not list(memory.iterdir())


def test_root_stays_root(policies):
    told = who(policies, "--user", "root")
    assert told["uids"] == told["gids"] == [0] * 3 and told["key"] is not None


def test_exit_status_and_process_are_the_commands(policies, memory):
    process = policies.popen("exec", "--user", NOBODY.pw_name, "--", "sh", "-c", "echo $$; exit 7",
                             stdout=subprocess.PIPE)
    assert int(process.communicate(timeout=SECONDS)[0]) == process.pid
    assert process.returncode == 7
    assert policies("exec", "--user", NOBODY.pw_name, "--directory", memory, "--", "sh", "-c", "exit 7").status == 7


def test_whoever_started_it_may_ignore_children(policies):
    script = "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    words = policies.words("exec", "--user", NOBODY.pw_name, "--", "id", "-u")
    done = subprocess.run([sys.executable, "-c", script, os.environ["POLCHECK"], *map(str, words)], encoding="utf-8",
                          capture_output=True, check=False, timeout=SECONDS)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{NOBODY.pw_uid}\n", "")


# Refusals: nothing is released for a command that is not run.


def refused(policies, user, status, *said, command="true", drop=()):
    before = policies.entries()
    words = [str(word) for word in policies.words("exec", "--user", user, "--", command)]
    done = subprocess.run([*drop, os.environ["POLCHECK"], *words], cwd=policies.folder, capture_output=True,
                          encoding="utf-8", check=False, timeout=SECONDS)
    assert done.returncode == status and done.stdout == "", done
    for text in said:
        assert text in done.stderr, done
    assert policies.entries() == before


@pytest.mark.parametrize("user, said", [
    ("no-such-user", "there is no such user"), ("", "there is no such user"), (":daemon", "there is no such user"),
    ("nobody:no-such-group", "there is no such group"), ("nobody:", "there is no such group"),
    (str(UNKNOWN), "--user USER:GROUP"), ("4294967295:0", "no such user"), ("4294967296:0", "no such user"),
    ("99999999999999999999:0", "no such user"), ("nobody:4294967295", "no such group"), ("-1:0", "no such user"),
])
def test_users_that_are_none(policies, user, said):
    refused(policies, user, 2, "POL0950", said)


def test_without_the_right(policies):
    for right in ("setuid", "setgid"):
        drop = ["setpriv", f"--bounding-set=-{right}", f"--inh-caps=-{right}"]
        refused(policies, "nobody", 126, "POL1060", 'as the user "nobody": Operation not permitted', "CAP_SETUID",
                drop=drop)


def test_a_command_that_the_user_cannot_reach(policies):
    folder = policies.folder / "private"
    folder.mkdir(mode=0o700)
    shutil.copy("/bin/true", folder / "command")
    refused(policies, "nobody", 126, "POL1060", "Permission denied", "reach", command=folder / "command")
    refused(policies, "nobody", 127, "POL1060", command="no-such-command")


def test_the_right_is_not_handed_on(policies):
    """Who is not root, and may set ids by a capability, would keep it over setresuid and execve."""
    with tempfile.TemporaryDirectory(dir="/tmp") as path:
        os.chmod(path, 0o755)
        command = shutil.copy(os.environ["POLCHECK"], path)
        rights = "+setuid,+setgid,+chown,+dac_override,+ipc_lock"
        words = policies.words("exec", "--user", NOBODY.pw_name, "--", *COMMAND, policies.vault.key)
        done = subprocess.run(["setpriv", "--reuid=1", "--regid=1", "--clear-groups", f"--inh-caps={rights}",
                               f"--ambient-caps={rights}", command, *map(str, words)], cwd="/", encoding="utf-8",
                              capture_output=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done
    expect(told_by(done.stdout), NOBODY.pw_uid, NOBODY.pw_gid, os.getgrouplist(NOBODY.pw_name, NOBODY.pw_gid))


def test_a_box_is_opened_for_it(policies):
    assert policies.polcheck("secrets", "keypair", "box.key").status == 0
    public = policies.polcheck("secrets", "keypair", "--public", "box.key").out.strip()
    sealed = policies("release", "--to", public)
    assert sealed.status == 0, sealed
    words = ["secrets", "open", "--key", "box.key", "--function", THUMBS]
    run = policies.polcheck(*words, "--user", "nobody", "--", *COMMAND, "box.key", input=sealed.out)
    assert run.status == 0, run
    expect(told_by(run.out), NOBODY.pw_uid, NOBODY.pw_gid, os.getgrouplist(NOBODY.pw_name, NOBODY.pw_gid))
    assert policies.values.items() <= told_by(run.out)["environment"].items()
    run = policies.polcheck(*words, "--user", "nobody", input=sealed.out)
    assert run.status == 2 and '"--user" goes with a command only' in run.err
