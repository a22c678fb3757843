// SPDX-License-Identifier: Apache-2.0
//
// Opening a vault and its audit log, and keeping to the newest state of both.
#include "vault_state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypto/guarded.h"
#include "folder.h"

// A failure of the store that has no diagnostic yet.
static enum pc_status tell(const struct pc_vault *vault, struct pc_diags *diags,
                           enum pc_status status)
{
    if (status == PC_ERR_DAMAGED) {
        return pc_vault_damaged(diags, vault->path, "the vault's file is not as it was written");
    }
    if (status != PC_OK && status != PC_ERR_NOMEM) {
        pc_diag_report(diags, PC_DIAG_VAULT_IO, (struct pc_place){.file = vault->path},
                       "the vault \"%.*s\" cannot be read: %s", PC_STR_ARG(vault->path),
                       pc_status_text(status));
    }
    return status;
}

// One state ---------------------------------------------------------------------------------------

static void forget(struct pc_vault *vault)
{
    vault->usable = false;
    if (vault->unwrapped != NULL) {
        pc_wipe(vault->unwrapped, sizeof(*vault->unwrapped));
    }
    pc_parts_release(&vault->parts);
    pc_arena_reset(&vault->state_arena);
    pc_arena_reset(&vault->arena);
    pc_map_init(&vault->keys, &vault->state_arena);
    vault->environment = (struct pc_environment_record){.measures = NULL};
}

static enum pc_status read_head(struct pc_vault *vault, struct pc_diags *diags)
{
    struct pc_str record;
    enum pc_status status =
        pc_snapshot_get(vault->snapshot, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY), &record);
    if (status == PC_ERR_NOTFOUND) {
        return pc_vault_damaged(diags, vault->path, "the vault has no head");
    }
    PC_TRY(tell(vault, diags, status));
    return pc_head_open(record, vault->root, vault->path, diags, &vault->head);
}

// Reads the state that the snapshot shows. What another vault of the same root key had is none of
// this one's.
static enum pc_status take_state(struct pc_vault *vault, struct pc_diags *diags)
{
    forget(vault);
    PC_TRY(read_head(vault, diags));
    if (!vault->is_known) {
        memcpy(vault->id, vault->head.id, sizeof(vault->id));
        vault->is_known = true;
    }
    if (memcmp(vault->id, vault->head.id, sizeof(vault->id)) != 0) {
        return pc_vault_damaged(diags, vault->path, "the head is that of another vault");
    }
    vault->usable = true;
    return PC_OK;
}

enum pc_status pc_vault_check_usable(const struct pc_vault *vault, struct pc_diags *diags)
{
    return vault->usable ? PC_OK : tell(vault, diags, PC_ERR_BUSY);
}

// The audit log -----------------------------------------------------------------------------------

struct pc_audit_place pc_vault_audit_place(const struct pc_vault *vault)
{
    struct pc_audit_place place = {
        .folder = vault->folder, .name = vault->path, .key = vault->audit_key};
    memcpy(place.vault, vault->id, sizeof(place.vault));
    return place;
}

struct pc_audit_position pc_vault_audit_noted(const struct pc_vault *vault)
{
    return vault->head.noted;
}

static enum pc_status report_older(const struct pc_vault *vault, uint64_t generation,
                                   struct pc_diags *diags)
{
    pc_diag_report(diags, PC_DIAG_VAULT_ROLLED_BACK, (struct pc_place){.file = vault->path},
                   "the vault \"%.*s\" is older than its audit log: change %llu of %llu",
                   PC_STR_ARG(vault->path), (unsigned long long)vault->head.generation,
                   (unsigned long long)generation);
    pc_diag_hint(diags, "restore vault and audit log together, from one copy of the whole folder");
    return PC_ERR_DAMAGED;
}

static enum pc_status report_shorter(const struct pc_vault *vault, struct pc_diags *diags)
{
    pc_diag_report(diags, PC_DIAG_AUDIT_DAMAGED, (struct pc_place){.file = vault->path},
                   "the audit log of \"%.*s\" is older than the vault", PC_STR_ARG(vault->path));
    pc_diag_hint(diags, "restore vault and audit log together, from one copy of the whole folder");
    return PC_ERR_DAMAGED;
}

