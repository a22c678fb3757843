// SPDX-License-Identifier: Apache-2.0
#include "told.h"

#include <stdio.h>

#include "json/writer.h"

static struct pc_str view(struct polcheck_str text)
{
    return (struct pc_str){text.ptr, text.len};
}

static void tell_statement(struct pc_json_writer *writer,
                           const struct polcheck_statement *statement)
{
    char number[16];
    (void)snprintf(number, sizeof(number), "#%u", statement->number);
    pc_json_begin_object(writer);
    pc_json_key(writer, "policy");
    pc_json_string(writer, view(statement->policy));
    pc_json_key(writer, "type");
    pc_json_text(writer, polcheck_policy_type_text(statement->type));
    pc_json_key(writer, "sid");
    pc_json_string(writer, statement->sid.len > 0 ? view(statement->sid) : pc_str_from(number));
    pc_json_key(writer, "effect");
    pc_json_text(writer, statement->allows ? "Allow" : "Deny");
    pc_json_key(writer, "file");
    pc_json_string(writer, view(statement->file));
    pc_json_key(writer, "line");
    pc_json_number(writer, statement->line);
    pc_json_key(writer, "column");
    pc_json_number(writer, statement->column);
    pc_json_end_object(writer);
}

static void tell_lists(struct pc_json_writer *writer, const struct polcheck_answer *answer)
{
    pc_json_key(writer, "matchedStatements");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < polcheck_answer_statement_count(answer); i++) {
        tell_statement(writer, polcheck_answer_statement(answer, i));
    }
    pc_json_end_array(writer);
    pc_json_key(writer, "blockedBy");
    pc_json_begin_array(writer);
    for (unsigned type = 0; type < POLCHECK_NO_TYPE; type++) {
        if ((polcheck_answer_blockers(answer) >> type & 1) != 0) {
            pc_json_text(writer, polcheck_policy_type_text((enum polcheck_policy_type)type));
        }
    }
    pc_json_end_array(writer);
    pc_json_key(writer, "missingContext");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < polcheck_answer_missing_count(answer); i++) {
        pc_json_string(writer, view(polcheck_answer_missing(answer, i)));
    }
    pc_json_end_array(writer);
}

static void tell_answer(struct pc_json_writer *writer, const struct polcheck_answer *answer)
{
    struct polcheck_verdict verdict = polcheck_answer_verdict(answer);
    pc_json_key(writer, "decision");
    pc_json_text(writer, polcheck_decision_text(verdict.decision));
    tell_lists(writer, answer);
    if (!polcheck_is_allowed(verdict)) {
        if (polcheck_answer_primary(answer) != POLCHECK_NO_TYPE) {
            pc_json_key(writer, "primary");
            pc_json_text(writer, polcheck_policy_type_text(polcheck_answer_primary(answer)));
        }
        pc_json_key(writer, "message");
        pc_json_string(writer, view(polcheck_answer_message(answer)));
    }
}

// "what is wrong [POL0803]": the code stands in brackets at the end.
static void tell_error(struct pc_json_writer *writer, struct polcheck_str message,
                       enum polcheck_status status)
{
    struct pc_str text = view(message);
    struct pc_str code = PC_STR("");
    if (text.len > 10 && text.ptr[text.len - 1] == ']') {
        code = pc_str_slice(text, text.len - 8, text.len - 1);
        text = pc_str_slice(text, 0, text.len - 10);
    }
    pc_json_key(writer, "error");
    pc_json_begin_object(writer);
    pc_json_key(writer, "code");
    pc_json_string(writer, code);
    pc_json_key(writer, "message");
    pc_json_string(writer, text);
    pc_json_end_object(writer);
    pc_json_key(writer, "status");
    pc_json_number(writer, (int64_t)status);
}

void told_answer(struct pc_buf *out, struct pc_str id, struct polcheck_scratch *scratch,
                 struct polcheck_verdict verdict)
{
    const struct polcheck_answer *answer = NULL;
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    if (id.len > 0) {
        pc_json_key(&writer, "id");
        pc_json_raw(&writer, id);
    }
    enum polcheck_status status =
        verdict.status == POLCHECK_OK ? polcheck_reasons(scratch, &answer) : verdict.status;
    if (status == POLCHECK_OK) {
        tell_answer(&writer, answer);
    } else {
        tell_error(&writer, polcheck_scratch_message(scratch), status);
    }
    pc_json_end_object(&writer);
}
