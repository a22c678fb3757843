#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures polcheck lambda check on many functions of ten integrations each.

  functions.py BUILD [--functions N] [--broken SHARE] [--rounds N] [--keep FOLDER]

The account is made up: each function has a role, a policy and sources of its own, and ten integrations of ten kinds. Of a share of
the functions each integration lacks one permission, so that reasons, mistakes and statements that mend are found as well.
Prints the median of the rounds, compiling apart; ends with 1 where 1,000 functions would take longer than a second.
Not for users: tools/dev functions.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ACCOUNT = "111122223333"
REGION = "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f"
TOLD = 10  # integrations of a function, beside those that each has: role, logs, metrics
MOST = 1e-3  # seconds a function


def arn(service, rest, region=REGION, account=ACCOUNT):
    return f"arn:aws:{service}:{region}:{account}:{rest}"


def allow(action, resource, condition=None, principal=None):
    statement = {"Effect": "Allow", "Action": action}
    statement |= {"Resource": resource} if resource else {}
    statement |= {"Condition": condition} if condition else {}
    return statement | ({"Principal": {"Service": principal}} if principal else {})


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": [each for each in statements if each is not None]}


def calls(function, service, source, account=True):
    condition = {"ArnLike": {"AWS:SourceArn": source}}
    if account:
        condition["StringEquals"] = {"AWS:SourceAccount": ACCOUNT}
    return allow("lambda:InvokeFunction", function, condition, f"{service}.amazonaws.com")


class Function:
    """One function with its role, and the role of its schedule."""

    def __init__(self, name, broken):
        self.name, self.broken = name, broken
        self.arn = arn("lambda", f"function:{name}")
        self.role = f"arn:aws:iam::{ACCOUNT}:role/{name}-role"
        self.caller = f"arn:aws:iam::{ACCOUNT}:role/{name}-schedule"
        self.queue, self.failed = arn("sqs", f"{name}-jobs"), arn("sqs", f"{name}-failed")
        self.stream = arn("dynamodb", f"table/{name}/stream/2025-01-01T00:00:00.000")
        self.secret = arn("secretsmanager", f"secret:{name}-AbCdEf")
        self.sources = {
            "api-gateway-http": arn("execute-api", f"{name}/prod/GET/items"),
            "s3": f"arn:aws:s3:::{name}-uploads",
            "sns": arn("sns", f"{name}-news"),
            "eventbridge-rule": arn("events", f"rule/{name}"),
            "scheduler": arn("scheduler", f"schedule/{name}/daily"),
            "sqs": self.queue,
            "dynamodb": self.stream,
        }

    def works(self, statement):
        return None if self.broken else statement

    def triggers(self):
        facts = {"scheduler": {"role": self.caller}, "sqs": {"kms-key": KEY}, "s3": {"account": ACCOUNT}}
        return [{"kind": kind, "source": source, **facts.get(kind, {})} for kind, source in self.sources.items()]

    def manifest(self):
        source = self.sources
        return {"arn": self.arn, "role": self.role, "triggers": self.triggers(),
                "attachments": [{"kind": "tracing", "mode": "Active"}, {"kind": "secret", "source": self.secret}],
                "destinations": {"onFailure": self.failed},
                "policy": policy(
                    calls(self.arn, "cognito-idp", arn("cognito-idp", f"userpool/{self.name}")),
                    self.works(calls(self.arn, "apigateway", source["api-gateway-http"])),
                    self.works(calls(self.arn, "s3", source["s3"])),
                    calls(self.arn, "sns", source["sns"], self.broken),
                    calls(self.arn, "events", source["eventbridge-rule"], self.broken))}

    def roles(self):
        group = arn("logs", f"log-group:/aws/lambda/{self.name}")
        yield {"arn": self.role, "trust": policy(allow("sts:AssumeRole", None, None, "lambda.amazonaws.com")), "policies": [policy(
            allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [group, f"{group}:*"]),
            allow(["sqs:ReceiveMessage", "sqs:GetQueueAttributes", *([] if self.broken else ["sqs:DeleteMessage"])], self.queue),
            allow("kms:Decrypt", KEY, {"StringEquals": {"kms:ViaService": f"sqs.{REGION}.amazonaws.com"}}),
            allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                  arn("dynamodb", f"table/{self.name}") if self.broken else self.stream),
            allow("dynamodb:ListStreams", "*"),
            self.works(allow("sqs:SendMessage", self.failed)),
            self.works(allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")),
            allow("secretsmanager:GetSecretValue", self.secret[:-7] if self.broken else f"{self.secret[:-6]}??????"))]}
        yield {"arn": self.caller, "policies": [policy(allow("lambda:InvokeFunction", self.arn))], "trust": policy(
            allow("sts:AssumeRole", None, {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": arn(
                "scheduler", f"schedule/{self.name}/daily" if self.broken else f"schedule-group/{self.name}")}},
                "scheduler.amazonaws.com"))}


