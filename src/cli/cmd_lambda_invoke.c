// SPDX-License-Identifier: Apache-2.0
//
// Answers a call of a function as Lambda's DryRun does: whether the caller may, and nothing else
// (LAMBDA.md 5.5). The question is on the function as it is named, with the qualifier or without.
#include "account/asker.h"
#include "answer.h"
#include "eval/sentence.h"
#include "lambda/permission.h"
#include "lambda_options.h"
#include "question_options.h"
#include "readings.h"
#include "trusted.h"

enum option {
    OPT_DRY_RUN = PC_OPTION_OWN,
    OPT_STORE,
    OPT_PRINCIPAL,
    OPT_CONTEXT,
    OPT_CONTEXT_JSON,
    OPT_NOW,
    OPT_JSON,
};

enum {
    NO_CONTENT = 204, // allowed
    FORBIDDEN = 403,
};

static const struct pc_option options[] = {
    {OPT_DRY_RUN, 0, "dry-run", NULL, "Asks whether the call would be allowed; needed.", false},
    {OPT_STORE, 's', "store", "STORE", "The compiled policies (polcheck compile).", false},
    PC_TRUST_OPTIONS,
    PC_FUNCTION_NAME_OPTIONS,
    {OPT_PRINCIPAL, 'p', "principal", "PRINCIPAL",
     "Who calls: an ARN, a service such as s3.amazonaws.com, \"*\" for an unsigned request, or a "
     "JSON object as in a case.",
     false},
    {OPT_CONTEXT, 'c', "context", "KEY=VALUE", "A context key with one value; repeatable.", true},
    {OPT_CONTEXT_JSON, 0, "context-json", "JSON",
     "An object of context keys with typed values, also arrays; or @FILE; repeatable.", true},
    {OPT_NOW, 0, "now", "TIME",
     "The time of the call: 2024-05-01T12:00:00Z or seconds since 1970; default: the clock.",
     false},
    {OPT_JSON, 0, "json", NULL, "Prints the answer and the diagnostics as JSON objects.", false},
    PC_READING_OPTIONS,
};

struct job {
    struct pc_cli *cli;
    const struct pc_args *args;
    struct pc_function_name function;
    struct pc_request request;
    struct pc_asker asker;
    bool own_policy; // the store has one of what is named, with its qualifier
};

static const struct pc_place nowhere = {.file = PC_STR_INIT("")};

// The question -----------------------------------------------------------------------------------

static enum pc_status read_context(struct job *job)
{
    for (size_t i = 0; i < job->args->given_count; i++) {
        const struct pc_given *given = &job->args->given[i];
        if (given->option->id == OPT_CONTEXT) {
            PC_TRY(pc_question_context(job->cli, given->value, &job->request));
        } else if (given->option->id == OPT_CONTEXT_JSON) {
            PC_TRY(pc_question_context_json(job->cli, given->value, &job->request));
        }
    }
    return PC_OK;
}

static enum pc_status read_question(struct job *job)
{
    PC_TRY(pc_lambda_function(job->cli, job->args, &job->function));
    job->request.action = PC_STR("lambda:InvokeFunction");
    job->request.resource = job->function.arn;
    PC_TRY(pc_question_principal(job->cli, "--principal", pc_args_value(job->args, OPT_PRINCIPAL),
                                 &job->request.caller));
    return read_context(job);
}

static enum pc_status find_policy(struct job *job, struct pc_str arn, bool *out)
{
    const struct pc_asking asking = {&job->cli->arena, nowhere, &job->cli->diags};
    return pc_resolver_has_policy(job->asker.resolver, arn, &asking, out);
}

static enum pc_status find_function(struct job *job, struct pc_str arn, bool *out)
{
    const struct pc_asking asking = {&job->cli->arena, nowhere, &job->cli->diags};
    struct pc_known_function known;
    enum pc_status status = pc_resolver_function(job->asker.resolver, arn, &asking, &known);
    *out = status == PC_OK;
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}

// Whoever calls what is not there is told so by Lambda, once the policies let it.
static enum pc_status look_up(struct job *job)
{
    bool function, qualified, policy;
    PC_TRY(find_policy(job, job->function.arn, &job->own_policy));
    PC_TRY(find_policy(job, job->function.function, &policy));
    PC_TRY(find_function(job, job->function.function, &function));
    PC_TRY(find_function(job, job->function.arn, &qualified));
    if (!job->own_policy && !policy && !function && !qualified) {
        pc_diag_report(&job->cli->diags, PC_DIAG_INVOKE_UNKNOWN, nowhere,
                       "the store does not know the function \"%.*s\"",
                       PC_STR_ARG(job->function.function));
    }
    return PC_OK;
}

// The answer -------------------------------------------------------------------------------------

// Is it the policy of the function, where the call names a version or an alias? Of several that
// are looked at together the first is that of what is named, if the store has one.
static bool is_of_function(const struct job *job, const struct pc_deciding *deciding)
{
    bool own = job->own_policy && deciding->image == &job->asker.policies.resource[0];
    return deciding->slot == PC_SLOT_RESOURCE && job->function.qualifier.len > 0 && !own;
}

