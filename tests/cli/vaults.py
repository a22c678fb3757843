# SPDX-License-Identifier: Apache-2.0
"""What the tests of vaults share: a vault to run verbs on, and a terminal to type on."""

import os
import pathlib
import pty
import select
import signal
import subprocess
import termios
import time

ACCOUNT = "111122223333"
PROGRAM = pathlib.Path(os.environ["POLCHECK"]).read_bytes() if "POLCHECK" in os.environ else b""
INSTRUMENTED = any(mark in PROGRAM for mark in (b"__asan_init", b"__gcov_")) # sanitizers, counted lines: slower
SECONDS = 300 if INSTRUMENTED else 60 # for one run of the command


def processor_seconds():
    """What the programs that ended took of the processor: others may have it meanwhile, and do not count."""
    now = os.times()
    return now.children_user + now.children_system


def function(name, region="eu-west-1"):
    """The ARN of a function."""
    return f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"


THUMBS = function("thumbs")
KEY_POLICY = """{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "kms:*", "Resource": "*"
  }]
}
"""


class Vault:
    """A vault with its root key: vault("secrets", "put", ..., input=...) runs a verb on it.

    `values` are secrets that no run may show; the fixture looks for them in what all runs wrote.
    """

    def __init__(self, polcheck, folder):
        self.polcheck = polcheck
        self.folder = folder
        self.path = folder / "vault"
        self.key = folder / "root.key"
        self.values = []
        self.said = []
        self.root = ["--root-key", self.key]

    def __call__(self, group, verb, *words, root=None, **how):
        run = self.polcheck(group, verb, "--vault", self.path, *(self.root if root is None else root), *words, **how)
        self.said.append(run.out + run.err)
        return run

    def secret(self, value):
        """Notes a value that is not to be shown."""
        self.values.append(value)
        return value

    def put(self, name, value, *words, function=THUMBS):
        """Sets a variable, which works."""
        run = self("secrets", "put", "--function", function, *words, name, input=self.secret(value))
        assert run.status == 0, run
        return run

    def environments(self):
        """What `secrets list --json` says, by function."""
        run = self("secrets", "list", "--json")
        assert run.status == 0, run
        return {row["function"]: row for row in run.lines()}

    def names(self, function=THUMBS):
        """The names of a function's variables."""
        row = self.environments().get(function)
        return [variable["name"] for variable in row["variables"]] if row else []

    def keys(self):
        """What `keys list --json` says, by ARN."""
        run = self("keys", "list", "--json")
        assert run.status == 0, run
        return {row["arn"]: row for row in run.lines()}

    def log(self):
        """The lines of the audit log, with their ends."""
        return (self.path / "audit.log").read_bytes().splitlines(keepends=True)


class Terminal:
    """The command on a terminal of its own, whose other end types and reads."""

    def __init__(self, *arguments, cwd=None, program=None):
        self.seen = b""
        program = program or os.environ["POLCHECK"]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                for number in (signal.SIGINT, signal.SIGQUIT): # a shell ignores them for what it runs behind it
                    signal.signal(number, signal.SIG_DFL)
                if cwd:
                    os.chdir(cwd)
                os.execv(program, [program, *map(str, arguments)])
            finally:
                os._exit(127)

    def modes(self):
        """The local modes of the terminal."""
        return termios.tcgetattr(self.fd)[3]

    def echoes(self):
        return bool(self.modes() & termios.ECHO)

    def read(self, seconds):
        """Reads once; False when nothing more comes."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            got = os.read(self.fd, 4096)
        except OSError: # the other end is closed
            return False
        self.seen += got
        return bool(got)

    def expect(self, text):
        """Waits until the text was written, behind what was waited for before."""
        end = time.monotonic() + SECONDS
        while text.encode() not in self.seen:
            assert time.monotonic() < end and self.read(0.1), self.seen
        self.seen = self.seen.split(text.encode(), 1)[1]

    def type(self, text):
        os.write(self.fd, text.encode())

    def answer(self, question, text):
        """Types a line when the question is asked, unseen."""
        self.expect(question)
        assert not self.echoes()
        self.type(text + "\n")

    def wait(self):
        """The exit status, or minus the signal; all that was still written is in `seen`."""
        end = time.monotonic() + SECONDS
        pid = 0
        while not pid:
            assert time.monotonic() < end, self.seen
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        while select.select([self.fd], [], [], 0)[0] and self.read(0):
            pass
        self.pid = None
        return os.waitstatus_to_exitcode(status)

    def close(self):
        """Ends the command if it has not ended."""
        os.close(self.fd)
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def with_descriptor(number, path, *arguments):
    """Runs the command with a file open at the number."""
    script = f'exec "$@" {number}<"$FILE"'
    return subprocess.run(["sh", "-c", script, "sh", os.environ["POLCHECK"], *map(str, arguments)],
                          env={**os.environ, "FILE": str(path)}, capture_output=True, encoding="utf-8", check=False,
                          timeout=SECONDS, stdin=subprocess.DEVNULL)
