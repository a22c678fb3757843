#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every campaign of faults and prints one table of what came of them.

A campaign is a program whose last line on standard output is, behind an optional "# " (a comment of TAP),

  campaign NAME: tries=N survived=N lost=N wrong=N

with survived + lost + wrong = tries. What it tells meanwhile goes to standard error. It takes --seed N, unless its row
says that nothing in it is left to chance. Not for users: tools/dev faults.
"""

import argparse
import dataclasses
import pathlib
import re
import resource
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
DEFINITIONS = """\
A try is one fault, with all that is checked after it. It survives when the operation fails cleanly or does what it should,
and the next one works. A loss is a policy or a secret that is gone or half there. Wrong is an answer that should be another,
or an end that is none: a crash, a wrong exit status, an operation that does not work afterwards."""


@dataclasses.dataclass(frozen=True)
class Campaign:
    """A row. {build} and {top} in arguments stand for the build folder and the project."""
    name: str
    what: str          # is tried, in a few words
    command: tuple     # its long form; a *.py runs under this Python
    least: int         # tries of the long form: fewer are a failure
    quick: tuple = ()  # further arguments with --quick
    quick_least: int = 1
    targets: tuple = ()  # of the build, that it needs beside the command
    seeded: bool = True  # takes --seed


MEMORY = ("--polcheck", "{build}/tests/faults/faults_polcheck", "--library", "{build}/tests/faults/memory_faults.so",
          "--picture", "{build}/tests/faults/faults_picture", "--look", "{build}/tests/kills/kill_vault_look")
MEMORY_TARGETS = ("tests/faults/faults_polcheck", "tests/faults/memory_faults.so", "tests/faults/faults_picture",
                  "tests/kills/kill_vault_look")


def memory(name, what, least, *options):
    """A row of tests/faults/memory.py."""
    return Campaign(name, what, ("{top}/tests/faults/memory.py", name, *MEMORY, *options), least, quick=("--tries", "200"),
                    quick_least=100, targets=MEMORY_TARGETS)


CAMPAIGNS = (
    memory("memory-store", "each allocation of a compile fails, and all from there on", 20000),
    # Reading AWS's actions alone takes 27,000 allocations, from a few places, in eight of these commands.
    memory("memory-command", "each place that allocates in a question, in lint, fmt, test ... fails", 10000, "--of-each", "20"),
    memory("memory-secrets", "each allocation of a command on a vault fails", 5000),
    memory("memory-trust", "each allocation of a command that signs or wants a signature fails", 2000),
    Campaign("memory-api", "each allocation of a server with libpolcheck fails",
             ("{build}/tests/faults/faults_memory_api", "{build}/polcheck"), least=1500, quick=("--tries", "300"),
             quick_least=200, targets=("tests/faults/faults_memory_api",)),
    Campaign("memory-decide", "each allocation of a decision fails, for every case of the corpus",
             ("{build}/tests/faults/faults_decide", "{top}/corpus/*/*.json", "{top}/corpus/invalid/*/*.json"), least=100000,
             quick_least=100000, targets=("tests/faults/faults_decide",), seeded=False),
    Campaign("kills", "a server and a compiler of one store are killed",
             ("{top}/tests/kills/kills.py", "--polcheck", "{build}/polcheck", "--worker", "{build}/tests/kills/kill_worker",
              "--slots", "{build}/tests/kills/kill_slots", "--rounds", "1000"), least=1500, quick=("--rounds", "15"), quick_least=15,
             targets=("tests/kills/kill_worker", "tests/kills/kill_slots")),
    Campaign("kills-signed", "the same, where compiles sign and servers want it",
             ("{top}/tests/kills/kills.py", "--signed", "--polcheck", "{build}/polcheck", "--worker", "{build}/tests/kills/kill_worker",
              "--slots", "{build}/tests/kills/kill_slots", "--rounds", "1000"), least=1300, quick=("--rounds", "10"), quick_least=10,
             targets=("tests/kills/kill_worker", "tests/kills/kill_slots")),
    Campaign("kills-secrets", "a change of a vault is killed",
             ("{top}/tests/kills/secrets.py", "--polcheck", "{build}/polcheck", "--look", "{build}/tests/kills/kill_vault_look",
              "--rounds", "1000"), least=500, quick=("--rounds", "42"), quick_least=15, targets=("tests/kills/kill_vault_look",)),
    Campaign("io", "each system call of each command fails, alone and from then on",
             ("{top}/tests/faults/system/io.py", "--polcheck", "{build}/polcheck", "--shim", "{build}/tests/faults/system/libfaults_io.so",
              "--look", "{build}/tests/kills/kill_vault_look", "--jobs", "2"), least=18000, quick=("--sample", "8"), quick_least=320,
             targets=("tests/faults/system/libfaults_io.so", "tests/kills/kill_vault_look")),
    Campaign("io-engine", "each system call of a server fails, while its store changes, signed or not, and it logs",
             ("{top}/tests/faults/system/engine.py", "--polcheck", "{build}/polcheck", "--shim", "{build}/tests/faults/system/libfaults_io.so",
              "--server", "{build}/tests/faults/system/faults_server"), least=4500, quick=("--sample", "80"), quick_least=60,
             targets=("tests/faults/system/libfaults_io.so", "tests/faults/system/faults_server")),
    Campaign("disk", "disks are full, files limited, folders vanish, a store outgrows its map",
             ("{top}/tests/faults/system/disk.py", "--polcheck", "{build}/polcheck", "--server", "{build}/tests/faults/system/faults_server"), least=400,
             quick=("--sizes", "10", "--steps", "3", "--files", "8", "--vanishing", "10"), quick_least=30,
             targets=("tests/faults/system/faults_server",)),
    Campaign("writers", "two commands write to one store or vault at the same time",
             ("{top}/tests/faults/system/writers.py", "--polcheck", "{build}/polcheck"), least=1600, quick=("--rounds", "5"), quick_least=40),
    Campaign("readers", "200 servers of one store find no slot, or are killed",
             ("{top}/tests/faults/system/readers.py", "--polcheck", "{build}/polcheck", "--server", "{build}/tests/faults/system/faults_server",
              "--taker", "{build}/tests/faults/system/faults_slots", "--slots", "{build}/tests/kills/kill_slots"), least=5000,
             quick=("--servers", "20", "--cycles", "1"), quick_least=60,
             targets=("tests/faults/system/faults_server", "tests/faults/system/faults_slots", "tests/kills/kill_slots")),
    Campaign("clock", "the clock jumps, by seconds and by centuries",
             ("{top}/tests/faults/system/clock.py", "--polcheck", "{build}/polcheck", "--clock", "{build}/tests/faults/system/libfaults_clock.so",
              "--server", "{build}/tests/faults/system/faults_server"), least=1000, quick=("--rounds", "10"), quick_least=50,
             targets=("tests/faults/system/libfaults_clock.so", "tests/faults/system/faults_server")),
)

RESULT = re.compile(r"(?:# )?campaign (\S+): tries=(\d+) survived=(\d+) lost=(\d+) wrong=(\d+)")


@dataclasses.dataclass
class Outcome:
    """What a campaign came to; `fault` says why it does not count, "" when it does."""
    seconds: float
    processor: float
    tries: int = 0
    survived: int = 0
    lost: int = 0
    wrong: int = 0
    fault: str = ""


def command_of(campaign, build, quick, seed):
    words = [*campaign.command, *(campaign.quick if quick else ()), *(("--seed", str(seed)) if campaign.seeded else ())]
    words = [word.format(build=build, top=TOP) for word in words]
    return [sys.executable, "-B", *words] if words[0].endswith(".py") else words


def fault_of(campaign, outcome, named, status, quick):
    """Why an outcome is none to rely on."""
    least = campaign.quick_least if quick else campaign.least
    if named != campaign.name:
        return f"its last line names {named}"
    if outcome.survived + outcome.lost + outcome.wrong != outcome.tries:
        return "its counts do not add up"
    if outcome.tries < least:
        return f"{outcome.tries} tries where {least} belong"
    if status != 0 and not outcome.lost and not outcome.wrong:
        return f"ended with {status}"
    return ""


def watch(command):
    """Runs it, with what it prints on standard error; its exit status and its last line."""
    last = ""
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                last = line.strip() or last
                print(line, end="", file=sys.stderr, flush=True)
    except OSError as error:
        return 127, str(error)
    return process.returncode, last


def run(campaign, build, quick, seed):
    """Runs one; what it came to."""
    begin, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    status, last = watch(command_of(campaign, build, quick, seed))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    found = RESULT.fullmatch(last)
    if not found:
        return Outcome(time.monotonic() - begin, processor, fault=f"ended with {status} and no result: {last!r}")
    outcome = Outcome(time.monotonic() - begin, processor, *map(int, found.groups()[1:]))
    outcome.fault = fault_of(campaign, outcome, found[1], status, quick)
    return outcome


def took(seconds):
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


def table(rows):
    """The lines of a table; the first row is its head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.rjust(width) if column > 1 and row else cell.ljust(width)
                               for column, (cell, width) in enumerate(zip(cells, widths))) + " |" for row, cells in enumerate(rows)]
    return [lines[0], "|" + "|".join("-" * (width + 1) + ("-" if column < 2 else ":") for column, width in enumerate(widths)) + "|",
            *lines[1:]]


