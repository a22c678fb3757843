// SPDX-License-Identifier: Apache-2.0
#include "stage.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "account/import.h"
#include "account/publish.h"
#include "fuzz.h"
#include "removal.h"

static char folder[64];

static void remove_folder(void)
{
    remove_all(folder);
}

const char *stage_folder(void)
{
    if (folder[0] == '\0') {
        const char *where = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
        (void)snprintf(folder, sizeof(folder), "%s/polcheck-fuzz-XXXXXX", where);
        FUZZ_CHECK(mkdtemp(folder) != NULL, "no folder in %s", where);
        FUZZ_CHECK(atexit(remove_folder) == 0, "nothing would remove it");
    }
    return folder;
}

const char *stage_path(const char *name)
{
    static struct pc_arena names; // for as long as the process
    struct pc_str path;
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_buf_format(&text, "%s/%s", stage_folder(), name);
    FUZZ_CHECK(pc_arena_copy(&names, pc_buf_view(&text), &path) == PC_OK, "no memory");
    return path.ptr;
}

void stage_compile_of(const char *store, const char *policies)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_str paths[] = {PC_STR(FUZZ_TOP "/policies/managed"), PC_STR("")};
    const struct pc_import_input input = {.paths = paths, .count = 2, .jobs = 1};
    const struct pc_publish_options to = {.path = store};
    const struct pc_import *import;
    struct pc_published published;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    enum pc_status status =
        pc_arena_format(&arena, &paths[1], "%s/policies/%s", FUZZ_TOP, policies);
    if (status == PC_OK) {
        status = pc_import_paths(&arena, &input, &diags, &import);
    }
    if (status == PC_OK) {
        status = pc_publish(&arena, import, &to, &diags, &published);
    }
    FUZZ_CHECK(status == PC_OK, "policies/%s: %s", policies,
               diags.last != NULL ? diags.last->message.ptr : pc_status_text(status));
}

void stage_compile(const char *store)
{
    stage_compile_of(store, "thumbnails");
}

void stage_write(const char *path, struct pc_str bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FUZZ_CHECK(fd >= 0, "%s cannot be made", path);
    FUZZ_CHECK(write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len, "%s", path);
    (void)close(fd);
}

void stage_read(const char *path, struct pc_buf *out)
{
    char block[1 << 14];
    ssize_t got;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    FUZZ_CHECK(fd >= 0, "%s cannot be read", path);
    while ((got = read(fd, block, sizeof(block))) > 0) {
        pc_buf_append(out, block, (size_t)got);
    }
    (void)close(fd);
    FUZZ_CHECK(got == 0 && pc_buf_status(out) == PC_OK, "%s cannot be read", path);
}

void stage_remove(const char *path)
{
    remove_all(path);
}

unsigned stage_descriptors(void)
{
    unsigned count = 0;
    DIR *all = opendir("/proc/self/fd");
    FUZZ_CHECK(all != NULL, "no /proc");
    while (readdir(all) != NULL) {
        count++;
    }
    (void)closedir(all);
    return count;
}
