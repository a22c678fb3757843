#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a crowd of servers on one store while all slots of readers are taken, and kills (-9) many of them.

Who has no slot denies with "busy", at once and without a hang; who has one goes on with what was right; writing needs
none. The slots of the dead are free again for the next one, the living then have the newest policies, and the file
stops growing. Prints TAP.
"""

import pathlib
import random
import subprocess
import sys

import campaign
from servers import BUSY, OK, Answers, Server

ROLES = 8
LATE = 5       # servers that find no slot
COMPILES = 24  # with the slots of the dead there


class Crowd:
    """A store and those that read it."""

    def __init__(self, options, folder, tally):
        self.options, self.tally = options, tally
        self.place = campaign.Place(options.polcheck, folder)
        self.folder = campaign.fresh(folder / "try")
        self.server, self.taker, self.counter = (str(pathlib.Path(path).resolve())
                                                 for path in (options.server, options.taker, options.slots))
        self.chance = random.Random(options.seed)
        self.number = -1
        self.servers = []

    def compile(self):
        """The next round; what is wrong."""
        self.number += 1
        campaign.write_manifest(self.folder / "round.json", self.number, ROLES)
        done = self.place.run("compile", "round.json", "-o", "store", "-j", "1", cwd=self.folder)
        return [] if done.returncode == 0 else [("wrong", f"compile ended with {done.returncode}: {done.stderr}")]

    def start(self):
        mode = self.chance.choice(("manual", "manual", "call", "background"))
        server = Server(self.server, "store", mode, 50, cwd=self.folder)
        self.servers.append(server)
        return server

    def take_slots(self):
        taker = subprocess.Popen([self.taker, "store"], cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 text=True)
        self.tally.notes["slots taken"] += int(taker.stdout.readline())
        return taker

    def slots(self):
        done = subprocess.run([self.counter, "store"], cwd=self.folder, capture_output=True, text=True, check=True,
                              timeout=campaign.SECONDS)
        return int(done.stdout)

    def judge(self, server, what, rounds, wrong=()):
        """One server's answers, which must be of one of these rounds; None: busy."""
        answers = Answers(server.tell(f"ask {ROLES}"), ROLES)
        wrong = [*wrong, *(("wrong", text) for text in answers.wrong)]
        if answers.number not in rounds or not answers.statuses <= {OK, BUSY}:
            wrong.append(("wrong", f"round {answers.number}, statuses {answers.statuses}, not {rounds}"))
        self.tally.end(what, wrong)

    def look_all(self, what, rounds):
        for server in self.servers:
            server.tell("reload")
            self.judge(server, what, rounds)

    def kill(self, servers):
        for server in servers:
            self.servers.remove(server)
            server.kill()

    def late_comers(self):
        """No slot is free: servers wait for one and deny, commands say so."""
        late = [Server(self.server, "store", "manual", 50, cwd=self.folder) for _ in range(LATE)]
        for server in late:
            self.judge(server, "a server without a slot", (None,))
        done = self.place.run("eval", "--store", "store", "--batch", given=campaign.questions(ROLES), cwd=self.folder)
        good = done.returncode == 2 and "POL0904" in done.stderr and "allowed" not in done.stdout
        wrong = [] if good else [("wrong", f"{done.returncode}: {done.stdout}{done.stderr}")]
        self.tally.end("a command without a slot", wrong)
        return late

    def cycle(self):
        """A crowd comes, is locked out, dies in parts, and all is as before."""
        wrong = self.compile()
        while len(self.servers) < self.options.servers:
            self.start()
        self.tally.end("a compile", wrong)
        self.look_all("a server of many", (self.number,))
        taker = self.take_slots()
        late = self.late_comers()
        self.tally.end("a compile while no slot is free", self.compile())
        self.look_all("a server of many, while no slot is free", (self.number - 1, self.number))
        taker.kill()
        taker.communicate()
        self.kill(self.chance.sample(self.servers, len(self.servers) // 2))
        self.tally.end("a compile after many died", self.compile())
        for server in late:
            server.tell("reload")
            self.judge(server, "a server that waited for a slot", (self.number,))
        self.servers += late
        self.look_all("a server that lives on", (self.number,))

    def growth(self):
        """The slots of the dead hold no pages: the file stops growing, and no slot stays taken."""
        taker = self.take_slots()
        taker.kill()
        taker.communicate()
        self.kill(list(self.servers))
        sizes = []
        for _ in range(COMPILES):
            wrong = self.compile()
            sizes.append((self.folder / "store" / "data.mdb").stat().st_size)
            self.tally.end("a compile among the dead", wrong)
        wrong = [] if sizes[-1] == sizes[COMPILES // 2] else [("wrong", f"the file grows: {sizes}")]
        if self.slots() != 0:
            wrong.append(("wrong", f"{self.slots()} slots stay taken"))
        self.tally.end("a file among the dead", wrong)


def main():
    options = campaign.arguments_of(__doc__, server=None, taker=None, slots=None, servers=200, cycles=10)
    tally = campaign.Tally("readers")
    with campaign.scratch() as folder:
        crowd = Crowd(options, pathlib.Path(folder), tally)
        try:
            for _ in range(options.cycles):
                crowd.cycle()
            crowd.growth()
        finally:
            crowd.kill(list(crowd.servers))
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
