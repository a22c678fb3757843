// SPDX-License-Identifier: Apache-2.0
//
// Sets of statements from small pools of texts, so that many entries are equal and many overlap,
// and what their texts are, so that an index over them can be judged from outside.
#ifndef PC_TESTS_IMAGE_MADE_H
#define PC_TESTS_IMAGE_MADE_H

#include "testing.h"

#include "image/builder.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum {
    MAX_STATEMENTS = 1000,
    MAX_ENTRIES = 5,
    TEXT_BYTES = 64,
    MADE_PRINCIPALS = 15,
};

// kind: PC_IMAGE_ACTION_*, PC_IMAGE_RESOURCE_* or PC_IMAGE_PRINCIPAL_*.
struct entry {
    uint32_t kind;
    char text[TEXT_BYTES];
};

struct list {
    uint8_t kind; // PC_IMAGE_LIST_*
    size_t count;
    struct entry entries[MAX_ENTRIES];
};

struct made {
    struct {
        struct list principals, actions, resources;
        bool deny;
    } statements[MAX_STATEMENTS];
    size_t count;
};

// The services and principals that entries have; of the principals one is everybody.
#define MADE_SERVICES "s3", "sqs", "iam", "s3-object-lambda", "a"
extern const struct entry made_principals[MADE_PRINCIPALS];

// Statements from the random number, which goes on; to be freed.
struct made *made_new(uint32_t *random, size_t count);

// Appends their image. type: PC_IMAGE_TYPE_*.
void made_build(const struct made *made, uint32_t type, struct pc_buf *out);

#endif
