// SPDX-License-Identifier: Apache-2.0
//
// Denies that hit what they were not made for (LAMBDA.md 8.3, L44, L45, L56), and what spares it.
#include "mistake.h"

// Does the statement test one of the keys?
static bool tests(const struct pc_deciding *deciding, const char *const *keys)
{
    const struct pc_image *image = deciding->image;
    const struct pc_image_statement *statement = pc_image_statement(image, deciding->statement);
    for (uint32_t i = 0; i < statement->conditions.count; i++) {
        const struct pc_image_condition *condition =
            pc_image_condition(image, statement->conditions.first + i);
        struct pc_str name = pc_image_text(image, pc_image_key(image, condition->key)->name);
        for (const char *const *key = keys; *key != NULL; key++) {
            if (pc_str_eq_icase(name, pc_str_from(*key))) {
                return true;
            }
        }
    }
    return false;
}

static bool is_missing(const struct pc_answer *answer, const char *const *keys)
{
    for (size_t i = 0; i < answer->missing_count; i++) {
        for (const char *const *key = keys; *key != NULL; key++) {
            if (pc_str_eq_icase(answer->missing[i], pc_str_from(*key))) {
                return true;
            }
        }
    }
    return false;
}

static const char *const network[] = {"aws:sourceip", "aws:sourcevpc", "aws:sourcevpce",
                                      "aws:vpcsourceip", NULL};

const struct pc_deciding *pc_deny_to_tell(const struct pc_answer *answer)
{
    for (size_t i = 0; i < answer->deciding_count; i++) {
        if (!tests(&answer->deciding[i], network)) {
            return &answer->deciding[i];
        }
    }
    return &answer->deciding[0];
}

static enum pc_diag_code find_code(const struct pc_refusal *refusal)
{
    static const char *const inside[] = {"lambda:sourcefunctionarn", NULL};
    const struct pc_answer *answer = &refusal->answer->answer;
    if (answer->decision != PC_DECISION_EXPLICIT_DENY || answer->deciding_count == 0) {
        return PC_DIAG_NONE;
    }
    const struct pc_deciding *deciding = pc_deny_to_tell(answer);
    const struct pc_image_statement *statement =
        pc_image_statement(deciding->image, deciding->statement);
    if (tests(deciding, inside) && is_missing(answer, inside)) {
        return PC_DIAG_DENY_INSIDE_ONLY;
    }
    if (tests(deciding, network)) {
        return PC_DIAG_DENY_NETWORK;
    }
    bool service = !pc_refusal_is_of_iam(refusal) && deciding->slot == PC_SLOT_RESOURCE;
    return service && statement->conditions.count > 0 ? PC_DIAG_DENY_SERVICES : PC_DIAG_NONE;
}

// Does the code itself call (path E), and not Lambda for the function?
static bool is_of_code(const struct pc_refusal *refusal)
{
    const struct pc_lambda_question *question = refusal->question;
    for (size_t i = 0; i < question->key_count; i++) {
        if (pc_str_eq(question->keys[i].key, PC_STR("lambda:SourceFunctionArn"))) {
            return true;
        }
    }
    return false;
}

// Is there no Deny any more, or does each that is left test one of the keys?
static bool is_spared_by(const struct pc_answer *answer, const char *const *keys)
{
    bool each = answer->deciding_count > 0;
    for (size_t i = 0; each && i < answer->deciding_count; i++) {
        each = tests(&answer->deciding[i], keys);
    }
    return answer->decision != PC_DECISION_EXPLICIT_DENY || each;
}

