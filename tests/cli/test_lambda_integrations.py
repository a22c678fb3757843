# SPDX-License-Identifier: Apache-2.0
"""Every integration of a function: a case that works; without each permission that it needs it does not, and says
what is missing; the statements that are printed then mend it, and hold nothing that it does not need.

The cases are corpus/integrations (integrations.py says how they are made); what each needs was taken from LAMBDA.md.
"""

import fnmatch
import json
import re

import integrations
import pytest

# Kinds whose row asks for nothing, as what they tell needs nothing (LAMBDA.md 4, 6).
WITHOUT_NEEDS = {"alias", "version", "grant", "environment"}

# Actions that policies cannot narrow to a resource, and where LAMBDA.md says so.
WITHOUT_RESOURCE = {
    "cloudwatch:PutMetricData": "1.6",
    "xray:PutTraceSegments": "1.6",
    "xray:PutTelemetryRecords": "1.6",
    "ec2:DescribeNetworkInterfaces": "1.7 (only works on *)",
    "ec2:DescribeSubnets": "1.7, 8.1 item 4",
    # 1.4: the pollers' interfaces, "ENI6 -> *"
    "ec2:CreateNetworkInterface": "1.4",
    "ec2:DeleteNetworkInterface": "1.4",
    "ec2:DescribeVpcs": "1.4",
    "ec2:DescribeSecurityGroups": "1.4",
    "kinesis:ListStreams": "1.4, L38",
    "dynamodb:ListStreams": "1.4, L38",
    "kafka:GetBootstrapBrokers": "1.4",
    "lambda:ListFunctions": "1.3, 3.2",
    "codepipeline:PutJobSuccessResult": "1.3",
    "codepipeline:PutJobFailureResult": "1.3",
    "config:PutEvaluations": "1.1",
    "secretsmanager:GetRandomPassword": "1.7",
}
# Where it is "*" because nobody said which access point answers (1.3, AmazonS3ObjectLambdaExecutionRolePolicy).
UNKNOWN_RESOURCE = {"s3-object-lambda:WriteGetObjectResponse"}
# "the star is part of what AWS asks for" (1.3)
STARRED = {"lambda:EnableReplication*"}


def label(path):
    return f"{path.parent.name}-{path.stem}"


WORKING = integrations.goldens("works")
each_golden = pytest.mark.parametrize("path", WORKING, ids=label)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return integrations.Book(tmp_path_factory.mktemp("integrations"))


def is_like(action, patterns):
    return any(fnmatch.fnmatchcase(action, pattern) for pattern in patterns)


def lacking_mark(golden, action):
    """The mark that an integration has without the action."""
    return "warns" if is_like(action, golden.warns) else "fails"


def actions_of(integration):
    return {action for finding in integration["findings"] for action in finding.get("actions", [])}


# The table -------------------------------------------------------------------------------------------


def rows():
    """The kinds of the table of integrations, read from its parts: no command lists them."""
    found = []
    for path in sorted((integrations.TOP / "src" / "lambda").glob("integration_*.c")):
        text = path.read_text(encoding="utf-8")
        found += re.findall(r'^    \{"([a-z0-9-]+)",', text, re.M)
    return found


def test_every_row_has_a_folder_and_every_folder_a_row():
    kinds = rows()
    assert len(kinds) > 60 and len(kinds) == len(set(kinds))
    folders = {path.name for path in integrations.FOLDER.iterdir() if path.is_dir()}
    assert folders == set(kinds) - {"alias", "version", "grant"}


def test_every_folder_has_a_case_that_works_and_says_where_the_facts_are():
    for folder in integrations.FOLDER.iterdir():
        if folder.is_dir():
            assert (folder / "works.toml").is_file() != (folder.name in WITHOUT_NEEDS), folder.name
    for path in [*WORKING, *integrations.goldens("nothing")]:
        case = integrations.read(path)
        assert case["facts"].startswith("LAMBDA.md ") and case["name"].startswith(path.parent.name + ": ")


# Cases -----------------------------------------------------------------------------------------------


@each_golden
def test_works(book, path):
    golden = book.by_path[path]
    assert golden.works["mark"] == "works", golden.works["findings"]
    assert golden.works["questions"] > 0
    assert golden.works["findings"] == [] and golden.works["mends"] == []


@pytest.mark.parametrize("path", integrations.goldens("nothing"), ids=label)
def test_needs_nothing(tmp_path, path):
    (result,) = integrations.Checker(tmp_path).check([integrations.read(path)["manifest"]])
    (found,) = [one for one in result["integrations"] if one["kind"] == path.parent.name]
    assert (found["mark"], found["questions"], found["mends"]) == ("works", 0, [])


