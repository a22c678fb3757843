// SPDX-License-Identifier: Apache-2.0
#include "integrations.h"
#include "value/arn.h"

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

// Services ---------------------------------------------------------------------------------------

// NAME.amazonaws.com, where NAME.REGION.amazonaws.com is that of the region.
static bool is_same_service(struct pc_str who, struct pc_str service)
{
    struct pc_str own[3], asked[3];
    size_t own_count = pc_str_split(who, '.', own, 3);
    size_t asked_count = pc_str_split(service, '.', asked, 3);
    bool regional = asked_count == 3 && pc_region_is(asked[1]);
    return pc_str_eq(who, service) || (regional && own_count == 3 && pc_str_eq(own[0], asked[0]) &&
                                       pc_str_eq(own[1], PC_STR("amazonaws")));
}

bool pc_integration_calls_as(const struct pc_integration *row, struct pc_str service)
{
    for (size_t i = 0; i < PC_NEEDS_MAX && row->needs[i].who != NULL; i++) {
        const struct pc_need *need = &row->needs[i];
        if (pc_str_has_prefix(pc_str_from(need->actions), PC_STR(PC_INVOKE)) &&
            is_same_service(pc_str_from(need->who), service)) {
            return true;
        }
    }
    return false;
}

const struct pc_integration *pc_integration_of_service(struct pc_str service)
{
    for (const struct pc_integration *row = pc_integration_pushes; row->kind != NULL; row++) {
        if (pc_integration_calls_as(row, service)) {
            return row;
        }
    }
    return NULL;
}
