# SPDX-License-Identifier: Apache-2.0
"""Variables are set from standard input, a terminal or a file, within Lambda's rules, and never from the command
line; they are listed without their values, and removed."""

import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import subprocess
import time

import pytest
from vaults import ACCOUNT, THUMBS, Terminal, function

LIMIT = 4096


def measure(variables):
    """Bytes of a function's variables as Lambda counts them (LAMBDA.md, section 6)."""
    return len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode())


def put(vault, name, value, *words):
    return vault("secrets", "put", "--function", THUMBS, *words, name, input=value)


def test_lambdas_own_example_measures_39(vault):
    vault.put("BUCKET", "my-bucket")
    vault.put("KEY", "file.txt")
    row = vault.environments()[THUMBS]
    assert row["bytes"] == 39
    assert row["limit"] == LIMIT


@pytest.mark.parametrize("value", [
    "plain", "", "two\nlines", 'quotes " and \\ backslash', "\ttab", "käse €", "\U0001f511", "a=b", " blanks ", "\r",
    "{\"json\": [1, 2]}",
])
def test_a_value_is_taken_as_it_is(vault, value):
    vault.put("AB", value + "\n")
    assert vault.environments()[THUMBS]["bytes"] == measure({"AB": value})


@pytest.mark.parametrize("text, words, value", [
    ("val\n", [], "val"), ("val", [], "val"), ("val\n\n", [], "val\n"), ("\n", [], ""), ("val\n", ["--keep-newline"], "val\n"),
    ("val", ["--keep-newline"], "val"),
])
def test_one_end_of_line_is_taken_off(vault, text, words, value):
    vault.put("AB", text, *words)
    assert vault.environments()[THUMBS]["bytes"] == measure({"AB": value})


def test_an_alias_of_another_region_is_said_to_be_one(vault):
    """An alias names a key of the function's own account and region."""
    run = vault("keys", "create", "--account", ACCOUNT, "--region", "us-east-1", "--alias", "alias/other")
    assert run.status == 0, run
    run = put(vault, "AB", "x", "--key", "alias/other")
    assert run.status == 2 and "[POL1032]" in run.err
    assert f'no key "alias/other" of account {ACCOUNT} in region eu-west-1' in run.err
    assert "by its ARN" in run.err
    (other,) = [arn for arn, row in vault.keys().items() if row["alias"] == "alias/other"]
    assert put(vault, "AB", "x", "--key", other).status == 0


def test_nothing_is_no_value(vault):
    run = put(vault, "AB", "")
    assert run.status == 2
    assert "POL1023" in run.err and "empty" in run.err
    assert vault.names() == []


def test_4096_bytes_and_not_one_more(vault):
    room = LIMIT - measure({"AB": ""})
    run = put(vault, "AB", vault.secret("v" * (room + 1)))
    assert run.status == 2
    assert "POL1022" in run.err
    assert vault.names() == []
    vault.put("AB", "v" * room)
    assert vault.environments()[THUMBS]["bytes"] == LIMIT
    # Nor by another variable, which leaves the first as it was.
    run = put(vault, "CD", "x")
    assert run.status == 2
    assert "POL1022" in run.err
    assert vault.names() == ["AB"]
    # Escapes count.
    vault.put("AB", "v" * (room - 2) + "\"")
    assert vault.environments()[THUMBS]["bytes"] == LIMIT
    run = put(vault, "AB", vault.secret("v" * (room - 1) + "\""))
    assert run.status == 2


@pytest.mark.parametrize("size", [5000, 1 << 20])
def test_a_value_that_is_far_too_long(vault, size):
    run = put(vault, "AB", vault.secret("v" * size))
    assert run.status == 2
    assert "POL1022" in run.err and "4096 bytes" in run.err


@pytest.mark.parametrize("value", [b"zero\0byte", b"not \xff UTF-8", b"\xed\xa0\x80"])
def test_what_no_variable_can_have(vault, value, tmp_path):
    (tmp_path / "value").write_bytes(value)
    with open(tmp_path / "value", "rb") as text:
        run = vault("secrets", "put", "--function", THUMBS, "AB", input=None, stdin=text)
    assert run.status == 2
    assert "POL1023" in run.err
    assert vault.names() == []


