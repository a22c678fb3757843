// SPDX-License-Identifier: Apache-2.0
//
// Conditions as such: what always or never holds, what is said twice.
#include "operators.h"

#include <stdarg.h>
#include <stdio.h>

enum {
    MAX_TEXT = 768, // of a message; a longer one is cut
};

static void report(const struct pc_lint_at *at, enum pc_diag_code code, const struct pc_text *text,
                   const char *format, va_list arguments) __attribute__((format(printf, 4, 0)));

static void report(const struct pc_lint_at *at, enum pc_diag_code code, const struct pc_text *text,
                   const char *format, va_list arguments)
{
    char message[MAX_TEXT];
    int length = vsnprintf(message, sizeof(message), format, arguments);
    pc_lint_report(at->place, code, text->line, text->column, "%s",
                   length < 0 ? "a finding" : message);
}

void pc_lint_report_operator(const struct pc_lint_at *at, enum pc_diag_code code,
                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(at, code, &at->it->written->op, format, arguments);
    va_end(arguments);
}

void pc_lint_report_value(const struct pc_lint_at *at, enum pc_diag_code code, size_t value,
                          const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(at, code, &at->it->written->values[value], format, arguments);
    va_end(arguments);
}

// Is there a variable of the key, without a default?
static bool has_variable(struct pc_str text, struct pc_str key)
{
    size_t open = pc_str_find(text, '$', 0);
    while (open != SIZE_MAX) {
        struct pc_str name = pc_str_slice(text, open + 2, open + 2 + key.len);
        size_t close = open + 2 + name.len;
        if (text.len > close && text.ptr[open + 1] == '{' && text.ptr[close] == '}' &&
            pc_str_eq_icase(name, key)) {
            return true;
        }
        open = pc_str_find(text, '$', open + 1);
    }
    return false;
}

static bool have_variable(const struct pc_text *texts, size_t count, struct pc_str key)
{
    size_t having = 0;
    while (having < count && has_variable(texts[having].text, key)) {
        having++;
    }
    return count > 0 && having == count;
}

static bool resources_have_variable(const struct pc_lint_at *at)
{
    const struct pc_text_list *list = &at->place->statement->resources;
    return at->place->policy->variables && list->kind == PC_LIST_POSITIVE &&
           have_variable(list->items, list->count, at->it->key);
}

static bool needs_key(const struct pc_lint_at *at, const struct pc_lint_condition *other)
{
    if (other == at->it || !other->sound || !pc_lint_needs_value(other)) {
        return false;
    }
    return pc_str_eq(other->key, at->it->key) ||
           (at->place->policy->variables && other->use.op->variables &&
            have_variable(other->written->values, other->written->count, at->it->key));
}

bool pc_lint_has_key_elsewhere(const struct pc_lint_at *at)
{
    bool found = resources_have_variable(at);
    for (size_t i = 0; i < at->count && !found; i++) {
        found = needs_key(at, &at->conditions[i]);
    }
    return found;
}

static pc_lint_look *const looks[] = {
    pc_lint_literal_wildcard,
    pc_lint_like_plain,
    pc_lint_every_value,
    pc_lint_addresses,
    pc_lint_dates,
    pc_lint_if_exists,
    pc_lint_null,
    pc_lint_for_all,
    pc_lint_for_any,
    pc_lint_negated_absent,
    pc_lint_pairs,
    pc_lint_condition_variables,
};

static enum pc_status check_condition(const struct pc_lint_at *at)
{
    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        looks[i](at);
    }
    return pc_lint_values(at);
}

static enum pc_status check_statement(const struct pc_lint_place *place)
{
    struct pc_lint_at at = {.place = place, .count = place->statement->condition_count};
    PC_TRY(pc_lint_conditions_read(place->lint->arena, place->policy, place->statement,
                                   &at.conditions));
    for (size_t i = 0; i < at.count; i++) {
        at.it = &at.conditions[i];
        if (at.it->sound) {
            PC_TRY(check_condition(&at));
        }
    }
    return PC_OK;
}

static const struct pc_lint_check checks[] = {
    {.statement = check_statement},
    {.statement = pc_lint_resource_variables},
};

const struct pc_lint_area pc_lint_operators = {checks, sizeof(checks) / sizeof(checks[0])};
