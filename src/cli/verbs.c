// SPDX-License-Identifier: Apache-2.0
//
// The lists of subcommands and of their groups, in the order of the help.
#include "command.h"
#include "spelling.h"

static const struct pc_verb *const verbs[] = {
    &pc_verb_compile,
    &pc_verb_eval,
    &pc_verb_explain,
    &pc_verb_who_can,
    &pc_verb_what_can,
    &pc_verb_test,
    &pc_verb_simulate,
    &pc_verb_lint,
    &pc_verb_show,
    &pc_verb_fmt,
    &pc_verb_graph,
    &pc_verb_dump,
    &pc_verb_keygen,
    &pc_verb_sign,
    &pc_verb_verify,
    &pc_verb_completion,
    &pc_verb_version,
    &pc_verb_help,
    &pc_verb_secrets_init,
    &pc_verb_secrets_put,
    &pc_verb_secrets_list,
    &pc_verb_secrets_exec,
    &pc_verb_secrets_release,
    &pc_verb_secrets_keypair,
    &pc_verb_secrets_open,
    &pc_verb_secrets_who,
    &pc_verb_secrets_rm,
    &pc_verb_secrets_rotate,
    &pc_verb_secrets_rekey,
    &pc_verb_secrets_audit,
    &pc_verb_keys_create,
    &pc_verb_keys_list,
    &pc_verb_keys_enable,
    &pc_verb_keys_disable,
    &pc_verb_keys_policy,
    &pc_verb_keys_schedule_deletion,
    &pc_verb_keys_cancel_deletion,
    &pc_verb_lambda_check,
    &pc_verb_lambda_add_permission,
    &pc_verb_lambda_remove_permission,
    &pc_verb_lambda_invoke,
    &pc_verb_lambda_graph,
};

static const struct pc_group groups[] = {
    {"secrets", "Keeps the environment variables of functions sealed in a vault.",
     "A vault is a folder. What is in it is sealed under keys (polcheck keys), and they under the "
     "root key, which is never in the vault: without it, nothing opens.",
     true},
    {"keys", "Manages the keys of a vault, under which secrets are sealed.",
     "A key is named by its ARN or its alias. Its policy says who may use it, as that of a KMS key "
     "does. Without a key of one's own, secrets are sealed under the service's: alias/aws/lambda.",
     true},
    {"lambda", "Checks functions, and works on permissions as the AWS CLI does.",
     "Nothing here calls AWS: permissions are statements in files, and a call is a question to the "
     "compiled policies. Options and answers are those of aws lambda where that has the command.",
     false},
};

const struct pc_verb *pc_verb_at(size_t index)
{
    return index < sizeof(verbs) / sizeof(verbs[0]) ? verbs[index] : NULL;
}

const struct pc_group *pc_group_at(size_t index)
{
    return index < sizeof(groups) / sizeof(groups[0]) ? &groups[index] : NULL;
}

const struct pc_group *pc_group_named(struct pc_str name)
{
    const struct pc_group *group;
    for (size_t i = 0; (group = pc_group_at(i)) != NULL; i++) {
        if (pc_str_eq(pc_str_from(group->name), name)) {
            return group;
        }
    }
    return NULL;
}

struct pc_str pc_verb_word(const struct pc_verb *verb, const struct pc_group *group)
{
    struct pc_str name = pc_str_from(verb->name);
    size_t space = pc_str_find(name, ' ', 0);
    if (group == NULL) {
        return space == SIZE_MAX ? name : PC_STR("");
    }
    bool member =
        space != SIZE_MAX && pc_str_eq(pc_str_slice(name, 0, space), pc_str_from(group->name));
    return member ? pc_str_slice(name, space + 1, name.len) : PC_STR("");
}

const struct pc_verb *pc_verb_named(const struct pc_group *group, struct pc_str word)
{
    const struct pc_verb *verb;
    for (size_t i = 0; word.len > 0 && (verb = pc_verb_at(i)) != NULL; i++) {
        if (pc_str_eq(pc_verb_word(verb, group), word)) {
            return verb;
        }
    }
    return NULL;
}

// Words that other tools have for what is called otherwise here, and no misspelling leads to.
static const struct {
    const char *group, *word, *meant; // group "": of none
} synonyms[] = {
    {"", "ask", "eval"},
    {"", "evaluate", "eval"},
    {"", "why", "explain"},
    {"", "check", "lint"},
    {"", "validate", "lint"},
    {"", "format", "fmt"},
    {"", "print", "show"},
    {"", "build", "compile"},
    {"", "draw", "graph"},
    {"", "genkey", "keygen"},
    {"", "simulate-custom-policy", "simulate"},
    {"secrets", "get", "release"},
    {"secrets", "read", "release"},
    {"secrets", "cat", "release"},
    {"secrets", "ls", "list"},
    {"secrets", "show", "list"},
    {"secrets", "set", "put"},
    {"secrets", "add", "put"},
    {"secrets", "new", "put"},
    {"secrets", "create", "put"},
    {"secrets", "update", "put"},
    {"secrets", "delete", "rm"},
    {"secrets", "del", "rm"},
    {"secrets", "remove", "rm"},
    {"secrets", "unset", "rm"},
    {"secrets", "run", "exec"},
    {"secrets", "log", "audit"},
    {"keys", "get", "list"},
    {"keys", "ls", "list"},
    {"keys", "show", "list"},
    {"keys", "describe", "list"},
    {"keys", "new", "create"},
    {"keys", "add", "create"},
    {"keys", "make", "create"},
    {"keys", "set", "policy"},
    {"keys", "delete", "schedule-deletion"},
    {"keys", "del", "schedule-deletion"},
    {"keys", "remove", "schedule-deletion"},
    {"keys", "rm", "schedule-deletion"},
};

static struct pc_str synonym_of(const struct pc_group *group, struct pc_str word)
{
    struct pc_str name = pc_str_from(group != NULL ? group->name : "");
    for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
        if (pc_str_eq(pc_str_from(synonyms[i].group), name) &&
            pc_str_eq(pc_str_from(synonyms[i].word), word)) {
            return pc_str_from(synonyms[i].meant);
        }
    }
    return PC_STR("");
}

struct pc_str pc_verb_near(const struct pc_group *group, struct pc_str word)
{
    struct pc_near near = {.text = word};
    struct pc_str synonym = synonym_of(group, word);
    const struct pc_verb *verb;
    const struct pc_group *known;
    if (synonym.len > 0) {
        return synonym;
    }
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        struct pc_str name = pc_verb_word(verb, group);
        if (name.len > 0) {
            pc_near_offer(&near, name);
        }
    }
    for (size_t i = 0; group == NULL && (known = pc_group_at(i)) != NULL; i++) {
        pc_near_offer(&near, pc_str_from(known->name));
    }
    return near.best;
}
