# SPDX-License-Identifier: Apache-2.0
"""Completion of command lines, as the shells themselves do it."""

import os
import pty
import re
import select
import subprocess
import time

import pytest
from test_help import GROUPS, NAMES, VERBS, table

SHELLS = ["bash", "zsh", "fish"]
FIRST = sorted({words[0] for words in VERBS} | set(GROUPS))

# What is typed, and all that may come of it.
TYPED = {
    "polcheck ": FIRST,
    "polcheck ev": ["eval"],
    "polcheck --color never ev": ["eval"],
    "polcheck --color ": ["always", "auto", "never"],
    "polcheck keys ": sorted(words[1] for words in VERBS if words[0] == "keys" and len(words) > 1),
    "polcheck secrets rek": ["rekey"],
    "polcheck eval --cas": ["--case"],
    "polcheck eval --case ": ["a file.json", "folder/"],
    "polcheck eval --json --case ": ["a file.json", "folder/"],
    "polcheck eval --principal ": [],
    "polcheck secrets put --vault ": ["folder/"],
    "polcheck lambda graph --format ": ["dot", "svg"],
    "polcheck completion ": SHELLS,
    "polcheck test ": ["a file.json", "folder/"],
    "polcheck help vers": ["version"],
    "polcheck xyzzy ": [],
}

BASH = """
source <(command "$POLCHECK" completion bash)
COMP_WORDS=() && line=$1 && read -ra COMP_WORDS <<<"$line"
[[ $line == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) && _polcheck && printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell):
    return subprocess.run([os.environ["POLCHECK"], "completion", shell], capture_output=True, encoding="utf-8",
                          check=True, timeout=60).stdout


def run(command, folder, **how):
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=60,
                          env={**os.environ, "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"}, **how)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a file.json").touch()
    return tmp_path


def bash(folder, typed):
    done = run(["bash", "--norc", "-c", BASH, "bash", typed], folder)
    assert done.stderr == ""
    lines = [line for line in done.stdout.splitlines() if line]
    return sorted(line + "/" if (folder / line).is_dir() else line for line in lines)


def fish(folder, typed):
    done = run(["fish", "--no-config", "-c", 'source (command $POLCHECK completion fish | psub); complete -C "$argv[1]"', typed],
               folder)
    assert done.stderr == ""
    found = [line.split("\t")[0].replace("\\ ", " ") for line in done.stdout.splitlines()]
    return sorted(set(found) - {"home/"})


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("shell", [bash, fish], ids=["bash", "fish"])
def test_completion(folder, shell, typed):
    assert shell(folder, typed) == sorted(TYPED[typed])


@pytest.mark.parametrize("verb", VERBS, ids=NAMES)
def test_every_option(folder, verb):
    shown = {f"--{name}" for _, name, wanted in table(verb) if wanted} | {"--help", "--color"}
    assert set(bash(folder, f"polcheck {' '.join(verb)} --")) == shown
    found = {word for word in fish(folder, f"polcheck {' '.join(verb)} --") if word.startswith("--")}
    assert found - {"--version"} == shown


class Terminal:
    """An interactive zsh of its own."""

    def __init__(self, folder):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(HOME=str(folder), TERM="dumb", PS1="", LC_ALL="C.UTF-8", ZDOTDIR=str(folder))
            os.execvp("zsh", ["zsh", "-f", "-i"])

    def read(self, until):
        """What comes up to a mark; bounded in time."""
        seen, end = "", time.monotonic() + 20
        while not re.search(until, seen):
            assert time.monotonic() < end, seen
            if select.select([self.fd], [], [], 0.1)[0]:
                seen += os.read(self.fd, 65536).decode("utf-8", "replace")
        return seen

    def type(self, text):
        os.write(self.fd, text.encode())

    def close(self):
        self.type("\x03\nexit\n")
        os.close(self.fd)
        os.waitpid(self.pid, 0)


ZSH = """
autoload -Uz compinit; compinit -D; source <("$POLCHECK" completion zsh)
shown() { print -r -- "<$BUFFER>" }; zle -N shown; bindkey '^T' shown; bindkey '^I' complete-word
echo rea''dy
"""


@pytest.fixture
def zsh(folder):
    terminal = Terminal(folder)
    terminal.type(ZSH.replace("\n", "; ").removeprefix("; ").removesuffix("; ") + "\n")
    terminal.read("ready")
    yield terminal
    terminal.close()


@pytest.mark.parametrize("typed, becomes", [
    ("polcheck ev", "polcheck eval "),
    ("polcheck --color ne", "polcheck --color never "),
    ("polcheck secrets rek", "polcheck secrets rekey "),
    ("polcheck eval --cas", "polcheck eval --case"),
    ("polcheck eval --case a", "polcheck eval --case a\\ file.json "),
    ("polcheck eval --color=al", "polcheck eval --color=always "),
    ("polcheck lambda graph --format s", "polcheck lambda graph --format svg "),
    ("polcheck secrets put --vault ", "polcheck secrets put --vault folder/"),
    ("polcheck completion fi", "polcheck completion fish "),
    ("polcheck xyzzy a", "polcheck xyzzy a"),
])
def test_zsh(zsh, typed, becomes):
    """The line after a tab, which a key of ours shows."""
    zsh.type(f"{typed}\t\x14")
    seen = re.search(r"<([^<>]*)>", zsh.read(r"<[^<>]*>")).group(1)
    assert seen.rstrip() == becomes.rstrip()


def test_scripts_are_good():
    """Each shell reads its script without a complaint."""
    for shell in SHELLS:
        done = subprocess.run([shell, "-n"], input=script(shell), capture_output=True, encoding="utf-8", check=False, timeout=60)
        assert done.returncode == 0 and done.stderr == "", shell


def test_wrong_usage(polcheck):
    run = polcheck("completion", "bsh")
    assert run.status == 2 and run.out == "" and 'did you mean "bash"?' in run.err
    assert polcheck("completion").status == 2
