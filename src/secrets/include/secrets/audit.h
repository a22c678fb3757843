// SPDX-License-Identifier: Apache-2.0
//
// The audit log of a vault: a line of JSON for each release, each refusal and each change, chained
// to the line before by a keyed hash, so that whoever has no key can neither alter, remove, insert
// nor reorder an entry without pc_audit_verify finding it. Beside it lies its head, which says
// where the log ends: whoever opens it, and looks at head, length and the last mac only, notices a
// log that is shorter or ends in another way. A copy of both from before is not noticed; whoever
// fears that keeps a head elsewhere (pc_audit_verify_options.expected) or notes it in the vault.
// Values of secrets never come here.
//
// A line is {"seq":N,"time":"...", ..., "mac":"HEX"}; its mac is BLAKE2b-256, keyed, of the mac of
// the line before (32 bytes; of the first one, of the 32-byte hash of the vault's id) and the bytes
// of the line in front of `,"mac"`. What the texts of an entry hold besides UTF-8 is written as
// U+FFFD, and nothing in them ends a line.
//
// Both files are for the page cache first: after a power failure the log may be behind its head,
// which cannot be told from one that was cut short. What must outlast that is synced. Whoever knows
// that it was the power accepts what is left (pc_audit_accept), and the log says so from then on.
#ifndef PC_SECRETS_AUDIT_H
#define PC_SECRETS_AUDIT_H

#include "base/diag.h"
#include "crypto/keyed.h"

#define PC_AUDIT_LOG  "audit.log"
#define PC_AUDIT_HEAD "audit.head"
#define PC_AUDIT_KEPT "audit.unsound-" // and seconds since 1970: what an accepted log had behind

enum {
    PC_VAULT_ID_BYTES = 16,
    PC_LOOK_MS =
        100, // how often it is looked whether the files of a vault still lie in their place
    PC_AUDIT_WAIT_MS = 5000,    // for another process that has the log locked, at most
    PC_AUDIT_ENTRY_MAX = 65536, // bytes of a line, its end included
    PC_AUDIT_KEPT_NAME = 48,    // of such a file, with a zero behind it
};

// A statement that decided.
struct pc_audit_statement {
    struct pc_str type, policy, sid, effect,
        file; // as CONTRACT.md names them; "" sid: "#N" is the caller's
    uint32_t line;
};

// Entries that an accepted log has lost, in front of the entry that says so.
struct pc_audit_loss {
    uint64_t count;    // of their numbers; 0: nothing is lost
    struct pc_hash to; // the mac of the last of them, as the vault has noted it
};

// What happened. Empty texts and zeros are left out of the line.
struct pc_audit_entry {
    int64_t time;        // nanoseconds since 1970 UTC
    struct pc_str event; // "release", "refusal", "accept", or of a change: "init", "put", "rm" ...
    struct pc_str principal; // who asked: an ARN; who changed or accepted: see secrets/actor.h
    struct pc_str function;
    const struct pc_str *names; // of variables
    size_t name_count;
    struct pc_str key; // ARN
    uint32_t key_version;
    struct pc_str decision; // "allowed", "implicitDeny", "explicitDeny"
    struct pc_str status;   // of a failure: polcheck_status_name
    struct pc_str message;  // of a refusal, one sentence; of a change, how much, if it says more
    const struct pc_audit_statement *statements;
    size_t statement_count;
    struct pc_str delivery;    // "library", "exec", "files", "print", "box"
    struct pc_str recipient;   // of a box: the public key as people write it
    bool truncated;            // texts are cut, or names or statements left out
    uint64_t snapshot;         // of the policies
    struct pc_audit_loss loss; // of "accept" alone: the entry's number rises by it
    uint64_t generation;       // of the vault
    uint64_t logged;           // not written: changes of the vault that should have entries by now,
                               // up to that generation; 0: not known
};

// Where a log stands. Zeroed: in front of the first entry.
struct pc_audit_position {
    uint64_t seq;        // of the last entry, from 1; losses count
    uint64_t bytes;      // of the log
    uint64_t generation; // the highest of a vault that an entry names
    struct pc_hash mac;  // of the last entry
};

struct pc_audit; // an open log; for one thread at a time; not to be used after a fork

