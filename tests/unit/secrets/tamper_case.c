// SPDX-License-Identifier: Apache-2.0
#include "tamper_case.h"

struct truth furnish(struct vault_case *c)
{
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_TWO, "alias/two"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "SECOND", "value-two"), PC_OK);
    assert_int_equal(vault_case_put(c, MAIL, KEY_ONE, "FIRST", "value-six"), PC_OK);
    assert_int_equal(vault_case_put(c, OLD, KEY_TWO, "FIRST", "value-old"), PC_OK);
    assert_int_equal(vault_case_key_state(c, KEY_TWO, PC_KEY_DISABLED, 0), PC_OK);
    return (struct truth){.secrets = {{PAY, "FIRST", "value-one"},
                                      {PAY, "SECOND", "value-two"},
                                      {MAIL, "FIRST", "value-six"},
                                      {OLD, "FIRST", NULL}},
                          .count = 4,
                          .keys = 3,
                          .two = PC_KEY_DISABLED,
                          .root = c->root};
}

void furnish_spare(struct vault_case *c)
{
    char vault[sizeof(c->vault)];
    memcpy(vault, c->vault, sizeof(vault));
    memcpy(c->vault, c->spare, sizeof(vault));
    assert_int_equal(pc_vault_create(c->vault, c->root, NULL, &c->diags), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_TWO, "alias/two"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, KEY_ONE, "FIRST", "wrong-one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, KEY_ONE, "SECOND", "wrong-two"), PC_OK);
    assert_int_equal(vault_case_put(c, MAIL, KEY_ONE, "FIRST", "wrong-six"), PC_OK);
    assert_int_equal(vault_case_put(c, OLD, KEY_TWO, "FIRST", "wrong-old"), PC_OK);
    memcpy(c->vault, vault, sizeof(vault));
}

static bool is_complaint(enum pc_status status)
{
    return status == PC_ERR_DAMAGED;
}

static void examine_secret(struct vault_case *c, struct pc_vault *vault, const struct truth *truth,
                           size_t at, struct finding *out)
{
    const struct secret *secret = &truth->secrets[at];
    struct pc_str value;
    enum pc_status status = vault_case_look(c, vault, secret->function, secret->name, &value);
    enum pc_diag_code code = vault_case_code(c);
    if (status == PC_OK) {
        assert_non_null(secret->value);
        assert_int_equal(value.len, strlen(secret->value));
        assert_memory_equal(value.ptr, secret->value, value.len);
        out->right++;
    } else if (status == PC_ERR_INVALID && code == PC_DIAG_KEY_STATE) {
        assert_null(secret->value);
        out->right++;
    } else {
        assert_true(is_complaint(status) || (truth->may_miss && status == PC_ERR_NOTFOUND));
        out->errors++;
    }
}

struct counting {
    const struct truth *truth;
    size_t seen;
};

static enum pc_status count_key(void *context, const struct pc_vault_key *key)
{
    struct counting *counting = context;
    bool two = pc_str_eq(key->arn, PC_STR(KEY_TWO));
    assert_int_equal(key->state, two ? counting->truth->two : PC_KEY_ENABLED);
    assert_int_equal(key->service, pc_str_eq(key->alias, PC_STR(PC_LAMBDA_ALIAS)));
    counting->seen++;
    return PC_OK;
}

static enum pc_status count_variables(void *context, const struct pc_vault_environment *environment)
{
    struct counting *counting = context;
    counting->seen += environment->count;
    return PC_OK;
}

static void examine_lists(struct vault_case *c, struct pc_vault *vault, const struct truth *truth,
                          struct finding *out)
{
    struct counting keys = {truth, 0};
    struct counting variables = {truth, 0};
    enum pc_status status = pc_vault_each_key(vault, &c->diags, count_key, &keys);
    assert_true(status == PC_OK ? keys.seen == truth->keys : is_complaint(status));
    out->errors += status != PC_OK;
    out->right += status == PC_OK;
    status = pc_vault_each_environment(vault, &c->diags, count_variables, &variables);
    assert_true(status == PC_OK ? variables.seen == truth->count || truth->may_miss
                                : is_complaint(status));
    out->errors += status != PC_OK;
    out->right += status == PC_OK;
    (void)vault_case_code(c);
}

void examine_open(struct vault_case *c, struct pc_vault *vault, const struct truth *truth,
                  struct finding *out)
{
    for (size_t i = 0; i < truth->count; i++) {
        examine_secret(c, vault, truth, i, out);
    }
    examine_lists(c, vault, truth, out);
}

struct finding examine(struct vault_case *c, const struct truth *truth)
{
    struct finding out = {0, 0};
    struct pc_vault *vault;
    enum pc_status status = pc_vault_open(c->vault, truth->root, &c->diags, &vault);
    enum pc_diag_code code = vault_case_code(c);
    if (status != PC_OK) {
        assert_true(is_complaint(status) || code == PC_DIAG_ROOT_KEY_WRONG);
        out.errors++;
        return out;
    }
    examine_open(c, vault, truth, &out);
    pc_vault_close(vault);
    return out;
}

void assert_whole(struct vault_case *c, const struct truth *truth)
{
    struct finding found = examine(c, truth);
    assert_int_equal(found.errors, 0);
    assert_int_equal(found.right, truth->count + 2);
}

void assert_noticed(struct vault_case *c, const struct truth *truth)
{
    assert_int_not_equal(examine(c, truth).errors, 0);
}

enum pc_diag_code code_of_opening(struct vault_case *c)
{
    struct pc_vault *vault = NULL;
    enum pc_status status = pc_vault_open(c->vault, c->root, &c->diags, &vault);
    assert_int_not_equal(status, PC_OK);
    assert_null(vault);
    return vault_case_code(c);
}
