// SPDX-License-Identifier: Apache-2.0
//
// What would have to be otherwise: the sentences, and that they are true. For that, every mixture
// of what policy types may say is asked, for every kind of caller, in one account and across two;
// what is needed is then done, and the evaluator has to allow: all of it suffices, and nothing of
// it can be left out.
#include "explaining.h"

#include <stdlib.h>

#define OTHER     "444455556666"
#define FEDERATED "arn:aws:sts::" ACCOUNT ":federated-user/f"
#define S(sid, effect, more)                                                                       \
    "{'Sid':'" sid "','Effect':'" effect "','Action':'*','Resource':'*'" more "}"
#define SILENT           "{'Sid':'silent','Effect':'Allow','Action':'ec2:*','Resource':'*'}"
#define NAMED(principal) ",'Principal':" principal

// Sentences --------------------------------------------------------------------------------------

struct row {
    struct asked asked;
    const char *needs;
};

#define IT "has to allow s3:GetObject on " OBJECT

static const struct row rows[] = {
    {{.identity = SILENT}, "an identity policy of the caller " IT},
    {{.identity = "{'Sid':'near','Effect':'Allow','Action':'s3:*','Resource':'*','Condition':"
                  "{'Bool':{'ex:a':'true'}}}," SILENT},
     "an identity policy of the caller " IT " by near"},
    {{.identity = ALLOW_ALL}, ""}, // allowed
    // Nothing may deny, and something has to allow.
    {{.identity = S("no", "Deny", ""), .boundary = SILENT},
     "a Deny of the identity policies must no longer match by no & an identity policy of the "
     "caller " IT " & the permissions boundary " IT},
    // the resource's policy could do it alone, unless a role is named.
    {{.principal = SESSION,
      .identity = ALLOW_ALL,
      .boundary = SILENT,
      .resource = S("far", "Allow", NAMED("{'AWS':'" OTHER "'}"))},
     "the permissions boundary " IT " & or, in place of the boundary policy, the policy of the "
     "resource has to allow it and to name the session itself, or everyone"},
    {{.principal = SESSION,
      .identity = SILENT,
      .resource = S("far", "Allow", NAMED("{'AWS':'" OTHER "'}"))},
     "an identity policy of the caller " IT " & or, in place of the identity policy, the policy of "
     "the resource has to allow it and to name the role"},
    {{.identity = SILENT, .resource = S("far", "Allow", NAMED("{'AWS':'" OTHER "'}"))},
     "an identity policy of the caller " IT " & or, in place of the identity policy, the policy of "
     "the resource has to allow it and to name the user, or everyone"},
    // across accounts both sides.
    {{.owner = OTHER, .identity = ALLOW_ALL},
     "the policy of the resource " IT " and to name the caller or its account"},
    {{.owner = OTHER, .resource = S("door", "Allow", NAMED("{'AWS':'" ACCOUNT "'}"))},
     "an identity policy of the caller " IT},
    {{.owner = OTHER},
     "the policy of the resource " IT " and to name the caller or its account & "
     "an identity policy of the caller " IT},
    // each level.
    {{.identity = ALLOW_ALL, .scp = {SILENT, ALLOW_ALL, SILENT}},
     "a service control policy of level 1 of 3 " IT
     " & a service control policy of level 3 of 3 " IT},
    // Of each level the statement that comes nearest in it.
    {{.identity = ALLOW_ALL,
      .scp = {"{'Sid':'one','Effect':'Allow','Action':'s3:Put*','Resource':'*'}", SILENT}},
     "a service control policy of level 1 of 2 " IT
     " by one & a service control policy of level 2 of 2 " IT},
    {{.identity = SILENT,
      .scp = {SILENT},
      .resource = S("far", "Allow", NAMED("{'AWS':'" OTHER "'}"))},
     "a service control policy of level 1 of 1 " IT " & an identity policy of the caller " IT
     " & or, in place of the identity policy, the policy of the resource has to allow it and to "
     "name the user, or everyone"},
    {{.identity = ALLOW_ALL, .endpoint = S("x", "Allow", NAMED("{'AWS':'" OTHER "'}"))},
     "the policy of the VPC endpoint " IT " by x"},
    // who has no account.
    {{.principal = "s3.amazonaws.com", .identity = ALLOW_ALL},
     "the policy of the resource " IT " and to name the service, or everyone"},
    {{.principal = "*"}, "the policy of the resource " IT " and to name everyone (\"*\")"},
};

