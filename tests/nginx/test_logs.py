# SPDX-License-Identifier: Apache-2.0
"""What is told: variables in nginx's access log, the decision log, the error log."""

import datetime
import grp
import itertools
import json
import os
import signal

import pytest

from conftest import ASK, READER, allow, manifest
from server import Load, open_files, runs, until

FORMAT = """
    log_format told escape=json '{"status": $status, "decision": "$polcheck_decision", "of": "$polcheck_status", '
                                '"reason": "$polcheck_reason", "snapshot": "$polcheck_snapshot", "shadow": "$polcheck_shadow", '
                                '"uri": "$request_uri"}';
    access_log told.log told;
"""


@pytest.fixture
def server(nginx, compile_store, tmp_path):
    (tmp_path / "pages").mkdir()
    for name in "cat", "dog":
        (tmp_path / "pages" / name).write_text(name)
    compile_store("cat")

    def run(more="", locations="", **others):
        return nginx("location / { root pages; %s %s } %s" % (ASK, more, locations), **others)

    return run


def lines(path, count):
    """So many JSON lines, once they are there."""
    def enough():
        whole = path.exists() and path.read_bytes().endswith(b"\n")
        return whole and len(lines_of(path)) >= count

    until(enough)
    found = lines_of(path)
    assert len(found) == count
    return found


def told(server, path="/cat", numbers=itertools.count(), **more):
    """The line of the access log about one request, which is known by its query."""
    query = f"request={next(numbers)}"
    server.get(f"{path}?{query}", **more)

    def line():
        written = (server.folder / "told.log").read_text().splitlines()
        return next((entry for entry in map(json.loads, written) if entry["uri"].endswith("?" + query)), None)

    return until(line)


def test_variables_of_an_allowed_request(server):
    line = told(server(http=FORMAT))
    assert (line["status"], line["decision"], line["of"], line["snapshot"], line["shadow"]) == (200, "allowed", "", "1", "")
    assert "statement It (" in line["reason"] and "manifest0.json:" in line["reason"]


def test_variables_of_a_denied_request(server):
    line = told(server(http=FORMAT), "/dog")
    assert (line["status"], line["decision"], line["of"], line["snapshot"]) == (403, "implicitDeny", "", "1")
    assert line["reason"].startswith(f"User: {READER} is not authorized to perform: s3:GetObject")


def test_variables_of_an_explicit_deny(server, compile_store):
    policy = allow("*", "*")
    policy["Statement"].append({"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/dog"})
    compile_store(manifest(policy))
    line = told(server(http=FORMAT), "/dog")
    assert (line["status"], line["decision"]) == (403, "explicitDeny")
    assert "with an explicit deny in an identity-based policy" in line["reason"]


def test_variables_of_a_failure(server):
    line = told(server(http=FORMAT), principal=None)
    assert (line["status"], line["decision"]) == (403, "implicitDeny")
    assert line["of"] != ""
    assert line["reason"] == "the value of polcheck_principal is empty"


def test_variables_of_what_was_not_asked(server):
    running = server(http=FORMAT, locations="location /free { polcheck off; return 204; }")
    line = told(running, "/free")
    assert (line["status"], line["decision"], line["of"], line["reason"], line["snapshot"], line["shadow"]) == \
        (204, "", "", "", "", "")


def test_variables_in_shadow_mode(server):
    running = server("polcheck_shadow on;", http=FORMAT)
    line = told(running, "/dog")
    assert (line["status"], line["decision"], line["shadow"]) == (200, "implicitDeny", "denied")
    line = told(running, "/cat")
    assert (line["status"], line["decision"], line["shadow"]) == (200, "allowed", "")
    line = told(running, "/cat", principal="nobody")
    assert (line["status"], line["decision"], line["shadow"]) == (200, "implicitDeny", "denied")
    assert line["of"] != ""


def test_variables_are_kept_through_an_error_page(server):
    running = server("error_page 403 /sorry;", http=FORMAT, locations="location = /sorry { internal; return 200 sorry; }")
    line = told(running, "/dog")
    assert (line["status"], line["decision"]) == (403, "implicitDeny")


def test_the_snapshot_rises(server, compile_store):
    running = server(http=FORMAT)
    assert told(running)["snapshot"] == "1"
    compile_store("cat", "dog")
    until(lambda: running.status("/dog") == 200)
    assert told(running)["snapshot"] == "2"


