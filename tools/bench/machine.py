# SPDX-License-Identifier: Apache-2.0
"""On what, from what and when something was measured."""

import datetime
import os
import pathlib
import platform
import re

from places import TOP, Problem, run


def found(pattern, path, otherwise):
    try:
        match = re.search(pattern, pathlib.Path(path).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return otherwise
    return match[1].strip().strip('"') if match else otherwise


def first_line(command):
    try:
        return run(command).splitlines()[0].strip()
    except (Problem, IndexError):
        return "none"


def describe():
    """The machine and the tools."""
    memory = int(found(r"^MemTotal:\s+(\d+)", "/proc/meminfo", "0")) // 1024 // 1024
    return {
        "processor": f"{found(r'^model name.*: (.*)$', '/proc/cpuinfo', platform.machine())}, "
                     f"{os.cpu_count()} cores, {memory} GiB",
        "system": f"{found(r'^PRETTY_NAME=(.*)$', '/etc/os-release', platform.system())}, "
                  f"Linux {platform.release()}, {' '.join(platform.libc_ver())}",
        "compiler": first_line(["cc", "--version"]),
        "others": "; ".join([first_line(["rustc", "--version"]), first_line(["go", "version"]),
                             "node " + first_line(["node", "--version"])]),
    }


def commit():
    """The last commit that touched what is measured, or measures; with "-dirty" where that was changed since."""
    paths = ["--", "src", "tools/bench", "meson.build"]
    changed = first_line(["git", "-C", TOP, "status", "--porcelain", *paths])
    last = first_line(["git", "-C", TOP, "log", "-1", "--format=%h", "--abbrev=12", *paths])
    return last + ("" if changed == "none" else "-dirty")


def stamp(seed):
    """When, and from which state of the project."""
    return {"date": datetime.date.today().isoformat(), "commit": commit(), "seed": seed, "machine": describe()}