static void needs_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct explaining explaining;
        explain(&explaining, &rows[i].asked);
        check_needs(&explaining, rows[i].needs);
        explaining_release(&explaining);
    }
}

// decided whatever the policies say.
static void what_policies_cannot_change_needs_nothing(void **state)
{
    (void)state;
    const struct asked refused = {.principal = "arn:aws:iam::" ACCOUNT ":root",
                                  .action = "sts:AssumeRole",
                                  .resource_arn = "arn:aws:iam::" ACCOUNT ":role/r",
                                  .identity = ALLOW_ALL};
    const struct asked allowed = {
        .action = "sts:GetCallerIdentity", .resource_arn = "*", .identity = S("no", "Deny", "")};
    struct explaining explaining;
    explain(&explaining, &refused);
    assert_int_equal(explaining.answer.decision, PC_DECISION_IMPLICIT_DENY);
    assert_true(explaining.explanation.whatever);
    check_needs(&explaining, "");
    explaining_release(&explaining);
    explain(&explaining, &allowed);
    assert_int_equal(explaining.answer.decision, PC_DECISION_ALLOWED);
    assert_true(explaining.explanation.whatever);
    check_needs(&explaining, "");
    explaining_release(&explaining);
}

// The way ----------------------------------------------------------------------------------------

static void check_type(const struct explaining *explaining, enum pc_slot slot, enum pc_said said,
                       bool decides)
{
    size_t found = 0;
    for (size_t i = 0; i < PC_SLOTS; i++) {
        const struct pc_explained_type *type = &explaining->explanation.types[i];
        if (type->slot == slot) {
            assert_int_equal(type->said, said);
            assert_int_equal(type->decides, decides);
            found++;
        }
    }
    assert_int_equal(found, 1);
}

static void each_type_says_something(void **state)
{
    (void)state;
    struct explaining explaining;
    const struct asked asked = {.identity = ALLOW_ALL,
                                .boundary = S("no", "Deny", ""),
                                .session = SILENT,
                                .scp = {ALLOW_ALL, SILENT},
                                .resource = S("a", "Allow", NAMED("'*'"))};
    explain(&explaining, &asked);
    check_type(&explaining, PC_SLOT_IDENTITY, PC_SAID_ALLOW, false);
    check_type(&explaining, PC_SLOT_BOUNDARY, PC_SAID_DENY, true);
    check_type(&explaining, PC_SLOT_SESSION, PC_SAID_NOTHING, false);
    check_type(&explaining, PC_SLOT_SCP, PC_SAID_NOTHING, false);
    check_type(&explaining, PC_SLOT_RCP, PC_SAID_NOT_SET, false);
    check_type(&explaining, PC_SLOT_RESOURCE, PC_SAID_ALLOW, false);
    explaining_release(&explaining);
}

static void a_type_that_does_not_reach_the_caller_is_told(void **state)
{
    (void)state;
    struct explaining explaining;
    const struct asked asked = {.principal = "arn:aws:iam::" ACCOUNT ":root", // 7.1
                                .identity = SILENT,
                                .boundary = SILENT};
    explain(&explaining, &asked);
    check_type(&explaining, PC_SLOT_IDENTITY, PC_SAID_NOT_APPLIED, false);
    check_type(&explaining, PC_SLOT_BOUNDARY, PC_SAID_NOT_APPLIED, false);
    explaining_release(&explaining);
}

