# SPDX-License-Identifier: Apache-2.0
"""The golden integrations of corpus/integrations, and what test_lambda_integrations.py does with them.

corpus/integrations/KIND/ holds for one row of the table of integrations
  works*.toml    a `manifest` in which that integration has exactly the permissions that it needs
  nothing*.toml  one in which it needs none, and has none
with `name`; `facts`: where LAMBDA.md says what it needs; `warns`: patterns of the actions that it works
without, less well (the mark is then "warns" and not "fails"); `instead`: the action that is named when
another one is missing, where either is enough.

A manifest is of account A, and of FOREIGN where two take part. Every name in it that has no account of its
own (of buckets and mappings) ends in one of the two, so that copies of a manifest, each in accounts of its own, fit into one
store: what is checked a thousand times is compiled once.
"""

import copy
import json
import os
import pathlib
import subprocess
import tomllib

TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDER = TOP / "corpus" / "integrations"
A, FOREIGN = "111122223333", "444455556666"
VERSION = "2012-10-17"


def run(*arguments, cwd=None, given=""):
    return subprocess.run([os.environ["POLCHECK"], *map(str, arguments)], cwd=cwd, input=given, timeout=60,
                          capture_output=True, encoding="utf-8", check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"})


def goldens(prefix):
    return sorted(FOLDER.glob(f"*/{prefix}*.toml"))


def read(path):
    """A case, its manifest as an object."""
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    assert {"name", "facts", "manifest"} <= set(case) <= {"name", "facts", "manifest", "warns", "instead"}, path
    return {**case, "manifest": json.loads(case["manifest"])}


def listed(value):
    """One value or several, as policies have them."""
    return value if isinstance(value, list) else [value]


# Policies of a manifest ----------------------------------------------------------------------------


def documents(manifest):
    """All policies of a manifest, each with the object and the member or place that holds it."""
    for part in ("roles", "users"):
        for principal in manifest.get(part, []):
            yield from ((principal["policies"], i) for i in range(len(principal.get("policies", []))))
            yield from ((principal, name) for name in ("trust", "boundary") if name in principal)
    for part in ("resources", "functions"):
        yield from ((holder, "policy") for holder in manifest.get(part, []) if "policy" in holder)
    organization = manifest.get("organization", {})
    for entity in [*organization.get("levels", []), *organization.get("accounts", [])]:
        yield from ((entity["scp"], i) for i in range(len(entity.get("scp", []))))


def allows(manifest):
    """Its Allow statements."""
    for holder, place in documents(manifest):
        yield from (one for one in holder[place]["Statement"] if one["Effect"] == "Allow")


def without(manifest, number, member=None, value=None):
    """A copy without a value of a member of its Allow statement of that number, or without the statement."""
    made = copy.deepcopy(manifest)
    statement = list(allows(made))[number]
    if member is not None and len(listed(statement[member])) > 1:
        statement[member] = [other for other in statement[member] if other != value]
        return made
    for holder, place in list(documents(made)):
        holder[place]["Statement"] = [one for one in holder[place]["Statement"] if one is not statement]
    return tidy(made)


def without_any(manifest):
    """A copy that allows nothing; what it denies stays."""
    made = copy.deepcopy(manifest)
    for holder, place in list(documents(made)):
        holder[place]["Statement"] = [one for one in holder[place]["Statement"] if one["Effect"] != "Allow"]
    return tidy(made)


# What a policy without statements leaves: a boundary or a level that allows nothing, else no policy.
NOTHING = {"Version": VERSION, "Statement": [{"Effect": "Allow", "Action": "none:Nothing", "Resource": "*"}]}


def tidy(manifest):
    for holder, place in reversed(list(documents(manifest))):
        if holder[place]["Statement"]:
            continue
        guard = place == "boundary" or holder in [
            entity.get("scp") for part in ("levels", "accounts")
            for entity in manifest.get("organization", {}).get(part, [])]
        if guard:
            holder[place] = copy.deepcopy(NOTHING)
        else:
            del holder[place]
    return manifest


def removals(manifest):
    """What can be taken away: (number of the statement, member, value)."""
    for number, statement in enumerate(allows(manifest)):
        for action in listed(statement["Action"]):
            yield number, "Action", action
        if len(listed(statement.get("Resource", "*"))) > 1:
            yield from ((number, "Resource", resource) for resource in statement["Resource"])


# Mends ---------------------------------------------------------------------------------------------


def add_statement(holder, member, statement):
    holder.setdefault(member, {"Version": VERSION, "Statement": []})["Statement"].append(statement)


def find(manifest, part, arn):
    return [one for one in manifest.get(part, []) if one["arn"] == arn]


def levels_of(organization, account):
    """The entities above an account from the root, and itself."""
    above = {entity["id"]: entity for entity in organization["levels"]}
    chain = [next(one for one in organization["accounts"] if one["id"] == account)]
    while "parent" in chain[0]:
        chain.insert(0, above[chain[0]["parent"]])
    return chain


def apply(manifest, mend):
    """Adds a mend's statement to the policy that it names, as a reader of the output would."""
    kind, holder, statement = mend["type"], mend["holder"], copy.deepcopy(mend["statement"])
    if kind == "scp":
        level = levels_of(manifest["organization"], holder)[mend["level"]]
        level["scp"].append({"Version": VERSION, "Statement": [statement]})
    elif kind in ("trust", "boundary"):
        (role,) = find(manifest, "roles", holder)
        add_statement(role, kind, statement)
    elif kind == "identity":
        (principal,) = find(manifest, "roles", holder) + find(manifest, "users", holder)
        principal.setdefault("policies", []).append({"Version": VERSION, "Statement": [statement]})
    else:
        assert kind in ("resource", "key"), kind
        found = find(manifest, "functions", holder) or find(manifest, "resources", holder)
        if not found:
            found = [{"arn": holder}]
            manifest.setdefault("resources", []).extend(found)
        add_statement(found[0], "policy", statement)


def mended(manifest, mends):
    made = copy.deepcopy(manifest)
    for mend in mends:
        apply(made, mend)
    return made


def lesser(mends):
    """What is left of mends when an action or a resource of one of them is left out, with what that was."""
    for i, mend in enumerate(mends):
        for member in ("Action", "Resource"):
            values = listed(mend["statement"].get(member, []))
            if member == "Resource" and len(values) == 1:
                continue
            for value in values:
                less = copy.deepcopy(mends)
                less[i]["statement"][member] = [other for other in values if other != value]
                yield value, [other for j, other in enumerate(less) if j != i or len(values) > 1]


# Checking ------------------------------------------------------------------------------------------


def golden(kind, name="works"):
    """The manifest of a golden case."""
    return read(FOLDER / kind / f"{name}.toml")["manifest"]


class Checker:
    """Checks many manifests in few stores."""

    def __init__(self, folder):
        self.folder = folder
        self.rounds = 0

    def check(self, manifests):
        """What `lambda check --json` says of the function of each manifest."""
        self.rounds += 1
        together = [i for i, manifest in enumerate(manifests) if "organization" not in manifest]
        results = dict(zip(together, self._check([manifests[i] for i in together], f"{self.rounds}")))
        for i, manifest in enumerate(manifests):
            if i not in results: # a store has one organisation
                (results[i],) = self._check([manifest], f"{self.rounds}-{i}")
        return [results[i] for i in range(len(manifests))]

    def _check(self, manifests, name):
        if not manifests:
            return []
        folder = self.folder / name
        folder.mkdir()
        accounts = {}
        for i, manifest in enumerate(manifests):
            own, foreign = f"{200000000000 + i}", f"{300000000000 + i}"
            accounts[own] = (i, foreign)
            text = json.dumps(manifest).replace(A, own).replace(FOREIGN, foreign)
            (folder / f"{i}.json").write_text(text, encoding="utf-8")
        done = run("compile", folder, "-o", f"{folder}.store")
        assert done.returncode == 0, done.stderr
        done = run("lambda", "check", "-s", f"{folder}.store", "--json")
        assert done.returncode in (0, 1) and done.stderr == "", done.stderr
        results = {}
        for line in done.stdout.splitlines():
            function = json.loads(line).get("function")
            if function is None:
                continue # what belongs to the account
            own = function.split(":")[4]
            i, foreign = accounts[own]
            results[i] = json.loads(line.replace(own, A).replace(foreign, FOREIGN))
        return [results[i] for i in range(len(manifests))]


class Golden:
    """A works*.toml with all that is checked of it; Book fills the results in."""

    def __init__(self, path):
        self.path = path
        self.kind = path.parent.name
        case = read(path)
        self.manifest = case["manifest"]
        self.warns, self.instead = case.get("warns", []), case.get("instead", {})
        self.nothing = without_any(self.manifest)
        self.removals = list(removals(self.manifest))
        self.works = self.empty = self.whole = None
        self.reduced, self.repaired = [], []
        self.lesser, self.lessened = [], []

    def reductions(self):
        return [without(self.manifest, *removal) for removal in self.removals]

    def integration(self, result):
        (found,) = [one for one in result["integrations"] if one["kind"] == self.kind]
        return found


class Book:
    """All goldens, checked: as they are, without each of their permissions, without all of them; then with
    the mends that were printed; last without each action of these mends."""

    def __init__(self, folder):
        checker = Checker(folder)
        self.goldens = [Golden(path) for path in goldens("works")]
        self._first(checker)
        self._second(checker)
        self._third(checker)
        self.by_path = {golden.path: golden for golden in self.goldens}

    @staticmethod
    def _take(golden, results, count):
        return [golden.integration(next(results)) for _ in range(count)]

    def _first(self, checker):
        asked = [one for golden in self.goldens
                 for one in (golden.manifest, golden.nothing, *golden.reductions())]
        results = iter(checker.check(asked))
        for golden in self.goldens:
            golden.works, golden.empty, *golden.reduced = self._take(golden, results, 2 + len(golden.removals))

    def _second(self, checker):
        asked = []
        for golden in self.goldens:
            asked.append(mended(golden.nothing, golden.empty["mends"]))
            asked.extend(mended(manifest, result["mends"])
                         for manifest, result in zip(golden.reductions(), golden.reduced))
        results = iter(checker.check(asked))
        for golden in self.goldens:
            golden.whole, *golden.repaired = self._take(golden, results, 1 + len(golden.removals))

    def _third(self, checker):
        asked = []
        for golden in self.goldens:
            golden.lesser = list(lesser(golden.empty["mends"]))
            asked.extend(mended(golden.nothing, less) for _, less in golden.lesser)
        results = iter(checker.check(asked))
        for golden in self.goldens:
            golden.lessened = self._take(golden, results, len(golden.lesser))
