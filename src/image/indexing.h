// SPDX-License-Identifier: Apache-2.0
//
// What the steps of making an index share. Not for use outside the module.
#ifndef PC_IMAGE_INDEXING_H
#define PC_IMAGE_INDEXING_H

#include "base/map.h"
#include "image/index.h"

enum {
    PC_INDEX_BLOCK = 64, // statements of a block
    PC_INDEX_FEW = 8,    // so few statements are asked one by one for their resources
};

struct pc_indexing {
    struct pc_image_builder *builder;
    struct pc_arena *arena;
    uint32_t type;
    uint32_t statements;        // their number
    struct pc_map sets;         // bytes of blocks -> their range
    struct pc_buf blocks;       // of the set at hand
    struct pc_image_range last; // the set before: names next to each other often have the same
    struct pc_image_roots *roots;
};

// One block: sets are single words, and those of names are complete.
static inline bool pc_indexing_is_single(const struct pc_indexing *job)
{
    return job->statements <= PC_INDEX_BLOCK;
}

// Kinds of entries, in the order in which equal texts are sorted.
enum pc_index_kind {
    PC_INDEX_PREFIX, // matches whatever follows the text
    PC_INDEX_GLOB,   // may match what follows the text: its pattern has to be asked
    PC_INDEX_EXACT,  // matches the text
};

// A pattern as the index sees it.
struct pc_index_entry {
    uint64_t service_order, text_order; // first bytes of both, such that numbers sort like texts
    struct pc_str service, text;        // of the text: up to the first wildcard; views of the pool
    enum pc_index_kind kind;
    struct pc_image_span pattern; // of a glob
    uint32_t statement;
};

// Sorts by service, text, kind, pattern and statement; sets the orders first.
void pc_index_sort(struct pc_index_entry *entries, size_t count);

// The end of the run of entries from `at` on, and before `end`, that equal the first in service,
// text, kind and pattern.
size_t pc_index_run(const struct pc_index_entry *entries, size_t at, size_t end);

// The set of the statements whose numbers, of 32 bits, are in the buffer; they do not fall and may
// repeat. Equal sets are stored once. PC_ERR_NOMEM, also of the buffer.
PC_MUST_CHECK enum pc_status pc_index_set_in(struct pc_indexing *job, const struct pc_buf *numbers,
                                             struct pc_image_range *out);

// The same of the statements of a run of entries.
PC_MUST_CHECK enum pc_status pc_index_set_of(struct pc_indexing *job,
                                             const struct pc_index_entry *entries, size_t count,
                                             struct pc_image_range *out);

// The same of the bits of an image of one block.
PC_MUST_CHECK enum pc_status pc_index_set_of_word(struct pc_indexing *job, uint64_t bits,
                                                  struct pc_image_range *out);

// Adds slots for the records from `first` to the end of a table whose records begin with a hash.
// PC_ERR_EFFORT: the searches take more than PC_IMAGE_STEPS for each slot, which happens only where
// whoever chose the texts aimed at their hashes; then none are added. Without memory PC_OK: it
// shows at the finish.
PC_MUST_CHECK enum pc_status pc_index_slots(struct pc_indexing *job, enum pc_image_table table,
                                            uint32_t first, struct pc_image_range *out);

// Takes the records from `first` on out of a table again.
void pc_index_drop(struct pc_indexing *job, enum pc_image_table table, uint32_t first);

// Adds the nodes of a tree of sorted entries of one service. *root: 1 + the root's number, or 0
// for no entries. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_index_tree(struct pc_indexing *job,
                                           const struct pc_index_entry *entries, size_t count,
                                           uint32_t *root);

// Adds the edges of all nodes. PC_ERR_EFFORT as pc_index_slots.
PC_MUST_CHECK enum pc_status pc_index_edges(struct pc_indexing *job);

// Entries of one table of the index, sorted.
struct pc_index_entries {
    struct pc_index_entry *items;
    size_t count;
};

// Room for the entries of one list of all statements, of which it has none yet. list: place of its
// range in struct pc_image_statement. Statements may share records. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_index_entries_new(struct pc_indexing *job, size_t list,
                                                  struct pc_index_entries *out);

// Each collects its entries and sets the roots that it is about.
PC_MUST_CHECK enum pc_status pc_index_actions(struct pc_indexing *job,
                                              struct pc_index_entries *out);
PC_MUST_CHECK enum pc_status pc_index_resources(struct pc_indexing *job,
                                                struct pc_index_entries *out);

// Adds the records of one service's actions without wildcards and their slots. PC_ERR_EFFORT as
// pc_index_slots: then no record is added.
PC_MUST_CHECK enum pc_status pc_index_names(struct pc_indexing *job,
                                            const struct pc_index_entry *entries, size_t count,
                                            struct pc_image_range *slots);

// Adds the index by principal, unless that takes too many steps.
PC_MUST_CHECK enum pc_status pc_index_holders(struct pc_indexing *job);

// A record that the builder holds; good until the next one is added to its table.
static inline const void *pc_index_record(const struct pc_indexing *job, enum pc_image_table table,
                                          uint32_t number)
{
    return job->builder->tables[table].ptr + (size_t)number * pc_image_record_size(table);
}

static inline struct pc_str pc_index_text(const struct pc_indexing *job, struct pc_image_span span)
{
    return pc_str_slice(pc_buf_view(&job->builder->pool), span.offset, span.offset + span.length);
}

// Where the text, a view of the pool, lies.
static inline struct pc_image_span pc_index_span(const struct pc_indexing *job, struct pc_str text)
{
    size_t offset = text.len == 0 ? 0 : (size_t)(text.ptr - job->builder->pool.ptr);
    return (struct pc_image_span){(uint32_t)offset, (uint32_t)text.len};
}

#endif
