// SPDX-License-Identifier: Apache-2.0
#include "integrations.h"

static const struct pc_integration *const parts[] = {
    pc_integration_attachments, pc_integration_pushes,  pc_integration_callers,
    pc_integration_pollers,     pc_integration_targets,
};

const char *pc_direction_text(enum pc_direction direction)
{
    static const char *const texts[] = {"trigger", "poller", "destination", "attachment"};
    return texts[direction];
}

const struct pc_integration *pc_integration_at(size_t index)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        for (const struct pc_integration *row = parts[i]; row->kind != NULL; row++) {
            if (index-- == 0) {
                return row;
            }
        }
    }
    return NULL;
}

const struct pc_integration *pc_integration_find(struct pc_str kind)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        for (const struct pc_integration *row = parts[i]; row->kind != NULL; row++) {
            if (pc_str_eq(pc_str_from(row->kind), kind)) {
                return row;
            }
        }
    }
    return NULL;
}
