# SPDX-License-Identifier: Apache-2.0
"""What a client gets: the page, or a refusal in the form of AWS."""

import json
import xml.etree.ElementTree

import pytest

from conftest import ASK, READER

SENTENCE = (f"User: {READER} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::photos%s because no "
            "identity-based policy allows the s3:GetObject action")


@pytest.fixture
def pages(tmp_path):
    """Files to be served."""
    (tmp_path / "pages/open").mkdir(parents=True)
    (tmp_path / "pages/open/cat").write_text("miaow")
    (tmp_path / "pages/secret").write_text("secret")
    return tmp_path / "pages"


@pytest.fixture
def server(nginx, compile_store, pages):
    compile_store("open/*")
    return nginx("location / { root pages; %s }" % ASK)


def test_allowed(server):
    answer = server.get("/open/cat")
    assert (answer.status, answer.body) == (200, b"miaow")


def test_denied_in_json(server):
    answer = server.get("/secret")
    assert answer.status == 403
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert len(answer.headers["x-amzn-RequestId"]) == 32
    assert json.loads(answer.body) == {"__type": "AccessDeniedException", "Message": SENTENCE % "/secret"}


def test_denied_in_xml(nginx, compile_store, pages):
    compile_store("open/*")
    server = nginx("location / { root pages; polcheck_deny_format xml; %s }" % ASK)
    answer = server.get("/secret%20%3C%26%3E")
    assert answer.status == 403
    assert answer.headers["Content-Type"] == "application/xml"
    root = xml.etree.ElementTree.fromstring(answer.body)
    assert root.tag == "Error"
    assert [child.tag for child in root] == ["Code", "Message", "Resource", "RequestId"]
    assert root.findtext("Code") == "AccessDenied"
    assert root.findtext("Message") == SENTENCE % "/secret <&>"
    assert root.findtext("Resource") == "/secret <&>"
    assert root.findtext("RequestId") == answer.headers["x-amz-request-id"]


def test_denied_by_nginx_own_page(nginx, compile_store, pages):
    compile_store("open/*")
    server = nginx("location / { root pages; polcheck_deny_format none; %s }" % ASK)
    answer = server.get("/secret")
    assert answer.status == 403
    assert answer.headers["Content-Type"] == "text/html"
    assert server.status("/open/cat") == 200


def test_head_has_no_body(server):
    connection = server.connect()
    denied = server.get("/secret", method="HEAD", connection=connection)
    assert (denied.status, denied.body) == (403, b"")
    assert denied.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert int(denied.headers["Content-Length"]) > 0
    assert server.get("/open/cat", connection=connection).status == 200


@pytest.mark.parametrize("size", [1, 5000, 300000])
def test_connection_stays_usable_after_a_deny_with_a_body(server, size):
    connection = server.connect()
    connection.connect()
    own = connection.sock
    for _ in range(3):
        denied = server.get("/secret", method="POST", body=b"x" * size, connection=connection)
        assert denied.status == 403
        assert json.loads(denied.body)["__type"] == "AccessDeniedException"
    assert server.get("/open/cat", connection=connection).body == b"miaow"
    assert connection.sock is own


def test_deny_with_a_chunked_body(server):
    connection = server.connect()
    denied = server.get("/secret", method="POST", body=iter([b"abc", b"x" * 70000]), connection=connection)
    assert denied.status == 403
    assert server.get("/open/cat", connection=connection).body == b"miaow"


def test_pipelined_requests_each_get_their_answer(server):
    line = "GET %s HTTP/1.1\r\nHost: x\r\nX-Principal: " + READER + "\r\n%s\r\n"
    received = server.raw((line % ("/open/cat", "") + line % ("/secret", "") +
                           line % ("/open/cat", "Connection: close\r\n")).encode())
    assert [part.split()[1] for part in received.split(b"HTTP/1.1 ")[1:]] != []
    assert [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]] == [b"200", b"403", b"200"]


HOSTILE = ["%22%7D%2C%22__type%22%3A%22x", "%0A%0D%09", "%FF%FE", "%C3%28", "%01%1f%7f", "%E2%80%A8", "%F0%9F%98%80",
           "%3C%2FMessage%3E%3Cx%2F%3E", "%5C%22", "]]%3E"]


@pytest.mark.parametrize("bytes_", HOSTILE)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_whatever_the_path_holds_the_answer_can_be_read(nginx, compile_store, pages, bytes_, form):
    compile_store("open/*")
    server = nginx("location / { root pages; polcheck_deny_format %s; %s }" % (form, ASK))
    answer = server.get("/a" + bytes_)
    assert answer.status == 403
    if form == "json":
        parsed = json.loads(answer.body.decode("utf-8"))
        assert set(parsed) == {"__type", "Message"}
        assert parsed["__type"] == "AccessDeniedException"
    else:
        root = xml.etree.ElementTree.fromstring(answer.body)
        assert [child.tag for child in root] == ["Code", "Message", "Resource", "RequestId"]
        assert root.findtext("Resource").startswith("/a")
    assert all(line.startswith("20") for line in server.errors().splitlines()), "a line was forged"


def test_a_failure_tells_the_client_nothing(nginx, pages):
    server = nginx("location / { root pages; %s }" % ASK)
    answer = server.get("/open/cat")
    assert answer.status == 403
    assert json.loads(answer.body) == {"__type": "AccessDeniedException", "Message": "Access denied"}
    assert "policies.store" in server.errors()


def test_an_unknown_principal_is_denied_without_details(server):
    answer = server.get("/open/cat", principal="arn:aws:iam::111122223333:role/nobody")
    assert answer.status == 403
    assert json.loads(answer.body)["Message"] == "Access denied"
    assert "role/nobody" in server.errors()
