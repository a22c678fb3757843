// SPDX-License-Identifier: Apache-2.0
#include "function_choice.h"

#include "account/known_functions.h"
#include "lambda/function_name.h"
#include "spelling.h"

#include <stdlib.h>

static const struct pc_place nowhere = {.file = PC_STR_INIT("")};

// All --------------------------------------------------------------------------------------------

struct gathering {
    struct pc_arena *arena;
    struct pc_str *arns;
    size_t count, room;
};

static enum pc_status gather(void *context, const struct pc_stored_function *function)
{
    struct gathering *gathering = context;
    if (gathering->count == gathering->room) {
        size_t room = gathering->room == 0 ? 64 : 2 * gathering->room;
        struct pc_str *arns = pc_arena_array(gathering->arena, room, sizeof(*arns));
        if (arns == NULL) {
            return PC_ERR_NOMEM;
        }
        if (gathering->count > 0) {
            memcpy(arns, gathering->arns, gathering->count * sizeof(*arns));
        }
        gathering->arns = arns;
        gathering->room = room;
    }
    PC_TRY(pc_arena_copy(gathering->arena, function->arn, &gathering->arns[gathering->count]));
    gathering->count++;
    return PC_OK;
}

static int compare(const void *a, const void *b)
{
    return pc_str_cmp(*(const struct pc_str *)a, *(const struct pc_str *)b);
}

static enum pc_status gather_all(struct pc_cli *cli, const struct pc_asker *asker,
                                 struct gathering *gathering)
{
    enum pc_status status = pc_each_function(pc_asker_snapshot(asker), gather, gathering);
    if (status == PC_ERR_DAMAGED) {
        pc_diag_report(&cli->diags, PC_DIAG_STORE_DAMAGED, nowhere, "the store is damaged");
    }
    if (gathering->count > 0) {
        qsort(gathering->arns, gathering->count, sizeof(*gathering->arns), compare);
    }
    return status;
}

// Those that are named ---------------------------------------------------------------------------

static bool is_named(struct pc_str arn, struct pc_str name)
{
    struct pc_function_name function, wanted;
    if (!pc_function_name_parse(arn, &function)) {
        return false;
    }
    if (pc_function_name_parse(name, &wanted)) {
        return pc_str_eq(wanted.function, function.function);
    }
    size_t colon = pc_str_find(name, ':', 0);
    struct pc_str rest = pc_str_slice(name, colon == SIZE_MAX ? 0 : colon + 1, name.len);
    const struct pc_str kind = PC_STR("function:");
    return colon == SIZE_MAX ? pc_str_eq(function.name, name)
                             : pc_str_eq(function.account, pc_str_slice(name, 0, colon)) &&
                                   pc_str_has_prefix(rest, kind) &&
                                   pc_str_eq(function.name, pc_str_slice(rest, kind.len, rest.len));
}

static void report_unknown(struct pc_cli *cli, const struct gathering *all, struct pc_str name)
{
    struct pc_near near = {.text = name};
    pc_diag_report(&cli->diags, PC_DIAG_FUNCTION_UNKNOWN, nowhere,
                   "the store has no function \"%.*s\"", PC_STR_ARG(name));
    for (size_t i = 0; i < all->count; i++) {
        struct pc_function_name function;
        if (pc_function_name_parse(all->arns[i], &function)) {
            pc_near_offer(&near, function.name);
        }
    }
    if (near.best.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    } else {
        pc_diag_hint(&cli->diags,
                     "without a name all functions of the store are looked at; compile "
                     "what aws lambda list-functions prints to have them in it");
    }
}

// Keeps those that one of the operands names.
static enum pc_status choose(struct pc_cli *cli, const struct pc_args *args, struct gathering *all)
{
    bool *named = pc_arena_array(&cli->arena, all->count, sizeof(*named));
    enum pc_status status = PC_OK;
    size_t kept = 0;
    if (named == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < args->operand_count; i++) {
        struct pc_str name = pc_str_from(args->operands[i]);
        bool found = false;
        for (size_t j = 0; j < all->count; j++) {
            bool is = is_named(all->arns[j], name);
            named[j] = named[j] || is;
            found = found || is;
        }
        if (!found) {
            report_unknown(cli, all, name);
            status = PC_ERR_INVALID;
        }
    }
    for (size_t i = 0; i < all->count; i++) {
        if (named[i]) {
            all->arns[kept++] = all->arns[i];
        }
    }
    all->count = kept;
    return status;
}

enum pc_status pc_choose_functions(struct pc_cli *cli, const struct pc_asker *asker,
                                   const struct pc_args *args, struct pc_function_choice *out)
{
    struct gathering all = {.arena = &cli->arena};
    PC_TRY(gather_all(cli, asker, &all));
    if (args->operand_count > 0) {
        PC_TRY(choose(cli, args, &all));
    }
    if (all.count == 0) {
        pc_diag_report(&cli->diags, PC_DIAG_FUNCTION_UNKNOWN, nowhere,
                       "the store has no functions");
        pc_diag_hint(&cli->diags,
                     "compile what aws lambda list-functions prints, or a manifest with "
                     "functions");
        return PC_ERR_NOTFOUND;
    }
    *out = (struct pc_function_choice){all.arns, all.count};
    return PC_OK;
}
