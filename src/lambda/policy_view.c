// SPDX-License-Identifier: Apache-2.0
#include "policy_view.h"

#include "match/arn_pattern.h"
#include "ops/operator.h"

// Loading ----------------------------------------------------------------------------------------

static enum pc_status take(void *context, const char *what, const struct pc_image *image)
{
    struct pc_policy_view *view = context;
    (void)what;
    if (view->count < PC_VIEW_IMAGES) {
        view->images[view->count++] = *image;
    }
    return PC_OK;
}

enum pc_status pc_policy_view_add(struct pc_checker *checker, struct pc_str arn,
                                  struct pc_policy_view *view)
{
    enum pc_status status = pc_resolver_each_image(checker->asker->resolver, arn, take, view);
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}

bool pc_policy_view_at(const struct pc_policy_view *view, size_t at, struct pc_view_statement *out)
{
    for (size_t i = 0; i < view->count; i++) {
        const struct pc_image *image = &view->images[i];
        size_t count = pc_image_count(image, PC_IMAGE_STATEMENTS);
        if (at < count) {
            *out = (struct pc_view_statement){image, (uint32_t)at,
                                              pc_image_statement(image, (uint32_t)at)};
            return true;
        }
        at -= count;
    }
    return false;
}

// Actions and resources --------------------------------------------------------------------------

enum {
    ACTION_BYTES = 64, // more than the name of any action of Lambda, SQS or SNS
};

static bool lists_action(const struct pc_view_statement *statement, struct pc_str action)
{
    char lower[ACTION_BYTES];
    size_t colon = pc_str_find(action, ':', 0);
    if (action.len > sizeof(lower)) {
        return true;
    }
    for (size_t i = 0; i < action.len; i++) {
        lower[i] = pc_char_lower(action.ptr[i]);
    }
    const struct pc_str text = {lower, action.len};
    struct pc_str service = pc_str_slice(text, 0, colon);
    struct pc_str name = pc_str_slice(text, colon + 1, text.len);
    for (uint32_t i = 0; i < statement->record->actions.count; i++) {
        const struct pc_image_action *entry =
            pc_image_action(statement->image, statement->record->actions.first + i);
        bool named = entry->kind == PC_IMAGE_ACTION_NAME &&
                     pc_str_eq(pc_image_text(statement->image, entry->service), service) &&
                     pc_pattern_match(pc_image_text(statement->image, entry->name), name, NULL,
                                      NULL) == PC_MATCH;
        if (named || entry->kind == PC_IMAGE_ACTION_ANY) {
            return true;
        }
    }
    return false;
}

static void note_variable(void *context, struct pc_str key)
{
    (void)key;
    *(bool *)context = true;
}

bool pc_resource_covers(struct pc_str pattern, struct pc_str resource)
{
    const struct pc_arn_subject subject = pc_arn_subject_of(resource);
    bool variable = false;
    pc_arn_pattern_each_variable(pattern, note_variable, &variable);
    return variable || pc_arn_pattern_match(pattern, &subject, NULL, NULL) == PC_MATCH;
}

static const struct pc_image_resource *resource_at(const struct pc_view_statement *statement,
                                                   uint32_t at)
{
    return pc_image_resource(statement->image, statement->record->resources.first + at);
}

static bool covers(const struct pc_view_statement *statement, struct pc_str resource)
{
    for (uint32_t i = 0; i < statement->record->resources.count; i++) {
        const struct pc_image_resource *entry = resource_at(statement, i);
        if (entry->kind == PC_IMAGE_RESOURCE_PATTERN &&
            pc_resource_covers(pc_image_text(statement->image, entry->pattern), resource)) {
            return true;
        }
    }
    return false;
}

struct pc_str pc_statement_resource(const struct pc_view_statement *statement, uint32_t at)
{
    const struct pc_image_statement *record = statement->record;
    bool listed = record->resource_kind == PC_IMAGE_LIST_POSITIVE && at < record->resources.count;
    return listed ? pc_image_text(statement->image, resource_at(statement, at)->pattern)
                  : PC_STR("");
}

bool pc_statement_may_allow(const struct pc_view_statement *statement, struct pc_str action,
                            struct pc_str resource)
{
    const struct pc_image_statement *record = statement->record;
    return record->effect == PC_IMAGE_ALLOW &&
           (record->action_kind == PC_IMAGE_LIST_NEGATED || lists_action(statement, action)) &&
           (record->resource_kind != PC_IMAGE_LIST_POSITIVE || covers(statement, resource));
}

// Principals -------------------------------------------------------------------------------------

