# SPDX-License-Identifier: Apache-2.0
"""The scenes of memory.py: a command each, what there is before it, and what its state is."""

import dataclasses
import json
import pathlib
import sys
import tomllib
from typing import Callable

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "cli"))
import released  # noqa: E402  pylint: disable=wrong-import-position

IMPORT = TOP / "corpus" / "import"
POLICIES = TOP / "policies"
SECRET = "s3cr3t-that-nobody-may-find"
OTHER_SECRET = "s3cr3t-of-another-time"
THUMBS_ROLE = "arn:aws:iam::111122223333:role/thumbs-role"
UNSEEN = "arn:aws:iam::111122223333:role/added"
VAULT = ("--vault", "vault", "--root-key", "root.key")
SECRETS = (*VAULT, "--store", "store", "--function", released.THUMBS)


def nothing(_run, _folder):
    """Nothing is there before."""


@dataclasses.dataclass(frozen=True)
class Scene:
    """A row. Words of the command and what `prepare` makes are relative to the scene's folder."""
    name: str
    campaign: str
    command: tuple
    prepare: Callable = nothing  # prepare(run, folder): run(*words, input="") is the command, without faults
    state: str = "none"          # none, store, vault, signed, pair, files or names: what a change of it is compared by (memory.py)
    input: str = ""
    statuses: tuple = (0,)       # that it may have where memory suffices
    failures: tuple = (2,)       # that it may have where it does not
    shows: bool = False          # prints secrets
    again: bool = True           # works again where its change is made
    ahead: bool = False          # makes its change before it answers, and fails without an answer
    by_line: bool = False        # a line of the answer may fail by itself


def write(folder, name, document):
    text = document if isinstance(document, str) else json.dumps(document, indent=1)
    (folder / name).write_text(text, encoding="utf-8")


def allow(action, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}]}


# --- accounts and stores -----------------------------------------------------------------------------------------------


def account(name):
    """Compiles one of the example accounts to "store"."""
    def prepare(run, _folder):
        run("compile", str(POLICIES / name), str(POLICIES / "managed"), "-o", "store")
    return prepare


def changes(run, folder):
    """A store of made-up roles, and a manifest that changes one and adds one."""
    def role(arn, action):
        return {"arn": arn, "policies": [allow(action)], "tags": {"team": "photos"}}
    arns = [f"arn:aws:iam::111122223333:role/r{number}" for number in range(6)]
    write(folder, "all.json", {"polcheck": 1, "roles": [role(arn, "s3:GetObject") for arn in arns]})
    run("compile", "all.json", "-o", "store")
    write(folder, "changed.json", {"polcheck": 1, "roles": [role(arns[2], "s3:*"), role(UNSEEN, "sqs:SendMessage")]})


def dumps(path):
    """Writes the files of a case of corpus/import."""
    def prepare(_run, folder):
        case = tomllib.loads((IMPORT / path).read_text(encoding="utf-8"))
        base = {} if case.get("alone") else tomllib.loads((IMPORT / "base.toml").read_text(encoding="utf-8"))["files"]
        (folder / "dumps").mkdir()
        for name, text in (base | case["files"]).items():
            write(folder, f"dumps/{name}", text)
    return prepare


def damaged(number):
    return next(iter(sorted(IMPORT.glob(f"{number:02}-*/damaged/*.toml")))).relative_to(IMPORT)


def valid():
    """The largest valid case of each row of dumps."""
    rows = {}
    for path in sorted(IMPORT.glob("*/valid/*.toml"), key=lambda path: path.stat().st_size):
        rows[path.parts[-3]] = path.relative_to(IMPORT)
    return rows


