// SPDX-License-Identifier: Apache-2.0
//
// The context keys whose values the decision log keeps to itself. Names compare without case; one
// that ends in '*' stands for all that begin so.
#ifndef PC_API_LOG_MASK_H
#define PC_API_LOG_MASK_H

#include "base/status.h"
#include "polcheck/polcheck.h"

struct pc_log_name {
    struct pc_str text; // without the star
    bool prefix;
};

// Never changes once made: for any number of threads. A zeroed one hides nothing.
struct pc_log_mask {
    struct pc_log_name *names; // one piece of memory with the texts
    size_t count;
};

static inline struct pc_str pc_log_view(struct polcheck_str text)
{
    struct pc_str view = {text.ptr, text.len};
    return view;
}

// Copies the names. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_log_mask_init(struct pc_log_mask *mask,
                                              const struct polcheck_str *names, size_t count);
void pc_log_mask_release(struct pc_log_mask *mask);

bool pc_log_mask_hides(const struct pc_log_mask *mask, struct pc_str key);

// Could the message tell the value of a key of the request that is hidden? True when it has the
// key's name or one of its values, or when finding that out would take long.
bool pc_log_mask_hides_message(const struct pc_log_mask *mask, struct pc_str message,
                               const struct polcheck_request *request);

#endif
