// SPDX-License-Identifier: Apache-2.0
//
// Puts signatures into stores and takes them out, inside a write transaction.
#include "trust/signing.h"

#include <time.h>

#include "base/clock.h"
#include "record.h"
#include "secret_key.h"
#include "trust/judge.h"

// The serial of the signature before; 0: there was none.
static enum pc_status peek_serial(struct pc_store_write *write, uint64_t *serial)
{
    struct pc_str record;
    enum pc_status status = pc_store_peek(write, PC_STORE_META, PC_STR(PC_SIGNATURE_KEY), &record);
    if (status == PC_ERR_NOTFOUND) {
        *serial = 0;
        return PC_OK;
    }
    PC_TRY(status);
    *serial = pc_signature_serial(record);
    return PC_OK;
}

static uint64_t now_micros(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec < 0 ? 0 : (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static enum pc_status refuse_serial(const struct pc_signing *signing, uint64_t before)
{
    const struct pc_place place = {.file = signing->store};
    if (before >= PC_SIGNATURE_SERIAL_MAX) {
        pc_diag_report(signing->diags, PC_DIAG_SIGN_SERIAL, place,
                       "the store was signed with the greatest serial that there is");
        pc_diag_hint(signing->diags, "compile it anew, into another folder");
        return PC_ERR_INVALID;
    }
    pc_diag_report(signing->diags, PC_DIAG_SIGN_SERIAL, place,
                   "serial %llu is not above the store's before, %llu",
                   (unsigned long long)signing->serial, (unsigned long long)before);
    pc_diag_hint(signing->diags, "leave --serial out, or take a greater number");
    return PC_ERR_INVALID;
}

static enum pc_status choose_serial(const struct pc_signing *signing, uint64_t before,
                                    uint64_t *out)
{
    uint64_t now = now_micros();
    uint64_t serial = signing->serial;
    if (serial == 0) {
        serial = now > before ? now : before + 1;
    }
    if (serial <= before || serial > PC_SIGNATURE_SERIAL_MAX) {
        return refuse_serial(signing, before);
    }
    *out = serial;
    return PC_OK;
}

// Others may have written to the store since it was verified, or put another one there.
static enum pc_status check_verified(const struct pc_signing *signing, const struct pc_hash *digest)
{
    if (signing->verified == NULL || pc_hash_eq(signing->verified, digest)) {
        return PC_OK;
    }
    pc_diag_report(signing->diags, PC_DIAG_STORE_ALTERED, (struct pc_place){.file = signing->store},
                   "the store \"%.*s\" was changed after it was verified, and is not signed",
                   PC_STR_ARG(signing->store));
    pc_diag_hint(signing->diags, "sign it when nobody writes to it any more");
    return PC_ERR_INVALID;
}

enum pc_status pc_sign_work(void *context, struct pc_store_write *write)
{
    struct pc_signing *signing = context;
    struct pc_signature made = {.signed_at = pc_clock_now()};
    uint8_t record[PC_SIGNATURE_BYTES];
    uint64_t before;
    PC_TRY(peek_serial(write, &before));
    PC_TRY(choose_serial(signing, before, &made.serial));
    PC_TRY(pc_content_peek(write, &made.digest));
    PC_TRY(check_verified(signing, &made.digest));
    memcpy(made.key, signing->key->public, sizeof(made.key));
    pc_signature_make(signing->key->secret, &made);
    pc_signature_write(&made, record);
    const void *bytes = record;
    PC_TRY(pc_store_put(write, PC_STORE_META, PC_STR(PC_SIGNATURE_KEY),
                        (struct pc_str){bytes, sizeof(record)}));
    signing->made = made;
    return PC_OK;
}

// What the record says. PC_ERR_NOTFOUND: unsigned; PC_ERR_INVALID: it is none.
static enum pc_status peek_signature(struct pc_store_write *write, struct pc_signature *out)
{
    struct pc_str record;
    PC_TRY(pc_store_peek(write, PC_STORE_META, PC_STR(PC_SIGNATURE_KEY), &record));
    return pc_signature_read(record, out);
}

// The verdict on a signature and the content that the transaction holds, by the key that is to
// sign.
static enum pc_status judge_base(const struct pc_signing *signing, struct pc_store_write *write,
                                 struct pc_judgement *judgement)
{
    const struct pc_signature *signature = &judgement->signature;
    struct pc_hash digest;
    if (memcmp(signature->key, signing->key->public, sizeof(signature->key)) != 0) {
        judgement->verdict = PC_TRUST_UNTRUSTED;
        return PC_OK;
    }
    if (pc_signature_check(signature) != PC_OK) {
        judgement->verdict = PC_TRUST_FORGED;
        return PC_OK;
    }
    PC_TRY(pc_content_peek(write, &digest));
    judgement->verdict = pc_hash_eq(&digest, &signature->digest) ? PC_TRUST_GOOD : PC_TRUST_ALTERED;
    return PC_OK;
}

enum pc_status pc_sign_check_base(void *context, struct pc_store_write *write)
{
    const struct pc_signing *signing = context;
    struct pc_judgement judgement = {.verdict = PC_TRUST_UNKNOWN};
    enum pc_status status = peek_signature(write, &judgement.signature);
    if (status == PC_ERR_NOTFOUND || status == PC_ERR_INVALID) {
        judgement.verdict = status == PC_ERR_NOTFOUND ? PC_TRUST_UNSIGNED : PC_TRUST_MALFORMED;
    } else {
        PC_TRY(status);
        PC_TRY(judge_base(signing, write, &judgement));
    }
    pc_trust_report(signing->diags, signing->store, &judgement);
    return judgement.verdict == PC_TRUST_GOOD ? PC_OK : PC_ERR_INVALID;
}

enum pc_status pc_unsign(struct pc_store_write *write, bool *was)
{
    struct pc_str record;
    struct pc_signature signature;
    enum pc_status status = pc_store_peek(write, PC_STORE_META, PC_STR(PC_SIGNATURE_KEY), &record);
    if (status == PC_ERR_NOTFOUND) {
        *was = false;
        return PC_OK;
    }
    PC_TRY(status);
    uint64_t serial = pc_signature_serial(record);
    *was = pc_signature_read(record, &signature) == PC_OK;
    if (serial == 0) {
        return pc_store_delete(write, PC_STORE_META, PC_STR(PC_SIGNATURE_KEY));
    }
    uint8_t rest[PC_SIGNATURE_REMOVED_BYTES];
    pc_signature_write_removed(serial, rest);
    const void *bytes = rest;
    return pc_store_put(write, PC_STORE_META, PC_STR(PC_SIGNATURE_KEY),
                        (struct pc_str){bytes, sizeof(rest)});
}

// A store ----------------------------------------------------------------------------------------

// pc_store_update would make a store where there is none, or empty one of another format.
static enum pc_status see_entry(void *context, struct pc_str key, struct pc_str value)
{
    bool *any = context;
    (void)key;
    (void)value;
    *any = true;
    return PC_ERR_INTERRUPTED; // enough was seen
}

static enum pc_status sign_what_is_there(void *context, struct pc_store_write *write)
{
    bool any = false;
    for (unsigned table = 0; table < PC_STORE_TABLES && !any; table++) {
        enum pc_status status =
            pc_store_peek_each(write, (enum pc_store_table)table, see_entry, &any);
        PC_TRY(any ? PC_OK : status);
    }
    return any ? pc_sign_work(context, write) : PC_ERR_NOTFOUND;
}

enum pc_status pc_sign_store(struct pc_signing *signing)
{
    struct pc_store *store;
    PC_TRY(pc_crypto_init());
    PC_TRY(pc_store_open(signing->store, signing->diags, &store));
    pc_store_close(store);
    enum pc_status status =
        pc_store_update(signing->store, signing->diags, sign_what_is_there, signing);
    if (status == PC_ERR_NOTFOUND) {
        pc_diag_report(signing->diags, PC_DIAG_STORE_MISSING,
                       (struct pc_place){.file = signing->store},
                       "there is nothing in \"%.*s\" to sign", PC_STR_ARG(signing->store));
    }
    return status;
}
