// SPDX-License-Identifier: Apache-2.0
#include "import_files.h"

#include <fcntl.h>
#include <unistd.h>

static const struct pc_str mark = PC_STR_INIT("=== ");

// Letters, digits, '-', '_' and '.', which is not in front.
static bool is_name(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char lower = pc_char_lower(text.ptr[i]);
        if (!(lower >= 'a' && lower <= 'z') && !pc_char_is_digit(lower) && lower != '-' &&
            lower != '_' && lower != '.') {
            return false;
        }
    }
    return text.len > 0 && text.ptr[0] != '.' &&
           text.len < sizeof(((struct import_file *)NULL)->name);
}

static bool add(struct import_files *files, struct pc_str name)
{
    if (files->count == IMPORT_MOST_FILES || !is_name(name) ||
        import_files_named(files, name) != NULL) {
        return false;
    }
    struct import_file *file = &files->items[files->count];
    (void)snprintf(file->name, sizeof(file->name), "%.*s", PC_STR_ARG(name));
    file->text = PC_STR("");
    files->count++;
    return true;
}

// The lines up to the next mark.
static struct pc_str take_text(struct pc_str *input)
{
    struct pc_str text = {input->ptr, 0};
    while (input->len > 0 && !pc_str_has_prefix(*input, mark)) {
        (void)fuzz_line(input);
        text.len = (size_t)(input->ptr - text.ptr);
    }
    return text;
}

void import_files_read(struct pc_str input, struct import_files *out)
{
    out->count = 0;
    struct pc_str name = PC_STR("input.json");
    if (pc_str_has_prefix(input, mark)) {
        struct pc_str line = fuzz_line(&input);
        name = pc_str_slice(line, mark.len, line.len);
    }
    while (add(out, name)) {
        out->items[out->count - 1].text = take_text(&input);
        struct pc_str line = fuzz_line(&input);
        name = pc_str_slice(line, mark.len < line.len ? mark.len : line.len, line.len);
    }
}

static void path_of(const struct import_file *file, char path[4200])
{
    (void)snprintf(path, 4200, "%s/%s", fuzz_folder(), file->name);
}

void import_files_put(const struct import_files *files)
{
    char path[4200];
    for (size_t i = 0; i < files->count; i++) {
        struct pc_str text = files->items[i].text;
        path_of(&files->items[i], path);
        int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        FUZZ_CHECK(descriptor >= 0, "%s", path);
        FUZZ_CHECK(write(descriptor, text.ptr, text.len) == (ssize_t)text.len, "%s", path);
        FUZZ_CHECK(close(descriptor) == 0, "%s", path);
    }
}

void import_files_remove(const struct import_files *files)
{
    char path[4200];
    for (size_t i = 0; i < files->count; i++) {
        path_of(&files->items[i], path);
        FUZZ_CHECK(unlink(path) == 0, "%s", path);
    }
}

const struct import_file *import_files_named(const struct import_files *files, struct pc_str path)
{
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/') {
        from--;
    }
    for (size_t i = 0; i < files->count; i++) {
        if (pc_str_eq(pc_str_from(files->items[i].name), pc_str_slice(path, from, path.len))) {
            return &files->items[i];
        }
    }
    return NULL;
}
