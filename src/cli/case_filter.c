// SPDX-License-Identifier: Apache-2.0
#include "case_filter.h"

#include "match/pattern.h"

static enum pc_status compile(struct pc_cli *cli, const char *text, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    const struct pc_str parts[] = {PC_STR("*"), pc_str_from(text), PC_STR("*")};
    struct pc_str whole;
    struct pc_pattern_error error;
    PC_TRY(pc_arena_join(&cli->arena, parts, 3, &whole));
    enum pc_status status =
        pc_pattern_compile(whole, PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &bytes, &error);
    if (status == PC_ERR_LIMIT) {
        (void)pc_cli_usage(cli, "the pattern of --filter %s", pc_pattern_limit_text(whole, false));
        return PC_ERR_USAGE;
    }
    PC_TRY(status);
    return pc_arena_copy(&cli->arena, pc_buf_view(&bytes), out);
}

enum pc_status pc_case_filter_init(struct pc_cli *cli, const struct pc_args *args, int option,
                                   struct pc_case_filter *out)
{
    *out = (struct pc_case_filter){.patterns = NULL};
    out->patterns = pc_arena_array(&cli->arena, args->given_count, sizeof(*out->patterns));
    if (out->patterns == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < args->given_count; i++) {
        const struct pc_given *given = &args->given[i];
        if (given->option->id == option) {
            PC_TRY(compile(cli, given->value, &out->patterns[out->count++]));
        }
    }
    return PC_OK;
}

bool pc_case_filter_wants(void *context, struct pc_str name)
{
    const struct pc_case_filter *filter = context;
    for (size_t i = 0; i < filter->count; i++) {
        if (pc_pattern_match(filter->patterns[i], name, NULL, NULL) == PC_MATCH) {
            return true;
        }
    }
    return filter->count == 0;
}
