#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets the command's memory run out, at each of its allocations, and checks what comes of it.

A scene (memory_scenes.py) is a command, run from its start to its end with the n-th allocation failing, for every n; and again with
all allocations failing from the n-th on. (With --of-each, for some of those that the same code makes; with --tries, for some.) Allocations are those of the whole process, its libraries' too (memory_faults.c), and each
piece that is taken from an arena (piece_blocks.c). A try is one such run. It survives when

- the command did what it does with memory enough, to the letter; or ended with its status of an error, says that memory is out,
  and printed no more than a beginning of the right answer: never by a signal;
- what there is afterwards, a store, a vault, or files, is byte for byte that from before or that from behind the whole command, and
  the latter where it said that all is well; where it failed and the change was made all the same, it said that as well, or that it
  has to be looked whether it was; nothing is left lying about, and no file has a secret in the clear;
- the same command, without faults, then works (where the change was made already: another one does).

--scene, --at and --all do one try again, --show with the stack of the allocation that failed.
"""

import argparse
import dataclasses
import json
import mmap
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

from memory_scenes import ASKED, OTHER_SECRET, SCENES, SECRET, SEEN, TRUST, VAULT, released

SECONDS = 60           # that a run may take at most
NEVER = 2**64 - 1
HEAD = struct.Struct("<6Q")  # memory_faults.h: at, all, trace, calls, failed, kind
STACKS = 1 << 20
KINDS = ("nothing", "heap", "map", "lock", "thread")
DONE = re.compile(r"all the same|look whether it was")
SAID = re.compile(r"out of memory|[Cc]annot allocate memory|no memory for (secrets|a secret key)")


@dataclasses.dataclass(frozen=True)
class Fault:
    """The allocation that fails, and whether all behind it do."""
    at: int = NEVER
    all: bool = False

    def __str__(self):
        return f"--at {self.at}{' --all' if self.all else ''}"


@dataclasses.dataclass
class Done:
    status: int
    out: bytes
    err: str
    calls: int
    failed: int
    kind: str


def with_options(name, *options):
    """A variable of a sanitizer, if the build has one: what it finds, a leak too, has an exit status of its own."""
    return ":".join(filter(None, (os.environ.get(name), *options)))


class Runner:
    """Runs the command, with a fault or without."""

    def __init__(self, options, scratch):
        self.options = options
        self.file = scratch / "control"
        with self.file.open("wb") as file:
            file.truncate(HEAD.size + 8 * STACKS)
        with self.file.open("r+b") as file:
            self.control = mmap.mmap(file.fileno(), 0)
        self.plain = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "UBSAN_OPTIONS": with_options("UBSAN_OPTIONS", "exitcode=99"),
                      "ASAN_OPTIONS": with_options("ASAN_OPTIONS", "exitcode=99", "allocator_may_return_null=1", "verify_asan_link_order=0")}
        self.faulty = self.plain | {"LD_PRELOAD": str(options.library), "MEMORY_FAULTS": str(self.file)}
        if options.show:
            self.faulty["MEMORY_FAULTS_SHOW"] = "1"

    def run(self, words, folder, given="", fault=None, trace=False):
        fault_or_none = fault or Fault()
        self.control[:HEAD.size] = HEAD.pack(fault_or_none.at, fault_or_none.all, trace, 0, 0, 0)
        try:
            done = subprocess.run(words, cwd=folder, input=given.encode(), capture_output=True, timeout=SECONDS, check=False,
                                  env=self.plain if fault is None else self.faulty, close_fds=False)
        except subprocess.TimeoutExpired:
            return Done(-1, b"", "it did not end", 0, 1, "nothing")
        _, _, _, calls, failed, kind = HEAD.unpack(self.control[:HEAD.size])
        return Done(done.returncode, done.stdout, done.stderr.decode(errors="replace"), calls, failed, KINDS[kind])

    def polcheck(self, words, folder, given="", fault=None, trace=False):
        return self.run([self.options.polcheck, *words], folder, given, fault, trace)

    def stacks(self, calls):
        """The hashes of the stacks of a traced run's calls."""
        count = min(calls, STACKS)
        return struct.unpack_from(f"<{count}Q", self.control, HEAD.size)


