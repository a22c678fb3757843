// SPDX-License-Identifier: Apache-2.0
//
// The reference evaluator as a program: answers cases, one a line of standard input, with
// "allowed", "implicitDeny" or "explicitDeny", one a line; what it refuses with "refused" and why.
#include "base/arena.h"
#include "reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void answer(struct pc_str text)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    const struct pc_json_source source = {.file = PC_STR("standard input"), .text = text};
    const struct pc_json *json;
    struct ref_answer found;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    if (pc_json_parse(&arena, &source, &diags, &json) != PC_OK) {
        (void)puts("refused: no JSON");
        return;
    }
    ref_answer(&arena, json, (int64_t)time(NULL), &found);
    if (found.refused.len > 0) {
        (void)printf("refused: %.*s\n", PC_STR_ARG(found.refused));
    } else {
        (void)puts(ref_decision_text(found.decision));
    }
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        answer((struct pc_str){line, (size_t)length});
    }
    free(line);
    return ferror(stdin) != 0 || fflush(stdout) != 0;
}
