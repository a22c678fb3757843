// SPDX-License-Identifier: Apache-2.0
//
// Looks up a function.
#include "question.h"

enum pc_status pc_resolver_function(struct pc_resolver *resolver, struct pc_str arn,
                                    const struct pc_asking *asking, struct pc_known_function *out)
{
    struct pc_question question = {.resolver = resolver, .asking = asking};
    const void *found = NULL;
    PC_TRY(pc_question_find(&question, PC_STORE_FUNCTIONS, arn, &found));
    const struct pc_function_record *record = found;
    *out = (struct pc_known_function){.role = pc_record_text(record, record->role),
                                      .kms_key = pc_record_text(record, record->kms_key),
                                      .record = record,
                                      .variable_count = record->variables.count};
    return PC_OK;
}

struct pc_str pc_known_function_variable(const struct pc_known_function *function, size_t at)
{
    const struct pc_function_record *record = function->record;
    struct pc_record_span span;
    const char *spans = (const char *)function->record + record->variables.offset;
    memcpy(&span, spans + at * sizeof(span), sizeof(span));
    return pc_record_text(function->record, span);
}
