// SPDX-License-Identifier: Apache-2.0
#include "functions.h"

// Takes a fact that is new; reports one that differs from what another document says.
static bool merge(const struct pc_members *reader, const struct pc_function *function,
                  struct pc_str *known, struct pc_str said, struct pc_place place)
{
    if (said.len == 0 || pc_str_eq(*known, said)) {
        return true;
    }
    if (known->len > 0) {
        pc_picture_twice(reader->import, "function", function->arn, function->place, place);
        return false;
    }
    *known = said;
    return true;
}

static struct pc_str variable_name(const struct pc_json *variables, size_t i)
{
    return variables->type == PC_JSON_OBJECT ? variables->members[i].name
                                             : variables->items[i].text;
}

static bool same_variables(const struct pc_function *function, const struct pc_json *variables)
{
    if (function->variable_count != variables->count) {
        return false;
    }
    for (size_t i = 0; i < variables->count; i++) {
        bool found = false;
        for (const struct pc_word *word = function->variables; word != NULL; word = word->next) {
            found = found || pc_str_eq(word->text, variable_name(variables, i));
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static enum pc_status add_variables(const struct pc_members *reader, struct pc_function *function,
                                    const struct pc_function_facts *facts)
{
    const struct pc_json *variables = facts->variables;
    if (function->environment_known) {
        if (!same_variables(function, variables)) {
            pc_picture_twice(reader->import, "the environment of function", function->arn,
                             function->place, facts->place);
        }
        return PC_OK;
    }
    struct pc_word **end = &function->variables;
    for (size_t i = 0; i < variables->count; i++) {
        struct pc_word *word = pc_arena_alloc(reader->import->arena, sizeof(*word));
        if (word == NULL) {
            return PC_ERR_NOMEM;
        }
        // The name is copied: what is kept must not point into the text with the values.
        PC_TRY(pc_arena_copy(reader->import->arena, variable_name(variables, i), &word->text));
        word->place = facts->place;
        *end = word;
        end = &word->next;
    }
    function->variable_count = variables->count;
    function->environment_known = true;
    return PC_OK;
}

enum pc_status pc_function_add(const struct pc_members *reader,
                               const struct pc_function_facts *facts, struct pc_function **out)
{
    struct pc_function *function;
    PC_TRY(pc_picture_function(reader->import, facts->arn, facts->place, &function));
    if (function->role.len == 0) {
        function->role_place = facts->place;
    }
    if (merge(reader, function, &function->role, facts->role, facts->place) &&
        merge(reader, function, &function->kms_key, facts->kms_key, facts->place) &&
        facts->variables != NULL) {
        PC_TRY(add_variables(reader, function, facts));
    }
    if (out != NULL) {
        *out = function;
    }
    return PC_OK;
}
