// SPDX-License-Identifier: Apache-2.0
//
// A vault: keys and the environment variables that are sealed under them, in a folder of its own.
//
//     VAULT/store/      LMDB: head, keys, environments and the lists that bind them together
//     VAULT/audit.log   who was given what, and what was changed (secrets/audit.h)
//     VAULT/audit.head
//
// Each value is sealed by itself under a version of a data key; each version is wrapped under the
// root key. Every record is bound to the head, a single record with a keyed hash: so none can be
// altered, moved, renamed, removed or put back from an older copy. A whole older vault is noticed
// by its audit log, which knows of later changes; both together, by nobody but who keeps a note of
// the log's head elsewhere.
//
// Who may have a secret is not decided here: api/secrets.c asks the evaluator, and opens what it
// allows.
#ifndef PC_SECRETS_VAULT_H
#define PC_SECRETS_VAULT_H

#include "secrets/audit.h"
#include "secrets/root.h"

enum {
    PC_ENVIRONMENT_BYTES = 4096,    // LAMBDA.md, section 6: as a compact JSON object
    PC_ENVIRONMENT_VARIABLES = 512, // no 4,096 bytes have more
};

#define PC_LAMBDA_ALIAS "alias/aws/lambda" // of the service's own key

// Names and values --------------------------------------------------------------------------------

// Lambda's rules for a name. PC_ERR_INVALID: reported (VARIABLE_NAME, VARIABLE_RESERVED).
PC_MUST_CHECK enum pc_status pc_variable_name_check(struct pc_str name, struct pc_diags *diags);

// UTF-8 without a zero byte, at most PC_ENVIRONMENT_BYTES. PC_ERR_INVALID: reported, without the
// value.
PC_MUST_CHECK enum pc_status pc_variable_value_check(struct pc_str name, struct pc_str value,
                                                     struct pc_diags *diags);

// The unqualified ARN of a function. PC_ERR_INVALID: reported (FUNCTION_ARN).
PC_MUST_CHECK enum pc_status pc_function_arn_check(struct pc_str arn, struct pc_diags *diags);

// Its last part.
struct pc_str pc_function_name(struct pc_str arn);

// Keys --------------------------------------------------------------------------------------------

enum pc_key_state {
    PC_KEY_DISABLED = 0, // so that a zeroed key opens nothing
    PC_KEY_ENABLED = 1,
    PC_KEY_PENDING_DELETION = 2,
};

// "Disabled", "Enabled", "PendingDeletion": as KMS writes them.
const char *pc_key_state_text(enum pc_key_state state);

struct pc_key_tag {
    struct pc_str key, value;
};

struct pc_vault_key {
    struct pc_str arn;
    struct pc_str alias; // with "alias/"; "" for none
    bool service;        // the service's own: alias/aws/lambda of an account and region
    enum pc_key_state state;
    int64_t created;              // seconds since 1970 UTC
    int64_t deletion;             // when it may go, of a key that waits for it; else 0
    uint32_t version;             // of the data key, from 1
    int64_t rotated;              // when that version was made
    struct pc_str policy;         // JSON; "": the compiled store has it, or nobody
    struct pc_str policy_name;    // the file that it came from, for people
    struct pc_hash policy_digest; // of both, where pc_vault_key gives it
    const struct pc_key_tag *tags;
    size_t tag_count;
};

// Environments ------------------------------------------------------------------------------------

struct pc_vault_variable {
    struct pc_str name;
    uint64_t version; // the vault's generation that set the value
    int64_t set;      // when: seconds since 1970 UTC
    size_t length;    // bytes of the value
};

struct pc_vault_environment {
    struct pc_str function; // ARN
    struct pc_str key;      // ARN
    uint32_t key_version;
    size_t measure;                            // bytes as Lambda counts them
    const struct pc_vault_variable *variables; // by name
    size_t count;
};

// Reading -----------------------------------------------------------------------------------------

struct pc_vault; // open; for one thread at a time; not to be used after a fork

// What a vault says of itself before its root key is known: NOT authenticated. For asking for the
// right one.
struct pc_vault_label {
    bool passphrase;                  // the root key follows from one
    struct pc_passphrase_terms terms; // then
};
PC_MUST_CHECK enum pc_status pc_vault_read_label(const char *path, struct pc_diags *diags,
                                                 struct pc_vault_label *out);

// Opens a vault with its root key (borrowed until close) and its audit log. PC_ERR_NOTFOUND
// (VAULT_MISSING), PC_ERR_INVALID (ROOT_KEY_WRONG, STORE_NOT_STORE), PC_ERR_DAMAGED (VAULT_DAMAGED,
// VAULT_ROLLED_BACK, AUDIT_DAMAGED), PC_ERR_VERSION, PC_ERR_BUSY, PC_ERR_IO, PC_ERR_LIMIT
// (MEMORY_LOCK), PC_ERR_NOMEM: reported.
PC_MUST_CHECK enum pc_status pc_vault_open(const char *path, const struct pc_root_key *root,
                                           struct pc_diags *diags, struct pc_vault **out);
