# SPDX-License-Identifier: Apache-2.0
"""The seeded generator of tools/real.py: roles that hold the managed policies, and requests for them.

Most requests aim at a statement that the role holds: an action and a resource drawn from its patterns
and a context that its condition would accept; then some of that is spoilt, so that hits and misses
lie close together. The others ask for what another role may do, or for anything.
"""

import random
import re

import real_evaluate

REGIONS = ["eu-west-1", "us-east-1", "ap-southeast-2"]
OTHER_ACCOUNT = "999988887777"
SERVICES = ["lambda.amazonaws.com", "ec2.amazonaws.com", "cloudformation.amazonaws.com", "s3.amazonaws.com"]
WORDS = ["alpha", "beta-1", "Prod", "team/blue", "x", "data_2024", "log:stream", "a.b", "Zoë"]

# Derived from caller, resource or other keys (some as absent), so never written into a context.
DERIVED = {"aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalisawsservice",
           "aws:username", "aws:userid", "aws:resourceaccount", "aws:viaawsservice", "aws:calledviafirst", "aws:calledvialast",
           "kms:calleraccount"}

# Judged by a trust policy in ways that the rules leave open; sts:AssumeRole itself is asked for.
NOT_ASKED = {"sts:tagsession", "sts:setsourceidentity", "sts:setcontext", "sts:assumerolewithsaml",
             "sts:assumerolewithwebidentity", "sts:assumeroot"}


