# SPDX-License-Identifier: Apache-2.0
"""Runs workers side by side: all stay alive on one core, and in each round each runs a short batch, in random
order. Ratios are taken inside a round, so that a slow moment of the machine hits both sides. The clock is what the
scheduler says that the worker's threads were on a processor: being preempted does not count."""

import os
import random
import subprocess

from places import Problem


class Cannot(Exception):
    """The worker cannot do this workload; the reason is its own."""


def all_tasks(pid):
    """Nanoseconds that the threads of a process were on a processor."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as stat:
                total += int(stat.read().split()[0])
        except OSError:
            pass  # it has just ended
    return total


class Worker:
    """A process that speaks the worker protocol, bound to one core."""

    def __init__(self, name, command, core):
        self.name = name
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
                                        preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        self.checked, self.mismatches = self.wait_until_ready()

    def wait_until_ready(self):
        """Cannot: it said so. Problem: it ended or said something else."""
        words = self.process.stdout.readline().split()
        if words[:1] == ["READY"]:
            told = dict(word.split("=", 1) for word in words[2:] if "=" in word)
            return int(told["checked"]), int(told["mismatches"])
        self.end()
        if words[:1] == ["CANNOT"]:
            raise Cannot(" ".join(words[1:]))
        raise Problem(f"{self.name} did not start: {' '.join(words) or 'it printed nothing'}")

    def batch(self, milliseconds):
        """Nanoseconds a decision in one batch."""
        before = all_tasks(self.process.pid)
        self.process.stdin.write(f"batch {milliseconds}\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        if len(words) != 3 or int(words[0]) == 0:
            raise Problem(f"{self.name} ended in the middle of a batch")
        return (all_tasks(self.process.pid) - before) / int(words[0])

    def anonymous_memory(self):
        """Bytes of memory that are not of a file."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
        raise Problem("the system does not tell RssAnon")

    def end(self):
        try:
            self.process.stdin.close()
            self.process.wait(timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def run(workers, rounds, milliseconds, seed=1):
    """{name: [nanoseconds a decision of each round]}; two batches of each are warm-up and do not count."""
    order = random.Random(seed)
    for worker in workers * 2:
        worker.batch(milliseconds)
    times = {worker.name: [] for worker in workers}
    for _ in range(rounds):
        for worker in order.sample(workers, len(workers)):
            times[worker.name].append(worker.batch(milliseconds))
    return times
