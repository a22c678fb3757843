# SPDX-License-Identifier: Apache-2.0
"""polcheck test: tables of requests over one set of policies."""

import json

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
REQUEST = {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/cat.jpg"}
READS = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Reads", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
     "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}]}
OFFICE, HOME = {"aws:SourceIp": "192.0.2.7"}, {"aws:SourceIp": "198.51.100.1"}
ALLOWED, DENIED = {"decision": "allowed"}, {"decision": "implicitDeny"}


def table(rows, **members):
    return {"name": "photos", "policies": {"identity": [READS]}, "request": {**REQUEST, "context": OFFICE},
            "rows": rows, **members}


def write(tmp_path, value, name="cases.json"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_each_row_is_a_case(polcheck, tmp_path):
    run = polcheck("test", write(tmp_path, table([
        {"name": "reads", "expect": ALLOWED},
        {"name": "writes", "request": {"action": "s3:PutObject"}, "expect": DENIED},
        {"name": "from home", "request": {"context": HOME}, "expect": DENIED}])))
    assert (run.status, run.err) == (0, "")
    assert run.out.startswith("3 cases in 1 file: 3 passed, 0 failed (")


def test_a_row_fails_by_its_name_at_its_place(polcheck, tmp_path):
    text = ('{"name": "photos", "policies": {"identity": [%s]},\n "request": %s, "rows": [\n'
            '  {"name": "reads", "expect": {"decision": "implicitDeny"}},\n'
            '  {"name": "home", "request": {"context": {"aws:sourceIP": "198.51.100.1"}},\n'
            '   "expect": {"decision": "allowed"}},\n'
            '  {"expect": {"decision": "explicitDeny"}}\n]}'
            % (json.dumps(READS), json.dumps({**REQUEST, "context": OFFICE})))
    path = write(tmp_path, text)
    run = polcheck("test", path)
    assert run.status == 1
    assert [line for line in run.out.splitlines() if "FAILED" in line] == [
        f"FAILED {path}:3:3: photos: reads", f"FAILED {path}:4:3: photos: home",
        f"FAILED {path}:6:3: photos: row of line 6"]
    assert run.out.splitlines()[-1].startswith("3 cases in 1 file: 0 passed, 3 failed")
    lines = polcheck("test", "--json", path).lines()
    assert [(line["name"], line["line"], line["column"]) for line in lines] == [
        ("photos: reads", 3, 3), ("photos: home", 4, 3), ("photos: row of line 6", 6, 3)]


def test_a_table_without_a_name(polcheck, tmp_path):
    made = table([{"name": "reads", "expect": ALLOWED}])
    del made["name"]
    [line] = polcheck("test", "--json", write(tmp_path, made)).lines()
    assert line["name"] == "reads"


@pytest.mark.parametrize("row, expect", [
    ({}, ALLOWED),
    ({"request": {}}, ALLOWED),
    ({"request": {"context": {}}}, ALLOWED),
    ({"request": {"context": {"AWS:SOURCEIP": "198.51.100.1"}}}, DENIED),
    ({"request": {"context": {"aws:SourceIp": None}}}, {"decision": "implicitDeny", "missingContext": ["aws:SourceIp"]}),
    ({"request": {"context": None}}, {"decision": "implicitDeny", "missingContext": ["aws:SourceIp"]}),
    ({"request": {"context": {"aws:username": "alice"}}}, ALLOWED),
    ({"request": {"action": "s3:PutObject"}}, {"decision": "implicitDeny", "missingContext": []}),
    ({"request": {"principal": "s3.amazonaws.com"}}, DENIED),
])
def test_what_a_row_says_is_laid_over_the_table(polcheck, tmp_path, row, expect):
    run = polcheck("test", write(tmp_path, table([{**row, "expect": expect}])))
    assert run.status == 0, run


def test_keys_of_both_contexts_count(polcheck, tmp_path):
    policy = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "*", "Resource": "*",
        "Condition": {"StringEquals": {"a:one": "1", "a:two": "2", "a:three": "3"}}}}
    made = table([{"request": {"context": {"A:Two": "2", "a:three": "3"}}, "expect": ALLOWED},
                  {"request": {"context": {"a:three": "3"}}, "expect": DENIED}], policies={"identity": [policy]})
    made["request"]["context"] = {"a:one": "1", "a:two": "0"}
    assert polcheck("test", write(tmp_path, made)).status == 0