// `before`: where the log stood before the state was read. A change is written to the vault first
// and to the log then: so the state is not older than what the log told, unless somebody put it
// there. But it may tell of what came to the log since.
static enum pc_status check_age(struct pc_vault *vault, const struct pc_audit_position *before,
                                struct pc_diags *diags)
{
    struct pc_audit_position now = *before;
    if (before->generation > vault->head.generation) {
        return report_older(vault, before->generation, diags);
    }
    if (before->seq < vault->head.noted.seq) {
        PC_TRY(pc_audit_where(vault->audit, diags, &now));
    }
    return now.seq < vault->head.noted.seq ? report_shorter(vault, diags) : PC_OK;
}

static enum pc_status renew(struct pc_vault *vault, struct pc_diags *diags)
{
    struct pc_audit_position before;
    bool logged = vault->audit != NULL;
    if (logged) {
        PC_TRY(pc_audit_where(vault->audit, diags, &before));
    }
    if (!vault->usable || !pc_snapshot_is_newest(vault->snapshot)) {
        forget(vault);
        PC_TRY(tell(vault, diags, pc_snapshot_renew(vault->snapshot)));
        PC_TRY(take_state(vault, diags));
    }
    return logged ? check_age(vault, &before, diags) : PC_OK;
}

// Of a vault that was taken away nobody hears any more, what is changed in the one in its place
// least of all.
static enum pc_status check_place(const struct pc_vault *vault, struct pc_diags *diags)
{
    const struct pc_store_marks *marks = pc_store_marks(vault->store);
    struct stat data;
    if (stat(vault->data.ptr, &data) != 0) {
        pc_diag_report(diags, PC_DIAG_VAULT_MISSING, (struct pc_place){.file = vault->path},
                       "the vault \"%.*s\" is not there any more: %s", PC_STR_ARG(vault->path),
                       strerror(errno));
        return PC_ERR_NOTFOUND;
    }
    if (data.st_dev == marks->device && data.st_ino == marks->data) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_VAULT_IO, (struct pc_place){.file = vault->path},
                   "the vault \"%.*s\" was replaced while it was open", PC_STR_ARG(vault->path));
    pc_diag_hint(diags, "open it again: restart what releases its secrets");
    return PC_ERR_IO;
}

static enum pc_status look(struct pc_vault *vault, struct pc_diags *diags)
{
    int64_t now = pc_clock_millis();
    if (vault->usable && now - vault->looked < PC_LOOK_MS) {
        return PC_OK;
    }
    PC_TRY(check_place(vault, diags));
    vault->looked = now;
    return PC_OK;
}

enum pc_status pc_vault_renew(struct pc_vault *vault, struct pc_diags *diags)
{
    enum pc_status status = look(vault, diags);
    if (status == PC_OK && vault->usable && pc_snapshot_is_newest(vault->snapshot)) {
        return PC_OK;
    }
    if (status == PC_OK) {
        status = renew(vault, diags);
    }
    if (status != PC_OK) {
        forget(vault);
    }
    return status;
}

static enum pc_status open_log(struct pc_vault *vault, struct pc_diags *diags)
{
    const struct pc_audit_place place = pc_vault_audit_place(vault);
    PC_TRY(pc_audit_open(&place, false, diags, &vault->audit));
    return renew(vault, diags);
}

// Opening -----------------------------------------------------------------------------------------

static enum pc_status name_data(struct pc_vault *vault, struct pc_str store)
{
    char here[PATH_MAX] = "";
    bool whole = store.ptr[0] == '/';
    if (!whole && getcwd(here, sizeof(here)) == NULL) {
        return PC_ERR_IO;
    }
    return pc_arena_format(&vault->lasting, &vault->data, "%s%s%.*s/data.mdb", here,
                           whole ? "" : "/", PC_STR_ARG(store));
}

static enum pc_status open_store(struct pc_vault *vault, struct pc_diags *diags)
{
    struct pc_str store;
    PC_TRY(pc_vault_folder_open(vault->path.ptr, diags, &vault->folder));
    PC_TRY(pc_vault_store_check(vault->folder, vault->path, diags));
    PC_TRY(pc_vault_store_path(&vault->lasting, vault->path, &store));
    PC_TRY(tell(vault, diags, name_data(vault, store)));
    PC_TRY(pc_vault_explain_missing(
        vault->folder, pc_store_open_kind(PC_STORE_OF_SECRETS, store, diags, &vault->store),
        diags));
    return tell(vault, diags, pc_snapshot_open(vault->store, &vault->snapshot));
}

