// SPDX-License-Identifier: Apache-2.0
//
// Reads policies out to a person: who may do what on what, and when.
#include "command.h"

#include "account/policies.h"
#include "compiled_policy.h"
#include "policy_of_image.h"
#include "policy_prose.h"
#include "policy_types.h"
#include "trusted.h"

enum option {
    OPT_TYPE = PC_OPTION_OWN,
    OPT_STORE,
};

static const struct pc_option options[] = {
    {OPT_TYPE, 't', "type", PC_POLICY_TYPE_WORDS,
     "What bare policy documents are; by default their text tells.", false},
    {OPT_STORE, 's', "store", "STORE", "The store to look in.", false},
    PC_TRUST_OPTIONS,
};

struct reader {
    struct pc_cli *cli;
    struct pc_prose prose;
    struct pc_arena work; // of one policy
    size_t policies;
};

static const struct pc_place nowhere = {.file = PC_STR_INIT("")};

// Files ------------------------------------------------------------------------------------------

static void write_title(struct reader *reader, const struct pc_found_policy *found)
{
    struct pc_buf *out = reader->prose.out;
    pc_buf_text(out, reader->policies > 0 ? "\n" : "");
    pc_buf_printable(out, found->place.file);
    pc_buf_format(out, ":%u:%u: %s policy", (unsigned)found->place.line,
                  (unsigned)found->place.column, pc_policy_type_text(found->input.type));
    if (!pc_str_eq(found->input.name, found->place.file)) {
        pc_buf_text(out, " \"");
        pc_buf_printable(out, found->input.name);
        pc_buf_byte(out, '"');
    }
    if (found->holder.len > 0) {
        pc_buf_text(out, " of ");
        pc_buf_printable(out, found->holder);
    }
    pc_buf_byte(out, '\n');
}

// One that cannot be read does not keep the others from being shown.
static enum pc_status show_found(void *context, const struct pc_found_policy *found, size_t number,
                                 size_t total)
{
    struct reader *reader = context;
    const struct pc_policy *policy;
    (void)number;
    (void)total;
    pc_arena_reset(&reader->work);
    enum pc_status status =
        pc_policy_read(&reader->work, &found->input, &reader->cli->diags, &policy);
    if (status == PC_ERR_INVALID) {
        return PC_OK;
    }
    PC_TRY(status);
    write_title(reader, found);
    reader->policies++;
    PC_TRY(pc_prose_write(&reader->prose, policy));
    return pc_output_drain(&reader->cli->out) ? PC_OK : PC_ERR_IO;
}

static enum pc_status show_files(struct reader *reader, const struct pc_args *args)
{
    struct pc_cli *cli = reader->cli;
    struct pc_policies_input input = {.visit = show_found, .context = reader};
    const struct pc_import *import;
    struct pc_str *paths = pc_arena_array(&cli->arena, args->operand_count, sizeof(*paths));
    if (paths == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < args->operand_count; i++) {
        paths[i] = pc_str_from(args->operands[i]);
    }
    input.from.paths = paths;
    input.from.count = args->operand_count;
    PC_TRY(pc_policy_type_read(cli, args, OPT_TYPE, &input.type));
    PC_TRY(pc_import_policies(&cli->arena, &input, &cli->diags, &import));
    if (reader->policies == 0 && cli->diags.errors == 0) {
        pc_diag_report(&cli->diags, PC_DIAG_SHOW_NOTHING, nowhere, "no policy was found");
    }
    return cli->diags.errors > 0 ? PC_ERR_INVALID : PC_OK;
}

// A store ----------------------------------------------------------------------------------------

static enum pc_status show_image(void *context, const char *what, const struct pc_image *image)
{
    struct reader *reader = context;
    struct pc_buf *out = reader->prose.out;
    struct pc_policy *policies;
    size_t count;
    pc_arena_reset(&reader->work);
    PC_TRY(pc_policies_of_image(&reader->work, image, &policies, &count));
    for (size_t i = 0; i < count; i++) {
        pc_buf_format(out, "%s%s \"", reader->policies > 0 ? "\n" : "", what);
        pc_buf_printable(out, policies[i].name);
        pc_buf_text(out, "\" in ");
        pc_buf_printable(out, policies[i].file);
        pc_buf_byte(out, '\n');
        reader->policies++;
        PC_TRY(pc_prose_write(&reader->prose, &policies[i]));
    }
    if (count == 0) {
        pc_buf_format(out, "%s%s: none, which allows nothing\n", reader->policies > 0 ? "\n" : "",
                      what);
        reader->policies++;
    }
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    const char *store = pc_args_value(args, OPT_STORE);
    struct reader reader = {
        .cli = cli,
        .prose = {.out = &cli->out.text, .color = cli->color_out, .width = pc_output_width()}};
    if (args->operand_count == 0 || (store != NULL && args->operand_count > 1)) {
        return pc_cli_usage(cli, store != NULL ? "show --store needs one ARN"
                                               : "no file or folder with policies is named");
    }
    if (store != NULL && pc_args_has(args, OPT_TYPE)) {
        return pc_cli_usage(cli, "--type is for a file; the store knows its policies' types");
    }
    if (store == NULL && pc_trust_unused(cli, args) != PC_OK) {
        return PC_EXIT_FAIL;
    }
    enum pc_status status = pc_catalog_builtin(&cli->arena, &reader.prose.catalog);
    if (status == PC_OK) {
        status = store != NULL ? pc_visit_store(cli, args, store, show_image, &reader)
                               : show_files(&reader, args);
    }
    pc_arena_release(&reader.work);
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}

static const char details[] =
    "Each PATH is a file, or a folder of which every *.json below is read; \"-\" is standard "
    "input: "
    "policy documents, what the AWS CLI prints, manifests (polcheck help compile); cases of "
    "polcheck test are passed over. With --store "
    "the "
    "policies of a principal or resource are read out as they were compiled.\n"
    "Behind a pattern of actions stands how many actions of AWS it means today, by the service "
    "reference that polcheck has (polcheck version). A condition also says when it holds without "
    "its key.\n"
    "Exit status: 0 shown, 2 something could not be read.";

static const struct pc_example examples[] = {
    {"polcheck show policies/managed/AWSLambdaExecute.json", "Reads a policy out."},
    {"polcheck show --store build/demo.store arn:aws:iam::111122223333:user/alice",
     "Reads out all that a principal has."},
};

const struct pc_verb pc_verb_show = {
    .name = "show",
    .summary = "Reads policies out: who may do what on what, and when.",
    .usage = "PATH... [--type TYPE]\n--store STORE ARN",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
