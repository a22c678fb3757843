// SPDX-License-Identifier: Apache-2.0
#include "case_mutator.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return fuzz_mutate_case(data, size, max, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second,
                                 size_t second_size, uint8_t *out, size_t max, unsigned seed)
{
    return fuzz_cross_cases((struct pc_str){(const char *)first, first_size},
                            (struct pc_str){(const char *)second, second_size}, out, max, seed);
}
