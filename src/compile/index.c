// SPDX-License-Identifier: Apache-2.0
//
// Pass: the index of actions. After it each service has its exact names, sorted by hash, and its
// patterns, each with the statements that list it; equal entries of several statements are one.
#include "pass.h"

#include <stdlib.h>

static int order_by_hash(uint64_t hash_a, struct pc_str a, uint64_t hash_b, struct pc_str b)
{
    if (hash_a != hash_b) {
        return hash_a < hash_b ? -1 : 1;
    }
    return pc_str_cmp(a, b);
}

// By service, names before patterns, names by hash, patterns by bytes, then by statement.
static int order_actions(const void *left, const void *right)
{
    const struct pc_indexed_action *a = left;
    const struct pc_indexed_action *b = right;
    int order = order_by_hash(a->service_hash, a->service, b->service_hash, b->service);
    if (order != 0) {
        return order;
    }
    if ((a->name.ptr == NULL) != (b->name.ptr == NULL)) {
        return a->name.ptr != NULL ? -1 : 1;
    }
    order = a->name.ptr != NULL ? order_by_hash(a->name_hash, a->name, b->name_hash, b->name)
                                : pc_str_cmp(a->pattern, b->pattern);
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
    const struct pc_indexed_action *entry = &pass->indexed[from];
    *end = emit_hits(pass, from, &hits);
    if (entry->name.ptr != NULL) {
        struct pc_image_name name = {.hash = entry->name_hash, .hits = hits};
        PC_TRY(pc_image_builder_bytes(pass->builder, entry->name, &name.name));
        pc_image_builder_add(pass->builder, PC_IMAGE_NAMES, &name);
    } else {
        struct pc_image_glob glob = {.hits = hits};
        PC_TRY(pc_image_builder_bytes(pass->builder, entry->pattern, &glob.pattern));
        pc_image_builder_add(pass->builder, PC_IMAGE_GLOBS, &glob);
    }
    return PC_OK;
}

static enum pc_status emit_service(struct pc_compile_pass *pass, size_t from, size_t *end)
{
    struct pc_str service = pass->indexed[from].service;
    struct pc_image_service record = {.hash = pass->indexed[from].service_hash};
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
