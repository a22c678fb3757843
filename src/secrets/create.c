// SPDX-License-Identifier: Apache-2.0
//
// Making a vault: its folder, its audit log, and last the store, by which it is one.
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crypto/guarded.h"
#include "folder.h"
#include "head.h"
#include "store/store.h"

struct creation {
    struct pc_str path;
    const struct pc_root_key *root;
    struct pc_diags *diags;
    int folder;
    bool is_new;        // the folder
    uint8_t *audit_key; // guarded
    struct pc_audit *audit;
    struct pc_head head;
};

static enum pc_status put_head(void *context, struct pc_store_write *write)
{
    const struct creation *creation = context;
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    pc_head_write(&bytes, &creation->head, creation->root);
    PC_TRY(pc_buf_status(&bytes));
    return pc_store_put(write, PC_STORE_VAULT, PC_STR(PC_HEAD_KEY), pc_buf_view(&bytes));
}

static enum pc_status make_head(struct creation *creation, const struct pc_passphrase_terms *terms)
{
    struct pc_head *head = &creation->head;
    void *memory;
    PC_TRY(pc_crypto_init());
    PC_TRY(pc_secrets_memory(PC_KEY_BYTES, creation->diags, &memory));
    creation->audit_key = memory;
    memcpy(head->fingerprint, creation->root->fingerprint, sizeof(head->fingerprint));
    pc_random(head->id, sizeof(head->id));
    pc_random(creation->audit_key, PC_KEY_BYTES);
    head->generation = 1;
    if (terms != NULL) {
        head->label = (struct pc_vault_label){true, *terms};
    }
    return pc_head_wrap_audit(head, creation->root, creation->audit_key);
}

// The log begins with the vault, so that an empty one is always one that was emptied.
static enum pc_status begin_log(struct creation *creation)
{
    struct timespec now = {0, 0};
    struct pc_audit_place place = {
        .folder = creation->folder, .name = creation->path, .key = creation->audit_key};
    memcpy(place.vault, creation->head.id, sizeof(place.vault));
    PC_TRY(pc_audit_open(&place, true, creation->diags, &creation->audit));
    (void)clock_gettime(CLOCK_REALTIME, &now);
    const struct pc_audit_entry entry = {.time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec,
                                         .event = PC_STR("init"),
                                         .generation = 1};
    PC_TRY(pc_audit_append(creation->audit, &entry, creation->diags));
    PC_TRY(pc_audit_sync(creation->audit, creation->diags));
    return pc_audit_where(creation->audit, creation->diags, &creation->head.noted);
}

static enum pc_status create(struct creation *creation, const struct pc_passphrase_terms *terms)
{
    struct pc_str store;
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    PC_TRY(pc_vault_folder_make(creation->path.ptr, creation->diags, &creation->folder,
                                &creation->is_new));
    PC_TRY(pc_vault_store_path(&arena, creation->path, &store));
    PC_TRY(make_head(creation, terms));
    PC_TRY(begin_log(creation));
    return pc_store_update_kind(PC_STORE_OF_SECRETS, store, creation->diags, put_head, creation);
}

// A vault that could not be made leaves nothing new, but what another process makes there at the
// same time: whoever made the log makes the vault. With a store in it, it is a vault, of which only
// the name could not be brought to the disk.
static void undo(const struct creation *creation)
{
    if (faccessat(creation->folder, "store", F_OK, 0) == 0) {
        return;
    }
    if (creation->audit != NULL) {
        (void)unlinkat(creation->folder, PC_AUDIT_LOG, 0);
        (void)unlinkat(creation->folder, PC_AUDIT_HEAD, 0);
    }
    if (creation->is_new) {
        (void)rmdir(creation->path.ptr);
    }
}

enum pc_status pc_vault_create(const char *path, const struct pc_root_key *root,
                               const struct pc_passphrase_terms *terms, struct pc_diags *diags)
{
    struct creation creation = {
        .path = pc_str_from(path), .root = root, .diags = diags, .folder = -1};
    enum pc_status status = create(&creation, terms);
    if (creation.folder >= 0) {
        if (status != PC_OK) {
            undo(&creation);
        }
        close(creation.folder);
    }
    pc_audit_close(creation.audit);
    pc_guarded_free(creation.audit_key);
    return status;
}
