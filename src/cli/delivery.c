// SPDX-License-Identifier: Apache-2.0
#include "delivery.h"

#include "child_environment.h"
#include "secret_files.h"

#include <unistd.h>

extern char **environ;

enum {
    FAILED = 2, // the exit status when the work could not be done
};

// One delivery.
struct handing {
    const struct pc_delivery *delivery;
    const struct pc_secrets_given *given;
    struct pc_arena *arena;
    struct pc_diags *diags;
};

// The exit status of what failed; only for want of memory it was not reported yet.
static int failed(const struct handing *handing, enum pc_status status)
{
    if (status == PC_ERR_NOMEM) {
        pc_diag_report(handing->diags, PC_DIAG_OUT_OF_MEMORY, (struct pc_place){.file = PC_STR("")},
                       "%s", pc_status_text(status));
    }
    return FAILED;
}

// The environment with these variables for the secrets.
static enum pc_status make_environment(const struct handing *handing, char *const *ours,
                                       const struct pc_str *hidden, char ***out)
{
    const struct pc_child_terms terms = {
        .ours = ours,
        .count = handing->given->count,
        .hidden = hidden,
        .hidden_count = hidden != NULL ? handing->given->count : 0,
        .user = handing->delivery->user != NULL ? handing->delivery->user->variables : NULL,
        .caller = environ,
        .pristine = handing->delivery->pristine,
        .allowed = handing->delivery->allowed,
        .allowed_count = handing->delivery->allowed_count,
    };
    return pc_child_environment(handing->arena, &terms, out);
}

// The names of the secrets: what the caller has under them is not given beside a file.
static enum pc_status secret_names(const struct handing *handing, const struct pc_str **out)
{
    const struct pc_secrets_given *given = handing->given;
    struct pc_str *names = pc_arena_array(handing->arena, given->count, sizeof(*names));
    if (names == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < given->count; i++) {
        names[i] = pc_assignment_name(given->assignments[i]);
    }
    *out = names;
    return PC_OK;
}

// Refuses when a declared variable is neither a secret nor in what else the command gets.
static enum pc_status check_declared(const struct handing *handing, char *const *environment)
{
    const struct pc_secrets_given *given = handing->given;
    PC_CLEANUP(pc_buf_release) struct pc_buf missing = {0};
    size_t count = 0;
    for (size_t i = 0; i < given->declared_count; i++) {
        if (!pc_child_has(environment, given->declared[i])) {
            pc_buf_text(&missing, count++ > 0 ? ", \"" : "\"");
            pc_buf_str(&missing, given->declared[i]);
            pc_buf_byte(&missing, '"');
        }
    }
    if (count == 0) {
        return PC_OK;
    }
    PC_TRY(pc_buf_status(&missing));
    pc_diag_report(handing->diags, PC_DIAG_VARIABLE_MISSING, (struct pc_place){.file = PC_STR("")},
                   "the function declares %.*s, and neither the vault nor the environment has %s",
                   PC_STR_ARG(pc_buf_view(&missing)), count == 1 ? "it" : "them");
    return PC_ERR_INVALID;
}

static struct pc_launch launch_of(const struct pc_delivery *delivery, char *const *environment)
{
    return (struct pc_launch){delivery->path, delivery->words, environment, delivery->core,
                              delivery->user};
}

static int take_over(const struct handing *handing, char *const *environment)
{
    const struct pc_launch launch = launch_of(handing->delivery, environment);
    return pc_launch_failed(&launch, pc_launch(handing->arena, &launch), handing->diags);
}

// Files in memory
// ----------------------------------------------------------------------------------

static int give_sealed(const struct handing *handing, const struct pc_str *hidden)
{
    const struct pc_secret_values values = {handing->given->assignments, handing->given->count};
    struct pc_secret_files files = {.folder = -1};
    char **environment;
    const struct pc_secret_place place = {NULL, handing->delivery->user};
    enum pc_status status =
        pc_secret_files_seal(handing->arena, &values, &place, handing->diags, &files);
    if (status == PC_OK) {
        status = make_environment(handing, files.variables, hidden, &environment);
    }
    int exit_status = status == PC_OK ? take_over(handing, environment) : failed(handing, status);
    pc_secret_files_clear(&files);
    return exit_status;
}

// Files in a folder
// --------------------------------------------------------------------------------

static enum pc_status attend(const struct handing *handing, const struct pc_secret_files *files,
                             const struct pc_str *hidden, const struct pc_held *held,
                             struct pc_ending *out)
{
    char **environment;
    PC_TRY(make_environment(handing, files->variables, hidden, &environment));
    if (handing->given->forget != NULL) {
        handing->given->forget(handing->given->context);
    }
    const struct pc_launch launch = launch_of(handing->delivery, environment);
    return pc_attend(handing->arena, &launch, held, handing->diags, out);
}

static int give_in_folder(const struct handing *handing, const struct pc_str *hidden)
{
    const struct pc_secret_values values = {handing->given->assignments, handing->given->count};
    struct pc_secret_files files = {.folder = -1};
    struct pc_ending ending = {FAILED, 0};
    struct pc_held held;
    pc_signals_hold(&held); // until the files are gone again
    const struct pc_secret_place place = {handing->delivery->directory, handing->delivery->user};
    enum pc_status status =
        pc_secret_files_write(handing->arena, &values, &place, handing->diags, &files);
    if (status == PC_OK) {
        status = attend(handing, &files, hidden, &held, &ending);
    }
    pc_secret_files_clear(&files);
    pc_signals_let_go(&held);
    if (status == PC_OK && ending.signal != 0) {
        pc_end_by(ending.signal);
    }
    return status == PC_OK || ending.exit_status != FAILED ? ending.exit_status
                                                           : failed(handing, status);
}

static int give_as_files(const struct handing *handing)
{
    const struct pc_str *hidden;
    enum pc_status status = secret_names(handing, &hidden);
    if (status != PC_OK) {
        return failed(handing, status);
    }
    return handing->delivery->directory != NULL ? give_in_folder(handing, hidden)
                                                : give_sealed(handing, hidden);
}

int pc_delivery_run(const struct pc_delivery *delivery, const struct pc_secrets_given *given,
                    struct pc_arena *arena, struct pc_diags *diags)
{
    const struct handing handing = {delivery, given, arena, diags};
    char **environment;
    enum pc_status status = make_environment(&handing, given->assignments, NULL, &environment);
    if (status == PC_OK && delivery->strict) {
        status = check_declared(&handing, environment);
    }
    if (status != PC_OK) {
        return failed(&handing, status);
    }
    return delivery->as_files || delivery->directory != NULL ? give_as_files(&handing)
                                                             : take_over(&handing, environment);
}
