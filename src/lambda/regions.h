// SPDX-License-Identifier: Apache-2.0
#ifndef PC_LAMBDA_REGIONS_H
#define PC_LAMBDA_REGIONS_H

#include "base/str.h"

// Is it a region that accounts have to opt in to? One that is not known here is none.
bool pc_region_is_opt_in(struct pc_str region);

#endif
