#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles, changes vaults and serves where there is no room: on a file system that is full at many sizes, under
a limit of file sizes, in folders that may not be written to or vanish, and with few addresses while a store grows.

A change is made or is not, and the next one works when there is room. Real disks are small file systems in memory, for
which a namespace of mounts is needed; without one the rest is tried, and that is said. Prints TAP.
"""

import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys

import campaign
from servers import Answers, Server

ROLES = 40
MANY = 3000  # roles of a store that grows
VAULT = ("--vault", "vault", "--root-key", "root.key")
FUNCTION = f"arn:aws:lambda:eu-west-1:{campaign.ACCOUNT}:function:thumbs"
NOBODY = 65534
INSIDE = "POLCHECK_FAULTS_INSIDE"  # a variable that is set in a namespace of its own


class Room:
    """A place whose room is rationed, and what is tried there."""

    def __init__(self, options, folder, tally):
        self.place = campaign.Place(options.polcheck, folder)
        self.folder = folder / "room"
        self.tally = tally
        campaign.write_manifest(folder / "0.json", 0, ROLES)
        campaign.write_manifest(folder / "1.json", 1, ROLES)
        campaign.write_manifest(folder / "2.json", 2, ROLES)

    def compile(self, number, **how):
        return self.place.run("compile", f"../{number}.json", "-o", "store", "-j", "1", cwd=self.folder, **how)

    def state(self):
        """The round of the store, None when there is none; a text: what is wrong."""
        if not (self.folder / "store" / "data.mdb").exists():
            return None
        found = self.place.rounds("store", ROLES, cwd=self.folder)
        if isinstance(found, str):
            return found
        return found[0] if len(set(found)) == 1 else f"rounds {set(found)}"

    def judge(self, done, before, wanted):
        """What is wrong with the outcome of a compile that had no room, or had."""
        after = self.state()
        if after != (wanted if done.returncode == 0 else before):
            return [("lost", f"{before} became {after} with status {done.returncode}: {done.stderr}")]
        if done.returncode not in (0, 2) or (done.returncode == 2 and "POL0903" not in done.stderr):
            return [("wrong", f"ended with {done.returncode}: {done.stderr}")]
        left = [path.name for path in self.folder.iterdir() if path.name.startswith("store.new")]
        return [("wrong", f"left behind: {left}")] if left else []

    def next(self):
        """With room again, a compile works."""
        done = self.compile(2)
        state = self.state()
        return [] if done.returncode == 0 and state == 2 else [("wrong", f"the next compile: {state}, {done.stderr}")]


# A disk that is full ------------------------------------------------------------------------------

def mount(folder, size):
    folder.mkdir(exist_ok=True)
    if INSIDE not in os.environ:
        return False  # it would be a mount of the whole machine
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k,mode=700", "tmpfs", str(folder)],
                          capture_output=True, check=False).returncode == 0


def unmount(folder):
    subprocess.run(["umount", str(folder)], check=True)


def resize(folder, size):
    subprocess.run(["mount", "-o", f"remount,size={size}k", str(folder)], check=True)


def full_disk(room, new, size):
    """A compile where so many KiB are left; the store is new there, or has to become another round."""
    if not mount(room.folder, 8 * 1024):
        return False
    try:
        if not new:
            room.compile(0)
        ballast = fill_but(room.folder, size)
        wrong = room.judge(room.compile(1), None if new else 0, 1)
        ballast.unlink()
        room.tally.end(f"disk with {size} KiB left, {'a new store' if new else 'a store'}", wrong + room.next())
    finally:
        unmount(room.folder)
    return True


def fill_but(folder, size):
    """Takes all the room that is left but so many KiB: the file that has it."""
    path = folder / "ballast"
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
        file.truncate(max(0, file.tell() - size * 1024))
    return path


def full_disks(room, sizes):
    for new in (True, False):
        for size in sizes:
            if not full_disk(room, new, size):
                return False
    return True


def full_vault(room, size):
    """A vault's changes until nothing fits any more: what was set is there, and what was not is not."""
    if not mount(room.folder, size):
        return False
    run, cwd = room.place.run, room.folder
    try:
        done = run("secrets", "init", *VAULT, cwd=cwd)
        number, wrong = 0, []
        while done.returncode == 0 and number < 400:
            number += 1
            done = run("secrets", "put", *VAULT, "--function", f"{FUNCTION}-{number}", "NAME_ONE", given="x" * 3000,
                       cwd=cwd)
        if done.returncode != 2 or "POL" not in done.stderr:
            wrong.append(("wrong", f"ended with {done.returncode}: {done.stderr}"))
        resize(room.folder, 64 * 1024)
        if number > 0:
            listed = run("secrets", "list", *VAULT, "--json", cwd=cwd)
            count = len(listed.stdout.splitlines())
            expected = number if "all the same" in done.stderr else number - 1
            if listed.returncode != 0 or count != expected:
                wrong.append(("lost", f"{expected} were set, {count} are there: {listed.stderr}"))
            for words in (("secrets", "rotate"), ("secrets", "audit", "--verify")):
                after = run(*words[:2], *VAULT, *words[2:], cwd=cwd)
                if after.returncode != 0:
                    wrong.append(("wrong", f"{words}: {after.stdout}{after.stderr}"))
        room.tally.end(f"vault on a disk of {size} KiB", wrong)
    finally:
        unmount(room.folder)
    return True


# A limit of file sizes ----------------------------------------------------------------------------