class Stage:
    """A scene in its folder: what there was before it, and what there is after it."""

    def __init__(self, runner, scene, scratch):
        self.runner = runner
        self.scene = scene
        self.master = scratch / "master"
        self.folder = scratch / "folder"
        shutil.rmtree(self.master, ignore_errors=True)
        self.master.mkdir()
        scene.prepare(self.prepare, self.master)
        self.restore()
        self.before = self.picture()
        self.right = runner.polcheck(scene.command, self.folder, scene.input)
        self.after = self.picture()
        if self.right.status not in scene.statuses:
            raise SystemExit(f"{scene.name} ends with {self.right.status} where memory suffices: {self.right.err}")
        self.allowed = self.listing()

    def prepare(self, *words, input=""):  # pylint: disable=redefined-builtin
        done = self.runner.polcheck(words, self.master, input)
        if done.status != 0:
            raise SystemExit(f"{self.scene.name}: {' '.join(words)}: {done.err}")
        return done.out.decode()

    def restore(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.master, self.folder)

    def listing(self):
        """Names that may be there, before or after."""
        return {str(path.relative_to(root)) for root in (self.master, self.folder) for path in root.rglob("*")}

    def picture(self):
        """What the state of the scene is compared by; a text when something there does not open."""
        if self.scene.state == "none":
            return ()
        return getattr(self, self.scene.state)()

    def names(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))

    def files(self):
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in sorted(self.folder.rglob("*"))
                if path.is_file() and path.name not in ("data.mdb", "lock.mdb")}

    def store(self):
        if not (self.folder / "store" / "data.mdb").exists():
            return ()
        done = self.runner.run([self.runner.options.picture, "store"], self.folder)
        return done.out if done.status == 0 else f"the store does not open: {done.err}"

    def signed(self):
        """Whether the store has a new signature, what it answers, and what was seen."""
        verify = self.runner.polcheck(("verify", "store", *TRUST, "--json"), self.folder)
        asked = self.runner.polcheck(("eval", "--store", "store", *TRUST, *ASKED), self.folder)
        if verify.status != 0 or not json.loads(verify.out)["trusted"] or asked.status not in (0, 1):
            return f"the signature is lost: {verify.out!r} {verify.err} {asked.err}"
        serial, before = json.loads(verify.out)["signature"]["serial"], int((self.folder / "serial").read_text("ascii"))
        if serial < before:
            return f"serial {serial} after {before}"
        return (serial > before, asked.status, (self.folder / "seen").read_bytes())

    def pair(self):
        """Which halves of a new key there are."""
        secret, public = self.folder / "made.key", self.folder / "made.pub"
        shown = self.runner.polcheck(("keygen", "--public", "made.key"), self.folder) if secret.exists() else None
        if shown and (shown.status != 0 or public.exists() and public.read_bytes() != shown.out):
            return f"the new key is no pair: {shown.out!r} {shown.err}"
        return (secret.exists(), public.exists())

    def vault(self):
        """What the vault opens to with each root key, its keys, and how many releases are logged."""
        made = {name: (self.folder / name).exists() for name in ("root.key", "new.key", "other.key")}
        if not (self.folder / "vault" / "store").exists():
            return (made["other.key"],)  # a root key that was made for it stays
        names = [name for name in ("root.key", "new.key") if made[name]]
        look = self.runner.run([self.runner.options.look, "vault", *names], self.folder)
        opened = re.sub(rb"(?m)^(\S+\.key \d+) \d+$", rb"\1", look.out)
        key = "new.key" if opened.startswith(b"new.key") else "root.key"
        root = (*VAULT[:2], "--root-key", key)
        runs = [self.runner.polcheck(words, self.folder) for words in (
            ("keys", "list", *root, "--json"), ("secrets", "audit", *root, "--verify"), ("secrets", "audit", *root, "--json"))]
        if any(done.status for done in runs):
            return "the vault does not open: " + "".join(done.err for done in runs)
        keys = re.sub(rb'"(created|rotated|deletion|changed|\w*[tT]ime)":\s*"[^"]*"', b"", runs[0].out)
        return (opened, look.status, keys, runs[2].out.count(b'"release"'))


