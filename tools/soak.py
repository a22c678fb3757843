#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks a server with the hook for a long time, while policies are compiled anew, secrets are rotated and read, and readers
come, go and are killed. The server and the releases trust signed policies alone, and the signing key changes as well.

Every answer is held against the reference evaluator, for the policies of the snapshot that it names. In the end nothing may be
wrong, and memory, file descriptors, reader slots and the store's file must be where they were.
"""

import argparse
import collections
import http.client
import json
import os
import pathlib
import random
import re
import secrets as random_secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True  # the sources may lie in a folder that is not ours to write to
import soak_world as world

CLIENTS = 3
READERS = 4
ROTATE = 20  # rounds that one signing key signs
PULSE = 10  # seconds between lines of progress
PATIENCE = 60  # seconds that anything may take
WARM = 0.25  # the share of the time after which nothing may grow any more
SHOWN = 20
# How much more the last quarter may have than the one after the warming: a share, and so many besides. Memory in KiB, the file in bytes.
GROWTH = {"memory, KiB": (0.05, 512), "descriptors": (0, 2), "slots": (0, 2), "store, bytes": (0.25, 1 << 20)}

CONFIG = """
load_module {build}/src/nginx/ngx_http_polcheck_module.so;
{user}
daemon off;
worker_processes 2;
pid nginx.pid;
error_log error.log notice;
events {{ worker_connections 128; }}
http {{
    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;
    access_log off;
    keepalive_requests 1000;
    polcheck_trusted_keys trusted.pub;
    polcheck_seen seen;
    server {{
        listen 127.0.0.1:{port};
        root pages;
        polcheck on;
        polcheck_store policies.store;
        polcheck_principal $http_x_principal;
        polcheck_role $http_x_role;
        polcheck_action s3:GetObject;
        polcheck_resource arn:aws:s3:::photos$polcheck_path;
        polcheck_context aws:SourceIp $remote_addr;
        polcheck_context aws:SecureTransport false;
        polcheck_context aws:UserAgent $http_user_agent;
        polcheck_log decisions.log denied;
        add_header X-Snapshot $polcheck_snapshot always;
        add_header X-Reason $polcheck_reason always;
        add_header X-Status $polcheck_status always;
        location / {{ }}
    }}
}}
"""


class Soak:
    """What all parts share: the folder, what was counted, what was wrong, and whether it is over."""

    def __init__(self, options, folder):
        self.build, self.folder, self.seed = options.build, folder, options.seed
        self.store, self.vault = folder / "policies.store", folder / "vault"
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.wrong = []
        self.expected = {}  # of a snapshot: (round, True or False of each request)
        self.waiting = collections.defaultdict(list)  # of a snapshot that is not known yet: answers
        self.samples = []

    def count(self, name, number=1):
        with self.lock:
            self.counts[name] += number

    def complain(self, what):
        with self.lock:
            self.wrong.append(what)

    def run(self, *words, status=0, text=None):
        """Runs the command; None if it did not end as it should, which is told."""
        done = subprocess.run([self.build / "polcheck", *map(str, words)], input=text, capture_output=True, text=True, check=False,
                              timeout=PATIENCE, cwd=self.folder, stdin=None if text is not None else subprocess.DEVNULL)
        if done.returncode != status:
            self.complain(f"polcheck {words[0]} {words[1]}: exit status {done.returncode}: {done.stderr.strip()[:300]}")
            return None
        return done

    def know(self, snapshot, number, expected):
        """From now on the snapshot's policies are known; answers that waited for it are judged."""
        with self.lock:
            self.expected[snapshot] = (number, expected)
            waiting = self.waiting.pop(snapshot, [])
        for place, allowed in waiting:
            self.judge(snapshot, place, allowed)

    def judge(self, snapshot, place, allowed):
        with self.lock:
            if snapshot not in self.expected:
                self.waiting[snapshot].append((place, allowed))
                return
            number, expected = self.expected[snapshot]
            self.counts["answers judged"] += 1
            self.counts["answers that allow"] += allowed
            if expected[place] != allowed:
                self.wrong.append(f"snapshot {snapshot}, round {number}: {REQUESTS[place]} is {'allowed' if allowed else 'denied'}, "
                                  "which the reference does not say")


REQUESTS = world.requests()


