// SPDX-License-Identifier: Apache-2.0
#include "question_options.h"

#include "eval/form.h"
#include "file.h"
#include "request_json.h"
#include "value/date.h"

struct pc_place pc_option_place(const char *option)
{
    struct pc_place place = {.file = pc_str_from(option)};
    return place;
}

enum pc_status pc_question_principal(struct pc_cli *cli, const char *option, const char *text,
                                     struct pc_caller *out)
{
    const struct pc_json_source source = {.file = pc_str_from(option), .text = pc_str_from(text)};
    const struct pc_request_reading reading = {&cli->arena, source.file, &cli->diags};
    const struct pc_json *json;
    if (text[0] != '{') {
        const struct pc_form form = {pc_option_place(option), &cli->diags};
        return pc_form_principal(&form, source.text, out);
    }
    PC_TRY(pc_json_parse(&cli->arena, &source, &cli->diags, &json));
    return pc_request_read_principal(&reading, json, out);
}

enum pc_status pc_question_context(struct pc_cli *cli, const char *text, struct pc_request *request)
{
    struct pc_str parts[2];
    if (pc_str_split(pc_str_from(text), '=', parts, 2) != 2) {
        (void)pc_cli_usage(cli, "--context is KEY=VALUE, not \"%s\"", text);
        return PC_ERR_USAGE;
    }
    struct pc_str *value = pc_arena_array(&cli->arena, 1, sizeof(*value));
    if (value == NULL) {
        return PC_ERR_NOMEM;
    }
    *value = parts[1];
    const struct pc_context_key given = {
        .key = parts[0], .values = value, .count = 1, .place = pc_option_place("--context")};
    return pc_form_context(&cli->arena, &cli->diags, &given, request);
}

enum pc_status pc_question_context_json(struct pc_cli *cli, const char *text,
                                        struct pc_request *request)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_json_source source = {.file = PC_STR("--context-json"), .text = pc_str_from(text)};
    const struct pc_json *json;
    if (text[0] == '@') {
        struct pc_str path = pc_str_from(text + 1);
        PC_TRY(pc_file_read(path, &cli->diags, &bytes));
        PC_TRY(pc_arena_copy(&cli->arena, pc_buf_view(&bytes), &source.text));
        source.file = pc_file_name(path);
    }
    const struct pc_request_reading reading = {&cli->arena, source.file, &cli->diags};
    PC_TRY(pc_json_parse(&cli->arena, &source, &cli->diags, &json));
    return pc_request_read_context(&reading, json, request);
}

static const int64_t LAST_SECOND = 253402300799; // 9999-12-31T23:59:59Z

enum pc_status pc_question_now(struct pc_cli *cli, const char *text, bool *fixed, int64_t *now)
{
    struct pc_instant instant;
    if (text != NULL && !pc_instant_parse(pc_str_from(text), &instant)) {
        (void)pc_cli_usage(cli,
                           "--now is a date such as 2024-05-01T12:00:00Z, or seconds since 1970, "
                           "not \"%s\"",
                           text);
        return PC_ERR_USAGE;
    }
    if (text != NULL && (instant.seconds < 0 || instant.seconds > LAST_SECOND)) {
        (void)pc_cli_usage(cli,
                           "--now is of the years 1970 to 9999, not \"%s\"; a number is one of "
                           "seconds, not of milliseconds",
                           text);
        return PC_ERR_USAGE;
    }
    *fixed = text != NULL;
    *now = text != NULL ? instant.seconds : 0;
    return PC_OK;
}

enum pc_status pc_question_need(struct pc_cli *cli, const struct pc_args *args, int id,
                                const char *name, const char **out)
{
    *out = pc_args_value(args, id);
    if (*out == NULL) {
        (void)pc_cli_usage(cli, "the option \"--%s\" is missing", name);
        return PC_ERR_USAGE;
    }
    return PC_OK;
}
