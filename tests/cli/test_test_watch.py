# SPDX-License-Identifier: Apache-2.0
"""polcheck test --watch: runs again when something that was read has changed, and not otherwise."""

import json
import os
import pathlib
import pty
import queue
import re
import signal
import subprocess
import threading
import time

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
PATIENCE = 20  # seconds for a run that has to come
CALM = 0.6     # seconds in which a run that must not come would have come
WAITING = "waiting for a change; Ctrl-C ends"


def policy(action):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def case(where=None, decision="allowed", name="reads"):
    return {"name": name, **(where or {"policies": {"identity": ["../policies/reads.json"]}}),
            "request": {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/cat.jpg"},
            "expect": {"decision": decision}}


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")


class Watcher:
    """A process that watches; its two outputs line by line."""

    def __init__(self, folder, *arguments):
        self.process = subprocess.Popen(
            [os.environ["POLCHECK"], "test", "--watch", *map(str, arguments)], cwd=folder, encoding="utf-8",
            env={**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines = {name: queue.Queue() for name in ("out", "err")}
        self.threads = [threading.Thread(target=self.pump, args=(name, stream), daemon=True)
                        for name, stream in (("out", self.process.stdout), ("err", self.process.stderr))]
        for thread in self.threads:
            thread.start()

    def pump(self, name, stream):
        for line in stream:
            self.lines[name].put(line.rstrip("\n"))

    def run(self):
        """The next run: its heading, the summary, and what else was said of it."""
        said = []
        while not said or said[-1] != WAITING:
            said.append(self.lines["err"].get(timeout=PATIENCE))
        shown = [self.lines["out"].get(timeout=PATIENCE)]
        while not self.lines["out"].empty():
            shown.append(self.lines["out"].get())
        return said, shown

    def calm(self):
        time.sleep(CALM)
        return all(lines.empty() for lines in self.lines.values())

    def end(self):
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=PATIENCE)
        for thread in self.threads:
            thread.join(timeout=PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return status


@pytest.fixture(name="watch")
def make_watch(tmp_path):
    made = []
    write(tmp_path / "policies" / "reads.json", policy("s3:Get*"))
    write(tmp_path / "tests" / "cases.json", case())

    def start(*arguments):
        made.append(Watcher(tmp_path, *arguments))
        return made[-1]

    yield start
    for watcher in made:
        watcher.process.kill()
        watcher.process.wait()


def summary(run):
    [line] = [line for line in run[1] if " in " in line and "passed" in line]
    return re.sub(r" \(\d+ ms\)$", "", line)


def test_a_first_run_and_the_end(watch):
    watcher = watch("tests")
    said, shown = watcher.run()
    assert re.fullmatch(r"run 1, \d\d:\d\d:\d\d", said[0])
    assert summary((said, shown)) == "1 case in 1 file: 1 passed, 0 failed"
    assert watcher.calm()
    assert watcher.end() == -signal.SIGINT  # 130 to a shell


def changes(tmp_path):
    """What may happen to what was read, and the summary of the run behind it."""
    cases, reads = tmp_path / "tests" / "cases.json", tmp_path / "policies" / "reads.json"

    def rename(path, value):
        write(path.with_name(".swap"), value)
        os.replace(path.with_name(".swap"), path)

    def save_as_vim(path, value):
        os.rename(path, path.with_name(path.name + "~"))
        write(path, value)
        os.unlink(path.with_name(path.name + "~"))

    failed, two = "1 case in 1 file: 0 passed, 1 failed", "2 cases in 2 files: 2 passed, 0 failed"
    return {
        "a case is written": (lambda: write(cases, case(decision="implicitDeny")), failed, "tests/cases.json"),
        "a case is replaced": (lambda: rename(cases, case(decision="implicitDeny")), failed, "tests/cases.json"),
        "a case is saved as vim does": (lambda: save_as_vim(cases, case(decision="implicitDeny")), failed,
                                        "tests/cases.json"),
        "a policy is written": (lambda: write(reads, policy("ec2:*")), failed, "policies/reads.json"),
        "a policy is replaced": (lambda: rename(reads, policy("ec2:*")), failed, "policies/reads.json"),
        "a policy is removed": (reads.unlink, failed, "policies/reads.json"),
        "a case is new": (lambda: write(cases.with_name("more.json"), case()), two, "tests/more.json"),
        "a folder is new": (lambda: write(tmp_path / "tests" / "deep" / "more.json", case(
            {"policies": {"identity": ["../../policies/reads.json"]}})), two, "tests/deep"),
        "a case is gone": (lambda: (write(tmp_path / "tests" / "b.json", case()), cases.unlink()),
                           "1 case in 1 file: 1 passed, 0 failed", "tests/"),
    }


@pytest.mark.parametrize("what", list(changes(pathlib.Path())))
def test_what_makes_it_run_again(watch, tmp_path, what):
    change, wanted, named = changes(tmp_path)[what]
    watcher = watch("tests")
    watcher.run()
    change()
    run = watcher.run()
    assert summary(run) == wanted
    assert re.match(rf"run 2, \d\d:\d\d:\d\d: {re.escape(named)}.* has changed$", run[0][0])
    assert watcher.calm()


def test_what_was_new_is_watched_too(watch, tmp_path):
    watcher = watch("tests")
    watcher.run()
    more = tmp_path / "tests" / "deep" / "more.json"
    write(more, case({"policies": {"identity": ["../../other/p.json"]}}))
    assert summary(watcher.run()) == "2 cases in 2 files: 1 passed, 1 failed"
    write(tmp_path / "other" / "p.json", policy("s3:*"))
    while summary(watcher.run()) != "2 cases in 2 files: 2 passed, 0 failed":
        pass  # the folder may be seen before the file
    write(more, case({"policies": {"identity": []}}, "implicitDeny"))
    assert summary(watcher.run()) == "2 cases in 2 files: 2 passed, 0 failed"


@pytest.mark.parametrize("name", ["tests/notes.txt", "tests/.cases.json.swp", "policies/other.json", "tests/x.json~"])
def test_what_was_not_read_changes_nothing(watch, tmp_path, name):
    watcher = watch("tests")
    watcher.run()
    write(tmp_path / name, "x")
    assert watcher.calm()


def test_its_own_reports_do_not_start_it_again(watch, tmp_path):
    write(tmp_path / "tests" / "cases.json", case())
    watcher = watch("tests/cases.json", "--report", "json=tests/report.json", "--report", "junit=report.xml")
    watcher.run()
    assert watcher.calm()
    write(tmp_path / "tests" / "cases.json", case(decision="implicitDeny"))
    watcher.run()
    assert json.loads((tmp_path / "tests" / "report.json").read_text(encoding="utf-8"))["passed"] is False
    assert watcher.calm()


def test_a_file_whose_name_is_no_usual_one(watch, tmp_path):
    write(tmp_path / "cases.txt", case({"policies": {"identity": ["reads.policy"]}}))
    write(tmp_path / "reads.policy", policy("s3:*"))
    watcher = watch("cases.txt")
    assert summary(watcher.run()) == "1 case in 1 file: 1 passed, 0 failed"
    write(tmp_path / "reads.policy", policy("ec2:*"))
    assert summary(watcher.run()) == "1 case in 1 file: 0 passed, 1 failed"
    (tmp_path / "cases.txt").unlink()
    said, _ = watcher.run()
    assert any("POL0001" in line for line in said)


def test_a_link_and_what_it_leads_to(watch, tmp_path):
    write(tmp_path / "elsewhere" / "p.json", policy("s3:*"))
    (tmp_path / "policies" / "reads.json").unlink()
    os.symlink(tmp_path / "elsewhere" / "p.json", tmp_path / "policies" / "reads.json")
    watcher = watch("tests")
    watcher.run()
    write(tmp_path / "elsewhere" / "p.json", policy("ec2:*"))
    assert summary(watcher.run()) == "1 case in 1 file: 0 passed, 1 failed"


def test_an_account_and_a_store(watch, tmp_path):
    manifest = {"polcheck": 1, "users": [{"arn": ALICE, "policies": ["reads.json"]}]}
    write(tmp_path / "account" / "manifest.json", manifest)
    write(tmp_path / "account" / "reads.json", policy("s3:*"))
    compile_ = [os.environ["POLCHECK"], "compile", "account", "-o", "x.store"]
    subprocess.run(compile_, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    write(tmp_path / "tests" / "cases.json", [case({"account": ["../account"]}), case({"store": "../x.store"})])
    watcher = watch("tests")
    assert summary(watcher.run()) == "2 cases in 1 file: 2 passed, 0 failed"
    assert watcher.calm()
    write(tmp_path / "account" / "reads.json", policy("ec2:*"))
    assert summary(watcher.run()) == "2 cases in 1 file: 1 passed, 1 failed"
    subprocess.run(compile_, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    assert summary(watcher.run()) == "2 cases in 1 file: 0 passed, 2 failed"


def test_many_changes_at_once_are_one_run(watch, tmp_path):
    watcher = watch("tests")
    watcher.run()
    for number in range(50):
        write(tmp_path / "tests" / f"{number}.json", case())
    assert summary(watcher.run()) == "51 cases in 51 files: 51 passed, 0 failed"
    assert watcher.calm()


def test_a_folder_that_goes_and_comes_back(watch, tmp_path):
    watcher = watch("tests")
    watcher.run()
    os.rename(tmp_path / "tests", tmp_path / "away")
    said, _ = watcher.run()
    assert any("POL0001" in line for line in said)
    os.rename(tmp_path / "away", tmp_path / "tests")
    assert summary(watcher.run()) == "1 case in 1 file: 1 passed, 0 failed"


def test_a_broken_file_is_told_and_watched_on(watch, tmp_path):
    watcher = watch("tests")
    watcher.run()
    write(tmp_path / "tests" / "cases.json", "{")
    said, _ = watcher.run()
    assert any("POL0100" in line for line in said)
    write(tmp_path / "tests" / "cases.json", case())
    assert summary(watcher.run()) == "1 case in 1 file: 1 passed, 0 failed"


def test_standard_input_cannot_be_watched(polcheck):
    run = polcheck("test", "--watch", "-")
    assert run.status == 2
    assert "standard input" in run.err


def test_results_for_programs_stay_clean(watch, tmp_path):
    watcher = watch("--json", "tests")
    _, shown = watcher.run()
    assert [json.loads(line)["passed"] for line in shown] == [True]
    write(tmp_path / "tests" / "cases.json", case(decision="implicitDeny"))
    _, shown = watcher.run()
    assert [json.loads(line)["passed"] for line in shown] == [False]


def test_a_terminal_is_cleared(tmp_path):
    write(tmp_path / "policies" / "reads.json", policy("s3:Get*"))
    write(tmp_path / "tests" / "cases.json", case())
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.environ["TERM"] = "xterm"
        os.execv(os.environ["POLCHECK"], ["polcheck", "test", "--watch", "tests"])
    shown = b""
    limit = time.monotonic() + PATIENCE
    while WAITING.encode() not in shown and time.monotonic() < limit:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"\x03")  # Ctrl-C
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.WTERMSIG(status) == signal.SIGINT
    assert shown.startswith(b"\x1b[H\x1b[2J")
    assert b"1 passed" in shown