@pytest.mark.parametrize("name, code", [
    ("A", 1020), ("1A", 1020), ("_A", 1020), ("A-B", 1020), ("A.B", 1020), ("Ä1", 1020), ("", 1020), ("A B", 1020),
    ("AWS_REGION", 1021), ("AWS_SECRET_ACCESS_KEY", 1021), ("LAMBDA_TASK_ROOT", 1021), ("AWS_LAMBDA_RUNTIME_API", 1021),
])
def test_names_that_are_refused(vault, name, code):
    run = put(vault, name, vault.secret("value-of-it"))
    assert run.status == 2
    assert f"POL{code}" in run.err
    assert vault.environments() == {}


@pytest.mark.parametrize("name", ["AB", "a1", "A_", "PATH", "TZ", "LD_LIBRARY_PATH", "aws_region"])
def test_names_that_are_taken(vault, name):
    vault.put(name, "the-value-of-it")
    assert vault.names() == [name]


@pytest.mark.parametrize("arn", [
    THUMBS + ":prod", THUMBS + ":$LATEST", THUMBS + ":1", "thumbs", "arn:aws:lambda:eu-west-1:1111:function:f",
    f"arn:aws:s3:eu-west-1:{ACCOUNT}:function:f", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:f", THUMBS + "/x",
    f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:",
])
def test_functions_that_are_none(vault, arn):
    run = vault("secrets", "put", "--function", arn, "AB", input=vault.secret("some-value"))
    assert run.status == 2
    assert "POL1024" in run.err


@pytest.mark.parametrize("words, said", [
    (["AB=in-the-arguments"], "never from the command line"),
    (["AB", "in-the-arguments"], "never from the command line"),
    (["in-the-arguments!"], "not a name of a variable"),
    (["--value", "in-the-arguments", "AB"], 'unknown option "--value"'),
    (["--value=in-the-arguments", "AB"], 'unknown option "--value"'),
    ([], "no variable is named"),
    (["--env-file", "x", "AB"], "--env-file names the variables"),
    (["--env-file", "x", "--keep-newline"], "--env-file names the variables"),
])
def test_a_value_on_the_command_line_is_refused_and_not_repeated(vault, words, said):
    vault.secret("in-the-arguments")
    run = vault("secrets", "put", "--function", THUMBS, *words, input="other")
    assert run.status == 2
    assert run.out == ""
    assert said in run.err
    assert vault.environments() == {}


def test_a_function_is_named(vault):
    run = vault("secrets", "put", "AB", input="x1")
    assert run.status == 2
    assert '"--function" is missing' in run.err


def test_a_variable_that_is_set_again_has_a_new_version(vault):
    vault.put("AB", "first-value")
    vault.put("CD", "other-value")
    before = {row["name"]: row["version"] for row in vault.environments()[THUMBS]["variables"]}
    vault.put("AB", "second-value")
    after = {row["name"]: row["version"] for row in vault.environments()[THUMBS]["variables"]}
    assert after["AB"] > max(before.values())
    assert after["CD"] == before["CD"]


def test_list_for_people(vault):
    vault.put("DB_URL", "postgres://u:p@db")
    vault.put("AB", "x-y-z-value", function=function("other"))
    run = vault("secrets", "list")
    assert run.status == 0
    assert THUMBS in run.out and function("other") in run.out
    assert f"{measure({'DB_URL': 'postgres://u:p@db'})} of 4096 bytes" in run.out
    run = vault("secrets", "list", "--function", THUMBS)
    assert function("other") not in run.out and "DB_URL" in run.out
    run = vault("secrets", "list", "--function", function("third"))
    assert run.status == 2
    assert "POL1025" in run.err
    run = vault("secrets", "list", "--function", function("third"), "--json")
    assert json.loads(run.err)["code"] == "POL1025"


def test_a_new_age(vault):
    vault.put("AB", "x-value")
    said = vault.environments()[THUMBS]["variables"][0]["set"]
    assert abs(time.time() - time.mktime(time.strptime(said, "%Y-%m-%dT%H:%M:%SZ")) + time.timezone) < 60


