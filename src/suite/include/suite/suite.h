// SPDX-License-Identifier: Apache-2.0
//
// What the cases of a repository of policies ask: which documents they use, and what became of each
// statement and each condition in their decisions. A document is known by the places of its
// statements, so that a file that many cases name counts once. Not for several threads at a time.
#ifndef PC_SUITE_SUITE_H
#define PC_SUITE_SUITE_H

#include "eval/evaluator.h"
#include "policy/model.h"

// A policy set of a question: its documents, and what they are compiled to. Of a set of a store
// only the image is known (policies NULL): then conditions are told at the place of their
// statement, and there are no mutants.
struct pc_suite_set {
    enum pc_slot slot;
    const struct pc_policy *const *policies;
    size_t count;
    struct pc_image image;
};

// The sets of a question lie together by slot; those of scp and rcp are levels, from the root down.
struct pc_suite_question {
    const struct pc_suite_set *sets;
    size_t set_count;
    const struct pc_request *request; // finished
    const void *expect;               // what is handed back when an answer is judged
    bool brief;                       // it is judged by the decision alone
    // It is gone after the call: its documents are covered by it, but it cannot be asked about
    // mutants, and makes none of what it alone has.
    bool passing;
};

// How near a decision came to a statement: the furthest of all decisions counts.
enum pc_suite_reach {
    PC_SUITE_UNSEEN = 0, // no decision looks at its policy type
    PC_SUITE_ACTION,     // none asks for its actions
    PC_SUITE_RESOURCE,   // those that do ask for other resources
    PC_SUITE_PRINCIPAL,  // those that do have other principals
    PC_SUITE_CONDITION,  // its conditions never hold together
    PC_SUITE_MATCHED,
};

// One operator with one key.
struct pc_suite_condition {
    struct pc_str op, key; // as written
    uint32_t line, column; // of the key; where nobody knows it, of the statement
    uint64_t held, failed; // decisions in which it did
};

struct pc_suite_statement {
    struct pc_str name; // its Sid, or "#N"
    uint32_t line, column;
    bool allows;
    enum pc_suite_reach reach;
    uint64_t matched; // decisions in which it did
    struct pc_suite_condition *conditions;
    size_t condition_count;
    // Questions that got past its actions, resources and principals: without one of these nothing
    // that it says beyond them can change an answer. Of a suite that keeps only.
    uint32_t *questions;
    size_t question_count, question_room;
};

struct pc_suite_document {
    struct pc_str file;
    uint32_t number; // among those of the suite, in the order in which they came
    bool placed;     // its conditions have places of their own
    struct pc_suite_statement *statements;
    size_t count;
};

struct pc_suite;

// keeps: for mutants. The policies, requests and expectations of its questions, but those that
// pass, are borrowed then until it is freed. flags: PC_DECIDE_*, how policies are read.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_suite_new(bool keeps, unsigned flags, struct pc_suite **out);
void pc_suite_free(struct pc_suite *suite); // NULL is fine

// Decides the question under observation and remembers what became of each statement. Linear in
// the statements. PC_ERR_NOMEM. PC_ERR_LIMIT: more than 2^32 questions. PC_ERR_INTERNAL: an image
// is not of its documents. PC_ERR_DAMAGED, PC_ERR_VERSION: an image without policies is none.
PC_MUST_CHECK enum pc_status pc_suite_ask(struct pc_suite *suite,
                                          const struct pc_suite_question *question);

size_t pc_suite_question_count(const struct pc_suite *suite);
size_t pc_suite_document_count(const struct pc_suite *suite);
const struct pc_suite_document *pc_suite_document(const struct pc_suite *suite, size_t number);

#endif
