# SPDX-License-Identifier: Apache-2.0
"""Writes the C file that puts service-reference.txt into the program: embed.py TEXT C-FILE.

The assembler copies the file, which a compiler takes seconds to read as a string. The digest in the C file makes
it another one when the text changes, for whoever looks at sources alone (ccache).
"""

import hashlib
import pathlib
import sys

TEXT, OUTPUT = (pathlib.Path(argument) for argument in sys.argv[1:])
PATH = str(TEXT.resolve()).replace("\\", "\\\\").replace('"', '\\"')
LINES = ['.pushsection .rodata', '.global pc_catalog_text', '.hidden pc_catalog_text', 'pc_catalog_text:',
         '.incbin "' + PATH + '"', '.global pc_catalog_text_end', '.hidden pc_catalog_text_end',
         'pc_catalog_text_end:', '.byte 0', '.popsection']
ASSEMBLER = "\n".join('        "' + line.replace("\\", "\\\\").replace('"', '\\"') + '\\n"' for line in LINES)

OUTPUT.write_text(f"""// Made by embed.py. SHA-256 of the text: {hashlib.sha256(TEXT.read_bytes()).hexdigest()}
#include "builtin.h"

__asm__(
{ASSEMBLER});
""", encoding="utf-8")
