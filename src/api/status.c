// SPDX-License-Identifier: Apache-2.0
#include "status.h"

const char *polcheck_version(void)
{
    return PC_VERSION;
}

// By their numbers, each with its name for programs and its line for people.
static const struct {
    const char *name, *text;
} statuses[] = {
    [POLCHECK_OK] = {"ok", "success"},
    [POLCHECK_ERR_USAGE] = {"usage", "the library was called wrongly: a NULL handle, an unknown "
                                     "flag or number, or no question yet"},
    [POLCHECK_ERR_NOMEM] = {"noMemory", "out of memory"},
    [POLCHECK_ERR_REQUEST] = {"request",
                              "the request is malformed, or contradicts itself or the store"},
    [POLCHECK_ERR_PRINCIPAL] = {"principal", "the principal is not in the store"},
    [POLCHECK_ERR_OWNER] = {"owner", "the account that owns the resource is not known"},
    [POLCHECK_ERR_LIMIT] =
        {"limit", "a limit is exceeded: too many context keys, or too long a text or policy"},
    [POLCHECK_ERR_POLICY] = {"policy", "a policy document is refused"},
    [POLCHECK_ERR_NO_STORE] = {"noStore", "there is no store: polcheck compile makes one"},
    [POLCHECK_ERR_NOT_STORE] = {"notStore",
                                "what is there is not a store, or others may write to it"},
    [POLCHECK_ERR_VERSION] = {"version",
                              "another version of polcheck wrote the store: compile it anew"},
    [POLCHECK_ERR_DAMAGED] = {"damaged", "the store is damaged: compile it anew"},
    [POLCHECK_ERR_BUSY] = {"busy", "the store is in use: no reader's slot is free, one of its "
                                   "files was replaced, or the state asked was overwritten"},
    [POLCHECK_ERR_IO] = {"io", "the system refused to read or write"},
    [POLCHECK_ERR_FORKED] = {"forked", "the engine belongs to the parent process"},
    [POLCHECK_ERR_INTERNAL] = {"internal", "internal error"},
    [POLCHECK_ERR_ROOT_KEY] = {"rootKey",
                               "the root key cannot be had, is exposed, or is another vault's"},
    [POLCHECK_ERR_KEY] = {"key",
                          "the key is disabled, waits for its deletion, is not there, or has "
                          "two policies"},
    [POLCHECK_ERR_SECRET] = {"secret", "the vault holds no such secret"},
    [POLCHECK_ERR_FUNCTION] = {"function", "the store does not know the function"},
    [POLCHECK_ERR_SESSION] = {"session", "the principal is not the function's own session"},
    [POLCHECK_ERR_AUDIT] = {"audit", "the audit log cannot be written, or was tampered with"},
    [POLCHECK_ERR_UNTRUSTED] = {"untrusted", "no trusted key has signed the store, or it was "
                                             "altered since one did: polcheck sign signs it"},
    [POLCHECK_ERR_ROLLBACK] = {"rollback", "the store is older than one that was accepted before"},
    [POLCHECK_ERR_TRUST] = {"trust", "the trusted keys cannot be had, or what was accepted before "
                                     "cannot be read or noted"},
};

static bool is_known(enum polcheck_status status)
{
    return (size_t)status < sizeof(statuses) / sizeof(statuses[0]);
}

const char *polcheck_status_name(enum polcheck_status status)
{
    return is_known(status) ? statuses[status].name : "unknown";
}

const char *polcheck_status_text(enum polcheck_status status)
{
    return is_known(status) ? statuses[status].text : "unknown status";
}

const char *polcheck_decision_text(enum polcheck_decision decision)
{
    switch (decision) {
    case POLCHECK_ALLOWED:
        return pc_decision_text(PC_DECISION_ALLOWED);
    case POLCHECK_EXPLICIT_DENY:
        return pc_decision_text(PC_DECISION_EXPLICIT_DENY);
    case POLCHECK_IMPLICIT_DENY:
        break;
    }
    return pc_decision_text(PC_DECISION_IMPLICIT_DENY);
}

