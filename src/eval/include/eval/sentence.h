// SPDX-License-Identifier: Apache-2.0
//
// A refusal in the words of AWS's error messages, for people who know those.
#ifndef PC_EVAL_SENTENCE_H
#define PC_EVAL_SENTENCE_H

#include "base/buf.h"
#include "eval/decision.h"
#include "eval/request.h"

// Appends "User: ARN is not authorized to perform: ACTION on resource: ARN", without "on resource"
// where the resource is "*", then "because no TYPE allows the ACTION action" or "with an explicit
// deny in TYPE", TYPE being that of the primary blocker (R-631). Nothing for an allowed request.
// The texts of the request stand in it as they are: not for a terminal without pc_buf_printable.
void pc_sentence_write(struct pc_buf *out, const struct pc_request *request,
                       const struct pc_answer *answer);

#endif
