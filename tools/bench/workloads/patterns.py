# SPDX-License-Identifier: Apache-2.0
"""W4: a role policy written by hand, with patterns, conditions and Deny. What is expected comes from a plain
reading of its statements, here in this file."""

import re

from .requests import ROLE, context, request
from .resources import REGIONS, resource

WANTED = 500  # requests allowed, and as many denied
OTHERS = re.compile("events|payments|billing|shipping|catalog")


def statement(sid, action, resources, condition=None, effect="Allow"):
    made = {"Sid": sid, "Effect": effect, "Action": action, "Resource": resources}
    return made | {"Condition": condition} if condition else made


STATEMENTS = [
    statement("S3Read", ["s3:GetObject"], ["arn:aws:s3:::orders-data-*/*", "arn:aws:s3:::billing-data-*/*"]),
    statement("S3Write", ["s3:PutObject"], "arn:aws:s3:::orders-data-*/orders/*",
              {"Bool": {"aws:SecureTransport": "true"}}),
    statement("S3List", ["s3:ListBucket"], "arn:aws:s3:::orders-data-*",
              {"IpAddress": {"aws:SourceIp": ["10.0.0.0/15", "192.168.0.0/16"]}}),
    statement("Ddb", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
              "arn:aws:dynamodb:*:123456789012:table/orders-*"),
    statement("DdbEu", ["dynamodb:DeleteItem"], "arn:aws:dynamodb:*:123456789012:table/orders-*",
              {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}),
    statement("Sqs", ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
              ["arn:aws:sqs:*:123456789012:orders-queue-*", "arn:aws:sqs:*:123456789012:events-queue-*"]),
    statement("Sns", "sns:Publish", "arn:aws:sns:*:123456789012:orders-topic-*",
              {"StringLike": {"aws:UserAgent": ["aws-sdk-go/1.*", "Boto3/*"]}}),
    statement("Kinesis", ["kinesis:PutRecord", "kinesis:GetRecords"],
              "arn:aws:kinesis:*:123456789012:stream/*-stream-*",
              {"StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}}),
    statement("Secrets", "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:123456789012:secret:orders/*",
              {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/service/orders-*"}}),
    statement("Params", ["ssm:GetParameter", "ssm:GetParameters"],
              "arn:aws:ssm:*:123456789012:parameter/orders/config/*"),
    statement("Logs", ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
              "arn:aws:logs:*:123456789012:log-group:/aws/lambda/orders-*"),
    statement("Invoke", "lambda:InvokeFunction", "arn:aws:lambda:*:123456789012:function:*-fn-00*"),
    statement("DenyPlain", "s3:*", "*", {"Bool": {"aws:SecureTransport": "false"}}, "Deny"),
    statement("DenyReg", ["dynamodb:*", "sqs:*", "kinesis:*"], "*",
              {"StringEquals": {"aws:RequestedRegion": "ap-southeast-2"}}, "Deny"),
    statement("DenyDel", ["dynamodb:Delete*", "s3:Get*", "s3:Put*"],
              ["arn:aws:dynamodb:*:*:table/*-19*", "arn:aws:s3:::*-data-49/*"], None, "Deny"),
]

ASKED = (
    ("s3:GetObject", "s3obj"), ("s3:PutObject", "s3obj"), ("s3:ListBucket", "s3bkt"), ("dynamodb:GetItem", "ddb"),
    ("dynamodb:PutItem", "ddb"), ("dynamodb:DeleteItem", "ddb"), ("sqs:SendMessage", "sqs"),
    ("sqs:ReceiveMessage", "sqs"), ("sns:Publish", "sns"), ("kinesis:PutRecord", "stream"),
    ("secretsmanager:GetSecretValue", "secret"), ("ssm:GetParameter", "param"), ("logs:CreateLogStream", "logStream"),
    ("lambda:InvokeFunction", "fn"), ("dynamodb:Query", "ddb"),
)


def several(value):
    return value if isinstance(value, list) else [value]


def glob(pattern, text, flags=0):
    regex = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(regex, text, re.DOTALL | flags) is not None


def number(address):
    parts = [int(part) for part in address.split(".")]
    return parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]


def in_block(address, block):
    network, bits = block.split("/")
    return number(address) >> 32 - int(bits) == number(network) >> 32 - int(bits)


OPERATORS = {
    "Bool": lambda value, wanted: value == wanted,
    "StringEquals": lambda value, wanted: value == wanted,
    "StringLike": lambda value, wanted: glob(wanted, value),
    "ArnLike": lambda value, wanted: glob(wanted, value),
    "IpAddress": in_block,
}


def holds(condition, keys):
    return all(any(OPERATORS[operator](keys[key], wanted) for wanted in several(values))
               for operator, tested in condition.items() for key, values in tested.items())


def applies(made, asked):
    return (any(glob(pattern, asked["action"], re.IGNORECASE) for pattern in several(made["Action"])) and
            any(glob(pattern, asked["resource"]) for pattern in several(made["Resource"])) and
            holds(made.get("Condition", {}), asked["context"]))


def expected(asked):
    effects = {made["Effect"] for made in STATEMENTS if applies(made, asked)}
    return "allow" if effects == {"Allow"} else "deny"


def ask(draw):
    """A random request, about half of them made to be on what the role may use."""
    action, kind = draw.pick(ASKED)
    plain = draw.below(2)
    arn = resource(draw, kind)
    if not plain:
        arn = OTHERS.sub("orders", arn, count=1)
    region = arn.split(":")[3] or draw.pick(REGIONS)
    secure = "true" if draw.below(20) else "false"
    asked = request(ROLE, action, arn, context(draw, ROLE, region, secure), None)
    asked["expect"] = expected(asked)
    return asked


def make(draw, _document):
    wanted = {"allow": WANTED, "deny": WANTED}
    requests = []
    while any(wanted.values()):
        asked = ask(draw)
        if wanted[asked["expect"]]:
            wanted[asked["expect"]] -= 1
            requests.append(asked)
    policy = {"Version": "2012-10-17", "Statement": STATEMENTS}
    return {"principal": ROLE, "identity": [{"name": "orders-worker", "policy": policy}], "resource": None}, requests
