# SPDX-License-Identifier: Apache-2.0
"""polcheck lambda check: where a mend belongs, how results are told, and with which exit status (LAMBDA.md 8)."""

import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios

import integrations
import pytest
from integrations import A, FOREIGN
from vaults import INSTRUMENTED, processor_seconds

THUMBS = f"arn:aws:lambda:eu-west-1:{A}:function:thumbs"
ROLE = f"arn:aws:iam::{A}:role/thumbs-role"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:uploads"
POLL = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


def places(integration):
    """The policies that mends name."""
    return sorted((mend["type"], mend["holder"], mend.get("level")) for mend in integration["mends"])


# Where mends belong ----------------------------------------------------------------------------------


def test_across_accounts_both_sides_are_mended(check_integration):
    other = f"arn:aws:sqs:eu-west-1:{FOREIGN}:uploads"
    found = check_integration(integrations.without_any(integrations.golden("sqs", "works-foreign")), "sqs")
    assert places(found) == [("identity", ROLE, None), ("resource", other, None)]
    assert {finding["code"] for finding in found["findings"]} == {"POL1149"}
    by_type = {mend["type"]: mend["statement"] for mend in found["mends"]}
    assert "Principal" not in by_type["identity"] and by_type["resource"]["Principal"] == {"AWS": ROLE}
    assert all(sorted(one["Action"]) == sorted(POLL) and one["Resource"] == other for one in by_type.values())


def test_across_accounts_only_the_side_that_lacks_it_is_mended(check_integration):
    manifest = integrations.golden("sqs", "works-foreign")
    del manifest["resources"][0]["policy"]
    found = check_integration(manifest, "sqs")
    assert places(found) == [("resource", f"arn:aws:sqs:eu-west-1:{FOREIGN}:uploads", None)]
    manifest = integrations.golden("sqs", "works-foreign")
    manifest["roles"][0]["policies"] = []
    assert places(check_integration(manifest, "sqs")) == [("identity", ROLE, None)]


def test_in_one_account_the_role_is_mended_alone(check_integration):
    found = check_integration(integrations.without_any(integrations.golden("sqs", "works-queue-policy")), "sqs")
    assert places(found) == [("identity", ROLE, None)]


def test_a_boundary_is_mended_where_it_stops_the_role(check_integration):
    manifest = integrations.golden("sqs", "works-boundary")
    manifest["roles"][0]["boundary"]["Statement"][0]["Action"] = POLL[:1]
    found = check_integration(manifest, "sqs")
    assert places(found) == [("boundary", ROLE, None)]
    assert {finding["code"] for finding in found["findings"]} == {"POL1146"}
    assert sorted(found["mends"][0]["statement"]["Action"]) == sorted(POLL[1:])


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_level_is_mended_where_it_stops_the_account(check_integration, level):
    manifest = integrations.golden("sqs", "works-scp")
    policies = integrations.levels_of(manifest["organization"], A)[level]["scp"]
    policies[0]["Statement"][0]["Action"] = POLL[1:]
    found = check_integration(manifest, "sqs")
    assert places(found) == [("scp", A, level)]
    assert [finding["code"] for finding in found["findings"]] == ["POL1146"]
    assert found["mends"][0]["statement"]["Action"] == POLL[0]
    assert "Principal" not in found["mends"][0]["statement"]


def test_a_key_policy_that_does_not_delegate_is_mended_itself(check_integration):
    manifest = integrations.golden("sqs", "works-cmk")
    (key,) = manifest["resources"]
    key["policy"]["Statement"][0]["Principal"] = {"AWS": f"arn:aws:iam::{A}:user/ann"}
    found = check_integration(manifest, "sqs")
    assert places(found) == [("key", key["arn"], None)]
    assert [finding["code"] for finding in found["findings"]] == ["POL1148"]
    (mend,) = found["mends"]
    assert mend["statement"] == {
        "Sid": mend["statement"]["Sid"], "Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "kms:Decrypt",
        "Resource": "*", "Condition": {"StringEquals": {
            "kms:ViaService": "sqs.eu-west-1.amazonaws.com", "kms:EncryptionContext:aws:sqs:arn": QUEUE}}}