def test_rm(vault):
    for name in ("AB", "CD", "EF"):
        vault.put(name, f"value-of-{name}")
    vault.put("AB", "value-of-other", function=function("other"))
    run = vault("secrets", "rm", "--function", THUMBS, "AB", "nothing")
    assert run.status == 2
    assert "POL1025" in run.err
    assert vault.names() == ["AB", "CD", "EF"]
    assert vault("secrets", "rm", "--function", THUMBS, "AB", "EF").status == 0
    assert vault.names() == ["CD"]
    assert vault("secrets", "rm", "--function", THUMBS, "--all").status == 0
    assert list(vault.environments()) == [function("other")]
    assert vault("secrets", "rm", "--function", THUMBS, "--all").status == 2


@pytest.mark.parametrize("words, said", [
    (["--function", THUMBS], "no variable is named"), (["--function", THUMBS, "--all", "AB"], "name none"),
    (["AB"], '"--function" is missing'), (["--all"], '"--function" is missing'),
])
def test_rm_is_told_what(vault, words, said):
    run = vault("secrets", "rm", *words)
    assert run.status == 2
    assert said in run.err


# Files -------------------------------------------------------------------------------------------------------

def env_file(vault, text, *words, stream=False):
    path = vault.folder / "secrets.env"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if stream:
        return vault("secrets", "put", *words, "--env-file", "-", input=text)
    return vault("secrets", "put", *words, "--env-file", path)


@pytest.mark.parametrize("stream", [False, True], ids=["file", "pipe"])
def test_a_file_of_three_functions(vault, stream):
    vault.put("KEPT", "kept-value", function=function("b"))
    text = (f"# comment\n\nDB_URL=outside-value\n[{function('a')}]\nDB_URL=a-value = \"x\" \nEMPTY=\n\n"
            f"[{function('b')}]\nTOKEN=b-value")
    for value in ("outside-value", "a-value", "b-value"):
        vault.secret(value)
    run = env_file(vault, text, "--function", THUMBS, stream=stream)
    assert run.status == 0, run
    assert run.out == "set 4 variables of 3 functions\n"
    rows = vault.environments()
    assert rows[THUMBS]["bytes"] == measure({"DB_URL": "outside-value"})
    assert rows[function("a")]["bytes"] == measure({"DB_URL": "a-value = \"x\" ", "EMPTY": ""})
    assert rows[function("b")]["bytes"] == measure({"KEPT": "kept-value", "TOKEN": "b-value"})


@pytest.mark.parametrize("lines, line, code", [
    (["DB_URL=qwertyuiop"], 1, 1024),
    ([f"[{THUMBS}]", "AB=qwertyuiop", "qwertyuiop"], 3, 1020),
    ([f"[{THUMBS}]", "AB=1", "qwertyuiop=x"], None, None),
    ([f"[{THUMBS}]", "AB=1", "qwer.tyuiop=x"], 3, 1020),
    ([f"[{THUMBS}]", "  AB=qwertyuiop"], 2, 1020),
    ([f"[{THUMBS}]", "AWS_REGION=qwertyuiop"], 2, 1021),
    ([f"[{THUMBS}]", "AB=1", "AB=qwertyuiop"], 3, 1020),
    ([f"[{THUMBS}]", "AB=1", f"[{function('a')}]", "AB=1", f"[{THUMBS}]", "CD=1"], 5, 1024),
    (["[thumbs]", "AB=qwertyuiop"], 1, 1024),
    ([f"[{THUMBS}:prod]", "AB=qwertyuiop"], 1, 1024),
    ([f"[{THUMBS}"], 1, 1024),
    (['["qwertyuiop"]'], 1, 1024),
    ([f"[{THUMBS}]", "AB=qwertyuiop\r"], 2, 1023),
    ([f"[{THUMBS}]", "AB=qwerty\0uiop"], 2, 1023),
    ([f"[{THUMBS}]", "AB=" + "qwertyuiop" * 409], 1, 1022),
    ([f"[{THUMBS}]", "AB=" + "qwertyuiop" * 1000], 2, 1022),
    ([f"[{THUMBS}]", "AB=" + "q" * 2000, "CD=" + "w" * 2000, "EF=" + "e" * 2000], 4, 1022),
    ([f"[{THUMBS}]", "AB=" + '"' * 3000], 1, 1022),
    ([], None, 1043),
    (["# nothing", f"[{THUMBS}]"], None, 1043),
])
@pytest.mark.parametrize("stream", [False, True], ids=["file", "pipe"])
def test_a_line_that_is_wrong_is_named_and_not_shown(vault, lines, line, code, stream):
    run = env_file(vault, "\n".join(lines), stream=stream)
    if code is None:
        assert run.status == 0
        return
    assert run.status == 2
    assert f"POL{code}" in run.err
    if line is not None:
        assert f"{'<stdin>' if stream else 'secrets.env'}:{line}: error" in run.err
    for part in ("qwertyuiop", "tyuiop", "qqqq", "wwww"):
        assert part not in run.err + run.out
    assert vault.environments() == {}


