// SPDX-License-Identifier: Apache-2.0
#include "question.h"

static enum pc_status damaged(const struct pc_question *question, const char *what,
                              struct pc_str name)
{
    pc_diag_report(question->diags, PC_DIAG_STORE_DAMAGED, question->place,
                   "the store's %s \"%.*s\" is damaged", what, PC_STR_ARG(name));
    return PC_ERR_DAMAGED;
}

// PC_ERR_NOTFOUND goes unreported.
static enum pc_status get(const struct pc_question *question, enum pc_store_table table,
                          struct pc_str key, struct pc_str *out)
{
    enum pc_status status = pc_snapshot_get(question->resolver->snapshot, table, key, out);
    if (status == PC_ERR_DAMAGED) {
        return damaged(question, "entry", key);
    }
    if (status != PC_OK && status != PC_ERR_NOTFOUND && status != PC_ERR_NOMEM) {
        pc_diag_report(question->diags, PC_DIAG_STORE_IO, question->place,
                       "the store cannot be read: %s", pc_status_text(status));
    }
    return status;
}

// What `status` of reading a record means: damage is reported.
static enum pc_status checked(const struct pc_question *question, enum pc_status status,
                              const char *what, struct pc_str name)
{
    return status == PC_ERR_DAMAGED ? damaged(question, what, name) : status;
}

enum pc_status pc_question_find_principal(const struct pc_question *question, bool role,
                                          const struct pc_iam_name *name,
                                          struct pc_principal_record *out)
{
    struct pc_str key, bytes;
    struct pc_principal_record record;
    PC_TRY(pc_principal_key(question->arena, role, name, &key));
    PC_TRY(get(question, PC_STORE_PRINCIPALS, key, &bytes));
    PC_TRY(checked(question, pc_principal_record_read(question->arena, bytes, &record), "principal",
                   key));
    if (record.role != role) {
        return damaged(question, "principal", key);
    }
    *out = record;
    return PC_OK;
}

enum pc_status pc_question_find_resource(const struct pc_question *question, struct pc_str arn,
                                         struct pc_resource_record *out)
{
    struct pc_str bytes;
    struct pc_resource_record record;
    PC_TRY(get(question, PC_STORE_RESOURCES, arn, &bytes));
    PC_TRY(checked(question, pc_resource_record_read(question->arena, bytes, &record), "resource",
                   arn));
    if (!pc_str_eq(record.arn, arn)) {
        return damaged(question, "resource", arn);
    }
    *out = record;
    return PC_OK;
}

enum pc_status pc_question_find_account(const struct pc_question *question, struct pc_str id,
                                        struct pc_account_record *out)
{
    struct pc_str bytes;
    struct pc_account_record record;
    PC_TRY(get(question, PC_STORE_LEVELS, id, &bytes));
    PC_TRY(
        checked(question, pc_account_record_read(question->arena, bytes, &record), "account", id));
    if (!pc_str_eq(record.id, id)) {
        return damaged(question, "account", id);
    }
    *out = record;
    return PC_OK;
}

enum pc_status pc_question_open_image(const struct pc_question *question, struct pc_str digest,
                                      enum pc_policy_type type, struct pc_image *out)
{
    struct pc_str bytes;
    struct pc_str name = pc_str_from(pc_policy_type_text(type));
    enum pc_status status = get(question, PC_STORE_TREES, digest, &bytes);
    if (status == PC_ERR_NOTFOUND) {
        return damaged(question, "policy set of type", name);
    }
    PC_TRY(status);
    status = pc_image_cache_open(&question->resolver->images, bytes, out);
    if (status == PC_ERR_DAMAGED || status == PC_ERR_VERSION ||
        (status == PC_OK && out->header->type != (uint32_t)type)) {
        return damaged(question, "policy set of type", name);
    }
    return status;
}

enum pc_status pc_question_open_images(const struct pc_question *question,
                                       const struct pc_str *digests, size_t count,
                                       enum pc_policy_type type, const struct pc_image **out)
{
    struct pc_image *images = NULL;
    if (count > 0) {
        images = pc_arena_array(question->arena, count, sizeof(*images));
        if (images == NULL) {
            return PC_ERR_NOMEM;
        }
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(pc_question_open_image(question, digests[i], type, &images[i]));
    }
    *out = images;
    return PC_OK;
}
