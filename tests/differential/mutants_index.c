// SPDX-License-Identifier: Apache-2.0
//
// Mistakes in the index of an image, made on purpose: large cases have to find each of them, as a
// difference between the engine and its walk without the index. What a mistake takes away are sets
// of statements, so that no image leads outside itself.
#include "generate.h"
#include "judge.h"
#include "match/arn_pattern.h"
#include "match/pattern.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CASES = 10000, // in which each mistake has to show
    SEED = 20240515,
};

// An image that may be written to, and the case that it is asked.
struct spoiling {
    const struct engine_case *prepared;
    const struct pc_image *image;
};

// The record of a table, of which the views give only readable ones.
static void *writable(const void *record)
{
    return (void *)(uintptr_t)record;
}

static struct pc_image_roots *roots_of(const struct spoiling *spoiling)
{
    return writable(&spoiling->image->header->index);
}

static bool is_of_one_block(const struct pc_image *image)
{
    return pc_image_count(image, PC_IMAGE_WORDS) <= 1;
}

typedef bool statement_test(const struct spoiling *spoiling,
                            const struct pc_image_statement *statement);

// Does the test hold for a statement of the set?
static bool any_in(const struct spoiling *spoiling, struct pc_image_range set, statement_test *test)
{
    for (uint32_t i = 0; i < set.count; i++) {
        const struct pc_image_block *block = pc_image_block(spoiling->image, set.first + i);
        for (uint64_t left = block->bits; left != 0; left &= left - 1) {
            uint32_t number = block->number * 64 + (uint32_t)__builtin_ctzll(left);
            if (test(spoiling, pc_image_statement(spoiling->image, number))) {
                return true;
            }
        }
    }
    return false;
}

// Is the node of a tree of resources?
static bool is_of_resources(const struct pc_image *image, uint32_t number)
{
    while (pc_image_node(image, number)->parent != number) {
        number = pc_image_node(image, number)->parent;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_SERVICES); i++) {
        if (pc_image_service(image, i)->resources == number + 1) {
            return true;
        }
    }
    return false;
}

static bool has_child(const struct pc_image *image, uint32_t number)
{
    uint32_t child = number + 1;
    while (child < pc_image_count(image, PC_IMAGE_NODES) &&
           pc_image_node(image, child)->parent != number) {
        child++;
    }
    return child < pc_image_count(image, PC_IMAGE_NODES);
}

// The mistakes ------------------------------------------------------------------------------------

// Does a resource of the statement match the request's, and also that of another account?
static bool has_wild_account(const struct spoiling *spoiling,
                             const struct pc_image_statement *statement)
{
    struct pc_arn_subject own = pc_arn_subject_of(spoiling->prepared->request.resource);
    struct pc_arn_subject other = own;
    other.fields[4] = PC_STR("987654321098");
    for (uint32_t i = 0; i < statement->resources.count; i++) {
        const struct pc_image_resource *resource =
            pc_image_resource(spoiling->image, statement->resources.first + i);
        struct pc_str pattern = pc_image_text(spoiling->image, resource->pattern);
        if (own.is_arn && resource->kind == PC_IMAGE_RESOURCE_PATTERN &&
            !pc_arn_pattern_is_any(pattern) &&
            pc_arn_pattern_match(pattern, &own, NULL, NULL) == PC_MATCH &&
            pc_arn_pattern_match(pattern, &other, NULL, NULL) == PC_MATCH) {
            return true;
        }
    }
    return false;
}

static void forget_wild_accounts(const struct spoiling *spoiling)
{
    for (uint32_t i = 0; i < pc_image_count(spoiling->image, PC_IMAGE_NODES); i++) {
        struct pc_image_node *node = writable(pc_image_node(spoiling->image, i));
        if (is_of_resources(spoiling->image, i)) {
            node->prefix.count =
                any_in(spoiling, node->prefix, has_wild_account) ? 0 : node->prefix.count;
            node->exact.count =
                any_in(spoiling, node->exact, has_wild_account) ? 0 : node->exact.count;
        }
    }
}

static void forget_beginnings(const struct spoiling *spoiling)
{
    for (uint32_t i = 0; i < pc_image_count(spoiling->image, PC_IMAGE_NODES); i++) {
        struct pc_image_node *node = writable(pc_image_node(spoiling->image, i));
        if (is_of_resources(spoiling->image, i) && has_child(spoiling->image, i)) {
            node->prefix.count = 0;
        }
    }
}

static void forget_unplaced(const struct spoiling *spoiling)
{
    roots_of(spoiling)->unplaced.count = 0;
}

static void lose_last_of_block(const struct spoiling *spoiling)
{
    for (uint32_t i = 0; i < pc_image_count(spoiling->image, PC_IMAGE_BLOCKS); i++) {
        struct pc_image_block *block = writable(pc_image_block(spoiling->image, i));
        block->bits &= UINT64_MAX >> 1;
    }
}

static void lose_last_block(const struct spoiling *spoiling)
{
    uint32_t last = pc_image_count(spoiling->image, PC_IMAGE_WORDS) - 1;
    for (uint32_t i = 0; last > 0 && i < pc_image_count(spoiling->image, PC_IMAGE_BLOCKS); i++) {
        struct pc_image_block *block = writable(pc_image_block(spoiling->image, i));
        block->bits = block->number == last ? 0 : block->bits;
    }
}

