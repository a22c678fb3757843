// SPDX-License-Identifier: Apache-2.0
//
// Sets variables in a vault: one, whose value comes from standard input or the terminal, or those
// of a file.
#include "crypto/hash.h"
#include "env_file.h"
#include "file.h"
#include "secret_input.h"
#include "vault_options.h"
#include "vault_text.h"

#include <unistd.h>

enum option {
    OPT_FUNCTION = PC_OPTION_OWN,
    OPT_KEY,
    OPT_ENV_FILE,
    OPT_KEEP_NEWLINE,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_FUNCTION, 'f', "function", "ARN", "The function whose variables they are.", false},
    {OPT_KEY, 'k', "key", "KEY",
     "The key to seal all of the function's variables under, by its ARN or alias; without it the "
     "one that they have, at first alias/aws/lambda.",
     false},
    {OPT_ENV_FILE, 0, "env-file", "FILE", "Sets the variables of a file; \"-\": standard input.",
     false},
    {OPT_KEEP_NEWLINE, 0, "keep-newline", NULL,
     "Leaves the end of line at the end of standard input in the value.", false},
};

// Lambda allows it, so it is no more than a suggestion. Others that change what some programs run
// (PATH, BASH_ENV, PYTHONPATH) are what people set every day.
static void suggest(struct pc_cli *cli, struct pc_str file, struct pc_str name)
{
    if (pc_str_has_prefix(name, PC_STR("LD_"))) {
        pc_diag_report(&cli->diags, PC_DIAG_VARIABLE_LOADER, (struct pc_place){.file = file},
                       "\"%.*s\" changes what the function and every program that it starts load",
                       PC_STR_ARG(name));
        pc_diag_hint(&cli->diags,
                     "if that is not meant, name it otherwise, or take it away: polcheck "
                     "secrets rm");
    }
}

// One variable.
struct single {
    struct pc_str function, key;
    struct pc_assignment assignment;
};

static enum pc_status put_single(void *context, struct pc_change *change)
{
    const struct single *single = context;
    return pc_change_put(change, single->function, single->key, &single->assignment, 1);
}

// Whoever writes the value here shows it to every process; so the message does not repeat it.
static enum pc_status check_operand(struct pc_cli *cli, struct pc_str name)
{
    struct pc_diags found;
    pc_diags_init(&found, &cli->arena);
    enum pc_status status = pc_variable_name_check(name, &found);
    if (status != PC_ERR_INVALID) {
        return status;
    }
    if (found.first != NULL && found.first->code == PC_DIAG_VARIABLE_RESERVED) {
        pc_diags_append(&cli->diags, &found);
        return status;
    }
    pc_diag_report(&cli->diags, PC_DIAG_VARIABLE_NAME, (struct pc_place){.file = PC_STR("")},
                   "the operand is not a name of a variable");
    pc_diag_hint(&cli->diags, "letters, digits and underscores, a letter first, two at least; the "
                              "value comes from standard input");
    return status;
}

static enum pc_status read_value(struct pc_cli *cli, const struct pc_args *args, struct pc_str name,
                                 struct pc_secret *value)
{
    struct pc_str what;
    PC_TRY(pc_arena_format(&cli->arena, &what, "value of %.*s", PC_STR_ARG(name)));
    const struct pc_secret_wish wish = {what.ptr, PC_DIAG_ENVIRONMENT_SIZE, PC_ENVIRONMENT_BYTES,
                                        true};
    if (isatty(STDIN_FILENO) != 0) {
        return pc_secret_ask(cli, &wish, value);
    }
    PC_TRY(pc_secret_read(cli, &wish, value));
    if (value->len == 0) {
        pc_diag_report(&cli->diags, PC_DIAG_VARIABLE_VALUE, (struct pc_place){.file = PC_STR("")},
                       "standard input is empty, so there is no %s", what.ptr);
        pc_diag_hint(&cli->diags, "for an empty value give an end of line alone: echo | polcheck "
                                  "secrets put ...");
        return PC_ERR_INVALID;
    }
    if (!pc_args_has(args, OPT_KEEP_NEWLINE) && value->ptr[value->len - 1] == '\n') {
        value->len--;
    }
    return PC_OK;
}

static enum pc_status change_single(struct pc_cli *cli, const struct pc_vault_access *access,
                                    struct single *single)
{
    const struct pc_change_note note = {
        .event = PC_STR("put"),
        .function = single->function,
        .key = single->key,
        .names = &single->assignment.name,
        .name_count = 1,
    };
    PC_TRY(pc_vault_change(&(const struct pc_vault_place){access->path, access->root}, &note,
                           &cli->diags, put_single, single));
    cli->changed = true;
    suggest(cli, PC_STR(""), single->assignment.name);
    pc_buf_text(&cli->out.text, "set ");
    pc_buf_printable(&cli->out.text, single->assignment.name);
    pc_buf_text(&cli->out.text, " of ");
    pc_buf_printable(&cli->out.text, single->function);
    pc_buf_byte(&cli->out.text, '\n');
    return PC_OK;
}