// Code in a VPC may call through an endpoint there, or from an address of the user's own, and
// nobody tells whether it does: only another VPC than the function's is certain not to be spared.
static enum pc_status may_be_spared(struct pc_checker *checker, const struct pc_refusal *refusal,
                                    struct pc_diags *diags, bool *out)
{
    static const char *const others[] = {"aws:sourceip", "aws:sourcevpce", "aws:vpcsourceip", NULL};
    struct pc_lambda_question varied = *refusal->question;
    struct pc_lambda_answer answer;
    struct pc_texts subnets, ids;
    PC_TRY(pc_template_values(checker->arena, PC_STR("{vpc.subnet}"), refusal->subject, &subnets));
    PC_TRY(pc_template_values(checker->arena, PC_STR("{vpc.vpc-id}"), refusal->subject, &ids));
    *out = is_of_code(refusal) && subnets.count > 0;
    if (!*out || ids.count == 0 || varied.key_count == varied.key_room) {
        return PC_OK;
    }
    varied.keys[varied.key_count++] = (struct pc_context_key){
        .key = PC_STR("aws:SourceVpc"), .values = ids.items, .count = 1, .place = varied.place};
    PC_TRY(pc_lambda_ask(checker, &varied, diags, &answer));
    if (answer.complaint.len == 0) {
        PC_TRY(pc_asker_reasons(checker->asker, &answer.answer));
    }
    *out = is_spared_by(&answer.answer, others);
    return PC_OK;
}

// How the Deny lets by what it should not hit. IfExists is no way: it changes nothing for a negated
// operator.
static struct pc_str hint_of_deny(const struct pc_refusal *refusal, enum pc_diag_code code)
{
    static const struct pc_str inside = PC_STR_INIT(
        "add the condition Null lambda:SourceFunctionArn \"false\" to the Deny: it counts for "
        "calls of the code alone then");
    static const struct pc_str code_alone = PC_STR_INIT(
        "the code calls from another network than the Deny spares: have it call through that one, "
        "or leave the action out of the Deny");
    static const struct pc_str role = PC_STR_INIT(
        "spare the execution role: add the condition ArnNotEquals aws:PrincipalArn with its ARN to "
        "the Deny");
    static const struct pc_str services =
        PC_STR_INIT("spare services: add the condition BoolIfExists aws:PrincipalIsAWSService "
                    "\"false\" to the Deny");
    if (code == PC_DIAG_DENY_SERVICES ||
        (code == PC_DIAG_DENY_NETWORK && !pc_refusal_is_of_iam(refusal))) {
        return services;
    }
    enum pc_slot slot = pc_deny_to_tell(&refusal->answer->answer)->slot;
    bool own = slot == PC_SLOT_IDENTITY || slot == PC_SLOT_BOUNDARY;
    if (code == PC_DIAG_DENY_INSIDE_ONLY) {
        return inside;
    }
    return !own ? role : is_of_code(refusal) ? code_alone : inside;
}

// Denies outside of an organization that nobody told, and no others: the call may well be of it.
static bool is_about_organization(const struct pc_refusal *refusal)
{
    static const char *const iam[] = {"aws:principalorgid", "aws:principalorgpaths",
                                      "aws:resourceorgid", "aws:resourceorgpaths", NULL};
    const char *const *keys = pc_refusal_is_of_iam(refusal) ? iam : &iam[2];
    const struct pc_answer *answer = &refusal->answer->answer;
    bool about = answer->decision == PC_DECISION_EXPLICIT_DENY && is_missing(answer, keys);
    for (size_t i = 0; about && i < answer->deciding_count; i++) {
        about = tests(&answer->deciding[i], keys);
    }
    return about;
}

enum pc_status pc_mistake_of_deny(struct pc_checker *checker, const struct pc_refusal *refusal,
                                  struct pc_diags *diags, struct pc_mistake *out)
{
    if (is_about_organization(refusal)) {
        *out = (struct pc_mistake){
            PC_DIAG_INTEGRATION_UNKNOWN,
            PC_STR("say with --organization of which one the accounts are (o-...)"), false};
        return PC_OK;
    }
    enum pc_diag_code code = find_code(refusal);
    bool spared = false;
    if (code == PC_DIAG_NONE) {
        return PC_OK;
    }
    *out = (struct pc_mistake){code, hint_of_deny(refusal, code), false};
    if (code == PC_DIAG_DENY_NETWORK) {
        PC_TRY(may_be_spared(checker, refusal, diags, &spared));
    }
    if (spared) {
        *out = (struct pc_mistake){
            PC_DIAG_INTEGRATION_UNKNOWN,
            PC_STR("whether the code calls from the network that the Deny spares is not told: ask "
                   "with polcheck eval, and the keys that the Deny names"),
            true};
    }
    return PC_OK;
}
