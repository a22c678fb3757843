// SPDX-License-Identifier: Apache-2.0
#include "base/near.h"

enum {
    MAX_LENGTH = 64, // longer texts are no misspelt names
    MAX_DISTANCE = 2,
    MIN_PREFIX = 3,
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(struct pc_str a, size_t i, struct pc_str b, size_t j)
{
    return pc_char_lower(a.ptr[i]) == pc_char_lower(b.ptr[j]);
}

// Number of letters to add, drop, replace or swap with the next. Both are at most MAX_LENGTH.
static size_t distance_of(struct pc_str a, struct pc_str b)
{
    size_t rows[3][MAX_LENGTH + 1];
    for (size_t j = 0; j <= b.len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            row[j] =
                least(above[j - 1] + !same(a, i - 1, b, j - 1), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1)) {
                row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
            }
        }
    }
    return rows[a.len % 3][b.len];
}

void pc_near_offer(struct pc_near *near, struct pc_str name)
{
    if (near->text.len > MAX_LENGTH || name.len > MAX_LENGTH || near->text.len == 0) {
        return;
    }
    bool begins = near->text.len >= MIN_PREFIX && pc_str_has_prefix(name, near->text);
    if (!begins &&
        (name.len > near->text.len + MAX_DISTANCE || near->text.len > name.len + MAX_DISTANCE)) {
        return; // as many letters to add or to drop, at least
    }
    size_t distance = distance_of(near->text, name);
    bool close = begins || distance <= least(MAX_DISTANCE, (name.len + 1) / 3);
    if (close && (near->best.len == 0 || distance < near->distance)) {
        near->best = name;
        near->distance = distance;
    }
}
