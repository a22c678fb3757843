// SPDX-License-Identifier: Apache-2.0
//
// The transaction: the head is read and verified, the work done, the list of digests and the head
// written; when that is on the disk, the audit log hears of it.
//
// INVARIANT: the order of locks is the store's transaction, then the log. Nobody who has the log
// waits for a transaction: it is let go when the transaction comes to nothing, and readers of the
// store wait for nobody.
//
// INVARIANT: the log is held from before a change is committed until its entry is written. So
// whoever has the log, and knows of a change that has no entry, knows that none will come.
//
// INVARIANT: where a vault notes that its log stood, the log stands on the disk too, before the
// vault does. So a log that is not sound up to there was tampered with: no power failure does it.
#include "change.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crypto/guarded.h"
#include "folder.h"
#include "secrets/actor.h"

// One run of pc_vault_change.
struct run {
    struct pc_str path;
    const struct pc_change_note *note;
    struct pc_buf actor;
    struct pc_diags *diags;
    enum pc_status (*work)(void *context, struct pc_change *change);
    void *context;
    const struct pc_root_key *root;
    int folder;
    uint8_t *audit_key; // guarded
    struct pc_audit *audit;
    struct pc_change change;
};

// What is written ---------------------------------------------------------------------------------

static enum pc_status bind(struct pc_change *change, enum pc_store_table table, struct pc_str arn,
                           const struct pc_hash *digest)
{
    struct pc_hash name = pc_hash_of(arn);
    unsigned part = table == PC_STORE_KEYS ? PC_PART_OF_KEYS : pc_part_of(&name);
    const struct pc_list list = {&change->parts, &change->head, &change->reading.source};
    return pc_parts_bind(&list, part, &name, digest);
}

enum pc_status pc_change_write_key(struct pc_change *change, const struct pc_key_record *record)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    pc_key_record_write(&bytes, record);
    PC_TRY(pc_buf_status(&bytes));
    struct pc_hash digest = pc_hash_of(pc_buf_view(&bytes));
    PC_TRY(bind(change, PC_STORE_KEYS, record->key.arn, &digest));
    return pc_store_put(change->write, PC_STORE_KEYS, record->key.arn, pc_buf_view(&bytes));
}

enum pc_status pc_change_write_environment(struct pc_change *change,
                                           const struct pc_environment_record *record)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_hash digest = pc_environment_record_digest(record);
    pc_environment_record_write(&bytes, record);
    PC_TRY(pc_buf_status(&bytes));
    struct pc_str function = record->environment.function;
    PC_TRY(bind(change, PC_STORE_ENVIRONMENTS, function, &digest));
    return pc_store_put(change->write, PC_STORE_ENVIRONMENTS, function, pc_buf_view(&bytes));
}

enum pc_status pc_change_drop(struct pc_change *change, enum pc_store_table table,
                              struct pc_str arn)
{
    PC_TRY(bind(change, table, arn, NULL));
    return pc_store_delete(change->write, table, arn);
}

enum pc_status pc_change_note_key(struct pc_change *change, struct pc_str arn)
{
    if (change->key.len == 0) {
        return pc_arena_copy(&change->lasting, arn, &change->key);
    }
    change->of_several_keys = change->of_several_keys || !pc_str_eq(change->key, arn);
    return PC_OK;
}

// The transaction ---------------------------------------------------------------------------------

static void end_change(struct pc_change *change)
{
    pc_parts_release(&change->parts);
    pc_arena_release(&change->arena);
    pc_arena_release(&change->lasting);
}

static void begin_change(struct run *run, struct pc_store_write *write)
{
    struct pc_change *change = &run->change;
    struct pc_change_secrets *secrets = change->secrets;
    end_change(change); // of a run that did not fit
    memset(change, 0, sizeof(*change));
    change->write = write;
    change->diags = run->diags;
    change->root = run->root;
    change->secrets = secrets;
    change->reading = (struct pc_reading){.source = {.write = write},
                                          .head = &change->head,
                                          .parts = &change->parts,
                                          .vault = run->path,
                                          .diags = run->diags};
}

static enum pc_status read_head(struct run *run)
{
    struct pc_change *change = &run->change;
    struct pc_str record;
    enum pc_status status =
        pc_store_peek(change->write, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY), &record);
    if (status == PC_ERR_NOTFOUND) {
        return pc_vault_damaged(run->diags, run->path, "the vault has no head");
    }
    PC_TRY(status);
    return pc_head_open(record, run->root, run->path, run->diags, &change->head);
}

static enum pc_status write_head(struct pc_change *change)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    pc_head_write(&bytes, &change->head, change->root);
    PC_TRY(pc_buf_status(&bytes));
    return pc_store_put(change->write, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY), pc_buf_view(&bytes));
}

// No clock, no change: a time that cannot be had would be kept as one.
static enum pc_status now_of(struct pc_diags *diags, struct timespec *now)
{
    if (clock_gettime(CLOCK_REALTIME, now) == 0 && now->tv_sec > 0) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_VAULT_IO, (struct pc_place){.line = 0},
                   "the machine has no clock");
    return PC_ERR_IO;
}

// The audit log -----------------------------------------------------------------------------------

static enum pc_status open_log(struct run *run)
{
    const struct pc_head *head = &run->change.head;
    if (run->audit != NULL) {
        return PC_OK;
    }
    if (pc_head_unwrap_audit(head, run->root, run->audit_key) != PC_OK) {
        return pc_vault_damaged(run->diags, run->path,
                                "the key of the audit log is not as it was written");
    }
    struct pc_audit_place place = {.folder = run->folder, .name = run->path, .key = run->audit_key};
    memcpy(place.vault, head->id, sizeof(place.vault));
    return pc_audit_open(&place, false, run->diags, &run->audit);
}

