// SPDX-License-Identifier: Apache-2.0
#include "mistake.h"

#include "lambda/function_name.h"
#include "unshared.h"

// Variations -------------------------------------------------------------------------------------

// Templates take the place of what was asked; NULL: as it was.
struct variation {
    enum pc_diag_code code;
    const char *kinds;  // of integrations, separated by a blank; NULL: any
    const char *action; // what the action begins with; NULL: anything
    const char *when;
    const char *who, *resource, *context;
    const char *unless; // a context: what allows that as well does it by a wildcard
    size_t cut;         // characters to take from the end of the resource
    bool doubtful;      // as of struct pc_mistake
    const char *hint;
};

#define API_KINDS "api-gateway-rest api-gateway-http api-gateway-websocket api-gateway-authorizer"
#define ROLE_KINDS                                                                                 \
    "invoke scheduler pipes codepipeline s3-batch cloudformation s3-object-lambda codedeploy "     \
    "eventbridge-rule url " API_KINDS
#define INVOKE "lambda:Invoke"

static const struct variation variations[] = {
    {.code = PC_DIAG_SNS_SOURCE_ACCOUNT,
     .kinds = "sns",
     .action = INVOKE,
     .context = "aws:SourceArn={other} aws:SourceAccount={S}",
     .hint = "take aws:SourceAccount out of the statement: the ARN of the topic names the account"},
    {.code = PC_DIAG_INTEGRATION_DENIED,
     .kinds = "sns",
     .action = INVOKE,
     .when = "opted-in-elsewhere",
     .who = "sns.amazonaws.com",
     .hint = "a region that one opts in to calls another one as sns.REGION.amazonaws.com alone"},
    {.code = PC_DIAG_EVENTS_SOURCE_ACCOUNT,
     .kinds = "eventbridge-rule",
     .action = INVOKE,
     .context = "aws:SourceArn={other} aws:SourceAccount={S}",
     .hint = "take aws:SourceAccount out of the statement: the ARN of the rule names the account"},
    {.code = PC_DIAG_RULE_WITHOUT_BUS,
     .kinds = "eventbridge-rule",
     .context = "aws:SourceArn={RULE}",
     .hint = "rules of a bus of its own have ARNs of the form rule/BUS/NAME"},
    {.code = PC_DIAG_LEX_PRINCIPAL,
     .kinds = "lex-v2",
     .who = "lex.amazonaws.com",
     .hint = "name the principal lexv2.amazonaws.com"},
    {.code = PC_DIAG_ALEXA_TOKEN,
     .kinds = "alexa-smart-home",
     .who = "alexa-appkit.amazon.com",
     .hint = "smart home skills call as alexa-connectedhome.amazon.com"},
    {.code = PC_DIAG_ALEXA_TOKEN,
     .kinds = "alexa",
     .who = "alexa-connectedhome.amazon.com",
     .hint = "custom skills call as alexa-appkit.amazon.com"},
    {.code = PC_DIAG_API_REGION,
     .kinds = API_KINDS,
     .action = INVOKE,
     .context = "aws:SourceArn={other} aws:SourceAccount={S}",
     .hint = "the source ARN has the region of the function, also when the API is elsewhere"},
    {.code = PC_DIAG_API_PATH,
     .kinds = API_KINDS,
     .action = INVOKE,
     .context = "aws:SourceArn=arn:{P}:execute-api:{R}:{S}:{SP}/ aws:SourceAccount={S}",
     .unless = "aws:SourceArn=arn:{P}:execute-api:{R}:{S}:{SP}/x aws:SourceAccount={S}",
     .hint = "take the slash from the end of the source ARN"},
    {.code = PC_DIAG_API_PATH,
     .kinds = API_KINDS,
     .action = INVOKE,
     .context = "aws:SourceArn=arn:{P}:execute-api:{R}:{S}:{STAGELESS} aws:SourceAccount={S}",
     .hint = "source ARNs have the form API/STAGE/METHOD/PATH, of WebSocket APIs API/STAGE/ROUTE"},
    {.code = PC_DIAG_LOGS_SOURCE,
     .kinds = "logs-subscription",
     .context = "aws:SourceArn={LOGS-BARE} aws:SourceAccount={S}",
     .hint = "the source ARN of a log group ends in \":*\""},
    {.code = PC_DIAG_SCHEDULE_TRUST,
     .kinds = "scheduler",
     .action = "sts:",
     .context = "aws:SourceArn={other} aws:SourceAccount={S}",
     .hint = "Scheduler sends the ARN of the schedule's group, never that of the schedule"},
    {.code = PC_DIAG_TRUST_SOURCE,
     .kinds = "role",
     .context = "aws:SourceArn={FN} aws:SourceAccount={A}",
     .doubtful = true,
     .hint = "whether Lambda sends the source when it assumes a role is not documented"},
    {.code = PC_DIAG_INTEGRATION_UNKNOWN,
     .kinds = "eventbridge-rule codepipeline cloudformation codedeploy s3-batch " API_KINDS,
     .action = "sts:",
     .context = "aws:SourceArn={other} aws:SourceAccount={S}",
     .doubtful = true,
     .hint = "whether the service sends the source when it assumes the role is not documented"},
    {.code = PC_DIAG_LOGS_RESOURCE,
     .kinds = "logs insights application-signals",
     .action = "logs:",
     .resource = "arn:{P}:logs:{R}:{A}:log-group:{LOG-GROUP}",
     .hint = "streams of a log group have ARNs that go on behind its name: end the resource in "
             "\":*\""},
    {.code = PC_DIAG_LOGS_GROUP,
     .kinds = "logs",
     .action = "logs:",
     .when = "own-group",
     .resource = "arn:{P}:logs:{R}:{A}:log-group:/aws/lambda/{NAME}:log-stream:x",
     .hint = "the function logs into the group of its LoggingConfig, the policy names the default"},
    {.code = PC_DIAG_STREAM_ON_TABLE,
     .kinds = "dynamodb",
     .action = "dynamodb:",
     .resource = "{STREAM}",
     .hint = "a policy on the table does not reach table/NAME/stream/LABEL"},
    {.code = PC_DIAG_LIST_STREAMS,
     .kinds = "kinesis dynamodb",
     .resource = "{other}",
     .hint = "ListStreams has no resource: it needs \"*\""},
    {.code = PC_DIAG_CONSUMER_UNCOVERED,
     .kinds = "kinesis",
     .action = "kinesis:SubscribeToShard",
     .resource = "{STREAM}",
     .hint = "the ARN of a consumer goes on behind that of its stream"},
    {.code = PC_DIAG_SECRET_SUFFIX,
     .action = "secretsmanager:GetSecretValue",
     .cut = sizeof("-6CHARS") - 1,
     .hint = "the ARN of a secret ends in a hyphen and six characters: write -?????? behind the "
             "name"},
    {.code = PC_DIAG_VPC_NARROW,
     .kinds = "vpc",
     .action = "ec2:CreateNetworkInterface",
     .resource = "arn:{P}:ec2:{R}:{A}:network-interface/eni-0123456789abcdef0",
     .hint = "the call is judged on the subnet and the security groups as well"},
    {.code = PC_DIAG_TASK_QUALIFIER,
     .kinds = "step-functions firehose",
     .action = "lambda:",
     .resource = "{FN}",
     .hint = "list the ARN that the definition uses, with its qualifier"},
    {.code = PC_DIAG_CALLER_QUALIFIER,
     .kinds = ROLE_KINDS,
     .action = INVOKE,
     .resource = "{FN}",
     .hint = "an ARN without qualifier does not match FUNCTION:QUALIFIER"},
    {.code = PC_DIAG_VERSION_WITHOUT_POLICY,
     .action = INVOKE,
     .resource = "{FN}",
     .hint = "publishing a version does not copy the function's policy: add the permission with "
             "--qualifier"},
    {.code = PC_DIAG_QUALIFIER,
     .action = INVOKE,
     .resource = "{FN}",
     .hint = "function, versions and aliases have policies of their own: add the permission with "
             "--qualifier, or have the source call the function without one"},
};

