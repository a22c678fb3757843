# SPDX-License-Identifier: Apache-2.0
"""polcheck lambda add-permission and remove-permission: the statements of LAMBDA.md 5.1, and files that hold them."""

import concurrent.futures
import itertools
import json
import os
import random
import re

import pytest

ACCOUNT = "111122223333"
OTHER = "444455556666"
THUMBS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:thumbs"
S3 = ["--statement-id", "s3-in", "--action", "lambda:InvokeFunction", "--principal", "s3.amazonaws.com",
      "--source-arn", "arn:aws:s3:::photos", "--source-account", ACCOUNT]
# The example of LAMBDA.md 5.1.
STATEMENT = ('{"Sid":"s3-in","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},'
             '"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:eu-west-1:111122223333:function:thumbs:prod",'
             '"Condition":{"StringEquals":{"AWS:SourceAccount":"111122223333"},'
             '"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}}')


def codes(run):
    return re.findall(r"\[(POL\d{4})\]", run.err)


@pytest.fixture
def add(polcheck):
    """add("--policy", path, ...): adds the statement of a bucket to the policy of thumbs:prod, unless told otherwise."""

    def run(*words, function=f"{THUMBS}:prod", what=S3):
        return polcheck("lambda", "add-permission", "--function-name", function, *what, *words)

    return run


@pytest.fixture
def remove(polcheck):
    def run(path, sid, *words, function=f"{THUMBS}:prod"):
        return polcheck("lambda", "remove-permission", "--function-name", function, "--statement-id", sid,
                        "--policy", path, *words)

    return run


def user(sid):
    return ["--statement-id", sid, "--action", "lambda:InvokeFunction", "--principal", ACCOUNT]


# What is printed ----------------------------------------------------------------------------------

def test_prints_what_aws_prints(add):
    run = add()
    assert (run.status, run.err) == (0, "")
    assert run.out == '{\n    "Statement": ' + json.dumps(STATEMENT) + "\n}\n"


def test_prints_the_statement_alone(add):
    run = add("--statement")
    assert (run.status, run.err) == (0, "")
    assert run.out == json.dumps(json.loads(STATEMENT), indent=2) + "\n"


@pytest.mark.parametrize("words, arn", [
    (["--function-name", "thumbs", "--account", ACCOUNT, "--region", "eu-west-1"], THUMBS),
    (["--function-name", "thumbs:7", "--account", ACCOUNT, "--region", "eu-west-1"], THUMBS + ":7"),
    (["--function-name", f"{ACCOUNT}:function:thumbs", "--region", "eu-west-1"], THUMBS),
    (["--function-name", f"{ACCOUNT}:function:thumbs:prod", "--region", "eu-west-1"], THUMBS + ":prod"),
    (["--function-name", THUMBS], THUMBS),
    (["--function-name", THUMBS, "--qualifier", "prod"], THUMBS + ":prod"),
    (["--function-name", THUMBS + ":prod", "--qualifier", "prod"], THUMBS + ":prod"),
    (["--function-name", "f", "--account", ACCOUNT, "--region", "cn-north-1"],
     f"arn:aws-cn:lambda:cn-north-1:{ACCOUNT}:function:f"),
])
def test_functions_by_name(polcheck, words, arn):
    run = polcheck("lambda", "add-permission", *words, *user("x"), "--statement")
    assert (run.status, run.err) == (0, "")
    statement = run.json()
    assert statement["Resource"] == arn
    assert statement["Principal"] == {"AWS": f"arn:{arn.split(':')[1]}:iam::{ACCOUNT}:root"}


# Every option with every other --------------------------------------------------------------------

DEFAULTS = {"principal": "sqs.amazonaws.com", "action": "lambda:InvokeFunction"}
VALUES = {
    "principal": ["*", OTHER, f"arn:aws:iam::{OTHER}:role/r", "sns.amazonaws.com", "alexa-appkit.amazon.com", "nobody"],
    "action": ["*", "lambda:*", "lambda:InvokeFunctionUrl", "lambda:Invoke*"],
    "source-arn": [f"arn:aws:sns:eu-west-1:{OTHER}:topic", "topic"],
    "source-account": [OTHER, "4444"],
    "principal-org-id": ["o-a1b2c3d4e5", "o-1"],
    "event-source-token": ["amzn1.ask.skill.1", "a b"],
    "function-url-auth-type": ["NONE", "AWS_IAM", "none"],
    "invoked-via-function-url": [True],
    "no-invoked-via-function-url": [True],
}
BAD = {("principal", "nobody"): "POL1165", ("action", "lambda:Invoke*"): "POL1164", ("source-arn", "topic"): "POL1166",
       ("source-account", "4444"): "POL1166", ("principal-org-id", "o-1"): "POL1166",
       ("event-source-token", "a b"): "POL1167", ("function-url-auth-type", "none"): "POL1168"}
