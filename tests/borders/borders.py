#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The borders between the modules of src/, checked in three ways; prints TAP, a line a module.

  probes    an include that points up or sideways does not compile, with the flags that the build
            gives the module; and one that points down to a declared dependency does
  includes  what is written in the sources: no "..", no header of a module that is not below, and
            each library of others in one module only
  headers   every header compiles alone, with the flags of its module

The rows are those of src/README.md, lowest first: a module includes from lower rows only.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]

ROWS = [
    ["base"],
    ["json", "value", "match", "crypto"],
    ["policy", "ops", "catalog"],
    ["image"],
    ["compile", "eval", "store"],
    ["account", "secrets", "explain", "suite", "trust"],
    ["api", "lint", "lambda", "reach"],
    ["cli", "nginx"],
]

# Lower, and forbidden all the same: eval is a pure function of bytes.
NEVER = {"eval": {"json", "policy"}}

# The library of others that each header belongs to, and the one module that may include it.
OWNERS = {"jsmn.h": "json", "pcre2.h": "match", "sodium.h": "crypto", "lmdb.h": "store"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
KEPT_WITH_VALUE = ("-I", "-isystem", "-iquote", "-D", "-U", "-include")


def modules():
    return [module for row in ROWS for module in row]


def may_include(module, other):
    """True if `module` may use headers of `other`."""
    row = {name: height for height, names in enumerate(ROWS) for name in names}
    return other == module or (row[other] < row[module] and other not in NEVER.get(module, ()))


def public_headers(module):
    """The headers of a module as others write them: "<module>/x.h"."""
    root = TOP / "src" / module / "include"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.h"))


class Compiler:
    """How the build compiles a module: its compiler, folder and the flags that matter to includes."""

    def __init__(self, row):
        words = row.get("arguments") or shlex.split(row["command"])
        if pathlib.Path(words[0]).name == "ccache":  # in front of the compiler, where it is installed
            words = words[1:]
        self.directory = row["directory"]
        self.command = [words[0]]
        words = iter(words[1:])
        for word in words:
            if word in KEPT_WITH_VALUE:
                self.command += [word, next(words)]
            elif word.startswith(KEPT_WITH_VALUE) or word.startswith("-std="):
                self.command.append(word)

    def include_folders(self):
        folders = (word[2:] for word in self.command if word.startswith("-I"))
        return {os.path.normpath(os.path.join(self.directory, folder)) for folder in folders}

    def errors(self, source):
        """Compiles a text, writes nothing, returns what the compiler said, or "" if it was content."""
        command = self.command + ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-x", "c", "-"]
        done = subprocess.run(command, cwd=self.directory, input=source, capture_output=True, text=True,
                              check=False)
        return done.stderr if done.returncode else ""


def compilers(build):
    """Maps each module that the build knows to its compiler; of several, the one that may include most. Tests that
    compile sources of a module themselves do not count."""
    path = pathlib.Path(build) / "compile_commands.json"
    found = {}
    for row in json.loads(path.read_text(encoding="utf-8")):
        source = pathlib.Path(os.path.normpath(os.path.join(row["directory"], row["file"])))
        for module in modules():
            if (TOP / "src" / module) in source.parents and not row["output"].startswith("tests/"):
                compiler = Compiler(row)
                if module not in found or len(compiler.include_folders()) > len(found[module].include_folders()):
                    found[module] = compiler
    return found


def probe_source(header):
    return f'#include "{header}"\n\nint pc_probe(void);\n\nint pc_probe(void)\n{{\n    return 0;\n}}\n'


def probe_fails(compiler, module, other):
    """Tests that `module` cannot include from `other`, for want of the file and nothing else."""
    header = public_headers(other)[0]
    said = compiler.errors(probe_source(header))
    name = f"{module} cannot include {header}"
    if not said:
        return name, "it compiles: a dependency is declared that src/README.md forbids"
    missing = header in said and ("No such file" in said or "file not found" in said)
    return name, "" if missing else "fails for another reason:\n" + said


def probe_compiles(compiler, module, other):
    header = public_headers(other)[0]
    return f"{module} can include {header}", compiler.errors(probe_source(header))


def probes(build):
    jobs = []
    for module, compiler in compilers(build).items():
        for other in modules():
            if not public_headers(other):
                continue
            declared = str(TOP / "src" / other / "include") in compiler.include_folders()
            if not may_include(module, other):
                jobs.append((probe_fails, module, compiler, module, other))
            elif declared:
                jobs.append((probe_compiles, module, compiler, module, other))
    return jobs


def headers(build):
    jobs = []
    for module, compiler in compilers(build).items():
        root = TOP / "src" / module
        private = sorted(path.name for path in root.glob("*.h"))
        jobs += [(header_alone, module, compiler, name) for name in public_headers(module) + private]
    return jobs


def header_alone(compiler, header):
    # Twice: the second time its guard must hold.
    return f"{header} compiles alone", compiler.errors(f'#include "{header}"\n' * 2 + probe_source(header))


def includes(_build):
    jobs = []
    for module in modules():
        root = TOP / "src" / module
        for path in sorted([*root.rglob("*.c"), *root.rglob("*.h"), *root.rglob("*.def")]):
            jobs.append((includes_of_file, module, module, path))
    return jobs


def includes_of_file(module, path):
    text = path.read_text(encoding="utf-8")
    wrong = []
    for quote, name in INCLUDE.findall(text):
        first = name.split("/")[0]
        if ".." in name.split("/"):
            wrong.append(f"{name}: leaves its folder")
        elif quote == '"' and "/" in name and first in modules() and not may_include(module, first):
            wrong.append(f"{name}: {first} is not below {module}")
        elif OWNERS.get(name, module) != module:
            wrong.append(f"{name}: only {OWNERS[name]} includes it")
    return f"includes of {path.relative_to(TOP)}", "\n".join(wrong)


def run(jobs, verbose):
    """Runs the jobs; one TAP line a module, below it what is wrong; verbose, also what is well."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda job: (job[1], *job[0](*job[2:])), jobs))
    names = list(dict.fromkeys(module for module, _, _ in results))
    print(f"1..{len(names)}")
    all_well = bool(results)
    for number, module in enumerate(names, 1):
        mine = [(name, problem) for owner, name, problem in results if owner == module]
        well = not any(problem for _, problem in mine)
        all_well = all_well and well
        print(f"{'ok' if well else 'not ok'} {number} - {module} ({len(mine)} checks)")
        for name, problem in mine:
            if problem or verbose:
                print(f"# {'WRONG' if problem else 'right'}: {name}")
            for line in problem.rstrip().splitlines():
                print("#   " + line)
    if not results:
        print("# nothing to check: is the build folder configured?")
    return 0 if all_well else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verbose", action="store_true", help="name also what is as it should be")
    parser.add_argument("check", choices=["probes", "includes", "headers"])
    parser.add_argument("build", help="a configured build folder")
    arguments = parser.parse_args()
    check = {"probes": probes, "includes": includes, "headers": headers}[arguments.check]
    return run(check(arguments.build), arguments.verbose)


if __name__ == "__main__":
    sys.exit(main())
