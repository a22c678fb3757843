// SPDX-License-Identifier: Apache-2.0
#include "doubts.h"

#include "eval/told.h"
#include "finding_list.h"
#include "lambda/permission.h"
#include "value/arn.h"

// Keys -------------------------------------------------------------------------------------------

static bool is_alias_arn(struct pc_str text, struct pc_arn *arn)
{
    return pc_arn_parse(text, arn) && pc_str_eq(arn->service, PC_STR("kms")) &&
           pc_str_has_prefix(arn->resource, PC_STR("alias/"));
}

bool pc_doubt_is_alias(struct pc_str resource)
{
    struct pc_arn arn;
    return pc_str_has_prefix(resource, PC_STR("alias/")) || is_alias_arn(resource, &arn);
}

static bool is_service(struct pc_str who)
{
    return !pc_str_has_prefix(who, PC_STR("arn:"));
}

static struct pc_str account_of_caller(const struct pc_lambda_question *question,
                                       const struct pc_subject *subject)
{
    struct pc_arn arn;
    bool known = pc_arn_parse(question->who, &arn) && arn.account.len > 0;
    return known ? arn.account : subject->function.account;
}

static bool is_said(const struct pc_checked *checked, const struct pc_finding *finding)
{
    for (const struct pc_finding *each = checked->findings; each != NULL; each = each->next) {
        if (each->code == finding->code && pc_str_eq(each->message, finding->message)) {
            return true;
        }
    }
    return false;
}

static enum pc_status report_closed_key(struct pc_checker *checker, const struct pc_need *need,
                                        const struct pc_lambda_question *question,
                                        struct pc_str owner, struct pc_checked *checked)
{
    const char *symptom = need->symptom != NULL ? need->symptom : checked->row->symptom;
    struct pc_finding finding = {
        .code = need->code != 0 ? need->code : PC_DIAG_INTEGRATION_DENIED,
        .severity = PC_SEVERITY_ERROR,
        .place = question->place,
        .symptom = pc_str_from(symptom),
        .hint = PC_STR("encrypt with a key of the account's own, whose policy names who uses it"),
    };
    PC_TRY(pc_arena_format(checker->arena, &finding.message,
                           "the key \"%.*s\" is AWS's own of account %.*s, and %s may use it",
                           PC_STR_ARG(question->resource), PC_STR_ARG(owner),
                           is_service(question->who) ? "no service that calls by itself"
                                                     : "nobody of another account"));
    return is_said(checked, &finding) ? PC_OK : pc_checked_add(checker->arena, &finding, checked);
}

// What the key of the question encrypts, as far as it is another end than the connection's: a
// secret, a dead-letter queue. "" otherwise.
static struct pc_str encrypted_beside(const struct pc_subject *subject, const struct pc_need *need)
{
    bool dead_letter = pc_str_eq(pc_str_from(need->resource), PC_STR("{DEAD-LETTER-KEY}"));
    return dead_letter ? pc_known_connection_tells(&subject->connection, PC_STR("dead-letter"))
                       : subject->each;
}

// The account whose own key the alias without one means.
static enum pc_status find_owner(struct pc_checker *checker, const struct pc_subject *subject,
                                 const struct pc_need *need, struct pc_str *out)
{
    struct pc_arn arn;
    if (pc_arn_parse(encrypted_beside(subject, need), &arn) && arn.account.len > 0) {
        *out = arn.account;
        return PC_OK;
    }
    return pc_template_fill(checker->arena, "{S}", subject, out);
}

static enum pc_status report_alias(struct pc_checker *checker, const struct pc_subject *subject,
                                   const struct pc_need *need,
                                   const struct pc_lambda_question *question,
                                   struct pc_checked *checked)
{
    bool queue = !pc_str_eq(subject->connection.other, question->resource);
    struct pc_finding finding = {
        .code = PC_DIAG_INTEGRATION_UNKNOWN,
        .severity = PC_SEVERITY_WARNING,
        .place = question->place,
        .hint = queue ? PC_STR("say its ARN in a manifest: \"resources\": [{\"arn\": ..., "
                               "\"kmsKey\": ...}]")
                      : PC_STR("say the ARN of the key itself, arn:...:key/ID"),
    };
    struct pc_str beside = encrypted_beside(subject, need);
    struct pc_str of = beside.len > 0 ? beside
                       : queue        ? subject->connection.other
                                      : subject->function.function;
    PC_TRY(pc_arena_format(checker->arena, &finding.message,
                           "the key \"%.*s\" of \"%.*s\" is known by an alias alone, so that its "
                           "policy cannot be asked",
                           PC_STR_ARG(question->resource), PC_STR_ARG(of)));
    return is_said(checked, &finding) ? PC_OK : pc_checked_add(checker->arena, &finding, checked);
}