CONDITIONS = {"source-account": ("StringEquals", "AWS:SourceAccount"),
              "principal-org-id": ("StringEquals", "aws:PrincipalOrgID"),
              "event-source-token": ("StringEquals", "lambda:EventSourceToken"),
              "function-url-auth-type": ("StringEquals", "lambda:FunctionUrlAuthType"),
              "source-arn": ("ArnLike", "AWS:SourceArn"),
              "invoked-via-function-url": ("Bool", "lambda:InvokedViaFunctionUrl")}


def pairs():
    """Each value of each option with each value of each other one."""
    given = [(name, value) for name, values in VALUES.items() for value in values]
    for first, second in itertools.combinations(given, 2):
        if first[0] != second[0]:
            yield {**DEFAULTS, **dict([first, second])}


def faults(options):
    """The errors that Lambda's limits ask for."""
    found = {BAD[item] for item in options.items() if item in BAD}
    if "event-source-token" in options and ("source-arn" in options or "source-account" in options):
        found.add("POL1167")
    if "function-url-auth-type" in options and options["action"] != "lambda:InvokeFunctionUrl":
        found.add("POL1168")
    if "invoked-via-function-url" in options and options["action"] != "lambda:InvokeFunction":
        found.add("POL1168")
    if {"invoked-via-function-url", "no-invoked-via-function-url"} <= set(options):
        return {"POL0950"}
    return found


def statement(options):
    """The table of LAMBDA.md 5.1."""
    principal = options["principal"]
    if principal.isdigit():
        principal = {"AWS": f"arn:aws:iam::{principal}:root"}
    elif principal.startswith("arn:"):
        principal = {"AWS": principal}
    elif principal != "*":
        principal = {"Service": principal}
    made = {"Sid": "pair", "Effect": "Allow", "Principal": principal, "Action": options["action"], "Resource": THUMBS}
    for name, (operator, key) in CONDITIONS.items():
        if name in options:
            value = "true" if options[name] is True else options[name]
            made.setdefault("Condition", {}).setdefault(operator, {})[key] = value
    return made


def words(options):
    for name, value in options.items():
        yield f"--{name}"
        if value is not True:
            yield value