def account(count, broken):
    """A manifest of so many functions, that share of which is broken."""
    functions = [Function(f"work-{i:05}", i < count * broken) for i in range(count)]
    decides = allow("kms:*", "*") | {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    return {"polcheck": 1,
            "resources": [{"arn": KEY, "account": ACCOUNT, "policy": policy(decides)}],
            "roles": [role for function in functions for role in function.roles()],
            "functions": [function.manifest() for function in functions]}


def check(command, store):
    """Seconds, and the functions as the command told them."""
    begin = time.monotonic()
    done = subprocess.run([command, "lambda", "check", "--store", store, "--json"], capture_output=True, check=False)
    seconds = time.monotonic() - begin
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())
    return seconds, [json.loads(line) for line in done.stdout.splitlines()]


def judge(told, count, broken):
    """Is each function told, with all of its integrations, and broken as it was made?"""
    functions = [line for line in told if "function" in line]
    failing = [sum(each["mark"] == "fails" for each in function["integrations"]) for function in functions]
    if len(functions) != count or any(len(function["integrations"]) < TOLD for function in functions):
        sys.exit("functions or integrations are missing")
    if sorted(failing) != sorted(TOLD if i < count * broken else 0 for i in range(count)):
        sys.exit(f"others fail than were made to: {sorted(set(failing))} a function")
    return sum(len(function["integrations"]) for function in functions)


def measure(options, folder):
    command, manifest, store = f"{options.build}/polcheck", folder / "manifest.json", folder / "store"
    manifest.write_text(json.dumps(account(options.functions, options.broken)), encoding="utf-8")
    subprocess.run([command, "compile", manifest, "-o", store], check=True)
    rounds = [check(command, store) for _ in range(options.rounds)]
    integrations = judge(rounds[0][1], options.functions, options.broken)
    seconds = statistics.median(each for each, _ in rounds)
    print(f"{options.functions} functions, {integrations} integrations, {options.broken:.0%} broken: {seconds:.3f} s "
          f"({seconds / options.functions * 1e6:.0f} us a function), median of {options.rounds}")
    return seconds


def main():
    parser = argparse.ArgumentParser(prog="tools/dev functions", description="measures polcheck lambda check on many functions")
    parser.add_argument("build", help=argparse.SUPPRESS)
    parser.add_argument("--functions", type=int, default=1000, metavar="N", help="default: %(default)s")
    parser.add_argument("--broken", type=float, default=0.0, metavar="SHARE", help="of the functions, from 0 to 1; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="default: %(default)s")
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER", help="leaves manifest and store there")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        seconds = measure(options, options.keep)
    else:
        with tempfile.TemporaryDirectory() as folder:
            seconds = measure(options, pathlib.Path(folder))
    return 1 if seconds > options.functions * MOST else 0


if __name__ == "__main__":
    sys.exit(main())
