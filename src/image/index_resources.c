// SPDX-License-Identifier: Apache-2.0
//
// The index of resources: by the service in the ARN and the literal text at the start of its last
// field. Partition, region and account play no part, for they are wildcards often; so the index
// names too many statements at times, and the matcher decides.
#include "indexing.h"

#include "match/arn_pattern.h"

// False: any resource may match it.
static bool is_placed(const struct pc_indexing *job, const struct pc_image_statement *statement)
{
    struct pc_arn_pattern_key key;
    for (uint32_t i = 0; i < statement->resources.count; i++) {
        const struct pc_image_resource *resource =
            pc_index_record(job, PC_IMAGE_RESOURCES, statement->resources.first + i);
        if (resource->kind == PC_IMAGE_RESOURCE_PATTERN &&
            !pc_arn_pattern_key(pc_index_text(job, resource->pattern), &key)) {
            return false;
        }
    }
    return statement->resource_kind == PC_IMAGE_LIST_POSITIVE;
}

static void add_entries(const struct pc_indexing *job, const struct pc_image_statement *statement,
                        uint32_t number, struct pc_index_entries *out)
{
    for (uint32_t i = 0; i < statement->resources.count; i++) {
        const struct pc_image_resource *resource =
            pc_index_record(job, PC_IMAGE_RESOURCES, statement->resources.first + i);
        struct pc_arn_pattern_key key;
        if (resource->kind != PC_IMAGE_RESOURCE_PATTERN ||
            !pc_arn_pattern_key(pc_index_text(job, resource->pattern), &key)) {
            continue; // one that matches nothing
        }
        out->items[out->count++] = (struct pc_index_entry){
            .service = key.service,
            .text = key.prefix,
            .kind = key.exact ? PC_INDEX_EXACT : PC_INDEX_PREFIX,
            .statement = number,
        };
    }
}

enum pc_status pc_index_resources(struct pc_indexing *job, struct pc_index_entries *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf unplaced = {0};
    struct pc_image_range set;
    *out = (struct pc_index_entries){NULL, 0};
    if (job->statements <= PC_INDEX_FEW) {
        return PC_OK;
    }
    PC_TRY(pc_index_entries_new(job, offsetof(struct pc_image_statement, resources), out));
    for (uint32_t i = 0; i < job->statements; i++) {
        const struct pc_image_statement *statement = pc_index_record(job, PC_IMAGE_STATEMENTS, i);
        if (is_placed(job, statement)) {
            add_entries(job, statement, i, out);
        } else {
            pc_buf_append(&unplaced, &i, sizeof(i));
        }
    }
    pc_index_sort(out->items, out->count);
    PC_TRY(pc_index_set_in(job, &unplaced, &set));
    job->roots->unplaced = set;
    job->roots->by_resource = 1;
    return PC_OK;
}