// in one account either grant does; both decide when each would do alone.
static void who_grants_is_told(void **state)
{
    (void)state;
    struct explaining explaining;
    struct asked asked = {.identity = ALLOW_ALL,
                          .resource = S("a", "Allow", NAMED("{'AWS':'" USER "'}"))};
    explain(&explaining, &asked);
    check_type(&explaining, PC_SLOT_IDENTITY, PC_SAID_ALLOW, true);
    check_type(&explaining, PC_SLOT_RESOURCE, PC_SAID_ALLOW, true);
    explaining_release(&explaining);
    asked.resource = S("a", "Allow", NAMED("{'AWS':'" ACCOUNT "'}"));
    explain(&explaining, &asked);
    check_type(&explaining, PC_SLOT_IDENTITY, PC_SAID_ALLOW, true);
    check_type(&explaining, PC_SLOT_RESOURCE, PC_SAID_ALLOW, false);
    explaining_release(&explaining);
    asked.owner = OTHER;
    explain(&explaining, &asked);
    check_type(&explaining, PC_SLOT_IDENTITY, PC_SAID_ALLOW, true);
    check_type(&explaining, PC_SLOT_RESOURCE, PC_SAID_ALLOW, true);
    explaining_release(&explaining);
}

// Every mixture ----------------------------------------------------------------------------------

// What a policy says: bits.
enum {
    ALLOWS = 1,
    DENIES = 2,
    SAYS = 4,          // combinations
    NOT_SET = SAYS,    // there is none
    STATES = SAYS + 1, // those, and none
    MOST_LEVELS = 2,
};

struct caller {
    const char *text, *parent;
    const char *named[PC_STRENGTH_SELF + 1]; // the Principal that names it so; NULL: there is none
};

#define AWS(text) "{'AWS':'" text "'}"

static const struct caller callers[] = {
    {USER,
     NULL,
     {[PC_STRENGTH_ACCOUNT] = AWS(ACCOUNT),
      [PC_STRENGTH_ANY] = "'*'",
      [PC_STRENGTH_SELF] = AWS(USER)}},
    {SESSION,
     NULL,
     {[PC_STRENGTH_ACCOUNT] = AWS(ACCOUNT),
      [PC_STRENGTH_ANY] = "'*'",
      [PC_STRENGTH_ROLE] = AWS(ROLE),
      [PC_STRENGTH_SELF] = AWS(SESSION)}},
    {ROLE,
     NULL,
     {[PC_STRENGTH_ACCOUNT] = AWS(ACCOUNT),
      [PC_STRENGTH_ANY] = "'*'",
      [PC_STRENGTH_ROLE] = AWS(ROLE)}},
    {FEDERATED,
     USER,
     {[PC_STRENGTH_ACCOUNT] = AWS(ACCOUNT),
      [PC_STRENGTH_ANY] = "'*'",
      [PC_STRENGTH_PARENT] = AWS(USER),
      [PC_STRENGTH_SELF] = AWS(FEDERATED)}},
    {"arn:aws:iam::" ACCOUNT ":root",
     NULL,
     // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): a Principal in several pieces
     {[PC_STRENGTH_ANY] = "'*'", [PC_STRENGTH_SELF] = AWS(ACCOUNT)}},
    {"s3.amazonaws.com",
     NULL,
     {[PC_STRENGTH_ANY] = "'*'", [PC_STRENGTH_SELF] = "{'Service':'s3.amazonaws.com'}"}},
    {"*", NULL, {[PC_STRENGTH_ANY] = "'*'"}},
};

static const struct {
    const char *action, *resource, *owner;
} questions[] = {
    {"s3:GetObject", OBJECT, ACCOUNT},
    {"s3:GetObject", OBJECT, OTHER},
    {"kms:Decrypt", "arn:aws:kms:eu-west-1:" ACCOUNT ":key/1", ACCOUNT},
    {"kms:Decrypt", "arn:aws:kms:eu-west-1:" OTHER ":key/1", OTHER},
};

