// SPDX-License-Identifier: Apache-2.0
//
// The forms of principals and services of shape.c, by hand. INVARIANT: each accepts what its
// expression there accepts; the test of this file holds them against each other.
#include "match/name.h"

#include "base/block.h"

enum {
    ACCOUNT_DIGITS = 12,
    LONGEST_PATH = 510, // between the slashes at its ends
    LONGEST_NAME = 64,
};

// Classes of bytes -------------------------------------------------------------------------------

static inline pc_block of_name(pc_block block)
{
    return pc_block_in(block, 'a', 'z') | pc_block_in(block, '@', 'Z') |
           pc_block_in(block, '0', '9') | pc_block_in(block, '+', '.') |
           pc_block_equal(block, '_') | pc_block_equal(block, '=');
}

static inline pc_block of_path(pc_block block)
{
    return pc_block_in(block, '!', '~') & ~pc_block_equal(block, '*') & ~pc_block_equal(block, '?');
}

static inline pc_block of_partition(pc_block block)
{
    return pc_block_in(block, 'a', 'z') | pc_block_equal(block, '-');
}

static inline pc_block of_account(pc_block block)
{
    return pc_block_in(block, '0', '9');
}

static inline pc_block of_host(pc_block block)
{
    return pc_block_in(block, 'a', 'z') | pc_block_in(block, '0', '9') |
           pc_block_in(block, '-', '.');
}

// Of a name without the rarer forms of paths and of AWS's own roles, and the slash.
static inline pc_block of_plain_path(pc_block block)
{
    return pc_block_in(block, 'a', 'z') | pc_block_in(block, '@', 'Z') |
           pc_block_in(block, '+', '9') | pc_block_equal(block, '_') | pc_block_equal(block, '=');
}

// Principals -------------------------------------------------------------------------------------

// Steps over the literal if the text goes on with it.
static inline bool take(struct pc_str *rest, struct pc_str literal)
{
    if (rest->len < literal.len || memcmp(rest->ptr, literal.ptr, literal.len) != 0) {
        return false;
    }
    *rest = pc_str_slice(*rest, literal.len, rest->len);
    return true;
}

static inline bool is_name(struct pc_str text)
{
    return text.len > 0 && text.len <= LONGEST_NAME && pc_block_all_of(text, of_name);
}

static bool is_role_name(struct pc_str text)
{
    struct pc_str rest = text;
    return is_name(take(&rest, PC_STR("aws:")) ? rest : text);
}

// Splits "[path/]name". The path begins behind a slash and ends in one: with a name without slashes
// behind it that is the last.
static bool split_path(struct pc_str text, struct pc_str *name)
{
    size_t slash = pc_str_find_last(text, '/');
    if (slash == SIZE_MAX) {
        *name = text;
        return true;
    }
    *name = pc_str_slice(text, slash + 1, text.len);
    return slash > 0 && slash <= LONGEST_PATH &&
           pc_block_all_of(pc_str_slice(text, 0, slash), of_path);
}

static enum pc_shape parse_iam(struct pc_str rest, struct pc_principal_name *out)
{
    if (take(&rest, PC_STR("role/"))) {
        return split_path(rest, &out->name) && is_role_name(out->name) ? PC_SHAPE_ARN_ROLE
                                                                       : PC_SHAPE_NONE;
    }
    if (take(&rest, PC_STR("user/"))) {
        return split_path(rest, &out->name) && is_name(out->name) ? PC_SHAPE_ARN_USER
                                                                  : PC_SHAPE_NONE;
    }
    out->name = rest;
    return pc_str_eq(rest, PC_STR("root")) ? PC_SHAPE_ARN_ROOT : PC_SHAPE_NONE;
}

static enum pc_shape parse_sts(struct pc_str rest, struct pc_principal_name *out)
{
    if (take(&rest, PC_STR("assumed-role/"))) {
        size_t slash = pc_str_find(rest, '/', 0);
        if (slash == SIZE_MAX) {
            return PC_SHAPE_NONE;
        }
        out->name = pc_str_slice(rest, 0, slash);
        out->session = pc_str_slice(rest, slash + 1, rest.len);
        return is_role_name(out->name) && is_name(out->session) ? PC_SHAPE_ARN_SESSION
                                                                : PC_SHAPE_NONE;
    }
    bool federated = take(&rest, PC_STR("federated-user/"));
    out->name = rest;
    return federated && is_name(rest) ? PC_SHAPE_ARN_FEDERATED_USER : PC_SHAPE_NONE;
}

