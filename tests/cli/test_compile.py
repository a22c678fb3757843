# SPDX-License-Identifier: Apache-2.0
"""polcheck compile: the summary, the errors, and a store that no failure changes."""

import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import time

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
PHOTO = "arn:aws:s3:::photos/cat.jpg"


def document(action="s3:GetObject"):
    return {"Version": "2012-10-17",
            "Statement": [{"Sid": "Reads", "Effect": "Allow", "Action": action, "Resource": "*"}]}


def manifest(*policies):
    return {"polcheck": 1, "users": [{"arn": ALICE, "policies": list(policies)}],
            "resources": [{"arn": "arn:aws:s3:::photos", "account": "111122223333"}]}


def write(path, value):
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def digest(store):
    """What is in the store; the lock file holds nothing of it."""
    return hashlib.sha256((store / "data.mdb").read_bytes()).hexdigest()


@pytest.fixture
def store(polcheck, tmp_path):
    """A store in which alice may read everything, and nothing else."""
    run = polcheck("compile", write(tmp_path / "good.json", manifest(document())), "-o", tmp_path / "store")
    assert run.status == 0, run
    return tmp_path / "store"


def ask(polcheck, store, action="s3:GetObject", principal=ALICE):
    return polcheck("eval", "--store", store, "--principal", principal, "--action", action, "--resource", PHOTO)


def test_summary_for_people(polcheck, tmp_path):
    run = polcheck("compile", write(tmp_path / "m.json", manifest(document())), "-o", "s")
    assert run.status == 0
    assert run.err == ""
    assert run.out.count("\n") == 1
    assert run.out.startswith("compiled 1 policy set (1 new, 0 reused) from 1 file: 1 document, 1 principal, ")
    assert "store s, " in run.out


def test_second_compile_reuses(polcheck, store, tmp_path):
    run = polcheck("compile", tmp_path / "good.json", "-o", store)
    assert run.status == 0
    assert "(0 new, 1 reused)" in run.out


def test_summary_as_json(polcheck, tmp_path):
    run = polcheck("compile", "--json", "-v", write(tmp_path / "m.json", manifest(document())), "-o", "s")
    assert run.status == 0
    told = run.json()
    assert (told["sets"], told["compiled"], told["reused"]) == (1, 1, 0)
    assert (told["files"], told["documents"], told["principals"]) == (1, 1, 1)
    assert told["store"] == "s"
    assert told["bytes"] > 0
    assert told["recognised"][0]["shape"] == "polcheck manifest"


def test_verbose_lists_files(polcheck, tmp_path):
    run = polcheck("compile", "-v", write(tmp_path / "m.json", manifest(document())), "-o", "s")
    assert run.status == 0
    assert run.out.startswith(f"{tmp_path / 'm.json'}: polcheck manifest")


def test_check_writes_nothing(polcheck, tmp_path):
    run = polcheck("compile", "--check", write(tmp_path / "m.json", manifest(document())))
    assert run.status == 0
    assert run.out.startswith("checked 1 policy set from 1 file")
    assert sorted(os.listdir(tmp_path)) == ["m.json"]


def test_check_finds_errors(polcheck, tmp_path):
    run = polcheck("compile", "--check", write(tmp_path / "m.json", manifest({"Statement": []})))
    assert run.status == 2
    assert "POL0205" in run.err


def test_store_answers(polcheck, store):
    assert ask(polcheck, store).status == 0
    assert ask(polcheck, store, "s3:PutObject").status == 1


@pytest.mark.parametrize("arguments, said", [
    ([], "no file or folder to compile is named"),
    (["x.json"], "-o STORE, or --check"),
    (["x.json", "--check", "-o", "s"], "--check writes nothing"),
    (["x.json", "-o", ""], "empty"),
    (["x.json", "-o"], '"--output" needs a value'),
    (["x.json", "-o", "a", "-o", "b"], "given twice"),
    (["x.json", "--check=yes"], "takes no value"),
    (["x.json", "--outptu", "s"], 'did you mean "--output"?'),
    (["x.json", "-q"], 'unknown option "-q"'),
])
def test_wrong_usage(polcheck, arguments, said):
    run = polcheck("compile", *arguments)
    assert run.status == 2
    assert run.out == ""
    assert said in run.err
    assert "POL0950" in run.err


