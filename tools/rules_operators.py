# SPDX-License-Identifier: Apache-2.0
"""The matrix of condition operators: which situation of each operator a case of the corpus shows.

Only a case whose policies hold a single condition counts, because only its decision tells whether that
condition was true; so does a case that expects the policy to be refused. What SEMANTICS.md 5.3 to 5.6 say
about a whole column (a missing key, a value of the wrong form) is held against the cases as well.
"""

import base64
import binascii
import decimal
import fnmatch
import ipaddress
import re

import rules_corpus as corpus

RELATIONS = ("LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
# Positive operators and their negations; "" where there is none.
OPERATORS = {
    "StringEquals": "StringNotEquals", "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike", "NumericEquals": "NumericNotEquals",
    **{f"Numeric{relation}": "" for relation in RELATIONS}, "DateEquals": "DateNotEquals",
    **{f"Date{relation}": "" for relation in RELATIONS}, "Bool": "", "BinaryEquals": "",
    "IpAddress": "NotIpAddress", "ArnEquals": "ArnNotEquals", "ArnLike": "ArnNotLike", "Null": "",
}
NEGATED = {negation for negation in OPERATORS.values() if negation}
NAMES = [name for pair in OPERATORS.items() for name in pair if name]
WITH_VARIABLES = ("String", "Arn", "Bool")
COLUMNS = ("match", "no match", "key missing", "wrong type", "several values", "empty value",
           "IfExists, key missing", "IfExists, no match", "ForAllValues, true", "ForAllValues, false",
           "ForAnyValue, true", "ForAnyValue, false", "variable", "negation")

# Keys that a request without them gets from its caller or resource (section 9).
DERIVED = {"aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:userid", "aws:username",
           "aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist",
           "aws:resourceaccount", "aws:currenttime", "aws:epochtime", "aws:calledviafirst",
           "aws:calledvialast", "aws:viaawsservice", "kms:calleraccount", "aws:sourceaccount", "aws:tagkeys"}
MISSING = object()
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
DATE = re.compile(r"\d+|\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?")


class Use:
    """One condition of one case: the operator taken apart, its values, the request's value, what came out."""

    def __init__(self, case, statement, operator, key, values):
        self.case = case
        head, _, name = operator.rpartition(":")
        self.set = head.lower()
        self.if_exists = name.lower().endswith("ifexists")
        name = name[:-len("IfExists")] if self.if_exists else name
        self.base = next((known for known in NAMES if known.lower() == name.lower()), None)
        self.key = key.lower()
        self.values = values if isinstance(values, list) else [values]
        self.given = given(case.request, self.key)
        self.holds = holds(case, statement)

    @property
    def plain(self):
        return not self.set and not self.if_exists

    @property
    def family(self):
        return re.search(r"String|Numeric|Date|Bool|Binary|Ip|Arn|Null", self.base)[0]

    @property
    def has_variable(self):
        return any("${" in str(value) for value in self.values)


def given(request, key):
    """The request's value of a key: MISSING, a scalar or a list; None for one that is derived."""
    context = {name.lower(): value for name, value in request.get("context", {}).items()}
    principal = request.get("principal")
    tags = principal.get("tags", {}) if isinstance(principal, dict) else {}
    context.update({f"aws:principaltag/{name}".lower(): value for name, value in tags.items()})
    if context.get(key) is not None:
        return context[key]
    return None if key in DERIVED and key not in context else MISSING


def holds(case, statement):
    """Was the condition true? None where the decision does not tell."""
    decision = case.expect.get("decision")
    if decision is None or statement.get("Principal", "*") != "*" or "NotPrincipal" in statement:
        return None
    if statement.get("Effect") == "Deny":
        return decision == "explicitDeny" if decision == "explicitDeny" or reaches(case, statement) else None
    alone = sum(1 for _ in case.statements()) == 1 and (decision == "allowed" or reaches(case, statement))
    return {"allowed": True, "implicitDeny": False}.get(decision) if alone else None


def names(patterns, text):
    patterns = patterns if isinstance(patterns, list) else [patterns]
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns)


def reaches(case, statement):
    """Is the condition all that can keep the statement away? False also where a plain look cannot tell."""
    action = statement.get("Action", [])
    action = [pattern.lower() for pattern in (action if isinstance(action, list) else [action])]
    resource = statement.get("Resource", [] if "NotResource" in statement else "*")
    return names(action, case.request.get("action", "").lower()) and names(resource, case.request["resource"])


def use_of(case):
    """The single condition of a case, or None."""
    found = [(statement, operator, key, values) for _kind, _document, statement in case.statements()
             if isinstance(statement.get("Condition"), dict)
             for operator, keys in statement["Condition"].items() if isinstance(keys, dict)
             for key, values in keys.items()]
    use = Use(case, *found[0]) if len(found) == 1 else None
    return use if use and use.base else None


def is_address(value):
    try:
        return ipaddress.ip_address(value) is not None
    except ValueError:
        return False