def test_options_by_pairs(polcheck, tmp_path):
    made = []
    for options in pairs():
        run = polcheck("lambda", "add-permission", "--function-name", THUMBS, "--statement-id", "pair", *words(options))
        errors = {code for code in codes(run) if not re.match("POL11[0-5]|POL1174", code)}
        assert errors == faults(options), (options, run)
        assert run.status == (2 if errors else 0)
        if errors:
            assert run.out == ""
            continue
        assert list(run.json()) == ["Statement"]
        text = run.json()["Statement"]
        # order and spelling too, and not a blank
        assert text == json.dumps(statement(options), separators=(",", ":")), options
        made.append({**json.loads(text), "Sid": f"s{len(made)}"})
    assert len(made) > 60
    # polcheck takes each of them as part of a function's policy
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": made}
    manifest = {"polcheck": 1, "resources": [{"arn": THUMBS, "policy": policy}]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run = polcheck("compile", "manifest.json", "-o", "store")
    assert run.status == 0, run
    assert set(codes(run)) <= {"POL0207"}  # there are too many of them


@pytest.mark.parametrize("missing", ["--function-name", "--statement-id", "--action", "--principal"])
def test_needed_options(polcheck, missing):
    given = ["--function-name", THUMBS, *user("x")]
    at = given.index(missing)
    run = polcheck("lambda", "add-permission", *given[:at], *given[at + 2:])
    assert (run.status, run.out, codes(run)) == (2, "", ["POL0950"])
    assert f'the option "{missing}" is missing' in run.err


@pytest.mark.parametrize("given", [["thumbs"], ["--source-arn", ""], ["--qualifier="]])
def test_wrong_usage(add, given):
    run = add(*given, what=user("x"))
    assert (run.status, run.out, codes(run)) == (2, "", ["POL0950"])


def test_lambda_words_are_told(add):
    run = add(what=["--statement-id", "x", "--action", "*", "--principal", "nobody"])
    assert "The provided principal was invalid. Please check the principal and try again." in run.err
    run = add(what=user("x"), function=THUMBS + ":$LATEST")
    assert "We currently do not support adding policies for $LATEST." in run.err
    assert codes(run) == ["POL1162"]


# Files --------------------------------------------------------------------------------------------

BARE = f'{{ "Version" : "2012-10-17",  "Statement":[ {STATEMENT} ]\n}}'
NEW = (f'{{"Sid":"x","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}},'
       f'"Action":"lambda:InvokeFunction","Resource":"{THUMBS}:prod"}}')


def test_makes_a_file(add, tmp_path):
    path = tmp_path / "policy.json"
    old = os.umask(0o027)
    try:
        assert add("--policy", path).err == ""
    finally:
        os.umask(old)
    made = json.loads(path.read_text(encoding="utf-8"))
    assert list(made.items()) == [("Version", "2012-10-17"), ("Id", "default"), ("Statement", [json.loads(STATEMENT)])]
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["policy.json"]


def test_adds_to_a_document(add, tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(BARE, encoding="utf-8")
    path.chmod(0o604)
    run = add("--policy", path, what=user("x"))
    assert (run.status, run.err) == (0, "")
    assert run.json()["Statement"] == NEW
    assert path.read_text(encoding="utf-8") == BARE.replace(STATEMENT, f"{STATEMENT}, {NEW}")
    assert path.stat().st_mode & 0o777 == 0o604
    assert os.listdir(tmp_path) == ["policy.json"]


def test_adds_to_what_get_policy_prints(add, remove, tmp_path):
    path = tmp_path / "policy.json"
    document = f'{{"Version":"2012-10-17","Id":"default","Statement":[{STATEMENT}]}}'
    text = json.dumps({"Policy": document, "RevisionId": "abc", "More": [1, 2.50, "\u00e9"]}, indent=4)
    path.write_text(text, encoding="utf-8")
    assert add("--policy", path, "--revision-id", "abc", what=user("x")).err == ""
    changed = document.replace(STATEMENT, f"{STATEMENT},{NEW}")
    assert path.read_text(encoding="utf-8") == text.replace(json.dumps(document), json.dumps(changed))
    assert remove(path, "x", "--revision-id", "abc").err == ""
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("given, code, said", [
    (["--revision-id", "def"], "POL1172", "412 PreconditionFailedException"),
    ([], "POL1169", "409 ResourceConflictException"),
])
def test_refused_changes_leave_the_file(add, tmp_path, given, code, said):
    path = tmp_path / "policy.json"
    text = json.dumps({"Policy": BARE, "RevisionId": "abc"})
    path.write_text(text, encoding="utf-8")
    before = path.stat()
    run = add("--policy", path, *given)
    assert (run.status, run.out, codes(run)) == (2, "", [code])
    assert said in run.err
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns, path.read_text(encoding="utf-8")) == (before.st_ino, before.st_mtime_ns, text)


def test_a_policy_of_another_qualifier_is_refused(add, remove, tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(BARE, encoding="utf-8")
    for run in [add("--policy", path, what=user("x"), function=THUMBS), remove(path, "s3-in", function=THUMBS)]:
        assert (run.status, run.out, codes(run)) == (2, "", ["POL1175"])
    assert path.read_text(encoding="utf-8") == BARE


def test_20_kilobytes(add, tmp_path):
    path = tmp_path / "policy.json"
    count = 0
    while (run := add("--policy", path, what=user(f"{count:0100}"))).status == 0:
        count += 1
    frame = len('{"Version":"2012-10-17","Id":"default","Statement":[]}')
    each = len(NEW) - 1 + 100 + 1  # another Sid, and a comma
    assert codes(run) == ["POL1170"] and "PolicyLengthExceededException" in run.err
    assert len(json.loads(path.read_text(encoding="utf-8"))["Statement"]) == count == (20480 - frame + 1) // each


def test_links_stay(add, remove, tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "policy.json").write_text(BARE, encoding="utf-8")
    (tmp_path / "far" / "link.json").symlink_to("policy.json")
    (tmp_path / "link.json").symlink_to("far/link.json")
    assert add("--policy", "link.json", what=user("x")).status == 0
    assert (tmp_path / "link.json").is_symlink() and (tmp_path / "far" / "link.json").is_symlink()
    assert not (tmp_path / "far" / "policy.json").is_symlink()
    assert NEW in (tmp_path / "far" / "policy.json").read_text(encoding="utf-8")
    assert remove("link.json", "x").status == 0
    assert remove("link.json", "s3-in").status == 0
    assert not (tmp_path / "far" / "policy.json").exists() and (tmp_path / "link.json").is_symlink()
    assert add("--policy", "link.json").status == 0  # a link to what is not there yet
    assert (tmp_path / "far" / "policy.json").is_file() and (tmp_path / "link.json").is_symlink()


def test_links_that_end_nowhere(add, tmp_path):
    (tmp_path / "a.json").symlink_to("b.json")
    (tmp_path / "b.json").symlink_to("a.json")
    run = add("--policy", "a.json")
    assert (run.status, run.out, codes(run)) == (2, "", ["POL1176"])


def test_read_only_files_are_left(add, remove, tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(BARE, encoding="utf-8")
    path.chmod(0o444)
    for run in [add("--policy", path, what=user("x")), remove(path, "s3-in")]:
        assert (run.status, run.out, codes(run)) == (2, "", ["POL1176"])
        assert "read-only" in run.err
    assert path.read_text(encoding="utf-8") == BARE


@pytest.mark.parametrize("path", ["folder", "/dev/null", "-", "nowhere/policy.json", "/dev/full/policy.json"])
def test_what_is_no_file(add, tmp_path, path):
    (tmp_path / "folder").mkdir()
    run = add("--policy", path)
    assert (run.status, run.out, codes(run)) == (2, "", ["POL1176"])
    assert os.listdir(tmp_path) == ["folder"]


def test_many_at_once(add, remove, tmp_path):
    """None of the changes is lost, and nobody sees half a file."""
    path = tmp_path / "policy.json"
    path.write_text(BARE, encoding="utf-8")
    ids = [f"s{i}" for i in range(24)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(add, "--policy", path, what=user(sid)) for sid in ids]
        while not all(run.done() for run in runs):
            json.loads(path.read_text(encoding="utf-8"))
    assert [run.result().status for run in runs] == [0] * len(ids)
    kept = [one["Sid"] for one in json.loads(path.read_text(encoding="utf-8"))["Statement"]]
    assert kept[0] == "s3-in" and sorted(kept[1:]) == sorted(ids)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert {run.status for run in pool.map(lambda sid: remove(path, sid), ids)} == {0}
    assert path.read_text(encoding="utf-8") == BARE
    assert os.listdir(tmp_path) == ["policy.json"]


# Removing -----------------------------------------------------------------------------------------

def test_removes_and_prints_nothing(add, remove, tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(BARE, encoding="utf-8")
    add("--policy", path, what=user("x"))
    run = remove(path, "x")
    assert (run.status, run.out, run.err) == (0, "", "")
    assert path.read_text(encoding="utf-8") == BARE


def test_the_file_goes_with_the_last_statement(remove, tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(BARE, encoding="utf-8")
    run = remove(path, "s3-in")
    assert (run.status, run.out, codes(run)) == (0, "", ["POL1177"])
    assert not path.exists()


def test_what_is_not_there_is_not_removed(remove, tmp_path):
    path = tmp_path / "policy.json"
    run = remove(path, "x")
    assert (run.status, codes(run)) == (2, ["POL1171"])
    assert "ResourceNotFoundException" in run.err and "The resource you requested does not exist." in run.err
    path.write_text(BARE, encoding="utf-8")
    run = remove(path, "x")
    assert (run.status, codes(run)) == (2, ["POL1171"])
    assert "ResourceNotFoundException" in run.err
    assert path.read_text(encoding="utf-8") == BARE


def test_the_dump_of_the_example(add, remove, top, tmp_path):
    text = (top / "policies" / "thumbnails" / "lambda" / "get-policy-thumbs-prod.json").read_text(encoding="utf-8")
    path = tmp_path / "policy.json"
    path.write_text(text, encoding="utf-8")
    assert add("--policy", path, what=user("x")).status == 0
    dump, before = json.loads(path.read_text(encoding="utf-8")), json.loads(text)
    assert list(dump) == list(before) and dump["RevisionId"] == before["RevisionId"]
    kept = json.loads(before["Policy"])
    kept["Statement"].append(json.loads(NEW))
    assert json.dumps(json.loads(dump["Policy"])) == json.dumps(kept)
    assert remove(path, "x").status == 0
    assert path.read_text(encoding="utf-8") == text


def layouts(seed):
    """Documents of one to four statements, laid out in many ways."""
    pick = random.Random(seed)
    statements = [{"Sid": f"s{i}", "Effect": "Deny", "Principal": pick.choice(["*", {"AWS": ["*"]}]), "Action": "*",
                   "Resource": "*", "Condition": {"StringLike": {"a:b": ["x, y\n", "\u00e9\\", "}],{["]}}}
                  for i in range(pick.randint(1, 4))]
    document = {"Version": "2012-10-17", "Statement": statements}
    if pick.random() < 0.5:
        document = dict(reversed(document.items()))
    text = json.dumps(document, indent=pick.choice([None, 0, 1, 4, "\t"]), ensure_ascii=pick.random() < 0.5,
                      separators=pick.choice([(",", ":"), (", ", ": "), (" , ", " : ")]))
    return statements, text.replace("\n", pick.choice(["\n", "\r\n"])) + pick.choice(["", "\n", " \r\n"])


@pytest.mark.parametrize("seed", range(40))
def test_any_layout_comes_back(add, remove, tmp_path, seed):
    """Adding appends one statement and changes no other; removing it, or each of the others, gives what was there."""
    statements, text = layouts(seed)
    if seed % 2:
        text = json.dumps({"Policy": text, "RevisionId": "r"}, indent=seed % 5, ensure_ascii=False)
    path = tmp_path / "policy.json"
    path.write_bytes(text.encode())

    def read():
        read = json.loads(path.read_bytes())
        return json.loads(read["Policy"])["Statement"] if seed % 2 else read["Statement"]

    run = add("--policy", path, what=user("x"))
    assert (run.status, run.err) == (0, "")
    assert json.dumps(read()) == json.dumps([*statements, json.loads(NEW)])
    assert remove(path, "x").status == 0
    assert path.read_bytes() == text.encode()
    assert add("--policy", path, what=user("x")).status == 0
    left = [*statements, json.loads(NEW)]
    for one in random.Random(seed).sample(statements, len(statements)):
        assert remove(path, one["Sid"]).status == 0
        left.remove(one)
        assert json.dumps(read()) == json.dumps(left)


# From the statement to the answer -----------------------------------------------------------------

CALLS = [
    (S3[2:], "s3.amazonaws.com", {"aws:SourceArn": "arn:aws:s3:::photos", "aws:SourceAccount": ACCOUNT},
     {"aws:SourceAccount": OTHER}),
    (["--action", "lambda:InvokeFunction", "--principal", "sns.amazonaws.com", "--source-arn",
      f"arn:aws:sns:eu-west-1:{ACCOUNT}:topic-*"], "sns.amazonaws.com",
     {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:topic-1"},
     {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{OTHER}:topic-1"}),
    (["--action", "lambda:InvokeFunction", "--principal", "alexa-appkit.amazon.com", "--event-source-token", "skill.1"],
     "alexa-appkit.amazon.com", {"lambda:EventSourceToken": "skill.1"}, {"lambda:EventSourceToken": "skill.2"}),
    (["--action", "lambda:InvokeFunction", "--principal", "*", "--invoked-via-function-url"], "*",
     {"lambda:InvokedViaFunctionUrl": "true"}, {"lambda:InvokedViaFunctionUrl": "false"}),
]


@pytest.mark.parametrize("what, principal, good, bad", CALLS, ids=[call[1] for call in CALLS])
@pytest.mark.parametrize("shape", ["document", "get-policy"])
def test_round_trip(polcheck, add, remove, tmp_path, what, principal, good, bad, shape):
    path = tmp_path / "policy.json"
    deny = {"Sid": "Keep", "Effect": "Deny", "Principal": "*", "Action": "lambda:DeleteFunction",
            "Resource": f"{THUMBS}:prod"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    path.write_text(json.dumps({"Policy": document}) if shape == "get-policy" else document, encoding="utf-8")
    manifest = {"polcheck": 1, "resources": [{"arn": f"{THUMBS}:prod", "policy": "policy.json"}]}

    def ask(context):
        pathed = polcheck("compile", "manifest.json", "-o", "store")
        assert pathed.status == 0, pathed
        return polcheck("eval", "-s", "store", "-p", principal, "-a", "lambda:InvokeFunction", "-r", f"{THUMBS}:prod",
                        "--context-json", json.dumps(context), "--json").json()["decision"]

    def compile_from(text):
        document = json.loads(text)
        given = json.loads(document["Policy"]) if "Policy" in document else document
        manifest["resources"][0]["policy"] = given
        (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    compile_from(path.read_text(encoding="utf-8"))
    assert ask(good) == "implicitDeny"
    assert add("--policy", path, what=["--statement-id", "in", *what]).status == 0
    compile_from(path.read_text(encoding="utf-8"))
    assert ask(good) == "allowed"
    assert ask({**good, **bad}) == "implicitDeny"
    assert remove(path, "in").status == 0
    compile_from(path.read_text(encoding="utf-8"))
    assert ask(good) == "implicitDeny"


def test_the_file_compiles_as_it_is(polcheck, add, tmp_path):
    assert add("--policy", "policy.json").status == 0
    manifest = {"polcheck": 1, "resources": [{"arn": f"{THUMBS}:prod", "policy": "policy.json"}]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run = polcheck("compile", "manifest.json", "-o", "store")
    assert (run.status, codes(run)) == (0, []), run
