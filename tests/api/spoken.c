// SPDX-License-Identifier: Apache-2.0
#include "spoken.h"

#include <errno.h>
#include <stdlib.h>

#include "value/number_text.h"

// Numbers ----------------------------------------------------------------------------------------

static bool is_integer(struct pc_str text)
{
    size_t first = text.len > 0 && text.ptr[0] == '-';
    for (size_t i = first; i < text.len; i++) {
        if (!pc_char_is_digit(text.ptr[i])) {
            return false;
        }
    }
    return text.len > first;
}

// As many digits as a double tells apart for sure.
static bool is_short(struct pc_str text)
{
    size_t digits = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] != 'e' && text.ptr[i] != 'E'; i++) {
        digits += pc_char_is_digit(text.ptr[i]);
    }
    return digits <= 15;
}

// In the type that a program would have it in; what is in none of them, as a text.
static bool say_number(struct pc_arena *arena, struct pc_str text, struct polcheck_value *out)
{
    struct pc_str copy; // with a zero behind it
    struct pc_str plain;
    if (pc_arena_copy(arena, text, &copy) != PC_OK) {
        return false;
    }
    errno = 0;
    long long integer = strtoll(copy.ptr, NULL, 10);
    if (is_integer(text) && errno == 0 && !pc_str_eq(text, PC_STR("-0"))) {
        *out = polcheck_integer(integer);
        return true;
    }
    if (is_short(text)) {
        *out = polcheck_number(strtod(copy.ptr, NULL));
        return true;
    }
    if (pc_number_text(arena, text, &plain) != PC_OK) {
        return false;
    }
    *out = polcheck_string(spoken_text(plain));
    return true;
}

// Context ----------------------------------------------------------------------------------------

static bool say_scalar(struct pc_arena *arena, const struct pc_json *json,
                       struct polcheck_value *out)
{
    if (json->type == PC_JSON_STRING) {
        *out = polcheck_string(spoken_text(json->text));
        return true;
    }
    if (json->type == PC_JSON_BOOLEAN) {
        *out = polcheck_boolean(json->boolean);
        return true;
    }
    return json->type == PC_JSON_NUMBER && say_number(arena, json->text, out);
}

static bool say_list(struct pc_arena *arena, const struct pc_json_member *member,
                     struct polcheck_request *request)
{
    struct polcheck_value values[SPOKEN_LIST];
    const struct pc_json *list = &member->value;
    if (list->count > SPOKEN_LIST) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (!say_scalar(arena, &list->items[i], &values[i])) {
            return false;
        }
    }
    polcheck_request_add_list(request, spoken_text(member->name), values, list->count);
    return true;
}

// Every second text goes the way of pairs.
static bool say_entry(struct pc_arena *arena, const struct pc_json_member *member, bool pair,
                      struct polcheck_request *request)
{
    struct polcheck_value value;
    if (member->value.type == PC_JSON_ARRAY) {
        return say_list(arena, member, request);
    }
    if (!say_scalar(arena, &member->value, &value)) {
        return false;
    }
    if (pair && value.type == POLCHECK_VALUE_STRING) {
        const struct polcheck_pair text = {spoken_text(member->name), value.string};
        polcheck_request_add_pairs(request, &text, 1);
    } else {
        polcheck_request_add(request, spoken_text(member->name), value);
    }
    return true;
}

static bool say_context(struct pc_arena *arena, const struct pc_json *context,
                        struct polcheck_request *request)
{
    if (context == NULL || context->type == PC_JSON_NULL) {
        return true;
    }
    if (context->type != PC_JSON_OBJECT) {
        return false;
    }
    for (size_t i = 0; i < context->count; i++) {
        if (!say_entry(arena, &context->members[i], i % 2 == 0, request)) {
            return false;
        }
    }
    return true;
}

// Who asks ---------------------------------------------------------------------------------------

