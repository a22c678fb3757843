// SPDX-License-Identifier: Apache-2.0
//
// Changes an input of the target for images: the case in it as a case, the edits by fields.
#include "case_mutator.h"

#include "edits.h"

#include <string.h>

static uint32_t draw(unsigned *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

// Where what follows the lines in front of the edits begins; the whole length without edits.
static size_t begin_of_edits(struct pc_str input)
{
    size_t line = pc_str_find(input, '\n', 0);
    bool image = pc_str_has_prefix(input, PC_STR("image\n"));
    bool directory = pc_str_has_prefix(input, PC_STR("directory\n"));
    size_t end = line;
    if (image) {
        end = pc_str_find(input, '\n', line + 1);
    }
    while (directory && end != SIZE_MAX && end + 1 < input.len && input.ptr[end + 1] != '\n') {
        end = pc_str_find(input, '\n', end + 1);
    }
    size_t begin = end == SIZE_MAX ? input.len : end + 1 + directory;
    return begin > input.len ? input.len : begin;
}

// Numbers that fields have or had better not have.
static uint32_t number(unsigned *seed)
{
    static const uint32_t telling[] = {0,  1,   2,          3,          63,        64,
                                       65, 255, 0x7fffffff, 0x80000000, 0xffffffff};
    uint32_t at = draw(seed) % 24;
    return at < sizeof(telling) / sizeof(*telling) ? telling[at] : draw(seed) >> at;
}

static void make_edit(uint8_t edit[FUZZ_EDIT_BYTES], unsigned *seed)
{
    uint32_t value = number(seed);
    for (size_t i = 0; i < FUZZ_EDIT_BYTES; i++) {
        edit[i] = (uint8_t)draw(seed);
    }
    edit[0] = (uint8_t)(draw(seed) % 4 == 0 ? FUZZ_WAY_FIELDS + edit[0] % 5 : edit[0] % 8);
    edit[4] = draw(seed) % 2 == 0 ? edit[4] % 8 : edit[4]; // the first records most of all
    edit[5] = 0;
    memcpy(edit + 8, &value, sizeof(value));
}

// Puts a new edit behind the others, or in the place of one of them.
static size_t change_edits(uint8_t *edits, size_t size, size_t max, unsigned *seed)
{
    size_t count = size / FUZZ_EDIT_BYTES;
    if (draw(seed) % 3 == 0 && size > 0) {
        return LLVMFuzzerMutate(edits, size, max);
    }
    if (count < FUZZ_EDITS_MOST && draw(seed) % 2 == 0 && (count + 1) * FUZZ_EDIT_BYTES <= max) {
        make_edit(edits + count * FUZZ_EDIT_BYTES, seed);
        return (count + 1) * FUZZ_EDIT_BYTES;
    }
    if (count == 0) {
        return LLVMFuzzerMutate(edits, size, max);
    }
    make_edit(edits + draw(seed) % count * FUZZ_EDIT_BYTES, seed);
    return size;
}

// Changes the line of a case in front of the edits, whose room that is.
static size_t change_case(uint8_t *data, size_t size, size_t max, size_t begin, unsigned seed)
{
    const size_t word = strlen("image\n");
    size_t rest = size - begin;
    uint8_t *room = malloc(max);
    FUZZ_CHECK(room != NULL, "no memory");
    size_t len = begin > word ? begin - word - 1 : 0;
    memcpy(room, data + word, len);
    len = fuzz_mutate_case(room, len, max - word - 1 - rest, seed);
    bool lines = len > 0 && memchr(room, '\n', len) == NULL;
    if (lines) {
        memmove(data + word + len + 1, data + begin, rest);
        memcpy(data + word, room, len);
        data[word + len] = '\n';
        size = word + len + 1 + rest;
    }
    free(room);
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    struct pc_str input = {(const char *)data, size};
    size_t begin = begin_of_edits(input);
    bool image = pc_str_has_prefix(input, PC_STR("image\n"));
    unsigned state = seed;
    if (begin >= max || begin == 0 || data[begin - 1] != '\n' || draw(&state) % 64 == 0) {
        return LLVMFuzzerMutate(data, size, max);
    }
    if (image && size + 64 < max && draw(&state) % 4 == 0) {
        return change_case(data, size, max, begin, draw(&state));
    }
    return begin + change_edits(data + begin, size - begin, max - begin, &state);
}