// No other change can be going on: so a log that knows of later ones shows that the vault was put
// back.
static enum pc_status note_log(struct run *run)
{
    struct pc_head *head = &run->change.head;
    struct pc_audit_position position;
    PC_TRY(open_log(run));
    PC_TRY(pc_audit_where(run->audit, run->diags, &position));
    bool older = position.generation > head->generation;
    if (older || position.seq < head->noted.seq) {
        pc_diag_report(run->diags, older ? PC_DIAG_VAULT_ROLLED_BACK : PC_DIAG_AUDIT_DAMAGED,
                       (struct pc_place){.file = run->path}, "%s of \"%.*s\" is older than %s",
                       older ? "the store" : "the audit log", PC_STR_ARG(run->path),
                       older ? "its audit log" : "the vault");
        pc_diag_hint(run->diags,
                     "restore vault and audit log together, from one copy of the whole folder");
        return PC_ERR_DAMAGED;
    }
    // Releases are not synced. Without this a power failure could take entries that the vault has
    // noted, and the log would be refused as one that was put back.
    PC_TRY(pc_audit_sync(run->audit, run->diags));
    head->noted = position;
    return PC_OK;
}

static enum pc_status log_change(struct run *run)
{
    const struct pc_change_note *note = run->note;
    const struct pc_change *change = &run->change;
    bool of_one_key = change->key.len > 0 && !change->of_several_keys;
    struct timespec now;
    PC_TRY(now_of(run->diags, &now));
    const struct pc_audit_entry entry = {.time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec,
                                         .event = note->event,
                                         .principal = pc_buf_view(&run->actor),
                                         .function = note->function,
                                         .names = note->names,
                                         .name_count = note->name_count,
                                         .key = of_one_key ? change->key : note->key,
                                         .message = note->message,
                                         .generation = change->head.generation,
                                         .logged = change->head.generation - 1};
    PC_TRY(pc_audit_append(run->audit, &entry, run->diags));
    pc_audit_let_go(run->audit);
    return pc_audit_sync(run->audit, run->diags);
}

// Whoever reads only that something failed would make the change again, or go on with the old key.
static void report_made(const struct run *run)
{
    pc_diag_report(run->diags, PC_DIAG_AUDIT_IO, (struct pc_place){.file = run->path},
                   "the change of \"%.*s\" was made all the same", PC_STR_ARG(run->path));
    pc_diag_hint(run->diags, "do not make it again: what failed is telling the audit log, in which "
                             "the next entry says so if the change has none");
}

// All of it ---------------------------------------------------------------------------------------

static void let_go(void *context)
{
    const struct run *run = context;
    pc_audit_let_go(run->audit);
}

static enum pc_status do_change(void *context, struct pc_store_write *write)
{
    struct run *run = context;
    struct pc_change *change = &run->change;
    struct timespec now;
    begin_change(run, write);
    PC_TRY(now_of(run->diags, &now));
    change->now = now.tv_sec;
    PC_TRY(read_head(run));
    PC_TRY(note_log(run));
    change->head.generation++;
    PC_TRY(pc_change_purge(change));
    PC_TRY(run->work(run->context, change));
    PC_TRY(pc_parts_write(&change->parts, &change->head, write));
    PC_TRY(write_head(change));
    PC_TRY(pc_audit_hold(run->audit, run->diags));
    pc_store_when_undone(write, let_go, run);
    return PC_OK;
}

static enum pc_status get_memory(struct run *run)
{
    void *memory;
    PC_TRY(pc_secrets_memory(sizeof(struct pc_change_secrets), run->diags, &memory));
    run->change.secrets = memory;
    PC_TRY(pc_secrets_memory(PC_KEY_BYTES, run->diags, &memory));
    run->audit_key = memory;
    return PC_OK;
}

static enum pc_status run_change(struct run *run)
{
    struct pc_str store;
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    PC_TRY(pc_vault_folder_open(run->path.ptr, run->diags, &run->folder));
    PC_TRY(pc_vault_store_path(&arena, run->path, &store));
    PC_TRY(pc_vault_store_check(run->folder, run->path, run->diags));
    PC_TRY(get_memory(run));
    // Before the change, for the system may have to ask a directory service, and wait.
    pc_actor_write(&run->actor);
    PC_TRY(pc_buf_status(&run->actor));
    PC_TRY(pc_store_update_kind(PC_STORE_OF_SECRETS, store, run->diags, do_change, run));
    enum pc_status status = log_change(run);
    if (status != PC_OK) {
        report_made(run);
    }
    return status;
}

static void end_run(struct run *run)
{
    struct pc_change_secrets *secrets = run->change.secrets;
    pc_audit_close(run->audit);
    pc_guarded_free(run->audit_key);
    end_change(&run->change);
    pc_guarded_free(secrets);
    pc_buf_release(&run->actor);
    if (run->folder >= 0) {
        close(run->folder);
    }
}

enum pc_status pc_vault_change(const struct pc_vault_place *place,
                               const struct pc_change_note *note, struct pc_diags *diags,
                               enum pc_status (*work)(void *context, struct pc_change *change),
                               void *context)
{
    struct run run = {.path = pc_str_from(place->path),
                      .note = note,
                      .diags = diags,
                      .work = work,
                      .context = context,
                      .root = place->root,
                      .folder = -1};
    enum pc_status status = run_change(&run);
    end_run(&run);
    return status;
}