void pc_vault_close(struct pc_vault *vault); // NULL is fine

// Moves to the newest state, verifies its head, and holds it against the audit log: a vault that
// was put back while it was open is noticed as one that is opened. Another one in its place is not
// opened by this, but noticed within PC_LOOK_MS: PC_ERR_IO (VAULT_IO); PC_ERR_NOTFOUND
// (VAULT_MISSING): there is none any more. Cost: two numbers are read when nothing changed; else
// some ten microseconds. What was read before is no longer valid then. Fails as open; what is read
// then fails as well until a renewal works.
PC_MUST_CHECK enum pc_status pc_vault_renew(struct pc_vault *vault, struct pc_diags *diags);

// The same without opening its audit log, for looking at a log that is damaged. Nothing may be
// unsealed then.
PC_MUST_CHECK enum pc_status pc_vault_open_without_log(const char *path,
                                                       const struct pc_root_key *root,
                                                       struct pc_diags *diags,
                                                       struct pc_vault **out);

uint64_t pc_vault_generation(const struct pc_vault *vault);
struct pc_audit *pc_vault_audit(struct pc_vault *vault); // NULL without the log

// For pc_audit_verify; valid as long as the vault is open. And where the log stood before the last
// change.
struct pc_audit_place pc_vault_audit_place(const struct pc_vault *vault);
struct pc_audit_position pc_vault_audit_noted(const struct pc_vault *vault);

// A key by ARN, or by alias: `near`, the ARN of a key or function, says of which account and
// region. Borrowed until the next call of this function or renewal. PC_ERR_NOTFOUND (unreported).
// PC_ERR_DAMAGED, PC_ERR_NOMEM and as renew.
PC_MUST_CHECK enum pc_status pc_vault_key(struct pc_vault *vault, struct pc_str name,
                                          struct pc_str near, struct pc_diags *diags,
                                          struct pc_vault_key *out);

// A function's environment without its values, verified. As pc_vault_key.
PC_MUST_CHECK enum pc_status pc_vault_environment(struct pc_vault *vault, struct pc_str function,
                                                  struct pc_diags *diags,
                                                  struct pc_vault_environment *out);

// Each in the order of ARNs; what is shown is valid during the call.
PC_MUST_CHECK enum pc_status
pc_vault_each_key(struct pc_vault *vault, struct pc_diags *diags,
                  enum pc_status (*visit)(void *context, const struct pc_vault_key *key),
                  void *context);
PC_MUST_CHECK enum pc_status pc_vault_each_environment(
    struct pc_vault *vault, struct pc_diags *diags,
    enum pc_status (*visit)(void *context, const struct pc_vault_environment *environment),
    void *context);

// Plaintexts --------------------------------------------------------------------------------------

// Opened variables, in guarded memory: NAME=VALUE, each with a zero behind it.
struct pc_opened;
PC_MUST_CHECK enum pc_status pc_opened_new(struct pc_opened **out); // PC_ERR_LIMIT, PC_ERR_NOMEM
void pc_opened_free(struct pc_opened *opened);                      // wipes; NULL is fine
void pc_opened_wipe(struct pc_opened *opened);                      // empties it

size_t pc_opened_count(const struct pc_opened *opened);
// "NAME=VALUE" with a zero behind it, by place; for environ.
char *pc_opened_assignment(struct pc_opened *opened, size_t at);
struct pc_str pc_opened_name(const struct pc_opened *opened, size_t at);
struct pc_str pc_opened_value(const struct pc_opened *opened, size_t at);

// Names of variables; none of them stands for all.
struct pc_names {
    const struct pc_str *names;
    size_t count;
};

// Opens all variables of the environment that pc_vault_environment gave last, or those named only,
// each once. `opened` is wiped first, and after a failure empty. Whoever calls this has asked
// whether it may. PC_ERR_NOTFOUND: there is no such variable (SECRET_UNKNOWN). PC_ERR_DAMAGED
// (VAULT_DAMAGED). PC_ERR_INVALID: the key is not enabled (KEY_STATE).
PC_MUST_CHECK enum pc_status pc_vault_unseal(struct pc_vault *vault,
                                             const struct pc_vault_environment *environment,
                                             const struct pc_names *wanted, struct pc_diags *diags,
                                             struct pc_opened *opened);

// Changing ----------------------------------------------------------------------------------------

