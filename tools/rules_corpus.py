# SPDX-License-Identifier: Apache-2.0
"""What tools/rules.py reads: the rules, who cites them, the cases of the corpus, what is out of scope."""

import json
import pathlib
import re
import tomllib

TOP = pathlib.Path(__file__).resolve().parents[1]
CORPUS = TOP / "corpus"
RULES = CORPUS / "SEMANTICS.md"
EXCEPTIONS = CORPUS / "OUT_OF_SCOPE.md"
DIAGNOSTICS = TOP / "src" / "base" / "include" / "base" / "diag.def"

# `R-506`, `R-506/R-507`, `R-506/507`, `R-701 to R-713`.
CITATION = re.compile(r"\bR-(\d+)(?: to R-(\d+)|((?:/(?:R-)?\d+)+))?")
DEFINITION = re.compile(r"\*\*R-(\d+)\*\*")
DIAGNOSTIC = re.compile(r"PC_DIAG\((\w+), (\d+), (\w+),")


def read(path):
    return path.read_text(encoding="utf-8")


def rules():
    """The numbers of all rules, in the order of the document."""
    return [int(number) for number in DEFINITION.findall(read(RULES))]


def citations(text, known):
    """The numbers that a text cites; of a range those that exist, and its ends in any case."""
    found = set()
    for first, last, more in CITATION.findall(text):
        found.add(int(first))
        found.update(int(number) for number in re.findall(r"\d+", more))
        if last:
            found.add(int(last))
            found.update(number for number in known if int(first) < number < int(last))
    return found


def diagnostics():
    """Maps each code, such as POL0100, to (name, severity)."""
    rows = DIAGNOSTIC.findall(read(DIAGNOSTICS))
    return {f"POL{int(number):04d}": (name, severity) for name, number, severity in rows}


def sources():
    """The C files of src/, relative to the project; the texts of diagnostics implement nothing."""
    return sorted(path.relative_to(TOP) for path in (TOP / "src").rglob("*.[ch]"))


class Case:
    """A case of the corpus: its file and its members. A command of corpus/invalid has no request."""

    def __init__(self, path, value):
        self.file = str(path.relative_to(TOP))
        self.name = value.get("name", "")
        self.comment = value.get("comment", "")
        self.request = value.get("request", {})
        self.policies = value.get("policies", {})
        self.expect = value.get("expect", {})

    @property
    def cited(self):
        return f"{self.name}\n{self.comment}"

    def documents(self):
        """Pairs of policy type and document."""
        for kind, value in self.policies.items():
            levels = value if kind in ("scp", "rcp") else [value]
            for level in levels:
                for element in level:
                    yield kind, element.get("document", element)

    def statements(self):
        for kind, document in self.documents():
            found = document.get("Statement", []) if isinstance(document, dict) else []
            for statement in found if isinstance(found, list) else [found]:
                if isinstance(statement, dict):
                    yield kind, document, statement


def cases():
    """Every case below corpus/, by file: those of *.json, and the commands of corpus/invalid (*.toml)."""
    found = []
    for path in sorted(CORPUS.rglob("*.json")):
        value = json.loads(read(path))
        found += [Case(path, case) for case in (value if isinstance(value, list) else [value])]
    for path in sorted(CORPUS.rglob("*.toml")):
        found.append(Case(path, tomllib.loads(read(path))))
    return found


def tables(text):
    """Maps each heading of a Markdown text to the rows of the tables below it, without their head."""
    found, heading = {}, ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
        elif line.startswith("|"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            found.setdefault(heading, []).append(cells)
    return {heading: rows[2:] for heading, rows in found.items()}


def exceptions(heading):
    """The rows of one table of OUT_OF_SCOPE.md."""
    return tables(read(EXCEPTIONS))[heading]