def plaintext(folder):
    """Files that have a secret in the clear."""
    return [path.name for path in folder.rglob("*") if path.is_file()
            and any(value.encode() in path.read_bytes() for value in (SECRET, OTHER_SECRET))]


class Try:
    """One fault on a stage; `found` says what is wrong: pairs of "lost" or "wrong", and a sentence."""

    def __init__(self, stage, fault):
        self.stage, self.scene, self.fault = stage, stage.scene, fault
        self.found = []
        if self.scene.state != "none":
            stage.restore()
        self.done = stage.runner.polcheck(self.scene.command, stage.folder, self.scene.input, fault)

    def wrong(self, what, kind="wrong"):
        self.found.append((kind, what))

    def check(self):
        self.check_end()
        if self.scene.state == "none":
            now = stage_before = ()
        else:
            now, stage_before = self.stage.picture(), self.stage.before
            self.check_state(now)
        if not self.found:
            self.check_next(now == stage_before)
        return self.found

    def is_right(self):
        right = self.stage.right
        return self.done.status == right.status and self.same_text(self.done.out, right.out)

    @staticmethod
    def plain(text):
        """Without what differs from run to run: how long it took, and what is random or of the clock."""
        text = re.sub(rb"\d+(\.\d+)? (ms|s)\b|\d{4}-\d\d-\d\d[T ][0-9:.]+Z?|, \d+ KiB|polcheck-(sealed:1|box):\S*", b"", text)
        return re.sub(rb'"(durationMs|milliseconds|bytes|time|mac|seconds)":\s*("[^"]*"|[\d.]+),?|\b([0-9a-f]{32}){1,2}\b|time="[\d.]+"|'
                      rb"\bserial \d+", b"", text)

    def same_text(self, text, right):
        return self.plain(text) == self.plain(right)

    def check_end(self):
        done, right = self.done, self.stage.right
        if self.is_right():
            return
        if done.status < 0:
            self.wrong(f"ended by signal {-done.status}: {done.err[-600:]}")
        elif done.status not in self.scene.failures:
            self.wrong(f"ended with {done.status}, not {right.status}: {done.out[-200:]!r} {done.err[-300:]}")
        elif self.scene.by_line and self.lines_are_right():
            return
        elif not SAID.search(done.err) and not (right.status == 2 and done.err == right.err):
            self.wrong(f"does not say that memory is out ({done.kind}): {done.err[-300:]!r}")
        elif not self.plain(right.out).startswith(self.plain(done.out)):
            self.wrong(f"printed something else: {done.out[-300:]!r}")

    def lines_are_right(self):
        """Of a batch: each line has the right answer, or says that memory was out."""
        lines, right = self.done.out.splitlines(), self.stage.right.out.splitlines()
        return len(lines) == len(right) and all(line == other or SAID.search(line.decode()) for line, other in zip(lines, right))

    def check_state(self, now):
        stage = self.stage
        if isinstance(now, str):
            self.wrong(now, "lost")
        elif now not in (stage.before, stage.after):
            self.wrong(f"is neither as before nor as after: {now!r:.1500}", "lost")
        elif self.is_right() and now != stage.after:
            self.wrong("says that all is well, and is not as after", "lost")
        self.check_word_of_change(now)
        left = {str(path.relative_to(stage.folder)) for path in stage.folder.rglob("*")} - stage.allowed
        if left:
            self.wrong(f"left {sorted(left)}")
        if self.scene.campaign == "memory-secrets" and plaintext(stage.folder):
            self.wrong(f"a secret lies in the clear in {plaintext(stage.folder)}", "lost")
        if self.scene.campaign == "memory-secrets" and (SECRET in self.done.err or (SECRET.encode() in self.done.out and not self.scene.shows)):
            self.wrong("a secret was shown")

    def check_word_of_change(self, now):
        """Whoever reads that something failed takes it for not done. A release is logged before it is delivered."""
        stage, done = self.stage, self.done
        before, now, after = (state[:-1] if self.scene.state == "vault" else state for state in (stage.before, now, stage.after))
        if "all the same" in done.err and now != after:
            self.wrong(f"says that it was done: {done.err[-300:]!r}", "lost")
        failed = done.status == 2 != stage.right.status
        if failed and now == after != before and not self.scene.ahead and not DONE.search(done.err):
            self.wrong(f"says that it failed, and it was done: {done.err[-300:]!r}")

    def check_next(self, unchanged):
        """The same command works now; where its change is made, and cannot be made twice, another one does."""
        stage, right = self.stage, self.stage.right
        if unchanged or self.scene.state == "store" and self.scene.again:
            done = stage.runner.polcheck(self.scene.command, stage.folder, self.scene.input)
            same = self.scene.state != "none" or self.same_text(done.out, right.out)
            if done.status != right.status or not same:
                self.wrong(f"the next one ends with {done.status}: {done.out[-300:]!r} {done.err[-300:]}")
            if self.scene.state != "none" and stage.picture() != stage.after:
                self.wrong("is not as after, behind the next one", "lost")
        elif self.scene.state == "store":
            done = stage.runner.polcheck(("compile", "--update", "changed.json", "-o", "store"), stage.folder)
            if done.status != 0:
                self.wrong(f"the next update ends with {done.status}: {done.err[-300:]}")
        elif self.scene.state == "signed":
            again = (("sign", "store", "--key", "ci.key"), ("eval", "--store", "store", *SEEN, *ASKED))
            ended = [stage.runner.polcheck(words, stage.folder) for words in again]
            if ended[0].status != 0 or ended[1].status not in (0, 1):
                self.wrong(f"the next signature or answer: {ended[0].err[-300:]} {ended[1].err[-300:]}")
        elif self.scene.state == "pair":
            done = stage.runner.polcheck(("sign", "store", "--key", "made.key"), stage.folder)
            if done.status != 0:
                self.wrong(f"the new key does not sign: {done.err[-300:]}")
        elif self.scene.state == "vault":
            key = "new.key" if (stage.folder / "new.key").exists() else "root.key"
            done = stage.runner.polcheck(("secrets", "put", *VAULT[:2], "--root-key", key, "--function", released.function("next"), "NEXT"),
                                         stage.folder, "next")
            if done.status != 0:
                self.wrong(f"the next change ends with {done.status}: {done.err[-300:]}")


