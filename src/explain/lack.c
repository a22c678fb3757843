// SPDX-License-Identifier: Apache-2.0
//
// What a statement lacks, and what a need asks for.
#include "parts.h"

// Parts that do not match, in the order in which they are told.
enum part {
    ACTION,
    RESOURCE,
    PRINCIPAL,
    PARTS,
};

static bool lacks(const struct pc_explained *statement, enum part part)
{
    const bool matches[PARTS] = {[ACTION] = statement->action,
                                 [RESOURCE] = statement->resource,
                                 [PRINCIPAL] = statement->principal};
    return !matches[part];
}

size_t pc_explained_lacks(const struct pc_explained *statement)
{
    if (!statement->near) {
        return 0; // nobody looked
    }
    if (pc_explained_matches(statement)) {
        return statement->conditions + 1;
    }
    size_t count = statement->conditions - statement->held;
    for (int part = 0; part < PARTS; part++) {
        count += lacks(statement, (enum part)part);
    }
    return count;
}

static void write_part(struct pc_buf *out, const struct pc_explanation *explanation,
                       const struct pc_explained *statement, enum part part)
{
    const struct pc_image_statement *record = pc_explained_record(statement);
    const uint8_t kinds[PARTS] = {[ACTION] = record->action_kind,
                                  [RESOURCE] = record->resource_kind,
                                  [PRINCIPAL] = record->principal_kind};
    static const char *const plain[PARTS] = {"its Action covered ", "its Resource covered ",
                                             "its Principal named "};
    static const char *const negated[PARTS] = {"its NotAction did not cover ",
                                               "its NotResource did not cover ",
                                               "its NotPrincipal did not spare "};
    bool other = kinds[part] == PC_IMAGE_LIST_NEGATED;
    pc_buf_text(out, other ? negated[part] : plain[part]);
    if (part == ACTION) {
        pc_words_text(out, explanation->request->action);
    } else if (part == RESOURCE) {
        pc_words_text(out, explanation->request->resource);
    } else if (explanation->request->caller.kind == PC_CALLER_ANONYMOUS) {
        pc_buf_text(out, "everyone (\"*\")");
    } else {
        pc_words_caller(out, &explanation->request->caller);
    }
}

static void write_condition(struct pc_buf *out, const struct pc_explanation *explanation,
                            const struct pc_explained *statement, uint32_t place)
{
    const struct pc_explained_condition condition =
        pc_explained_condition_at(explanation, statement, place);
    pc_wish_write(out, explanation, &condition, pc_explained_matches(statement));
}

// Of one that matches: each condition, and then the statement itself.
static void write_way_out(struct pc_buf *out, const struct pc_explanation *explanation,
                          const struct pc_explained *statement, size_t at)
{
    if (at < statement->conditions) {
        write_condition(out, explanation, statement, (uint32_t)at);
        return;
    }
    pc_buf_text(out, "it did not cover ");
    pc_words_text(out, explanation->request->action);
    pc_buf_text(out, " on ");
    pc_words_text(out, explanation->request->resource);
}

void pc_explained_write_lack(struct pc_buf *out, const struct pc_explanation *explanation,
                             const struct pc_explained *statement, size_t at)
{
    if (pc_explained_matches(statement)) {
        write_way_out(out, explanation, statement, at);
        return;
    }
    for (int part = 0; part < PARTS; part++) {
        if (!lacks(statement, (enum part)part)) {
            continue;
        }
        if (at == 0) {
            write_part(out, explanation, statement, (enum part)part);
            return;
        }
        at--;
    }
    write_condition(out, explanation, statement, statement->failed[at]);
}

// Needs ------------------------------------------------------------------------------------------

static const char *caller_text(const struct pc_caller *caller)
{
    switch (caller->kind) {
    case PC_CALLER_SESSION:
        return "the session itself";
    case PC_CALLER_USER:
        return "the user";
    case PC_CALLER_FEDERATED_USER:
        return "the federated user";
    case PC_CALLER_ROOT:
        return "the account";
    case PC_CALLER_SERVICE:
        return "the service";
    case PC_CALLER_PROVIDER:
        return "the provider";
    case PC_CALLER_ANONYMOUS:
    case PC_CALLER_NONE:
        break;
    }
    return "the caller";
}