static enum pc_status put_operand(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    PC_CLEANUP(pc_secret_release) struct pc_secret value = {0};
    struct single single = {
        .function = pc_str_from(pc_args_value(args, OPT_FUNCTION)),
        .key = pc_str_from(pc_args_value(args, OPT_KEY)),
        .assignment.name = pc_str_from(args->operands[0]),
    };
    PC_TRY(check_operand(cli, single.assignment.name));
    PC_TRY(pc_function_arn_check(single.function, &cli->diags));
    PC_TRY(pc_vault_access_init(cli, args, &access));
    if (isatty(STDIN_FILENO) != 0) {
        PC_TRY(pc_vault_access_check(cli, &access));
    }
    PC_TRY(read_value(cli, args, single.assignment.name, &value));
    single.assignment.value = (struct pc_str){value.ptr, value.len};
    PC_TRY(pc_variable_value_check(single.assignment.name, single.assignment.value, &cli->diags));
    return change_single(cli, &access, &single);
}

// Variables of a file.
struct many {
    struct pc_cli *cli;
    struct pc_env_file *file;
    struct pc_str name; // of the file
    struct pc_str key;
    struct pc_change *change;
    size_t functions, variables;
    struct pc_change_note note; // of the first function: its names count while it is the only one
    struct pc_hasher walk;      // over what a walk through the file names
    struct pc_hash counted;     // of the walk that counted
};

static void follow_names(struct many *many, const struct pc_env_section *section)
{
    pc_hasher_add(&many->walk, section->function);
    for (size_t i = 0; i < section->count; i++) {
        pc_hasher_add(&many->walk, section->items[i].name);
    }
}

// Names are no secrets, and the log is to have them after the file's memory is wiped.
static enum pc_status note_names(struct many *many, const struct pc_env_section *section)
{
    struct pc_arena *arena = &many->cli->arena;
    struct pc_str *names = pc_arena_array(arena, section->count, sizeof(*names));
    if (names == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < section->count; i++) {
        PC_TRY(pc_arena_copy(arena, section->items[i].name, &names[i]));
    }
    many->note.function = section->function;
    many->note.names = names;
    many->note.name_count = section->count;
    return PC_OK;
}

static enum pc_status count_section(void *context, const struct pc_env_section *section)
{
    struct many *many = context;
    follow_names(many, section);
    many->functions++;
    many->variables += section->count;
    for (size_t i = 0; i < section->count; i++) {
        suggest(many->cli, many->name, section->items[i].name);
    }
    return many->functions == 1 ? note_names(many, section) : PC_OK;
}

static enum pc_status put_section(void *context, const struct pc_env_section *section)
{
    struct many *many = context;
    struct pc_diags *diags = &many->cli->diags;
    size_t errors = diags->errors;
    follow_names(many, section);
    enum pc_status status =
        pc_change_put(many->change, section->function, many->key, section->items, section->count);
    if (diags->errors > errors && diags->last != NULL && !diags->lost) {
        diags->last->place = section->place;
    }
    return status;
}

// A regular file is read a second time, and whoever may write to it could set what the log does not
// tell.
static enum pc_status put_many(void *context, struct pc_change *change)
{
    struct many *many = context;
    many->change = change;
    pc_hasher_init(&many->walk);
    PC_TRY(pc_env_file_each(many->file, put_section, many));
    struct pc_hash put = pc_hasher_final(&many->walk);
    if (pc_hash_eq(&put, &many->counted)) {
        return PC_OK;
    }
    pc_diag_report(&many->cli->diags, PC_DIAG_FILE_READ, (struct pc_place){.file = many->name},
                   "the file was changed while it was read");
    return PC_ERR_INVALID;
}

static void write_amount(struct pc_buf *out, const struct many *many)
{
    pc_write_count(out, many->variables, "variable", "variables");
    pc_buf_text(out, " of ");
    pc_write_count(out, many->functions, "function", "functions");
}

