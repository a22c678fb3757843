// SPDX-License-Identifier: Apache-2.0
//
// A manifest in which one member has a name that means nothing. Whoever takes it has skipped
// something in silence.
#ifndef POLCHECK_FUZZ_IMPORT_RENAME_H
#define POLCHECK_FUZZ_IMPORT_RENAME_H

#include "json/reader.h"

// Appends the text with another first character in the name of one of its members, the number-th
// when they are counted on and on. False: the text is no manifest, or has no such member. Members
// that anybody may name are left alone: tags, context keys, conditions, and what AWS CLI prints.
bool import_rename(struct pc_str text, size_t number, struct pc_buf *out);

#endif
