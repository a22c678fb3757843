// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include "finding.h"
#include "generate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NAME_BYTES = 512, // of a case's name
};

void check_init(struct check *check, struct check_tally *tally, const char *folder, uint64_t limit)
{
    *check = (struct check){.tally = tally, .folder = folder, .limit = limit};
    judge_init(&check->judge);
}

void check_release(struct check *check)
{
    judge_release(&check->judge);
    pc_buf_release(&check->text);
}

static void count(struct check_tally *tally, const struct judge_verdict *verdict)
{
    const struct ref_answer *reference = &verdict->answers[JUDGE_REFERENCE];
    tally->cases++;
    if (reference->refused.len > 0) {
        tally->refused++;
    } else {
        tally->decisions[reference->decision]++;
    }
    if (verdict->aspect != JUDGE_ASPECTS) {
        tally->kinds[verdict->party][verdict->aspect]++;
    }
    tally->disagreements += verdict->aspect != JUDGE_ASPECTS || !verdict->readable;
}

// The path of the file: the name without what a file's name had better not hold.
static void put_path(struct pc_buf *path, const char *folder, const char *name)
{
    pc_buf_format(path, "%s/", folder);
    for (const char *c = name; *c != '\0'; c++) {
        bool plain = pc_char_is_digit(*c) || *c == '.' ||
                     (pc_char_lower(*c) >= 'a' && pc_char_lower(*c) <= 'z');
        pc_buf_byte(path, *c);
        path->ptr[path->len - 1] = plain ? *c : '-';
    }
    pc_buf_text(path, ".json");
    pc_buf_byte(path, '\0');
}

static void write_file(const char *path, struct pc_str text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file) != 0) {
        (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
    }
}

// Prints the text as comments of TAP, in one call, so that the lines of several workers do not run
// into each other.
static void print_comments(struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    while (text.len > 0) {
        size_t end = pc_str_find(text, '\n', 0);
        struct pc_str line = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end);
        text = pc_str_slice(text, line.len + 1, text.len);
        pc_buf_format(&out, "# %.*s\n", PC_STR_ARG(line));
    }
    (void)fwrite(out.ptr, 1, out.len, stdout);
    (void)fflush(stdout);
}

static void tell(struct check *check, struct pc_str text, const char *name)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf path = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf small = {0};
    if (check->told++ >= check->limit) {
        return;
    }
    put_path(&path, check->folder, name);
    finding_write(&check->judge, text, pc_str_from(name), &small);
    write_file(path.ptr, pc_buf_view(&small));
    print_comments(pc_buf_view(&small));
}

bool check_case(struct check *check, struct pc_str text, const char *name)
{
    struct judge_verdict verdict;
    judge_ask(&check->judge, text, &verdict);
    count(check->tally, &verdict);
    if (!verdict.readable) {
        (void)printf("# %s is no JSON: %.*s\n", name, PC_STR_ARG(text));
        return false;
    }
    if (verdict.aspect == JUDGE_ASPECTS) {
        return true;
    }
    tell(check, text, name);
    return false;
}

bool check_generated(struct check *check, uint64_t seed, uint64_t number)
{
    char name[NAME_BYTES];
    struct gen_random random;
    check->tally->current = number;
    gen_random_seed(&random, seed, number);
    pc_buf_reset(&check->text);
    if (check->large) {
        gen_large_case(&random, &check->text);
    } else {
        gen_case(&random, &check->text);
    }
    if (pc_buf_status(&check->text) != PC_OK) {
        abort();
    }
    (void)snprintf(name, sizeof(name), "seed %llu %scase %llu", (unsigned long long)seed,
                   check->large ? "large " : "", (unsigned long long)number);
    return check_case(check, pc_buf_view(&check->text), name);
}
