# SPDX-License-Identifier: Apache-2.0
"""The commands of a document, and what it shows of them; runs them in order, in one shell, and compares.

What a document may hold (CONTRIBUTING.md, "Documents"):

  ```sh       commands; each succeeds, or its last line ends with "# exit status N"
  ```text     behind such a block: what its last command prints, to the letter
  ![...](examples/screens/NAME.svg) behind such a block: what a terminal shows of its last command
  ```console  a terminal: "$ command", and below it what it prints, both streams, to the letter

A comment <!-- run by FILE --> before a block: its commands need root or the network, and that file runs them.
How long something took, " (22 ms)" at the end of a line, is left out of documents. Nothing else may vary.
"""

import difflib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[1]
COPIED = ["policies", "examples"]  # what the commands of the documents read; of corpus, a few files
FENCE = re.compile(r"^```(?:(\w+).*)?$")
ELSEWHERE = re.compile(r"^<!-- run by (\S+) -->$")
STATUS = re.compile(r"# exit status (\d+)$")
UNKNOWN = ("bash", "shell", "zsh")  # would not be run
SECONDS = 240  # for a document
TOOK = re.compile(r" \(\d+ ms\)$", re.M)
PICTURE = re.compile(r"^!\[.+\]\((examples/screens/[\w-]+\.svg)\)$")
TERMINAL = pathlib.Path(__file__).with_name("terminal.py")
PYTHON = "/usr/bin/python3"  # Debian's, for which there is python3-pyte
# Each command is a file of its own, and so are its output and its status: the shell stays the same for all. One of
# which a picture is to be taken runs on a terminal, and in a shell of its own.
SHELL = """cd "$FOLDER" || exit
for PART in "$PARTS"/*.sh; do
if [ -e "${PART%sh}picture" ]; then
"$PYTHON" -B "$TERMINAL" "$PART" "${PART%sh}svg" >"${PART%sh}out" 2>&1 </dev/null
else
eval "$(cat "$PART")" >"${PART%sh}out" 2>&1 </dev/null
fi
echo $? >"${PART%sh}status"
done
"""


class Step:
    """A command: its line in the document, its text, who else runs it, and what is shown of it, as text or picture."""

    def __init__(self, line, command, elsewhere, shown=None):
        self.line, self.command, self.elsewhere, self.shown = line, command, elsewhere, shown
        self.picture = None

    @property
    def status(self):
        """The exit status that it is to have."""
        found = STATUS.search(self.command.rstrip())
        return int(found[1]) if found else 0


def is_whole(command):
    """Does bash take it for a whole command? An open quote, here-document or loop wants more lines."""
    done = subprocess.run(["bash", "-n"], input=command, capture_output=True, encoding="utf-8", check=False)
    return done.returncode == 0 and not done.stderr and not command.endswith(("\\\n", "|\n", "&&\n"))


def commands(block, line):
    """The commands of a block of shell: their first lines' numbers, and their texts."""
    begin, text = line, ""
    for number, each in enumerate(block, line):
        if not text:
            if not each.strip() or each.startswith("#"):
                continue
            begin = number
        text += each + "\n"
        if is_whole(text):
            yield begin, text
            text = ""
    if text:
        raise ValueError(f"line {begin}: the command does not end")


def terminal(block, line, elsewhere):
    """The steps of a terminal: a command goes on while bash wants more; what follows is its output."""
    step = None
    for number, each in enumerate(block, line):
        if each.startswith("$ "):
            step = Step(number, each[2:] + "\n", elsewhere, shown="")
            yield step
        elif step is None:
            raise ValueError(f"line {number}: a terminal begins with a command")
        elif not step.shown and not is_whole(step.command):
            step.command += each.removeprefix("> ") + "\n"
        else:
            step.shown += each + "\n"


def blocks(text):
    """The blocks of a document: (number of the first line, language, lines, the line before). A picture is one, too:
    its language is the file."""
    open_at, language, before, held = 0, "", "", []
    for number, each in enumerate(text.splitlines(), 1):
        fence = FENCE.match(each)
        if open_at and each == "```":
            yield open_at + 1, language, held, before
            open_at, before = 0, ""
        elif open_at:
            held.append(each)
        elif fence:
            open_at, language, held = number, fence[1] or "", []
        elif PICTURE.match(each):
            yield number, PICTURE.match(each)[1], [], before
            before = each
        elif each.strip():
            before = each
    if open_at:
        raise ValueError(f"line {open_at}: the block does not end")


