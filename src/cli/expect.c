// SPDX-License-Identifier: Apache-2.0
#include "expect.h"

#include "match/key.h"
#include "output.h"
#include "spelling.h"

// Items of a set as text, compared with those of an expectation.
struct set {
    const char *name;
    bool keys; // names of condition keys, compared without case
    size_t count;
    struct pc_str (*item)(const struct pc_reply *reply, size_t index, struct pc_name_room *room);
};

static struct pc_str statement_item(const struct pc_reply *reply, size_t index,
                                    struct pc_name_room *room)
{
    struct pc_told_statement told = pc_tell_statement(&reply->answer->deciding[index]);
    return pc_statement_name(&told, room);
}

static struct pc_str missing_item(const struct pc_reply *reply, size_t index,
                                  struct pc_name_room *room)
{
    (void)room;
    return reply->answer->missing[index];
}

// The index-th bit that is set.
static struct pc_str blocker_item(const struct pc_reply *reply, size_t index,
                                  struct pc_name_room *room)
{
    (void)room;
    for (int slot = 0; slot < PC_SLOTS; slot++) {
        if ((reply->answer->blocked_by >> slot & 1) != 0 && index-- == 0) {
            return pc_str_from(pc_slot_text((enum pc_slot)slot));
        }
    }
    return PC_STR("");
}

static size_t blocker_count(const struct pc_answer *answer)
{
    size_t count = 0;
    for (int slot = 0; slot < PC_SLOTS; slot++) {
        count += answer->blocked_by >> slot & 1;
    }
    return count;
}

static bool same(const struct set *set, struct pc_str a, struct pc_str b)
{
    return set->keys ? pc_key_eq(a, b) : pc_str_eq(a, b);
}

static bool is_expected(const struct set *set, const struct pc_json *expected, struct pc_str item)
{
    for (size_t i = 0; i < expected->count; i++) {
        if (same(set, expected->items[i].text, item)) {
            return true;
        }
    }
    return false;
}

static bool is_there(const struct set *set, const struct pc_reply *reply, struct pc_str expected)
{
    struct pc_name_room room;
    for (size_t i = 0; i < set->count; i++) {
        if (same(set, set->item(reply, i, &room), expected)) {
            return true;
        }
    }
    return false;
}

static bool sets_agree(const struct set *set, const struct pc_json *expected,
                       const struct pc_reply *reply)
{
    struct pc_name_room room;
    for (size_t i = 0; i < set->count; i++) {
        if (!is_expected(set, expected, set->item(reply, i, &room))) {
            return false;
        }
    }
    for (size_t i = 0; i < expected->count; i++) {
        if (!is_there(set, reply, expected->items[i].text)) {
            return false;
        }
    }
    return true;
}

// Where differences are written, and how.
struct difference {
    struct pc_buf *out;
    bool color;
};

static const char expected_color[] = "\033[32m", got_color[] = "\033[31m", no_color[] = "\033[0m";

static void begin_value(const struct difference *to, const char *text, const char *color)
{
    pc_buf_text(to->out, text);
    pc_buf_text(to->out, to->color ? color : "");
}

static void end_value(const struct difference *to)
{
    pc_buf_text(to->out, to->color ? no_color : "");
}

static void write_value(const struct difference *to, const char *text, const char *color,
                        struct pc_str value)
{
    begin_value(to, text, color);
    pc_buf_printable(to->out, value);
    end_value(to);
}

static void write_item(struct pc_buf *out, size_t index, struct pc_str item)
{
    pc_buf_text(out, index > 0 ? ", " : "");
    pc_buf_printable(out, item);
}

static void compare_set(const struct difference *to, const struct set *set,
                        const struct pc_json *expected, const struct pc_reply *reply)
{
    struct pc_name_room room;
    if (expected == NULL || sets_agree(set, expected, reply)) {
        return;
    }
    pc_buf_text(to->out, set->name);
    begin_value(to, ": expected ", expected_color);
    pc_buf_byte(to->out, '[');
    for (size_t i = 0; i < expected->count; i++) {
        write_item(to->out, i, expected->items[i].text);
    }
    pc_buf_byte(to->out, ']');
    end_value(to);
    begin_value(to, ", got ", got_color);
    pc_buf_byte(to->out, '[');
    for (size_t i = 0; i < set->count; i++) {
        write_item(to->out, i, set->item(reply, i, &room));
    }
    pc_buf_byte(to->out, ']');
    end_value(to);
    pc_buf_byte(to->out, '\n');
}

static void write_why(struct pc_buf *out, const struct pc_reply *reply,
                      struct pc_expect_style style)
{
    if (style.why) {
        pc_reply_write_why(out, reply);
    }
}

