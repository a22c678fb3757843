// SPDX-License-Identifier: Apache-2.0
#include "policy_guess.h"

struct signs {
    bool principal;   // some statement has one
    bool actions;     // there is one
    bool trust, keys; // every action so far is of a trust policy, of a key's
};

static bool is_of_trust(struct pc_str action)
{
    static const struct pc_str exact[] = {PC_STR_INIT("sts:TagSession"),
                                          PC_STR_INIT("sts:SetSourceIdentity"),
                                          PC_STR_INIT("sts:SetContext")};
    for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
        if (pc_str_eq_icase(action, exact[i])) {
            return true;
        }
    }
    return pc_str_has_prefix_icase(action, PC_STR("sts:AssumeRole"));
}

static void look_at_action(struct signs *signs, const struct pc_json *action)
{
    bool string = action->type == PC_JSON_STRING;
    signs->actions = true;
    signs->trust = signs->trust && string && is_of_trust(action->text);
    signs->keys = signs->keys && string && pc_str_has_prefix_icase(action->text, PC_STR("kms:"));
}

static void look_at(struct signs *signs, const struct pc_json *statement)
{
    const struct pc_json *actions = pc_json_get(statement, PC_STR("Action"));
    signs->principal = signs->principal || pc_json_get(statement, PC_STR("Principal")) != NULL ||
                       pc_json_get(statement, PC_STR("NotPrincipal")) != NULL;
    if (actions == NULL) { // NotAction reaches beyond any one service
        signs->trust = false;
        signs->keys = false;
    } else if (actions->type != PC_JSON_ARRAY) {
        look_at_action(signs, actions);
    }
    for (size_t i = 0; actions != NULL && actions->type == PC_JSON_ARRAY && i < actions->count;
         i++) {
        look_at_action(signs, &actions->items[i]);
    }
}

enum pc_policy_type pc_policy_guess(const struct pc_json *document)
{
    struct signs signs = {.trust = true, .keys = true};
    const struct pc_json *statements = pc_json_get(document, PC_STR("Statement"));
    if (statements != NULL && statements->type != PC_JSON_ARRAY) {
        look_at(&signs, statements);
    }
    for (size_t i = 0;
         statements != NULL && statements->type == PC_JSON_ARRAY && i < statements->count; i++) {
        look_at(&signs, &statements->items[i]);
    }
    if (!signs.principal) {
        return PC_POLICY_IDENTITY;
    }
    return signs.actions && signs.trust  ? PC_POLICY_TRUST
           : signs.actions && signs.keys ? PC_POLICY_KEY
                                         : PC_POLICY_RESOURCE;
}
