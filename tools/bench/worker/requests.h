// SPDX-License-Identifier: Apache-2.0
//
// The requests of a workload, as plain strings: what a server has in hand before it asks. A text
// with numbers ("role-#######") stands for as many requests as there are numbers, so that a list of
// millions of requests need not lie in memory.
#ifndef PC_BENCH_REQUESTS_H
#define PC_BENCH_REQUESTS_H

#include "base/arena.h"
#include "eval/request.h"

enum {
    PC_BENCH_DIGITS = 7, // of a number in a text, written as so many '#'
};

struct pc_bench_request {
    bool allowed; // what the right answer is
    struct pc_str principal, action, resource;
    struct pc_tag *keys; // of the context
    size_t key_count;
    char **marks; // where a number goes; they point into the texts above
    size_t mark_count;
};

struct pc_bench_requests {
    struct pc_bench_request *items;
    size_t count;
};

// Reads WLDIR/requests.tsv: expect, principal, action, resource, k=v;k=v ... separated by tabs.
// Everything lives in the arena. PC_ERR_IO, PC_ERR_INVALID, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_bench_requests_read(struct pc_arena *arena, const char *folder,
                                                    struct pc_bench_requests *out);

// Writes the number into the texts of the request.
void pc_bench_request_number(struct pc_bench_request *request, uint32_t number);

// Reads a file of the folder whole, with a zero behind it. PC_ERR_IO, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_bench_file_read(struct pc_arena *arena, const char *folder,
                                                const char *name, struct pc_str *out);

#endif
