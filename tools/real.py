#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks polcheck against every managed policy of AWS and a second evaluator.

Makes some hundreds of roles that hold all managed policies between them, compiles everything, asks
thousands of random questions in one batch, and compares each answer, decision and deciding
statements, with those of tools/real_evaluate.py. Prints what it took. Exit status: 0 all agree, 1 a
disagreement or a failure of polcheck, 77 the policies cannot be had (--fetch only).
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # the sources may lie in a folder that is not ours to write to
import real_evaluate
import real_generate

TOP = pathlib.Path(__file__).resolve().parents[1]
ACCOUNT = "111122223333"
KEYS = [f"arn:aws:kms:{region}:{ACCOUNT}:key/0000000{n}-1111-2222-3333-444444444444"
        for n, region in enumerate(real_generate.REGIONS)]
DELEGATION = "AccountDecides"
KEY_POLICY = {"Version": "2012-10-17", "Statement": [
    {"Sid": DELEGATION, "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
     "Action": "kms:*", "Resource": "*"}]}
SHOWN = 10
MINIMAL_SHARE = 0.01  # of each decision among the answers; less would mean that the generator lost its way

# Runs a command from a process that is small itself, because the peak memory of a child begins with
# that of its parent; prints the peak in kilobytes as the last line of standard error.
MEASURE = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""


class Run:
    """A finished command: status, seconds, peak memory in megabytes, standard error."""

    def __init__(self, command, output=None):
        begin = time.monotonic()
        done = subprocess.run([sys.executable, "-I", "-S", "-c", MEASURE, *map(str, command)], stdin=subprocess.DEVNULL,
                              stdout=output, stderr=subprocess.PIPE, text=True, check=False)
        self.seconds = time.monotonic() - begin
        self.status = done.returncode
        lines = done.stderr.splitlines()
        self.megabytes = int(lines[-1]) / 1024
        self.errors = "\n".join(lines[:-1])