def report(outcomes):
    """Prints the table; whether all is well."""
    rows = [("campaign", "what is tried", "tries", "survivals", "losses", "wrong", "time", "processor")]
    for campaign, outcome in outcomes:
        counts = (outcome.tries, outcome.survived, outcome.lost, outcome.wrong)
        rows.append((campaign.name, campaign.what, *(f"{count:,}" for count in counts), took(outcome.seconds), took(outcome.processor)))
    every = [outcome for _, outcome in outcomes]
    sums = [sum(getattr(outcome, name) for outcome in every) for name in ("tries", "survived", "lost", "wrong")]
    rows.append(("all", "", *(f"{count:,}" for count in sums), took(sum(outcome.seconds for outcome in every)),
                 took(sum(outcome.processor for outcome in every))))
    print("\n".join(table(rows)) + "\n\n" + DEFINITIONS)
    for campaign, outcome in outcomes:
        if outcome.fault:
            print(f"{campaign.name}: {outcome.fault}")
    return not any(outcome.fault or outcome.lost or outcome.wrong for outcome in every)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tools/dev faults", description="Runs every campaign of faults in its long form, and prints a table.",
                                     epilog=DEFINITIONS + "\n\ncampaigns:\n" + "\n".join(
                                         f"  {row.name:<16} {row.what}" for row in CAMPAIGNS),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAME", action="append", choices=[row.name for row in CAMPAIGNS],
                        help="this campaign; may be repeated")
    parser.add_argument("--quick", action="store_true", help="some seconds each, as the tests do")
    parser.add_argument("--seed", type=int, default=1, help="of all that is left to chance (default: 1)")
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build", help="the build folder (default: build)")
    parser.add_argument("--targets", action="store_true", help="print what has to be built, and do nothing")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse(arguments)
    chosen = [row for row in CAMPAIGNS if options.only is None or row.name in options.only]
    if options.targets:
        print("\n".join(dict.fromkeys(["polcheck", *(target for row in chosen for target in row.targets)])))
        return 0
    outcomes = []
    for row in chosen:
        print(f"campaign {row.name}: {row.what}", file=sys.stderr, flush=True)
        outcomes.append((row, run(row, options.build.resolve(), options.quick, options.seed)))
    return 0 if report(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
