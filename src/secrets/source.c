// SPDX-License-Identifier: Apache-2.0
#include "source.h"

enum pc_status pc_source_get(const struct pc_source *source, enum pc_store_table table,
                             struct pc_str key, struct pc_str *value)
{
    return source->write != NULL ? pc_store_peek(source->write, table, key, value)
                                 : pc_snapshot_get(source->snapshot, table, key, value);
}

enum pc_status pc_source_each(const struct pc_source *source, enum pc_store_table table,
                              enum pc_status (*visit)(void *context, struct pc_str key,
                                                      struct pc_str value),
                              void *context)
{
    return source->write != NULL ? pc_store_peek_each(source->write, table, visit, context)
                                 : pc_snapshot_each(source->snapshot, table, visit, context);
}
