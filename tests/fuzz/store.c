// SPDX-License-Identifier: Apache-2.0
//
// Stores whose data file was damaged. Each is opened by the library, asked, listed and written to:
// what comes of it is what the undamaged store answers, or an error; nothing ends the process, and
// nothing goes on for ever. Input: a byte that says which store (store_made.h) and what is done
// with it, and edits (edits.h) of its data file; or the byte of a raw file, and all of its bytes.
//
// No edit writes more than two bytes that the input chooses: so seals and checksums are met by
// chance alone, which is what they are for. What somebody does who makes them fit, the target for
// images tries.
#include "store_made.h"

#include "edits.h"

#include <string.h>

enum {
    PAGE = 4096,
    RAW = 'r',          // the first byte of a raw file
    LONGEST = 64 * PAGE // bytes that edits may add
};

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void put_noise(struct pc_buf *file, size_t at, const struct fuzz_edit *edit)
{
    size_t count = (edit->value >> 16) % 64;
    for (size_t i = at; i < file->len && i < at + count; i++) {
        file->ptr[i] = (char)mix(i + edit->value);
    }
}

// A page in the place of another; with its number put right where the value is odd.
static void copy_page(struct pc_buf *file, size_t at, const struct fuzz_edit *edit)
{
    uint64_t number = at / PAGE;
    size_t from = edit->value / 2 % (file->len / PAGE) * PAGE;
    memmove(file->ptr + number * PAGE, file->ptr + from, PAGE);
    if (edit->value % 2 != 0) {
        memcpy(file->ptr + number * PAGE, &number, sizeof(number));
    }
}

static void change_bytes(struct pc_buf *file, size_t at, const struct fuzz_edit *edit)
{
    uint16_t field;
    size_t width = edit->way % 8 == 0 ? 1 : 2;
    width = width > file->len - at ? file->len - at : width;
    memcpy(&field, file->ptr + at, sizeof(field) > width ? 1 : sizeof(field));
    field = (uint16_t)(edit->way % 8 < 2   ? edit->value
                       : edit->way % 8 < 3 ? field + edit->value
                                           : field ^ 1U << edit->value % 16);
    memcpy(file->ptr + at, &field, width);
}

static void make_edit(struct pc_buf *file, const struct fuzz_edit *edit)
{
    size_t pages = file->len / PAGE;
    if (pages == 0) {
        return;
    }
    size_t at = edit->index % pages * PAGE + edit->other % PAGE;
    switch (edit->way % 8) {
    case 4:
        put_noise(file, at, edit);
        break;
    case 5:
        copy_page(file, at, edit);
        break;
    case 6: // cut
        file->len = edit->value % 2 == 0 ? at : at / PAGE * PAGE;
        break;
    case 7: // longer
        pc_buf_fill(file, (char)edit->part, edit->value % LONGEST);
        break;
    default:
        change_bytes(file, at, edit);
        break;
    }
}

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf file = {0};
    unsigned first = fuzz_byte(&input);
    const struct store_made *made = store_made_at(first);
    struct fuzz_edit edit;
    pc_buf_str(&file, first == RAW ? input : pc_buf_view(&made->file));
    for (size_t i = 0; first != RAW && i < FUZZ_EDITS_MOST && fuzz_edit_next(&input, &edit); i++) {
        make_edit(&file, &edit);
    }
    FUZZ_CHECK(pc_buf_status(&file) == PC_OK, "no memory");
    store_use(made, pc_buf_view(&file), first == RAW, first / 16);
}
