# SPDX-License-Identifier: Apache-2.0
"""polcheck eval --batch: many requests, one a line; and the example account."""

import json
import os
import subprocess

import pytest

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"


def request(**changes):
    return {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::photos/cat.jpg", **changes}


def lines(*requests):
    return "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in requests)


@pytest.fixture
def store(polcheck, tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"polcheck": 1, "users": [{"arn": ALICE, "policies": [
        {"Version": "2012-10-17", "Statement": [
            {"Sid": "Reads", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}]}]}]}),
        encoding="utf-8")
    assert polcheck("compile", "manifest.json", "-o", "store").status == 0
    return tmp_path / "store"


def test_answers_in_order(polcheck, store):
    asked = [request(id=n, action="s3:GetObject" if n % 3 else "s3:PutObject") for n in range(5000)]
    run = polcheck("eval", "--store", store, "--batch", input=lines(*asked))
    assert run.status == 0
    assert run.err == ""
    answers = run.lines()
    assert [a["id"] for a in answers] == list(range(5000))
    assert [a["decision"] for a in answers] == ["allowed" if n % 3 else "implicitDeny" for n in range(5000)]


@pytest.mark.parametrize("jobs", [1, 2, 3, 64])
def test_the_number_of_threads_changes_nothing(polcheck, store, jobs):
    asked = [request(id=n, action="s3:GetObject" if n % 3 else "s3:PutObject") if n % 17 else "rubbish"
             for n in range(3000)]
    run = polcheck("eval", "--store", store, "--batch", f"--jobs={jobs}", input=lines(*asked))
    assert run.status == 2  # the rubbish
    alone = polcheck("eval", "--store", store, "--batch", "--jobs", "1", input=lines(*asked))
    assert run.out == alone.out
    assert [a["id"] for a in run.lines()] == [n if n % 17 else None for n in range(3000)]


@pytest.mark.parametrize("jobs", ["0", "65", "-1", "x", "", "18446744073709551617"])
def test_a_number_of_threads_that_cannot_be(polcheck, store, jobs):
    run = polcheck("eval", "--store", store, "--batch", "--jobs", jobs, input="")
    assert run.status == 2 and run.out == ""
    assert "--jobs takes a number from 1 to 64" in run.err


def test_a_context_has_a_limit(polcheck, store):
    [answer] = polcheck("eval", "--store", store, "--batch",
                        input=lines(request(context={f"aws:RequestTag/{n}": "x" for n in range(3000)}))).lines()
    assert answer["error"]["code"] == "POL0805"
    assert "more than 2048 keys" in answer["error"]["message"]


def test_threads_are_for_batches(polcheck, store):
    run = polcheck("eval", "--store", store, "--jobs", "2", "--principal", ALICE, "--action", "s3:GetObject",
                   "--resource", "*")
    assert run.status == 2 and "goes with --batch only" in run.err


def test_from_a_file_as_from_standard_input(polcheck, store, tmp_path):
    text = lines(request(id="a"), request(action="s3:PutObject"))
    (tmp_path / "requests.ndjson").write_text(text, encoding="utf-8")
    by_file = polcheck("eval", "--store", store, "--batch", "requests.ndjson")
    assert by_file.status == 0
    assert by_file.out == polcheck("eval", "--store", store, "--batch", input=text).out
    assert by_file.out == polcheck("eval", "--store", store, "--batch", "-", input=text).out


def test_an_answer_is_that_of_one_question(polcheck, store):
    one = polcheck("eval", "--store", store, "--principal", ALICE, "--action", "s3:GetObject",
                   "--resource", "arn:aws:s3:::photos/cat.jpg", "--json").json()
    [many] = polcheck("eval", "--store", store, "--batch", input=lines(request())).lines()
    assert many == one
    assert "id" not in many


@pytest.mark.parametrize("ident", ["x", "", 7, 1.5, None, True, ["a", {"b": 1}], "\u20ac \U0001f600 \"quoted\""])
def test_ids_are_repeated(polcheck, store, ident):
    run = polcheck("eval", "--store", store, "--batch", input=lines(request(id=ident), request(id=ident, action="x")))
    assert run.status == 2
    good, bad = run.lines()
    assert good["id"] == ident and good["decision"] == "allowed"
    assert bad["id"] == ident and bad["error"]["code"] == "POL0802"


BAD = [
    ("rubbish", "POL0100"),
    ("{", "POL0100"),
    ("[]", "POL0800"),
    ("5", "POL0800"),
    ("\x00", "POL0100"),
    ('{"id": 3} {"id": 4}', "POL0105"),
    (request(principal="nobody"), "POL0801"),
    (request(principal=ALICE + "x"), "POL0808"),
    (request(action="s3"), "POL0802"),
    (request(resource="cat.jpg"), "POL0803"),
    (request(resourceAccount="1"), "POL0804"),
    (request(context={"a:b": {}}), "POL0805"),
    (request(extra=1), "POL0800"),
    ({"principal": ALICE}, "POL0800"),
]


