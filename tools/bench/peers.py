# SPDX-License-Identifier: Apache-2.0
"""The table of workers: polcheck, the naive evaluator, and the engines of others that polcheck is measured with."""

import functools
import re
from collections import namedtuple

import recipes
from places import HERE

# name: on the command line; label: in tables and charts; recipe: makes the command; arguments: behind the
# workload's folder; pinned: file and pattern that tell the version of a peer; note: what to know about it.
Row = namedtuple("Row", "name label recipe arguments pinned note")

OURS = ("polcheck", "polcheck-prepared", "polcheck-reasons")
REFERENCE = "naive"
CONTROL = "naive-2"

ROWS = (
    Row("polcheck", "polcheck", recipes.polcheck, (), None,
        "C; the whole way through the store for each request, decision only"),
    Row("polcheck-prepared", "polcheck, requests made before", recipes.polcheck_prepared, (), None,
        "the same, but requests are made before the clock starts, as those of naive C are"),
    Row("polcheck-reasons", "polcheck with reasons", recipes.polcheck_reasons, (), None,
        "as the first, and which statements decided, which policy types blocked, which keys are missing"),
    Row(REFERENCE, "naive C", recipes.naive, (), None,
        "C, 150 lines: requests parsed before, statements one after the other; no store, no reasons; not all of IAM"),
    Row(CONTROL, "naive C, again", recipes.naive, (), None,
        "the same program a second time: what their ratio strays from 1 is the error of the run"),
    Row("cedar", "Cedar", recipes.cedar, (), ("cedar/Cargo.toml", r'cedar-policy = "=(.*?)"'),
        "Rust; policies parsed before; actions as groups, so that wildcards in them cost nothing"),
    Row("minio", "MinIO policy", functools.partial(recipes.go, "minio"), (),
        ("minio/go.mod", r"github.com/minio/pkg/v3 (v\S+)"),
        "Go; policies made by its constructors, for its JSON reader takes S3 alone"),
    Row("opa", "OPA", functools.partial(recipes.go, "opa"), (),
        ("opa/go.mod", r"github.com/open-policy-agent/opa (v\S+)"),
        "Go; a rule of Rego a statement, query prepared, input in its own terms"),
    Row("casbin", "casbin", functools.partial(recipes.node, "casbin"), (), ("casbin/package.json", r'"casbin": "(.*?)"'),
        "JavaScript; a row a principal, action and resource, with functions for IAM's wildcards and conditions"),
    Row("iam-simulate-cheapest", "iam-simulate, unsafe", functools.partial(recipes.node, "iam-simulate"),
        ("--cheapest",), ("iam-simulate/package.json", r'iam-simulate": "(.*?)"'),
        "JavaScript; its entry without checks of the input"),
    Row("iam-simulate", "iam-simulate", functools.partial(recipes.node, "iam-simulate"), (),
        ("iam-simulate/package.json", r'iam-simulate": "(.*?)"'), "JavaScript; its usual entry"),
)
BY_NAME = {row.name: row for row in ROWS}
ALWAYS = (REFERENCE, CONTROL)


def version(row):
    """The pinned version of a peer; "" for what is ours."""
    if row.pinned is None:
        return ""
    file, pattern = row.pinned
    return re.search(pattern, (HERE / "peers" / file).read_text(encoding="utf-8"))[1]


def chosen(names):
    """The rows with these names in the order of the table, and those without which nothing can be compared.
    ValueError: no such name."""
    unknown = sorted(set(names) - set(BY_NAME))
    if unknown:
        raise ValueError(f"no such peer: {', '.join(unknown)} (there are {', '.join(BY_NAME)})")
    return [row for row in ROWS if row.name in names or row.name in ALWAYS]


def describe(rows):
    """What the results say of each worker."""
    return {row.name: {"label": row.label, "version": version(row), "note": row.note} for row in rows}
