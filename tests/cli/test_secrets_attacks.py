# SPDX-License-Identifier: Apache-2.0
"""Attacks by other users of the machine, by careless operators, and by what crashes: where secrets lie in memory at
each system call, what the system is told, what others may see of the process, and what is made of hostile files."""

import base64
import itertools
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import looking
import pytest
from released import KEY, OTHER, manifest
from vaults import ACCOUNT, SECONDS, THUMBS, Terminal, function

POLCHECK = os.environ["POLCHECK"]
HELD = os.environ["HELD_SECRETS"]
NOBODY = 65534
instrumented = b"__asan_init" in pathlib.Path(POLCHECK).read_bytes()
looks = pytest.mark.skipif(instrumented or not looking.may_trace(), reason="no memory of others can be looked at here")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


def root_key(policies):
    """The root key as its file has it, and its bytes."""
    digits = policies.vault.key.read_text(encoding="ascii").strip()
    return [digits.encode(), bytes.fromhex(digits)]


def values_of(policies):
    return [value.encode() for value in policies.values.values()]


def opened(policies):
    """The options that open the vault."""
    return ["--vault", policies.vault.path, "--root-key", policies.vault.key]


@pytest.fixture
def box(policies):
    """A box key's file, and a file with what was released to it."""
    key = policies.folder / "box.key"
    public = policies.polcheck("secrets", "keypair", key).out.strip()
    run = policies("release", "--to", public)
    assert run.status == 0, run
    sealed = policies.folder / "sealed"
    sealed.write_text(run.out, encoding="ascii")
    return key, sealed


# Memory ------------------------------------------------------------------------------------------------------


class Holding:
    """The program that is given secrets by the library, stopped while it holds them."""

    def __init__(self, policies):
        self.process = subprocess.Popen([HELD, policies.vault.path, policies.vault.key, policies.store, THUMBS])
        self.pid = self.process.pid
        self.wait()

    def wait(self):
        status = os.waitpid(self.pid, os.WUNTRACED)[1]
        assert os.WIFSTOPPED(status), status

    def resume(self):
        os.kill(self.pid, signal.SIGCONT)
        self.wait()

    def end(self):
        self.process.kill()
        self.process.wait()


@looks
def test_a_program_that_holds_secrets(policies):
    values, root = values_of(policies), root_key(policies)
    holding = Holding(policies)
    try:
        found = looking.places(holding.pid, values)
        assert {needle for needle, _ in found} == set(values)
        assert not [place for place in found if not place[1].is_kept]
        assert not looking.places(holding.pid, root) # what follows from it is kept, and not itself
        keys, outside = looking.pieces(holding.pid)
        public = (policies.vault.path / "store" / "data.mdb").read_bytes()
        keys = {key for key in keys if key not in public} # a fingerprint of the root key is none
        assert len(keys) >= 8 # two subkeys of the root key, a data key, the audit log's key
        assert not keys & outside
        holding.resume()
        assert not looking.places(holding.pid, values)
        holding.resume()
        assert not looking.places(holding.pid, [*values, *root, *keys])
        assert not [mapping for mapping in looking.mappings(holding.pid) if mapping.is_kept]
    finally:
        holding.end()


