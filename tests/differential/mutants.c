// SPDX-License-Identifier: Apache-2.0
//
// The test of the differential test: where an evaluator is wrong on purpose, the comparison has to
// notice, and the case has to become as small as the mistake: it holds what the mistake depends on,
// one statement at most where one suffices, and nothing that could be taken out.
#include "finding.h"
#include "generate.h"
#include "shrink.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CASES = 20000, // in which each mistake has to show
    SEED = 20240515,
};

struct mutant {
    const char *name;
    void (*distort)(const struct pc_json *subject, struct ref_answer *answers);
    enum judge_party party; // who is found to differ from the engine
    enum judge_aspect aspect;
    const char *holds; // a member of the small case's policies; NULL: none is needed
    size_t statements; // of the small case, at most
    size_t bytes;      // of its request and policies, at most
};

// Is there a member of that name anywhere in the value?
static bool has_member(const struct pc_json *json, const char *name)
{
    bool found = false;
    for (size_t i = 0; json != NULL && i < json->count && !found; i++) {
        bool object = json->type == PC_JSON_OBJECT;
        const struct pc_json *child = object ? &json->members[i].value : &json->items[i];
        found = (object && pc_str_eq(json->members[i].name, pc_str_from(name))) ||
                has_member(child, name);
    }
    return found;
}

static bool in_policies(const struct pc_json *subject, const char *name)
{
    return has_member(pc_json_get(subject, PC_STR("policies")), name);
}

// The reference agrees with the engine, but for the mistake: so these tests do not depend on it.
static struct ref_answer *agreeing(struct ref_answer *answers)
{
    answers[JUDGE_REFERENCE] = answers[JUDGE_ENGINE];
    return &answers[JUDGE_REFERENCE];
}

static void flip(struct ref_answer *answer)
{
    answer->decision = answer->decision == REF_ALLOWED ? REF_IMPLICIT_DENY : REF_ALLOWED;
}

static void mistake_operator(const struct pc_json *subject, struct ref_answer *answers)
{
    struct ref_answer *answer = agreeing(answers);
    if (in_policies(subject, "NumericLessThan")) {
        flip(answer);
    }
}

static void mistake_not_action(const struct pc_json *subject, struct ref_answer *answers)
{
    (void)agreeing(answers);
    if (in_policies(subject, "NotAction")) {
        flip(&answers[JUDGE_WALK]);
    }
}

static void mistake_without_reasons(const struct pc_json *subject, struct ref_answer *answers)
{
    (void)subject;
    (void)agreeing(answers);
    if (answers[JUDGE_BRIEF].decision == REF_EXPLICIT_DENY) {
        answers[JUDGE_BRIEF].decision = REF_IMPLICIT_DENY;
    }
}

static void mistake_statement(const struct pc_json *subject, struct ref_answer *answers)
{
    struct ref_answer *answer = agreeing(answers);
    if (in_policies(subject, "NotResource") && answer->statement_count > 0) {
        answer->statement_count--;
    }
}

static void mistake_observation(const struct pc_json *subject, struct ref_answer *answers)
{
    struct ref_answer *observed = &answers[JUDGE_OBSERVED];
    (void)agreeing(answers);
    if (in_policies(subject, "NotResource") && observed->statement_count > 0) {
        observed->statement_count--;
    }
}

static void mistake_blocker(const struct pc_json *subject, struct ref_answer *answers)
{
    struct ref_answer *answer = agreeing(answers);
    (void)subject;
    answer->blocked_by &= ~(1U << REF_SCP);
}

static void mistake_primary(const struct pc_json *subject, struct ref_answer *answers)
{
    struct ref_answer *answer = agreeing(answers);
    (void)subject;
    answer->primary = answer->primary == REF_ENDPOINT ? REF_IDENTITY : answer->primary;
}

static void mistake_missing(const struct pc_json *subject, struct ref_answer *answers)
{
    struct ref_answer *answer = agreeing(answers);
    (void)subject;
    answer->missing_count -= answer->missing_count > 0;
}

static void mistake_refusal(const struct pc_json *subject, struct ref_answer *answers)
{
    struct ref_answer *answer = agreeing(answers);
    if (in_policies(subject, "NotPrincipal")) {
        answer->refused = PC_STR("R-320: on purpose");
    }
}

static void mistake_owner(const struct pc_json *subject, struct ref_answer *answers)
{
    struct ref_answer *answer = agreeing(answers);
    (void)subject;
    answer->assumed_owner = false;
}

