// SPDX-License-Identifier: Apache-2.0
#include "requests.h"

#include <stdio.h>

static const char mark[PC_BENCH_DIGITS + 1] = "#######";

static enum pc_status read_open_file(struct pc_arena *arena, FILE *file, struct pc_str *out)
{
    if (fseek(file, 0, SEEK_END) != 0) {
        return PC_ERR_IO;
    }
    long size = ftell(file);
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0) {
        return PC_ERR_IO;
    }
    char *bytes = pc_arena_alloc(arena, (size_t)size + 1);
    if (bytes == NULL) {
        return PC_ERR_NOMEM;
    }
    if (fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        return PC_ERR_IO;
    }
    *out = (struct pc_str){bytes, (size_t)size};
    return PC_OK;
}

enum pc_status pc_bench_file_read(struct pc_arena *arena, const char *folder, const char *name,
                                  struct pc_str *out)
{
    struct pc_str path;
    PC_TRY(pc_arena_format(arena, &path, "%s/%s", folder, name));
    FILE *file = fopen(path.ptr, "rb");
    if (file == NULL) {
        return PC_ERR_IO;
    }
    enum pc_status status = read_open_file(arena, file, out);
    (void)fclose(file);
    return status;
}

static enum pc_status read_keys(struct pc_arena *arena, struct pc_str text,
                                struct pc_bench_request *request)
{
    size_t count = 1;
    for (size_t i = 0; i < text.len; i++) {
        count += text.ptr[i] == ';';
    }
    request->keys = pc_arena_array(arena, count, sizeof(*request->keys));
    if (request->keys == NULL) {
        return PC_ERR_NOMEM;
    }
    while (text.len > 0) {
        struct pc_str rest[2] = {{0}, {0}};
        struct pc_str pair[2];
        (void)pc_str_split(text, ';', rest, 2);
        if (pc_str_split(rest[0], '=', pair, 2) != 2) {
            return PC_ERR_INVALID;
        }
        request->keys[request->key_count++] = (struct pc_tag){pair[0], pair[1]};
        text = rest[1];
    }
    return PC_OK;
}

static enum pc_status find_marks(struct pc_arena *arena, char *line, size_t length,
                                 struct pc_bench_request *request)
{
    request->marks = pc_arena_array(arena, length / PC_BENCH_DIGITS + 1, sizeof(*request->marks));
    if (request->marks == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i + PC_BENCH_DIGITS <= length;) {
        if (memcmp(line + i, mark, PC_BENCH_DIGITS) == 0) {
            request->marks[request->mark_count++] = line + i;
            i += PC_BENCH_DIGITS;
        } else {
            i++;
        }
    }
    return PC_OK;
}

static enum pc_status read_line(struct pc_arena *arena, struct pc_str line,
                                struct pc_bench_request *request)
{
    struct pc_str fields[5];
    char *own = pc_arena_alloc(arena, line.len + 1);
    if (own == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(own, line.ptr, line.len);
    if (pc_str_split((struct pc_str){own, line.len}, '\t', fields, 5) != 5) {
        return PC_ERR_INVALID;
    }
    request->allowed = pc_str_eq(fields[0], PC_STR("allow"));
    request->principal = fields[1];
    request->action = fields[2];
    request->resource = fields[3];
    PC_TRY(read_keys(arena, fields[4], request));
    return find_marks(arena, own, line.len, request);
}

enum pc_status pc_bench_requests_read(struct pc_arena *arena, const char *folder,
                                      struct pc_bench_requests *out)
{
    struct pc_str text;
    struct pc_bench_requests requests = {0};
    size_t lines = 0;
    PC_TRY(pc_bench_file_read(arena, folder, "requests.tsv", &text));
    for (size_t i = 0; i < text.len; i++) {
        lines += text.ptr[i] == '\n';
    }
    requests.items = pc_arena_array(arena, lines, sizeof(*requests.items));
    if (requests.items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t at = 0; requests.count < lines;) {
        size_t end = pc_str_find(text, '\n', at);
        PC_TRY(read_line(arena, pc_str_slice(text, at, end), &requests.items[requests.count++]));
        at = end + 1;
    }
    *out = requests;
    return requests.count > 0 ? PC_OK : PC_ERR_INVALID;
}

void pc_bench_request_number(struct pc_bench_request *request, uint32_t number)
{
    char digits[PC_BENCH_DIGITS];
    if (request->mark_count == 0) {
        return;
    }
    for (size_t i = PC_BENCH_DIGITS; i > 0; i--) {
        digits[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    for (size_t i = 0; i < request->mark_count; i++) {
        memcpy(request->marks[i], digits, PC_BENCH_DIGITS);
    }
}
