// SPDX-License-Identifier: Apache-2.0
//
// Bytes that the tests of this folder and vectors.py have in common.
#ifndef PC_TESTS_CRYPTO_SAMPLE_H
#define PC_TESTS_CRYPTO_SAMPLE_H

#include "testing.h"

#include <stdlib.h>

// Writes half as many bytes as there are digits.
static inline void unhex(const char *digits, uint8_t *out)
{
    for (size_t i = 0; digits[2 * i] != '\0'; i++) {
        char pair[3] = {digits[2 * i], digits[2 * i + 1], '\0'};
        char *end;
        out[i] = (uint8_t)strtoul(pair, &end, 16);
        assert_ptr_equal(end, pair + 2);
    }
}

static inline void count_from(uint8_t first, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)(first + i);
    }
}

// The text of a length. To be freed; never NULL.
static inline uint8_t *text_of(size_t size)
{
    uint8_t *text = malloc(size + 1);
    assert_non_null(text);
    for (size_t i = 0; i < size; i++) {
        text[i] = (uint8_t)(i % 251);
    }
    return text;
}

static inline struct pc_str bytes_view(const uint8_t *bytes, size_t size)
{
    const void *untyped = bytes;
    return (struct pc_str){untyped, size};
}

// Are all bytes zero?
static inline bool is_zero(const uint8_t *bytes, size_t size)
{
    uint8_t any = 0;
    for (size_t i = 0; i < size; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

#endif