@pytest.mark.parametrize("where", ["identity", "boundary", "queue"])
def test_a_deny_is_never_mended(check_integration, where):
    manifest = integrations.golden("sqs", "works-boundary")
    deny = {"Sid": "NeverDelete", "Effect": "Deny", "Action": "sqs:DeleteMessage", "Resource": "*"}
    role = manifest["roles"][0]
    if where == "queue":
        integrations.add_statement(manifest.setdefault("resources", [{"arn": QUEUE}])[0], "policy",
                                   {**deny, "Principal": "*"})
    else:
        (role["policies"][0] if where == "identity" else role["boundary"])["Statement"].append(deny)
    found = check_integration(manifest, "sqs")
    assert found["mark"] == "fails" and found["mends"] == []
    (finding,) = found["findings"]
    assert (finding["decision"], finding["actions"]) == ("explicitDeny", ["sqs:DeleteMessage"])
    assert "NeverDelete" in finding["reason"]
    # The manifest stands on one line: the column is where the statement is.
    text = json.dumps(manifest).replace(A, "200000000000")
    assert (finding["line"], finding["column"]) == (1, text.index('{"Sid": "NeverDelete"') + 1)


def test_a_service_control_policy_that_denies_is_not_mended(check_integration):
    manifest = integrations.golden("sqs", "works-scp")
    levels = manifest["organization"]["levels"]
    levels[1]["scp"].append({"Version": "2012-10-17", "Statement": [
        {"Sid": "NeverDelete", "Effect": "Deny", "Action": "sqs:DeleteMessage", "Resource": "*"}]})
    found = check_integration(manifest, "sqs")
    assert (found["mark"], found["mends"]) == ("fails", [])
    assert "NeverDelete" in found["findings"][0]["reason"]


def test_what_cannot_have_a_policy_is_not_mended(check_integration):
    """LAMBDA.md 4: $LATEST has none; a role of the account needs none."""
    manifest = integrations.golden("s3")
    manifest["functions"][0]["triggers"][0]["qualifier"] = "$LATEST"
    found = check_integration(manifest, "s3")
    assert ([finding["code"] for finding in found["findings"]], found["mends"]) == (["POL1162"], [])
    manifest = integrations.golden("invoke")
    manifest["functions"][0]["triggers"][0]["qualifier"] = "$LATEST"
    found = check_integration(manifest, "invoke")
    assert found["findings"][0]["code"] == "POL1113"
    (mend,) = found["mends"]
    assert (mend["type"], mend["statement"]["Resource"]) == ("identity", THUMBS + ":$LATEST")


# LAMBDA.md 1.4: no policy of a broker or a database lets another account in, and clusters of MSK are read through a
# vpc-connection then; manifests have no policies of theirs (POL0208).
@pytest.mark.parametrize(("kind", "service"), [("mq", "mq"), ("documentdb", "rds"), ("msk", "kafka")])
@pytest.mark.parametrize("allowed", [True, False])
def test_what_no_policy_lets_another_account_use_is_not_mended(check_integration, kind, service, allowed):
    manifest = integrations.golden(kind)
    text = json.dumps(manifest if allowed else integrations.without_any(manifest))
    foreign = json.loads(text.replace(f":{service}:eu-west-1:{A}:", f":{service}:eu-west-1:{FOREIGN}:"))
    found = check_integration(foreign, kind)
    refused = [one for one in found["findings"] if one.get("resource", "").startswith(f"arn:aws:{service}:")]
    assert found["mark"] == "fails" and refused
    assert all(one["hint"] and "compile" not in one["hint"] for one in refused)
    assert not [mend for mend in found["mends"] if f":{service}:" in json.dumps(mend["statement"].get("Resource", ""))]


# LAMBDA.md 1.4, 1.5: no statement makes Lambda take what it does not take.
@pytest.mark.parametrize(("kind", "taken", "refused"), [
    ("destination-sqs", f"{A}:done", f"{A}:done.fifo"),
    ("destination-sns", f"{A}:done", f"{A}:done.fifo"),
    ("dead-letter-sqs", f"{A}:done", f"{A}:done.fifo"),
    ("dead-letter-sns", f"{A}:done", f"{A}:done.fifo"),
    ("destination-lambda", ":function:next", ":function:thumbs"),
    ("documentdb", "rds:eu-west-1", "rds:us-east-1"),
])
def test_what_lambda_does_not_take_is_not_mended(check_integration, kind, taken, refused):
    text = json.dumps(integrations.without_any(integrations.golden(kind)))
    assert taken in text
    found = check_integration(json.loads(text.replace(taken, refused)), kind)
    assert (found["mark"], found["mends"]) == ("fails", [])


