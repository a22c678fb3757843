# SPDX-License-Identifier: Apache-2.0
"""The shop of policies/shop is in order; examples/shop-broken differs in what its README's table says, and the check finds just that."""

import json
import re
import shutil

import pytest

GOOD, BROKEN = "policies/shop", "examples/shop-broken"
TELLING = {"alias", "version", "grant"}  # kinds that need nothing, and are no integrations
EVERY = {"role", "logs", "metrics", "tracing"}  # what each function has; the README lists them where there is more to say


def table(path, head):
    """Rows of the Markdown table whose first column has that head, cells without their white space."""
    text = path.read_text(encoding="utf-8")
    [rows] = re.findall(rf"^\| {re.escape(head)} \|.*\n\|[-:| ]+\n((?:\|.*\n)+)", text, re.M)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.splitlines()]


def quoted(text):
    return re.findall(r"`([^`]+)`", text)


def defects(top):
    """The rows of the table: function, integration, code, mark, mistake, and the places (file, where)."""
    for _, function, kind, code, mark, mistake, _, where in table(top / BROKEN / "README.md", "#"):
        places = set()
        for part in where.split(";"):
            file, *inside = quoted(part)
            places |= {(file, name) for name in inside}
        yield quoted(function)[0], kind.strip("`"), code, mark, mistake, places


def listed(top):
    """The functions of the shop's README: kinds of integrations by name."""
    return {quoted(name)[0]: set(quoted(kinds)) for name, _, kinds in table(top / GOOD / "README.md", "function")}


@pytest.fixture
def check(polcheck, top, tmp_path):
    """Compiles a folder beside the managed policies and checks its functions: the run, and the function by its name."""

    def checked(folder):
        store = tmp_path / "store"
        run = polcheck("compile", "policies/managed", folder, "-o", store, cwd=top)
        assert run.status == 0 and not re.search(r"(error|warning): ", run.err), run
        run = polcheck("lambda", "check", "--store", store, "--json", cwd=top)
        return run, {line["function"].split(":")[-1]: line for line in run.lines() if "function" in line}

    return checked


def marks(functions):
    """What the check says that is more than ok: function, integration, code, mark."""
    shown = {"fails": "FAIL", "warns": "WARN", "works": "ok"}
    for name, function in functions.items():
        for found in function["dangers"]:
            yield name, "danger", found["code"], {"error": "FAIL", "warning": "WARN"}.get(found["severity"], "note")
        for integration in function["integrations"]:
            for found in integration["findings"]:
                yield name, integration["kind"], found["code"], shown[integration["mark"]]


def members(value):
    """The names of all members of a JSON value but those of statements, which are policies."""
    if isinstance(value, list):
        return set().union(*map(members, value))
    if not isinstance(value, dict):
        return set()
    return set(value) | members([inner for name, inner in value.items() if name != "statement"])


# The shop ------------------------------------------------------------------------------------------


def test_the_shop_works(check):
    run, functions = check(GOOD)
    assert (run.status, run.err) == (0, "")
    assert list(marks(functions)) == []
    assert len(run.lines()) == len(functions)  # nothing to say of the account


def test_the_guard_rail_of_the_thumbnails_stops_the_edge_alone(polcheck, top, tmp_path):
    """In one account with the thumbnails the shop is of their organisation, which allows nothing outside Europe:
    Lambda@Edge is in us-east-1 and logs wherever viewers are. The rest of the shop works."""
    run = polcheck("compile", "policies", "-o", tmp_path / "store", cwd=top)
    assert run.status == 0, run
    run = polcheck("lambda", "check", "--store", tmp_path / "store", "--json", *listed(top))
    assert run.status == 1, run
    functions = {line["function"].split(":")[-1]: line for line in run.lines() if "function" in line}
    assert set(functions) == set(listed(top))
    told = {(name, kind, code) for name, kind, code, mark in marks(functions) if mark == "FAIL"}
    assert told == {("edge-headers", "lambda-edge", "POL1146"), ("edge-headers", "logs", "POL1146")}
    assert all("StayInEurope" in found["reason"] for each in functions["edge-headers"]["integrations"]
               for found in each["findings"])


def test_its_readme_lists_the_integrations(check, top):
    _, functions = check(GOOD)
    told = {name: {each["kind"] for each in function["integrations"]} - EVERY for name, function in functions.items()}
    assert told == listed(top)


