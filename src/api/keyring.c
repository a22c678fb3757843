// SPDX-License-Identifier: Apache-2.0
#include "keyring.h"

#include "base/clock.h"

enum {
    BUSY_MS = 5000, // for which the lock of what was seen may be held without a word
};

static void replace(struct pc_keyring *keyring, struct pc_trusted_keys *fresh)
{
    if (keyring->keys == NULL || !pc_trusted_keys_equal(keyring->keys, fresh)) {
        keyring->version++;
    }
    pc_trusted_keys_free(keyring->retired);
    keyring->retired = keyring->keys;
    keyring->keys = fresh;
}

// Notes whether the keys could be had.
static void note_missed(struct pc_keyring *keyring, bool missed)
{
    if (missed && !keyring->missed) {
        keyring->missed_at = pc_clock_millis();
    }
    keyring->missed = missed;
}

bool pc_keyring_is_current(const struct pc_keyring *keyring)
{
    return !pc_keyring_is_asked(keyring) ||
           (keyring->keys != NULL && pc_trusted_keys_is_current(keyring->keys, keyring->path));
}

enum pc_status pc_keyring_look(struct pc_keyring *keyring, bool used, struct pc_diags *diags)
{
    struct pc_trusted_keys *fresh;
    if (pc_keyring_is_current(keyring)) {
        note_missed(keyring, false);
        return PC_OK;
    }
    enum pc_status status = pc_trusted_keys_read(keyring->path, diags, &fresh);
    note_missed(keyring, status != PC_OK);
    PC_TRY(status);
    if (used && keyring->keys != NULL && pc_trusted_keys_equal(keyring->keys, fresh)) {
        pc_trusted_keys_read_again(keyring->keys, fresh);
        pc_trusted_keys_free(fresh);
    } else {
        replace(keyring, fresh);
    }
    return PC_OK;
}

void pc_keyring_forget(struct pc_keyring *keyring)
{
    pc_trusted_keys_free(keyring->retired);
    pc_trusted_keys_free(keyring->keys);
    keyring->retired = NULL;
    keyring->keys = NULL;
}

enum pc_status pc_keyring_basis(const struct pc_keyring *keyring, struct pc_diags *diags,
                                struct pc_trust_basis *out)
{
    struct pc_seen noted = {.serial = 0};
    if (keyring->seen_path != NULL) {
        PC_TRY(pc_seen_read(keyring->seen_path, diags, &noted));
    }
    bool further = noted.serial > keyring->seen.serial;
    *out = (struct pc_trust_basis){keyring->keys, further ? noted : keyring->seen};
    return PC_OK;
}

bool pc_keyring_has(const struct pc_keyring *keyring, const struct pc_signature *signature)
{
    return keyring->keys != NULL && pc_trusted_keys_find(keyring->keys, signature->key) != NULL;
}

// What the file of the keys and this engine's memory say now of what was judged good.
static void judge_again(const struct pc_keyring *keyring, struct pc_judgement *judgement)
{
    const struct pc_seen edition = pc_judgement_edition(judgement);
    if (judgement->verdict != PC_TRUST_GOOD) {
        return;
    }
    if (!pc_keyring_has(keyring, &judgement->signature)) {
        judgement->verdict = PC_TRUST_UNTRUSTED;
        return;
    }
    enum pc_seen_order order = pc_seen_compare(&edition, &keyring->seen);
    if (order != PC_SEEN_SAME && order != PC_SEEN_NEWER) {
        judgement->verdict = order == PC_SEEN_OTHER ? PC_TRUST_OTHER : PC_TRUST_OLDER;
        judgement->seen = keyring->seen;
    }
}

enum pc_status pc_keyring_report(const struct pc_keyring *keyring,
                                 const struct pc_judgement *judgement, struct pc_diags *diags)
{
    if (judgement->verdict == PC_TRUST_GOOD) {
        return PC_OK;
    }
    pc_trust_report(diags, pc_str_from(keyring->store), judgement);
    return PC_ERR_INVALID;
}

// Notes whether the lock could be had. A process that was stopped may hold it for ever.
static enum pc_status note_busy(struct pc_keyring *keyring, enum pc_status status)
{
    bool busy = status == PC_ERR_BUSY;
    if (busy && !keyring->busy) {
        keyring->busy_at = pc_clock_millis();
    }
    keyring->busy = busy;
    return busy && pc_clock_millis() - keyring->busy_at >= BUSY_MS ? PC_ERR_IO : status;
}

enum pc_status pc_keyring_admit(struct pc_keyring *keyring, unsigned wait_ms,
                                struct pc_judgement *judgement, struct pc_diags *diags)
{
    const struct pc_seen_file seen = {keyring->seen_path, wait_ms};
    struct pc_judgement last = *judgement;
    PC_TRY(pc_keyring_look(keyring, false, diags));
    judge_again(keyring, &last);
    PC_TRY(note_busy(keyring, pc_trust_accept(&seen, diags, &last)));
    *judgement = last;
    PC_TRY(pc_keyring_report(keyring, judgement, diags));
    keyring->seen = pc_judgement_edition(judgement);
    return PC_OK;
}
