# SPDX-License-Identifier: Apache-2.0
"""The tables of SEMANTICS.md that state results, each row held against the cases that show it.

W1-W18 (7.7) and A1-A50 (appendix A): a case whose name cites the number expects what the row says; of a
vector, the case has the values that the row quotes. The matrix of 7.4: each cell has a case with these
policies. Section 10: each topic is the comment of a case in corpus/deviations ("Section 10: TOPIC").
"""

import fnmatch
import json
import re

import rules_corpus as corpus

ACCOUNT = "111111111111"  # what the vectors of the appendix call A
DECISIONS = {"Allow": "allowed", "Deny implicit": "implicitDeny", "Deny explicit": "explicitDeny"}
GUARD_RAILS = {"boundary": "boundary", "session": "session", "SCP": "scp", "RCP": "rcp"}


def named(cases, number):
    return [case for case in cases if re.search(rf"\b{number}:", case.name)]


def judged(number, cases, faults_of):
    """A row for what a number stands for: a case is there, and each says what the table says."""
    if not cases:
        return (number, {"cases": []}, [f"no case names {number}"])
    faults = [fault for case in cases for fault in faults_of(case)]
    return (number, {"cases": [case.name for case in cases]}, faults)


def worked(cases, rows):
    for number, _setup, result in rows:
        decision = next(DECISIONS[text] for text in DECISIONS if result.startswith(text))
        blocker = GUARD_RAILS.get(result.rpartition(", ")[2])

        def faults(case, decision=decision, blocker=blocker):
            if case.expect.get("decision") != decision:
                yield f'"{case.name}" does not expect {decision}'
            if blocker is not None and case.expect.get("blockedBy") != [blocker]:
                yield f'"{case.name}" does not expect to be blocked by {blocker}'

        yield judged(number, named(cases, number), faults)


def quoted(cell):
    """What a vector's case has to contain: the operator or element, and the values in quotes."""
    words = re.findall(r"`(\w+)", cell) + re.findall(r'"([^"]*)"', cell)
    return [re.sub(r"(?<![^:\"])A(?=[:\"]|$)", ACCOUNT, word) for word in words]


def vectors(cases, rows):
    wanted = []
    for number, element, _request, match in rows:
        wanted = wanted if element.startswith("same") else quoted(element)

        def faults(case, wanted=wanted, match=match):
            matches = case.expect.get("decision") == "allowed"
            if matches != match.startswith("yes") or case.expect.get("decision") == "explicitDeny":
                yield f'"{case.name}" expects {case.expect}, the table says {match}'
            text = json.dumps(case.policies)
            for word in wanted:
                if word not in text:
                    yield f'"{case.name}" has no {word}'

        yield judged(number, named(cases, number), faults)


def arn_of(case):
    principal = case.request.get("principal", "")
    return principal if isinstance(principal, str) else principal.get("arn", "")


def kind_of(case):
    """The caller of the matrix of 7.4."""
    for text, kind in ((":user/", "user"), (":assumed-role/", "session"),
                       (":federated-user/", "federated user")):
        if text in arn_of(case):
            return kind
    return None


def entry_of(case):
    """The row of the matrix that a case belongs to: what its resource policy names, and the caller."""
    allows = [statement for kind, _document, statement in case.statements() if kind == "resource"]
    if len(allows) != 1 or allows[0].get("Effect") != "Allow" or kind_of(case) is None:
        return None
    entry = allows[0].get("Principal")
    if entry == "*":
        has_arn = "aws:PrincipalArn" in json.dumps(allows[0].get("Condition", {}))
        return ("* with aws:PrincipalArn" if has_arn else "*", kind_of(case))
    value = entry.get("AWS") if isinstance(entry, dict) else None
    if not isinstance(value, str) or "Condition" in allows[0]:
        return None
    for text, name in ((":user/", "user ARN"), (":role/", "role ARN"), (":assumed-role/", "role session ARN"),
                       (":federated-user/", "federated-user ARN")):
        if text in value:
            return (name, kind_of(case))
    if value.endswith(":root"):
        return ("root ARN", kind_of(case))
    return ("account id", kind_of(case)) if value.isdigit() else None


def allows(case, kind):
    """Does the set allow the action? Good enough for the plain policies of the matrix."""
    actions = [statement.get("Action") for found, _document, statement in case.statements()
               if found == kind and statement["Effect"] == "Allow"]
    return any(fnmatch.fnmatchcase(case.request["action"], action)
               for action in actions if isinstance(action, str))


def column_of(case, kinds):
    """The one policy type that does not allow, while all others of the row do."""
    denying = [kind for kind in kinds if kind in case.policies and not allows(case, kind)]
    complete = all(kind in case.policies for kind in kinds) and set(case.policies) == {*kinds, "resource"}
    return denying[0] if complete and len(denying) == 1 else None


# The rows of 7.4 in the order of the document, as entry_of() names them; account entries have two forms
# and two callers.
MATRIX = [
    [("user ARN", "user")],
    [("user ARN", "federated user")],
    [("role ARN", "session")],
    [("role session ARN", "session")],
    [("federated-user ARN", "federated user")],
    [(form, caller) for form in ("account id", "root ARN") for caller in ("user", "session")],
    [("*", "user")],
    [("*", "session")],
    [("* with aws:PrincipalArn", "session")],
]


def cell_row(cases, entry, column, allowed):
    expected = "allowed" if allowed else "implicitDeny"
    blocked = [column] if not allowed and column != "identity" else []
    kinds = ["identity", "boundary"] + (["session"] if entry[1] != "user" else [])
    found = [case for case in cases if entry_of(case) == entry and column_of(case, kinds) == column]

    def faults(case):
        if case.expect.get("decision") != expected or case.expect.get("blockedBy") != blocked:
            yield f'"{case.name}" does not expect {expected} blocked by {blocked}'

    return judged(f"7.4 {entry[0]}, {entry[1]}: no Allow of {column}", found, faults)


def matrix(cases, rows):
    same_account = [case for case in cases if case.request.get("resourceAccount", "") in arn_of(case)
                    and case.request.get("action", "").startswith("s3:")]
    for row, entries in zip(rows, MATRIX, strict=True):
        for column, cell in zip(("identity", "boundary", "session"), row[2:], strict=True):
            for entry in entries:
                if cell != "-" and not (column == "session" and entry[1] == "user"):
                    yield cell_row(same_account, entry, column, cell.strip("*").startswith("Allow"))


def deviations(cases, rows):
    comments = {}
    for case in cases:
        if case.file.startswith("corpus/deviations/"):
            comments.setdefault(case.comment, []).append(case.name)
    for topic, *_columns in rows:
        found = comments.pop(f"Section 10: {topic}", [])
        faults = [] if found else ["no case of corpus/deviations has this comment"]
        yield (f"Section 10: {topic}", {"cases": found}, faults)
    for comment, names in comments.items():
        yield (f"corpus/deviations: {comment}", {"cases": names}, ["no row of section 10 has this topic"])


def rows():
    cases = corpus.cases()
    tables = corpus.tables(corpus.read(corpus.RULES))
    return [*worked(cases, tables["7.7 Worked decisions"]),
            *vectors(cases, tables["Appendix A. Conformance vectors"]),
            *matrix(cases, tables["7.4 Same-account matrix"]),
            *deviations(cases, tables["10. Where open-source evaluators deviate"])]