STORES = (
    Scene("compile shop anew", "memory-store", ("compile", str(POLICIES / "shop"), str(POLICIES / "managed"), "-o", "store", "-j", "1"),
          state="store"),
    Scene("compile thumbnails by threads", "memory-store",
          ("compile", str(POLICIES / "thumbnails"), str(POLICIES / "managed"), "-o", "store", "-j", "3"), state="store"),
    Scene("compile thumbnails over shop", "memory-store",
          ("compile", str(POLICIES / "thumbnails"), str(POLICIES / "managed"), "-o", "store", "-j", "1"), account("shop"), "store"),
    Scene("compile the same again", "memory-store",
          ("compile", str(POLICIES / "thumbnails"), str(POLICIES / "managed"), "-o", "store", "-v"), account("thumbnails"), "store"),
    Scene("update", "memory-store", ("compile", "changed.json", "--update", "-o", "store", "--json"), changes, "store"),
    Scene("update that removes", "memory-store",
          ("compile", "changed.json", "--update", "--remove", "arn:aws:iam::111122223333:role/r4", "-o", "store"), changes, "store",
          again=False),
    *(Scene(f"compile {row}", "memory-store", ("compile", "-v", "dumps", "-o", "store", "-j", "1"), dumps(path), "store")
      for row, path in valid().items()),
    *(Scene(f"refuse a damaged {number:02}", "memory-store", ("compile", "dumps", "-o", "store"), dumps(damaged(number)), "store",
            statuses=(2,)) for number in (1, 9, 16)),
)

# --- questions and texts -----------------------------------------------------------------------------------------------

STORE = ("--store", "store")
READ = ("--principal", "arn:aws:sts::111122223333:assumed-role/thumbs-role/thumbs", "--action", "s3:GetObject", "--resource")
SIMULATION = {"PolicyInputList": [json.dumps(allow("s3:Get*", "arn:aws:s3:::photos/*", Sid="Reads"))],
              "PermissionsBoundaryPolicyInputList": [json.dumps(allow("s3:*"))],
              "ActionNames": ["s3:GetObject", "s3:PutObject"], "ResourceArns": ["arn:aws:s3:::photos/a", "arn:aws:s3:::other/a"],
              "ContextEntries": [{"ContextKeyName": "aws:SourceIp", "ContextKeyValues": ["203.0.113.7"], "ContextKeyType": "ip"}]}
CASE = {"name": "a boundary limits",
        "request": {"principal": "arn:aws:iam::111122223333:user/u", "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/a",
                    "resourceAccount": "111122223333", "context": {"aws:SourceIp": "203.0.113.7", "aws:PrincipalTag/team": "a"}},
        "policies": {"identity": [allow("s3:Get*", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"},
                                                              "StringLike": {"aws:PrincipalTag/team": ["a*", "?b"]}})],
                     "boundary": [allow(["logs:*", "s3:*"])]},
        "expect": {"decision": "allowed"}}
MISTAKES = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObjekt", "s3:*"], "Resource": "*"},
    {"Sid": "Guard", "Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
     "Condition": {"StringEquals": {"aws:PrincipalOrgId": "o-1", "s3:prefixx": "a*"}}},
    {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}]}
UNTIDY = '{"Statement":[{"Resource":"*","Action":["s3:Get*","s3:List*"],"Effect":"Allow"}],"Version":"2012-10-17"}\n'


def texts(run, folder):
    """A store, a case, a policy with mistakes, one that is laid out badly, and what simulate reads."""
    account("thumbnails")(run, folder)
    write(folder, "case.json", CASE)
    write(folder, "wrong.json", CASE | {"expect": {"decision": "explicitDeny", "blockedBy": ["boundary"]}})
    write(folder, "mistakes.json", MISTAKES)
    write(folder, "untidy.json", UNTIDY)
    write(folder, "simulation.json", SIMULATION)
    lines = (POLICIES / "thumbnails" / "questions.ndjson").read_text(encoding="utf-8").splitlines()[:6]
    write(folder, "questions.ndjson", "".join(line + "\n" for line in lines))


def reading(name, *command, **more):
    return Scene(name, "memory-command", command, texts, **more)