# Unknowns --------------------------------------------------------------------------------------------


def test_a_role_that_nobody_told(polcheck, store):
    """Said once for each integration that asks for it, and nothing of what production would show."""
    def forget(manifest):
        del manifest["functions"][0]["role"]
        manifest["functions"][0]["triggers"] = [{"kind": "sqs", "source": QUEUE}]

    name = store(changed(forget))
    run = polcheck("lambda", "check", "-s", name, "--json")
    assert run.status == 1
    marks = {one["kind"]: one for one in run.lines()[0]["integrations"]}
    for kind in ("role", "logs", "sqs"):
        (finding,) = marks[kind]["findings"]
        assert (marks[kind]["mark"], finding["code"], marks[kind]["mends"]) == ("fails", "POL1181", [])
        assert "role" in finding["message"] and "get-function-configuration" in finding["hint"]
        assert "symptom" not in finding
    assert marks["metrics"]["mark"] == "works"


def test_a_caller_that_nobody_told(polcheck, store):
    def call(manifest):
        manifest["functions"][0]["triggers"] = [{"kind": "invoke", "source": f"arn:aws:iam::{FOREIGN}:role/web"}]

    name = store(changed(call))
    text = polcheck("lambda", "check", "-s", name).out
    assert f"whether arn:aws:iam::{FOREIGN}:role/web may lambda:InvokeFunction on {THUMBS} is not known" in text
    (function,) = polcheck("lambda", "check", "-s", name, "--json").lines()
    (finding,) = next(one["findings"] for one in function["integrations"] if one["kind"] == "invoke")
    assert finding["code"] == "POL1181" and "symptom" not in finding and finding["hint"]


def test_a_layer_whose_policy_nobody_told_is_no_failure(check_integration):
    """LAMBDA.md 1.7: at run time a layer needs nothing, and only get-layer-version-policy tells who may use it."""
    manifest = integrations.without_any(integrations.golden("layer"))
    assert "policy" not in manifest["resources"][0]
    told = check_integration(manifest, "layer")
    assert told["mark"] == "fails" and not told["findings"][0].get("hint")
    del manifest["resources"]
    untold = check_integration(manifest, "layer")
    assert untold["mark"] == "warns" and "get-layer-version-policy" in untold["findings"][0]["hint"]


def test_a_queue_of_another_account_that_nobody_told_is_said_to_be_unknown(check_integration):
    manifest = integrations.golden("sqs", "works-foreign")
    del manifest["resources"]
    found = check_integration(manifest, "sqs")
    assert found["mark"] == "fails" and found["findings"][0]["hint"].startswith("its policy is not known")


# Grants ----------------------------------------------------------------------------------------------


def test_a_grant_stands_in_for_the_key_policy(check_integration):
    """LAMBDA.md 6: Lambda's own grant lets the role decrypt; policies do not show it, a Deny still wins."""
    manifest = integrations.without_any(integrations.golden("environment-key", "works-key-policy"))
    function, key = manifest["functions"][0], manifest["functions"][0]["kmsKey"]
    assert check_integration(manifest, "environment-key")["mark"] == "warns"
    function["attachments"] = [{"kind": "grant", "source": key, "operation": ["Decrypt"]}]
    granted = check_integration(manifest, "environment-key")
    assert (granted["mark"], granted["findings"], granted["questions"]) == ("works", [], 1)
    integrations.add_statement(manifest["resources"][0], "policy", {
        "Sid": "NeverDecrypt", "Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"})
    denied = check_integration(manifest, "environment-key")
    assert (denied["mark"], denied["mends"]) == ("fails", [])


