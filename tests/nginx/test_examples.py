# SPDX-License-Identifier: Apache-2.0
"""The example configurations as they are, but for the ports, the module's place and the workers' user."""

import json
import os
import subprocess
import xml.etree.ElementTree

import pytest

from server import SECONDS, Server, free_port

EXAMPLES = "src/nginx/examples"


class Example(Server):
    """A server with a configuration of the project."""

    def __init__(self, folder, file):
        self.file = file
        super().__init__(folder, "")

    def write(self, **parts):
        text = self.file.read_text(encoding="utf-8").replace("127.0.0.1:8091", f"127.0.0.1:{free_port()}")
        for old, new in (("127.0.0.1:8090", f"127.0.0.1:{self.port}"),
                         ("/usr/local/lib/x86_64-linux-gnu/nginx/modules/ngx_http_polcheck_module.so", self.parts["module"]),
                         ("worker_processes 2;", self.parts["user"] + "worker_processes 2; daemon off;")):
            assert old in text
            text = text.replace(old, new)
        self.parts["workers"] = 2
        (self.folder / "nginx.conf").write_text(text, encoding="utf-8")


@pytest.fixture
def example(top, tmp_path):
    running = []

    def start(name):
        subprocess.run([os.environ["POLCHECK"], "compile", top / EXAMPLES / "policies", "-o", tmp_path / "policies.store"],
                       check=True, capture_output=True, timeout=SECONDS)
        (tmp_path / "data/photos/published/2026").mkdir(parents=True)
        for key in "published/cat.jpg", "published/2026/dog.jpg", "draft.jpg", "ledger":
            (tmp_path / "data/photos" / key).write_text(key)
        running.append(Example(tmp_path, top / EXAMPLES / name))
        return running[0]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def s3(example):
    server = example("s3.conf")

    def ask(method, path, token="reader", body=None, **headers):
        named = {"Authorization": f"Bearer example-{token}-token"} if token else {}
        answer = server.get(path, principal=None, method=method, body=body, headers={**named, **headers})
        assert b"draft.jpg" not in answer.body or answer.status == 403 or token == "editor"
        return answer

    ask.folder = server.folder
    return ask


@pytest.mark.parametrize("method, path, token, status", [
    ("GET", "/photos/published/cat.jpg", "reader", 200),
    ("HEAD", "/photos/published/cat.jpg", "reader", 200),
    ("GET", "/photos/published/2026/dog.jpg", "reader", 200),
    ("GET", "/photos/published/none.jpg", "reader", 404),
    ("GET", "/photos/draft.jpg", "reader", 403),
    ("GET", "/photos/draft.jpg", "editor", 200),
    ("GET", "/photos/ledger", "editor", 403),
    ("GET", "/photos/published/", "reader", 200),
    ("GET", "/photos/published/2026/", "reader", 200),
    ("GET", "/photos/", "reader", 403),
    ("GET", "/", "reader", 403),
    ("GET", "/photos", "reader", 403),
    ("GET", "/other/published/cat.jpg", "reader", 403),
    ("GET", "/photos/published/cat.jpg", None, 403),
    ("GET", "/photos/published/cat.jpg", "READER", 403),
    ("GET", "/photos/published/cat.jpg", "other", 403),
    ("GET", "/photos/published/cat.jpg?acl", "reader", 403),
    ("GET", "/photos/published/cat.jpg?versionId=1", "reader", 403),
    ("PUT", "/photos/published/new.jpg", "reader", 403),
    ("PUT", "/photos/new/deep/new.jpg", "editor", 201),
    ("PUT", "/photos/ledger", "editor", 403),
    ("PUT", "/photos/new.jpg?acl", "editor", 403),
    ("PUT", "/photos/folder/", "editor", 403),
    ("DELETE", "/photos/draft.jpg", "reader", 403),
    ("DELETE", "/photos/draft.jpg", "editor", 204),
    ("DELETE", "/photos/published/", "editor", 403),
    ("DELETE", "/photos/", "editor", 403),
    ("DELETE", "/photos/ledger", "editor", 403),
    ("POST", "/photos/published/cat.jpg", "editor", 403),
    ("POST", "/photos/?delete", "editor", 403),
    ("PATCH", "/photos/published/cat.jpg", "editor", 403),
    ("COPY", "/photos/published/cat.jpg", "editor", 403),
    ("MOVE", "/photos/published/cat.jpg", "editor", 403),
    ("MKCOL", "/photos/folder/", "editor", 403),
    ("OPTIONS", "/photos/published/cat.jpg", "reader", 403),
    ("GET", "/photos//published/cat.jpg", "reader", 403),
    ("GET", "/photos/published/../draft.jpg", "reader", 403),
    ("GET", "/photos/published/x/..%2F..%2Fdraft.jpg", "reader", 403),
    ("GET", "/photos/published%2Fcat.jpg", "reader", 403),
    ("GET", "/photos/published/%63at.jpg", "reader", 200),
    ("GET", "/photos/published/cat.jpg%0A", "reader", 404),
    ("GET", "/photos/draft.jpg%0A", "reader", 403),
    ("GET", "/photos/*", "reader", 403),
    ("GET", "/photos/published*", "reader", 403),
    ("GET", "/PHOTOS/published/cat.jpg", "reader", 403),
])
def test_objects(s3, method, path, token, status):
    answer = s3(method, path, token, body=b"new" if method in ("PUT", "POST", "PATCH") else None)
    assert answer.status == status
    if status == 403 and answer.body:
        assert xml.etree.ElementTree.fromstring(answer.body).findtext("Code") == "AccessDenied"


