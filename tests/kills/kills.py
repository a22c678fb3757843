#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills (-9) servers and compilers of one store again and again, and checks that nothing comes of it; prints TAP.

No answer may be wrong for the snapshot that it names, no snapshot may show policies of two compiles, the store must
verify after each kill, and no reader's slot may stay taken. With --signed each compile signs, servers trust that key
alone and note what they saw: no signature may be lost either, and no server may find the store unsigned or older.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

ACCOUNT = "111122223333"
ROLES = 200
SERVERS = 3
SECONDS = 60  # that anything may take at most


def manifest(number):
    """The policies of a round: see worker.c."""
    def role(index):
        effect = "Allow" if (number + index) % 2 == 0 else "Deny"
        statement = {"Sid": f"Round{number}", "Effect": effect, "Action": "s3:GetObject",
                     "Resource": f"arn:aws:s3:::bucket-{index}/*"}
        return {"arn": f"arn:aws:iam::{ACCOUNT}:role/role-{index}",
                "policies": [{"Version": "2012-10-17", "Statement": [statement]}]}
    return {"polcheck": 1, "roles": [role(index) for index in range(ROLES)]}


class Server:
    """A worker, and what it says."""

    def __init__(self, program, store, *trust):
        self.process = subprocess.Popen([program, store, str(ROLES), "0", *trust], stdout=subprocess.PIPE, text=True)
        self.lines = collections.deque()
        self.ready = threading.Event()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())
            self.ready.set()
        self.ready.set()

    def kill(self):
        """Ends it the hard way; what it said. The last line may be cut."""
        self.process.kill()
        self.process.wait(SECONDS)
        self.reader.join(SECONDS)
        return list(self.lines)


