// SPDX-License-Identifier: Apache-2.0
//
// Asks a fuzz target about files, each once, in the order of their names: its seeds, or what a
// fuzzer found. Prints TAP, a line a folder or file. The name of a file that ends the process
// stands on standard error.
//
// usage: fuzz_TARGET FILE|FOLDER...

#include "base/buf.h"
#include "fuzz.h"

#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char now[4096]; // the file that is tried

static void tell_file(int number)
{
    static const char what[] = "ended by this input: ";
    (void)!write(STDERR_FILENO, what, sizeof(what) - 1);
    (void)!write(STDERR_FILENO, now, strlen(now));
    (void)!write(STDERR_FILENO, "\n", 1);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static bool read_all(const char *path, struct pc_buf *out)
{
    char block[1 << 14];
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return false;
    }
    size_t got;
    while ((got = fread(block, 1, sizeof(block), file)) != 0) {
        pc_buf_append(out, block, got);
    }
    bool well = ferror(file) == 0 && pc_buf_status(out) == PC_OK;
    return fclose(file) == 0 && well;
}

// The bytes lie in memory of their exact size, so that a checker sees a read past them.
static bool try_file(const char *path)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    (void)snprintf(now, sizeof(now), "%s", path);
    if (!read_all(path, &bytes)) {
        (void)fprintf(stderr, "%s: cannot be read\n", path);
        return false;
    }
    char *exact = fuzz_copy(pc_buf_view(&bytes));
    (void)LLVMFuzzerTestOneInput((const uint8_t *)exact, pc_buf_view(&bytes).len);
    free(exact);
    return true;
}

// How many files were tried, or -1.
static long try_folder(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    long tried = count < 0 ? -1 : 0;
    for (int i = 0; i < count; i++) {
        char name[4096];
        int len = snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
        bool hidden = entries[i]->d_name[0] == '.';
        free(entries[i]);
        if (hidden || tried < 0) {
            continue;
        }
        tried = len > 0 && (size_t)len < sizeof(name) && try_file(name) ? tried + 1 : -1;
    }
    if (count >= 0) {
        free((void *)entries);
    }
    return tried;
}

static long try_path(const char *path)
{
    struct stat what;
    if (stat(path, &what) == 0 && S_ISDIR(what.st_mode)) {
        return try_folder(path);
    }
    return try_file(path) ? 1 : -1;
}

int main(int argc, char **argv)
{
    static const int deadly[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
        (void)signal(deadly[i], tell_file);
    }
    int status = argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        long tried = try_path(argv[i]);
        bool well = tried > 0;
        printf("%s %d - %ld inputs of %s\n", well ? "ok" : "not ok", i, tried < 0 ? 0 : tried,
               argv[i]);
        status = well ? status : EXIT_FAILURE;
    }
    return status;
}
