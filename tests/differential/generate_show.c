// SPDX-License-Identifier: Apache-2.0
//
// Prints generated cases, one a line: a developer's look, and food for `polcheck test FILE.ndjson`.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "generate.h"

static int usage(FILE *out)
{
    fputs("usage: generate_show [--seed S] [--first I] [--count N] [--expect] [--conditions]\n"
          "prints cases I to I+N-1 (0 to 9) of seed S (1) as NDJSON\n"
          "  --expect      adds {\"decision\": \"allowed\"}, so that polcheck test takes them\n"
          "  --conditions  cases that are about one condition each\n",
          out);
    return out == stdout ? 0 : 2;
}

struct options {
    uint64_t seed, first, count;
    bool expect, conditions;
};

static bool read_number(const char *text, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static bool read_options(int argc, char **argv, struct options *options)
{
    const struct {
        const char *name;
        uint64_t *number;
        bool *flag;
    } rows[] = {
        {"--seed", &options->seed, NULL},
        {"--first", &options->first, NULL},
        {"--count", &options->count, NULL},
        {"--expect", NULL, &options->expect},
        {"--conditions", NULL, &options->conditions},
    };
    for (int i = 1; i < argc; i++) {
        size_t row = 0;
        while (row < sizeof(rows) / sizeof(rows[0]) && strcmp(argv[i], rows[row].name) != 0) {
            row++;
        }
        if (row == sizeof(rows) / sizeof(rows[0])) {
            return false;
        }
        if (rows[row].flag != NULL) {
            *rows[row].flag = true;
        } else if (i + 1 == argc || !read_number(argv[++i], rows[row].number)) {
            return false;
        }
    }
    return true;
}

// Room for an `expect` in front of the last brace.
static void add_expectation(struct pc_buf *out)
{
    out->len -= out->len > 0 ? 1 : 0;
    pc_buf_text(out, ",\"expect\":{\"decision\":\"allowed\"}}");
}

int main(int argc, char **argv)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    struct options options = {.seed = 1, .count = 10};
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        return usage(stdout);
    }
    if (!read_options(argc, argv, &options)) {
        return usage(stderr);
    }
    for (uint64_t i = 0; i < options.count; i++) {
        struct gen_random random;
        gen_random_seed(&random, options.seed, options.first + i);
        pc_buf_reset(&out);
        (options.conditions ? gen_condition_case : gen_case)(&random, &out);
        if (options.expect) {
            add_expectation(&out);
        }
        pc_buf_byte(&out, '\n');
        if (pc_buf_status(&out) != PC_OK || fwrite(out.ptr, 1, out.len, stdout) != out.len) {
            fputs("generate_show: memory ran out or the output failed\n", stderr);
            return 1;
        }
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
