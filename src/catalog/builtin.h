// SPDX-License-Identifier: Apache-2.0
//
// service-reference.txt, as the build puts it into the program (embed.py).
#ifndef PC_CATALOG_BUILTIN_H
#define PC_CATALOG_BUILTIN_H

extern const char pc_catalog_text[];
extern const char pc_catalog_text_end[]; // behind its last byte

#endif
