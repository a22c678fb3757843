# SPDX-License-Identifier: Apache-2.0
"""Measures what secrets cost: a release over its decision, and sealing 10,000 functions' variables.

Times move with the machine; the time that it takes to open 4,000 bytes, measured in the same rounds, says how fast
it was.
"""

import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
ACCOUNT = "111122223333"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:thumbs"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FULL = 4096  # bytes of an environment as Lambda measures it
FUNCTIONS = 10_000
RUNS = 3


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.PIPE).stdout


def full_environment(count):
    """Lines of so many variables that together are 4,096 bytes as a JSON object."""
    names = [f"VARIABLE_{at:03}" for at in range(count)]
    room = FULL - 1 - sum(len(name) + 6 for name in names)
    sizes = [room // count + (at < room % count) for at in range(count)]
    return "".join(f"{name}={'x' * size}\n" for name, size in zip(names, sizes))


def make_vault(polcheck, folder, name, lines):
    place = ["--vault", folder / name, "--root-key", folder / "root"]
    (folder / "environment").write_text(lines, encoding="ascii")
    run(polcheck, "secrets", "init", *place)
    run(polcheck, "keys", "create", *place, "--arn", KEY, "--alias", "alias/thumbs")
    run(polcheck, "secrets", "put", *place, "--function", FUNCTION, "--key", KEY, "--env-file", folder / "environment")
    return folder / name


def measure_release(build, folder, rounds):
    polcheck = build / "polcheck"
    run(polcheck, "compile", TOP / "policies", "-o", folder / "store")
    vaults = {count: make_vault(polcheck, folder, f"{count}.vault", full_environment(count)) for count in (1, 8, 64)}
    printed = run(build / "tools/secrets/release", folder / "store", folder / "root", FUNCTION, KEY, rounds, *vaults.values())
    figures = {name: float(figure) / 1000 for name, figure in (line.rsplit(" ", 1) for line in printed.splitlines())}
    decision, opening = figures["decision"], figures["open"]
    print(f"decision                            {decision:6.2f} us")
    print(f"opening 4,000 bytes by libsodium    {opening:6.2f} us")
    for count, vault in vaults.items():
        over = figures[str(vault)] - decision
        print(f"release of 4 KB, {count:2} variable{'s' if count > 1 else ' '}         {figures[str(vault)]:6.2f} us: "
              f"{over:.2f} over the decision, {over / opening:.2f} times the opening")


def measure_sealing(build, folder):
    polcheck = build / "polcheck"
    lines = (f"[arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f{at}]\n" +
             "".join(f"VARIABLE_{n}={'x' * 60}\n" for n in range(8)) for at in range(FUNCTIONS))
    (folder / "all").write_text("".join(lines), encoding="ascii")
    times = {"put": [], "rotate": [], "rekey": []}
    for at in range(RUNS):
        place = ["--vault", folder / f"all{at}", "--root-key", folder / "root"]
        run(polcheck, "secrets", "init", *place)
        for verb, words in (("put", ["--env-file", folder / "all"]), ("rotate", []),
                            ("rekey", ["--new-root-key", folder / f"root{at}"])):
            start = time.monotonic()
            run(polcheck, "secrets", verb, *place, *words)
            times[verb].append(time.monotonic() - start)
    for verb, taken in times.items():
        print(f"secrets {verb:6} of {FUNCTIONS:,} functions, 8 variables each: {statistics.median(taken):.2f} s")


def main():
    parser = argparse.ArgumentParser(prog="tools/dev secrets", description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=60, help="rounds of 300 releases each (60)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure_release(arguments.build, pathlib.Path(folder), arguments.rounds)
        measure_sealing(arguments.build, pathlib.Path(folder))


if __name__ == "__main__":
    main()
