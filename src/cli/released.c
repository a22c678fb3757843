// SPDX-License-Identifier: Apache-2.0
#include "released.h"

#include "refusal.h"
#include "secrets/root.h"

static enum pc_status collect(struct pc_arena *arena, struct pc_released *released)
{
    const struct polcheck_environment *environment = released->environment;
    size_t count = polcheck_environment_count(environment);
    size_t declared = polcheck_environment_declared_count(environment);
    char **assignments = pc_arena_array(arena, count, sizeof(*assignments));
    struct pc_str *names = pc_arena_array(arena, declared, sizeof(*names));
    if (assignments == NULL || names == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        assignments[i] = polcheck_environment_assignment(environment, i);
    }
    for (size_t i = 0; i < declared; i++) {
        struct polcheck_str name = polcheck_environment_declared(environment, i);
        PC_TRY(pc_arena_copy(arena, (struct pc_str){name.ptr, name.len}, &names[i]));
    }
    released->values = (struct pc_secret_values){assignments, count};
    released->declared = names;
    released->declared_count = declared;
    return PC_OK;
}

static int release(struct pc_releasing *releasing, struct pc_released *out)
{
    struct polcheck_verdict verdict = polcheck_secrets_release(
        releasing->secrets, releasing->scratch, &releasing->release, out->environment);
    if (!polcheck_is_allowed(verdict)) {
        return pc_releasing_refused(releasing, verdict);
    }
    enum pc_status status = collect(&releasing->cli->arena, out);
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(releasing->cli, status);
}

// The memory is had before the root key is read: what cannot be kept is not asked for.
static enum pc_status make_room(struct pc_cli *cli, struct pc_released *out)
{
    enum polcheck_status status = polcheck_environment_new(&out->environment);
    if (status == POLCHECK_ERR_LIMIT) {
        pc_secrets_memory_denied(&cli->diags);
        return PC_ERR_LIMIT;
    }
    return status == POLCHECK_OK ? PC_OK : PC_ERR_NOMEM;
}

int pc_release(struct pc_cli *cli, const struct pc_args *args, const struct pc_release_note *note,
               struct pc_released *out)
{
    struct pc_releasing releasing = {.cli = cli};
    int exit_status;
    enum pc_status status = make_room(cli, out);
    if (status == PC_OK) {
        status = pc_releasing_open(cli, args, &releasing);
    }
    if (status == PC_OK) {
        releasing.release.delivery = polcheck_bytes(note->delivery.ptr, note->delivery.len);
        releasing.release.recipient = polcheck_bytes(note->recipient.ptr, note->recipient.len);
        exit_status = release(&releasing, out);
    } else {
        exit_status = pc_cli_fail(cli, status);
    }
    pc_releasing_close(&releasing);
    return exit_status;
}

void pc_released_free(struct pc_released *released)
{
    polcheck_environment_free(released->environment);
    *released = (struct pc_released){.environment = NULL};
}
