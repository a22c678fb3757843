# SPDX-License-Identifier: Apache-2.0
"""A command gets the secrets of its function: by execve, in its environment or in files, and nowhere else; when the
policies refuse, it is not started."""

import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from released import CONTEXT, KEY, OTHER, SESSION, decrypt, manifest, role
from vaults import ACCOUNT, SECONDS, THUMBS, Terminal

SHOW = "import json, os, sys; json.dump(dict(os.environ), sys.stdout)"


def environment_of(run):
    assert run.status == 0, run
    return run.json()


@pytest.fixture
def memory():
    """A folder in memory, of this user alone."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as path:
        yield pathlib.Path(path)


# The environment.


def test_the_variables_are_added(policies):
    got = environment_of(policies("exec", "--", sys.executable, "-c", SHOW, env={"CALLERS": "own", "TOKEN": "another"}))
    assert {name: got[name] for name in policies.values} == policies.values
    assert got["CALLERS"] == "own"
    assert "OTHER_ONE" not in got


def test_ten_variables(policies):
    more = {f"MORE_{i}": f"value {i}" for i in range(8)}
    for name, value in more.items():
        policies.vault.put(name, value)
    got = environment_of(policies("exec", "--", sys.executable, "-c", SHOW))
    assert {**policies.values, **more}.items() <= got.items()


def test_pristine_leaves_the_usual_ones(policies):
    usual = {"HOME": "/h", "LANG": "C", "LC_ALL": "C.UTF-8", "LC_X": "x", "TERM": "t", "TZ": "UTC", "USER": "u",
             "LOGNAME": "l", "SHELL": "/s", "TMPDIR": "/t"}
    given = {**usual, "CALLERS": "own", "MORE": "m", "LD_LIBRARY_PATH": "/nowhere", "NO_COLOR": "1"}
    words = ["--", "/usr/bin/env", "-0"]

    def names(*options):
        run = policies("exec", "--pristine", *options, *words, env=given)
        assert run.status == 0, run
        return {entry.split("=", 1)[0] for entry in run.out.split("\0") if entry}

    assert names() == {"PATH", *usual, *policies.values}
    assert names("--allow", "MORE", "--allow", "NOT_THERE") == {"PATH", "MORE", *usual, *policies.values}


@pytest.mark.parametrize("options, said", [
    (["--allow", "X"], "--pristine only"),
    (["--pristine", "--allow", "A=B"], "name of a variable"),
    (["--as-files", "--directory", "/dev/shm"], "give one"),
])
def test_options_that_do_not_go_together(policies, options, said):
    run = policies("exec", *options, "--", "touch", "started")
    assert run.status == 2 and said in run.err and "POL0950" in run.err
    assert not (policies.folder / "started").exists()


def test_a_command_has_to_be_named(policies):
    run = policies("exec")
    assert run.status == 2 and "no command is named" in run.err


def test_the_command_is_found_without_them(policies):
    """A secret PATH counts in the command, and not for finding it, or the shell of a script."""
    folder = policies.folder / "bin"
    folder.mkdir()
    for name in ("printenv", "sh"):
        (folder / name).write_text("#!/bin/sh\necho of the secret\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    policies.vault.put("PATH", str(folder), "--key", KEY)
    run = policies("exec", "--", "printenv", "PATH")
    assert (run.status, run.out) == (0, f"{folder}\n"), run
    run = policies("exec", "--", "/bin/sh", "-c", "printenv PATH")
    assert (run.status, run.out) == (0, "of the secret\n"), run
    script = policies.folder / "script"
    script.write_text('echo "$PATH"\n', encoding="utf-8") # without an interpreter: given to /bin/sh
    script.chmod(0o755)
    run = policies("exec", "--", "./script")
    assert (run.status, run.out) == (0, f"{folder}\n"), run


# The process.


@pytest.mark.parametrize("status", [0, 1, 2, 7, 255])
def test_the_exit_status_is_the_commands(policies, status):
    run = policies("exec", "--", "sh", "-c", f"exit {status}")
    assert (run.status, run.out, run.err) == (status, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGPIPE])
def test_death_by_a_signal(policies, number):
    run = policies("exec", "--", "sh", "-c", f"kill -{int(number)} $$")
    assert run.status == -number


def test_arguments_and_streams_go_through(policies):
    words = ["one word", "", "--flag", "-x", "a'b\"c$d", "--"]
    run = policies("exec", "--", "sh", "-c", 'cat; for w in "$@"; do echo "[$w]"; done; echo told >&2', "sh", *words,
                   input="from standard input\n")
    assert run.status == 0
    assert run.out == "from standard input\n" + "".join(f"[{word}]\n" for word in words)
    assert run.err == "told\n"


def test_it_takes_the_process_over(policies):
    process = policies.popen("exec", "--", "sh", "-c", "echo $$; trap 'echo term; exit 9' TERM; echo ready; "
                             "while :; do sleep 0.05; done", stdout=subprocess.PIPE)
    assert int(process.stdout.readline()) == process.pid
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=SECONDS)[0] == "term\n"
    assert process.returncode == 9


def test_nothing_else_is_inherited(policies):
    run = policies("exec", "--", "ls", "-v", "/proc/self/fd")
    assert run.out.split() == ["0", "1", "2", "3"] # and the folder that ls reads


def test_the_descriptor_of_the_root_key_is_closed(policies):
    words = [str(word) for word in policies.words("exec", "--", "ls", "-v", "/proc/self/fd")]
    at = words.index("--root-key")
    words[at:at + 2] = ["--root-key-fd", "7"]
    script = f'exec "$@" 7<{shlex.quote(str(policies.vault.key))}'
    done = subprocess.run(["sh", "-c", script, "sh", os.environ["POLCHECK"], *words], capture_output=True,
                          encoding="utf-8", timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "1", "2", "3"]


def test_signals_umask_and_limits_are_as_before(policies):
    script = "umask; ulimit -S -c; exec grep -E 'Sig(Blk|Ign)' /proc/self/status"
    before = subprocess.run(["sh", "-c", script], capture_output=True, encoding="utf-8", check=True)
    run = policies("exec", "--", "sh", "-c", script)
    mask, core, *signals = run.out.splitlines()
    was_mask, _, *was_signals = before.stdout.splitlines()
    assert (mask, signals) == (was_mask, was_signals)
    assert core == "0"


def test_core_keeps_the_callers_limit(policies):
    script = 'ulimit -S -c "$(ulimit -H -c)"; ulimit -c; exec "$@"'
    words = [str(word) for word in policies.words("exec", "--core", "--", "sh", "-c", "ulimit -S -c; ulimit -H -c")]
    # AddressSanitizer would set the limit to 0 by itself.
    sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":disable_coredump=0"
    done = subprocess.run(["sh", "-c", script, "sh", os.environ["POLCHECK"], *words], capture_output=True,
                          encoding="utf-8", timeout=SECONDS, check=False, env={**os.environ, "ASAN_OPTIONS": sanitizer})
    limit, soft, hard = done.stdout.split()
    assert limit == soft == hard


def test_a_command_in_front_of_the_dashes_is_not_run(policies):
    # Its options would be polcheck's: sh -c 'A=1; touch started' would run a shell on standard input.
    for words in (["touch", "started"], ["sh", "-c", "A=1; touch started"], ["touch", "--", "started"]):
        before = policies.entries()
        run = policies("exec", *words, input="touch started\n")
        assert run.status == 2 and "POL0950" in run.err and '"--"' in run.err
        assert policies.entries() == before
        assert not (policies.folder / "started").exists()


@pytest.mark.parametrize("command, status", [
    ("no-such-command-at-all", 127), ("/no/such/command", 127), ("./not-executable", 126), ("/etc", 126), ("", 127),
])
def test_what_cannot_be_run(policies, command, status):
    (policies.folder / "not-executable").write_text("x", encoding="utf-8")
    before = policies.entries()
    run = policies("exec", "--", command)
    assert run.status == status
    assert "POL1060" in run.err and run.out == ""
    assert policies.entries() == before # nothing was released for it


def test_a_script_without_its_interpreter(policies):
    path = policies.folder / "script"
    path.write_text("#!/no/such/interpreter\n", encoding="utf-8")
    path.chmod(0o755)
    run = policies("exec", "--", "./script")
    assert run.status == 127 and "POL1060" in run.err


def test_a_passphrase_is_asked_for_first(polcheck, tmp_path):
    store = tmp_path / "store"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest()), encoding="utf-8")
    assert polcheck("compile", "manifest.json", "-o", store).status == 0
    options = ["--vault", tmp_path / "vault", "--passphrase"]

    def on_terminal(*words, answers):
        terminal = Terminal("secrets", *words, cwd=tmp_path)
        for answer in answers:
            terminal.answer("passphrase", answer)
        status = terminal.wait()
        terminal.close()
        return status, terminal.seen

    assert on_terminal("init", *options, answers=["open sesame", "open sesame"])[0] == 0
    exec_words = ["exec", *options, "--store", store, "--function", THUMBS, "--", "echo", "started"]
    status, said = on_terminal(*exec_words, answers=["open sesame"])
    assert status == 2 and b"POL1025" in said and b"started" not in said # it opens, and is empty
    status, said = on_terminal(*exec_words, answers=["open says me"])
    assert status == 2 and b"POL1002" in said
    key = tmp_path / "root.key"
    key.write_text("0" * 64, encoding="ascii")
    key.chmod(0o600)
    run = polcheck("secrets", "exec", "--vault", tmp_path / "vault", "--root-key", key, *exec_words[4:])
    assert run.status == 2 and "POL1002" in run.err and "--passphrase" in run.err


# Where a value must not be.


def test_values_are_in_no_arguments_and_not_in_polchecks_environment(policies):
    """Asked while polcheck waits for a root key, and when the command runs."""
    words = policies.words("exec", "--", "sh", "-c", "echo ready; sleep 60")
    at = words.index("--root-key")
    words[at:at + 2] = ["--root-key-fd", "0"]
    process = subprocess.Popen([os.environ["POLCHECK"], *map(str, words)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        own = pathlib.Path(f"/proc/{process.pid}")
        seen = [(own / "cmdline").read_bytes()]
        if os.geteuid() == 0: # others may not look at all
            seen.append((own / "environ").read_bytes())
        process.stdin.write(policies.vault.key.read_bytes())
        process.stdin.close()
        assert process.stdout.readline() == b"ready\n"
        seen.append((own / "cmdline").read_bytes())
        assert not [text for text in seen if b"s3cr3t" in text]
        assert b"s3cr3t" in (own / "environ").read_bytes() # the command's own, by now
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def test_nothing_is_printed(policies):
    for options in ([], ["--as-files"]):
        run = policies("exec", *options, "--", "true")
        assert (run.status, run.out, run.err) == (0, "", "")


# Files.

FILES = """
import json, os, stat, subprocess, sys
shown = {}
for name in ["DB_URL", "TOKEN"]:
    path = os.environ[name + "_FILE"]
    told = {"path": path, "text": open(path, newline="").read(), "mode": oct(stat.S_IMODE(os.stat(path).st_mode)),
            "plain": name in os.environ, "child": subprocess.run(["cat", path], capture_output=True, close_fds=False,
                                                                 encoding="utf-8").stdout}
    try:
        descriptor = int(path.rsplit("/", 1)[1])
        os.write(descriptor, b"x")
        told["written"] = True
    except (OSError, ValueError):
        told["written"] = False
    shown[name] = told
