// SPDX-License-Identifier: Apache-2.0
//
// The same key twice in one object.
#ifndef PC_JSON_DUPLICATE_H
#define PC_JSON_DUPLICATE_H

#include "json/reader.h"

// Compares the decoded names of an object's members and reports the first in the text that
// repeats an earlier one. O(n log n) comparisons whatever the names are: sorted, not hashed,
// because names that collide can be made at will. PC_ERR_INVALID: there is one. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_json_refuse_duplicates(const struct pc_json *object,
                                                       struct pc_str file, struct pc_diags *diags);

#endif