@pytest.mark.parametrize(("fact", "value"), [
    ("grantee", "AROAEXAMPLEEXAMPLEEXA"), # LAMBDA.md 6: the grant names the old id
    ("for", f"{THUMBS}-2"),
])
def test_a_grant_that_is_for_another_is_told(check_integration, fact, value):
    manifest = integrations.without_any(integrations.golden("environment-key", "works-key-policy"))
    function, key = manifest["functions"][0], manifest["functions"][0]["kmsKey"]
    function["attachments"] = [{"kind": "grant", "source": key, "operation": ["Decrypt"], fact: value}]
    found = check_integration(manifest, "environment-key")
    (finding,) = found["findings"]
    assert (found["mark"], finding["code"]) == ("warns", "POL1182")
    assert value.split(":")[-1] in finding["hint"] and "list-grants" not in finding["hint"]


# Results ---------------------------------------------------------------------------------------------

WORKING = {
    "polcheck": 1,
    "functions": [{"arn": THUMBS, "role": ROLE}],
    "roles": [{
        "arn": ROLE,
        "trust": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
        "policies": [{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "logs:CreateLogGroup", "Resource": f"arn:aws:logs:eu-west-1:{A}:*"},
            {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
             "Resource": f"arn:aws:logs:eu-west-1:{A}:log-group:/aws/lambda/thumbs:*"}]}]}],
}


def changed(change):
    made = json.loads(json.dumps(WORKING))
    change(made)
    return made


def no_group(manifest):
    """Works without the right to make the log group, but for the first time: a warning."""
    del manifest["roles"][0]["policies"][0]["Statement"][0]


def failing(manifest):
    """No logs at all, a queue that is not read, and a function that anybody may call."""
    no_group(manifest)
    function = manifest["functions"][0]
    function["triggers"] = [{"kind": "sqs", "source": QUEUE}]
    function["policy"] = {"Version": "2012-10-17", "Statement": [
        {"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": THUMBS}]}
    manifest["roles"][0]["policies"] = []


@pytest.fixture
def store(polcheck, tmp_path):
    def make(manifest, name="store"):
        (tmp_path / f"{name}.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        run = polcheck("compile", f"{name}.json", "-o", name)
        assert run.status == 0, run
        return name

    return make


def findings(result):
    """All findings of a function's object."""
    for integration in result["integrations"]:
        yield from integration["findings"]
    yield from result["dangers"]


def test_nothing_fails(polcheck, store):
    run = polcheck("lambda", "check", "-s", store(WORKING))
    assert (run.status, run.err) == (0, ""), run
    assert run.out.startswith(THUMBS + "\n") and "FAIL" not in run.out and "WARN" not in run.out
    assert run.out.endswith("1 function, 3 integrations: 0 errors, 0 warnings\n")


def test_exit_status_of_warnings(polcheck, store):
    name = store(changed(no_group))
    assert polcheck("lambda", "check", "-s", name).status == 0
    assert polcheck("lambda", "check", "-s", name, "--fail-on", "error").status == 0
    run = polcheck("lambda", "check", "-s", name, "--fail-on", "warning")
    assert run.status == 1 and "WARN" in run.out
    assert polcheck("lambda", "check", "-s", store(WORKING, "whole"), "--fail-on", "warning").status == 0


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_exit_status_of_errors(polcheck, store, form):
    run = polcheck("lambda", "check", "-s", store(changed(failing)), "--format", form)
    assert (run.status, run.err) == (1, "")


def test_text_has_every_code_reason_and_mend(polcheck, store):
    name = store(changed(failing))
    text = polcheck("lambda", "check", "-s", name).out
    (result,) = [one for one in polcheck("lambda", "check", "-s", name, "--json").lines() if "function" in one]
    assert {finding["code"] for finding in findings(result)} <= set(re.findall(r"\[(POL\d{4})\]", text))
    assert len(list(findings(result))) == len(re.findall(r"\[POL\d{4}\]$", text, re.M))
    for finding in findings(result):
        assert finding.get("symptom", "") in text and finding.get("reason", "") in text
    mends = [mend for integration in result["integrations"] for mend in integration["mends"]]
    assert mends
    for mend in mends:
        assert json.dumps(mend["statement"], separators=(",", ":")) in text
        assert mend["holder"] in text


def test_text_puts_a_mark_before_each_integration(polcheck, store):
    text = polcheck("lambda", "check", "-s", store(changed(failing))).out
    assert re.search(r"^  ok    execution role", text, re.M)
    assert re.search(r"^  FAIL  execution logs", text, re.M)
    assert re.search(rf"^  FAIL  SQS queue +{QUEUE}$", text, re.M)


def test_quiet_shows_what_is_not_ok_alone(polcheck, store):
    words = ["lambda", "check", "-s", store(changed(failing))]
    whole, quiet = polcheck(*words), polcheck(*words, "--quiet")
    assert quiet.status == whole.status == 1
    shown = quiet.out.splitlines()
    assert [line for line in whole.out.splitlines() if not line.startswith(("  ok ", "  note "))] == shown
    assert len(shown) < len(whole.out.splitlines())
    fine = polcheck("lambda", "check", "-s", store(WORKING, "whole"), "-q")
    assert (fine.status, fine.out) == (0, "1 function, 3 integrations: 0 errors, 0 warnings\n")


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_quiet_is_for_text(polcheck, store, form):
    run = polcheck("lambda", "check", "-s", store(WORKING), "--format", form, "--quiet")
    assert (run.status, run.out) == (2, "") and "--quiet is for text alone" in run.err


def on_terminal(command, columns, folder):
    """What a command shows on a terminal that wide."""
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    text = b""
    with subprocess.Popen(command, stdout=terminal, cwd=folder):
        os.close(terminal)
        with contextlib.suppress(OSError): # nobody is at the other end any more
            while part := os.read(reader, 65536):
                text += part
    os.close(reader)
    return text.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [80, 120])
