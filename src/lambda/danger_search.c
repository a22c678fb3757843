// SPDX-License-Identifier: Apache-2.0
#include "danger_search.h"

#include "danger_probes.h"
#include "eval/told.h"
#include "finding_list.h"
#include "value/arn.h"

struct pc_danger_seen {
    const char *image; // NULL: a text
    uint32_t statement;
    struct pc_str text;
    struct pc_danger_seen *next;
};

// What every call of a URL bears (LAMBDA.md 3.3).
static enum pc_status add_function_arn(struct pc_danger_search *search, struct pc_stranger *asked)
{
    struct pc_tag *keys = pc_arena_array(search->asking.arena, asked->key_count + 1, sizeof(*keys));
    if (keys == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < asked->key_count; i++) {
        keys[i] = asked->keys[i];
    }
    keys[asked->key_count++] = (struct pc_tag){PC_STR("lambda:FunctionArn"), asked->resource};
    asked->keys = keys;
    return PC_OK;
}

enum pc_status pc_danger_ask(struct pc_danger_search *search, const struct pc_stranger *stranger,
                             struct pc_answer *out)
{
    struct pc_stranger asked = *stranger;
    if (asked.resource.len == 0) {
        asked.resource = search->target;
    }
    asked.region = search->name->region;
    pc_arena_reset(search->asking.arena);
    search->out->danger_asked++;
    if (pc_str_eq(asked.action, PC_STR(PC_INVOKE_URL))) {
        PC_TRY(add_function_arn(search, &asked));
    }
    return pc_stranger_ask(&search->asking, &asked, search->diags, out);
}

// Once -------------------------------------------------------------------------------------------

static enum pc_status say_once(struct pc_danger_search *search, const struct pc_danger_seen *said,
                               bool *first)
{
    for (const struct pc_danger_seen *seen = search->seen; seen != NULL; seen = seen->next) {
        if (seen->image == said->image && seen->statement == said->statement &&
            pc_str_eq(seen->text, said->text)) {
            *first = false;
            return PC_OK;
        }
    }
    struct pc_danger_seen *kept = pc_arena_alloc(search->texts, sizeof(*kept));
    if (kept == NULL) {
        return PC_ERR_NOMEM;
    }
    *kept = *said;
    kept->next = search->seen;
    PC_TRY(pc_arena_copy(search->texts, said->text, &kept->text));
    search->seen = kept;
    *first = true;
    return PC_OK;
}

enum pc_status pc_danger_once(struct pc_danger_search *search, const struct pc_deciding *statement,
                              bool *first)
{
    const struct pc_danger_seen said = {
        .image = statement->image->bytes, .statement = statement->statement, .text = PC_STR("")};
    return say_once(search, &said, first);
}

enum pc_status pc_danger_once_beside(struct pc_danger_search *search,
                                     const struct pc_deciding *statement, bool *first)
{
    const struct pc_danger_seen said = {.image = statement->image->bytes,
                                        .statement = statement->statement,
                                        .text = PC_STR("beside")};
    return say_once(search, &said, first);
}

enum pc_status pc_danger_once_text(struct pc_danger_search *search, struct pc_str text, bool *first)
{
    const struct pc_danger_seen said = {.image = NULL, .text = text};
    return say_once(search, &said, first);
}

// Reporting --------------------------------------------------------------------------------------

void pc_danger_write_statement(struct pc_buf *out, const struct pc_deciding *statement)
{
    const struct pc_told_statement told = pc_tell_statement(statement);
    struct pc_name_room room;
    pc_buf_text(out, "statement \"");
    pc_buf_str(out, pc_statement_name(&told, &room));
    pc_buf_text(out, "\" of the policy \"");
    pc_buf_str(out, told.policy);
    pc_buf_byte(out, '"');
}

static enum pc_status write_message(struct pc_arena *arena, const struct pc_danger *danger,
                                    struct pc_str what, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_buf_str(&text, what);
    if (danger->statement != NULL) {
        pc_buf_text(&text, ": ");
        pc_danger_write_statement(&text, danger->statement);
    }
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(arena, pc_buf_view(&text), out);
}

