// SPDX-License-Identifier: Apache-2.0
#include "fake_answer.h"

bool polcheck_request_entry(const struct polcheck_request *request, size_t at,
                            struct polcheck_entry *out)
{
    if (request == NULL || at >= request->count) {
        return false;
    }
    *out = request->entries[at];
    return true;
}

size_t polcheck_answer_statement_count(const struct polcheck_answer *answer)
{
    return answer->count;
}

const struct polcheck_statement *polcheck_answer_statement(const struct polcheck_answer *answer,
                                                           size_t at)
{
    return at < answer->count ? &answer->statements[at] : NULL;
}

uint32_t polcheck_answer_blockers(const struct polcheck_answer *answer)
{
    return answer->blockers;
}

const char *polcheck_status_name(enum polcheck_status status)
{
    return status == POLCHECK_ERR_REQUEST ? "request" : "another";
}

const char *polcheck_decision_text(enum polcheck_decision decision)
{
    return decision == POLCHECK_ALLOWED         ? "allowed"
           : decision == POLCHECK_EXPLICIT_DENY ? "explicitDeny"
                                                : "implicitDeny";
}

const char *polcheck_policy_type_text(enum polcheck_policy_type type)
{
    static const char *const texts[] = {"identity", "resource", "boundary", "session",
                                        "scp",      "rcp",      "endpoint"};
    return (size_t)type < sizeof(texts) / sizeof(texts[0]) ? texts[type] : "none";
}
