// SPDX-License-Identifier: Apache-2.0
#include "log_mask.h"

#include "base/checked.h"

#include <stdlib.h>

enum {
    LOOKS = 1 << 16, // bytes of a message compared before it is hidden unread: some 100 us
};

// Bytes of the names and of their texts.
static bool size_of_all(const struct polcheck_str *names, size_t count, size_t *out)
{
    size_t size;
    if (!pc_size_mul(count, sizeof(struct pc_log_name), &size)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!pc_size_add(size, names[i].len, &size)) {
            return false;
        }
    }
    *out = size;
    return true;
}

enum pc_status pc_log_mask_init(struct pc_log_mask *mask, const struct polcheck_str *names,
                                size_t count)
{
    size_t size;
    if (count == 0) {
        *mask = (struct pc_log_mask){0};
        return PC_OK;
    }
    struct pc_log_name *made = size_of_all(names, count, &size) ? malloc(size) : NULL;
    if (made == NULL) {
        return PC_ERR_NOMEM;
    }
    char *text = (char *)(made + count);
    for (size_t i = 0; i < count; i++) {
        struct pc_str name = pc_log_view(names[i]);
        bool prefix = name.len > 0 && name.ptr[name.len - 1] == '*';
        made[i] = (struct pc_log_name){{text, name.len - prefix}, prefix};
        if (name.len > 0) {
            memcpy(text, name.ptr, name.len);
        }
        text += name.len;
    }
    *mask = (struct pc_log_mask){made, count};
    return PC_OK;
}

void pc_log_mask_release(struct pc_log_mask *mask)
{
    free(mask->names);
    *mask = (struct pc_log_mask){0};
}

bool pc_log_mask_hides(const struct pc_log_mask *mask, struct pc_str key)
{
    for (size_t i = 0; i < mask->count; i++) {
        const struct pc_log_name *name = &mask->names[i];
        if (name->prefix ? pc_str_has_prefix_icase(key, name->text)
                         : pc_str_eq_icase(key, name->text)) {
            return true;
        }
    }
    return false;
}

// True also when the looks that are left do not suffice.
static bool may_begin_with(struct pc_str text, struct pc_str part, size_t *looks)
{
    for (size_t i = 0; i < part.len; i++) {
        if (*looks == 0) {
            return true;
        }
        --*looks;
        if (pc_char_lower(text.ptr[i]) != pc_char_lower(part.ptr[i])) {
            return false;
        }
    }
    return true;
}

static bool may_hold(struct pc_str text, struct pc_str part, size_t *looks)
{
    for (size_t at = 0; part.len > 0 && part.len <= text.len - at; at++) {
        if (may_begin_with(pc_str_slice(text, at, text.len), part, looks)) {
            return true;
        }
    }
    return false;
}

static bool may_tell(struct pc_str message, const struct polcheck_entry *entry, size_t *looks)
{
    bool tells = may_hold(message, pc_log_view(entry->key), looks);
    for (size_t i = 0; i < entry->count && !tells; i++) {
        *looks -= *looks > 0; // also for a value that is empty, or longer than the message
        tells = *looks == 0 || may_hold(message, pc_log_view(entry->values[i]), looks);
    }
    return tells;
}

bool pc_log_mask_hides_message(const struct pc_log_mask *mask, struct pc_str message,
                               const struct polcheck_request *request)
{
    struct polcheck_entry entry;
    size_t looks = LOOKS;
    if (mask->count == 0 || message.len == 0 || request == NULL) {
        return false;
    }
    for (size_t at = 0; polcheck_request_entry(request, at, &entry); at++) {
        if (pc_log_mask_hides(mask, pc_log_view(entry.key)) && may_tell(message, &entry, &looks)) {
            return true;
        }
    }
    return false;
}