class Server:
    """The nginx with the hook."""

    def __init__(self, soak):
        self.soak = soak
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        folder = soak.folder
        (folder / "temp").mkdir()
        for place in world.FOLDERS:
            (folder / "pages" / place).mkdir(parents=True)
            for name in ("cat.jpg", "dog.jpg"):
                (folder / "pages" / place / name).write_bytes(b"x" * 100)
        (folder / "pages/probe").write_bytes(b"probe")
        (folder / "nginx.conf").write_text(CONFIG.format(build=soak.build, user="user root;" if os.geteuid() == 0 else "",
                                                         port=self.port), encoding="utf-8")

    def start(self):
        self.process = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-p", self.soak.folder, "-e", "error.log", "-c",
                                         "nginx.conf"])
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError((self.soak.folder / "error.log").read_text(encoding="utf-8")[-2000:])

    def workers(self):
        return [int(word) for word in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
                .read_text(encoding="ascii").split()]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)


class Client:
    """A connection that is kept, and made anew when the server closes it."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def get(self, path, headers):
        """Status and headers."""
        for attempt in range(2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                self.connection.request("GET", path, headers=headers)
                answer = self.connection.getresponse()
                answer.read()
                return answer.status, answer.headers
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                self.connection = None
                if attempt:
                    raise
        raise AssertionError


def ask_on(soak, port, number):
    """A client: asks what the soak asks, in an order of its own."""
    choose = random.Random(f"{soak.seed} client {number}")
    client = Client(port)
    while not soak.over.is_set():
        place = choose.randrange(len(REQUESTS))
        role, path, agent = REQUESTS[place]
        headers = {"X-Principal": world.session(f"soak-{role}"), "X-Role": world.role_arn(f"soak-{role}")}
        status, answer = client.get(path, headers | ({"User-Agent": agent} if agent else {}))
        if status not in (200, 403) or answer["X-Status"] or not answer["X-Snapshot"]:
            soak.complain(f"{path}: HTTP status {status}, {answer['X-Status']}, {answer['X-Reason']}")
        else:
            soak.judge(int(answer["X-Snapshot"]), place, status == 200)
        time.sleep(choose.uniform(0, 0.02))


def probe(soak, port, number):
    """Waits until the server answers from the round; the snapshot."""
    client = Client(port)
    headers = {"X-Principal": world.session("probe"), "X-Role": world.role_arn("probe")}
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        status, answer = client.get("/probe", headers)
        found = re.search(rf"{world.ROUND}(\d+)", answer["X-Reason"] or "")
        if status == 200 and found and int(found[1]) == number:
            return int(answer["X-Snapshot"])
        time.sleep(0.005)
    soak.complain(f"round {number} does not come to the server within {PATIENCE} s")
    return None


def compile_on(soak, port):
    """The one who changes policies."""
    choose = random.Random(f"{soak.seed} compiler")
    number = 0
    while not soak.over.is_set():
        number += 1
        made = world.Round(soak.seed, number)
        expected = made.expectations(soak.build / "tests/soak/soak_judge", REQUESTS)
        compile_round(soak, made)
        soak.count("compiles")
        snapshot = probe(soak, port, number)
        if snapshot is not None:
            soak.know(snapshot, number, expected)
        soak.over.wait(choose.uniform(0, 1.5))


def rotate_signing_key(soak, number):
    """A new key, which is trusted beside the one before from then on; older ones are not."""
    soak.run("keygen", soak.folder / f"signing-{number}")
    trusted = soak.folder / "trusted.pub"
    lines = trusted.read_text(encoding="utf-8").splitlines(True) if trusted.exists() else []
    made = soak.folder / "trusted.new"
    made.write_text("".join(lines[-1:]) + (soak.folder / f"signing-{number}.pub").read_text(encoding="utf-8"), encoding="utf-8")
    made.rename(trusted)


def compile_round(soak, made):
    path = soak.folder / "policies.json"
    path.write_text(json.dumps(made.manifest()), encoding="utf-8")
    if made.number % ROTATE == 0:
        rotate_signing_key(soak, made.number)
        soak.count("signing keys")
    key = soak.folder / f"signing-{made.number - made.number % ROTATE}.key"
    soak.run("compile", path, "-o", soak.store, "--sign", key)


def keep_secrets(soak):
    """Puts, rotates and reads the secrets of a function. One at a time, so that the value is known."""
    root = ["--vault", soak.vault, "--root-key", soak.folder / "root.key"]
    choose = random.Random(f"{soak.seed} secrets")
    value = None
    while not soak.over.is_set():
        if value is None or choose.random() < 0.2:
            value = random_secrets.token_hex(choose.randint(1, 200))
            soak.run("secrets", "put", *root, "--function", world.FUNCTION, "--key", world.KEY, "TOKEN", text=value)
            soak.count("secrets put")
        if choose.random() < 0.2:
            soak.run("secrets", "rotate", *root)
            soak.count("keys rotated")
        policies = ["--store", soak.store, "--trusted-keys", soak.folder / "trusted.pub"]
        done = soak.run("secrets", "release", *root, *policies, "--function", world.FUNCTION)
        soak.count("releases")
        if done and json.loads(done.stdout) != {"TOKEN": value}:
            soak.complain("a release gives another value than was put")
        if choose.random() < 0.1:
            other = ["--principal", world.session("soak-1", "worker")]
            done = soak.run("secrets", "release", *root, *policies, "--function", world.FUNCTION, *other, status=1)
            soak.count("releases refused")
            if done and value in done.stdout + done.stderr:
                soak.complain("a refused release shows the value")
        if choose.random() < 0.05:
            soak.run("secrets", "audit", *root, "--verify")
            soak.count("audits")
        soak.over.wait(choose.uniform(0, 0.5))


class Readers:
    """Processes with an engine on the store, which check their own answers (tests/kills/worker.c); some are killed."""

    def __init__(self, soak):
        self.soak = soak
        self.choose = random.Random(f"{soak.seed} readers")
        self.running = []

    def start(self):
        said = tempfile.TemporaryFile("w+", dir=self.soak.folder)
        process = subprocess.Popen([self.soak.build / "tests/kills/kill_worker", self.soak.store, str(world.STEADY), "5000"],
                                   stdin=subprocess.DEVNULL, stdout=said)
        self.running.append((process, said))
        self.soak.count("readers started")

    def stop(self, process, said, how):
        process.send_signal(how)
        process.wait(PATIENCE)
        said.seek(0)
        lines = said.read().splitlines()
        said.close()
        self.soak.count("readers killed" if how == signal.SIGKILL else "readers ended")
        for line in lines:
            found = re.fullmatch(r"(\d+) (\d+)", line)
            with self.soak.lock:
                known = self.soak.expected.get(int(found[1])) if found else None
            if known and known[0] != int(found[2]):
                self.soak.complain(f"a reader saw round {found[2]} in snapshot {found[1]}, which has round {known[0]}")
            self.soak.count("snapshots seen by readers", 1 if found else 0)
            if not found and not line.startswith("ready") and line != lines[-1]:
                self.soak.complain(f"a reader says: {line}")

    def go_on(self):
        while not self.soak.over.is_set():
            while len(self.running) < READERS:
                self.start()
            self.soak.over.wait(self.choose.uniform(0.2, 3))
            victim = self.running.pop(self.choose.randrange(len(self.running)))
            self.stop(*victim, self.choose.choice([signal.SIGKILL, signal.SIGTERM]))
        for process, said in self.running:
            self.stop(process, said, signal.SIGTERM)


def memory_of(process):
    """KiB that a process holds and shares with nobody: the store's map is shared."""
    text = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(number) for number in re.findall(r"^Private_\w+:\s+(\d+)", text, re.M))


