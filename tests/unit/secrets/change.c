// SPDX-License-Identifier: Apache-2.0
#include "vault_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "change.h"
#include "environment_record.h"

#define ALIEN "arn:aws:lambda:eu-west-1:444455556666:function:pay"

// A look at one thing of the vault, which is opened for it. What is told is copied.
static struct pc_vault_key key_of(struct vault_case *c, const char *name, const char *near)
{
    struct pc_vault *vault;
    struct pc_vault_key key = {.version = 0};
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(pc_vault_key(vault, pc_str_from(name), pc_str_from(near), &c->diags, &key),
                     PC_OK);
    key.arn = vault_case_copied(c, key.arn);
    key.alias = vault_case_copied(c, key.alias);
    key.policy = vault_case_copied(c, key.policy);
    pc_vault_close(vault);
    return key;
}

static struct pc_vault_environment environment_of(struct vault_case *c, const char *function)
{
    struct pc_vault *vault;
    struct pc_vault_environment environment;
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(pc_vault_environment(vault, pc_str_from(function), &c->diags, &environment),
                     PC_OK);
    environment.function = vault_case_copied(c, environment.function);
    environment.key = vault_case_copied(c, environment.key);
    environment.variables = NULL;
    pc_vault_close(vault);
    return environment;
}

static bool has_environment(struct vault_case *c, const char *function)
{
    struct pc_vault *vault;
    struct pc_vault_environment environment;
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    enum pc_status status =
        pc_vault_environment(vault, pc_str_from(function), &c->diags, &environment);
    assert_true(status == PC_OK || status == PC_ERR_NOTFOUND);
    pc_vault_close(vault);
    return status == PC_OK;
}

// A change that is refused, says why with that code, and changes nothing, not even the generation.
#define assert_refused(c, change, status, code)                                                    \
    do {                                                                                           \
        struct vault_records pc_before, pc_after;                                                  \
        vault_case_read(c, (c)->store, &pc_before);                                                \
        assert_int_equal(change, status);                                                          \
        assert_int_equal(vault_case_code(c), code);                                                \
        vault_case_read(c, (c)->store, &pc_after);                                                 \
        assert_int_equal(pc_before.count, pc_after.count);                                         \
        for (size_t pc_i = 0; pc_i < pc_before.count; pc_i++) {                                    \
            assert_true(pc_str_eq(pc_before.of[pc_i].value, pc_after.of[pc_i].value));             \
        }                                                                                          \
    } while (0)

// Setting -----------------------------------------------------------------------------------------

static void a_value_that_is_put_is_read(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_put(c, PAY, "", "BUCKET", "my-bucket"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "KEY", "file.txt"), PC_OK);
    assert_value(c, PAY, "BUCKET", "my-bucket");
    assert_value(c, PAY, "KEY", "file.txt");
    assert_int_equal(environment_of(c, PAY).measure, 39);
    assert_int_equal(vault_case_put(c, PAY, "", "KEY", ""), PC_OK);
    assert_value(c, PAY, "KEY", "");
    assert_value(c, PAY, "BUCKET", "my-bucket");
    assert_int_equal(environment_of(c, PAY).measure, 31);
    assert_no_value(c, PAY, "OTHER", PC_ERR_NOTFOUND);
    assert_int_equal(vault_case_code(c), PC_DIAG_SECRET_UNKNOWN);
    assert_no_value(c, MAIL, "BUCKET", PC_ERR_NOTFOUND);
}

struct batch {
    const char *function, *key;
    const struct pc_assignment *assignments;
    size_t count;
};

static enum pc_status put_batch(void *context, struct pc_change *change)
{
    const struct batch *batch = context;
    return pc_change_put(change, pc_str_from(batch->function), pc_str_from(batch->key),
                         batch->assignments, batch->count);
}

static enum pc_status put_several(struct vault_case *c, const char *function,
                                  const struct pc_assignment *assignments, size_t count)
{
    struct batch batch = {function, "", assignments, count};
    return vault_case_change(c, put_batch, &batch);
}

static void several_are_set_at_once_and_shown_by_name(void **state)
{
    struct vault_case *c = *state;
    static const struct pc_assignment assignments[] = {
        {PC_STR_INIT("ZETA"), PC_STR_INIT("z")},
        {PC_STR_INIT("ALPHA"), PC_STR_INIT("a")},
        {PC_STR_INIT("MID"), PC_STR_INIT("m")},
    };
    struct pc_vault *vault;
    struct pc_vault_environment environment;
    int64_t before = pc_clock_now(); // time() may be a tick behind
    assert_int_equal(put_several(c, PAY, assignments, 3), PC_OK);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(pc_vault_environment(vault, PC_STR(PAY), &c->diags, &environment), PC_OK);
    assert_int_equal(environment.count, 3);
    assert_view(environment.variables[0].name, "ALPHA");
    assert_view(environment.variables[1].name, "MID");
    assert_view(environment.variables[2].name, "ZETA");
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(environment.variables[i].version, pc_vault_generation(vault));
        assert_int_equal(environment.variables[i].length, 1);
        assert_in_range(environment.variables[i].set, before, pc_clock_now());
    }
    // All of them, and those named, in the order of the names given.
    static const struct pc_str names[] = {PC_STR_INIT("ZETA"), PC_STR_INIT("ALPHA")};
    assert_int_equal(pc_vault_unseal(vault, &environment, &(const struct pc_names){NULL, 0},
                                     &c->diags, c->opened),
                     PC_OK);
    assert_int_equal(pc_opened_count(c->opened), 3);
    assert_string_equal(pc_opened_assignment(c->opened, 1), "MID=m");
    assert_int_equal(pc_vault_unseal(vault, &environment, &(const struct pc_names){names, 2},
                                     &c->diags, c->opened),
                     PC_OK);
    assert_int_equal(pc_opened_count(c->opened), 2);
    assert_null(pc_opened_assignment(c->opened, 2));
    pc_vault_close(vault);
}

