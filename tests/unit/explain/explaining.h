// SPDX-License-Identifier: Apache-2.0
//
// A request against policies that are given as text, explained. Texts are written with ' for ".
#ifndef PC_TESTS_EXPLAIN_EXPLAINING_H
#define PC_TESTS_EXPLAIN_EXPLAINING_H

#include "../compile/compiled.h"

#include "explain/explain.h"

#define ACCOUNT "111122223333"
#define USER    "arn:aws:iam::" ACCOUNT ":user/bob"
#define ROLE    "arn:aws:iam::" ACCOUNT ":role/r"
#define SESSION "arn:aws:sts::" ACCOUNT ":assumed-role/r/s"
#define OBJECT  "arn:aws:s3:::photos/cat.jpg"

// A document of the statements, which are separated by commas.
#define DOCUMENT(statements) "{'Version':'2012-10-17','Statement':[" statements "]}"
#define ALLOW_ALL            "{'Effect':'Allow','Action':'*','Resource':'*'}"

// A context key with one value, or, with `list`, with those of `value` parted by '|' ("": none).
struct given {
    const char *key, *value;
    bool list;
};

// Statements of each policy; NULL: there is none.
struct asked {
    const char *identity, *resource, *boundary, *session, *endpoint;
    const char *scp[3];                            // levels up to the first NULL
    const char *principal, *action, *resource_arn; // NULL: USER, s3:GetObject, OBJECT
    const char *owner;                             // NULL: ACCOUNT
    struct given context[4];
};

enum {
    MOST_IMAGES = 8,
};

struct explaining {
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_scratch *scratch;
    struct pc_request request;
    struct pc_policies policies;
    struct compiled compiled[MOST_IMAGES];
    struct pc_image levels[3];
    size_t compiled_count;
    struct pc_explanation explanation;
    struct pc_answer answer; // of the question asked plainly, before
};

// Asks plainly, then explains; the two must come to the same. Fails the test on any error.
void explain(struct explaining *explaining, const struct asked *asked);
void explaining_release(struct explaining *explaining);

// Of the statement with this Sid. Fails the test where there is none.
const struct pc_explained *statement_of(const struct explaining *explaining, const char *sid);

// The sentence about it is this one.
void check_miss(const struct explaining *explaining, const char *sid, const char *expected);

// What it lacks, joined by " & ", is this.
void check_lacks(const struct explaining *explaining, const char *sid, const char *expected);

// The needs, joined by " & ", are these; one that names a statement has its Sid behind " by ".
void check_needs(const struct explaining *explaining, const char *expected);

#endif
