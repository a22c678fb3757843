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

enum {
    USUAL_PARTITION = 3, // "aws"
    USUAL_ACCOUNT = 12,
    USUAL_HEAD = USUAL_PARTITION + 1 + USUAL_ACCOUNT + KIND_BYTES,
    USUAL_FIRST = 2, // bytes of the name that fill up the head's last word
};

static const uint64_t role_word = UINT64_C(0x2f656c6f723a); // ":role/"
static const uint64_t user_word = UINT64_C(0x2f726573753a); // ":user/"

static inline uint64_t letter(char c)
{
    return (unsigned char)c;
}

static bool is_usual(const struct pc_iam_name *name)
{
    return name->partition.len == USUAL_PARTITION && name->account.len == USUAL_ACCOUNT &&
           name->name.len >= USUAL_FIRST;
}

// In the partition "aws" all places are known, and each word is written once and whole: what was
// written in other pieces than those in which it is read, by who hashes the key, has to be waited
// for.
static void write_usual(char *out, bool role, const struct pc_iam_name *name)
{
    const char *partition = name->partition.ptr;
    const char *account = name->account.ptr;
    const struct pc_str rest = {name->name.ptr + USUAL_FIRST, name->name.len - USUAL_FIRST};
    uint64_t first = letter(partition[0]) | letter(partition[1]) << 8 | letter(partition[2]) << 16 |
                     letter(':') << 24;
    char a = name->name.ptr[0];
    char b = name->name.ptr[1];
    uint64_t third =
        role ? role_word | letter(pc_char_lower(a)) << 48 | letter(pc_char_lower(b)) << 56
             : user_word | letter(a) << 48 | letter(b) << 56;
    pc_word_store(out, first | pc_word_load_half(account) << 32);
    pc_word_store(out + 8, pc_word_load(account + 4));
    pc_word_store(out + 16, third);
    if (role) {
        put_lower(out + USUAL_HEAD + USUAL_FIRST, rest);
    } else {
        put(out + USUAL_HEAD + USUAL_FIRST, rest);
    }
}

static void write_key(char *out, bool role, const struct pc_iam_name *name)
{
    if (is_usual(name)) {
        write_usual(out, role, name);
        return;
    }
    char *at = put(out, name->partition);
    *at++ = ':';
    at = put(at, name->account);
    memcpy(at, kind_text(role).ptr, KIND_BYTES);
    at += KIND_BYTES;
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
