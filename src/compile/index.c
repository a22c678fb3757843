// SPDX-License-Identifier: Apache-2.0
//
// Pass: the index of actions. After it each service has its exact names, sorted by hash, and its
// patterns, each with the statements that list it; equal entries of several statements are one.
#include "pass.h"

#include "match/pattern.h"

#include <stdlib.h>

static int order_by_bytes(struct pc_str a, struct pc_str b)
{
    return pc_str_cmp(a, b);
}

static int order_by_hash(struct pc_str a, struct pc_str b)
{
    uint64_t left = pc_str_hash(a);
    uint64_t right = pc_str_hash(b);
    if (left != right) {
        return left < right ? -1 : 1;
    }
    return order_by_bytes(a, b);
}

// By service, names before patterns, names by hash, patterns by bytes, then by statement.
static int order_actions(const void *left, const void *right)
{
    const struct pc_indexed_action *a = left;
    const struct pc_indexed_action *b = right;
    struct pc_str name_a, name_b;
    int order = order_by_hash(a->service, b->service);
    if (order != 0) {
        return order;
    }
    bool literal_a = pc_pattern_is_literal(a->pattern, &name_a);
    bool literal_b = pc_pattern_is_literal(b->pattern, &name_b);
    if (literal_a != literal_b) {
        return literal_a ? -1 : 1;
    }
    order = literal_a ? order_by_hash(name_a, name_b) : order_by_bytes(a->pattern, b->pattern);
    if (order != 0) {
        return order;
    }
    return a->statement < b->statement ? -1 : a->statement > b->statement;
}

static void add_hit(struct pc_compile_pass *pass, uint32_t statement)
{
    struct pc_image_hit hit = {statement};
    pc_image_builder_add(pass->builder, PC_IMAGE_HITS, &hit);
}

// Appends the hits of the run of equal entries that starts at `from`; returns its end.
static size_t emit_hits(struct pc_compile_pass *pass, size_t from, struct pc_image_range *hits)
{
    const struct pc_indexed_action *first = &pass->indexed[from];
    size_t at = from;
    hits->first = pc_image_builder_count(pass->builder, PC_IMAGE_HITS);
    for (; at < pass->indexed_count; at++) {
        const struct pc_indexed_action *entry = &pass->indexed[at];
        if (!pc_str_eq(entry->service, first->service) ||
            !pc_str_eq(entry->pattern, first->pattern)) {
            break;
        }
        if (at == from || entry->statement != entry[-1].statement) {
            add_hit(pass, entry->statement);
        }
    }
    hits->count = pc_image_builder_count(pass->builder, PC_IMAGE_HITS) - hits->first;
    return at;
}

static enum pc_status emit_entry(struct pc_compile_pass *pass, size_t from, size_t *end)
{
    struct pc_image_range hits;
    struct pc_str literal;
    struct pc_str pattern = pass->indexed[from].pattern;
    *end = emit_hits(pass, from, &hits);
    if (pc_pattern_is_literal(pattern, &literal)) {
        struct pc_image_name name = {.hash = pc_str_hash(literal), .hits = hits};
        PC_TRY(pc_image_builder_bytes(pass->builder, literal, &name.name));
        pc_image_builder_add(pass->builder, PC_IMAGE_NAMES, &name);
    } else {
        struct pc_image_glob glob = {.hits = hits};
        PC_TRY(pc_image_builder_bytes(pass->builder, pattern, &glob.pattern));
        pc_image_builder_add(pass->builder, PC_IMAGE_GLOBS, &glob);
    }
    return PC_OK;
}

static enum pc_status emit_service(struct pc_compile_pass *pass, size_t from, size_t *end)
{
    struct pc_str service = pass->indexed[from].service;
    struct pc_image_service record = {.hash = pc_str_hash(service)};
    struct pc_image_builder *builder = pass->builder;
    record.names.first = pc_image_builder_count(builder, PC_IMAGE_NAMES);
    record.globs.first = pc_image_builder_count(builder, PC_IMAGE_GLOBS);
    size_t at = from;
    while (at < pass->indexed_count && pc_str_eq(pass->indexed[at].service, service)) {
        PC_TRY(emit_entry(pass, at, &at));
    }
    record.names.count = pc_image_builder_count(builder, PC_IMAGE_NAMES) - record.names.first;
    record.globs.count = pc_image_builder_count(builder, PC_IMAGE_GLOBS) - record.globs.first;
    PC_TRY(pc_image_builder_bytes(builder, service, &record.name));
    pc_image_builder_add(builder, PC_IMAGE_SERVICES, &record);
    *end = at;
    return PC_OK;
}

static void emit_masks(struct pc_compile_pass *pass)
{
    const struct pc_image_statement *statements =
        (const void *)pass->builder->tables[PC_IMAGE_STATEMENTS].ptr;
    uint32_t count = pc_image_builder_count(pass->builder, PC_IMAGE_STATEMENTS);
    for (uint32_t start = 0; start < count; start += 64) {
        struct pc_image_word word = {0, 0};
        for (uint32_t bit = 0; bit < 64 && start + bit < count; bit++) {
            const struct pc_image_statement *statement = &statements[start + bit];
            uint64_t mask = UINT64_C(1) << bit;
            word.not_action |= statement->action_kind == PC_IMAGE_LIST_NEGATED ? mask : 0;
            word.deny |= statement->effect == PC_IMAGE_DENY ? mask : 0;
        }
        pc_image_builder_add(pass->builder, PC_IMAGE_WORDS, &word);
    }
}

enum pc_status pc_emit_index(struct pc_compile_pass *pass, struct pc_image_range *every)
{
    if (pass->indexed_count > 0) {
        qsort(pass->indexed, pass->indexed_count, sizeof(*pass->indexed), order_actions);
    }
    for (size_t at = 0; at < pass->indexed_count;) {
        PC_TRY(emit_service(pass, at, &at));
    }
    every->first = pc_image_builder_count(pass->builder, PC_IMAGE_HITS);
    every->count = (uint32_t)pass->every_count;
    for (size_t i = 0; i < pass->every_count; i++) {
        add_hit(pass, pass->every[i]);
    }
    emit_masks(pass);
    return PC_OK;
}
