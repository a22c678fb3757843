// SPDX-License-Identifier: Apache-2.0
//
// Why a copy, and not the finished line: copying the texts of a typical decision (one statement,
// six context keys) took 0.2 microseconds where writing them as JSON took 1.0 to 1.7. The thread
// that asks pays for the first, the writer's thread for the second.
#include "log_record.h"

#include "base/utf8.h"

#include <assert.h>

enum {
    PRINCIPAL,
    ACTION,
    RESOURCE,
    MESSAGE,
    POLICY, // of the first statement, and so are the next two
    SID,
    FILE_NAME,
    TEXTS,

    LENGTH = sizeof(uint32_t), // in front of a text
    ALWAYS =
        sizeof(struct pc_log_record) + sizeof(struct pc_log_statement) + TEXTS * sizeof(uint32_t),
    ROUNDS = 4,     // of sharing room out; each comes closer to using all of it
    LEAST_CAP = 32, // bytes of a context value that are worth a place, when there are too many
};

static_assert(PC_LOG_RECORD_LEAST - ALWAYS > TEXTS * LEAST_CAP, "texts must fit the least record");

struct room {
    unsigned char *at, *end;
};

static size_t room_left(const struct room *room)
{
    return (size_t)(room->end - room->at);
}

static void put(struct room *room, const void *bytes, size_t count)
{
    if (count > 0) {
        memcpy(room->at, bytes, count);
        room->at += count;
    }
}

// The room must suffice.
static void put_text(struct room *room, struct pc_str text, size_t cap)
{
    uint32_t length = (uint32_t)pc_utf8_within(text, cap);
    put(room, &length, sizeof(length));
    put(room, text.ptr, length);
}

// Sharing room ------------------------------------------------------------------------------------

// Of texts: bytes of those within a cap, and how many are longer.
struct share {
    size_t within, longer;
};

static void share_add(struct share *share, size_t length, size_t cap)
{
    if (length <= cap) {
        share->within += length;
    } else {
        share->longer++;
    }
}

// The next cap, given that with the cap so far all fits. Never smaller than that.
static size_t share_cap(const struct share *share, size_t room)
{
    return share->longer == 0 ? SIZE_MAX : (room - share->within) / share->longer;
}

static size_t cap_of_texts(const struct pc_str *texts, size_t room)
{
    size_t cap = room / TEXTS;
    for (int round = 0; round < ROUNDS && cap != SIZE_MAX; round++) {
        struct share share = {0, 0};
        for (size_t i = 0; i < TEXTS; i++) {
            share_add(&share, texts[i].len, cap);
        }
        cap = share_cap(&share, room);
    }
    return cap;
}

// The context -------------------------------------------------------------------------------------

// Puts what fits, or nothing. True if that is all of it.
static bool put_entry(struct room *room, const struct polcheck_entry *entry, bool masked,
                      size_t cap)
{
    struct pc_log_entry head = {0, entry->list, masked};
    unsigned char *start = room->at;
    size_t count = masked ? 0 : entry->count;
    size_t at = 0;
    bool whole = true;
    if (entry->key.len > room_left(room) ||
        sizeof(head) + LENGTH > room_left(room) - entry->key.len) {
        return false;
    }
    room->at += sizeof(head);
    put_text(room, pc_log_view(entry->key), SIZE_MAX);
    for (; at < count; at++) {
        struct pc_str value = pc_log_view(entry->values[at]);
        size_t length = value.len < cap ? value.len : cap;
        if (LENGTH > room_left(room) || length > room_left(room) - LENGTH) {
            break;
        }
        put_text(room, value, cap);
        whole = whole && value.len <= cap;
    }
    head.values = (uint32_t)at;
    memcpy(start, &head, sizeof(head));
    if (at < count && !entry->list) {
        room->at = start; // a key is not logged without its one value
    }
    return whole && at == count;
}

// Puts the entries that fit. True if that is all of the context. With SIZE_MAX for a cap: all or
// false.
static bool put_entries(struct room *room, const struct polcheck_decision_event *event,
                        const struct pc_log_mask *mask, size_t cap, uint32_t *count)
{
    struct polcheck_entry entry;
    bool whole = true;
    size_t at = 0;
    *count = 0;
    for (; at < PC_LOG_RECORD_ENTRIES && polcheck_request_entry(event->request, at, &entry); at++) {
        const unsigned char *before = room->at;
        whole =
            put_entry(room, &entry, pc_log_mask_hides(mask, pc_log_view(entry.key)), cap) && whole;
        *count += room->at != before;
        if (!whole && (cap == SIZE_MAX || room_left(room) < sizeof(struct pc_log_entry))) {
            return false;
        }
    }
    return whole &&
           (at < PC_LOG_RECORD_ENTRIES || !polcheck_request_entry(event->request, at, &entry));
}

// What a context takes when no value is longer than the cap: the fixed part, which does not depend
// on the cap, goes to *fixed. Looks no further than the room goes.
static struct share share_of_values(const struct polcheck_decision_event *event,
                                    const struct pc_log_mask *mask, size_t cap, size_t room,
                                    size_t *fixed)
{
    struct share share = {0, 0};
    struct polcheck_entry entry;
    *fixed = 0;
    for (size_t at = 0; *fixed < room && polcheck_request_entry(event->request, at, &entry); at++) {
        if (entry.key.len > room) {
            continue; // will be left out
        }
        *fixed += sizeof(struct pc_log_entry) + LENGTH + entry.key.len;
        bool masked = pc_log_mask_hides(mask, pc_log_view(entry.key));
        for (size_t i = 0; !masked && i < entry.count && *fixed < room; i++) {
            *fixed += LENGTH;
            share_add(&share, entry.values[i].len, cap);
        }
    }
    return share;
}

