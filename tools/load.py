#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loads two nginx that differ in the module alone, in turn, and compares the requests that they answer.

  load.py BUILD [--bare] [--asking N] [--rounds N]

Both serve one object of 10 KB with what Debian's nginx.conf sets: an access log, sendfile, tcp_nopush. --bare is the least
that nginx can do for a request, so that what the module costs shows most: 1 KB, no log. A hundred of 10,000 roles
ask. In every second round policies are compiled anew, with other policies for a hundred roles: for the plain nginx into a
store that nobody asks, so that both have the same processor left. Rounds are short and take turns, because the
machine may have other work. Not for users: tools/dev load.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROLES = 10_000
ROUNDS = 40
SECONDS = 1
COMPILES = 10
LEAST = 0.90
ACCOUNT = "111122223333"

CONFIG = """
{load}
{user}
daemon off;
worker_processes {workers};
pid nginx.pid;
error_log error.log warn;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;
    {rest}
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{port};
        root pages;
        {ask}
        location / {{ }}
    }}
}}
"""

USUAL = "sendfile on; tcp_nopush on; types_hash_max_size 2048; access_log access.log;"
BARE = "access_log off;"
BYTES = {USUAL: 10_000, BARE: 1_000}

ASK = """
        polcheck on;
        polcheck_store policies.store;
        polcheck_principal $http_x_principal;
        polcheck_action s3:GetObject;
        polcheck_resource arn:aws:s3:::photos$polcheck_path;
        polcheck_context aws:SourceIp $remote_addr;
        polcheck_context aws:SecureTransport false;
        polcheck_context aws:UserAgent $http_user_agent;
"""

# wrk asks this script for each request; all are made before.
SCRIPT = """
local made, at = {}, 0
function init(arguments)
    for number = 1, %d do
        local principal = string.format("arn:aws:sts::%s:assumed-role/role-%%d/app", number * %d - 1)
        made[number] = wrk.format("GET", "/team-a/cat.jpg", {["X-Principal"] = principal})
    end
end
function request()
    at = at %% #made + 1
    return made[at]
end
"""