// Opens log and head in the folder (a descriptor, borrowed until close), with the key (borrowed,
// guarded memory). With `create` both are made (0600), and neither may be there; else both must be.
// They are opened with O_NOFOLLOW and O_CLOEXEC, must be regular files of the user who runs this,
// or of root, and not be writable by others. `name` is the folder's path, for people. PC_ERR_IO,
// PC_ERR_DAMAGED: one of the files is missing, the head was not made by this key, the log is
// shorter than it says or has another last entry, or what is longer is not what follows; each with
// its diagnostic (AUDIT_IO, AUDIT_DAMAGED). PC_ERR_NOMEM. Entries in front of the last one are not
// looked at (pc_audit_verify). What is created is on the disk when this returns.
struct pc_audit_place {
    int folder;
    struct pc_str name; // borrowed for the call
    uint8_t vault[PC_VAULT_ID_BYTES];
    const uint8_t *key; // PC_KEY_BYTES
};
PC_MUST_CHECK enum pc_status pc_audit_open(const struct pc_audit_place *place, bool create,
                                           struct pc_diags *diags, struct pc_audit **out);
void pc_audit_close(struct pc_audit *audit); // NULL is fine

// Appends one line in one write, under a lock between processes (flock of the head), and moves the
// head. When it returns PC_OK the line is with the system (not yet on the disk: pc_audit_sync). A
// line that could be written in part only, as on a full disk, is taken away again, and so is one
// that a killed process left behind without its end; a whole one whose process was killed before it
// moved the head is adopted. Errors as open, PC_ERR_DAMAGED also when log or head were replaced or
// put back while this was open, which is noticed within PC_LOOK_MS; PC_ERR_LIMIT: the line would be
// over PC_AUDIT_ENTRY_MAX. After a failure the log is as it was, or what was left in it is dealt
// with as a killed process's: an entry may then tell of what did not happen, never the reverse.
// Changes up to `logged` that have no entry, for their process was killed or could not write it,
// get one first, "unlogged", that says which: as whoever changes a vault holds the log
// (pc_audit_hold) until the entry is there, none can still be about to come. So this waits for a
// change that is just being brought to the disk, some milliseconds, and for none that takes longer
// than PC_AUDIT_WAIT_MS (PC_ERR_IO): whoever may read the head can lock it for ever; else it costs
// seven system calls and no memory, some microseconds.
PC_MUST_CHECK enum pc_status
pc_audit_append(struct pc_audit *audit, const struct pc_audit_entry *entry, struct pc_diags *diags);

// Waits until the disk has it. PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_audit_sync(struct pc_audit *audit, struct pc_diags *diags);

// Where the log stands now, as its head says. Errors as open.
PC_MUST_CHECK enum pc_status pc_audit_where(struct pc_audit *audit, struct pc_diags *diags,
                                            struct pc_audit_position *out);

// Keeps all others from the log, across calls, until pc_audit_let_go (also when nothing is held) or
// close. Whoever holds it must not wait for anything that somebody may have who waits for the log:
// not for the transaction of a vault. Errors as where; then nothing is held.
PC_MUST_CHECK enum pc_status pc_audit_hold(struct pc_audit *audit, struct pc_diags *diags);
void pc_audit_let_go(struct pc_audit *audit);

// What is wrong with a log, and where.
enum pc_audit_fault {
    PC_AUDIT_SOUND = 0,
    PC_AUDIT_ALTERED,    // the entry is not what was written
    PC_AUDIT_REMOVED,    // entries are missing in front of this one
    PC_AUDIT_REORDERED,  // the entry stands somewhere else too, or the one due here stands below
    PC_AUDIT_SHORTENED,  // the log ends before its head says, or before a position that was
                         // expected, or is missing
    PC_AUDIT_UNHEADED,   // the head is missing, was not made by this key, or is of another log
    PC_AUDIT_UNEXPECTED, // the entry is sound, but not the one that was expected there
};

struct pc_audit_verdict {
    enum pc_audit_fault fault;
    bool missing;        // there is no head (UNHEADED) or no log (SHORTENED) at all
    uint64_t line;       // from 1: of the first entry that is wrong, or the one behind the last
    uint64_t seq;        // the number expected there; of an UNEXPECTED entry the one that it has
    uint64_t lost;       // entries in front of it that the log itself says to be lost
    uint64_t unfinished; // bytes without an end behind a SOUND log: what a process that was killed
                         // left of a line, or what somebody put there
    struct pc_audit_position end;             // of what is sound
    const struct pc_audit_position *expected; // one of the options': of an UNEXPECTED entry, or
                                              // that a SHORTENED log does not reach; else NULL
};