def test_lines_end_before_the_terminal_does(polcheck, store, tmp_path, columns):
    """Prose is broken at blanks and goes on below its beginning; words and statements stay in one piece."""
    words = ["lambda", "check", "--color", "never", "-s", store(changed(failing))]
    piped = polcheck(*words).out
    shown = on_terminal([os.environ["POLCHECK"], *words], columns, tmp_path)
    assert shown.split() == piped.split() and shown != piped
    for line in shown.splitlines():
        prose = re.match(r"        (?:\w+: +| {9})(\S.*)", line)
        assert not prose or len(line) <= columns or " " not in prose[1], line
    statement = re.compile(r"^ {10}\{.*\}$", re.M)
    assert statement.findall(shown) == statement.findall(piped) != []


def test_lines_are_whole_where_breaking_them_would_not_help(polcheck, store, tmp_path):
    words = ["lambda", "check", "--color", "never", "-s", store(changed(failing))]
    assert on_terminal([os.environ["POLCHECK"], *words], 20, tmp_path) == polcheck(*words).out


def test_json_is_an_object_a_line(polcheck, store):
    two = changed(failing)
    two["functions"].append({"arn": THUMBS.replace("thumbs", "other"), "role": ROLE})
    run = polcheck("lambda", "check", "-s", store(two), "--json")
    lines = [line for line in run.lines() if "function" in line]
    assert [line["function"] for line in lines] == sorted(function["arn"] for function in two["functions"])
    for line in lines:
        assert line["mark"] == min(one["mark"] for one in line["integrations"]) and line["role"] == ROLE
        for one in line["integrations"]:
            assert {"kind", "title", "direction", "mark", "questions", "findings", "mends"} <= set(one)
    assert polcheck("lambda", "check", "-s", "store", "--format", "json").out == run.out


def test_sarif(polcheck, store):
    name = store(changed(failing))
    document = polcheck("lambda", "check", "-s", name, "--format", "sarif").json()
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert run["tool"]["driver"]["name"] == "polcheck"
    lines = polcheck("lambda", "check", "-s", name, "--json").lines()
    expected = [finding for line in lines for finding in
                (findings(line) if "function" in line else line["account"])]
    assert len(run["results"]) == len(expected) > 2
    for result, finding in zip(run["results"], expected):
        assert result["ruleId"] == finding["code"] and result["ruleId"] in rules
        assert result["level"] == {"error": "error", "warning": "warning"}.get(finding["severity"], "note")
        told = result["message"]["text"]
        assert told and (". Hint: " + finding["hint"] if "hint" in finding else "") in told
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] == finding["file"] == "store.json"
        assert place["region"] == {"startLine": finding["line"], "startColumn": finding["column"]}
    assert set(rules) == {result["ruleId"] for result in run["results"]}
    for rule in rules.values():
        assert rule["shortDescription"]["text"] and rule["fullDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")


