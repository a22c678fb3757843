// SPDX-License-Identifier: Apache-2.0
//
// Any bytes in the place of what trust rests on: a file of trusted keys, of a secret key, of what
// was seen, the record of a signature. Key files are read a second time here, by the sentences of
// keys.h and signing.h: a key that only one of both reads is the find, for then somebody is trusted
// whom nobody named. What is read is written and read again. No message holds a key.
//
// Input: a line that says which, "keys", "secret", "seen", "edition" (what was seen, without the
// hash that ends it: no fuzzer comes by that), "record" or "change" (of a real record, to which the
// bytes are exclusive-ored); then the bytes.
#include "trust.h"

#include "diags.h"
#include "record.h"
#include "secret_key.h"
#include "stage.h"

enum {
    SECRET_BYTES = 1024, // of a secret key's file
};

// One name for all: the file is written anew each time.
static const char *keys_path(void)
{
    static const char *path;
    path = path == NULL ? stage_path("keys") : path;
    return path;
}

// What is said --------------------------------------------------------------------------------

void trust_case_begin(struct trust_case *tried)
{
    pc_arena_init(&tried->arena);
    pc_diags_init(&tried->diags, &tried->arena);
}

void trust_case_end(struct trust_case *tried)
{
    pc_arena_release(&tried->arena);
}

void trust_check_said(const struct trust_case *tried, enum pc_status status, struct pc_str text,
                      enum pc_diag_code code)
{
    const struct pc_diag *said = tried->diags.first;
    fuzz_check_diags(&tried->diags, status);
    FUZZ_CHECK(status != PC_ERR_LIMIT, "no such refusal");
    if (status == PC_OK) {
        FUZZ_CHECK(said == NULL, "%.*s", PC_STR_ARG(said->message));
        return;
    }
    FUZZ_CHECK(said->next == NULL, "more is said: %.*s", PC_STR_ARG(said->next->message));
    FUZZ_CHECK(said->code == code, "code %d: %.*s", (int)said->code, PC_STR_ARG(said->message));
    FUZZ_CHECK(said->place.file.len > 0 && said->hint.len > 0, "%.*s", PC_STR_ARG(said->message));
    if (said->place.line > 0) {
        fuzz_check_place(said, text);
    }
}

static bool holds(struct pc_str text, struct pc_str part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (memcmp(text.ptr + i, part.ptr, part.len) == 0) {
            return true;
        }
    }
    return false;
}

static void check_kept_secret(const struct trust_case *tried, struct pc_str base64)
{
    const struct pc_diag *said = tried->diags.first;
    FUZZ_CHECK(said == NULL || (!holds(said->message, base64) && !holds(said->hint, base64)),
               "a key is told: %.*s", PC_STR_ARG(said->message));
}

// Lines of key files --------------------------------------------------------------------------

// As the second reading has it.
struct line {
    struct pc_str word, base64, name;
    uint8_t bytes[32];
    bool decodes; // base64 is that of the bytes, in its one form
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct pc_str trimmed(struct pc_str text)
{
    size_t from = 0, to = text.len;
    while (from < to && is_blank(text.ptr[from])) {
        from++;
    }
    while (to > from && is_blank(text.ptr[to - 1])) {
        to--;
    }
    return pc_str_slice(text, from, to);
}

static struct pc_str take_word(struct pc_str *rest)
{
    size_t space = pc_str_find(*rest, ' ', 0), tab = pc_str_find(*rest, '\t', 0);
    size_t end = space < tab ? space : tab;
    struct pc_str word = pc_str_slice(*rest, 0, end);
    *rest = trimmed(pc_str_slice(*rest, end, rest->len));
    return word;
}

// Six bits a character; what the last one has to spare is zero, and '=' fills up.
static bool decode(struct pc_str text, uint8_t out[32])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned held = 0, bits = 0;
    size_t made = 0;
    if (text.len != 44 || text.ptr[43] != '=') {
        return false;
    }
    for (size_t i = 0; i < 43; i++) {
        const char *digit = memchr(digits, text.ptr[i], 64);
        if (digit == NULL) {
            return false;
        }
        held = (held << 6 | (unsigned)(digit - digits)) & 0xffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[made++] = (uint8_t)(held >> bits);
        }
    }
    return (held & ((1U << bits) - 1)) == 0;
}

