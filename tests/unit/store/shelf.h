// SPDX-License-Identifier: Apache-2.0
//
// A store in a temporary folder, and short ways to ask and change it in tests.
#ifndef PC_TESTS_SHELF_H
#define PC_TESTS_SHELF_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"

struct shelf {
    char base[64]; // a fresh folder
    char path[80]; // the store's folder in it, which does not exist yet
    char data[96]; // its data file
    char lock[96]; // its lock file
    struct pc_arena arena;
    struct pc_diags diags;
};

static inline int shelf_setup(void **state)
{
    struct shelf *shelf = calloc(1, sizeof(*shelf));
    if (shelf == NULL) {
        return -1;
    }
    snprintf(shelf->base, sizeof(shelf->base), "/tmp/pc-store-XXXXXX");
    if (mkdtemp(shelf->base) == NULL) {
        free(shelf);
        return -1;
    }
    snprintf(shelf->path, sizeof(shelf->path), "%s/s", shelf->base);
    snprintf(shelf->data, sizeof(shelf->data), "%s/data.mdb", shelf->path);
    snprintf(shelf->lock, sizeof(shelf->lock), "%s/lock.mdb", shelf->path);
    pc_diags_init(&shelf->diags, &shelf->arena);
    *state = shelf;
    return 0;
}

static inline int shelf_teardown(void **state)
{
    struct shelf *shelf = *state;
    unlink(shelf->data);
    unlink(shelf->lock);
    rmdir(shelf->path);
    int left = rmdir(shelf->base); // fails when something was left behind
    pc_arena_release(&shelf->arena);
    free(shelf);
    return left;
}

static inline struct pc_str shelf_path(const struct shelf *shelf)
{
    return pc_str_from(shelf->path);
}

static inline bool shelf_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

// The code of the diagnostic reported last; forgets all of them.
static inline enum pc_diag_code shelf_code(struct shelf *shelf)
{
    enum pc_diag_code code = shelf->diags.last == NULL ? PC_DIAG_NONE : shelf->diags.last->code;
    pc_diags_init(&shelf->diags, &shelf->arena);
    return code;
}

// One record to put.
struct shelf_put {
    enum pc_store_table table;
    struct pc_str key, value;
};

static inline enum pc_status shelf_put_work(void *context, struct pc_store_write *write)
{
    const struct shelf_put *put = context;
    return pc_store_put(write, put->table, put->key, put->value);
}

static inline enum pc_status shelf_put(struct shelf *shelf, enum pc_store_table table,
                                       const char *key, const char *value)
{
    struct shelf_put put = {table, pc_str_from(key), pc_str_from(value)};
    return pc_store_update(shelf_path(shelf), &shelf->diags, shelf_put_work, &put);
}

static inline enum pc_status shelf_open(struct shelf *shelf, struct pc_store **out)
{
    return pc_store_open(shelf_path(shelf), &shelf->diags, out);
}

// Whether the newest state has that value under the key; opens and closes the store.
static inline bool shelf_has(struct shelf *shelf, enum pc_store_table table, const char *key,
                             const char *value)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_str found;
    if (shelf_open(shelf, &store) != PC_OK) {
        return false;
    }
    bool has = false;
    if (pc_snapshot_open(store, &snapshot) == PC_OK) {
        has = pc_snapshot_get(snapshot, table, pc_str_from(key), &found) == PC_OK &&
              pc_str_eq(found, pc_str_from(value));
        pc_snapshot_close(snapshot);
    }
    pc_store_close(store);
    return has;
}

static inline bool shelf_write_file(const char *path, const void *bytes, size_t count)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0) {
        return false;
    }
    ssize_t written = write(fd, bytes, count);
    return close(fd) == 0 && written == (ssize_t)count;
}

// The whole file, to be freed; NULL when it cannot be read.
static inline unsigned char *shelf_read_file(const char *path, size_t *count)
{
    int fd = open(path, O_RDONLY);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0) {
        return NULL;
    }
    unsigned char *bytes = malloc((size_t)info.st_size + 1);
    ssize_t got = bytes == NULL ? -1 : read(fd, bytes, (size_t)info.st_size);
    close(fd);
    if (got != (ssize_t)info.st_size) {
        free(bytes);
        return NULL;
    }
    *count = (size_t)got;
    return bytes;
}

// Runs the function in a child and gives its exit status; -1 when a signal ended it.
static inline int shelf_in_child(int (*function)(void *context), void *context)
{
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        _exit(function(context));
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        return -1;
    }
    return WEXITSTATUS(status);
}

// A sequence of numbers that is the same in every run.
static inline uint64_t shelf_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#endif
