# SPDX-License-Identifier: Apache-2.0
"""A second evaluator, for tools/real.py: identity policies of role sessions, and nothing else.

Written from the rules of evaluation (the R-numbers), slow and obvious, and sharing nothing with the
engine. It knows the operators that AWS's managed policies use; another one raises Unsupported, so that
a new package cannot pass unchecked.
"""

import decimal
import functools
import re

ALLOWED, IMPLICIT, EXPLICIT = "allowed", "implicitDeny", "explicitDeny"
MATCH, NOMATCH, ERROR = "match", "no match", "error"
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
ACCOUNT = re.compile(r"[0-9]{12}")
STAR, ANY_ONE = object(), object()  # the wildcards among the tokens of a pattern


class Unsupported(Exception):
    """A policy uses what this evaluator does not know."""


def as_list(value):
    return value if isinstance(value, list) else [value]


# Wildcards and variables (R-506: what a variable brings is literal)


def tokens_of(text):
    """The tokens of a pattern without variables: characters and wildcards."""
    return [STAR if c == "*" else ANY_ONE if c == "?" else c for c in text]


def expand(text, context):
    """The tokens of a pattern with its variables replaced; None if one has no value (R-507)."""
    tokens, rest = [], text
    while "${" in rest:
        before, _, rest = rest.partition("${")
        tokens += tokens_of(before)
        inside, close, rest = rest.partition("}")
        if not close:
            return tokens + list("${" + inside)  # R-512
        value = inside if inside in ("*", "?", "$") else variable(inside, context)
        if value is None:
            return None
        tokens += list(value)
    return tokens + tokens_of(rest)


def variable(inside, context):
    key, comma, default = inside.partition(", ")
    value = context.get(key)
    if isinstance(value, str) and value != "":
        return value
    return default[1:-1] if comma else None


@functools.lru_cache(maxsize=1 << 16)
def pattern_of(tokens):
    text = "".join(".*" if t is STAR else "." if t is ANY_ONE else re.escape(t) for t in tokens)
    return re.compile(text, re.DOTALL)


def glob(tokens, text):
    return pattern_of(tuple(tokens)).fullmatch(text) is not None


def literal(tokens):
    """The text of tokens for operators without wildcards (R-414)."""
    return "".join("*" if t is STAR else "?" if t is ANY_ONE else t for t in tokens)


class Context:
    """The request's context with the keys that derive from the rest of it; names ignore case (R-405)."""

    def __init__(self, values):
        self.values = {}
        for key, value in values.items():
            self.values[key.lower()] = [canonical(v) for v in value] if isinstance(value, list) else canonical(value)

    def get(self, key):
        return self.values.get(key.lower())


