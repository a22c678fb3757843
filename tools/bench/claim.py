# SPDX-License-Identifier: Apache-2.0
"""What README.md says of speed: made from the results, so that it cannot say anything else."""

import re

import page
from markdown import table
from places import TOP

BEGIN = "<!-- made by tools/dev bench -->\n"
END = "<!-- end of what tools/dev bench made -->\n"
LOADS = {"W1": "a role with five managed policies", "W2": "one with 3,950 action patterns",
         "W3": "a bucket policy of 500 statements", "W4": "a policy of patterns and conditions"}
ENGINES = ("polcheck", "cedar", "minio", "opa")


def block(results):
    """A line and a table: what a decision takes, by workload and engine."""
    decisions = results["decisions"]
    engines = [name for name in ENGINES if name in decisions["about"]]
    rows = [[LOADS[name], *(page.cell(data["workers"].get(engine)) for engine in engines)]
            for name, data in decisions["workloads"].items()]
    head = [f"a decision on, {decisions['date']}", *(decisions["about"][engine]["label"] for engine in engines)]
    return "\n" + table(head, rows) + "\n"


def placed(text, results):
    """The text with the table in its place. ValueError: it has no place for it."""
    pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    if not pattern.search(text):
        raise ValueError("there is no place for what tools/dev bench makes")
    return pattern.sub(lambda _: BEGIN + block(results) + END, text)


def update(results, path=TOP / "README.md"):
    """Writes the table into README.md."""
    path.write_text(placed(path.read_text(encoding="utf-8"), results), encoding="utf-8")
