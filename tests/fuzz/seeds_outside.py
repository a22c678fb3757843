# SPDX-License-Identifier: Apache-2.0
"""Seeds of the targets that people and servers talk to: requests, command lines, the library, vaults and their logs."""

import json
import re
import shlex

from corpus_cases import CORPUS, TOP, cases, corpus_files


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def shape(value):
    """A JSON value without its texts and numbers, but for names of members."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    return [shape(item) for item in value[:2]] if isinstance(value, list) else type(value).__name__


def requests_seeds():
    """A request of each shape that cases have, some to a batch, and such as the store knows; a batch for several threads; what is no
    request."""
    shapes = {json.dumps(shape(case["request"]), sort_keys=True): case for case in cases() if isinstance(case["request"], dict)}
    asked = [{"id": case.get("name"), **case["request"]} for case in shapes.values()]
    known = [json.loads(line) for line in (TOP / "policies/thumbnails/questions.ndjson").read_text(encoding="utf-8").splitlines()]
    for i in range(0, len(asked), 3):
        yield b"\n".join(compact(request) for request in asked[i:i + 3])
    for request in known:
        yield compact(request)
        yield b"\r\n".join([b"{}", b" \t", compact({**request, "id": ["x"]}), b'{"id":7,"id":8}', compact({**request, "context": {}}), b"["])
    yield b"\n".join([compact({**known[i % len(known)], "id": i}) for i in range(60)] + [b"{}"] * 80)


def options_seeds():
    """The examples of each verb's help, its options each by itself and with a value, and what is wrong in several ways."""
    question = ["--principal", "arn:aws:iam::111122223333:role/thumbs", "--action", "s3:GetObject", "--resource", "arn:aws:s3:::photos/a"]
    lines = [[], ["--help"], ["-hV"], ["help", "POL0801"], ["help", "codes"], ["secrets"], ["lambda", "-h"], ["nothing"], ["secrets", "lst"],
             ["eval", "--store", "@store", "--batch", "@batch", "--json"], ["lint", "@policy", "--json"], ["show", "@policy"],
             ["fmt", "@policy"], ["secrets", "put", "-fx", "NAME=Tr0ub4dor"]]
    lines += [["eval", "--store", "@store", *question, *more] for more in (
        ["--context", "aws:SourceIp=203.0.113.7", "--json"], ["-c", "a:b=1", "-c", "a:c=[\"x\",\"y\"]", "--explain"],
        ["--context", "aws:SecureTransport=true"])]
    lines += [[*verb, "--store", "@store", *question[1::2]] for verb in (["who-can"], ["what-can"], ["explain", "--json"])]
    for path in sorted((TOP / "src/cli").glob("cmd_*.c")):
        text = path.read_text(encoding="utf-8")
        verb = re.search(r'\.name = "([^"]+)"', text).group(1).split()
        lines += [[*verb], [*verb, "-h"], [*verb, "--help"], [*verb, "--no-such-option"], [*verb, "x", "--", "-y", "z"]]
        for command in re.findall(r'^    {"polcheck ((?:[^"\\]|\\.)*)"', text, re.M):
            lines.append(shlex.split(command.replace('\\"', '"'), comments=True))
        for letter, name, value in re.findall(r"{OPT_\w+,\s*(0|'.'),\s*\"([^\"]+)\",\s*(NULL|\"[^\"]*\")", text):
            given = [] if value == "NULL" else [value.strip('"').split("|")[0]]
            lines += [[*verb, f"--{name}", *given, "@store"], [*verb, f"--{name}", *given, f"--{name}", *given], [*verb, f"--{name}=x"]]
            if letter != "0":
                lines.append([*verb, f"-{letter[1]}" + "".join(given)])
    for line in lines:
        yield "\n".join(word.replace("\n", "\x01") for word in line).encode()


