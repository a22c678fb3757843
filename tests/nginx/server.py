# SPDX-License-Identifier: Apache-2.0
"""An nginx of a test's own, in a folder of its own, and requests to it."""

import contextlib
import http.client
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

SECONDS = 30  # that anything which must come may take

CONFIG = """
load_module {module};
{user}
daemon {daemon};
worker_processes {workers};
pid nginx.pid;
error_log error.log {level};
{main}
events {{ worker_connections 128; }}
http {{
    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;
    {http}
    server {{
        listen 127.0.0.1:{port};
        {server}
        {locations}
    }}
}}
"""

READER = "arn:aws:sts::111122223333:assumed-role/reader/app"


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true, seconds=SECONDS):
    """Waits until `true` says so, and fails when it does not in time."""
    end = time.monotonic() + seconds
    while not (result := true()):
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.01)
    return result


def open_files(process):
    """What a process has open. What is closed while this looks is not."""
    found = []
    for entry in pathlib.Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(os.readlink(entry))
    return found


def runs(process):
    """True while there is such a process, a finished one that nobody has asked about not counted."""
    try:
        stat = pathlib.Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


class Answer:
    """Status, headers (a message of http.client) and body (bytes)."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def __repr__(self):
        return f"{self.status} {self.body!r}"


class Server:
    """A running nginx: a context manager that ends it."""

    def __init__(self, folder, locations, *, http="", server="", main="", workers=1, level="info", start=True,
                 daemon=False):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        # The store's folder is its owner's alone, so the workers are to be who runs the tests.
        self.parts = {"module": os.environ["NGINX_MODULE"], "user": "user root;" if os.geteuid() == 0 else "",
                      "workers": workers, "daemon": "on" if daemon else "off", "level": level, "port": self.port, "main": main, "http": http,
                      "server": server, "locations": locations}
        (self.folder / "temp").mkdir(exist_ok=True)
        self.process = None  # of which nginx is a child, unless it made itself a daemon
        self.master = None
        self.write()
        if start:
            self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stop()

    def write(self, **parts):
        """Writes the configuration, with parts of it changed."""
        self.parts.update(parts)
        if "access_log" not in self.parts["http"]:
            self.parts["http"] += " access_log off;"
        (self.folder / "nginx.conf").write_text(CONFIG.format(**self.parts), encoding="utf-8")

    def command(self, *arguments):
        return [os.environ["NGINX_PROGRAM"], "-p", str(self.folder), "-e", "error.log", "-c", "nginx.conf", *arguments]

    def check(self):
        """nginx -t: whether it is content, and what it says."""
        done = subprocess.run(self.command("-t"), capture_output=True, text=True, timeout=SECONDS, check=False)
        return done.returncode == 0, done.stderr + self.errors()

    def start(self):
        self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL)
        if self.parts["daemon"] == "on":
            assert self.process.wait(SECONDS) == 0, self.errors()
            self.process = None
        until(self.listens)
        self.master = int((self.folder / "nginx.pid").read_text())
        # A signal that comes before they run waits for the next one.
        until(lambda: len(self.workers()) == self.parts["workers"])

    def listens(self):
        assert self.process is None or self.process.poll() is None, "nginx has ended:\n" + self.errors()
        pid = self.folder / "nginx.pid"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0 and pid.exists() and pid.read_text()

    def stop(self):
        """Ends it at once; its workers end with it."""
        master, self.master = self.master, None
        if master is None:
            return
        os.kill(master, signal.SIGTERM)
        if self.process is not None:
            assert self.process.wait(SECONDS) == 0, self.errors()
        until(lambda: not runs(master))
        # A worker that a test killed is told too, and is meant to be.
        assert "exited on signal" not in self.errors().replace("exited on signal 9", ""), self.errors()

    def signal(self, number):
        os.kill(self.master, number)

    def workers(self):
        """The processes that answer."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                title = (entry / "cmdline").read_bytes()
            except (OSError, IndexError):
                continue
            if parent == self.master and b"worker process" in title and b"shutting down" not in title:
                found.append(int(entry.name))
        return sorted(found)

    def reload(self):
        """Has it read its configuration anew, and waits until the new workers are there."""
        before = set(self.workers())
        self.signal(signal.SIGHUP)
        until(lambda: len(self.workers()) == self.parts["workers"] and not before & set(self.workers()))

    def errors(self):
        path = self.folder / "error.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)

    def get(self, path, *, principal=READER, method="GET", headers=None, body=None, connection=None):
        """One request, on a connection of its own if none is given."""
        used = connection or self.connect()
        named = {} if principal is None else {"X-Principal": principal}
        try:
            used.request(method, path, body=body, headers={**named, **(headers or {})})
            return Answer(used.getresponse())
        finally:
            if connection is None:
                used.close()

    def status(self, path, **more):
        return self.get(path, **more).status

    def raw(self, text):
        """Sends bytes, returns all that comes back until the other side closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as link:
            link.sendall(text)
            received = b""
            while part := link.recv(65536):
                received += part
            return received


class Load:
    """Threads that ask all the time. Afterwards `answers` are (time of sending, status) and `broken` the failures."""

    def __init__(self, server, path, threads=4, keepalive=True, **more):
        self.server, self.path, self.more, self.keepalive = server, path, more, keepalive
        self.answers, self.broken = [], []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        for thread in self.threads:
            thread.join(SECONDS)
            assert not thread.is_alive()

    def run(self):
        connection = self.server.connect()
        while not self.over.is_set():
            sent = time.monotonic()
            try:
                answer = self.server.get(self.path, connection=connection, **self.more)
                self.answers.append((sent, answer.status))
            except (OSError, http.client.HTTPException) as error:
                self.broken.append((sent, error))
                time.sleep(0.005)
            if not self.keepalive or self.broken:
                connection.close()

    def statuses(self, begin=0.0):
        """Which statuses were answered to what was sent from then on."""
        return {status for sent, status in self.answers if sent >= begin}

    def wait(self, count):
        """Waits for so many answers more."""
        enough = len(self.answers) + count
        until(lambda: len(self.answers) >= enough)
