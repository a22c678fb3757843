// SPDX-License-Identifier: Apache-2.0
//
// How libFuzzer changes inputs that are cases, or begin with one.
#ifndef POLCHECK_FUZZ_CASE_MUTATOR_H
#define POLCHECK_FUZZ_CASE_MUTATOR_H

#include "base/str.h"

// libFuzzer's: changes the bytes in place; it calls the two others instead of its own ways.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second,
                                 size_t second_size, uint8_t *out, size_t max, unsigned seed);

// Changes a case (decide_input.h) in place, on one line. Of its new size.
size_t fuzz_mutate_case(uint8_t *data, size_t size, size_t max, unsigned seed);

// Puts a part of the second case into the first. Of the size, 0: it cannot be done.
size_t fuzz_cross_cases(struct pc_str first, struct pc_str second, uint8_t *out, size_t max,
                        unsigned seed);

#endif
