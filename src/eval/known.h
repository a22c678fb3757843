// SPDX-License-Identifier: Apache-2.0
//
// The names of the context keys that every AWS service knows, and of a few of single services: one
// row each, with what follows from the rest of the request (SEMANTICS.md section 9). Keys are told
// by number, so that neither name nor hash has to be made for the usual ones. Not for use outside
// the module.
#ifndef PC_EVAL_KNOWN_H
#define PC_EVAL_KNOWN_H

#include "derivation.h"

#include "base/word.h"

#include <stdatomic.h>

struct pc_known_row {
    struct pc_str text; // as AWS spells it
    // What follows for the key; NULL: never anything. Of a finished request, or one that is being
    // finished. Sets of *told what belongs to the answer.
    enum pc_follows (*tell)(const struct pc_request *request, struct pc_told *told);
    // Settles what the request gives of the key, which is not NULL but for a family; NULL: compare
    // with what is told.
    enum pc_status (*check)(const struct pc_derivation *job, enum pc_known_key key,
                            const struct pc_context_entry *given);
};

// By enum pc_known_key.
extern const struct pc_known_row pc_known_rows[KEYS];

enum {
    PC_KNOWN_SLOTS = 256,  // a power of two, far more than keys
    PC_KNOWN_LONGEST = 32, // bytes of a name
};

// All bytes of a name of 8 to PC_KNOWN_LONGEST bytes, some of them again. The inner two are zero of
// one of at most 16.
struct pc_known_words {
    uint64_t first, second, third, last;
};

// Made once of the rows. `by_hash` is a table of open addressing. In `by_text` each name has the
// slot that pc_known_slot says, or none; an empty slot leads to KEY_NONE.
struct pc_known_index {
    struct pc_known_name {
        struct pc_known_words words; // of the name as AWS spells it
        char lower[PC_KNOWN_LONGEST];
        size_t length;
        uint64_t hash; // of the lower-case name; of a family 0
        uint64_t bit;  // pc_known_bit
        enum pc_known_key key;
    } names[KEYS];
    const struct pc_known_name *by_text[PC_KNOWN_SLOTS];
    uint8_t by_hash[PC_KNOWN_SLOTS];
};

extern struct pc_known_index pc_known_index;
extern atomic_bool pc_known_is_ready;

// Makes the index, once. False only when the C library refuses to.
PC_MUST_CHECK bool pc_known_prepare(void);

static inline bool pc_known_ready(void)
{
    return atomic_load_explicit(&pc_known_is_ready, memory_order_acquire) || pc_known_prepare();
}

// The bit of a key in struct pc_request.
static inline uint64_t pc_known_bit(enum pc_known_key key)
{
    return UINT64_C(1) << key;
}

// The bits of the families.
static const uint64_t pc_known_families = UINT64_C(1) << KEY_PRINCIPAL_TAGS |
                                          UINT64_C(1) << KEY_RESOURCE_TAGS |
                                          UINT64_C(1) << KEY_REQUEST_TAGS;

// The lower-case name of a key, the lower-case prefix of a family. Only when the index is ready.
static inline struct pc_str pc_known_lower(enum pc_known_key key)
{
    const struct pc_known_name *name = &pc_known_index.names[key];
    return (struct pc_str){name->lower, name->length};
}

static inline struct pc_known_words pc_known_words_of(struct pc_str text)
{
    struct pc_known_words words = {.first = pc_word_load(text.ptr),
                                   .last = pc_word_load(text.ptr + text.len - 8)};
    if (text.len > 16) {
        words.second = pc_word_load(text.ptr + 8);
        words.third = pc_word_load(text.ptr + text.len - 16);
    }
    return words;
}

// Where to look for a name of this length that ends in this word: most names differ at their end.
// The factor was sought so that all have a slot of their own.
static inline size_t pc_known_slot(uint64_t last, size_t length)
{
    return (size_t)((last ^ length) * UINT64_C(0xc69d4bd8b3fa7aa7) >> 56);
}

// The key that AWS spells exactly so; or NULL, also for one without a slot. Only when the index is
// ready.
static inline const struct pc_known_name *pc_known_spelled(struct pc_str text)
{
    if (text.len < 8) {
        return NULL;
    }
    uint64_t last = pc_word_load(text.ptr + text.len - 8);
    const struct pc_known_name *name = pc_known_index.by_text[pc_known_slot(last, text.len)];
    bool same = name->length == text.len && name->words.last == last &&
                name->words.first == pc_word_load(text.ptr) &&
                (text.len <= 16 || (name->words.second == pc_word_load(text.ptr + 8) &&
                                    name->words.third == pc_word_load(text.ptr + text.len - 16)));
    return same ? name : NULL;
}

// The key with this lower-case name, or KEY_NONE. Only when the index is ready.
static inline enum pc_known_key pc_known_named(struct pc_str lower, uint64_t hash)
{
    for (size_t slot = hash % PC_KNOWN_SLOTS;; slot = (slot + 1) % PC_KNOWN_SLOTS) {
        enum pc_known_key key = (enum pc_known_key)pc_known_index.by_hash[slot];
        if (key == KEY_NONE ||
            (pc_known_index.names[key].hash == hash && pc_str_eq(pc_known_lower(key), lower))) {
            return key;
        }
    }
}

#endif