bool pc_mistake_lists(const char *words, struct pc_str word)
{
    struct pc_str rest = pc_str_from(words);
    while (rest.len > 0) {
        size_t end = pc_str_find(rest, ' ', 0);
        if (pc_str_eq(pc_str_slice(rest, 0, end), word)) {
            return true;
        }
        rest = end == SIZE_MAX ? PC_STR("") : pc_str_slice(rest, end + 1, rest.len);
    }
    return false;
}

// Is the caller one of IAM, and not a service or everyone?
bool pc_refusal_is_of_iam(const struct pc_refusal *refusal)
{
    return pc_str_has_prefix(refusal->question->who, PC_STR("arn:"));
}

bool pc_mistake_is_version(struct pc_str arn)
{
    struct pc_function_name name;
    return pc_function_name_parse(arn, &name) && name.qualifier.len > 0 &&
           pc_char_is_digit(name.qualifier.ptr[0]);
}

static bool applies(const struct variation *variation, const struct pc_refusal *refusal)
{
    bool of_kind =
        variation->kinds == NULL || pc_mistake_lists(variation->kinds, pc_str_from(refusal->kind));
    bool of_action = variation->action == NULL ||
                     pc_str_has_prefix(refusal->question->action, pc_str_from(variation->action));
    if (!of_kind || !of_action) {
        return false;
    }
    if (variation->code == PC_DIAG_CALLER_QUALIFIER) {
        return pc_refusal_is_of_iam(refusal);
    }
    if (variation->code == PC_DIAG_VERSION_WITHOUT_POLICY) {
        return pc_mistake_is_version(refusal->question->resource);
    }
    return pc_subject_tells(refusal->subject, variation->when);
}