// Steps over "aws", or "aws-" and words of letters with '-' between them, and the colon behind.
static bool take_partition(struct pc_str *rest, struct pc_str *partition)
{
    size_t colon = rest->len > 3 && rest->ptr[3] == ':' ? 3 : pc_str_find(*rest, ':', 0);
    if (colon == SIZE_MAX || !take(rest, PC_STR("aws"))) {
        return false;
    }
    *partition = (struct pc_str){rest->ptr - 3, colon};
    struct pc_str words = pc_str_slice(*rest, 0, colon - 3);
    *rest = pc_str_slice(*rest, colon - 3 + 1, rest->len);
    if (words.len == 0) {
        return true;
    }
    bool apart = words.ptr[0] == '-' && words.ptr[words.len - 1] != '-';
    for (size_t i = 1; apart && i < words.len; i++) {
        apart = words.ptr[i] != '-' || words.ptr[i - 1] != '-';
    }
    return apart && pc_block_all_of(words, of_partition);
}

static bool take_account(struct pc_str *rest, struct pc_str *account)
{
    *account = pc_str_slice(*rest, 0, ACCOUNT_DIGITS);
    *rest = pc_str_slice(*rest, ACCOUNT_DIGITS, rest->len);
    return account->len == ACCOUNT_DIGITS && pc_block_all_of(*account, of_account) &&
           take(rest, PC_STR(":"));
}

// Apart, so that the usual ones need none of its registers.
__attribute__((noinline)) static bool parse_any(struct pc_str text, struct pc_principal_name *out)
{
    struct pc_str rest = text;
    if (text.len > PC_SHAPE_LONGEST || !take(&rest, PC_STR("arn:")) ||
        !take_partition(&rest, &out->partition)) {
        return false;
    }
    bool iam = take(&rest, PC_STR("iam::"));
    if ((!iam && !take(&rest, PC_STR("sts::"))) || !take_account(&rest, &out->account)) {
        return false;
    }
    out->session = PC_STR("");
    out->shape = iam ? parse_iam(rest, out) : parse_sts(rest, out);
    return out->shape != PC_SHAPE_NONE;
}

// The usual ARNs ----------------------------------------------------------------------------------

enum {
    BEFORE_PARTITION = 4,                              // bytes of "arn:"
    BEFORE_ACCOUNT = 13,                               // of "arn:aws:iam::" or "arn:aws:sts::"
    BEFORE_KIND = BEFORE_ACCOUNT + ACCOUNT_DIGITS + 1, // and the account
    BEFORE_PATH = BEFORE_KIND + 5,                     // and "role/" or "user/"
    BEFORE_SESSION = BEFORE_KIND + 13,                 // or "assumed-role/"
    LONGEST_USUAL = 64,                                // bytes of a path and name: a bit each
};

_Static_assert((int)LONGEST_USUAL <= (int)LONGEST_NAME, "no name is too long");

// Where slashes are in the last `count` bytes (1 to 64), as bits, that of the last byte highest.
// False when one of them is no byte of a plain path. INVARIANT: there are 15 bytes before them,
// which are read as well where the blocks begin before them.
static inline bool find_slashes(struct pc_str text, size_t count, uint64_t *slashes)
{
    uint64_t plain = 0;
    uint64_t found = 0;
    size_t shift = 64;
    const char *end = text.ptr + text.len;
    for (size_t done = 0; done < count; done += PC_BLOCK) {
        end -= PC_BLOCK;
        shift -= PC_BLOCK;
        pc_block block = pc_block_load(end);
        plain |= (uint64_t)pc_block_bits(of_plain_path(block)) << shift;
        found |= (uint64_t)pc_block_bits(pc_block_equal(block, '/')) << shift;
    }
    uint64_t all = UINT64_MAX << (64 - count);
    *slashes = found & all;
    return (plain & all) == all;
}