def test_an_expectation_is_shared_or_a_row_has_its_own(polcheck, tmp_path):
    made = table([{}, {"request": {"action": "s3:PutObject"}, "expect": DENIED}, {"expect": {"statements": ["Reads"]}}],
                 expect={"decision": "allowed", "statements": ["Reads"]})
    assert polcheck("test", write(tmp_path, made)).status == 0
    made["rows"].append({"request": {"context": HOME}})
    assert polcheck("test", write(tmp_path, made)).status == 1


def test_the_request_may_stand_in_the_rows_alone(polcheck, tmp_path):
    made = table([{"request": {**REQUEST, "context": OFFICE}, "expect": ALLOWED}])
    del made["request"]
    assert polcheck("test", write(tmp_path, made)).status == 0
    made["rows"].append({"name": "empty", "expect": ALLOWED})
    run = polcheck("test", write(tmp_path, made))
    assert run.status == 1
    assert 'neither the row nor its table has a "request" [POL0800]' in run.out


@pytest.mark.parametrize("row, code", [
    ({"expect": {"error": "POL0801"}, "request": {"principal": "alice"}}, None),
    ({"expect": {"error": "POL0800"}, "request": {"acton": "s3:GetObject"}}, None),
    ({"expect": {"error": "POL0801"}}, "error: expected POL0801, got the decision allowed"),
    ({"expect": ALLOWED, "request": {"principal": "alice"}}, "POL0801"),
    ({"expect": ALLOWED, "request": []}, "POL0800"),
    ({"expect": ALLOWED, "request": {"action": None}}, '"action" is null, not a string'),
    ({"expect": ALLOWED, "request": {"context": ["a"]}}, "POL08"),
    ({"expect": {}}, "POL0810"), ({}, "POL0810"), ({"expect": "allowed"}, "POL0811"),
    ({"expect": ALLOWED, "name": 7}, "the name of a row is a number, not a string [POL0800]"),
    ({"expect": ALLOWED, "polices": {}}, 'a row has no member "polices" [POL0800]'),
    ({"expect": ALLOWED, "policies": {}}, '"policies" stands beside "rows", for all of them'),
    ({"expect": ALLOWED, "rows": []}, '"rows" stands beside "rows"'),
    ([], "the row is an array, not an object [POL0800]"), ("x", "the row is a string, not an object"),
])
def test_a_wrong_row_spoils_itself_alone(polcheck, tmp_path, row, code):
    good = {"name": "good", "expect": ALLOWED}
    run = polcheck("test", write(tmp_path, table([good, row, good])))
    assert run.status == (0 if code is None else 1)
    assert ("3 passed" if code is None else "2 passed, 1 failed") in run.out
    assert code is None or code in run.out


@pytest.mark.parametrize("members, said", [
    ({"rows": []}, "the table has no row [POL1340]"), ({"rows": {}}, '"rows" is an object, not an array [POL1340]'),
    ({"rows": None}, '"rows" is null, not an array [POL1340]'), ({"request": "x"}, "the request is a string, not an object"),
    ({"expect": {"decison": "allowed"}}, '"expect" has no member "decison"'), ({"row": []}, 'a case has no member "row"'),
    ({"name": True}, "the name of a case is a boolean"),
])
def test_a_wrong_table_is_one_failure(polcheck, tmp_path, members, said):
    rows = [{"expect": ALLOWED}, {"expect": ALLOWED}]
    run = polcheck("test", write(tmp_path, [{**table(rows), **members}, table(rows)]))
    assert run.status == 1
    assert said in run.out
    assert "2 passed, 1 failed" in run.out


