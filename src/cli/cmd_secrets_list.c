// SPDX-License-Identifier: Apache-2.0
//
// What a vault holds: names, versions, ages and keys, and never a value.
#include "vault_options.h"
#include "vault_text.h"

#include "base/clock.h"

#include <inttypes.h>
#include <string.h>

enum option {
    OPT_FUNCTION = PC_OPTION_OWN,
    OPT_JSON,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_FUNCTION, 'f', "function", "ARN", "Only the variables of this function.", false},
    {OPT_JSON, 0, "json", NULL, "Prints an object a line for each function.", false},
};

struct job {
    struct pc_cli *cli;
    struct pc_vault *vault;
    int64_t now;
};

// As keys list says it; "Deleted" of one that is gone, and with it what was sealed under it.
static enum pc_status state_of(const struct job *job, struct pc_str key, const char **out)
{
    struct pc_vault_key found;
    enum pc_status status = pc_vault_key(job->vault, key, PC_STR(""), &job->cli->diags, &found);
    if (status != PC_OK && status != PC_ERR_NOTFOUND) {
        return status;
    }
    *out = status == PC_OK ? pc_key_state_text(found.state) : "Deleted";
    return PC_OK;
}

static void write_variables(struct pc_json_writer *writer,
                            const struct pc_vault_environment *environment)
{
    pc_json_begin_array(writer);
    for (size_t i = 0; i < environment->count; i++) {
        pc_json_begin_object(writer);
        pc_json_key(writer, "name");
        pc_json_string(writer, environment->variables[i].name);
        pc_json_key(writer, "version");
        pc_json_number(writer, (int64_t)environment->variables[i].version);
        pc_json_key(writer, "set");
        pc_moment_write_json(writer, environment->variables[i].set);
        pc_json_end_object(writer);
    }
    pc_json_end_array(writer);
}

static void write_json(struct pc_buf *out, const struct pc_vault_environment *environment,
                       const char *state)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "function");
    pc_json_string(&writer, environment->function);
    pc_json_key(&writer, "key");
    pc_json_string(&writer, environment->key);
    pc_json_key(&writer, "keyState");
    pc_json_text(&writer, state);
    pc_json_key(&writer, "keyVersion");
    pc_json_number(&writer, environment->key_version);
    pc_json_key(&writer, "bytes");
    pc_json_number(&writer, (int64_t)environment->measure);
    pc_json_key(&writer, "limit");
    pc_json_number(&writer, PC_ENVIRONMENT_BYTES);
    pc_json_key(&writer, "variables");
    write_variables(&writer, environment);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

// state: NULL of a key that is enabled.
static void write_text(struct pc_buf *out, const struct pc_vault_environment *environment,
                       const char *state, int64_t now)
{
    pc_buf_printable(out, environment->function);
    pc_buf_format(out, "\n  %zu of %d bytes, under version %" PRIu32 " of ", environment->measure,
                  PC_ENVIRONMENT_BYTES, environment->key_version);
    pc_buf_printable(out, environment->key);
    if (state != NULL) {
        pc_buf_format(out, "\n  which is %s, so they are not released", state);
    }
    pc_buf_byte(out, '\n');
    for (size_t i = 0; i < environment->count; i++) {
        const struct pc_vault_variable *variable = &environment->variables[i];
        size_t padding = variable->name.len < 32 ? 32 - variable->name.len : 0;
        pc_buf_text(out, "    ");
        pc_buf_printable(out, variable->name);
        pc_buf_fill(out, ' ', padding);
        pc_buf_format(out, " version %" PRIu64 ", set ", variable->version);
        pc_age_write(out, variable->set, now);
        pc_buf_text(out, " ago\n");
    }
}

static enum pc_status show(void *context, const struct pc_vault_environment *environment)
{
    const struct job *job = context;
    struct pc_output *out = &job->cli->out;
    const char *state = "";
    PC_TRY(state_of(job, environment->key, &state));
    if (job->cli->json) {
        write_json(&out->text, environment, state);
    } else {
        bool enabled = strcmp(state, pc_key_state_text(PC_KEY_ENABLED)) == 0;
        write_text(&out->text, environment, enabled ? NULL : state, job->now);
    }
    (void)pc_output_drain(out); // a failure is told when the command ends
    return PC_OK;
}

static enum pc_status show_one(struct job *job, struct pc_str function)
{
    struct pc_vault_environment environment;
    struct pc_diags *diags = &job->cli->diags;
    enum pc_status status = pc_vault_environment(job->vault, function, diags, &environment);
    if (status == PC_ERR_NOTFOUND) {
        pc_diag_report(diags, PC_DIAG_SECRET_UNKNOWN, (struct pc_place){.file = PC_STR("")},
                       "the vault holds nothing for \"%.*s\"", PC_STR_ARG(function));
    }
    PC_TRY(status);
    return show(job, &environment);
}

static enum pc_status list(struct pc_cli *cli, const struct pc_args *args, struct pc_str function)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    struct job job = {.cli = cli, .now = pc_clock_now()};
    if (function.len > 0) {
        PC_TRY(pc_function_arn_check(function, &cli->diags));
    }
    PC_TRY(pc_vault_access_init(cli, args, &access));
    PC_TRY(pc_vault_open(access.path, access.root, &cli->diags, &job.vault));
    enum pc_status status = function.len > 0
                                ? show_one(&job, function)
                                : pc_vault_each_environment(job.vault, &cli->diags, show, &job);
    pc_vault_close(job.vault);
    return status;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    cli->json = pc_args_has(args, OPT_JSON);
    if (args->operand_count > 0) {
        return pc_cli_usage(cli, "secrets list takes no operands: --function ARN names one");
    }
    struct pc_str function = pc_str_from(pc_args_value(args, OPT_FUNCTION));
    return pc_vault_exit(cli, list(cli, args, function));
}

static const struct pc_example examples[] = {
    {"polcheck secrets list --vault vault --root-key root.key", "Lists what the vault holds."},
};

const struct pc_verb pc_verb_secrets_list = {
    .name = "secrets list",
    .summary = "Lists variables: names, versions, ages and keys, never values.",
    .usage = PC_VAULT_USAGE " [--function ARN] [--json]",
    .details = PC_VAULT_DETAILS "\n"
                                "The bytes are those of all names and values of the function, "
                                "measured as Lambda does. The version of a variable is the "
                                "vault's generation that set it. A key that is not enabled is "
                                "marked: what is sealed under it is not released; \"Deleted\", "
                                "it cannot be opened any more.\n"
                                "Exit status: 0 listed, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
