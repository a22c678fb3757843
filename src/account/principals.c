// SPDX-License-Identifier: Apache-2.0
#include "account/principals.h"

#include "each_entry.h"
#include "record.h"

struct visiting {
    enum pc_status (*visit)(void *context, const struct pc_stored_principal *principal);
    void *context;
};

static enum pc_status show(void *context, struct pc_str key, const void *record)
{
    const struct visiting *visiting = context;
    const struct pc_principal_record *stored = record;
    const struct pc_stored_principal principal = {
        .role = stored->role != 0,
        .arn = pc_record_text(stored, stored->arn),
        .id = pc_record_text(stored, stored->id),
        .allowed = &stored->allowed,
    };
    (void)key;
    return visiting->visit(visiting->context, &principal);
}

enum pc_status pc_each_principal(
    struct pc_snapshot *snapshot,
    enum pc_status (*visit)(void *context, const struct pc_stored_principal *principal),
    void *context)
{
    struct visiting visiting = {visit, context};
    return pc_each_entry(snapshot, PC_STORE_PRINCIPALS, show, &visiting);
}

bool pc_stored_may_allow(const struct pc_stored_principal *principal,
                         const struct pc_action_pattern *actions)
{
    struct pc_allowed allowed; // records lie at any alignment
    memcpy(&allowed, principal->allowed, sizeof(allowed));
    return pc_allowed_has(&allowed, actions);
}