def test_variables_as_headers(server):
    running = server('add_header X-Decision "$polcheck_decision" always;')
    assert running.get("/cat").headers["X-Decision"] == "allowed"
    assert running.get("/dog").headers["X-Decision"] == "implicitDeny"


@pytest.mark.parametrize("shadow", ["", "polcheck_shadow on;"])
def test_no_header_can_be_forged(server, shadow):
    """The sentence of a refusal has the path in it, decoded."""
    running = server('add_header X-Reason $polcheck_reason always; ' + shadow)
    for path, principal in (("/x%0D%0ASet-Cookie:%20a=b%0D%0A%0D%0A<b>%1B%7F%C2%85%FF", READER),
                            ("/x%0ASet-Cookie:%20a=b", READER), ("/x%0ASet-Cookie:%20a=b%22", "nobody")):
        answer = running.get(path, principal=principal)
        assert answer.headers["Set-Cookie"] is None
        assert answer.headers["X-Reason"] and not any(ord(c) < 32 or ord(c) == 127 for c in answer.headers["X-Reason"])
        assert b"<b>" not in answer.body.split(b"{")[0]
    assert "photos/x\\u000aSet-Cookie: a=b " in running.get("/x%0ASet-Cookie:%20a=b").headers["X-Reason"]
    assert running.get("/cat").headers["X-Reason"].startswith("policy ")


def test_no_line_of_the_error_log_can_be_forged(server):
    running = server()
    running.get("/x%0A2026/01/01%2000:00:00%20[emerg]%20forged%0D%1b[2J")
    running.get("/cat", principal='arn:aws:iam::111122223333:role/x", action "')
    text = running.errors()
    assert "\x1b" not in text and "\r" not in text
    assert not any(line.startswith("2026/01/01") for line in text.splitlines())
    assert 'role/x\\", action \\"' in text


def test_the_level_of_what_is_told(server):
    running = server(level="error")
    running.status("/dog")
    assert "polcheck" not in running.errors()
    running.status("/dog", principal=None)
    assert "[error]" in running.errors() and "polcheck: denied, no answer" in running.errors()


# The decision log.

def test_decisions_are_logged(server):
    running = server("polcheck_log decisions.log; polcheck_context aws:UserAgent $http_user_agent;")
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=1)
    running.get("/cat", headers={"User-Agent": "test \"1\""})
    running.get("/dog")
    running.get("/dog", principal=None)
    allowed, denied, failed = lines(running.folder / "decisions.log", 3)
    assert allowed["principal"] == READER
    assert (allowed["action"], allowed["resource"], allowed["decision"]) == ("s3:GetObject", "arn:aws:s3:::photos/cat", "allowed")
    assert allowed["context"]["aws:UserAgent"] == "test \"1\""
    assert [statement["sid"] for statement in allowed["statements"]] == ["It"]
    assert allowed["snapshot"] == 1
    assert before <= datetime.datetime.fromisoformat(allowed["time"].replace("Z", "+00:00")) \
        <= datetime.datetime.now(datetime.timezone.utc)
    assert (denied["decision"], denied["resource"]) == ("implicitDeny", "arn:aws:s3:::photos/dog")
    assert (failed["decision"], failed["principal"]) == ("implicitDeny", "")
    assert failed["status"] and failed["message"]


def test_the_request_id_leads_from_one_log_to_the_other(server):
    running = server("polcheck_log decisions.log; polcheck_context example:RequestId $request_id; "
                     "add_header X-Id $request_id always;")
    identities = [running.get(path).headers["X-Id"] for path in ("/cat", "/cat")]
    identities.append(running.get("/dog").headers["x-amzn-RequestId"])
    assert len(set(identities)) == 3
    assert [line["context"]["example:RequestId"] for line in lines(running.folder / "decisions.log", 3)] == identities


def test_masked_keys_and_denied_alone(server):
    running = server("polcheck_log decisions.log mask=aws:UserAgent,aws:Ref* denied; "
                     "polcheck_context aws:UserAgent $http_user_agent; polcheck_context aws:Referer $http_referer; "
                     "polcheck_context aws:SourceIp $remote_addr;")
    secret = {"User-Agent": "hidden-agent", "Referer": "hidden-referer"}
    running.get("/cat", headers=secret)
    running.get("/dog", headers=secret)
    line, = lines(running.folder / "decisions.log", 1)
    assert line["resource"] == "arn:aws:s3:::photos/dog"
    assert line["context"]["aws:UserAgent"] == "***"
    assert line["context"]["aws:Referer"] == "***"
    assert line["context"]["aws:SourceIp"] == "127.0.0.1"
    assert b"hidden" not in (running.folder / "decisions.log").read_bytes()


