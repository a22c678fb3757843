# SPDX-License-Identifier: Apache-2.0
"""polcheck compile --jobs: whatever the number of threads, the same store and the same words."""

import hashlib
import json
import os
import re
import signal
import subprocess
import time

import pytest

ACCOUNT = "111122223333"
JOBS = [1, 2, 3, 8, 64]


def role(number):
    return f"arn:aws:iam::{ACCOUNT}:role/r{number}"


def document(number, **changes):
    statement = {"Sid": f"S{number}", "Effect": "Allow", "Action": ["s3:Get*", f"sqs:Send{number}"],
                 "Resource": f"arn:aws:s3:::bucket-{number}/*", **changes}
    return {"Version": "2012-10-17", "Statement": [statement]}


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value, indent=1), encoding="utf-8")


def fine(folder):
    """Files below the folder and beside it, policies of every type, warnings in every third."""
    for number in range(60):
        warned = {"Action": "*:Get*"} if number % 3 == 0 else {}
        write(folder / "listed" / f"p{number}.json", document(number, **warned))
        write(folder / "named" / f"p{number}.json", document(number, Effect="Deny"))
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    write(folder / "listed" / "m.json", {
        "polcheck": 1,
        "policies": [{"arn": f"arn:aws:iam::{ACCOUNT}:policy/p{n}", "policy": f"p{n}.json"} for n in range(60)],
        "roles": [{"arn": role(n), "trust": trust, "boundary": f"../named/p{(n + 1) % 60}.json",
                   "policies": [f"arn:aws:iam::{ACCOUNT}:policy/p{n}", f"../named/p{n}.json", document(n)]}
                  for n in range(50)],
        "resources": [{"arn": f"arn:aws:s3:::bucket-{n}", "account": ACCOUNT,
                       "policy": document(n, Principal={"AWS": role(n)})} for n in range(40)],
        "organization": {"levels": [{"id": "r-1", "scp": ["../named/p1.json", document(1, Resource="*")]}],
                         "accounts": [{"id": ACCOUNT, "parent": "r-1", "rcp": [
                             {"Version": "2012-10-17", "Statement": [
                                 {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
                                  "Resource": "*"}]}]}]}})
    return [folder / "listed"]


def broken(folder):
    """Every stage has something to complain of, and what is wrong is wrong in many places."""
    paths = fine(folder)
    for number in range(0, 60, 7):
        write(folder / "listed" / f"p{number}.json", '{"Version": "2012-10-17", "Statement": [}')
        write(folder / "named" / f"p{number + 1}.json", document(number, Effect="Maybe", Action="nothing"))
        write(folder / "listed" / f"q{number}.json", {"neither": "nor"})
    for number in range(0, 60, 11):
        (folder / "named" / f"p{number}.json").unlink()
        write(folder / "listed" / f"p{number + 2}.json", document(number, Condition={"Like": {"aws:x": "1"}}))
    (folder / "listed" / "gone.json").symlink_to("nowhere.json")
    (folder / "empty").mkdir()
    return [*paths, folder / "empty", folder / "missing.json", folder / "listed" / "p3.json"]


def without_time(text):
    return re.sub(r"in \d+ ms|\"milliseconds\":\d+", "", text)


def digest(store):
    return hashlib.sha256((store / "data.mdb").read_bytes()).hexdigest()


def test_the_store_is_the_same(polcheck, tmp_path):
    paths = fine(tmp_path)
    results = set()
    for jobs in JOBS:
        store = tmp_path / f"store{jobs}"
        run = polcheck("compile", *paths, "-o", store, "--jobs", jobs, "-v")
        assert run.status == 0, run
        assert run.err.count("warning:") > 60
        results.add((digest(store), without_time(run.out).replace(str(store), ""), run.err))
    assert len(results) == 1


def test_so_is_a_second_compile(polcheck, tmp_path):
    paths = fine(tmp_path)
    for jobs in JOBS:
        store = tmp_path / f"store{jobs}"
        assert polcheck("compile", *paths, "-o", store, "-j", jobs).status == 0
    write(tmp_path / "listed" / "p5.json", document(5, Action="s3:List*"))
    results = set()
    for jobs in JOBS:
        store = tmp_path / f"store{jobs}"
        run = polcheck("compile", *paths, "-o", store, "-j", jobs)
        assert "reused)" in run.out and "(0 new" not in run.out, run
        results.add((digest(store), without_time(run.out).replace(str(store), ""), run.err))
    assert len(results) == 1