static void warn_of_function(const struct job *job, const struct pc_answer *answer)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf hint = {0};
    const struct pc_deciding *by_function = NULL;
    bool by_own = false, by_identity = false;
    for (size_t i = 0; i < answer->deciding_count; i++) {
        const struct pc_deciding *deciding = &answer->deciding[i];
        bool function = is_of_function(job, deciding);
        by_function = function ? deciding : by_function;
        by_own = by_own || (!function && deciding->slot == PC_SLOT_RESOURCE);
        by_identity = by_identity || deciding->slot == PC_SLOT_IDENTITY;
    }
    bool same_account = pc_str_eq(job->request.caller.account, job->function.account);
    if (by_function == NULL || by_own || (by_identity && same_account)) {
        return;
    }
    const struct pc_told_statement told = pc_tell_statement(by_function);
    const struct pc_place place = {told.file, told.line, told.column};
    pc_diag_report(&job->cli->diags, PC_DIAG_INVOKE_BY_FUNCTION, place,
                   "only the policy of the function allows the call of \"%.*s\"",
                   PC_STR_ARG(job->function.arn));
    pc_permission_advise(&job->function, &hint);
    pc_diag_hint(&job->cli->diags, "%.*s", PC_STR_ARG(pc_buf_view(&hint)));
}

static enum pc_status write_json(struct job *job, const struct pc_answer *answer,
                                 struct pc_str sentence)
{
    struct pc_buf *out = &job->cli->out.text;
    bool allowed = answer->decision == PC_DECISION_ALLOWED;
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "statusCode");
    pc_json_number(&writer, allowed ? NO_CONTENT : FORBIDDEN);
    if (!allowed) {
        pc_json_key(&writer, "errorType");
        pc_json_text(&writer, "AccessDeniedException");
        pc_json_key(&writer, "message");
        pc_json_string(&writer, sentence);
    }
    pc_matched_write_json(&writer, answer);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
    return pc_buf_status(out);
}

// As the AWS CLI tells it: what is answered on standard output, a refusal on standard error.
static enum pc_status write_text(struct job *job, const struct pc_answer *answer,
                                 struct pc_str sentence)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf line = {0};
    if (answer->decision == PC_DECISION_ALLOWED) {
        pc_buf_format(&job->cli->out.text, "{\n    \"StatusCode\": %d\n}\n", NO_CONTENT);
        return PC_OK;
    }
    pc_buf_text(&line, "An error occurred (AccessDeniedException) when calling the Invoke "
                       "operation: ");
    pc_buf_printable(&line, sentence);
    pc_buf_byte(&line, '\n');
    PC_TRY(pc_buf_status(&line));
    pc_error_write(pc_buf_view(&line));
    return PC_OK;
}

static enum pc_status tell(struct job *job, const struct pc_answer *answer)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf sentence = {0};
    pc_sentence_write(&sentence, &job->request, answer);
    PC_TRY(pc_buf_status(&sentence));
    if (answer->decision == PC_DECISION_ALLOWED) {
        warn_of_function(job, answer);
    }
    return job->cli->json ? write_json(job, answer, pc_buf_view(&sentence))
                          : write_text(job, answer, pc_buf_view(&sentence));
}

static enum pc_status ask(struct job *job, enum pc_decision *decision)
{
    const struct pc_asking asking = {&job->cli->arena, nowhere, &job->cli->diags};
    struct pc_asker *asker = &job->asker;
    struct pc_answer answer;
    asker->flags = pc_reading_flags(job->args);
    PC_TRY(read_question(job));
    PC_TRY(pc_question_now(job->cli, pc_args_value(job->args, OPT_NOW), &asker->fixed_clock,
                           &asker->now));
    PC_TRY(pc_trust_open(job->cli, job->args, pc_args_value(job->args, OPT_STORE), asker));
    PC_TRY(look_up(job));
    PC_TRY(pc_asker_ask(asker, &asking, &job->request, &answer));
    PC_TRY(pc_asker_reasons(asker, &answer));
    PC_TRY(tell(job, &answer));
    *decision = answer.decision;
    return PC_OK;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    static const int needed[] = {OPT_STORE, PC_OPTION_FUNCTION_NAME, OPT_PRINCIPAL, 0};
    struct job job = {.cli = cli, .args = args};
    enum pc_decision decision = PC_DECISION_IMPLICIT_DENY;
    cli->json = pc_args_has(args, OPT_JSON);
    if (!pc_args_has(args, OPT_DRY_RUN)) {
        (void)pc_cli_usage(cli, "polcheck runs no functions");
        pc_diag_hint(&cli->diags, "--dry-run asks whether the call would be allowed");
        return PC_EXIT_FAIL;
    }
    enum pc_status status = pc_lambda_usage(cli, args, needed);
    if (status == PC_OK) {
        status = ask(&job, &decision);
    }
    pc_asker_close(&job.asker);
    if (status != PC_OK) {
        return pc_cli_fail(cli, status);
    }
    return decision == PC_DECISION_ALLOWED ? PC_EXIT_OK : PC_EXIT_NO;
}

static const struct pc_example examples[] = {
    {"polcheck lambda invoke --dry-run --store build/demo.store \\\n"
     "      --function-name arn:aws:lambda:eu-west-1:111122223333:function:thumbs \\\n"
     "      --principal arn:aws:iam::111122223333:user/alice",
     "May the user call the function?"},
};

const struct pc_verb pc_verb_lambda_invoke = {
    .name = "lambda invoke",
    .summary = "Answers a call of a function as Lambda's DryRun does.",
    .usage =
        "--dry-run --store STORE " PC_FUNCTION_NAME_USAGE " --principal P [--context KEY=VALUE]...",
    .details =
        "The question is lambda:InvokeFunction on the function as it is named: with a qualifier "
        "on the version or alias, by its policy and the function's, without one on the function "
        "itself.\n" PC_FUNCTION_NAME_DETAILS "\n"
        "An answer is that of the AWS CLI: {\"StatusCode\": 204}, or on standard error the error "
        "of "
        "a refusal. As JSON it is an object with \"statusCode\" and \"matchedStatements\" (who "
        "decided); a refusal also has \"errorType\" and \"message\".\n"
        "Exit status: 0 allowed (204), 1 denied (403), 2 the question could not be asked.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