// The statements that list the name without wildcards, of an image of one block.
static uint64_t listing_by_name(const struct pc_image *image, struct pc_str name)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        struct pc_image_range actions = pc_image_statement(image, i)->actions;
        for (uint32_t k = 0; k < actions.count; k++) {
            const struct pc_image_action *action = pc_image_action(image, actions.first + k);
            struct pc_str text;
            bool same = action->kind == PC_IMAGE_ACTION_NAME &&
                        pc_pattern_is_literal(pc_image_text(image, action->name), &text) &&
                        pc_str_eq(text, name);
            bits |= same ? UINT64_C(1) << i : 0;
        }
    }
    return bits;
}

static void complete_no_names(const struct spoiling *spoiling)
{
    const struct pc_image *image = spoiling->image;
    for (uint32_t i = 0; is_of_one_block(image) && i < pc_image_count(image, PC_IMAGE_NAMES); i++) {
        const struct pc_image_name *name = pc_image_name(image, i);
        struct pc_image_block *block = writable(pc_image_block(image, name->set.first));
        block->bits &= listing_by_name(image, pc_image_text(image, name->name));
    }
}

static void forget_not_action(const struct spoiling *spoiling)
{
    for (uint32_t i = 1; i < pc_image_count(spoiling->image, PC_IMAGE_WORDS); i++) {
        struct pc_image_word *word = writable(pc_image_word(spoiling->image, i));
        word->not_action = 0;
    }
}

static void mark_no_negated(const struct spoiling *spoiling)
{
    roots_of(spoiling)->negated.count = 0;
}

static bool names_role(const struct spoiling *spoiling, const struct pc_image_statement *statement)
{
    bool found = false;
    for (uint32_t i = 0; i < statement->principals.count; i++) {
        found =
            found || pc_image_principal(spoiling->image, statement->principals.first + i)->kind ==
                         PC_IMAGE_PRINCIPAL_ROLE;
    }
    return found;
}

static void forget_roles(const struct spoiling *spoiling)
{
    for (uint32_t i = 0; i < pc_image_count(spoiling->image, PC_IMAGE_HOLDERS); i++) {
        struct pc_image_holder *holder = writable(pc_image_holder(spoiling->image, i));
        holder->set.count = any_in(spoiling, holder->set, names_role) ? 0 : holder->set.count;
    }
}

static void forget_unnamed(const struct spoiling *spoiling)
{
    roots_of(spoiling)->unnamed.count = 0;
}

static const struct mutant {
    const char *name;
    void (*spoil)(const struct spoiling *spoiling);
} mutants[] = {
    {"resources with a wildcard in the account are forgotten", forget_wild_accounts},
    {"resources that another one begins with are forgotten", forget_beginnings},
    {"what any resource may match is forgotten", forget_unplaced},
    {"the last statement of a block is lost", lose_last_of_block},
    {"the last block is lost", lose_last_block},
    {"a name's set has not who lists it by wildcards", complete_no_names},
    {"NotAction counts in the first block alone", forget_not_action},
    {"the blocks of NotAction are not looked at", mark_no_negated},
    {"statements that name roles are forgotten", forget_roles},
    {"what any caller may match is forgotten", forget_unnamed},
};

// Finding them ------------------------------------------------------------------------------------

static const struct mutant *current;

static void spoil_all(const struct engine_case *prepared, const struct pc_image *images,
                      size_t count)
{
    for (size_t i = 0; images != NULL && i < count; i++) {
        const struct spoiling spoiling = {prepared, &images[i]};
        current->spoil(&spoiling);
    }
}

static void damage(const struct engine_case *prepared)
{
    const struct pc_policies *policies = &prepared->policies;
    spoil_all(prepared, policies->identity, 1);
    spoil_all(prepared, policies->boundary, 1);
    spoil_all(prepared, policies->session, 1);
    spoil_all(prepared, policies->endpoint, 1);
    spoil_all(prepared, policies->resource, policies->resource_count);
    spoil_all(prepared, policies->scp, policies->scp_count);
    spoil_all(prepared, policies->rcp, policies->rcp_count);
}

// The number of the first case that shows the mistake, or CASES.
static uint64_t find(struct judge *judge)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    for (uint64_t i = 0; i < CASES; i++) {
        struct gen_random random;
        struct judge_verdict verdict;
        gen_random_seed(&random, SEED, i);
        pc_buf_reset(&text);
        gen_large_case(&random, &text);
        judge_ask(judge, pc_buf_view(&text), &verdict);
        if (verdict.aspect != JUDGE_ASPECTS && verdict.party == JUDGE_WALK) {
            return i;
        }
    }
    return CASES;
}

int main(void)
{
    size_t count = sizeof(mutants) / sizeof(mutants[0]);
    struct judge judge;
    bool well = true;
    judge_init(&judge);
    judge.damage = damage;
    (void)printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        current = &mutants[i];
        uint64_t found = find(&judge);
        (void)printf("%s %zu - %s: case %llu\n", found < CASES ? "ok" : "not ok", i + 1,
                     mutants[i].name, (unsigned long long)found);
        well = well && found < CASES;
    }
    judge_release(&judge);
    return well ? 0 : 1;
}