def fetch(folder):
    """Returns None, or why the policies cannot be had."""
    done = subprocess.run([TOP / "tools" / "fetch-managed-policies", "--to", folder], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    if done.returncode in (0, 3):
        return done.stderr.strip() if done.returncode else None
    sys.exit(done.stderr)


def read_documents(folder):
    """ARN -> document of every managed policy."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {row["arn"]: json.loads((folder / row["policy"]).read_text(encoding="utf-8"))
            for row in manifest["policies"]}


def write_inputs(work, roles, requests):
    manifest = {"polcheck": 1, "roles": roles,
                "resources": [{"arn": key, "account": ACCOUNT, "policy": KEY_POLICY} for key in KEYS]}
    (work / "roles.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    with open(work / "requests.ndjson", "w", encoding="utf-8") as out:
        for request in requests:
            out.write(json.dumps(request, ensure_ascii=False) + "\n")


def compile_store(polcheck, policies, work):
    store = work / "store"
    subprocess.run(["rm", "-rf", str(store)], check=True)
    run = Run([polcheck, "compile", policies, work / "roles.json", "-o", store])
    if run.status:
        sys.exit(f"polcheck compile: exit status {run.status}\n{run.errors[:4000]}")
    files = [store] if store.is_file() else [path for path in store.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"compiled in {run.seconds:.2f} s, peak memory {run.megabytes:.0f} MB, store {size:.1f} MB")
    return store


def ask(polcheck, store, work):
    with open(work / "answers.ndjson", "w", encoding="utf-8") as out:
        run = Run([polcheck, "eval", "--store", store, "--batch", work / "requests.ndjson"], out)
    if run.errors:
        print(run.errors[:4000], file=sys.stderr)
    answers = [json.loads(line) for line in (work / "answers.ndjson").read_text(encoding="utf-8").splitlines()]
    print(f"{len(answers)} answers in {run.seconds:.2f} s, {len(answers) / run.seconds:,.0f} a second with reading "
          f"and printing; peak memory {run.megabytes:.0f} MB; exit status {run.status}")
    return answers


def decide_all(requests, roles, documents):
    """The second evaluator's answers: (decision, statement names or None)."""
    by_name = {}
    for row in roles:
        role = real_evaluate.Role(row["arn"], row["tags"], [documents[arn] for arn in row["policies"]])
        by_name[row["arn"].rsplit("/", 1)[1]] = role
    keys = dict.fromkeys(KEYS, DELEGATION)
    expected = []
    for request in requests:
        resource = request["principal"].split(":", 5)[5]
        name = resource.split("/")[1] if resource.startswith("assumed-role/") else resource.rsplit("/", 1)[1]
        expected.append(real_evaluate.decide(request, by_name[name], keys))
    return expected


def statement_names(answer):
    """The names of the statements that decided, as an answer gives them."""
    return sorted(row["sid"] for row in answer["matchedStatements"])


def differs(request, answer, decision, names):
    """Why the answer is not the expected one, or None."""
    if answer.get("id") != request["id"]:
        return f"answers {answer.get('id')!r} in the place of {request['id']}"
    if "error" in answer:
        return f"error {answer['error']}, expected {decision}"
    if answer["decision"] != decision:
        return f"{answer['decision']} by {statement_names(answer)}, expected {decision} by {names}"
    if names is not None and statement_names(answer) != names:
        return f"{decision} by {statement_names(answer)}, expected by {names}"
    return None


def compare(requests, answers, expected):
    """Prints the disagreements; returns their number."""
    wrong = []
    for request, answer, (decision, names) in zip(requests, answers, expected):
        problem = differs(request, answer, decision, names)
        if problem:
            wrong.append((request, problem))
    for request, problem in wrong[:SHOWN]:
        print(f"DISAGREES: {problem}\n    {json.dumps(request, ensure_ascii=False)}")
    if len(answers) != len(requests):
        print(f"{len(requests)} requests, {len(answers)} answers")
    return len(wrong) + abs(len(requests) - len(answers))


def report(expected, disagreements):
    """Prints the counts; returns the exit status."""
    counts = collections.Counter(decision for decision, _ in expected)
    print(", ".join(f"{name} {counts[name]:,}" for name in
                    (real_evaluate.ALLOWED, real_evaluate.IMPLICIT, real_evaluate.EXPLICIT)))
    print(f"{disagreements} disagreements")
    rare = [name for name in (real_evaluate.ALLOWED, real_evaluate.IMPLICIT, real_evaluate.EXPLICIT)
            if counts[name] < MINIMAL_SHARE * len(expected)]
    if rare:
        print(f"too few of the questions end in {', '.join(rare)}: the generator must be mended")
    return 1 if disagreements or rare else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polcheck", required=True, type=pathlib.Path, help="the command to check")
    parser.add_argument("--policies", type=pathlib.Path, default=TOP / "build" / "managed-policies",
                        help="what tools/fetch-managed-policies wrote")
    parser.add_argument("--fetch", action="store_true", help="fetch the policies if they are not there")
    parser.add_argument("--work", type=pathlib.Path, default=TOP / "build" / "real", help="folder for what is made")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--roles", type=int, default=300)
    parser.add_argument("--requests", type=int, default=10000)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    missing = fetch(arguments.policies) if arguments.fetch else None
    if missing:
        print(missing)
        return 77
    documents = read_documents(arguments.policies)
    generator = real_generate.Generator(arguments.seed, ACCOUNT, documents, KEYS)
    roles = generator.roles(arguments.roles)
    requests = generator.requests(roles, arguments.requests)
    arguments.work.mkdir(parents=True, exist_ok=True)
    write_inputs(arguments.work, roles, requests)
    print(f"{len(documents):,} managed policies, {len(roles)} roles, {len(requests):,} requests, seed {arguments.seed}")
    store = compile_store(arguments.polcheck.resolve(), arguments.policies, arguments.work)
    answers = ask(arguments.polcheck.resolve(), store, arguments.work)
    expected = decide_all(requests, roles, documents)
    return report(expected, compare(requests, answers, expected))


if __name__ == "__main__":
    sys.exit(main())