const struct pc_image_principal *pc_statement_principal(const struct pc_view_statement *statement,
                                                        uint32_t at)
{
    const struct pc_image_statement *record = statement->record;
    bool named = record->principal_kind == PC_IMAGE_LIST_POSITIVE && at < record->principals.count;
    return named ? pc_image_principal(statement->image, record->principals.first + at) : NULL;
}

bool pc_statement_is_open(const struct pc_view_statement *statement)
{
    const struct pc_image_statement *record = statement->record;
    bool open = record->principal_kind == PC_IMAGE_LIST_NEGATED;
    const struct pc_image_principal *principal = NULL;
    for (uint32_t i = 0; (principal = pc_statement_principal(statement, i)) != NULL; i++) {
        open = open || principal->kind == PC_IMAGE_PRINCIPAL_ANY;
    }
    return open && record->effect == PC_IMAGE_ALLOW;
}

// Conditions -------------------------------------------------------------------------------------

static const struct pc_image_condition *condition_at(const struct pc_view_statement *statement,
                                                     uint32_t at)
{
    return pc_image_condition(statement->image, statement->record->conditions.first + at);
}

static bool is_on(const struct pc_view_statement *statement,
                  const struct pc_image_condition *condition, const char *key)
{
    const struct pc_image_key *record = pc_image_key(statement->image, condition->key);
    return pc_str_eq(pc_image_text(statement->image, record->name), pc_str_from(key));
}

bool pc_statement_key(const struct pc_view_statement *statement, uint32_t at, struct pc_str *out)
{
    if (at >= statement->record->conditions.count) {
        return false;
    }
    const struct pc_image_condition *condition = condition_at(statement, at);
    *out = pc_image_text(statement->image, pc_image_key(statement->image, condition->key)->name);
    return true;
}

bool pc_statement_tests(const struct pc_view_statement *statement, const char *key)
{
    for (uint32_t i = 0; i < statement->record->conditions.count; i++) {
        if (is_on(statement, condition_at(statement, i), key)) {
            return true;
        }
    }
    return false;
}

static bool is_of_text(const struct pc_image_condition *condition)
{
    return condition->op == PC_OP_STRING_EQUALS || condition->op == PC_OP_STRING_LIKE ||
           condition->op == PC_OP_STRING_EQUALS_IGNORE_CASE || condition->op == PC_OP_ARN_EQUALS ||
           condition->op == PC_OP_ARN_LIKE;
}

static bool is_positive(const struct pc_image_condition *condition)
{
    return is_of_text(condition) && (condition->flags & PC_OP_NEGATED) == 0;
}

bool pc_statement_requires(const struct pc_view_statement *statement, const char *key)
{
    for (uint32_t i = 0; i < statement->record->conditions.count; i++) {
        const struct pc_image_condition *condition = condition_at(statement, i);
        if (is_on(statement, condition, key) && is_positive(condition) &&
            (condition->flags & (PC_OP_IF_EXISTS | PC_OP_FOR_ALL)) == 0) {
            return true;
        }
    }
    return false;
}

// Of those conditions on the key that count, the value of that place; "" behind the last.
struct value_search {
    const struct pc_view_statement *statement;
    bool (*counts)(const struct pc_image_condition *condition);
    const char *key;
    size_t at;
};

static enum pc_status find_value(struct pc_arena *arena, const struct value_search *search,
                                 struct pc_str *out)
{
    const struct pc_view_statement *statement = search->statement;
    size_t at = search->at;
    *out = PC_STR("");
    for (uint32_t i = 0; i < statement->record->conditions.count; i++) {
        const struct pc_image_condition *condition = condition_at(statement, i);
        if (!is_on(statement, condition, search->key) || !search->counts(condition)) {
            continue;
        }
        if (at < condition->values.count) {
            PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
            const struct pc_image_value *value =
                pc_image_value(statement->image, condition->values.first + (uint32_t)at);
            pc_operator_get(condition->op)
                ->write(pc_image_text(statement->image, value->bytes), &text);
            PC_TRY(pc_buf_status(&text));
            return pc_arena_copy(arena, pc_buf_view(&text), out);
        }
        at -= condition->values.count;
    }
    return PC_OK;
}

enum pc_status pc_statement_value(struct pc_arena *arena, const struct pc_view_statement *statement,
                                  const char *key, size_t at, struct pc_str *out)
{
    const struct value_search search = {statement, is_positive, key, at};
    return find_value(arena, &search, out);
}

enum pc_status pc_statement_text(struct pc_arena *arena, const struct pc_view_statement *statement,
                                 const char *key, size_t at, struct pc_str *out)
{
    const struct value_search search = {statement, is_of_text, key, at};
    return find_value(arena, &search, out);
}
