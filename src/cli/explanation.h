// SPDX-License-Identifier: Apache-2.0
//
// Explanations as they are printed: for people, short or in full, and as JSON (CONTRACT.md).
#ifndef PC_CLI_EXPLANATION_H
#define PC_CLI_EXPLANATION_H

#include "command.h"
#include "explain/explain.h"

enum {
    PC_EXPLANATION_NEAR = 3, // statements that came near that are shown, where not all are wanted
};

struct pc_explanation_style {
    bool color;
    bool all;        // every statement, and all that it lacks; else what fits a screen
    bool no_verdict; // without the first line, where the reader knows the answer
    unsigned indent; // blanks in front of each line
};

// Appends the text for people. Whatever comes from policies and requests is made printable.
void pc_explanation_write(struct pc_buf *out, const struct pc_explanation *explanation,
                          const struct pc_explanation_style *style);

// What of an explanation is shown as JSON.
struct pc_explanation_shown {
    const struct pc_explanation *explanation;
    bool all; // every statement
};

// Writes the member "explanation" of an answer; `more` of struct pc_reply, of a struct
// pc_explanation_shown.
void pc_explanation_write_json(struct pc_json_writer *writer, const void *shown);

// Prints the explanation to standard output: the text, or, as cli->json says, the answer with it.
void pc_explanation_print(struct pc_cli *cli, const struct pc_explanation *explanation, bool all);

// A question that was answered, for who wants to print why without more ado.
struct pc_explanation_question {
    const struct pc_policies *policies;
    const struct pc_request *request; // finished
    unsigned flags;                   // PC_DECIDE_*
    struct pc_scratch *scratch;       // what an earlier answer has in it is no longer valid
    struct pc_arena *arena;           // where the explanation is made
};

// Explains the question and appends the text. PC_ERR_NOMEM: nothing was appended.
PC_MUST_CHECK enum pc_status pc_explanation_append(struct pc_buf *out,
                                                   const struct pc_explanation_question *question,
                                                   const struct pc_explanation_style *style);

#endif
