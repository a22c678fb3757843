# SPDX-License-Identifier: Apache-2.0
"""ARNs of random resources, each of one resource type of the actions that it is used with."""

ACCOUNT = "123456789012"
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2")
WORDS = ("orders", "payments", "billing", "shipping", "catalog", "search", "events", "audit", "images", "reports")


class Regional:
    """A resource of a service in a random region; `tail` draws what follows the account."""

    def __init__(self, service, tail):
        self.service = service
        self.tail = tail

    def __call__(self, draw):
        return f"arn:aws:{self.service}:{draw.pick(REGIONS)}:{ACCOUNT}:{self.tail(draw)}"


class Global:
    """A resource of a service without regions."""

    def __init__(self, service, tail):
        self.service = service
        self.tail = tail

    def __call__(self, draw):
        return f"arn:aws:{self.service}::{ACCOUNT}:{self.tail(draw)}"


def bucket(draw):
    return f"arn:aws:s3:::{draw.pick(WORDS)}-data-{draw.padded(50, 2)}"


def s3_object(draw):
    return f"{bucket(draw)}/{draw.pick(WORDS)}/2024/0{1 + draw.below(9)}/{draw.hex(12)}.parquet"


def log_group(draw):
    return f"log-group:/aws/lambda/{draw.pick(WORDS)}-fn-{draw.padded(500, 4)}"


def log_stream(draw):
    return f"{log_group(draw)}:log-stream:2024/0{1 + draw.below(9)}/1{draw.below(10)}/[$LATEST]{draw.hex(16)}"


def numbered(kind, limit, width):
    """Draws `word-kind-number`."""
    return lambda draw: f"{draw.pick(WORDS)}-{kind}-{draw.padded(limit, width)}"


def table(draw):
    return f"table/{draw.pick(WORDS)}-{draw.padded(200, 3)}"


def table_stream(draw):
    return f"{table(draw)}/stream/2024-0{1 + draw.below(9)}-11T10:22:33.{draw.padded(1000, 3)}"


def key_id(draw):
    return "key/" + "-".join(draw.hex(digits) for digits in (8, 4, 4, 4, 12))


def named(kind):
    """Draws `kind/word-number`, as IAM's own resources are called."""
    return lambda draw: f"{kind}/{draw.pick(WORDS)}-{draw.padded(100, 2)}"


MAKERS = {
    "star": lambda draw: "*",
    "logGroup": Regional("logs", log_group),
    "logStream": Regional("logs", log_stream),
    "stream": Regional("kinesis", lambda draw: "stream/" + numbered("stream", 200, 3)(draw)),
    "ddbStream": Regional("dynamodb", table_stream),
    "ddb": Regional("dynamodb", table),
    "sqs": Regional("sqs", numbered("queue", 300, 3)),
    "sns": Regional("sns", numbered("topic", 300, 3)),
    "s3obj": s3_object,
    "s3bkt": bucket,
    "fn": Regional("lambda", lambda draw: "function:" + numbered("fn", 500, 4)(draw)),
    "kms": Regional("kms", key_id),
    "secret": Regional("secretsmanager", lambda draw: f"secret:{draw.pick(WORDS)}/db-{draw.hex(6)}"),
    "param": Regional("ssm", lambda draw: f"parameter/{draw.pick(WORDS)}/config/{draw.hex(6)}"),
    "user": Global("iam", named("user")),
    "role": Global("iam", named("role")),
    "policy": Global("iam", named("policy")),
    "instance": Regional("ec2", lambda draw: f"instance/i-{draw.hex(17)}"),
    "orgAcct": Global("organizations", lambda draw: f"account/o-a1b2c3d4e5/{draw.padded(1000000, 12)}"),
    "ecr": Regional("ecr", lambda draw: f"repository/{draw.pick(WORDS)}/{draw.pick(WORDS)}"),
    "task": Regional("ecs", lambda draw: f"task/{draw.pick(WORDS)}/{draw.hex(32)}"),
    "xgroup": Regional("xray", lambda draw: f"group/{draw.pick(WORDS)}/{draw.hex(12)}"),
}


def resource(draw, kind):
    """The ARN of a random resource of this kind, or "*"."""
    return MAKERS[kind](draw)
