# SPDX-License-Identifier: Apache-2.0
"""Inputs of any size, as manifests, with requests that have a number in place of each "#######" (the worker puts
it there), so that the list of requests is never what does not fit the caches."""

import json

from workloads.resources import ACCOUNT

MARK = "#######"
PER_FILE = 100000  # roles of one manifest: polcheck reads files of at most 256 MiB
BUCKET = "arn:aws:s3:::corp-data-lake-prod"
READER = f"arn:aws:iam::{ACCOUNT}:role/service/reader"
VERSION = "2012-10-17"


def team(number):
    return f"arn:aws:iam::{ACCOUNT}:role/teams/team-{number}"


def numbered(count):
    return (f"{number:07}" for number in range(count))


def write(folder, name, manifest):
    text = json.dumps({"polcheck": 1, **manifest}, separators=(",", ":"))
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return len(text)


def write_requests(folder, rows):
    """rows: (expect, principal, action, resource)."""
    lines = []
    for expect, principal, action, resource in rows:
        context = {"aws:PrincipalArn": principal, "aws:PrincipalAccount": ACCOUNT, "aws:SourceIp": "10.1.2.3",
                   "aws:SecureTransport": "true", "aws:CurrentTime": "2024-06-15T04:10:00Z",
                   "aws:RequestedRegion": "eu-west-1", "aws:UserAgent": "aws-sdk-go/1.30.1",
                   "aws:MultiFactorAuthPresent": "false"}
        keys = ";".join(f"{key}={value}" for key, value in context.items())
        lines.append("\t".join([expect, principal, action, resource, keys]) + "\n")
    (folder / "requests.tsv").write_text("".join(lines), encoding="utf-8")


def bucket(folder, count):
    """A bucket policy of so many statements, each for a role of its own on a prefix of its own. Returns bytes."""
    statements = [{"Sid": f"Team{number}", "Effect": "Allow", "Principal": {"AWS": team(number)},
                   "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"{BUCKET}/team-{number}/*"}
                  for number in numbered(count)]
    policy = {"Version": VERSION, "Statement": statements}
    write_requests(folder, [
        ("allow", team(MARK), "s3:GetObject", f"{BUCKET}/team-{MARK}/2024/part.parquet"),
        ("deny", team(MARK), "s3:DeleteObject", f"{BUCKET}/team-{MARK}/2024/part.parquet"),
        ("allow", team(MARK), "s3:PutObject", f"{BUCKET}/team-{MARK}/2024/part.parquet"),
        ("deny", team(MARK), "s3:GetObject", f"{BUCKET}/shared/team-{MARK}/part.parquet"),
    ])
    return write(folder, "manifest", {"roles": [{"arn": team(number)} for number in numbered(count)],
                                      "resources": [{"arn": BUCKET, "account": ACCOUNT, "policy": policy}]})


def identity(folder, count):
    """A role with a policy of so many statements, each on a bucket of its own. Returns bytes."""
    statements = [{"Sid": f"Bucket{number}", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
                   "Resource": f"arn:aws:s3:::lake-{number}/*"} for number in numbered(count)]
    write_requests(folder, [
        ("allow", READER, "s3:GetObject", f"arn:aws:s3:::lake-{MARK}/2024/part.parquet"),
        ("deny", READER, "s3:DeleteObject", f"arn:aws:s3:::lake-{MARK}/2024/part.parquet"),
        ("allow", READER, "s3:PutObject", f"arn:aws:s3:::lake-{MARK}/2024/part.parquet"),
        ("deny", READER, "s3:GetObject", f"arn:aws:s3:::pond-{MARK}/2024/part.parquet"),
    ])
    policies = [{"Version": VERSION, "Statement": statements}]
    return write(folder, "manifest", {"roles": [{"arn": READER, "policies": policies}]})


def role(number, prefix="tenant"):
    """A role with a small policy of its own."""
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
                 "Resource": f"arn:aws:s3:::tenants/{prefix}-{number}/*"}
    return {"arn": f"arn:aws:iam::{ACCOUNT}:role/tenants/tenant-{number}",
            "policies": [{"Version": VERSION, "Statement": [statement]}]}


def principals(folder, count):
    """So many roles, each with a small policy of its own. Returns bytes."""
    arn = role(MARK)["arn"]
    write_requests(folder, [
        ("allow", arn, "s3:GetObject", f"arn:aws:s3:::tenants/tenant-{MARK}/2024/part.parquet"),
        ("deny", arn, "s3:DeleteObject", f"arn:aws:s3:::tenants/tenant-{MARK}/2024/part.parquet"),
        ("allow", arn, "s3:PutObject", f"arn:aws:s3:::tenants/tenant-{MARK}/2024/part.parquet"),
        ("deny", arn, "s3:GetObject", f"arn:aws:s3:::tenants/shared/tenant-{MARK}/part.parquet"),
    ])
    every = list(numbered(count))
    return sum(write(folder, f"roles-{begin // PER_FILE:03}",
                     {"roles": [role(number) for number in every[begin:begin + PER_FILE]]})
               for begin in range(0, count, PER_FILE))


def changed_role(path, number):
    """A manifest with one role of `principals` that may use another prefix than before."""
    manifest = {"polcheck": 1, "roles": [role(f"{number:07}", "changed")]}
    path.write_text(json.dumps(manifest), encoding="utf-8")


def holders(path, managed):
    """A manifest in which each managed policy is held by a role of its own; returns how many."""
    rows = json.loads((managed / "manifest.json").read_text(encoding="utf-8"))["policies"]
    roles = [{"arn": f"arn:aws:iam::{ACCOUNT}:role/holder-{number}", "policies": [row["arn"]]}
             for number, row in enumerate(rows)]
    path.write_text(json.dumps({"polcheck": 1, "roles": roles}), encoding="utf-8")
    return len(roles)
