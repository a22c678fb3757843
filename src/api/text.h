// SPDX-License-Identifier: Apache-2.0
//
// Views of the public header and ours: the same two fields, but ours never have a NULL pointer.
#ifndef PC_API_TEXT_H
#define PC_API_TEXT_H

#include "base/str.h"
#include "polcheck/polcheck.h"

static inline struct pc_str pc_text_in(struct polcheck_str text)
{
    struct pc_str view = {text.ptr == NULL ? "" : text.ptr, text.ptr == NULL ? 0 : text.len};
    return view;
}

static inline struct polcheck_str pc_text_out(struct pc_str view)
{
    struct polcheck_str text = {view.ptr, view.len};
    return text;
}

#endif
