// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean": the known name that is nearest to one that is not known. Only for hints; nothing
// is ever read as another name.
#ifndef PC_BASE_NEAR_H
#define PC_BASE_NEAR_H

#include "base/str.h"

struct pc_near {
    struct pc_str text; // what was written
    struct pc_str best; // the nearest name so far; "" for none
    size_t distance;    // of best
};

// A zeroed struct with its text set is ready. Offers a known name: it is taken when it begins with
// the text (three letters at least), or differs in at most two letters and a third of them, and
// less than the best so far.
void pc_near_offer(struct pc_near *near, struct pc_str name);

#endif
