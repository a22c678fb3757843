// SPDX-License-Identifier: Apache-2.0
#include "order.h"

void pc_bench_order_init(struct pc_bench_order *order, struct pc_bench_requests requests,
                         uint32_t numbers, uint32_t hot)
{
    *order = (struct pc_bench_order){.requests = requests,
                                     .numbers = numbers,
                                     .hot = hot == 0 ? numbers : hot,
                                     .random = UINT64_C(0x9e3779b97f4a7c15)};
}

// xorshift64: the same order in every run.
static uint32_t draw(struct pc_bench_order *order, uint32_t below)
{
    order->random ^= order->random << 13;
    order->random ^= order->random >> 7;
    order->random ^= order->random << 17;
    return (uint32_t)(((order->random >> 32) * below) >> 32);
}

const struct pc_bench_request *pc_bench_order_next(struct pc_bench_order *order)
{
    struct pc_bench_request *request = &order->requests.items[order->next];
    order->next = order->next + 1 == order->requests.count ? 0 : order->next + 1;
    if (order->numbers > 0) {
        uint64_t place = draw(order, order->hot);
        pc_bench_request_number(request, (uint32_t)(place * order->numbers / order->hot));
    }
    return request;
}
