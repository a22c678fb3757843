// SPDX-License-Identifier: Apache-2.0
//
// What people are told of a verdict.
#include "trust/judge.h"

#define HINT_COPY "copy it again from where it was signed, and find out who could write to it"
#define HINT_SIGN "to use it all the same, sign it again: that gives it a new serial"

struct row {
    enum pc_trust_verdict verdict;
    const char *word; // in JSON
    enum pc_diag_code code;
    const char *hint;
};

static const struct row rows[] = {
    {PC_TRUST_UNSIGNED, "unsigned", PC_DIAG_STORE_UNSIGNED,
     "sign it where it is built, after each change: polcheck sign STORE --key FILE"},
    {PC_TRUST_MALFORMED, "malformed", PC_DIAG_STORE_FORGED, HINT_COPY},
    {PC_TRUST_UNTRUSTED, "untrusted", PC_DIAG_STORE_UNTRUSTED,
     "if the key is one of yours, add its public key to the set of trusted ones"},
    {PC_TRUST_FORGED, "forged", PC_DIAG_STORE_FORGED, HINT_COPY},
    {PC_TRUST_OLDER, "older", PC_DIAG_STORE_ROLLBACK, HINT_SIGN},
    {PC_TRUST_OTHER, "other", PC_DIAG_STORE_ROLLBACK, HINT_SIGN},
    {PC_TRUST_ALTERED, "altered", PC_DIAG_STORE_ALTERED, HINT_COPY},
};

static const struct row *row_of(enum pc_trust_verdict verdict)
{
    static const struct row unknown = {PC_TRUST_UNKNOWN, "unknown", PC_DIAG_INTERNAL,
                                       "please report it"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].verdict == verdict) {
            return &rows[i];
        }
    }
    return &unknown;
}

static void write_key(struct pc_buf *out, const struct pc_judgement *judgement)
{
    if (judgement->key_name[0] != '\0') {
        pc_buf_format(out, "\"%s\" ", judgement->key_name);
    }
    pc_trust_fingerprint(out, judgement->signature.key);
}

static void write_reason(struct pc_buf *out, const struct pc_judgement *judgement)
{
    unsigned long long serial = judgement->signature.serial;
    switch (judgement->verdict) {
    case PC_TRUST_UNSIGNED:
        pc_buf_text(out, "is not signed");
        break;
    case PC_TRUST_UNTRUSTED:
        pc_buf_text(out, "is signed with a key that is not trusted, ");
        write_key(out, judgement);
        break;
    case PC_TRUST_MALFORMED:
        pc_buf_text(out, "has something in the place of a signature that is none");
        break;
    case PC_TRUST_FORGED:
        pc_buf_text(out, "has a signature that the key did not make whose it is said to be, ");
        write_key(out, judgement);
        break;
    case PC_TRUST_OLDER:
        pc_buf_format(out, "has serial %llu, and serial %llu was accepted before", serial,
                      (unsigned long long)judgement->seen.serial);
        break;
    case PC_TRUST_OTHER:
        pc_buf_format(out, "has serial %llu, which was accepted before with another content",
                      serial);
        break;
    case PC_TRUST_ALTERED:
        pc_buf_text(out, "holds something other than what was signed with the key ");
        write_key(out, judgement);
        break;
    case PC_TRUST_UNKNOWN:
    case PC_TRUST_GOOD:
        pc_buf_text(out, "was not judged");
        break;
    }
}

const char *pc_trust_verdict_word(enum pc_trust_verdict verdict)
{
    return verdict == PC_TRUST_GOOD ? "good" : row_of(verdict)->word;
}

void pc_trust_report(struct pc_diags *diags, struct pc_str path,
                     const struct pc_judgement *judgement)
{
    if (judgement->verdict == PC_TRUST_GOOD) {
        return;
    }
    const struct row *row = row_of(judgement->verdict);
    PC_CLEANUP(pc_buf_release) struct pc_buf reason = {0};
    write_reason(&reason, judgement);
    struct pc_str text =
        pc_buf_status(&reason) == PC_OK ? pc_buf_view(&reason) : PC_STR("is not trusted");
    pc_diag_report(diags, row->code, (struct pc_place){.file = path}, "the store \"%.*s\" %.*s",
                   PC_STR_ARG(path), PC_STR_ARG(text));
    pc_diag_hint(diags, "%s", row->hint);
}
