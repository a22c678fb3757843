// SPDX-License-Identifier: Apache-2.0
#include "principal_key.h"

#include "base/checked.h"
#include "base/word.h"

enum {
    KIND_BYTES = 6,
    SLACK = 8, // bytes behind the key that are overwritten
};

static struct pc_str kind_text(bool role)
{
    return role ? PC_STR(":role/") : PC_STR(":user/");
}

// Writing: a key is made for each decision, so eight bytes at a time. Up to eight bytes behind each
// part are overwritten --------------------------------------------------------------------------

static inline char *put(char *at, struct pc_str part)
{
    size_t i = 0;
    for (; part.len - i >= 8; i += 8) {
        pc_word_store(at + i, pc_word_load(part.ptr + i));
    }
    if (i < part.len) {
        pc_word_store(at + i, pc_word_tail(part, part.len - i));
    }
    return at + part.len;
}

// Only ASCII has lower case here.
static uint64_t lower_word(uint64_t word)
{
    uint64_t lower = 0;
    if ((word & PC_WORD_TOPS) == 0) {
        return pc_word_lower(word);
    }
    for (unsigned shift = 0; shift < 64; shift += 8) {
        lower |= (uint64_t)(unsigned char)pc_char_lower((char)(word >> shift & 0xff)) << shift;
    }
    return lower;
}

static inline void put_lower(char *at, struct pc_str part)
{
    size_t i = 0;
    for (; part.len - i >= 8; i += 8) {
        pc_word_store(at + i, lower_word(pc_word_load(part.ptr + i)));
    }
    if (i < part.len) {
        pc_word_store(at + i, lower_word(pc_word_tail(part, part.len - i)));
    }
}

// All that is in front of the name. In the partition "aws" every length is known.
static inline char *put_head(char *at, bool role, const struct pc_iam_name *name)
{
    const struct pc_str kind = kind_text(role);
    enum {
        AWS = 3,
        ACCOUNT = 12
    };
    if (name->partition.len == AWS && name->account.len == ACCOUNT) {
        memcpy(at, name->partition.ptr, AWS);
        at[AWS] = ':';
        memcpy(at + AWS + 1, name->account.ptr, ACCOUNT);
        at += AWS + 1 + ACCOUNT;
    } else {
        at = put(at, name->partition);
        *at++ = ':';
        at = put(at, name->account);
    }
    memcpy(at, kind.ptr, KIND_BYTES);
    return at + KIND_BYTES;
}

static void write_key(char *out, bool role, const struct pc_iam_name *name)
{
    char *at = put_head(out, role, name);
    if (role) {
        put_lower(at, name->name);
    } else {
        put(at, name->name);
    }
}

// What writing takes. False: more than there can be.
static bool bytes_of(const struct pc_iam_name *name, size_t *out)
{
    size_t length = 1 + KIND_BYTES + SLACK;
    return pc_size_add(length, name->partition.len, &length) &&
           pc_size_add(length, name->account.len, &length) &&
           pc_size_add(length, name->name.len, out);
}

enum pc_status pc_principal_key_make(char room[PC_PRINCIPAL_KEY_ROOM], struct pc_arena *arena,
                                     bool role, const struct pc_iam_name *name, struct pc_str *out)
{
    size_t bytes;
    if (!bytes_of(name, &bytes)) {
        return PC_ERR_NOMEM;
    }
    char *place = bytes <= PC_PRINCIPAL_KEY_ROOM ? room : pc_arena_alloc(arena, bytes);
    if (place == NULL) {
        return PC_ERR_NOMEM;
    }
    write_key(place, role, name);
    *out = (struct pc_str){place, bytes - SLACK};
    return PC_OK;
}

enum pc_status pc_principal_key(struct pc_arena *arena, bool role, const struct pc_iam_name *name,
                                struct pc_str *out)
{
    char room[PC_PRINCIPAL_KEY_ROOM];
    struct pc_str key;
    PC_TRY(pc_principal_key_make(room, arena, role, name, &key));
    return pc_arena_copy(arena, key, out);
}

// Comparing ---------------------------------------------------------------------------------------

// Cuts the part off the front of *rest.
static bool cut(struct pc_str *rest, struct pc_str part)
{
    bool there = pc_str_has_prefix(*rest, part);
    *rest = pc_str_slice(*rest, there ? part.len : 0, rest->len);
    return there;
}

static bool is_lower_of(struct pc_str lower, struct pc_str text)
{
    bool same = lower.len == text.len;
    for (size_t i = 0; i < lower.len && same; i++) {
        same = lower.ptr[i] == pc_char_lower(text.ptr[i]);
    }
    return same;
}

bool pc_principal_key_is(struct pc_str key, bool role, struct pc_str arn)
{
    struct pc_iam_name name;
    if (!pc_iam_name_parse(arn, role ? PC_STR("role/") : PC_STR("user/"), &name)) {
        return false;
    }
    return cut(&key, name.partition) && cut(&key, PC_STR(":")) && cut(&key, name.account) &&
           cut(&key, kind_text(role)) &&
           (role ? is_lower_of(key, name.name) : pc_str_eq(key, name.name));
}
