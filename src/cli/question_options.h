// SPDX-License-Identifier: Apache-2.0
//
// The parts of one question as options give them: --principal, --context, --context-json, --now.
#ifndef PC_CLI_QUESTION_OPTIONS_H
#define PC_CLI_QUESTION_OPTIONS_H

#include "command.h"
#include "eval/request.h"

// A diagnostic about an option names it where it would name a file.
struct pc_place pc_option_place(const char *option);

// Each: PC_ERR_USAGE or PC_ERR_INVALID, reported. PC_ERR_NOMEM.

// Who asks: an ARN, a service, "*", or the JSON object of a case. option: where it stands; "" for
// an operand.
PC_MUST_CHECK enum pc_status pc_question_principal(struct pc_cli *cli, const char *option,
                                                   const char *text, struct pc_caller *out);

// KEY=VALUE: always one value of text.
PC_MUST_CHECK enum pc_status pc_question_context(struct pc_cli *cli, const char *text,
                                                 struct pc_request *request);

// An object, or @FILE.
PC_MUST_CHECK enum pc_status pc_question_context_json(struct pc_cli *cli, const char *text,
                                                      struct pc_request *request);

// The time of the question; NULL: that of the clock.
PC_MUST_CHECK enum pc_status pc_question_now(struct pc_cli *cli, const char *text, bool *fixed,
                                             int64_t *now);

// The value of an option that has to be there. PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_question_need(struct pc_cli *cli, const struct pc_args *args,
                                              int id, const char *name, const char **out);

#endif