@pytest.mark.parametrize("line, code", BAD)
def test_a_bad_line_is_answered_in_its_place(polcheck, store, line, code):
    run = polcheck("eval", "--store", store, "--batch", input=lines(request(id=1), line, request(id=2)))
    assert run.status == 2
    assert "1 of 3 requests could not be answered" in run.err
    first, second, third = run.lines()
    assert first["decision"] == third["decision"] == "allowed"
    assert (first["id"], third["id"]) == (1, 2)
    assert set(second) == {"id", "error"}
    assert second["id"] is None
    assert set(second["error"]) == {"code", "message"}
    assert second["error"]["code"] == code
    assert second["error"]["message"]


def test_bytes_that_are_not_utf8(store):
    text = lines(request(id=1)).encode() + b'{"id": "\xff"}\n' + lines(request(id=2)).encode()
    done = subprocess.run([os.environ["POLCHECK"], "eval", "--store", store, "--batch"], input=text,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    first, second, third = [json.loads(line) for line in done.stdout.splitlines()]
    assert second["error"]["code"] == "POL0104"
    assert (first["id"], third["id"]) == (1, 2)


def test_blank_lines_and_line_ends(polcheck, store):
    text = "\n  \n" + json.dumps(request(id=1)) + "\r\n\t\n" + json.dumps(request(id=2))
    run = polcheck("eval", "--store", store, "--batch", input=text)
    assert run.status == 0
    assert [a["id"] for a in run.lines()] == [1, 2]


def test_nothing_asked(polcheck, store):
    run = polcheck("eval", "--store", store, "--batch", input="")
    assert (run.status, run.out, run.err) == (0, "", "")


def test_unicode(polcheck, store):
    name = "arn:aws:s3:::photos/\u30ab\u30e1\u30e9-\U0001f4f7.jpg"
    [answer] = polcheck("eval", "--store", store, "--batch", input=lines(request(resource=name))).lines()
    assert answer["decision"] == "allowed"
    assert answer["resource"] == name


def test_lines_of_any_length(polcheck, store):
    long = request(id="long", resource="arn:aws:s3:::photos/" + "x" * 1_000_000)
    huge = request(id="huge", resource="arn:aws:s3:::photos/" + "x" * 40_000_000)
    run = polcheck("eval", "--store", store, "--batch", input=lines(long, huge, request(id="after")))
    assert run.status == 2
    first, second, third = run.lines()
    assert first["id"] == "long" and first["decision"] == "allowed"
    assert second == {"id": None, "error": second["error"]}
    assert second["error"]["code"] == "POL0103"
    assert third["id"] == "after" and third["decision"] == "allowed"


def test_a_conversation(store):
    """Whoever waits for an answer before asking on gets it."""
    child = subprocess.Popen([os.environ["POLCHECK"], "eval", "--store", store, "--batch"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, encoding="utf-8")
    for n in range(3):
        child.stdin.write(lines(request(id=n)))
        child.stdin.flush()
        assert json.loads(child.stdout.readline())["id"] == n
    child.stdin.close()
    assert child.wait(timeout=60) == 0
    child.stdout.close()


def test_a_reader_that_goes_away(store, tmp_path):
    (tmp_path / "many.ndjson").write_text(lines(*[request()] * 20000), encoding="utf-8")
    script = '"$POLCHECK" eval --store "$1" --batch "$2"; echo "status $?" >&2'
    done = subprocess.run(["bash", "-c", f"({script}) | head -1", "bash", store, tmp_path / "many.ndjson"],
                          capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert json.loads(done.stdout)["decision"] == "allowed"
    assert "POL0005" in done.stderr
    assert "status 2" in done.stderr


def test_missing_file(polcheck, store):
    run = polcheck("eval", "--store", store, "--batch", "nosuch.ndjson")
    assert run.status == 2
    assert "POL0001" in run.err


def test_file_that_cannot_be_read(polcheck, store):
    run = polcheck("eval", "--store", store, "--batch", "/proc/self/mem")
    assert run.status == 2
    assert "POL0002" in run.err


def test_a_folder_is_no_file(polcheck, store, tmp_path):
    run = polcheck("eval", "--store", store, "--batch", tmp_path)
    assert run.status == 2
    assert "POL0002" in run.err


# The example account ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def thumbnails(tmp_path_factory):
    store = tmp_path_factory.mktemp("thumbnails") / "store"
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    subprocess.run([os.environ["POLCHECK"], "compile", "policies", "-o", store], cwd=top, check=True,
                   capture_output=True, timeout=60)
    done = subprocess.run([os.environ["POLCHECK"], "eval", "--store", store, "--batch",
                           "policies/thumbnails/questions.ndjson"], cwd=top, check=True, capture_output=True,
                          encoding="utf-8", timeout=60)
    return {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}


def expected():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "thumbnails-expected.json")
    with open(path, encoding="utf-8") as opened:
        return json.load(opened)


@pytest.mark.parametrize("row", expected(), ids=lambda row: row["id"])
def test_example_account(thumbnails, row):
    answer = thumbnails[row["id"]]
    assert answer["decision"] == row["decision"]
    assert {s["sid"] for s in answer["matchedStatements"]} == set(row["statements"])


def test_example_account_is_covered(thumbnails):
    assert set(thumbnails) == {row["id"] for row in expected()}
