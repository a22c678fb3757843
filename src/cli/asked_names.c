// SPDX-License-Identifier: Apache-2.0
#include "asked_names.h"

#include "base/near.h"
#include "lint/action_name.h"
#include "question_options.h"

static void hint_key(struct pc_cli *cli, const struct pc_catalog *catalog,
                     const struct pc_catalog_service *service, struct pc_str key)
{
    struct pc_near near = {.text = key};
    for (size_t i = 0; service != NULL && i < service->key_count; i++) {
        pc_near_offer(&near, service->keys[i].name);
    }
    for (size_t i = 0; pc_catalog_global_at(catalog, i) != NULL; i++) {
        pc_near_offer(&near, pc_catalog_global_at(catalog, i)->name);
    }
    if (near.best.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
}

static void check_key(struct pc_cli *cli, const struct pc_catalog *catalog, struct pc_str key)
{
    struct pc_str prefix = pc_str_slice(key, 0, pc_str_find(key, ':', 0));
    const struct pc_catalog_service *service = pc_catalog_service(catalog, prefix);
    bool global = pc_str_eq_icase(prefix, PC_STR("aws"));
    if (pc_catalog_key(catalog, NULL, key) != NULL || (service == NULL && !global)) {
        return;
    }
    pc_diag_report(
        &cli->diags, global ? PC_DIAG_CONDITION_KEY_GLOBAL : PC_DIAG_CONDITION_KEY_UNKNOWN,
        pc_option_place("--context"), "there is no condition key \"%.*s\" (reference of %.*s)",
        PC_STR_ARG(key), PC_STR_ARG(pc_catalog_date(catalog)));
    hint_key(cli, catalog, service, key);
}

static enum pc_status check_names(struct pc_cli *cli, const struct pc_args *args,
                                  const struct pc_asked_names *names,
                                  const struct pc_catalog *catalog)
{
    if (names->action.len > 0) {
        PC_TRY(pc_lint_action_asked(catalog, names->action, names->place, &cli->diags));
    }
    for (size_t i = 0; i < args->given_count; i++) {
        struct pc_str parts[2];
        if (args->given[i].option->id == names->context &&
            pc_str_split(pc_str_from(args->given[i].value), '=', parts, 2) == 2) {
            check_key(cli, catalog, parts[0]);
        }
    }
    return PC_OK;
}

static enum pc_status count(void *context, const struct pc_catalog_service *service,
                            const struct pc_catalog_action *action)
{
    size_t *found = context;
    (void)service;
    (void)action;
    ++*found;
    return PC_OK;
}

// Are all names known to the part of the reference that is about the action's service? It is read
// much faster than the whole, which has to be read where one is not.
static enum pc_status are_known(struct pc_cli *cli, const struct pc_args *args,
                                const struct pc_asked_names *names, bool *known)
{
    struct pc_str prefix = pc_str_slice(names->action, 0, pc_str_find(names->action, ':', 0));
    const struct pc_catalog *catalog;
    size_t found = 0;
    enum pc_status status = pc_catalog_builtin_service(&cli->arena, prefix, &catalog);
    *known = false;
    if (status != PC_OK) {
        return status == PC_ERR_NOTFOUND ? PC_OK : status;
    }
    PC_TRY(pc_catalog_each_action(catalog, names->action, count, &found));
    *known = found > 0;
    for (size_t i = 0; *known && i < args->given_count; i++) {
        struct pc_str parts[2];
        if (args->given[i].option->id == names->context &&
            pc_str_split(pc_str_from(args->given[i].value), '=', parts, 2) == 2) {
            *known = pc_catalog_key(catalog, NULL, parts[0]) != NULL;
        }
    }
    return PC_OK;
}

enum pc_status pc_asked_names_check(struct pc_cli *cli, const struct pc_args *args,
                                    const struct pc_asked_names *names)
{
    const struct pc_catalog *catalog = names->catalog;
    bool known = false;
    if (catalog == NULL) {
        PC_TRY(are_known(cli, args, names, &known));
    }
    if (known) {
        return PC_OK;
    }
    if (catalog == NULL) {
        PC_TRY(pc_catalog_builtin(&cli->arena, &catalog));
    }
    return check_names(cli, args, names, catalog);
}
