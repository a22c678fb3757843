// SPDX-License-Identifier: Apache-2.0
#include "choice.h"

#include "spelling.h"

enum {
    MOST_WORDS = 16, // of one option
};

static const struct pc_option *option_of(const struct pc_verb *verb, int id)
{
    size_t at = 0;
    while (at + 1 < verb->option_count && verb->options[at].id != id) {
        at++;
    }
    return &verb->options[at];
}

// "people, json or tap".
static void list(struct pc_buf *out, const struct pc_str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pc_buf_text(out, i == 0 ? "" : i + 1 == count ? " or " : ", ");
        pc_buf_str(out, words[i]);
    }
}

static enum pc_status refuse(struct pc_cli *cli, const struct pc_option *option,
                             const struct pc_str *words, size_t count, const char *text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf known = {0};
    struct pc_near near = {.text = pc_str_from(text)};
    for (size_t i = 0; i < count; i++) {
        pc_near_offer(&near, words[i]);
    }
    list(&known, words, count);
    PC_TRY(pc_buf_status(&known));
    (void)pc_cli_usage(cli, "--%s is %.*s, not \"%s\"", option->name,
                       PC_STR_ARG(pc_buf_view(&known)), text);
    if (near.best.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_ERR_USAGE;
}

enum pc_status pc_choice_read(struct pc_cli *cli, const struct pc_args *args, int id,
                              size_t otherwise, size_t *out)
{
    const struct pc_option *option = option_of(cli->verb, id);
    const char *text = pc_args_value(args, id);
    struct pc_str words[MOST_WORDS];
    if (text == NULL) {
        *out = otherwise;
        return PC_OK;
    }
    size_t count = pc_str_split(pc_str_from(option->value), '|', words, MOST_WORDS);
    for (size_t i = 0; i < count; i++) {
        if (pc_str_eq(words[i], pc_str_from(text))) {
            *out = i;
            return PC_OK;
        }
    }
    return refuse(cli, option, words, count, text);
}

enum pc_status pc_choice_format(struct pc_cli *cli, const struct pc_args *args, const int ids[2],
                                size_t json, size_t *out)
{
    bool short_form = pc_args_has(args, ids[1]);
    size_t chosen = 0;
    PC_TRY(pc_choice_read(cli, args, ids[0], short_form ? json : 0, &chosen));
    if (short_form && chosen != json) {
        (void)pc_cli_usage(cli, "--json and --format %s contradict each other",
                           pc_args_value(args, ids[0]));
        return PC_ERR_USAGE;
    }
    *out = chosen;
    return PC_OK;
}

// Codes -------------------------------------------------------------------------------------------

void pc_choice_hint_code(struct pc_diags *diags, struct pc_str text)
{
    const struct pc_diag_row *row;
    struct pc_near near = {.text = text};
    for (size_t i = 0; (row = pc_diag_row_at(i)) != NULL; i++) {
        pc_near_offer(&near, pc_str_from(row->name));
    }
    for (size_t i = 0; (row = pc_diag_row_at(i)) != NULL; i++) {
        if (pc_str_eq(near.best, pc_str_from(row->name))) {
            pc_diag_hint(diags, "did you mean %s, %s?", pc_diag_name(row->code).text, row->name);
        }
    }
}

static enum pc_status read_code(struct pc_cli *cli, const struct pc_given *given,
                                enum pc_diag_code *out)
{
    struct pc_str text = pc_str_from(given->value);
    const struct pc_diag_row *row = pc_diag_row_named(text);
    if (row != NULL) {
        *out = row->code;
        return PC_OK;
    }
    (void)pc_cli_usage(cli, "--%s takes a code such as POL0200, not \"%s\"", given->option->name,
                       given->value);
    pc_choice_hint_code(&cli->diags, text);
    return PC_ERR_USAGE;
}

enum pc_status pc_choice_codes(struct pc_cli *cli, const struct pc_args *args, int id,
                               const enum pc_diag_code **out, size_t *count)
{
    size_t read = 0;
    enum pc_diag_code *codes = pc_arena_array(&cli->arena, args->given_count, sizeof(*codes));
    if (codes == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].option->id == id) {
            PC_TRY(read_code(cli, &args->given[i], &codes[read]));
            read++;
        }
    }
    *out = codes;
    *count = read;
    return PC_OK;
}
