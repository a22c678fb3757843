# SPDX-License-Identifier: Apache-2.0
"""Random requests, each with the eight context keys that a front end of AWS would supply."""

from .resources import ACCOUNT, REGIONS, resource

ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/orders-worker-01"


def address(draw):
    return f"10.{draw.below(4)}.{draw.below(256)}.{1 + draw.below(254)}"


def context(draw, principal, region="", secure="true"):
    """The context keys; a region is drawn where none is given."""
    return {
        "aws:PrincipalArn": principal,
        "aws:PrincipalAccount": ACCOUNT,
        "aws:SourceIp": address(draw),
        "aws:SecureTransport": secure,
        "aws:CurrentTime": f"2024-06-1{draw.below(10)}T0{draw.below(10)}:1{draw.below(10)}:00Z",
        "aws:RequestedRegion": region or draw.pick(REGIONS),
        "aws:UserAgent": f"aws-sdk-go/1.{draw.below(60)}.{draw.below(40)}",
        "aws:MultiFactorAuthPresent": draw.pick(("true", "false")),
    }


def request(principal, action, resource_arn, keys, expect):
    return {"principal": principal, "action": action, "resource": resource_arn, "account": ACCOUNT, "context": keys,
            "expect": expect}


def of_role(draw, count, table, expect):
    """Requests of the one role, for actions of a table [(action, kind of resource)]."""
    requests = []
    for _ in range(count):
        action, kind = draw.pick(table)
        arn = resource(draw, kind)
        requests.append(request(ROLE, action, arn, context(draw, ROLE), expect))
    return requests
