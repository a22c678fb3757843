// SPDX-License-Identifier: Apache-2.0
#include "principal_key.h"

#include "base/checked.h"

enum {
    KIND_BYTES = 6,
};

static struct pc_str kind_text(bool role)
{
    return role ? PC_STR(":role/") : PC_STR(":user/");
}

// Writing: a key is made for each decision, so eight bytes at a time ------------------------------

static uint64_t load(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof(word));
    return word;
}

static void store(char *at, uint64_t word)
{
    memcpy(at, &word, sizeof(word));
}

static uint64_t each_byte(unsigned char c)
{
    return c * UINT64_C(0x0101010101010101);
}

static uint64_t lower_word(uint64_t word)
{
    uint64_t low = word & each_byte(0x7f);
    uint64_t from_a = low + each_byte(0x80 - 'A');
    uint64_t above_z = low + each_byte(0x80 - 'Z' - 1);
    uint64_t upper = (from_a ^ above_z) & ~word & each_byte(0x80);
    return word | upper >> 2;
}

// Less than eight bytes: the first, the middle and the last of up to three are all of them.
static void put_short(char *at, struct pc_str part)
{
    if (part.len >= 4) {
        memcpy(at, part.ptr, 4);
        memcpy(at + part.len - 4, part.ptr + part.len - 4, 4);
    } else if (part.len > 0) {
        at[0] = part.ptr[0];
        at[part.len / 2] = part.ptr[part.len / 2];
        at[part.len - 1] = part.ptr[part.len - 1];
    }
}

static char *put(char *at, struct pc_str part)
{
    if (part.len < 8) {
        put_short(at, part);
        return at + part.len;
    }
    for (size_t i = 0; i + 8 <= part.len; i += 8) {
        store(at + i, load(part.ptr + i));
    }
    store(at + part.len - 8, load(part.ptr + part.len - 8)); // some of them again
    return at + part.len;
}

static void put_lower(char *at, struct pc_str part)
{
    char word[8] = {0};
    if (part.len < 8) {
        put_short(word, part);
        store(word, lower_word(load(word)));
        put_short(at, (struct pc_str){word, part.len});
        return;
    }
    for (size_t i = 0; i + 8 <= part.len; i += 8) {
        store(at + i, lower_word(load(part.ptr + i)));
    }
    store(at + part.len - 8, lower_word(load(part.ptr + part.len - 8)));
}

static void write_key(char *out, bool role, const struct pc_iam_name *name)
{
    const struct pc_str kind = kind_text(role);
    char *at = put(out, name->partition);
    *at++ = ':';
    at = put(at, name->account);
    memcpy(at, kind.ptr, KIND_BYTES);
    if (role) {
        put_lower(at + KIND_BYTES, name->name);
    } else {
        put(at + KIND_BYTES, name->name);
    }
}

// False: longer than memory.
static bool length_of(const struct pc_iam_name *name, size_t *out)
{
    size_t length = 1 + KIND_BYTES;
    return pc_size_add(length, name->partition.len, &length) &&
           pc_size_add(length, name->account.len, &length) &&
           pc_size_add(length, name->name.len, out);
}

enum pc_status pc_principal_key_make(char room[PC_PRINCIPAL_KEY_ROOM], struct pc_arena *arena,
                                     bool role, const struct pc_iam_name *name, struct pc_str *out)
{
    size_t length;
    if (!length_of(name, &length)) {
        return PC_ERR_NOMEM;
    }
    char *place = length <= PC_PRINCIPAL_KEY_ROOM ? room : pc_arena_alloc(arena, length);
    if (place == NULL) {
        return PC_ERR_NOMEM;
    }
    write_key(place, role, name);
    *out = (struct pc_str){place, length};
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
