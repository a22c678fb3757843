# SPDX-License-Identifier: Apache-2.0
"""The commands that io.py lets run into faults: how each begins, what it changes, and how its outcome is looked at."""

import dataclasses
import json
import re
import shutil

from campaign import ACCOUNT, manifest, write_manifest

ROLES = 12
THUMBS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:thumbs"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11112222-3333-4444-5555-666677778888"
SECRET = "s3cr3t-of-thumbs"
VAULT = ("--vault", "vault", "--root-key", "root.key")
MADE_UP = ("--account", ACCOUNT, "--region", "eu-west-1")
ASK = ("--principal", f"arn:aws:iam::{ACCOUNT}:role/role-0", "--action", "s3:GetObject", "--resource")


@dataclasses.dataclass(frozen=True)
class Operation:
    """A command, tried in a copy of a folder that `begin` makes."""
    name: str
    words: tuple
    begin: str = "store"    # which folder: a name of BEGINNINGS
    about: str = "store"    # what is looked at afterwards: store or vault
    given: str = ""         # standard input
    changes: bool = False   # store or vault; else it prints something, which is compared
    sums_up: str = ""       # where it ends with a sum: what that says when it failed
    status: int = 0         # that it ends with
    fails: tuple = ()       # what it may end with, beside 2, when it fails
    keys: tuple = ("root.key",)  # of the vault: the one before or the one after opens it


def begin_empty(place, folder):
    write_manifest(folder / "new.json", 1, ROLES)


def begin_folder(place, folder):
    begin_empty(place, folder)
    (folder / "store").mkdir()


def begin_store(place, folder):
    """A store of round 0, and the policies of round 1; those of the last role are a file of their own."""
    begin_empty(place, folder)
    given = manifest(0, ROLES)
    given["roles"].append({"arn": f"arn:aws:iam::{ACCOUNT}:role/gone"})
    (folder / "old.json").write_text(json.dumps(given), encoding="utf-8")
    write_manifest(folder / "all.json", 1, ROLES)
    must(place.run("compile", "old.json", "-o", "store", "-j", "1", cwd=folder))


def begin_many(place, folder):
    """Policies in a folder of files, of which none may be skipped."""
    (folder / "policies").mkdir()
    for count, role in enumerate(manifest(1, ROLES)["roles"]):
        text = json.dumps({"polcheck": 1, "roles": [role]})
        (folder / "policies" / f"{count}.json").write_text(text, encoding="utf-8")


def begin_vault_folder(place, folder):
    (folder / "vault").mkdir(mode=0o700)


def begin_taken_folder(place, folder):
    begin_vault_folder(place, folder)
    (folder / "vault" / "something").write_text("else", encoding="utf-8")


def begin_case(place, folder):
    begin_store(place, folder)
    case = {"name": "asked", "account": ["../old.json"],
            "request": {"principal": f"arn:aws:iam::{ACCOUNT}:role/role-0", "action": "s3:GetObject",
                        "resource": "arn:aws:s3:::bucket-0/key", "resourceAccount": ACCOUNT},
            "expect": {"decision": "allowed"}}
    (folder / "cases").mkdir()
    (folder / "cases" / "one.json").write_text(json.dumps(case), encoding="utf-8")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    (folder / "policies").mkdir()
    (folder / "policies" / "all.json").write_text(json.dumps(policy), encoding="utf-8")


def releasing():
    """Policies that let thumbs have its secrets."""
    role = f"arn:aws:iam::{ACCOUNT}:role/thumbs-role"
    decrypt = {"Version": "2012-10-17",
               "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY}]}
    key = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}]}
    return {"polcheck": 1, "roles": [{"arn": role, "policies": [decrypt]}], "resources": [{"arn": KEY, "policy": key}],
            "functions": [{"arn": THUMBS, "role": role, "environment": ["DB_URL"]}]}