def test_so_is_an_update(polcheck, tmp_path):
    paths = fine(tmp_path)
    changed = [{"arn": role(n), "policies": [document(n, Action="sns:*:*"), "../named/p7.json"]} for n in range(40)]
    write(tmp_path / "changed" / "m.json", {"polcheck": 1, "roles": changed})
    results = set()
    for jobs in JOBS:
        store = tmp_path / f"store{jobs}"
        assert polcheck("compile", *paths, "-o", store, "-j", jobs).status == 0
        run = polcheck("compile", "--update", tmp_path / "changed", "-o", store, "-j", jobs, "--remove", role(45))
        assert run.status == 0, run
        results.add((digest(store), without_time(run.out).replace(str(store), ""), run.err))
    assert len(results) == 1


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_is_wrong_is_said_in_the_same_order(polcheck, tmp_path, form):
    paths = broken(tmp_path)
    results = set()
    for jobs in JOBS:
        run = polcheck("compile", *paths, "-o", tmp_path / "store", "--jobs", jobs, *form)
        assert run.status == 2
        assert run.out == ""
        assert not (tmp_path / "store").exists()
        results.add(run.err)
    assert len(results) == 1
    for text in ["missing.json", "gone.json", "holds no .json file", "p7.json", "q7.json", "p11.json", "Maybe"]:
        assert text in run.err, run


def test_errors_of_compiling_come_in_the_order_of_the_sets(polcheck, tmp_path):
    roles = [{"arn": role(n), "policies": [document(n, Condition={f"Like{n}": {"aws:x": "1"}})]} for n in range(100)]
    write(tmp_path / "m.json", {"polcheck": 1, "roles": roles})
    for jobs in JOBS:
        run = polcheck("compile", tmp_path / "m.json", "--check", "-j", jobs)
        assert run.status == 2
        assert re.findall(r'Like(\d+)"', run.err) == [str(n) for n in range(100)]


def test_a_pipe_is_read_once(polcheck, tmp_path):
    for jobs in [1, 2]:
        pipe = tmp_path / f"pipe{jobs}"
        os.mkfifo(pipe)
        command = [os.environ["POLCHECK"], "compile", pipe, pipe, "--check", "-j", str(jobs)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            write_to = json.dumps({"polcheck": 1, "roles": [{"arn": role(1), "policies": [document(1)]}]})
            with open(pipe, "w", encoding="utf-8") as end:
                end.write(write_to)
            out, err = child.communicate(timeout=30)
        assert child.returncode == 0, err
        assert "from 1 file: 1 document, 1 principal" in out


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_ends_it_at_once(polcheck, tmp_path, jobs):
    """Some threads have read what they could, one waits for a pipe that nobody writes to."""
    paths = fine(tmp_path)
    store = tmp_path / "store"
    assert polcheck("compile", *paths, "-o", store).status == 0
    before = digest(store)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = [os.environ["POLCHECK"], "compile", pipe, *paths, "-o", store, "-j", str(jobs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        with open(pipe, "w", encoding="utf-8"):  # opens when the command has opened its end
            time.sleep(0.2)
            assert child.poll() is None
            child.send_signal(signal.SIGINT)
            child.communicate(timeout=10)
    assert child.returncode == -signal.SIGINT
    assert digest(store) == before
    assert sorted(path.name for path in store.iterdir()) == ["data.mdb", "lock.mdb"]


@pytest.mark.parametrize("jobs", ["0", "65", "-1", "x", "", "18446744073709551617"])
def test_a_number_of_threads_that_cannot_be(polcheck, tmp_path, jobs):
    fine(tmp_path)
    run = polcheck("compile", tmp_path / "listed", "--check", "--jobs", jobs)
    assert run.status == 2
    assert "--jobs takes a number from 1 to 64" in run.err
    assert run.err.count("error:") == 1


@pytest.mark.parametrize("jobs", JOBS)
def test_nothing_but_a_file_is_read_ahead(polcheck, tmp_path, jobs):
    """A manifest names a pipe and a device: refused, and neither waited for nor read."""
    os.mkfifo(tmp_path / "pipe")
    write(tmp_path / "m.json", {"polcheck": 1, "roles": [{"arn": role(1), "policies": ["pipe", "/dev/zero"],
                                                          "boundary": "nowhere", "tags": {"policy": "pipe"}}]})
    run = polcheck("compile", tmp_path / "m.json", "--check", "-j", jobs)
    assert run.status == 2
    assert re.findall(r'error: "[^"]*/(\w+)" cannot be opened', run.err) == ["pipe", "zero", "nowhere"]
    assert run.err.count("error:") == 3