def measure(soak, server, begin):
    """Takes a sample. The log is put aside now and then, as logrotate does."""
    workers = server.workers()
    slots = subprocess.run([soak.build / "tests/kills/kill_slots", soak.store], capture_output=True, text=True, check=False,
                           timeout=PATIENCE)
    soak.samples.append({
        "at": time.monotonic() - begin,
        "memory, KiB": sum(memory_of(worker) for worker in workers),
        "descriptors": sum(len(list(pathlib.Path(f"/proc/{worker}/fd").iterdir())) for worker in workers),
        "slots": int(slots.stdout or 0),
        "store, bytes": (soak.store / "data.mdb").stat().st_size,
        "workers": sorted(workers),
    })
    log = soak.folder / "decisions.log"
    if log.exists() and log.stat().st_size > 1 << 20:
        log.rename(soak.folder / "decisions.log.1")
        server.process.send_signal(signal.SIGUSR1)


def watch(soak, server, seconds):
    begin = time.monotonic()
    told = begin
    while (now := time.monotonic()) - begin < seconds and not (soak.over.is_set() or server.process.poll() is not None):
        measure(soak, server, begin)
        if now - told >= PULSE:
            told = now
            sample = soak.samples[-1]
            print(f"{now - begin:6.0f} of {seconds} s: {soak.counts['answers judged']:,} answers, {soak.counts['compiles']:,} compiles, "
                  f"{soak.counts['releases']:,} releases, {sample['memory, KiB']:,} KiB, {sample['descriptors']} descriptors, "
                  f"{sample['slots']} slots, {len(soak.wrong)} wrong", file=sys.stderr, flush=True)
        soak.over.wait(min(2, max(0.2, seconds / 40)))
    if server.process.poll() is not None:
        soak.complain(f"nginx ended by itself with {server.process.returncode}")


