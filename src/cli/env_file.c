// SPDX-License-Identifier: Apache-2.0
#include "env_file.h"

#include "base/map.h"
#include "crypto/guarded.h"
#include "env_input.h"
#include "secret_input.h"

#include <string.h>

struct pc_env_file {
    struct pc_cli *cli;
    struct pc_env_input input;
    struct pc_str outside; // the function of what is in front of the first header, or ""
    struct pc_map seen;    // functions of headers, of one walk
    struct pc_env_section section;
    struct pc_assignment items[PC_ENVIRONMENT_VARIABLES];
    char *texts; // guarded: names and values of the section
    size_t used; // of PC_ENVIRONMENT_BYTES
};

void pc_env_file_close(struct pc_env_file *file)
{
    if (file != NULL) {
        pc_env_input_release(&file->input);
        pc_guarded_free(file->texts);
        file->texts = NULL;
    }
}

enum pc_status pc_env_file_open(struct pc_cli *cli, const char *path, struct pc_str function,
                                struct pc_env_file **out)
{
    struct pc_env_file *file = pc_arena_alloc(&cli->arena, sizeof(*file));
    if (file == NULL) {
        return PC_ERR_NOMEM;
    }
    file->cli = cli;
    file->outside = function;
    enum pc_status status = pc_env_input_init(&file->input, cli, path);
    if (status == PC_OK) {
        status = pc_secret_room(cli, PC_ENVIRONMENT_BYTES, &file->texts);
    }
    if (status != PC_OK) {
        pc_env_file_close(file);
        return status;
    }
    *out = file;
    return PC_OK;
}

static enum pc_status refuse(struct pc_env_file *file, enum pc_diag_code code, const char *message)
{
    pc_diag_report(&file->cli->diags, code, pc_env_input_place(&file->input), "%s", message);
    return PC_ERR_INVALID;
}

// The variables so far leave the file, as the section of their function.
static enum pc_status end_section(struct pc_env_file *file,
                                  enum pc_status (*visit)(void *, const struct pc_env_section *),
                                  void *context)
{
    file->section.items = file->items;
    enum pc_status status = file->section.count > 0 ? visit(context, &file->section) : PC_OK;
    file->section.count = 0;
    file->used = 0;
    return status;
}

static enum pc_status begin_section(struct pc_env_file *file, struct pc_str line)
{
    struct pc_diags unwanted;
    struct pc_str function;
    pc_diags_init(&unwanted, &file->cli->arena);
    if (!pc_str_has_suffix(line, PC_STR("]")) ||
        pc_function_arn_check(pc_str_slice(line, 1, line.len - 1), &unwanted) != PC_OK) {
        return refuse(file, PC_DIAG_FUNCTION_ARN,
                      "a line that begins with \"[\" is [FUNCTION-ARN], without version or alias");
    }
    // No secret, having passed the check.
    PC_TRY(pc_arena_copy(&file->cli->arena, pc_str_slice(line, 1, line.len - 1), &function));
    if (pc_map_get(&file->seen, function) != NULL) {
        return refuse(file, PC_DIAG_FUNCTION_ARN, "the function has a section already");
    }
    PC_TRY(pc_map_put(&file->seen, function, file));
    file->section.function = function;
    file->section.place = pc_env_input_place(&file->input);
    return PC_OK;
}

static enum pc_status check_name(struct pc_env_file *file, struct pc_str name)
{
    struct pc_diags unwanted;
    pc_diags_init(&unwanted, &file->cli->arena);
    enum pc_status status = pc_variable_name_check(name, &unwanted);
    if (status == PC_ERR_INVALID && unwanted.first != NULL &&
        unwanted.first->code == PC_DIAG_VARIABLE_RESERVED) {
        pc_diag_report(&file->cli->diags, PC_DIAG_VARIABLE_RESERVED,
                       pc_env_input_place(&file->input), "\"%.*s\" is reserved by Lambda",
                       PC_STR_ARG(name));
        return status;
    }
    if (status == PC_ERR_INVALID) {
        return refuse(file, PC_DIAG_VARIABLE_NAME,
                      "what is in front of \"=\" is not a name of a variable: letters, digits and "
                      "underscores, a letter first, two at least");
    }
    PC_TRY(status);
    for (size_t i = 0; i < file->section.count; i++) {
        if (pc_str_eq(file->items[i].name, name)) {
            return refuse(file, PC_DIAG_VARIABLE_NAME, "the variable is set above already");
        }
    }
    return PC_OK;
}

static struct pc_str keep(struct pc_env_file *file, struct pc_str text)
{
    char *room = file->texts + file->used;
    if (text.len > 0) {
        memcpy(room, text.ptr, text.len);
    }
    file->used += text.len;
    return (struct pc_str){room, text.len};
}

static enum pc_status check_value(struct pc_env_file *file, struct pc_str name, struct pc_str value)
{
    struct pc_diags *diags = &file->cli->diags;
    if (pc_str_has_suffix(value, PC_STR("\r"))) {
        return refuse(file, PC_DIAG_VARIABLE_VALUE,
                      "the line ends in CR LF, of which CR would belong to the value");
    }
    enum pc_status status = pc_variable_value_check(name, value, diags);
    if (status == PC_ERR_INVALID && diags->last != NULL && !diags->lost) {
        diags->last->place = pc_env_input_place(&file->input);
    }
    return status;
}

static enum pc_status add_variable(struct pc_env_file *file, struct pc_str line)
{
    size_t equals = pc_str_find(line, '=', 0);
    if (equals == SIZE_MAX) {
        return refuse(file, PC_DIAG_VARIABLE_NAME,
                      "a line is NAME=VALUE, [FUNCTION-ARN], blank, or begins with \"#\"");
    }
    struct pc_str name = pc_str_slice(line, 0, equals);
    struct pc_str value = pc_str_slice(line, equals + 1, line.len);
    if (file->section.function.len == 0) {
        return refuse(file, PC_DIAG_FUNCTION_ARN,
                      "whose variable this is, is not said: by [FUNCTION-ARN] above it, or "
                      "--function");
    }
    PC_TRY(check_name(file, name));
    PC_TRY(check_value(file, name, value));
    if (file->section.count == PC_ENVIRONMENT_VARIABLES ||
        name.len + value.len > PC_ENVIRONMENT_BYTES - file->used) {
        return refuse(file, PC_DIAG_ENVIRONMENT_SIZE,
                      "with this variable the function's environment exceeds 4,096 bytes");
    }
    struct pc_assignment *item = &file->items[file->section.count++];
    item->name = keep(file, name);
    item->value = keep(file, value);
    return PC_OK;
}

enum pc_status pc_env_file_each(struct pc_env_file *file,
                                enum pc_status (*visit)(void *context,
                                                        const struct pc_env_section *section),
                                void *context)
{
    struct pc_str line;
    PC_TRY(pc_env_input_rewind(&file->input));
    pc_map_init(&file->seen, &file->cli->arena);
    file->section = (struct pc_env_section){.function = file->outside,
                                            .place = pc_env_input_place(&file->input)};
    file->used = 0;
    if (file->outside.len > 0) {
        PC_TRY(pc_map_put(&file->seen, file->outside, file));
    }
    for (;;) {
        PC_TRY(pc_env_input_next(&file->input, &line));
        if (line.ptr == NULL) {
            return end_section(file, visit, context);
        }
        if (line.len == 0 || line.ptr[0] == '#') {
            continue;
        }
        if (line.ptr[0] == '[') {
            PC_TRY(end_section(file, visit, context));
            PC_TRY(begin_section(file, line));
        } else {
            PC_TRY(add_variable(file, line));
        }
    }
}
