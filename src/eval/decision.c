// SPDX-License-Identifier: Apache-2.0
#include "eval/decision.h"

const char *pc_decision_text(enum pc_decision decision)
{
    switch (decision) {
    case PC_DECISION_ALLOWED:
        return "allowed";
    case PC_DECISION_EXPLICIT_DENY:
        return "explicitDeny";
    case PC_DECISION_IMPLICIT_DENY:
        break;
    }
    return "implicitDeny";
}

const char *pc_slot_text(enum pc_slot slot)
{
    static const char *const names[PC_SLOTS] = {
        [PC_SLOT_IDENTITY] = "identity", [PC_SLOT_RESOURCE] = "resource",
        [PC_SLOT_BOUNDARY] = "boundary", [PC_SLOT_SESSION] = "session",
        [PC_SLOT_SCP] = "scp",           [PC_SLOT_RCP] = "rcp",
        [PC_SLOT_ENDPOINT] = "endpoint",
    };
    return (size_t)slot < PC_SLOTS ? names[slot] : "none";
}
