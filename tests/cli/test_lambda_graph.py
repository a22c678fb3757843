# SPDX-License-Identifier: Apache-2.0
"""polcheck lambda graph: functions with their integrations as DOT, and drawn by Graphviz as SVG (LAMBDA.md 1, 8)."""

import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import time
import xml.etree.ElementTree

import pytest

ACCOUNT = "111122223333"
OTHER = "444455556666"
THUMBS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:thumbs"
MAIL = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:mail"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/thumbs-role"
JOBS = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
DEAD = f"arn:aws:sqs:us-east-1:{OTHER}:dead"
GREEN, ORANGE, RED = "#2da44e", "#e36209", "#cf222e"
GREY = "#57606a"
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
PICTURE = "examples/shop-orders.svg"

drawn = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not here")


def codes(run):
    return re.findall(r"\[(POL\d{4})\]", run.err)


# Reading DOT -----------------------------------------------------------------------------------------


class Graph:
    """A graph in DOT, read by the little of its grammar that is used, strictly: what else is there fails."""

    TOKEN = re.compile(r'\s*(?:("(?:[^"\\\x00-\x1f\x7f]|\\["\\n])*")|([A-Za-z0-9_.]+)|(->|[\[\]{}=,;]))')

    def __init__(self, text):
        self.nodes, self.edges, self.clusters = {}, [], {}
        self.tokens = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = self.TOKEN.match(text, at)
            assert found, f"not DOT: {text[at:at + 60]!r}"
            self.tokens.append(found[0].strip())
            at = found.end()
        assert self.take() == "digraph" and self.take() == "polcheck"
        self.block([])
        assert not self.tokens

    def take(self, wanted=None):
        token = self.tokens.pop(0)
        assert wanted in (None, token), f"{token} in the place of {wanted}"
        return token

    def block(self, within):
        self.take("{")
        while self.tokens[0] != "}":
            word = self.take()
            assert re.fullmatch(r"\w+", word), word
            if word == "subgraph":
                self.block([*within, self.take()])
                continue
            other = self.take() and self.take() if self.tokens[0] == "->" else None
            attributes = self.attributes()
            self.take(";")
            if other:
                self.edges.append((word, other, attributes))
            elif word not in ("graph", "node", "edge"):
                assert word not in self.nodes
                self.nodes[word] = attributes
                self.clusters[word] = within
        self.take("}")

    def attributes(self):
        found = {}
        self.take("[")
        while True:
            name = self.take()
            self.take("=")
            value = self.take()
            assert name not in found
            found[name] = value[1:-1].replace('\\"', '"') if value.startswith('"') else value
            if self.take() == "]":
                return found

    def node(self, start):
        """The name of the one node whose label begins so."""
        found = [name for name, attributes in self.nodes.items() if lines(attributes["label"])[0] == start]
        assert len(found) == 1, (start, self.nodes)
        return found[0]

    def edge(self, start):
        """Attributes of the one edge from or to that node."""
        name = self.node(start)
        found = [attributes for one, other, attributes in self.edges if name in (one, other)]
        assert len(found) == 1
        return found[0]


def lines(label):
    """The lines of a label as people see them."""
    return [line.replace("\\\\", "\\") for line in re.sub(r"(?<!\\)((?:\\\\)*)\\n", "\\1\n", label).split("\n")]


