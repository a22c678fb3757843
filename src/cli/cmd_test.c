// SPDX-License-Identifier: Apache-2.0
//
// Runs the cases of files and folders and tells the results in the format that is wanted.
#include "command.h"

#include "base/clock.h"
#include "case_run.h"
#include "file.h"
#include "readings.h"
#include "spelling.h"

enum option {
    OPT_FORMAT = PC_OPTION_OWN,
    OPT_JSON,
    OPT_NO_INDEX,
};

static const struct pc_option options[] = {
    {OPT_FORMAT, 'f', "format", "FORMAT",
     "How results are told: people (default), json, tap or junit.", false},
    {OPT_JSON, 0, "json", NULL, "The same as --format json: one object a case and line.", false},
    {OPT_NO_INDEX, 0, "no-index", NULL,
     "Asks without the index of actions only; else with and without it, which must agree.", false},
    PC_READING_OPTIONS,
};

static const struct pc_report_format *const formats[] = {&pc_report_people, &pc_report_json,
                                                         &pc_report_tap, &pc_report_junit};

struct tester {
    struct pc_cli *cli;
    const struct pc_report_format *format;
    struct pc_report report;
    struct pc_case_runner runner;
    struct pc_arena tree; // of one document
    struct pc_buf bytes;  // of one file
};

static enum pc_status choose_format(struct pc_cli *cli, const struct pc_args *args,
                                    const struct pc_report_format **out)
{
    const char *name = pc_args_value(args, OPT_FORMAT);
    struct pc_near near = {.text = pc_str_from(name)};
    if (name != NULL && pc_args_has(args, OPT_JSON)) {
        (void)pc_cli_usage(cli, "--json and --format exclude each other");
        return PC_ERR_USAGE;
    }
    if (name == NULL) {
        *out = pc_args_has(args, OPT_JSON) ? &pc_report_json : &pc_report_people;
        return PC_OK;
    }
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (pc_str_eq(near.text, pc_str_from(formats[i]->name))) {
            *out = formats[i];
            return PC_OK;
        }
        pc_near_offer(&near, pc_str_from(formats[i]->name));
    }
    (void)pc_cli_usage(cli, "no format \"%s\"; there are people, json, tap and junit", name);
    if (near.best.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_ERR_USAGE;
}

static enum pc_status run_case(struct tester *tester, const struct pc_json_source *source,
                               const struct pc_json *json)
{
    struct pc_case_result result;
    PC_TRY(pc_case_run(&tester->runner, source, json, &result));
    tester->report.passed += result.passed;
    tester->report.failed += !result.passed;
    tester->format->add(&tester->report, &result);
    return pc_output_drain(tester->report.out) ? PC_OK : PC_ERR_IO;
}

// One JSON document: a case, or an array of cases. A key that repeats spoils its case only.
static enum pc_status run_document(struct tester *tester, const struct pc_json_source *source)
{
    const struct pc_json *json;
    pc_arena_reset(&tester->tree);
    PC_TRY(pc_json_parse(&tester->tree, source, &tester->cli->diags, &json));
    if (json->type != PC_JSON_ARRAY) {
        return run_case(tester, source, json);
    }
    if (json->count == 0) {
        pc_diag_report(&tester->cli->diags, PC_DIAG_REQUEST_MEMBER,
                       pc_json_place(source->file, json), "the file holds no case");
        return PC_ERR_INVALID;
    }
    for (size_t i = 0; i < json->count; i++) {
        PC_TRY(run_case(tester, source, &json->items[i]));
    }
    return PC_OK;
}

static bool is_blank(struct pc_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') {
            return false;
        }
    }
    return true;
}

// NDJSON: one case a line. A line that is no JSON does not keep the others from running.
static enum pc_status run_lines(struct tester *tester, struct pc_str file, struct pc_str text)
{
    enum pc_status outcome = PC_OK;
    bool any = false;
    for (uint32_t number = 0; text.len > 0; number++) {
        size_t end = pc_str_find(text, '\n', 0);
        struct pc_str line = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end);
        const struct pc_json_source document = {
            .file = file, .text = line, .lines_before = number, .repeats = true};
        text = pc_str_slice(text, line.len + 1, text.len);
        if (is_blank(line)) {
            continue;
        }
        any = true;
        enum pc_status status = run_document(tester, &document);
        pc_cli_tell(tester->cli);
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
        outcome = status != PC_OK ? status : outcome;
    }
    if (!any) {
        const struct pc_place start = {.file = file, .line = 1, .column = 1};
        pc_diag_report(&tester->cli->diags, PC_DIAG_REQUEST_MEMBER, start,
                       "the file holds no case");
        outcome = PC_ERR_INVALID;
    }
    return outcome;
}

static enum pc_status read_and_run(struct tester *tester, struct pc_str path)
{
    struct pc_str name = pc_file_name(path);
    PC_TRY(pc_file_read(path, &tester->cli->diags, &tester->bytes));
    struct pc_str text = pc_buf_view(&tester->bytes);
    if (pc_str_has_suffix(path, PC_STR(".ndjson"))) {
        return run_lines(tester, name, text);
    }
    const struct pc_json_source document = {.file = name, .text = text, .repeats = true};
    return run_document(tester, &document);
}