def test_sarif_of_what_works_has_no_results(polcheck, store):
    run = polcheck("lambda", "check", "-s", store(WORKING), "--format", "sarif")
    assert run.status == 0 and run.json()["runs"][0]["results"] == []
    assert run.json()["runs"][0]["tool"]["driver"]["rules"] == []


# Choosing, and what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["thumbs", THUMBS, f"{A}:function:thumbs"])
def test_one_function(polcheck, store, name):
    two = changed(failing)
    two["functions"].append({"arn": THUMBS.replace("thumbs", "other"), "role": ROLE})
    run = polcheck("lambda", "check", "-s", store(two), name, "--json")
    assert [line["function"] for line in run.lines() if "function" in line] == [THUMBS]


def refused(run, code, *words):
    assert (run.status, run.out) == (2, ""), run
    assert f"[{code}]" in run.err and all(word in run.err for word in words), run


def test_what_is_refused(polcheck, store):
    name = store(WORKING)
    refused(polcheck("lambda", "check", "-s", name, "thumb"), "POL1042", "hint:", '"thumbs"')
    refused(polcheck("lambda", "check", "-s", name, "--format", "bogus"), "POL0950", "sarif")
    refused(polcheck("lambda", "check", "-s", name, "--fail-on", "note"), "POL0950", "warning")
    run = polcheck("lambda", "check", "-s", name, "--json", "--format", "sarif")
    assert (run.status, run.out, json.loads(run.err)["code"]) == (2, "", "POL0950")
    refused(polcheck("lambda", "check"), "POL0950", "--store")
    refused(polcheck("lambda", "check", "-s", "nowhere"), "POL0900")


@pytest.mark.parametrize("count", [23, 24, 62])
def test_a_caller_may_send_many_keys(check_integration, count):
    manifest = integrations.golden("invoke", "works-context")
    manifest["functions"][0]["triggers"][0]["context"] |= {f"ex:k{place}": "a" for place in range(count)}
    assert check_integration(manifest, "invoke")["findings"] == []


def test_a_store_without_functions(polcheck, store):
    run = polcheck("lambda", "check", "-s", store({"polcheck": 1, "roles": WORKING["roles"]}))
    refused(run, "POL1042", "no functions", "hint:")


def test_unwritable_output(polcheck, store, tmp_path):
    name = store(WORKING)
    command = [os.environ["POLCHECK"], "lambda", "check", "-s", name]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode == 2 and b"[POL0005]" in done.stderr


def test_a_reader_that_goes_away(polcheck, store, tmp_path):
    """Nobody reads: no message, and no status that says that all is well."""
    many = changed(failing)
    many["functions"] = [{"arn": f"{THUMBS}-{i}", "role": ROLE} for i in range(300)]
    name = store(many)
    with subprocess.Popen([os.environ["POLCHECK"], "lambda", "check", "-s", name], cwd=tmp_path,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        child.stdout.read(100)
        child.stdout.close()
        said = child.stderr.read()
        assert child.wait(timeout=60) != 0
    assert b"Sanitizer" not in said


# Many -------------------------------------------------------------------------------------------------


def push(service, source, more=()):
    """A statement that lets a service call the function for that source."""
    return {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "lambda:InvokeFunction",
            "Resource": THUMBS, "Condition": {"ArnLike": {"aws:SourceArn": source}, **dict(more)}}


def busy():
    """A function with ten integrations: role, logs, metrics, traces, four pushes, a queue, a destination."""
    topic, rule = f"arn:aws:sns:eu-west-1:{A}:thumbs", f"arn:aws:events:eu-west-1:{A}:rule/thumbs"
    bucket, api = "arn:aws:s3:::thumbs", f"arn:aws:execute-api:eu-west-1:{A}:thumbs/prod/GET/x"
    queue, failed = f"arn:aws:sqs:eu-west-1:{A}:thumbs", f"arn:aws:sqs:eu-west-1:{A}:thumbs-failed"
    account = {"StringEquals": {"aws:SourceAccount": A}}.items()
    sources = {"sqs": queue, "sns": topic, "s3": bucket, "eventbridge-rule": rule, "api-gateway-rest": api}
    rights = {f"arn:aws:logs:eu-west-1:{A}:log-group:/aws/lambda/thumbs*":
              ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
              queue: POLL, failed: ["sqs:SendMessage"], "*": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]}
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    allows = [{"Effect": "Allow", "Action": actions, "Resource": arn} for arn, actions in rights.items()]
    pushes = [push("sns", topic), push("events", rule), push("s3", bucket, account), push("apigateway", api)]
    return {"functions": {"arn": THUMBS, "role": ROLE, "policy": {"Version": "2012-10-17", "Statement": pushes},
                          "triggers": [{"kind": kind, "source": source} for kind, source in sources.items()],
                          "attachments": [{"kind": "tracing", "mode": "Active"}],
                          "destinations": {"onFailure": failed}},
            "roles": {"arn": ROLE, "trust": {"Version": "2012-10-17", "Statement": [trust]},
                      "policies": [{"Version": "2012-10-17", "Statement": allows}]}}


