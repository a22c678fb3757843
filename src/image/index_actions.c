// SPDX-License-Identifier: Apache-2.0
//
// The index of actions. Names in requests are ASCII in lower case, so the bytes of
// a pattern's folded text can be compared with theirs.
#include "indexing.h"

#include "match/pattern.h"

static struct pc_index_entry entry_of(const struct pc_indexing *job,
                                      const struct pc_image_action *action, uint32_t statement)
{
    struct pc_str pattern = pc_index_text(job, action->name);
    struct pc_index_entry entry = {.kind = PC_INDEX_EXACT, .statement = statement};
    entry.service = pc_index_text(job, action->service);
    if (pc_pattern_is_literal(pattern, &entry.text)) {
        return entry;
    }
    entry.text = pc_pattern_prefix(pattern);
    entry.kind = pc_pattern_is_prefix(pattern) ? PC_INDEX_PREFIX : PC_INDEX_GLOB;
    if (entry.kind == PC_INDEX_GLOB) {
        entry.pattern = action->name;
    }
    return entry;
}

// Statements by what their lists have in common.
struct listing {
    struct pc_buf every, negated;
};

static void collect(struct pc_indexing *job, uint32_t number, struct pc_index_entries *out,
                    struct listing *listing)
{
    const struct pc_image_statement *statement = pc_index_record(job, PC_IMAGE_STATEMENTS, number);
    for (uint32_t i = 0; i < statement->actions.count; i++) {
        const struct pc_image_action *action =
            pc_index_record(job, PC_IMAGE_ACTIONS, statement->actions.first + i);
        if (action->kind == PC_IMAGE_ACTION_NAME) {
            out->items[out->count++] = entry_of(job, action, number);
        } else if (action->kind == PC_IMAGE_ACTION_ANY) {
            pc_buf_append(&listing->every, &number, sizeof(number));
        }
    }
    if (statement->action_kind == PC_IMAGE_LIST_NEGATED) {
        pc_buf_append(&listing->negated, &number, sizeof(number));
    }
}

static enum pc_status collect_all(struct pc_indexing *job, struct pc_index_entries *out,
                                  struct listing *listing)
{
    struct pc_image_range set;
    for (uint32_t i = 0; i < job->statements; i++) {
        collect(job, i, out, listing);
    }
    PC_TRY(pc_index_set_in(job, &listing->every, &set));
    job->roots->every = set;
    PC_TRY(pc_index_set_in(job, &listing->negated, &set));
    job->roots->negated = set;
    pc_index_sort(out->items, out->count);
    return PC_OK;
}

enum pc_status pc_index_actions(struct pc_indexing *job, struct pc_index_entries *out)
{
    struct listing listing = {.every = {.len = 0}};
    PC_TRY(pc_index_entries_new(job, offsetof(struct pc_image_statement, actions), out));
    enum pc_status status = collect_all(job, out, &listing);
    pc_buf_release(&listing.every);
    pc_buf_release(&listing.negated);
    return status;
}

// Patterns that match the entry at hand whatever follows, each with all that match with it.
struct open_prefix {
    struct pc_str text;
    uint64_t bits;
};

struct sweep {
    struct pc_indexing *job;
    const struct pc_index_entry *entries;
    size_t count;
    struct open_prefix *open;
    size_t depth;
    const struct pc_index_entry **globs;
    size_t glob_count;
    uint64_t every;
};

static uint64_t bits_of_every(const struct pc_indexing *job)
{
    if (job->roots->every.count == 0) {
        return 0;
    }
    const struct pc_image_block *block =
        pc_index_record(job, PC_IMAGE_BLOCKS, job->roots->every.first);
    return block->bits;
}

// Closes the prefixes that the text does not have, and returns what the others match.
static uint64_t matched_by_prefix(struct sweep *sweep, struct pc_str text)
{
    while (sweep->depth > 0 && !pc_str_has_prefix(text, sweep->open[sweep->depth - 1].text)) {
        sweep->depth--;
    }
    return sweep->depth > 0 ? sweep->open[sweep->depth - 1].bits : sweep->every;
}

