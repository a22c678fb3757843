// SPDX-License-Identifier: Apache-2.0
//
// What tests do to stores in a process of its own, for a store that a process has open for reading
// cannot be updated by it.
//
//     signer keygen NAME              makes NAME.key and NAME.pub
//     signer sign STORE KEY [SERIAL]
//     signer graft FROM TO            gives TO the signature of FROM, as who has no key would
//     signer swell STORE              gives it values of 256 GiB, most of which its file has not
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "layout.h"
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

// Values that take long to hash ---------------------------------------------------------------

enum {
    PAGE = 4096,
    SWOLLEN = 64,
    SMALL_PAGES = 64, // more than the store that is swollen has
};

#define VALUE_BYTES (UINT32_MAX - PC_LAYOUT_PAGE_HEADER)
#define VALUE_PAGES ((uint64_t)(VALUE_BYTES / PAGE) + 1)

static enum pc_status put_empty(void *context, struct pc_store_write *write)
{
    (void)context;
    for (unsigned i = 0; i < SWOLLEN; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "swollen %02u", i);
        PC_TRY(pc_store_put(write, PC_STORE_META, pc_str_from(key), PC_STR("")));
    }
    return PC_OK;
}

static void store64(char *at, uint64_t value)
{
    memcpy(at, &value, sizeof(value));
}

// Has the value of a node, which was empty, on pages of its own behind all others.
static void swell_node(char *file, char *node, unsigned number)
{
    const struct pc_str key = {node + PC_LAYOUT_NODE_HEADER, pc_layout_load16(node + 6)};
    const uint64_t first = SMALL_PAGES + number * VALUE_PAGES;
    const uint16_t flags[] = {PC_LAYOUT_NODE_BIG, PC_LAYOUT_FLAG_OVERFLOW};
    const uint32_t sizes[] = {VALUE_BYTES, (uint32_t)VALUE_PAGES};
    char *page = file + first * PAGE;
    char *value = page + PC_LAYOUT_PAGE_HEADER;
    const size_t length = VALUE_BYTES - PC_RECORD_CHECK;
    memcpy(node, &sizes[0], sizeof(sizes[0]));
    memcpy(node + 4, &flags[0], sizeof(flags[0]));
    store64(node + PC_LAYOUT_NODE_HEADER + key.len, first);
    store64(page, first);
    memcpy(page + 10, &flags[1], sizeof(flags[1]));
    memcpy(page + 12, &sizes[1], sizeof(sizes[1]));
    pc_record_seal(value + length, PC_STORE_META, key, (struct pc_str){value, length});
}

// Also where the page is of a state before.
static void swell_leaf(char *file, char *page)
{
    unsigned count = (pc_layout_load16(page + 12) - (unsigned)PC_LAYOUT_PAGE_HEADER) / 2;
    for (unsigned i = 0; i < count; i++) {
        char *node = page + pc_layout_load16(page + PC_LAYOUT_PAGE_HEADER + 2 * (size_t)i);
        char *key = node + PC_LAYOUT_NODE_HEADER;
        size_t length = pc_layout_load16(node + 6);
        if (length == 11 && memcmp(key, "\1swollen ", 9) == 0) {
            swell_node(file, node, (unsigned)(key[9] - '0') * 10 + (unsigned)(key[10] - '0'));
        } else if (length == 4 && memcmp(key, "meta", 4) == 0) {
            store64(key + 4 + 24, SWOLLEN * VALUE_PAGES); // of its tree's large values
        }
    }
}

static enum pc_status swell(const char *path)
{
    char data[256];
    const uint64_t pages = SMALL_PAGES + SWOLLEN * VALUE_PAGES;
    PC_TRY(pc_store_update(pc_str_from(path), &diags, put_empty, NULL));
    (void)snprintf(data, sizeof(data), "%s/data.mdb", path);
    int fd = open(data, O_RDWR | O_CLOEXEC);
    off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
    if (size < 0 || size > SMALL_PAGES * PAGE || ftruncate(fd, (off_t)(pages * PAGE)) != 0) {
        return PC_ERR_IO;
    }
    char *file = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (file == MAP_FAILED) {
        return PC_ERR_NOMEM;
    }
    for (size_t at = 0; at < (size_t)size; at += PAGE) {
        if (pc_layout_load64(file + at) == at / PAGE &&
            pc_layout_load16(file + at + 10) == PC_LAYOUT_FLAG_LEAF) {
            swell_leaf(file, file + at);
        }
    }
    store64(file + PC_LAYOUT_PAGE_HEADER + 120, pages - 1);
    store64(file + PAGE + PC_LAYOUT_PAGE_HEADER + 120, pages - 1);
    (void)munmap(file, pages * PAGE);
    return close(fd) == 0 ? PC_OK : PC_ERR_IO;
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
    if (count == 3 && strcmp(words[1], "swell") == 0) {
        return swell(words[2]);
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