class Watch:
    """Follows a run of the command, and looks before each system call for what must not lie in plain memory."""

    def __init__(self, policies, needles):
        self.policies = policies
        self.needles = needles
        self.kept = set() # needles that were seen where they belong
        self.keys = set() # what looks like keys in memory for secrets, at any time
        self.spilled = {} # those that were seen elsewhere, with the number of the system call
        self.said = ""

    def look(self, traced):
        for needle, mapping in looking.places(traced.pid, self.needles):
            assert mapping.is_kept, f"{needle} before system call {traced.number()}: {mapping}"
            self.kept.add(needle)

    def check_keys(self, traced):
        keys, outside = looking.pieces(traced.pid)
        self.keys |= keys
        public = self.public()
        for key in self.keys & outside:
            if key not in public:
                self.spilled.setdefault(key, traced.number())

    def public(self):
        """What the vault's files hold is no key, such as the fingerprint of the root key."""
        return b"".join(path.read_bytes() for path in (self.policies.vault.path / "store").iterdir())

    def check_spilled(self):
        """In the end: what a change is about to write lies in memory before it does in the files."""
        public = self.public()
        spilled = {key: number for key, number in self.spilled.items() if key not in public}
        assert not spilled, f"keys, and the system calls before which they were seen: {spilled}"

    def follow(self, traced):
        """The status, or "exec": then, too, all that was hers is gone."""
        begun = False
        while (what := traced.step()) == "call":
            begun = begun or traced.number() == looking.PRCTL
            if begun and traced.enters:
                self.look(traced)
                if traced.number() in (looking.FLOCK, looking.FDATASYNC, looking.EXECVE):
                    self.check_keys(traced)
        return what if what == "exec" else traced.status

    def run(self, *words, input=b""):
        told = self.policies.folder / "told"
        reader, writer = os.pipe()
        os.write(writer, input)
        os.close(writer)
        with open(told, "wb") as file:
            traced = looking.Traced([POLCHECK, *words], reader, file.fileno(), file.fileno(), self.policies.folder)
        os.close(reader)
        try:
            status = self.follow(traced)
        finally:
            traced.kill()
        self.said = told.read_text(encoding="utf-8")
        self.check_spilled()
        return status


@looks
@pytest.mark.parametrize("words", [["AB"], ["--env-file", "-"]])
def test_memory_of_put(policies, words):
    value = b"value-that-is-put"
    watch = Watch(policies, [value, *values_of(policies), *root_key(policies)])
    line = value if words == ["AB"] else b"AB=" + value + b"\n"
    assert watch.run("secrets", "put", *opened(policies), "--function", THUMBS, *words, input=line) == 0, watch.said
    assert watch.kept == set(watch.needles) # the others of the function are sealed anew with it


@looks
@pytest.mark.parametrize("words", [[], ["--as-files"]])
def test_memory_of_exec(policies, words):
    watch = Watch(policies, [*values_of(policies), *root_key(policies), b"s3cr3t three"])
    assert watch.run(*policies.words("exec", *words, "--", "/bin/true")) == "exec", watch.said
    assert watch.kept == {*values_of(policies), *root_key(policies)} # nothing of another function is opened


@looks
def test_memory_of_open(policies, box):
    secret = box[0].read_bytes().strip()
    watch = Watch(policies, [*values_of(policies), secret, base64.b64decode(secret.rsplit(b":", 1)[1])])
    assert watch.run("secrets", "open", "--key", box[0], box[1], "--", "/bin/true") == "exec", watch.said
    assert watch.kept == set(watch.needles)


@looks
def test_memory_of_rekey(policies):
    new = b"0123456789abcdeffedcba98765432100f1e2d3c4b5a69788796a5b4c3d2e1f0"
    path = policies.folder / "new.key"
    path.write_bytes(new)
    path.chmod(0o600)
    watch = Watch(policies, [*root_key(policies), new, bytes.fromhex(new.decode())])
    assert watch.run("secrets", "rekey", *opened(policies), "--new-root-key", path) == 0, watch.said
    assert watch.kept == set(watch.needles)


# Core dumps --------------------------------------------------------------------------------------------------


def test_a_core_dump_has_no_secret(policies):
    pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text(encoding="utf-8").strip()
    if "/" in pattern or pattern.startswith("|") or instrumented:
        pytest.skip("core dumps go elsewhere")
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    done = subprocess.run([HELD, policies.vault.path, policies.vault.key, policies.store, THUMBS, "abort"], check=False,
                          cwd=policies.folder, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)))
    assert done.returncode == -signal.SIGABRT
    cores = list(policies.folder.glob("core*"))
    if not cores:
        pytest.skip("no core dumps are made here")
    core = cores[0].read_bytes()
    assert THUMBS.encode() in core # it is what lay in memory
    assert not [text for text in [*values_of(policies), *root_key(policies)] if text in core]


