// SPDX-License-Identifier: Apache-2.0
//
// Changes that add to the policies of a case.
#include "transform.h"

// How a set's statements have to look (SEMANTICS.md 1.3).
struct form {
    bool principal, resource, allow;
    const char *service; // of its actions; NULL: any
};

static struct form form_of(const struct transform *job, struct pc_str type)
{
    struct form form = {.principal = false, .resource = true, .allow = true};
    if (pc_str_eq(type, PC_STR("endpoint"))) {
        form.principal = true;
    } else if (pc_str_eq(type, PC_STR("rcp"))) {
        form.principal = true;
        form.allow = false;
    } else if (pc_str_eq(type, PC_STR("resource"))) {
        enum pc_policy_type kind = pc_case_resource_type(&job->before->request);
        form.principal = true;
        form.resource = kind != PC_POLICY_TRUST;
        form.service = kind == PC_POLICY_TRUST ? "sts" : kind == PC_POLICY_KEY ? "kms" : NULL;
    }
    return form;
}

static void add_text(struct transform *job, struct edit_node *object, const char *name,
                     struct pc_str text)
{
    edit_add(object, name, edit_string(job->arena, text));
}

static struct pc_str action_text(struct transform *job, struct pc_str service, const char *name)
{
    struct pc_str text;
    const struct pc_str parts[] = {service, PC_STR(":"), pc_str_from(name)};
    if (pc_arena_join(job->arena, parts, 3, &text) != PC_OK) {
        edit_need(NULL);
    }
    return text;
}

// A statement for everyone and everything, about the action.
static struct edit_node *statement_about(struct transform *job, const struct form *form,
                                         const char *effect, struct pc_str action)
{
    struct edit_node *statement = edit_container(job->arena, PC_JSON_OBJECT);
    add_text(job, statement, "Sid", PC_STR("Added"));
    add_text(job, statement, "Effect", pc_str_from(effect));
    add_text(job, statement, "Action", action);
    if (form->principal) {
        add_text(job, statement, "Principal", PC_STR("*"));
    }
    if (form->resource) {
        add_text(job, statement, "Resource", PC_STR("*"));
    }
    return statement;
}

static void add_document(struct transform *job, const struct walk_set *set,
                         struct edit_node *statement)
{
    struct edit_node *document = edit_container(job->arena, PC_JSON_OBJECT);
    struct edit_node *statements = edit_container(job->arena, PC_JSON_ARRAY);
    add_text(job, document, "Version", PC_STR("2012-10-17"));
    edit_add(document, "Statement", statements);
    edit_add(statements, "", statement);
    edit_add(set->documents, "", document);
}

static const struct walk_set *choose_set(struct transform *job, struct walk_sets *sets)
{
    walk_sets(job->root, sets);
    uint32_t chosen = gen_random_below(job->random, (uint32_t)sets->count);
    return sets->count == 0 ? NULL : &sets->items[chosen];
}

// Its condition asks for a key that no request carries: nothing may be missed on its behalf.
static void ask_for_more(struct transform *job, struct edit_node *statement)
{
    struct edit_node *condition = edit_container(job->arena, PC_JSON_OBJECT);
    struct edit_node *op = edit_container(job->arena, PC_JSON_OBJECT);
    add_text(job, op, "polcheck:NeverGiven", PC_STR("x"));
    edit_add(condition, "StringEquals", op);
    edit_add(statement, "Condition", condition);
}

bool transform_add_unrelated(struct transform *job)
{
    struct walk_sets sets;
    const struct walk_set *set = choose_set(job, &sets);
    if (set == NULL) {
        return false;
    }
    struct form form = form_of(job, set->type);
    bool same_service = form.service != NULL || gen_random_below(job->random, 2) == 0;
    struct pc_str service = same_service ? job->before->request.service : PC_STR("unrelated");
    bool allow = form.allow && gen_random_below(job->random, 2) == 0;
    struct edit_node *statement = statement_about(job, &form, allow ? "Allow" : "Deny",
                                                  action_text(job, service, "NeverAskedFor"));
    if (gen_random_below(job->random, 2) == 0) {
        ask_for_more(job, statement);
    }
    add_document(job, set, statement);
    return true;
}

