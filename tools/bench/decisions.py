# SPDX-License-Identifier: Apache-2.0
"""Decisions of all workers on W1 to W4."""

from contextlib import ExitStack

import interleave
import peers
import ratios
from places import WORK, Problem, say


def build(rows):
    """{name: command or Problem}."""
    built = {}
    for row in rows:
        say(f"building {row.name}")
        try:
            built[row.name] = row.recipe()
        except Problem as reason:
            if row.name in peers.ALWAYS or row.name in peers.OURS:
                raise
            say(f"{row.name} is skipped: {reason}")
            built[row.name] = reason
    return built


def start(rows, built, folder, settings, stack):
    """The workers that run, and what is to be said of the others: {name: outcome}."""
    running, outcomes = [], {}
    for row in rows:
        command = built[row.name]
        if isinstance(command, Problem):
            outcomes[row.name] = {"skipped": str(command)}
            continue
        try:
            worker = interleave.Worker(row.name, [*command, folder, *row.arguments], settings.core)
        except interleave.Cannot as reason:
            outcomes[row.name] = {"cannot": str(reason)}
            continue
        stack.callback(worker.end)
        running.append(worker)
        outcomes[row.name] = {"checked": worker.checked, "mismatches": worker.mismatches}
        if worker.mismatches:
            say(f"{row.name} answers {worker.mismatches} of {worker.checked} requests wrongly")
    return running, outcomes


def once(rows, built, folder, settings):
    """One run of a workload: {name: outcome}."""
    with ExitStack() as stack:
        running, outcomes = start(rows, built, folder, settings, stack)
        times = interleave.run(running, settings.rounds, settings.milliseconds)
    for name, of_worker in times.items():
        outcomes[name] |= ratios.summary(of_worker, times[peers.REFERENCE])
    return outcomes


def workload(name, rows, built, settings):
    """Runs a workload until its pair of equals is equal, or the tries are used up."""
    for attempt in range(1, settings.tries + 1):
        say(f"{name}: {settings.rounds} rounds of {settings.milliseconds} ms each")
        outcomes = once(rows, built, WORK / "workloads" / name, settings)
        pair = outcomes[peers.CONTROL]
        if ratios.is_fair(pair):
            return {"valid": True, "workers": outcomes}
        say(f"{name}: two equal workers differ by {pair['low']:.3f}..{pair['high']:.3f}; try {attempt} of {settings.tries}")
    return {"valid": False, "workers": outcomes}


def skipped(tables):
    """The workers that could not be had."""
    return sorted({name for table in tables.values() for name, outcome in table["workers"].items()
                   if "skipped" in outcome})


def measure(names, rows, settings):
    """All of it: {workload: {valid, workers: {name: outcome}}}."""
    built = build(rows)
    return {name: workload(name, rows, built, settings) for name in names}
