# SPDX-License-Identifier: Apache-2.0
"""The examples, as the build makes them and as anybody does who has the library installed.

The questions are those of policies/thumbnails, the answers those that its README explains.
"""

import json
import queue
import re
import shutil
import subprocess
import threading
import time

import pytest

from conftest import TOP, run

NAMES = ["ask", "explain", "pool", "secrets", "signed"]
STATUS = {"allowed": 0, "implicitDeny": 1, "explicitDeny": 1}
SECONDS = 30


def text_of(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def questions():
    """Maps the id of each question to its words on a command line."""
    found = {}
    for line in (TOP / "policies" / "thumbnails" / "questions.ndjson").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        context = [f"{key}={text_of(value)}" for key, value in asked.get("context", {}).items()]
        found[asked["id"]] = [asked["principal"], asked["action"], asked["resource"], *context]
    return found


def decisions():
    path = TOP / "tests" / "cli" / "thumbnails-expected.json"
    return {case["id"]: case["decision"] for case in json.loads(path.read_text(encoding="utf-8"))}


class Examples:
    """Where the programs are, and the environment that they run in."""

    def __init__(self, folder, env=None):
        self.folder = folder
        self.env = env

    def __call__(self, name, *arguments, **options):
        return run([self.folder / name, *arguments], good=False, env=self.env, **options)


@pytest.fixture(scope="module", params=["built", "installed"])
def examples(request, build, tmp_path_factory):
    if request.param == "built":
        return Examples(build.folder / "examples")
    installed = request.getfixturevalue("installed")
    folder = tmp_path_factory.mktemp("examples")
    for name in NAMES:
        shutil.copy(TOP / "examples" / f"{name}.c", folder)
        command = [*build.cc, "-std=c11", *build.instruments, "-Wall", "-Wextra", "-Werror", f"{name}.c", "-o", name]
        run(["sh", "-c", f"{' '.join(command)} $(pkg-config --cflags --libs polcheck)"], cwd=folder, env=installed.env)
    return Examples(folder, installed.env)


def test_ask_answers_every_question(examples, store):
    expected = decisions()
    assert len(expected) > 30
    for name, words in questions().items():
        done = examples("ask", store, *words)
        assert (name, done.stdout, done.stderr) == (name, expected[name] + "\n", "")
        assert done.returncode == STATUS[expected[name]], name


@pytest.mark.parametrize("program", ["ask", "explain"])
def test_what_cannot_be_asked(examples, store, tmp_path, program):
    alice = questions()["alice-reads-team-photo"]
    nobody = ["arn:aws:iam::111122223333:user/nobody", *alice[1:]]
    for arguments, message in [([store, *nobody], "no principal"),
                               ([store, alice[0], "s3", alice[2]], "action"),
                               ([store, *alice, "novalue"], "KEY=VALUE"),
                               ([tmp_path / "missing", *alice], "there is no store"),
                               ([TOP / "README.md", *alice], "not a store"),
                               ([store, *alice[:2]], "usage")]:
        done = examples(program, *arguments)
        assert done.returncode == 2 and done.stdout == "" and message in done.stderr, done


def test_pool_answers_every_question(examples, store):
    expected = decisions()
    asked = list(questions().items()) * 20
    lines = "".join(" ".join(words) + "\n" for _, words in asked)
    done = examples("pool", store, 4, input=lines)
    assert done.returncode == 0
    answers = {int(number): decision for number, decision in (line.split() for line in done.stdout.splitlines())}
    assert answers == {number: expected[name] for number, (name, _) in enumerate(asked, 1)}
    assert re.fullmatch(r"pool: snapshot 1: .+\n", done.stderr)


def test_pool_logs_every_decision(examples, store, tmp_path):
    expected = decisions()
    asked = questions()
    log = tmp_path / "decisions.log"
    done = examples("pool", store, 4, log, input="".join(" ".join(words) + "\n" for words in asked.values()))
    assert done.returncode == 0
    logged = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    of_decision = sorted((*words[:3], expected[name]) for name, words in asked.items())
    assert sorted((line["principal"], line["action"], line["resource"], line["decision"]) for line in logged) == \
        of_decision
    [denied] = [line for line in logged if "NoPlainHttp" in json.dumps(line["statements"])]
    assert denied["decision"] == "explicitDeny" and denied["context"]["aws:SecureTransport"] == "false"
    [statement] = denied["statements"]
    assert (statement["file"], statement["line"]) == (BUCKET, line_of(BUCKET, "NoPlainHttp"))


def test_pool_without_its_log(examples, store, tmp_path):
    done = examples("pool", store, 2, tmp_path / "missing" / "log", input="x\n")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == f"pool: {tmp_path}/missing/log: the system refused to read or write\n"


def test_pool_goes_on_after_what_it_cannot_answer(examples, store):
    words = " ".join(questions()["alice-reads-team-photo"])
    done = examples("pool", store, 2, input=f"{words}\nonly words\n{words} novalue\nx s3:GetObject y\n{words}")
    answers = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert done.returncode == 2 and sorted(answers) == ["1", "2", "3", "4", "5"]
    assert answers["1"] == answers["5"] == "allowed"
    assert all(answers[number].startswith("error: ") for number in "234")


def test_pool_without_a_store_or_threads(examples, store, tmp_path):
    for arguments, message in [([tmp_path / "missing", 2], f"{tmp_path}/missing: there is no store"), ([store], "usage"),
                               ([store, 0], "usage"), ([store, 65], "usage"), ([store, "x"], "usage")]:
        done = examples("pool", *arguments, input="")
        assert done.returncode == 2 and done.stdout == "" and message in done.stderr


def until(true):
    """Waits until it is, for a bounded time."""
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


class Lines:
    """The lines of a stream, each awaited for a bounded time."""

    def __init__(self, stream):
        self.lines = queue.Queue()
        threading.Thread(target=lambda: [self.lines.put(line) for line in stream], daemon=True).start()

    def next(self):
        return self.lines.get(timeout=SECONDS)

    def had(self, begin):
        """Whether one that begins so has come since it was asked last."""
        lines = [self.lines.get_nowait() for _ in range(self.lines.qsize())]
        return any(line.startswith(begin) for line in lines)


def test_pool_moves_on_to_a_new_store(examples, build, tmp_path):
    """The bucket's policy is turned around while the pool runs: it then denies what came over TLS."""
    policies = shutil.copytree(TOP / "policies", tmp_path / "policies")
    photos = policies / "thumbnails" / "s3" / "get-bucket-policy-photos.json"
    run([build.command, "compile", policies, "-o", tmp_path / "live.store"])
    question = " ".join(questions()["thumbs-reads-photo"]) + "\n"
    process = subprocess.Popen([examples.folder / "pool", tmp_path / "live.store", "2"], env=examples.env,
                               encoding="utf-8", bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        answers, events = Lines(process.stdout), Lines(process.stderr)
        assert events.next().startswith("pool: snapshot 1: ")
        process.stdin.write(question)
        assert answers.next() == "1 allowed\n"
        before = photos.read_text(encoding="utf-8")
        after = before.replace(r'SecureTransport\":\"false\"', r'SecureTransport\":\"true\"')
        assert after != before
        photos.write_text(after, encoding="utf-8")
        run([build.command, "compile", policies, "-o", tmp_path / "live.store"])
        assert events.next().startswith("pool: snapshot 2: ")
        process.stdin.write(question)
        assert answers.next() == "2 explicitDeny\n"
        process.stdin.close()
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait()


READER = "arn:aws:iam::111122223333:role/reader"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:jobs"


def compile_reader(build, folder, action):
    """A store in which one role may do one action."""
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}
    manifest = {"polcheck": 1, "roles": [{"arn": READER, "policies": [document]}]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run([build.command, "compile", folder / "manifest.json", "-o", folder / "live.store"])


def test_signed_answers_from_what_a_trusted_key_has_signed(examples, build, tmp_path):
    """Not before it is signed, not from what was compiled since, and not from an older one."""
    live, older = tmp_path / "live.store", tmp_path / "older.store"
    run([build.command, "keygen", tmp_path / "ours"])
    sign = [build.command, "sign", live, "--key", tmp_path / "ours.key"]
    compile_reader(build, tmp_path, "sqs:SendMessage")
    process = subprocess.Popen([examples.folder / "signed", live, tmp_path / "ours.pub", tmp_path / "seen"],
                               env=examples.env, encoding="utf-8", bufsize=1, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ask(action):
        process.stdin.write(f"{READER} sqs:{action} {QUEUE}\n")
        return answers.next()

    try:
        answers, events = Lines(process.stdout), Lines(process.stderr)
        assert events.next().startswith("signed: untrusted: ")
        assert ask("SendMessage") == "untrusted\n"
        run(sign)
        until(lambda: ask("SendMessage") == "allowed\n")
        assert ask("ReceiveMessage") == "implicitDeny\n"
        shutil.copytree(live, older)
        compile_reader(build, tmp_path, "sqs:ReceiveMessage")
        assert (ask("SendMessage"), ask("ReceiveMessage")) == ("allowed\n", "implicitDeny\n")
        run(sign)
        until(lambda: ask("ReceiveMessage") == "allowed\n")
        live.rename(tmp_path / "away")
        older.rename(live)
        until(lambda: ask("SendMessage") and events.had("signed: rollback: "))
        assert (ask("SendMessage"), ask("ReceiveMessage")) == ("implicitDeny\n", "allowed\n")
        process.stdin.close()
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def line_of(path, text):
    """Where in a file of policies/ a text stands, by line."""
    lines = (TOP / path).read_text(encoding="utf-8").splitlines()
    [found] = [number for number, line in enumerate(lines, 1) if text in line]
    return found


IAM = "policies/thumbnails/iam/account-authorization-details.json"
BUCKET = "policies/thumbnails/s3/get-bucket-policy-photos.json"


def explained(examples, store, name):
    done = examples("explain", store, *questions()[name])
    decision = decisions()[name]
    assert done.returncode == STATUS[decision] and done.stderr == ""
    head, table = done.stdout.split("every statement:\n")
    first, *reasons = head.splitlines()
    assert first == decision
    return reasons, table.splitlines()


def test_explain_an_explicit_deny(examples, store):
    reasons, table = explained(examples, store, "thumbs-reads-plain-http")
    place = re.escape(f"{BUCKET}:{line_of(BUCKET, 'NoPlainHttp')}:") + r"\d+: resource Deny [\w-]+/NoPlainHttp"
    assert re.fullmatch("decided by " + place, reasons[0]) and "explicit deny" in reasons[-1]
    assert len([line for line in table if re.fullmatch(place + ": matches", line)]) == 1


def test_explain_what_a_boundary_stops(examples, store):
    reasons, table = explained(examples, store, "poller-takes-other-job")
    assert reasons[0] == "blocked by boundary" and "no permissions boundary allows" in reasons[1]
    assert [line.split(": ", 1)[1] for line in table if "/OnlyThumbsQueues" in line] == \
        ["boundary Allow ThumbsBoundary/OnlyThumbsQueues: another resource"]
    assert any(re.search(r"identity Allow AWSLambdaSQSQueueExecutionRole/#0: matches$", line) for line in table)


def test_explain_what_is_missing(examples, store):
    reasons, table = explained(examples, store, "alice-deploys-without-mfa")
    assert reasons[0] == "missing aws:MultiFactorAuthPresent"
    place = f"{IAM}:{line_of(IAM, 'AccountWithMfa') - 1}:"
    [trust] = [line for line in table if "/AccountWithMfa" in line]
    assert trust.startswith(place)
    assert trust.endswith(": condition Bool aws:MultiFactorAuthPresent lacks its key")
    assert any(line.endswith("identity Allow TeamDeveloper/BecomeDeployer: matches") for line in table)
    assert any(line.endswith("TeamDeveloper/ReadTeamPhotos: another action") for line in table)


def test_explain_an_allow(examples, store):
    reasons, table = explained(examples, store, "alice-deploys-with-mfa")
    assert [line.rsplit("/", 1)[1] for line in reasons] == ["BecomeDeployer", "AccountWithMfa"]
    assert any(line.endswith("/AccountWithMfa: matches") for line in table)