// A copy of one of the set's statements with another effect; NULL when it has none.
static struct edit_node *copy_of_one(struct transform *job, const struct walk_set *set,
                                     const char *effect)
{
    struct walk_statements found;
    const struct walk_statement *mine[WALK_MAX];
    size_t count = 0;
    walk_statements(job->root, &found);
    for (size_t i = 0; i < found.count; i++) {
        if (found.items[i].set->documents == set->documents) {
            mine[count++] = &found.items[i];
        }
    }
    if (count == 0) {
        return NULL;
    }
    const struct walk_statement *chosen = mine[gen_random_below(job->random, (uint32_t)count)];
    struct edit_node *copy = edit_copy(job->arena, chosen->statement);
    edit_remove(copy, "Sid");
    edit_remove(copy, "Effect");
    add_text(job, copy, "Sid", PC_STR("Added"));
    add_text(job, copy, "Effect", pc_str_from(effect));
    return copy;
}

static bool add_statement(struct transform *job, const char *effect, bool allow)
{
    struct walk_sets sets;
    const struct walk_set *set = choose_set(job, &sets);
    if (set == NULL) {
        return false;
    }
    struct form form = form_of(job, set->type);
    if (allow && !form.allow) {
        return false;
    }
    struct edit_node *statement =
        gen_random_below(job->random, 3) == 0 ? NULL : copy_of_one(job, set, effect);
    if (statement == NULL) {
        statement = statement_about(job, &form, effect,
                                    action_text(job, job->before->request.service, "*"));
    }
    add_document(job, set, statement);
    return true;
}

bool transform_add_deny(struct transform *job)
{
    return add_statement(job, "Deny", false);
}

bool transform_add_allow(struct transform *job)
{
    return add_statement(job, "Allow", true);
}

struct test {
    const char *op, *key, *value;
};

// Conditions that are true of some requests and false of others.
static const struct test tests[] = {
    {"StringLike", "aws:username", "*"},
    {"StringNotEquals", "aws:PrincipalAccount", "111122223333"},
    {"Null", "aws:SourceIp", "false"},
    {"Null", "aws:PrincipalArn", "false"},
    {"ForAnyValue:StringLike", "aws:TagKeys", "*"},
    {"ForAllValues:StringNotLike", "aws:TagKeys", "*"},
    {"BoolIfExists", "aws:SecureTransport", "true"},
    {"IpAddressIfExists", "aws:SourceIp", "10.0.0.0/8"},
    {"NumericLessThanIfExists", "aws:MultiFactorAuthAge", "3600"},
    {"DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"},
    {"ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"},
};

static bool add_condition(struct transform *job, struct edit_node *statement)
{
    const struct test *test =
        &tests[gen_random_below(job->random, sizeof(tests) / sizeof(tests[0]))];
    struct edit_node *condition = edit_get(statement, "Condition");
    if (condition == NULL) {
        condition = edit_add(statement, "Condition", edit_container(job->arena, PC_JSON_OBJECT));
    }
    if (condition->type != PC_JSON_OBJECT || edit_get(condition, test->op) != NULL) {
        return false;
    }
    struct edit_node *op = edit_container(job->arena, PC_JSON_OBJECT);
    add_text(job, op, test->key, pc_str_from(test->value));
    edit_add(condition, test->op, op);
    return true;
}

bool transform_add_condition(struct transform *job)
{
    struct walk_statements found;
    bool any = false;
    walk_statements(job->root, &found);
    for (size_t i = 0; i < found.count; i++) {
        bool chosen = gen_random_below(job->random, 2) == 0;
        if (chosen && walk_has_effect(&found.items[i], "Allow")) {
            any = add_condition(job, found.items[i].statement) || any;
        }
    }
    return any;
}

bool transform_deny_all(struct transform *job)
{
    struct walk_statements found;
    bool any = false;
    walk_statements(job->root, &found);
    for (size_t i = 0; i < found.count; i++) {
        if (walk_has_effect(&found.items[i], "Allow")) {
            edit_get(found.items[i].statement, "Effect")->text = PC_STR("Deny");
            any = true;
        }
    }
    return any;
}
