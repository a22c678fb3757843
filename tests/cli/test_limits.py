# SPDX-License-Identifier: Apache-2.0
"""The limits of docs/limits.md: the page's own numbers are tried, at each limit and one step beyond it."""

import json
import pathlib
import re

import pytest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "limits.md"
ROW = re.compile(r"^\| (.+?) \| ([\d,]+) \| (POL\d{4})", re.M)
USER = "arn:aws:iam::111122223333:user/Ann"
ALLOW_ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
LIMITS = {name: (int(number.replace(",", "")), code) for name, number, code in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def case(*statements, **asked):
    request = {"principal": USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "resourceAccount": "111122223333"}
    return {"request": request | asked,
            "policies": {"identity": [{"Version": "2012-10-17", "Statement": [ALLOW_ALL, *statements]}]}}


def deny(**elements):
    return {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::other/*"} | elements


def deny_like(pattern):
    return deny(Resource="*", Condition={"StringLike": {"ex:k": pattern}})


def nested(depth):
    """`depth` objects and arrays inside each other, from the case to an array in the context."""
    value = []
    for _ in range(depth - 4):
        value = [value]
    return case(context={"ex:k": value})


def evaluate(polcheck, asked, folder):
    (folder / "case.json").write_text(json.dumps(asked), encoding="utf-8")
    return polcheck("eval", "--case", "case.json")


def evaluated(make):
    """A way to try a limit: evaluates the case that `make` makes for a number."""
    return lambda polcheck, number, folder: evaluate(polcheck, make(number), folder)


def compile_file(polcheck, size, folder):
    text = '{"polcheck": 1, "roles": []}'
    (folder / "large.json").write_text(text + " " * (size - len(text)), encoding="utf-8")
    return polcheck("compile", "large.json", "-o", "s")


def compile_folders(polcheck, depth, folder):
    """The folder that is named is the first."""
    below = folder.joinpath(*["d"] * depth)
    below.mkdir(parents=True)
    (below / "m.json").write_text('{"polcheck": 1}', encoding="utf-8")
    return polcheck("compile", "d", "-o", "s")


def check_function(polcheck, count, folder):
    """A caller whose calls have that many context keys."""
    account = "arn:aws:iam::111122223333:"
    (folder / "m.json").write_text(json.dumps({
        "polcheck": 1,
        "functions": [{"arn": "arn:aws:lambda:eu-west-1:111122223333:function:f", "role": account + "role/f",
                       "triggers": [{"kind": "invoke", "source": account + "role/caller",
                                     "context": {f"ex:k{place}": "v" for place in range(count)}}]}],
        "roles": [{"arn": account + "role/f", "policies": [{"Version": "2012-10-17", "Statement": ALLOW_ALL}],
                   "trust": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                                                                    "Principal": {"Service": "lambda.amazonaws.com"}}}},
                  {"arn": account + "role/caller", "policies": [{"Version": "2012-10-17", "Statement": {
                      **ALLOW_ALL, "Condition": {"StringEquals": {f"ex:k{count - 1}": "v"}}}}]}]}), encoding="utf-8")
    run = polcheck("compile", "m.json", "-o", "s")
    return run if run.status else polcheck("lambda", "check", "--store", "s", "--fail-on", "error")


def one_of_a_batch(polcheck, size, folder):
    (folder / "m.json").write_text(json.dumps({"polcheck": 1, "users": [
        {"arn": USER, "policies": [{"Version": "2012-10-17", "Statement": ALLOW_ALL}]}]}), encoding="utf-8")
    assert polcheck("compile", "m.json", "-o", "s").status == 0
    line = json.dumps(case()["request"])
    return polcheck("eval", "--store", "s", "--batch", input=line + " " * (size - len(line)) + "\n")


def steps(number):
    """A Deny that lacks its match at the end only: its pattern is as long as the text, which costs the product of both."""
    length = int((number * 64) ** 0.5)
    return case(deny_like("*" + "a" * length + "?b*"), context={"ex:k": "a" * length})


KEYS = "context keys of a request, with its tags and 18 that may follow from it"
FOLLOWING = int(re.search(r"(\d+) that may follow", KEYS)[1])


def keys(count):
    return {f"ex:k{place}": "a" for place in range(count)}


# What each row of the page is tried with, in one way or several; how far below the limit the first try is, where a
# figure is no exact one.
TRIES = {
    "objects and arrays inside each other, of any JSON": evaluated(nested),
    "bytes of a JSON file": compile_file,
    "bytes of an action behind its service, of a resource or of a condition value":
        (evaluated(lambda size: case(deny(Action="s3:" + "a" * size))),
         evaluated(lambda size: case(deny(Resource="arn:aws:s3:::" + "a" * (size - len("arn:aws:s3:::"))))),
         evaluated(lambda size: case(deny_like("a" * size)))),
    "wildcards, variables and pieces of text between them, of one such text":
        evaluated(lambda pieces: case(deny_like(("a*" * pieces)[:pieces]))),
    "policy variables of one such text": evaluated(lambda count: case(deny_like("${ex:v}" * count))),
    "folders inside each other that policies are read from": compile_folders,
    "facts of one connection of a function, each key of its `context` being one": check_function,
    "bytes of a name or value in a request": evaluated(lambda size: case(context={"ex:k": "a" * size})),
    KEYS: evaluated(lambda count: case(context=keys(count - FOLLOWING))),
    "bytes of a line of `eval --batch`": one_of_a_batch,
    "steps of a decision": evaluated(steps),
}
WAYS = [(name, way) for name, ways in TRIES.items() for way in (ways if isinstance(ways, tuple) else (ways,))]
ELSEWHERE = {"bytes of a function's variables, as Lambda counts them": "test_4096_bytes_and_not_one_more"}
STORES = {"bytes of a store's file", "bytes of one record in it", "processes and engines that read a store at the same time"}
# What a decision does beside its dearest comparison.
SPARE = {"steps of a decision": 200_000}


def test_every_row_is_tried():
    assert set(LIMITS) - STORES == set(TRIES) | set(ELSEWHERE)
    put = (pathlib.Path(__file__).parent / "test_secrets_put.py").read_text(encoding="utf-8")
    assert all(f"def {test}(" in put for test in ELSEWHERE.values())


@pytest.mark.parametrize("name, way", WAYS)
def test_at_the_limit(polcheck, tmp_path, name, way):
    number, code = LIMITS[name]
    run = way(polcheck, number - SPARE.get(name, 0), tmp_path)
    assert code not in run.out + run.err
    # What is nested so deeply can be read, but is no context value.
    assert run.status == 0 or (name.startswith("objects and arrays") and "POL0805" in run.err)


@pytest.mark.parametrize("name, way", WAYS)
def test_beyond_the_limit(polcheck, tmp_path, name, way):
    number, code = LIMITS[name]
    run = way(polcheck, number + (SPARE.get(name, 0) or 1), tmp_path)
    assert run.status == 2 and f"[{code}]" in run.err or f'"code":"{code}"' in run.out.replace(" ", "")
    assert "allowed" not in run.out


def test_files_are_listed_below_more_folders_than_policies_are_read_from(polcheck, tmp_path):
    below = tmp_path.joinpath(*["d"] * (2 * LIMITS["folders inside each other that policies are read from"][0]))
    below.mkdir(parents=True)
    (below / "case.json").write_text(json.dumps(case() | {"expect": {"decision": "allowed"}}), encoding="utf-8")
    assert "1 passed" in polcheck("test", "d").out
    policy = below / "case.json"
    policy.write_text('{"Statement":{"Action":"*","Effect":"Allow","Resource":"*"},"Version":"2012-10-17"}', encoding="utf-8")
    assert polcheck("fmt", "--write", "d").status == 0 and policy.read_text(encoding="utf-8").startswith('{\n  "Version"')


def store_of_tagged(polcheck, folder, tags):
    (folder / "m.json").write_text(json.dumps({"polcheck": 1, "users": [
        {"arn": USER, "tags": {f"t{place}": "a" for place in range(tags)},
         "policies": [{"Version": "2012-10-17", "Statement": ALLOW_ALL}]}]}), encoding="utf-8")
    assert polcheck("compile", "m.json", "-o", "s").status == 0


@pytest.mark.parametrize("tags", [0, 7])
def test_every_number_of_keys_is_answered_or_refused(polcheck, tmp_path, tags):
    """However they come to be too many: those that are given, tags, and those that may follow."""
    most, code = LIMITS[KEYS]
    store_of_tagged(polcheck, tmp_path, tags)
    counts = range(most - 60, most + 10)
    lines = "".join(json.dumps(case(context=keys(count))["request"]) + "\n" for count in counts)
    answers = [json.loads(line) for line in polcheck("eval", "--store", "s", "--batch", input=lines).out.splitlines()]
    assert len(answers) == len(counts)
    for count, answer in zip(counts, answers):
        if count + tags + FOLLOWING <= most:
            assert answer["decision"] == "allowed", (count, answer)
        else:
            error = answer["error"]
            assert (error["code"], "decision" in answer) == (code, False), (count, answer)
            assert f"more than {most} keys" in error["message"] and f" {FOLLOWING} that may follow" in error["message"], error


def test_too_many_keys_are_told_with_their_place(polcheck, tmp_path):
    most, code = LIMITS[KEYS]
    for count in range(most - FOLLOWING + 1, most + 2):
        run = evaluate(polcheck, case(context=keys(count)), tmp_path)
        assert run.status == 2 and re.search(rf"case\.json:1:\d+: error: .* more than {most} keys.*\[{code}\]\n +hint: ", run.err), run
    assert f"{most:,} keys" in polcheck("help", code).out


def test_a_case_beyond_the_steps_fails_and_may_expect_it(polcheck, tmp_path):
    made = steps(LIMITS["steps of a decision"][0] + SPARE["steps of a decision"])
    (tmp_path / "case.json").write_text(json.dumps([made | {"name": "expected", "expect": {"error": "POL0813"}},
                                                    made | {"name": "slow", "expect": {"decision": "allowed"}}]), encoding="utf-8")
    run = polcheck("test", "case.json")
    assert run.status == 1 and "2 cases in 1 file: 1 passed, 1 failed" in run.out
    assert re.search(r"case\.json:1:\d+: error: a decision takes too many steps \[POL0813\]\n +hint: divide the policies", run.out)


def test_a_list_has_a_text_once(polcheck, tmp_path):
    """However often a list says a long text, it is compiled."""
    like = deny_like([*["x" * 1500] * 2000, "the last"])
    bucket = deny(Resource=["arn:aws:s3:::" + "y" * 1500] * 2000)
    assert evaluate(polcheck, case(like, bucket), tmp_path).out.startswith("allowed")
    assert evaluate(polcheck, case(like, context={"ex:k": "the last"}), tmp_path).out.startswith("explicitDeny")


def test_long_texts_that_many_statements_repeat(polcheck, tmp_path):
    policy = {"Version": "2012-10-17", "Statement": [deny_like([letter * 5000 for letter in "abcde"])] * 200}
    (tmp_path / "policy.json").write_text(json.dumps(policy), encoding="utf-8")
    run = polcheck("dump", "policy.json")
    assert run.status == 2 and run.out == ""
    assert re.search(r"policy\.json:1:\d+: error: the policy set repeats long texts too often: 25\d{3} bytes of them are in this statement, and no "
                     r"other has more \[POL0906\]\n +hint: put statements", run.err)
