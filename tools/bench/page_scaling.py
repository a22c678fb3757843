# SPDX-License-Identifier: Apache-2.0
"""The part of RESULTS.md about how things grow."""

from markdown import circumstances, table
from scales import readable

KINDS = (
    ("bucket", "statements", "A bucket policy, each statement for a role of its own on a prefix of its own"),
    ("identity", "statements", "The policy of one role, each statement on a bucket of its own"),
    ("principals", "roles", "Roles, each with a small policy of its own"),
)


def seconds(value):
    return readable(value, "s")


def size(value):
    return readable(value, "B")


def growth(rows, what):
    head = [what, "hot", "random", "compiled in", "on the processor", "input", "store", "memory beyond the map"]
    body = [[f"{row['count']:,}", readable(row["hot"], "ns"), readable(row["random"], "ns"), seconds(row["seconds"]),
             seconds(row["cpu"]), size(row["input"]), size(row["size"]), size(row["anonymous"])] for row in rows]
    return table(head, body)


def facts(part):
    managed, first, update = part["managed"], part["first"], part["update"]
    rows = [[f"compile all {managed['count']:,} managed policies ({size(managed['input'])} of JSON), each held by a "
             "role of its own, durably", f"{seconds(managed['seconds'])}, of it {seconds(managed['cpu'])} on the processor"],
            [f"open a store of {size(first['size'])} ({first['count']:,} roles) in a fresh process, to the first answer",
             seconds(first["seconds"])]]
    if update is not None:
        rows.append([f"change one role in a store of {update['count']:,}, durably", seconds(update["seconds"])])
    rows.append(["allocations of a decision", f"{part['allocations']:g}"])
    return table(["what", "took"], rows)


def write(part):
    tables = "\n".join(f"{title}:\n\n{growth(part[kind], what)}" for kind, what, title in KINDS)
    return f"""\
## How it grows

{circumstances(part)}
polcheck alone, decision only, without reasons. *hot* asks the same 100 numbers over and over, *random* all of them in
random order; requests are made on the fly. Time is that on the processor, compiling on one core.

{tables}
![The same as curves](scaling.svg)

{facts(part)}"""
