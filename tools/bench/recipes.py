# SPDX-License-Identifier: Apache-2.0
"""How each worker is built. A recipe returns the command that starts it, without the workload's folder, or
raises Problem with the reason why it cannot be had here. Whatever is built lies below build/bench."""

import shutil

from places import HERE, TOP, WORK, Problem, run, say

MINUTES = 60
PEERS = WORK / "peers"


def need(program, hint):
    if shutil.which(program) is None:
        raise Problem(f"{program} is not installed ({hint})")


def polcheck():
    """The release build: the project's own default options, without its tests."""
    folder = WORK / "polcheck"
    if not (folder / "build.ninja").exists():
        run(["meson", "setup", folder, "-Dbench=true", "-Dtests=false"], cwd=TOP, log=WORK / "polcheck.log")
    run(["ninja", "-C", folder], log=WORK / "polcheck.log")
    return [folder / "tools/bench/worker/polcheck-bench-worker"]


def polcheck_prepared():
    return [*polcheck(), "--prepared"]


def polcheck_reasons():
    return [*polcheck(), "--reasons"]


def naive():
    binary = WORK / "naive"
    run(["cc", "-O2", "-o", binary, HERE / "naive" / "naive.c"], log=WORK / "naive.log")
    return [binary]


def sources(name):
    """Copies a peer and what peers share to the work folder; packages and builds of before stay there."""
    for folder in ("goworker", "nodeworker", name):
        shutil.copytree(HERE / "peers" / folder, PEERS / folder, dirs_exist_ok=True)
    return PEERS / name


def go(name):
    need("go", "the Go toolchain")
    folder = sources(name)
    binary = WORK / f"{name}-worker"
    run(["go", "build", "-o", binary, "."], cwd=folder, log=WORK / f"{name}.log", timeout=20 * MINUTES)
    return [binary]


def node(name):
    need("node", "the Debian package nodejs")
    need("npm", "the Debian package npm")
    folder = sources(name)
    if not (folder / "node_modules" / ".package-lock.json").exists():
        run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder,
            log=WORK / f"{name}.log", timeout=10 * MINUTES)
    return ["node", folder / "main.js"]


def cedar():
    need("cargo", "the Rust toolchain")
    folder = sources("cedar")
    say("cedar: building; the first time this takes some minutes")
    run(["cargo", "build", "--release", "--locked", "--target-dir", WORK / "cedar"], cwd=folder,
        log=WORK / "cedar.log", timeout=30 * MINUTES)
    return [WORK / "cedar" / "release" / "cedar-worker"]