def policy(number, version):
    """A policy of a few statements, which differ between the roles, and between versions in one of a hundred."""
    edition = version if number % 100 == 0 else 0
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"],
         "Resource": ["arn:aws:s3:::photos/team-a/*", f"arn:aws:s3:::photos/own/{number}/{edition}/*"]},
        {"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::photos",
         "Condition": {"StringLike": {"s3:prefix": ["team-a/*", f"own/{number}/*"]}}},
        {"Sid": "Invoke", "Effect": "Allow", "Action": "lambda:InvokeFunction",
         "Resource": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:work-{number}"},
        {"Sid": "Never", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::photos/ledger/*"},
    ]}


def write_manifest(path, version):
    roles = [{"arn": f"arn:aws:iam::{ACCOUNT}:role/role-{number}", "policies": [policy(number, version)]}
             for number in range(ROLES)]
    path.write_text(json.dumps({"polcheck": 1, "roles": roles,
                                "resources": [{"arn": "arn:aws:s3:::photos", "account": ACCOUNT}]}), encoding="utf-8")


class Nginx:
    """One of the two; `folder` is its own."""

    def __init__(self, folder, build, module, rest):
        self.folder = folder
        self.name = "with the module" if module else "plain"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (folder / "temp").mkdir(parents=True)
        (folder / "pages/team-a").mkdir(parents=True)
        (folder / "pages/team-a/cat.jpg").write_bytes(b"m" * BYTES[rest])
        (folder / "nginx.conf").write_text(CONFIG.format(
            load=f"load_module {build}/src/nginx/ngx_http_polcheck_module.so;" if module else "",
            user="user root;" if os.geteuid() == 0 else "", workers=os.cpu_count(), port=self.port,
            rest=rest, ask=ASK if module else ""), encoding="utf-8")
        self.rates, self.times, self.failed = [], [], 0

    def start(self):
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-p", self.folder, "-e", "error.log", "-c", "nginx.conf"])
        for _ in range(1000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        raise RuntimeError(f"{self.name}: does not answer, see {self.folder}/error.log")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def processor(self):
        """Nanoseconds of the processor that the workers have had."""
        workers = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii").split()
        threads = (thread for worker in workers for thread in pathlib.Path(f"/proc/{worker}/task").iterdir())
        return sum(int((thread / "schedstat").read_text(encoding="ascii").split()[0]) for thread in threads)

    def load(self, script, seconds, counts):
        """One round of wrk."""
        before = self.processor()
        done = subprocess.run(["wrk", "-t", "2", "-c", "32", "-d", f"{seconds}s", "-s", script,
                               f"http://127.0.0.1:{self.port}/"], capture_output=True, text=True, check=True)
        failed = sum(int(number) for line in done.stdout.splitlines() if "Socket errors" in line or "Non-2xx" in line
                     for number in re.findall(r" (\d+)", line))
        if counts:
            self.rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1]))
            answered = int(re.search(r"(\d+) requests in", done.stdout)[1])
            self.times.append((self.processor() - before) / answered / 1000)
        self.failed += failed


def compile_store(build, folder, store):
    """Compiles the policies in a folder, under a name that is the same in each: it is part of what is compiled."""
    subprocess.run([f"{build}/polcheck", "compile", "policies.json", "-o", store], check=True, capture_output=True,
                   cwd=folder)


def rounds(arguments, folder, both):
    """Warms both up, then loads them in turn; in every second round a compile, until there were enough."""
    build = arguments.build
    script = folder / "wrk.lua"
    script.write_text(SCRIPT % (arguments.asking, ACCOUNT, ROLES // arguments.asking), encoding="utf-8")
    for nginx in both:
        nginx.load(script, 1, counts=False)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for number in range(arguments.rounds):
            for nginx in both if number // 2 % 2 else reversed(both):
                compiled = pool.submit(compile_store, build, folder / f"version{number // 2 % 2}",
                                       nginx.folder / "policies.store") if number < 2 * COMPILES and number % 2 else None
                nginx.load(script, SECONDS, counts=True)
                if compiled:
                    compiled.result()


def report(arguments, both):
    """Prints the table; true when all is well."""
    plain, module = both
    ratio = statistics.median(one / other for one, other in zip(module.rates, plain.rates))
    print(f"{'':16} {'requests/s':>11} {'lowest':>9} {'highest':>9} {'failed':>7} {'worker µs a request':>20}")
    for nginx in both:
        print(f"{nginx.name:16} {statistics.median(nginx.rates):11,.0f} {min(nginx.rates):9,.0f} {max(nginx.rates):9,.0f} "
              f"{nginx.failed:7} {statistics.median(nginx.times):20.2f}")
    print(f"ratio {ratio:.3f} (the median of {arguments.rounds} rounds of {SECONDS} s; at least {LEAST:.2f}), {arguments.asking:,} of "
          f"{ROLES:,} roles ask, {COMPILES} compiles under load{', the bare case' if arguments.bare else ''}")
    return (ratio >= LEAST or arguments.bare) and plain.failed == 0 and module.failed == 0


def read_arguments():
    parser = argparse.ArgumentParser(prog="tools/dev load", description="Loads nginx with and without the module.")
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve(), help=argparse.SUPPRESS)
    parser.add_argument("--bare", action="store_true", help="the least that nginx can do: 1 KB, no access log; no limit")
    parser.add_argument("--asking", type=int, default=100, help="how many of the 10,000 roles ask (100)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"seconds of load of each nginx ({ROUNDS})")
    return parser.parse_args()


def main():
    arguments = read_arguments()
    build = arguments.build
    rest = BARE if arguments.bare else USUAL
    with tempfile.TemporaryDirectory(prefix="polcheck-load-") as name:
        folder = pathlib.Path(name)
        for version in range(2):
            (folder / f"version{version}").mkdir()
            write_manifest(folder / f"version{version}/policies.json", version)
        both = Nginx(folder / "plain", build, False, rest), Nginx(folder / "module", build, True, rest)
        for nginx in both:
            compile_store(build, folder / "version1", nginx.folder / "policies.store")
        started = []
        try:
            for nginx in both:
                nginx.start()
                started.append(nginx)
            rounds(arguments, folder, both)
        finally:
            for nginx in started:
                nginx.stop()
        told = (folder / "module/error.log").read_text(encoding="utf-8")
        if told:
            print(f"nginx said:\n{told[:2000]}")
        return 0 if report(arguments, both) and not told else 1


if __name__ == "__main__":
    sys.exit(main())