def test_each_location_has_its_log(server):
    running = server("polcheck_log a.log;", locations="""
        location /b/ { alias pages/; %s polcheck_log b.log; }
        location /none/ { alias pages/; %s }
        location /nested/ { %s polcheck_log b.log; location /nested/off/ { polcheck_log off; } }
    """ % ((ASK,) * 3))
    running.get("/cat")
    for _ in range(2):
        running.get("/b/cat")
    for path in "/none/cat", "/nested/off/cat":
        running.get(path)
    assert [line["resource"] for line in lines(running.folder / "a.log", 1)] == ["arn:aws:s3:::photos/cat"]
    assert [line["resource"] for line in lines(running.folder / "b.log", 2)] == ["arn:aws:s3:::photos/b/cat"] * 2


def test_subrequests_and_second_looks_are_logged(server):
    running = server("polcheck_log decisions.log;", locations="location /open { %s polcheck_log decisions.log; root pages; "
                     "try_files /cat =404; }" % ASK)
    running.get("/open")
    assert [line["resource"][-5:] for line in lines(running.folder / "decisions.log", 1)] == ["/open"]


def test_workers_write_one_log_in_whole_lines(server):
    running = server("polcheck_log decisions.log;", workers=8)
    with Load(running, "/cat", threads=4) as load:
        load.wait(400)
    found = lines(running.folder / "decisions.log", len(load.answers))
    assert all(line["decision"] == "allowed" for line in found)


def test_logs_are_opened_anew_on_usr1(server):
    running = server("polcheck_log decisions.log;", workers=2)
    log = running.folder / "decisions.log"
    with Load(running, "/cat", keepalive=False) as load:
        load.wait(50)
        for number in range(3):
            os.rename(log, running.folder / f"decisions.{number}")
            running.signal(signal.SIGUSR1)
            until(log.exists)
            until(lambda: log.stat().st_size > 0)
            load.wait(50)
    running.stop()
    written = sum((lines_of(running.folder / f"decisions.{number}") for number in range(3)), lines_of(log))
    assert len(written) == len(load.answers)
    assert oct(log.stat().st_mode & 0o777) == "0o600"


def lines_of(path):
    """Without the empty ones, which a process leaves that opens the file while another writes to it."""
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def test_old_files_are_let_go(server):
    running = server("polcheck_log decisions.log;")
    running.status("/cat")
    log = running.folder / "decisions.log"
    lines(log, 1)
    os.rename(log, running.folder / "old.log")
    running.signal(signal.SIGUSR1)
    until(log.exists)
    worker, = running.workers()

    def let_go():
        running.status("/cat")
        return not any("old.log" in path for path in open_files(worker))

    until(let_go)


def test_nothing_is_lost_when_nginx_ends(server):
    running = server("polcheck_log decisions.log;", workers=2)
    master = running.master
    for _ in range(50):
        running.status("/cat")
    running.signal(signal.SIGQUIT)
    until(lambda: not runs(master))
    running.master = None
    running.process.wait()
    assert len(lines_of(running.folder / "decisions.log")) == 50


def test_a_log_that_cannot_be_written_denies_nothing(server):
    """The log is for people; the decision does not hang on it."""
    running = server("polcheck_log decisions.log;")
    log = running.folder / "decisions.log"
    os.rename(log, running.folder / "old.log")
    log.mkdir()
    running.signal(signal.SIGUSR1)
    for _ in range(20):
        assert running.status("/cat") == 200
        assert running.status("/dog") == 403


NOBODY = 65534