def bytes_of(value):
    """What base64 stands for, or None."""
    try:
        text = "".join(value.split())
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


WELL_FORMED = {
    "String": lambda value: True,
    "Numeric": NUMBER.fullmatch,
    "Date": DATE.fullmatch,
    "Bool": lambda value: value.lower() in ("true", "false"),
    "Binary": lambda value: bytes_of(value) is not None,
    "Ip": is_address,
    "Arn": lambda value: value.startswith("arn:") and value.count(":") >= 5,
    "Null": lambda value: True,
}


def is_right_type(use):
    """Has the request's value the form that the operator compares? For String: is it a JSON string?"""
    if use.family == "String":
        return isinstance(use.given, str)
    text = str(use.given).lower() if isinstance(use.given, bool) else str(use.given)
    if use.family == "Binary" and any(bytes_of(value) == text.encode() for value in use.values):
        return True  # the bytes themselves
    if isinstance(use.given, float):
        text = format(decimal.Decimal(repr(use.given)).normalize(), "f")
    return bool(WELL_FORMED[use.family](text))


def is_present(use):
    return use.given is not MISSING and use.given is not None and not isinstance(use.given, list)


def plain_columns(use):
    """The columns that a use without set prefix and IfExists fills, each with what the rules say, or None."""
    if use.given is MISSING:
        yield "key missing", use.base in NEGATED if use.base != "Null" else None
    elif is_present(use) and use.given == "":
        yield "empty value", None if use.family in ("String", "Null", "Binary") else False
    elif is_present(use) and not is_right_type(use):
        yield "wrong type", None if use.family == "String" else False
    elif is_present(use) or use.given is None:
        yield ("match" if use.holds else "no match"), None
    if len(use.values) > 1:
        yield "several values", None
    if use.has_variable and use.family in WITH_VARIABLES:
        yield "variable", None


def columns(use):
    """Pairs of a column and the outcome that the rules demand there (None: it depends)."""
    if use.plain:
        yield from plain_columns(use)
        if use.base == "Null" and use.given is MISSING:
            yield ("match" if use.holds else "no match"), None
    elif use.if_exists and not use.set:
        if use.given is MISSING:
            yield "IfExists, key missing", True
        elif use.holds is False:
            yield "IfExists, no match", None
    elif not use.if_exists and isinstance(use.given, list) and use.given:
        name = "ForAllValues" if use.set == "forallvalues" else "ForAnyValue"
        yield f"{name}, {'true' if use.holds else 'false'}", None


def refused_variable(use):
    """A variable where none is allowed stays text and cannot be read (R-508)."""
    return use.plain and use.has_variable and use.family not in WITH_VARIABLES and "error" in use.case.expect


def same_question(use):
    return (use.key, tuple(map(str, use.values)), str(use.given))


def collect(uses):
    """Maps (operator, column) to the names of cases; and a list of contradictions to the rules."""
    found, wrong = {}, {}
    for use in uses:
        if refused_variable(use):
            found.setdefault((use.base, "variable"), []).append(use.case.name)
        if use.holds is None:
            continue
        for column, demanded in columns(use):
            found.setdefault((use.base, column), []).append(use.case.name)
            if demanded is not None and use.holds != demanded:
                fault = f'"{use.case.name}" contradicts the rules: {column} is {demanded}'
                wrong.setdefault(use.base, []).append(fault)
    for name, negation in OPERATORS.items():
        outcomes = {same_question(use): use.holds for use in uses if use.base == name and use.plain}
        for use in uses:
            if use.base == negation and use.plain and outcomes.get(same_question(use)) == (not use.holds):
                for operator in (name, negation):
                    found.setdefault((operator, "negation"), []).append(use.case.name)
    return found, wrong


def senseless():
    """Maps (operator, column) to why no case can fill it; and the patterns that fit no operator or column."""
    reasons, faults = {}, []
    for patterns, column, why in corpus.exceptions("Operator cells that make no sense"):
        names = [name for pattern in patterns.replace("`", "").split(", ")
                 for name in fnmatch.filter(NAMES, pattern)]
        if not names or column not in COLUMNS or not why:
            faults.append(f'OUT_OF_SCOPE.md: "{patterns} | {column}" fits no cell, or has no reason')
        reasons.update({(name, column): why for name in names})
    return reasons, faults


def rows():
    uses = [use for use in map(use_of, corpus.cases()) if use]
    found, wrong = collect(uses)
    reasons, faults = senseless()
    for name in NAMES:
        cells = {column: found.get((name, column), reasons.get((name, column), [])) for column in COLUMNS}
        missing = [f"no case: {column}" for column in COLUMNS if not cells[column]]
        missing += [f"{column} has a case after all; its entry has to go" for column in COLUMNS
                    if (name, column) in found and (name, column) in reasons]
        yield (name, cells, missing + wrong.get(name, []))
    for fault in faults:
        yield ("OUT_OF_SCOPE.md", {}, [fault])
