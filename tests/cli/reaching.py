# SPDX-License-Identifier: Apache-2.0
"""Made-up accounts and questions for the tests of who-can and what-can: random, and small enough that much of it meets."""

import random

ACCOUNTS = ["111122223333", "444455556666"]
BUCKETS = {"photos": ACCOUNTS[0], "papers": ACCOUNTS[1]}
QUEUES = [f"arn:aws:sqs:eu-west-1:{account}:jobs" for account in ACCOUNTS]
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNTS[0]}:key/0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f"
TEAMS = ["red", "blue"]
OBJECTS = ["a.jpg", "red/a.jpg", "blue/b.jpg", "home/u0/x"]

RESOURCES = [f"arn:aws:s3:::{bucket}/{name}" for bucket in BUCKETS for name in OBJECTS] + \
    [f"arn:aws:s3:::{bucket}" for bucket in BUCKETS] + QUEUES + [KEY]
ACTIONS = {"s3": ["GetObject", "PutObject", "GetObjectAcl", "ListBucket"],
           "sqs": ["SendMessage", "ReceiveMessage"], "kms": ["Decrypt", "Encrypt"]}

# Keys that nothing derives, and values that conditions and requests take.
KEYS = {
    "aws:SourceVpce": ["vpce-1", "vpce-2"],
    "aws:SecureTransport": ["true", "false"],
    "aws:RequestedRegion": ["eu-west-1", "us-east-1"],
    "aws:PrincipalTag/team": TEAMS,
    "aws:ResourceTag/team": TEAMS,
    "aws:MultiFactorAuthAge": ["10", "4000"],
    "aws:SourceIp": ["192.0.2.7", "198.51.100.9"],
    "aws:CalledVia": [["cloudformation.amazonaws.com"], ["athena.amazonaws.com", "cloudformation.amazonaws.com"]],
}
CONDITIONS = [
    ("StringEquals", "aws:SourceVpce", ["vpce-1"]), ("StringNotEquals", "aws:SourceVpce", ["vpce-1"]),
    ("StringEqualsIfExists", "aws:SourceVpce", ["vpce-2"]), ("StringNotEqualsIfExists", "aws:SourceVpce", ["vpce-2"]),
    ("Bool", "aws:SecureTransport", ["false"]), ("BoolIfExists", "aws:SecureTransport", ["true"]),
    ("StringNotLike", "aws:RequestedRegion", ["eu-*"]), ("Null", "aws:RequestedRegion", ["true"]),
    ("Null", "aws:SourceVpce", ["false"]), ("StringEquals", "aws:PrincipalTag/team", ["red"]),
    ("StringEquals", "aws:PrincipalTag/team", ["${aws:ResourceTag/team}"]),
    ("StringEquals", "aws:ResourceTag/team", ["${aws:PrincipalTag/team, 'blue'}"]),
    ("NumericLessThan", "aws:MultiFactorAuthAge", ["3600"]), ("NumericGreaterThanIfExists", "aws:MultiFactorAuthAge", ["3600"]),
    ("IpAddress", "aws:SourceIp", ["192.0.2.0/24"]), ("NotIpAddress", "aws:SourceIp", ["192.0.2.0/24"]),
    ("ForAnyValue:StringEquals", "aws:CalledVia", ["athena.amazonaws.com"]),
    ("ForAllValues:StringEquals", "aws:CalledVia", ["cloudformation.amazonaws.com"]),
    ("Bool", "aws:ViaAWSService", ["true"]), ("StringEquals", "aws:CalledViaFirst", ["athena.amazonaws.com"]),
    ("ArnLike", "aws:PrincipalArn", [f"arn:aws:iam::{ACCOUNTS[0]}:role/*"]),
    ("StringEquals", "aws:PrincipalAccount", [ACCOUNTS[1]]), ("StringLike", "aws:username", ["u*"]),
]
PATTERNS = [
    "*", "*", "*", "arn:aws:s3:::*", "arn:aws:s3:::photos/*", "arn:aws:s3:::photos/*", "arn:aws:s3:::photos/red/*", "arn:aws:s3:::p*/blue/*", "arn:aws:s3:::papers",
    "arn:aws:s3:::photos/${aws:PrincipalTag/team}/*", "arn:aws:s3:::*/home/${aws:username}/*",
    "arn:aws:s3:::photos/${aws:PrincipalTag/team, 'blue'}/?.jpg", *QUEUES, "arn:aws:sqs:*:*:jobs", KEY, "arn:aws:kms:*:*:key/*",
]
ACTION_PATTERNS = ["*", "s3:*", "s3:Get*", "*", "s3:*", "s3:GetObject", "s3:PutObject", "s3:*Object", "sqs:*", "sqs:SendMessage", "kms:Decrypt", "kms:*"]
CONTEXTS = list(KEYS)


def principals():
    made = []
    for account in ACCOUNTS:
        made += [f"arn:aws:iam::{account}:role/{path}r{i}" for i, path in enumerate(["", "team/"])]
        made += [f"arn:aws:iam::{account}:user/u{i}" for i in range(2)]
    return made