void pc_expect_compare(const struct pc_json *expect, const struct pc_reply *reply,
                       struct pc_expect_style style, struct pc_buf *out)
{
    const struct difference to = {out, style.color};
    const struct pc_answer *answer = reply->answer;
    const struct pc_json *decision = pc_json_get(expect, PC_STR("decision"));
    const struct pc_json *error = pc_json_get(expect, PC_STR("error"));
    const struct pc_str got = pc_str_from(pc_decision_text(answer->decision));
    const struct set statements = {"statements", false, answer->deciding_count, statement_item};
    const struct set blockers = {"blockedBy", false, blocker_count(answer), blocker_item};
    const struct set missing = {"missingContext", true, answer->missing_count, missing_item};
    if (error != NULL) {
        write_value(&to, "error: expected ", expected_color, error->text);
        write_value(&to, ", got the decision ", got_color, got);
        pc_buf_byte(out, '\n');
        write_why(out, reply, style);
    }
    if (decision != NULL && !pc_str_eq(decision->text, got)) {
        write_value(&to, "decision: expected ", expected_color, decision->text);
        write_value(&to, ", got ", got_color, got);
        pc_buf_byte(out, '\n');
        write_why(out, reply, style);
    }
    compare_set(&to, &statements, pc_json_get(expect, PC_STR("statements")), reply);
    compare_set(&to, &blockers, pc_json_get(expect, PC_STR("blockedBy")), reply);
    compare_set(&to, &missing, pc_json_get(expect, PC_STR("missingContext")), reply);
}

void pc_expect_compare_failure(const struct pc_json *expect, const struct pc_diags *diags,
                               struct pc_buf *out)
{
    const struct pc_json *error = pc_json_get(expect, PC_STR("error"));
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        bool counts = diag->severity == PC_SEVERITY_ERROR;
        if (counts && error != NULL &&
            pc_str_eq(error->text, pc_str_from(pc_diag_name(diag->code).text))) {
            return;
        }
    }
    if (error != NULL) {
        pc_buf_format(out, "error: expected %.*s\n", PC_STR_ARG(error->text));
    }
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (diag->severity == PC_SEVERITY_ERROR) {
            pc_diag_write(out, diag, false);
        }
    }
}

// The form.

static enum pc_status refuse(const struct pc_case_source *source, const struct pc_json *json,
                             const char *message)
{
    pc_diag_report(source->diags, PC_DIAG_CASE_EXPECTATION, pc_json_place(source->file, json), "%s",
                   message);
    return PC_ERR_INVALID;
}

// Reports a value of another type: "blockedBy" is a string, not an array of strings.
static enum pc_status want_type(const struct pc_case_source *source, struct pc_str name,
                                const struct pc_json *json, enum pc_json_type type)
{
    bool list = type == PC_JSON_ARRAY;
    if (json->type == type) {
        return PC_OK;
    }
    pc_diag_report(source->diags, PC_DIAG_CASE_EXPECTATION, pc_json_place(source->file, json),
                   "\"%.*s\" is %s, not %s", PC_STR_ARG(name), pc_json_type_text(json->type),
                   list ? "an array of strings" : "a string");
    return PC_ERR_INVALID;
}

