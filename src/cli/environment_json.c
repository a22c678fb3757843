// SPDX-License-Identifier: Apache-2.0
#include "environment_json.h"

#include "child_environment.h"
#include "value/date.h"
#include "json/reader.h"
#include "json/writer.h"

enum {
    WORST_ESCAPE = 6,   // bytes that one byte may become: \u001f
    AROUND = 1024,      // bytes of what stands around the variables but for the function's ARN
    FUNCTION_MAX = 512, // bytes of that
};

static const struct pc_str form = PC_STR_INIT("environment 1");

// Writing -----------------------------------------------------------------------------------------

size_t pc_environment_json_room(const struct pc_secret_values *values)
{
    size_t bytes = AROUND + WORST_ESCAPE * FUNCTION_MAX;
    for (size_t i = 0; i < values->count; i++) {
        // INVARIANT: a vault's environment has 4 KB, and a box's was measured by what holds it.
        bytes += WORST_ESCAPE * (strlen(values->assignments[i]) + 1);
    }
    return bytes;
}

static void write_variables(struct pc_json_writer *writer, const struct pc_secret_values *values)
{
    pc_json_begin_object(writer);
    for (size_t i = 0; i < values->count; i++) {
        struct pc_str text = pc_str_from(values->assignments[i]);
        struct pc_str name = pc_assignment_name(text.ptr);
        pc_json_key_str(writer, name);
        pc_json_string(writer, pc_str_slice(text, name.len + 1, text.len));
    }
    pc_json_end_object(writer);
}

void pc_environment_json_write(struct pc_buf *out, const struct pc_secret_values *values)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    write_variables(&writer, values);
}

void pc_sealed_json_write(struct pc_buf *out, const struct pc_sealed_label *label,
                          const struct pc_secret_values *values)
{
    char time[PC_INSTANT_TEXT];
    struct pc_buf text = pc_buf_over(time, sizeof(time));
    struct pc_json_writer writer;
    pc_instant_write(&text, (struct pc_instant){.seconds = label->released});
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "polcheck");
    pc_json_string(&writer, form);
    pc_json_key(&writer, "function");
    pc_json_string(&writer, label->function);
    pc_json_key(&writer, "released");
    pc_json_string(&writer, pc_buf_view(&text));
    pc_json_key(&writer, "variables");
    write_variables(&writer, values);
    pc_json_end_object(&writer);
}

// Reading -----------------------------------------------------------------------------------------

// Strings are not decoded in the tree: only values may have escapes, and they are decoded straight
// into guarded memory.
static enum pc_status parse(struct pc_arena *arena, struct pc_str text, const struct pc_json **out)
{
    struct pc_diags ignored;
    const struct pc_json_source source = {.file = PC_STR(""), .text = text, .undecoded = true};
    pc_diags_init(&ignored, arena);
    enum pc_status status = pc_json_parse(arena, &source, &ignored, out);
    return status == PC_ERR_INVALID ? PC_ERR_DAMAGED : status;
}

static enum pc_status take_text(const struct pc_json *object, struct pc_str name,
                                struct pc_str *out)
{
    const struct pc_json *json = pc_json_get(object, name);
    if (json == NULL || json->type != PC_JSON_STRING ||
        pc_str_find(json->text, '\\', 0) != SIZE_MAX) {
        return PC_ERR_DAMAGED;
    }
    *out = json->text;
    return PC_OK;
}

static enum pc_status read_label(const struct pc_json *json, struct pc_sealed_label *out)
{
    struct pc_str kind, function, released;
    struct pc_instant instant;
    PC_TRY(take_text(json, PC_STR("polcheck"), &kind));
    PC_TRY(take_text(json, PC_STR("function"), &function));
    PC_TRY(take_text(json, PC_STR("released"), &released));
    if (!pc_str_eq(kind, form) || !pc_instant_parse(released, &instant)) {
        return PC_ERR_DAMAGED;
    }
    *out = (struct pc_sealed_label){function, instant.seconds};
    return PC_OK;
}

static enum pc_status read_variable(const struct pc_json_member *member, struct pc_buf *out)
{
    struct pc_str name = member->name;
    size_t begin = out->len;
    if (member->value.type != PC_JSON_STRING || name.len == 0 ||
        pc_str_find(name, '=', 0) != SIZE_MAX || pc_str_find(name, '\\', 0) != SIZE_MAX) {
        return PC_ERR_DAMAGED;
    }
    pc_buf_str(out, name);
    pc_buf_byte(out, '=');
    pc_json_unquote(out, member->value.text);
    struct pc_str made = pc_str_slice(pc_buf_view(out), begin, out->len);
    if (pc_str_find(made, '\0', 0) != SIZE_MAX) { // its end would be another one for execve
        return PC_ERR_DAMAGED;
    }
    pc_buf_byte(out, '\0');
    return pc_buf_status(out);
}

static enum pc_status read_variables(struct pc_arena *arena, const struct pc_json *json,
                                     struct pc_buf *room, struct pc_secret_values *out)
{
    if (json == NULL || json->type != PC_JSON_OBJECT) {
        return PC_ERR_DAMAGED;
    }
    char **assignments = pc_arena_array(arena, json->count, sizeof(*assignments));
    if (assignments == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < json->count; i++) {
        assignments[i] = room->ptr + room->len;
        PC_TRY(read_variable(&json->members[i], room));
    }
    *out = (struct pc_secret_values){assignments, json->count};
    return PC_OK;
}

enum pc_status pc_sealed_json_read(struct pc_arena *arena, struct pc_str text, char *room,
                                   struct pc_sealed_label *label, struct pc_secret_values *values)
{
    // In the text each variable has quotes, a colon and a comma or brace: more than it has here.
    struct pc_buf out = pc_buf_over(room, text.len);
    struct pc_sealed_label read;
    const struct pc_json *json;
    PC_TRY(parse(arena, text, &json));
    PC_TRY(read_label(json, &read));
    PC_TRY(read_variables(arena, pc_json_get(json, PC_STR("variables")), &out, values));
    *label = read;
    return PC_OK;
}