def audit_seeds():
    """What can be done to a log, each way alone and some of them together."""
    ways = ["", "cut 0", "cut 100", "cut 1200", "set 10 0", "set 700 x", "cuthead 0", "cuthead 50", "sethead 20 x", "sethead 80 x",
            "head 3\nsethead 90 x", "head 3", "head 0", "drop 0", "drop 3", "drop 6", "copy 2 5", "copy 6 6",
            "forged 6", "forged 2", "line 4 {}\n", "line 6 ", "torn {\"seq\":8", "torn \n",
            "nolog", "nohead", "raw\nanything\n", "raw\n", "copy 1 0\ndrop 2", "nolog\nnohead", "torn x\nhead 5", "cut 2000\nhead 4"]
    for way in ways:
        yield way.encode()
        yield (way.replace("raw", "lost\nraw", 1) if "raw" in way else f"{way}\nlost").encode()
        yield f"nohead\n{way}".encode()
        yield f"cut 3000\n{way}\nlost".encode()


def secret_seeds():
    """Each record of a vault altered, cut, exchanged and bound anew; root keys; boxes."""
    for vault in range(3):
        yield f"from {vault}".encode()
        yield f"from {vault}\nhand\nask arn:aws:lambda:eu-west-1:111122223333:function:new".encode()
    for record in range(14):
        for change in (f"set {record} 30 x", f"cut {record} 60", f"add {record} x", f"drop {record}", f"take {record} 0 {record}",
                       f"take {record} 2 {record}", f"name {record} arn:aws:lambda:eu-west-1:111122223333:function:new", f"raw {record} \x05\0\0\0key 1"):
            for end in ("", "\nbind", "\nhand\nask arn:aws:lambda:eu-west-1:111122223333:function:new"):
                yield (change + end).encode()
    yield b"from 0\ntake 4 1 4\ntake 1 1 1\nbind"
    yield b"new 1 arn:aws:kms:eu-west-1:111122223333:key/new\nhand\nask arn:aws:kms:eu-west-1:111122223333:key/new"
    for key in ("61" * 32, "61" * 32 + "\n", "A" * 32, "6" * 63, "0" * 64, "61" * 32 + "\r\n", "61" * 33, ""):
        yield f"root\n{key}".encode()
    label = '{"polcheck":"environment 1","function":"arn:aws:lambda:eu-west-1:111122223333:function:pay","released":1764072000,"variables":'
    for variables in ("{}", '{"NAME":"value"}', '{"N":"x","NAME_2":"\\u0001\\n\\"","Z_":"\u20ac"}', '{"A=B":"x"}', '{"LD_PRELOAD":"/x"}', "[]", '{"A1":1}'):
        yield f"box\n{label}{variables}}}".encode()
    yield b"box\nline\npolcheck-sealed:1:AAAA"
    yield b"box\nline\npolcheck-sealed:1:" + b"QUFB" * 40 + b"\n"


def trust_seeds():
    """Files of keys as people write them, what nobody must take for one; a file of what was seen; records of signatures."""
    vectors = (TOP / "tests/unit/trust/trust_vectors.def").read_text(encoding="utf-8")
    known = {name: text.encode().decode("unicode_escape") for name, text in re.findall(r'^#define (KNOWN_\w+) "(.*)"$', vectors, re.M)}
    for kind, line in (("keys", known["KNOWN_PUBLIC_LINE"]), ("secret", known["KNOWN_SECRET_LINE"])):
        word, base64, name = line.split()
        other = f"{word} 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"  # RFC 8032, test 1
        for text in (line, f"# ours\r\n\r\n{line}", f" \t{word}\t{base64} \r\n", line + other, line + line, f"{word} {base64} {'n' * 64}",
                     f"{word} {base64} {'n' * 65}", f"{word} {base64[:-2]}5=", f"{word} {base64[:-1]}", f"{word} {base64[:-1]}\r x", f"{word} {'A' * 43}=", word, "",
                     f"{word} {base64} \u00fc", f"{word}: {base64}", other * 3 + f"#{'x' * 1000}\n", base64):
            yield f"keys\n{text}".encode()
            yield f"secret\n{text}".encode()
    yield f"seen\n{known['KNOWN_SEEN']}".encode()
    yield f"seen\n{known['KNOWN_SEEN'].replace('serial ', 'serial 0')}".encode()
    yield f"seen\n{known['KNOWN_SEEN'][:-1]}".encode()
    edition = known["KNOWN_SEEN"].partition("\ncheck")[0]
    for serial in ("1", "0", "01", "+1", "-1", "9223372036854775807", "9223372036854775808", "18446744073709551617", ""):
        yield f"edition\n{re.sub(r'(?<=serial )[0-9]+', serial, edition)}".encode()
    yield f"edition\n{edition.upper()}".encode()
    yield f"edition\n{edition[:-1]}".encode()
    record = bytearray.fromhex(known["KNOWN_RECORD"])
    record[-1] ^= 1
    yield b"record\n" + record
    yield b"record\n" + bytes(8) + record[8:16]
    for at in (0, 4, 8, 16, 24, 56, 88, 120, 151):
        yield b"change\n" + bytes(at) + b"\x01"
    yield b"change\n"


