# SPDX-License-Identifier: Apache-2.0
"""The documents, line by line: each command runs, in order, and prints what stands below it.

tools/documents.py says how, and CONTRIBUTING.md how a document is written.
"""

import os
import sys

import pytest
from conftest import TOP

sys.path.insert(0, str(TOP / "tools"))
import documents  # noqa: E402

README = "README.md"
# With the folder in which a reader stands.
DOCUMENTS = {
    README: "", "docs/functions.md": "", "docs/secrets.md": "", "docs/signing.md": "", "policies/README.md": "",
    "policies/thumbnails/README.md": "", "policies/shop/README.md": "", "examples/shop-broken/README.md": "",
    "examples/policy-tests/README.md": "examples/policy-tests",
}


def text_of(document):
    return (TOP / document).read_text(encoding="utf-8")


@pytest.fixture(name="place")
def make_place(tmp_path):
    return documents.make_place(tmp_path, os.environ["POLCHECK"])


def problems(document, text, place):
    folder, environment = place
    if document != README:  # which says it itself
        environment["PATH"] = f"{folder / 'build'}:{environment['PATH']}"
    return list(documents.compare(document, text, folder / DOCUMENTS[document], environment))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_it_shows_is_what_happens(document, place):
    assert documents.read(text_of(document))
    found = problems(document, text_of(document), place)
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_others_run_is_run(document):
    """Blocks that need root or the network name the file that runs them."""
    for step in documents.read(text_of(document)):
        assert step.elsewhere is None or (TOP / step.elsewhere).is_file(), step.line


# The test itself -------------------------------------------------------------------------------------

SMALL = """# A document

```sh
cd policies
```

Words.

```console
$ ls shop/README.md
shop/README.md
$ cat <<'END' |
> two
> lines
> END
> tr a-z A-Z
TWO
LINES
$ ls none 2>/dev/null    # exit status 2
```

```sh
printf 'one (31 ms)\\n'
```

```text
one
```

<!-- run by tools/test -->
```sh
false
```
"""


def test_a_document_that_is_right(place):
    assert problems(README, SMALL, place) == []


@pytest.mark.parametrize("old, new, line, said", [
    ("cd policies", "cd police", 4, "exit status 1 instead of 0"),
    ("\nshop/README", "\nshops/README", 10, "-shops/README.md\n+shop/README.md"),
    ("shop/README.md\n$", "$", 10, "+shop/README.md"),
    ("tr a-z A-Z", "cat", 12, "-TWO\n"),
    ("TWO\nLINES", "LINES\nTWO", 12, "+TWO\n LINES\n-TWO"),
    ("TWO\n", "TWO\n\n", 12, " TWO\n-\n LINES"),
    ("    # exit status 2", "", 19, "exit status 2 instead of 0"),
    ("2>/dev/null ", "", 19, "+ls: cannot access 'none'"),
    ("(31 ms)", "(31 s)", 23, "-one\n+one (31 s)"),
    ("printf 'one", "exit 3; printf 'one", 23, "did not end"),
    ("printf 'one", "sleep 60; printf 'one", 23, "did not end"),
], ids=str)
def test_what_is_not_so_is_found(place, monkeypatch, old, new, line, said):
    """Each with the line of its command."""
    assert SMALL.count(old) == 1
    monkeypatch.setattr(documents, "SECONDS", 2)
    found = [each for each in problems(README, SMALL.replace(old, new), place) if each.startswith(f"{README}:{line}: ")]
    assert len(found) == 1 and said in found[0], found


@pytest.mark.parametrize("text", [
    "```text\nalone\n```\n",
    "```sh\necho\n```\n\nWords.\n\n```text\nof what?\n```\n",
    "```sh\necho 'open\n```\n",
    "```sh\necho\n",
    "```bash\necho\n```\n",
    "```console\nno command\n```\n",
], ids=["alone", "words", "quote", "open", "bash", "console"])
def test_what_cannot_be_told_apart_is_refused(text):
    with pytest.raises(ValueError, match="line "):
        documents.read(text)


def test_each_picture_is_shown(top):
    shown = {step.picture for step in documents.read(text_of(README)) if step.picture}
    assert shown == {str(path.relative_to(top)) for path in (top / "examples" / "screens").iterdir()}


def test_changes_of_the_readme_are_found(place):
    """One line of what is printed and one command, of those that stand there now."""
    text = text_of(README)
    lines = text.splitlines()
    steps = [step for step in documents.read(text) if not step.elsewhere]
    shown = next(step for step in steps if step.shown)
    asked = next(step for step in steps if step.command.startswith("polcheck compile policies "))
    output = next(number for number in range(shown.line, len(lines)) if lines[number] == shown.shown.splitlines()[0])
    lines[output] += "!"
    lines[asked.line - 1] = lines[asked.line - 1].replace("compile ", "compile --nonsense ")
    found = problems(README, "\n".join(lines) + "\n", place)
    assert found[0].startswith(f"{README}:{shown.line}: ") and f"-{shown.shown.splitlines()[0]}!\n" in found[0]
    [other] = [each for each in found if each.startswith(f"{README}:{asked.line}: ")]
    assert "exit status 2 instead of 0" in other


# What else a document says ------------------------------------------------------------------------------


def test_links_lead_somewhere(top):
    told = [path for path in top.rglob("*.md") if not path.relative_to(top).parts[0].startswith(("build", "."))]
    assert len(told) >= 10
    assert {(str(path), link) for path in told for link in documents.dead_links(path)} == set()


def test_dead_links_are_found(tmp_path):
    (tmp_path / "there.md").write_text("# Of a thing: `code`\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text("# Here\n[a](there.md) [b](there.md#of-a-thing-code) [c](#here) [d](https://none.invalid/x)\n"
                    "`[e](f)` ![g](none.svg) [h](#there) [i](there.md#none)\n", encoding="utf-8")
    assert list(documents.dead_links(page)) == ["none.svg", "#there", "there.md#none"]
