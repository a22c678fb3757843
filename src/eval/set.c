// SPDX-License-Identifier: Apache-2.0
//
// The index proposes the statements whose actions apply; principal, resource and conditions decide.
// Without reasons, Deny comes first and the walk ends where nothing can change any more; with them,
// every statement that can apply is looked at. An observer is shown the walk without the index.
#include "set.h"

#include "index.h"
#include "open_match.h"

// Adds a statement that matches to what the set says.
__attribute__((always_inline)) static inline enum pc_status
add_match(const struct pc_set_walk *walk, const struct pc_deciding *matched, uint8_t effect,
          enum pc_strength strength, struct pc_verdict *result)
{
    if (effect == PC_IMAGE_ALLOW) {
        result->allow = true;
        result->strength = strength > result->strength ? strength : result->strength;
    } else {
        result->deny = true; // whatever the strength
    }
    bool reasons = (walk->flags & PC_DECIDE_NO_REASONS) == 0;
    return reasons ? pc_scratch_match(walk->scratch, *matched) : PC_OK;
}

// The same question where the request leaves something open. Keys are not missing then.
__attribute__((noinline)) static enum pc_status match_openly(const struct pc_set_walk *walk,
                                                             const struct pc_image *image,
                                                             const struct pc_deciding *candidate,
                                                             struct pc_verdict *result)
{
    const struct pc_image_statement *statement = pc_image_statement(image, candidate->statement);
    bool generous = (walk->flags & PC_DECIDE_GENEROUS) != 0;
    const struct pc_open_match match = {
        .image = image,
        .statement = statement,
        .question = walk->question,
        .wanted = generous == (statement->effect == PC_IMAGE_ALLOW),
    };
    enum pc_strength strength = pc_open_statement_matches(&match);
    return strength == PC_STRENGTH_NONE
               ? PC_OK
               : add_match(walk, candidate, statement->effect, strength, result);
}

// Asks a statement whose actions apply; *obstacle is what kept it from matching. Inlined, so that
// it costs nothing to say so where nobody listens.
__attribute__((always_inline)) static inline enum pc_status
match_statement(const struct pc_set_walk *walk, const struct pc_image *image,
                const struct pc_deciding *candidate, struct pc_verdict *result,
                enum pc_obstacle *obstacle)
{
    const struct pc_image_statement *statement = pc_image_statement(image, candidate->statement);
    *obstacle = PC_OBSTACLE_RESOURCE;
    pc_effort_take(&walk->scratch->effort, 1);
    if (pc_effort_is_spent(&walk->scratch->effort)) {
        return PC_ERR_EFFORT;
    }
    if ((walk->flags & (PC_DECIDE_GENEROUS | PC_DECIDE_STRICT)) != 0) {
        return match_openly(walk, image, candidate, result);
    }
    if (!pc_resources_match(image, statement, walk->question)) {
        return PC_OK;
    }
    *obstacle = PC_OBSTACLE_PRINCIPAL;
    enum pc_strength strength = pc_principals_match(image, statement, walk->question);
    if (strength == PC_STRENGTH_NONE) {
        return PC_OK;
    }
    if ((walk->flags & PC_DECIDE_NO_REASONS) == 0) {
        PC_TRY(pc_note_missing(walk, image, statement));
    }
    *obstacle = PC_OBSTACLE_CONDITION;
    if (!pc_conditions_hold(image, statement, walk->question)) {
        return PC_OK;
    }
    *obstacle = PC_OBSTACLE_NONE;
    return add_match(walk, candidate, statement->effect, strength, result);
}

static enum pc_status evaluate_statement(const struct pc_set_walk *walk,
                                         const struct pc_image *image, struct pc_deciding candidate,
                                         struct pc_verdict *result)
{
    enum pc_obstacle unheard;
    return match_statement(walk, image, &candidate, result, &unheard);
}

static enum pc_status evaluate_each(const struct pc_set_walk *walk, const struct pc_image *image,
                                    struct pc_deciding first, uint64_t statements,
                                    struct pc_verdict *result)
{
    struct pc_deciding candidate = first;
    for (; statements != 0; statements &= statements - 1) {
        candidate.statement = first.statement + (uint32_t)__builtin_ctzll(statements);
        PC_TRY(evaluate_statement(walk, image, candidate, result));
    }
    return PC_OK;
}

// Can no further Allow change the result? A match of anyone is as good as the strongest
// (evaluator.c: in_account, outsider).
static bool is_settled(const struct pc_verdict *result)
{
    return result->deny || (result->allow && result->strength >= PC_STRENGTH_ANY);
}

