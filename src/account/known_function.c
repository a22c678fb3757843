// SPDX-License-Identifier: Apache-2.0
//
// Looks up a function.
#include "question.h"

struct pc_known_function pc_known_function_of(const void *record)
{
    const struct pc_function_record *function = record;
    const struct pc_place place = {pc_record_text(function, function->file), function->line,
                                   function->column};
    return (struct pc_known_function){.role = pc_record_text(function, function->role),
                                      .kms_key = pc_record_text(function, function->kms_key),
                                      .place = place,
                                      .record = function,
                                      .variable_count = function->variables.count,
                                      .connection_count = function->connections.count};
}

enum pc_status pc_resolver_function(struct pc_resolver *resolver, struct pc_str arn,
                                    const struct pc_asking *asking, struct pc_known_function *out)
{
    struct pc_question question = {.resolver = resolver, .asking = asking};
    const void *found = NULL;
    PC_TRY(pc_question_find(&question, PC_STORE_FUNCTIONS, arn, &found));
    *out = pc_known_function_of(found);
    return PC_OK;
}

enum pc_status pc_resolver_owner(struct pc_resolver *resolver, struct pc_str arn,
                                 const struct pc_asking *asking, struct pc_str *out)
{
    struct pc_question question = {.resolver = resolver, .asking = asking};
    const void *found = NULL;
    PC_TRY(pc_question_find(&question, PC_STORE_RESOURCES, arn, &found));
    const struct pc_resource_record *record = found;
    *out = pc_record_text(record, record->account);
    return PC_OK;
}

enum pc_status pc_resolver_has_policy(struct pc_resolver *resolver, struct pc_str arn,
                                      const struct pc_asking *asking, bool *out)
{
    struct pc_question question = {.resolver = resolver, .asking = asking};
    const void *found = NULL;
    *out = false;
    enum pc_status status = pc_question_find(&question, PC_STORE_RESOURCES, arn, &found);
    if (status == PC_OK) {
        const struct pc_resource_record *record = found;
        *out = record->policy != 0;
    }
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}

enum pc_status pc_resolver_has_account(struct pc_resolver *resolver, struct pc_str account,
                                       const struct pc_asking *asking, bool *out)
{
    struct pc_question question = {.resolver = resolver, .asking = asking};
    const void *found = NULL;
    enum pc_status status = pc_question_find(&question, PC_STORE_ACCOUNTS, account, &found);
    *out = status == PC_OK;
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}

struct pc_str pc_known_function_variable(const struct pc_known_function *function, size_t at)
{
    const struct pc_function_record *record = function->record;
    return pc_record_span_text(record, record->variables, at);
}

struct pc_known_connection pc_known_function_connection(const struct pc_known_function *function,
                                                        size_t at)
{
    const struct pc_function_record *record = function->record;
    struct pc_known_connection connection = {.place = {.line = 0}};
    // What was checked with its record is one.
    (void)!pc_connection_parse(pc_record_span_text(record, record->connections, at), &connection);
    return connection;
}

// Parts of a connection ---------------------------------------------------------------------------

static bool take(struct pc_str *rest, size_t count, struct pc_str *out)
{
    if (rest->len < count) {
        return false;
    }
    *out = pc_str_slice(*rest, 0, count);
    *rest = pc_str_slice(*rest, count, rest->len);
    return true;
}

static bool take_number(struct pc_str *rest, uint32_t *out)
{
    struct pc_str bytes;
    if (!take(rest, sizeof(*out), &bytes)) {
        return false;
    }
    *out = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        *out |= (uint32_t)(unsigned char)bytes.ptr[i] << (8 * i);
    }
    return true;
}

static bool take_text(struct pc_str *rest, struct pc_str *out)
{
    uint32_t length;
    return take_number(rest, &length) && take(rest, length, out);
}

bool pc_connection_parse(struct pc_str text, struct pc_known_connection *out)
{
    struct pc_known_connection connection = {.place = {.line = 0}};
    struct pc_str rest = text;
    struct pc_str name, value;
    if (!take_text(&rest, &connection.kind) || !take_text(&rest, &connection.function) ||
        !take_text(&rest, &connection.other) || !take_text(&rest, &connection.place.file) ||
        !take_number(&rest, &connection.place.line) ||
        !take_number(&rest, &connection.place.column)) {
        return false;
    }
    connection.facts = rest;
    for (connection.fact_count = 0; rest.len > 0; connection.fact_count++) {
        if (!take_text(&rest, &name) || !take_text(&rest, &value)) {
            return false;
        }
    }
    *out = connection;
    return true;
}

struct pc_tag pc_known_connection_fact(const struct pc_known_connection *connection, size_t at)
{
    struct pc_str rest = connection->facts;
    struct pc_tag fact = {PC_STR(""), PC_STR("")};
    for (size_t i = 0; i <= at; i++) {
        if (!take_text(&rest, &fact.key) || !take_text(&rest, &fact.value)) {
            return (struct pc_tag){PC_STR(""), PC_STR("")};
        }
    }
    return fact;
}

struct pc_str pc_known_connection_tells(const struct pc_known_connection *connection,
                                        struct pc_str name)
{
    for (size_t i = 0; i < connection->fact_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(connection, i);
        if (pc_str_eq(fact.key, name)) {
            return fact.value;
        }
    }
    return PC_STR("");
}
