// SPDX-License-Identifier: Apache-2.0
//
// The memory that secrets are released into.
#include <stdlib.h>

#include "forks.h"
#include "secrets.h"
#include "status.h"
#include "text.h"

// Of a parent's nothing can be told: its memory is not here.
static bool is_here(const struct polcheck_environment *environment)
{
    return environment != NULL && environment->forks == pc_forks();
}

enum polcheck_status polcheck_environment_new(struct polcheck_environment **out)
{
    if (out == NULL) {
        return POLCHECK_ERR_USAGE;
    }
    struct polcheck_environment *environment = calloc(1, sizeof(*environment));
    if (environment == NULL || pc_forks_watch() != PC_OK) {
        free(environment);
        return POLCHECK_ERR_NOMEM;
    }
    environment->forks = pc_forks();
    enum pc_status status = pc_opened_new(&environment->opened);
    if (status != PC_OK) {
        free(environment);
        return pc_status_of_store(status);
    }
    *out = environment;
    return POLCHECK_OK;
}

void polcheck_environment_free(struct polcheck_environment *environment)
{
    if (environment != NULL) {
        pc_opened_free(environment->opened);
        pc_buf_release(&environment->texts);
        free(environment->declared);
        free(environment);
    }
}

void pc_environment_clear(struct polcheck_environment *environment)
{
    pc_opened_wipe(environment->opened);
    environment->declared_count = 0;
    pc_buf_reset(&environment->texts);
}

void polcheck_environment_wipe(struct polcheck_environment *environment)
{
    if (is_here(environment)) {
        pc_environment_clear(environment);
    }
}

size_t polcheck_environment_count(const struct polcheck_environment *environment)
{
    return is_here(environment) ? pc_opened_count(environment->opened) : 0;
}

struct polcheck_str polcheck_environment_name(const struct polcheck_environment *environment,
                                              size_t at)
{
    return pc_text_out(is_here(environment) ? pc_opened_name(environment->opened, at) : PC_STR(""));
}

struct polcheck_str polcheck_environment_value(const struct polcheck_environment *environment,
                                               size_t at)
{
    return pc_text_out(is_here(environment) ? pc_opened_value(environment->opened, at)
                                            : PC_STR(""));
}

char *polcheck_environment_assignment(const struct polcheck_environment *environment, size_t at)
{
    return is_here(environment) ? pc_opened_assignment(environment->opened, at) : NULL;
}

// What is declared -------------------------------------------------------------------------------

size_t polcheck_environment_declared_count(const struct polcheck_environment *environment)
{
    return environment == NULL ? 0 : environment->declared_count;
}

struct polcheck_str polcheck_environment_declared(const struct polcheck_environment *environment,
                                                  size_t at)
{
    bool there = environment != NULL && at < environment->declared_count;
    return pc_text_out(there ? environment->declared[at] : PC_STR(""));
}

static bool make_room(struct polcheck_environment *environment, size_t count)
{
    if (count <= environment->declared_capacity) {
        return true;
    }
    struct pc_str *grown = realloc(environment->declared, count * sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    environment->declared = grown;
    environment->declared_capacity = count;
    return true;
}

enum pc_status pc_environment_declare(struct polcheck_environment *environment,
                                      const struct pc_str *names, size_t count)
{
    size_t at = 0;
    pc_buf_reset(&environment->texts);
    environment->declared_count = 0;
    for (size_t i = 0; i < count; i++) {
        pc_buf_str(&environment->texts, names[i]);
    }
    PC_TRY(pc_buf_status(&environment->texts));
    if (!make_room(environment, count)) {
        return PC_ERR_NOMEM;
    }
    struct pc_str texts = pc_buf_view(&environment->texts);
    for (size_t i = 0; i < count; i++) {
        environment->declared[i] = pc_str_slice(texts, at, at + names[i].len);
        at += names[i].len;
    }
    environment->declared_count = count;
    return PC_OK;
}