// Denies of the block first; statements that are open match whatever the request is.
static enum pc_status evaluate_brief(const struct pc_set_walk *walk, const struct pc_image *image,
                                     struct pc_deciding first, uint64_t statements,
                                     struct pc_verdict *result)
{
    const struct pc_image_word *word = pc_image_word(image, first.statement / 64);
    struct pc_deciding candidate = first;
    uint64_t denies = statements & word->deny;
    uint64_t allows = statements & ~word->deny;
    if ((denies & word->open) != 0) {
        result->deny = true;
        return PC_OK;
    }
    for (; denies != 0 && !result->deny; denies &= denies - 1) {
        candidate.statement = first.statement + (uint32_t)__builtin_ctzll(denies);
        PC_TRY(evaluate_statement(walk, image, candidate, result));
    }
    if ((allows & word->open) != 0 && !is_settled(result)) {
        result->allow = true;
        result->strength = PC_STRENGTH_ANY;
        return PC_OK;
    }
    for (; allows != 0 && !is_settled(result); allows &= allows - 1) {
        candidate.statement = first.statement + (uint32_t)__builtin_ctzll(allows);
        PC_TRY(evaluate_statement(walk, image, candidate, result));
    }
    return PC_OK;
}

static enum pc_status evaluate_block(const struct pc_set_walk *walk, const struct pc_image *image,
                                     struct pc_deciding first, uint64_t statements,
                                     struct pc_verdict *result)
{
    return (walk->flags & PC_DECIDE_NO_REASONS) != 0
               ? evaluate_brief(walk, image, first, statements, result)
               : evaluate_each(walk, image, first, statements, result);
}

__attribute__((noinline)) static enum pc_status evaluate_proposed(const struct pc_set_walk *walk,
                                                                  const struct pc_image *image,
                                                                  enum pc_slot slot,
                                                                  struct pc_verdict *result)
{
    struct pc_proposal proposal;
    uint32_t marks = (pc_image_count(image, PC_IMAGE_WORDS) + 63) / 64;
    PC_TRY(pc_index_propose(image, walk->question, walk->scratch, &proposal));
    for (uint32_t i = 0; i < marks; i++) {
        for (uint64_t left = walk->scratch->marks[i]; left != 0; left &= left - 1) {
            uint32_t block = i * 64 + (uint32_t)__builtin_ctzll(left);
            struct pc_deciding first = {.slot = slot, .image = image, .statement = block * 64};
            pc_effort_take(&walk->scratch->effort, walk->scratch->set_count / 8);
            PC_TRY(evaluate_block(walk, image, first, pc_proposal_word(&proposal, block), result));
            if (result->deny && (walk->flags & PC_DECIDE_NO_REASONS) != 0) {
                return PC_OK;
            }
        }
    }
    return PC_OK;
}

// An image of one block. Where no statement has to be looked at, this is all.
__attribute__((noinline)) static enum pc_status evaluate_word(const struct pc_set_walk *walk,
                                                              const struct pc_image *image,
                                                              enum pc_slot slot,
                                                              struct pc_verdict *result)
{
    uint64_t bits = pc_index_word(image, walk->question);
    if (bits == 0) {
        return PC_OK;
    }
    const struct pc_deciding first = {.slot = slot, .image = image};
    return evaluate_block(walk, image, first, bits, result);
}

// Without the index: every statement is asked for its actions, and shown to the observer.
__attribute__((noinline)) static enum pc_status evaluate_all(const struct pc_set_walk *walk,
                                                             const struct pc_image *image,
                                                             enum pc_slot slot,
                                                             struct pc_verdict *result)
{
    uint32_t count = pc_image_count(image, PC_IMAGE_STATEMENTS);
    for (uint32_t i = 0; i < count && !pc_effort_is_spent(&walk->scratch->effort); i++) {
        struct pc_deciding candidate = {.slot = slot, .image = image, .statement = i};
        enum pc_obstacle obstacle = PC_OBSTACLE_ACTION;
        bool named = false;
        bool asked = walk->question->request->actions != NULL || // with the rest of the statement
                     pc_actions_match(image, pc_image_statement(image, i), walk->question, &named);
        if (asked) {
            PC_TRY(match_statement(walk, image, &candidate, result, &obstacle));
        }
        if (walk->scratch->observer != NULL) {
            pc_observe(walk, &candidate, (struct pc_obstacle_met){obstacle, named});
        }
    }
    return PC_OK;
}

// The three ways are kept out of here, so that none of them pays for the registers of another.
enum pc_status pc_set_evaluate(const struct pc_set_walk *walk, const struct pc_image *image,
                               enum pc_slot slot, struct pc_verdict *result)
{
    if ((walk->flags & PC_DECIDE_NO_INDEX) != 0) {
        return evaluate_all(walk, image, slot, result);
    }
    uint32_t words = pc_image_count(image, PC_IMAGE_WORDS);
    if (words > 1) {
        return evaluate_proposed(walk, image, slot, result);
    }
    return words == 0 ? PC_OK : evaluate_word(walk, image, slot, result);
}
