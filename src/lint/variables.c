// SPDX-License-Identifier: Apache-2.0
//
// Policy variables: names of no key, or nearly those of keys, and keys that never give a value.
#include "operators.h"

#include "match/arn_pattern.h"

struct visit {
    const struct pc_lint_place *place;
    const struct pc_text *text; // that has the variables
};

// A default stands behind a comma.
static bool has_defaults(const struct visit *visit)
{
    return pc_str_find(visit->text->text, ',', 0) != SIZE_MAX;
}

static bool belongs_to_role(const struct pc_lint_place *place)
{
    enum pc_policy_type type = place->policy->type;
    static const char kind[] = ":role/";
    struct pc_str attached = place->subject->attached;
    size_t at = pc_str_find(attached, '/', 0);
    return (type == PC_POLICY_IDENTITY || type == PC_POLICY_BOUNDARY) && at != SIZE_MAX &&
           pc_str_has_suffix(pc_str_slice(attached, 0, at + 1),
                             (struct pc_str){kind, sizeof(kind) - 1});
}

// Why a variable never has a value, or NULL.
static const char *why_never(const struct visit *visit, struct pc_str key)
{
    const struct pc_global_key *known = pc_global_key(key);
    if (known != NULL && known->many) {
        return "has several values, and so gives none";
    }
    if (pc_str_eq(key, PC_STR("aws:username")) && belongs_to_role(visit->place)) {
        return "is missing in the requests of a role";
    }
    return NULL;
}

// Is there no such key? Without the service reference, which has all global ones, what is nearly
// the name of one is taken for a mistake.
static bool is_unknown(const struct visit *visit, struct pc_str key,
                       const struct pc_global_key *nearest)
{
    const struct pc_catalog *catalog = visit->place->lint->catalog;
    if (catalog != NULL && pc_catalog_key(catalog, NULL, key) != NULL) {
        return false;
    }
    return nearest != NULL || (catalog != NULL && pc_str_has_prefix_icase(key, PC_STR("aws:")) &&
                               pc_global_key(key) == NULL);
}

static void look_at(void *context, struct pc_str key)
{
    const struct visit *visit = context;
    const struct pc_text *text = visit->text;
    const struct pc_global_key *nearest = pc_global_key_nearest(key);
    const char *never = why_never(visit, key);
    if (is_unknown(visit, key, nearest)) {
        pc_lint_report(visit->place, PC_DIAG_VARIABLE_UNKNOWN, text->line, text->column,
                       "there is no condition key \"%.*s\" for a variable", PC_STR_ARG(key));
        if (nearest != NULL) {
            bool stem = pc_str_has_suffix(nearest->shown, PC_STR("/")); // of the keys of tags
            pc_diag_hint(visit->place->lint->diags, "did you mean ${%.*s%s}?",
                         PC_STR_ARG(nearest->shown), stem ? "TAG" : "");
        }
    } else if (never != NULL && !has_defaults(visit)) {
        pc_lint_report(visit->place, PC_DIAG_VARIABLE_NEVER, text->line, text->column,
                       "\"%.*s\" matches nothing: %.*s %s", PC_STR_ARG(text->text), PC_STR_ARG(key),
                       never);
    }
}

void pc_lint_condition_variables(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    for (size_t i = 0; it->use.op->each_variable != NULL && i < it->written->count; i++) {
        struct visit visit = {at->place, &it->written->values[i]};
        it->use.op->each_variable(it->values[i], look_at, &visit);
    }
}

// One resource, in room that is reused.
static enum pc_status look_at_resource(const struct pc_lint_place *place,
                                       const struct pc_text *text, struct pc_buf *room)
{
    struct visit visit = {place, text};
    struct pc_pattern_error error;
    struct pc_arn_pattern_options options = {
        .flags = PC_PATTERN_VARIABLES, .expand = true, .allow_any = true};
    pc_buf_reset(room);
    enum pc_status status = pc_arn_pattern_compile(text->text, options, room, &error);
    if (status == PC_OK) {
        pc_arn_pattern_each_variable(pc_buf_view(room), look_at, &visit);
    }
    return status == PC_ERR_NOMEM ? status : PC_OK; // compiling reports what cannot be read
}

enum pc_status pc_lint_resource_variables(const struct pc_lint_place *place)
{
    const struct pc_text_list *list = &place->statement->resources;
    PC_CLEANUP(pc_buf_release) struct pc_buf room = {0};
    for (size_t i = 0; i < list->count && place->policy->variables; i++) {
        PC_TRY(look_at_resource(place, &list->items[i], &room));
    }
    return PC_OK;
}
