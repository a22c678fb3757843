// SPDX-License-Identifier: Apache-2.0
//
// From the text of documents to an image, as the product goes. Texts are written with ' for " and `
// for '; where diagnostics are expected, ^ marks each place (^^: two). The marks are not read.
#ifndef PC_TESTS_COMPILE_COMPILED_H
#define PC_TESTS_COMPILE_COMPILED_H

#include "testing.h"

#include "compile/compile.h"
#include "image/view.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct compiled {
    struct pc_arena arena;
    struct pc_diags diags;
    enum pc_status status;
    struct pc_buf bytes;
    struct pc_image image; // when status is PC_OK
    const struct pc_policy **policies;
};

// Compiles the documents as one set. The files are "0.json", "1.json" and so on, and that is their
// name as well. What the reader of policies refuses is PC_ERR_INVALID too.
void compile_texts(struct compiled *compiled, enum pc_policy_type type, const char *const *texts,
                   size_t count);
void compile_text(struct compiled *compiled, enum pc_policy_type type, const char *text);
void compiled_release(struct compiled *compiled);

// Compiles what must be fine.
void compile_fine(struct compiled *compiled, enum pc_policy_type type, const char *text);

// An identity policy of Version 2012-10-17.
#define IDENTITY(statements) "{'Version':'2012-10-17','Statement':" statements "}"
// One statement of it with a Condition.
#define CONDITION(condition)                                                                       \
    IDENTITY("{'Effect':'Deny','Action':'*','Resource':'*','Condition':" condition "}")

struct compile_case {
    const char *name;
    enum pc_policy_type type;
    const char *text;
    const char *codes; // "508 510": of the places, in the order of the text; "" for none
};

// Each document gives exactly the diagnostics that are expected, where they are expected, and fails
// if and only if one of them is an error.
void check_diagnostics(const struct compile_case *cases, size_t count);

// Equal bytes or not, for two texts of one type.
bool same_image(enum pc_policy_type type, const char *a, const char *b);

// Which statements list the action, to `listed`, which has room for all: by the records of the
// statements, and by the index. Service and name in lower case.
void listed_by_records(const struct pc_image *image, struct pc_str service, struct pc_str name,
                       bool *listed);
void listed_by_index(const struct pc_image *image, struct pc_str service, struct pc_str name,
                     bool *listed);

#endif
