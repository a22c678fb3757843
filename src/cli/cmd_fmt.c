// SPDX-License-Identifier: Apache-2.0
//
// Lays out JSON with policies in it in the one way that is easy to compare: on standard output, in
// place, or only telling which files are laid out otherwise.
#include "command.h"

#include "file.h"
#include "json_layout.h"
#include "replaced_file.h"

enum option {
    OPT_CHECK = PC_OPTION_OWN,
    OPT_WRITE,
};

static const struct pc_option options[] = {
    {OPT_CHECK, 0, "check", NULL, "Changes nothing, and lists the files that would change.", false},
    {OPT_WRITE, 'w', "write", NULL, "Writes each file anew that is laid out otherwise.", false},
};

struct formatter {
    struct pc_cli *cli;
    bool check, write;
    struct pc_arena arena; // of one document
    struct pc_buf text, layout;
    size_t files, changed, unread;
};

// Twice: as it is decoded, which finds keys that come twice in other words, and as it is written.
static enum pc_status parse(struct formatter *formatter, struct pc_str file, struct pc_str text,
                            const struct pc_json **out)
{
    struct pc_json_source source = {.file = file, .text = text};
    PC_TRY(pc_json_parse(&formatter->arena, &source, &formatter->cli->diags, out));
    source.undecoded = true;
    return pc_json_parse(&formatter->arena, &source, &formatter->cli->diags, out);
}

// What is written must be what was read, in another layout.
static enum pc_status lay_out(struct formatter *formatter, struct pc_str file)
{
    const struct pc_json *json, *again;
    struct pc_str text = pc_buf_view(&formatter->text);
    pc_arena_reset(&formatter->arena);
    pc_buf_reset(&formatter->layout);
    PC_TRY(parse(formatter, file, text, &json));
    PC_TRY(pc_json_layout(&formatter->layout, json, text));
    PC_TRY(parse(formatter, file, pc_buf_view(&formatter->layout), &again));
    return pc_json_same(json, again) ? PC_OK : PC_ERR_INTERNAL;
}

static enum pc_status format_file(struct formatter *formatter, struct pc_str path)
{
    struct pc_buf *out = &formatter->cli->out.text;
    struct pc_str file = pc_file_name(path);
    PC_TRY(pc_file_read(path, &formatter->cli->diags, &formatter->text));
    PC_TRY(lay_out(formatter, file));
    struct pc_str layout = pc_buf_view(&formatter->layout);
    bool changes = !pc_str_eq(layout, pc_buf_view(&formatter->text));
    formatter->files++;
    formatter->changed += changes;
    if (!formatter->check && !formatter->write) {
        pc_buf_str(out, layout);
        return pc_buf_status(out);
    }
    if (changes && formatter->write) {
        PC_TRY(pc_replaced_file_put(formatter->cli, path.ptr, PC_DIAG_OUTPUT_FAILED, layout));
    }
    if (changes) {
        pc_buf_printable(out, file);
        pc_buf_byte(out, '\n');
    }
    return pc_buf_status(out);
}

// A file that cannot be read does not keep the others as they are.
static enum pc_status format_all(struct formatter *formatter, const struct pc_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        enum pc_status status = format_file(formatter, paths->items[i]);
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
        formatter->unread += status != PC_OK;
        pc_cli_tell(formatter->cli);
    }
    return PC_OK;
}

static bool is_of_lines(struct pc_str path)
{
    return pc_str_has_suffix(path, PC_STR(".ndjson"));
}

// A file of lines is no *.json: named it is refused, in a folder it is none of those that are
// taken.
static enum pc_status add_operand(struct pc_cli *cli, struct pc_str path, struct pc_paths *paths)
{
    size_t before = paths->count;
    size_t kept = before;
    if (is_of_lines(path)) {
        pc_diag_report(&cli->diags, PC_DIAG_FORMAT_LINES, (struct pc_place){.file = path},
                       "a file of one document a line is not laid out over several");
        return PC_ERR_INVALID;
    }
    PC_TRY(pc_paths_add(paths, &cli->arena, path, &cli->diags));
    for (size_t i = before; i < paths->count; i++) {
        if (!is_of_lines(paths->items[i])) {
            paths->items[kept++] = paths->items[i];
        }
    }
    paths->count = kept;
    if (kept == before) {
        pc_diag_report(&cli->diags, PC_DIAG_FOLDER_EMPTY, (struct pc_place){.file = path},
                       "\"%.*s\" holds no .json file", PC_STR_ARG(path));
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

static enum pc_status find_files(struct pc_cli *cli, const struct pc_args *args,
                                 struct pc_paths *paths)
{
    if (args->operand_count == 0) {
        return add_operand(cli, PC_STR("-"), paths);
    }
    for (size_t i = 0; i < args->operand_count; i++) {
        PC_TRY(add_operand(cli, pc_str_from(args->operands[i]), paths));
    }
    return PC_OK;
}

static int check_usage(struct pc_cli *cli, const struct formatter *formatter,
                       const struct pc_paths *paths)
{
    if (formatter->check && formatter->write) {
        return pc_cli_usage(cli, "--check and --write exclude each other");
    }
    if (paths->count > 1 && !formatter->check && !formatter->write) {
        return pc_cli_usage(cli, "of several files, --write or --check is needed");
    }
    for (size_t i = 0; i < paths->count && formatter->write; i++) {
        if (pc_str_eq(paths->items[i], PC_STR("-"))) {
            return pc_cli_usage(cli, "standard input cannot be written: leave --write out");
        }
    }
    return PC_EXIT_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct formatter formatter = {
        .cli = cli, .check = pc_args_has(args, OPT_CHECK), .write = pc_args_has(args, OPT_WRITE)};
    struct pc_paths paths = {0};
    enum pc_status status = find_files(cli, args, &paths);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    if (check_usage(cli, &formatter, &paths) != PC_EXIT_OK) {
        return PC_EXIT_FAIL;
    }
    status = format_all(&formatter, &paths);
    pc_arena_release(&formatter.arena);
    pc_buf_release(&formatter.text);
    pc_buf_release(&formatter.layout);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    if (formatter.unread > 0) {
        return PC_EXIT_FAIL;
    }
    return formatter.check && formatter.changed > 0 ? PC_EXIT_NO : PC_EXIT_OK;
}

static const char details[] =
    "The layout: two spaces a level, one element a line (but a single one in brackets), Version, "
    "Id, Statement, and in a statement Sid, Effect, Principal, Action, Resource, Condition, in "
    "this order. What is written stays: no string, number, item or order of a list changes, and "
    "what "
    "comes out is compared with what went in. Policies inside cases, manifests and what the AWS "
    "CLI prints are laid out in the same way; texts inside strings are not touched.\n"
    "Without --check and --write one file, or standard input, is printed; of a folder every *.json "
    "below is taken.\n"
    "Exit status: 0 done, 1 with --check: some files would change, 2 a file could not be read or "
    "written.";

static const struct pc_example examples[] = {
    {"polcheck fmt --check policies", "Fails in CI where somebody's editor had its own way."},
    {"polcheck fmt --write policies", "Lays all of them out."},
};

const struct pc_verb pc_verb_fmt = {
    .name = "fmt",
    .summary = "Lays policies out in the canonical way.",
    .usage = "[--check | --write] [PATH]...",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
