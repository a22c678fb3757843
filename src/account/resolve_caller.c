// SPDX-License-Identifier: Apache-2.0
//
// The caller of a request: the record of the user, of the session's role or of the federated user's
// parent, its policies and tags (SEMANTICS.md 4.1, 7.1). A session's record is its role's; who
// assumed the role plays no part.
#include "match/key.h"
#include "question.h"

static enum pc_status unknown(const struct pc_question *question, const char *why)
{
    struct pc_str name = question->resolver->name;
    bool named = name.len > 0;
    struct pc_str where =
        named ? name : pc_store_path(pc_snapshot_store(question->resolver->snapshot));
    pc_diag_report(question->asking->diags, PC_DIAG_PRINCIPAL_UNKNOWN, question->asking->place,
                   "no principal \"%.*s\" in the %s \"%.*s\"%s%s",
                   PC_STR_ARG(question->request->caller.text), named ? "account of" : "store",
                   PC_STR_ARG(where), why[0] == '\0' ? "" : ": ", why);
    pc_diag_hint(question->asking->diags,
                 "check the spelling, or compile the dump or manifest that defines it as well");
    return PC_ERR_NOTFOUND;
}

static const struct pc_tag *find_tag(const struct pc_tag *tags, size_t count, struct pc_str key)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_key_eq(tags[i].key, key)) {
            return &tags[i];
        }
    }
    return NULL;
}

// Sessions bring tags of their own; a user's are the store's.
static enum pc_status check_user_tags(const struct pc_question *question,
                                      const struct pc_tag *stored_tags, size_t count)
{
    const struct pc_caller *caller = &question->request->caller;
    for (size_t i = 0; caller->kind == PC_CALLER_USER && i < caller->tag_count; i++) {
        const struct pc_tag *given = &caller->tags[i];
        const struct pc_tag *stored = find_tag(stored_tags, count, given->key);
        if (stored != NULL && !pc_str_eq(stored->value, given->value)) {
            // Without the values: logs that mask them have the message.
            pc_diag_report(question->asking->diags, PC_DIAG_REQUEST_CONTRADICTION,
                           question->asking->place,
                           "the tag \"%.*s\" of \"%.*s\" has another value in the store",
                           PC_STR_ARG(stored->key), PC_STR_ARG(caller->text));
            pc_diag_hint(question->asking->diags,
                         "leave the tag out: only sessions have tags of their own");
            return PC_ERR_INVALID;
        }
    }
    return PC_OK;
}

// The tags of the request, and behind them those of the store that it does not name.
static enum pc_status join_tags(struct pc_question *question, const struct pc_tag *stored,
                                size_t stored_count)
{
    struct pc_caller *caller = &question->request->caller;
    size_t count = caller->tag_count;
    struct pc_tag *tags =
        pc_arena_array(question->asking->arena, count + stored_count, sizeof(*tags));
    if (tags == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        tags[i] = caller->tags[i];
    }
    for (size_t i = 0; i < stored_count; i++) {
        if (find_tag(caller->tags, caller->tag_count, stored[i].key) == NULL) {
            tags[count++] = stored[i];
        }
    }
    caller->tags = tags;
    caller->tag_count = count;
    return PC_OK;
}

// Tags of the session go before those of its role or user, whose names compare without case.
static enum pc_status add_tags(struct pc_question *question,
                               const struct pc_principal_record *record)
{
    struct pc_caller *caller = &question->request->caller;
    const struct pc_tag *stored;
    if (record->tags.count == 0) {
        return PC_OK;
    }
    PC_TRY(pc_record_tags(question->asking->arena, record, record->tags, &stored));
    if (caller->tag_count == 0) {
        caller->tags = stored;
        caller->tag_count = record->tags.count;
        return PC_OK;
    }
    PC_TRY(check_user_tags(question, stored, record->tags.count));
    return join_tags(question, stored, record->tags.count);
}

static enum pc_status apply_principal(struct pc_question *question,
                                      const struct pc_principal_record *record)
{
    struct pc_resolved_images *images = &question->resolver->images;
    PC_TRY(pc_question_open_image(question, pc_principal_identity(record), PC_POLICY_IDENTITY,
                                  &images->identity));
    question->policies.identity = &images->identity;
    if (record->boundary != 0) {
        PC_TRY(pc_question_open_image(question, pc_principal_boundary(record), PC_POLICY_BOUNDARY,
                                      &images->boundary));
        question->policies.boundary = &images->boundary;
    }
    return add_tags(question, record);
}