def limit_files(size, ignore):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN if ignore else signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def limited_file(room, new, size):
    campaign.fresh(room.folder)
    if not new:
        room.compile(0)
    done = room.compile(1, preexec_fn=limit_files(size, False))
    room.tally.end(f"files of {size} bytes at most, {'a new store' if new else 'a store'}",
                   room.judge(done, None if new else 0, 1) + room.next())


# Folders ------------------------------------------------------------------------------------------

def become_nobody():
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def read_only(room):
    """Who may only read the store reads it, and changes nothing."""
    campaign.fresh(room.folder)
    room.compile(0)
    for path in (room.folder.parent, room.folder, room.folder / "store"):
        path.chmod(0o755)
    for path in (room.folder / "store").iterdir():
        path.chmod(0o644)
    as_root = os.geteuid() == 0
    if not as_root:
        (room.folder / "store").chmod(0o555)
    how = {"preexec_fn": become_nobody} if as_root else {}
    done = room.compile(1, **how)
    found = room.place.run("eval", "--store", "store", "--batch", "--json", given=campaign.questions(ROLES),
                           cwd=room.folder, **how)
    wrong = [] if done.returncode == 2 else [("wrong", f"a compile ended with {done.returncode}")]
    if room.state() != 0 or found.stdout.count('"sid":"Round0"') != ROLES:
        wrong.append(("lost", f"{room.state()}: {found.stdout[:200]}{found.stderr}"))
    (room.folder / "store").chmod(0o700)
    room.tally.end("a folder that may only be read", wrong + room.next())


def vanishing(room, chance):
    """The store's folder goes while a compile runs: it makes a new one, or fails; the next one works."""
    campaign.fresh(room.folder)
    room.compile(0)
    moved = room.folder / "moved"
    with subprocess.Popen([room.place.polcheck, "compile", "../1.json", "-o", "store", "-j", "1"], cwd=room.folder,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            process.wait(chance.uniform(0, 0.02))
        except subprocess.TimeoutExpired:
            pass
        (room.folder / "store").rename(moved)
        removed = chance.random() < 0.5
        if removed:
            shutil.rmtree(moved, ignore_errors=True)  # in which the command may be making files
        said = process.communicate(timeout=campaign.SECONDS)[1]
    wrong = [] if process.returncode in (0, 2) else [("wrong", f"ended with {process.returncode}: {said}")]
    if room.state() not in (None, 1):
        wrong.append(("lost", f"{room.state()}"))
    if removed:
        shutil.rmtree(moved, ignore_errors=True)
    else:
        shutil.rmtree(room.folder / "store", ignore_errors=True)
        moved.rename(room.folder / "store")
        if room.state() not in (0, 1):
            wrong.append(("lost", f"what was moved: {room.state()}"))
    room.tally.end("a folder that vanishes", wrong + room.next())


# A store that grows -------------------------------------------------------------------------------

def limit_addresses(size):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))


def growing(room, server, steps, addresses):
    """A store that grows over many steps, while a server with few addresses has its first map open: each answer is of a
    round that was compiled, or there is none and the server says so."""
    campaign.fresh(room.folder)
    room.compile(0)
    process = Server(server, "store", "manual", "1", cwd=room.folder, preexec_fn=limit_addresses(addresses))
    if process.first != "ready":  # as one that is built with a sanitizer
        process.end()
        room.tally.notes[f"skipped: no server starts with {addresses >> 20} MiB of addresses"] = 1
        return
    for step in range(1, steps + 1):
        wrong = grow(room, step, steps)
        reloaded = process.tell("reload") == ["0"]
        answers = Answers(process.tell(f"ask {ROLES}"), ROLES)
        wrong += [("wrong", text) for text in answers.wrong]
        if reloaded and answers.number != step:
            wrong.append(("wrong", f"round {answers.number} counts"))
        room.tally.notes["reloads refused for want of addresses"] += not reloaded
        room.tally.end(f"a store that grows, step {step}, {addresses >> 20} MiB of addresses", wrong)
    process.end()


def grow(room, step, steps):
    """Compiles round `step` with more roles each time."""
    campaign.write_manifest(room.folder / "big.json", step, max(ROLES, MANY * step // steps))
    done = room.place.run("compile", "big.json", "-o", "store", cwd=room.folder)
    if done.returncode != 0 or room.state() != step:
        return [("lost", f"step {step}: {room.state()}, {done.stderr}")]
    return []


def in_namespace():
    """Into a namespace of mounts of its own, where this may be: then whatever happens, no mount stays."""
    if INSIDE not in os.environ and shutil.which("unshare"):
        inside = ["unshare", "--mount", "--map-root-user"] if os.geteuid() != 0 else ["unshare", "--mount"]
        if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode == 0:
            os.environ[INSIDE] = "1"
            os.execvp("unshare", [*inside, sys.executable, "-B", *sys.argv])


def main():
    options = campaign.arguments_of(__doc__, server=None, sizes=120, steps=30, files=60, vanishing=100)
    in_namespace()
    tally = campaign.Tally("disk")
    chance = random.Random(options.seed)
    with campaign.scratch() as folder:
        room = Room(options, pathlib.Path(folder), tally)
        server = str(pathlib.Path(options.server).resolve())
        disks = full_disks(room, [4 * (size + 1) for size in range(options.sizes)])
        if disks:
            for size in range(0, options.sizes * 4, 32):
                full_vault(room, size + 4)
        else:
            tally.notes["skipped: no file system may be mounted here, so no real disk was full"] = 1
        for new in (True, False):
            for size in range(options.files):
                limited_file(room, new, 4096 * size + chance.randrange(4096))
        read_only(room)
        for _ in range(options.vanishing):
            vanishing(room, chance)
        for addresses in (64, 128, 512):
            growing(room, server, options.steps, addresses << 20)
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