// What everybody says, and so what is needed.
struct mixture {
    unsigned identity, boundary, session, endpoint; // states
    unsigned resource;                              // a state; where it allows:
    enum pc_strength strength;
    size_t levels;
    unsigned scp[MOST_LEVELS]; // states, none of them NOT_SET
};

struct world {
    struct compiled plain[SAYS]; // of types without principals
    struct compiled scp[SAYS];
    struct compiled endpoint[SAYS];
    struct compiled resource[PC_STRENGTH_SELF + 1][SAYS]; // of the caller at hand
    struct pc_scratch *scratch;
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_request request;
    const struct caller *caller;
    size_t denied, needed, spared; // counted, so that the test knows that it tests
};

static void compile_saying(struct compiled *out, enum pc_policy_type type, unsigned says,
                           const char *principal)
{
    struct pc_buf text = {0};
    const char *named = principal != NULL ? ",'Principal':" : "";
    principal = principal != NULL ? principal : "";
    pc_buf_format(&text,
                  "{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':'ec2:*',"
                  "'Resource':'*'%s%s}",
                  named, principal);
    if ((says & ALLOWS) != 0) {
        pc_buf_format(&text, ",{'Effect':'Allow','Action':'*','Resource':'*'%s%s}", named,
                      principal);
    }
    if ((says & DENIES) != 0) {
        pc_buf_format(&text, ",{'Effect':'Deny','Action':'*','Resource':'*'%s%s}", named,
                      principal[0] != '\0' ? "'*'" : "");
    }
    pc_buf_text(&text, "]}");
    pc_buf_byte(&text, '\0');
    compile_fine(out, type, text.ptr);
    pc_buf_release(&text);
}

static const struct pc_image *image_if(const struct compiled *images, unsigned state)
{
    return state == NOT_SET ? NULL : &images[state].image;
}

static enum pc_decision decide(struct world *world, const struct mixture *mixture,
                               struct pc_explanation *explanation)
{
    struct pc_image levels[MOST_LEVELS];
    struct pc_answer answer;
    struct pc_policies policies = {
        .identity = image_if(world->plain, mixture->identity),
        .boundary = image_if(world->plain, mixture->boundary),
        .session = image_if(world->plain, mixture->session),
        .endpoint = image_if(world->endpoint, mixture->endpoint),
        .resource = image_if(world->resource[mixture->strength], mixture->resource),
        .resource_count = mixture->resource != NOT_SET,
        .scp = levels,
        .scp_count = mixture->levels,
    };
    for (size_t i = 0; i < mixture->levels; i++) {
        levels[i] = world->scp[mixture->scp[i]].image;
    }
    assert_int_equal(pc_decide(&policies, &world->request, 0, world->scratch, &answer), PC_OK);
    enum pc_decision decision = answer.decision;
    if (explanation != NULL) {
        const struct pc_explain_question asked = {&policies, &world->request, 0, world->scratch};
        assert_int_equal(pc_explain(&world->arena, &asked, explanation), PC_OK);
        assert_int_equal(explanation->answer.decision, decision);
    }
    return decision;
}

static void set(unsigned *state, const struct pc_explained_need *need)
{
    unsigned now = *state == NOT_SET ? 0 : *state;
    *state = need->no_deny ? now & ~(unsigned)DENIES : now | ALLOWS;
}

// Does what a need asks for.
static void meet(struct mixture *mixture, const struct pc_explained_need *need)
{
    unsigned *const states[PC_SLOTS] = {
        [PC_SLOT_IDENTITY] = &mixture->identity, [PC_SLOT_BOUNDARY] = &mixture->boundary,
        [PC_SLOT_SESSION] = &mixture->session,   [PC_SLOT_ENDPOINT] = &mixture->endpoint,
        [PC_SLOT_RESOURCE] = &mixture->resource, [PC_SLOT_SCP] = &mixture->scp[need->level],
    };
    set(states[need->slot], need);
    if (need->slot == PC_SLOT_RESOURCE && !need->no_deny) {
        mixture->strength = need->strength;
    }
}