shown["environ"] = list(os.environ.values())
json.dump(shown, sys.stdout)
"""


def test_files_in_memory(policies):
    run = policies("exec", "--as-files", "--", sys.executable, "-c", FILES, env={"TOKEN": "another"})
    assert run.status == 0, run
    shown = run.json()
    for name, value in policies.values.items():
        assert re.fullmatch(r"/proc/self/fd/\d\d+", shown[name].pop("path"))
        assert shown[name] == {"text": value, "mode": "0o400", "plain": False, "child": value, "written": False}
    assert not [value for value in shown["environ"] if "s3cr3t" in value]


def test_files_in_a_folder(policies, memory):
    run = policies("exec", "--directory", memory, "--", sys.executable, "-c", FILES)
    assert run.status == 0, run
    shown = run.json()
    for name, value in policies.values.items():
        assert shown[name] == {"path": str(memory / name), "text": value, "mode": "0o400", "plain": False,
                               "child": value, "written": False}
    assert not list(memory.iterdir())


@pytest.mark.parametrize("script, status", [
    ("exit 7", 7), ("kill -TERM $$", -signal.SIGTERM), ("kill -HUP $PPID; while :; do sleep 0.05; done", -signal.SIGHUP),
])
def test_files_in_a_folder_go_however_it_ends(policies, memory, script, status):
    assert policies("exec", "--directory", memory, "--", "sh", "-c", script).status == status
    assert not list(memory.iterdir())


def test_an_attended_command_is_sent_signals_and_stopped(policies, memory):
    process = policies.popen("exec", "--directory", memory, "--", "sh", "-c", "trap 'exit 9' TERM; echo $$; "
                             "for i in $(seq 600); do sleep 0.05; done", stdout=subprocess.PIPE,
                             process_group=0)  # one without a parent outside of it is never stopped
    child = int(process.stdout.readline())
    assert child != process.pid and len(list(memory.iterdir())) == 2

    def wait_for(pid, states):
        end = time.monotonic() + SECONDS
        while pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in states:
            assert time.monotonic() < end
            time.sleep(0.01)

    process.send_signal(signal.SIGTSTP)
    wait_for(child, "T")
    wait_for(process.pid, "T")
    process.send_signal(signal.SIGCONT)
    wait_for(child, "SR")
    wait_for(process.pid, "SR")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 9
    assert not list(memory.iterdir())


def test_folders_that_are_none_for_secrets(policies, memory):
    def refused(path, code, said):
        run = policies("exec", "--directory", path, "--", "touch", "started")
        assert run.status == 2 and code in run.err and said in run.err, run
        assert not (policies.folder / "started").exists()

    refused(memory / "none", "POL1062", "No such file")
    refused("/proc", "POL1062", "does not lie in memory")
    memory.chmod(0o750)
    refused(memory, "POL1062", "others may enter it")
    memory.chmod(0o700)
    (memory / "TOKEN").write_text("mine", encoding="utf-8")
    refused(memory, "POL1061", "File exists")
    assert [path.name for path in memory.iterdir()] == ["TOKEN"]
    assert (memory / "TOKEN").read_text(encoding="utf-8") == "mine"


# Declared variables.


def test_strict_misses_what_is_declared(policies):
    given = manifest()
    given["functions"][0]["environment"] += ["MISSING_A", "MISSING_B"]
    policies.compile(given)
    touch = ["--", "touch", "started"]
    run = policies("exec", "--strict", *touch, env={"MISSING_A": "here"})
    assert run.status == 2 and "POL1043" in run.err and "MISSING_B" in run.err and "MISSING_A" not in run.err
    run = policies("exec", "--strict", "--pristine", *touch, env={"MISSING_A": "here"})
    assert run.status == 2 and "MISSING_A" in run.err and "MISSING_B" in run.err
    assert not (policies.folder / "started").exists()
    assert policies("exec", *touch).status == 0
    assert policies("exec", "--strict", "--as-files", *touch, env={"MISSING_A": "", "MISSING_B": ""}).status == 0


# Refusals.


def refused(policies, *options, function=THUMBS, status=1):
    """A run that starts nothing; what it said."""
    run = policies("exec", *options, "--", "touch", "started", function=function)
    assert run.status == status, run
    assert run.out == "" and "s3cr3t" not in run.err
    assert not (policies.folder / "started").exists()
    return run.err


def test_a_function_whose_role_may_not(policies):
    said = refused(policies, function=OTHER)
    assert "POL1040" in said
    assert f"User: arn:aws:sts::{ACCOUNT}:assumed-role/other-role/other is not authorized to perform: kms:Decrypt " \
           f"on resource: {KEY} because no identity-based policy allows the kms:Decrypt action" in said
    assert policies.entries()[-1]["event"] == "refusal"


def test_an_explicit_deny_is_named_with_its_place(policies):
    given = manifest()
    given["organization"] = {
        "levels": [{"id": "r-root", "scp": [{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
                                            decrypt("Deny", "NoSecrets", "*")]}],
        "accounts": [{"id": ACCOUNT, "parent": "r-root"}]}
    policies.compile(given)
    said = refused(policies)
    lines = (policies.folder / "manifest.json").read_text(encoding="utf-8").splitlines()
    place = re.search(r"^.*manifest\.json:(\d+):\d+: error: ", said)
    assert place and '"NoSecrets"' in "".join(lines[int(place[1]) - 1:int(place[1]) + 2])
    assert "with an explicit deny in a service control policy" in said
    assert '"NoSecrets" of the scp policy' in said


def test_the_hint_asks_the_same_question(policies):
    said = refused(policies, "--context", "aws:RequestedRegion-x=it's", function=OTHER)
    hint = re.search(r"hint: polcheck (eval .*)$", said, re.M)
    words = shlex.split(hint[1])
    assert f"{CONTEXT}={OTHER}" in words
    run = policies.polcheck(*words, "--json")
    assert run.status == 1, run
    answer = run.json()
    assert answer["decision"] == "implicitDeny" and answer["message"] in said
    # Nothing of it is made up: with the other role's right it is allowed.
    given = manifest()
    given["roles"][1] = role("other-role", policies=[decrypt()])
    policies.compile(given)
    assert policies.polcheck(*words).status == 0


@pytest.mark.parametrize("principal", [
    f"arn:aws:iam::{ACCOUNT}:user/alice",
    f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/thumbs",
    f"arn:aws:sts::{ACCOUNT}:assumed-role/thumbs-role/other",
    f"arn:aws:iam::{ACCOUNT}:role/thumbs-role",
])
def test_others_are_refused_whatever_they_may(policies, principal):
    assert "POL1041" in refused(policies, "--principal", principal)


def test_the_own_session_may_be_named(policies):
    assert policies("exec", "--principal", SESSION, "--", "true").status == 0


def test_failures(policies):
    assert "POL1042" in refused(policies, function=f"{THUMBS}x", status=2)
    assert "POL1024" in refused(policies, function=f"{THUMBS}:1", status=2)
    run = policies.vault("keys", "disable", KEY)
    assert run.status == 0, run
    assert "POL1033" in refused(policies, status=2)


def test_stores_and_vaults_that_are_none(policies):
    run = policies.polcheck("secrets", "exec", "--vault", policies.vault.path, "--root-key", policies.vault.key,
                            "--store", "nowhere", "--function", THUMBS, "--", "true")
    assert run.status == 2 and "POL0900" in run.err
    run = policies.polcheck("secrets", "exec", "--vault", "nowhere", "--root-key", policies.vault.key,
                            "--store", policies.store, "--function", THUMBS, "--", "true")
    assert run.status == 2 and "POL1010" in run.err
    policies.vault.key.chmod(0o644)
    run = policies("exec", "--", "true")
    assert run.status == 2 and "POL1001" in run.err


def test_the_log_says_how_they_were_delivered(policies, memory):
    assert policies("exec", "--", "true").status == 0
    assert policies("exec", "--as-files", "--", "true").status == 0
    assert policies("exec", "--directory", memory, "--", "true").status == 0
    entries = policies.entries()[-3:]
    assert [entry["delivery"] for entry in entries] == ["exec", "files", "files"]
    assert all(entry["event"] == "release" and entry["names"] == ["DB_URL", "TOKEN"] for entry in entries)
    assert "s3cr3t" not in json.dumps(entries)