# The world -------------------------------------------------------------------------------------------


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(arn, *actions):
    trust = policy({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    allows = policy({"Effect": "Allow", "Action": list(actions), "Resource": "*"})
    return {"arn": arn, "policies": [allows], "trust": trust}


def function(arn, **more):
    return {"FunctionName": arn.split(":")[-1], "FunctionArn": arn, "Role": ROLE, **more}


class World:
    """A store compiled from dumps."""

    def __init__(self, polcheck, folder):
        self.polcheck, self.folder = polcheck, folder
        self.files = {}

    def write(self, **files):
        self.files |= files
        for name, content in files.items():
            (self.folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

    def compile(self, *more):
        run = self.polcheck("compile", *[f"{name}.json" for name in self.files], *more, "-o", "store")
        assert run.status == 0, run

    def draw(self, *words, **how):
        return self.polcheck("lambda", "graph", "-s", "store", *(words or [THUMBS]), **how)

    def graph(self, *words):
        run = self.draw(*words)
        assert (run.status, run.err) == (0, ""), run
        return Graph(run.out)


@pytest.fixture
def world(polcheck, tmp_path):
    """thumbs has a queue that it may read, a dead-letter queue of another account that it may not write to, an open
    URL at its alias prod that nobody may call, tracing that it may not do, and a key that only a grant can open."""
    made = World(polcheck, tmp_path)
    made.write(
        accounts={"polcheck": 1, "roles": [
            role(ROLE, "logs:*", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")]},
        functions={"Functions": [
            function(THUMBS, DeadLetterConfig={"TargetArn": DEAD}, TracingConfig={"Mode": "Active"},
                     KMSKeyArn=f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"),
            function(MAIL)]},
        mappings={"EventSourceMappings": [
            {"UUID": "00000000-0000-0000-0000-000000000001", "EventSourceArn": JOBS, "FunctionArn": THUMBS,
             "State": "Enabled"}]},
        urls={"FunctionUrlConfigs": [{"FunctionArn": f"{THUMBS}:prod", "AuthType": "NONE",
                                      "FunctionUrl": "https://abc.lambda-url.eu-west-1.on.aws/"}]},
        aliases={"Aliases": [{"AliasArn": f"{THUMBS}:prod", "Name": "prod", "FunctionVersion": "7"}]},
    )
    made.compile()
    return made


@pytest.fixture
def fake(tmp_path):
    """Puts a script in the place of dot; gives the environment that has it."""

    def make(script, shell="/bin/sh"):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        (folder / "dot").write_text(f"#!{shell}\n{script}\n", encoding="utf-8")
        (folder / "dot").chmod(0o755)
        return {"PATH": f"{folder}:/usr/bin:/bin"}

    return make


# DOT -------------------------------------------------------------------------------------------------


def test_sides(world):
    graph = world.graph()
    middle = graph.node("thumbs")
    assert lines(graph.nodes[middle]["label"])[:2] == ["thumbs", f"{ACCOUNT} eu-west-1"]
    queue, url = graph.node("SQS queue"), graph.node("function URL")
    dead, key = graph.node("dead-letter SQS queue"), graph.node("environment key")
    assert lines(graph.nodes[queue]["label"]) == ["SQS queue", "jobs"]
    assert lines(graph.nodes[dead]["label"]) == ["dead-letter SQS queue", "dead", f"{OTHER} us-east-1"]
    assert lines(graph.nodes[url]["label"]) == ["function URL", "auth-type NONE"]
    ends = [(one, other) for one, other, _ in graph.edges]
    assert {(queue, middle), (url, middle), (middle, dead), (middle, key)} < set(ends)
    assert all(middle in pair for pair in ends) and len(set(ends)) == len(ends) == len(graph.nodes) - 1
    attached = {name for name, within in graph.clusters.items() if within[-1].endswith("attached")}
    assert attached == {graph.node(title) for title in [
        "execution role", "execution logs", "metrics", "environment key", "X-Ray tracing"]}


def test_marks(world):
    graph = world.graph()
    looks = {title: (edge["color"], edge["style"]) for title in [
        "SQS queue", "dead-letter SQS queue", "function URL", "execution role", "execution logs", "X-Ray tracing",
        "environment key"] for edge in [graph.edge(title)]}
    assert looks == {
        "SQS queue": (GREEN, "solid"), "execution role": (GREEN, "solid"), "execution logs": (GREEN, "solid"),
        "environment key": (ORANGE, "solid"), "dead-letter SQS queue": (RED, "dashed"),
        "function URL": (RED, "dashed"), "X-Ray tracing": (RED, "dashed")}
    assert graph.nodes[graph.node("thumbs")]["color"] == RED


def test_labels(world):
    graph = world.graph()
    assert graph.edge("SQS queue")["label"] == ""
    url = lines(graph.edge("function URL")["label"])
    assert url[0] == ":prod" and re.fullmatch(r"fails POL\d{4}", url[1])
    assert " ".join(url[2:]) == "lambda:InvokeFunctionUrl: nothing allows it"
    tracing = graph.edge("X-Ray tracing")
    assert lines(tracing["label"])[0] == "fails POL1130"
    assert lines(tracing["tooltip"])[1].startswith(
        f"fails POL1130: {ROLE} may not xray:PutTraceSegments or xray:PutTelemetryRecords: ")
    assert lines(graph.edge("environment key")["label"])[0] == "warns POL1182"


def test_several_functions(world):
    both = world.graph(THUMBS, MAIL)
    assert {both.node("thumbs"), both.node("mail")} == {"f0", "f1"}
    assert world.graph(f"{MAIL}:prod").node("mail") == "f0" # the function is what has integrations


def test_the_same_every_time(world):
    first = world.draw(THUMBS, MAIL)
    assert first.status == 0 and first.out == world.draw(THUMBS, MAIL).out
    assert first.out == world.draw("mail", "thumbs").out
    world.compile("--jobs", "3")
    assert first.out == world.draw(THUMBS, MAIL).out


def test_the_time_of_the_questions(world):
    until = {"Effect": "Allow", "Action": "xray:*", "Resource": "*",
             "Condition": {"DateLessThan": {"aws:CurrentTime": "2024-01-01T00:00:00Z"}}}
    accounts = world.files["accounts"]
    accounts["roles"][0]["policies"].append(policy(until))
    world.write(accounts=accounts)
    world.compile()
    assert world.graph().edge("X-Ray tracing")["color"] == RED
    assert world.graph(THUMBS, "--now", "2023-01-01T00:00:00Z").edge("X-Ray tracing")["color"] == GREEN


@drawn
def test_graphviz_reads_the_same(world):
    text = world.draw(THUMBS, MAIL).out
    done = subprocess.run(["dot", "-Tjson"], input=text, capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert done.stderr == ""
    read, own = json.loads(done.stdout), Graph(text)
    nodes = [one for one in read["objects"] if "nodes" not in one]
    assert {one["name"]: one["label"].replace("\\\\", "\\") for one in nodes} == {
        name: attributes["label"].replace("\\\\", "\\") for name, attributes in own.nodes.items()}
    assert len(read["edges"]) == len(own.edges)


# Hostile names ---------------------------------------------------------------------------------------

HOSTILE = [
    '"]; evil [label="x', 'a\\', 'a\\"; evil -> f0; "', "\\N\\G\\n\\l", "two\nlines\r", "\x1b[31mred\x07", "\x7f\x9b1m",
    "\u202egnp.exe", "<b>bold</b>", "<script>alert(1)</script>", "]]>", "<!-- --> -->", "&lt;&nbsp;&bogus;&#x0;&#0;",
    "&amp;amp;", "\ufffe\uffff", "*/ // # {|<x>|}", "{" * 50, "x" * 5000, "\u00fc" * 300, "\U0001f600 \u4e2d\u6587",
]


@pytest.fixture
def hostile(world):
    """thumbs with a layer of each hostile name, and a file of such a name that a failing statement is in."""
    layers = [{"Arn": f"arn:aws:lambda:eu-west-1:{OTHER}:layer:{name}:1"} for name in HOSTILE]
    world.write(functions={"Functions": [
        function(THUMBS, LoggingConfig={"LogGroup": HOSTILE[0]}, Layers=layers)]}, mappings={}, urls={}, aliases={})
    for name in ("mappings", "urls", "aliases"):
        del world.files[name]
    denies = {"polcheck": 1, "roles": [role(ROLE, "logs:*")]}
    denies["roles"][0]["policies"].append(policy(
        {"Sid": "No", "Effect": "Deny", "Action": "logs:PutLogEvents", "Resource": "*"}))
    del world.files["accounts"]
    odd = '"];\\N&lt;\n\x1b[1m.json'
    (world.folder / odd).write_text(json.dumps(denies), encoding="utf-8")
    world.compile(odd)
    return world


def test_hostile_names_stay_in_their_strings(hostile):
    graph = hostile.graph()
    layers = [name for name, attributes in graph.nodes.items() if lines(attributes["label"])[0] == "layer"]
    assert len(layers) == len(HOSTILE)
    assert len(graph.edges) == len(graph.nodes) - 1
    assert all(re.fullmatch(r"f0(_\d+)?", name) for name in graph.nodes)
    text = hostile.draw().out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufffe\uffff]", text)
    shown = {attributes["tooltip"].replace("\\\\", "\\").rsplit(":", 1)[0].split(":layer:")[1]
             for name, attributes in graph.nodes.items() if name in layers}
    assert {'"]; evil [label="x', "a\\", "\\N\\G\\n\\l", "<b>bold</b>", "two\\x0alines\\x0d",
            "\\x26lt;\\x26nbsp;\\x26bogus;\\x26#x0;\\x26#0;", "x" * 5000} <= shown
    assert max(len(line) for node in graph.nodes.values() for line in lines(node["label"])) <= 46
    denied = graph.edge("execution logs")
    assert '"];\\N\\x26lt;\\x0a\\x1b[1m.json:' in lines(denied["tooltip"])[1]


@drawn
def test_hostile_names_stay_text_in_the_drawing(hostile):
    run = hostile.draw(THUMBS, "--format", "svg")
    assert (run.status, run.err) == (0, ""), run
    root = xml.etree.ElementTree.fromstring(run.out)
    assert {element.tag for element in root.iter()} <= {
        SVG + name for name in ("svg", "g", "title", "a", "text", "path", "polygon", "polyline", "ellipse")}
    assert not [name for element in root.iter() for name in element.attrib if "href" in name or name.startswith("on")]
    texts = "\n".join(element.text or "" for element in root.iter(SVG + "text"))
    for part in ["<b>bold</b>", '"]; evil [label="x', "\\N\\G\\n\\l", "two\\x0alines\\x0d", "\\x26lt;"]:
        assert part in texts, part
    graph = Graph(hostile.draw().out)
    groups = [element.get("class") for element in root.iter(SVG + "g")]
    assert (groups.count("node"), groups.count("edge")) == (len(graph.nodes), len(graph.edges))


# SVG -------------------------------------------------------------------------------------------------


@drawn
def test_the_name_of_the_file_tells_the_format(world, tmp_path):
    assert world.draw(THUMBS, "-o", "thumbs.svg").status == 0
    assert (tmp_path / "thumbs.svg").read_text(encoding="utf-8") == world.draw(THUMBS, "--format", "svg").out
    for words in [("-o", "thumbs.dot"), ("-o", "thumbs.svg", "--format", "dot")]:
        assert world.draw(THUMBS, *words).status == 0
        assert (tmp_path / words[1]).read_text(encoding="utf-8") == world.draw(THUMBS).out


@drawn
def test_svg(world):
    run = world.draw(THUMBS, "--format", "svg")
    assert (run.status, run.err) == (0, "")
    root = xml.etree.ElementTree.fromstring(run.out)
    assert root.tag == f"{SVG}svg"
    texts = [element.text for element in root.iter(SVG + "text")]
    assert {"thumbs", "SQS queue", "jobs", "fails POL1130", "warns POL1182", ":prod"} <= set(texts)
    tips = [element.get(f"{XLINK}title") or "" for element in root.iter(SVG + "a")]
    assert JOBS in tips
    assert [tip for tip in tips if f"POL1130: {ROLE} may not xray:PutTraceSegments or xray:PutTelemetryRecords" in tip]
    strokes = {(path.get("stroke"), bool(path.get("stroke-dasharray"))) for path in root.iter(SVG + "path")}
    assert {(GREEN, False), (ORANGE, False), (RED, True)} <= strokes
    assert run.out == world.draw(THUMBS, "--format", "svg").out


def shown(element):
    """What a drawing shows of a node or an edge: its texts, its tooltip, and how its line looks."""
    texts = [text.text for text in element.iter(SVG + "text")]
    [tip] = {link.get(f"{XLINK}title") for link in element.iter(SVG + "a")}
    path = next(element.iter(SVG + "path"))
    return [text for text in texts if text.strip("\xa0 ")], tip, path.get("stroke"), bool(path.get("stroke-dasharray"))


def wanted(attributes):
    """The same of what the text for Graphviz says."""
    texts = [line for line in lines(attributes["label"]) if line]
    look = attributes.get("color", GREY), attributes.get("style") == "dashed"
    return texts, "\n".join(lines(attributes["tooltip"])), *look


def test_the_picture_of_the_front_page(polcheck, top, tmp_path):
    """It shows what the command says now; where Graphviz puts things is not compared. docs/functions.md has the commands
    that draw it anew, into build/."""
    picture = xml.etree.ElementTree.parse(top / PICTURE).getroot()
    front = (top / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"!\[.+\]\({re.escape(PICTURE)}\)", front)
    store = tmp_path / "store"
    assert polcheck("compile", "policies/managed", "examples/shop-broken", "-o", store, cwd=top).status == 0
    graph = Graph(polcheck("lambda", "graph", "-s", store, pathlib.Path(PICTURE).stem).out)
    said = {name: wanted(attributes) for name, attributes in graph.nodes.items()}
    said |= {f"{one}->{other}": wanted(attributes) for one, other, attributes in graph.edges}
    drawn_parts = [part for part in picture.iter(SVG + "g") if part.get("class") in ("node", "edge")]
    assert {part.find(SVG + "title").text: shown(part) for part in drawn_parts} == said
    assert {GREEN, RED} <= {look[2] for look in said.values()}


def test_without_graphviz(world, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "old.svg").write_text("old", encoding="utf-8")
    for words in ([], ["-o", "old.svg"], ["-o", "new.svg"]):
        run = world.draw(THUMBS, "--format", "svg", *words, env={"PATH": str(tmp_path / "empty")})
        assert (run.status, run.out, codes(run)) == (2, "", ["POL1190"])
        assert "there is no such command" in run.err and "graphviz" in run.err and "--format dot" in run.err
    assert (tmp_path / "old.svg").read_text(encoding="utf-8") == "old"
    assert not (tmp_path / "new.svg").exists()
    assert world.draw(THUMBS, env={"PATH": str(tmp_path / "empty")}).status == 0


@pytest.mark.parametrize("script, said", [
    ("echo boom >&2; exit 3", "failed with exit status 3: boom"),
    ("cat >/dev/null; echo '<svg>half'; exit 1", "failed with exit status 1: it did not say why"),
    ("kill -9 $$", "was ended by signal 9"),
    ("cat >/dev/null", "what it printed is not SVG"),
    ("echo hello", "what it printed is not SVG"),
    ("printf '\\033[31mred\\n' >&2; exit 1", "\\x1b[31mred"),
    ("head -c 3000000 /dev/zero | tr '\\0' e >&2; cat >/dev/null; exit 1", "eeee"),
], ids=["fails", "half", "killed", "nothing", "other", "control", "much"])
def test_graphviz_fails(world, fake, tmp_path, script, said):
    run = world.draw(THUMBS, "--format", "svg", "-o", "new.svg", env=fake(script))
    assert (run.status, run.out, codes(run)) == (2, "", ["POL1190"])
    assert said in run.err and "\x1b" not in run.err and len(run.err) < 5000
    assert not (tmp_path / "new.svg").exists()


def test_a_graphviz_that_cannot_be_run(world, fake, tmp_path):
    environment = fake("")
    (tmp_path / "bin" / "dot").write_bytes(b"\x7fELF no program")
    run = world.draw(THUMBS, "--format", "svg", env=environment)
    assert (run.status, run.out, codes(run)) == (2, "", ["POL1190"])
    (tmp_path / "bin" / "dot").chmod(0o644)
    run = world.draw(THUMBS, "--format", "svg", env={"PATH": str(tmp_path / "bin")})
    assert (run.status, run.out, codes(run)) == (2, "", ["POL1190"])
    assert "Permission denied" in run.err


@pytest.mark.parametrize("script", [
    # Writes more than a pipe holds before it reads, and the other way round.
    "echo '<svg>'; head -c 3000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero >&2; cat >/dev/null; echo '</svg>'",
    "exec 2>&-; sleep 0.2; cat >/dev/null; echo '<svg>'; sleep 0.2; head -c 3000000 /dev/zero | tr '\\0' x; echo",
    "echo '<svg>'; exec 0<&-; head -c 3000000 /dev/zero | tr '\\0' x; sleep 0.2",
], ids=["early", "late", "deaf"])
def test_no_pipe_is_waited_for_in_vain(world, fake, script):
    functions = [function(f"{THUMBS}-{i}", TracingConfig={"Mode": "Active"}) for i in range(120)]
    world.write(functions={"Functions": [*world.files["functions"]["Functions"], *functions]})
    world.compile()
    run = world.polcheck("lambda", "graph", "-s", "store")
    assert len(run.out) > 200000  # more than a pipe holds
    run = world.polcheck("lambda", "graph", "-s", "store", "--format", "svg", env=fake(script))
    assert (run.status, run.err) == (0, "")
    assert run.out.startswith("<svg>\n") and run.out.count("x") == 3000000


def test_what_the_child_gets(world, fake, tmp_path):
    environment = fake(f"cat >{tmp_path}/input; echo \"$0\" \"$@\" >{tmp_path}/words\n"
                       f"echo \"$SHOWN\" >{tmp_path}/shown\n"
                       f"readlink /proc/$$/fd/* >{tmp_path}/files; echo '<svg/>'")
    run = world.draw(THUMBS, "--format", "svg", env={**environment, "SHOWN": "as it is"})
    assert (run.status, run.out, run.err) == (0, "<svg/>\n", "")
    assert (tmp_path / "input").read_text(encoding="utf-8") == world.draw().out
    assert (tmp_path / "words").read_text(encoding="utf-8").split()[1:] == ["-Tsvg"]
    assert (tmp_path / "shown").read_text(encoding="utf-8") == "as it is\n"
    files = (tmp_path / "files").read_text(encoding="utf-8").splitlines()
    others = [path for path in files if not path.startswith("pipe:")]
    assert sorted(others) == [f"{tmp_path}/bin/dot", f"{tmp_path}/files"] # the shell's own
    assert len(files) == 4


@pytest.mark.parametrize("handling", [signal.SIG_DFL, signal.SIG_IGN], ids=["usual", "ignored"])
def test_signals_of_the_child_are_those_of_the_caller(world, fake, handling):
    """What polcheck ignores for itself the child does not, and an ignored SIGCHLD hides no ending."""
    script = 'open F, "/proc/self/status"; print "<svg>"; while (<F>) { print if /SigIgn|SigBlk/ } exit %d;'
    for status in (0, 3):
        run = world.draw(THUMBS, "--format", "svg", env=fake(script % status, "/usr/bin/perl"),
                         preexec_fn=lambda: signal.signal(signal.SIGCHLD, handling))
        if status:
            assert run.status == 2 and "failed with exit status 3" in run.err
            continue
        assert (run.status, run.err) == (0, "")
        blocked, ignored = (int(word, 16) for word in re.findall(r"Sig\w+:\s*(\w+)", run.out))
        assert not blocked and not ignored & (1 << signal.SIGPIPE - 1 | 1 << signal.SIGXFSZ - 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_interrupted(world, fake, tmp_path, number):
    environment = os.environ | fake(f"echo $$ >{tmp_path}/pid.new; mv {tmp_path}/pid.new {tmp_path}/pid; "
                                    "exec sleep 300")
    command = [os.environ["POLCHECK"], "lambda", "graph", "-s", "store", "--format", "svg", "-o", "new.svg", THUMBS]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE) as process:
        wait_for((tmp_path / "pid").exists)
        child = int((tmp_path / "pid").read_text(encoding="utf-8"))
        process.send_signal(number)
        assert process.wait(timeout=20) == -number
    wait_for(lambda: not alive(child))
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"bin", "pid", "store", *(f"{name}.json" for name in world.files)}


def wait_for(condition):
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not come to pass")


def alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z" # nobody may be there to wait for it


# Output ----------------------------------------------------------------------------------------------


def test_into_a_file(world, tmp_path):
    text = world.draw().out
    run = world.draw(THUMBS, "-o", "new.dot")
    assert (run.status, run.out, run.err) == (0, "", "")
    assert (tmp_path / "new.dot").read_text(encoding="utf-8") == text
    (tmp_path / "new.dot").write_text("old", encoding="utf-8")
    (tmp_path / "new.dot").chmod(0o640)
    (tmp_path / "link").symlink_to("new.dot")
    assert world.draw(THUMBS, "--output=link").status == 0
    assert (tmp_path / "link").is_symlink() and (tmp_path / "new.dot").read_text(encoding="utf-8") == text
    assert (tmp_path / "new.dot").stat().st_mode & 0o777 == 0o640
    assert world.draw(THUMBS, "-o", "-").out == text


def test_unwritable_files(world, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "fixed.dot").write_text("old", encoding="utf-8")
    (tmp_path / "fixed.dot").chmod(0o444)
    for path in ["folder", "nowhere/new.dot", "fixed.dot", "fixed.dot/new.dot", "/dev/full"]:
        run = world.draw(THUMBS, "-o", path)
        assert (run.status, run.out, codes(run)) == (2, "", ["POL0005"]), path
    assert (tmp_path / "fixed.dot").read_text(encoding="utf-8") == "old"


def test_a_file_is_written_whole_or_not_at_all(world, tmp_path):
    (tmp_path / "old.dot").write_text("old", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    for path in ["old.dot", "new.dot"]:
        run = world.draw(THUMBS, "-o", path,
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))
        assert (run.status, codes(run)) == (2, ["POL0005"])
    assert (tmp_path / "old.dot").read_text(encoding="utf-8") == "old"
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("words", [[], pytest.param(["--format", "svg"], marks=drawn)], ids=["dot", "svg"])
def test_standard_output_that_is_closed(world, tmp_path, words):
    command = [os.environ["POLCHECK"], "lambda", "graph", "-s", "store", THUMBS, *words]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command, cwd=tmp_path, stdout=write, stderr=subprocess.PIPE, encoding="utf-8", timeout=60,
                          check=False)
    os.close(write)
    assert done.returncode == 2 and "[POL0005]" in done.stderr
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, encoding="utf-8",
                              timeout=60, check=False)
    assert done.returncode == 2 and "[POL0005]" in done.stderr
    done = subprocess.run(["sh", "-c", 'exec "$@" <&- >&-', "sh", *command], cwd=tmp_path, stderr=subprocess.PIPE,
                          encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 2 and "[POL0005]" in done.stderr


# Usage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, code", [
    ([THUMBS.replace("thumbs", "nobody")], "POL1042"),
    (["a b"], "POL1042"),
    ([THUMBS, "--format", "png"], "POL0950"),
    ([THUMBS, "--format", ""], "POL0950"),
    ([THUMBS, "-o", ""], "POL0950"),
    ([THUMBS, "--now", "soon"], "POL0950"),
])
def test_wrong_usage(world, words, code):
    run = world.draw(*words)
    assert (run.status, run.out, codes(run)) == (2, "", [code])


def test_stores_that_are_not_there(polcheck):
    run = polcheck("lambda", "graph", THUMBS)
    assert (run.status, run.out, codes(run)) == (2, "", ["POL0950"]) and "--store" in run.err
    run = polcheck("lambda", "graph", "-s", "nowhere", THUMBS)
    assert (run.status, run.out, codes(run)) == (2, "", ["POL0900"])