static bool say_services(const struct pc_json *list, struct polcheck_request *request)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].type != PC_JSON_STRING || list->items[i].text.len == 0) {
            return false;
        }
        polcheck_request_add_service(request, spoken_text(list->items[i].text));
    }
    return list->type == PC_JSON_ARRAY;
}

static bool say_tags(const struct pc_json *tags, struct polcheck_request *request)
{
    if (tags->type != PC_JSON_OBJECT) {
        return false;
    }
    for (size_t i = 0; i < tags->count; i++) {
        if (tags->members[i].value.type != PC_JSON_STRING) {
            return false;
        }
        polcheck_request_add_principal_tag(request, spoken_text(tags->members[i].name),
                                           spoken_text(tags->members[i].value.text));
    }
    return true;
}

typedef void setter(struct polcheck_request *request, struct polcheck_str text);

static setter *setter_of(struct pc_str name)
{
    if (pc_str_eq(name, PC_STR("role"))) {
        return polcheck_request_set_role;
    }
    if (pc_str_eq(name, PC_STR("parent"))) {
        return polcheck_request_set_parent;
    }
    return pc_str_eq(name, PC_STR("id")) ? polcheck_request_set_userid : NULL;
}

static bool say_part(const struct pc_json_member *part, struct polcheck_request *request)
{
    setter *set = setter_of(part->name);
    if (pc_str_eq(part->name, PC_STR("arn")) || pc_str_eq(part->name, PC_STR("federated"))) {
        return true;
    }
    if (pc_str_eq(part->name, PC_STR("services"))) {
        return say_services(&part->value, request);
    }
    if (pc_str_eq(part->name, PC_STR("tags"))) {
        return say_tags(&part->value, request);
    }
    if (set == NULL || part->value.type != PC_JSON_STRING || part->value.text.len == 0) {
        return false;
    }
    set(request, spoken_text(part->value.text));
    return true;
}

static bool say_parts(const struct pc_json *principal, struct polcheck_request *request)
{
    for (size_t i = 0; principal->type == PC_JSON_OBJECT && i < principal->count; i++) {
        if (!say_part(&principal->members[i], request)) {
            return false;
        }
    }
    return true;
}

static const struct pc_json *text_member(const struct pc_json *json, struct pc_str name)
{
    const struct pc_json *member = pc_json_get(json, name);
    return member != NULL && member->type == PC_JSON_STRING ? member : NULL;
}

// The whole --------------------------------------------------------------------------------------

static bool begin(const struct pc_json *json, const struct pc_json *principal,
                  struct polcheck_request *request)
{
    const struct pc_json *action = text_member(json, PC_STR("action"));
    const struct pc_json *resource = text_member(json, PC_STR("resource"));
    bool object = principal->type == PC_JSON_OBJECT;
    const struct pc_json *arn = object ? text_member(principal, PC_STR("arn")) : principal;
    const struct pc_json *federated = text_member(principal, PC_STR("federated"));
    if (action == NULL || resource == NULL || (arn == NULL) == (federated == NULL)) {
        return false;
    }
    if (federated != NULL) {
        polcheck_request_begin_federated(request, spoken_text(federated->text),
                                         spoken_text(action->text), spoken_text(resource->text));
    } else {
        polcheck_request_begin(request, spoken_text(arn->text), spoken_text(action->text),
                               spoken_text(resource->text));
    }
    return object || principal->type == PC_JSON_STRING;
}

bool spoken_request(struct pc_arena *arena, const struct pc_json *json,
                    struct polcheck_request *request)
{
    const struct pc_json *principal = pc_json_get(json, PC_STR("principal"));
    const struct pc_json *account = pc_json_get(json, PC_STR("resourceAccount"));
    if (principal == NULL || !begin(json, principal, request)) {
        return false;
    }
    if (account != NULL && account->type == PC_JSON_STRING) {
        polcheck_request_set_resource_account(request, spoken_text(account->text));
    } else if (account != NULL && account->type != PC_JSON_NULL) {
        return false;
    }
    return say_parts(principal, request) &&
           say_context(arena, pc_json_get(json, PC_STR("context")), request);
}