def test_a_file_is_set_whole_or_not_at_all(vault):
    lines = []
    for number in range(50):
        lines += [f"[{function(f'f{number}')}]", f"AB=value-{number}"]
    run = env_file(vault, "\n".join([*lines, f"[{function('last')}]", "AB=1", "C=2"]))
    assert run.status == 2
    assert vault.environments() == {}
    run = env_file(vault, "\n".join(lines))
    assert run.status == 0
    assert len(vault.environments()) == 50


def test_a_file_that_is_not_there(vault):
    run = vault("secrets", "put", "--env-file", vault.folder / "none")
    assert run.status == 2
    assert "POL0001" in run.err


@pytest.mark.parametrize("stream", [False, True], ids=["file", "pipe"])
def test_ten_thousand_functions(vault, stream):
    value = vault.secret(secrets.token_hex(40))
    text = "".join(f"[{function(f'f{number:05}')}]\nDB_URL={value}\nTOKEN={value}\n" for number in range(10000))
    run = env_file(vault, text, stream=stream)
    assert run.status == 0, run.err
    rows = vault.environments()
    assert len(rows) == 10000
    assert {row["bytes"] for row in rows.values()} == {measure({"DB_URL": value, "TOKEN": value})}


def test_variables_of_the_loader_are_noted(vault):
    run = vault("secrets", "put", "--function", THUMBS, "LD_PRELOAD", input=vault.secret("/opt/of-mine.so"))
    assert run.status == 0 and vault.names() == ["LD_PRELOAD"]
    assert 'polcheck: suggestion: "LD_PRELOAD" changes what' in run.err and "[POL1027]" in run.err
    for stream in (False, True):
        run = env_file(vault, f"[{THUMBS}]\nLD_AUDIT=/x\nLDAP_URL=x\nBUILD_LD_X=y\nPATH=/x\n", stream=stream)
        assert run.status == 0
        assert run.err.count("POL1027") == 1 and 'suggestion: "LD_AUDIT"' in run.err
    assert "POL1027" not in vault("secrets", "put", "--function", THUMBS, "LDAP_URL", input="x").err


def test_a_file_that_sets_nothing_is_named(vault):
    for run, name in ((env_file(vault, "# nothing\n"), str(vault.folder / "secrets.env")),
                      (env_file(vault, "# nothing\n", stream=True), "<stdin>")):
        assert run.status == 2 and f'"{name}" sets no variable' in run.err, run


