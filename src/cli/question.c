// SPDX-License-Identifier: Apache-2.0
#include "question.h"

#include "asked_names.h"
#include "base/clock.h"
#include "eval/form.h"
#include "expect.h"
#include "file.h"
#include "near_principal.h"
#include "question_options.h"

bool pc_option_asks(const struct pc_option *option)
{
    return option->id >= PC_OPTION_PRINCIPAL && option->id <= PC_OPTION_CONTEXT_JSON;
}

// Is it about the store that is asked?
static bool opens_store(const struct pc_option *option)
{
    return option->id == PC_OPTION_STORE || option->id == PC_OPTION_TRUSTED_KEYS ||
           option->id == PC_OPTION_SEEN;
}

enum pc_status pc_cli_question_check(struct pc_cli *cli, const struct pc_args *args)
{
    for (size_t i = 0; pc_args_has(args, PC_OPTION_CASE) && i < args->given_count; i++) {
        const struct pc_option *option = args->given[i].option;
        if (pc_option_asks(option) || opens_store(option)) {
            (void)pc_cli_usage(cli, "--case says all that is asked; \"--%s\" does not go with it",
                               option->name);
            return PC_ERR_USAGE;
        }
    }
    return PC_OK;
}

enum pc_status pc_cli_question_set(struct pc_cli *cli, const struct pc_args *args,
                                   struct pc_asker *asker)
{
    asker->flags = pc_reading_flags(args);
    asker->flags |= pc_args_has(args, PC_OPTION_NO_INDEX) ? PC_DECIDE_NO_INDEX : 0;
    return pc_question_now(cli, pc_args_value(args, PC_OPTION_NOW), &asker->fixed_clock,
                           &asker->now);
}

static enum pc_status read_account(struct pc_cli *cli, const char *account,
                                   struct pc_request *request)
{
    const struct pc_form form = {pc_option_place("--resource-account"), &cli->diags};
    request->resource_account = pc_str_from(account);
    request->account_place = form.place;
    return pc_form_account(&form, request->resource_account);
}

enum pc_status pc_cli_question_facts(struct pc_cli *cli, const struct pc_args *args,
                                     struct pc_request *request)
{
    const char *account = pc_args_value(args, PC_OPTION_ACCOUNT);
    if (account != NULL) {
        PC_TRY(read_account(cli, account, request));
    }
    for (size_t i = 0; i < args->given_count; i++) {
        const struct pc_given *given = &args->given[i];
        if (given->option->id == PC_OPTION_CONTEXT) {
            PC_TRY(pc_question_context(cli, given->value, request));
        } else if (given->option->id == PC_OPTION_CONTEXT_JSON) {
            PC_TRY(pc_question_context_json(cli, given->value, request));
        }
    }
    return PC_OK;
}

enum pc_status pc_cli_question_open(struct pc_cli *cli, const struct pc_args *args,
                                    struct pc_asker *asker)
{
    const char *store;
    PC_TRY(pc_question_need(cli, args, PC_OPTION_STORE, "store", &store));
    return pc_trust_open(cli, args, store, asker);
}

// Of a store.

static struct pc_form form_of(struct pc_cli *cli, const char *option)
{
    return (struct pc_form){pc_option_place(option), &cli->diags};
}

static enum pc_status check_asked(struct pc_cli *cli, const struct pc_args *args)
{
    for (size_t i = 0; i < args->given_count; i++) {
        if (pc_option_asks(args->given[i].option) || args->given[i].option->id == PC_OPTION_STORE) {
            return PC_OK;
        }
    }
    (void)pc_cli_usage(cli, "nothing is asked: give --store, --principal, --action and --resource, "
                            "or --case FILE");
    return PC_ERR_USAGE;
}

static enum pc_status read_question(struct pc_cli *cli, const struct pc_args *args,
                                    struct pc_request *request)
{
    const struct pc_form of_action = form_of(cli, "--action");
    const struct pc_form of_resource = form_of(cli, "--resource");
    const char *principal, *action, *resource;
    PC_TRY(check_asked(cli, args));
    PC_TRY(pc_question_need(cli, args, PC_OPTION_PRINCIPAL, "principal", &principal));
    PC_TRY(pc_question_need(cli, args, PC_OPTION_ACTION, "action", &action));
    PC_TRY(pc_question_need(cli, args, PC_OPTION_RESOURCE, "resource", &resource));
    request->action = pc_str_from(action);
    request->resource = pc_str_from(resource);
    PC_TRY(pc_question_principal(cli, "--principal", principal, &request->caller));
    PC_TRY(pc_form_action(&of_action, request->action));
    PC_TRY(pc_form_resource(&of_resource, request->resource));
    return pc_cli_question_facts(cli, args, request);
}

static enum pc_status ask_store(struct pc_cli *cli, const struct pc_args *args,
                                struct pc_cli_question *question)
{
    struct pc_asker *asker = &question->asker;
    const struct pc_asking asking = {&cli->arena, pc_option_place(""), &cli->diags};
    PC_TRY(read_question(cli, args, &question->request));
    PC_TRY(pc_cli_question_open(cli, args, asker));
    PC_TRY(pc_asker_ask(asker, &asking, &question->request, &question->answer));
    PC_TRY(pc_asker_reasons(asker, &question->answer));
    question->policies = asker->policies;
    return PC_OK;
}