static struct mixture met(const struct mixture *mixture, const struct pc_explanation *explanation,
                          const struct pc_explained_need *but)
{
    struct mixture out = *mixture;
    for (size_t i = 0; i < explanation->need_count; i++) {
        if (&explanation->needs[i] != but) {
            meet(&out, &explanation->needs[i]);
        }
    }
    return out;
}

// A weaker way to name the caller than the need asks for does not suffice.
static void check_weaker(struct world *world, const struct mixture *mixture,
                         const struct pc_explanation *explanation,
                         const struct pc_explained_need *need)
{
    for (int weaker = PC_STRENGTH_ACCOUNT; weaker < (int)need->strength; weaker++) {
        struct mixture less = met(mixture, explanation, NULL);
        less.strength = (enum pc_strength)weaker;
        if (!need->no_deny && need->slot == PC_SLOT_RESOURCE &&
            world->caller->named[weaker] != NULL) {
            assert_int_not_equal(decide(world, &less, NULL), PC_DECISION_ALLOWED);
        }
    }
}

static bool is_spared(const struct pc_explained_need *need)
{
    return !need->no_deny && (need->slot == PC_SLOT_IDENTITY || need->slot == PC_SLOT_BOUNDARY ||
                              need->slot == PC_SLOT_SESSION);
}

// The weakest way to name the caller with which the resource's policy takes the place of what is
// needed of the caller's side, found by trying; NONE: there is none, or nothing whose place it
// took.
static enum pc_strength try_instead(struct world *world, const struct mixture *mixture,
                                    const struct pc_explanation *explanation)
{
    struct mixture other = *mixture;
    size_t spared = 0;
    for (size_t i = 0; i < explanation->need_count; i++) {
        spared += is_spared(&explanation->needs[i]);
        if (!is_spared(&explanation->needs[i])) {
            meet(&other, &explanation->needs[i]);
        }
    }
    other.resource |= ALLOWS;
    for (int strength = PC_STRENGTH_ACCOUNT; strength <= PC_STRENGTH_SELF; strength++) {
        other.strength = (enum pc_strength)strength;
        if (spared > 0 && mixture->resource != NOT_SET && world->caller->named[strength] != NULL &&
            decide(world, &other, NULL) == PC_DECISION_ALLOWED) {
            return (enum pc_strength)strength;
        }
    }
    return PC_STRENGTH_NONE;
}

static void check_mixture(struct world *world, const struct mixture *mixture)
{
    struct pc_explanation explanation;
    pc_arena_reset(&world->arena);
    if (decide(world, mixture, &explanation) == PC_DECISION_ALLOWED) {
        assert_int_equal(explanation.need_count, 0);
        return;
    }
    world->denied++;
    assert_true(explanation.need_count > 0);
    const struct mixture all = met(mixture, &explanation, NULL);
    assert_int_equal(decide(world, &all, NULL), PC_DECISION_ALLOWED);
    for (size_t i = 0; i < explanation.need_count; i++) {
        const struct mixture less = met(mixture, &explanation, &explanation.needs[i]);
        assert_int_not_equal(decide(world, &less, NULL), PC_DECISION_ALLOWED);
        check_weaker(world, mixture, &explanation, &explanation.needs[i]);
        world->needed++;
    }
    enum pc_strength instead = try_instead(world, mixture, &explanation);
    assert_int_equal(explanation.instead, instead);
    world->spared += instead != PC_STRENGTH_NONE;
}

static void take(unsigned *out, size_t *number, unsigned states)
{
    *out = (unsigned)(*number % states);
    *number /= states;
}

