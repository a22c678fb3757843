# SPDX-License-Identifier: Apache-2.0
"""Runs of `polcheck compile`: how long, how large."""

import os
import shutil
import subprocess
import time

from places import WORK, Problem

POLCHECK = WORK / "polcheck" / "polcheck"


def timed(arguments, core):
    """Runs polcheck on one core: {seconds, cpu, memory (bytes at most)}. Problem: it failed."""
    begin = time.monotonic()
    with open(WORK / "compile.log", "wb") as log:
        process = subprocess.Popen([str(word) for word in [POLCHECK, *arguments]], stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=subprocess.STDOUT,
                                   preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        lines = (WORK / "compile.log").read_text(encoding="utf-8", errors="replace").splitlines() or ["no output"]
        raise Problem(f"polcheck {arguments[0]} failed: {lines[0]} (log: {WORK / 'compile.log'})")
    return {"seconds": time.monotonic() - begin, "cpu": usage.ru_utime + usage.ru_stime,
            "memory": usage.ru_maxrss * 1024}


def compiled(inputs, store, core):
    """Compiles anew; as timed, and `size` of the store in bytes."""
    shutil.rmtree(store, ignore_errors=True)
    took = timed(["compile", "--jobs", "1", *inputs, "-o", store], core)
    return took | {"size": sum(file.stat().st_blocks * 512 for file in store.iterdir())}


def knows_update():
    done = subprocess.run([POLCHECK, "compile", "--help"], capture_output=True, text=True, check=False)
    return "--update" in done.stdout