static void write_strength(struct pc_buf *out, const struct pc_explanation *explanation,
                           enum pc_strength strength)
{
    const struct pc_caller *caller = &explanation->request->caller;
    switch (strength) {
    case PC_STRENGTH_ACCOUNT:
        pc_buf_text(out, "name the caller or its account");
        break;
    case PC_STRENGTH_PARENT:
        pc_buf_text(out, "name the user behind the caller");
        break;
    case PC_STRENGTH_ROLE:
        pc_buf_text(out, "name the role");
        break;
    case PC_STRENGTH_ANY:
        if (pc_caller_has_own_name(caller)) {
            pc_buf_format(out, "name %s, or everyone", caller_text(caller));
        } else {
            pc_buf_text(out, "name everyone (\"*\")");
        }
        break;
    case PC_STRENGTH_SELF:
    case PC_STRENGTH_NONE:
        pc_buf_format(out, "name %s", caller_text(caller));
        break;
    }
}

static void write_who(struct pc_buf *out, const struct pc_explanation *explanation,
                      const struct pc_explained_need *need)
{
    const struct pc_request *request = explanation->request;
    static const char *const texts[PC_SLOTS] = {
        [PC_SLOT_IDENTITY] = "an identity policy of the caller",
        [PC_SLOT_BOUNDARY] = "the permissions boundary",
        [PC_SLOT_SESSION] = "a session policy",
        [PC_SLOT_ENDPOINT] = "the policy of the VPC endpoint",
    };
    if (need->slot == PC_SLOT_SCP) {
        pc_buf_format(out, "a service control policy of level %u of %zu", (unsigned)need->level + 1,
                      explanation->policies->scp_count);
    } else if (need->slot == PC_SLOT_RESOURCE) {
        pc_buf_text(out, pc_action_asks_for_role(request->action, request->resource)
                             ? "the role's trust policy"
                             : "the policy of the resource");
    } else {
        pc_buf_text(out, texts[need->slot]);
    }
}

void pc_explained_need_write(struct pc_buf *out, const struct pc_explanation *explanation,
                             const struct pc_explained_need *need)
{
    const struct pc_request *request = explanation->request;
    if (need->no_deny) {
        pc_buf_format(out, "a Deny of the %s policies must no longer match",
                      pc_slot_text(need->slot));
        return;
    }
    write_who(out, explanation, need);
    pc_buf_text(out, " has to allow ");
    pc_words_text(out, request->action);
    pc_buf_text(out, " on ");
    pc_words_text(out, request->resource);
    if (need->slot == PC_SLOT_RESOURCE) {
        pc_buf_text(out, " and to ");
        write_strength(out, explanation, need->strength);
    }
}

// "identity", "identity and boundary", "identity, boundary and session": those that are needed.
static void write_spared(struct pc_buf *out, const struct pc_explanation *explanation)
{
    size_t count = 0;
    for (size_t i = 0; i < explanation->need_count; i++) {
        count += pc_explained_need_is_spared(&explanation->needs[i]);
    }
    struct pc_words_list list = {out, " and ", count, 0};
    for (size_t i = 0; i < explanation->need_count; i++) {
        if (pc_explained_need_is_spared(&explanation->needs[i]) && pc_words_next(&list)) {
            pc_buf_text(out, pc_slot_text(explanation->needs[i].slot));
        }
    }
    pc_buf_text(out, count == 1 ? " policy" : " policies");
}

void pc_explanation_write_instead(struct pc_buf *out, const struct pc_explanation *explanation)
{
    pc_buf_text(out, "or, in place of the ");
    write_spared(out, explanation);
    pc_buf_text(out, ", the policy of the resource has to allow it and to ");
    write_strength(out, explanation, explanation->instead);
}