@each_golden
def test_every_permission_is_needed(book, path):
    golden = book.by_path[path]
    statements = list(integrations.allows(golden.manifest))
    for (number, member, value), result in zip(golden.removals, golden.reduced):
        what = f"{statements[number]['Sid']} without {value}"
        patterns = [value] if member == "Action" else integrations.listed(statements[number]["Action"])
        patterns = [golden.instead.get(pattern, pattern) for pattern in patterns]
        lacking = {action for action in actions_of(result) if is_like(action, patterns)}
        assert lacking, f"{what}: {result['mark']} {result['findings']}"
        assert result["mark"] == min((lacking_mark(golden, action) for action in lacking)), what
        assert actions_of(result) == lacking, what
        assert all(finding["symptom"] for finding in result["findings"]), what


@each_golden
def test_mends_of_a_missing_permission(book, path):
    golden = book.by_path[path]
    for removal, broken, repaired in zip(golden.removals, golden.reduced, golden.repaired):
        assert repaired["mark"] == "works", (removal, broken["mends"], repaired["findings"])


@each_golden
def test_mends_from_nothing(book, path):
    golden = book.by_path[path]
    assert golden.empty["mark"] != "works" and golden.empty["mends"]
    assert golden.whole["mark"] == "works", (golden.empty["mends"], golden.whole["findings"])


@each_golden
def test_mends_are_least_privilege(book, path):
    golden = book.by_path[path]
    assert len(golden.lesser) >= len(golden.empty["mends"])
    for (value, less), result in zip(golden.lesser, golden.lessened):
        assert result["mark"] != "works", f"works without {value} of {golden.empty['mends']}, with {less}"


def statements_of(golden):
    for result in (golden.empty, *golden.reduced):
        yield from ((mend, mend["statement"]) for mend in result["mends"])


@each_golden
def test_mends_are_narrow(book, path):
    for mend, statement in statements_of(book.by_path[path]):
        assert statement["Effect"] == "Allow" and re.fullmatch("[A-Za-z0-9]+", statement["Sid"])
        actions = set(integrations.listed(statement["Action"]))
        assert not any("*" in action or "?" in action for action in actions - STARRED), statement
        if "*" in integrations.listed(statement.get("Resource", [])) and mend["type"] != "key":
            assert actions <= set(WITHOUT_RESOURCE) | UNKNOWN_RESOURCE, statement
        if statement.get("Principal") == "*":
            assert path.parent.name == "url" and statement["Condition"], statement


# Statements of functions -----------------------------------------------------------------------------

OPTIONS = {
    ("ArnLike", "AWS:SourceArn"): "--source-arn",
    ("StringEquals", "AWS:SourceAccount"): "--source-account",
    ("StringEquals", "lambda:EventSourceToken"): "--event-source-token",
    ("StringEquals", "lambda:FunctionUrlAuthType"): "--function-url-auth-type",
    ("Bool", "lambda:InvokedViaFunctionUrl"): "--invoked-via-function-url",
}


def permission(holder, statement):
    """The options of `lambda add-permission` that say what a function's statement says."""
    principal = statement["Principal"]
    who = principal if isinstance(principal, str) else next(iter(principal.values()))
    options = ["--function-name", holder, "--statement-id", statement["Sid"], "--action", statement["Action"],
               "--principal", who]
    for operator, keys in statement.get("Condition", {}).items():
        for key, value in keys.items():
            option = OPTIONS[operator, key]
            options += [option] if option == "--invoked-via-function-url" else [option, value]
    return options


@each_golden
def test_mends_of_functions_are_what_lambda_would_write(book, path):
    """The same text as add-permission prints: members in Lambda's order and spelling (LAMBDA.md 5.1)."""
    seen = set()
    for mend, statement in statements_of(book.by_path[path]):
        text = json.dumps(statement)
        if mend["type"] != "resource" or ":function:" not in mend["holder"] or text in seen:
            continue
        seen.add(text)
        assert isinstance(statement["Action"], str), statement
        done = integrations.run("lambda", "add-permission", *permission(mend["holder"], statement))
        assert done.returncode == 0, done.stderr
        assert json.dumps(json.loads(json.loads(done.stdout)["Statement"])) == text


def findings_of(result):
    found = [*result["dangers"], *(finding for one in result["integrations"] for finding in one["findings"])]
    return {(finding["code"], finding.get("message", "")) for finding in found if finding["severity"] != "suggestion"}


def test_mends_bring_no_danger(tmp_path):
    """What all mends of a function together allow is nothing that the check then warns of."""
    checker = integrations.Checker(tmp_path)
    bare = [integrations.without_any(integrations.read(path)["manifest"]) for path in WORKING]
    before = checker.check(bare)
    mended = [integrations.mended(manifest, [mend for one in result["integrations"] for mend in one["mends"]])
              for manifest, result in zip(bare, before)]
    after = checker.check(mended)
    new = {label(path): found for path, result in zip(WORKING, after) if (found := findings_of(result))}
    assert new == {}