static enum pc_status run_file(struct tester *tester, struct pc_str path)
{
    struct pc_str name = pc_file_name(path);
    size_t before = tester->report.passed + tester->report.failed;
    enum pc_status status = read_and_run(tester, path);
    bool any = tester->report.passed + tester->report.failed > before;
    tester->report.files += status == PC_OK || any;
    if (status == PC_ERR_INVALID) {
        tester->report.unreadable++;
        tester->format->unreadable(&tester->report, name);
        pc_cli_tell(tester->cli);
        status = PC_OK;
    }
    tester->format->end_file(&tester->report, name);
    return status;
}

static enum pc_status run_paths(struct tester *tester, const struct pc_args *args)
{
    struct pc_cli *cli = tester->cli;
    struct pc_paths paths = {0};
    tester->format->begin(&tester->report);
    for (size_t i = 0; i < args->operand_count; i++) {
        enum pc_status status =
            pc_paths_add(&paths, &cli->arena, pc_str_from(args->operands[i]), &cli->diags);
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
        tester->report.unreadable += status != PC_OK;
        if (status != PC_OK) {
            tester->format->unreadable(&tester->report, pc_str_from(args->operands[i]));
            tester->format->end_file(&tester->report, pc_str_from(args->operands[i]));
            pc_cli_tell(cli);
        }
    }
    for (size_t i = 0; i < paths.count; i++) {
        PC_TRY(run_file(tester, paths.items[i]));
    }
    return PC_OK;
}

static enum pc_status run_all(struct tester *tester, const struct pc_args *args)
{
    int64_t begin = pc_clock_millis();
    PC_TRY(pc_case_runner_init(&tester->runner));
    tester->runner.no_index = pc_args_has(args, OPT_NO_INDEX);
    tester->runner.flags = pc_reading_flags(args);
    tester->runner.now = pc_clock_now();
    PC_TRY(run_paths(tester, args));
    if (tester->report.passed + tester->report.failed + tester->report.unreadable == 0) {
        pc_diag_report(&tester->cli->diags, PC_DIAG_FOLDER_EMPTY,
                       (struct pc_place){.file = PC_STR("")}, "there is no case to run");
        return PC_ERR_INVALID;
    }
    tester->report.millis = pc_clock_millis() - begin;
    tester->format->end(&tester->report);
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct tester tester = {.cli = cli, .report = {.out = &cli->out, .color = cli->color_out}};
    enum pc_status status = choose_format(cli, args, &tester.format);
    if (status != PC_OK) {
        return PC_EXIT_FAIL;
    }
    if (args->operand_count == 0) {
        return pc_cli_usage(cli, "no file or folder with cases is named");
    }
    cli->json = tester.format == &pc_report_json;
    status = run_all(&tester, args);
    pc_case_runner_release(&tester.runner);
    pc_arena_release(&tester.tree);
    pc_buf_release(&tester.bytes);
    pc_buf_release(&tester.report.held);
    if (status != PC_OK && cli->out.error == 0) {
        return pc_cli_fail(cli, status);
    }
    if (status != PC_OK || tester.report.unreadable > 0) {
        return PC_EXIT_FAIL;
    }
    return tester.report.failed > 0 ? PC_EXIT_NO : PC_EXIT_OK;
}

static const char details[] =
    "Each PATH is a file, or a folder of which every *.json and *.ndjson below is read, but what "
    "is "
    "hidden; \"-\" is standard input. A *.json file holds one case or an array of cases, an "
    "*.ndjson file one case a line. A "
    "case:\n"
    "  {\"name\": \"boundary limits what the identity policy allows\",\n"
    "   \"request\": {\"principal\", \"action\", \"resource\", \"resourceAccount\", \"context\"},\n"
    "   \"policies\": {\"identity\": [POLICY, ...], \"boundary\": [...], \"session\": [...],\n"
    "                \"resource\": [...], \"endpoint\": [...],\n"
    "                \"scp\": [[POLICY, ...], ...], \"rcp\": [[POLICY, ...], ...]},\n"
    "   \"expect\": {\"decision\": \"allowed\", \"implicitDeny\" or \"explicitDeny\",\n"
    "              \"blockedBy\": [policy types], \"statements\": [Sids or \"#N\"],\n"
    "              \"missingContext\": [condition keys]}}\n"
    "or \"expect\": {\"error\": \"POL0101\"} for a question that fails. A POLICY is a policy "
    "document, or "
    "{\"name\", \"document\"}. A case may have remarks, which polcheck does not read: \"comment\", "
    "\"description\", \"id\", \"source\", \"tags\". scp and rcp hold one array for each level, "
    "from the root down. A "
    "boundary, session or endpoint that is absent restricts nothing, one that is [] allows "
    "nothing; so does a level of scp that is []. Without levels scp and rcp restrict nothing. "
    "Only what is in \"expect\" is "
    "compared. "
    "For the request see polcheck help eval.\n"
    "Exit status: 0 all cases passed, 1 some failed, 2 a file could not be read.";

static const struct pc_example examples[] = {
    {"polcheck test corpus", "Runs every case below the folder."},
    {"polcheck test --format junit cases.json > results.xml", "Writes what CI systems show."},
};

const struct pc_verb pc_verb_test = {
    .name = "test",
    .summary = "Runs cases: questions with their policies and expected answers.",
    .usage = "PATH... [--json | --format FORMAT] [--no-index]",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