static void what_lambda_would_refuse_is_refused(void **state)
{
    struct vault_case *c = *state;
    static const struct {
        const char *function, *name, *value;
        enum pc_diag_code code;
    } cases[] = {
        {PAY, "A", "v", PC_DIAG_VARIABLE_NAME},
        {PAY, "1A", "v", PC_DIAG_VARIABLE_NAME},
        {PAY, "AWS_REGION", "v", PC_DIAG_VARIABLE_RESERVED},
        {PAY, "NAME", "\xff", PC_DIAG_VARIABLE_VALUE},
        {PAY ":1", "NAME", "v", PC_DIAG_FUNCTION_ARN},
        {"pay", "NAME", "v", PC_DIAG_FUNCTION_ARN},
    };
    assert_int_equal(vault_case_put(c, PAY, "", "BUCKET", "my-bucket"), PC_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_refused(c, vault_case_put(c, cases[i].function, "", cases[i].name, cases[i].value),
                       PC_ERR_INVALID, cases[i].code);
    }
    static const struct pc_assignment twice[] = {
        {PC_STR_INIT("NAME"), PC_STR_INIT("a")},
        {PC_STR_INIT("OTHER"), PC_STR_INIT("b")},
        {PC_STR_INIT("NAME"), PC_STR_INIT("c")},
    };
    assert_refused(c, put_several(c, PAY, twice, 3), PC_ERR_INVALID, PC_DIAG_VARIABLE_NAME);
    assert_refused(c, put_several(c, PAY, twice, 3), PC_ERR_INVALID, PC_DIAG_VARIABLE_NAME);
}

static void an_environment_has_4096_bytes(void **state)
{
    struct vault_case *c = *state;
    static char value[PC_ENVIRONMENT_BYTES + 1];
    // {"AA":"..."}: 4,096 with 4,087 bytes of value.
    memset(value, 'v', 4088);
    assert_refused(c, vault_case_put(c, PAY, "", "AA", value), PC_ERR_INVALID,
                   PC_DIAG_ENVIRONMENT_SIZE);
    value[4087] = '\0';
    assert_int_equal(vault_case_put(c, PAY, "", "AA", value), PC_OK);
    assert_int_equal(environment_of(c, PAY).measure, 4096);
    struct pc_str read;
    assert_int_equal(vault_case_value(c, PAY, "AA", &read), PC_OK);
    assert_true(pc_str_eq(read, pc_str_from(value)));
    assert_refused(c, vault_case_put(c, PAY, "", "BB", ""), PC_ERR_INVALID,
                   PC_DIAG_ENVIRONMENT_SIZE);
    // What is escaped counts as it is written: each quote takes two.
    memset(value, '"', 2044);
    value[2044] = '\0';
    assert_refused(c, vault_case_put(c, PAY, "", "AA", value), PC_ERR_INVALID,
                   PC_DIAG_ENVIRONMENT_SIZE);
    value[2043] = '\0';
    assert_int_equal(vault_case_put(c, PAY, "", "AA", value), PC_OK);
    assert_int_equal(environment_of(c, PAY).measure, 1 + 2 + 2 * 2043 + 6);
}

// {"AA":"",...}: eight bytes each and a comma or brace, so 455 of two letters.
static void an_environment_of_many_variables_opens_whole(void **state)
{
    struct vault_case *c = *state;
    enum {
        MANY = 511
    };
    static char names[MANY + 1][3];
    static struct pc_assignment assignments[MANY + 1];
    size_t room = (PC_ENVIRONMENT_BYTES - 1) / 8;
    assert_int_equal(room, MANY);
    for (size_t i = 0; i <= MANY; i++) {
        static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
        names[i][0] = digits[i / 36];
        names[i][1] = digits[i % 36];
        assignments[i] = (struct pc_assignment){pc_str_from(names[i]), PC_STR("")};
    }
    assert_refused(c, put_several(c, PAY, assignments, MANY + 1), PC_ERR_INVALID,
                   PC_DIAG_ENVIRONMENT_SIZE);
    assert_int_equal(put_several(c, PAY, assignments, MANY), PC_OK);
    struct pc_vault *vault;
    struct pc_vault_environment environment;
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(pc_vault_environment(vault, PC_STR(PAY), &c->diags, &environment), PC_OK);
    assert_int_equal(environment.measure, 1 + 8 * MANY);
    assert_int_equal(pc_vault_unseal(vault, &environment, &(const struct pc_names){NULL, 0},
                                     &c->diags, c->opened),
                     PC_OK);
    assert_int_equal(pc_opened_count(c->opened), MANY);
    pc_vault_close(vault);
}