def begin_vault(place, folder):
    (folder / "releasing.json").write_text(json.dumps(releasing()), encoding="utf-8")
    (folder / "more.env").write_text(f"[{THUMBS}]\nDB_URL=changed\nMORE_ONE=more\nMORE_TWO=more\n", encoding="utf-8")
    (folder / "key.json").write_text(json.dumps(releasing()["resources"][0]["policy"]), encoding="utf-8")
    (folder / "more.env").chmod(0o600)
    must(place.run("compile", "releasing.json", "-o", "store", cwd=folder))
    for words in (("secrets", "init"), ("keys", "create", "--arn", KEY, "--alias", "alias/thumbs"),
                  ("keys", "create", *MADE_UP, "--alias", "alias/spare")):
        must(place.run(*words, *VAULT, cwd=folder))
    must(place.run("secrets", "put", *VAULT, "--function", THUMBS, "--key", KEY, "DB_URL", given=SECRET, cwd=folder))
    must(place.run("secrets", "keypair", "box.key", cwd=folder))


def begin_going(place, folder):
    begin_vault(place, folder)
    must(place.run("keys", "schedule-deletion", *VAULT, "alias/spare", cwd=folder))


BEGINNINGS = {"empty": begin_empty, "folder": begin_folder, "store": begin_store, "many": begin_many,
              "case": begin_case, "vault": begin_vault, "going": begin_going, "vault folder": begin_vault_folder,
              "taken folder": begin_taken_folder}


def must(done):
    if done.returncode != 0:
        raise RuntimeError(f"{done.args}: {done.returncode}: {done.stderr}")


def _compile(name, *words, begin="store"):
    return Operation(name, ("compile", *words, "-o", "store", "-j", "1"), begin=begin, changes=True)


def _vault(name, group, verb, *words, begin="vault", **more):
    return Operation(name, (group, verb, *VAULT, *words), begin=begin, about="vault", changes=True, **more)


def _read(name, *words, begin="store", **more):
    return Operation(name, words, begin=begin, **more)


def _look(name, group, verb, *words, **more):
    return Operation(name, (group, verb, *VAULT, *words), begin="vault", about="vault", **more)


RELEASE = ("--store", "store", "--function", THUMBS)
OPERATIONS = (
    _compile("compile a new store", "new.json", begin="empty"),
    _compile("compile into an empty folder", "new.json", begin="folder"),
    _compile("compile a folder", "policies", begin="many"),
    _compile("compile over a store", "new.json"),
    _compile("update", "all.json", "--update"),
    _compile("update and remove", "all.json", "--update", "--remove", f"arn:aws:iam::{ACCOUNT}:role/gone"),
    _read("eval, allowed", "eval", "--store", "store", *ASK, "arn:aws:s3:::bucket-0/key"),
    _read("eval, denied", "eval", "--store", "store", *ASK, "arn:aws:s3:::bucket-1/key", status=1),
    _read("explain", "explain", "--store", "store", *ASK, "arn:aws:s3:::bucket-1/key", status=1),
    _read("who-can", "who-can", "--store", "store", "s3:GetObject", "arn:aws:s3:::bucket-0/key"),
    _read("what-can", "what-can", "--store", "store", f"arn:aws:iam::{ACCOUNT}:role/role-0"),
    _read("dump", "dump", "--store", "store", f"arn:aws:iam::{ACCOUNT}:role/role-0"),
    _read("test", "test", "cases", begin="case", fails=(1,), sums_up="not readable|0 passed, 1 failed"),
    _read("lint", "lint", "policies", begin="case", sums_up="not all could be read"),
    _read("show", "show", "policies/all.json", begin="case"),
    _read("fmt --check", "fmt", "--check", "policies/all.json", begin="case", status=1),
    _read("lambda check", "lambda", "check", "--store", "store", begin="vault", about="vault", status=1),
    _vault("secrets put", "secrets", "put", "--function", THUMBS, "MORE_ONE", given="more"),
    _vault("secrets put of a file", "secrets", "put", "--env-file", "more.env"),
    _vault("secrets rm", "secrets", "rm", "--function", THUMBS, "DB_URL"),
    _vault("secrets rotate", "secrets", "rotate"),
    _vault("secrets rekey", "secrets", "rekey", "--new-root-key", "new.key", keys=("root.key", "new.key")),
    _vault("keys create", "keys", "create", *MADE_UP, "--alias", "alias/new"),
    _vault("keys disable", "keys", "disable", "alias/spare"),
    _vault("keys policy", "keys", "policy", "alias/spare", "--set", "key.json"),
    _vault("keys schedule-deletion", "keys", "schedule-deletion", "alias/spare"),
    _vault("keys cancel-deletion", "keys", "cancel-deletion", "alias/spare", begin="going"),
    _look("secrets list", "secrets", "list"),
    _look("secrets who", "secrets", "who", "--store", "store", "--function", THUMBS),
    _look("keys list", "keys", "list"),
    _look("secrets audit", "secrets", "audit"),
    _look("secrets audit --verify", "secrets", "audit", "--verify"),
    _look("secrets release", "secrets", "release", *RELEASE),
    _look("secrets release, refused", "secrets", "release", *RELEASE, "--principal",
          f"arn:aws:sts::{ACCOUNT}:assumed-role/other-role/thumbs", status=1),
    _look("secrets exec", "secrets", "exec", *RELEASE, "--", "/bin/sh", "-c", 'echo "$DB_URL"',
          fails=(1, 126)),  # the shell's own failure, and that of starting it
    Operation("secrets init", ("secrets", "init", *VAULT), begin="empty", about="vault", changes=True),
    Operation("secrets init in an empty folder", ("secrets", "init", *VAULT), begin="vault folder", about="vault",
              changes=True),
    Operation("secrets init in a folder with something", ("secrets", "init", *VAULT), begin="taken folder",
              about="vault", status=2),
)