static const struct mutant mutants[] = {
    {"a decision where an operator occurs", mistake_operator, JUDGE_REFERENCE, JUDGE_DECISION,
     "NumericLessThan", 1, 500},
    {"a decision of the walk without the index", mistake_not_action, JUDGE_WALK, JUDGE_DECISION,
     "NotAction", 1, 500},
    {"a decision without reasons", mistake_without_reasons, JUDGE_BRIEF, JUDGE_DECISION, "Effect",
     1, 500},
    // One that decides, one with NotResource and, when that is an SCP's, one that lets it through.
    {"a statement that is not named", mistake_statement, JUDGE_REFERENCE, JUDGE_STATEMENTS,
     "NotResource", 3, 600},
    {"a statement that no observer is shown", mistake_observation, JUDGE_OBSERVED, JUDGE_STATEMENTS,
     "NotResource", 3, 600},
    {"a blocker that is not named", mistake_blocker, JUDGE_REFERENCE, JUDGE_BLOCKED_BY, "scp", 2,
     600},
    {"another primary blocker", mistake_primary, JUDGE_REFERENCE, JUDGE_PRIMARY, "endpoint", 1,
     500},
    {"a missing key that is not named", mistake_missing, JUDGE_REFERENCE, JUDGE_MISSING,
     "Condition", 1, 500},
    {"a refusal where an element occurs", mistake_refusal, JUDGE_REFERENCE, JUDGE_REFUSED,
     "NotPrincipal", 1, 500},
    {"an assumed owner", mistake_owner, JUDGE_REFERENCE, JUDGE_OWNER, NULL, 0, 300},
};

// Finds the first case that shows the mistake; its text is in *out.
static bool find(const struct mutant *mutant, struct judge *judge, struct pc_buf *out)
{
    for (uint64_t i = 0; i < CASES; i++) {
        struct gen_random random;
        struct judge_verdict verdict;
        gen_random_seed(&random, SEED, i);
        pc_buf_reset(out);
        gen_case(&random, out);
        judge_ask(judge, pc_buf_view(out), &verdict);
        if (verdict.aspect == mutant->aspect && verdict.party == mutant->party) {
            return true;
        }
    }
    return false;
}

static size_t count_members(const struct edit_node *node, const char *name)
{
    size_t count = 0;
    for (const struct edit_node *child = node->first; child != NULL; child = child->next) {
        count += pc_str_eq(child->name, pc_str_from(name)) + count_members(child, name);
    }
    return count;
}

struct small {
    const struct mutant *mutant;
    struct judge *judge;
    struct edit_node *root; // request and policies
    struct pc_buf text;
};

static bool shows(struct small *small)
{
    struct judge_verdict verdict;
    pc_buf_reset(&small->text);
    edit_print(&small->text, small->root);
    judge_ask(small->judge, pc_buf_view(&small->text), &verdict);
    return verdict.readable && verdict.aspect == small->mutant->aspect &&
           verdict.party == small->mutant->party;
}

// Does the case stop to show the mistake whatever child is taken out?
static bool is_minimal(struct small *small, struct edit_node *node)
{
    bool minimal = true;
    for (struct edit_node **link = &node->first; *link != NULL && minimal; link = &(*link)->next) {
        struct edit_node *child = *link;
        *link = child->next;
        minimal = !shows(small);
        *link = child;
        minimal = minimal && is_minimal(small, child);
    }
    return minimal;
}

// What is wrong with the small case; NULL: nothing.
static const char *judge_small(struct small *small)
{
    const struct mutant *mutant = small->mutant;
    if (!shows(small)) {
        return "the small case does not show the mistake";
    }
    if (small->text.len > mutant->bytes) {
        return "the small case is large";
    }
    if (count_members(small->root, "Effect") > mutant->statements) {
        return "the small case has more statements than it needs";
    }
    if (mutant->holds != NULL && count_members(small->root, mutant->holds) != 1) {
        return "the small case does not hold once what the mistake depends on";
    }
    return is_minimal(small, small->root) ? NULL : "something could be taken out";
}

static const char *test(const struct mutant *mutant, struct judge *judge, struct pc_buf *out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct small small = {.mutant = mutant, .judge = judge};
    struct pc_diags diags;
    const struct pc_json *json;
    if (!find(mutant, judge, &text)) {
        return "no case shows the mistake";
    }
    finding_write(judge, pc_buf_view(&text), PC_STR("small"), out);
    const struct pc_json_source source = {.file = PC_STR("case"), .text = pc_buf_view(out)};
    pc_diags_init(&diags, &arena);
    if (pc_json_parse(&arena, &source, &diags, &json) != PC_OK) {
        return "the finding is no JSON";
    }
    small.root = edit_read(&arena, json);
    if (edit_get(small.root, "expect") == NULL || edit_get(small.root, "comment") == NULL) {
        return "the finding does not say what is expected, and who says what";
    }
    edit_remove(small.root, "name");
    edit_remove(small.root, "comment");
    edit_remove(small.root, "expect");
    const char *wrong = judge_small(&small);
    pc_buf_release(&small.text);
    return wrong;
}

int main(void)
{
    size_t count = sizeof(mutants) / sizeof(mutants[0]);
    struct judge judge;
    bool well = true;
    judge_init(&judge);
    (void)printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf small = {0};
        judge.distort = mutants[i].distort;
        const char *wrong = test(&mutants[i], &judge, &small);
        (void)printf("%s %zu - %s\n", wrong == NULL ? "ok" : "not ok", i + 1, mutants[i].name);
        if (wrong != NULL) {
            (void)printf("# %s: \n%.*s", wrong, PC_STR_ARG(pc_buf_view(&small)));
        }
        well = well && wrong == NULL;
    }
    judge_release(&judge);
    return well ? 0 : 1;
}
