# SPDX-License-Identifier: Apache-2.0
"""What the documents show is what the command does: each line of their shell blocks is run."""

import json
import os
import re
import shutil
import subprocess

import pytest

DOCUMENTS = ["README.md", "policies/README.md", "policies/thumbnails/README.md", "policies/shop/README.md", "examples/shop-broken/README.md"]
ELSEWHERE = ("tools/", "examples/dump-account ", "aws ", "meson ", "cc ", "./ask ", "#")  # run by other tests, or not ours


def blocks(path, language):
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S)


def commands(path):
    """The commands of the shell blocks, lines that go on with a backslash or a pipe joined."""
    for block in blocks(path, "sh"):
        for line in block.replace("\\\n", " ").replace("|\n", "| ").splitlines():
            if line.strip() and not line.startswith(ELSEWHERE):
                yield line


@pytest.fixture
def place(top, tmp_path):
    """A folder like the project's own, with the command where the documents have it."""
    for name in ["policies", "corpus", "examples"]:
        (tmp_path / name).symlink_to(top / name)
    (tmp_path / "build").mkdir()
    (tmp_path / "my-dumps").mkdir()
    (tmp_path / "my-dumps" / "manifest.json").write_text('{"polcheck": 1}', encoding="utf-8")
    for path in ["build/polcheck", "polcheck"]:
        (tmp_path / path).symlink_to(os.environ["POLCHECK"])
    return tmp_path


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_run(top, place, document):
    ran = quoted = 0
    for command in commands(top / document):
        environment = {**os.environ, "PATH": f"{place}:{os.environ['PATH']}", "TOKEN": "correct horse", "OTHER": "x"}
        done = subprocess.run(command, shell=True, cwd=place, env=environment, capture_output=True, timeout=60,
                              encoding="utf-8", check=False, stdin=subprocess.DEVNULL)
        ran += 1
        if "--format svg" in command and shutil.which("dot") is None:
            assert (done.returncode, done.stdout) == (2, "") and "graphviz" in done.stderr
            continue
        if command.endswith("# refused"):
            # What is printed stands in the document, but for what to do next.
            said = [line for line in done.stderr.splitlines() if not line.startswith("  hint: ")]
            assert (done.returncode, done.stdout) == (1, "") and len(said) >= 2
            assert "\n".join(said) + "\n" in blocks(top / document, "text")
            continue
        if command.endswith("# something fails"):
            # What the document shows of it is printed just so.
            shown = [block for block in blocks(top / document, "text") if "  FAIL  " in block]
            assert (done.returncode, done.stderr) == (1, "") and all(block in done.stdout for block in shown)
            quoted += len(shown)
            continue
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert not re.search(r": (error|warning): ", done.stderr), command
    assert ran > 0
    assert quoted == sum("  FAIL  " in block for block in blocks(top / document, "text"))


def test_the_case_of_the_front_page_passes(top, polcheck, tmp_path):
    [case] = blocks(top / "README.md", "json")
    (tmp_path / "case.json").write_text(case, encoding="utf-8")
    run = polcheck("test", "case.json", "--json")
    assert run.status == 0
    assert [json.loads(line)["passed"] for line in run.out.splitlines()] == [True]