def read(text):
    """The steps of a document, in order. ValueError: what cannot be told apart."""
    steps, last = [], ""
    for line, language, held, before in blocks(text):
        elsewhere = ELSEWHERE.match(before)
        elsewhere = elsewhere and elsewhere[1]
        if language == "sh":
            steps += [Step(*each, elsewhere) for each in commands(held, line)]
        elif language == "console":
            steps += terminal(held, line, elsewhere)
        elif language == "text" or language.endswith(".svg"):
            if last != "sh" or before:
                raise ValueError(f"line {line}: what is shown stands behind no command")
            steps[-1].shown = "".join(each + "\n" for each in held) if language == "text" else None
            steps[-1].picture = language if language != "text" else None
        elif language in UNKNOWN:
            raise ValueError(f"line {line}: commands are in blocks of sh or console, not {language}")
        last = language
    return steps


def lay_out(steps, folder):
    """Writes what the shell reads: a file a command, and one beside it where a picture is to be taken."""
    for number, step in enumerate(steps):
        (folder / f"{number:04}.sh").write_text(step.command, encoding="utf-8")
        if step.picture:
            (folder / f"{number:04}.picture").touch()


def run(steps, folder, environment, root=None):
    """Runs the steps in one bash, in the folder; with a root, in that system (chroot), of which the folder is a path.
    Yields (step, output, status); status None: it did not end. Of a step with a picture the output is the picture."""
    with tempfile.TemporaryDirectory(dir=root / "tmp" if root else None) as made:
        parts = pathlib.Path(made)
        lay_out(steps, parts)
        inside = pathlib.Path("/") / parts.relative_to(root) if root else parts
        own = {"PARTS": str(inside), "FOLDER": str(folder), "TERMINAL": str(TERMINAL), "PYTHON": PYTHON}
        command = [*(["chroot", root] if root else []), "bash", "-c", SHELL]
        try:
            subprocess.run(command, env={**environment, **own}, timeout=SECONDS, capture_output=True, check=False)
        except subprocess.TimeoutExpired:
            pass  # the step without a status tells where
        for number, step in enumerate(steps):
            out, status, picture = (parts / f"{number:04}.{name}" for name in ("out", "status", "svg"))
            if not status.exists() or (step.picture and not picture.exists()):
                yield step, out.read_text(encoding="utf-8") if out.exists() else "", None
                return
            seen = picture if step.picture else out
            yield step, seen.read_text(encoding="utf-8"), int(status.read_text(encoding="utf-8"))


def wrong(name, step, out, status):
    """What is wrong with a step that ran, or None."""
    at = f"{name}:{step.line}: {step.command.splitlines()[0]}"
    if status is None:
        return f"{at}\ndid not end\n{out}"
    if status != step.status:
        text = re.sub(r"<[^>]*>", "", out) if step.picture else out
        return f"{at}\nexit status {status} instead of {step.status}\n{text}"
    kept = TOP / step.picture if step.picture else None
    shown = step.shown if kept is None else kept.read_text(encoding="utf-8") if kept.exists() else ""
    printed = TOOK.sub("", out)
    if shown is not None and printed != shown:
        texts = shown.splitlines(), printed.splitlines(), step.picture or name, "printed"
        return f"{at}\n" + "\n".join(difflib.unified_diff(*texts, lineterm=""))
    return None


def compare(name, text, folder, environment):
    """Runs what the document holds, but for what others run: what is wrong, a text for each place."""
    steps = [step for step in read(text) if not step.elsewhere]
    for step, out, status in run(steps, folder, environment):
        found = wrong(name, step, out, status)
        if found:
            yield found


def make_place(folder, polcheck):
    """A copy of the project as somebody has it who has built it, and nothing else: (its folder, the environment)."""
    copy = folder / "polcheck"
    for name in COPIED:
        shutil.copytree(TOP / name, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "corpus").symlink_to(TOP / "corpus")
    (copy / "build").mkdir()
    (copy / "build" / "polcheck").symlink_to(pathlib.Path(polcheck).resolve())
    (folder / "home").mkdir()
    kept = {name: value for name, value in os.environ.items() if name == "PATH" or name.endswith("SAN_OPTIONS")}
    return copy, {**kept, "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"}


LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")


def anchors(text):
    """The anchors that GitHub makes of the headings."""
    for title in re.findall(r"^#+ (.+)$", text, re.M):
        yield re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def dead_links(path):
    """The links of a document that lead to no file, or no heading, of the project."""
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in LINK.findall(text):
        file, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = path.parent / file if file else path
        if not there.exists():
            yield target
        elif anchor and there.suffix == ".md" and anchor not in anchors(there.read_text(encoding="utf-8")):
            yield target
