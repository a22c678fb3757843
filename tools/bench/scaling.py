# SPDX-License-Identifier: Apache-2.0
"""How decisions, compile time and size grow with what is in the store."""

import shutil
import statistics
import subprocess

import compiling
import interleave
import recipes
import scale_inputs
import workloads
from places import MANAGED, WORK, Problem, fetch_policies, say

STATEMENTS = "10,100,1000,10000,100000"
PRINCIPALS = "1000,10000,100000,1000000"
HOT = 100  # numbers that are asked over and over
ROUNDS = 7
MILLISECONDS = 100
REPEATS = 5
FOLDER = WORK / "scaling"


def sizes(text):
    """Numbers separated by commas, rising. ValueError."""
    try:
        found = sorted({int(word) for word in text.split(",")})
    except ValueError:
        raise ValueError(f"{text!r} is no list of numbers separated by commas") from None
    if not found or found[0] < 1 or found[-1] > 10_000_000:
        raise ValueError(f"{text!r} holds a size that is not from 1 to 10,000,000")
    return found


def ask(worker, folder, store, count, core):
    """Nanoseconds a decision for few numbers over and over and for all at random, and the memory of a worker."""
    base = [*worker, "--store", store, "--numbers", count]
    running = []
    try:
        for name, more in (("hot", ["--hot", min(HOT, count)]), ("random", [])):
            running.append(interleave.Worker(name, [*base, *more, folder], core))
            if running[-1].mismatches:
                raise Problem(f"{folder.name}: {running[-1].mismatches} of {running[-1].checked} answers are wrong")
        times = interleave.run(running, ROUNDS, MILLISECONDS)
        memory = running[-1].anonymous_memory()
    finally:
        for started in running:
            started.end()
    return {name: statistics.median(values) for name, values in times.items()} | {"anonymous": memory}


def one(worker, kind, count, core):
    """Makes, compiles and asks an input of one size."""
    folder = FOLDER / f"{kind.__name__}-{count}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    say(f"{kind.__name__} {count:,}: compiling")
    written = kind(folder, count)
    store = FOLDER / f"{kind.__name__}-{count}.store"
    row = {"count": count, "input": written} | compiling.compiled(sorted(folder.glob("*.json")), store, core)
    say(f"{kind.__name__} {count:,}: {row['seconds']:.2f} s; asking")
    return row | ask(worker, folder, store, count, core)


def first_answer(worker, rows, core):
    """From opening the largest store in a fresh process to the first answer."""
    row = max(rows, key=lambda row: row["size"])
    name = f"principals-{row['count']}"
    command = ["taskset", "-c", core, *worker, "--store", FOLDER / f"{name}.store", "--numbers", row["count"],
               FOLDER / name, "first"]
    times = []
    for _ in range(REPEATS):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        words = done.stdout.split()
        if words[1:] != ["right"]:
            raise Problem(f"no first answer from {name}: {done.stdout}{done.stderr}")
        times.append(int(words[0]) / 1e9)
    return {"size": row["size"], "count": row["count"], "seconds": statistics.median(times)}


def update(rows, core):
    """Changes one role in the store of most principals up to 100,000; None: compile has no --update."""
    if not compiling.knows_update():
        say("polcheck compile has no --update: the change of one role is left out")
        return None
    row = max((row for row in rows if row["count"] <= 100_000), key=lambda row: row["count"], default=None)
    if row is None:
        return None
    changed = FOLDER / "changed.json"
    store = FOLDER / f"principals-{row['count']}.store"
    times = []
    for number in range(REPEATS):
        scale_inputs.changed_role(changed, number)
        times.append(compiling.timed(["compile", "--jobs", "1", "--update", changed, "-o", store], core)["seconds"])
    return {"count": row["count"], "seconds": statistics.median(times)}


def managed(core):
    """Every managed policy of AWS, each held by a role of its own."""
    fetch_policies()
    holders = FOLDER / "holders.json"
    count = scale_inputs.holders(holders, MANAGED)
    say(f"all {count:,} managed policies: compiling, {REPEATS} times")
    runs = [compiling.compiled([MANAGED, holders], FOLDER / "managed.store", core) for _ in range(REPEATS)]
    written = sum(file.stat().st_size for file in (MANAGED / "policies").glob("*.json"))
    return {"count": count, "input": written, "size": runs[0]["size"],
            "seconds": statistics.median(run["seconds"] for run in runs),
            "cpu": statistics.median(run["cpu"] for run in runs)}


def allocations(worker):
    """What a decision takes from the heap, once warm: a second round through W1 may not take more."""
    heap = []
    workloads.generate(WORK / "workloads", MANAGED)
    for rounds in (1, 2):
        done = subprocess.run(["valgrind", "--tool=memcheck", "--leak-check=no", *map(str, worker),
                               str(WORK / "workloads" / "W1"), "count", str(1000 * rounds)],
                              capture_output=True, text=True, check=False)
        found = [line for line in done.stderr.splitlines() if "total heap usage:" in line]
        if done.returncode or not found:
            raise Problem(f"valgrind does not count what the worker allocates: {done.stderr[-300:]}")
        heap.append(int(found[0].split("usage:")[1].split()[0].replace(",", "")))
    return (heap[1] - heap[0]) / 1000


def measure(options):
    """All of it, as results.json keeps it. The stores, gigabytes of them, are removed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        return measure_all(recipes.polcheck(), options)
    finally:
        shutil.rmtree(FOLDER)


def measure_all(worker, options):
    core = options.core
    made = {"bucket": [one(worker, scale_inputs.bucket, count, core) for count in options.statements],
            "identity": [one(worker, scale_inputs.identity, count, core) for count in options.statements],
            "principals": [one(worker, scale_inputs.principals, count, core) for count in options.principals]}
    made["first"] = first_answer(worker, made["principals"], core)
    made["update"] = update(made["principals"], core)
    made["managed"] = managed(core)
    made["allocations"] = allocations(worker)
    return made
