# SPDX-License-Identifier: Apache-2.0
"""An update of what functions are connected with: the store answers as a compile of all of it would, or is not changed."""

import json

import pytest

A, B = "111122223333", "444455556666"
FUNCTION = f"arn:aws:lambda:eu-west-1:{A}:function:f"
ROLE = f"arn:aws:iam::{A}:role/f"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:q"
STREAM = f"arn:aws:kinesis:eu-west-1:{A}:stream/s"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{A}:secret:db-AbCdEf"
BROKER = f"arn:aws:mq:eu-west-1:{A}:broker:b:b-1"
RULE = f"arn:aws:events:eu-west-1:{A}:rule/r"
BUCKET = "arn:aws:s3:::photos"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = f"arn:aws:kms:eu-west-1:{A}:key/0000abcd-12ab-34cd-56ef-1234567890ab"

POLLING = {"triggers": [{"kind": "sqs", "source": QUEUE}]}


def function(**members):
    return {"polcheck": 1, "functions": [{"arn": FUNCTION, "role": ROLE, **members}],
            "roles": [{"arn": ROLE, "policies": []}]}


def resource(arn, **members):
    return {"polcheck": 1, "resources": [{"arn": arn, **members}]}


def grants(grantee, operations=("Decrypt",), **constraints):
    return {"Grants": [{"KeyId": KEY, "GrantId": "g", "GranteePrincipal": grantee, "Operations": list(operations),
                        "Constraints": constraints}]}


# What is compiled, what an update says otherwise, and how the function was compiled.
CHANGES = {
    "key of a queue, new": ([function(**POLLING), resource(QUEUE)], resource(QUEUE, kmsKey=KEY), f'without the key of "{QUEUE}"'),
    "key of a queue, by a dump": ([function(**POLLING), resource(QUEUE)],
                                  {"Attributes": {"QueueArn": QUEUE, "KmsMasterKeyId": KEY}}, f'without the key of "{QUEUE}"'),
    "key of a queue, another": ([function(**POLLING), resource(QUEUE, kmsKey=KEY)], resource(QUEUE, kmsKey=OTHER_KEY),
                                f'with another key of "{QUEUE}"'),
    "key of a queue, none": ([function(**POLLING), resource(QUEUE, kmsKey=KEY)], resource(QUEUE),
                             f'with the key of "{QUEUE}", which nothing tells now'),
    "key of a stream that is consumed": (
        [function(triggers=[{"kind": "kinesis", "source": f"{STREAM}/consumer/c:1"}])],
        resource(STREAM, kmsKey=KEY), f'without the key of "{STREAM}"'),
    "key of a destination": ([function(destinations={"onFailure": QUEUE}), resource(QUEUE)], resource(QUEUE, kmsKey=KEY),
                             f'without the key of "{QUEUE}"'),
    "key of a secret": ([function(triggers=[{"kind": "mq", "source": BROKER, "secret": [SECRET]}])],
                        resource(SECRET, kmsKey=KEY), f'without the key of "{SECRET}"'),
    "key of a dead-letter queue": (
        [function(triggers=[{"kind": "eventbridge-rule", "source": RULE, "dead-letter": QUEUE}]), resource(QUEUE, kmsKey=KEY)],
        resource(QUEUE, kmsKey=OTHER_KEY), f'with another key of "{QUEUE}"'),
    "owner of a bucket": ([function(triggers=[{"kind": "s3", "source": BUCKET}]), resource(BUCKET, account=A)],
                          resource(BUCKET, account=B), f'with another owner of "{BUCKET}"'),
    "grants, for somebody else": ([function(kmsKey=KEY), grants(ROLE)], grants("AROAEXAMPLE"), f'with other grants of "{KEY}"'),
    "grants, the first": ([function(kmsKey=KEY)], grants(ROLE), f'with other grants of "{KEY}"'),
    "grants, for another function": (
        [function(kmsKey=KEY), grants(ROLE)],
        grants(ROLE, EncryptionContextEquals={"aws:lambda:FunctionArn": FUNCTION + "2"}), f'with other grants of "{KEY}"'),
}


def write(folder, name, document):
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def compiled(polcheck, tmp_path, documents, *options):
    paths = [write(tmp_path, f"d{number}.json", document) for number, document in enumerate(documents)]
    run = polcheck("compile", *paths, "-o", tmp_path / "store", *options)
    assert run.status == 0, run
    return tmp_path / "store"


def checked(polcheck, store):
    run = polcheck("lambda", "check", "--store", store, "--json")
    assert run.status in (0, 1), run
    return run.lines()


