// SPDX-License-Identifier: Apache-2.0
//
// Texts of a scene: templates, and strings as JSON.
#include "base/utf8.h"
#include "generate_scene.h"

size_t gen_text_begin(struct gen_scene *scene)
{
    return scene->used;
}

void gen_text_add(struct gen_scene *scene, struct pc_str s)
{
    size_t room = sizeof(scene->text) - scene->used;
    size_t count = s.len < room ? s.len : room;
    if (count > 0) {
        memmove(scene->text + scene->used, s.ptr, count);
        scene->used += count;
    }
}

struct pc_str gen_text_end(struct gen_scene *scene, size_t begin)
{
    return (struct pc_str){scene->text + begin, scene->used - begin};
}

struct pc_str gen_principal_arn(struct gen_scene *scene)
{
    const struct gen_caller *caller = scene->caller;
    if ((caller->kind & (GEN_ROOT | GEN_USER | GEN_FEDERATED)) != 0) {
        return scene->principal;
    }
    if (caller->kind == GEN_ROLE || (caller->kind == GEN_SESSION && scene->tell_role)) {
        return scene->role;
    }
    return caller->kind == GEN_SESSION ? gen_expand(scene, "arn:%p:iam::%a:role/%n") : PC_STR("");
}

static struct pc_str or_else(const char *text, const char *other)
{
    return pc_str_from(text != NULL ? text : other);
}

static struct pc_str place_text(const struct gen_scene *scene, char place)
{
    const struct gen_caller *caller = scene->caller;
    switch (place) {
    case 'p':
        return scene->partition;
    case 'q':
        return scene->other_partition;
    case 'a':
        return pc_str_from(scene->account);
    case 'o':
        return pc_str_from(scene->owner);
    case 'x':
        return pc_str_from(scene->stranger);
    case 'n':
        return pc_str_from(caller->name);
    case 's':
        return or_else(caller->session, "session");
    case 'i':
        return scene->principal;
    case 'R':
        return scene->role;
    case 'U':
        return scene->parent;
    case 'd':
        return scene->unique_id;
    case 'N':
        return or_else(caller->services, "");
    case 't':
        return scene->team;
    case 'r':
        return scene->resource;
    case 'v':
        return pc_str_from(scene->action->service);
    case 'm':
        return pc_str_from(scene->action->name);
    default:
        return PC_STR("%");
    }
}

struct pc_str gen_expand(struct gen_scene *scene, const char *template)
{
    struct pc_str rest = pc_str_from(template);
    size_t percent = pc_str_find(rest, '%', 0);
    if (percent == SIZE_MAX) {
        return rest;
    }
    size_t begin = gen_text_begin(scene);
    for (; percent != SIZE_MAX && percent + 1 < rest.len; percent = pc_str_find(rest, '%', 0)) {
        gen_text_add(scene, pc_str_slice(rest, 0, percent));
        gen_text_add(scene, place_text(scene, rest.ptr[percent + 1]));
        rest = pc_str_slice(rest, percent + 2, rest.len);
    }
    gen_text_add(scene, rest);
    return gen_text_end(scene, begin);
}

struct pc_str gen_text_end_json(struct gen_scene *scene, size_t begin)
{
    for (size_t i = begin; i < scene->used; i++) {
        char c = scene->text[i];
        scene->text[i] = c == '\'' ? '"' : c == '`' ? '\'' : c;
    }
    return gen_text_end(scene, begin);
}

struct pc_str gen_expand_json(struct gen_scene *scene, const char *template)
{
    struct pc_str text = gen_expand(scene, template);
    size_t begin = gen_text_begin(scene);
    gen_text_add(scene, text);
    return gen_text_end_json(scene, begin);
}

static bool is_latin(struct pc_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] >= 0xc4) {
            return false;
        }
    }
    return true;
}

static void add_escape(struct pc_buf *out, uint32_t unit)
{
    pc_buf_format(out, "\\u%04x", (unsigned)unit);
}

static void add_code_point(struct pc_buf *out, uint32_t c)
{
    if (c > 0xffff) {
        add_escape(out, 0xd800 + ((c - 0x10000) >> 10));
        add_escape(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    } else if (c < 0x20 || c == '"' || c == '\\' || c > 0x7e) {
        add_escape(out, c);
    } else {
        pc_buf_byte(out, (char)c);
    }
}

void gen_write_string(struct pc_json_writer *writer, struct pc_str s, bool escaped)
{
    if (!escaped || is_latin(s)) {
        pc_json_string(writer, s);
        return;
    }
    PC_CLEANUP(pc_buf_release) struct pc_buf json = {0};
    pc_buf_byte(&json, '"');
    while (s.len > 0) {
        uint32_t c = 0;
        size_t length = pc_utf8_decode(s, &c);
        if (length == 0) {
            break;
        }
        add_code_point(&json, c);
        s = pc_str_slice(s, length, s.len);
    }
    pc_buf_byte(&json, '"');
    pc_json_raw(writer, pc_buf_view(&json));
}
