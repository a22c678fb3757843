#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs fuzz targets (tests/fuzz) that were built with libFuzzer in build/fuzz, and tells what came of it.

Inputs that lead somewhere new are kept in build/fuzz/corpus/TARGET, so that the next run goes on from there. What ends a
target is a find: it lies in build/fuzz/finds. Each run is a line of build/fuzz/runs.ndjson.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests" / "fuzz"))
import seeds  # noqa: E402

BUILD = TOP / "build" / "fuzz"
KEPT, FINDS, RUNS = BUILD / "corpus", BUILD / "finds", BUILD / "runs.ndjson"
TARGETS = sorted(re.findall(r"^  '([a-z_]+)': \{", (TOP / "tests" / "fuzz" / "meson.build").read_text(encoding="utf-8"), re.M))
# -entropic=0 below: libFuzzer spends three quarters of its time on that weighing of inputs where a target reaches much code.
LONGEST = 20  # seconds that one input may take
MEGABYTES = 4096  # that it may use
PULSE = 30  # seconds between two lines of progress
LINES = 40  # of a report that are shown
COVERED = re.compile(r"cov: (\d+)")
TRIED = re.compile(r"^#(\d+)", re.M)
ARTIFACT = re.compile(r"Test unit written to (\S+/[a-z_]+-(?!slow-unit)\S+)")  # a slow unit is told, and the target goes on
NOTE = re.compile(r"^# (\D.*)", re.M)
NOISE = re.compile(r"#\d+|INFO:|0x|\s+NEW_FUNC|NOTE:|\s+Combine libFuzzer")


def parse(words):
    parser = argparse.ArgumentParser(prog="tools/dev fuzz", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="TARGET|SECONDS",
                        help="targets (default: all), and seconds of CPU time for each (default: 60)")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="targets that run at the same time (default: 1)")
    parser.add_argument("--list", action="store_true", help="list the targets and how long each has run since its last find")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--programs", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    numbers = [word for word in options.what if word.isdigit()]
    options.targets = [word for word in options.what if not word.isdigit()] or TARGETS
    unknown = sorted(set(options.targets) - set(TARGETS))
    if unknown:
        parser.error(f"no such target: {unknown[0]} (there are: {' '.join(TARGETS)})")
    if len(numbers) > 1 or options.jobs < 1 or numbers == ["0"]:
        parser.error("one number of seconds, and at least one job")
    options.seconds = int(numbers[0]) if numbers else 60
    return options


def used(pid):
    """Seconds of the processor that a process has used."""
    words = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