def guard(soak, part, *arguments):
    """Runs a part in a thread; whatever ends it early is wrong."""
    def run():
        try:
            part(*arguments)
        except Exception as reason:  # whatever it is must be told
            soak.complain(f"{part.__name__} ended: {reason!r}")
            soak.over.set()
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def prepare(soak):
    root = ["--vault", soak.vault, "--root-key", soak.folder / "root.key"]
    compile_round(soak, world.Round(soak.seed, 0))
    soak.run("secrets", "init", *root)
    soak.run("keys", "create", *root, "--arn", world.KEY)
    if soak.wrong:
        raise RuntimeError("\n".join(soak.wrong))


def soak_for(soak, seconds):
    prepare(soak)
    server = Server(soak)
    server.start()
    try:
        threads = [guard(soak, ask_on, soak, server.port, number) for number in range(CLIENTS)]
        threads += [guard(soak, compile_on, soak, server.port), guard(soak, keep_secrets, soak), guard(soak, Readers(soak).go_on)]
        try:
            watch(soak, server, seconds)
        finally:
            soak.over.set()
            for thread in threads:
                thread.join(PATIENCE * 2)
    finally:
        server.stop()
    log = (soak.folder / "error.log").read_text(encoding="utf-8", errors="replace")
    soak.wrong += [line for line in log.splitlines() if re.search(r"\[(alert|crit|emerg)\]|refused, snapshot|lost, everything", line)]


def growth(soak):
    """What each figure was after the warming and in the end, and whether that is more than it may be."""
    end = soak.samples[-1]["at"] if soak.samples else 0
    early = [sample for sample in soak.samples if WARM * end <= sample["at"] < 2 * WARM * end]
    late = [sample for sample in soak.samples if sample["at"] >= (1 - WARM) * end]
    rows = []
    for name, (share, besides) in GROWTH.items():
        first, last = (statistics.median(sample[name] for sample in part) for part in (early, late))
        rows.append((name, first, last, last > first * (1 + share) + besides))
    return rows


def report(soak, seconds):
    """(name, faults) of each test; prints the figures."""
    unjudged = sum(map(len, soak.waiting.values()))
    print(f"# {seconds} s, seed {soak.seed}: " + ", ".join(f"{count:,} {name}" for name, count in sorted(soak.counts.items()))
          + f", {len(soak.expected):,} snapshots, {unjudged:,} answers not judged")
    rows = growth(soak)
    for name, first, last, _ in rows:
        print(f"# {name}: {first:,.0f} after the warming, {last:,.0f} in the end")
    counts = soak.counts
    enough = [name for name in ("answers judged", "answers that allow", "compiles", "releases", "readers killed", "snapshots seen by readers")
              if counts[name] == 0]
    # Answers of a snapshot that was outdated before the probe came by are few, or something is amiss.
    skipped = [f"{unjudged} of {counts['answers judged']}"] if unjudged > 0.02 * counts["answers judged"] + 50 else []
    return [("no answer, release or reader is wrong", soak.wrong[:SHOWN]), ("everything took place", enough),
            ("nearly every answer could be judged", skipped),
            ("memory, descriptors, reader slots and the file stay as they are",
             [f"{name} grew from {first:,.0f} to {last:,.0f}" for name, first, last, grew in rows if grew]),
            ("the server's workers are those that began",
             [] if len({tuple(sample["workers"]) for sample in soak.samples}) == 1 else ["others"])]


def tell(tests, tap):
    if tap:
        print(f"1..{len(tests)}")
    for number, (name, faults) in enumerate(tests, 1):
        print(f"{'not ok' if faults else 'ok'} {number} - {name}" if tap else f"{'FAILED' if faults else 'ok':6} {name}")
        for fault in faults:
            print(f"# {fault}")
    return int(any(faults for _, faults in tests))


def read_options():
    parser = argparse.ArgumentParser(prog="tools/dev soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve(), help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=60, help="how long (default: 60)")
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1_000_000, help="of what is chosen (default: another each time)")
    parser.add_argument("--tap", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    if sys.argv[1:] == ["--help"]:
        parser.print_help()
        sys.exit(0)
    options = parser.parse_args()
    if options.minutes <= 0:
        parser.error("--minutes is more than 0")
    return options


def main():
    options = read_options()
    if options.check:
        return 0
    seconds = options.seconds or 60 * options.minutes
    with tempfile.TemporaryDirectory(prefix="polcheck-soak-") as folder:
        soak = Soak(options, pathlib.Path(folder))
        (soak.folder / "root.key").touch(mode=0o600)
        (soak.folder / "root.key").write_text(random_secrets.token_hex(32) + "\n", encoding="ascii")
        try:
            soak_for(soak, seconds)
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
        return tell(report(soak, round(soak.samples[-1]["at"]) if soak.samples else 0), options.tap)


if __name__ == "__main__":
    sys.exit(main())
