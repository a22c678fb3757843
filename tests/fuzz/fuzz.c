// SPDX-License-Identifier: Apache-2.0
#define _XOPEN_SOURCE 700 // nftw
#include "fuzz.h"

#include <ftw.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

// What libFuzzer calls, and replay.c does.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_one((struct pc_str){(const char *)data, size});
    return 0;
}

void fuzz_fail(const char *file, int line, const char *condition, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fprintf(stderr, "%s:%d: not so: %s: ", file, line, condition);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    abort();
}

struct pc_str fuzz_line(struct pc_str *input)
{
    const char *end = input->len == 0 ? NULL : memchr(input->ptr, '\n', input->len);
    size_t len = end == NULL ? input->len : (size_t)(end - input->ptr);
    size_t taken = end == NULL ? len : len + 1;
    struct pc_str line = {input->ptr, len};
    *input = taken == 0 ? *input : (struct pc_str){input->ptr + taken, input->len - taken};
    return line;
}

struct pc_str fuzz_rest(struct pc_str *input)
{
    struct pc_str rest = *input;
    *input = (struct pc_str){rest.ptr, 0};
    return rest;
}

unsigned fuzz_byte(struct pc_str *input)
{
    if (input->len == 0) {
        return 0;
    }
    unsigned byte = (unsigned char)input->ptr[0];
    *input = (struct pc_str){input->ptr + 1, input->len - 1};
    return byte;
}

char *fuzz_copy(struct pc_str bytes)
{
    char *copy = malloc(bytes.len == 0 ? 1 : bytes.len);
    FUZZ_CHECK(copy != NULL, "no memory for %zu bytes", bytes.len);
    if (bytes.len != 0) {
        memcpy(copy, bytes.ptr, bytes.len);
    }
    return copy;
}

static char folder[4096];

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *walk)
{
    (void)found;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_folder(void)
{
    (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_folder(void)
{
    if (folder[0] == '\0') {
        const char *below = getenv("TMPDIR");
        (void)snprintf(folder, sizeof(folder), "%s/fuzz-XXXXXX", below == NULL ? "/tmp" : below);
        FUZZ_CHECK(mkdtemp(folder) != NULL, "no folder %s", folder);
        FUZZ_CHECK(atexit(remove_folder) == 0, "no memory");
    }
    return folder;
}
