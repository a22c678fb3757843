// SPDX-License-Identifier: Apache-2.0
//
// Answers as they are printed: the object of CONTRACT section 3, and the text for people.
#ifndef PC_CLI_ANSWER_H
#define PC_CLI_ANSWER_H

#include "eval/evaluator.h"
#include "eval/told.h"
#include "json/writer.h"

// An answer with its question.
struct pc_reply {
    const struct pc_request *request; // finished
    const struct pc_answer *answer;
    struct pc_str id; // of a batch: JSON text to repeat; "" without one
    // Writes further members of the object, of the context; NULL: there are none.
    void (*more)(struct pc_json_writer *writer, const void *context);
    const void *context;
};

// Writes the answer object as one value.
void pc_reply_write_json(struct pc_json_writer *writer, const struct pc_reply *reply);

// Writes the member "matchedStatements" of an answer.
void pc_matched_write_json(struct pc_json_writer *writer, const struct pc_answer *answer);

// Writes the members of a statement: "policy", "type", "sid", "effect" and its place.
void pc_statement_members_json(struct pc_json_writer *writer, const struct pc_deciding *deciding);

// Writes {"error": {"code", "message"}} of the first error reported, or of the status where none
// was; after an id unless that is "".
void pc_reply_write_error(struct pc_json_writer *writer, struct pc_str id, enum pc_status status,
                          const struct pc_diags *diags);

// Appends the first line of that text: the decision, and what was asked.
void pc_reply_write_decision(struct pc_buf *out, const struct pc_reply *reply, bool color);

// Appends the line that says which owner of the resource was assumed, if one was.
void pc_reply_write_assumed(struct pc_buf *out, const struct pc_reply *reply);

// Appends the text for people: the decision first, then why.
void pc_reply_write_text(struct pc_buf *out, const struct pc_reply *reply, bool color);

// Appends why the answer is what it is, each line indented by two; not AWS's sentence.
void pc_reply_write_why(struct pc_buf *out, const struct pc_reply *reply);

#endif
