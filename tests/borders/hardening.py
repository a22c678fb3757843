#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What meson.build asks for against mistakes of memory, looked for in what was built; prints TAP, one test a property.

  hardening.py BUILD

Looked at are the command, libpolcheck.so, the module for nginx where it is built, each object of libpolcheck.a, and,
for what leaves no trace in them, the line by which each file of src/ was compiled.
"""

import json
import pathlib
import platform
import re
import shlex
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
X86 = platform.machine() in ("x86_64", "i686")
ARCHIVE = "src/api/libpolcheck.a"
LINKED = ("polcheck", "src/api/libpolcheck.so")
OPTIONAL = ("src/nginx/ngx_http_polcheck_module.so",)


def readelf(path, *options):
    return subprocess.run(["readelf", "--wide", *options, str(path)], check=True, capture_output=True, text=True,
                          env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


class Elf:
    """A linked file, as readelf tells of it."""

    def __init__(self, path):
        self.is_program = path.suffix != ".so"
        header = readelf(path, "--file-header", "--program-headers")
        self.type = re.search(r"^\s*Type:\s+(\w+)", header, re.M).group(1)
        # Type, offset, two addresses, two sizes, flags, alignment.
        self.segments = [(row[0], int(row[1], 16), row[2].replace(" ", "")) for row in re.findall(
            r"^\s+([A-Z_]+)\s+(0x\w+)(?:\s+0x\w+){4}\s+([RWE ]+?)\s+0x\w+$", header, re.M)]
        self.dynamic = readelf(path, "--dynamic")
        names = re.findall(r"\bUND\s+(\w+)", readelf(path, "--dyn-syms"))
        self.imports = set(names)
        self.checked = {name for name in names if re.fullmatch(r"__(?!stack_)\w+_chk", name)}

    def flags(self, kind):
        return [flags for found, _, flags in self.segments if found == kind]


# Properties of linked files: what is wrong, or None.

def position_independent(elf):
    if elf.type != "DYN":
        return f"is of type {elf.type}: its addresses are fixed"
    if elf.is_program and not re.search(r"\(FLAGS_1\).*\bPIE\b", elf.dynamic):
        return "is a program without the flag PIE"
    return "has relocations in its code" if "TEXTREL" in elf.dynamic else None


def full_relro(elf):
    if len(elf.flags("GNU_RELRO")) != 1:
        return "has no RELRO segment"
    now = re.search(r"\(FLAGS\).*\bBIND_NOW\b|\(FLAGS_1\).*\bNOW\b|\(BIND_NOW\)", elf.dynamic)
    return None if now else "binds lazily, so that its table of functions stays writable"


def no_executable_stack(elf):
    flags = elf.flags("GNU_STACK")
    if len(flags) != 1:
        return "does not say how its stack is to be"
    return "has an executable stack" if "E" in flags[0] else None


def code_apart(elf):
    loads = [(offset, flags) for kind, offset, flags in elf.segments if kind == "LOAD"]
    if not any("E" in flags for _, flags in loads):
        return "has no code that could be looked at"
    if any("E" in flags and "W" in flags for _, flags in loads):
        return "has memory that is writable and executable"
    mixed = any("E" in flags and offset == 0 for offset, flags in loads)
    return "has headers and data among its code" if mixed else None


def stack_protected(elf):
    return None if "__stack_chk_fail" in elf.imports else "never looks at a canary"


def fortified(elf):
    return None if elf.checked else "calls no checked function of the C library"


# Of the objects of the archive, which somebody else links.

def objects(build):
    """The name of each, with what readelf says of its sections and notes."""
    parts = re.split(r"^File: .*\((.+)\)$", readelf(build / ARCHIVE, "--sections", "--notes"), flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def stack_wanted(said):
    line = re.search(r"\.note\.GNU-stack\s+\w+(?:\s+[0-9a-f]+){5}(.*)$", said, re.M)
    if line is None:
        return "does not say how its stack is to be, which makes it executable"
    return "wants an executable stack" if "X" in line.group(1) else None


def control_flow(said):
    marked = re.search(r"x86 feature:.*\bIBT\b.*\bSHSTK\b", said)
    return None if marked else "has code without marks for jumps and returns"


# Of the lines by which sources were compiled.

def compiled(build):
    """The name of each file of src/, with the words of its line."""
    found = {}
    for row in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = (pathlib.Path(row["directory"]) / row["file"]).resolve()
        if path.is_relative_to(TOP / "src") and path.suffix == ".c":
            found.setdefault(f"{path.relative_to(TOP)} ({row['output']})", shlex.split(row["command"]))
    return sorted(found.items())


def asked_for(option, pattern):
    """A property: the last word that is about the option is as wanted."""
    def wrong(words):
        about = [word for word in words if re.match(option, word)]
        if not about:
            return f"is compiled without {pattern}"
        return None if re.fullmatch(pattern, about[-1]) else f"is compiled with {about[-1]}"
    return wrong


def fortify_skipped(build):
    """Why no _FORTIFY_SOURCE is wanted here, or None."""
    options = {row["name"]: row["value"]
               for row in json.loads((build / "meson-info/intro-buildoptions.json").read_text(encoding="utf-8"))}
    if options["b_sanitize"] != "none":
        return f"built with the sanitizer {options['b_sanitize']}"
    return f"optimization={options['optimization']}" if options["optimization"] in ("0", "plain") else None


def fortify_level(lines):
    """The highest level that the compiler of these lines has with its C library, which warns of one that it does not reach."""
    _, words = lines[0]
    compiler = words[:[word.startswith("-") for word in words].index(True)]  # ccache, too
    source = "#include <stdio.h>\nint main(void) { return 0; }\n"
    done = subprocess.run([*compiler, "-O2", "-Werror", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3", "-xc", "-fsyntax-only", "-"],
                          input=source, text=True, check=False, capture_output=True)
    return 3 if done.returncode == 0 else 2


def properties(build):
    """Each property with what is looked at, the function that finds fault, and why it is skipped."""
    present = [name for name in (*LINKED, *OPTIONAL) if name in LINKED or (build / name).exists()]
    linked = [(name, Elf(build / name)) for name in present]
    ours = [pair for pair in linked if pair[0] in LINKED] # the module for nginx calls next to nothing of the C library
    archive, lines = objects(build), compiled(build)
    unsanitized = fortify_skipped(build)
    level = fortify_level(lines)
    elsewhere = None if X86 else f"not on {platform.machine()}"
    return [
        ("position-independent, no relocations in code", linked, position_independent, None),
        ("full RELRO: bound at the start, then read-only", linked, full_relro, None),
        ("no executable stack", linked, no_executable_stack, None),
        ("code apart from data, none of it writable", linked, code_apart, None),
        ("canaries on the stack", linked, stack_protected, None),
        ("checked functions of the C library", ours, fortified, unsanitized),
        ("objects of the archive want no executable stack", archive, stack_wanted, None),
        ("objects of the archive are marked for jumps and returns", archive, control_flow, elsewhere),
        ("-fstack-protector-strong", lines, asked_for(r"-f(no-)?stack-protector", "-fstack-protector-strong"), None),
        ("-fstack-clash-protection", lines, asked_for(r"-f(no-)?stack-clash", "-fstack-clash-protection"), None),
        ("-fcf-protection=full", lines, asked_for(r"-fcf-protection", "-fcf-protection=full"), elsewhere),
        (f"_FORTIFY_SOURCE, {level}", lines, asked_for(r"-[DU]_FORTIFY_SOURCE", f"-D_FORTIFY_SOURCE={level}"), unsanitized),
    ]


def main(build):
    rows = properties(pathlib.Path(build))
    print(f"1..{len(rows)}")
    bad = 0
    for number, (name, looked_at, fault_of, skipped) in enumerate(rows, 1):
        if skipped:
            print(f"ok {number} - {name} # SKIP {skipped}")
            continue
        found = [] if looked_at else ["nothing was looked at"]
        found += [f"{subject} {fault}" for subject, what in looked_at if (fault := fault_of(what))]
        bad += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {name} ({len(looked_at)} looked at)")
        for line in found:
            print("# " + line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