def verdicts(lines):
    """Without where it is written."""
    return [(line.get("function"), [(each["kind"], each["mark"], [finding["code"] for finding in each["findings"]])
                                    for each in line.get("integrations", ())]) for line in lines]


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_function_would_keep_is_refused(polcheck, tmp_path, change):
    before, update, told = CHANGES[change]
    store = compiled(polcheck, tmp_path, before)
    bytes_before = (store / "data.mdb").read_bytes()
    run = polcheck("compile", "--update", write(tmp_path, "u.json", update), "-o", store)
    assert run.status == 2, run
    assert f'the function "{FUNCTION}" of the store "{store}" was compiled {told}' in run.err and "POL0907" in run.err
    assert f"{tmp_path}/u.json:1:" in run.err
    assert "hint: compile the function with it" in run.err
    assert (store / "data.mdb").read_bytes() == bytes_before


@pytest.mark.parametrize("change", CHANGES)
def test_with_the_function_it_is_as_compiled_from_nothing(polcheck, tmp_path, change):
    (first, *_), update, _ = CHANGES[change]
    store = compiled(polcheck, tmp_path, CHANGES[change][0])
    paths = [write(tmp_path, "f.json", first), write(tmp_path, "u.json", update)]
    run = polcheck("compile", "--update", *paths, "-o", store)
    assert run.status == 0, run
    updated = checked(polcheck, store)
    assert polcheck("compile", *paths, "-o", tmp_path / "fresh").status == 0
    assert updated == checked(polcheck, tmp_path / "fresh")


@pytest.mark.parametrize("change", [name for name, (before, *_) in CHANGES.items() if len(before) > 1])
def test_the_same_again_is_no_change(polcheck, tmp_path, change):
    """Only things, and no function: what the functions know of them stays true."""
    first, *things = CHANGES[change][0]
    store = compiled(polcheck, tmp_path, [first, *things])
    before = checked(polcheck, store)
    run = polcheck("compile", "--update", write(tmp_path, "u.json", things[0]), "-o", store)
    assert run.status == 0, run
    assert checked(polcheck, store) == before


