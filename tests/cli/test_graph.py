# SPDX-License-Identifier: Apache-2.0
"""`polcheck graph`: the compiled tree as a drawing, which says what the dump says."""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

POLICY = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Reads", "Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject", "s3:G*Acl"], "Resource": "arn:aws:s3:::a/*"},
    {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    {"Sid": "Rest", "Effect": "Allow", "NotAction": "iam:*", "NotResource": [f"arn:aws:s3:::{name}" for name in "abcd"]}]}


@pytest.fixture
def drawn(polcheck, tmp_path):
    """The graph as Graphviz understands it: labels by node, edges, and edges of what NotAction leaves out."""

    def draw(*arguments, **how):
        run = polcheck("graph", *arguments, **how)
        assert run.status == 0 and run.err == "", run
        read = subprocess.run(["dot", "-Tjson0"], input=run.out, capture_output=True, encoding="utf-8", check=True,
                              timeout=60)
        graph = json.loads(read.stdout)
        nodes = [node for node in graph["objects"] if "nodes" not in node]
        labels = {node["name"]: node["label"] for node in nodes}
        ids = {node["_gvid"]: node["name"] for node in nodes}
        edges = [(ids[edge["tail"]], ids[edge["head"]]) for edge in graph["edges"] if edge.get("label") != "but not"]
        excluding = [(ids[edge["tail"]], ids[edge["head"]]) for edge in graph["edges"] if edge.get("label") == "but not"]
        return labels, edges, excluding

    return draw


def statements_of(labels, edges, start):
    """The labels of the statements that a node leads to."""
    reached, open_ = set(), [start]
    while open_:
        at = open_.pop()
        open_ += [head for tail, head in edges if tail == at and head not in reached]
        reached |= {head for tail, head in edges if tail == at}
    return {labels[name].split("\\n")[0] for name in reached if re.fullmatch(r"p\d+s\d+", name)}


def test_tree(drawn):
    labels, edges, excluding = drawn("-", input=json.dumps(POLICY))
    names = {label: name for name, label in labels.items()}
    assert statements_of(labels, edges, "p0r0") == {"Allow Reads", "Deny #1", "Allow Rest"}
    assert statements_of(labels, edges, names["s3"]) >= {"Allow Reads"}
    assert statements_of(labels, edges, "p0e0") == {"Deny #1"}
    assert statements_of(labels, edges, names["iam"]) == set()
    assert statements_of(labels, edges + excluding, names["iam"]) == {"Allow Rest"}
    assert statements_of(labels, edges, names["g*acl"]) == {"Allow Reads"}
    assert ("p0r0", next(name for name, label in labels.items() if label.startswith("Allow Rest"))) in edges
    assert any("1 condition" in label for label in labels.values())
    assert any("all but" in label and "and 1 more" in label for label in labels.values())


def test_a_store(polcheck, drawn, top, tmp_path):
    assert polcheck("compile", top / "policies", "-o", tmp_path / "store").status == 0
    labels, _, _ = drawn("--store", tmp_path / "store", "arn:aws:iam::111122223333:role/thumbs-role")
    assert {name.split("r")[0] for name in labels if re.fullmatch(r"p\d+r0", name)} >= {"p0", "p1"}
    assert polcheck("graph", "--store", tmp_path / "store", "arn:aws:iam::111122223333:role/nobody").status == 2


def test_every_statement_is_there_and_reached(polcheck, drawn, top):
    for path in sorted((top / "policies" / "managed").glob("AWS*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        labels, edges, _ = drawn(path)
        wanted = {f"{row['Effect']} {row.get('Sid') or '#%d' % at}" for at, row in enumerate(document["Statement"])}
        assert statements_of(labels, edges, "p0r0") == wanted


def test_svg(polcheck, tmp_path):
    for how in (["-o", "tree.svg"], ["--format", "svg", "-o", "tree.svg"]):
        run = polcheck("graph", "-", *how, input=json.dumps(POLICY))
        assert (run.status, run.out, run.err) == (0, "", "")
        assert ElementTree.parse(tmp_path / "tree.svg").getroot().tag.endswith("svg")
        (tmp_path / "tree.svg").unlink()
    assert polcheck("graph", "-", "--format", "svg", input=json.dumps(POLICY)).out.startswith("<?xml")


def test_texts_cannot_leave_their_strings(drawn):
    hostile = 'a"];x [label="b\\n&amp;\x1b'
    policy = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": f"arn:aws:s3:::{hostile}"}}
    labels, _, _ = drawn("-", input=json.dumps(policy))
    assert "x" not in labels and all(re.fullmatch(r"p0[a-z]\d+", name) for name in labels)


def test_wrong_usage(polcheck):
    assert polcheck("graph").status == 2
    assert "needs one policy file" in polcheck("graph", "a", "b").err
    assert 'did you mean "svg"?' in polcheck("graph", "-", "--format", "svgg", input="{}").err
    run = polcheck("graph", "-", input='{"Statement": []}')
    assert run.status == 2 and run.out == ""


@pytest.mark.parametrize("name", ["tree.png", "tree.pdf"])
def test_pictures_of_other_kinds_are_refused(polcheck, tmp_path, name):
    """Not written as text under their name."""
    policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
    (tmp_path / "p.json").write_text(json.dumps(policy), encoding="utf-8")
    run = polcheck("graph", "p.json", "-o", name)
    assert run.status == 2 and run.out == "" and f"polcheck graph ... | dot -T{name[5:]} -o {name}" in run.err
    assert not (tmp_path / name).exists()
    assert polcheck("graph", "p.json", "-o", name, "--format", "dot").status == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith("digraph")