static enum pc_status vary(struct pc_checker *checker, const struct variation *variation,
                           const struct pc_refusal *refusal, struct pc_lambda_question *out)
{
    const struct pc_subject *subject = refusal->subject;
    *out = *refusal->question;
    if (variation->who != NULL) {
        PC_TRY(pc_template_fill(checker->arena, variation->who, subject, &out->who));
    }
    if (variation->resource != NULL) {
        PC_TRY(pc_template_fill(checker->arena, variation->resource, subject, &out->resource));
    }
    out->resource.len -= variation->cut < out->resource.len ? variation->cut : 0;
    return variation->context == NULL
               ? PC_OK
               : pc_lambda_question_context(checker, variation->context, subject, out);
}

// Would the question be another one at all?
static bool differs(const struct variation *variation, const struct pc_lambda_question *varied,
                    const struct pc_lambda_question *question)
{
    return variation->context != NULL || !pc_str_eq(varied->who, question->who) ||
           !pc_str_eq(varied->resource, question->resource);
}

static enum pc_status would_help(struct pc_checker *checker, const struct variation *variation,
                                 const struct pc_refusal *refusal, struct pc_diags *diags,
                                 bool *out)
{
    struct pc_lambda_question varied;
    enum pc_decision decision = PC_DECISION_IMPLICIT_DENY;
    PC_TRY(vary(checker, variation, refusal, &varied));
    if (differs(variation, &varied, refusal->question)) {
        PC_TRY(pc_lambda_decide(checker, &varied, diags, &decision));
    }
    *out = decision == PC_DECISION_ALLOWED;
    if (*out && variation->unless != NULL) {
        PC_TRY(pc_lambda_question_context(checker, variation->unless, refusal->subject, &varied));
        PC_TRY(pc_lambda_decide(checker, &varied, diags, &decision));
        *out = decision != PC_DECISION_ALLOWED;
    }
    return PC_OK;
}

// Of what a Deny refuses a doubtful one alone: the others say what an Allow has instead.
static enum pc_status find_variation(struct pc_checker *checker, const struct pc_refusal *refusal,
                                     bool denied, struct pc_diags *diags, struct pc_mistake *out)
{
    for (size_t i = 0; i < sizeof(variations) / sizeof(variations[0]); i++) {
        const struct variation *variation = &variations[i];
        bool helps = false;
        if (applies(variation, refusal) && (!denied || variation->doubtful)) {
            PC_TRY(would_help(checker, variation, refusal, diags, &helps));
        }
        if (helps) {
            *out = (struct pc_mistake){variation->code, pc_str_from(variation->hint),
                                       variation->doubtful};
            return PC_OK;
        }
    }
    return PC_OK;
}

// The answer itself ------------------------------------------------------------------------------

// A trust policy that asks for what Lambda does not send.
static bool asks_too_much(const struct pc_refusal *refusal)
{
    const struct pc_answer *answer = &refusal->answer->answer;
    return pc_mistake_lists("role lambda-edge", pc_str_from(refusal->kind)) &&
           answer->missing_count > 0 &&
           pc_str_eq(refusal->question->action, PC_STR("sts:AssumeRole"));
}

static bool is_stopped_by_guard(const struct pc_answer *answer)
{
    const uint32_t guards = 1U << PC_SLOT_BOUNDARY | 1U << PC_SLOT_SCP | 1U << PC_SLOT_RCP;
    return (answer->blocked_by & guards) != 0;
}

static bool is_cross_account(const struct pc_refusal *refusal)
{
    const struct pc_request *request = refusal->answer->request;
    return pc_refusal_is_of_iam(refusal) && request->resource_account.len > 0 &&
           !pc_str_eq(request->caller.account, request->resource_account);
}

// $LATEST cannot have a policy (LAMBDA.md 4), so that nobody who needs one can call it by that
// name.
static bool is_latest(const struct pc_refusal *refusal)
{
    struct pc_function_name name;
    bool needs_policy = !pc_refusal_is_of_iam(refusal) || is_cross_account(refusal);
    return needs_policy && pc_function_name_parse(refusal->question->resource, &name) &&
           pc_str_eq(name.qualifier, PC_STR("$LATEST"));
}

// What the answer shows, strongest first; NONE: nothing.
static enum pc_diag_code code_of_answer(const struct pc_refusal *refusal)
{
    const struct pc_answer *answer = &refusal->answer->answer;
    return is_stopped_by_guard(answer) ? PC_DIAG_GUARD_RAIL
           : refusal->lacks_key_policy ? PC_DIAG_KEY_POLICY
           : is_cross_account(refusal) ? PC_DIAG_CROSS_ACCOUNT
                                       : PC_DIAG_NONE;
}