// "role/[path/]name" or "user/[path/]name".
static inline bool parse_usual_iam(struct pc_str text, struct pc_principal_name *out)
{
    uint64_t slashes;
    size_t count = text.len - BEFORE_PATH;
    uint64_t kind = pc_word_load_half(text.ptr + BEFORE_KIND);
    bool role = kind == pc_word_load_half("role");
    if ((!role && kind != pc_word_load_half("user")) || text.ptr[BEFORE_PATH - 1] != '/' ||
        !find_slashes(text, count, &slashes)) {
        return false;
    }
    size_t length = slashes == 0 ? count : (size_t)__builtin_clzll(slashes);
    out->shape = role ? PC_SHAPE_ARN_ROLE : PC_SHAPE_ARN_USER;
    out->name = (struct pc_str){text.ptr + text.len - length, length};
    out->session = PC_STR("");
    return length > 0 && length + 1 != count; // a path has something before its slash
}

// "assumed-role/name/session".
static inline bool parse_usual_sts(struct pc_str text, struct pc_principal_name *out)
{
    uint64_t slashes;
    const char *kind = text.ptr + BEFORE_KIND;
    if (text.len <= BEFORE_SESSION || pc_word_load(kind) != pc_word_load("assumed-") ||
        pc_word_load(kind + 5) != pc_word_load("ed-role/")) {
        return false;
    }
    size_t count = text.len - BEFORE_SESSION;
    if (!find_slashes(text, count, &slashes) || slashes == 0 || (slashes & (slashes - 1)) != 0) {
        return false;
    }
    size_t length = (size_t)__builtin_clzll(slashes);
    out->shape = PC_SHAPE_ARN_SESSION;
    out->name = (struct pc_str){text.ptr + BEFORE_SESSION, count - length - 1};
    out->session = (struct pc_str){text.ptr + text.len - length, length};
    return length > 0 && out->name.len > 0;
}

// Users, roles and sessions of the partition aws with plain names that are not too long. False: it
// may be one of the others.
static inline bool parse_usual(struct pc_str text, struct pc_principal_name *out)
{
    if (text.len <= BEFORE_PATH || text.len > BEFORE_PATH + LONGEST_USUAL ||
        pc_word_load(text.ptr) != pc_word_load("arn:aws:")) {
        return false;
    }
    pc_block account = of_account(pc_block_load(text.ptr + BEFORE_ACCOUNT));
    if ((pc_block_bits(account) & 0xfff) != 0xfff || text.ptr[BEFORE_KIND - 1] != ':') {
        return false;
    }
    out->partition = (struct pc_str){text.ptr + BEFORE_PARTITION, 3};
    out->account = (struct pc_str){text.ptr + BEFORE_ACCOUNT, ACCOUNT_DIGITS};
    uint64_t service = pc_word_load(text.ptr + BEFORE_ACCOUNT - 8);
    if (service == pc_word_load("ws:iam::")) {
        return parse_usual_iam(text, out);
    }
    return service == pc_word_load("ws:sts::") && parse_usual_sts(text, out);
}

bool pc_principal_name_parse(struct pc_str text, struct pc_principal_name *out)
{
    return parse_usual(text, out) || parse_any(text, out);
}

// Services ---------------------------------------------------------------------------------------

// The DNS suffixes of all partitions among them, the usual one first.
static const struct pc_str suffixes[] = {
    PC_STR_INIT(".amazonaws.com"),  PC_STR_INIT(".amazonaws.com.cn"),
    PC_STR_INIT(".amazonaws.eu"),   PC_STR_INIT(".c2s.ic.gov"),
    PC_STR_INIT(".sc2s.sgov.gov"),  PC_STR_INIT(".cloud.adc-e.uk"),
    PC_STR_INIT(".csp.hci.ic.gov"), PC_STR_INIT(".amazon.com"),
    PC_STR_INIT(".aws.internal"),
};

// Labels joined by single dots.
static bool are_labels(struct pc_str text)
{
    bool apart = text.len > 0 && text.ptr[0] != '.' && text.ptr[text.len - 1] != '.';
    for (size_t i = 1; apart && i < text.len; i++) {
        apart = text.ptr[i] != '.' || text.ptr[i - 1] != '.';
    }
    return apart && pc_block_all_of(text, of_host);
}

bool pc_service_name_is(struct pc_str text)
{
    if (text.len > PC_SHAPE_LONGEST) {
        return false;
    }
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        if (pc_str_has_suffix(text, suffixes[i]) &&
            are_labels(pc_str_slice(text, 0, text.len - suffixes[i].len))) {
            return true;
        }
    }
    return false;
}
