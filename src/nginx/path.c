/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads paths and queries strictly: what is not expected letter by letter is not there. Nothing
 * here is found by searching in the middle of a text, and each text is decoded once at most.
 */
#include "path.h"

#include <string.h>

#define TEXT(literal)                                                                              \
    ((struct pc_nginx_text){(const unsigned char *)(literal), sizeof(literal) - 1})

enum {
    NAME_MAX_BYTES = 64,
    QUALIFIER_MAX_BYTES = 128,
    ACCOUNT_BYTES = 12,
    /** A qualifier in a query, with each byte percent-encoded. */
    ENCODED_MAX = 3 * QUALIFIER_MAX_BYTES
};

static bool equal(struct pc_nginx_text a, struct pc_nginx_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static struct pc_nginx_text skip(struct pc_nginx_text text, size_t bytes)
{
    return (struct pc_nginx_text){text.ptr + bytes, text.len - bytes};
}

/** Takes the prefix off the text, if it is there. */
static bool take(struct pc_nginx_text *text, struct pc_nginx_text prefix)
{
    if (text->len < prefix.len || memcmp(text->ptr, prefix.ptr, prefix.len) != 0) {
        return false;
    }
    *text = skip(*text, prefix.len);
    return true;
}

/** Takes what stands in front of the first such byte, and the byte; without one, all that is left.
 */
static struct pc_nginx_text take_until(struct pc_nginx_text *text, unsigned char end)
{
    const unsigned char *at = text->len == 0 ? NULL : memchr(text->ptr, end, text->len);
    struct pc_nginx_text taken = *text;
    if (at == NULL) {
        *text = skip(*text, text->len);
        return taken;
    }
    taken.len = (size_t)(at - text->ptr);
    *text = skip(*text, taken.len + 1);
    return taken;
}

static int hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** The next byte of a percent-encoded text, which is not empty; -1: a '%' that encodes nothing. */
static int take_decoded(struct pc_nginx_text *text)
{
    unsigned char first = text->ptr[0];
    if (first != '%') {
        *text = skip(*text, 1);
        return first;
    }
    if (text->len < 3) {
        return -1;
    }
    int high = hex_digit(text->ptr[1]);
    int low = hex_digit(text->ptr[2]);
    *text = skip(*text, 3);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** Most targets are their path as it is: no byte of it has to be decoded. */
static bool is_letter_by_letter(struct pc_nginx_text target, struct pc_nginx_text path)
{
    return path.len > 0 && take(&target, path) && (target.len == 0 || target.ptr[0] == '?') &&
           memchr(path.ptr, '%', path.len) == NULL && memchr(path.ptr, '?', path.len) == NULL;
}

bool pc_nginx_path_is_plain(struct pc_nginx_text target, struct pc_nginx_text path)
{
    /* A fragment is never sent by a client that means well. nginx cuts it off path and query, and a
     * back end may read on. */
    if (target.len > 0 && memchr(target.ptr, '#', target.len) != NULL) {
        return false;
    }
    if (is_letter_by_letter(target, path)) {
        return true;
    }
    size_t at = 0;
    while (target.len > 0 && target.ptr[0] != '?') {
        bool encoded = target.ptr[0] == '%';
        int byte = take_decoded(&target);
        if (byte < 0 || at == path.len || path.ptr[at] != byte) {
            return false;
        }
        /* Who takes a path to pieces first and decodes the pieces then, sees no slash here. */
        if (encoded && byte == '/') {
            return false;
        }
        at++;
    }
    return at == path.len && at > 0;
}

static bool is_separator(unsigned char c)
{
    return c == '/' || c == '\\';
}

/** True if the text, which begins behind a separator, goes on with a segment that is empty, "." or
 * ".." as some reader sees it. A path may end behind a separator. */
static bool begins_with_no_name(struct pc_nginx_text text)
{
    size_t dots = 0;
    while (dots < 2 && dots < text.len && text.ptr[dots] == '.') {
        dots++;
    }
    if (dots == text.len) {
        return dots > 0;
    }
    return is_separator(text.ptr[dots]) || text.ptr[dots] == ';';
}

bool pc_nginx_path_is_resolved(struct pc_nginx_text path)
{
    if (path.len == 0 || path.ptr[0] != '/') {
        return false;
    }
    for (size_t i = 0; i < path.len; i++) {
        if (is_separator(path.ptr[i]) && begins_with_no_name(skip(path, i + 1))) {
            return false;
        }
    }
    return true;
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

/** Letters, digits, '-' and '_': all that names of functions and aliases have. */
static bool is_word(struct pc_nginx_text text, size_t max)
{
    if (text.len == 0 || text.len > max) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        if (!is_digit(c) && !is_lower((unsigned char)(c | 0x20)) && c != '-' && c != '_') {
            return false;
        }
    }
    return true;
}

static bool is_qualifier(struct pc_nginx_text text)
{
    return is_word(text, QUALIFIER_MAX_BYTES) || equal(text, TEXT("$LATEST"));
}

static bool is_account(struct pc_nginx_text text)
{
    size_t digits = 0;
    while (digits < text.len && is_digit(text.ptr[digits])) {
        digits++;
    }
    return text.len == ACCOUNT_BYTES && digits == ACCOUNT_BYTES;
}

/** A partition or a region: lower case, digits and '-'. */
static bool is_place(struct pc_nginx_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_lower(text.ptr[i]) && !is_digit(text.ptr[i]) && text.ptr[i] != '-') {
            return false;
        }
    }
    return text.len > 0;
}

