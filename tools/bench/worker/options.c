// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include "requests.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

const char pc_bench_usage[] =
    "usage: polcheck-bench-worker [OPTION]... WLDIR [count N | first | make]\n"
    "  --reasons      ask for the deciding statements and missing keys as well\n"
    "  --explain      explain each decision; not with --reasons\n"
    "  --prepared     make the requests before; not with --numbers\n"
    "  --public       ask through libpolcheck; not with --reasons, --explain or --prepared\n"
    "  --store DIR    ask this store; without it one is made from WLDIR/policies.json and removed\n"
    "                 at the end; `make` makes it there\n"
    "  --numbers N    put numbers below N, in random order, for each \"#######\" of the requests\n"
    "  --hot K        only K of these numbers, spread over all\n"
    "  count N        decide N requests, print how many were allowed, and end\n"
    "  first          print the nanoseconds from opening the store to the first answer, and end\n"
    "Without any of these: checks every answer, prints READY and answers each line\n"
    "`batch MILLISECONDS` with DECISIONS NANOSECONDS ALLOWED.\n";

static bool complain(const char *what, const char *subject)
{
    (void)fprintf(stderr, "polcheck-bench-worker: %s \"%s\"\n", what, subject);
    return false;
}

static bool read_number(const char *text, uint32_t *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value == 0 || value > 1000000000) {
        return complain("no number from 1 to 1000000000:", text);
    }
    *out = (uint32_t)value;
    return true;
}

static bool read_task(int count, char **words, struct pc_bench_options *out)
{
    if (count == 0) {
        return true;
    }
    if (count == 2 && strcmp(words[0], "count") == 0) {
        out->task = PC_BENCH_COUNT;
        return read_number(words[1], &out->count);
    }
    if (count == 1 && strcmp(words[0], "first") == 0) {
        out->task = PC_BENCH_FIRST;
        return out->store != NULL || complain("--store is missing for", words[0]);
    }
    if (count == 1 && strcmp(words[0], "make") == 0) {
        out->task = PC_BENCH_MAKE;
        return out->store != NULL || complain("--store is missing for", words[0]);
    }
    return complain("unknown or incomplete", words[0]);
}

static bool check(const struct pc_bench_options *options)
{
    uint32_t most = 1;
    for (int i = 0; i < PC_BENCH_DIGITS; i++) {
        most *= 10;
    }
    if (options->numbers > most) {
        return complain("too many for seven digits:", "--numbers");
    }
    if (options->prepared && options->numbers > 0) {
        return complain("--numbers cannot be had with", "--prepared");
    }
    if (options->in_public && (options->prepared || options->reasons || options->explained)) {
        return complain("--public cannot be had with", "--prepared, --reasons or --explain");
    }
    if (options->explained && options->reasons) {
        return complain("--explain cannot be had with", "--reasons");
    }
    if (options->hot > options->numbers) {
        return complain("more than --numbers:", "--hot");
    }
    return true;
}

bool pc_bench_options_read(int argc, char **argv, struct pc_bench_options *out)
{
    static const struct option known[] = {
        {"reasons", no_argument, NULL, 'r'},     {"explain", no_argument, NULL, 'e'},
        {"prepared", no_argument, NULL, 'p'},    {"public", no_argument, NULL, 'u'},
        {"store", required_argument, NULL, 's'}, {"numbers", required_argument, NULL, 'n'},
        {"hot", required_argument, NULL, 'h'},   {NULL, 0, NULL, 0}};
    struct pc_bench_options options = {0};
    bool good = true;
    int found = getopt_long(argc, argv, "", known, NULL);
    for (; found != -1 && good; found = getopt_long(argc, argv, "", known, NULL)) {
        switch (found) {
        case 'r':
            options.reasons = true;
            break;
        case 'e':
            options.explained = true;
            break;
        case 'p':
            options.prepared = true;
            break;
        case 'u':
            options.in_public = true;
            break;
        case 's':
            options.store = optarg;
            break;
        case 'n':
            good = read_number(optarg, &options.numbers);
            break;
        case 'h':
            good = read_number(optarg, &options.hot);
            break;
        default:
            return false; // getopt_long said why
        }
    }
    if (!good || optind >= argc) {
        return good ? complain("missing operand:", "WLDIR") : false;
    }
    options.folder = argv[optind];
    if (!read_task(argc - optind - 1, argv + optind + 1, &options) || !check(&options)) {
        return false;
    }
    *out = options;
    return true;
}
