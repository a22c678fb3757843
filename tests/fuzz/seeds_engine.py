# SPDX-License-Identifier: Apache-2.0
"""Seeds of the targets that decide: cases, images, stores."""

import hashlib
import json
import struct

from corpus_cases import case_seeds


def decide_seeds():
    yield from case_seeds()
    for number in range(200):
        yield b"tape\n" + b"".join(hashlib.sha256(b"%d %d" % (number, part)).digest() for part in range(12))


def ways_without_end():
    """Nodes of a tree of actions that are their own parents, and all edges lead to them."""
    nodes, edges, number_of_four_bytes = 13, 14, 2
    asked = {"principal": "arn:aws:iam::111122223333:user/Ann", "action": "s3:abcddddddd", "resource": "*"}
    statements = [{"Effect": "Allow", "Action": ["s3:a*", "s3:ab*", "s3:abc*", "s3:abcd*", "s3:b*"], "Resource": "*"}]
    case = json.dumps({"request": asked, "policies": {"identity": [{"Version": "2012-10-17", "Statement": statements}]}})
    for node in range(1, 6):
        places = [(nodes, node), *((edges, place) for place in range(16))]
        yield b"image\n" + case.encode() + b"\n" + b"".join(
            struct.pack("<BBBBHHI", number_of_four_bytes, 0, table, 0, index, 0, node) for table, index in places)


def image_seeds():
    """Cases whose images are edited, of which there are enough, and what else the target edits."""
    for number, case in enumerate(case_seeds()):
        if number % 8 == 0 and len(case) < 6000:
            yield b"image\n" + case + b"\n"
    yield from ways_without_end()
    yield b"directory\nkey=value\nanother=\n=\nthird=a longer value\n\n"
    yield b"directory\n" + b"".join(b"key %d=value %d\n" % (i, i * i) for i in range(40)) + b"\nx"
    for record in ("principal", "resource", "function", "account"):
        yield record.encode() + b"\n"


def slow_seeds():
    """What decisions cost most for, one seed each; "a#N#" is N more of the letter (slow.c)."""
    long, resource = "a#60000#", "arn:aws:s3:::b/a#60000#"
    like = [("a#60000#", "*a#9000#?b*"), ("a#60000#", "*a#2000#b*"), ("a#60000#", "*?a*?a*?b"), ("\u0101#20000#", "*\u0101#500#?b*"),
            ("a#60000#", "*${ex:v}?b*"), ("a#60000#", "a#60000#b"), ("a#60000#", "*a*a*a*a*a*a*a*b"),
            ("a#60000#", "*a?b*${ex:v}")]
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
    for operator, pattern, value in (("StringNotEqualsIgnoreCase", "\u00e4" * 300 + "b", "\u00c4" * 300 + "c"),
                                     ("NumericNotEquals", "1#60#", "1#60#2"), ("NotIpAddress", "2001:db8::/64", "2001:db9::1")):
        asked = {"principal": "arn:aws:iam::111122223333:user/Ann", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/a",
                 "context": {"ex:k": [value] * 20}}
        deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {f"ForAllValues:{operator}": {"ex:k": [pattern] * 20}}}
        yield json.dumps({"request": asked, "policies": {"identity": [{"Version": "2012-10-17", "Statement": deny}]}},
                         ensure_ascii=False).encode()
    asked = {"principal": "arn:aws:iam::111122223333:user/Ann", "action": "s3:a#1900#", "resource": "arn:aws:s3:::b/a"}
    actions = [f"s3:*a#900#b*{number}" for number in range(10)]
    denies = [{"Effect": "Deny", "Action": actions, "Resource": "*"}] * 2
    yield json.dumps({"request": asked, "policies": {"identity": [{"Version": "2012-10-17", "Statement": denies}]}}).encode()
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


SEEDS = {
    "decide": decide_seeds,
    "image": image_seeds,
    "slow": slow_seeds,
    "store": store_seeds,
}
