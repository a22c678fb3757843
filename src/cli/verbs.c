// SPDX-License-Identifier: Apache-2.0
//
// The list of subcommands, in the order of the help.
#include "command.h"
#include "spelling.h"

static const struct pc_verb *const verbs[] = {
    &pc_verb_compile, &pc_verb_eval, &pc_verb_test, &pc_verb_dump, &pc_verb_version, &pc_verb_help,
};

const struct pc_verb *pc_verb_at(size_t index)
{
    return index < sizeof(verbs) / sizeof(verbs[0]) ? verbs[index] : NULL;
}

const struct pc_verb *pc_verb_named(struct pc_str name)
{
    const struct pc_verb *verb;
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        if (pc_str_eq(pc_str_from(verb->name), name)) {
            return verb;
        }
    }
    return NULL;
}

struct pc_str pc_verb_near(struct pc_str name)
{
    struct pc_near near = {.text = name};
    const struct pc_verb *verb;
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        pc_near_offer(&near, pc_str_from(verb->name));
    }
    return near.best;
}
