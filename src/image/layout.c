// SPDX-License-Identifier: Apache-2.0
#include "image/layout.h"

size_t pc_image_record_size(enum pc_image_table table)
{
    static const size_t sizes[PC_IMAGE_TABLES] = {
        [PC_IMAGE_DOCUMENTS] = sizeof(struct pc_image_document),
        [PC_IMAGE_STATEMENTS] = sizeof(struct pc_image_statement),
        [PC_IMAGE_ACTIONS] = sizeof(struct pc_image_action),
        [PC_IMAGE_RESOURCES] = sizeof(struct pc_image_resource),
        [PC_IMAGE_PRINCIPALS] = sizeof(struct pc_image_principal),
        [PC_IMAGE_CONDITIONS] = sizeof(struct pc_image_condition),
        [PC_IMAGE_VALUES] = sizeof(struct pc_image_value),
        [PC_IMAGE_KEYS] = sizeof(struct pc_image_key),
        [PC_IMAGE_SERVICES] = sizeof(struct pc_image_service),
        [PC_IMAGE_NAMES] = sizeof(struct pc_image_name),
        [PC_IMAGE_GLOBS] = sizeof(struct pc_image_glob),
        [PC_IMAGE_WORDS] = sizeof(struct pc_image_word),
        [PC_IMAGE_BLOCKS] = sizeof(struct pc_image_block),
        [PC_IMAGE_SLOTS] = sizeof(struct pc_image_slot),
        [PC_IMAGE_NODES] = sizeof(struct pc_image_node),
        [PC_IMAGE_EDGES] = sizeof(struct pc_image_edge),
        [PC_IMAGE_HOLDERS] = sizeof(struct pc_image_holder),
    };
    return sizes[table];
}

// The hash of the text in lower case.
static uint64_t hash_lower(struct pc_str text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < text.len; i++) {
        hash = (hash ^ (unsigned char)pc_char_lower(text.ptr[i])) * UINT64_C(0x100000001b3);
    }
    return hash ^ hash >> 32;
}

uint64_t pc_image_principal_hash(uint32_t kind, struct pc_str text)
{
    if (kind != PC_IMAGE_PRINCIPAL_ROLE) {
        return pc_str_hash(text) + kind * UINT64_C(0x9e3779b97f4a7c15);
    }
    size_t start = text.len;
    while (start > 0 && text.ptr[start - 1] != '/') {
        start--;
    }
    return hash_lower(pc_str_slice(text, start, text.len));
}

bool pc_image_type_has_principals(uint32_t type)
{
    return type == PC_IMAGE_TYPE_RESOURCE || type == PC_IMAGE_TYPE_TRUST ||
           type == PC_IMAGE_TYPE_KEY || type == PC_IMAGE_TYPE_RCP || type == PC_IMAGE_TYPE_ENDPOINT;
}
