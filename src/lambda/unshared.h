// SPDX-License-Identifier: Apache-2.0
//
// What no policy of its own lets another account use, or none that polcheck reads.
#ifndef PC_LAMBDA_UNSHARED_H
#define PC_LAMBDA_UNSHARED_H

#include "base/str.h"

// What to do instead; "" where a policy of the resource can let another account in.
struct pc_str pc_unshared_hint(struct pc_str resource);

#endif
