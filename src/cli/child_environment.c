// SPDX-License-Identifier: Apache-2.0
#include "child_environment.h"

#include <string.h>

static const struct pc_str usual[] = {
    PC_STR_INIT("PATH"),  PC_STR_INIT("HOME"),    PC_STR_INIT("LANG"),
    PC_STR_INIT("TERM"),  PC_STR_INIT("TZ"),      PC_STR_INIT("USER"),
    PC_STR_INIT("SHELL"), PC_STR_INIT("LOGNAME"), PC_STR_INIT("TMPDIR"),
};

static bool is_listed(struct pc_str name, const struct pc_str *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_str_eq(names[i], name)) {
            return true;
        }
    }
    return false;
}

bool pc_child_is_usual(struct pc_str name)
{
    return pc_str_has_prefix(name, PC_STR("LC_")) ||
           is_listed(name, usual, sizeof(usual) / sizeof(usual[0]));
}

struct pc_str pc_assignment_name(const char *assignment)
{
    struct pc_str text = pc_str_from(assignment);
    return pc_str_slice(text, 0, pc_str_find(text, '=', 0));
}

static bool is_ours(struct pc_str name, const struct pc_child_terms *terms)
{
    for (size_t i = 0; i < terms->count; i++) {
        if (pc_str_eq(pc_assignment_name(terms->ours[i]), name)) {
            return true;
        }
    }
    return is_listed(name, terms->hidden, terms->hidden_count);
}

static bool is_taken(const char *assignment, const struct pc_child_terms *terms)
{
    struct pc_str name = pc_assignment_name(assignment);
    bool replaced = terms->user != NULL && pc_child_has(terms->user, name);
    bool admitted = !terms->pristine || pc_child_is_usual(name) ||
                    is_listed(name, terms->allowed, terms->allowed_count);
    return admitted && !replaced && !is_ours(name, terms);
}

static size_t count_of(char *const *texts)
{
    size_t count = 0;
    while (texts[count] != NULL) {
        count++;
    }
    return count;
}

enum pc_status pc_child_environment(struct pc_arena *arena, const struct pc_child_terms *terms,
                                    char ***out)
{
    static char *const nothing[] = {NULL};
    char *const *user = terms->user != NULL ? terms->user : nothing;
    size_t most = terms->count + 1 + count_of(terms->caller) + count_of(user);
    char **made = pc_arena_array(arena, most, sizeof(*made));
    size_t count = 0;
    if (made == NULL) {
        return PC_ERR_NOMEM;
    }
    for (char *const *given = terms->caller; *given != NULL; given++) {
        if (is_taken(*given, terms)) {
            made[count++] = *given;
        }
    }
    for (; *user != NULL; user++) {
        if (strchr(*user, '=') != NULL && !is_ours(pc_assignment_name(*user), terms)) {
            made[count++] = *user;
        }
    }
    for (size_t i = 0; i < terms->count; i++) {
        made[count++] = terms->ours[i];
    }
    *out = made; // the arena's zeros end it
    return PC_OK;
}

bool pc_child_has(char *const *environment, struct pc_str name)
{
    for (; *environment != NULL; environment++) {
        if (pc_str_eq(pc_assignment_name(*environment), name)) {
            return true;
        }
    }
    return false;
}