static enum pc_status change_many(struct pc_cli *cli, const struct pc_vault_access *access,
                                  struct many *many)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf amount = {0};
    pc_hasher_init(&many->walk);
    PC_TRY(pc_env_file_each(many->file, count_section, many));
    many->counted = pc_hasher_final(&many->walk);
    if (many->functions == 0) {
        pc_diag_report(&cli->diags, PC_DIAG_VARIABLE_MISSING, (struct pc_place){.file = PC_STR("")},
                       "\"%.*s\" sets no variable", PC_STR_ARG(many->name));
        return PC_ERR_INVALID;
    }
    write_amount(&amount, many);
    PC_TRY(pc_buf_status(&amount));
    if (many->functions > 1) { // an entry has room for one
        many->note = (struct pc_change_note){.message = pc_buf_view(&amount)};
    }
    many->note.event = PC_STR("put");
    many->note.key = many->key;
    PC_TRY(pc_vault_change(&(const struct pc_vault_place){access->path, access->root}, &many->note,
                           &cli->diags, put_many, many));
    cli->changed = true;
    pc_buf_text(&cli->out.text, "set ");
    pc_buf_str(&cli->out.text, pc_buf_view(&amount));
    pc_buf_byte(&cli->out.text, '\n');
    return PC_OK;
}

static enum pc_status put_file(struct pc_cli *cli, const struct pc_args *args, const char *path)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    struct pc_str function = pc_str_from(pc_args_value(args, OPT_FUNCTION));
    struct many many = {.cli = cli,
                        .name = pc_file_name(pc_str_from(path)),
                        .key = pc_str_from(pc_args_value(args, OPT_KEY))};
    if (function.len > 0) {
        PC_TRY(pc_function_arn_check(function, &cli->diags));
    }
    PC_TRY(pc_vault_access_init(cli, args, &access));
    PC_TRY(pc_env_file_open(cli, path, function, &many.file));
    enum pc_status status = change_many(cli, &access, &many);
    pc_env_file_close(many.file);
    return status;
}

static int check_usage(struct pc_cli *cli, const struct pc_args *args)
{
    bool file = pc_args_has(args, OPT_ENV_FILE);
    bool written =
        args->operand_count > 0 && pc_str_find(pc_str_from(args->operands[0]), '=', 0) != SIZE_MAX;
    if (args->operand_count > 1 || written) {
        (void)pc_cli_usage(cli, "secrets put takes the name of one variable, and its value never "
                                "from the command line, which every process can read");
        pc_diag_hint(&cli->diags, "give the value on standard input, or type it when asked; many "
                                  "variables: --env-file; what stood here is to be changed");
        return PC_EXIT_FAIL;
    }
    if (file && (args->operand_count > 0 || pc_args_has(args, OPT_KEEP_NEWLINE))) {
        return pc_cli_usage(cli, "--env-file names the variables: leave out NAME and "
                                 "--keep-newline");
    }
    if (!file && args->operand_count == 0) {
        return pc_cli_usage(cli, "no variable is named: NAME, or --env-file FILE");
    }
    if (!file && pc_str_from(pc_args_value(args, OPT_FUNCTION)).len == 0) {
        return pc_cli_usage(cli, "the option \"--function\" is missing");
    }
    return PC_EXIT_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    const char *path = pc_args_value(args, OPT_ENV_FILE);
    if (check_usage(cli, args) != PC_EXIT_OK) {
        return PC_EXIT_FAIL;
    }
    return pc_vault_exit(cli, path != NULL ? put_file(cli, args, path) : put_operand(cli, args));
}

static const struct pc_example examples[] = {
    {"polcheck secrets put --vault vault --root-key root.key \\\n"
     "      --function arn:aws:lambda:eu-west-1:111122223333:function:thumbs DB_URL < db-url",
     "Sets one variable."},
    {"polcheck secrets put --vault vault --root-key root.key --env-file secrets.env",
     "Sets those of a file, all or none."},
};

const struct pc_verb pc_verb_secrets_put = {
    .name = "secrets put",
    .summary = "Sets secret environment variables of functions.",
    .usage = PC_VAULT_USAGE " --function ARN [--key KEY] [--keep-newline] NAME\n" //
    PC_VAULT_USAGE " [--function ARN] [--key KEY] --env-file FILE",
    .details = PC_VAULT_DETAILS
    "\n"
    "The value is what standard input holds, without one end of line at its end; on a terminal it "
    "is asked for twice, without echo. It is never taken from the command line. Other variables of "
    "the function stay; all together have at most 4,096 bytes, measured as Lambda does.\n"
    "A name has letters, digits and underscores, a letter first, two characters at least, and is "
    "none that Lambda sets itself. A value is UTF-8 without a zero byte.\n"
    "A file has a line NAME=VALUE for each variable, with the value as it is, without quotes or "
    "escapes; blank lines and lines that begin with \"#\" say nothing. A line [FUNCTION-ARN] says "
    "whose the lines below it are, once for each function; --function says it for those in front "
    "of the first. All is set or nothing. What is no regular file, such as a pipe, is kept in "
    "locked memory until then: raise the limit (ulimit -l) for a large one. A regular file should "
    "have mode 0600; remove it when its variables are in the vault, which has them sealed.\n"
    "Exit status: 0 set, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