// The word in a name is another key's, whose line is this one by mistake.
static bool is_name(struct pc_str name)
{
    bool printable = !holds(name, PC_STR("polcheck-ed25519"));
    for (size_t i = 0; i < name.len; i++) {
        printable = printable && name.ptr[i] >= ' ' && name.ptr[i] <= '~';
    }
    return printable && name.len <= PC_TRUST_NAME_MAX;
}

// False: there is no further line that is to hold a key.
static bool next_line(struct pc_str *rest, struct line *out)
{
    while (rest->len > 0) {
        struct pc_str line = fuzz_line(rest);
        line.len -= line.len > 0 && line.ptr[line.len - 1] == '\r';
        line = trimmed(line);
        if (line.len == 0 || line.ptr[0] == '#') {
            continue;
        }
        out->word = take_word(&line);
        out->base64 = take_word(&line);
        out->name = line;
        out->decodes = decode(out->base64, out->bytes);
        return true;
    }
    return false;
}

static void check_kept_secrets(const struct trust_case *tried, struct pc_str text)
{
    struct line line;
    while (next_line(&text, &line)) {
        if (line.decodes) {
            check_kept_secret(tried, line.base64);
        }
    }
}

// Trusted keys --------------------------------------------------------------------------------

// What a set is to have.
struct set {
    struct pc_trusted_key keys[PC_TRUST_KEYS_MAX];
    size_t count;
};

// False: the text is none.
static bool add(struct set *set, const struct line *line)
{
    if (!pc_str_eq(line->word, PC_STR("polcheck-ed25519")) || !line->decodes ||
        !pc_sign_public_is(line->bytes) || !is_name(line->name)) {
        return false;
    }
    for (size_t i = 0; i < set->count; i++) {
        if (memcmp(set->keys[i].key, line->bytes, sizeof(line->bytes)) == 0) {
            return true;
        }
    }
    if (set->count == PC_TRUST_KEYS_MAX) {
        return false;
    }
    struct pc_trusted_key *key = &set->keys[set->count++];
    memcpy(key->key, line->bytes, sizeof(key->key));
    (void)snprintf(key->name, sizeof(key->name), "%.*s", PC_STR_ARG(line->name));
    return true;
}

static bool expect_set(struct pc_str text, struct set *out)
{
    struct line line;
    *out = (struct set){.count = 0};
    if (text.len > PC_TRUST_KEYS_BYTES) {
        return false;
    }
    while (next_line(&text, &line)) {
        if (!add(out, &line)) {
            return false;
        }
    }
    return out->count > 0;
}

static enum pc_status read_keys(struct trust_case *tried, struct pc_str text,
                                struct pc_trusted_keys **out)
{
    const char *path = keys_path();
    stage_write(path, text);
    return pc_trusted_keys_read(path, &tried->diags, out);
}

static void check_set(const struct pc_trusted_keys *keys, const struct set *set)
{
    FUZZ_CHECK(pc_trusted_keys_count(keys) == set->count, "%zu keys, not %zu",
               pc_trusted_keys_count(keys), set->count);
    for (size_t i = 0; i < set->count; i++) {
        const struct pc_trusted_key *key = pc_trusted_keys_at(keys, i);
        FUZZ_CHECK(memcmp(key->key, set->keys[i].key, sizeof(key->key)) == 0, "key %zu", i);
        FUZZ_CHECK(strcmp(key->name, set->keys[i].name) == 0, "\"%s\"", key->name);
        FUZZ_CHECK(pc_trusted_keys_find(keys, key->key) == key, "key %zu is not found", i);
    }
    FUZZ_CHECK(pc_trusted_keys_at(keys, set->count) == NULL, "one more");
}