// Which of two contexts the call bears is not told, and with one of them it is allowed.
static enum pc_status find_context(struct pc_checker *checker, const struct pc_refusal *refusal,
                                   struct pc_diags *diags, struct pc_mistake *out)
{
    const char *const contexts[] = {refusal->need->context, refusal->need->or_context};
    for (size_t i = 0; refusal->need->or_context != NULL && i < 2; i++) {
        struct pc_lambda_question varied = *refusal->question;
        enum pc_decision decision;
        PC_TRY(pc_lambda_question_context(checker, contexts[i], refusal->subject, &varied));
        PC_TRY(pc_lambda_decide(checker, &varied, diags, &decision));
        if (decision == PC_DECISION_ALLOWED) {
            *out = (struct pc_mistake){
                PC_DIAG_INTEGRATION_UNKNOWN,
                PC_STR("whether the bucket has an S3 Bucket Key is not told: with one "
                       "kms:EncryptionContext:aws:s3:arn is the ARN of the bucket, else that of "
                       "the object; name both, or see which it is (aws s3api "
                       "get-bucket-encryption)"),
                true};
        }
    }
    return PC_OK;
}

// What keeps it from being refused for certain, whatever else is wrong. That the organization is
// not told is another matter: it can be told. Of the network code may be asked about already, which
// ends the reasons of the answer.
static enum pc_status find_doubt(struct pc_checker *checker, const struct pc_refusal *refusal,
                                 struct pc_diags *diags, struct pc_mistake *out)
{
    bool denied = refusal->answer->answer.decision == PC_DECISION_EXPLICIT_DENY;
    struct pc_mistake doubt = {.code = PC_DIAG_NONE, .hint = PC_STR("")};
    if (out->code == PC_DIAG_INTEGRATION_UNKNOWN ||
        (out->code == PC_DIAG_DENY_NETWORK && pc_refusal_is_of_iam(refusal))) {
        return PC_OK;
    }
    PC_TRY(pc_mistake_of_untold(checker, refusal, diags, &doubt));
    if (doubt.code == PC_DIAG_NONE) {
        PC_TRY(find_context(checker, refusal, diags, &doubt));
    }
    if (denied && doubt.code == PC_DIAG_NONE) {
        PC_TRY(find_variation(checker, refusal, true, diags, &doubt));
    }
    *out = doubt.code != PC_DIAG_NONE ? doubt : *out;
    return PC_OK;
}

enum pc_status pc_mistake_find(struct pc_checker *checker, const struct pc_refusal *refusal,
                               struct pc_diags *diags, struct pc_mistake *out)
{
    enum pc_diag_code own = refusal->need->code;
    struct pc_mistake mistake = {.code = PC_DIAG_NONE, .hint = PC_STR("")};
    if (refusal->answer->complaint.len > 0) {
        *out =
            (struct pc_mistake){PC_DIAG_INTEGRATION_UNKNOWN,
                                PC_STR("compile what tells of it, or say it in a manifest"), false};
        return PC_OK;
    }
    if (refusal->answer->answer.decision == PC_DECISION_IMPLICIT_DENY && is_latest(refusal)) {
        *out = (struct pc_mistake){
            PC_DIAG_PERMISSION_LATEST,
            PC_STR("name the function without a qualifier: such a call runs $LATEST, and asks the "
                   "function's policy"),
            false};
        return PC_OK;
    }
    bool conditions = asks_too_much(refusal);
    bool implicit = refusal->answer->answer.decision == PC_DECISION_IMPLICIT_DENY;
    enum pc_diag_code seen = code_of_answer(refusal);
    PC_TRY(pc_mistake_of_deny(checker, refusal, diags, &mistake));
    PC_TRY(find_doubt(checker, refusal, diags, &mistake));
    if (implicit && mistake.code == PC_DIAG_NONE &&
        !is_stopped_by_guard(&refusal->answer->answer)) {
        PC_TRY(find_variation(checker, refusal, false, diags, &mistake));
    }
    if (implicit && mistake.code == PC_DIAG_NONE) {
        PC_TRY(pc_mistake_of_statement(checker, refusal, diags, &mistake));
    }
    if (mistake.code == PC_DIAG_NONE) {
        mistake.code = seen != PC_DIAG_NONE ? seen
                       : conditions         ? PC_DIAG_TRUST_CONDITION
                       : own != 0           ? own
                                            : PC_DIAG_INTEGRATION_DENIED;
    }
    if (mistake.code == PC_DIAG_CROSS_ACCOUNT) {
        mistake.hint = pc_unshared_hint(refusal->question->resource);
    }
    *out = mistake;
    return PC_OK;
}
