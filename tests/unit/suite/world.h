// SPDX-License-Identifier: Apache-2.0
//
// A suite under test: policies from texts, as the product reads them, and questions about them.
// Texts are written with ' for ".
#ifndef PC_TESTS_SUITE_WORLD_H
#define PC_TESTS_SUITE_WORLD_H

#include "testing.h"

#include "suite/mutation.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define ALICE "arn:aws:iam::111111111111:user/alice"
#define BOB   "arn:aws:iam::111111111111:user/bob"

// An identity policy of one statement or several.
#define POLICY(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"

struct world {
    struct pc_arena arena;
    struct pc_suite *suite;
};

// For cmocka: *state is a world whose suite keeps.
int world_set_up(void **state);
int world_tear_down(void **state);
#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)

// A document, and what it is used as. The file is its name, too.
struct document {
    const char *file, *text;
};

// A compiled set of one slot: documents up to one without a file. Fails the test on any error.
struct pc_suite_set set_of(struct world *world, enum pc_slot slot, enum pc_policy_type type,
                           const struct document *documents);

// The set of one identity policy.
struct pc_suite_set identity(struct world *world, const char *file, const char *text);

// A question with at most one key of context, and the decision that is expected.
struct question {
    const char *principal, *action, *resource;
    const char *key, *value; // NULL: none
    enum pc_decision decision;
};

// Its request, finished.
struct pc_request *request_of(struct world *world, const struct question *question);

// Asks it with these sets.
void ask(struct world *world, const struct pc_suite_set *sets, size_t count,
         const struct question *question);

// Judges by the decision alone, which the question expects.
struct pc_mutation mutate(struct world *world);

// The document of that number, and its statement.
const struct pc_suite_statement *statement_of(const struct world *world, size_t document,
                                              size_t statement);

#endif
