// SPDX-License-Identifier: Apache-2.0
//
// Tables that are about findings with the service reference.
#ifndef PC_TESTS_LINT_REFERENCE_H
#define PC_TESTS_LINT_REFERENCE_H

#include "lint_case.h"

// The built-in catalog, read once; for cmocka's group of tests.
extern const struct pc_catalog *reference;
int read_reference(void **state);
int forget_reference(void **state);

#define CHECK_REFERENCE(cases, first, last)                                                        \
    CHECK_LINT_OF(cases, .from = (first), .to = (last), .catalog = reference)

#define DOCUMENT(effect, rest)                                                                     \
    "{'Version':'2012-10-17','Statement':[{'Effect':'" effect "'," rest "}]}"
#define ALLOW(rest) DOCUMENT("Allow", rest)
#define DENY(rest)  DOCUMENT("Deny", rest)
#define ON_ALL      ",'Resource':'*'"

#endif
