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
TRUST = ("--trusted-keys", "ci.pub")
SEEN = (*TRUST, "--seen", "seen")
ASK = ("--principal", f"arn:aws:iam::{ACCOUNT}:role/role-0", "--action", "s3:GetObject", "--resource")


@dataclasses.dataclass(frozen=True)
class Operation:
    """A command, tried in a copy of a folder that `begin` makes."""
    name: str
    words: tuple
    begin: str = "store"    # which folder: a name of BEGINNINGS
    about: str = "store"    # what is looked at afterwards: store, vault, signed or pair
    given: str = ""         # standard input
    changes: bool = False   # what is looked at; else it prints something, which is compared
    sums_up: str = ""       # where it ends with a sum: what that says when it failed
    status: int = 0         # that it ends with
    fails: tuple = ()       # what it may end with, beside 2, when it fails
    ahead: bool = False     # makes its change before it answers, and fails without an answer
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


def begin_signed(place, folder):
    """A store of round 0 that the key "ci" signed, and the policies of round 1."""
    begin_empty(place, folder)
    write_manifest(folder / "old.json", 0, ROLES)
    must(place.run("keygen", "ci", cwd=folder))
    sign_into(place, folder, "store")
    note_serial(place, folder)


def note_serial(place, folder):
    (folder / "serial").write_text(str(serial_of(place, folder)), encoding="utf-8")


def sign_into(place, folder, store, policies="old.json", key="ci.key"):
    must(place.run("compile", policies, "-o", store, "-j", "1", "--sign", key, cwd=folder))


def answer_from(place, folder):
    must(place.run("eval", "--store", "store", *SEEN, *ASK, "arn:aws:s3:::bucket-0/key", cwd=folder))


def begin_seen(place, folder):
    """And it was answered from."""
    begin_signed(place, folder)
    answer_from(place, folder)


def begin_newer(place, folder):
    """Beside it a newer store, of round 1, which denies role 0 what it was allowed."""
    begin_seen(place, folder)
    sign_into(place, folder, "newer", "new.json")


def begin_older(place, folder):
    """Beside it the store as it was before it was signed once more, and answered from."""
    begin_signed(place, folder)
    shutil.copytree(folder / "store", folder / "older")
    must(place.run("sign", "store", "--key", "ci.key", cwd=folder))
    note_serial(place, folder)
    answer_from(place, folder)


def begin_foreign(place, folder):
    """Beside it one that another key signed."""
    begin_seen(place, folder)
    must(place.run("keygen", "other", cwd=folder))
    sign_into(place, folder, "foreign", key="other.key")


def begin_unsigned(place, folder):
    begin_seen(place, folder)
    must(place.run("compile", "old.json", "-o", "unsigned", "-j", "1", cwd=folder))


BEGINNINGS = {"empty": begin_empty, "folder": begin_folder, "store": begin_store, "many": begin_many,
              "case": begin_case, "vault": begin_vault, "going": begin_going, "vault folder": begin_vault_folder,
              "taken folder": begin_taken_folder, "signed": begin_signed, "seen": begin_seen, "newer": begin_newer,
              "older": begin_older, "foreign": begin_foreign, "unsigned": begin_unsigned}


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


def _signed(name, *words, begin="signed", **more):
    return Operation(name, words, begin=begin, about="signed", **more)


def _refused(verb, store, begin, status, *words):
    """A store that may never be answered from, nor called one to trust."""
    return _signed(f"{verb}, {store}", verb, *words, begin=begin, status=status)


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
    _signed("sign", "sign", "store", "--key", "ci.key", changes=True),
    _signed("compile and sign", "compile", "new.json", "-o", "store", "-j", "1", "--sign", "ci.key", changes=True),
    Operation("keygen", ("keygen", "made"), begin="signed", about="pair", changes=True),
    _signed("eval, newer", "eval", "--store", "newer", *SEEN, *ASK, "arn:aws:s3:::bucket-0/key", begin="newer", changes=True,
            ahead=True, status=1),
    _refused("eval", "older", "older", 2, "--store", "older", *SEEN, *ASK, "arn:aws:s3:::bucket-0/key"),
    _refused("eval", "foreign", "foreign", 2, "--store", "foreign", *TRUST, *ASK, "arn:aws:s3:::bucket-0/key"),
    _refused("eval", "unsigned", "unsigned", 2, "--store", "unsigned", *TRUST, *ASK, "arn:aws:s3:::bucket-0/key"),
    _refused("verify", "older", "older", 1, "older", *SEEN),
    _refused("verify", "foreign", "foreign", 1, "foreign", *TRUST),
    _signed("verify, trusted", "verify", "store", *SEEN, begin="seen"),
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


def serial_of(place, folder):
    """Of the store's signature; a text: why it is none to trust."""
    done = place.run("verify", "store", *TRUST, "--json", cwd=folder)
    told = json.loads(done.stdout) if done.returncode == 0 else {"trusted": False}
    return told["signature"]["serial"] if told["trusted"] else f"not to be trusted: {done.stdout}{done.stderr}"


def look_at_signed(place, folder, operation):
    """Whether there is a new signature, what was seen, and what answers tell; a text: what is wrong."""
    serial, found = serial_of(place, folder), place.rounds("store", ROLES, *TRUST, cwd=folder)
    if isinstance(serial, str) or isinstance(found, str):
        return f"{serial} {found}"
    before = int((folder / "serial").read_text(encoding="utf-8"))
    if serial < before:
        return f"serial {serial} after {before}"
    seen = folder / "seen"
    return (serial > before, seen.read_text(encoding="utf-8") if seen.exists() else "", *found)


def look_at_pair(place, folder, operation):
    """Which halves of the key there are; a text: what is wrong with them."""
    secret, public = folder / "made.key", folder / "made.pub"
    if secret.exists():
        done = place.run("keygen", "--public", "made.key", cwd=folder)
        if done.returncode != 0 or (public.exists() and public.read_text(encoding="utf-8") != done.stdout):
            return f"no pair: {done.stdout}{done.stderr}"
    return (secret.exists(), public.exists())


LOOKS = {"store": look_at_store, "vault": look_at_vault, "signed": look_at_signed, "pair": look_at_pair}


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


def go_on_with_signed(place, folder, operation):
    """A signed compile, an answer from it, and none any more from the store before it: what goes wrong."""
    shutil.copytree(folder / "store", folder / "before")
    write_manifest(folder / "next.json", 2, ROLES)
    sign_into(place, folder, "store", "next.json")
    found = place.rounds("store", ROLES, *SEEN, cwd=folder)
    if found != (2,) * ROLES:
        return f"after the next signed compile: {found}"
    done = place.run("eval", "--store", "before", *SEEN, *ASK, "arn:aws:s3:::bucket-0/key", cwd=folder)
    return "" if done.returncode == 2 and "POL1407" in done.stderr else f"the store before: {done.stdout}{done.stderr}"


def go_on_with_pair(place, folder, operation):
    """The new key signs, and is trusted: what goes wrong."""
    sign_into(place, folder, "store", "new.json", "made.key")
    done = place.run("verify", "store", "--trusted-keys", "made.pub", cwd=folder)
    return "" if done.returncode == 0 else f"the new key: {done.stdout}{done.stderr}"


GO_ON = {"store": go_on_with_store, "vault": go_on_with_vault, "signed": go_on_with_signed, "pair": go_on_with_pair}