// More than an environment can have, in one call.
static void too_many_at_once_are_refused_with_a_word(void **state)
{
    struct vault_case *c = *state;
    static char names[600][8];
    static struct pc_assignment assignments[600];
    for (size_t i = 0; i < 600; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "N%zu", i);
        assignments[i] = (struct pc_assignment){pc_str_from(names[i]), PC_STR("")};
    }
    assert_refused(c, put_several(c, PAY, assignments, 600), PC_ERR_INVALID,
                   PC_DIAG_ENVIRONMENT_SIZE);
}

// Removing ----------------------------------------------------------------------------------------

static void what_is_removed_is_gone(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "SECOND", "two"), PC_OK);
    assert_refused(c, vault_case_remove_variable(c, PAY, "THIRD"), PC_ERR_NOTFOUND,
                   PC_DIAG_SECRET_UNKNOWN);
    assert_refused(c, vault_case_remove_variable(c, MAIL, NULL), PC_ERR_NOTFOUND,
                   PC_DIAG_SECRET_UNKNOWN);
    assert_int_equal(vault_case_remove_variable(c, PAY, "FIRST"), PC_OK);
    assert_no_value(c, PAY, "FIRST", PC_ERR_NOTFOUND);
    assert_value(c, PAY, "SECOND", "two");
    assert_int_equal(vault_case_remove_variable(c, PAY, "SECOND"), PC_OK);
    assert_false(has_environment(c, PAY)); // an empty one is none
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "SECOND", "two"), PC_OK);
    assert_int_equal(vault_case_remove_variable(c, PAY, NULL), PC_OK);
    assert_false(has_environment(c, PAY));
    assert_refused(c, vault_case_remove_variable(c, PAY, NULL), PC_ERR_NOTFOUND,
                   PC_DIAG_SECRET_UNKNOWN);
}

static enum pc_status remove_two(void *context, struct pc_change *change)
{
    const struct pc_str *names = context;
    return pc_change_remove(change, PC_STR(PAY), names, 2);
}

static void of_several_all_go_or_none(void **state)
{
    struct vault_case *c = *state;
    struct pc_str names[] = {PC_STR_INIT("FIRST"), PC_STR_INIT("THIRD")};
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "SECOND", "two"), PC_OK);
    assert_refused(c, vault_case_change(c, remove_two, names), PC_ERR_NOTFOUND,
                   PC_DIAG_SECRET_UNKNOWN);
    names[1] = names[0]; // there is no second one of that name
    assert_refused(c, vault_case_change(c, remove_two, names), PC_ERR_NOTFOUND,
                   PC_DIAG_SECRET_UNKNOWN);
    names[1] = PC_STR("SECOND");
    assert_int_equal(vault_case_change(c, remove_two, names), PC_OK);
    assert_false(has_environment(c, PAY));
}

// Keys --------------------------------------------------------------------------------------------

static void each_account_and_region_has_a_service_key(void **state)
{
    struct vault_case *c = *state;
    static const char *const functions[] = {PAY, MAIL, ODD, ALIEN};
    struct pc_str keys[4];
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(
            vault_case_put(c, functions[i], i == 1 ? PC_LAMBDA_ALIAS : "", "NAME", "v"), PC_OK);
        keys[i] = environment_of(c, functions[i]).key;
        struct pc_vault_key key = key_of(c, PC_LAMBDA_ALIAS, functions[i]);
        assert_true(pc_str_eq(key.arn, keys[i]));
        assert_true(key.service);
        assert_int_equal(key.state, PC_KEY_ENABLED);
        assert_true(key.policy.len > 0);
    }
    assert_true(pc_str_eq(keys[0], keys[1]));
    assert_false(pc_str_eq(keys[0], keys[2]));
    assert_false(pc_str_eq(keys[0], keys[3]));
    assert_false(pc_str_eq(keys[2], keys[3]));
    assert_true(pc_str_has_prefix(keys[2], PC_STR("arn:aws:kms:us-east-1:" ACCOUNT ":key/")));
    assert_true(pc_str_has_prefix(keys[3], PC_STR("arn:aws:kms:eu-west-1:444455556666:key/")));
}

static void the_services_key_is_not_managed(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_put(c, PAY, "", "NAME", "v"), PC_OK);
    assert_refused(c, vault_case_key_state(c, PC_LAMBDA_ALIAS, PC_KEY_DISABLED, 0), PC_ERR_INVALID,
                   PC_DIAG_KEY_SERVICE);
    assert_refused(c, vault_case_key_state(c, PC_LAMBDA_ALIAS, PC_KEY_PENDING_DELETION, 1),
                   PC_ERR_INVALID, PC_DIAG_KEY_SERVICE);
    assert_refused(c, vault_case_create_key(c, KEY_TWO, PC_LAMBDA_ALIAS), PC_ERR_INVALID,
                   PC_DIAG_KEY_FORM);
}

