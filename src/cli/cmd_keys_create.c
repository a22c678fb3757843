// SPDX-License-Identifier: Apache-2.0
//
// Makes a key.
#include "file.h"
#include "key_policy.h"
#include "vault_options.h"

enum option {
    OPT_ARN = PC_OPTION_OWN,
    OPT_ACCOUNT,
    OPT_REGION,
    OPT_ALIAS,
    OPT_POLICY,
    OPT_TAG,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_ARN, 0, "arn", "ARN", "The key's ARN, as one of KMS that the policies name.", false},
    {OPT_ACCOUNT, 0, "account", "ID", "The account of a key whose ARN is made up.", false},
    {OPT_REGION, 0, "region", "REGION", "The region of a key whose ARN is made up.", false},
    {OPT_ALIAS, 0, "alias", "ALIAS", "A name for it: alias/NAME.", false},
    {OPT_POLICY, 0, "policy", "FILE",
     "The key's policy; \"-\": standard input. Without it the compiled policies have the key's, "
     "or nobody may use it.",
     false},
    {OPT_TAG, 0, "tag", "KEY=VALUE", "A tag, for conditions. May be repeated.", true},
};

struct job {
    struct pc_cli *cli;
    struct pc_key_order order;
    struct pc_str arn; // of the key that was made
};

static enum pc_status work(void *context, struct pc_change *change)
{
    struct job *job = context;
    struct pc_str arn;
    PC_TRY(pc_change_create_key(change, &job->order, &arn));
    return pc_arena_copy(&job->cli->arena, arn, &job->arn);
}

static enum pc_status read_tags(struct pc_cli *cli, const struct pc_args *args,
                                struct pc_key_order *order)
{
    struct pc_key_tag *tags = pc_arena_array(&cli->arena, args->given_count, sizeof(*tags));
    if (tags == NULL) {
        return PC_ERR_NOMEM;
    }
    order->tags = tags;
    for (size_t i = 0; i < args->given_count; i++) {
        struct pc_str text = pc_str_from(args->given[i].value);
        size_t equals = pc_str_find(text, '=', 0);
        if (args->given[i].option->id != OPT_TAG) {
            continue;
        }
        if (equals == SIZE_MAX || equals == 0) {
            (void)pc_cli_usage(cli, "--tag takes KEY=VALUE, not \"%.*s\"", PC_STR_ARG(text));
            return PC_ERR_USAGE;
        }
        tags[order->tag_count++] = (struct pc_key_tag){pc_str_slice(text, 0, equals),
                                                       pc_str_slice(text, equals + 1, text.len)};
    }
    return PC_OK;
}

static enum pc_status read_order(struct pc_cli *cli, const struct pc_args *args,
                                 struct pc_key_order *order)
{
    const char *policy = pc_args_value(args, OPT_POLICY);
    order->arn = pc_str_from(pc_args_value(args, OPT_ARN));
    order->account = pc_str_from(pc_args_value(args, OPT_ACCOUNT));
    order->region = pc_str_from(pc_args_value(args, OPT_REGION));
    order->alias = pc_str_from(pc_args_value(args, OPT_ALIAS));
    bool parts = order->account.len > 0 && order->region.len > 0;
    bool any_part = order->account.len > 0 || order->region.len > 0;
    if (order->arn.len > 0 ? any_part : !parts) {
        (void)pc_cli_usage(cli, "the key is named by --arn ARN, or made up for --account ID "
                                "and --region REGION");
        return PC_ERR_USAGE;
    }
    PC_TRY(read_tags(cli, args, order));
    if (policy != NULL) {
        PC_TRY(pc_key_policy_read(cli, policy, &order->policy));
        order->policy_name = pc_file_name(pc_str_from(policy));
    }
    return PC_OK;
}

static enum pc_status create(struct job *job, const struct pc_args *args)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    struct pc_cli *cli = job->cli;
    PC_TRY(read_order(cli, args, &job->order));
    PC_TRY(pc_vault_access_init(cli, args, &access));
    const struct pc_change_note note = {
        .event = PC_STR("keys create"),
        .key = job->order.arn.len > 0 ? job->order.arn : job->order.alias,
    };
    PC_TRY(pc_vault_change(&(const struct pc_vault_place){access.path, access.root}, &note,
                           &cli->diags, work, job));
    cli->changed = true;
    pc_buf_printable(&cli->out.text, job->arn);
    pc_buf_byte(&cli->out.text, '\n');
    if (job->order.policy.len == 0) {
        pc_key_policy_missing(cli, job->arn);
    }
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct job job = {.cli = cli};
    if (args->operand_count > 0) {
        return pc_cli_usage(cli, "keys create takes no operands");
    }
    return pc_vault_exit(cli, create(&job, args));
}

static const struct pc_example examples[] = {
    {"polcheck keys create --vault vault --root-key root.key --account 111122223333 \\\n"
     "      --region eu-west-1 --alias alias/app --policy key-policy.json",
     "Makes a key whose ARN is made up, and prints it."},
};

const struct pc_verb pc_verb_keys_create = {
    .name = "keys create",
    .summary = "Makes a key, and prints its ARN.",
    .usage = PC_VAULT_USAGE " --arn ARN [OPTION]...\n" //
    PC_VAULT_USAGE " --account ID --region REGION [OPTION]...",
    .details = PC_VAULT_DETAILS
    "\n"
    "The policy is one as KMS keys have, and is checked as polcheck compile does. It can be "
    "changed later, with polcheck keys policy. Without --policy the store that is compiled must "
    "have the key's policy, under its ARN, or nobody is released anything.\n"
    "Exit status: 0 made, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
