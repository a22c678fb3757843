// SPDX-License-Identifier: Apache-2.0
#ifndef PC_VALUE_BOOLEAN_H
#define PC_VALUE_BOOLEAN_H

#include "base/str.h"

// "true" or "false" in any letter case (SEMANTICS.md 5.3, Bool). False, *out untouched, for
// anything else.
PC_MUST_CHECK bool pc_boolean_parse(struct pc_str text, bool *out);

#endif