def test_copies_are_denied(s3):
    headers = {"x-amz-copy-source": "/photos/ledger"}
    assert s3("PUT", "/photos/copy.jpg", "editor", body=b"", **headers).status == 403


def test_listings_show_what_was_asked_about(s3):
    listed = json.loads(s3("GET", "/photos/published/").body)
    assert sorted(entry["name"] for entry in listed) == ["2026", "cat.jpg"]


def test_a_page_in_a_folder_is_an_object(s3):
    """nginx would answer a listing with index.html: that is another question."""
    (s3.folder / "data/photos/published/index.html").write_text("page")
    assert s3("GET", "/photos/published/").body == b"page"
    (s3.folder / "data/photos/index.html").write_text("draft.jpg")
    assert s3("GET", "/photos/").status == 403


def test_writes_are_there(s3):
    assert s3("PUT", "/photos/published/new.jpg", "editor", body=b"new").status == 201
    assert s3("GET", "/photos/published/new.jpg").body == b"new"
    assert s3("PUT", "/photos/published/new.jpg", "reader", body=b"spoilt").status == 403
    assert s3("GET", "/photos/published/new.jpg").body == b"new"


PATH = "/2015-03-31/functions/"
PRICE = PATH + "price/invocations"
ORDER = PATH + "place-order/invocations"


@pytest.mark.parametrize("method, path, token, status", [
    ("POST", PRICE, "orders", 200),
    ("POST", ORDER + "?Qualifier=prod", "orders", 200),
    ("POST", PATH + "place-order:prod/invocations", "orders", 200),
    ("POST", PATH + "place-order%3Aprod/invocations", "orders", 200),
    ("POST", PATH + "arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction%3Aprice/invocations", "orders", 200),
    ("POST", PATH + "111122223333:function:place-order:prod/invocations", "orders", 200),
    ("POST", ORDER, "orders", 403),
    ("POST", ORDER + "?Qualifier=dev", "orders", 403),
    ("POST", ORDER + "?Qualifier=$LATEST", "orders", 403),
    ("POST", PRICE + "?Qualifier=prod", "orders", 403),
    ("POST", ORDER + "?Qualifier=prod&Qualifier=dev", "orders", 403),
    ("POST", ORDER + "?Qualifier=dev&Qualifier=prod", "orders", 403),
    ("POST", ORDER + "?Qualifier=prod&qualifier=dev", "orders", 403),
    ("POST", ORDER + "?Qualifier=prod&Qualifie%72=dev", "orders", 403),
    ("POST", ORDER + "?qualifier=prod", "orders", 403),
    ("POST", PATH + "place-order:prod/invocations?Qualifier=dev", "orders", 403),
    ("POST", PRICE, None, 403),
    ("POST", PRICE, "other", 403),
    ("GET", PRICE, "orders", 403),
    ("HEAD", PRICE, "orders", 403),
    ("PUT", PRICE, "orders", 403),
    ("POST", PRICE + "/", "orders", 403),
    ("POST", PATH + "price//invocations", "orders", 403),
    ("POST", PATH + "price%2Finvocations", "orders", 403),
    ("POST", PATH + "price", "orders", 403),
    ("DELETE", PATH + "price", "orders", 403),
    ("POST", PATH + "../functions/price/invocations", "orders", 403),
    ("POST", PATH + "other/%2e%2e/price/invocations", "orders", 403),
    ("POST", PATH + "PRICE/invocations", "orders", 403),
    ("POST", PATH + "*/invocations", "orders", 403),
    ("POST", PATH + "444455556666:function:price/invocations", "orders", 403),
    ("POST", PATH + "arn:aws:lambda:us-east-1:111122223333:function:price/invocations", "orders", 403),
    ("POST", "//2015-03-31/functions/price/invocations", "orders", 403),
    ("POST", "/2015-03-31/Functions/price/invocations", "orders", 404),
    ("POST", "/2014-11-13/functions/price/invoke-async/", "orders", 404),
])
def test_functions(example, method, path, token, status):
    server = example("functions.conf")
    headers = {"X-Amz-Invocation-Type": "Event"}
    if token:
        headers["Authorization"] = f"Bearer example-{token}-token"
    answer = server.get(path, principal=None, method=method, headers=headers, body=b"{}")
    assert answer.status == status
    if status == 200:
        # The runtime was asked for what was decided about, letter by letter.
        assert json.loads(answer.body) == {"target": path, "type": "Event"}
    elif status == 403 and method != "HEAD":
        assert json.loads(answer.body)["__type"] == "AccessDeniedException"
        assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"