@pytest.mark.skipif(INSTRUMENTED, reason="a build with sanitizers, or that counts its lines, is slower")
def test_a_thousand_functions_with_ten_integrations_take_less_than_a_second(polcheck, tmp_path):
    """Of the processor; the fastest of a few runs, for others use the machine's caches as well."""
    text = json.dumps(busy())
    copies = [json.loads(text.replace("thumbs", f"thumbs{number}")) for number in range(1000)]
    manifest = {"polcheck": 1, **{part: [copy[part] for copy in copies] for part in ("functions", "roles")}}
    (tmp_path / "many.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert polcheck("compile", tmp_path / "many.json", "--output", tmp_path / "many").status == 0
    took = []
    for _ in range(5):
        begin = processor_seconds()
        run = polcheck("lambda", "check", "--store", tmp_path / "many", "--json")
        took.append(processor_seconds() - begin)
    assert run.status == 0
    functions = [line for line in run.lines() if "function" in line]
    assert len(functions) == 1000 and all(len(each["integrations"]) == 10 for each in functions)
    assert all(one["mark"] == "works" for each in functions for one in each["integrations"])
    assert min(took) <= 1, took


# Versions ------------------------------------------------------------------------------------------


def version_of(number, role=ROLE, **more):
    arn = THUMBS if number is None else f"{THUMBS}:{number}"
    return {"FunctionName": "thumbs", "FunctionArn": arn, "Version": str(number or "$LATEST"), "Role": role, **more}


@pytest.mark.parametrize("function", [True, False])
def test_what_is_the_function_s_is_not_said_of_each_version(polcheck, tmp_path, function):
    """What list-versions-by-function prints: the policy is the function's, and told of a version where nobody told
    of the function itself."""
    public = {"Sid": "public", "Effect": "Allow", "Principal": "*", "Action": "lambda:*", "Resource": f"{THUMBS}*"}
    manifest = {**WORKING, "functions": [], "resources": [
        {"arn": THUMBS, "policy": {"Version": "2012-10-17", "Statement": [public]}}]}
    told = [version_of(number, Environment={"Variables": {"API_PASSWORD": "x"}}) for number in (1, 2)]
    dump = {"Versions": [version_of(None), *told] if function else told}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "versions.json").write_text(json.dumps(dump), encoding="utf-8")
    run = polcheck("compile", "manifest.json", "versions.json", "-o", "store")
    assert run.status == 0, run
    run = polcheck("lambda", "check", "-s", "store", "--json")
    found = {line["function"]: {danger["code"] for danger in line["dangers"]}
             for line in run.lines() if "function" in line}
    open_to_all = {arn for arn, codes in found.items() if "POL1104" in codes}
    assert open_to_all == ({THUMBS} if function else {f"{THUMBS}:1", f"{THUMBS}:2"})
    assert {arn for arn, codes in found.items() if "POL1157" in codes} == {f"{THUMBS}:1", f"{THUMBS}:2"}
