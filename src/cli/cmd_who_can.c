// SPDX-License-Identifier: Apache-2.0
//
// Who can do an action on a resource, of all principals of a store.
#include "command.h"

#include "asked_names.h"
#include "question.h"
#include "question_options.h"
#include "reach/who_can.h"
#include "reach_report.h"

enum option {
    OPT_JSON = PC_OPTION_OWN,
};

static const struct pc_option options[] = {
    PC_STORE_OPTIONS,
    PC_FACT_OPTIONS,
    {OPT_JSON, 0, "json", NULL, "Prints an object a line for each principal.", false},
    PC_READING_OPTIONS,
};

// For people --------------------------------------------------------------------------------------

// What a principal that is no ARN of the store is.
static const char *remark(const struct pc_member *member)
{
    switch ((int)member->kind) {
    case PC_MEMBER_ANONYMOUS:
        return " (anybody, by requests that are not signed)";
    case PC_MEMBER_OTHER_ACCOUNTS:
        return " (anybody in other accounts whom these let do it)";
    case PC_MEMBER_OTHER_SERVICES:
        return " (any service of AWS)";
    case PC_MEMBER_ACCOUNT:
        return " (whomever this account lets do it)";
    default:
        break;
    }
    bool account = member->kind != PC_MEMBER_SERVICE && member->kind != PC_MEMBER_PROVIDER;
    return member->stored || !account
               ? ""
               : " (not in the store; its account may have to let it do it, too)";
}

static void write_text(struct pc_cli *cli, const struct pc_who_can *found, bool patterns)
{
    struct pc_buf *out = &cli->out.text;
    for (size_t i = 0; i < found->count && pc_output_drain(&cli->out); i++) {
        const struct pc_member *member = &found->members[i];
        bool can = member->reach == PC_REACH_YES;
        pc_buf_text(out, cli->color_out ? (can ? "\033[1;32m" : "\033[1;33m") : "");
        pc_buf_text(out, can ? "can      " : "depends  ");
        pc_buf_text(out, cli->color_out ? "\033[0m" : "");
        pc_buf_printable(out, member->principal);
        pc_buf_text(out, remark(member));
        pc_buf_byte(out, '\n');
        for (const struct pc_way *way = member->ways; way != NULL; way = way->next) {
            pc_reach_write_way(out, way, patterns);
        }
    }
    pc_buf_text(out, found->count == 0 ? "nobody\n" : "");
}

// For programs ------------------------------------------------------------------------------------

static void write_json(struct pc_cli *cli, const struct pc_who_can *found)
{
    struct pc_buf *out = &cli->out.text;
    for (size_t i = 0; i < found->count && pc_output_drain(&cli->out); i++) {
        const struct pc_member *member = &found->members[i];
        struct pc_json_writer writer;
        pc_json_writer_init(&writer, out, false);
        pc_json_begin_object(&writer);
        pc_json_key(&writer, "principal");
        pc_json_string(&writer, member->principal);
        pc_json_key(&writer, "kind");
        pc_json_text(&writer, pc_member_kind_text(member->kind));
        pc_json_key(&writer, "stored");
        pc_json_boolean(&writer, member->stored);
        pc_json_key(&writer, "can");
        pc_json_text(&writer, pc_reach_text(member->reach));
        pc_json_key(&writer, "ways");
        pc_json_begin_array(&writer);
        for (const struct pc_way *way = member->ways; way != NULL; way = way->next) {
            pc_reach_write_way_json(&writer, way);
        }
        pc_json_end_array(&writer);
        pc_json_end_object(&writer);
        pc_buf_byte(out, '\n');
    }
}

// Asking ------------------------------------------------------------------------------------------

static bool is_pattern(const char *text)
{
    return strpbrk(text, "*?") != NULL;
}

// What the answer takes for granted, or leaves out.
static void tell_limits(struct pc_cli *cli, const struct pc_args *args,
                        const struct pc_who_can *found)
{
    if (found->owner_assumed) {
        pc_diag_report(&cli->diags, PC_DIAG_REACH_OWNER, pc_option_place("--resource-account"),
                       "nothing says which account owns \"%s\"", args->operands[1]);
        pc_diag_hint(&cli->diags, "each principal was asked as if it were its own account's; name "
                                  "the owner with --resource-account");
    }
    if (found->excluded > 0) {
        pc_diag_report(&cli->diags, PC_DIAG_REACH_EXCLUDED, pc_option_place("--context"),
                       "%zu %s of which no request can carry the given context", found->excluded,
                       found->excluded == 1 ? "principal was left out,"
                                            : "principals were left out,");
    }
}