static size_t cap_of_values(const struct polcheck_decision_event *event,
                            const struct pc_log_mask *mask, size_t room)
{
    size_t fixed;
    struct share all = share_of_values(event, mask, 0, room, &fixed);
    size_t cap = all.longer == 0 || fixed >= room ? 0 : (room - fixed) / all.longer;
    for (int round = 0; round < ROUNDS && cap >= LEAST_CAP && cap != SIZE_MAX; round++) {
        struct share share = share_of_values(event, mask, cap, room, &fixed);
        cap = share_cap(&share, room - fixed);
    }
    return cap < LEAST_CAP ? LEAST_CAP : cap == SIZE_MAX ? SIZE_MAX - 1 : cap;
}

static void put_context(struct room *room, const struct polcheck_decision_event *event,
                        const struct pc_log_mask *mask, struct pc_log_record *record)
{
    struct room start = *room;
    if (event->request == NULL || put_entries(room, event, mask, SIZE_MAX, &record->entries)) {
        return;
    }
    *room = start;
    record->cut = true;
    size_t cap = cap_of_values(event, mask, room_left(room));
    (void)put_entries(room, event, mask, cap, &record->entries);
}

// Statements --------------------------------------------------------------------------------------

static void put_statement(struct room *room, const struct polcheck_statement *statement, size_t cap)
{
    struct pc_log_statement head = {(uint32_t)statement->type, statement->number, statement->line,
                                    statement->allows};
    put(room, &head, sizeof(head));
    put_text(room, pc_log_view(statement->policy), cap);
    put_text(room, pc_log_view(statement->sid), cap);
    put_text(room, pc_log_view(statement->file), cap);
}

static bool statement_fits(const struct room *room, const struct polcheck_statement *statement)
{
    size_t left = room_left(room);
    size_t fixed = sizeof(struct pc_log_statement) + 3 * sizeof(uint32_t);
    const size_t lengths[] = {fixed, statement->policy.len, statement->sid.len,
                              statement->file.len};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        if (lengths[i] > left) {
            return false;
        }
        left -= lengths[i];
    }
    return true;
}

// Those behind the first.
static void put_statements(struct room *room, const struct polcheck_answer *answer,
                           struct pc_log_record *record)
{
    size_t count = polcheck_answer_statement_count(answer);
    for (size_t at = 1; at < count; at++) {
        const struct polcheck_statement *statement = polcheck_answer_statement(answer, at);
        if (statement == NULL || !statement_fits(room, statement)) {
            record->cut = true;
            return;
        }
        put_statement(room, statement, SIZE_MAX);
        record->statements++;
    }
}

// The whole ---------------------------------------------------------------------------------------

static void gather(const struct polcheck_decision_event *event, const struct pc_log_mask *mask,
                   const struct polcheck_statement *first, struct pc_str *texts)
{
    memset(texts, 0, TEXTS * sizeof(*texts));
    texts[PRINCIPAL] = pc_log_view(event->principal);
    texts[ACTION] = pc_log_view(event->action);
    texts[RESOURCE] = pc_log_view(event->resource);
    if (event->verdict.status != POLCHECK_OK) {
        struct pc_str message = pc_log_view(event->message);
        bool hidden = pc_log_mask_hides_message(mask, message, event->request);
        texts[MESSAGE] = hidden ? PC_STR("***") : message;
    }
    if (first != NULL) {
        texts[POLICY] = pc_log_view(first->policy);
        texts[SID] = pc_log_view(first->sid);
        texts[FILE_NAME] = pc_log_view(first->file);
    }
}

// Puts what has precedence over the context.
static void put_head(struct room *room, const struct polcheck_decision_event *event,
                     const struct pc_log_mask *mask, struct pc_log_record *record)
{
    const struct polcheck_statement *first =
        event->answer == NULL ? NULL : polcheck_answer_statement(event->answer, 0);
    struct pc_str texts[TEXTS];
    gather(event, mask, first, texts);
    size_t cap = cap_of_texts(texts, room_left(room) - (ALWAYS - sizeof(*record)));
    for (size_t i = 0; i < TEXTS; i++) {
        record->cut = record->cut || texts[i].len > cap;
    }
    for (size_t i = 0; i <= MESSAGE; i++) {
        put_text(room, texts[i], cap);
    }
    if (first != NULL) {
        put_statement(room, first, cap);
        record->statements = 1;
        put_statements(room, event->answer, record);
    }
}

void pc_log_record_write(void *room, size_t size, const struct polcheck_decision_event *event,
                         const struct pc_log_mask *mask)
{
    unsigned char *start = room;
    struct room rest = {start + sizeof(struct pc_log_record), start + size};
    struct pc_log_record record = {
        .time = event->time,
        .duration = event->duration,
        .snapshot = event->snapshot,
        .decision = (uint32_t)event->verdict.decision,
        .status = (uint32_t)event->verdict.status,
        .blockers = event->answer == NULL ? 0 : polcheck_answer_blockers(event->answer),
    };
    put_head(&rest, event, mask, &record);
    put_context(&rest, event, mask, &record);
    memcpy(start, &record, sizeof(record));
}
