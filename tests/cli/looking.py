# SPDX-License-Identifier: Apache-2.0
"""Looks into other processes: what lies where in their memory, and what they are doing, one system call at a time."""

import collections
import ctypes
import os
import pathlib
import re
import signal

PTRACE_TRACEME, PTRACE_PEEKUSER, PTRACE_KILL, PTRACE_SYSCALL, PTRACE_SETOPTIONS = 0, 3, 8, 24, 0x4200
TRACESYSGOOD, TRACEEXEC, EXITKILL = 1, 0x10, 1 << 20
EVENT_EXEC = 4
PIECE = 16 # bytes
LSEEK, EXECVE, FLOCK, FDATASYNC, PRCTL = 8, 59, 73, 75, 157 # on x86_64
ORIG_RAX, RDI = 15 * 8, 14 * 8
KEPT = {"lo", "dd", "dc"} # locked; not in core dumps; not inherited by a fork

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def may_trace():
    """Whether processes may be traced here, and their memory read though they do not want it; only root may."""
    if os.geteuid() != 0 or os.uname().machine != "x86_64":
        return False
    try:
        traced = Traced(["/bin/true"])
        traced.step()
        traced.kill()
    except OSError:
        return False
    return True


class Mapping:
    """A piece of a process's memory."""

    def __init__(self, line):
        found = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+ *(.*)", line)
        self.begin, self.end = int(found[1], 16), int(found[2], 16)
        self.rights, self.name = found[3], found[4]
        self.flags = set()

    @property
    def is_kept(self):
        """Whether it is memory for secrets."""
        return KEPT <= self.flags

    def __repr__(self):
        return f"{self.begin:x}-{self.end:x} {self.rights} {self.name or 'anonymous'} {' '.join(sorted(self.flags))}"


def mappings(pid, flags=True):
    """All mappings of a process; their flags cost the kernel some time."""
    found = []
    table = pathlib.Path(f"/proc/{pid}/{'smaps' if flags else 'maps'}").read_text(encoding="utf-8")
    for line in table.splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            found.append(Mapping(line))
        elif line.startswith("VmFlags:"):
            found[-1].flags = set(line.split()[1:])
    return found


def memory(pid, flags=True):
    """All memory of a process that it may read: (mapping, bytes)."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
        for mapping in mappings(pid, flags):
            # What a file holds can be looked at there: code, and the databases with their gigabytes of map.
            is_file = mapping.name.startswith("/") and "w" not in mapping.rights
            if "r" not in mapping.rights or mapping.name.startswith("[v") or is_file:
                continue
            try:
                file.seek(mapping.begin)
                yield mapping, file.read(mapping.end - mapping.begin)
            except OSError: # behind the end of a file
                continue


def places(pid, needles):
    """Where the bytes lie: (needle, mapping)."""
    found = [(needle, mapping) for mapping, content in memory(pid, False) for needle in needles if needle in content]
    by_place = {mapping.begin: mapping for mapping in mappings(pid)} if found else {}
    return [(needle, by_place[mapping.begin]) for needle, mapping in found]


def pieces(pid):
    """Pieces of memory that look random, as keys do: those in memory for secrets, and those elsewhere. Without the
    canary that libsodium puts in front of each of its own, and has a copy of."""
    inside, outside = collections.Counter(), set()
    for mapping, content in memory(pid):
        found = {content[at:at + PIECE] for at in range(0, len(content), 8)}
        if mapping.is_kept:
            inside.update(found)
        else:
            outside |= found
    return {piece for piece, count in inside.items() if count < 3 and len(set(piece)) > PIECE * 2 // 3}, outside


class Traced:
    """A process that stops at the begin and the end of each system call."""

    def __init__(self, command, stdin=None, stdout=None, stderr=None, cwd=None):
        self.enters = True # at the begin of a call, and not at its end; the first is the end of an execve
        self.status = None
        command = list(map(str, command))
        self.pid = os.fork()
        if self.pid == 0:
            try:
                for number, file in enumerate((stdin, stdout, stderr)):
                    other = os.open(os.devnull, os.O_RDWR) if file is None else file
                    os.dup2(other, number)
                if cwd:
                    os.chdir(cwd)
                libc.ptrace(PTRACE_TRACEME, 0, None, None)
                os.execve(command[0], command, {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
            finally:
                os._exit(127)
        pid, status = os.waitpid(self.pid, 0)
        if not os.WIFSTOPPED(status):
            raise OSError("nothing may be traced here")
        libc.ptrace(PTRACE_SETOPTIONS, self.pid, None, TRACESYSGOOD | TRACEEXEC | EXITKILL)

    def step(self):
        """To the next stop: "call", "exec" (just after an execve), or "end"."""
        deliver = 0
        while True:
            libc.ptrace(PTRACE_SYSCALL, self.pid, None, deliver)
            _, status = os.waitpid(self.pid, 0)
            if not os.WIFSTOPPED(status):
                self.status = os.waitstatus_to_exitcode(status)
                return "end"
            number = os.WSTOPSIG(status)
            if status >> 16 == EVENT_EXEC:
                self.enters = True
                return "exec"
            if number == signal.SIGTRAP | 0x80:
                self.enters = not self.enters
                return "call"
            deliver = 0 if number == signal.SIGTRAP else number

    def number(self):
        """Of the system call."""
        return libc.ptrace(PTRACE_PEEKUSER, self.pid, ORIG_RAX, None)

    def file(self):
        """Of the descriptor that is the call's first argument."""
        number = libc.ptrace(PTRACE_PEEKUSER, self.pid, RDI, None)
        return os.readlink(f"/proc/{self.pid}/fd/{number}")

    def kill(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.status = -signal.SIGKILL
