#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the seeds of a fuzz target from the corpus: files in a folder, named after their content.

What a fuzzer found, and seeds that nothing can make, lie in corpus/seeds/TARGET and are used besides.
A target that has no row here lives from those.
"""

import hashlib
import json
import os
import pathlib
import struct
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
CORPUS = TOP / "corpus"
LARGEST = 32 << 10  # bytes of a seed: large ones slow a fuzzer down and teach it little


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


def json_seeds():
    for path in corpus_files(".json", ".ndjson"):
        yield path.read_bytes()


def case_seeds():
    """The corpus is asked by other tests: here it is what is changed."""
    for case in cases():
        yield json.dumps({"request": case["request"], "policies": case.get("policies", {})}, ensure_ascii=False,
                         separators=(",", ":")).encode("utf-8", "surrogatepass")


def decide_seeds():
    yield from case_seeds()
    for number in range(200):
        yield b"tape\n" + b"".join(hashlib.sha256(b"%d %d" % (number, part)).digest() for part in range(12))


def image_seeds():
    """Cases whose images are edited, of which there are enough, and what else the target edits."""
    for number, case in enumerate(case_seeds()):
        if number % 8 == 0 and len(case) < 6000:
            yield b"image\n" + case + b"\n"
    yield b"directory\nkey=value\nanother=\n=\nthird=a longer value\n\n"
    yield b"directory\n" + b"".join(b"key %d=value %d\n" % (i, i * i) for i in range(40)) + b"\nx"
    for record in ("principal", "resource", "function", "account"):
        yield record.encode() + b"\n"


def slow_seeds():
    """What decisions cost most for, one seed each; "a#N#" is N more of the letter (slow.c)."""
    long, resource = "a#60000#", "arn:aws:s3:::b/a#60000#"
    like = [("a#60000#", "*a#9000#?b*"), ("a#60000#", "*a#2000#b*"), ("a#60000#", "*?a*?a*?b"), ("\u0101#20000#", "*\u0101#500#?b*"),
            ("a#60000#", "*${ex:v}?b*"), ("a#60000#", "a#60000#b"), ("a#60000#", "*a*a*a*a*a*a*a*b")]
    conditions = [{operator: {"ex:k": [pattern] * count}} for _, pattern in like for count in (1, 8)
                  for operator in ("StringLike", "StringEqualsIgnoreCase", "StringNotLike", "ForAnyValue:StringLike")]
    conditions += [{"ArnLike": {"ex:k": "arn:aws:s3:::*a#9000#?b*"}}, {"NumericEquals": {"ex:k": ["1"] * 2000}},
                   {"IpAddress": {"ex:k": ["203.0.113.0/24"] * 2000}}, {"DateLessThan": {"ex:k": ["2024-01-01T00:00:00Z"] * 900}},
                   {"StringLike": {f"ex:k{n}": "*a*" for n in range(1000)}}]
    values = [long, "\u0101#20000#", "arn:aws:s3:::a#60000#", ["a#900#"] * 50, "203.0.113.7", "2024-01-01T00:00:00Z"]
    for number, condition in enumerate(conditions):
        asked = {"principal": "arn:aws:iam::111122223333:user/Ann", "action": "s3:GetObject", "resource": resource,
                 "resourceAccount": "111122223333", "context": {"ex:k": values[number % len(values)], "ex:v": "a#9000#"}}
        denies = [{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::*/*a#500#?*b*", "Condition": condition}] * (1 + number % 5)
        yield json.dumps({"request": asked, "policies": {"identity": [{"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"}, *denies]}]}}, ensure_ascii=False).encode()
    for number, case in enumerate(case_seeds()):
        if number % 16 == 0:
            yield case


def store_seeds():
    """A store, what is done with it, and one edit of its file: of each kind, in each of its first pages."""
    for first in (*range(3), *range(16, 19), *range(32, 35)):
        yield bytes([first])
        for way in range(8):
            for page in range(12):
                place = int.from_bytes(hashlib.sha256(bytes([first, way, page])).digest()[:4], "little")
                yield bytes([first]) + struct.pack("<BBBBHHI", way, 0, 0, 0, page, place % (160 if page < 2 else 4096), place)
    yield b"r"


def pattern_seeds():
    """Patterns of policies with the resources and actions of their cases."""
    for case in cases():
        asked = case["request"]
        subjects = [text for text in (asked.get("resource"), asked.get("action")) if isinstance(text, str)]
        for pattern in set(texts(case.get("policies"))):
            if any(sign in pattern for sign in "*?") and "\n" not in pattern:
                for flags, subject in zip(("", "fold"), subjects):
                    yield f"{flags}\n{pattern}\n{subject}".encode("utf-8", "surrogatepass")


SEEDS = {
    "decide": decide_seeds,
    "json": json_seeds,
    "image": image_seeds,
    "pattern": pattern_seeds,
    "slow": slow_seeds,
    "store": store_seeds,
}


def scratch():
    """A folder for the files of a target, in memory where the machine has such; gone when it is left."""
    memory = "/dev/shm"
    return tempfile.TemporaryDirectory(prefix="polcheck-fuzz-", dir=memory if os.access(memory, os.W_OK) else None)


def write(target, folder):
    """Returns how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {hashlib.sha256(seed).hexdigest()[:16]: seed for seed in SEEDS.get(target, list)() if len(seed) <= LARGEST}
    for name, seed in made.items():
        (folder / name).write_bytes(seed)
    return len(made)


def main():
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} TARGET FOLDER\ntargets: {' '.join(sorted(SEEDS))}")
    print(f"{write(sys.argv[1], pathlib.Path(sys.argv[2]))} seeds")


if __name__ == "__main__":
    main()
