// SPDX-License-Identifier: Apache-2.0
//
// The index proposes the statements whose actions apply; principal, resource and conditions decide.
#include "set.h"

static enum pc_status evaluate_statement(const struct pc_set_walk *walk,
                                         const struct pc_image *image, struct pc_deciding candidate,
                                         struct pc_set_result *result)
{
    const struct pc_image_statement *statement = pc_image_statement(image, candidate.statement);
    bool reasons = (walk->flags & PC_DECIDE_NO_REASONS) == 0;
    if (!pc_resources_match(image, statement, walk->question)) {
        return PC_OK;
    }
    enum pc_strength strength = pc_principals_match(image, statement, walk->question);
    if (strength == PC_STRENGTH_NONE) {
        return PC_OK;
    }
    if (reasons) {
        PC_TRY(pc_note_missing(walk, image, statement));
    }
    if (!pc_conditions_hold(image, statement, walk->question)) {
        return PC_OK;
    }
    if (statement->effect == PC_IMAGE_ALLOW) {
        result->allow = true;
        result->strength = strength > result->strength ? strength : result->strength;
    } else {
        result->deny = true; // whatever the strength
    }
    return reasons ? pc_scratch_match(walk->scratch, candidate) : PC_OK;
}

// The statements of one word whose actions apply.
static uint64_t candidates(const struct pc_set_walk *walk, const struct pc_image *image,
                           uint32_t word)
{
    uint32_t first = word * 64;
    uint32_t count = pc_image_count(image, PC_IMAGE_STATEMENTS) - first;
    uint64_t all = count >= 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    if ((walk->flags & PC_DECIDE_NO_INDEX) == 0) {
        return (walk->scratch->hits[word] ^ pc_image_word(image, word)->not_action) & all;
    }
    uint64_t found = 0;
    for (uint32_t bit = 0; bit < 64 && bit < count; bit++) {
        const struct pc_image_statement *statement = pc_image_statement(image, first + bit);
        if (pc_actions_match(image, statement, walk->question)) {
            found |= UINT64_C(1) << bit;
        }
    }
    return found;
}

static enum pc_status evaluate_word(const struct pc_set_walk *walk, const struct pc_image *image,
                                    struct pc_deciding candidate, uint64_t statements,
                                    struct pc_set_result *result)
{
    uint32_t first = candidate.statement;
    for (; statements != 0; statements &= statements - 1) {
        candidate.statement = first + (uint32_t)__builtin_ctzll(statements);
        PC_TRY(evaluate_statement(walk, image, candidate, result));
    }
    return PC_OK;
}

enum pc_status pc_set_evaluate(const struct pc_set_walk *walk, const struct pc_image *image,
                               enum pc_slot slot, struct pc_set_result *result)
{
    struct pc_deciding candidate = {.slot = slot, .image = image};
    PC_TRY(pc_scratch_hits(walk->scratch, pc_image_count(image, PC_IMAGE_STATEMENTS)));
    if ((walk->flags & PC_DECIDE_NO_INDEX) == 0) {
        pc_action_hits(image, walk->question, walk->scratch->hits);
    }
    for (uint32_t word = 0; word < pc_image_count(image, PC_IMAGE_WORDS); word++) {
        candidate.statement = word * 64;
        PC_TRY(evaluate_word(walk, image, candidate, candidates(walk, image, word), result));
        if (result->deny && (walk->flags & PC_DECIDE_NO_REASONS) != 0) {
            return PC_OK; // nothing can change that any more
        }
    }
    return PC_OK;
}
