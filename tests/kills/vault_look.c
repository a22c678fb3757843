// SPDX-License-Identifier: Apache-2.0
//
// Looks at a vault for the kill test of secrets: which of the root keys opens it, and what is in
// it. Every secret is opened.
//
//   vault_look VAULT KEY-FILE...    for each key that opens it a line "KEY-FILE GENERATION LOGGED",
//                                   then "FUNCTION NAME VALUE" for each secret; what is wrong goes
//                                   to standard error, with exit status 1
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/hash.h"
#include "secrets/vault.h"

struct look {
    struct pc_vault *vault;
    struct pc_opened *opened;
    struct pc_diags *diags;
    struct pc_arena *names;
    struct pc_str *functions;
    size_t count, capacity;
};

static enum pc_status keep(void *context, const struct pc_vault_environment *environment)
{
    struct look *look = context;
    if (look->count == look->capacity) {
        look->capacity = look->capacity * 2 + 64;
        look->functions = realloc(look->functions, look->capacity * sizeof(*look->functions));
        if (look->functions == NULL) {
            return PC_ERR_NOMEM;
        }
    }
    return pc_arena_copy(look->names, environment->function, &look->functions[look->count++]);
}

static enum pc_status show(struct look *look, struct pc_str function)
{
    struct pc_vault_environment environment;
    PC_TRY(pc_vault_environment(look->vault, function, look->diags, &environment));
    PC_TRY(pc_vault_unseal(look->vault, &environment, &(const struct pc_names){NULL, 0},
                           look->diags, look->opened));
    for (size_t i = 0; i < pc_opened_count(look->opened); i++) {
        struct pc_str name = pc_opened_name(look->opened, i);
        struct pc_str value = pc_opened_value(look->opened, i);
        printf("%.*s %.*s %.*s\n", PC_STR_ARG(function), PC_STR_ARG(name), PC_STR_ARG(value));
    }
    return PC_OK;
}

static enum pc_status show_all(struct look *look, const char *key)
{
    struct pc_audit_position position;
    PC_TRY(pc_audit_where(pc_vault_audit(look->vault), look->diags, &position));
    printf("%s %" PRIu64 " %" PRIu64 "\n", key, pc_vault_generation(look->vault),
           position.generation);
    PC_TRY(pc_vault_each_environment(look->vault, look->diags, keep, look));
    for (size_t i = 0; i < look->count; i++) {
        PC_TRY(show(look, look->functions[i]));
    }
    return PC_OK;
}

static void complain(const char *key, enum pc_status status, const struct pc_diags *diags)
{
    (void)fprintf(stderr, "%s: %s\n", key, pc_status_text(status));
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        (void)fprintf(stderr, "  %.*s\n", PC_STR_ARG(diag->message));
    }
}

// A file without a key in it is that of a rekeying that was killed first.
static bool is_no_key(enum pc_status status, const struct pc_diags *diags)
{
    return status == PC_ERR_INVALID && diags->last != NULL &&
           (diags->last->code == PC_DIAG_ROOT_KEY || diags->last->code == PC_DIAG_ROOT_KEY_WRONG);
}

static bool look_with(const char *path, const char *key, struct pc_opened *opened)
{
    struct pc_arena arena = {0};
    struct pc_diags diags;
    struct pc_root_key *root = NULL;
    struct look look = {.opened = opened, .diags = &diags, .names = &arena};
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_root_key_from_file(key, &diags, &root);
    if (status == PC_OK) {
        status = pc_vault_open(path, root, &diags, &look.vault);
    }
    bool good = is_no_key(status, &diags);
    if (status == PC_OK) {
        status = show_all(&look, key);
        good = status == PC_OK;
    }
    if (!good) {
        complain(key, status, &diags);
    }
    pc_vault_close(look.vault);
    pc_root_key_free(root);
    free(look.functions);
    pc_arena_release(&arena);
    return good;
}

int main(int argc, char **argv)
{
    struct pc_opened *opened;
    bool good = true;
    if (argc < 3) {
        (void)fputs("usage: vault_look VAULT KEY-FILE...\n", stderr);
        return 2;
    }
    if (pc_crypto_init() != PC_OK || pc_opened_new(&opened) != PC_OK) {
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        good = look_with(argv[1], argv[i], opened) && good;
    }
    pc_opened_free(opened);
    return good ? 0 : 1;
}
