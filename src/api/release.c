// SPDX-License-Identifier: Apache-2.0
//
// Releasing secrets: the policies are asked, then what they allow is opened, then the audit log is
// told, and only then is anything handed out. Whatever fails on the way empties the environment.
#include "release.h"

#include "forks.h"
#include "kept_store.h"
#include "status.h"
#include "tagged.h"
#include "text.h"

enum {
    TRIES = 100, // of asking, each of which a new state of the store spoilt
};

// One call.
struct call {
    struct polcheck_secrets *secrets;
    struct polcheck_scratch *scratch;
    struct polcheck_release wanted;
    struct pc_release *release;
    struct pc_vault_environment environment; // of the function, sealed
};

static enum polcheck_status tell(struct call *call, enum pc_status status)
{
    return pc_status_of_secrets(status, &call->scratch->diags);
}

// What is in the vault ---------------------------------------------------------------------------

static enum pc_status report_none(struct call *call)
{
    struct pc_str function = call->release->function;
    pc_diag_report(&call->scratch->diags, PC_DIAG_SECRET_UNKNOWN, (struct pc_place){.line = 0},
                   "the vault has no secrets of \"%.*s\"", PC_STR_ARG(function));
    pc_diag_hint(&call->scratch->diags, "polcheck secrets put sets them");
    return PC_ERR_NOTFOUND;
}

static enum pc_status report_key(struct call *call, const char *what)
{
    pc_diag_report(&call->scratch->diags, PC_DIAG_KEY_STATE, (struct pc_place){.line = 0},
                   "the key \"%.*s\" %s", PC_STR_ARG(call->environment.key), what);
    return PC_ERR_INVALID;
}

// KMS answers for a key that is disabled before it looks at any policy; here too nothing else is
// looked at.
static enum pc_status check_key(struct call *call, const struct pc_vault_key *key)
{
    switch (key->state) {
    case PC_KEY_ENABLED:
        return PC_OK;
    case PC_KEY_PENDING_DELETION:
        return report_key(call, "waits for its deletion");
    case PC_KEY_DISABLED:
        break;
    }
    return report_key(call, "is disabled");
}

static enum pc_status read_vault(struct call *call)
{
    struct pc_vault *vault = call->secrets->vault;
    struct pc_diags *diags = &call->scratch->diags;
    struct pc_release *release = call->release;
    PC_TRY(pc_vault_renew(vault, diags));
    enum pc_status status =
        pc_vault_environment(vault, release->function, diags, &call->environment);
    if (status == PC_ERR_NOTFOUND) {
        return report_none(call);
    }
    PC_TRY(status);
    status = pc_vault_key(vault, call->environment.key, PC_STR(""), diags, &release->key);
    if (status == PC_ERR_NOTFOUND) {
        return report_key(call, "is not in the vault any more");
    }
    PC_TRY(status);
    release->key_version = call->environment.key_version;
    return check_key(call, &release->key);
}

// Asking -----------------------------------------------------------------------------------------

static enum pc_status check_session(struct call *call)
{
    const struct pc_release *release = call->release;
    if (pc_str_eq(release->principal, release->own)) {
        return PC_OK;
    }
    pc_diag_report(&call->scratch->diags, PC_DIAG_RELEASE_ROLE, (struct pc_place){.line = 0},
                   "\"%.*s\" is not the session of \"%.*s\", which is \"%.*s\"",
                   PC_STR_ARG(release->principal), PC_STR_ARG(release->function),
                   PC_STR_ARG(release->own));
    return PC_ERR_INVALID;
}

// Everything that is found out before the policies are asked. `own`: nobody but the function itself
// may ask.
static enum polcheck_status prepare(struct call *call, bool own)
{
    struct polcheck_scratch *scratch = call->scratch;
    pc_scratch_forget(scratch);
    enum polcheck_status status = tell(call, pc_release_begin(call->release, &call->wanted));
    if (status == POLCHECK_OK) {
        status = pc_scratch_look(scratch);
    }
    if (status == POLCHECK_OK) {
        status = pc_release_identify(scratch, call->release);
    }
    if (status == POLCHECK_OK) {
        status = tell(call, pc_store_check_kept(scratch->edition->store, PC_CARE_OF_SECRETS,
                                                &scratch->diags));
    }
    if (status == POLCHECK_OK && own) {
        status = tell(call, check_session(call));
    }
    if (status == POLCHECK_OK) {
        status = tell(call, read_vault(call));
    }
    return status == POLCHECK_OK ? pc_release_question(scratch, call->release, &call->wanted)
                                 : status;
}

// Role and decision come from one state of the store.
static struct polcheck_verdict ask_once(struct call *call, bool own, bool *again)
{
    struct polcheck_scratch *scratch = call->scratch;
    enum polcheck_status status = prepare(call, own);
    *again = false;
    if (status != POLCHECK_OK) {
        return pc_scratch_fail(scratch, status);
    }
    uint64_t state = scratch->number;
    scratch->asker.with_reasons = true; // for the audit log
    struct polcheck_verdict verdict = polcheck_ask(scratch, &call->release->request);
    scratch->asker.with_reasons = false;
    *again = scratch->number != state;
    return verdict;
}