# What the system is told -------------------------------------------------------------------------------------


def encodings(secret):
    """A secret as somebody who wants to smuggle it out may write it."""
    yield secret
    yield secret.hex().encode()
    yield json.dumps(secret.decode("latin-1")).encode()[1:-1]
    for shift in range(3): # base64 of something that it is a part of, without the ends that depend on the rest
        yield base64.b64encode(b"\0" * shift + secret)[4 * (shift > 0):-4]


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace to look with")
def test_what_the_system_is_told(policies, box):
    """Secrets occur where they come in, and nowhere else; and where release hands them out."""
    trace = policies.folder / "trace"
    tracing = ["strace", "-f", "-v", "-xx", "-s", "100000", "-o", str(trace)]
    if subprocess.run([*tracing, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing may be traced here")
    secrets = [*values_of(policies), *root_key(policies), b"value-that-is-put"]
    needles = {text for secret in secrets for text in encodings(secret)}
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    file = policies.folder / "secrets.env"
    file.write_bytes(b"AB=value-that-is-put\n")

    def calls(*words, input=b""):
        """The calls, with what they were for, that have a secret in them."""
        done = subprocess.run([*tracing, POLCHECK, *map(str, words)], input=input, capture_output=True, check=False,
                              cwd=policies.folder, env=environment, timeout=SECONDS)
        assert done.returncode == 0, done.stderr
        found, files = set(), {}
        for line in trace.read_text(encoding="ascii").splitlines():
            call = line.split(maxsplit=1)[1]
            texts = [bytes.fromhex(text.replace("\\x", "")) for text in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', call)]
            if call.startswith("openat(") and texts:
                files[call.rsplit(" ", 1)[1]] = pathlib.Path(texts[0].decode()).name
            if any(needle in text for needle in needles for text in texts):
                name, first = re.match(r"(\w+)\((\d*)", call).groups()
                found.add(f"{name} {files.get(first, first)}".strip())
        return found

    root = {"read root.key"}
    vault = opened(policies)
    put = ["secrets", "put", *vault, "--function", THUMBS]
    assert calls(*put, "AB", input=b"value-that-is-put") == root | {"read 0"}
    assert calls(*put, "--env-file", "-", input=file.read_bytes()) == root | {"read 0"}
    assert calls(*put, "--env-file", file) == root | {"read secrets.env"}
    assert calls(*policies.words("release")) == root | {"write 1"}
    assert calls(*policies.words("release", "--to", base_public(policies, box))) == root
    assert calls(*policies.words("exec", "--", "/bin/true")) == root | {"execve"}
    assert calls("secrets", "rotate", *vault) == root
    assert calls("keys", "create", *vault, "--account", ACCOUNT, "--region", "eu-west-1") == root
    assert calls("secrets", "rekey", *vault, "--new-root-key", policies.folder / "new.key") == root
    policies.vault.key = policies.folder / "new.key" # made there, and written with random digits


def base_public(policies, box):
    return policies.polcheck("secrets", "keypair", "--public", box[0]).out.strip()


# Others on the machine ---------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere():
    """A folder of nobody with the command and a vault in it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as path:
        folder = pathlib.Path(path)
        shutil.copy(POLCHECK, folder / "polcheck")
        os.chown(folder, NOBODY, NOBODY)
        done = as_nobody(folder, "./polcheck", "secrets", "init", "--vault", "vault", "--root-key", "root.key")
        assert done.returncode == 0, done.stderr
        yield folder


def as_nobody(folder, *words, **how):
    """Runs it as a user who has no rights beyond his own."""
    return subprocess.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *words], cwd=folder,
                          capture_output=True, check=False, timeout=SECONDS, **how)


@as_root
def test_the_same_user_sees_nothing_of_the_process(elsewhere):
    """While it holds a value, having read a part of standard input and waiting for the rest."""
    words = ["./polcheck", "secrets", "put", "--vault", "vault", "--root-key", "root.key", "--function", THUMBS, "AB"]
    process = subprocess.Popen(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *words],
                               cwd=elsewhere, env={**os.environ, "GCOV_PREFIX": "."}, # where it may write, if it counts
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    own = pathlib.Path(f"/proc/{process.pid}")
    try:
        process.stdin.write(b"value-that-")
        process.stdin.flush()
        end = time.monotonic() + SECONDS
        while b"polcheck" not in (own / "comm").read_bytes() or not (own / "wchan").exists() or waiting(own) != "S":
            assert time.monotonic() < end
            time.sleep(0.01)
        time.sleep(0.05)
        for name in ("mem", "maps", "smaps", "environ", "auxv", "fd/0", "root", "cwd", "exe", "io", "syscall", "stack"):
            done = as_nobody(elsewhere, "sh", "-c", 'cat "$1" || readlink "$1"', "sh", str(own / name))
            assert done.returncode != 0 and done.stdout == b"", name
        assert b"value-that-" not in (own / "cmdline").read_bytes() + (own / "environ").read_bytes()
        assert re.search(r"^Max core file size +0 ", (own / "limits").read_text(encoding="utf-8"), re.M)
        assert (own / "comm").read_bytes() == b"polcheck\n"
        assert own.joinpath("mem").stat().st_uid == 0 # the kernel's sign of what may not be dumped
        assert process.communicate(b"is-put", timeout=SECONDS)[1] == b""
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()


def waiting(own):
    return (own / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]


SHOW_FILES = "for f in /proc/self/fd/*; do readlink $f; done; true"


@pytest.mark.parametrize("words", [[], ["--as-files"], ["--directory"], ["--pristine"]])
def test_the_command_inherits_no_file_of_ours(policies, words):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        words = [*words, memory] if words == ["--directory"] else words
        run = policies("exec", *words, "--", "sh", "-c", SHOW_FILES)
    assert run.status == 0 and run.err == "", run
    files = run.out.splitlines()
    assert not [file for file in files if str(policies.folder) in file or ".mdb" in file], files
    assert len([file for file in files if "memfd" in file]) == (len(policies.values) if "--as-files" in words else 0)


def test_the_command_of_a_box_inherits_no_file_of_ours(policies, box):
    run = policies.polcheck("secrets", "open", "--key", box[0], box[1], "--", "sh", "-c", SHOW_FILES)
    assert run.status == 0 and run.err == "" and str(policies.folder) not in run.out, run


# The vault's files -------------------------------------------------------------------------------------------

PARTS = ["store", "store/data.mdb", "store/lock.mdb"]


def refused(vault, said):
    """Neither read nor changed: the vault as it is now."""
    for run in (vault("secrets", "list"), vault("secrets", "put", "--function", THUMBS, "CD", input="x")):
        assert run.status == 2 and run.out == "" and "POL1014" in run.err and said in run.err, run


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("more", [0o020, 0o002])
def test_a_store_that_others_may_write_is_refused(vault, part, more):
    vault.put("AB", "x1")
    path = vault.path / part
    path.chmod(path.stat().st_mode | more)
    refused(vault, f'others may write to "{path}"')
    path.chmod(path.stat().st_mode & ~more)
    assert vault.names() == ["AB"]


@as_root
@pytest.mark.parametrize("part", PARTS)
def test_a_store_of_another_user_is_refused(vault, part):
    vault.put("AB", "x1")
    os.chown(vault.path / part, NOBODY, NOBODY)
    refused(vault, f'"{vault.path / part}" belongs to another user')


@pytest.mark.parametrize("part", PARTS)
def test_a_store_behind_a_link_is_refused(vault, part):
    vault.put("AB", "x1")
    (vault.path / part).rename(vault.folder / "moved")
    (vault.path / part).symlink_to(vault.folder / "moved")
    refused(vault, f'"{vault.path / part}" is a link')


# Careless operators ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [
    ["secrets", "list", "--root-key"], ["secrets", "list", "--root-key-credential"], ["secrets", "init", "--root-key"],
])
def test_a_root_key_on_the_command_line_is_not_repeated(vault, words):
    """Who gives the key where its file is named has shown it to every process; not to logs as well."""
    key = vault.secret(vault.key.read_text(encoding="ascii").strip())
    where = vault.path if "list" in words else vault.folder / "another"
    run = vault.polcheck(*words, key, "--vault", where, env={"CREDENTIALS_DIRECTORY": str(vault.folder)})
    assert run.status == 2 and "POL1000" in run.err and "a root key itself" in run.err, run
    assert key not in run.out + run.err
    assert not (vault.folder / key).exists()


def test_a_new_root_key_on_the_command_line_is_not_repeated(vault):
    key = "0123456789ABCDEF" * 4
    run = vault("secrets", "rekey", "--new-root-key", key)
    assert run.status == 2 and "POL1000" in run.err and key not in run.out + run.err, run
    assert not (vault.folder / key).exists()


def test_a_box_key_on_the_command_line_is_not_repeated(policies, box):
    key = box[0].read_text(encoding="ascii").strip()
    run = policies.polcheck("secrets", "open", "--key", key, box[1])
    assert run.status == 2 and "POL1045" in run.err and key not in run.out + run.err, run


def test_a_value_on_the_command_line_of_rm_is_not_repeated(vault):
    vault.put("AB", "x1")
    run = vault("secrets", "rm", "--function", THUMBS, "AB=" + vault.secret("value-by-habit"))
    assert run.status == 2 and "POL0950" in run.err and "value-by-habit" not in run.err, run
    assert vault.names() == ["AB"]


@pytest.mark.parametrize("words", [
    ["keys", "create", "--account", ACCOUNT, "--region", "eu-west-1", "--policy"], ["secrets", "put", "--env-file"],
])
def test_a_secret_in_the_wrong_file_is_not_repeated(vault, words):
    digits = vault.secret(vault.key.read_text(encoding="ascii").strip())
    path = vault.folder / "wrong"
    for text in (digits, f'"{digits}"', "polcheck-box-secret:c2VjcmV0LXZhbHVlLW9mLWEta2V5\n", '{"Version": "s3cr3t-value"}',
                 "s3cr3t-value: AB", '{"Version":"2012-10-17","Statement":{"s3cr3t-value":1}}'):
        path.write_text(text, encoding="ascii")
        run = vault(*words, path)
        assert run.status == 2, run
        assert digits not in run.err, run


HOSTILE = "a\x1b[2J\n\r\x07\x9b2J\u202eb"
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def test_hostile_names_cannot_draw_on_a_terminal(policies):
    """Whatever is named, in messages, lists, the audit log and answers about who may."""
    vault = policies.vault
    runs = [
        policies("exec", "--", HOSTILE), policies("exec", "--principal", HOSTILE, "--", "true"),
        policies("exec", "--context", f"{HOSTILE}={HOSTILE}", "--", "true", function=OTHER),
        policies("exec", "--name", HOSTILE, "--", "true"), policies("exec", "--", "true", function=HOSTILE),
        policies("exec", "--", "true", function=f"{THUMBS}{HOSTILE}"),
        vault("keys", "create", "--account", ACCOUNT, "--region", "eu-west-1", "--alias", "alias/x", "--tag",
              f"{HOSTILE}={HOSTILE}"),
        vault("keys", "disable", HOSTILE), vault("keys", "disable", f"alias/{HOSTILE}"),
        vault("secrets", "put", "--function", THUMBS, "--key", HOSTILE, "CD", input="x"),
        vault("secrets", "rm", "--function", THUMBS, HOSTILE),
        vault("keys", "list"), vault("secrets", "list"), vault("secrets", "audit"),
        policies("who"), policies("who", "--principal", HOSTILE),
    ]
    assert runs[2].status == 1 and "hint" in runs[2].err # which repeats the context
    for run in runs:
        assert not RAW.search(run.out + run.err), run


# Who is let in -----------------------------------------------------------------------------------------------


def test_a_function_with_the_same_role(policies):
    """Its session does not bear the function's name; and what is in the vault is not its own."""
    given = manifest()
    same = function("same")
    given["functions"].append({"arn": same, "role": f"arn:aws:iam::{ACCOUNT}:role/thumbs-role"})
    policies.compile(given)
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/thumbs-role/same"
    for run, code in ((policies("exec", "--", "echo", "started", function=same), "POL1025"),
                      (policies("exec", "--principal", session, "--", "echo", "started"), "POL1041"),
                      (policies("release", "--principal", session), "POL1041")):
        assert run.status in (1, 2) and code in run.err and run.out == "", run
    policies.vault.put("AB", "of-the-same-role", "--key", KEY, function=same)
    run = policies("exec", "--", "echo", "started", function=same) # the key's policy names two others
    assert run.status == 1 and "POL1040" in run.err and run.out == "", run


def test_a_resource_control_policy_denies(policies):
    given = manifest()
    deny = {"Version": "2012-10-17", "Statement": {"Sid": "NoDecrypt", "Effect": "Deny", "Principal": "*",
                                                   "Action": "kms:*", "Resource": "*"}}
    allow = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    given["organization"] = {"levels": [{"id": "r-root", "scp": [allow], "rcp": [deny]}],
                             "accounts": [{"id": ACCOUNT, "parent": "r-root"}]}
    policies.compile(given)
    run = policies("exec", "--", "echo", "started")
    assert run.status == 1 and run.out == "" and "explicit deny in a resource control policy" in run.err, run


@pytest.mark.parametrize("step", [["disable"], ["schedule-deletion", "--days", "7"]])
def test_a_key_that_is_out_of_use(policies, step):
    assert policies.vault("keys", *step, KEY).status == 0
    for verb, words in (("exec", ["--", "echo", "started"]), ("release", [])):
        run = policies(verb, *words)
        assert run.status == 2 and run.out == "" and "POL1033" in run.err, run
    assert policies.vault("secrets", "rotate").status in (0, 2)
    assert policies("release").status == 2


def test_the_store_of_another_account(policies):
    other = json.loads(json.dumps(manifest()).replace(ACCOUNT, "444455556666"))
    policies.compile(other)
    run = policies("exec", "--", "echo", "started")
    assert run.status == 2 and run.out == "" and "POL1042" in run.err, run


# Disks -------------------------------------------------------------------------------------------------------


def test_an_audit_log_that_can_not_grow(policies):
    """Nothing is handed out that the log does not have; when there is room again it is sound."""
    size = (policies.vault.path / "audit.log").stat().st_size
    before = policies.entries()

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, size + 100)) # a part of an entry

    for verb, words in (("exec", ["--", "echo", "started"]), ("release", [])):
        run = policies(verb, *words, preexec_fn=limit)
        assert run.status == 2 and run.out == "" and "POL1050" in run.err, run
    assert policies.entries() == before
    assert policies("release").status == 0
    assert policies.vault("secrets", "audit", "--verify").status == 0


FULL = """
set -e
mount -t tmpfs -o size=2m,mode=700 none "$1/vault"
cp -a "$1/before/." "$1/vault/"
shift
dd if=/dev/zero of="$1" bs=4096 2>/dev/null || :
truncate -s 4095 "$2" # the last line ends where the page does; nothing more has room
shift 2
exec "$@"
"""


@as_root
def test_a_full_disk_below_the_log(policies):
    """A real one, of which the log has used its last page."""
    vault = policies.vault
    log = vault.path / "audit.log"
    while 4096 - log.stat().st_size % 4096 > 400: # an entry more does not fit into the page
        assert policies("release").status == 0
    shutil.copytree(vault.path, vault.folder / "before")
    script = FULL.replace("truncate -s 4095", ": #")
    words = [POLCHECK, *policies.words("exec", "--", "echo", "started")]
    done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", vault.folder, vault.path / "filler", "-", *words],
                          capture_output=True, encoding="utf-8", check=False, timeout=SECONDS)
    if done.stderr.startswith(("unshare:", "mount:")):
        pytest.skip("nothing may be mounted here")
    assert done.returncode == 2 and done.stdout == "", done
    assert "POL1050" in done.stderr and "No space left" in done.stderr, done


