// SPDX-License-Identifier: Apache-2.0
//
// One request being resolved, and what the store says to it: records and verified images. Damage is
// reported (STORE_DAMAGED) and never believed.
#ifndef PC_ACCOUNT_QUESTION_H
#define PC_ACCOUNT_QUESTION_H

#include "account/resolve.h"
#include "image_cache.h"
#include "names.h"
#include "record.h"

struct pc_resolver {
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    uint64_t generation;
    struct pc_image_cache images;
};

// One request being resolved. It and the policies are copies until all is found.
struct pc_question {
    struct pc_resolver *resolver;
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_place place;
    struct pc_request request;
    struct pc_policies policies;
};

// Each finds a record under its key. PC_ERR_NOTFOUND goes unreported; PC_ERR_DAMAGED; PC_ERR_BUSY
// and PC_ERR_IO (STORE_IO); PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_question_find_principal(const struct pc_question *question,
                                                        bool role, const struct pc_iam_name *name,
                                                        struct pc_principal_record *out);
PC_MUST_CHECK enum pc_status pc_question_find_resource(const struct pc_question *question,
                                                       struct pc_str arn,
                                                       struct pc_resource_record *out);
PC_MUST_CHECK enum pc_status pc_question_find_account(const struct pc_question *question,
                                                      struct pc_str id,
                                                      struct pc_account_record *out);

// The image that a record names: one that is missing, or of another type, is damage as well, for
// without it a policy would be missed.
PC_MUST_CHECK enum pc_status pc_question_open_image(const struct pc_question *question,
                                                    struct pc_str digest, enum pc_policy_type type,
                                                    struct pc_image *out);

// An array of one image a digest; NULL for none.
PC_MUST_CHECK enum pc_status pc_question_open_images(const struct pc_question *question,
                                                     const struct pc_str *digests, size_t count,
                                                     enum pc_policy_type type,
                                                     const struct pc_image **out);

// Finds what the store knows of the caller: its identity policies, boundary and tags.
// PC_ERR_NOTFOUND (PRINCIPAL_UNKNOWN) and PC_ERR_INVALID (REQUEST_CONTRADICTION) are reported; the
// rest as above.
PC_MUST_CHECK enum pc_status pc_question_caller(struct pc_question *question);

#endif