static enum pc_status check_operands(struct pc_cli *cli, const struct pc_args *args)
{
    if (args->operand_count != 2) {
        (void)pc_cli_usage(cli, "who-can takes an action and a resource, not %zu operand%s",
                           args->operand_count, args->operand_count == 1 ? "" : "s");
        return PC_ERR_USAGE;
    }
    bool resource = is_pattern(args->operands[1]) && strcmp(args->operands[1], "*") != 0;
    if (resource && pc_args_has(args, PC_OPTION_WIDE_STARS)) {
        (void)pc_cli_usage(cli, "--wide-stars is for a resource without wildcards");
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static enum pc_status ask(struct pc_cli *cli, const struct pc_args *args, struct pc_asker *asker,
                          struct pc_who_can *found)
{
    struct pc_request request = {0};
    struct pc_who_question question = {.request = &request, .place = pc_option_place("")};
    PC_TRY(check_operands(cli, args));
    PC_TRY(pc_cli_question_facts(cli, args, &request));
    request.action = pc_str_from(args->operands[0]);
    request.resource = pc_str_from(args->operands[1]);
    if (is_pattern(args->operands[0])) {
        PC_TRY(pc_catalog_builtin(&cli->arena, &question.catalog));
    }
    PC_TRY(pc_cli_question_set(cli, args, asker));
    PC_TRY(pc_cli_question_open(cli, args, asker));
    const struct pc_asked_names names = {question.catalog, request.action, question.place,
                                         PC_OPTION_CONTEXT};
    PC_TRY(pc_who_can(asker, &question, &cli->arena, &cli->diags, found));
    return pc_asked_names_check(cli, args, &names);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    PC_CLEANUP(pc_asker_close) struct pc_asker asker = {0};
    struct pc_who_can found;
    cli->json = pc_args_has(args, OPT_JSON);
    enum pc_status status = ask(cli, args, &asker, &found);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    if (cli->json) {
        write_json(cli, &found);
    } else {
        write_text(cli, &found, is_pattern(args->operands[0]) || is_pattern(args->operands[1]));
    }
    tell_limits(cli, args, &found);
    return found.count > 0 ? PC_EXIT_OK : PC_EXIT_NO;
}

static const char details[] =
    "Every role and user of the store is asked about, a role as any session of "
    "it, and whoever else the resource's policy lets in: services, identity "
    "providers, principals that the store does not have, accounts of which it has "
    "none (as any principal of theirs), the public. "
    "\"can\": allowed, whatever the request carries beside what is given; "
    "\"depends\": allowed or not, by context keys that are not given and do not "
    "follow from the rest, which are listed. A key that is absent for sure is "
    "given as null (--context-json). What excludes each other is not recognised: "
    "where two statements want two values of one key, it depends, too.\n"
    "ACTION may have wildcards behind the service (\"s3:Get*\"): who can do at "
    "least one of them. Each action that AWS has by that pattern is asked, and "
    "each that a statement names; if only others may be allowed, the pattern "
    "stands in their place, and it depends. \"*\" is every action of the resource's "
    "service: of a role those of IAM, and sts:AssumeRole is asked by its name.\n"
    "RESOURCE is an ARN, also with wildcards (\"arn:aws:s3:::photos/*\"): who can "
    "do it on at least one; or \"*\", an action without a resource, as in eval. "
    "\"on\" says for which part: \"its account's\" are those of the principal's own "
    "account, and resources of the store whose policies make it otherwise are "
    "told by themselves (\"but for\"). A pattern means no KMS keys and no roles to "
    "assume but those of the store, for their own policies have to allow it. "
    "\"can\" is sure for all of a part; of \"some of\" it is not, and perhaps it is "
    "none.\n"
    "Without wildcards and with every key given, who is listed is exactly who is "
    "allowed by eval. Not listed are the root users of the store's accounts, whom "
    "nothing but a Deny keeps from anything, unique ids of principals that were "
    "deleted, and canonical users. A KMS key is taken to be none of AWS's own, "
    "unless kms:ResourceAliases says so.\n"
    "An object of --json is {\"principal\", \"kind\", \"stored\", \"can\": \"yes\" or "
    "\"depends\", \"ways\": [{\"can\", \"actions\", \"resource\", \"own\", \"except\", "
    "\"partly\", \"statements\"}]}; CONTRACT.md, section 3, says what is in it.\n"
    "Exit status: 0 somebody, 1 nobody, 2 the question could not be asked.";

static const struct pc_example examples[] = {
    {"polcheck who-can -s build/demo.store s3:GetObject arn:aws:s3:::photos/studio/cat.jpg",
     "Lists who can read an object."},
    {"polcheck who-can -s build/demo.store 's3:Put*' 'arn:aws:s3:::photos/*' --json",
     "Lists who can write something there, and where."},
};

const struct pc_verb pc_verb_who_can = {
    .name = "who-can",
    .summary = "Lists who can do an action on a resource, and when.",
    .usage = "--store STORE [--context KEY=VALUE]... ACTION RESOURCE",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
