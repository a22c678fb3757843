#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets two commands write to one store or one vault at the same time, again and again.

Both are done, one after the other in either order, or one says why not; nothing of either is lost or half there, and
audit logs verify. Prints TAP.
"""

import json
import pathlib
import random
import subprocess
import sys
import time

import campaign

ROLES = 20
OTHER = "444455556666"
FUNCTION = f"arn:aws:lambda:eu-west-1:{campaign.ACCOUNT}:function:thumbs"


class Pair:
    """Two commands at the same time."""

    def __init__(self, options, folder, tally):
        self.place = campaign.Place(options.polcheck, folder)
        self.folder, self.tally = folder / "try", tally
        self.chance = random.Random(options.seed)

    def both(self, first, second):
        """Runs two commands, the second begun a moment of chance later; their outcomes."""
        begun = [self.place.start(*first, cwd=self.folder)]
        time.sleep(self.chance.choice((0, self.chance.uniform(0, 0.02))))
        begun.append(self.place.start(*second, cwd=self.folder))
        ended = []
        for process in begun:
            try:
                said = process.communicate(timeout=campaign.SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                said = process.communicate()
                process.returncode = None
            ended.append((process.returncode, said[1]))
        return ended

    def rounds(self, account):
        found = self.place.rounds("store", ROLES, cwd=self.folder, account=account)
        if isinstance(found, str):
            return found
        return found[0] if len(set(found)) == 1 else f"rounds {set(found)}"

    def write(self, number):
        campaign.write_manifest(self.folder / "one.json", number, ROLES)
        campaign.write_manifest(self.folder / "other.json", number, ROLES, OTHER)

    def must(self, *words):
        done = self.place.run(*words, cwd=self.folder)
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.stderr}")


def failed(ended):
    return [("wrong", f"ended with {status}: {said}") for status, said in ended if status != 0]


# Compiles -----------------------------------------------------------------------------------------

def updates(pair, number):
    """Two accounts into one store: both are there."""
    pair.write(number)
    if not (pair.folder / "store").exists():
        pair.must("compile", "one.json", "other.json", "-o", "store")
        number += 1
        pair.write(number)
    ended = pair.both(("compile", "--update", "one.json", "-o", "store"),
                      ("compile", "--update", "other.json", "-o", "store"))
    found = [pair.rounds(campaign.ACCOUNT), pair.rounds(OTHER)]
    return failed(ended) + ([] if found == [number] * 2 else [("lost", f"round {number}: {found}")])


def whole_and_update(pair, number):
    """A compile of everything, and an update: one of the two orders."""
    pair.write(number)
    if not (pair.folder / "store").exists():
        pair.must("compile", "one.json", "other.json", "-o", "store")
        number += 1
        pair.write(number)
    ended = pair.both(("compile", "one.json", "-o", "store"), ("compile", "--update", "other.json", "-o", "store"))
    found = (pair.rounds(campaign.ACCOUNT), pair.rounds(OTHER))
    good = found[0] == number and (found[1] == number or (isinstance(found[1], str) and "status 2" in found[1]))
    return failed(ended) + ([] if good else [("lost", f"round {number}: {found}")])


def new_stores(pair, number):
    """Two make the same new store: it is that of one of the two, whole."""
    campaign.fresh(pair.folder)
    campaign.write_manifest(pair.folder / "a.json", 2 * number, ROLES)
    campaign.write_manifest(pair.folder / "b.json", 2 * number + 1, ROLES)
    if pair.chance.random() < 0.5:
        (pair.folder / "store").mkdir()
    ended = pair.both(("compile", "a.json", "-o", "store"), ("compile", "b.json", "-o", "store"))
    found = pair.rounds(campaign.ACCOUNT)
    left = [path.name for path in pair.folder.rglob("*new-*")]
    return (failed(ended) + ([] if found in (2 * number, 2 * number + 1) else [("lost", f"{found}")])
            + ([("wrong", f"left behind: {left}")] if left else []))


# Vaults -------------------------------------------------------------------------------------------

def root(key="root.key"):
    return ("--vault", "vault", "--root-key", key)


def listed(pair, key="root.key"):
    """The names of all variables; none where the vault does not open."""
    done = pair.place.run("secrets", "list", *root(key), "--json", cwd=pair.folder)
    return {variable["name"] for line in done.stdout.splitlines() for variable in json.loads(line)["variables"]}


def verify(pair, key="root.key"):
    done = pair.place.run("secrets", "audit", *root(key), "--verify", cwd=pair.folder)
    return [] if done.returncode == 0 else [("wrong", f"the audit log: {done.stdout}{done.stderr}")]


def make_vault(pair):
    if not (pair.folder / "vault").exists():
        pair.must("secrets", "init", *root())
        pair.must("compile", "one.json", "-o", "store")


def env(pair, name):
    path = pair.folder / f"{name}.env"
    path.write_text(f"{name}=value\n", encoding="ascii")
    path.chmod(0o600)
    return ("secrets", "put", *root(), "--function", FUNCTION, "--env-file", path.name)


def puts(pair, number):
    """Two variables of one function: both are there."""
    pair.write(number)
    make_vault(pair)
    names = {f"A_{number % 50}", f"B_{number % 50}"}
    if names & listed(pair):  # again the first ones
        pair.must("secrets", "rm", *root(), "--function", FUNCTION, "--all")
    ended = pair.both(*(env(pair, name) for name in sorted(names)))
    found = listed(pair)
    return failed(ended) + verify(pair) + ([] if names <= found else [("lost", f"{names} became {found}")])


def put_and_rotate(pair, number):
    """A variable and a rotation of all keys."""
    pair.write(number)
    make_vault(pair)
    ended = pair.both(env(pair, "ROTATED"), ("secrets", "rotate", *root()))
    found = listed(pair)
    return failed(ended) + verify(pair) + ([] if "ROTATED" in found else [("lost", f"{found}")])


def compile_and_put(pair, number):
    """A compile of a store, and a change of a vault that is used with it."""
    pair.write(number)
    make_vault(pair)
    ended = pair.both(("compile", "one.json", "-o", "store"), env(pair, "BESIDE"))
    found = pair.rounds(campaign.ACCOUNT)
    good = found == number and "BESIDE" in listed(pair)
    return failed(ended) + verify(pair) + ([] if good else [("lost", f"{found}")])


def inits(pair, number):
    """Two make a vault: one does."""
    campaign.fresh(pair.folder)
    ended = pair.both(("secrets", "init", *root("a.key")), ("secrets", "init", *root("b.key")))
    statuses = [status for status, _ in ended]
    if sorted(map(str, statuses)) != ["0", "2"]:
        return [("lost" if 0 not in statuses else "wrong", f"{ended}")]
    key = "a.key" if statuses[0] == 0 else "b.key"
    put = pair.place.run("secrets", "put", *root(key), "--function", FUNCTION, "NAME_ONE", given="value",
                         cwd=pair.folder)
    return verify(pair, key) + ([] if put.returncode == 0 else [("lost", put.stderr)])


def rekeys(pair, number):
    """Two new root keys: one counts, and the other command says that its old one does not any more."""
    campaign.fresh(pair.folder)
    pair.must("secrets", "init", *root())
    pair.must(*env(pair, "KEPT"))
    ended = pair.both(("secrets", "rekey", *root(), "--new-root-key", "a.key"),
                      ("secrets", "rekey", *root(), "--new-root-key", "b.key"))
    statuses = [status for status, _ in ended]
    if sorted(map(str, statuses)) != ["0", "2"]:
        return [("lost" if 0 not in statuses else "wrong", f"{ended}")]
    key, old = ("a.key", "b.key") if statuses[0] == 0 else ("b.key", "a.key")
    opens = [other for other in (old, "root.key") if (pair.folder / other).exists() and "KEPT" in listed(pair, other)]
    return (verify(pair, key) + ([] if "KEPT" in listed(pair, key) else [("lost", f"{key} does not open it")])
            + ([("wrong", f"{opens} open it too")] if opens else []))


SCENES = (updates, whole_and_update, new_stores, puts, put_and_rotate, compile_and_put, inits, rekeys)


def main():
    options = campaign.arguments_of(__doc__, rounds=200)
    tally = campaign.Tally("writers")
    with campaign.scratch() as folder:
        pair = Pair(options, pathlib.Path(folder), tally)
        for scene in SCENES:
            campaign.fresh(pair.folder)
            for number in range(options.rounds):
                tally.end(f"{scene.__name__}, round {number}", scene(pair, 2 * number))
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
