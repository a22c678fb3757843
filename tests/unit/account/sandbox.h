// SPDX-License-Identifier: Apache-2.0
//
// A folder of files to import, and what came of it. Texts are written with ' for ", so that JSON
// can be read in C.
#ifndef PC_TESTS_ACCOUNT_SANDBOX_H
#define PC_TESTS_ACCOUNT_SANDBOX_H

#include "testing.h"

#include "account/publish.h"
#include "account/resolve.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct sandbox {
    char folder[64]; // of the files
    char store[96];  // where a store may be made
    struct pc_arena arena;
    struct pc_diags diags;
    const struct pc_import *import;
    size_t jobs; // 0 unless a test sets it
};

static inline void sandbox_remove(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        (void)unlink(path);
        return;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char child[1024];
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            struct stat found;
            (void)snprintf(child, sizeof(child), "%s/%s", path, entry->d_name);
            if (lstat(child, &found) == 0 && S_ISDIR(found.st_mode)) {
                sandbox_remove(child);
            } else {
                (void)unlink(child);
            }
        }
    }
    closedir(folder);
    (void)rmdir(path);
}

static inline int sandbox_open(void **state)
{
    struct sandbox *box = calloc(1, sizeof(*box));
    if (box == NULL) {
        return -1;
    }
    (void)snprintf(box->folder, sizeof(box->folder), "/tmp/polcheck-account-XXXXXX");
    if (mkdtemp(box->folder) == NULL) {
        free(box);
        return -1;
    }
    (void)snprintf(box->store, sizeof(box->store), "%s.store", box->folder);
    pc_arena_init(&box->arena);
    pc_diags_init(&box->diags, &box->arena);
    *state = box;
    return 0;
}

static inline int sandbox_close(void **state)
{
    struct sandbox *box = *state;
    sandbox_remove(box->folder);
    sandbox_remove(box->store);
    pc_arena_release(&box->arena);
    free(box);
    return 0;
}

// The path below the folder, in the arena.
static inline struct pc_str sandbox_path(struct sandbox *box, const char *name)
{
    struct pc_str path;
    assert_int_equal(pc_arena_format(&box->arena, &path, "%s/%s", box->folder, name), PC_OK);
    return path;
}

// Writes the text as it stands; the folder of the name is made, one deep.
static inline void sandbox_write_bytes(struct sandbox *box, const char *name, const char *text,
                                       size_t length)
{
    struct pc_str path = sandbox_path(box, name);
    const char *slash = strrchr(name, '/');
    if (slash != NULL) {
        struct pc_str folder;
        assert_int_equal(pc_arena_format(&box->arena, &folder, "%s/%.*s", box->folder,
                                         (int)(slash - name), name),
                         PC_OK);
        (void)mkdir(folder.ptr, 0700);
    }
    FILE *file = fopen(path.ptr, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline void sandbox_write(struct sandbox *box, const char *name, const char *text)
{
    size_t length = strlen(text);
    char *copy = malloc(length + 1);
    assert_non_null(copy);
    for (size_t i = 0; i <= length; i++) {
        copy[i] = text[i] == '\'' ? '"' : text[i];
    }
    sandbox_write_bytes(box, name, copy, length);
    free(copy);
}

// As sandbox_write, with the word for each '@'.
static inline void sandbox_write_with(struct sandbox *box, const char *name, const char *text,
                                      const char *word)
{
    struct pc_buf buf;
    pc_buf_init(&buf);
    for (; *text != '\0'; text++) {
        if (*text == '@') {
            pc_buf_text(&buf, word);
        } else {
            pc_buf_byte(&buf, *text);
        }
    }
    pc_buf_byte(&buf, '\0');
    assert_int_equal(pc_buf_status(&buf), PC_OK);
    sandbox_write(box, name, buf.ptr);
    pc_buf_release(&buf);
}

// Forgets what was reported and imports the paths; the folder itself when count is 0.
static inline enum pc_status sandbox_import_paths(struct sandbox *box, const struct pc_str *paths,
                                                  size_t count)
{
    struct pc_str folder = pc_str_from(box->folder);
    pc_diags_init(&box->diags, &box->arena);
    box->import = NULL;
    struct pc_import_input input = {count == 0 ? &folder : paths, count == 0 ? 1 : count,
                                    box->jobs};
    return pc_import_paths(&box->arena, &input, &box->diags, &box->import);
}

static inline void sandbox_show(const struct sandbox *box)
{
    struct pc_buf text;
    pc_buf_init(&text);
    for (const struct pc_diag *diag = box->diags.first; diag != NULL; diag = diag->next) {
        pc_diag_write(&text, diag, false);
    }
    print_message("%.*s", PC_STR_ARG(pc_buf_view(&text)));
    pc_buf_release(&text);
}

// Imports the folder: without any diagnostic.
static inline void sandbox_accept(struct sandbox *box)
{
    enum pc_status status = sandbox_import_paths(box, NULL, 0);
    if (status != PC_OK || box->diags.first != NULL) {
        sandbox_show(box);
    }
    assert_int_equal(status, PC_OK);
    assert_null(box->diags.first);
}

// The diagnostic at this place of the file below the folder, or NULL.
static inline const struct pc_diag *sandbox_find(const struct sandbox *box, enum pc_diag_code code,
                                                 const char *name, uint32_t line, uint32_t column)
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", box->folder, name);
    for (const struct pc_diag *diag = box->diags.first; diag != NULL; diag = diag->next) {
        if (diag->code == code && diag->place.line == line && diag->place.column == column &&
            pc_str_eq(diag->place.file, pc_str_from(path))) {
            return diag;
        }
    }
    sandbox_show(box);
    return NULL;
}

static inline bool sandbox_says(struct pc_str text, const char *words)
{
    size_t length = strlen(words);
    for (size_t i = 0; i + length <= text.len; i++) {
        if (memcmp(text.ptr + i, words, length) == 0) {
            return true;
        }
    }
    return false;
}

// Imports the folder: refused with one error only, of this code at this place. Gives the
// diagnostic.
static inline const struct pc_diag *sandbox_refuse(struct sandbox *box, enum pc_diag_code code,
                                                   const char *name, uint32_t line, uint32_t column)
{
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_ERR_INVALID);
    assert_null(box->import);
    const struct pc_diag *diag = sandbox_find(box, code, name, line, column);
    assert_non_null(diag);
    if (box->diags.errors != 1) {
        sandbox_show(box);
    }
    assert_int_equal(box->diags.errors, 1);
    return diag;
}

// Compiles what was imported into the sandbox's store.
static inline struct pc_published sandbox_publish(struct sandbox *box)
{
    struct pc_published published;
    enum pc_status status =
        pc_publish(&box->arena, box->import, &(struct pc_publish_options){.path = box->store},
                   &box->diags, &published);
    if (status != PC_OK) {
        sandbox_show(box);
    }
    assert_int_equal(status, PC_OK);
    return published;
}

#define SANDBOX_TEST(function)                                                                     \
    cmocka_unit_test_setup_teardown(function, sandbox_open, sandbox_close)

// Pieces of documents that tests share.
#define ALLOW_ALL "{'Statement':{'Effect':'Allow','Action':'*','Resource':'*'}}"
#define TRUST_LAMBDA                                                                               \
    "{'Statement':{'Effect':'Allow','Principal':{'Service':'lambda.amazonaws.com'},"               \
    "'Action':'sts:AssumeRole'}}"

#endif
