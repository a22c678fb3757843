// SPDX-License-Identifier: Apache-2.0
//
// One request being resolved, and what the store says to it: records and verified images. Damage is
// reported (STORE_DAMAGED) and never believed.
#ifndef PC_ACCOUNT_QUESTION_H
#define PC_ACCOUNT_QUESTION_H

#include "account/resolve.h"
#include "directories.h"
#include "names.h"
#include "record.h"

enum {
    PC_LEVELS_KEPT = 8, // more than AWS nests; further ones take memory of the arena
};

// Images of the question that was resolved last.
struct pc_resolved_images {
    struct pc_image identity, boundary;
    struct pc_image resource[PC_HOLDERS_MAX];
    struct pc_image scp[PC_LEVELS_KEPT], rcp[PC_LEVELS_KEPT];
};

struct pc_resolver {
    struct pc_snapshot *snapshot;
    uint64_t generation;
    bool stale;         // the directories are not those of the snapshot
    struct pc_str name; // what people know the account by; "": the store's path
    struct pc_resolved_images images;
    struct pc_directories directories;
};

// One request being resolved. What is filled in is put back if that fails.
struct pc_question {
    struct pc_resolver *resolver;
    const struct pc_asking *asking;
    struct pc_request *request;
    const struct pc_arn *arn;                      // of the resource; NULL: it is none
    const struct pc_account_record *caller_levels; // NULL: none, or not looked for yet
    struct pc_policies policies;
};

// Reports what a failure of the store means, at the question's place. Of PC_ERR_NOTFOUND and
// PC_ERR_NOMEM nothing is said.
void pc_question_report(const struct pc_question *question, enum pc_status status,
                        struct pc_str key);
// The same of an image that a record names; PC_OK: it is of another type. Gives the status that it
// comes to.
PC_MUST_CHECK enum pc_status pc_question_fail_image(const struct pc_question *question,
                                                    enum pc_status status,
                                                    enum pc_policy_type type);

// Finds the record under a key, as the directory's kind of record. PC_ERR_NOTFOUND goes unreported;
// PC_ERR_DAMAGED (STORE_DAMAGED); PC_ERR_BUSY and PC_ERR_IO (STORE_IO).
PC_MUST_CHECK static inline enum pc_status pc_question_find(const struct pc_question *question,
                                                            enum pc_store_table table,
                                                            struct pc_str key, const void **out)
{
    struct pc_str value;
    enum pc_status status =
        pc_directories_find(&question->resolver->directories, table, key, &value);
    if (status == PC_OK) {
        *out = value.ptr;
    } else if (status != PC_ERR_NOTFOUND) {
        pc_question_report(question, status, key);
    }
    return status;
}

// The record of a role or user. As pc_question_find; PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_question_find_principal(const struct pc_question *question,
                                                        bool role, const struct pc_iam_name *name,
                                                        const struct pc_principal_record **out);

// The image that a record names: one that is missing, or of another type, is damage as well, for
// without it a policy would be missed.
PC_MUST_CHECK static inline enum pc_status
pc_question_open_image(const struct pc_question *question, struct pc_str digest,
                       enum pc_policy_type type, struct pc_image *out)
{
    enum pc_status status = pc_directories_image(&question->resolver->directories, digest.ptr, out);
    if (status != PC_OK || out->header->type != (uint32_t)type) {
        return pc_question_fail_image(question, status, type);
    }
    return PC_OK;
}

// Finds what the store knows of the caller: its identity policies, boundary and tags.
// PC_ERR_NOTFOUND (PRINCIPAL_UNKNOWN) and PC_ERR_INVALID (REQUEST_CONTRADICTION) are reported; the
// rest as above.
PC_MUST_CHECK enum pc_status pc_question_caller(struct pc_question *question);

#endif