// "deny" may be either of two.
static void hint_decision(struct pc_diags *diags, struct pc_str text,
                          const enum pc_decision *decisions, size_t count)
{
    struct pc_near near = {.text = text};
    for (size_t i = 0; i < count; i++) {
        pc_near_offer(&near, pc_str_from(pc_decision_text(decisions[i])));
    }
    if (pc_str_eq_icase(text, PC_STR("deny")) || pc_str_eq_icase(text, PC_STR("denied"))) {
        pc_diag_hint(diags, "implicitDeny: nothing allows it; explicitDeny: a Deny matches");
    } else if (near.best.len > 0) {
        pc_diag_hint(diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
}

static enum pc_status check_decision(const struct pc_case_source *source, struct pc_str name,
                                     const struct pc_json *json)
{
    static const enum pc_decision decisions[] = {PC_DECISION_ALLOWED, PC_DECISION_IMPLICIT_DENY,
                                                 PC_DECISION_EXPLICIT_DENY};
    PC_TRY(want_type(source, name, json, PC_JSON_STRING));
    for (size_t i = 0; i < 3; i++) {
        if (pc_str_eq(json->text, pc_str_from(pc_decision_text(decisions[i])))) {
            return PC_OK;
        }
    }
    pc_diag_report(source->diags, PC_DIAG_CASE_EXPECTATION, pc_json_place(source->file, json),
                   "no decision \"%.*s\"; there are allowed, implicitDeny and explicitDeny",
                   PC_STR_ARG(json->text));
    hint_decision(source->diags, json->text, decisions, 3);
    return PC_ERR_INVALID;
}

static enum pc_status check_strings(const struct pc_case_source *source, struct pc_str name,
                                    const struct pc_json *json)
{
    PC_TRY(want_type(source, name, json, PC_JSON_ARRAY));
    for (size_t i = 0; i < json->count; i++) {
        if (json->items[i].type != PC_JSON_STRING) {
            pc_diag_report(source->diags, PC_DIAG_CASE_EXPECTATION,
                           pc_json_place(source->file, &json->items[i]),
                           "an element of \"%.*s\" is %s, not a string", PC_STR_ARG(name),
                           pc_json_type_text(json->items[i].type));
            return PC_ERR_INVALID;
        }
    }
    return PC_OK;
}

static bool is_slot(struct pc_str name, struct pc_near *near)
{
    for (int slot = 0; slot < PC_SLOTS; slot++) {
        struct pc_str known = pc_str_from(pc_slot_text((enum pc_slot)slot));
        if (pc_str_eq(name, known)) {
            return true;
        }
        pc_near_offer(near, known);
    }
    return false;
}

static enum pc_status refuse_slot(const struct pc_case_source *source, const struct pc_json *json,
                                  struct pc_str near)
{
    pc_diag_report(source->diags, PC_DIAG_CASE_EXPECTATION, pc_json_place(source->file, json),
                   "no policy type \"%.*s\"; there are identity, resource, boundary, session, scp, "
                   "rcp and endpoint",
                   PC_STR_ARG(json->text));
    if (near.len > 0) {
        pc_diag_hint(source->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near));
    }
    return PC_ERR_INVALID;
}

static enum pc_status check_blockers(const struct pc_case_source *source, struct pc_str name,
                                     const struct pc_json *json)
{
    PC_TRY(check_strings(source, name, json));
    for (size_t i = 0; i < json->count; i++) {
        struct pc_near near = {.text = json->items[i].text};
        if (!is_slot(near.text, &near)) {
            return refuse_slot(source, &json->items[i], near.best);
        }
    }
    return PC_OK;
}

static enum pc_status check_error(const struct pc_case_source *source, struct pc_str name,
                                  const struct pc_json *json)
{
    PC_TRY(want_type(source, name, json, PC_JSON_STRING));
    const struct pc_diag_row *row = pc_diag_row_named(json->text);
    if (row == NULL || !pc_str_eq(json->text, pc_str_from(pc_diag_name(row->code).text))) {
        pc_diag_report(source->diags, PC_DIAG_CASE_EXPECTATION, pc_json_place(source->file, json),
                       "no diagnostic has the code \"%.*s\"", PC_STR_ARG(json->text));
        pc_diag_hint(source->diags, "polcheck help codes lists them");
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

struct member {
    struct pc_str name;
    enum pc_status (*check)(const struct pc_case_source *source, struct pc_str name,
                            const struct pc_json *json);
};

static const struct member members[] = {
    {PC_STR_INIT("decision"), check_decision},  {PC_STR_INIT("blockedBy"), check_blockers},
    {PC_STR_INIT("statements"), check_strings}, {PC_STR_INIT("missingContext"), check_strings},
    {PC_STR_INIT("error"), check_error},
};

static enum pc_status check_member(const struct pc_case_source *source,
                                   const struct pc_json_member *found)
{
    struct pc_near near = {.text = found->name};
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (pc_str_eq(members[i].name, found->name)) {
            return members[i].check(source, found->name, &found->value);
        }
        pc_near_offer(&near, members[i].name);
    }
    pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER, pc_json_member_place(source->file, found),
                   "\"expect\" has no member \"%.*s\"", PC_STR_ARG(found->name));
    if (near.best.len > 0) {
        pc_diag_hint(source->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_ERR_INVALID;
}

enum pc_status pc_expect_check(const struct pc_case_source *source, const struct pc_json *expect,
                               struct pc_place place)
{
    enum pc_status outcome = PC_OK;
    if (expect == NULL || (expect->type == PC_JSON_OBJECT && expect->count == 0)) {
        pc_diag_report(source->diags, PC_DIAG_CASE_NO_EXPECTATION,
                       expect == NULL ? place : pc_json_place(source->file, expect),
                       expect == NULL ? "the case has no \"expect\"" : "\"expect\" is empty");
        pc_diag_hint(source->diags, "add \"expect\": {\"decision\": ...}");
        return PC_ERR_INVALID;
    }
    if (expect->type != PC_JSON_OBJECT) {
        enum pc_status status = refuse(source, expect, "\"expect\" is not an object");
        pc_diag_hint(source->diags, "write it as \"expect\": {\"decision\": ...}");
        return status;
    }
    for (size_t i = 0; i < expect->count; i++) {
        enum pc_status status = check_member(source, &expect->members[i]);
        outcome = status != PC_OK ? status : outcome;
    }
    PC_TRY(outcome);
    if (pc_json_get(expect, PC_STR("error")) != NULL && expect->count > 1) {
        return refuse(source, expect,
                      "a question that fails has no answer: \"error\" stands alone");
    }
    return PC_OK;
}
