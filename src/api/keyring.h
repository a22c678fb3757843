// SPDX-License-Identifier: Apache-2.0
//
// The keys that an engine trusts, as their file has them now, and the newest edition that it has
// accepted by them. An engine without trusted keys has an empty keyring and takes every store.
//
// Who looks at the store looks at the keys first, and again right before a state is published: what
// was judged by keys of before does not count.
#ifndef PC_API_KEYRING_H
#define PC_API_KEYRING_H

#include "trust/judge.h"

struct pc_keyring {
    const char *store; // its path, for what is reported; the paths are the engine's
    const char *path;  // of the keys; NULL: none are configured
    const char *seen_path;
    struct pc_trusted_keys *keys;    // NULL: they cannot be had
    struct pc_trusted_keys *retired; // those of before, that a judgement which is going on may have
    uint64_t version;                // rises whenever other keys are in the file
    bool missed;                     // they could not be had at the last look
    int64_t missed_at;               // milliseconds, when that began
    bool busy;                       // the file of what was seen was locked when it was last wanted
    int64_t busy_at;                 // milliseconds, when that began
    struct pc_seen seen;             // the newest edition that was accepted
};

static inline bool pc_keyring_is_asked(const struct pc_keyring *keyring)
{
    return keyring->path != NULL;
}

// Reads the keys if the file is not the one that they were read from. Where that fails, reported,
// the keys of before stay. `used`: by a judgement that goes on; then they stay as long as the file
// has the same ones, and until the next look where it has others. PC_ERR_NOTFOUND, PC_ERR_IO,
// PC_ERR_INVALID, PC_ERR_NOMEM, PC_ERR_INTERNAL. Cost: a system call, when the file is the same.
PC_MUST_CHECK enum pc_status pc_keyring_look(struct pc_keyring *keyring, bool used,
                                             struct pc_diags *diags);

// Whether the keys are those that the file has now, for all that it says of itself. Where none are
// configured they are. Cost: a system call.
bool pc_keyring_is_current(const struct pc_keyring *keyring);

// Forgets the keys, which nobody may use any more: nothing is trusted until they are read again.
void pc_keyring_forget(struct pc_keyring *keyring);

// By what a state is judged now: the keys, and the newest edition that this engine or the file
// knows. PC_ERR_INVALID, PC_ERR_IO: the file cannot be read, or is none (SEEN_FILE,
// TRUST_FILE_EXPOSED).
PC_MUST_CHECK enum pc_status pc_keyring_basis(const struct pc_keyring *keyring,
                                              struct pc_diags *diags, struct pc_trust_basis *out);

// Whether the keys of now have the one that signed.
bool pc_keyring_has(const struct pc_keyring *keyring, const struct pc_signature *signature);

// The last word before a state is published, whatever was found of it before: the file of the keys
// is looked at again, and the edition becomes the newest that was accepted, on the disk too if
// there is a file, whose lock is waited for so long. PC_ERR_INVALID: the judgement is not good, its
// key is not trusted any more, or a newer edition was accepted meanwhile (pc_keyring_report).
// PC_ERR_BUSY: the lock is not to be had, as is usual for a moment; PC_ERR_IO: nor has it been for
// some seconds. Else as pc_keyring_look and pc_seen_advance. On a failure that was no
// PC_ERR_INVALID the judgement stays, and may be offered again.
PC_MUST_CHECK enum pc_status pc_keyring_admit(struct pc_keyring *keyring, unsigned wait_ms,
                                              struct pc_judgement *judgement,
                                              struct pc_diags *diags);

// PC_OK for a judgement that is good; else PC_ERR_INVALID, reported.
PC_MUST_CHECK enum pc_status pc_keyring_report(const struct pc_keyring *keyring,
                                               const struct pc_judgement *judgement,
                                               struct pc_diags *diags);

#endif
