# SPDX-License-Identifier: Apache-2.0
"""W3: a bucket policy in which each of many roles has its prefix, and some prefixes a private part."""

from .requests import context, request
from .resources import ACCOUNT, WORDS

TEAMS = 450
BUCKET = "arn:aws:s3:::corp-data-lake-prod"
ACTIONS = ("s3:GetObject", "s3:PutObject")
EVERY = 9  # each ninth team has a private part


def role(team):
    return f"arn:aws:iam::{ACCOUNT}:role/teams/team-{team:04}"


def prefix(team):
    return f"{WORDS[team % 10]}/team-{team:04}"


def statements(teams):
    """One Allow a team, and a Deny for each ninth."""
    made = []
    for team in range(teams):
        made.append({"Sid": f"Team{team:04}", "Effect": "Allow", "Principal": {"AWS": role(team)},
                     "Action": list(ACTIONS), "Resource": f"{BUCKET}/{prefix(team)}/*"})
        if team % EVERY == EVERY - 1:
            made.append({"Sid": f"Private{team:04}", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                         "Resource": f"{BUCKET}/{prefix(team)}/private/*"})
    return made


def key(draw):
    return f"2024/0{1 + draw.below(9)}/{draw.hex(12)}.parquet"


def ask(draw, principal, action, path, expect):
    """A request for an object; its name is drawn before its context."""
    arn = f"{BUCKET}/{path}/{key(draw)}"
    return request(principal, action, arn, context(draw, principal, "eu-west-1"), expect)


def own(draw):
    team = draw.below(TEAMS)
    return ask(draw, role(team), draw.pick(ACTIONS), prefix(team), "allow")


def of_another(draw):
    team = draw.below(TEAMS)
    other = (team + 1 + draw.below(TEAMS - 1)) % TEAMS
    return ask(draw, role(team), draw.pick(ACTIONS), prefix(other), "deny")


def of_nobody(draw):
    team = draw.below(TEAMS)
    stranger = f"arn:aws:iam::{ACCOUNT}:role/teams/unknown-{draw.padded(900, 4)}"
    return ask(draw, stranger, draw.pick(ACTIONS), prefix(team), "deny")


def private(draw):
    team = EVERY * draw.below(TEAMS // EVERY) + EVERY - 1
    return ask(draw, role(team), draw.pick(ACTIONS), f"{prefix(team)}/private", "deny")


def not_granted(draw):
    team = draw.below(TEAMS)
    return ask(draw, role(team), "s3:DeleteObject", prefix(team), "deny")


def make(draw, _document):
    policy = {"Version": "2012-10-17", "Statement": statements(TEAMS)}
    requests = []
    for count, kind in ((500, own), (200, of_another), (100, of_nobody), (100, private), (100, not_granted)):
        requests += [kind(draw) for _ in range(count)]
    return {"principal": None, "identity": [], "resource": {"arn": BUCKET, "policy": policy}}, requests
