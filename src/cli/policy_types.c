// SPDX-License-Identifier: Apache-2.0
#include "policy_types.h"

#include "choice.h"

enum pc_status pc_policy_type_read(struct pc_cli *cli, const struct pc_args *args, int id,
                                   enum pc_policy_type *out)
{
    // In the order of the words.
    static const enum pc_policy_type types[] = {
        PC_POLICY_IDENTITY, PC_POLICY_BOUNDARY, PC_POLICY_SESSION, PC_POLICY_RESOURCE,
        PC_POLICY_TRUST,    PC_POLICY_KEY,      PC_POLICY_SCP,     PC_POLICY_RCP,
        PC_POLICY_ENDPOINT, PC_POLICY_NONE};
    size_t place;
    PC_TRY(pc_choice_read(cli, args, id, sizeof(types) / sizeof(types[0]) - 1, &place));
    *out = types[place];
    return PC_OK;
}