READINGS = (
    reading("eval, allowed", "eval", *STORE, *READ, "arn:aws:s3:::photos/a.jpg", "--json", statuses=(0, 1)),
    reading("eval, denied", "eval", *STORE, *READ, "arn:aws:s3:::of-nobody/a.jpg", statuses=(0, 1)),
    reading("eval of a case", "eval", "--case", "case.json"),
    reading("batch", "eval", *STORE, "--batch", "questions.ndjson", by_line=True),
    reading("explain", "explain", *STORE, *READ, "arn:aws:s3:::of-nobody/a.jpg", statuses=(0, 1)),
    reading("explain for programs", "explain", "--case", "case.json", "--json", "--verbose"),
    reading("who-can", "who-can", *STORE, "s3:GetObject", "arn:aws:s3:::photos/a.jpg"),
    reading("who-can for programs", "who-can", *STORE, "--json", "s3:Get*", "arn:aws:s3:::photos/*"),
    reading("what-can", "what-can", *STORE, THUMBS_ROLE),
    reading("simulate", "simulate", "simulation.json"),
    reading("lint", "lint", "mistakes.json", statuses=(0, 1)),
    reading("lint of an account", "lint", str(POLICIES / "thumbnails" / "iam"), str(POLICIES / "thumbnails" / "s3"), "--json", statuses=(0, 1)),
    reading("lint as SARIF", "lint", "mistakes.json", "--format", "sarif", statuses=(0, 1)),
    reading("test", "test", "case.json"),
    reading("test that fails", "test", "wrong.json", "--format", "junit", statuses=(1,)),
    reading("mutants", "test", "case.json", "--mutate", statuses=(0, 1)),
    reading("show", "show", "mistakes.json"),
    reading("graph", "graph", "untidy.json"),
    reading("dump", "dump", *STORE, THUMBS_ROLE),
    reading("fmt", "fmt", "untidy.json"),
    reading("fmt --check", "fmt", "--check", "untidy.json", statuses=(1,)),
    reading("fmt --write", "fmt", "--write", "untidy.json", state="files"),
    reading("lambda check", "lambda", "check", *STORE, statuses=(0, 1)),
    reading("lambda graph", "lambda", "graph", *STORE),
    reading("lambda add-permission", "lambda", "add-permission", "--function-name", "arn:aws:lambda:eu-west-1:111122223333:function:thumbs",
            "--statement-id", "events", "--action", "lambda:InvokeFunction", "--principal", "events.amazonaws.com",
            "--source-arn", "arn:aws:events:eu-west-1:111122223333:rule/nightly", "--policy", "function.json", state="files"),
    reading("completion", "completion", "bash"),
    reading("keygen", "keygen", "ci", state="names"),
    reading("help", "help", "compile"),
)

# --- secrets -----------------------------------------------------------------------------------------------------------


def vault(run, folder):
    """A store whose policies release thumbs's secrets, a vault with them, and a runtime's key pair."""
    write(folder, "manifest.json", released.manifest())
    run("compile", "manifest.json", "-o", "store")
    run("secrets", "init", *VAULT)
    run("keys", "create", *VAULT, "--arn", released.KEY, "--alias", "alias/thumbs")
    for function, name in ((released.THUMBS, "TOKEN"), (released.THUMBS, "DB_URL"), (released.OTHER, "TOKEN")):
        run("secrets", "put", *VAULT, "--function", function, "--key", released.KEY, name, input=SECRET)
    run("secrets", "keypair", "runtime.key")
    public = run("secrets", "keypair", "--public", "runtime.key")
    write(folder, "runtime.pub", public)
    write(folder, "sealed", run("secrets", "release", *SECRETS, "--to", "@runtime.pub"))
    write(folder, "policy.json", released.key_policy())


def secret(name, *command, state="vault", **more):
    return Scene(name, "memory-secrets", command, vault, state=state, **more)


