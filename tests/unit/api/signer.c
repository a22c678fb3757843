// SPDX-License-Identifier: Apache-2.0
//
// What tests do to stores in a process of its own, for a store that a process has open for reading
// cannot be updated by it.
//
//     signer keygen NAME              makes NAME.key and NAME.pub
//     signer sign STORE KEY [SERIAL]
//     signer graft FROM TO            gives TO the signature of FROM, as who has no key would
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/signing.h"

static struct pc_arena arena;
static struct pc_diags diags;

// A signature's record, to be put into another store.
struct graft {
    char record[PC_SIGNATURE_BYTES];
};

static enum pc_status keygen(const char *name)
{
    char secret[256], public[256];
    uint8_t key[PC_SIGN_PUBLIC_BYTES];
    (void)snprintf(secret, sizeof(secret), "%s.key", name);
    (void)snprintf(public, sizeof(public), "%s.pub", name);
    const struct pc_signing_key_files files = {secret, public, "a-test"};
    return pc_signing_key_create(&files, &diags, key);
}

static enum pc_status sign(const char *store, const char *file, const char *serial)
{
    struct pc_signing_key *key;
    PC_TRY(pc_signing_key_from_file(file, &diags, &key));
    struct pc_signing signing = {.key = key, .store = pc_str_from(store), .diags = &diags};
    signing.serial = serial == NULL ? 0 : strtoull(serial, NULL, 10);
    enum pc_status status = pc_sign_store(&signing);
    pc_signing_key_free(key);
    return status;
}

static enum pc_status take(const char *path, struct graft *graft)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_str record;
    PC_TRY(pc_store_open(pc_str_from(path), &diags, &store));
    PC_TRY(pc_snapshot_open(store, &snapshot));
    PC_TRY(pc_snapshot_get(snapshot, PC_STORE_META, PC_STR(PC_SIGNATURE_KEY), &record));
    if (record.len != sizeof(graft->record)) {
        return PC_ERR_INVALID;
    }
    memcpy(graft->record, record.ptr, record.len);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    return PC_OK;
}

static enum pc_status put(void *context, struct pc_store_write *write)
{
    const struct graft *graft = context;
    const struct pc_str record = {graft->record, sizeof(graft->record)};
    return pc_store_put(write, PC_STORE_META, PC_STR(PC_SIGNATURE_KEY), record);
}

static enum pc_status graft(const char *from, const char *to)
{
    struct graft graft;
    PC_TRY(take(from, &graft));
    return pc_store_update(pc_str_from(to), &diags, put, &graft);
}

static enum pc_status run(int count, char **words)
{
    if (count == 3 && strcmp(words[1], "keygen") == 0) {
        return keygen(words[2]);
    }
    if ((count == 4 || count == 5) && strcmp(words[1], "sign") == 0) {
        return sign(words[2], words[3], count == 5 ? words[4] : NULL);
    }
    if (count == 4 && strcmp(words[1], "graft") == 0) {
        return graft(words[2], words[3]);
    }
    return PC_ERR_USAGE;
}

int main(int count, char **words)
{
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_crypto_init();
    if (status == PC_OK) {
        status = run(count, words);
    }
    if (status != PC_OK) {
        struct pc_str why = diags.first == NULL ? PC_STR("no word") : diags.first->message;
        (void)fprintf(stderr, "signer: status %d: %.*s\n", (int)status, PC_STR_ARG(why));
    }
    pc_arena_release(&arena);
    return status == PC_OK ? 0 : 1;
}