// Of a case.

// The one case of a file.
static enum pc_status only_case(struct pc_cli *cli, const struct pc_case_source *source,
                                const struct pc_json **json)
{
    const struct pc_json *document;
    const struct pc_json_source text = {.file = source->file, .text = source->text};
    PC_TRY(pc_json_parse(&cli->arena, &text, &cli->diags, &document));
    if (document->type == PC_JSON_ARRAY && document->count != 1) {
        pc_diag_report(&cli->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, document),
                       "the file holds %u cases, not one", document->count);
        pc_diag_hint(&cli->diags, "polcheck test runs all cases of a file");
        return PC_ERR_INVALID;
    }
    *json = document->type == PC_JSON_ARRAY ? &document->items[0] : document;
    return PC_OK;
}

static enum pc_status ask_case(struct pc_cli *cli, const struct pc_args *args,
                               struct pc_cli_question *question)
{
    struct pc_str path = pc_str_from(pc_args_value(args, PC_OPTION_CASE));
    struct pc_asker *asker = &question->asker;
    int64_t now = asker->fixed_clock ? asker->now : pc_clock_now();
    const struct pc_case_source *source = &question->source;
    struct pc_case *subject = &question->subject;
    const struct pc_json *json;
    PC_TRY(pc_file_read(path, &cli->diags, &question->bytes));
    PC_TRY(pc_scratch_new(&asker->scratch));
    pc_policy_files_init(&question->files);
    pc_case_accounts_init(&question->accounts);
    question->source = (struct pc_case_source){.arena = &cli->arena,
                                               .file = pc_file_name(path),
                                               .text = pc_buf_view(&question->bytes),
                                               .diags = &cli->diags,
                                               .loader = &question->files.loader,
                                               .accounts = &question->accounts.loader};
    PC_TRY(only_case(cli, source, &json));
    PC_TRY(pc_case_read(source, json, subject));
    if (subject->expect != NULL) { // it is not asked for here, but has to be one
        PC_TRY(pc_expect_check(source, subject->expect, pc_json_place(source->file, json)));
    }
    PC_TRY(pc_case_prepare(source, subject, now, &question->request, &question->policies));
    enum pc_status status = pc_decide(&question->policies, &question->request, asker->flags,
                                      asker->scratch, &question->answer);
    if (status != PC_OK) {
        pc_diag_report_status(&cli->diags, status, pc_json_place(source->file, json));
        return status;
    }
    return pc_case_check(source, subject);
}

// Of either.

enum pc_status pc_cli_question_ask(struct pc_cli *cli, const struct pc_args *args,
                                   struct pc_cli_question *out)
{
    PC_TRY(pc_cli_question_check(cli, args));
    PC_TRY(pc_cli_question_set(cli, args, &out->asker));
    if (pc_args_has(args, PC_OPTION_CASE)) {
        return ask_case(cli, args, out);
    }
    enum pc_status status = ask_store(cli, args, out);
    if (status == PC_ERR_NOTFOUND) {
        pc_near_principal_hint(cli, pc_asker_snapshot(&out->asker),
                               pc_args_value(args, PC_OPTION_PRINCIPAL));
    }
    return status;
}

void pc_cli_question_release(struct pc_cli_question *question)
{
    pc_asker_close(&question->asker);
    pc_buf_release(&question->bytes);
    pc_policy_files_release(&question->files);
    pc_case_accounts_release(&question->accounts);
}

enum pc_status pc_cli_question_explain(struct pc_cli *cli, struct pc_cli_question *question,
                                       struct pc_explanation *out)
{
    struct pc_asker *asker = &question->asker;
    struct pc_answer answer;
    if (asker->store == NULL) {
        const struct pc_explain_question asked = {&question->policies, &question->request,
                                                  asker->flags, asker->scratch};
        PC_TRY(pc_explain(&cli->arena, &asked, out));
        return pc_case_check(&question->source, &question->subject);
    }
    pc_explain_begin(out, &cli->arena, &question->policies, &question->request);
    const struct pc_observer observer = pc_explain_observer(out);
    enum pc_status status = pc_asker_observe(asker, &observer, &answer);
    return pc_explain_end(out, status, &answer);
}

enum pc_status pc_cli_question_names(struct pc_cli *cli, const struct pc_args *args,
                                     const struct pc_cli_question *question)
{
    struct pc_place place = pc_option_place("--action");
    if (pc_args_has(args, PC_OPTION_CASE)) {
        place = (struct pc_place){.file = question->source.file};
    }
    const struct pc_asked_names names = {
        .action = question->request.action, .place = place, .context = PC_OPTION_CONTEXT};
    return pc_asked_names_check(cli, args, &names);
}

int pc_cli_question_exit(const struct pc_cli_question *question)
{
    return question->answer.decision == PC_DECISION_ALLOWED ? PC_EXIT_OK : PC_EXIT_NO;
}
