// SPDX-License-Identifier: Apache-2.0
//
// Which changes are proved to mean the same. Nothing that is asked is about the statements, so that
// every mutant is either proved or a survivor.
#include "world.h"

#define ALLOW(action, resource, more)                                                              \
    "{'Effect':'Allow','Action':" action ",'Resource':" resource more "}"
#define DENY(action, resource) "{'Effect':'Deny','Action':" action ",'Resource':" resource "}"
#define TEAM(value)            "'aws:PrincipalTag/team':" value
#define WHEN(keys)             ",'Condition':{'StringEquals':{" keys "}}"

struct row {
    const char *name;
    enum pc_slot slot;
    enum pc_policy_type type;
    const char *text;
    size_t equivalent, survivors;
};

static const struct row rows[] = {
    {"twins: either may go; flipped or widened they differ", PC_SLOT_IDENTITY, PC_POLICY_IDENTITY,
     POLICY(ALLOW("'s3:GetObject'", "'*'", "") "," ALLOW("'s3:GetObject'", "'*'", "")), 2, 4},
    {"a wider one: the narrow one may go, lose its condition and grow", PC_SLOT_IDENTITY,
     PC_POLICY_IDENTITY,
     POLICY(ALLOW("'s3:GetObject'", "'arn:aws:s3:::b/*'", WHEN(TEAM("'a'"))) "," ALLOW("'s3:*'",
                                                                                       "'*'", "")),
     5, 3},
    {"one condition more is narrower", PC_SLOT_IDENTITY, PC_POLICY_IDENTITY,
     POLICY(ALLOW("'s3:Get*'", "'*'", WHEN(TEAM("'a'"))) "," ALLOW(
         "'s3:Get*'", "'*'", WHEN(TEAM("'a'") ",'s3:prefix':'x'"))),
     2, 7},
    {"the order of values does not count, their number does", PC_SLOT_IDENTITY, PC_POLICY_IDENTITY,
     POLICY(ALLOW("'s3:*'", "'*'", WHEN(TEAM("['a','b']"))) "," ALLOW(
         "'s3:*'", "'*'", WHEN(TEAM("['b','a']"))) "," ALLOW("'s3:*'", "'*'", WHEN(TEAM("'a'")))),
     2, 7},
    {"what a Deny covers is idle, whatever it says", PC_SLOT_IDENTITY, PC_POLICY_IDENTITY,
     POLICY(DENY("'s3:*'", "'*'") "," ALLOW("'s3:GetObject'", "'*'", "")), 3, 2},
    {"an Allow does not make a Deny idle", PC_SLOT_IDENTITY, PC_POLICY_IDENTITY,
     POLICY(ALLOW("'s3:*'", "'*'", "") "," DENY("'s3:*'", "'*'")), 2, 2},
    {"a statement without actions matches nothing", PC_SLOT_IDENTITY, PC_POLICY_IDENTITY,
     POLICY(ALLOW("[]", "'arn:aws:s3:::b/*'", "")), 4, 0},
    {"a list that is in another one", PC_SLOT_IDENTITY, PC_POLICY_IDENTITY,
     POLICY(ALLOW("['s3:GetObject','s3:PutObject']", "'*'", "") "," ALLOW("'S3:putobject'", "'*'",
                                                                          "")),
     1, 5},
    {"everybody is another principal than somebody (4.2)", PC_SLOT_RESOURCE, PC_POLICY_RESOURCE,
     POLICY("{'Effect':'Allow','Principal':{'AWS':'" ALICE "'},'Action':'s3:*','Resource':'*'},"
            "{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*'}"),
     0, 5},
    {"the same principals", PC_SLOT_RESOURCE, PC_POLICY_RESOURCE,
     POLICY("{'Effect':'Allow','Principal':{'AWS':['" ALICE "','" BOB
            "']},'Action':'s3:*','Resource':'*'},"
            "{'Effect':'Allow','Principal':{'AWS':'" BOB "'},'Action':'s3:*','Resource':'*'}"),
     1, 5},
};

static void check(const struct row *row)
{
    static const struct question question = {ALICE, "sqs:SendMessage",        "*", NULL,
                                             NULL,  PC_DECISION_IMPLICIT_DENY};
    const struct document documents[] = {{"a.json", row->text}, {NULL, NULL}};
    void *state = NULL;
    assert_int_equal(world_set_up(&state), 0);
    struct world *world = state;
    struct pc_suite_set set = set_of(world, row->slot, row->type, documents);
    ask(world, &set, 1, &question);
    struct pc_mutation mutation = mutate(world);
    if (mutation.equivalent != row->equivalent || mutation.survivor_count != row->survivors) {
        for (size_t i = 0; i < mutation.survivor_count; i++) {
            print_error("  %s %.*s\n", mutation.survivors[i].kind->name,
                        PC_STR_ARG(mutation.survivors[i].text));
        }
        fail_msg("%s: %zu equivalent, %zu survive", row->name, mutation.equivalent,
                 mutation.survivor_count);
    }
    assert_int_equal(mutation.killed, 0);
    world_tear_down(&state);
}

static void proofs(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check(&rows[i]);
    }
}

// what an RCP allows is allowed anyway. What it denies is not.
static void an_allow_of_an_rcp_is_idle(void **state)
{
    static const struct question question = {ALICE, "s3:GetObject", "arn:aws:s3:::b/k",
                                             NULL,  NULL,           PC_DECISION_IMPLICIT_DENY};
    static const struct document documents[] = {
        {"rcp.json", POLICY("{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}")},
        {NULL, NULL}};
    struct world *world = *state;
    struct pc_suite_set set = set_of(world, PC_SLOT_RCP, PC_POLICY_RCP, documents);
    ask(world, &set, 1, &question);
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.equivalent, 1); // dropped
    assert_int_equal(mutation.killed, 1);     // a Deny of everything
    assert_int_equal(mutation.survivor_count, 0);
}

// It has to be proved in every set that has the document.
static void one_set_in_which_it_matters_suffices(void **state)
{
    static const struct question question = {ALICE, "sqs:SendMessage",        "*", NULL,
                                             NULL,  PC_DECISION_IMPLICIT_DENY};
    static const struct document both[] = {{"a.json", POLICY(ALLOW("'s3:*'", "'*'", ""))},
                                           {"b.json", POLICY(ALLOW("'s3:*'", "'*'", ""))},
                                           {NULL, NULL}};
    struct world *world = *state;
    const struct pc_suite_set sets[] = {
        set_of(world, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY, both),
        set_of(world, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY, &both[1])};
    ask(world, &sets[0], 1, &question);
    ask(world, &sets[1], 1, &question);
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.equivalent, 1); // a.json without its statement
    assert_int_equal(mutation.survivor_count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proofs),
        WORLD_TEST(an_allow_of_an_rcp_is_idle),
        WORLD_TEST(one_set_in_which_it_matters_suffices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