def api_seeds():
    """Plays: the life of an engine, what a request can have, secrets, a log, and what goes wrong on the way."""
    asked = [json.loads(line) for line in (TOP / "policies/thumbnails/questions.ndjson").read_text(encoding="utf-8").splitlines()]
    for i, one in enumerate(asked):
        begin = [f"begin 0 {one['principal']}|{one['action']}|{one['resource']}"] if isinstance(one["principal"], str) else []
        context = [f"add 0 {3 if isinstance(value, bool) else 0} {int(value) if isinstance(value, bool) else value}|{key}"
                   for key, value in one.get("context", {}).items() if not isinstance(value, list)]
        lines = ["live 1", f"engine 0 {i % 16} {i % 3} 1 0", "scratch 0 0", *begin, *context, "ask 0 0", "explain 0 1", "entries 0"]
        yield "\n".join(lines).encode()
        yield "\n".join(["logger 0 3 0 1 aws:Req*", *lines, "flush 0"]).encode()
        yield "\n".join([*lines, "live 2", "reload 0", "ask 0 0", "live 0", "poll 0 100", "ask 0 0", "status 0", "live 3", "reload 0", "ask 0 0"]).encode()
        for trust in range(5):
            engine = f"engine 0 {i % 16} {i % 3} 1 0 {trust}"
            looks = [line for store in (5, 6, 7, 5, 1, 6) for line in (f"live {store}", "reload 0", "ask 0 0")]
            yield "\n".join(["live 5", engine, "scratch 0 0", *begin, *context, "ask 0 0", *looks, "close 0", "live 5", engine,
                             "scratch 0 0", "ask 0 0"]).encode()
    yield "\n".join(["live 1", "engine 0 0 2 0 0", "scratch 0 0", "secrets 0", "release 0 0 0", "release 0 1 1", "release 0 0 2",
                     "release 0 0 1 |arn:aws:sts::111122223333:assumed-role/thumbs/other"]).encode()
    allow = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
    yield "\n".join(["live 1", "engine 0 8 1 0 0", "scratch 0 0", f"policy 0 3 {allow}", f"policy 1 6 {allow}|{{}}", "begin 0 " + "|".join(
        asked[-1][name] for name in ("principal", "action", "resource")), "carry 0 0 0", "ask 0 0", "set 0 0 arn:aws:iam::111122223333:role/x",
        "tag 0 team|x", "list 0 2 0 a|1 7|aws:TagKeys", "pairs 0 2 a:b|c|d:e|f", "absent 0 aws:SourceIp", "ask 0 0"]).encode()
    yield "\n".join(["logger 0 3 600 1 aws:*", "live 1", "engine 0 1 0 5 0", "scratch 0 0", "ask 0 0", "log 0 3 a|b|c", "flush 1", "flush 0"]).encode()
    yield b"nulls\nsize 0 96 1\nsize 0 300 1\nsize 1 400\nengine 0 1 2 0 1\nengine 0 1 2 0 2\nengine 0 1 0 1 3\nengine 1 0 3\nengine 1 0 0 70000\nstatus 0"
    yield b"ask 0 0\nexplain 0 1\nrenew 0\nreload 0\npoll 0 1\nscratch 1 1\nsecrets 1\nsecrets 2\nsecrets 3\nsecrets 4\nsecrets 5\nlive 4\nengine 0 0 2 0 0"
    yield b"federated 0 accounts.google.com|sts:AssumeRoleWithWebIdentity|arn:aws:iam::111122223333:role/x\nset 0 1 x\nset 0 2 x\nset 0 3 x\nset 0 4 x"


SEEDS = {
    "api": api_seeds,
    "audit": audit_seeds,
    "options": options_seeds,
    "requests": requests_seeds,
    "secret": secret_seeds,
    "trust": trust_seeds,
}