static enum pc_status resolve_user(struct pc_question *question)
{
    struct pc_caller *caller = &question->request->caller;
    struct pc_iam_name name = {caller->partition, caller->account, caller->name};
    const struct pc_principal_record *record;
    enum pc_status status = pc_question_find_principal(question, false, &name, &record);
    if (status == PC_ERR_NOTFOUND ||
        (status == PC_OK && !pc_str_eq(pc_record_text(record, record->arn), caller->text))) {
        return unknown(question, "");
    }
    PC_TRY(status);
    if (caller->id.len == 0) {
        caller->id = pc_record_text(record, record->id);
    }
    return apply_principal(question, record);
}

// A session's ARN has its role's name without path.
static enum pc_status resolve_session(struct pc_question *question)
{
    struct pc_caller *caller = &question->request->caller;
    struct pc_iam_name name = {caller->partition, caller->account, caller->name};
    const struct pc_principal_record *record;
    enum pc_status status = pc_question_find_principal(question, true, &name, &record);
    if (status == PC_ERR_NOTFOUND) {
        return unknown(question, "");
    }
    PC_TRY(status);
    if (caller->role.len > 0 && !pc_str_eq(pc_record_text(record, record->arn), caller->role)) {
        return unknown(question, "its role has another path there");
    }
    caller->role = pc_record_text(record, record->arn);
    if (caller->id.len == 0) {
        caller->id = pc_record_text(record, record->id);
    }
    return apply_principal(question, record);
}

static enum pc_status known_account(const struct pc_question *question, const char *why)
{
    const void *found = NULL;
    enum pc_status status =
        pc_question_find(question, PC_STORE_ACCOUNTS, question->request->caller.account, &found);
    return status == PC_ERR_NOTFOUND ? unknown(question, why) : status;
}

// A federated user acts with the policies of the user that made it; root has none.
static enum pc_status resolve_federated(struct pc_question *question)
{
    struct pc_caller *caller = &question->request->caller;
    struct pc_caller parent;
    const struct pc_principal_record *record;
    if (caller->parent.len == 0) {
        enum pc_status status = unknown(question, "the request does not name its parent");
        pc_diag_hint(question->asking->diags,
                     "write {\"arn\": \"...\", \"parent\": the ARN of the user that made it}");
        return status;
    }
    if (!pc_caller_parse(caller->parent, &parent) ||
        (parent.kind != PC_CALLER_USER && parent.kind != PC_CALLER_ROOT) ||
        !pc_str_eq(parent.account, caller->account) ||
        !pc_str_eq(parent.partition, caller->partition)) {
        return unknown(question, "its parent is no user, nor root, of its account");
    }
    if (parent.kind == PC_CALLER_ROOT) {
        return known_account(question, "nothing is known of its account");
    }
    struct pc_iam_name name = {parent.partition, parent.account, parent.name};
    enum pc_status status = pc_question_find_principal(question, false, &name, &record);
    if (status == PC_ERR_NOTFOUND ||
        (status == PC_OK && !pc_str_eq(pc_record_text(record, record->arn), caller->parent))) {
        return unknown(question, "its parent is not there");
    }
    PC_TRY(status);
    caller->parent_id = pc_record_text(record, record->id);
    return apply_principal(question, record);
}

enum pc_status pc_question_caller(struct pc_question *question)
{
    switch (question->request->caller.kind) {
    case PC_CALLER_USER:
        return resolve_user(question);
    case PC_CALLER_SESSION:
        return resolve_session(question);
    case PC_CALLER_FEDERATED_USER:
        return resolve_federated(question);
    case PC_CALLER_ROOT:
        return known_account(question, "nothing is known of its account");
    case PC_CALLER_SERVICE:
    case PC_CALLER_ANONYMOUS:
    case PC_CALLER_PROVIDER:
        return PC_OK;
    case PC_CALLER_NONE:
        break;
    }
    return unknown(question, "");
}