class Generator:
    """Everything random comes from one seed: the same seed, the same roles and requests."""

    def __init__(self, seed, account, documents, keys):
        self.random = random.Random(seed)
        self.account = account
        self.documents = documents  # ARN of a managed policy -> its document
        self.keys = keys  # ARNs of the KMS keys in the store
        self.actions = self.concrete_actions()
        self.actions_of_pattern = {}

    def chance(self, probability):
        return self.random.random() < probability

    def word(self):
        return self.random.choice(WORDS)

    # Roles

    def roles(self, count):
        """Rows of a manifest: every policy is held by at least one role."""
        arns = sorted(self.documents)
        self.random.shuffle(arns)
        rows = []
        for number in range(count):
            policies = arns[number::count]
            policies += [arn for arn in self.random.sample(arns, 2) if arn not in policies and self.chance(0.5)]
            path = self.random.choice(["", "", "team/", "service-role/blue/"])
            rows.append({
                "arn": f"arn:aws:iam::{self.account}:role/{path}r{number}",
                "policies": policies,
                "tags": self.tags_for(policies),
                "trust": {"Version": "2012-10-17", "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
            })
        return rows

    def tags_for(self, policies):
        """Tags for the role that its policies ask about, most of them with a value that they accept."""
        tags = {"team": "blue"}
        for arn in policies:
            text = str(self.documents[arn])
            for name in sorted(set(re.findall(r"aws:PrincipalTag/([A-Za-z0-9:_-]+)", text))):
                if self.chance(0.7) and name.lower() not in {tag.lower() for tag in tags}:
                    tags[name] = self.random.choice(["true", "alpha", "beta-1", "eu-west-1"])
        return tags

    # Actions and resources

    def concrete_actions(self):
        """Service -> the names without wildcards that any policy mentions, sorted."""
        found = {}
        for document in self.documents.values():
            for statement in real_evaluate.as_list(document["Statement"]):
                for pattern in real_evaluate.as_list(statement.get("Action", statement.get("NotAction"))):
                    service, _, name = pattern.partition(":")
                    if name and not re.search(r"[*?]", name):
                        found.setdefault(service.lower(), set()).add(name)
        return {service: sorted(names) for service, names in sorted(found.items())}

    def any_action(self):
        service = self.random.choice(list(self.actions))
        return f"{service}:{self.random.choice(self.actions[service])}"

    def action_for(self, pattern):
        """An action that the pattern matches."""
        if pattern == "*":
            return self.any_action()
        service, _, name = pattern.partition(":")
        known = self.known_actions(pattern)
        if known and self.chance(0.8):
            action = self.random.choice(known)
        else:
            action = name.replace("*", self.random.choice(["", "Thing", "Configs"])).replace("?", "x") or "Thing"
        return f"{service}:{action}" if self.chance(0.9) else f"{service}:{action.upper()}"

    def known_actions(self, pattern):
        """The names without wildcards that the pattern matches."""
        if pattern not in self.actions_of_pattern:
            service = pattern.partition(":")[0]
            self.actions_of_pattern[pattern] = [name for name in self.actions.get(service.lower(), [])
                                                if real_evaluate.action_matches(pattern, f"{service}:{name}")]
        return self.actions_of_pattern[pattern]

    def resource_for(self, pattern, action, context):
        """A resource that the pattern matches, its variables filled from the context."""
        service = action.partition(":")[0].lower()
        if pattern == "*":
            if self.chance(0.4):
                return "*"
            return f"arn:aws:{service}:{self.random.choice(REGIONS)}:{self.owner()}:thing/{self.word()}"
        fields = real_evaluate.split_arn_pattern(pattern)
        fields += ["*"] * (6 - len(fields))
        fills = ["arn", "aws", service, self.random.choice(REGIONS), self.owner()]
        fields[:5] = [re.sub(r"[*?]", fill, field) for field, fill in zip(fields, fills)]
        fields[5] = self.fill(fields[5], context) or self.word()
        return ":".join(fields)

    def owner(self):
        return self.account if self.chance(0.92) else OTHER_ACCOUNT

    def fill(self, pattern, context):
        """A text that the pattern matches, its variables filled."""
        filled = []
        for part in re.split(r"(\$\{[^}]*\})", pattern):
            if part.startswith("${"):
                filled.append(self.fill_variable(part[2:-1].partition(",")[0], context))
            else:
                filled.append(re.sub(r"\*", lambda _: self.random.choice(["", self.word()]), part).replace("?", "q"))
        return "".join(filled)

    def fill_variable(self, key, context):
        """The value of a variable; one that is not derived and not there yet is put into the context."""
        if key in "*?$":
            return key
        value = next((v for name, v in context.items() if name.lower() == key.lower()), None)
        if value is None and key.lower() not in DERIVED and not key.lower().startswith("aws:principaltag/"):
            value = context[key] = self.word()
        return value if isinstance(value, str) else self.word()

    def spoil(self, resource):
        """A resource close to the given one."""
        if resource == "*":
            return f"arn:aws:s3:::{self.word()}"
        fields = resource.split(":", 5)
        last = fields[5]
        fields[5] = self.random.choice([last + "x", last[:-1] or "x", last.replace("/", "//", 1), last.upper(), "*"])
        if self.chance(0.2):
            fields[1] = "aws-cn"
        return ":".join(fields)

    # Contexts

    def context_for(self, condition, context):
        """Adds to the context what the condition wants, now and then something else or nothing."""
        for operator, block in condition.items():
            for key, values in block.items():
                if key.lower() in DERIVED or key.lower().startswith("aws:principaltag/"):
                    self.derive(key, real_evaluate.as_list(values), context)
                elif self.chance(0.93):
                    self.accept(operator, key, real_evaluate.as_list(values), context)

    def derive(self, key, values, context):
        if key.lower().startswith("aws:calledvia") or (key.lower() == "aws:viaawsservice" and "true" in values):
            service = values[0] if "." in str(values[0]) else self.random.choice(SERVICES)
            context["aws:CalledVia"] = [service] if self.chance(0.7) else [service, self.random.choice(SERVICES)]

    def accept(self, operator, key, values, context):
        name = operator.lower()
        if name.endswith("null"):
            if str(values[0]).lower() == "false":
                self.put(key, self.word(), False, context)
            return
        wanted = self.random.sample(values, min(len(values), self.random.randint(1, 3)))
        if "not" in name and self.chance(0.7):
            wanted = ["none-of-them"]
        if self.chance(0.08):
            wanted = [self.word()]
        texts = [self.fill(real_evaluate.canonical(value), context) for value in wanted]
        self.put(key, texts if ":" in name else texts[0], ":" in name, context)

    def put(self, key, value, several, context):
        """Sets a key, once, whatever the letter case of its name; tags of the request agree with aws:TagKeys."""
        if key.lower() == "aws:tagkeys":
            for tag in value if isinstance(value, list) else [value]:
                self.put(f"aws:RequestTag/{tag}", self.word(), False, context)
            return
        if key.lower() == "aws:calledvia":
            value, several = value if isinstance(value, list) else [value], True
        present = {name.lower() for name in context}
        if key.lower() in present:
            return
        context[key] = value
        if several and len(value) == 1 and key.lower() != "aws:calledvia" and self.chance(0.1):
            context[key] = value[0]

    # Requests

    def requests(self, roles, count):
        """`count` requests; `roles` are the rows of the manifest."""
        return [self.request(number, self.random.choice(roles), roles) for number in range(count)]

    def statement_of(self, role):
        """A statement of one of the role's policies; those that deny come up more often, for they are few."""
        statements = [s for arn in role["policies"]
                      for s in real_evaluate.as_list(self.documents[arn]["Statement"])]
        denies = [s for s in statements if s["Effect"] == "Deny"]
        return self.random.choice(denies if denies and self.chance(0.6) else statements)

    def request(self, number, role, roles):
        statement = self.statement_of(role if self.chance(0.8) else self.random.choice(roles))
        context = {}
        self.context_for(statement.get("Condition", {}), context)
        action = self.action_from(statement)
        resource = self.resource_from(statement, action, context, role)
        request = {"id": f"q{number}", "principal": self.principal(role), "action": action, "resource": resource}
        owner = self.owner_of(resource)
        if owner:
            request["resourceAccount"] = owner
        request["context"] = self.finish(context)
        return request

    def action_from(self, statement):
        action = self.any_action()
        if "Action" in statement and self.chance(0.92):
            action = self.action_for(self.random.choice(real_evaluate.as_list(statement["Action"])))
        return "sts:AssumeRole" if action.lower() in NOT_ASKED else action

    def resource_from(self, statement, action, context, role):
        """A resource of the statement, or close to it; may add to the context what its variables need."""
        patterns = real_evaluate.as_list(statement.get("Resource", statement.get("NotResource")))
        derived = {"aws:PrincipalAccount": self.account}
        derived.update({f"aws:PrincipalTag/{key}": value for key, value in role["tags"].items()})
        known = {**derived, **context}
        resource = self.resource_for(self.random.choice(patterns), action, known)
        context.update({key: value for key, value in known.items() if key not in derived})
        if self.chance(0.12):
            resource = self.spoil(resource)
        return self.sensible(action, resource)

    def owner_of(self, resource):
        """The resourceAccount to send: where the ARN names none, often; where it names no number, always."""
        account = (resource.split(":", 5) + [""] * 5)[4]
        if resource == "*" or real_evaluate.ACCOUNT.fullmatch(account):
            return None
        if account:
            return self.account
        return self.owner() if self.chance(0.5) else None

    def sensible(self, action, resource):
        """Keeps keys and roles to the actions that they are for; the rules say nothing of others."""
        is_kms = action.lower().startswith("kms:")
        if is_kms and self.chance(0.5):
            return self.random.choice(self.keys)
        if ":kms:" in resource and not is_kms:
            return "*"
        if action.lower() == "sts:assumerole":
            return f"arn:aws:iam::{self.account}:role/{self.word()}"
        return resource

    def principal(self, role):
        name = role["arn"].rsplit("/", 1)[1]
        if self.chance(0.2):
            return role["arn"]
        return f"arn:aws:sts::{self.account}:assumed-role/{name}/session-{self.random.randint(1, 9)}"

    def finish(self, context):
        self.put("aws:RequestedRegion", self.random.choice(REGIONS), False, context)
        self.put("aws:SecureTransport", self.chance(0.9), False, context)
        prefix = "aws:requesttag/"
        keys = [name[len(prefix):] for name in context if name.lower().startswith(prefix)]
        if keys:
            context["aws:TagKeys"] = keys
        if self.chance(0.3):
            context["aws:SourceIp"] = "203.0.113.7"
        return context
