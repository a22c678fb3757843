# SPDX-License-Identifier: Apache-2.0
"""Pieces of a page in Markdown."""


def table(head, rows):
    """A table; the first column is text, the others are figures."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def circumstances(part):
    """When, from what and on what a part was measured."""
    machine = part["machine"]
    return (f"{part['date']}, commit `{part['commit']}`. {machine['processor']}; {machine['system']}; "
            f"{machine['compiler']}; {machine['others']}.\n")
