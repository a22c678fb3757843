# SPDX-License-Identifier: Apache-2.0
"""The benchmark of polcheck: see tools/bench/README.md."""

import argparse
import os
import sys

import claim
import decisions
import gate
import instructions
import machine
import peers
import results
import scaling
import workloads
from places import MANAGED, TOP, WORK, Problem, fetch_policies, say
from workloads.draw import SEED, WORD

DESCRIPTION = """\
Measures what a decision costs, against other engines, and keeps the result in tests/bench/RESULTS.md.
Without an option: all workers on the workloads W1 to W4, interleaved on one core."""


def names(text):
    return [name for name in text.split(",") if name]


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def seed(text):
    value = int(text, 0)
    if not 0 < value <= WORD:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {WORD}")
    return value


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tools/dev bench", description=DESCRIPTION,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few short rounds, and nothing is kept: does it work?")
    parser.add_argument("--peers", type=names, metavar="LIST", default=[row.name for row in peers.ROWS],
                        help=f"only these workers, separated by commas: {', '.join(peers.BY_NAME)}")
    parser.add_argument("--workloads", type=names, metavar="LIST", default=list(workloads.NAMES),
                        help=f"only these: {', '.join(workloads.NAMES)}")
    parser.add_argument("--rounds", type=positive, metavar="N", help="rounds of each workload (default: 40)")
    parser.add_argument("--milliseconds", type=positive, metavar="N", help="length of a batch (default: 100)")
    parser.add_argument("--core", type=int, metavar="N", help="the core that all workers share (default: the last)")
    parser.add_argument("--seed", type=seed, default=SEED, metavar="N",
                        help="other requests of the same kind (default: those of all figures so far)")
    parser.add_argument("--scaling", action="store_true",
                        help="decisions, compile time and size against statements and principals")
    parser.add_argument("--statements", metavar="LIST", help=f"sizes for --scaling (default: {scaling.STATEMENTS})",
                        default=scaling.STATEMENTS)
    parser.add_argument("--principals", metavar="LIST", help=f"sizes for --scaling (default: {scaling.PRINCIPALS})",
                        default=scaling.PRINCIPALS)
    parser.add_argument("--record", action="store_true",
                        help="count the instructions of a decision anew, for the tests: tests/bench/instructions.txt")
    parser.add_argument("--keep", action="store_true", help="keep the result also of a run without some peers or workloads")
    return complete(parser, parser.parse_args(arguments))


def complete(parser, options):
    """Fills in what depends on other options, and refuses what does not fit."""
    unknown = [name for name in options.workloads if name not in workloads.NAMES]
    if unknown:
        parser.error(f"no such workload: {', '.join(unknown)} (there are {', '.join(workloads.NAMES)})")
    try:
        options.rows = peers.chosen(options.peers)
        options.statements = scaling.sizes(options.statements)
        options.principals = scaling.sizes(options.principals)
    except ValueError as reason:
        parser.error(str(reason))
    options.rounds = options.rounds or (5 if options.quick else 40)
    options.milliseconds = options.milliseconds or (50 if options.quick else 100)
    options.tries = 1 if options.quick else 3
    options.core = max(os.sched_getaffinity(0)) if options.core is None else options.core
    if options.core not in os.sched_getaffinity(0):
        parser.error(f"there is no core {options.core} here")
    whole = options.statements == scaling.sizes(scaling.STATEMENTS) and \
        options.principals == scaling.sizes(scaling.PRINCIPALS) and \
        len(options.rows) == len(peers.ROWS) and len(options.workloads) == len(workloads.NAMES)
    options.kept = options.keep or (whole and not options.quick and options.seed == SEED)
    return options


def keep(options, part, measured):
    """Replaces this part of the results, or prints it, where it is not to be kept."""
    made = {part: machine.stamp(options.seed) | measured}
    if options.kept:
        kept = results.load() | made
        results.save(kept)
        if part == "decisions":
            claim.update(kept)
        say(f"the results are in {(TOP / 'tests' / 'bench' / 'RESULTS.md').relative_to(TOP)}")
    else:
        results.save(made, WORK / "results")
        print((WORK / "results" / "RESULTS.md").read_text(encoding="utf-8"))
        say("not kept: see --help of --quick and --keep; a copy is in build/bench/results")


def run_decisions(options):
    fetch_policies()
    workloads.generate(WORK / "workloads", MANAGED, options.seed)
    tables = decisions.measure(options.workloads, options.rows, options)
    skipped = decisions.skipped(tables)
    if skipped and not options.keep:
        say(f"without {', '.join(skipped)} this is not the whole")
        options.kept = False
    keep(options, "decisions", {
        "rounds": options.rounds, "milliseconds": options.milliseconds, "about": peers.describe(options.rows),
        "summaries": {name: workloads.SUMMARIES[name] for name in options.workloads}, "workloads": tables})
    return 0 if all(table["valid"] for table in tables.values()) else 1


def run_record(_options):
    made = gate.record(TOP / "build" / "tools" / "bench" / "worker" / "build.ini")
    for (workload, way), figure in sorted(made.figures.items()):
        print(f"{workload} {way:13} {figure:10.0f}")
    return 0


def run_scaling(options):
    keep(options, "scaling", scaling.measure(options))
    return 0


def main(arguments):
    options = parse(arguments)
    task = run_record if options.record else run_scaling if options.scaling else run_decisions
    try:
        return task(options)
    except (Problem, workloads.MissingPolicies, instructions.Unable, instructions.Broken) as reason:
        print(f"tools/dev bench: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