// Makes a vault in a folder that does not exist or is empty. `terms`, or NULL, are kept for
// pc_vault_read_label. PC_ERR_INVALID (VAULT_EXISTS), PC_ERR_IO, PC_ERR_FULL, PC_ERR_LIMIT,
// PC_ERR_NOMEM: reported.
PC_MUST_CHECK enum pc_status pc_vault_create(const char *path, const struct pc_root_key *root,
                                             const struct pc_passphrase_terms *terms,
                                             struct pc_diags *diags);

struct pc_change; // one transaction

// What is changed, for the audit log, which also hears who does it (secrets/actor.h). `key` is as
// it was asked for: the log has the ARN of the key that was used instead, where it was one.
struct pc_change_note {
    struct pc_str event; // "put", "rm", "rotate" ...
    struct pc_str function, key;
    const struct pc_str *names;
    size_t name_count;
    struct pc_str message; // how much, where function and names do not say it
};

// A vault and what it opens with.
struct pc_vault_place {
    const char *path;
    const struct pc_root_key *root;
};

// Runs `work` in one transaction: all of it or nothing, whatever ends the process; on the disk when
// this returns; then notes it in the audit log, which it holds meanwhile (pc_audit_hold): a change
// that is killed in between, or cannot write its entry, is told by the next entry. Nobody in this
// process may have the vault open. `work` may be run again from the start (pc_store_update). A key
// whose time of deletion has come goes first, with what it wraps. Errors as pc_vault_open, those of
// `work`, PC_ERR_FULL.
PC_MUST_CHECK enum pc_status
pc_vault_change(const struct pc_vault_place *place, const struct pc_change_note *note,
                struct pc_diags *diags,
                enum pc_status (*work)(void *context, struct pc_change *change), void *context);

// In work only. Each reports what is wrong; PC_ERR_INVALID and PC_ERR_NOTFOUND are that.

// A variable's new value; `value` should be guarded memory.
struct pc_assignment {
    struct pc_str name, value;
};

// Sets variables of a function and leaves its others. `key`: ARN or alias; "": the one that the
// environment has, or the service's own key of the function's account and region, made if need be.
// Another key than the environment's seals all of it anew. PC_ERR_INVALID: VARIABLE_NAME,
// VARIABLE_RESERVED, VARIABLE_VALUE, ENVIRONMENT_SIZE, FUNCTION_ARN, KEY_STATE; also a name twice.
// PC_ERR_NOTFOUND: KEY_UNKNOWN.
PC_MUST_CHECK enum pc_status pc_change_put(struct pc_change *change, struct pc_str function,
                                           struct pc_str key,
                                           const struct pc_assignment *assignments, size_t count);

// Removes variables by name, or all (count 0). PC_ERR_NOTFOUND (SECRET_UNKNOWN): one is not there;
// then none goes.
PC_MUST_CHECK enum pc_status pc_change_remove(struct pc_change *change, struct pc_str function,
                                              const struct pc_str *names, size_t count);

// What a key is made of: arn, alias, policy, policy_name and tags count. "" arn: a new one of
// `region` and `account`.
struct pc_key_order {
    struct pc_str arn, account, region;
    struct pc_str alias, policy, policy_name;
    const struct pc_key_tag *tags;
    size_t tag_count;
};
// *arn, unless NULL: the key's ARN, in the change's memory: until it ends. KEY_FORM, KEY_EXISTS.
PC_MUST_CHECK enum pc_status pc_change_create_key(struct pc_change *change,
                                                  const struct pc_key_order *order,
                                                  struct pc_str *arn);
// KEY_UNKNOWN, KEY_SERVICE; KEY_STATE: one that waits for its deletion is neither enabled nor
// disabled. `deletion`: of PC_KEY_PENDING_DELETION, seconds since 1970 UTC.
PC_MUST_CHECK enum pc_status pc_change_key_state(struct pc_change *change, struct pc_str key,
                                                 enum pc_key_state state, int64_t deletion);
// Ends the wait for deletion: the key is disabled then, as in KMS.
PC_MUST_CHECK enum pc_status pc_change_keep_key(struct pc_change *change, struct pc_str key);
// "" policy: takes it away.
PC_MUST_CHECK enum pc_status pc_change_key_policy(struct pc_change *change, struct pc_str key,
                                                  struct pc_str policy, struct pc_str name);
// A new version of the data key; all that is sealed under it is sealed anew, and the old version
// goes. "" key: each that is enabled.
struct pc_rotation {
    size_t environments; // that were sealed anew
    size_t left;         // keys that are not enabled, and stay as they are
};

PC_MUST_CHECK enum pc_status pc_change_rotate(struct pc_change *change, struct pc_str key,
                                              struct pc_rotation *out);
// Another root key: everything is wrapped under it. `terms` as in pc_vault_create. Borrowed until
// the change ends.
PC_MUST_CHECK enum pc_status pc_change_root(struct pc_change *change,
                                            const struct pc_root_key *root,
                                            const struct pc_passphrase_terms *terms);

#endif