static void a_key_has_an_arn_and_an_alias(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    struct pc_vault_key key = key_of(c, "alias/one", PAY);
    assert_view(key.arn, KEY_ONE);
    assert_int_equal(key.version, 1);
    assert_true(key.created > 0 && key.created == key.rotated && key.deletion == 0);
    assert_view(key_of(c, KEY_ONE, "").alias, "alias/one");
    assert_refused(c, vault_case_create_key(c, KEY_ONE, "alias/other"), PC_ERR_INVALID,
                   PC_DIAG_KEY_EXISTS);
    assert_refused(c, vault_case_create_key(c, KEY_TWO, "alias/one"), PC_ERR_INVALID,
                   PC_DIAG_KEY_EXISTS);
    static const char *const arns[] = {
        "arn:aws:kms:eu-west-1:" ACCOUNT ":alias/one", "arn:aws:kms:eu-west-1:" ACCOUNT ":key/",
        "arn:aws:kms:eu-west-1:" ACCOUNT ":key/a b",   "arn:aws:kms::" ACCOUNT ":key/a",
        "arn:aws:kms:westeurope:" ACCOUNT ":key/a",    "arn:aws:kms:eu-west-1:1:key/a",
        "arn:aws:s3:eu-west-1:" ACCOUNT ":key/a",      "key"};
    for (size_t i = 0; i < sizeof(arns) / sizeof(arns[0]); i++) {
        assert_refused(c, vault_case_create_key(c, arns[i], ""), PC_ERR_INVALID, PC_DIAG_KEY_FORM);
    }
    static const char *const aliases[] = {"one", "alias/", "alias/a b", "alias/aws/x", "alias/a*"};
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        assert_refused(c, vault_case_create_key(c, KEY_TWO, aliases[i]), PC_ERR_INVALID,
                       PC_DIAG_KEY_FORM);
    }
}

static void an_alias_is_one_of_its_region(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_US, "alias/one"), PC_OK);
    assert_view(key_of(c, "alias/one", PAY).arn, KEY_ONE);
    assert_view(key_of(c, "alias/one", ODD).arn, KEY_US);
    assert_int_equal(vault_case_put(c, PAY, "alias/one", "NAME", "v"), PC_OK);
    assert_int_equal(vault_case_put(c, ODD, "alias/one", "NAME", "w"), PC_OK);
    assert_view(environment_of(c, PAY).key, KEY_ONE);
    assert_view(environment_of(c, ODD).key, KEY_US);
    // Where nothing says which of the two is meant.
    assert_refused(c, vault_case_key_state(c, "alias/one", PC_KEY_DISABLED, 0), PC_ERR_INVALID,
                   PC_DIAG_KEY_UNKNOWN);
    assert_refused(c, vault_case_put(c, ALIEN, "alias/one", "NAME", "v"), PC_ERR_NOTFOUND,
                   PC_DIAG_KEY_UNKNOWN);
    assert_refused(c, vault_case_put(c, PAY, "alias/none", "NAME", "v"), PC_ERR_NOTFOUND,
                   PC_DIAG_KEY_UNKNOWN);
    assert_refused(c, vault_case_put(c, PAY, KEY_TWO, "NAME", "v"), PC_ERR_NOTFOUND,
                   PC_DIAG_KEY_UNKNOWN);
}

static void another_key_seals_all_anew(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "SECOND", "two"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "alias/one", "THIRD", "three"), PC_OK);
    assert_view(environment_of(c, PAY).key, KEY_ONE);
    assert_value(c, PAY, "FIRST", "one");
    assert_value(c, PAY, "SECOND", "two");
    assert_value(c, PAY, "THIRD", "three");
    assert_int_equal(vault_case_put(c, PAY, "", "FOURTH", "four"), PC_OK); // stays under it
    assert_view(environment_of(c, PAY).key, KEY_ONE);
    assert_int_equal(vault_case_put(c, PAY, PC_LAMBDA_ALIAS, "FIRST", "new"), PC_OK);
    assert_true(key_of(c, PC_LAMBDA_ALIAS, PAY).service);
    assert_value(c, PAY, "FIRST", "new");
    assert_value(c, PAY, "FOURTH", "four");
}

