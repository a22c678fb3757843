#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How src/ may open files and make descriptors; prints TAP, one test a rule.

A descriptor without O_CLOEXEC goes to whatever program is started next, also by another thread of a server between the
call and a later fcntl. A file that is made at a name where somebody has put a link is made where the link leads to.
"""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]

# What makes descriptors, and the flag that each call has to have.
FLAGS = {"open": "O_CLOEXEC", "openat": "O_CLOEXEC", "pipe2": "O_CLOEXEC", "dup3": "O_CLOEXEC",
         "memfd_create": "MFD_CLOEXEC", "inotify_init1": "IN_CLOEXEC", "epoll_create1": "EPOLL_CLOEXEC",
         "eventfd": "EFD_CLOEXEC", "timerfd_create": "TFD_CLOEXEC", "signalfd": "SFD_CLOEXEC",
         "socket": "SOCK_CLOEXEC", "socketpair": "SOCK_CLOEXEC", "accept4": "SOCK_CLOEXEC", "mkostemp": "O_CLOEXEC"}
# What cannot be given one, or leaves the choice of a name or of a shell to others.
NEVER = ("fopen", "freopen", "creat", "pipe", "dup", "dup2", "inotify_init", "epoll_create", "mkstemp", "mktemp",
         "tmpnam", "tempnam", "tmpfile", "popen", "system", "F_DUPFD")

# Calls that break a rule, by file and by a piece of the call, and why they may.
CLOEXEC_BY_ITS_CALLER = {
    ("src/secrets/audit_files.c", "openat(folder, name, flags, MODE)"): "flags_of puts O_CLOEXEC into all of them",
    ("src/trust/file.c", "open(file->name, file->kind->links"): "`flags` has it",
}
NEVER_BUT = {
    ("src/cli/graphviz.c", "dup2(pipes->"): "the three that a child is to have, between fork and exec",
    ("src/cli/descriptor.c", "dup2(nothing, fd)"): "/dev/null in the place of standard input, which commands have",
    ("src/cli/secret_files.c", "F_DUPFD, FIRST_NUMBER"): "a file of secrets that the command is to have",
}
MADE_BUT = {
    ("src/api/log_file.c", "open(path, how"): "a log may be a link, as those of other servers (/dev/stdout is one)",
    ("src/secrets/audit_files.c", "openat(folder, name, flags, MODE)"): "flags_of puts O_NOFOLLOW into all of them",
}


def sources():
    """Each C file of src/ with its text, without comments and texts in quotes."""
    noise = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
    for path in sorted((TOP / "src").rglob("*.[ch]")):
        yield str(path.relative_to(TOP)), noise.sub('""', path.read_text(encoding="utf-8"))


def calls(text, name):
    """Each call of the function, with its arguments: not what is a member, or a part of another name."""
    for match in re.finditer(rf"(?<![\w.>]){name}\(", text):
        end, depth = match.end(), 1
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text.count("\n", 0, match.start()) + 1, " ".join(text[match.start():end].split())


class Rule:
    """A rule, the exceptions to it, and what was found."""

    def __init__(self, name, exceptions):
        self.name = name
        self.exceptions = exceptions
        self.used = set()
        self.seen = 0
        self.found = []

    def look(self, path, line, call, well):
        self.seen += 1
        if well:
            return
        for where, piece in self.exceptions:
            if path == where and piece in call:
                self.used.add((where, piece))
                return
        self.found.append(f"{path}:{line}: {call}")

    def all_found(self):
        unused = [f"{path}: nothing is excepted by: {piece}" for path, piece in set(self.exceptions) - self.used]
        return self.found + unused + ([] if self.seen else ["nothing was looked at"])


def check():
    closed = Rule("every descriptor is closed by execve from the start", CLOEXEC_BY_ITS_CALLER)
    never = Rule("no function that cannot do so, none that takes a name or a shell on trust", NEVER_BUT)
    made = Rule("a file is made anew (O_EXCL), or not behind a link (O_NOFOLLOW)", MADE_BUT)
    for path, text in sources():
        for name, flag in FLAGS.items():
            for line, call in calls(text, name):
                closed.look(path, line, call, flag in call)
                if name in ("open", "openat"):
                    makes = call.count(",") >= {"open": 2, "openat": 3}[name] # it gives a mode
                    made.look(path, line, call, not makes or "O_EXCL" in call or "O_NOFOLLOW" in call)
        for name in NEVER:
            found = calls(text, name) if name != "F_DUPFD" else (
                each for each in calls(text, "fcntl") if re.search(r"\bF_DUPFD\b", each[1]))
            for line, call in found:
                never.look(path, line, call, False)
    return closed, never, made


def main():
    rules = check()
    print(f"1..{len(rules)}")
    bad = 0
    for number, rule in enumerate(rules, 1):
        found = rule.all_found()
        bad += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {rule.name} ({rule.seen} calls)")
        for line in found:
            print("# " + line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
