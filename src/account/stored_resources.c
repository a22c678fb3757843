// SPDX-License-Identifier: Apache-2.0
#include "account/stored_resources.h"

#include "each_entry.h"
#include "record.h"

struct visiting {
    enum pc_status (*visit)(void *context, const struct pc_stored_resource *resource);
    void *context;
};

static enum pc_status show(void *context, struct pc_str key, const void *record)
{
    const struct visiting *visiting = context;
    const struct pc_resource_record *stored = record;
    const struct pc_stored_resource resource = {key, pc_record_text(stored, stored->account),
                                                stored->policy != 0};
    return visiting->visit(visiting->context, &resource);
}

enum pc_status pc_each_resource(struct pc_snapshot *snapshot,
                                enum pc_status (*visit)(void *context,
                                                        const struct pc_stored_resource *resource),
                                void *context)
{
    struct visiting visiting = {visit, context};
    return pc_each_entry(snapshot, PC_STORE_RESOURCES, show, &visiting);
}