PRINCIPALS = principals()
ENTRIES = [*PRINCIPALS, *PRINCIPALS, *ACCOUNTS, "*", f"arn:aws:iam::{ACCOUNTS[0]}:root", "777788889999"]


class Account:
    """A random picture of accounts: `manifest` is what to compile."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.manifest = {
            "polcheck": 1,
            "roles": [self.principal(arn) for arn in PRINCIPALS if ":role/" in arn],
            "users": [self.principal(arn) for arn in PRINCIPALS if ":user/" in arn],
            "resources": [self.resource(f"arn:aws:s3:::{bucket}", account) for bucket, account in BUCKETS.items()]
            + [self.resource(queue, queue.split(":")[4]) for queue in QUEUES] + [self.resource(KEY, ACCOUNTS[0])],
            "organization": {"levels": [{"id": "r-root", "scp": [self.guard()], "rcp": [self.resource_guard()]}],
                             "accounts": [{"id": account, "parent": "r-root", "scp": [self.guard()]} for account in ACCOUNTS]},
        }

    def conditions(self, likely):
        found = {}
        while self.random.random() < likely and len(found) < 2:
            operator, key, values = self.random.choice(CONDITIONS)
            found.setdefault(operator, {})[key] = values
        return {"Condition": found} if found else {}

    def entries(self):
        return sorted({self.random.choice(ENTRIES) for _ in range(self.random.randint(1, 3))})

    def statement(self, deny, named=False, wide=False):
        choice = self.random.random()
        made = {"Effect": "Deny" if self.random.random() < deny else "Allow"}
        listed = "NotAction" if choice < 0.1 else "Action"
        made[listed] = self.random.sample(ACTION_PATTERNS[:3] if wide else ACTION_PATTERNS, self.random.randint(1, 2))
        listed = "NotResource" if 0.1 < choice < 0.2 else "Resource"
        made[listed] = ["*"] if wide and choice > 0.3 else self.random.sample(PATTERNS, self.random.randint(1, 2))
        if named:
            entries = self.entries()
            made["NotPrincipal" if made["Effect"] == "Deny" and choice < 0.1 else "Principal"] = \
                "*" if "*" in entries else {"AWS": entries}
        return made | self.conditions(0.45)

    def document(self, statements, deny, named=False, wide=False):
        return {"Version": "2012-10-17", "Statement": [self.statement(deny, named, wide) for _ in range(statements)]}

    def guard(self):
        """A guard-rail that allows everything, mostly, but for what its Denies say, which are seldom without a condition."""
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = self.document(1, 0.5, wide=True)
        for statement in document["Statement"]:
            if statement["Effect"] == "Deny" and self.random.random() < 0.8:
                statement.setdefault("Condition", {"StringEquals": {"aws:SourceVpce": ["vpce-2"]}})
        return document if self.random.random() < 0.1 else document | {"Statement": [everything, *document["Statement"]]}

    def resource_guard(self):
        """Names everybody, and denies (R-607)."""
        document = self.document(1, 1, wide=True)
        for statement in document["Statement"]:
            statement.pop("NotAction", None)
            statement.setdefault("Condition", {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}})
            statement |= {"Action": self.random.choice([["s3:*"], ["sqs:*"], ["kms:*"]]), "Principal": "*"}
        return document

    def principal(self, arn):
        made = {"arn": arn, "policies": [self.document(self.random.randint(1, 3), 0.15) for _ in range(self.random.randint(1, 2))]}
        if self.random.random() < 0.3:
            made["boundary"] = self.guard()
        if self.random.random() < 0.4:
            made["tags"] = {"team": self.random.choice(TEAMS)}
        return made

    def resource(self, arn, account):
        made = {"arn": arn, "account": account}
        if self.random.random() < 0.8:
            made["policy"] = self.document(self.random.randint(1, 3), 0.2, named=True)
            for statement in made["policy"]["Statement"]:
                if arn == KEY:
                    for element in ("NotResource", "NotAction"):
                        statement.pop(element, None)
                    statement |= {"Resource": "*", "Action": self.random.choice(["kms:*", "kms:Decrypt"])}
        if self.random.random() < 0.3:
            made["tags"] = {"team": self.random.choice(TEAMS)}
        return made

    def question(self):
        resource = self.random.choice(RESOURCES)
        service = resource.split(":")[2]
        return f"{service}:{self.random.choice(ACTIONS[service])}", resource

    def context(self, share):
        """Every key of that share with a value or as absent, the others left out."""
        return {key: self.random.choice([*values, None]) for key, values in KEYS.items() if self.random.random() < share}

    def told(self, principal, resource):
        """The keys that the store tells of the two."""
        made = self.manifest["roles"] + self.manifest["users"] + self.manifest["resources"]
        tagged = {each["arn"] for each in made if "tags" in each}
        return {key for key, arn in (("aws:PrincipalTag/team", principal), ("aws:ResourceTag/team", resource)) if arn in tagged}

