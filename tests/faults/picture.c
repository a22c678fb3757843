// SPDX-License-Identifier: Apache-2.0
//
// What is in a store, for whoever compares two states of it: a line "TABLE KEY VALUE" for each
// entry of each table, the key and the value by their hash.
//
//   picture STORE    exit status 1: it cannot be opened, or is damaged; says why
#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"
#include "store/store.h"

static enum pc_status show(void *context, struct pc_str key, struct pc_str value)
{
    const int *table = context;
    PC_CLEANUP(pc_buf_release) struct pc_buf line = {0};
    struct pc_hash hashes[] = {pc_hash_of(key), pc_hash_of(value)};
    pc_hash_write(&line, &hashes[0]);
    pc_buf_str(&line, PC_STR(" "));
    pc_hash_write(&line, &hashes[1]);
    printf("%d %.*s\n", *table, PC_STR_ARG(pc_buf_view(&line)));
    return pc_buf_status(&line);
}

static enum pc_status show_all(struct pc_store *store)
{
    struct pc_snapshot *snapshot;
    PC_TRY(pc_snapshot_open(store, &snapshot));
    enum pc_status status = pc_snapshot_check(snapshot);
    for (int table = PC_STORE_META; table < PC_STORE_TABLES && status == PC_OK; table++) {
        status = pc_snapshot_each(snapshot, (enum pc_store_table)table, show, &table);
    }
    pc_snapshot_close(snapshot);
    return status;
}

int main(int argc, char **argv)
{
    struct pc_arena arena = {0};
    struct pc_diags diags;
    struct pc_store *store = NULL;
    if (argc != 2) {
        (void)fputs("usage: picture STORE\n", stderr);
        return 2;
    }
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_store_open(pc_str_from(argv[1]), &diags, &store);
    if (status == PC_OK) {
        status = show_all(store);
    }
    if (status != PC_OK) {
        (void)fprintf(stderr, "%s: %s\n", argv[1], pc_status_text(status));
    }
    pc_store_close(store);
    pc_arena_release(&arena);
    return status == PC_OK ? 0 : 1;
}
