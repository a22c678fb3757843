// SPDX-License-Identifier: Apache-2.0
#include "near_principal.h"

#include "account/principals.h"
#include "base/near.h"
#include "value/arn.h"

struct looking {
    struct pc_arena *arena;
    struct pc_arn wanted;
    struct pc_near near; // over accounts and names
    struct pc_str found; // in the arena
    bool same_name;      // found differs in its path alone
};

// "role" and "deployer" of "role/teams/deployer".
static struct pc_str kind_of(const struct pc_arn *arn)
{
    size_t slash = pc_str_find(arn->resource, '/', 0);
    return pc_str_slice(arn->resource, 0, slash == SIZE_MAX ? 0 : slash);
}

static struct pc_str name_of(const struct pc_arn *arn)
{
    size_t slash = pc_str_find_last(arn->resource, '/');
    return pc_str_slice(arn->resource, slash == SIZE_MAX ? 0 : slash + 1, arn->resource.len);
}

// From the account on, which is what people mistype.
static struct pc_str spelt(const struct pc_arn *arn)
{
    const char *end = arn->resource.ptr + arn->resource.len;
    return (struct pc_str){arn->account.ptr, (size_t)(end - arn->account.ptr)};
}

static enum pc_status offer(void *context, const struct pc_stored_principal *principal)
{
    struct looking *looking = context;
    struct pc_arn arn;
    if (looking->same_name || !pc_arn_parse(principal->arn, &arn)) {
        return PC_OK;
    }
    struct pc_str before = looking->near.best;
    looking->same_name = pc_str_eq(arn.account, looking->wanted.account) &&
                         pc_str_eq(kind_of(&arn), kind_of(&looking->wanted)) &&
                         pc_str_eq(name_of(&arn), name_of(&looking->wanted));
    pc_near_offer(&looking->near, spelt(&arn));
    if (!looking->same_name && looking->near.best.ptr == before.ptr) {
        return PC_OK;
    }
    PC_TRY(pc_arena_copy(looking->arena, principal->arn, &looking->found));
    if (pc_arn_parse(looking->found, &arn)) {
        looking->near.best = spelt(&arn); // what is shown is gone behind the call
    }
    return PC_OK;
}

void pc_near_principal_hint(struct pc_cli *cli, struct pc_snapshot *snapshot, const char *arn)
{
    struct looking looking = {.arena = &cli->arena};
    const struct pc_diag *last = cli->diags.last;
    if (last == NULL || last->code != PC_DIAG_PRINCIPAL_UNKNOWN || snapshot == NULL ||
        !pc_arn_parse(pc_str_from(arn), &looking.wanted)) {
        return;
    }
    looking.near.text = spelt(&looking.wanted);
    enum pc_status status = pc_each_principal(snapshot, offer, &looking);
    if (status == PC_OK && looking.found.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"%.*s\"?", PC_STR_ARG(looking.found));
    }
}