enum pc_status pc_doubt_alias(struct pc_checker *checker, const struct pc_subject *subject,
                              const struct pc_need *need, const struct pc_lambda_question *question,
                              struct pc_checked *checked)
{
    struct pc_arn arn;
    struct pc_str owner, name = question->resource;
    PC_TRY(find_owner(checker, subject, need, &owner));
    if (is_alias_arn(question->resource, &arn)) {
        owner = arn.account;
        name = arn.resource;
    }
    if (!pc_str_has_prefix(name, PC_STR("alias/aws/"))) {
        return report_alias(checker, subject, need, question, checked);
    }
    return !is_service(question->who) && pc_str_eq(owner, account_of_caller(question, subject))
               ? PC_OK
               : report_closed_key(checker, need, question, owner, checked);
}

// Policies of functions --------------------------------------------------------------------------

// The statement of the function's policy without which the call would be refused; NULL: none.
static const struct pc_deciding *only_by_function(const struct pc_asker *asker,
                                                  const struct pc_answer *answer, bool has_own)
{
    const struct pc_deciding *by_function = NULL;
    const struct pc_request *request = asker->asked;
    bool same = pc_str_eq(request->caller.account, request->resource_account);
    for (size_t i = 0; i < answer->deciding_count; i++) {
        const struct pc_deciding *deciding = &answer->deciding[i];
        bool own = has_own && deciding->image == &asker->policies.resource[0];
        if ((deciding->slot == PC_SLOT_RESOURCE && own) ||
            (deciding->slot == PC_SLOT_IDENTITY && same)) {
            return NULL;
        }
        by_function = deciding->slot == PC_SLOT_RESOURCE ? deciding : by_function;
    }
    return by_function;
}

static enum pc_status report_function_policy(struct pc_checker *checker,
                                             const struct pc_function_name *name,
                                             const struct pc_deciding *by_function,
                                             struct pc_checked *checked)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf hint = {0};
    const struct pc_told_statement told = pc_tell_statement(by_function);
    struct pc_finding finding = {
        .code = PC_DIAG_INVOKE_BY_FUNCTION,
        .severity = PC_SEVERITY_WARNING,
        .place = {told.file, told.line, told.column},
        .symptom = pc_str_from(checked->row->symptom),
    };
    pc_permission_advise(name, &hint);
    PC_TRY(pc_buf_status(&hint));
    PC_TRY(pc_arena_copy(checker->arena, pc_buf_view(&hint), &finding.hint));
    PC_TRY(pc_arena_format(checker->arena, &finding.message,
                           "only the policy of the function allows the call of \"%.*s\", and "
                           "whether Lambda looks there is not known",
                           PC_STR_ARG(name->arn)));
    return is_said(checked, &finding) ? PC_OK : pc_checked_add(checker->arena, &finding, checked);
}

enum pc_status pc_doubt_function_policy(struct pc_checker *checker,
                                        const struct pc_lambda_question *question,
                                        struct pc_checked *checked)
{
    struct pc_function_name name;
    struct pc_answer answer;
    bool has_own;
    if (!pc_str_has_prefix(question->action, PC_STR("lambda:Invoke")) ||
        !pc_function_name_parse(question->resource, &name) || name.qualifier.len == 0) {
        return PC_OK;
    }
    // Of several that are looked at together its own policy is the first.
    PC_TRY(pc_resolver_has_policy(checker->asker->resolver, name.arn, &checker->asker->asking,
                                  &has_own));
    PC_TRY(pc_asker_reasons(checker->asker, &answer));
    const struct pc_deciding *by_function = only_by_function(checker->asker, &answer, has_own);
    return by_function == NULL ? PC_OK
                               : report_function_policy(checker, &name, by_function, checked);
}

// What is not told -------------------------------------------------------------------------------

