// SPDX-License-Identifier: Apache-2.0
#include "account/known_functions.h"

#include "each_entry.h"
#include "names.h"
#include "record.h"

// Functions ---------------------------------------------------------------------------------------

struct functions {
    enum pc_status (*visit)(void *context, const struct pc_stored_function *function);
    void *context;
};

static enum pc_status show_function(void *context, struct pc_str key, const void *record)
{
    const struct functions *functions = context;
    const struct pc_stored_function function = {key, pc_known_function_of(record)};
    return functions->visit(functions->context, &function);
}

enum pc_status pc_each_function(struct pc_snapshot *snapshot,
                                enum pc_status (*visit)(void *context,
                                                        const struct pc_stored_function *function),
                                void *context)
{
    struct functions functions = {visit, context};
    return pc_each_entry(snapshot, PC_STORE_FUNCTIONS, show_function, &functions);
}

// Policies ----------------------------------------------------------------------------------------

struct policies {
    enum pc_status (*visit)(void *context, struct pc_str arn);
    void *context;
};

static enum pc_status show_resource(void *context, struct pc_str key, const void *record)
{
    const struct policies *policies = context;
    const struct pc_resource_record *resource = record;
    struct pc_str bare;
    return resource->policy == 1 && pc_function_arn_parse(key, &bare)
               ? policies->visit(policies->context, key)
               : PC_OK;
}

enum pc_status pc_each_function_policy(struct pc_snapshot *snapshot,
                                       enum pc_status (*visit)(void *context, struct pc_str arn),
                                       void *context)
{
    struct policies policies = {visit, context};
    return pc_each_entry(snapshot, PC_STORE_RESOURCES, show_resource, &policies);
}