class Run:
    """One target, until it has used its seconds or found something."""

    def __init__(self, target, seconds):
        self.target, self.seconds = target, seconds
        self.cpu, self.tries, self.edges, self.find, self.report = 0.0, 0, 0, None, ""
        self.notes = []  # what the target itself had to say in the end
        self.seeds, self.kept = BUILD / "seeds" / target, KEPT / target
        self.log = BUILD / f"{target}.log"

    def command(self):
        for folder in (self.kept, FINDS):
            folder.mkdir(parents=True, exist_ok=True)
        words = [BUILD / "tests" / "fuzz" / f"fuzz_{self.target}", "-entropic=0", f"-timeout={LONGEST}",
                 f"-rss_limit_mb={MEGABYTES}", "-print_final_stats=1", "-reload=0",
                 f"-artifact_prefix={FINDS}/{self.target}-"]
        words_of = TOP / "tests" / "fuzz" / f"{self.target}.dict"
        if words_of.exists():
            words.append(f"-dict={words_of}")
        options = TOP / "tests" / "fuzz" / f"{self.target}.options"
        if options.exists():
            words += [line for line in options.read_text(encoding="utf-8").splitlines() if line.startswith("-")]
        folders = [self.kept, self.seeds, TOP / "corpus" / "seeds" / self.target]
        return [str(word) for word in words + [folder for folder in folders if folder.is_dir()]]

    def once(self, seconds):
        """Lets it run until it has used so many seconds of the processor, or ends by itself."""
        before, asked = self.tries, False
        settings = {"UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"}
        with open(self.log, "wb") as log, seeds.scratch() as scratch:
            process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       cwd=BUILD, env={**os.environ, **settings, "TMPDIR": scratch})
            told = time.monotonic()
            while True:
                ended, status, usage = os.wait4(process.pid, os.WNOHANG)
                if ended:
                    break
                time.sleep(0.2)
                if not asked and used(process.pid) > seconds:
                    asked = True
                    os.kill(process.pid, signal.SIGUSR1)  # libFuzzer ends in good order
                if time.monotonic() - told > PULSE:
                    told = time.monotonic()
                    self.read(before)
                    print(f"{self.target}: {self.tries:,} tries, {self.edges:,} edges", file=sys.stderr, flush=True)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu += usage.ru_utime + usage.ru_stime
        self.read(before)
        if process.returncode:
            text = self.log.read_text(encoding="utf-8", errors="replace")
            found = ARTIFACT.search(text)
            if found and "-timeout-" in found.group(1) and self.is_quick(found.group(1)):
                return
            self.find = found.group(1) if found else f"exit status {process.returncode}"
            self.report = "\n".join(line for line in text.splitlines() if not NOISE.match(line))

    def is_quick(self, path):
        """Whether an input that took too long by the clock did so because the machine was busy: libFuzzer has no other clock."""
        process = subprocess.Popen([self.command()[0], "-timeout=0", path], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=BUILD)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = usage.ru_utime + usage.ru_stime
        quick = process.returncode == 0 and took < LONGEST
        if quick:
            print(f"{self.target}: an input took {took:.1f} s of the processor and {LONGEST} s by the clock: it goes on",
                  file=sys.stderr, flush=True)
            os.remove(path)
        return quick

    def read(self, before):
        text = self.log.read_text(encoding="utf-8", errors="replace")
        self.tries = before + max([0, *map(int, TRIED.findall(text))])
        self.edges = max([self.edges, *map(int, COVERED.findall(text))])
        self.notes = NOTE.findall(text)

    def run(self):
        shutil.rmtree(self.seeds, ignore_errors=True)
        seeds.write(self.target, self.seeds)
        while self.find is None and self.seconds - self.cpu > 0.5:
            self.once(self.seconds - self.cpu)
        with open(RUNS, "a", encoding="utf-8") as out:
            out.write(json.dumps({"target": self.target, "cpu": round(self.cpu, 1), "tries": self.tries, "edges": self.edges,
                                  "find": self.find, "ended": int(time.time())}) + "\n")
        return self


def runs_before():
    """Maps each target to seconds and tries since its last find."""
    quiet = {target: [0.0, 0] for target in TARGETS}
    for line in RUNS.read_text(encoding="utf-8").splitlines() if RUNS.exists() else []:
        run = json.loads(line)
        if run["find"]:
            quiet[run["target"]] = [0.0, 0]
        elif run["target"] in quiet:
            quiet[run["target"]][0] += run["cpu"]
            quiet[run["target"]][1] += run["tries"]
    return quiet


def show_list():
    print(f"{'target':<12} {'quiet, CPU min':>15} {'tries':>15}")
    for target, (seconds, tries) in runs_before().items():
        print(f"{target:<12} {seconds / 60:>15.1f} {tries:>15,}")


def show(runs):
    quiet = runs_before()
    print(f"{'target':<12} {'CPU s':>7} {'tries':>12} {'a second':>9} {'edges':>7} {'kept':>7} {'finds':>6} {'quiet, CPU min':>15}")
    for run in runs:
        kept = sum(1 for _ in run.kept.iterdir())
        print(f"{run.target:<12} {run.cpu:>7.0f} {run.tries:>12,} {run.tries / max(run.cpu, 0.1):>9,.0f} {run.edges:>7,} {kept:>7,} "
              f"{int(run.find is not None):>6} {quiet[run.target][0] / 60:>15.1f}")
    for run in runs:
        for note in run.notes:
            print(f"{run.target}: {note}")
        if run.find:
            print(f"\n{run.target}: {run.find}\n" + "\n".join(run.report.splitlines()[:LINES]))
            print(f"again: build/fuzz/tests/fuzz/fuzz_{run.target} {run.find}\n"
                  "what it shows becomes a case of the corpus or an input in corpus/seeds/" + run.target)


def main():
    options = parse(sys.argv[1:])
    if options.check:
        return 0
    if options.list:
        show_list()
        return 0
    if options.programs:
        print("\n".join(f"tests/fuzz/fuzz_{target}" for target in options.targets))
        return 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = list(pool.map(lambda target: Run(target, options.seconds).run(), options.targets))
    show(runs)
    return int(any(run.find for run in runs))


if __name__ == "__main__":
    sys.exit(main())
