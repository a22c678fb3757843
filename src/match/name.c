// SPDX-License-Identifier: Apache-2.0
//
// The forms of shape.c that requests ask for, by hand. INVARIANT: each accepts what its expression
// there accepts; the test of this file holds them against each other.
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

// Of an action in lower case.
static inline pc_block of_action_service(pc_block block)
{
    return pc_block_in(block, 'a', 'z') | pc_block_in(block, '0', '9') | pc_block_equal(block, '-');
}

static inline pc_block of_action_name(pc_block block)
{
    return of_host(block) | pc_block_equal(block, '_');
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

bool pc_principal_name_parse(struct pc_str text, struct pc_principal_name *out)
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

// Actions ----------------------------------------------------------------------------------------

// The place of the first colon, mostly among the first bytes.
static inline size_t find_colon(struct pc_str text)
{
    if (text.len < PC_BLOCK) {
        return pc_str_find(text, ':', 0);
    }
    unsigned hits = pc_block_bits(pc_block_equal(pc_block_load(text.ptr), ':'));
    return hits != 0 ? (size_t)__builtin_ctz(hits) : pc_str_find(text, ':', PC_BLOCK);
}

// Writes the text in lower case; what is written twice is the same.
static inline void write_lower(struct pc_str text, char *room)
{
    size_t at = 0;
    for (; text.len - at >= PC_BLOCK; at += PC_BLOCK) {
        pc_block_store(room + at, pc_block_lower(pc_block_load(text.ptr + at)));
    }
    if (at > 0 && at < text.len) {
        at = text.len - PC_BLOCK;
        pc_block_store(room + at, pc_block_lower(pc_block_load(text.ptr + at)));
        return;
    }
    for (; at < text.len; at++) {
        room[at] = pc_char_lower(text.ptr[at]);
    }
}

bool pc_action_name_parse(struct pc_str text, char *room, struct pc_str *service,
                          struct pc_str *name)
{
    if (text.len > PC_SHAPE_LONGEST) {
        return false;
    }
    write_lower(text, room);
    size_t colon = find_colon(text);
    if (colon == SIZE_MAX || colon == 0 || colon + 1 == text.len) {
        return false;
    }
    struct pc_str before = {room, colon};
    struct pc_str behind = {room + colon + 1, text.len - colon - 1};
    if (!pc_block_all_of(before, of_action_service) || !pc_block_all_of(behind, of_action_name)) {
        return false;
    }
    *service = before;
    *name = behind;
    return true;
}