// Adds what globs match. Those of statements that list the name already are not asked, for there
// may be as many as names.
static uint64_t add_globs(const struct sweep *sweep, struct pc_str text, uint64_t bits)
{
    for (size_t i = 0; i < sweep->glob_count; i++) {
        const struct pc_index_entry *entry = sweep->globs[i];
        uint64_t bit = UINT64_C(1) << entry->statement;
        if ((bits & bit) == 0 && pc_str_has_prefix(text, entry->text) &&
            pc_pattern_match(pc_index_text(sweep->job, entry->pattern), text, NULL, NULL) ==
                PC_MATCH) {
            bits |= bit;
        }
    }
    return bits;
}

static uint64_t bits_of(const struct pc_index_entry *entries, size_t count)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        bits |= UINT64_C(1) << entries[i].statement;
    }
    return bits;
}

// All statements that list the name of the run, of an image of one block.
static enum pc_status complete_set(struct sweep *sweep, size_t at, size_t end,
                                   struct pc_image_range *out)
{
    const struct pc_index_entry *run = &sweep->entries[at];
    uint64_t bits = matched_by_prefix(sweep, run->text) | bits_of(run, end - at);
    return pc_index_set_of_word(sweep->job, add_globs(sweep, run->text, bits), out);
}

static void open_run(struct sweep *sweep, size_t at, size_t end)
{
    const struct pc_index_entry *run = &sweep->entries[at];
    uint64_t bits = matched_by_prefix(sweep, run->text) | bits_of(run, end - at);
    sweep->open[sweep->depth++] = (struct open_prefix){run->text, bits};
}

static enum pc_status add_name(struct sweep *sweep, size_t at, size_t end)
{
    struct pc_indexing *job = sweep->job;
    const struct pc_index_entry *run = &sweep->entries[at];
    struct pc_image_name name = {.hash = pc_str_hash(run->text),
                                 .name = pc_index_span(job, run->text)};
    struct pc_image_range set;
    if (pc_indexing_is_single(job)) {
        PC_TRY(complete_set(sweep, at, end, &set));
    } else {
        PC_TRY(pc_index_set_of(job, run, end - at, &set));
    }
    name.set = set;
    pc_image_builder_add(job->builder, PC_IMAGE_NAMES, &name);
    return PC_OK;
}

static enum pc_status start_sweep(struct sweep *sweep)
{
    struct pc_arena *arena = sweep->job->arena;
    sweep->open = pc_arena_array(arena, sweep->count, sizeof(*sweep->open));
    sweep->globs = pc_arena_array(arena, sweep->count, sizeof(*sweep->globs));
    if (sweep->open == NULL || sweep->globs == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < sweep->count; i++) {
        if (sweep->entries[i].kind == PC_INDEX_GLOB) {
            sweep->globs[sweep->glob_count++] = &sweep->entries[i];
        }
    }
    sweep->every = pc_indexing_is_single(sweep->job) ? bits_of_every(sweep->job) : 0;
    return PC_OK;
}

enum pc_status pc_index_names(struct pc_indexing *job, const struct pc_index_entry *entries,
                              size_t count, struct pc_image_range *slots)
{
    uint32_t first = pc_image_builder_count(job->builder, PC_IMAGE_NAMES);
    struct sweep sweep = {.job = job, .entries = entries, .count = count};
    PC_TRY(start_sweep(&sweep));
    for (size_t at = 0, end; at < count; at = end) {
        end = pc_index_run(entries, at, count);
        if (entries[at].kind == PC_INDEX_EXACT) {
            PC_TRY(add_name(&sweep, at, end));
        } else if (entries[at].kind == PC_INDEX_PREFIX && pc_indexing_is_single(job)) {
            open_run(&sweep, at, end);
        }
    }
    enum pc_status status = pc_index_slots(job, PC_IMAGE_NAMES, first, slots);
    if (status == PC_ERR_EFFORT) {
        pc_index_drop(job, PC_IMAGE_NAMES, first);
    }
    return status;
}
