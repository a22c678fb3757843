// SPDX-License-Identifier: Apache-2.0
#include "answer.h"

#include "eval/sentence.h"
#include "output.h"

void pc_statement_members_json(struct pc_json_writer *writer, const struct pc_deciding *deciding)
{
    struct pc_told_statement told = pc_tell_statement(deciding);
    struct pc_name_room room;
    pc_json_key(writer, "policy");
    pc_json_string(writer, told.policy);
    pc_json_key(writer, "type");
    pc_json_text(writer, pc_slot_text(deciding->slot));
    pc_json_key(writer, "sid");
    pc_json_string(writer, pc_statement_name(&told, &room));
    pc_json_key(writer, "effect");
    pc_json_text(writer, told.allows ? "Allow" : "Deny");
    pc_json_key(writer, "file");
    pc_json_string(writer, told.file);
    pc_json_key(writer, "line");
    pc_json_number(writer, told.line);
    pc_json_key(writer, "column");
    pc_json_number(writer, told.column);
}

static void write_statement(struct pc_json_writer *writer, const struct pc_deciding *deciding)
{
    pc_json_begin_object(writer);
    pc_statement_members_json(writer, deciding);
    pc_json_end_object(writer);
}

static void write_blockers(struct pc_json_writer *writer, const struct pc_answer *answer)
{
    pc_json_key(writer, "blockedBy");
    pc_json_begin_array(writer);
    for (int slot = 0; slot < PC_SLOTS; slot++) {
        if ((answer->blocked_by >> slot & 1) != 0) {
            pc_json_text(writer, pc_slot_text((enum pc_slot)slot));
        }
    }
    pc_json_end_array(writer);
}

void pc_matched_write_json(struct pc_json_writer *writer, const struct pc_answer *answer)
{
    pc_json_key(writer, "matchedStatements");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < answer->deciding_count; i++) {
        write_statement(writer, &answer->deciding[i]);
    }
    pc_json_end_array(writer);
}

static void write_reasons(struct pc_json_writer *writer, const struct pc_reply *reply)
{
    const struct pc_answer *answer = reply->answer;
    pc_matched_write_json(writer, answer);
    write_blockers(writer, answer);
    pc_json_key(writer, "missingContext");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < answer->missing_count; i++) {
        pc_json_string(writer, answer->missing[i]);
    }
    pc_json_end_array(writer);
}

// The first blocker, and the refusal in AWS's words.
static void write_refusal(struct pc_json_writer *writer, const struct pc_reply *reply)
{
    const struct pc_answer *answer = reply->answer;
    if (answer->decision == PC_DECISION_ALLOWED) {
        return;
    }
    if (answer->primary != PC_SLOTS) {
        pc_json_key(writer, "primary");
        pc_json_text(writer, pc_slot_text(answer->primary));
    }
    PC_CLEANUP(pc_buf_release) struct pc_buf message = {0};
    pc_sentence_write(&message, reply->request, answer);
    if (pc_buf_status(&message) != PC_OK) {
        writer->out->status = pc_buf_status(&message);
        return;
    }
    pc_json_key(writer, "message");
    pc_json_string(writer, pc_buf_view(&message));
}

void pc_reply_write_json(struct pc_json_writer *writer, const struct pc_reply *reply)
{
    const struct pc_request *request = reply->request;
    const struct pc_answer *answer = reply->answer;
    pc_json_begin_object(writer);
    if (reply->id.len > 0) {
        pc_json_key(writer, "id");
        pc_json_raw(writer, reply->id);
    }
    pc_json_key(writer, "decision");
    pc_json_text(writer, pc_decision_text(answer->decision));
    pc_json_key(writer, "action");
    pc_json_string(writer, request->action);
    pc_json_key(writer, "resource");
    pc_json_string(writer, request->resource);
    pc_json_key(writer, "principal");
    pc_json_string(writer, request->caller.text);
    write_reasons(writer, reply);
    write_refusal(writer, reply);
    if (request->account_assumed) {
        pc_json_key(writer, "assumed");
        pc_json_begin_array(writer);
        pc_json_text(writer, "resourceAccount");
        pc_json_end_array(writer);
    }
    if (reply->more != NULL) {
        reply->more(writer, reply->context);
    }
    pc_json_end_object(writer);
}

void pc_reply_write_error(struct pc_json_writer *writer, struct pc_str id, enum pc_status status,
                          const struct pc_diags *diags)
{
    enum pc_diag_code code = pc_diag_code_of(status);
    struct pc_str message = pc_str_from(pc_status_text(status));
    const struct pc_diag *diag = diags->first;
    while (diag != NULL && diag->severity != PC_SEVERITY_ERROR) {
        diag = diag->next;
    }
    if (diag != NULL) {
        code = diag->code;
        message = diag->message;
    }
    pc_json_begin_object(writer);
    if (id.len > 0) {
        pc_json_key(writer, "id");
        pc_json_raw(writer, id);
    }
    pc_json_key(writer, "error");
    pc_json_begin_object(writer);
    pc_json_key(writer, "code");
    pc_json_text(writer, pc_diag_name(code).text);
    pc_json_key(writer, "message");
    pc_json_string(writer, message);
    pc_json_end_object(writer);
    pc_json_end_object(writer);
}
