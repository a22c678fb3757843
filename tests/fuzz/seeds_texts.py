# SPDX-License-Identifier: Apache-2.0
"""Seeds of the targets that read texts: JSON, policies, dumps and manifests, values, patterns."""

import json
import tomllib

from corpus_cases import CORPUS, TOP, cases, condition_values, corpus_files, held_against, keys_of, patterns_of, statements, texts

BROKEN_JSON = (  # a text for each way in which one ends
    b'{"a":1,}', b"[1,]", b'{"a" 1}', b'{"a":}', b'["a":1]', b"{a:1}", b"[1 2]", b"[1]]", b"{", b'"a', b"", b"nul",
    b"NaN", b"-i", b"01", b"0x1", b"1.", b"1e", b'"\\x"', b"\"\\'\"", b'"\\u12g4"', b'"\\ud800"', b'"\\udc00\\ud800"',
    b'"a\nb"', b'"a\tb"', b'"\x01"', b'"\xff"', b"\xef\xbb\xbf{}", b"\xff\xfe{\0}\0", b"\0\0\0{", b"{\0\0\0",
    b'{"a":1,"\\u0061":2}', b"/*a*/1", b"'a'", b"[" * 65 + b"]" * 65,
)


def json_seeds():
    yield from BROKEN_JSON
    yield b'"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\u2028"'
    for path in corpus_files(".json", ".ndjson"):
        yield path.read_bytes()
    for number, case in enumerate(cases()):
        if number % 16 == 0:
            yield json.dumps(case, ensure_ascii=number % 32 == 0)
    for path in corpus_files(".toml"):
        case = tomllib.loads(path.read_text(encoding="utf-8"))
        yield from case.get("files", {}).values()
        yield from map(bytes.fromhex, case.get("bytes", {}).values())


WIDE_STARS = (  # how a star runs over a colon, and what else stands beside it
    "resource\narn:aws:s?s:eu-*:1\narn:aws:sqs:eu-west-1:1:q",
    "resource keys\narn:aws:s3:*:*:${a}/x\na=b\n\narn:aws:s3:::b:c:b/x",
    "value keys\narn:aws:${a, 'b'}:*:?:${b}\nb=b\n\narn:aws:b:x:y:z:b", "resource\narn:aws:s3*\narn:aws:s3:::b",
)


def pattern_seeds():
    """Patterns of policies with what their cases hold against them, and with each other."""
    yield from WIDE_STARS
    for case in cases():
        for statement, variables in statements(case):
            for kind, patterns, subjects in patterns_of(case, statement):
                keys = variables and any("${" in pattern for pattern in patterns)
                words = " ".join([kind] * bool(kind) + ["keys"] * keys)
                middle = keys_of(case) if keys else ""
                for pattern in patterns[:3]:
                    yield from (f"{words}\n{pattern}\n{middle}{subject}" for subject in subjects)
                for wide, narrow in zip(patterns, patterns[1:]):
                    yield f"{words} cover\n{wide}\n{narrow}\n{middle}a:b\nc/d\n"


# By operator.
KINDS = {"date": "date", "numeric": "number", "ipaddress": "address", "binary": "base64", "bool": "boolean"}


def lines_of(kind, listed):
    return "\n".join([kind, *listed[:8]])


def value_seeds():
    """Values of conditions with what requests hold against them, and the names of every case."""
    for case in cases():
        asked = texts([case["request"].get(name) for name in ("principal", "action", "resource")])
        yield lines_of("name", [text for text in asked if ":" in text or "." in text])
        for statement, _ in statements(case):
            yield lines_of("name", [text for text in texts(statement.get("Principal")) if len(text) > 9])
            for operator, key, values in condition_values(statement):
                for part, kind in KINDS.items():
                    if part in operator.lower():
                        yield lines_of(kind, values + held_against(case, key))
    for number in ("0", "-0.0", "1.50", "1e3", "-12.5E-3", "1.25e+1", "1e400", "9007199254740993"):
        yield f"json\n{number}"


def documents(case):
    """Each document of a case, with the word of its type."""
    service, _, action = str(case["request"].get("action", "")).lower().partition(":")
    of_resource = {"kms": "key", "s3": "s3"}.get(service, "resource")
    if service == "sts" and action.startswith("assumerole"):
        of_resource = "trust"
    listed = case.get("policies")
    for name, value in listed.items() if isinstance(listed, dict) else ():
        word = of_resource if name == "resource" else name
        for level in value if isinstance(value, list) else [value]:
            for document in level if isinstance(level, list) else [level]:
                yield word, document.get("document", document) if isinstance(document, dict) else document


def policy_seeds():
    """Documents of the corpus and of the examples."""
    for case in cases():
        for word, document in documents(case):
            yield f"{word}\n{json.dumps(document, ensure_ascii=False)}"
    for path in sorted((TOP / "policies").rglob("*.json")) + sorted((TOP / "examples").rglob("*.json")):
        text = path.read_text(encoding="utf-8")
        if "Statement" in json.loads(text):
            yield ("resource" if "Principal" in text else "identity") + "\n" + text


def files_of(files):
    """Files of one folder: what lies in another one gets a name for it, and is called so."""
    names = {name: name.replace("/", "-") for name in files}
    made = ""
    for name, text in files.items():
        for before, after in names.items():
            text = text.replace(before, after)
        made += f"=== {names[name]}\n{text.strip()}\n"
    return made


def import_seeds():
    """Inputs of `polcheck compile`: of the cases of import, of diagnostics and of integrations, and the examples."""
    base = tomllib.loads((CORPUS / "import" / "base.toml").read_text(encoding="utf-8"))["files"]
    for path in corpus_files(".toml"):
        case = tomllib.loads(path.read_text(encoding="utf-8"))
        files = case.get("files", {})
        if "manifest" in case:
            yield files_of({**files, "manifest.json": case["manifest"]})
        elif files and ("import" in path.parts or "compile" in case.get("arguments", ())):
            beside = {} if case.get("alone", "import" not in path.parts) else base
            yield files_of({**beside, **files})
    for path in sorted((TOP / "policies").rglob("*.json")) + sorted((TOP / "examples").rglob("*.json")):
        yield path.read_text(encoding="utf-8")


SEEDS = {
    "import": import_seeds,
    "json": json_seeds,
    "pattern": pattern_seeds,
    "policy": policy_seeds,
    "values": value_seeds,
}