@as_root
@pytest.mark.parametrize("part, mode", [("", 0o500), ("audit.log", 0o400), ("audit.head", 0o400),
                                        ("store/data.mdb", 0o400), ("store", 0o500)])
def test_a_vault_that_may_only_be_read(elsewhere, part, mode):
    vault = elsewhere / "vault"
    (vault / part).chmod(mode)
    words = ["./polcheck", "secrets", "put", "--vault", "vault", "--root-key", "root.key", "--function", THUMBS, "AB"]
    run = as_nobody(elsewhere, *words, input=b"x1")
    writes_in_place = part in ("", "store") # whose files are there
    assert (run.returncode == 0) == writes_in_place, run
    assert writes_in_place or b"Permission denied" in run.stderr, run
    run = as_nobody(elsewhere, "./polcheck", "secrets", "audit", "--vault", "vault", "--root-key", "root.key", "--verify")
    assert run.returncode == 0, run


# At the same time --------------------------------------------------------------------------------------------


def test_ten_changes_at_once(vault):
    names = [f"NAME_{number}" for number in range(10)]
    words = [POLCHECK, "secrets", "put", *map(str, ["--vault", vault.path, "--root-key", vault.key]), "--function",
             THUMBS]
    runs = [subprocess.Popen([*words, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for name in names]
    for run in runs:
        run.stdin.write(b"x1")
        run.stdin.close()
    for run in runs:
        assert run.wait(SECONDS) == 0, run.stdout.read()
        run.stdout.close()
    assert vault.names() == names
    assert vault("secrets", "audit", "--verify").status == 0
    assert len(vault.log()) == 1 + len(names)


def test_releases_while_keys_change(policies):
    """Never a wrong value, a crash, or a failure that blames the vault; an old root key is told to be one."""
    vault = policies.vault
    stop = threading.Event()
    keys = [vault.key, vault.folder / "second.key"]
    assert policies.polcheck("secrets", "init", "--vault", vault.folder / "unused", "--root-key", keys[1]).status == 0
    outcomes = []

    def release(key):
        words = [*policies.words("release")]
        words[words.index("--root-key") + 1] = key
        while not stop.is_set():
            outcomes.append(policies.polcheck(*words))

    threads = [threading.Thread(target=release, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 1.5
    changes = 0
    for now, then in itertools.cycle([keys, keys[::-1]]):
        options = ["--vault", vault.path, "--root-key", now]
        runs = [policies.polcheck("secrets", "rotate", *options),
                policies.polcheck("secrets", "rekey", *options, "--new-root-key", then)]
        assert [run.status for run in runs] == [0, 0], runs
        changes += 1
        if time.monotonic() > end and then == keys[0]:
            break
    stop.set()
    for thread in threads:
        thread.join()
    assert changes > 1
    good = [run for run in outcomes if run.status == 0]
    bad = [run for run in outcomes if run.status != 0]
    assert good and bad
    assert all(run.json() == policies.values for run in good)
    assert all(run.status == 2 and run.out == "" and "POL1002" in run.err for run in bad), bad
    assert vault("secrets", "audit", "--verify").status == 0


# Closed and interrupted --------------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(policies, closed):
    """No file of ours gets the number of one, where the command or a message would write into it."""
    vault = policies.vault
    before = vault.names()
    words = [POLCHECK, *map(str, policies.words("exec", "--", "sh", "-c", "echo said; echo told >&2; cat; :"))]
    subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *words], capture_output=True, check=False, timeout=SECONDS,
                   stdin=subprocess.DEVNULL)
    words = [POLCHECK, "secrets", "put", "--vault", vault.path, "--root-key", vault.key, "--function", THUMBS, "AB"]
    done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *words], capture_output=True, check=False,
                          timeout=SECONDS, input=b"x1")
    assert done.returncode in (0, 2)
    assert vault.names() == ([*sorted(["AB", *before])] if "<" not in closed else before)
    assert vault("secrets", "audit", "--verify").status == 0