static void a_key_that_is_not_enabled_does_nothing(void **state)
{
    struct vault_case *c = *state;
    static const enum pc_key_state states[] = {PC_KEY_DISABLED, PC_KEY_PENDING_DELETION};
    size_t count;
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_TWO, "alias/two"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, KEY_ONE, "NAME", "v"), PC_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(vault_case_key_state(c, KEY_ONE, states[i], time(NULL) + 86400), PC_OK);
        assert_refused(c, vault_case_put(c, PAY, "", "NAME", "w"), PC_ERR_INVALID,
                       PC_DIAG_KEY_STATE);
        assert_refused(c, vault_case_put(c, MAIL, KEY_ONE, "NAME", "w"), PC_ERR_INVALID,
                       PC_DIAG_KEY_STATE);
        assert_refused(c, vault_case_put(c, PAY, KEY_TWO, "NAME", "w"), PC_ERR_INVALID,
                       PC_DIAG_KEY_STATE);
        assert_refused(c, vault_case_rotate(c, KEY_ONE, &count), PC_ERR_INVALID, PC_DIAG_KEY_STATE);
        assert_no_value(c, PAY, "NAME", PC_ERR_INVALID);
        assert_int_equal(vault_case_code(c), PC_DIAG_KEY_STATE);
        assert_true(has_environment(c, PAY)); // what it holds can be listed
    }
    assert_refused(c, vault_case_key_state(c, KEY_ONE, PC_KEY_ENABLED, 0), PC_ERR_INVALID,
                   PC_DIAG_KEY_STATE);
}

static enum pc_status keep_key(void *context, struct pc_change *change)
{
    return pc_change_keep_key(change, pc_str_from(context));
}

static void a_deletion_waits_for_its_time(void **state)
{
    struct vault_case *c = *state;
    int64_t later = time(NULL) + 86400;
    char one[] = KEY_ONE;
    char two[] = KEY_TWO;
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_TWO, "alias/two"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, KEY_ONE, "NAME", "v"), PC_OK);
    assert_int_equal(vault_case_key_state(c, KEY_ONE, PC_KEY_PENDING_DELETION, later), PC_OK);
    assert_true(key_of(c, KEY_ONE, "").deletion == later);
    assert_int_equal(vault_case_put(c, MAIL, "", "NAME", "v"), PC_OK); // not yet
    assert_int_equal(key_of(c, KEY_ONE, "").state, PC_KEY_PENDING_DELETION);
    assert_refused(c, vault_case_change(c, keep_key, two), PC_ERR_INVALID, PC_DIAG_KEY_STATE);
    assert_int_equal(vault_case_change(c, keep_key, one), PC_OK);
    assert_int_equal(key_of(c, KEY_ONE, "").state, PC_KEY_DISABLED);
    assert_true(key_of(c, KEY_ONE, "").deletion == 0);
    assert_int_equal(vault_case_key_state(c, KEY_ONE, PC_KEY_ENABLED, 0), PC_OK);
    assert_value(c, PAY, "NAME", "v");
}

static void a_key_whose_time_has_come_goes(void **state)
{
    struct vault_case *c = *state;
    struct pc_vault *vault;
    struct pc_vault_key key;
    char one[] = KEY_ONE;
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, KEY_ONE, "NAME", "v"), PC_OK);
    assert_int_equal(vault_case_key_state(c, KEY_ONE, PC_KEY_PENDING_DELETION, time(NULL) - 1),
                     PC_OK);
    assert_no_value(c, PAY, "NAME", PC_ERR_INVALID);
    // Too late to keep it: the next change takes it, whatever it is, and if it works.
    assert_refused(c, vault_case_change(c, keep_key, one), PC_ERR_NOTFOUND, PC_DIAG_KEY_UNKNOWN);
    assert_int_equal(vault_case_put(c, MAIL, "", "NAME", "v"), PC_OK);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(pc_vault_key(vault, PC_STR(KEY_ONE), PC_STR(""), &c->diags, &key),
                     PC_ERR_NOTFOUND);
    assert_int_equal(pc_vault_key(vault, PC_STR("alias/one"), PC_STR(PAY), &c->diags, &key),
                     PC_ERR_NOTFOUND);
    pc_vault_close(vault);
    // What it sealed is opened by nobody, and can be removed.
    assert_no_value(c, PAY, "NAME", PC_ERR_NOTFOUND);
    assert_int_equal(vault_case_code(c), PC_DIAG_KEY_UNKNOWN);
    assert_refused(c, vault_case_put(c, PAY, "", "NAME", "w"), PC_ERR_NOTFOUND,
                   PC_DIAG_KEY_UNKNOWN);
    assert_int_equal(vault_case_remove_variable(c, PAY, NULL), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "NAME", "w"), PC_OK);
    assert_value(c, PAY, "NAME", "w");
}

// A new key under an old ARN would seem to be what an environment is sealed under, and not open it.
static void the_arn_of_a_key_is_free_when_nothing_is_under_it(void **state)
{
    struct vault_case *c = *state;
    size_t count;
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, KEY_ONE, "NAME", "v"), PC_OK);
    assert_int_equal(vault_case_key_state(c, KEY_ONE, PC_KEY_PENDING_DELETION, time(NULL) - 1),
                     PC_OK);
    assert_int_equal(vault_case_put(c, MAIL, "", "NAME", "v"), PC_OK);
    assert_refused(c, vault_case_create_key(c, KEY_ONE, "alias/one"), PC_ERR_INVALID,
                   PC_DIAG_KEY_EXISTS);
    assert_int_equal(vault_case_remove_variable(c, PAY, NULL), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, KEY_ONE, "NAME", "w"), PC_OK);
    assert_int_equal(vault_case_rotate(c, "", &count), PC_OK);
    assert_int_equal(count, 2);
    assert_value(c, PAY, "NAME", "w");
}

