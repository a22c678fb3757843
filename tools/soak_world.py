# SPDX-License-Identifier: Apache-2.0
"""The policies of a soak, another set each round, and what the reference evaluator says of the requests that are made."""

import json
import random
import subprocess

ACCOUNT = "111122223333"
ROLES = 24  # that ask the server
STEADY = 40  # of the readers: see tests/kills/worker.c
AGENTS = ("curl/8.0", "backup-agent/2", "browser", "")
FOLDERS = ("team-a", "team-b", "shared", "archive/2024")
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:worker"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11112222-3333-4444-5555-666677778888"
ROUND = "Round"  # a Sid begins so: the round follows


def role_arn(name):
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def session(name, session_name="app"):
    return f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session_name}"


def condition(choose):
    """A condition that the requests of the soak can meet, or none."""
    agent = choose.choice(AGENTS[:3])
    return choose.choice([
        {}, {}, {"StringEquals": {"aws:UserAgent": agent}}, {"StringNotLike": {"aws:UserAgent": agent[:4] + "*"}},
        {"StringLikeIfExists": {"aws:UserAgent": "*" + agent[2:]}}, {"Null": {"aws:UserAgent": choose.choice(["true", "false"])}},
        {"IpAddress": {"aws:SourceIp": choose.choice(["127.0.0.0/8", "203.0.113.0/24"])}}, {"Bool": {"aws:SecureTransport": "false"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
        {"StringEquals": {"aws:PrincipalArn": role_arn("soak-" + str(choose.randrange(ROLES)))}}])


def statement(choose, effect, principal=None):
    folder = choose.choice(FOLDERS)
    made = {"Effect": effect, "Action": choose.choice(["s3:GetObject", "s3:Get*", "s3:*", "s3:ListBucket"]),
            "Resource": choose.choice([f"arn:aws:s3:::photos/{folder}/*", "arn:aws:s3:::photos/*", f"arn:aws:s3:::photos/{folder}/?at*",
                                       "arn:aws:s3:::*/${aws:UserAgent}*"])}
    if principal:
        made["Principal"] = principal
    found = condition(choose)
    return made | ({"Condition": found} if found else {})


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


class Round:
    """The policies of one round, the same each time that its number is given."""

    def __init__(self, seed, number):
        choose = random.Random(f"{seed} {number}")
        self.number = number
        self.policies = {}
        self.boundaries = {}
        for role in range(ROLES):
            effects = ["Allow"] * choose.randint(1, 4) + ["Deny"] * choose.randint(0, 2)
            self.policies[role] = document(*(statement(choose, effect) for effect in effects))
            if choose.random() < 0.2:
                self.boundaries[role] = document(statement(choose, "Allow"), {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"})
        denied = {"AWS": role_arn(f"soak-{choose.randrange(ROLES)}")}
        self.bucket = document(statement(choose, "Allow", {"AWS": role_arn(f"soak-{choose.randrange(ROLES)}")}),
                               statement(choose, "Deny", denied))

    def steady(self, index):
        """The role of a reader: an Allow or a Deny by the round (tests/kills/worker.c)."""
        effect = "Allow" if (self.number + index) % 2 == 0 else "Deny"
        return {"arn": role_arn(f"role-{index}"), "policies": [document(
            {"Sid": f"{ROUND}{self.number}", "Effect": effect, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::bucket-{index}/*"})]}

    def manifest(self):
        roles = [{"arn": role_arn(f"soak-{role}"), "policies": [self.policies[role]],
                  **({"boundary": self.boundaries[role]} if role in self.boundaries else {})} for role in range(ROLES)]
        roles += [self.steady(index) for index in range(STEADY)]
        roles.append({"arn": role_arn("probe"), "policies": [document(
            {"Sid": f"{ROUND}{self.number}", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/probe"})]})
        roles.append({"arn": role_arn("worker"), "policies": [document({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY})]})
        key = document({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"})
        return {"polcheck": 1, "roles": roles, "functions": [{"arn": FUNCTION, "role": role_arn("worker"), "environment": ["TOKEN"]}],
                "resources": [{"arn": "arn:aws:s3:::photos", "account": ACCOUNT, "policy": self.bucket}, {"arn": KEY, "policy": key}]}

    def case(self, request):
        """A request as a case for the reference evaluator."""
        role, path, agent = request
        context = {"aws:SourceIp": "127.0.0.1", "aws:SecureTransport": False} | ({"aws:UserAgent": agent} if agent else {})
        return {"request": {"principal": {"arn": session(f"soak-{role}"), "role": role_arn(f"soak-{role}")},
                            "action": "s3:GetObject", "resource": f"arn:aws:s3:::photos{path}", "resourceAccount": ACCOUNT,
                            "context": context},
                "policies": {"identity": [self.policies[role]], "resource": [self.bucket],
                             **({"boundary": [self.boundaries[role]]} if role in self.boundaries else {})}}

    def expectations(self, judge, requests):
        """What the reference says of each request: True for allowed."""
        lines = "".join(json.dumps(self.case(request)) + "\n" for request in requests)
        done = subprocess.run([judge], input=lines, capture_output=True, text=True, check=True, timeout=60)
        answers = done.stdout.splitlines()
        refused = [answer for answer in answers if answer.startswith("refused")]
        if refused or len(answers) != len(requests):
            raise ValueError(f"the reference refuses what the soak makes: {refused[:1]}")
        return [answer == "allowed" for answer in answers]


def requests():
    """Everything that is asked: role, path, user agent."""
    return [(role, f"/{folder}/{name}", AGENTS[(role + place) % len(AGENTS)])
            for role in range(ROLES) for place, folder in enumerate(FOLDERS) for name in ("cat.jpg", "dog.jpg")]
