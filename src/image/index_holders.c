// SPDX-License-Identifier: Apache-2.0
//
// The index of principals: of sets too large for one block, whose statements name many.
#include "indexing.h"

#include <stdlib.h>

struct naming {
    uint64_t hash;
    uint32_t statement;
};

static int order_namings(const void *left, const void *right)
{
    const struct naming *a = left;
    const struct naming *b = right;
    if (a->hash != b->hash) {
        return a->hash < b->hash ? -1 : 1;
    }
    return a->statement < b->statement ? -1 : a->statement > b->statement;
}

static bool names_anybody(const struct pc_indexing *job, const struct pc_image_statement *statement)
{
    for (uint32_t i = 0; i < statement->principals.count; i++) {
        const struct pc_image_principal *principal =
            pc_index_record(job, PC_IMAGE_PRINCIPALS, statement->principals.first + i);
        if (principal->kind == PC_IMAGE_PRINCIPAL_ANY) {
            return true;
        }
    }
    return false;
}

// NotPrincipal and "*" may match any caller; a statement without the element is judged by its type.
static bool is_named(const struct pc_indexing *job, const struct pc_image_statement *statement)
{
    return statement->principal_kind == PC_IMAGE_LIST_POSITIVE && !names_anybody(job, statement);
}

static void add_namings(const struct pc_indexing *job, const struct pc_image_statement *statement,
                        uint32_t number, struct pc_buf *out)
{
    for (uint32_t i = 0; i < statement->principals.count; i++) {
        const struct pc_image_principal *principal =
            pc_index_record(job, PC_IMAGE_PRINCIPALS, statement->principals.first + i);
        struct naming naming = {
            pc_image_principal_hash(principal->kind, pc_index_text(job, principal->text)), number};
        pc_buf_append(out, &naming, sizeof(naming));
    }
}

static enum pc_status add_holder(struct pc_indexing *job, const struct naming *run, size_t count)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf statements = {0};
    struct pc_image_holder holder = {.hash = run->hash};
    struct pc_image_range set;
    for (size_t i = 0; i < count; i++) {
        pc_buf_append(&statements, &run[i].statement, sizeof(run[i].statement));
    }
    PC_TRY(pc_index_set_in(job, &statements, &set));
    holder.set = set;
    pc_image_builder_add(job->builder, PC_IMAGE_HOLDERS, &holder);
    return PC_OK;
}

static enum pc_status add_holders(struct pc_indexing *job, struct pc_buf *bytes)
{
    struct naming *namings = (void *)bytes->ptr;
    size_t count = bytes->len / sizeof(*namings);
    if (count > 1) {
        qsort(namings, count, sizeof(*namings), order_namings);
    }
    for (size_t at = 0, end; at < count; at = end) {
        end = at + 1;
        while (end < count && namings[end].hash == namings[at].hash) {
            end++;
        }
        PC_TRY(add_holder(job, &namings[at], end - at));
    }
    struct pc_image_range slots;
    PC_TRY(pc_index_slots(job, PC_IMAGE_HOLDERS, 0, &slots));
    job->roots->holders = slots;
    return PC_OK;
}

enum pc_status pc_index_holders(struct pc_indexing *job)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf namings = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf unnamed = {0};
    struct pc_image_range set;
    if (pc_indexing_is_single(job) || !pc_image_type_has_principals(job->type)) {
        return PC_OK;
    }
    for (uint32_t i = 0; i < job->statements; i++) {
        const struct pc_image_statement *statement = pc_index_record(job, PC_IMAGE_STATEMENTS, i);
        if (is_named(job, statement)) {
            add_namings(job, statement, i, &namings);
        } else {
            pc_buf_append(&unnamed, &i, sizeof(i));
        }
    }
    PC_TRY(pc_buf_status(&namings));
    PC_TRY(pc_index_set_in(job, &unnamed, &set));
    enum pc_status status = add_holders(job, &namings);
    if (status == PC_ERR_EFFORT) { // statements are asked whomever they name
        pc_index_drop(job, PC_IMAGE_HOLDERS, 0);
        return PC_OK;
    }
    PC_TRY(status);
    job->roots->unnamed = set;
    job->roots->by_holder = 1;
    return PC_OK;
}
