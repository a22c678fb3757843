// SPDX-License-Identifier: Apache-2.0
//
// An answer for people.
#include "answer.h"

#include "eval/sentence.h"

static const char *decision_color(enum pc_decision decision)
{
    return decision == PC_DECISION_ALLOWED ? "\033[1;32m" : "\033[1;31m";
}

void pc_reply_write_decision(struct pc_buf *out, const struct pc_reply *reply, bool color)
{
    enum pc_decision decision = reply->answer->decision;
    pc_buf_format(out, "%s%s%s: ", color ? decision_color(decision) : "",
                  pc_decision_text(decision), color ? "\033[0m" : "");
    pc_buf_printable(out, reply->request->action);
    pc_buf_text(out, " on ");
    pc_buf_printable(out, reply->request->resource);
    pc_buf_text(out, " by ");
    pc_buf_printable(out, reply->request->caller.text);
    pc_buf_byte(out, '\n');
}

static void write_statement(struct pc_buf *out, const struct pc_deciding *deciding)
{
    struct pc_told_statement told = pc_tell_statement(deciding);
    struct pc_name_room room;
    pc_buf_format(out, "  %s by ", told.allows ? "allowed" : "denied");
    pc_buf_printable(out, pc_statement_name(&told, &room));
    pc_buf_format(out, " of the %s policy \"", pc_slot_text(deciding->slot));
    pc_buf_printable(out, told.policy);
    pc_buf_text(out, "\"\n      ");
    pc_buf_printable(out, told.file);
    pc_buf_format(out, ":%u:%u\n", (unsigned)told.line, (unsigned)told.column);
}

// What did not allow it, in words.
static const char *refusal(const struct pc_reply *reply)
{
    const struct pc_request *request = reply->request;
    switch (reply->answer->primary) {
    case PC_SLOT_IDENTITY:
        return "no identity policy of the caller allows it";
    case PC_SLOT_RESOURCE:
        return pc_action_asks_for_role(request->action, request->resource)
                   ? "the role's trust policy does not allow it"
                   : "no policy of the resource allows it";
    case PC_SLOT_BOUNDARY:
        return "the permissions boundary does not allow it";
    case PC_SLOT_SESSION:
        return "no session policy allows it";
    case PC_SLOT_SCP:
        return "the service control policies of a level do not allow it";
    case PC_SLOT_RCP:
        return "the resource control policies of a level do not allow it";
    case PC_SLOT_ENDPOINT:
        return "the policy of the VPC endpoint does not allow it";
    case PC_SLOTS:
        break;
    }
    return "AWS refuses it whatever the policies say";
}

static void write_blockers(struct pc_buf *out, const struct pc_answer *answer)
{
    const char *before = "  stopped by: ";
    if (answer->blocked_by == 0) {
        return;
    }
    for (int slot = 0; slot < PC_SLOTS; slot++) {
        if ((answer->blocked_by >> slot & 1) != 0) {
            pc_buf_format(out, "%s%s", before, pc_slot_text((enum pc_slot)slot));
            before = ", ";
        }
    }
    pc_buf_byte(out, '\n');
}

static void write_missing(struct pc_buf *out, const struct pc_answer *answer)
{
    const char *before = "  conditions asked for keys that the request does not carry: ";
    for (size_t i = 0; i < answer->missing_count; i++) {
        pc_buf_text(out, before);
        pc_buf_printable(out, answer->missing[i]);
        before = ", ";
    }
    pc_buf_text(out, answer->missing_count > 0 ? "\n" : "");
}

static void write_sentence(struct pc_buf *out, const struct pc_reply *reply)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf sentence = {0};
    pc_sentence_write(&sentence, reply->request, reply->answer);
    pc_buf_text(out, "  as AWS would say: ");
    pc_buf_printable(out, pc_buf_view(&sentence));
    pc_buf_byte(out, '\n');
    if (out->status == PC_OK) {
        out->status = pc_buf_status(&sentence);
    }
}

// Who decided, and who stopped what others allow.
static void write_deciders(struct pc_buf *out, const struct pc_reply *reply)
{
    const struct pc_answer *answer = reply->answer;
    if (answer->decision == PC_DECISION_IMPLICIT_DENY) {
        pc_buf_format(out, "  %s\n", refusal(reply));
    }
    for (size_t i = 0; i < answer->deciding_count; i++) {
        write_statement(out, &answer->deciding[i]);
    }
    if (answer->decision == PC_DECISION_ALLOWED && answer->deciding_count == 0) {
        pc_buf_text(out, "  no policy has to allow it\n");
    }
    write_blockers(out, answer);
}

void pc_reply_write_assumed(struct pc_buf *out, const struct pc_reply *reply)
{
    if (reply->request->account_assumed) {
        pc_buf_text(out, "  assumed: the resource belongs to the caller's account ");
        pc_buf_printable(out, reply->request->resource_account);
        pc_buf_text(out, "; say otherwise with resourceAccount (--resource-account)\n");
    }
}

// What a fuller request might change.
static void write_gaps(struct pc_buf *out, const struct pc_reply *reply)
{
    write_missing(out, reply->answer);
    pc_reply_write_assumed(out, reply);
}

void pc_reply_write_why(struct pc_buf *out, const struct pc_reply *reply)
{
    write_deciders(out, reply);
    write_gaps(out, reply);
}

void pc_reply_write_text(struct pc_buf *out, const struct pc_reply *reply, bool color)
{
    pc_reply_write_decision(out, reply, color);
    write_deciders(out, reply);
    if (reply->answer->decision != PC_DECISION_ALLOWED) {
        write_sentence(out, reply);
    }
    write_gaps(out, reply);
}