// Mixture of a number; false: there is none that differs from others.
static bool mix(const struct caller *caller, size_t number, struct mixture *out)
{
    unsigned strength, levels;
    *out = (struct mixture){0};
    take(&out->identity, &number, STATES);
    take(&out->boundary, &number, STATES);
    take(&out->session, &number, STATES);
    take(&out->endpoint, &number, STATES);
    take(&out->resource, &number, STATES);
    take(&strength, &number, PC_STRENGTH_SELF + 1);
    take(&levels, &number, MOST_LEVELS + 1);
    take(&out->scp[0], &number, SAYS);
    take(&out->scp[1], &number, SAYS);
    out->strength = (enum pc_strength)strength;
    out->levels = levels;
    bool allows = out->resource != NOT_SET && (out->resource & ALLOWS) != 0;
    return allows ? caller->named[strength] != NULL : strength == PC_STRENGTH_NONE;
}

static void check_caller(struct world *world, const struct caller *caller)
{
    // Of the 5^5 * 6 * 3 * 4^2 mixtures every 101st, a prime, so that all parts vary.
    const size_t mixtures = (size_t)STATES * STATES * STATES * STATES * STATES *
                            (PC_STRENGTH_SELF + 1) * (MOST_LEVELS + 1) * SAYS * SAYS;
    struct mixture mixture;
    for (size_t number = 0; number < mixtures; number += 101) {
        if (mix(caller, number, &mixture)) {
            check_mixture(world, &mixture);
        }
    }
}

static void ask_as(struct world *world, const struct caller *caller, size_t question)
{
    struct pc_arena *arena = world->diags.arena;
    const struct pc_request_options options = {.now = 1704067200};
    const struct pc_place place = {PC_STR("request"), 1, 1};
    struct pc_request *request = &world->request;
    assert_true(pc_request_start(request, pc_str_from(caller->text),
                                 pc_str_from(questions[question].action),
                                 pc_str_from(questions[question].resource)));
    request->caller.parent = pc_str_from(caller->parent);
    request->resource_account = pc_str_from(questions[question].owner);
    assert_int_equal(pc_request_finish(arena, request, options, place, &world->diags), PC_OK);
}

static void all_needs_suffice_and_each_is_needed(void **state)
{
    (void)state;
    struct pc_arena requests = {0};
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    pc_diags_init(&world->diags, &requests);
    assert_int_equal(pc_scratch_new(&world->scratch), PC_OK);
    for (unsigned says = 0; says < SAYS; says++) {
        compile_saying(&world->plain[says], PC_POLICY_IDENTITY, says, NULL);
        compile_saying(&world->scp[says], PC_POLICY_SCP, says, NULL);
        compile_saying(&world->endpoint[says], PC_POLICY_ENDPOINT, says, "'*'");
    }
    for (size_t i = 0; i < COUNT(callers); i++) {
        world->caller = &callers[i];
        for (size_t k = 0; k < (PC_STRENGTH_SELF + 1) * SAYS; k++) {
            const char *named = callers[i].named[k / SAYS];
            compile_saying(&world->resource[k / SAYS][k % SAYS], PC_POLICY_RESOURCE,
                           (unsigned)(k % SAYS), named != NULL ? named : AWS(OTHER));
        }
        for (size_t question = 0; question < COUNT(questions); question++) {
            ask_as(world, &callers[i], question);
            check_caller(world, &callers[i]);
        }
        for (size_t k = 0; k < (PC_STRENGTH_SELF + 1) * SAYS; k++) {
            compiled_release(&world->resource[k / SAYS][k % SAYS]);
        }
    }
    assert_true(world->denied > 1000);
    assert_true(world->needed > 2 * world->denied);
    assert_true(world->spared > 100);
    for (unsigned says = 0; says < SAYS; says++) {
        compiled_release(&world->plain[says]);
        compiled_release(&world->scp[says]);
        compiled_release(&world->endpoint[says]);
    }
    pc_scratch_free(world->scratch);
    pc_arena_release(&world->arena);
    pc_arena_release(&requests);
    free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(needs_are_told),
        cmocka_unit_test(what_policies_cannot_change_needs_nothing),
        cmocka_unit_test(each_type_says_something),
        cmocka_unit_test(a_type_that_does_not_reach_the_caller_is_told),
        cmocka_unit_test(who_grants_is_told),
        cmocka_unit_test(all_needs_suffice_and_each_is_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