// All ---------------------------------------------------------------------------------------------

static void a_rotation_seals_what_is_under_the_key(void **state)
{
    struct vault_case *c = *state;
    struct vault_records before, after;
    size_t count = 0;
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_TWO, "alias/two"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, KEY_ONE, "NAME", "pay"), PC_OK);
    assert_int_equal(vault_case_put(c, MAIL, KEY_ONE, "NAME", "mail"), PC_OK);
    assert_int_equal(vault_case_put(c, ODD, KEY_TWO, "NAME", "odd"), PC_OK);
    vault_case_read(c, c->store, &before);
    assert_int_equal(vault_case_rotate(c, "alias/one", &count), PC_OK);
    assert_int_equal(count, 2);
    vault_case_read(c, c->store, &after);
    static const char *const functions[] = {PAY, MAIL, ODD};
    for (size_t i = 0; i < 3; i++) {
        struct pc_environment_record old, new;
        struct pc_str name = pc_str_from(functions[i]);
        const struct vault_record *a = vault_case_find(&before, PC_STORE_ENVIRONMENTS, name);
        const struct vault_record *b = vault_case_find(&after, PC_STORE_ENVIRONMENTS, name);
        assert_int_equal(pc_environment_record_parse(a->value, &c->arena, &old), PC_OK);
        assert_int_equal(pc_environment_record_parse(b->value, &c->arena, &new), PC_OK);
        assert_int_equal(new.environment.key_version, i < 2 ? 2 : 1);
        // A rotation sets no value.
        assert_true(new.environment.variables[0].version == old.environment.variables[0].version);
        assert_true(pc_str_eq(new.cipher, old.cipher) == (i == 2));
    }
    assert_int_equal(key_of(c, KEY_ONE, "").version, 2);
    assert_int_equal(key_of(c, KEY_TWO, "").version, 1);
    assert_value(c, PAY, "NAME", "pay");
    assert_value(c, MAIL, "NAME", "mail");
    assert_value(c, ODD, "NAME", "odd");
}

static void all_keys_that_work_are_rotated(void **state)
{
    struct vault_case *c = *state;
    size_t count = 0;
    assert_int_equal(vault_case_rotate(c, "", &count), PC_OK); // of none
    assert_int_equal(count, 0);
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_TWO, "alias/two"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "NAME", "pay"), PC_OK);
    assert_int_equal(vault_case_put(c, MAIL, KEY_ONE, "NAME", "mail"), PC_OK);
    assert_int_equal(vault_case_put(c, ODD, KEY_TWO, "NAME", "odd"), PC_OK);
    assert_int_equal(vault_case_key_state(c, KEY_TWO, PC_KEY_DISABLED, 0), PC_OK);
    for (unsigned i = 2; i < 5; i++) {
        assert_int_equal(vault_case_rotate(c, "", &count), PC_OK);
        assert_int_equal(count, 2);
        assert_int_equal(key_of(c, KEY_ONE, "").version, i);
        assert_int_equal(key_of(c, PC_LAMBDA_ALIAS, PAY).version, i);
        assert_int_equal(key_of(c, KEY_TWO, "").version, 1);
    }
    assert_value(c, PAY, "NAME", "pay");
    assert_value(c, MAIL, "NAME", "mail");
    assert_int_equal(vault_case_key_state(c, KEY_TWO, PC_KEY_ENABLED, 0), PC_OK);
    assert_value(c, ODD, "NAME", "odd");
}

static void another_root_key_opens_everything(void **state)
{
    struct vault_case *c = *state;
    const struct pc_passphrase_terms terms = {.cost = {2, 9U << 20}, .salt = {7, 8}};
    struct pc_vault *vault = NULL;
    struct pc_vault_label label;
    assert_int_equal(vault_case_create_key(c, KEY_ONE, "alias/one"), PC_OK);
    assert_int_equal(vault_case_create_key(c, KEY_TWO, "alias/two"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "NAME", "pay"), PC_OK);
    assert_int_equal(vault_case_put(c, MAIL, KEY_ONE, "NAME", "mail"), PC_OK);
    assert_int_equal(vault_case_put(c, ODD, KEY_TWO, "NAME", "odd"), PC_OK);
    assert_int_equal(vault_case_key_state(c, KEY_TWO, PC_KEY_DISABLED, 0), PC_OK);
    assert_int_equal(pc_vault_read_label(c->vault, &c->diags, &label), PC_OK);
    assert_false(label.passphrase);
    assert_int_equal(vault_case_rekey(c, c->other_root, &terms), PC_OK);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_ERR_INVALID);
    assert_int_equal(vault_case_code(c), PC_DIAG_ROOT_KEY_WRONG);
    assert_refused(c, vault_case_put(c, PAY, "", "NAME", "w"), PC_ERR_INVALID,
                   PC_DIAG_ROOT_KEY_WRONG);
    struct pc_root_key *root = c->root;
    c->root = c->other_root;
    assert_value(c, PAY, "NAME", "pay");
    assert_value(c, MAIL, "NAME", "mail");
    assert_int_equal(vault_case_key_state(c, KEY_TWO, PC_KEY_ENABLED, 0), PC_OK);
    assert_value(c, ODD, "NAME", "odd");
    assert_int_equal(pc_vault_read_label(c->vault, &c->diags, &label), PC_OK);
    assert_true(label.passphrase);
    assert_memory_equal(&label.terms, &terms, sizeof(terms));
    // Other changes keep the terms, another rekeying does not.
    assert_int_equal(vault_case_put(c, PAY, "", "OTHER", "v"), PC_OK);
    assert_int_equal(pc_vault_read_label(c->vault, &c->diags, &label), PC_OK);
    assert_true(label.passphrase);
    assert_memory_equal(&label.terms, &terms, sizeof(terms));
    assert_int_equal(vault_case_rekey(c, root, NULL), PC_OK);
    c->root = root;
    assert_int_equal(pc_vault_read_label(c->vault, &c->diags, &label), PC_OK);
    assert_false(label.passphrase);
    assert_value(c, PAY, "NAME", "pay");
}

