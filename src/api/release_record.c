// SPDX-License-Identifier: Apache-2.0
//
// The entry of a release in the audit log.
#include <stdlib.h>
#include <time.h>

#include "release.h"
#include "status.h"
#include "text.h"

#include "base/utf8.h"

// An entry fits a line (PC_AUDIT_ENTRY_MAX), whatever is asked for and each byte of it is escaped
// to six: else who asks with more would not be written down. Where something is cut or left out,
// the entry says so.
enum {
    MOST_STATEMENTS = 64,
    MOST_DELIVERY = 64, // bytes
    MOST_RECIPIENT = 256,
    MOST_TEXT = 1024,  // of one text
    MOST_ASKED = 2048, // of all names that were asked for; those that are released need no escapes
    MOST_STATEMENT = 4096, // of all texts of statements
    BETWEEN = 1,           // counted for each name, so that there cannot be too many without any
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

static struct pc_str cut(struct pc_audit_entry *entry, struct pc_str text, size_t most)
{
    entry->truncated = entry->truncated || text.len > most;
    return pc_str_slice(text, 0, pc_utf8_within(text, most));
}

// Cuts out of the middle: what was asked with is quoted in a message, and in front of it or behind
// it stands what is wrong. So nobody keeps the reason out of the log by asking with much.
static enum pc_status cut_message(struct polcheck_scratch *scratch, struct pc_str text,
                                  struct pc_audit_entry *entry)
{
    const struct pc_str gap = PC_STR(" ... ");
    const size_t half = (MOST_TEXT - gap.len) / 2;
    if (text.len <= MOST_TEXT) {
        entry->message = text;
        return PC_OK;
    }
    entry->truncated = true;
    const struct pc_str parts[] = {
        pc_str_slice(text, 0, pc_utf8_within(text, half)), gap,
        pc_str_slice(text, pc_utf8_within(text, text.len - half), text.len)};
    return pc_arena_join(&scratch->arena, parts, 3, &entry->message);
}

// The same of one of several texts that have so many bytes together.
static struct pc_str cut_of(struct pc_audit_entry *entry, struct pc_str text, size_t *left)
{
    struct pc_str part = cut(entry, text, *left < MOST_TEXT ? *left : MOST_TEXT);
    *left -= part.len;
    return part;
}

static enum pc_status tell_statements(struct polcheck_scratch *scratch,
                                      const struct polcheck_answer *answer,
                                      struct pc_audit_entry *entry)
{
    size_t all = polcheck_answer_statement_count(answer);
    size_t count = all > MOST_STATEMENTS ? MOST_STATEMENTS : all;
    struct pc_audit_statement *statements =
        pc_arena_array(&scratch->arena, count, sizeof(*statements));
    if (statements == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t left = MOST_STATEMENT;
    for (size_t i = 0; i < count && left > 0; i++) {
        const struct polcheck_statement *statement = polcheck_answer_statement(answer, i);
        struct pc_str sid = pc_text_in(statement->sid);
        if (sid.len == 0) {
            PC_TRY(pc_arena_format(&scratch->arena, &sid, "#%u", (unsigned)statement->number));
        }
        statements[i] = (struct pc_audit_statement){
            .type = pc_str_from(polcheck_policy_type_text(statement->type)),
            .effect = statement->allows ? PC_STR("Allow") : PC_STR("Deny"),
            .line = statement->line};
        statements[i].policy = cut_of(entry, pc_text_in(statement->policy), &left);
        statements[i].sid = cut_of(entry, sid, &left);
        statements[i].file = cut_of(entry, pc_text_in(statement->file), &left);
        entry->statement_count = i + 1;
    }
    entry->truncated = entry->truncated || entry->statement_count < all;
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
    return cut_message(scratch, pc_text_in(polcheck_answer_message(answer)), entry);
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
    size_t left = MOST_ASKED;
    for (size_t i = 0; i < count && (released || left > BETWEEN); i++) {
        if (released) {
            names[i] = pc_opened_name(opened, i);
        } else {
            left -= BETWEEN;
            names[i] = cut_of(entry, pc_text_in(wanted->names[i]), &left);
        }
        entry->name_count = i + 1;
    }
    entry->truncated = entry->truncated || entry->name_count < count;
    entry->names = names;
    return PC_OK;
}

static enum pc_status tell_outcome(struct polcheck_scratch *scratch, struct pc_audit_entry *entry)
{
    bool allowed = polcheck_is_allowed(scratch->verdict);
    entry->event = allowed ? PC_STR("release") : PC_STR("refusal");
    entry->decision = pc_str_from(polcheck_decision_text(scratch->verdict.decision));
    entry->snapshot = scratch->edition == NULL ? 0 : scratch->edition->generation;
    if (scratch->verdict.status == POLCHECK_OK) {
        return PC_OK;
    }
    entry->status = pc_str_from(polcheck_status_name(scratch->verdict.status));
    return cut_message(scratch, pc_buf_view(&scratch->message), entry);
}

static enum pc_status record(struct polcheck_scratch *scratch, const struct pc_release *release,
                             const struct polcheck_release *wanted, struct pc_vault *vault,
                             const struct pc_opened *opened)
{
    struct pc_audit_entry entry = {.key = release->key.arn,
                                   .key_version = release->key_version,
                                   .generation = pc_vault_generation(vault),
                                   .logged = pc_vault_generation(vault)};
    entry.principal = cut(&entry, release->principal, MOST_TEXT);
    entry.function = cut(&entry, release->function, MOST_TEXT);
    entry.delivery = cut(&entry, pc_text_in(wanted->delivery), MOST_DELIVERY);
    entry.recipient = cut(&entry, pc_text_in(wanted->recipient), MOST_RECIPIENT);
    if (entry.delivery.len == 0) {
        entry.delivery = PC_STR("library");
    }
    PC_TRY(now_of(&entry.time));
    PC_TRY(tell_names(scratch, wanted, opened, &entry));
    PC_TRY(tell_reasons(scratch, &entry));
    PC_TRY(tell_outcome(scratch, &entry));
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