static void lower_mark(struct pc_checked_function *function, enum pc_severity severity)
{
    enum pc_mark mark = severity == PC_SEVERITY_ERROR     ? PC_MARK_FAILS
                        : severity == PC_SEVERITY_WARNING ? PC_MARK_WARNS
                                                          : PC_MARK_WORKS;
    if (mark < function->mark) {
        function->mark = mark;
    }
}

enum pc_status pc_danger_report(struct pc_danger_search *search, const struct pc_danger *danger,
                                struct pc_str what)
{
    struct pc_arena *arena = search->checker->arena;
    struct pc_finding finding = {
        .code = danger->code,
        .severity = danger->error ? PC_SEVERITY_ERROR : pc_diag_row(danger->code)->severity,
        .place = search->known->place,
        .hint = pc_str_from(danger->hint),
        .symptom = pc_str_from(danger->symptom),
        .decision = danger->who.len > 0 ? PC_DECISION_ALLOWED : PC_DECISION_IMPLICIT_DENY,
    };
    if (danger->statement != NULL) {
        const struct pc_told_statement told = pc_tell_statement(danger->statement);
        finding.place = (struct pc_place){told.file, told.line, told.column};
    }
    PC_TRY(write_message(arena, danger, what, &finding.message));
    PC_TRY(pc_arena_copy(arena, danger->who, &finding.who));
    PC_TRY(pc_arena_copy(arena, danger->resource, &finding.resource));
    lower_mark(search->out, finding.severity);
    return pc_finding_add(arena, &finding, &search->out->dangers);
}

enum pc_status pc_danger_report_allowed(struct pc_danger_search *search,
                                        const struct pc_answer *answer,
                                        const struct pc_danger *danger, struct pc_str what)
{
    if (answer->decision != PC_DECISION_ALLOWED) {
        return PC_OK;
    }
    for (size_t i = 0; i < answer->deciding_count; i++) {
        struct pc_danger found = *danger;
        bool first = false;
        found.statement = &answer->deciding[i];
        if (found.statement->slot != PC_SLOT_RESOURCE) {
            continue; // what a stranger's own side allows is no news
        }
        PC_TRY(pc_danger_once(search, found.statement, &first));
        if (first) {
            PC_TRY(pc_danger_report(search, &found, what));
        }
    }
    return PC_OK;
}

bool pc_danger_has_url(const struct pc_danger_search *search, struct pc_str target,
                       struct pc_str auth_type)
{
    for (size_t i = 0; i < search->known->connection_count; i++) {
        const struct pc_known_connection connection =
            pc_known_function_connection(search->known, i);
        struct pc_str function =
            connection.function.len > 0 ? connection.function : search->name->function;
        bool meant = target.len == 0 || pc_str_eq(function, target);
        if (meant && pc_str_eq(connection.kind, PC_STR("url")) &&
            pc_str_eq(pc_known_connection_tells(&connection, PC_STR("auth-type")), auth_type)) {
            return true;
        }
    }
    return false;
}

// By the service of the source's ARN, skills of Alexa by their kind: they have no source.
// By the kind of the trigger or, as a bot of another version, by what it is of.
static bool is_of(const struct pc_known_connection *connection, struct pc_str service)
{
    const struct pc_integration *row = pc_integration_find(connection->kind);
    struct pc_str label = pc_str_slice(service, 0, pc_str_find(service, '.', 0));
    struct pc_arn source;
    return (row != NULL && pc_integration_calls_as(row, service)) ||
           (pc_arn_parse(connection->other, &source) && pc_str_eq(source.service, label));
}

bool pc_danger_is_declared(const struct pc_danger_search *search, struct pc_str service)
{
    bool alexa = pc_str_has_prefix(service, PC_STR("alexa-"));
    for (size_t i = 0; i < search->known->connection_count; i++) {
        const struct pc_known_connection connection =
            pc_known_function_connection(search->known, i);
        bool skill = alexa && pc_str_has_prefix(connection.kind, PC_STR("alexa"));
        if (skill || is_of(&connection, service)) {
            return true;
        }
    }
    return false;
}