bool pc_nginx_is_function_home(struct pc_nginx_text home)
{
    if (home.len > PC_NGINX_HOME_MAX || !take(&home, TEXT("arn:"))) {
        return false;
    }
    struct pc_nginx_text partition = take_until(&home, ':');
    if (!is_place(partition) || !take(&home, TEXT("lambda:"))) {
        return false;
    }
    struct pc_nginx_text region = take_until(&home, ':');
    return is_place(region) && is_account(home);
}

/** The account is what stands last in a home. */
static struct pc_nginx_text account_of(struct pc_nginx_text home)
{
    return skip(home, home.len - ACCOUNT_BYTES);
}

/** Takes the ARN, or the part of one, that may stand in front of a function's name. */
static bool take_home(struct pc_nginx_text *name, struct pc_nginx_text home)
{
    struct pc_nginx_text rest = *name;
    if ((take(&rest, home) || take(&rest, account_of(home))) && take(&rest, TEXT(":"))) {
        if (!take(&rest, TEXT("function:"))) {
            return false;
        }
        *name = rest;
    }
    return true;
}

/** Names that another reader may take for a part of an ARN when a colon follows: function:NAME. */
static bool is_ambiguous(struct pc_nginx_text name)
{
    return is_account(name) || equal(name, TEXT("function"));
}

/** The decoded value of the only argument, Qualifier. Length 0: there is no argument. */
static bool read_qualifier(struct pc_nginx_text args, unsigned char *room,
                           struct pc_nginx_text *out)
{
    *out = (struct pc_nginx_text){room, 0};
    if (args.len == 0) {
        return true;
    }
    /* Longer names and values, a second argument and encoded names are not looked into. */
    if (!take(&args, TEXT("Qualifier=")) || args.len == 0 || args.len > ENCODED_MAX) {
        return false;
    }
    while (args.len > 0) {
        int byte = take_decoded(&args);
        if (byte < 0 || out->len == QUALIFIER_MAX_BYTES) {
            return false;
        }
        room[out->len++] = (unsigned char)byte;
    }
    return is_qualifier(*out);
}

/** Takes the name of a path's function, which may hold a home and a qualifier. */
static bool read_path(struct pc_nginx_text *path)
{
    static const char end[] = "/invocations";
    size_t tail = sizeof(end) - 1;
    if (!take(path, TEXT("/2015-03-31/functions/")) || path->len <= tail) {
        return false;
    }
    if (memcmp(path->ptr + path->len - tail, end, tail) != 0) {
        return false;
    }
    path->len -= tail;
    return true;
}

static void append(struct pc_nginx_function *out, struct pc_nginx_text text)
{
    if (text.len > 0) {
        memcpy(out->arn + out->len, text.ptr, text.len);
        out->len += text.len;
    }
}

void pc_nginx_function_read(struct pc_nginx_text home, struct pc_nginx_text path,
                            struct pc_nginx_text args, struct pc_nginx_function *out)
{
    unsigned char room[QUALIFIER_MAX_BYTES];
    struct pc_nginx_text qualifier;
    out->len = 0;
    if (!pc_nginx_is_function_home(home) || !read_path(&path) || !take_home(&path, home) ||
        !read_qualifier(args, room, &qualifier)) {
        return;
    }
    bool qualified = memchr(path.ptr, ':', path.len) != NULL;
    struct pc_nginx_text name = take_until(&path, ':');
    if (!is_word(name, NAME_MAX_BYTES) ||
        (qualified && (!is_qualifier(path) || is_ambiguous(name)))) {
        return;
    }
    if (qualified && qualifier.len > 0 && !equal(path, qualifier)) {
        return;
    }
    if (qualified) {
        qualifier = path;
    }
    append(out, home);
    append(out, TEXT(":function:"));
    append(out, name);
    append(out, qualifier.len > 0 ? TEXT(":") : qualifier);
    append(out, qualifier);
}