_Static_assert((int)POLCHECK_IDENTITY == (int)PC_SLOT_IDENTITY &&
                   (int)POLCHECK_RESOURCE == (int)PC_SLOT_RESOURCE &&
                   (int)POLCHECK_BOUNDARY == (int)PC_SLOT_BOUNDARY &&
                   (int)POLCHECK_SESSION == (int)PC_SLOT_SESSION &&
                   (int)POLCHECK_SCP == (int)PC_SLOT_SCP && (int)POLCHECK_RCP == (int)PC_SLOT_RCP &&
                   (int)POLCHECK_ENDPOINT == (int)PC_SLOT_ENDPOINT &&
                   (int)POLCHECK_NO_TYPE == (int)PC_SLOTS,
               "policy types have the same numbers inside and outside");

const char *polcheck_policy_type_text(enum polcheck_policy_type type)
{
    bool known = (unsigned)type < (unsigned)PC_SLOTS;
    return pc_slot_text(known ? (enum pc_slot)type : PC_SLOTS);
}

enum polcheck_decision pc_decision_out(enum pc_decision decision)
{
    if (decision == PC_DECISION_ALLOWED) {
        return POLCHECK_ALLOWED;
    }
    return decision == PC_DECISION_EXPLICIT_DENY ? POLCHECK_EXPLICIT_DENY : POLCHECK_IMPLICIT_DENY;
}

// What means the same wherever it comes from.
static enum polcheck_status common(enum pc_status status)
{
    switch (status) {
    case PC_OK:
        return POLCHECK_OK;
    case PC_ERR_NOMEM:
        return POLCHECK_ERR_NOMEM;
    case PC_ERR_IO:
        return POLCHECK_ERR_IO;
    case PC_ERR_LIMIT:
    case PC_ERR_EFFORT:
        return POLCHECK_ERR_LIMIT;
    case PC_ERR_DAMAGED:
        return POLCHECK_ERR_DAMAGED;
    case PC_ERR_VERSION:
        return POLCHECK_ERR_VERSION;
    case PC_ERR_BUSY:
        return POLCHECK_ERR_BUSY;
    case PC_ERR_INVALID:
    case PC_ERR_NOTFOUND:
    case PC_ERR_FULL:
    case PC_ERR_USAGE:
    case PC_ERR_INTERNAL:
    case PC_ERR_INTERRUPTED:
        break;
    }
    return POLCHECK_ERR_INTERNAL;
}

enum polcheck_status pc_status_of_store(enum pc_status status)
{
    if (status == PC_ERR_NOTFOUND) {
        return POLCHECK_ERR_NO_STORE;
    }
    if (status == PC_ERR_FULL) { // no room for the file that readers are entered in
        return POLCHECK_ERR_IO;
    }
    return status == PC_ERR_INVALID ? POLCHECK_ERR_NOT_STORE : common(status);
}

enum polcheck_status pc_status_of_question(enum pc_status status, const struct pc_diags *diags)
{
    if (status == PC_ERR_NOTFOUND) {
        return POLCHECK_ERR_PRINCIPAL;
    }
    if (status != PC_ERR_INVALID) {
        return common(status);
    }
    enum pc_diag_code code = diags->first != NULL ? diags->first->code : PC_DIAG_NONE;
    if (code == PC_DIAG_KEY_POLICY_TWICE) {
        return POLCHECK_ERR_KEY;
    }
    return code == PC_DIAG_OWNER_MISSING ? POLCHECK_ERR_OWNER : POLCHECK_ERR_REQUEST;
}

// What a diagnostic is about that comes first. Rows that are not there: as of any store.
struct code_status {
    enum pc_diag_code code;
    enum polcheck_status status;
};