class Campaign:
    """All tries of a run."""

    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        self.runner = Runner(options, scratch)
        self.random = random.Random(options.seed)
        self.tries = self.lost = self.wrong = 0
        self.scenes = [scene for scene in SCENES if scene.campaign == options.campaign or scene.name == options.scene]
        if options.scene:
            self.scenes = [scene for scene in self.scenes if scene.name == options.scene]

    def tried(self, stage, fault):
        """Whether anything failed in the run."""
        one = Try(stage, fault)
        if one.done.failed == 0:
            return False
        self.tries += 1
        found = one.check()
        for _, what in found:
            print(f"{self.options.campaign}: --scene {stage.scene.name!r} {fault} ({one.done.kind}): {what}", file=sys.stderr, flush=True)
        if found:
            lost = any(kind == "lost" for kind, _ in found)
            self.lost += lost
            self.wrong += not lost
        return True

    def count(self, stage):
        """The stack of each allocation of a whole run."""
        stage.restore()
        done = self.runner.polcheck(stage.scene.command, stage.folder, stage.scene.input, Fault(), trace=True)
        if done.status != stage.right.status or done.calls == 0:
            raise SystemExit(f"{stage.scene.name}: allocations cannot be counted: {done.status}, {done.calls} calls: {done.err[-500:]}")
        return self.runner.stacks(done.calls)

    def places(self, stage):
        """Maps each stack that allocates to its allocations."""
        places = {}
        for at, stack in enumerate(self.count(stage)):
            places.setdefault(stack, []).append(at)
        return places

    def sample(self, stage, tries):
        """Allocations of chance: as many different stacks as tries allow."""
        places = self.places(stage)
        chosen = self.random.sample(sorted(places), min(tries, len(places)))
        return [Fault(self.random.choice(places[stack]), number % 3 == 2) for number, stack in enumerate(chosen)]

    def every(self, stage):
        """Tries each allocation, until a run has no so many."""
        for every in (False, True):
            at = 0
            while self.tried(stage, Fault(at, every)):
                at += 1

    def each_stack(self, stage, most):
        """Tries so many allocations of each stack at most: the first, the last, and others of chance in between."""
        chosen = set()
        for allocations in self.places(stage).values():
            inner = allocations[1:-1]
            chosen |= {allocations[0], allocations[-1], *self.random.sample(inner, min(len(inner), max(0, most - 2)))}
        for every in (False, True):
            for at in sorted(chosen):
                self.tried(stage, Fault(at, every))

    def play(self, scene, tries):
        stage = Stage(self.runner, scene, self.scratch)
        before = (self.tries, self.lost, self.wrong)
        if self.options.at is not None:
            self.tried(stage, Fault(self.options.at, self.options.all))
        elif tries:
            for fault in self.sample(stage, tries):
                self.tried(stage, fault)
        elif self.options.of_each:
            self.each_stack(stage, self.options.of_each)
        else:
            self.every(stage)
        tried, lost, wrong = (now - then for now, then in zip((self.tries, self.lost, self.wrong), before))
        print(f"{self.options.campaign}: {scene.name}: {tried} tries, {lost} lost, {wrong} wrong", file=sys.stderr, flush=True)

    def run(self):
        each = max(1, self.options.tries // len(self.scenes)) if self.options.tries else 0
        for scene in self.scenes:
            self.play(scene, each)
        survived = self.tries - self.lost - self.wrong
        print(f"campaign {self.options.campaign}: tries={self.tries} survived={survived} lost={self.lost} wrong={self.wrong}")
        return 0 if self.tries and survived == self.tries else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("campaign", choices=sorted({scene.campaign for scene in SCENES}))
    parser.add_argument("--polcheck", required=True, type=os.path.abspath, help="the command (faults_polcheck: each piece can fail)")
    parser.add_argument("--library", required=True, type=os.path.abspath, help="memory_faults.so")
    parser.add_argument("--picture", required=True, type=os.path.abspath, help="what shows a store")
    parser.add_argument("--look", required=True, type=os.path.abspath, help="what opens every secret (tests/kills)")
    parser.add_argument("--tries", type=int, help="allocations of chance in all; without it every one is tried")
    parser.add_argument("--of-each", type=int, metavar="N", help="N allocations at most of those that have the same stack of calls")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scene", choices=[scene.name for scene in SCENES], metavar="NAME", help="only this one")
    parser.add_argument("--at", type=int, help="only this allocation")
    parser.add_argument("--all", action="store_true", help="and all behind it")
    parser.add_argument("--show", action="store_true", help="the stack of what failed, on standard error of the command")
    options = parser.parse_args()
    # In memory, where there is such a place: bringing each change to a disk is most of the time.
    place = "/dev/shm" if "TMPDIR" not in os.environ and os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="polcheck-memory-", dir=place) as folder:
        return Campaign(options, pathlib.Path(folder)).run()


if __name__ == "__main__":
    sys.exit(main())
