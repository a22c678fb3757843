// SPDX-License-Identifier: Apache-2.0
//
// Action and NotAction (SEMANTICS.md section 2).
#include "generate_elements.h"
#include "generate_pattern.h"

enum {
    MAX_ACTIONS = 4,
};

// "*" alone is not for every policy type (table 1.3).
static bool may_name_all(enum gen_policy policy)
{
    return policy != GEN_TRUST && policy != GEN_RCP;
}

// A pattern of the action's name behind its service.
static struct pc_str with_service(const struct gen_statement *statement, struct pc_str name)
{
    struct gen_scene *scene = statement->scene;
    size_t begin = gen_text_begin(scene);
    gen_text_add(scene, pc_str_from(scene->action->service));
    gen_text_add(scene, PC_STR(":"));
    gen_text_add(scene, name);
    return gen_text_end(scene, begin);
}

// Matches the request's action.
static struct pc_str fitting(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    struct pc_str name = pc_str_from(scene->action->name);
    uint32_t dice = gen_below(scene, 100);
    if (dice < 12 && may_name_all(statement->policy)) {
        return PC_STR("*");
    }
    if (dice < 32) {
        return with_service(statement, PC_STR("*"));
    }
    if (dice < 62) {
        return with_service(statement, name);
    }
    if (dice < 72) {
        return gen_recase(scene, with_service(statement, name));
    }
    return with_service(statement, gen_like(scene, name, false));
}

static bool is_allowed(enum gen_policy policy, struct pc_str action)
{
    struct pc_str service = pc_str_slice(action, 0, pc_str_find(action, ':', 0));
    if (policy == GEN_TRUST) {
        return pc_str_eq_icase(service, PC_STR("sts"));
    }
    if (policy == GEN_KEY_POLICY) {
        return pc_str_eq_icase(service, PC_STR("kms")) || pc_str_eq(action, PC_STR("*:*"));
    }
    return policy != GEN_RCP ||
           (pc_str_find(service, '*', 0) == SIZE_MAX && pc_str_find(service, '?', 0) == SIZE_MAX);
}

// Another action of this service or another, or one of the odd ones.
static struct pc_str other(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    for (int i = 0; i < 100; i++) {
        struct pc_str action;
        if (gen_percent(scene, 15)) {
            action = gen_expand(scene, gen_odd_actions[gen_below(scene, gen_odd_action_count)]);
        } else {
            const struct gen_action *row = &gen_actions[gen_below(scene, gen_action_count)];
            size_t begin = gen_text_begin(scene);
            gen_text_add(scene, pc_str_from(row->service));
            gen_text_add(scene, PC_STR(":"));
            gen_text_add(scene, pc_str_from(gen_percent(scene, 25) ? "*" : row->name));
            action = gen_text_end(scene, begin);
        }
        if (is_allowed(statement->policy, action)) {
            return action;
        }
    }
    return with_service(statement, PC_STR("Nothing"));
}

void gen_write_action(const struct gen_statement *statement)
{
    static const size_t counts[] = {1, 1, 1, 1, 2, 2, 3, 4};
    struct gen_scene *scene = statement->scene;
    struct pc_str actions[MAX_ACTIONS];
    bool whole = scene->mistake == NULL; // a mistake may be about the negated element
    bool negated = whole && statement->policy != GEN_RCP && gen_percent(scene, 12);
    bool listed = gen_percent(scene, statement->aim) != negated;
    size_t count =
        gen_percent(scene, 2) ? 0 : counts[gen_below(scene, sizeof(counts) / sizeof(counts[0]))];
    size_t hit = gen_below(scene, count);
    for (size_t i = 0; i < count; i++) {
        actions[i] = i == hit && listed ? fitting(statement) : other(statement);
    }
    pc_json_key(statement->writer, negated ? "NotAction" : "Action");
    gen_write_texts(statement, actions, count);
}
