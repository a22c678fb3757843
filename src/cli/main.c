// SPDX-License-Identifier: Apache-2.0
//
// The command: options in front of the verb, the verb, its options; then what it collected is
// printed and its output written. An output that cannot be written is a failure, whatever the verb
// says.
#include "command.h"
#include "hardening.h"
#include "signals.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int pc_cli_usage(struct pc_cli *cli, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the line above does it
    int length = vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    pc_diag_report(&cli->diags, PC_DIAG_USAGE, (struct pc_place){.file = PC_STR("")}, "%s",
                   length < 0 ? "wrong usage" : message);
    if (cli->verb != NULL) {
        pc_diag_hint(&cli->diags, "polcheck help %s", cli->verb->name);
    } else if (cli->group != NULL) {
        pc_diag_hint(&cli->diags, "polcheck help %s", cli->group->name);
    } else {
        pc_diag_hint(&cli->diags, "polcheck help");
    }
    return PC_EXIT_FAIL;
}

#define UNSAID  "out of memory: not everything could be said; "
#define DONE    UNSAID "what was asked for was done all the same"
#define PERHAPS UNSAID "where something was to be changed, look whether it was"

#define IN_TEXT(message) PC_STR("polcheck: error: " message " [POL0004]\n")
#define IN_JSON(message)                                                                           \
    PC_STR("{\"code\":\"POL0004\",\"severity\":\"error\",\"message\":\"" message "\"}\n")

// What could not be said for want of memory is said without any. A hint that something was done in
// spite of an error may be among it.
static void tell_unsaid(const struct pc_cli *cli)
{
    struct pc_str done = cli->json ? IN_JSON(DONE) : IN_TEXT(DONE);
    struct pc_str perhaps = cli->json ? IN_JSON(PERHAPS) : IN_TEXT(PERHAPS);
    pc_error_write(cli->changed ? done : perhaps);
}

void pc_cli_tell(struct pc_cli *cli)
{
    struct pc_buf text;
    pc_buf_init(&text);
    for (const struct pc_diag *diag = cli->diags.first; diag != NULL; diag = diag->next) {
        if (cli->json) {
            pc_diag_write_json(&text, diag);
        } else {
            pc_diag_write(&text, diag, cli->color_err);
        }
    }
    bool whole = pc_buf_status(&text) == PC_OK;
    pc_error_write(whole ? pc_buf_view(&text) : PC_STR(""));
    if (!whole || cli->diags.unsaid > 0) {
        tell_unsaid(cli);
    }
    pc_buf_release(&text);
    pc_diags_init(&cli->diags, &cli->arena);
}

static bool is_said(const struct pc_cli *cli, enum pc_diag_code code)
{
    const struct pc_diag *diag = cli->diags.first;
    while (diag != NULL && diag->code != code) {
        diag = diag->next;
    }
    return diag != NULL;
}

int pc_cli_fail(struct pc_cli *cli, enum pc_status status)
{
    // That memory is out is no error of what others are about.
    bool out_of_memory = status == PC_ERR_NOMEM && !is_said(cli, PC_DIAG_OUT_OF_MEMORY);
    if (cli->diags.errors == 0 || out_of_memory) {
        pc_diag_report_status(&cli->diags, status, (struct pc_place){.file = PC_STR("")});
    }
    return PC_EXIT_FAIL;
}

// Wanted colours: 1 always, 0 never, -1 when it is a terminal that has them.
static bool has_color(int wanted, int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    if (wanted >= 0) {
        return wanted > 0;
    }
    return isatty(fd) != 0 && (no_color == NULL || no_color[0] == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

static enum pc_status set_color(struct pc_cli *cli, const struct pc_args *args)
{
    const char *when = pc_args_value(args, PC_OPTION_COLOR);
    int wanted;
    if (when == NULL) {
        return PC_OK;
    }
    if (strcmp(when, "auto") == 0) {
        wanted = -1;
    } else if (strcmp(when, "always") == 0 || strcmp(when, "never") == 0) {
        wanted = strcmp(when, "always") == 0;
    } else {
        (void)pc_cli_usage(cli, "--color is auto, always or never, not \"%s\"", when);
        return PC_ERR_USAGE;
    }
    cli->color_out = has_color(wanted, STDOUT_FILENO);
    cli->color_err = has_color(wanted, STDERR_FILENO);
    return PC_OK;
}

// Was help asked for as -h alone?
static bool wants_brief(const struct pc_args *args)
{
    bool brief = true;
    for (size_t i = 0; i < args->given_count; i++) {
        brief = brief && (args->given[i].option->id != PC_OPTION_HELP || args->given[i].letter);
    }
    return brief;
}

// Beside a command line without a subcommand; that there was none is said behind it.
static void show_help_aside(const struct pc_group *group)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    if (group != NULL) {
        pc_help_group(&text, group);
    } else {
        pc_help_overview(&text);
    }
    pc_error_write(pc_buf_view(&text));
}

static int run_verb(struct pc_cli *cli, struct pc_words *words)
{
    struct pc_args args;
    enum pc_status status = pc_options_parse(cli, words, &args);
    if (status == PC_OK) {
        status = set_color(cli, &args);
    }
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    if (pc_args_has(&args, PC_OPTION_HELP)) {
        (wants_brief(&args) ? pc_help_verb_brief : pc_help_verb)(&cli->out.text, cli->verb);
        return PC_EXIT_OK;
    }
    if (cli->group != NULL && cli->group->hardens) {
        status = pc_harden(cli);
    }
    return status == PC_OK ? cli->verb->run(cli, &args) : pc_cli_fail(cli, status);
}

static int unknown_verb(struct pc_cli *cli, struct pc_str word)
{
    const char *group = cli->group != NULL ? cli->group->name : "";
    const char *space = cli->group != NULL ? " " : "";
    struct pc_str near = pc_verb_near(cli->group, word);
    (void)pc_cli_usage(cli, "no subcommand \"%s%s%.*s\"", group, space, PC_STR_ARG(word));
    if (near.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"polcheck %s%s%.*s\"?", group, space,
                     PC_STR_ARG(near));
    }
    return PC_EXIT_FAIL;
}

