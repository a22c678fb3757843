// SPDX-License-Identifier: Apache-2.0
//
// The words are those of the IAM User Guide, "Troubleshoot access denied error messages".
#include "eval/sentence.h"

// How AWS names a policy type: behind "because no", and behind "with an explicit deny in".
struct words {
    const char *plain;
    const char *with_article;
};

static const struct words words[PC_SLOTS] = {
    [PC_SLOT_IDENTITY] = {"identity-based policy", "an identity-based policy"},
    [PC_SLOT_RESOURCE] = {"resource-based policy", "a resource-based policy"},
    [PC_SLOT_BOUNDARY] = {"permissions boundary", "a permissions boundary"},
    [PC_SLOT_SESSION] = {"session policy", "a session policy"},
    [PC_SLOT_SCP] = {"service control policy", "a service control policy"},
    [PC_SLOT_RCP] = {"resource control policy", "a resource control policy"},
    [PC_SLOT_ENDPOINT] = {"VPC endpoint policy", "a VPC endpoint policy"},
};

static const struct words trust_words = {"role trust policy", "the role trust policy"};

static const struct words *words_of(const struct pc_request *request, enum pc_slot slot)
{
    bool trust =
        slot == PC_SLOT_RESOURCE && pc_action_asks_for_role(request->action, request->resource);
    return trust ? &trust_words : &words[slot];
}

static void write_caller(struct pc_buf *out, const struct pc_caller *caller)
{
    bool anonymous = caller->kind == PC_CALLER_ANONYMOUS || caller->kind == PC_CALLER_NONE;
    pc_buf_text(out, "User: ");
    pc_buf_str(out, anonymous ? PC_STR("anonymous") : caller->text);
}

static void write_question(struct pc_buf *out, const struct pc_request *request)
{
    write_caller(out, &request->caller);
    pc_buf_text(out, " is not authorized to perform: ");
    pc_buf_str(out, request->action);
    if (!pc_str_eq(request->resource, PC_STR("*"))) {
        pc_buf_text(out, " on resource: ");
        pc_buf_str(out, request->resource);
    }
}

void pc_sentence_write(struct pc_buf *out, const struct pc_request *request,
                       const struct pc_answer *answer)
{
    if (answer->decision == PC_DECISION_ALLOWED) {
        return;
    }
    write_question(out, request);
    if ((size_t)answer->primary >= PC_SLOTS) {
        return; // denied whatever the policies say
    }
    const struct words *type = words_of(request, answer->primary);
    if (answer->decision == PC_DECISION_EXPLICIT_DENY) {
        pc_buf_text(out, " with an explicit deny in ");
        pc_buf_text(out, type->with_article);
        return;
    }
    pc_buf_text(out, " because no ");
    pc_buf_text(out, type->plain);
    pc_buf_text(out, " allows the ");
    pc_buf_str(out, request->action);
    pc_buf_text(out, " action");
}
