// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean": the known name that is nearest to one that is not known. Only for hints; nothing
// is ever read as another name.
#ifndef PC_POLICY_SPELLING_H
#define PC_POLICY_SPELLING_H

#include "base/str.h"

struct pc_spelling {
    struct pc_str text; // what was written
    struct pc_str best; // the nearest name so far; "" for none
    size_t distance;    // of best
};

// A zeroed struct with its text set is ready. Offers a known name: it is taken when it differs in
// letter case only or in at most a third of its letters (two at most), and less than the best so
// far.
void pc_spelling_offer(struct pc_spelling *spelling, struct pc_str name);

#endif
