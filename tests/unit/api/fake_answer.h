// SPDX-License-Identifier: Apache-2.0
//
// What the log asks of requests and answers, from plain arrays: so that a test of the log needs no
// engine and can hold what no engine would give.
#ifndef PC_TESTS_API_FAKE_ANSWER_H
#define PC_TESTS_API_FAKE_ANSWER_H

#include "polcheck/polcheck.h"

struct polcheck_request {
    const struct polcheck_entry *entries;
    size_t count;
};

struct polcheck_answer {
    const struct polcheck_statement *statements;
    size_t count;
    uint32_t blockers;
};

#endif
