// SPDX-License-Identifier: Apache-2.0
//
// What a function's own side may do, or shows, that it should not: its role (LAMBDA.md 8.3, L27),
// those who call it (L14), its environment (L57).
#include "danger_search.h"

#include "lambda/template.h"

// The role ---------------------------------------------------------------------------------------

// Something that no function needs to do, to what has nothing to do with it.
struct right {
    const char *action, *resource, *on;
};

#define UNRELATED "arn:{P}:lambda:{R}:{A}:function:" PC_STRANGER_NAME

static const struct right rights[] = {
    {"lambda:InvokeFunction", UNRELATED, "any function"},
    {"lambda:UpdateFunctionCode", UNRELATED, "any function"},
    {"lambda:DeleteFunction", UNRELATED, "any function"},
    {"logs:DeleteLogGroup", "arn:{P}:logs:{R}:{A}:log-group:/" PC_STRANGER_NAME, "any log group"},
    {"s3:GetObject", "arn:{P}:s3:::" PC_STRANGER_NAME "/x", "any bucket"},
};

enum {
    RIGHTS = sizeof(rights) / sizeof(rights[0]),
};

// What one statement of the role's policies gives.
struct broad {
    struct pc_image image;
    uint32_t statement;
    unsigned rights; // bits
};

struct broads {
    struct broad rows[RIGHTS];
    size_t count;
};

static void note(struct broads *broads, const struct pc_deciding *deciding, size_t right)
{
    size_t i = 0;
    while (i < broads->count && (broads->rows[i].image.bytes != deciding->image->bytes ||
                                 broads->rows[i].statement != deciding->statement)) {
        i++;
    }
    if (i == RIGHTS) {
        return; // each right has as many rows as it needs: the first statement that gives it
    }
    if (i == broads->count) {
        broads->rows[broads->count++] = (struct broad){*deciding->image, deciding->statement, 0};
    }
    broads->rows[i].rights |= 1U << right;
}

static enum pc_status fill(struct pc_danger_search *search, const char *text, struct pc_str *out)
{
    const struct pc_subject subject = {.function = *search->name, .role = search->known->role};
    return pc_template_fill(search->texts, text, &subject, out);
}

static enum pc_status ask_right(struct pc_danger_search *search, size_t right,
                                struct broads *broads)
{
    struct pc_stranger stranger = {
        .who = search->known->role, .action = pc_str_from(rights[right].action), .known = true};
    struct pc_answer answer;
    PC_TRY(fill(search, rights[right].resource, &stranger.resource));
    PC_TRY(pc_danger_ask(search, &stranger, &answer));
    for (size_t i = 0; answer.decision == PC_DECISION_ALLOWED && i < answer.deciding_count; i++) {
        if (answer.deciding[i].slot == PC_SLOT_IDENTITY) {
            note(broads, &answer.deciding[i], right);
        }
    }
    return PC_OK;
}

static enum pc_status report_broad(struct pc_danger_search *search, const struct broad *broad)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    const struct pc_deciding deciding = {PC_SLOT_IDENTITY, &broad->image, broad->statement};
    struct pc_danger danger = {
        .code = PC_DIAG_ROLE_BROAD,
        .statement = &deciding,
        .who = search->known->role,
        .hint = "give the role what the function needs, on the resources that it uses",
        .symptom = "nothing, until the code is made to do what nobody meant",
    };
    const char *separator = " may ";
    pc_buf_format(&text, "the execution role \"%.*s\"", PC_STR_ARG(danger.who));
    for (size_t i = 0; i < RIGHTS; i++) {
        bool last = i + 1 == RIGHTS || (broad->rights >> (i + 1) & 1) == 0 ||
                    strcmp(rights[i].on, rights[i + 1].on) != 0;
        if ((broad->rights >> i & 1) == 0) {
            continue;
        }
        pc_buf_format(&text, "%s%s%s%s", separator, rights[i].action, last ? " on " : "",
                      last ? rights[i].on : "");
        separator = ", ";
        if (danger.action.len == 0) {
            danger.action = pc_str_from(rights[i].action);
            PC_TRY(fill(search, rights[i].resource, &danger.resource));
        }
    }
    PC_TRY(pc_buf_status(&text));
    return pc_danger_report(search, &danger, pc_buf_view(&text));
}

enum pc_status pc_danger_role(struct pc_danger_search *search)
{
    struct broads broads = {.count = 0};
    for (size_t i = 0; search->known->role.len > 0 && i < RIGHTS; i++) {
        PC_TRY(ask_right(search, i, &broads));
    }
    for (size_t i = 0; i < broads.count; i++) {
        PC_TRY(report_broad(search, &broads.rows[i]));
    }
    return PC_OK;
}

// Callers ----------------------------------------------------------------------------------------

// Somebody of IAM who calls a function, as an integration needs it.
struct call {
    struct pc_str who, function;
};

