// SPDX-License-Identifier: Apache-2.0
//
// The keys of a vault, without what makes them keys.
#include "vault_options.h"
#include "vault_text.h"

#include "base/clock.h"

#include <inttypes.h>

enum option {
    OPT_JSON = PC_OPTION_OWN,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_JSON, 0, "json", NULL, "Prints an object a line for each key.", false},
};

struct job {
    struct pc_cli *cli;
    int64_t now;
};

static void write_tags(struct pc_json_writer *writer, const struct pc_vault_key *key)
{
    pc_json_key(writer, "tags");
    pc_json_begin_object(writer);
    for (size_t i = 0; i < key->tag_count; i++) {
        pc_json_key_str(writer, key->tags[i].key);
        pc_json_string(writer, key->tags[i].value);
    }
    pc_json_end_object(writer);
}

static void write_json(struct pc_buf *out, const struct pc_vault_key *key)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "arn");
    pc_json_string(&writer, key->arn);
    if (key->alias.len > 0) {
        pc_json_key(&writer, "alias");
        pc_json_string(&writer, key->alias);
    }
    pc_json_key(&writer, "service");
    pc_json_boolean(&writer, key->service);
    pc_json_key(&writer, "state");
    pc_json_text(&writer, pc_key_state_text(key->state));
    pc_json_key(&writer, "created");
    pc_moment_write_json(&writer, key->created);
    if (key->deletion != 0) {
        pc_json_key(&writer, "deletion");
        pc_moment_write_json(&writer, key->deletion);
    }
    pc_json_key(&writer, "version");
    pc_json_number(&writer, key->version);
    pc_json_key(&writer, "rotated");
    pc_moment_write_json(&writer, key->rotated);
    pc_json_key(&writer, "policy");
    pc_json_boolean(&writer, key->policy.len > 0);
    write_tags(&writer, key);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

static const char *policy_text(const struct pc_vault_key *key)
{
    return key->service          ? "the service's policy"
           : key->policy.len > 0 ? "a policy of its own"
                                 : "no policy in the vault";
}

static void write_text(struct pc_buf *out, const struct pc_vault_key *key, int64_t now)
{
    pc_buf_printable(out, key->arn);
    if (key->alias.len > 0) {
        pc_buf_text(out, "  ");
        pc_buf_printable(out, key->alias);
    }
    pc_buf_format(out, "\n  %s, version %" PRIu32 ", made ", pc_key_state_text(key->state),
                  key->version);
    pc_age_write(out, key->rotated, now);
    pc_buf_format(out, " ago, %s\n", policy_text(key));
    if (key->deletion != 0) {
        pc_buf_text(out, "  goes with everything that is sealed under it at ");
        pc_moment_write(out, key->deletion);
        pc_buf_byte(out, '\n');
    }
    for (size_t i = 0; i < key->tag_count; i++) {
        pc_buf_text(out, "  tag ");
        pc_buf_printable(out, key->tags[i].key);
        pc_buf_byte(out, '=');
        pc_buf_printable(out, key->tags[i].value);
        pc_buf_byte(out, '\n');
    }
}

static enum pc_status show(void *context, const struct pc_vault_key *key)
{
    const struct job *job = context;
    struct pc_output *out = &job->cli->out;
    if (job->cli->json) {
        write_json(&out->text, key);
    } else {
        write_text(&out->text, key, job->now);
    }
    (void)pc_output_drain(out); // a failure is told when the command ends
    return PC_OK;
}

static enum pc_status list(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    struct job job = {cli, pc_clock_now()};
    struct pc_vault *vault;
    PC_TRY(pc_vault_access_init(cli, args, &access));
    PC_TRY(pc_vault_open(access.path, access.root, &cli->diags, &vault));
    enum pc_status status = pc_vault_each_key(vault, &cli->diags, show, &job);
    pc_vault_close(vault);
    return status;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    cli->json = pc_args_has(args, OPT_JSON);
    if (args->operand_count > 0) {
        return pc_cli_usage(cli, "keys list takes no operands");
    }
    return pc_vault_exit(cli, list(cli, args));
}

static const struct pc_example examples[] = {
    {"polcheck keys list --vault vault --root-key root.key", "Lists the keys."},
};

const struct pc_verb pc_verb_keys_list = {
    .name = "keys list",
    .summary = "Lists keys: ARNs, aliases, states and versions.",
    .usage = PC_VAULT_USAGE " [--json]",
    .details = PC_VAULT_DETAILS "\n"
                                "Exit status: 0 listed, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
