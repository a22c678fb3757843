// SPDX-License-Identifier: Apache-2.0
//
// A policy that a request carries: an image in memory of its own.
#ifndef PC_API_POLICY_H
#define PC_API_POLICY_H

#include "base/buf.h"
#include "image/view.h"
#include "polcheck/polcheck.h"

struct polcheck_policy {
    enum polcheck_policy_type type;
    struct pc_buf bytes;
    struct pc_image image; // a view of them
};

#endif