static int choose_verb(struct pc_cli *cli, struct pc_words *words)
{
    struct pc_str word = pc_str_from(words->words[0]);
    cli->verb = pc_verb_named(cli->group, word);
    if (cli->verb == NULL) {
        return unknown_verb(cli, word);
    }
    words->words++;
    words->count--;
    return run_verb(cli, words);
}

// The options in front of a verb, or of the second word of one. *done: they were all there was to
// do.
static int take_front(struct pc_cli *cli, struct pc_words *words, bool *done)
{
    struct pc_args args;
    enum pc_status status = pc_options_parse(cli, words, &args);
    *done = true;
    if (status == PC_OK) {
        status = set_color(cli, &args);
    }
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    if (pc_args_has(&args, PC_OPTION_VERSION)) {
        pc_version_write(&cli->out.text);
    } else if (pc_args_has(&args, PC_OPTION_HELP) && cli->group != NULL) {
        pc_help_group(&cli->out.text, cli->group);
    } else if (pc_args_has(&args, PC_OPTION_HELP)) {
        pc_help_overview(&cli->out.text);
    } else {
        *done = false;
    }
    return PC_EXIT_OK;
}

// Behind the name of a group: without a verb it is still told what there is.
static int run_group(struct pc_cli *cli, struct pc_words *words)
{
    bool done;
    words->words++;
    words->count--;
    int status = take_front(cli, words, &done);
    if (done) {
        return status;
    }
    if (words->count == 0) {
        show_help_aside(cli->group);
        return pc_cli_usage(cli, "no subcommand of \"%s\" is named", cli->group->name);
    }
    return choose_verb(cli, words);
}

static int run(struct pc_cli *cli, struct pc_words *words)
{
    bool done;
    int status = take_front(cli, words, &done);
    if (done) {
        return status;
    }
    if (words->count == 0) {
        show_help_aside(NULL);
        return pc_cli_usage(cli, "no subcommand is named");
    }
    cli->group = pc_group_named(pc_str_from(words->words[0]));
    return cli->group != NULL ? run_group(cli, words) : choose_verb(cli, words);
}

// Writes what is left to print. Gives the exit status. Whoever reads only that something failed
// would make a change again, or go on with the old key.
static int finish(struct pc_cli *cli, int status)
{
    if (pc_output_flush(&cli->out)) {
        return status;
    }
    if (cli->out.error == ENOMEM) {
        (void)pc_cli_fail(cli, PC_ERR_NOMEM); // which may have been said already
    } else {
        pc_diag_report(&cli->diags, PC_DIAG_OUTPUT_FAILED, (struct pc_place){.file = PC_STR("")},
                       "standard output cannot be written: %s", strerror(cli->out.error));
    }
    if (cli->changed) {
        pc_diag_hint(&cli->diags, "what was asked for was done all the same, and only the report "
                                  "of it is lost: do not do it again");
    }
    return PC_EXIT_FAIL;
}

int main(int argc, char **argv)
{
    struct pc_cli cli = {0};
    struct pc_words words = {argv + (argc > 0), argc > 0 ? argc - 1 : 0};
    pc_output_guard();
    pc_signals_ignore();
    pc_arena_init(&cli.arena);
    pc_diags_init(&cli.diags, &cli.arena);
    cli.color_out = has_color(-1, STDOUT_FILENO);
    cli.color_err = has_color(-1, STDERR_FILENO);

    int status = finish(&cli, run(&cli, &words));
    pc_cli_tell(&cli);
    pc_buf_release(&cli.out.text);
    pc_arena_release(&cli.arena);
    return status;
}
