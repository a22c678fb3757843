// SPDX-License-Identifier: Apache-2.0
//
// The context of a request: names to strings, numbers, booleans, or arrays of those.
#include "request_json.h"

#include "value/number_text.h"

// A number that is not understood is no value that a Deny would fail to match: refused.
static enum pc_status read_number(const struct pc_request_reading *reading, struct pc_str key,
                                  const struct pc_json *json, struct pc_str *out)
{
    enum pc_status status = pc_number_text(reading->arena, json->text, out);
    if (status != PC_ERR_LIMIT) {
        return status;
    }
    pc_diag_report(reading->diags, PC_DIAG_REQUEST_CONTEXT, pc_json_place(reading->file, json),
                   "a number of the context key \"%.*s\" has an exponent beyond 4,096",
                   PC_STR_ARG(key));
    pc_diag_hint(reading->diags, "write its digits, or a string where no number is meant");
    return PC_ERR_INVALID;
}

static enum pc_status read_scalar(const struct pc_request_reading *reading, struct pc_str key,
                                  const struct pc_json *json, struct pc_str *out)
{
    switch (json->type) {
    case PC_JSON_STRING:
        *out = json->text;
        return PC_OK;
    case PC_JSON_NUMBER:
        return read_number(reading, key, json, out);
    case PC_JSON_BOOLEAN:
        *out = json->boolean ? PC_STR("true") : PC_STR("false");
        return PC_OK;
    case PC_JSON_NULL:
    case PC_JSON_ARRAY:
    case PC_JSON_OBJECT:
        break;
    }
    pc_diag_report(reading->diags, PC_DIAG_REQUEST_CONTEXT, pc_json_place(reading->file, json),
                   "a value of the context key \"%.*s\" is %s", PC_STR_ARG(key),
                   pc_json_type_text(json->type));
    pc_diag_hint(reading->diags, "a value is a string, number or boolean, or an array of those");
    return PC_ERR_INVALID;
}

// An array is a multivalued key, also with one element or none; null says that the key is absent.
static enum pc_status read_values(const struct pc_request_reading *reading,
                                  const struct pc_json *json, struct pc_context_key *given)
{
    bool list = json->type == PC_JSON_ARRAY;
    size_t count = list ? json->count : 1;
    struct pc_str *values = pc_arena_array(reading->arena, count, sizeof(*values));
    if (values == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(read_scalar(reading, given->key, list ? &json->items[i] : json, &values[i]));
    }
    given->list = list;
    given->values = values;
    given->count = count;
    return PC_OK;
}

static enum pc_status read_entry(const struct pc_request_reading *reading,
                                 const struct pc_json_member *member, struct pc_request *request)
{
    struct pc_context_key given = {.key = member->name,
                                   .place = pc_json_member_place(reading->file, member)};
    if (member->value.type == PC_JSON_NULL) {
        given.absent = true;
    } else {
        PC_TRY(read_values(reading, &member->value, &given));
    }
    return pc_form_context(reading->arena, reading->diags, &given, request);
}

enum pc_status pc_request_read_context(const struct pc_request_reading *reading,
                                       const struct pc_json *json, struct pc_request *request)
{
    if (json->type != PC_JSON_OBJECT) {
        pc_diag_report(reading->diags, PC_DIAG_REQUEST_CONTEXT, pc_json_place(reading->file, json),
                       "the context is %s, not an object", pc_json_type_text(json->type));
        return PC_ERR_INVALID;
    }
    for (size_t i = 0; i < json->count; i++) {
        PC_TRY(read_entry(reading, &json->members[i], request));
    }
    return PC_OK;
}