static void check_again(const struct pc_trusted_keys *keys, const struct set *set)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_trusted_keys *again;
    struct trust_case tried;
    for (size_t i = 0; i < set->count; i++) {
        pc_trust_public_write(&text, set->keys[i].key, set->keys[i].name);
    }
    trust_case_begin(&tried);
    enum pc_status status = read_keys(&tried, pc_buf_view(&text), &again);
    FUZZ_CHECK(status == PC_OK, "what was written is refused: %.*s",
               PC_STR_ARG(tried.diags.first->message));
    check_set(again, set);
    FUZZ_CHECK(pc_trusted_keys_equal(keys, again), "another set");
    pc_trusted_keys_free(again);
    trust_case_end(&tried);
}

static void try_keys(struct pc_str text)
{
    static struct set set; // 6 KiB
    struct pc_trusted_keys *keys;
    struct trust_case tried;
    bool expected = expect_set(text, &set);
    trust_case_begin(&tried);
    enum pc_status status = read_keys(&tried, text, &keys);
    FUZZ_CHECK((status == PC_OK) == expected, "status %d", (int)status);
    trust_check_said(&tried, status, text, PC_DIAG_TRUST_KEY);
    check_kept_secrets(&tried, text);
    if (status == PC_OK) {
        check_set(keys, &set);
        check_again(keys, &set);
        pc_trusted_keys_free(keys);
    }
    trust_case_end(&tried);
}

// Secret keys ---------------------------------------------------------------------------------

static bool expect_secret(struct pc_str text, struct line *out)
{
    static const uint8_t zeros[32];
    struct line more;
    return text.len <= SECRET_BYTES && next_line(&text, out) &&
           pc_str_eq(out->word, PC_STR("polcheck-ed25519-secret")) && out->decodes &&
           memcmp(out->bytes, zeros, sizeof(zeros)) != 0 && is_name(out->name) &&
           !next_line(&text, &more);
}

// What it signs is right for the public key that goes with it.
static void check_signs(const struct pc_signing_key *key, const struct line *line)
{
    uint8_t public[PC_SIGN_PUBLIC_BYTES], secret[PC_SIGN_SECRET_BYTES];
    struct pc_signature made = {.serial = 1};
    FUZZ_CHECK(pc_sign_pair(line->bytes, public, secret) == PC_OK, "no pair");
    FUZZ_CHECK(memcmp(public, pc_signing_key_public(key), sizeof(public)) == 0, "another pair");
    FUZZ_CHECK(pc_str_eq(pc_str_from(pc_signing_key_name(key)), line->name), "\"%s\"",
               pc_signing_key_name(key));
    memcpy(made.key, public, sizeof(made.key));
    pc_signature_make(key->secret, &made);
    FUZZ_CHECK(pc_signature_check(&made) == PC_OK, "it cannot sign");
}

static void try_secret(struct pc_str text)
{
    const char *path = keys_path();
    struct pc_signing_key *key;
    struct trust_case tried;
    struct line line;
    bool expected = expect_secret(text, &line);
    trust_case_begin(&tried);
    stage_write(path, text);
    enum pc_status status = pc_signing_key_from_file(path, &tried.diags, &key);
    FUZZ_CHECK((status == PC_OK) == expected, "status %d", (int)status);
    trust_check_said(&tried, status, text, PC_DIAG_TRUST_KEY);
    check_kept_secrets(&tried, text);
    if (status == PC_OK) {
        check_signs(key, &line);
        pc_signing_key_free(key);
    }
    trust_case_end(&tried);
}

// All -----------------------------------------------------------------------------------------

static const struct {
    const char *name;
    void (*try)(struct pc_str bytes);
} kinds[] = {
    {"keys", try_keys},         {"secret", try_secret},   {"seen", trust_seen},
    {"edition", trust_edition}, {"record", trust_record}, {"change", trust_change},
};

void fuzz_one(struct pc_str input)
{
    struct pc_str kind = fuzz_line(&input);
    FUZZ_CHECK(pc_crypto_init() == PC_OK, "no libsodium"); // it may keep a file open
    unsigned before = stage_descriptors();
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (pc_str_eq(kind, pc_str_from(kinds[i].name))) {
            kinds[i].try(input);
        }
    }
    FUZZ_CHECK(stage_descriptors() == before, "files stay open");
}