// What is done after it in the same change is done under the new one.
static enum pc_status rekey_and_more(void *context, struct pc_change *change)
{
    static const struct pc_assignment assignment = {PC_STR_INIT("LATER"), PC_STR_INIT("later")};
    struct pc_rotation rotation;
    PC_TRY(pc_change_root(change, context, NULL));
    PC_TRY(pc_change_put(change, PC_STR(ODD), PC_STR(""), &assignment, 1));
    PC_TRY(pc_change_put(change, PC_STR(PAY), PC_STR(""), &assignment, 1));
    return pc_change_rotate(change, PC_STR(""), &rotation);
}

static void what_follows_another_root_key_is_under_it(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_put(c, PAY, "", "NAME", "pay"), PC_OK);
    assert_int_equal(vault_case_change(c, rekey_and_more, c->other_root), PC_OK);
    struct pc_root_key *root = c->root;
    c->root = c->other_root;
    assert_value(c, PAY, "NAME", "pay");
    assert_value(c, PAY, "LATER", "later");
    assert_value(c, ODD, "LATER", "later");
    c->root = root;
}

// Failures ----------------------------------------------------------------------------------------

struct failing {
    enum pc_status status;
    const struct pc_root_key *root;
};

static enum pc_status do_all_and_fail(void *context, struct pc_change *change)
{
    static const struct pc_assignment assignment = {PC_STR_INIT("NAME"), PC_STR_INIT("new")};
    const struct failing *failing = context;
    struct pc_rotation rotation;
    PC_TRY(pc_change_put(change, PC_STR(PAY), PC_STR(""), &assignment, 1));
    PC_TRY(pc_change_put(change, PC_STR(ODD), PC_STR(""), &assignment, 1));
    PC_TRY(pc_change_remove(change, PC_STR(MAIL), NULL, 0));
    PC_TRY(pc_change_rotate(change, PC_STR(""), &rotation));
    PC_TRY(pc_change_root(change, failing->root, NULL));
    return failing->status;
}

static void work_that_fails_changes_nothing(void **state)
{
    struct vault_case *c = *state;
    static const enum pc_status statuses[] = {PC_ERR_INVALID, PC_ERR_NOMEM, PC_ERR_NOTFOUND};
    assert_int_equal(vault_case_put(c, PAY, "", "NAME", "old"), PC_OK);
    assert_int_equal(vault_case_put(c, MAIL, "", "NAME", "old"), PC_OK);
    for (size_t i = 0; i < 3; i++) {
        struct failing failing = {statuses[i], c->other_root};
        assert_refused(c, vault_case_change(c, do_all_and_fail, &failing), statuses[i],
                       PC_DIAG_NONE);
    }
    assert_value(c, PAY, "NAME", "old");
    assert_value(c, MAIL, "NAME", "old");
    struct failing working = {PC_OK, c->other_root};
    assert_int_equal(vault_case_change(c, do_all_and_fail, &working), PC_OK);
    struct pc_root_key *root = c->root;
    c->root = c->other_root;
    assert_false(has_environment(c, MAIL));
    assert_value(c, ODD, "NAME", "new");
    c->root = root;
}

// A status that was passed over does not let half of the work through.
static enum pc_status pass_over(void *context, struct pc_change *change)
{
    static const struct pc_assignment good = {PC_STR_INIT("NAME"), PC_STR_INIT("new")};
    static const struct pc_assignment bad = {PC_STR_INIT("AWS_REGION"), PC_STR_INIT("new")};
    (void)context;
    enum pc_status status = pc_change_put(change, PC_STR(PAY), PC_STR(""), &bad, 1);
    assert_int_equal(status, PC_ERR_INVALID);
    return pc_change_put(change, PC_STR(PAY), PC_STR(""), &good, 1);
}

