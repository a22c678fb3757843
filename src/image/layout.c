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
        [PC_IMAGE_HITS] = sizeof(struct pc_image_hit),
        [PC_IMAGE_WORDS] = sizeof(struct pc_image_word),
    };
    return sizes[table];
}