static struct polcheck_verdict ask(struct call *call, bool own)
{
    bool again = true;
    for (unsigned i = 0; i < TRIES && again; i++) {
        struct polcheck_verdict verdict = ask_once(call, own, &again);
        if (!again) {
            return verdict;
        }
    }
    return pc_scratch_fail(call->scratch, POLCHECK_ERR_BUSY);
}

// Releasing --------------------------------------------------------------------------------------

static enum polcheck_status open_allowed(struct call *call,
                                         struct polcheck_environment *environment)
{
    struct polcheck_scratch *scratch = call->scratch;
    const struct polcheck_release *wanted = &call->wanted;
    struct pc_str *names = pc_arena_array(&scratch->arena, wanted->name_count, sizeof(*names));
    if (names == NULL) {
        return POLCHECK_ERR_NOMEM;
    }
    for (size_t i = 0; i < wanted->name_count; i++) {
        names[i] = pc_text_in(wanted->names[i]);
    }
    const struct pc_names all = {names, wanted->name_count};
    return tell(call, pc_vault_unseal(call->secrets->vault, &call->environment, &all,
                                      &scratch->diags, environment->opened));
}

static struct polcheck_verdict release(struct call *call, struct polcheck_environment *environment)
{
    struct polcheck_scratch *scratch = call->scratch;
    enum polcheck_status status = POLCHECK_OK;
    struct polcheck_verdict verdict = ask(call, true);
    if (polcheck_is_allowed(verdict)) {
        status = open_allowed(call, environment);
        verdict = status == POLCHECK_OK ? verdict : pc_scratch_fail(scratch, status);
    }
    status = pc_release_record(scratch, call->release, &call->wanted, call->secrets->vault,
                               environment->opened);
    if (status == POLCHECK_OK && polcheck_is_allowed(verdict)) {
        status = pc_environment_declare(environment, call->release->declared,
                                        call->release->declared_count) == PC_OK
                     ? POLCHECK_OK
                     : POLCHECK_ERR_NOMEM;
    }
    if (status != POLCHECK_OK) {
        verdict = pc_scratch_fail(scratch, status);
    }
    if (!polcheck_is_allowed(verdict)) {
        pc_environment_clear(environment);
    }
    return verdict;
}

// The calls --------------------------------------------------------------------------------------

static bool arrays_are_sound(const struct polcheck_release *wanted)
{
    return (wanted->names != NULL || wanted->name_count == 0) &&
           (wanted->context != NULL || wanted->context_count == 0) &&
           wanted->name_count <= PC_ENVIRONMENT_VARIABLES;
}

// POLCHECK_OK: the call may go on.
static enum polcheck_status begin(struct polcheck_secrets *secrets,
                                  struct polcheck_scratch *scratch,
                                  const struct polcheck_release *wanted, struct call *call)
{
    *call = (struct call){.secrets = secrets, .scratch = scratch};
    if (secrets == NULL || scratch == NULL || wanted == NULL ||
        !pc_tagged_read(&call->wanted, sizeof(call->wanted), wanted) ||
        !arrays_are_sound(&call->wanted)) {
        return POLCHECK_ERR_USAGE;
    }
    if (secrets->forks != pc_forks() || pc_engine_is_forked(scratch->engine)) {
        return POLCHECK_ERR_FORKED;
    }
    return pc_release_of(scratch, &call->release) == PC_OK ? POLCHECK_OK : POLCHECK_ERR_NOMEM;
}

static struct polcheck_verdict refuse(struct polcheck_scratch *scratch, enum polcheck_status status)
{
    if (scratch == NULL || pc_engine_is_forked(scratch->engine)) {
        return pc_verdict_failed(status);
    }
    pc_scratch_forget(scratch);
    return pc_scratch_fail(scratch, status);
}

struct polcheck_verdict polcheck_secrets_release(struct polcheck_secrets *secrets,
                                                 struct polcheck_scratch *scratch,
                                                 const struct polcheck_release *wanted,
                                                 struct polcheck_environment *environment)
{
    struct call call;
    if (environment == NULL) {
        return refuse(scratch, POLCHECK_ERR_USAGE);
    }
    if (environment->forks != pc_forks()) {
        return refuse(scratch, POLCHECK_ERR_FORKED);
    }
    pc_environment_clear(environment);
    enum polcheck_status status = begin(secrets, scratch, wanted, &call);
    if (status != POLCHECK_OK) {
        return refuse(scratch, status);
    }
    pthread_mutex_lock(&secrets->mutex);
    struct polcheck_verdict verdict = release(&call, environment);
    pthread_mutex_unlock(&secrets->mutex);
    return verdict;
}

struct polcheck_verdict polcheck_secrets_ask(struct polcheck_secrets *secrets,
                                             struct polcheck_scratch *scratch,
                                             const struct polcheck_release *wanted)
{
    struct call call;
    enum polcheck_status status = begin(secrets, scratch, wanted, &call);
    if (status != POLCHECK_OK) {
        return refuse(scratch, status);
    }
    pthread_mutex_lock(&secrets->mutex);
    struct polcheck_verdict verdict = ask(&call, false);
    pthread_mutex_unlock(&secrets->mutex);
    return verdict;
}