# Things whose key a function was compiled with.
KEYS = {
    "queue": ([function(**POLLING), resource(QUEUE, kmsKey=KEY)], QUEUE),
    "dead-letter queue": (CHANGES["key of a dead-letter queue"][0], QUEUE),
    "secret": ([*CHANGES["key of a secret"][0], resource(SECRET, kmsKey=KEY)], SECRET),
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_function_alone_would_lose_the_key(polcheck, tmp_path, kind):
    documents, encrypted = KEYS[kind]
    store = compiled(polcheck, tmp_path, documents)
    before = checked(polcheck, store)
    path = write(tmp_path, "f.json", documents[0])
    run = polcheck("compile", "--update", path, "-o", store)
    assert run.status == 2 and "POL0907" in run.err, run
    assert f'was compiled with the key of "{encrypted}", which nothing tells now' in run.err
    assert "hint: compile the resource with it" in run.err and f"{path}:1:" in run.err
    assert checked(polcheck, store) == before
    run = polcheck("compile", "--update", path, write(tmp_path, "r.json", resource(encrypted)), "-o", store)
    assert run.status == 0, run
    assert checked(polcheck, store) != before


OTHER = {"arn": FUNCTION + "2", "role": ROLE}
BOTH = {"onSuccess": QUEUE, "onFailure": {"target": QUEUE, "kms-key": KEY}}
OWN = {"triggers": [{**POLLING["triggers"][0], "kms-key": KEY}]}
ALIAS = {"triggers": [{**POLLING["triggers"][0], "kms-key": "alias/q"}]}
S3 = {"triggers": [{"kind": "s3", "source": BUCKET}]}

# What is compiled, what comes alone, and what of the store it would be without; the place is that of who comes.
ALONE = {
    "another function": ([function(**POLLING), resource(QUEUE, kmsKey=KEY)], {**function(), "functions": [{**OTHER, **POLLING}]},
                         f'the key of "{QUEUE}"', "resource"),
    "another trigger": ([{**function(**POLLING), "functions": [*function(**POLLING)["functions"], OTHER]}, resource(QUEUE, kmsKey=KEY)],
                        {**function(), "functions": [{**OTHER, **POLLING}]}, f'the key of "{QUEUE}"', "resource"),
    "a consumer of the stream": (
        [function(triggers=[{"kind": "kinesis", "source": STREAM}]), resource(STREAM, kmsKey=KEY)],
        {**function(), "functions": [{**OTHER, "triggers": [{"kind": "kinesis", "source": f"{STREAM}/consumer/c:1"}]}]},
        f'the key of "{STREAM}"', "resource"),
    "a consumer that is told to be encrypted": (
        [function(triggers=[{"kind": "kinesis", "source": f"{STREAM}/consumer/c:1"}]), resource(f"{STREAM}/consumer/c:1", kmsKey=KEY)],
        {**function(), "functions": [{**OTHER, "triggers": [{"kind": "kinesis", "source": f"{STREAM}/consumer/c:1"}]}]},
        f'the key of "{STREAM}/consumer/c:1"', "resource"),
    "the owner of a bucket": ([function(**S3), resource(BUCKET, account=B)], function(**S3), f'the owner of "{BUCKET}"', "resource"),
    "grants": ([function(kmsKey=KEY), grants(ROLE)], function(kmsKey=KEY), f'the grants of "{KEY}"', "list of grants"),
}


@pytest.mark.parametrize("what", ALONE)
def test_who_comes_alone_would_be_without_what_the_store_knows(polcheck, tmp_path, what):
    before, update, told, needed = ALONE[what]
    store = compiled(polcheck, tmp_path, before)
    bytes_before = (store / "data.mdb").read_bytes()
    path = write(tmp_path, "u.json", update)
    run = polcheck("compile", "--update", path, "-o", store)
    assert run.status == 2 and f'"{FUNCTION}" of the store "{store}" was compiled with {told}, which nothing tells now' in run.err, run
    assert f"hint: compile the {needed} with it" in run.err and f"{path}:1:" in run.err and run.err.count("POL0907") == 1
    assert (store / "data.mdb").read_bytes() == bytes_before
    things = write(tmp_path, "t.json", before[1])
    assert polcheck("compile", "--update", path, things, "-o", store).status == 0
    functions = {each["arn"]: each for each in [*before[0]["functions"], *update["functions"]]}
    whole = write(tmp_path, "whole.json", {**before[0], "functions": list(functions.values())})
    assert polcheck("compile", whole, things, "-o", tmp_path / "fresh").status == 0
    assert verdicts(checked(polcheck, store)) == verdicts(checked(polcheck, tmp_path / "fresh"))


# The very same again, or what says nothing of a key that a resource told.
NO_CHANGE = {
    "a destination that tells its key beside one that does not": ([function(destinations=BOTH)], [function(destinations=BOTH)]),
    "a queue of which the trigger tells another name of the key": (
        [function(**ALIAS), resource(QUEUE, kmsKey=KEY)], [resource(QUEUE, kmsKey=KEY)]),
    "a queue of which the trigger alone tells the key": ([function(**OWN), resource(QUEUE)], [resource(QUEUE)]),
    "a trigger that does not tell its key any more": ([function(**OWN)], [function(**POLLING)]),
    "grants in another order": ([function(kmsKey=KEY), grants(ROLE, operations=["Decrypt", "Encrypt"])],
                                [grants(ROLE, operations=["Encrypt", "Decrypt"])]),
    "a function whose key is another one now": ([function(kmsKey=KEY), grants(ROLE)], [function(kmsKey=OTHER_KEY)]),
    "a function without what it polled": ([function(**POLLING), resource(QUEUE, kmsKey=KEY)], [function()]),
}


@pytest.mark.parametrize("what", NO_CHANGE)
def test_what_says_nothing_else_is_taken(polcheck, tmp_path, what):
    before, update = NO_CHANGE[what]
    store = compiled(polcheck, tmp_path, before)
    paths = [write(tmp_path, f"u{number}.json", document) for number, document in enumerate(update)]
    run = polcheck("compile", "--update", *paths, "-o", store)
    assert run.status == 0, run


def test_a_queue_that_goes_is_not_asked_for(polcheck, tmp_path):
    store = compiled(polcheck, tmp_path, [function(**POLLING), resource(QUEUE, kmsKey=KEY)])
    run = polcheck("compile", "--update", write(tmp_path, "f.json", function(**POLLING)), "--remove", QUEUE, "-o", store)
    assert run.status == 0, run


def test_what_a_function_that_goes_knew_is_asked_for(polcheck, tmp_path):
    store = compiled(polcheck, tmp_path, [function(**POLLING), resource(QUEUE, kmsKey=KEY)])
    path = write(tmp_path, "u.json", {**function(), "functions": [{**OTHER, **POLLING}]})
    run = polcheck("compile", "--update", path, "--remove", FUNCTION, "-o", store)
    assert run.status == 2 and f'the key of "{QUEUE}"' in run.err, run


def test_a_function_alone_may_tell_the_key_itself(polcheck, tmp_path):
    store = compiled(polcheck, tmp_path, [function(**OWN), resource(QUEUE)])
    run = polcheck("compile", "--update", write(tmp_path, "f.json", function(**OWN)), "-o", store)
    assert run.status == 0, run


def test_a_function_that_goes_keeps_nothing(polcheck, tmp_path):
    store = compiled(polcheck, tmp_path, [function(**POLLING), resource(QUEUE)])
    path = write(tmp_path, "u.json", resource(QUEUE, kmsKey=KEY))
    run = polcheck("compile", "--update", path, "--remove", FUNCTION, "-o", store)
    assert run.status == 0, run


def test_what_no_function_is_connected_with_changes(polcheck, tmp_path):
    store = compiled(polcheck, tmp_path, [function(**POLLING, kmsKey=OTHER_KEY), resource(QUEUE + "2")])
    paths = [write(tmp_path, "u.json", resource(QUEUE + "2", kmsKey=KEY)), write(tmp_path, "g.json", grants(ROLE))]
    run = polcheck("compile", "--update", *paths, "-o", store)
    assert run.status == 0, run
