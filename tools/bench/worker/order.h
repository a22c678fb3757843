// SPDX-License-Identifier: Apache-2.0
//
// In which order requests are asked: as they stand in the file, round and round; or with numbers,
// at random.
#ifndef PC_BENCH_ORDER_H
#define PC_BENCH_ORDER_H

#include "requests.h"

struct pc_bench_order {
    struct pc_bench_requests requests;
    size_t next;
    uint32_t numbers, hot; // as in options.h
    uint64_t random;       // state; not zero
};

void pc_bench_order_init(struct pc_bench_order *order, struct pc_bench_requests requests,
                         uint32_t numbers, uint32_t hot);

// The next request, its texts numbered; valid until the next call.
const struct pc_bench_request *pc_bench_order_next(struct pc_bench_order *order);

#endif