// Of a kind (NULL: of any), when the connection tells that (pc_subject_tells): what is not known,
// and where to say it. {other} and the like are filled in.
static const struct untold {
    const char *kind, *when, *message, *hint;
} untold[] = {
    {"efs", "!file-system",
     "the file system of the access point \"{other}\" is not known, so that its policy cannot be "
     "asked",
     "say it in the manifest: \"attachments\": [{\"kind\": \"efs\", \"source\": ..., "
     "\"file-system\": its ARN}]"},
    {"image", "!other",
     "the repository of the function's image is not known, so that its policy cannot be asked",
     "compile what aws lambda get-function prints, or say it in the manifest: \"attachments\": "
     "[{\"kind\": \"image\", \"source\": the repository's ARN}]"},
    {"environment", "unread",
     "the variables could not be decrypted by whoever dumped the function, so that whether they "
     "look like secrets is not known",
     "say their names in the manifest: \"environment\": [...], or dump the function as somebody "
     "who may kms:Decrypt"},
    {"url", "auth-type=AWS_IAM !caller !fronted",
     "who calls the function URL is not known, so that nobody was asked about",
     "say it in the manifest: \"triggers\": [{\"kind\": \"url\", \"auth-type\": \"AWS_IAM\", "
     "\"caller\": the ARNs of users and roles}]"},
    // The service's own key is for its account alone, so there is another one.
    {"secret", "foreign !kms-key",
     "the key of the secret \"{other}\" of another account is not known, so that whether the role "
     "may use it was not asked",
     "say it in the manifest: \"kms-key\""},
    {"pipes", "!queue !stream !table-stream !broker !cluster",
     "the source of the pipe \"{other}\" is not known, so that whether its role may read it was "
     "not asked",
     "say the ARN of its source in the manifest, as \"queue\", \"stream\", \"table-stream\", "
     "\"broker\" or "
     "\"cluster\""},
    {"msk", "iam !topic !vpc-connection",
     "the topics are not known, so that whether the role may read them was not asked",
     "say them in the manifest: \"topic\""},
    {"msk", "iam vpc-connection",
     "the cluster behind \"{other}\" is not known, so that the rights in it (kafka-cluster) were "
     "not asked",
     "ask them with polcheck eval"},
    {"destination-kafka", "!cluster !self-managed",
     "the cluster of the topic \"{other}\" is not known, so that whether the role may write to it "
     "was not asked",
     "say it in the manifest: \"cluster\": NAME/UUID"},
    {NULL, "pass-through", "the API calls as its own callers, and who they are is not known",
     "declare each caller as a trigger of kind invoke"},
    {"cloudformation", "!role !caller",
     "who calls the function for the stack is not known, neither its role nor who deploys it",
     "say \"role\", the stack's service role, or \"caller\", who creates and updates it"},
};

static enum pc_status check_untold(struct pc_checker *checker, const struct pc_subject *subject,
                                   const struct untold *row, struct pc_checked *checked)
{
    struct pc_finding finding = {
        .code = PC_DIAG_INTEGRATION_UNKNOWN,
        .severity = PC_SEVERITY_WARNING,
        .place = subject->connection.place,
        .hint = pc_str_from(row->hint),
    };
    PC_TRY(pc_template_fill(checker->arena, row->message, subject, &finding.message));
    return pc_checked_add(checker->arena, &finding, checked);
}

// It may be meant, and then is as it should be: no warning.
static enum pc_status check_state(struct pc_checker *checker, const struct pc_subject *subject,
                                  struct pc_checked *checked)
{
    struct pc_str state = pc_known_connection_tells(&subject->connection, PC_STR("state"));
    struct pc_finding finding = {
        .code = PC_DIAG_MAPPING_DISABLED,
        .severity = PC_SEVERITY_SUGGESTION,
        .place = subject->connection.place,
        .symptom = PC_STR("nothing is invoked, whatever the policies allow"),
        .hint = PC_STR("aws lambda update-event-source-mapping --enabled switches it on"),
    };
    if (!pc_str_has_prefix(state, PC_STR("Disabl"))) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(checker->arena, &finding.message, "the mapping is in the state %.*s",
                           PC_STR_ARG(state)));
    return pc_checked_add(checker->arena, &finding, checked);
}

enum pc_status pc_doubt_untold(struct pc_checker *checker, const struct pc_subject *subject,
                               struct pc_checked *checked)
{
    for (size_t i = 0; i < sizeof(untold) / sizeof(untold[0]); i++) {
        const char *kind = untold[i].kind;
        bool of_kind = kind == NULL || pc_str_eq(subject->connection.kind, pc_str_from(kind));
        if (of_kind && pc_subject_tells(subject, untold[i].when)) {
            PC_TRY(check_untold(checker, subject, &untold[i], checked));
        }
    }
    return check_state(checker, subject, checked);
}
