// SPDX-License-Identifier: Apache-2.0
//
// The entry of a release in the audit log.
#include <stdlib.h>
#include <time.h>

#include "release.h"
#include "status.h"
#include "text.h"

// An entry fits a line (PC_AUDIT_ENTRY_MAX), whatever is asked for and each byte of it is escaped
// to six: else who asks with more would not be written down.
enum {
    MOST_STATEMENTS = 64,
    MOST_DELIVERY = 64, // bytes
    MOST_RECIPIENT = 256,
    MOST_TEXT = 1024,  // of one text
    MOST_ASKED = 2048, // of all names that were asked for; those that are released need no escapes
    MOST_STATEMENT = 4096, // of all texts of statements
};

// No clock, no secret: an entry without its time would tell of nothing.
static enum pc_status now_of(int64_t *out)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec <= 0) {
        return PC_ERR_IO;
    }
    *out = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    return PC_OK;
}

static struct pc_str cut(struct pc_str text)
{
    return pc_str_slice(text, 0, MOST_TEXT);
}

static enum pc_status tell_statements(struct polcheck_scratch *scratch,
                                      const struct polcheck_answer *answer,
                                      struct pc_audit_entry *entry)
{
    size_t count = polcheck_answer_statement_count(answer);
    count = count > MOST_STATEMENTS ? MOST_STATEMENTS : count;
    struct pc_audit_statement *statements =
        pc_arena_array(&scratch->arena, count, sizeof(*statements));
    if (statements == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t used = 0;
    for (size_t i = 0; i < count && used < MOST_STATEMENT; i++) {
        const struct polcheck_statement *statement = polcheck_answer_statement(answer, i);
        struct pc_str sid = pc_text_in(statement->sid);
        if (sid.len == 0) {
            PC_TRY(pc_arena_format(&scratch->arena, &sid, "#%u", (unsigned)statement->number));
        }
        statements[i] = (struct pc_audit_statement){
            .type = pc_str_from(polcheck_policy_type_text(statement->type)),
            .policy = cut(pc_text_in(statement->policy)),
            .sid = cut(sid),
            .effect = statement->allows ? PC_STR("Allow") : PC_STR("Deny"),
            .file = cut(pc_text_in(statement->file)),
            .line = statement->line};
        used += statements[i].policy.len + statements[i].sid.len + statements[i].file.len;
        entry->statement_count = i + 1;
    }
    entry->statements = statements;
    return PC_OK;
}

// Why it was decided so. A refusal is told without, where that cannot be had any more.
static enum pc_status tell_reasons(struct polcheck_scratch *scratch, struct pc_audit_entry *entry)
{
    const struct polcheck_answer *answer;
    if (!scratch->asked) {
        return PC_OK;
    }
    enum polcheck_status status = polcheck_reasons(scratch, &answer);
    if (status == POLCHECK_ERR_NOMEM) {
        return PC_ERR_NOMEM;
    }
    if (status != POLCHECK_OK) {
        return polcheck_is_allowed(scratch->verdict) ? PC_ERR_BUSY : PC_OK;
    }
    PC_TRY(tell_statements(scratch, answer, entry));
    entry->message = cut(pc_text_in(polcheck_answer_message(answer)));
    return PC_OK;
}

// The names that were released, or that were asked for.
static enum pc_status tell_names(struct polcheck_scratch *scratch,
                                 const struct polcheck_release *wanted,
                                 const struct pc_opened *opened, struct pc_audit_entry *entry)
{
    bool released = opened != NULL && pc_opened_count(opened) > 0;
    size_t count = released ? pc_opened_count(opened) : wanted->name_count;
    struct pc_str *names = pc_arena_array(&scratch->arena, count, sizeof(*names));
    if (names == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t used = 0;
    for (size_t i = 0; i < count && (released || used < MOST_ASKED); i++) {
        names[i] = released ? pc_opened_name(opened, i) : cut(pc_text_in(wanted->names[i]));
        used += names[i].len;
        entry->name_count = i + 1;
    }
    entry->names = names;
    return PC_OK;
}

static void tell_outcome(const struct polcheck_scratch *scratch, struct pc_audit_entry *entry)
{
    bool allowed = polcheck_is_allowed(scratch->verdict);
    entry->event = allowed ? PC_STR("release") : PC_STR("refusal");
    entry->decision = pc_str_from(polcheck_decision_text(scratch->verdict.decision));
    if (scratch->verdict.status != POLCHECK_OK) {
        entry->status = pc_str_from(polcheck_status_name(scratch->verdict.status));
        entry->message = cut(pc_buf_view(&scratch->message));
    }
    entry->snapshot = scratch->edition == NULL ? 0 : scratch->edition->generation;
}

static enum pc_status record(struct polcheck_scratch *scratch, const struct pc_release *release,
                             const struct polcheck_release *wanted, struct pc_vault *vault,
                             const struct pc_opened *opened)
{
    struct pc_str delivery = pc_str_slice(pc_text_in(wanted->delivery), 0, MOST_DELIVERY);
    struct pc_audit_entry entry = {
        .principal = cut(release->principal),
        .function = cut(release->function),
        .key = release->key.arn,
        .key_version = release->key_version,
        .delivery = delivery.len > 0 ? delivery : PC_STR("library"),
        .recipient = pc_str_slice(pc_text_in(wanted->recipient), 0, MOST_RECIPIENT),
        .generation = pc_vault_generation(vault),
        .logged = pc_vault_generation(vault)};
    PC_TRY(now_of(&entry.time));
    PC_TRY(tell_names(scratch, wanted, opened, &entry));
    PC_TRY(tell_reasons(scratch, &entry));
    tell_outcome(scratch, &entry);
    return pc_audit_append(pc_vault_audit(vault), &entry, &scratch->diags);
}

enum polcheck_status pc_release_record(struct polcheck_scratch *scratch,
                                       const struct pc_release *release,
                                       const struct polcheck_release *wanted,
                                       struct pc_vault *vault, const struct pc_opened *opened)
{
    pc_diags_init(&scratch->diags, &scratch->arena);
    enum pc_status status = record(scratch, release, wanted, vault, opened);
    enum polcheck_status outcome = pc_status_of_secrets(status, &scratch->diags);
    bool known =
        outcome == POLCHECK_OK || outcome == POLCHECK_ERR_NOMEM || outcome == POLCHECK_ERR_BUSY;
    return known ? outcome : POLCHECK_ERR_AUDIT;
}
