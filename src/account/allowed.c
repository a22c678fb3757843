// SPDX-License-Identifier: Apache-2.0
#include "account/allowed.h"

// What an item is of.
enum item {
    NAMED = 1, // an action
    ANY_OF,    // a service, some actions of it
    WILD_OF,   // a service, some of its actions by wildcards
};

struct bits {
    unsigned first, second;
};

static struct bits bits_of(enum item item, struct pc_str service, struct pc_str name)
{
    enum {
        ALL = PC_ALLOWED_WORDS * 64,
    };
    uint64_t hash = pc_str_hash(service) * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)item;
    hash ^= name.len > 0 ? pc_str_hash(name) : 0;
    hash *= UINT64_C(0xc69d4bd8b3fa7aa7);
    return (struct bits){(unsigned)(hash >> 32) % ALL, (unsigned)(hash >> 48) % ALL};
}

static void set(struct pc_allowed *allowed, struct bits bits)
{
    allowed->words[bits.first / 64] |= UINT64_C(1) << bits.first % 64;
    allowed->words[bits.second / 64] |= UINT64_C(1) << bits.second % 64;
}

static bool is_set(const struct pc_allowed *allowed, struct bits bits)
{
    return (allowed->words[bits.first / 64] >> bits.first % 64 & 1) != 0 &&
           (allowed->words[bits.second / 64] >> bits.second % 64 & 1) != 0;
}

void pc_allowed_add_all(struct pc_allowed *allowed)
{
    memset(allowed->words, 0xff, sizeof(allowed->words));
}

void pc_allowed_add(struct pc_allowed *allowed, const struct pc_action_pattern *entry)
{
    struct pc_str literal;
    if (entry->kind == PC_ACTION_ANY) {
        pc_allowed_add_all(allowed);
    }
    if (entry->kind != PC_ACTION_NAME) {
        return;
    }
    set(allowed, bits_of(ANY_OF, entry->service, PC_STR("")));
    if (pc_pattern_is_literal(entry->name, &literal)) {
        set(allowed, bits_of(NAMED, entry->service, literal));
    } else {
        set(allowed, bits_of(WILD_OF, entry->service, PC_STR("")));
    }
}

static bool has_any(const struct pc_allowed *allowed)
{
    for (size_t i = 0; i < PC_ALLOWED_WORDS; i++) {
        if (allowed->words[i] != 0) {
            return true;
        }
    }
    return false;
}

bool pc_allowed_has(const struct pc_allowed *allowed, const struct pc_action_pattern *asked)
{
    struct pc_str literal;
    if (asked->kind != PC_ACTION_NAME) {
        return asked->kind == PC_ACTION_ANY && has_any(allowed);
    }
    if (!pc_pattern_is_literal(asked->name, &literal)) {
        return is_set(allowed, bits_of(ANY_OF, asked->service, PC_STR("")));
    }
    return is_set(allowed, bits_of(NAMED, asked->service, literal)) ||
           is_set(allowed, bits_of(WILD_OF, asked->service, PC_STR("")));
}
