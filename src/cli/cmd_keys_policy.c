// SPDX-License-Identifier: Apache-2.0
//
// Shows, sets or takes away the policy of a key.
#include "file.h"
#include "key_policy.h"
#include "key_step.h"

#include <unistd.h>

enum option {
    OPT_SET = PC_OPTION_OWN,
    OPT_REMOVE,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_SET, 0, "set", "FILE", "Gives the key this policy; \"-\": standard input.", false},
    {OPT_REMOVE, 0, "remove", NULL, "Takes the policy away.", false},
};

struct job {
    struct pc_cli *cli;
    struct pc_str key;
    struct pc_str policy, name; // "": takes it away
};

static enum pc_status work(void *context, struct pc_change *change)
{
    const struct job *job = context;
    return pc_change_key_policy(change, job->key, job->policy, job->name);
}

static enum pc_status change(struct job *job, const struct pc_vault_access *access)
{
    struct pc_cli *cli = job->cli;
    const struct pc_change_note note = {.event = PC_STR("keys policy"), .key = job->key};
    PC_TRY(pc_vault_change(&(const struct pc_vault_place){access->path, access->root}, &note,
                           &cli->diags, work, job));
    cli->changed = true;
    pc_buf_printable(&cli->out.text, job->key);
    pc_buf_text(&cli->out.text, job->policy.len > 0 ? ": has the policy now\n"
                                                    : ": has no policy in the vault now\n");
    return PC_OK;
}

// As it was given; on a terminal so that it cannot draw there.
static void write_policy(struct pc_buf *out, struct pc_str policy)
{
    bool terminal = isatty(STDOUT_FILENO) != 0;
    while (policy.len > 0) {
        size_t end = pc_str_find(policy, '\n', 0);
        struct pc_str line = pc_str_slice(policy, 0, end);
        (terminal ? pc_buf_printable : pc_buf_str)(out, line);
        pc_buf_byte(out, '\n');
        policy = pc_str_slice(policy, line.len + 1, policy.len);
    }
}

static enum pc_status show(struct job *job, struct pc_vault *vault, bool *has)
{
    struct pc_cli *cli = job->cli;
    struct pc_vault_key key;
    enum pc_status status = pc_vault_key(vault, job->key, PC_STR(""), &cli->diags, &key);
    if (status == PC_ERR_NOTFOUND) {
        pc_diag_report(&cli->diags, PC_DIAG_KEY_UNKNOWN, (struct pc_place){.file = PC_STR("")},
                       "no key \"%.*s\" in the vault", PC_STR_ARG(job->key));
    }
    PC_TRY(status);
    *has = key.policy.len > 0;
    if (!*has) {
        pc_key_policy_missing(cli, job->key);
    }
    write_policy(&cli->out.text, key.policy);
    return PC_OK;
}

static enum pc_status open_and_show(struct job *job, const struct pc_vault_access *access,
                                    bool *has)
{
    struct pc_vault *vault;
    PC_TRY(pc_vault_open(access->path, access->root, &job->cli->diags, &vault));
    enum pc_status status = show(job, vault, has);
    pc_vault_close(vault);
    return status;
}

static enum pc_status run_job(struct job *job, const struct pc_args *args, bool *has)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    struct pc_cli *cli = job->cli;
    const char *set = pc_args_value(args, OPT_SET);
    PC_TRY(pc_key_operand(cli, args, "keys policy", &job->key));
    if (set != NULL) {
        PC_TRY(pc_key_policy_read(cli, set, &job->policy));
        job->name = pc_file_name(pc_str_from(set));
    }
    PC_TRY(pc_vault_access_init(cli, args, &access));
    if (set != NULL || pc_args_has(args, OPT_REMOVE)) {
        return change(job, &access);
    }
    return open_and_show(job, &access, has);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct job job = {.cli = cli};
    bool has = true;
    if (pc_args_has(args, OPT_SET) && pc_args_has(args, OPT_REMOVE)) {
        return pc_cli_usage(cli, "--set gives the key a policy, --remove takes it away: one of "
                                 "them");
    }
    enum pc_status status = run_job(&job, args, &has);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    return has ? PC_EXIT_OK : PC_EXIT_NO;
}

static const struct pc_example examples[] = {
    {"polcheck keys policy --vault vault --root-key root.key alias/app", "Shows the policy."},
    {"polcheck keys policy --vault vault --root-key root.key alias/app --set key-policy.json",
     "Gives the key another one."},
};

const struct pc_verb pc_verb_keys_policy = {
    .name = "keys policy",
    .summary = "Shows or changes the policy of a key.",
    .usage = PC_VAULT_USAGE " KEY [--set FILE | --remove]",
    .details = PC_VAULT_DETAILS
    "\n"
    "KEY is an ARN or an alias. A key without a policy in the vault has the one that the compiled "
    "policies give it, or none, and then nobody may use it. A key with a policy in both has an "
    "error. What is set is checked as polcheck compile does.\n"
    "Exit status: 0 shown or changed; 1 there is no policy to show; 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
