# SPDX-License-Identifier: Apache-2.0
"""What the tests of the nginx module share: `nginx` starts one, `compile` writes its store."""

import contextlib
import json
import os
import pathlib
import subprocess

import pytest

from server import Server, SECONDS

TOP = pathlib.Path(__file__).resolve().parents[2]
ACCOUNT = "111122223333"
READER = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/app"


@pytest.fixture
def top():
    """The project's folder."""
    return TOP


def allow(action, resource, **more):
    """A policy document with one Allow."""
    return {"Version": "2012-10-17",
            "Statement": [{"Sid": "It", "Effect": "Allow", "Action": action, "Resource": resource, **more}]}


def manifest(*policies, **more):
    """A manifest in which the role reader has the policies, and the account owns the bucket photos."""
    return {"polcheck": 1,
            "roles": [{"arn": f"arn:aws:iam::{ACCOUNT}:role/reader", "policies": list(policies)}],
            "resources": [{"arn": "arn:aws:s3:::photos", "account": ACCOUNT}], **more}


@pytest.fixture
def compile_store(tmp_path):
    """Compiles manifests, or keys that the reader may read, into a store: "policies.store" if not told."""

    def run(*what, path="policies.store"):
        keys = [f"arn:aws:s3:::photos/{item}" for item in what if isinstance(item, str)]
        documents = [item for item in what if isinstance(item, dict)]
        if keys:
            documents.append(manifest(allow("s3:GetObject", keys)))
        files = []
        for number, document in enumerate(documents):
            files.append(tmp_path / f"manifest{number}.json")
            files[-1].write_text(json.dumps(document), encoding="utf-8")
        subprocess.run([os.environ["POLCHECK"], "compile", *files, "-o", tmp_path / path], check=True, timeout=SECONDS,
                       capture_output=True)

    return run


# What most tests ask about: the caller names itself, the path is the key. Only a test may do so.
ASK = """
    polcheck on;
    polcheck_store policies.store;
    polcheck_principal $http_x_principal;
    polcheck_action s3:GetObject;
    polcheck_resource arn:aws:s3:::photos$polcheck_path;
"""


@pytest.fixture
def nginx(tmp_path):
    """Starts an nginx with locations, and what else stands around them; ends it when the test is over."""
    with contextlib.ExitStack() as stack:
        yield lambda locations, **more: stack.enter_context(Server(tmp_path, locations, **more))
