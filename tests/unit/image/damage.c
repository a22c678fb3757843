// SPDX-License-Identifier: Apache-2.0
#include "damage.h"

#include <string.h>

static char *place_of(const struct sample *sample, const struct damage *damage)
{
    const struct pc_image_header *header = (const void *)sample->bytes;
    size_t start = 0;
    if (damage->table < PC_IMAGE_TABLES) {
        assert_true(damage->index < header->tables[damage->table].count);
        start = header->tables[damage->table].offset +
                damage->index * pc_image_record_size((enum pc_image_table)damage->table);
    }
    return sample->bytes + start + damage->offset;
}

void check_damage(struct sample sample, const struct damage *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sample copy = sample_copy(&sample);
        struct pc_image image;
        // The widths are those of little-endian numbers.
        memcpy(place_of(&copy, &rows[i]), &rows[i].value, rows[i].width);
        assert_memory_not_equal(copy.bytes, sample.bytes, sample.size);
        sample_sign(&copy);
        if (pc_image_open(sample_view(&copy), &image) != PC_ERR_DAMAGED) {
            print_error("accepted: %s\n", rows[i].what);
            fail();
        }
        sample_free(&copy);
    }
    sample_free(&sample);
}

// Walking an image takes longer than opening it: only small numbers, which are kinds, counts and
// lengths, large ones, and single bits.
static bool is_telling(unsigned value, int change)
{
    return value < 24 || value > 0xfd || (change & (change - 1)) == 0;
}

void change_and_sign(struct sample *sample, size_t at, bool dull, size_t counts[2])
{
    char before = sample->bytes[at];
    for (int change = 1; change < 256; change++) {
        struct pc_image image;
        sample->bytes[at] = (char)(before ^ change);
        bool telling = is_telling((unsigned char)sample->bytes[at], change);
        if (!telling && !dull) {
            continue;
        }
        sample_sign(sample);
        bool accepted = pc_image_open(sample_view(sample), &image) == PC_OK;
        counts[accepted]++;
        if (accepted && telling) {
            image_walk(&image);
        }
    }
    sample->bytes[at] = before;
}