static enum pc_status get_memory(struct pc_vault *vault, struct pc_diags *diags)
{
    void *memory;
    PC_TRY(pc_secrets_memory(sizeof(*vault->unwrapped), diags, &memory));
    vault->unwrapped = memory;
    PC_TRY(pc_secrets_memory(PC_KEY_BYTES, diags, &memory));
    vault->audit_key = memory;
    return PC_OK;
}

static enum pc_status unwrap_audit(struct pc_vault *vault, struct pc_diags *diags)
{
    enum pc_status status = pc_head_unwrap_audit(&vault->head, vault->root, vault->audit_key);
    return status == PC_OK ? PC_OK
                           : pc_vault_damaged(diags, vault->path,
                                              "the key of the audit log is not as it was written");
}

static enum pc_status open_vault(struct pc_vault *vault, const char *path, bool log,
                                 struct pc_diags *diags)
{
    PC_TRY(pc_arena_copy(&vault->lasting, pc_str_from(path), &vault->path));
    PC_TRY(open_store(vault, diags));
    PC_TRY(get_memory(vault, diags));
    PC_TRY(take_state(vault, diags));
    PC_TRY(unwrap_audit(vault, diags));
    return log ? open_log(vault, diags) : PC_OK;
}

static enum pc_status open_either(const char *path, const struct pc_root_key *root, bool log,
                                  struct pc_diags *diags, struct pc_vault **out)
{
    struct pc_vault *vault = calloc(1, sizeof(*vault));
    if (vault == NULL) {
        return PC_ERR_NOMEM;
    }
    vault->root = root;
    vault->folder = -1;
    enum pc_status status = open_vault(vault, path, log, diags);
    if (status != PC_OK) {
        pc_vault_close(vault);
        return status;
    }
    *out = vault;
    return PC_OK;
}

enum pc_status pc_vault_open(const char *path, const struct pc_root_key *root,
                             struct pc_diags *diags, struct pc_vault **out)
{
    return open_either(path, root, true, diags, out);
}

enum pc_status pc_vault_open_without_log(const char *path, const struct pc_root_key *root,
                                         struct pc_diags *diags, struct pc_vault **out)
{
    return open_either(path, root, false, diags, out);
}

void pc_vault_close(struct pc_vault *vault)
{
    if (vault == NULL) {
        return;
    }
    pc_audit_close(vault->audit);
    pc_guarded_free(vault->audit_key);
    pc_guarded_free(vault->unwrapped);
    pc_snapshot_close(vault->snapshot);
    pc_store_close(vault->store);
    if (vault->folder >= 0) {
        close(vault->folder);
    }
    pc_parts_release(&vault->parts);
    pc_arena_release(&vault->arena);
    pc_arena_release(&vault->state_arena);
    pc_arena_release(&vault->lasting);
    free(vault);
}

uint64_t pc_vault_generation(const struct pc_vault *vault)
{
    return vault->head.generation;
}

struct pc_audit *pc_vault_audit(struct pc_vault *vault)
{
    return vault->audit;
}

enum pc_status pc_vault_read_label(const char *path, struct pc_diags *diags,
                                   struct pc_vault_label *out)
{
    struct pc_vault vault = {.path = pc_str_from(path), .folder = -1};
    struct pc_str record;
    enum pc_status status = open_store(&vault, diags);
    if (status == PC_OK) {
        status = pc_snapshot_get(vault.snapshot, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY), &record);
        status = tell(&vault, diags, status == PC_ERR_NOTFOUND ? PC_ERR_DAMAGED : status);
    }
    if (status == PC_OK) {
        status = tell(&vault, diags, pc_head_parse(record, &vault.head));
    }
    if (status == PC_OK) {
        *out = vault.head.label;
    }
    pc_snapshot_close(vault.snapshot);
    pc_store_close(vault.store);
    if (vault.folder >= 0) {
        close(vault.folder);
    }
    pc_arena_release(&vault.lasting);
    return status;
}
