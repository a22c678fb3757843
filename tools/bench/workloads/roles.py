# SPDX-License-Identifier: Apache-2.0
"""W1 and W2: a role with managed policies, in which the action decides."""

from . import actions
from .requests import ROLE, of_role

LAMBDA = ("AWSLambdaBasicExecutionRole", "AWSLambdaKinesisExecutionRole", "AWSLambdaDynamoDBExecutionRole",
          "AWSLambdaSQSQueueExecutionRole", "AWSXRayDaemonWriteAccess")
BROAD = ("ReadOnlyAccess", "PowerUserAccess", "SecurityAudit")


def holding(names, document):
    identity = [{"name": name, "policy": document(name)} for name in names]
    return {"principal": ROLE, "identity": identity, "resource": None}


def small(draw, document):
    """W1: five small managed policies."""
    requests = of_role(draw, 500, actions.LAMBDA, "allow") + of_role(draw, 500, actions.BEYOND_LAMBDA, "deny")
    return holding(LAMBDA, document), requests


def large(draw, document):
    """W2: those of W1 and three big ones."""
    requests = []
    for count, table, expect in ((100, actions.LAMBDA, "allow"), (200, actions.READ, "allow"),
                                 (150, actions.WRITE, "allow"), (50, actions.IAM_READ, "allow"),
                                 (500, actions.IAM_WRITE, "deny")):
        requests += of_role(draw, count, table, expect)
    return holding(LAMBDA + BROAD, document), requests
