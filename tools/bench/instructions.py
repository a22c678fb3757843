# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions of a decision with callgrind, and compares them with what was recorded.

Times move from hour to hour on a shared machine; instructions do not. They hold for one compiler, one set of
libraries and one kind of processor (the C library has its own memcpy for each), so these are recorded as well.
"""

import concurrent.futures
import configparser
import os
import pathlib
import platform
import re
import shutil
import subprocess
import tempfile

TOLERANCE = 0.03
REQUESTS = 1000  # of a workload: a count that is a multiple asks each as often
ALLOWED = 500  # of them
WAYS = {"decision": [], "prepared": ["--prepared"], "with-reasons": ["--reasons"],
        "explained": ["--explain"], "public": ["--public"]}
PUBLIC_FACTOR = 1.2  # what a decision through libpolcheck may cost of one that asks the modules directly
HEAD = """\
# Instructions of one decision, by workload, as callgrind counts them: on its own, on a request made before, with
# reasons, explained, and through libpolcheck. What is before the empty line says with what they were counted;
# elsewhere the test that compares them is skipped.
# Made by `tools/dev bench --record`.
"""


class Unable(Exception):
    """The instructions cannot be counted here."""


class Broken(Exception):
    """The worker does not do what it is for."""


class Build:
    """The worker of a build folder, as its build.ini describes it."""

    def __init__(self, ini):
        parser = configparser.ConfigParser()
        if not parser.read(ini, encoding="utf-8"):
            raise Unable(f"{ini} is missing: build with -Dbench=true")
        self.worker = parser["worker"]["path"]
        self.made_with = dict(parser["made with"])


def valgrind_version():
    if shutil.which("valgrind") is None:
        raise Unable("valgrind is not installed")
    return subprocess.run(["valgrind", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def processor():
    """The machine's kind, as far as the C library chooses its functions by it."""
    try:
        flags = set(re.findall(r"^flags\s*:(.*)$", pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii"),
                               re.MULTILINE)[0].split())
    except (OSError, IndexError):
        flags = set()
    return " ".join([platform.machine(), *sorted(flags & {"avx2", "erms", "bmi2"})])


def circumstances(build):
    """All that the figures depend on, by name."""
    return build.made_with | {"libc": " ".join(platform.libc_ver()), "processor": processor(),
                              "valgrind": valgrind_version()}


def callgrind(command, answer):
    """Runs a command that has to print the answer under callgrind; the number of its instructions."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                          capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or done.stdout.strip() != answer or not found:
        said = [line for line in done.stderr.splitlines() if not line.startswith("==")]
        raise Broken(f"{' '.join(command)}: status {done.returncode}, {done.stdout.strip()} instead of {answer}: "
                     + "; ".join(said))
    return int(found[1])


def make_store(build, workload, store):
    """Makes a store for one run alone."""
    done = subprocess.run([build.worker, "--store", str(store), str(workload), "make"], capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise Broken(f"the worker could not make a store: {done.stderr.strip()}")
    return store


def of_decision(build, folder, workload, way):
    """The instructions of one decision: a second round through all requests costs this much more."""
    store = make_store(build, workload, folder / f"{workload.name}.{way}.store")
    base = [build.worker, *WAYS[way], "--store", str(store), str(workload), "count"]
    once, twice = (callgrind(base + [str(rounds * REQUESTS)], str(rounds * ALLOWED)) for rounds in (1, 2))
    return (twice - once) / REQUESTS


def measure(build, workloads):
    """{(workload, way): instructions of a decision}, for workloads that lie in these folders."""
    with tempfile.TemporaryDirectory(prefix="polcheck-instructions-") as scratch, \
            concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        running = {(workload.name, way): pool.submit(of_decision, build, pathlib.Path(scratch), workload, way)
                   for workload in workloads for way in WAYS}
        return {row: counting.result() for row, counting in running.items()}


def public_factors(figures):
    """(workload, what a decision through libpolcheck costs of one that asks the modules, what is wrong or None)."""
    for workload in sorted({workload for workload, _ in figures}):
        factor = figures[workload, "public"] / figures[workload, "decision"]
        wrong = f"more than {PUBLIC_FACTOR} times" if factor > PUBLIC_FACTOR else None
        yield workload, factor, wrong


class Record:
    """The recorded figures, {(workload, way): instructions}, and the circumstances that they hold for."""

    def __init__(self, where, figures):
        self.where = where
        self.figures = figures

    @classmethod
    def read(cls, path):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        blank = lines.index("")
        where = dict(line.split(": ", 1) for line in lines[:blank])
        rows = [line.split() for line in lines[blank + 1:]]
        return cls(where, {(workload, way): float(figure) for workload, way, figure in rows})

    def write(self, path):
        rows = [f"{workload} {way} {figure:.0f}" for (workload, way), figure in sorted(self.figures.items())]
        where = [f"{name}: {value}" for name, value in sorted(self.where.items())]
        path.write_text(HEAD + "\n".join([*where, "", *rows]) + "\n", encoding="utf-8")

    def differs(self, where):
        """What is not as it was when the figures were recorded; empty: they hold."""
        names = sorted(set(self.where) | set(where))
        return [f"{name} is {where.get(name, 'unknown')}, recorded was {self.where.get(name, 'nothing')}"
                for name in names if self.where.get(name) != where.get(name)]

    def judge(self, row, figure):
        """What is wrong with a figure; None: it is within the tolerance."""
        recorded = self.figures.get(row)
        again = "record it anew with `tools/dev bench --record` and say why in the commit"
        if recorded is None:
            return f"nothing is recorded for it: {again}"
        change = figure / recorded - 1
        if abs(change) <= TOLERANCE:
            return None
        advice = f"if that has to be, {again}" if change > 0 else f"the record is stale: {again}"
        return f"{figure:.0f} instructions a decision, recorded are {recorded:.0f}: {100 * change:+.1f} %; {advice}"
