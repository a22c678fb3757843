// SPDX-License-Identifier: Apache-2.0
#include "reach/reach.h"

const char *pc_reach_text(enum pc_reach reach)
{
    switch (reach) {
    case PC_REACH_YES:
        return "yes";
    case PC_REACH_DEPENDS:
        return "depends";
    case PC_REACH_NO:
        break;
    }
    return "no";
}