BAD = {
    "not JSON": ("{'Statement': []}", "POL0100"),
    "empty file": ("", "POL0106"),
    "rubbish bytes": ("\x00\x01\ufffd\x7f", "POL01"),
    "not a policy": ({"hello": "world"}, "POL0700"),
    "duplicate key": ('{"polcheck": 1, "polcheck": 1}', "POL0101"),
    "unknown operator": (manifest({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEqual": {"a:b": "c"}}}]}),
        "POL0501"),
    "unattached policy": (document(), "POL0702"),
    "dangling policy": (manifest("nowhere.json"), "POL0"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_leaves_the_store(polcheck, store, tmp_path, name):
    content, code = BAD[name]
    before = digest(store)
    bad = write(tmp_path / "bad.json", content)
    run = polcheck("compile", bad, "-o", store)
    assert run.status == 2
    assert run.out == ""
    assert code in run.err
    assert "error:" in run.err
    assert digest(store) == before
    assert ask(polcheck, store).status == 0


def test_missing_file(polcheck, store):
    before = digest(store)
    run = polcheck("compile", "nosuch.json", "-o", store)
    assert run.status == 2
    assert "nosuch.json" in run.err
    assert "POL0001" in run.err
    assert digest(store) == before


def test_empty_folder(polcheck, tmp_path):
    (tmp_path / "empty").mkdir()
    run = polcheck("compile", "empty", "-o", "s")
    assert run.status == 2
    assert "POL0003" in run.err
    assert not (tmp_path / "s").exists()


def test_diagnostics_as_json(polcheck, tmp_path):
    run = polcheck("compile", "--json", write(tmp_path / "bad.json", "{,}"), "-o", "s")
    assert run.status == 2
    assert run.out == ""
    told = [json.loads(line) for line in run.err.splitlines()]
    assert told[0]["code"] == "POL0100"
    assert told[0]["severity"] == "error"
    assert (told[0]["line"], told[0]["column"]) == (1, 2)
    assert told[0]["file"].endswith("bad.json")
    assert told[0]["message"]


def test_folder_with_other_things_is_no_store(polcheck, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    run = polcheck("compile", write(tmp_path / "m.json", manifest(document())), "-o", "home")
    assert run.status == 2
    assert "POL0905" in run.err
    assert os.listdir(tmp_path / "home") == ["letter.txt"]


def test_file_is_no_store(polcheck, tmp_path):
    write(tmp_path / "letter.txt", "dear")
    run = polcheck("compile", write(tmp_path / "m.json", manifest(document())), "-o", "letter.txt")
    assert run.status == 2
    assert "POL090" in run.err
    assert (tmp_path / "letter.txt").read_text() == "dear"


def many_users(count):
    return {"polcheck": 1, "users": [
        {"arn": f"arn:aws:iam::111122223333:user/u{n}", "policies": [document(f"s3:Get{n}")]} for n in range(count)]}


def test_full_disk_leaves_the_store(polcheck, store, tmp_path):
    size = (store / "data.mdb").stat().st_size
    write(tmp_path / "many.json", many_users(3000))

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, size + 8192))

    done = subprocess.run([os.environ["POLCHECK"], "compile", "many.json", "-o", store], cwd=tmp_path,
                          preexec_fn=limit, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 2, done
    assert "File too large [POL0903]" in done.stderr and "ulimit -f" in done.stderr
    assert done.stdout == ""
    assert ask(polcheck, store).status == 0
    assert ask(polcheck, store, "s3:PutObject").status == 1


def test_interrupt_leaves_the_store(polcheck, store, tmp_path):
    """The store is as it was, or wholly as it was to be: an interrupt may also come behind the commit."""
    write(tmp_path / "many.json", many_users(20000))
    for wait in (0.05, 0.2, 0.5):
        child = subprocess.Popen([os.environ["POLCHECK"], "compile", "many.json", "-o", store], cwd=tmp_path,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        child.send_signal(signal.SIGINT)
        finished = child.wait(timeout=60) == 0
        old = ask(polcheck, store)
        if finished or old.status == 2:
            assert old.status == 2 and "POL0808" in old.err, old
            for user in (0, 19999):
                assert ask(polcheck, store, principal=f"arn:aws:iam::111122223333:user/u{user}").status == 1
            return
        assert old.status == 0
        assert ask(polcheck, store, "s3:PutObject").status == 1


def interrupt_new_store(tmp_path, number, inside):
    """Sends the signal while the new store is being made; what the process ended with, None: it was faster."""
    made = tmp_path / "made"
    if inside:
        made.mkdir(exist_ok=True)
    child = subprocess.Popen([os.environ["POLCHECK"], "compile", "many.json", "-o", made], cwd=tmp_path,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sites = []
    while not sites and child.poll() is None:
        sites = list(tmp_path.glob("made/new-*" if inside else "made.new-*"))
    child.send_signal(number)
    status = child.wait(timeout=60)
    if not sites or (made / "data.mdb").exists():
        shutil.rmtree(made)
        return None
    return status


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupt_leaves_nothing_of_a_new_store(tmp_path, number, inside):
    write(tmp_path / "many.json", many_users(20000))
    status = None
    for _ in range(10):
        status = status or interrupt_new_store(tmp_path, number, inside)
    assert status == -number
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert left == (["made", "many.json"] if inside else ["many.json"])


def test_a_signal_that_is_ignored_stays_ignored(tmp_path):
    """As under nohup."""
    write(tmp_path / "many.json", many_users(20000))
    child = subprocess.Popen([os.environ["POLCHECK"], "compile", "many.json", "-o", "made"], cwd=tmp_path,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    while child.poll() is None:
        child.send_signal(signal.SIGHUP)
        time.sleep(0.01)
    assert child.returncode == 0 and (tmp_path / "made" / "data.mdb").exists()


def test_full_output_is_an_error(tmp_path):
    write(tmp_path / "m.json", manifest(document()))
    with open("/dev/full", "w") as full:
        done = subprocess.run([os.environ["POLCHECK"], "compile", "--check", "m.json"], cwd=tmp_path, stdout=full,
                              stderr=subprocess.PIPE, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 2
    assert "POL0005" in done.stderr


def test_rules_that_are_left_out_of_a_statement_about_their_bus(polcheck, tmp_path):
    """NotResource with the rules is about the bus, whose requests the policy judges."""
    account, bus = "111122223333", "arn:aws:events:eu-west-1:111122223333:event-bus/b"
    role = f"arn:aws:iam::{account}:role/r"
    allow = {"Effect": "Allow", "Action": "events:*", "Resource": "*"}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "events:PutEvents",
            "NotResource": f"arn:aws:events:eu-west-1:{account}:rule/b/*"}
    (tmp_path / "m.json").write_text(json.dumps({
        "polcheck": 1, "roles": [{"arn": role, "policies": [{"Version": "2012-10-17", "Statement": allow}]}],
        "resources": [{"arn": bus, "policy": {"Version": "2012-10-17", "Statement": deny}}]}), encoding="utf-8")
    assert polcheck("compile", "m.json", "-o", "s").status == 0
    for action, decision in (("events:PutEvents", "explicitDeny"), ("events:DescribeEventBus", "allowed")):
        run = polcheck("eval", "-s", "s", "-p", role, "-a", action, "-r", bus, "--json")
        assert json.loads(run.out)["decision"] == decision, run
