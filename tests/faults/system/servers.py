# SPDX-License-Identifier: Apache-2.0
"""tests/faults/system/server.c, asked over pipes."""

import os
import subprocess

import campaign

OK, BUSY = 0, 12  # statuses of the library


class Server:
    """A server; it has said that it is ready, or ended."""

    def __init__(self, program, *words, cwd, env=None, **how):
        self.process = subprocess.Popen([program, *map(str, words)], cwd=cwd, env={**os.environ, **(env or {})},
                                        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, **how)
        self.first = self.process.stdout.readline().strip()

    def tell(self, command):
        """A command; the lines of its answer."""
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return []
        lines = []
        for line in self.process.stdout:
            if line == ".\n":
                break
            lines.append(line.strip())
        return lines

    def end(self):
        """Its exit status; None: it does not end."""
        try:
            return self.process.communicate(timeout=campaign.SECONDS) and self.process.returncode
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self):
        self.process.kill()
        self.process.communicate()


class Answers:
    """What `ask` said: `number` is the round that it is of, None when nothing was answered; `wrong`: what is wrong."""

    def __init__(self, lines, roles):
        self.statuses, rounds, self.wrong = set(), set(), []
        for count, line in enumerate(lines):
            status, decision, sid = line.split()
            self.statuses.add(int(status))
            if int(status) != OK or sid == "-":
                self.wrong += [f"allowed by nothing: {line}"] if decision == "allowed" else []
                continue
            number = int(sid.removeprefix("Round"))
            rounds.add(number)
            if (decision == "allowed") != ((number + count) % 2 == 0):
                self.wrong.append(f"role {count}: {line}")
        if len(lines) != roles or len(rounds) > 1:
            self.wrong.append(f"{len(lines)} answers of rounds {rounds}")
        self.number = max(rounds, default=None)
