# SPDX-License-Identifier: Apache-2.0
"""Makes the workloads W1 to W4 from the managed policies of AWS; the same bytes for the same seed.

Of each, below OUT/Wn:
  policies.json   {principal, identity: [{name, policy}], resource: null | {arn, policy}}
  requests.json   [{principal, action, resource, account, context, expect}]
  requests.tsv    the same for C: expect, principal, action, resource, k=v;k=v ...
"""

import json

from . import bucket, patterns, roles
from .draw import SEED, Draw

NAMES = ("W1", "W2", "W3", "W4")
SUMMARIES = {
    "W1": "one role with five Lambda and X-Ray managed policies: 5 statements, 31 actions, any resource",
    "W2": "W1 and ReadOnlyAccess, PowerUserAccess, SecurityAudit: 12 statements, about 3,950 action patterns, a NotAction",
    "W3": "a bucket policy of 500 statements: 450 Allow (one role, one prefix each), 50 Deny",
    "W4": "one role policy of 15 statements: patterns with inner stars, 8 conditions, 3 Deny",
}


class MissingPolicies(Exception):
    """The managed policies are not where they should be."""


def reader(managed):
    """Returns what gives a managed policy's document by its name, from the folder of fetch-managed-policies."""

    def document(name):
        path = managed / "policies" / f"{name}.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise MissingPolicies(f"{path} is missing: run tools/fetch-managed-policies") from None

    return document


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def line(request):
    keys = ";".join(f"{key}={value}" for key, value in request["context"].items())
    return "\t".join([request["expect"], request["principal"], request["action"], request["resource"], keys])


def emit(folder, policies, requests, draw):
    """Writes one workload, its requests in random order."""
    folder.mkdir(parents=True, exist_ok=True)
    draw.shuffle(requests)
    (folder / "policies.json").write_text(compact(policies), encoding="utf-8")
    (folder / "requests.json").write_text(compact(requests), encoding="utf-8")
    (folder / "requests.tsv").write_text("".join(line(request) + "\n" for request in requests), encoding="utf-8")


def generate(out, managed, seed=SEED):
    """Writes all workloads below the folder `out`. Raises MissingPolicies."""
    document = reader(managed)
    draw = Draw(seed)
    # One stream of random numbers runs through all of them: the order is part of what they are.
    for name, make in zip(NAMES, (roles.small, roles.large, bucket.make, patterns.make)):
        policies, requests = make(draw, document)
        emit(out / name, policies, requests, draw)