# What is there ------------------------------------------------------------------------------------

def look_at_store(place, folder, operation):
    """What answers tell, and the names in the folder; a text: what is wrong."""
    if not (folder / "store" / "data.mdb").exists():
        return ("no store",)
    found = place.rounds("store", ROLES, cwd=folder)
    gone = place.run("dump", "--store", "store", f"arn:aws:iam::{ACCOUNT}:role/gone", cwd=folder)
    return found if isinstance(found, str) else (*found, "gone" if gone.returncode != 0 else "there")


def look_at_vault(place, folder, operation):
    """Root key, generation, secrets and keys; a text: what is wrong."""
    if not (folder / "vault" / "store" / "data.mdb").exists():
        return ("no vault",)
    keys = [key for key in operation.keys if (folder / key).exists()]
    done = place.look("vault", *keys, cwd=folder)
    opens = [line.split() for line in done.stdout.splitlines() if not line.startswith("arn:")]
    if done.returncode != 0 or len(opens) != 1:
        return f"{len(opens)} root keys open the vault: {done.stderr}"
    listed = place.run("keys", "list", "--vault", "vault", "--root-key", opens[0][0], "--json", cwd=folder)
    shown = re.sub(r'"[^"]*(?:T\d\d:|:key/)[^"]*"', '"varies"', listed.stdout)
    secrets = sorted(line for line in done.stdout.splitlines() if line.startswith("arn:"))
    return (*opens[0][:2], *secrets, *sorted(shown.splitlines()))


LOOKS = {"store": look_at_store, "vault": look_at_vault}


# What comes next ----------------------------------------------------------------------------------

def go_on_with_store(place, folder, operation):
    """A whole compile, which verifies every page: what goes wrong."""
    write_manifest(folder / "next.json", 2, ROLES)
    done = place.run("compile", "next.json", "-o", "store", "-j", "1", cwd=folder)
    if done.returncode != 0:
        return f"the next compile ended with {done.returncode}: {done.stderr}"
    found = place.rounds("store", ROLES, cwd=folder)
    return "" if found == (2,) * ROLES else f"after the next compile: {found}"


def go_on_with_vault(place, folder, operation):
    """Another change, and the verification of the log: what goes wrong."""
    if operation.name.startswith("secrets init") and not (folder / "vault" / "store" / "data.mdb").exists():
        shutil.rmtree(folder / "vault", ignore_errors=True)  # what a failing unlink leaves is said to be in the way
        must(place.run("secrets", "init", *VAULT, cwd=folder))
    keys = [key for key in operation.keys if (folder / key).exists()]
    root = ("--vault", "vault", "--root-key", place.look("vault", *keys, cwd=folder).stdout.split()[0])
    put = place.run("secrets", "put", *root, "--function", THUMBS + "-next", "NEXT_ONE", given="next", cwd=folder)
    verify = place.run("secrets", "audit", *root, "--verify", cwd=folder)
    return "".join(f"{what} ended with {done.returncode}: {done.stdout}{done.stderr}"
                   for what, done in (("the next change", put), ("the verification of the audit log", verify))
                   if done.returncode != 0)


GO_ON = {"store": go_on_with_store, "vault": go_on_with_vault}