static enum polcheck_status by_code(const struct code_status *rows, size_t count,
                                    enum pc_status status, const struct pc_diags *diags)
{
    enum pc_diag_code code = diags->first != NULL ? diags->first->code : PC_DIAG_NONE;
    for (size_t i = 0; status != PC_OK && i < count; i++) {
        if (rows[i].code == code) {
            return rows[i].status;
        }
    }
    return pc_status_of_store(status);
}

// What a diagnostic of secrets is about.
static const struct code_status secrets_statuses[] = {
    {PC_DIAG_ROOT_KEY, POLCHECK_ERR_ROOT_KEY},
    {PC_DIAG_ROOT_KEY_EXPOSED, POLCHECK_ERR_ROOT_KEY},
    {PC_DIAG_ROOT_KEY_WRONG, POLCHECK_ERR_ROOT_KEY},
    {PC_DIAG_FUNCTION_ARN, POLCHECK_ERR_FUNCTION},
    {PC_DIAG_FUNCTION_UNKNOWN, POLCHECK_ERR_FUNCTION},
    {PC_DIAG_RELEASE_ROLE, POLCHECK_ERR_SESSION},
    {PC_DIAG_SECRET_UNKNOWN, POLCHECK_ERR_SECRET},
    {PC_DIAG_KEY_UNKNOWN, POLCHECK_ERR_KEY},
    {PC_DIAG_KEY_STATE, POLCHECK_ERR_KEY},
    {PC_DIAG_KEY_POLICY_TWICE, POLCHECK_ERR_KEY},
    {PC_DIAG_AUDIT_IO, POLCHECK_ERR_AUDIT},
    {PC_DIAG_AUDIT_DAMAGED, POLCHECK_ERR_AUDIT},
};

enum polcheck_status pc_status_of_secrets(enum pc_status status, const struct pc_diags *diags)
{
    size_t count = sizeof(secrets_statuses) / sizeof(secrets_statuses[0]);
    return by_code(secrets_statuses, count, status, diags);
}

// What a diagnostic of signed stores is about.
static const struct code_status trust_statuses[] = {
    {PC_DIAG_STORE_UNSIGNED, POLCHECK_ERR_UNTRUSTED},
    {PC_DIAG_STORE_UNTRUSTED, POLCHECK_ERR_UNTRUSTED},
    {PC_DIAG_STORE_FORGED, POLCHECK_ERR_UNTRUSTED},
    {PC_DIAG_STORE_ALTERED, POLCHECK_ERR_UNTRUSTED},
    {PC_DIAG_STORE_ROLLBACK, POLCHECK_ERR_ROLLBACK},
    {PC_DIAG_TRUST_KEY, POLCHECK_ERR_TRUST},
    {PC_DIAG_TRUST_FILE, POLCHECK_ERR_TRUST},
    {PC_DIAG_TRUST_FILE_EXPOSED, POLCHECK_ERR_TRUST},
    {PC_DIAG_SEEN_FILE, POLCHECK_ERR_TRUST},
};

enum polcheck_status pc_status_of_look(enum pc_status status, const struct pc_diags *diags)
{
    size_t count = sizeof(trust_statuses) / sizeof(trust_statuses[0]);
    return by_code(trust_statuses, count, status, diags);
}

enum polcheck_status pc_status_of_policy(enum pc_status status)
{
    return status == PC_ERR_INVALID ? POLCHECK_ERR_POLICY : common(status);
}

void pc_status_sentence(struct pc_buf *out, enum polcheck_status status,
                        const struct pc_diags *diags)
{
    // What is busy is found out last, of what looked like something else before.
    bool busy = status == POLCHECK_ERR_BUSY;
    const struct pc_diag *diag = diags == NULL ? NULL : busy ? diags->last : diags->first;
    if (diag == NULL) {
        pc_buf_text(out, polcheck_status_text(status));
        return;
    }
    pc_buf_str(out, diag->message);
    pc_buf_format(out, " [POL%04d]", (int)diag->code);
}