static void what_was_refused_may_be_followed_by_what_works(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_put(c, PAY, "", "OTHER", "old"), PC_OK);
    assert_int_equal(vault_case_change(c, pass_over, NULL), PC_OK);
    assert_value(c, PAY, "NAME", "new");
    assert_value(c, PAY, "OTHER", "old");
}

// Many --------------------------------------------------------------------------------------------

enum {
    FUNCTIONS = 10000,
};

struct many {
    unsigned runs;
};

static void name_function(char name[96], unsigned number)
{
    (void)snprintf(name, 96, "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:f%05u", number);
}

// 300 bytes each, so that the store's first map does not do.
static enum pc_status put_many(void *context, struct pc_change *change)
{
    struct many *many = context;
    many->runs++;
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        char function[96], value[301];
        (void)snprintf(value, sizeof(value), "%0300u", i);
        name_function(function, i);
        const struct pc_assignment assignments[] = {{PC_STR("PASSWORD"), pc_str_from(value)},
                                                    {PC_STR("TOKEN"), PC_STR("t")}};
        PC_TRY(pc_change_put(change, pc_str_from(function), PC_STR(""), assignments, 2));
    }
    return PC_OK;
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

struct tally {
    size_t count;
    struct pc_str last;
    struct vault_case *c;
};

static enum pc_status count_environment(void *context,
                                        const struct pc_vault_environment *environment)
{
    struct tally *tally = context;
    assert_int_equal(environment->count, 2);
    assert_true(pc_str_cmp(tally->last, environment->function) < 0); // in order
    tally->last = vault_case_copied(tally->c, environment->function);
    tally->count++;
    return PC_OK;
}

static void ten_thousand_functions_are_sealed_in_one_change(void **state)
{
    struct vault_case *c = *state;
    struct many many = {0};
    size_t count = 0;
    double begin = seconds();
    assert_int_equal(vault_case_change(c, put_many, &many), PC_OK);
    print_message("# 10,000 functions sealed in %.2f s, in %u runs\n", seconds() - begin,
                  many.runs);
    assert_true(many.runs > 1);
    begin = seconds();
    assert_int_equal(vault_case_rotate(c, "", &count), PC_OK);
    assert_int_equal(count, FUNCTIONS);
    print_message("# rotated in %.2f s\n", seconds() - begin);
    begin = seconds();
    assert_int_equal(vault_case_rekey(c, c->other_root, NULL), PC_OK);
    print_message("# rekeyed in %.2f s\n", seconds() - begin);
    struct pc_vault *vault;
    struct tally tally = {.last = PC_STR(""), .c = c};
    begin = seconds();
    assert_int_equal(pc_vault_open(c->vault, c->other_root, &c->diags, &vault), PC_OK);
    print_message("# opened in %.6f s\n", seconds() - begin);
    assert_int_equal(pc_vault_each_environment(vault, &c->diags, count_environment, &tally), PC_OK);
    assert_int_equal(tally.count, FUNCTIONS);
    begin = seconds();
    for (unsigned i = 0; i < FUNCTIONS; i++) {
        char function[96], want[301];
        struct pc_str value;
        (void)snprintf(want, sizeof(want), "%0300u", i);
        name_function(function, i);
        assert_int_equal(vault_case_look(c, vault, function, "PASSWORD", &value), PC_OK);
        assert_true(pc_str_eq(value, pc_str_from(want)));
    }
    print_message("# each looked at in %.1f us\n", (seconds() - begin) * 1e6 / FUNCTIONS);
    pc_vault_close(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VAULT_TEST(a_value_that_is_put_is_read),
        VAULT_TEST(several_are_set_at_once_and_shown_by_name),
        VAULT_TEST(what_lambda_would_refuse_is_refused),
        VAULT_TEST(an_environment_has_4096_bytes),
        VAULT_TEST(an_environment_of_many_variables_opens_whole),
        VAULT_TEST(too_many_at_once_are_refused_with_a_word),
        VAULT_TEST(what_is_removed_is_gone),
        VAULT_TEST(of_several_all_go_or_none),
        VAULT_TEST(each_account_and_region_has_a_service_key),
        VAULT_TEST(the_services_key_is_not_managed),
        VAULT_TEST(a_key_has_an_arn_and_an_alias),
        VAULT_TEST(an_alias_is_one_of_its_region),
        VAULT_TEST(another_key_seals_all_anew),
        VAULT_TEST(a_key_that_is_not_enabled_does_nothing),
        VAULT_TEST(a_deletion_waits_for_its_time),
        VAULT_TEST(a_key_whose_time_has_come_goes),
        VAULT_TEST(the_arn_of_a_key_is_free_when_nothing_is_under_it),
        VAULT_TEST(a_rotation_seals_what_is_under_the_key),
        VAULT_TEST(all_keys_that_work_are_rotated),
        VAULT_TEST(another_root_key_opens_everything),
        VAULT_TEST(what_follows_another_root_key_is_under_it),
        VAULT_TEST(work_that_fails_changes_nothing),
        VAULT_TEST(what_was_refused_may_be_followed_by_what_works),
        VAULT_TEST(ten_thousand_functions_are_sealed_in_one_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