static enum pc_status ask_call(struct pc_danger_search *search, const struct call *call,
                               struct pc_str resource, struct pc_answer *out)
{
    const struct pc_stranger stranger = {
        .who = call->who, .action = PC_STR(PC_INVOKE), .resource = resource, .known = true};
    return pc_danger_ask(search, &stranger, out);
}

// Is the function's name all that the statement goes by? It is not if any function will do.
static enum pc_status is_by_name(struct pc_danger_search *search, const struct call *call,
                                 bool *out)
{
    struct pc_answer own, unrelated = {.decision = PC_DECISION_IMPLICIT_DENY};
    struct pc_str resource;
    PC_TRY(fill(search, UNRELATED, &resource));
    PC_TRY(ask_call(search, call, call->function, &own));
    if (own.decision == PC_DECISION_ALLOWED) {
        PC_TRY(ask_call(search, call, resource, &unrelated));
    }
    *out = own.decision == PC_DECISION_ALLOWED && unrelated.decision != PC_DECISION_ALLOWED;
    return PC_OK;
}

// L14
static enum pc_status ask_prefix(struct pc_danger_search *search, const struct call *call)
{
    struct pc_danger danger = {
        .code = PC_DIAG_NAME_PREFIX,
        .who = call->who,
        .action = PC_STR(PC_INVOKE),
        .hint = "write the function's ARN, and the same with \":*\" for its versions and aliases, "
                "instead of a '*' right behind the name",
    };
    struct pc_answer answer;
    struct pc_str what, key;
    bool first = false, by_name = false;
    PC_TRY(pc_arena_format(search->texts, &danger.resource, "%.*s-" PC_STRANGER_NAME,
                           PC_STR_ARG(call->function)));
    PC_TRY(pc_arena_format(search->texts, &key, "%.*s %.*s", PC_STR_ARG(call->who),
                           PC_STR_ARG(danger.resource)));
    PC_TRY(pc_danger_once_text(search, key, &first));
    if (!first) {
        return PC_OK;
    }
    PC_TRY(ask_call(search, call, danger.resource, &answer));
    if (answer.decision != PC_DECISION_ALLOWED || answer.deciding_count == 0) {
        return PC_OK;
    }
    const struct pc_image image = *answer.deciding[0].image;
    const struct pc_deciding deciding = {answer.deciding[0].slot, &image,
                                         answer.deciding[0].statement};
    danger.statement = &deciding;
    PC_TRY(is_by_name(search, call, &by_name));
    PC_TRY(pc_arena_format(search->texts, &what,
                           "\"%.*s\" may call \"%.*s\" and every function whose name goes on "
                           "behind it",
                           PC_STR_ARG(call->who), PC_STR_ARG(call->function)));
    return by_name ? pc_danger_report(search, &danger, what) : PC_OK;
}

static enum pc_status ask_need(struct pc_danger_search *search, const struct pc_need *need,
                               const struct pc_subject *subject)
{
    struct pc_function_name name;
    struct call call;
    if (!pc_str_has_prefix(pc_str_from(need->actions), PC_STR(PC_INVOKE)) ||
        pc_str_has_prefix(pc_str_from(need->actions), PC_STR(PC_INVOKE_URL)) ||
        !pc_subject_tells(subject, need->when)) {
        return PC_OK;
    }
    PC_TRY(pc_template_fill(search->texts, need->who, subject, &call.who));
    PC_TRY(pc_template_fill(search->texts, need->resource, subject, &call.function));
    if (!pc_str_has_prefix(call.who, PC_STR("arn:")) ||
        !pc_function_name_parse(call.function, &name)) {
        return PC_OK;
    }
    call.function = name.function;
    return ask_prefix(search, &call);
}

static enum pc_status ask_values(struct pc_danger_search *search, const struct pc_need *need,
                                 struct pc_subject *subject)
{
    const struct pc_known_connection *connection = &subject->connection;
    if (need->each == NULL) {
        return ask_need(search, need, subject);
    }
    for (size_t i = 0; i < connection->fact_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(connection, i);
        if (pc_str_eq(fact.key, pc_str_from(need->each))) {
            subject->each = fact.value;
            PC_TRY(ask_need(search, need, subject));
        }
    }
    return PC_OK;
}

enum pc_status pc_danger_prefixes(struct pc_danger_search *search)
{
    for (size_t i = 0; i < search->known->connection_count; i++) {
        struct pc_subject subject = {.function = *search->name,
                                     .role = search->known->role,
                                     .connection = pc_known_function_connection(search->known, i)};
        const struct pc_integration *row = pc_integration_find(subject.connection.kind);
        for (size_t j = 0; row != NULL && j < PC_NEEDS_MAX && row->needs[j].who != NULL; j++) {
            PC_TRY(ask_values(search, &row->needs[j], &subject));
        }
    }
    return PC_OK;
}