def test_a_root_key_that_is_replaced_meanwhile(policies):
    """What was looked at is what is read: the file behind the descriptor, not behind the name."""
    vault = policies.vault
    other = vault.folder / "other"
    stop = threading.Event()
    shutil.copy(vault.key, other)
    other.chmod(0o644) # the same key, in a file that is refused
    good = vault.folder / "good"
    shutil.copy(vault.key, good)
    link = vault.folder / "swapped.key"
    os.link(good, link)

    def swap():
        for source in itertools.cycle([other, good]):
            if stop.is_set():
                break
            new = vault.folder / "new"
            os.link(source, new)
            os.rename(new, link)
            new.unlink(missing_ok=True)

    thread = threading.Thread(target=swap)
    thread.start()
    runs = [vault("secrets", "list", root=["--root-key", link]) for _ in range(40)]
    stop.set()
    thread.join()
    assert all(run.status == 0 or "POL1001" in run.err for run in runs), runs


@looks
def test_an_env_file_that_changes_while_it_is_read(policies):
    """It is read twice; what the log says of the first time is what is set the second time, or nothing is set."""
    vault = policies.vault
    file = policies.folder / "secrets.env"
    file.write_text("AB=x1\n", encoding="ascii")
    log = vault.log()
    before = vault.names()
    with open(policies.folder / "told", "wb") as told:
        traced = looking.Traced([POLCHECK, "secrets", "put", *opened(policies), "--function", THUMBS, "--env-file", file],
                                None, None, told.fileno(), policies.folder)
    seeks = 0
    while traced.step() == "call":
        if traced.enters and traced.number() == looking.LSEEK and traced.file() == str(file):
            seeks += 1
            if seeks == 3: # where it begins, the first time, the second time
                file.write_text("NOT_LOGGED=x1\n", encoding="ascii")
    said = (policies.folder / "told").read_text(encoding="utf-8")
    assert seeks == 3 and traced.status == 2 and "POL0002" in said and "changed while" in said, said
    assert vault.names() == before
    assert vault.log() == log


