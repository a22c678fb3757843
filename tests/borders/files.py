#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What holds for every file of the project; prints TAP, one test a rule.

- each source file carries its licence line near its top;
- no text names a folder of the machine on which it was written;
- text files are UTF-8, end with a newline, and have no tabs for indentation and no blanks at line ends.
"""

import os
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
LICENCE = "SPDX-License-Identifier: Apache-2.0"
LICENCE_LINES = 3

# Kinds of files by the end of their name; a file without a dot that starts with #! is source as well.
SOURCE = (".c", ".h", ".def", ".py", ".sh", ".build", ".js")
TEXT = SOURCE + (".md", ".txt", ".yml", ".clang-format", ".clang-tidy", ".gitignore")
MACHINE_FOLDER = re.compile(r"(?<![\w.:*}-])/(?:work|root|home/\w+|Users/\w+)(?:/|\b)")


def files():
    """Every file but those of builds, of version control, and of caches."""
    for folder, folders, names in os.walk(TOP):
        folders[:] = sorted(name for name in folders if not skipped(pathlib.Path(folder), name))
        for name in sorted(names):
            yield pathlib.Path(folder) / name


def skipped(folder, name):
    return (folder == TOP and name.startswith("build")) or name in (".git", "__pycache__", ".pytest_cache")


def kind_is(path, ends):
    if path.name.endswith(ends):
        return True
    if "." in path.name:
        return False
    with open(path, "rb") as opened:
        return opened.read(2) == b"#!"


def licence(path, text):
    if LICENCE not in "\n".join(text.splitlines()[:LICENCE_LINES]):
        return [f"{path}:1: no line '{LICENCE}'"]
    return []


def machine_folders(path, text):
    return [f"{path}:{number}: names a folder of a machine"
            for number, line in enumerate(text.splitlines(), 1) if MACHINE_FOLDER.search(line)]


def layout(path, text):
    found = [] if not text or text.endswith("\n") else [f"{path}: no newline at the end"]
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("\t"):
            found.append(f"{path}:{number}: a tab")
        if line != line.rstrip():
            found.append(f"{path}:{number}: blanks at the end of the line")
    return found


RULES = [
    ("every source file carries its licence line", SOURCE, licence),
    ("no file names a folder of a machine", TEXT, machine_folders),
    ("text is laid out cleanly", TEXT, layout),
]


def main():
    paths = list(files())
    print(f"1..{len(RULES)}")
    bad = 0
    for number, (name, ends, rule) in enumerate(RULES, 1):
        chosen = [path for path in paths if kind_is(path, ends)]
        found = [] if chosen else ["no file was looked at"]
        for path in chosen:
            found += rule(path.relative_to(TOP), path.read_text(encoding="utf-8"))
        bad += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {name} ({len(chosen)} files)")
        for line in found:
            print("# " + line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