KEY = released.KEY
VAULTS = (
    Scene("secrets init", "memory-secrets", ("secrets", "init", *VAULT), state="vault"),
    secret("keys create", "keys", "create", *VAULT, "--arn", KEY[:-1] + "9", "--alias", "alias/new", "--policy", "policy.json"),
    secret("keys policy", "keys", "policy", *VAULT, "--set", "policy.json", KEY),
    secret("keys disable", "keys", "disable", *VAULT, "alias/thumbs"),
    secret("keys schedule-deletion", "keys", "schedule-deletion", *VAULT, "--days", "7", KEY),
    secret("keys list", "keys", "list", *VAULT, "--json"),
    secret("secrets put", "secrets", "put", *VAULT, "--function", released.THUMBS, "TOKEN", input=OTHER_SECRET),
    secret("secrets put of many", "secrets", "put", *VAULT, "--key", KEY, "--env-file", "-",
           input="".join(f"[{released.function(f'f{n}')}]\nFIRST={OTHER_SECRET}\nSECOND={SECRET}\n" for n in range(4))),
    secret("secrets rotate", "secrets", "rotate", *VAULT),
    secret("secrets rekey", "secrets", "rekey", *VAULT, "--new-root-key", "new.key"),
    secret("secrets rm", "secrets", "rm", *VAULT, "--function", released.THUMBS, "TOKEN"),
    secret("secrets rm --all", "secrets", "rm", *VAULT, "--function", released.THUMBS, "--all"),
    secret("secrets list", "secrets", "list", *VAULT),
    secret("secrets audit", "secrets", "audit", *VAULT),
    secret("secrets audit --verify", "secrets", "audit", *VAULT, "--verify"),
    secret("secrets who", "secrets", "who", *SECRETS),
    secret("secrets release", "secrets", "release", *SECRETS, shows=True),
    secret("secrets release, sealed", "secrets", "release", *SECRETS, "--to", "@runtime.pub"),
    secret("secrets release, refused", "secrets", "release", *VAULT, *STORE, "--function", released.OTHER, statuses=(1,)),
    secret("secrets exec", "secrets", "exec", *SECRETS, "--", "/bin/sh", "-c", "printf %s:%s \"$DB_URL\" \"$TOKEN\"", failures=(2, 126), shows=True),
    secret("secrets exec, as files", "secrets", "exec", *SECRETS, "--as-files", "--", "/bin/sh", "-c", "cat \"$TOKEN_FILE\"",
           failures=(2, 126), shows=True),
    secret("secrets open", "secrets", "open", "--key", "runtime.key", "sealed", shows=True),
    secret("secrets keypair", "secrets", "keypair", "other.key", state="names"),
)

# --- signed stores -----------------------------------------------------------------------------------------------------

ASKED = ("--principal", UNSEEN, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::photos/a.jpg")
TRUST = ("--trusted-keys", "ci.pub")
SEEN = (*TRUST, "--seen", "seen")
SIGN = ("-j", "1", "--sign")


def signed(beside=None):
    """A store that allows, which "ci" signed and which was answered from; beside it another one, or none."""
    def prepare(run, folder):
        for effect in ("Allow", "Deny"):
            policy = allow("s3:GetObject") | {"Statement": [{"Effect": effect, "Action": "s3:GetObject", "Resource": "*"}]}
            write(folder, f"{effect}.json", {"polcheck": 1, "roles": [{"arn": UNSEEN, "policies": [policy]}]})
        for key in ("ci", "other"):
            run("keygen", key)
        if beside == "older":
            run("compile", "Allow.json", "-o", "older", *SIGN, "ci.key")
        run("compile", "Allow.json", "-o", "store", *SIGN, "ci.key")
        write(folder, "serial", str(json.loads(run("verify", "store", *TRUST, "--json"))["signature"]["serial"]))
        run("eval", *STORE, *SEEN, *ASKED)
        if beside == "newer":
            run("compile", "Deny.json", "-o", "newer", *SIGN, "ci.key")
        if beside == "foreign":
            run("compile", "Allow.json", "-o", "foreign", *SIGN, "other.key")
        if beside == "unsigned":
            run("compile", "Allow.json", "-o", "unsigned")
    return prepare


def trust(name, *command, beside=None, state="signed", **more):
    return Scene(name, "memory-trust", command, signed(beside), state=state, **more)


TRUSTED = (
    trust("sign", "sign", "store", "--key", "ci.key"),
    trust("compile and sign", "compile", "Deny.json", "-o", "store", *SIGN, "ci.key"),
    trust("keygen, its pair", "keygen", "made", state="pair"),
    trust("eval, newer", "eval", "--store", "newer", *SEEN, *ASKED, beside="newer", statuses=(1,), ahead=True),
    trust("eval, older", "eval", "--store", "older", *SEEN, *ASKED, beside="older", statuses=(2,)),
    trust("eval, foreign", "eval", "--store", "foreign", *TRUST, *ASKED, beside="foreign", statuses=(2,)),
    trust("eval, unsigned", "eval", "--store", "unsigned", *TRUST, *ASKED, beside="unsigned", statuses=(2,)),
    trust("verify, older", "verify", "older", *SEEN, beside="older", statuses=(1,)),
    trust("verify, foreign", "verify", "foreign", *TRUST, beside="foreign", statuses=(1,)),
    trust("verify, trusted", "verify", "store", *SEEN),
)

SCENES = STORES + READINGS + VAULTS + TRUSTED
