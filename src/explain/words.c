// SPDX-License-Identifier: Apache-2.0
//
// Texts of policies and requests as they stand in sentences.
#include "parts.h"

void pc_words_text(struct pc_buf *out, struct pc_str text)
{
    size_t end = text.len;
    if (end > PC_WORDS_LONGEST) {
        end = PC_WORDS_LONGEST;
        while (end > 0 && ((unsigned char)text.ptr[end] & 0xC0U) == 0x80U) {
            end--; // of a character
        }
    }
    pc_buf_str(out, text.len == 0 ? PC_STR("\"\"") : pc_str_slice(text, 0, end));
    pc_buf_text(out, end < text.len ? "..." : "");
}

bool pc_words_next(struct pc_words_list *list)
{
    size_t at = list->at++;
    size_t shown = list->count > PC_WORDS_MOST ? PC_WORDS_MOST - 1 : list->count;
    if (at >= shown) {
        if (at == shown && list->count > shown) {
            pc_buf_format(list->out, "%s%zu more", list->last, list->count - shown);
        }
        return false;
    }
    if (at > 0) {
        pc_buf_text(list->out, at + 1 == list->count ? list->last : ", ");
    }
    return true;
}

// Appends what was written by itself, cut.
static void cut(struct pc_buf *out, const struct pc_buf *text)
{
    pc_words_text(out, pc_buf_view(text));
    if (out->status == PC_OK) {
        out->status = pc_buf_status(text);
    }
}

void pc_words_action(struct pc_buf *out, const struct pc_image *image,
                     const struct pc_image_action *action)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
    struct pc_str name = pc_image_text(image, action->name);
    if (action->kind == PC_IMAGE_ACTION_ANY) {
        pc_buf_byte(out, '*');
    } else if (action->kind == PC_IMAGE_ACTION_NAME) {
        pc_buf_str(out, pc_image_text(image, action->service));
        pc_buf_byte(out, ':');
        pc_pattern_write(name, &written);
        cut(out, &written);
    } else {
        pc_words_text(out, name);
    }
}

void pc_words_resource(struct pc_buf *out, const struct pc_image *image,
                       const struct pc_image_resource *resource)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
    struct pc_str text = pc_image_text(image, resource->pattern);
    if (resource->kind == PC_IMAGE_RESOURCE_PATTERN) {
        pc_arn_pattern_write(text, &written);
        cut(out, &written);
    } else {
        pc_words_text(out, text);
    }
}

void pc_words_caller(struct pc_buf *out, const struct pc_caller *caller)
{
    if (caller->kind == PC_CALLER_ANONYMOUS) {
        pc_buf_text(out, "an anonymous caller");
    } else {
        pc_words_text(out, caller->text);
    }
}

void pc_words_values(struct pc_buf *out, const struct pc_explained_condition *condition,
                     const char *last)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
    uint32_t count = condition->condition->values.count;
    struct pc_words_list list = {out, last, count, 0};
    for (uint32_t i = 0; i < count && pc_words_next(&list); i++) {
        pc_buf_reset(&written);
        pc_explained_value_write(&written, condition, i);
        cut(out, &written);
    }
}

void pc_words_entry(struct pc_buf *out, const struct pc_context_entry *entry)
{
    struct pc_words_list list = {out, " and ", entry->count, 0};
    for (size_t i = 0; i < entry->count && pc_words_next(&list); i++) {
        pc_words_text(out, entry->values[i]);
    }
    pc_buf_text(out, entry->count == 0 ? "a list of nothing" : "");
}

// Does the variable stand in the text without a default?
static bool stands_bare(struct pc_str text, struct pc_str key)
{
    for (size_t at = pc_str_find(text, '$', 0); at != SIZE_MAX;
         at = pc_str_find(text, '$', at + 1)) {
        struct pc_str rest = pc_str_slice(text, at, text.len);
        struct pc_str name = pc_str_slice(rest, 2, 2 + key.len);
        if (pc_str_has_prefix(rest, PC_STR("${")) && pc_str_eq(name, key) &&
            pc_str_has_prefix(pc_str_slice(rest, 2 + key.len, rest.len), PC_STR("}"))) {
            return true;
        }
    }
    return false;
}

// The value of a variable, or NULL (R-507, R-510, R-511).
static const struct pc_context_entry *value_of(const struct pc_request *request, struct pc_str key)
{
    const struct pc_context_entry *entry = pc_request_find(request, key, pc_str_hash(key));
    bool null = entry == NULL || entry->list || entry->count == 0 || entry->values[0].len == 0;
    return null ? NULL : entry;
}

void pc_words_tell_variable(void *variables, struct pc_str key)
{
    const struct pc_words_variables *told = variables;
    const struct pc_context_entry *value = value_of(told->request, key);
    if (value == NULL && !stands_bare(told->text, key)) {
        return;
    }
    pc_buf_text(told->out, "; ");
    pc_words_text(told->out, key);
    pc_buf_text(told->out, " is ");
    pc_words_text(told->out, value != NULL ? value->values[0] : PC_STR("absent"));
}

void pc_words_wish_variable(void *variables, struct pc_str key)
{
    const struct pc_words_variables *told = variables;
    if (value_of(told->request, key) == NULL && stands_bare(told->text, key)) {
        pc_buf_text(told->out, ", and ");
        pc_words_text(told->out, key);
        pc_buf_text(told->out, " were there");
    }
}