class Campaign:
    """One run: rounds of compiles and kills on one store."""

    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = folder
        self.store = str(folder / "store")
        self.key = folder / "ci"
        self.sign = ["--sign", f"{self.key}.key"] if arguments.signed else []
        self.trust = [f"{self.key}.pub", str(folder / "seen")] if arguments.signed else []
        self.rounds_of = {}  # snapshot: rounds that answers from it were of
        self.wrong = []
        self.unsigned = []  # what verify said of signatures that are lost
        self.counts = collections.Counter()
        self.random = random.Random(arguments.seed)
        self.servers = []
        self.compiling = 1.0  # seconds that the last whole compile took

    def compile(self, number, kill_after=None):
        """Compiles a round, to its end or until it is killed."""
        begin = time.monotonic()
        source = self.folder / "policies.json"
        source.write_text(json.dumps(manifest(number)), encoding="utf-8")
        update = ["--update"] if number > 0 and self.random.random() < 0.5 else []  # which defines the same
        with subprocess.Popen([self.arguments.polcheck, "compile", *update, *self.sign, str(source), "-o", self.store],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            if kill_after is not None:
                time.sleep(kill_after)
                process.kill()
            said = process.communicate(timeout=SECONDS)[1]
        if process.returncode == -signal.SIGKILL:
            self.counts["compilers killed"] += 1
        elif process.returncode == 0:
            self.counts["compiles"] += 1
            self.compiling = time.monotonic() - begin
        else:
            self.wrong.append(f"compile of round {number} ended with {process.returncode}: {said.strip()}")

    def hear(self, lines):
        """Takes in what a server said."""
        for line in lines:
            found = re.fullmatch(r"(\d+) (\d+)", line)
            if found:
                self.counts["snapshots seen"] += 1
                self.rounds_of.setdefault(int(found[1]), set()).add(int(found[2]))
            elif line and not line.startswith("ready") and not "ready".startswith(line):
                self.wrong.append(line)

    def start_server(self):
        server = Server(self.arguments.worker, self.store, *self.trust)
        self.servers.append(server)
        return server

    def kill_server(self, server):
        self.servers.remove(server)
        self.hear(server.kill())
        self.counts["servers killed"] += 1

    def verify(self):
        """Whether what a kill left is signed, and as new as what servers saw."""
        if self.trust:
            done = subprocess.run([self.arguments.polcheck, "verify", self.store, "--trusted-keys", self.trust[0], "--seen", self.trust[1]],
                                  capture_output=True, text=True, check=False, timeout=SECONDS)
            self.counts["signatures verified"] += 1
            if done.returncode != 0:
                self.unsigned.append(f"{done.returncode}: {done.stdout.strip()} {done.stderr.strip()}")

    def slots(self):
        done = subprocess.run([self.arguments.slots, self.store], capture_output=True, text=True, check=True,
                              timeout=SECONDS)
        return int(done.stdout)

    def round(self, number):
        """Kills a server and a compiler at moments of chance, then lets both go on."""
        victim = self.random.choice(self.servers)
        victim.ready.wait(SECONDS)
        killer = threading.Timer(self.random.uniform(0, 1.5 * self.compiling), self.kill_server, [victim])
        killer.start()
        self.compile(number, kill_after=self.random.uniform(0, 1.2 * self.compiling))
        killer.join(SECONDS)
        self.verify()
        self.start_server()
        # Verifies every page of the store before it writes, and clears the slots of the dead.
        self.compile(number + 1)
        self.verify()

    def run(self):
        if self.trust:
            subprocess.run([self.arguments.polcheck, "keygen", str(self.key)], capture_output=True, check=True, timeout=SECONDS)
        self.compile(0)
        for _ in range(SERVERS):
            self.start_server()
        for number in range(self.arguments.rounds):
            self.round(2 * number + 1)
            if sys.stderr.isatty():
                print(f"\rround {number + 1} of {self.arguments.rounds}", end="", file=sys.stderr, flush=True)
        time.sleep(0.2)  # until the servers have the last one
        self.counts["slots while servers live"] = self.slots()
        for server in list(self.servers):
            self.kill_server(server)
        self.compile(2 * self.arguments.rounds + 1)
        self.counts["slots at the end"] = self.slots()


def report(campaign):
    """Prints the tests; how many failed."""
    counts = campaign.counts
    mixed = {snapshot: rounds for snapshot, rounds in campaign.rounds_of.items() if len(rounds) != 1}
    rounds = campaign.arguments.rounds
    tests = [
        ("no answer is wrong", campaign.wrong),
        ("each snapshot shows the policies of one compile", [f"{at}: {found}" for at, found in mixed.items()]),
        ("servers and compilers were killed in each round",
         [] if counts["servers killed"] >= rounds and counts["compilers killed"] > 0 else [str(dict(counts))]),
        ("a server takes no more than two slots",
         [] if counts["slots while servers live"] <= 2 * SERVERS else [str(counts["slots while servers live"])]),
        ("no slot stays taken", [] if counts["slots at the end"] == 0 else [str(counts["slots at the end"])]),
        ("no signature is lost", campaign.unsigned),
        ("answers were seen from many snapshots", [] if len(campaign.rounds_of) > rounds / 2 else
         [str(len(campaign.rounds_of))]),
    ]
    print(f"1..{len(tests)}")
    for number, (name, faults) in enumerate(tests, 1):
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
        for fault in faults[:20]:
            print(f"# {fault}")
    print(f"# {rounds} rounds, seed {campaign.arguments.seed}: "
          + ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
          + f", {len(campaign.rounds_of)} different snapshots")
    tries = counts["servers killed"] + counts["compilers killed"]
    lost = len(mixed) + len(campaign.unsigned)
    wrong = sum(len(faults) for _, faults in tests) - lost
    name = "kills-signed" if campaign.arguments.signed else "kills"
    print(f"# campaign {name}: tries={tries} survived={tries - lost - wrong} lost={lost} wrong={wrong}")
    return sum(bool(faults) for _, faults in tests)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polcheck", required=True, help="the command")
    parser.add_argument("--worker", required=True, help="the server that is killed")
    parser.add_argument("--slots", required=True, help="what counts reader slots")
    parser.add_argument("--signed", action="store_true", help="compiles sign, and servers want it")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="polcheck-kills-") as folder:
        campaign = Campaign(arguments, pathlib.Path(folder))
        try:
            campaign.run()
        finally:
            for server in campaign.servers:
                server.process.kill()
        return 1 if report(campaign) else 0


if __name__ == "__main__":
    sys.exit(main())
