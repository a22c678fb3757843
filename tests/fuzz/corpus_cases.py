# SPDX-License-Identifier: Apache-2.0
"""What seeds are made from: the cases of the corpus and their parts."""

import json
import pathlib

TOP = pathlib.Path(__file__).resolve().parents[2]
CORPUS = TOP / "corpus"


def corpus_files(*ends):
    return sorted(path for path in CORPUS.rglob("*") if path.name.endswith(ends) and CORPUS / "seeds" not in path.parents)


def cases():
    """Every case of the corpus, in order."""
    for path in corpus_files(".json"):
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:  # meant to be refused
            continue
        for case in read if isinstance(read, list) else [read]:
            if isinstance(case, dict) and "request" in case:
                yield case


def texts(value):
    """Every string in a JSON value, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from texts(item)


def case_seeds():
    """The corpus is asked by other tests: here it is what is changed."""
    for case in cases():
        yield json.dumps({"request": case["request"], "policies": case.get("policies", {})}, ensure_ascii=False,
                         separators=(",", ":")).encode("utf-8", "surrogatepass")


def strings(value):
    """A value of a policy or a request that is one string or a list of them."""
    listed = value if isinstance(value, list) else [value]
    return [text for text in listed if isinstance(text, str) and "\n" not in text]


def context_of(case):
    context = case["request"].get("context")
    return context if isinstance(context, dict) else {}


def held_against(case, key):
    """The values that a request has for a key."""
    return [text for name, value in context_of(case).items() if name.lower() == key.lower() for text in strings(value)]


def statements(case):
    """Each statement of a case, and whether it may have variables."""
    documents = [case.get("policies")]
    while documents:
        value = documents.pop()
        if isinstance(value, dict) and "Statement" in value:
            listed = value["Statement"]
            for statement in listed if isinstance(listed, list) else [listed]:
                if isinstance(statement, dict):
                    yield statement, value.get("Version") == "2012-10-17"
        elif isinstance(value, (dict, list)):
            documents.extend(value.values() if isinstance(value, dict) else value)


def keys_of(case):
    lines = []
    for name, value in context_of(case).items():
        for item in strings(value)[:2] or [""] * isinstance(value, list):
            lines += [f"{name}={item}"] * (2 if isinstance(value, list) else 1)
    return "".join(f"{line}\n" for line in lines[:16]) + "\n"


def condition_values(statement):
    """Each operator, key and values of a statement."""
    condition = statement.get("Condition")
    for operator, block in condition.items() if isinstance(condition, dict) else ():
        for key, values in block.items() if isinstance(block, dict) else ():
            yield operator, key, strings(values)


def patterns_of(case, statement):
    """Kind of pattern, the patterns, and what a request holds against them."""
    asked = case["request"]
    for kind in ("Action", "Resource"):
        listed = strings(statement.get(kind, statement.get(f"Not{kind}")))
        yield kind.lower(), listed, strings(asked.get(kind.lower()))
    for operator, key, values in condition_values(statement):
        kind = "value" if "arn" in operator.lower() else "fold" if "IgnoreCase" in operator else ""
        yield kind, values, held_against(case, key)[:2]
