// SPDX-License-Identifier: Apache-2.0
//
// Documents in tests are written with ' for ", and with ^ in front of each place where a finding is
// expected: ^^ for two at one place. Neither is part of what is looked at.
#ifndef PC_TESTS_LINT_LINT_CASE_H
#define PC_TESTS_LINT_LINT_CASE_H

#include "testing.h"

#include "lint/lint.h"

struct lint_case {
    const char *name;
    enum pc_policy_type type;
    const char *text;
    const char *codes; // "1280 1300": of the places, in the order of the text; "" for none
};

// What a table is about: findings with other codes are those of other tables.
struct lint_about {
    unsigned from, to; // both included
    unsigned also;     // one more; 0: none
    // Of the subject; NULL: not known. The size with and without white space; 0: the text's.
    const char *attached, *arn;
    size_t size;
    const struct pc_catalog *catalog; // NULL: without the service reference
};

// Each document can be read, without an error, and gives exactly the findings that are expected,
// where they are expected. Now is noon of 2026-01-01, UTC.
void check_lint(const struct lint_case *cases, size_t count, const struct lint_about *about);

#define CHECK_LINT(cases, first, last) CHECK_LINT_OF(cases, .from = (first), .to = (last))
#define CHECK_LINT_OF(cases, ...)                                                                  \
    check_lint(cases, sizeof(cases) / sizeof((cases)[0]), &(struct lint_about){__VA_ARGS__})

#endif