@looks
def test_an_attending_process_has_forgotten(policies):
    """While the command runs with files in a folder, the process that will remove them holds nothing any more."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        process = policies.popen("exec", "--directory", memory, "--", "sh", "-c", "echo ready; read line",
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            assert process.stdout.readline() == "ready\n"
            assert not looking.places(process.pid, [*values_of(policies), *root_key(policies)])
            for child in (pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()):
                assert not looking.places(int(child), [*values_of(policies), *root_key(policies)])
            process.communicate("go\n", timeout=SECONDS)
            assert process.returncode == 0 and not os.listdir(memory)
        finally:
            process.kill()
            process.communicate()


@looks
def test_memory_at_a_prompt(polcheck, tmp_path):
    """The passphrase is gone when the value is asked for; what was typed lies where it belongs."""
    options = ["--vault", "vault", "--passphrase"]
    terminal = Terminal("secrets", "init", *options, cwd=tmp_path)
    terminal.answer("passphrase: ", "open sesame")
    terminal.answer("again: ", "open sesame")
    assert terminal.wait() == 0
    terminal.close()
    terminal = Terminal("secrets", "put", *options, "--function", THUMBS, "AB", cwd=tmp_path)
    terminal.answer("passphrase: ", "open sesame")
    terminal.expect("value of AB: ")
    assert not looking.places(terminal.pid, [b"open sesame"])
    terminal.type("typed-by-hand\n")
    terminal.expect("again: ")
    found = looking.places(terminal.pid, [b"typed-by-hand"])
    assert found and all(mapping.is_kept for _, mapping in found)
    assert not looking.places(terminal.pid, [b"open sesame"])
    terminal.close()