def test_it_has_most_kinds(check, top):
    _, functions = check(GOOD)
    used = {each["kind"] for function in functions.values() for each in function["integrations"]}
    text = (top / "CONTRACT.md").read_text(encoding="utf-8")
    kinds = set(re.findall(r"^\| `([a-z0-9-]+)` \| (?:triggers|destinations|attachments) ", text, re.M))
    [missing] = re.findall(r"^Not here: (.*?)\n\n", (top / GOOD / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    assert kinds - used - TELLING == set(quoted(missing))


# The broken copy -----------------------------------------------------------------------------------


def test_the_check_finds_what_the_table_lists(check, top):
    run, functions = check(BROKEN)
    assert (run.status, run.err) == (1, "")
    expected = {row[:4] for row in defects(top)}
    assert len(expected) == 20
    assert set(marks(functions)) == expected
    assert len(run.lines()) == len(functions)


def test_the_contract_names_what_programs_read(check, top):
    contract = (top / "CONTRACT.md").read_text(encoding="utf-8")
    [said] = re.findall(r"^- `lambda check --json`.*?(?=^- With `--format sarif`)", contract, re.M | re.S)
    _, functions = check(BROKEN)
    found = members(list(functions.values()))
    assert found and found <= set(quoted(said)), found - set(quoted(said))


def test_codes_are_those_of_the_mistakes(top):
    for function, _, code, _, mistake, _ in defects(top):
        assert code == f"POL11{mistake[1:]}", function


def inner(value):
    """A document that is kept as a string, as an object."""
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, dict) else value


def leaves(value, path=()):
    """Each value of a tree with its path. Elements of lists go by their name, or their place."""
    value = inner(value) if isinstance(value, str) else value
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, ("member", name)))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            names = [each[key] for key in ("Sid", "RoleName", "PolicyName", "FunctionName") if isinstance(each, dict) and key in each]
            yield from leaves(each, (*path, ("name", names[0]) if names else ("place", place)))
    else:
        yield path, value


def where(path):
    """Names on the way; where no statement holds it, the members behind the last of them too."""
    named = [place for place, (kind, _) in enumerate(path) if kind == "name"]
    names = [path[place][1] for place in named]
    if ("member", "Statement") in path:
        return "/".join(names)
    behind = path[named[-1] + 1:] if named else path
    return "/".join([*names, ".".join(text for kind, text in behind if kind == "member")])


def test_both_copies_differ_where_the_table_says(top):
    files = [{path.relative_to(top / folder) for path in (top / folder).rglob("*.json")} for folder in (GOOD, BROKEN)]
    assert files[0] == files[1]
    differ = set()
    for name in files[0]:
        trees = [set(leaves(json.loads((top / folder / name).read_text(encoding="utf-8")))) for folder in (GOOD, BROKEN)]
        differ |= {(str(name), where(path)) for path, _ in trees[0] ^ trees[1]}
    expected = [places for *_, places in defects(top)]
    assert differ == set().union(*expected)
    assert len(differ) == sum(map(len, expected))  # no place is of two defects


# Mends ---------------------------------------------------------------------------------------------


class Dumps:
    """A copy of the broken shop, into which statements are written as its reader would."""

    def __init__(self, folder):
        self.folder = folder
        self.iam = folder / "iam" / "account-authorization-details.json"

    def edit(self, path, change):
        tree = json.loads(path.read_text(encoding="utf-8"))
        change(tree)
        path.write_text(json.dumps(tree), encoding="utf-8")

    def into_role(self, mend):
        def change(tree):
            [role] = [role for role in tree["RoleDetailList"] if role["Arn"] == mend["holder"]]
            if mend["type"] == "trust":
                role["AssumeRolePolicyDocument"]["Statement"].append(mend["statement"])
            elif mend["type"] == "identity":
                role["RolePolicyList"].append({"PolicyName": mend["statement"]["Sid"], "PolicyDocument": {
                    "Version": "2012-10-17", "Statement": [mend["statement"]]}})
            else:
                boundary = role["PermissionsBoundary"]["PermissionsBoundaryArn"]
                [policy] = [policy for policy in tree["Policies"] if policy["Arn"] == boundary]
                policy["PolicyVersionList"][0]["Document"]["Statement"].append(mend["statement"])
        self.edit(self.iam, change)

    def into_resource(self, mend):
        function = re.fullmatch(r"arn:aws:lambda:[^:]+:[^:]+:function:([^:]+)(?::([^:]+))?", mend["holder"])
        name = ("lambda/get-policy-" + "-".join(filter(None, function.groups())) if function
                else "ecr/get-repository-policy-" + mend["holder"].split("/")[-1])

        def change(tree):
            member = "Policy" if function else "policyText"
            document = json.loads(tree[member])
            document["Statement"].append(mend["statement"])
            tree[member] = json.dumps(document)
        self.edit(self.folder / f"{name}.json", change)

    def apply(self, mend):
        (self.into_resource if mend["type"] == "resource" else self.into_role)(mend)


def test_the_printed_statements_mend_it(check, top, tmp_path):
    """All but what is not a matter of a lacking statement: a FIFO queue, and statements that let in too much."""
    _, functions = check(BROKEN)
    dumps = Dumps(tmp_path / "mended")
    shutil.copytree(top / BROKEN, dumps.folder)
    without = set()
    for name, function in functions.items():
        for integration in function["integrations"]:
            for mend in integration["mends"]:
                dumps.apply(mend)
            if integration["mark"] == "fails" and not integration["mends"]:
                without.add((name, integration["kind"]))
    assert without == {("photo-notify", "dead-letter-sqs")}
    run, functions = check(dumps.folder)
    assert run.status == 1
    assert set(marks(functions)) == {row[:4] for row in defects(top) if row[1] in ("danger", "dead-letter-sqs")}
