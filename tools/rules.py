#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows which rules of corpus/SEMANTICS.md the sources cite and which cases of the corpus prove them.

  (nothing)    a row a rule: the sources that cite it, the cases whose name or comment does
  --operators  the matrix of condition operators, computed from the conditions and contexts of the cases
  --tables     the tables of SEMANTICS.md that state results: W1-W18, A1-A50, 7.4, and section 10

A hole is an error, unless corpus/OUT_OF_SCOPE.md says why it has to be one; so is an entry there that is
not needed, and a citation of a rule that does not exist. Exit status: 0 all is proved, 1 something is not.
"""

import argparse
import json
import sys

sys.dont_write_bytecode = True  # the sources may lie in a folder that is not ours to write to
import rules_corpus as corpus
import rules_operators
import rules_tables

NOT_EVALUATION = "not about evaluation"
REFUSED = "refused with "


class Row:
    """One line of a table: what it is about, what was found, and what is wrong with that."""

    def __init__(self, subject, cells, faults):
        self.subject = subject
        self.cells = cells
        self.faults = faults


def name_of(rule):
    return f"R-{rule:03d}"


def cited_by(things, known):
    """Maps each cited rule to what cites it; things: pairs of a name and its text."""
    found = {}
    for name, text in things:
        for rule in corpus.citations(text, known):
            found.setdefault(rule, []).append(name)
    return found


def entry_faults(row, code_wanted):
    """What is wrong with a row of OUT_OF_SCOPE.md itself: (rule, why), or (rule, what becomes of it, why)."""
    if not row[-1]:
        return ["its entry gives no reason"]
    if not code_wanted or row[1] == NOT_EVALUATION:
        return []
    if not row[1].startswith(REFUSED):
        return [f'its entry says "{row[1]}", neither "{NOT_EVALUATION}" nor "{REFUSED}CODE"']
    code = row[1].removeprefix(REFUSED)
    return [] if code in corpus.diagnostics() else [f"its entry names {code}, which is no diagnostic"]


def judge(found, entry, what):
    """The faults of one column: a hole without an entry, an entry without a hole."""
    if not found and entry is None:
        return [f"no {what}"]
    if found and entry is not None:
        return [f"has a {what} after all ({found[0]}); its entry has to go"]
    return entry_faults(entry, what == "case") if entry is not None else []


def rule_rows():
    known = corpus.rules()
    sources = cited_by(((str(path), corpus.read(corpus.TOP / path)) for path in corpus.sources()), known)
    cases = cited_by(((case.name, case.cited) for case in corpus.cases()), known)
    caseless = {row[0]: row for row in corpus.exceptions("Rules without a case")}
    codeless = {row[0]: row for row in corpus.exceptions("Rules without code of their own")}
    rows = []
    for rule in known:
        name = name_of(rule)
        faults = judge(sources.get(rule), codeless.pop(name, None), "source")
        faults += judge(cases.get(rule), caseless.pop(name, None), "case")
        rows.append(Row(name, {"sources": sources.get(rule, []), "cases": cases.get(rule, [])}, faults))
    for name in [*codeless, *caseless]:
        rows.append(Row(name, {}, ["OUT_OF_SCOPE.md lists it, but there is no such rule"]))
    return rows + strangers(known)


def strangers(known):
    """A row for each citation, anywhere, of a rule that does not exist."""
    files = [path for folder in ("src", "tests", "tools") for path in sorted((corpus.TOP / folder).rglob("*"))
             if path.suffix in (".c", ".h", ".def", ".py", ".build", ".md")]
    texts = [(str(path.relative_to(corpus.TOP)), corpus.read(path)) for path in files]
    texts += [(f"{case.file}: {case.name}", case.cited) for case in corpus.cases()]
    found = cited_by(texts, known)
    return [Row(name_of(rule), {}, [f"{by} cites it, but there is no such rule"])
            for rule in sorted(set(found) - set(known)) for by in found[rule]]


def print_tap(rows):
    print(f"1..{len(rows)}")
    for number, row in enumerate(rows, 1):
        print(f"{'not ok' if row.faults else 'ok'} {number} - {row.subject}")
        for fault in row.faults:
            print(f"# {fault}")


def text_of(cell):
    """A cell for people: a list as its length and its first elements."""
    if not isinstance(cell, list):
        return str(cell)
    shown = cell if len(cell) <= 3 else [*cell[:3], "..."]
    return f"{len(cell)}: " + ", ".join(shown) if cell else "-"


def print_people(rows):
    for row in rows:
        print(row.subject)
        for title, cell in row.cells.items():
            print(f"    {title:<18} {text_of(cell)}")
        for fault in row.faults:
            print(f"    MISSING            {fault}")


def main():
    parser = argparse.ArgumentParser(prog="tools/dev rules", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operators", action="store_true", help="the matrix of condition operators")
    parser.add_argument("--tables", action="store_true", help="the tables of SEMANTICS.md that state results")
    parser.add_argument("--missing", action="store_true", help="only the rows with something wrong")
    parser.add_argument("--json", action="store_true", help="an array of objects")
    parser.add_argument("--tap", action="store_true", help="a test a row, for meson")
    options = parser.parse_args()
    if options.operators or options.tables:
        rows_of = rules_operators.rows if options.operators else rules_tables.rows
        rows = [Row(*row) for row in rows_of()]
    else:
        rows = rule_rows()
    wrong = [row for row in rows if row.faults]
    shown = wrong if options.missing else rows
    if options.json:
        objects = [{"subject": row.subject, **row.cells, "missing": row.faults} for row in shown]
        print(json.dumps(objects, indent=2))
    elif options.tap:
        print_tap(shown)
    else:
        print_people(shown)
        print(f"{len(rows)} rows, {len(wrong)} with something missing")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
