// SPDX-License-Identifier: Apache-2.0
#include "spelling.h"

enum {
    MAX_LENGTH = 24, // longer texts are no misspelt names
    MAX_DISTANCE = 2,
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Number of letters to add, drop or replace, without regard to case. Both are at most MAX_LENGTH.
static size_t distance_of(struct pc_str a, struct pc_str b)
{
    size_t row[MAX_LENGTH + 1];
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t replace =
                diagonal + (pc_char_lower(a.ptr[i - 1]) != pc_char_lower(b.ptr[j - 1]));
            diagonal = row[j];
            row[j] = least(replace, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b.len];
}

void pc_spelling_offer(struct pc_spelling *spelling, struct pc_str name)
{
    if (spelling->text.len > MAX_LENGTH || name.len > MAX_LENGTH) {
        return;
    }
    size_t distance = distance_of(spelling->text, name);
    bool near = distance <= least(MAX_DISTANCE, name.len / 3);
    if (near && (spelling->best.len == 0 || distance < spelling->distance)) {
        spelling->best = name;
        spelling->distance = distance;
    }
}