// Reads the whole log and finds the first entry that is altered, removed or reordered. `expected`,
// or NULL: positions (in rising order) at which the log must have stood. Calls `visit`, unless
// NULL, for each sound line, without its end, in order; `lost`, unless NULL, for each loss that was
// accepted, which is not wrong by itself. An expected position in one is, but for the vault's note.
// `options`: NULL for none of it. PC_OK also when something is wrong: *out says it. What a killed
// process left behind the end, whole lines or one without its end, is not wrong; the latter is told
// apart (unfinished), for others can put bytes there, too, but no more than a line has. PC_ERR_IO
// (also when both files are missing, or others may write them), PC_ERR_NOMEM; PC_ERR_DAMAGED: the
// log was removed meanwhile. Memory: one line. Only reads; whoever appends waits for it while it
// reads what came since it began, no longer.
struct pc_audit_verify_options {
    const struct pc_audit_position *expected;
    size_t expected_count;
    void (*visit)(void *context, struct pc_str line);
    void (*lost)(void *context, uint64_t from, uint64_t to); // before the visit of who says so
    void *context;
};
PC_MUST_CHECK enum pc_status pc_audit_verify(const struct pc_audit_place *place,
                                             const struct pc_audit_verify_options *options,
                                             struct pc_diags *diags, struct pc_audit_verdict *out);

const char *pc_audit_fault_text(enum pc_audit_fault fault);

// Takes a log as it is up to the last entry that is sound, when log and head disagree: after a
// power failure, and only after pc_audit_verify was asked what is wrong. What is behind that entry
// goes to a file beside the log (PC_AUDIT_KEPT, 0600); an entry "accept" takes its place, which
// says where the log ended, where the head had said that it does, and which file it is; the head,
// which may also be missing, is written anew. All of it is on the disk when this returns. *out:
// what was done; `changed` is false where nothing was wrong, and then nothing was done.
//
// What no power failure leaves is refused, and all stays as it was: PC_ERR_DAMAGED, AUDIT_DAMAGED
// when the log is missing or is not sound as far as the vault knows it; VAULT_ROLLED_BACK when log
// or head tell of changes that the vault does not have. PC_ERR_IO, PC_ERR_LIMIT, PC_ERR_NOMEM as
// open. After a failure, or a kill, whatever it does not leave as it was is as unsound as before,
// or sound with the entry: accepting again is right in each case, and no entry that was sound and
// no byte that was not is ever lost. Whoever has the log open finds it put back and opens it anew.
//
// With `lost`, which nobody is to say by accident, a log that is missing or not sound as far as the
// vault knows it is accepted all the same: the entry's number goes on behind `noted`, and its
// members `lost`, how many entries are missing, and `lostMac`, the mac that was noted, say for ever
// what is missing. A log of another history counts up to where the vault's begins to differ. A
// vault that is older than what log and head still tell is refused all the same; where nothing is
// left of them nobody can know.
struct pc_audit_acceptance {
    bool lost;                      // it is known that entries are, which the vault has noted
    int64_t time;                   // as in an entry
    struct pc_str principal;        // who accepts
    struct pc_audit_position noted; // pc_vault_audit_noted: the log must have stood there
    uint64_t generation;            // of the vault
};
struct pc_audit_accepted {
    bool changed;
    bool headed;                    // the head was ours, and said:
    struct pc_audit_position said;  // the end of the log
    bool missing;                   // there was no log
    struct pc_audit_position ended; // where it did end
    uint64_t lost;                  // entries behind it, up to what the vault has noted
    uint64_t kept_bytes;            // behind it
    char kept[PC_AUDIT_KEPT_NAME];  // the name of their file, "" without any
    struct pc_audit_position now;   // where it ends now
    uint64_t entries;               // that it has now
};
PC_MUST_CHECK enum pc_status pc_audit_accept(const struct pc_audit_place *place,
                                             const struct pc_audit_acceptance *acceptance,
                                             struct pc_diags *diags, struct pc_audit_accepted *out);

// Appends what was found and kept, as the entry's message says it. Not for one without `changed`.
void pc_audit_accepted_write(struct pc_buf *out, const struct pc_audit_accepted *accepted);

#endif