def canonical(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


# Actions and resources


@functools.lru_cache(maxsize=1 << 18)
def action_matches(pattern, action):
    if pattern in ("*", "*:*"):
        return True
    service, _, name = pattern.lower().partition(":")
    asked_service, _, asked_name = action.lower().partition(":")
    if not name or re.search(r"\s", name):
        return False
    return service == asked_service and glob(tokens_of(name), asked_name)


def resource_matches(pattern, resource, context, variables):
    if pattern == "*":
        return True
    asked = resource.split(":", 5)
    if len(asked) < 6:  # the request is for "*"
        return False
    fields = pattern.split(":", 5)
    fields += ["*"] * (6 - len(fields))
    last = expand(fields[5], context) if variables else tokens_of(fields[5])
    if last is None:
        return False
    return all(glob(tokens_of(f), a) for f, a in zip(fields[:5], asked[:5])) and glob(last, asked[5])


# Conditions


def condition_holds(operator, key, values, context, variables):
    """The algorithm of section 5.6."""
    quantifier, base, if_exists = split_operator(operator)
    wanted = [canonical(v) for v in as_list(values)]
    given = context.get(key)
    if base == "null":
        return null_holds(quantifier, wanted, given)
    if given is None:
        return missing_holds(quantifier, base, if_exists)
    if not wanted and (quantifier or if_exists):
        return quantifier == "forallvalues" and not [v for v in as_list(given) if v != ""]
    one = functools.partial(one_holds, base, wanted, context=context, variables=variables)
    if not quantifier:
        return not isinstance(given, list) and one(given)
    some = [v for v in as_list(given) if v != ""]
    return all(map(one, some)) if quantifier == "forallvalues" else any(map(one, some))


def split_operator(operator):
    quantifier, colon, base = operator.lower().rpartition(":")
    if_exists = base.endswith("ifexists")
    if (colon and quantifier not in ("forallvalues", "foranyvalue")) or (if_exists and base == "nullifexists"):
        raise Unsupported(operator)
    return quantifier, base[:-len("ifexists")] if if_exists else base, if_exists


def null_holds(quantifier, wanted, given):
    if quantifier:
        return quantifier == "forallvalues"
    absent = given is None or not [v for v in as_list(given) if v != ""]
    return any((w.lower() == "true") == absent for w in wanted)


def missing_holds(quantifier, base, if_exists):
    if quantifier == "forallvalues" or if_exists:
        return True
    return quantifier == "" and is_negated(base)


def is_negated(base):
    return "not" in base


def one_holds(base, wanted, given, context, variables):
    results = [compare(base, w, given, context, variables) for w in wanted]
    if is_negated(base):
        return all(r == NOMATCH for r in results)
    return MATCH in results


def compare(base, wanted, given, context, variables):
    kind = base.replace("not", "", 1)
    if kind in ("arnequals", "arnlike"):
        return compare_arn(wanted, given, context, variables)
    if kind.startswith("numeric"):
        return compare_number(kind, wanted, given)
    tokens = expand(wanted, context) if variables else tokens_of(wanted)
    if tokens is None:
        return NOMATCH
    if kind == "stringequals":
        holds = literal(tokens) == given
    elif kind == "stringequalsignorecase":
        holds = literal(tokens).lower() == given.lower()
    elif kind == "stringlike":
        holds = glob(tokens, given)
    elif kind == "bool":
        if given.lower() not in ("true", "false"):
            return ERROR
        holds = literal(tokens).lower() == given.lower()
    else:
        raise Unsupported(base)
    return MATCH if holds else NOMATCH


def compare_arn(wanted, given, context, variables):
    fields = split_arn_pattern(wanted)
    asked = given.split(":", 5)
    if len(fields) < 6 or len(asked) < 6 or asked[0] != "arn":
        return ERROR
    for field, value in zip(fields, asked):
        tokens = expand(field, context) if variables else tokens_of(field)
        if tokens is None or not glob(tokens, value):
            return NOMATCH
    return MATCH


def split_arn_pattern(text):
    """Splits at the first five colons that do not belong to a variable (R-514)."""
    fields, field, inside = [], "", False
    for place, c in enumerate(text):
        inside = (inside or text.startswith("${", place)) and c != "}"
        if c == ":" and not inside and len(fields) < 5:
            fields.append(field)
            field = ""
        else:
            field += c
    return fields + [field]


def compare_number(kind, wanted, given):
    if not NUMBER.fullmatch(wanted) or not NUMBER.fullmatch(given):
        return ERROR
    left, right = decimal.Decimal(given), decimal.Decimal(wanted)
    holds = {
        "numericequals": left == right,
        "numericlessthan": left < right,
        "numericlessthanequals": left <= right,
        "numericgreaterthan": left > right,
        "numericgreaterthanequals": left >= right,
    }[kind]
    return MATCH if holds else NOMATCH


# Statements and the decision


class Statement:
    """One statement, with the name that answers give it: its Sid, or its place as '#N'."""

    def __init__(self, document, place):
        self.text = as_list(document["Statement"])[place]
        self.name = self.text.get("Sid") or f"#{place}"
        self.effect = self.text["Effect"]
        self.variables = document.get("Version") == "2012-10-17"
        self.actions = {}  # service in lower case -> patterns; "*" is a service of its own
        for pattern in as_list(self.text["Action"] if "Action" in self.text else self.text["NotAction"]):
            self.actions.setdefault(pattern.partition(":")[0].lower(), []).append(pattern)

    def action_applies(self, action):
        patterns = self.actions.get("*", []) + self.actions.get(action.partition(":")[0].lower(), [])
        listed = any(action_matches(pattern, action) for pattern in patterns)
        return listed == ("Action" in self.text)

    def resource_applies(self, resource, context):
        patterns = as_list(self.text["Resource"] if "Resource" in self.text else self.text["NotResource"])
        listed = any(resource_matches(pattern, resource, context, self.variables) for pattern in patterns)
        return listed == ("Resource" in self.text)

    def matches(self, action, resource, context):
        if not self.action_applies(action) or not self.resource_applies(resource, context):
            return False
        text = self.text
        return all(condition_holds(operator, key, values, context, self.variables)
                   for operator, block in text.get("Condition", {}).items()
                   for key, values in block.items())


def statements_of(document):
    return [Statement(document, place) for place in range(len(as_list(document["Statement"])))]


class Role:
    """A role: ARN, tags, and the statements of all its policies."""

    def __init__(self, arn, tags, documents):
        self.arn = arn
        self.account = arn.split(":")[4]
        self.tags = tags
        self.statements = [statement for document in documents for statement in statements_of(document)]


def resource_account(request, role):
    account = request["resource"].split(":", 5)[4:5]
    if "resourceAccount" in request:
        return request["resourceAccount"]
    if account and ACCOUNT.fullmatch(account[0]):
        return account[0]
    return role.account  # R-614, as the command line does


def full_context(request, role):
    """The request's context and what derives from caller and resource (section 9)."""
    values = {
        "aws:PrincipalArn": role.arn,
        "aws:PrincipalAccount": role.account,
        "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalIsAWSService": False,
        "aws:ResourceAccount": resource_account(request, role),
        "aws:ViaAWSService": bool(request["context"].get("aws:CalledVia")),
    }
    values.update({f"aws:PrincipalTag/{key}": value for key, value in role.tags.items()})
    called_via = request["context"].get("aws:CalledVia")
    if called_via:
        values["aws:CalledViaFirst"], values["aws:CalledViaLast"] = called_via[0], called_via[-1]
    if request["action"].lower().startswith("kms:"):
        values["kms:CallerAccount"] = role.account
    values.update(request["context"])
    return Context(values)


def decide(request, role, delegated_keys):
    """Returns the decision and the names of the deciding statements.

    `delegated_keys` maps the ARNs of the KMS keys whose policy hands the decision to the account (R-702)
    to the name of the statement that does so.
    """
    action, resource = request["action"], request["resource"]
    if action.lower() == "sts:getcalleridentity":
        return ALLOWED, None
    context = full_context(request, role)
    matching = [s for s in role.statements if s.matches(action, resource, context)]
    denies = sorted(s.name for s in matching if s.effect == "Deny")
    allows = [s.name for s in matching if s.effect == "Allow"]
    if denies:
        return EXPLICIT, denies
    delegation = delegated_keys.get(resource) if action.lower().startswith("kms:") else None
    if resource_account(request, role) != role.account:
        return IMPLICIT, []  # no resource policy of another account is in the store
    if not allows or (needs_resource_policy(action, resource) and delegation is None):
        return IMPLICIT, []
    return ALLOWED, sorted(allows + ([delegation] if delegation else []))


def needs_resource_policy(action, resource):
    """KMS keys (R-701), and roles that are to be assumed (R-720)."""
    fields = resource.split(":", 5)
    is_key = len(fields) == 6 and fields[2] == "kms" and fields[5].startswith("key/")
    return is_key or action.lower() == "sts:assumerole"