@pytest.mark.parametrize("bits, warned", [(0o600, False), (0o400, False), (0o622, False), (0o640, True), (0o604, True)])
def test_a_file_that_others_may_read(vault, bits, warned):
    path = vault.folder / "secrets.env"
    path.write_text(f"AB={vault.secret('value-in-clear')}\n")
    path.chmod(bits)
    run = vault("secrets", "put", "--function", THUMBS, "--env-file", path)
    assert run.status == 0 and vault.names() == ["AB"]
    assert (run.err != "") == ("POL1026" in run.err) == warned
    if warned:
        assert f": warning: others may read \"{path}\"" in run.err and f"its mode is {bits:04o} " in run.err
        assert f'hint: chmod 600 "{path}", and remove it' in run.err
    with path.open() as opened: # of what has no name here nothing can be said
        done = subprocess.run([os.environ["POLCHECK"], "secrets", "put", "--vault", vault.path, "--root-key", vault.key,
                               "--function", THUMBS, "--env-file", "-"], stdin=opened, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_more_than_may_be_locked(vault):
    """What cannot be read twice is kept in locked memory; the limit does not count for root."""
    values = [secrets.token_hex(1000) for _ in range(1000)]
    text = "".join(f"[{function(f'f{number:04}')}]\nAB={value}\n" for number, value in enumerate(values))
    path = vault.folder / "secrets.env"
    path.write_text(text)
    command = [os.environ["POLCHECK"], "secrets", "put", "--vault", str(vault.path), "--root-key", str(vault.key)]
    done = limited(vault, [*command, "--env-file", "-"], text)
    if done.returncode == 0:
        pytest.skip("this user may lock as much as it likes")
    assert done.returncode == 2
    assert "POL1003" in done.stderr and "ulimit -l" in done.stderr
    assert limited(vault, [*command, "--env-file", str(path)], "").returncode == 0
    assert len(vault.environments()) == 1000


def test_no_locked_memory_is_one_message(vault):
    """Wherever it is missed first: at a value, at the vault's keys, at what is to be released."""
    said = set()
    for words in (["put", "--function", THUMBS, "AB"], ["list"],
                  ["exec", "--store", "none", "--function", THUMBS, "--", "true"]):
        done = limited(vault, [os.environ["POLCHECK"], "secrets", words[0], "--vault", str(vault.path), "--root-key",
                               str(vault.key), *words[1:]], "value", limit=0)
        if done.returncode == 0:
            pytest.skip("this user may lock as much as it likes")
        said.add((done.returncode, done.stderr))
    [(status, text)] = said
    assert status == 2 and "[POL1003]" in text and "lock 0 bytes in all" in text
    assert "ulimit -l" in text and "LimitMEMLOCK=" in text and "--ulimit memlock=" in text


def limited(vault, command, text, limit=512):
    """Runs it with at most that many KiB of locked memory and, as root, without the right to more."""
    drop = ["setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"] if os.geteuid() == 0 else []
    return subprocess.run(["bash", "-c", f'ulimit -l {limit}; exec "$@"', "bash", *drop, *command], input=text,
                          capture_output=True, encoding="utf-8", check=False, timeout=60)


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace to look with")
def test_the_system_sees_the_value_once(vault):
    """It is read, and then neither written nor sent nor given to a program."""
    trace = vault.folder / "trace"
    tracing = ["strace", "-f", "-s", "100000", "-o", str(trace)]
    if subprocess.run([*tracing, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing may be traced here")
    value = vault.secret("value-that-the-system-sees")
    done = subprocess.run([*tracing, os.environ["POLCHECK"], "secrets", "put", "--vault", str(vault.path), "--root-key",
                           str(vault.key), "--function", THUMBS, "AB"], input=value, encoding="utf-8", check=False,
                          env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}) # which cannot be traced
    assert done.returncode == 0
    calls = [line.split(maxsplit=1)[1] for line in trace.read_text().splitlines()]
    assert [call[:6] for call in calls if value in call] == ["read(0"]
    # Before the root key is read.
    first = next(at for at, call in enumerate(calls) if call.startswith("open") and str(vault.key) in call)
    before = "\n".join(calls[:first])
    assert "PR_SET_DUMPABLE, SUID_DUMP_DISABLE" in before and "umask(077)" in before
    assert re.search(r"RLIMIT_CORE, \{rlim_cur=0,", before)


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace to look with")
def test_the_log_is_on_the_disk_before_the_vault_notes_it(vault):
    trace = vault.folder / "trace"
    tracing = ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync,msync,pwrite64,pwritev,write,writev", "-o", str(trace)]
    if subprocess.run([*tracing, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing may be traced here")
    command = [os.environ["POLCHECK"], "secrets", "put", "--vault", str(vault.path), "--root-key", str(vault.key)]
    run = subprocess.run([*tracing, *command, "--function", THUMBS, "AB"], input="some-value", capture_output=True,
                         encoding="utf-8", check=False, timeout=60,
                         env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}) # which cannot be traced
    assert run.returncode == 0, run.stderr
    calls = re.findall(r"(\w+)\(\d+<[^>]*/(audit\.log|audit\.head|data\.mdb)>", trace.read_text())
    waits = [file for call, file in calls if call in ("fsync", "fdatasync")]
    assert waits[:3] == ["audit.log", "audit.head", "data.mdb"]
    assert waits[-2:] == ["audit.log", "audit.head"]
    # And nothing of the vault is written before it.
    assert [file for _, file in calls][:2] == ["audit.log", "audit.head"]


# A terminal --------------------------------------------------------------------------------------------------


@pytest.fixture
def typed(vault):
    """Runs `secrets put` on a terminal."""
    open_ones = []

    def run(*words):
        terminal = Terminal("secrets", "put", "--vault", vault.path, "--root-key", vault.key, "--function", THUMBS,
                            *words, cwd=vault.folder)
        open_ones.append(terminal)
        return terminal

    yield run
    for terminal in open_ones:
        terminal.close()


def test_a_value_is_typed_twice_and_not_shown(vault, typed):
    terminal = typed("DB_URL")
    terminal.answer("value of DB_URL: ", "typed-by-hand ä")
    terminal.answer("value of DB_URL, again: ", "typed-by-hand ä")
    assert terminal.wait() == 0, terminal.seen
    assert b"typed-by-hand" not in terminal.seen
    assert terminal.echoes()
    assert vault.environments()[THUMBS]["bytes"] == measure({"DB_URL": "typed-by-hand ä"})


def test_a_value_that_is_not_typed_the_same(vault, typed):
    terminal = typed("DB_URL")
    terminal.answer("value of DB_URL: ", "typed-by-hand")
    terminal.answer("again: ", "typed-by-foot")
    assert terminal.wait() == 2
    assert b"not typed the same twice" in terminal.seen
    assert b"typed-by" not in terminal.seen
    assert vault.environments() == {}


def test_a_file_is_not_typed(typed):
    terminal = typed("--env-file", "-")
    assert terminal.wait() == 2
    assert b"would show what is typed" in terminal.seen


def test_while_it_asks_the_process_keeps_to_itself(typed):
    terminal = typed("DB_URL")
    terminal.expect("value of DB_URL: ")
    about = pathlib.Path(f"/proc/{terminal.pid}")
    limits = (about / "limits").read_text()
    assert next(line.split()[4] for line in limits.splitlines() if line.startswith("Max core file size")) == "0"
    status = dict(line.split(":", 1) for line in (about / "status").read_text().splitlines())
    assert status["Umask"].strip() == "0077"
    if b"__asan_init" not in pathlib.Path(os.environ["POLCHECK"]).read_bytes(): # which does away with locks
        assert int(status["VmLck"].split()[0]) >= 4
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_ends_it_and_the_terminal_echoes_again(vault, typed, number):
    terminal = typed("DB_URL")
    terminal.expect("value of DB_URL: ")
    assert not terminal.echoes()
    terminal.type("half of it")
    os.kill(terminal.pid, number)
    assert terminal.wait() == -number
    assert terminal.echoes()
    assert vault.environments() == {}


def test_the_interrupt_key(typed):
    terminal = typed("DB_URL")
    terminal.expect("value of DB_URL: ")
    terminal.type("half\x03")
    assert terminal.wait() == -signal.SIGINT
    assert terminal.echoes()


@pytest.fixture
def shell(vault):
    """A shell with job control, and the command line of `secrets put` for it."""
    made = Terminal("--norc", "--noprofile", "--noediting", "-i", cwd=vault.folder, program="/bin/bash")
    made.command = (f"'{os.environ['POLCHECK']}' secrets put --vault '{vault.path}' --root-key '{vault.key}' "
                    f"--function {THUMBS} DB_URL")
    made.type("PS1='ready''> '\n")
    made.expect("ready> ")
    yield made
    made.close()


def finish(shell, vault):
    """Answers both questions; all is as ever then."""
    shell.answer("value of DB_URL: ", "typed-after-it")
    shell.answer("again: ", "typed-after-it")
    shell.expect("set DB_URL")
    shell.expect("ready> ")
    assert shell.echoes()
    shell.type("exit\n")
    assert shell.wait() == 0
    assert vault.environments()[THUMBS]["bytes"] == measure({"DB_URL": "typed-after-it"})


def test_a_stop_gives_the_echo_back_and_then_it_asks_again(shell, vault):
    shell.type(shell.command + "\n")
    shell.expect("value of DB_URL: ")
    assert not shell.echoes()
    shell.type("half\x1a")
    shell.expect("ready> ")
    assert shell.echoes()
    shell.type("fg\n")
    finish(shell, vault)


def test_in_the_background_it_waits_for_its_turn(shell, vault):
    shell.type(shell.command + " &\n")
    shell.expect("ready> ")
    shell.type("while ! jobs | grep -q Stopped; do sleep 0.05; done; echo stop''ped\n")
    shell.expect("stopped")
    assert shell.echoes()
    shell.type("fg\n")
    finish(shell, vault)
