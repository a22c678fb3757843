# SPDX-License-Identifier: Apache-2.0
"""What a terminal shows of a command: runs it on a pseudo-terminal, and draws the screen as SVG.

  terminal.py FILE PICTURE    runs the command that the file holds here and now; the exit status is the command's

The terminal is pyte's (a VT100 in memory), of a fixed width and of as many lines as were written. The sixteen basic
colours and bold, italic and underscored letters are drawn; the picture of a screen is always the same, byte by byte.
"""

import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios
from xml.sax.saxutils import escape

import pyte

TOOK = re.compile(rb" \(\d+ ms\)")  # left out: else each picture would be another
STATUS = re.compile(r" *# exit status \d+$")  # said to the reader of a document, and not typed
COLUMNS, LINES = 128, 200  # more lines than any picture has
CELL_WIDTH, CELL_HEIGHT, SIZE = 8.4, 19, 14  # pixels; the letters of a monospaced font are 0.6 of its size wide
BORDER, TITLE = 16, 30
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
# A dark terminal with an edge of its own, for light and dark pages. At least 4.5:1 on the ground.
GROUND, EDGE, BAR, TEXT, FAINT = "#161b22", "#484f58", "#21262d", "#e6edf3", "#9da7b3"
COLOURS = {"red": "#ff7b72", "green": "#56d364", "brown": "#e3b341", "blue": "#79c0ff", "magenta": "#d2a8ff",
           "cyan": "#56d4dd", "white": "#e6edf3", "black": "#8b949e", "default": TEXT}


def colour(char):
    """The colour of a letter; bright ones are drawn as the others."""
    name = char.fg.removeprefix("bright")
    if name not in COLOURS:
        raise ValueError(f"a colour that is not drawn: {char.fg}")
    if char.bg != "default" or char.reverse or char.strikethrough:
        raise ValueError("an attribute that is not drawn: background, reverse or struck through")
    return COLOURS[name]


def drain(leader):
    """All that is written until the last process has closed its end: a pseudo-terminal says so with EIO."""
    written = b""
    with open(leader, "rb", buffering=0) as end:
        while True:
            try:
                part = end.read(65536)
            except OSError:
                part = b""
            if not part:
                return written
            written += part


class Screen:
    """A terminal in which one command after the other runs."""

    def __init__(self):
        self.screen = pyte.Screen(COLUMNS, LINES)
        self.stream = pyte.ByteStream(self.screen)

    def feed(self, text):
        self.stream.feed(text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode())

    def run(self, command):
        """Types the command and shows what it writes: its exit status. OSError, TimeoutExpired."""
        self.feed(f"\x1b[1;32m$\x1b[0m {command}\n")
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        with subprocess.Popen(["bash", "-c", command], stdin=follower, stdout=follower, stderr=follower,
                              env={**os.environ, "TERM": "xterm-256color"}, start_new_session=True) as process:
            os.close(follower)
            self.feed(TOOK.sub(b"", drain(leader)))
            return process.wait(timeout=60)

    def rows(self):
        """The lines that were written: each a list of (column, text, letter's attributes) without what is blank."""
        written = self.screen.display
        last = max((row for row in range(LINES) if written[row].strip()), default=0)
        if last >= LINES - 1:
            raise ValueError(f"more than {LINES} lines were written")
        return [self.runs(self.screen.buffer[row]) for row in range(last + 1)]

    def runs(self, line):
        found = []
        for column in range(COLUMNS):
            char = line[column]
            look = colour(char), char.bold, char.underscore, char.italics
            if found and found[-1][2] == look and found[-1][0] + len(found[-1][1]) == column:
                found[-1][1] += char.data
            else:
                found.append([column, char.data, look])
        # Apart where more than one blank is: SVG has no columns.
        return [(column + part.start(), part[0], look) for column, text, look in found
                for part in re.finditer(r"\S+(?: \S+)*", text)]


def number(value):
    return f"{value:.1f}".rstrip("0").rstrip(".")


def letters(row, column, text, look):
    """A run of letters of one look, in its place on the grid whatever the font."""
    fill, bold, underscore, italics = look
    style = (f' fill="{fill}"' if fill != TEXT else "") + (' font-weight="bold"' if bold else "")
    style += (' text-decoration="underline"' if underscore else "") + (' font-style="italic"' if italics else "")
    place = f'x="{number(BORDER + column * CELL_WIDTH)}" y="{TITLE + BORDER + row * CELL_HEIGHT + SIZE - 2}"'
    return f'<text {place} textLength="{number(len(text) * CELL_WIDTH)}"{style}>{escape(text)}</text>'


def svg(screen, title):
    """The screen as a picture of a window with that title."""
    rows = screen.rows()
    width, height = 2 * BORDER + COLUMNS * CELL_WIDTH, TITLE + 2 * BORDER + len(rows) * CELL_HEIGHT
    size = f'width="{number(width)}" height="{height}"'
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {number(width)} {height}" role="img">',
           f"<title>{escape(title)}</title>",
           f'<rect x="0.5" y="0.5" width="{number(width - 1)}" height="{height - 1}" rx="8" fill="{GROUND}" '
           f'stroke="{EDGE}"/>',
           f'<path d="M1 {TITLE}V8a7 7 0 0 1 7-7H{number(width - 8)}a7 7 0 0 1 7 7V{TITLE}Z" fill="{BAR}"/>',
           *(f'<circle cx="{18 + 16 * place}" cy="{TITLE // 2}" r="4.5" fill="{EDGE}"/>' for place in range(3)),
           f'<g font-family="{FONT}" font-size="{SIZE}" fill="{TEXT}">',
           f'<text x="{number(width / 2)}" y="{TITLE // 2 + 4}" text-anchor="middle" font-size="12" fill="{FAINT}">'
           f"{escape(title)}</text>",
           *(letters(row, *run) for row, runs in enumerate(rows) for run in runs),
           "</g>", "</svg>", ""]
    return "\n".join(out)


def main(file, picture):
    command = pathlib.Path(file).read_text(encoding="utf-8").rstrip("\n")
    screen = Screen()
    status = screen.run(STATUS.sub("", command))
    pathlib.Path(picture).write_text(svg(screen, pathlib.Path.cwd().name), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