@pytest.mark.parametrize("there, twice", [
    ('"request": {"action": "s3:GetObject"', '"request": {"action": "s3:PutObject", "action": "s3:GetObject"'),
    ('"name": "one"', '"name": "one", "name": "one"'),
    ('"context": {"aws:SourceIp": "192.0.2.7"}', '"context": {"aws:SourceIp": "1.2.3.4", "aws:SourceIp": "192.0.2.7"}')])
def test_a_key_twice_does_not_hide_under_a_row(polcheck, tmp_path, there, twice):
    text = json.dumps(table([{"name": "one", "request": {"action": "s3:GetObject", "context": OFFICE},
                              "expect": ALLOWED}]))
    assert there in text
    assert polcheck("test", write(tmp_path, text)).status == 0
    run = polcheck("test", write(tmp_path, text.replace(there, twice)))
    assert run.status == 1
    assert "POL0101" in run.out


def test_a_wrong_policy_fails_every_row_and_may_be_expected(polcheck, tmp_path):
    wrong = {"Version": "2012-10-17", "Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}
    rows = [{"name": "a", "expect": {"error": "POL0302"}}, {"name": "b", "expect": ALLOWED}, {"name": "c", "expect": DENIED}]
    run = polcheck("test", write(tmp_path, table(rows, policies={"identity": [wrong]})))
    assert run.status == 1
    assert "1 passed, 2 failed" in run.out
    assert run.out.count("[POL0302]") == 2


def test_a_resource_policy_is_read_for_each_request_as_what_it_is(polcheck, tmp_path):
    """A trust policy, which it is to sts:AssumeRole, may have no Resource (SEMANTICS.md 1.3)."""
    bucket = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}}
    assume = {"action": "sts:AssumeRole", "resource": "arn:aws:iam::111122223333:role/r"}
    rows = [{"request": {"context": HOME}, "expect": ALLOWED}, {"request": assume, "expect": {"error": "POL0306"}}]
    run = polcheck("test", write(tmp_path, table(rows + rows, policies={"resource": [bucket]})))
    assert run.status == 0, run
    run = polcheck("test", write(tmp_path, table(rows[::-1] + rows, policies={"resource": [bucket]})))
    assert run.status == 0, run


def test_a_table_in_lines(polcheck, tmp_path):
    text = json.dumps(table([{"name": "a", "expect": ALLOWED}, {"name": "b", "expect": ALLOWED}]))
    lines = polcheck("test", "--json", write(tmp_path, f"\n{text}\n", "cases.ndjson")).lines()
    assert [(line["name"], line["line"]) for line in lines] == [("photos: a", 2), ("photos: b", 2)]


def test_eval_refuses_a_table(polcheck, tmp_path):
    run = polcheck("eval", "--case", write(tmp_path, table([{"expect": ALLOWED}])))
    assert run.status == 2
    assert "a table of 1 rows is no single question [POL1340]" in run.err


def test_many_rows_share_what_was_compiled(polcheck, tmp_path):
    """A table costs one compilation: twenty thousand rows over a large policy end in a moment, not in minutes."""
    statements = [{"Sid": f"S{i}", "Effect": "Allow", "Action": f"s3:Get{i}*", "Resource": f"arn:aws:s3:::b{i}/*"}
                  for i in range(2000)]
    rows = [{"request": {"action": f"s3:Get{i % 2000}", "resource": f"arn:aws:s3:::b{i % 2000}/x"}, "expect": ALLOWED}
            for i in range(20000)]
    made = table(rows, policies={"identity": [{"Version": "2012-10-17", "Statement": statements}]})
    run = polcheck("test", "--no-index", write(tmp_path, made))
    assert run.status == 0, run.err
    assert "20000 passed" in run.out