@pytest.fixture
def as_nobody(server, tmp_path):
    """Makes a server whose master is root's and whose workers are nobody's, with a decision log of that path."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to run workers as somebody else")
    for folder in tmp_path, *tmp_path.parents:
        if folder.name.startswith("pytest") or folder == tmp_path:
            os.chmod(folder, 0o755)

    def run(path="decisions.log", user="user nobody nogroup;"):
        running = server(f"polcheck_log {path};", start=False)
        running.write(user=user)
        return running

    return run


def test_workers_of_another_user_can_write_the_log(as_nobody):
    running = as_nobody()
    running.start()
    running.status("/cat")  # denied: the store is not readable to nobody, which is logged too
    line, = lines(running.folder / "decisions.log", 1)
    assert line["decision"] == "implicitDeny" and line["status"]
    os.rename(running.folder / "decisions.log", running.folder / "old.log")
    running.signal(signal.SIGUSR1)
    log = running.folder / "decisions.log"
    until(lambda: log.exists() and log.stat().st_uid != 0)
    until(lambda: running.status("/cat") == 403 and log.stat().st_size > 0)
    running.reload()
    assert log.stat().st_uid == NOBODY
    assert "is not given to the workers" not in running.errors()


@pytest.mark.parametrize("path, owner, mode", [("logs", NOBODY, 0o755), ("logs", 0, 0o777), ("logs", 0, 0o1777), ("logs", 0, 0o775),
                                               ("", NOBODY, 0o755), ("", 0, 0o777)])
def test_a_log_in_a_folder_of_others_is_refused(as_nobody, tmp_path, path, owner, mode):
    """They could put a link in the place of the log, or of the folder, and nginx would make root's files theirs."""
    (tmp_path / "logs").mkdir()
    os.chown(tmp_path / path, owner, -1)
    os.chmod(tmp_path / path, mode)
    content, said = as_nobody("logs/decisions.log").check()
    assert not content
    assert (f'polcheck_log "{tmp_path}/logs/decisions.log": others than root may write to "{(tmp_path / path)}", and nginx opens the '
            "log as root: use a folder that is root's alone, as all above it") in said
    assert not (tmp_path / "logs/decisions.log").exists()
    content, said = as_nobody("logs/decisions.log", user="user root;").check()
    assert content, said


@pytest.mark.parametrize("group, mode, accepted", [(0, 0o1777, True), ("adm", 0o775, True), ("nogroup", 0o775, False)])
def test_a_log_below_a_folder_of_more_than_root(as_nobody, tmp_path, group, mode, accepted):
    """As in /tmp, where nobody can put something else in the place of a folder of root's; and as /var/log is on some systems."""
    (tmp_path / "logs").mkdir()
    os.chown(tmp_path, 0, grp.getgrnam(group).gr_gid if group else 0)
    os.chmod(tmp_path, mode)
    content, said = as_nobody("logs/decisions.log").check()
    assert bool(content) == accepted, said


def test_a_log_behind_a_link_is_refused(as_nobody, tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "link").symlink_to("logs")
    for path in "link/decisions.log", "logs/../logs/decisions.log":
        content, said = as_nobody(path).check()
        assert not content
        assert f'the folder is "{tmp_path}/logs": write it so' in said
    content, said = as_nobody("none/decisions.log").check()
    assert not content
    assert "none/decisions.log\": its folder cannot be found (2: No such file or directory)" in said


@pytest.mark.parametrize("make", [os.symlink, os.link, None])
def test_what_may_be_another_file_is_not_given_to_the_workers(as_nobody, tmp_path, make):
    victim, log = tmp_path / "victim", tmp_path / "decisions.log"
    victim.write_text("root's\n")
    victim.chmod(0o600)
    if make is None:
        os.rename(victim, log)
        os.chown(log, 1, -1)
    else:
        make(victim, log)
    running = as_nobody()
    running.start()
    running.reload()
    assert os.stat(log).st_uid == (0 if make else 1)
    assert running.status("/cat") == 403
    line = next(line for line in running.errors().splitlines() if "is not given" in line)
    assert "[alert]" in line
    assert (f'"{log}" is not given to the workers: it is no pipe, and no plain file of root\'s with one name; '
            "name another log, or give it to them") in line


def test_a_pipe_is_given_to_the_workers(as_nobody, tmp_path):
    """As /dev/stdout of a container is one."""
    log = tmp_path / "decisions.log"
    os.mkfifo(log, 0o600)
    with open(os.open(log, os.O_RDONLY | os.O_NONBLOCK), encoding="utf-8") as reader:
        running = as_nobody()
        running.start()
        assert os.stat(log).st_uid == NOBODY
        running.status("/cat")  # denied, which is logged
        told = []
        until(lambda: told.append(reader.readline().strip()) or any(told))
        assert json.loads(next(filter(None, told)))["decision"] == "implicitDeny"
        assert "is not given to the workers" not in running.errors()
