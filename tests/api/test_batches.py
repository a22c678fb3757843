# SPDX-License-Identifier: Apache-2.0
"""The library asked what `polcheck eval --batch` is asked, on the worked account and with other readings of rules."""

import json
import os
import pathlib
import random
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
ACCOUNT = "111122223333"
ELSEWHERE = "arn:aws:s3:::elsewhere/cat.jpg"  # the store does not know whose it is
SAME = ["id", "decision", "matchedStatements", "blockedBy", "missingContext", "primary", "message", "error"]
QUESTIONS = [json.loads(line) for line in
             (TOP / "policies" / "thumbnails" / "questions.ndjson").read_text(encoding="utf-8").splitlines() if line]


@pytest.fixture(name="driver")
def fixture_driver(tmp_path):
    """Asks the library; gives the answers."""

    def ask(store, requests, *options):
        text = "".join(json.dumps(request) + "\n" for request in requests)
        done = subprocess.run([os.environ["API_DRIVER"], str(store), *options], input=text, cwd=tmp_path, timeout=60,
                              capture_output=True, encoding="utf-8", check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return ask


@pytest.fixture(name="thumbnails")
def fixture_thumbnails(polcheck, tmp_path):
    """The worked account, compiled."""
    run = polcheck("compile", "policies/managed", "policies/thumbnails", "-o", tmp_path / "store", cwd=TOP)
    assert run.status == 0, run
    return tmp_path / "store"


def without(answer):
    return {name: answer[name] for name in SAME if name in answer}


def compare(polcheck, driver, store, requests, *options):
    """Both say the same; gives how many answers there were of each kind."""
    text = "".join(json.dumps(request) + "\n" for request in requests)
    run = polcheck("eval", "--store", store, "--batch", "--json", *options, input=text)
    counts = {"same": 0, "owner": 0, "error": 0}
    answers = list(zip(requests, run.lines(), driver(store, requests, *options), strict=True))
    assert len(answers) == len(requests)
    for request, command, library in answers:
        # The library assumes no owner, behind which the command may find a contradiction.
        if "assumed" in command or request["resource"] == ELSEWHERE and "resourceAccount" not in request and (
                library.get("error", {}).get("code") == "POL0809"):
            assert library["error"]["code"] == "POL0809" and library["status"] == 5, request
            assert request["resource"] == ELSEWHERE
            counts["owner"] += 1
            continue
        assert without(library) == without(command), request
        counts["error" if "error" in command else "same"] += 1
    return counts


def test_the_questions_of_the_worked_account(polcheck, driver, thumbnails):
    counts = compare(polcheck, driver, thumbnails, QUESTIONS)
    assert counts["same"] > len(QUESTIONS) / 2, counts


def mixed(chance):
    """A question made of parts of others, or one with a part that is wrong."""
    wrong = {"action": ["s3", "s3:*", "s3:Get?"], "resource": ["photos", ""], "resourceAccount": ["12"],
             "principal": ["nobody", "arn:aws:iam::111122223333:user/nobody", ""]}
    if chance.random() < 0.1:
        part = chance.choice(list(wrong))
        return {**chance.choice(QUESTIONS), part: chance.choice(wrong[part])}
    made = {"id": chance.randrange(10**6)}
    for part in ("principal", "action", "resource"):
        made[part] = chance.choice(QUESTIONS)[part]
    if chance.random() < 0.1:
        made["resource"] = ELSEWHERE
    context = {}
    for _ in range(chance.randrange(3)):
        context.update(chance.choice(QUESTIONS).get("context", {}))
    extra = {"aws:TagKeys": ["team", "stage"][:chance.randrange(3)], "ex:number": chance.choice([7, -1, 2.5, 1e-9]),
             "aws:MultiFactorAuthPresent": chance.random() < 0.5, "aws:SourceIp": "203.0.113.7"}
    context.update({key: value for key, value in extra.items() if chance.random() < 0.2})
    made["context"] = context
    if chance.random() < 0.3:
        made["resourceAccount"] = chance.choice([ACCOUNT, ACCOUNT, "999988887777"])
    return made


def test_mixed_questions(polcheck, driver, thumbnails):
    chance = random.Random(20261126)
    requests = [mixed(chance) for _ in range(3000)]
    counts = compare(polcheck, driver, thumbnails, requests)
    assert counts["same"] > 1000 and counts["error"] > 100 and counts["owner"] > 50, counts


@pytest.mark.parametrize("options", [[], ["--wide-stars"], ["--no-account-link"], ["--wide-stars", "--no-account-link"]])
def test_other_readings(polcheck, driver, tmp_path, options):
    """R-206 and R-321 are read as the options say."""
    user = f"arn:aws:iam::{ACCOUNT}:user/bob"
    queue = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"

    def document(**statement):
        return {"Version": "2012-10-17", "Statement": [statement]}

    manifest = {"polcheck": 1, "users": [
        {"arn": user, "policies": [document(Effect="Allow", Action="sqs:SendMessage", Resource="arn:aws:sqs:*:jobs"),
                                   document(Effect="Allow", Action="sqs:PurgeQueue", Resource="*")]}],
        "resources": [{"arn": queue, "policy": document(Effect="Deny", NotPrincipal={"AWS": user},
                                                        Action="sqs:PurgeQueue", Resource=queue)}]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert polcheck("compile", "manifest.json", "-o", "store").status == 0
    requests = [{"principal": user, "action": action, "resource": queue}
                for action in ("sqs:SendMessage", "sqs:PurgeQueue")]
    assert compare(polcheck, driver, tmp_path / "store", requests, *options)["same"] == 2
    decisions = [answer["decision"] for answer in driver(tmp_path / "store", requests, *options)]
    assert decisions == ["allowed" if "--wide-stars" in options else "implicitDeny",
                         "allowed" if "--no-account-link" in options else "explicitDeny"]
