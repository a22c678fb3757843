// SPDX-License-Identifier: Apache-2.0
//
// A store that the library decides by, or releases secrets by: none that others may write to
// (store/exposure.h).
#ifndef PC_API_KEPT_STORE_H
#define PC_API_KEPT_STORE_H

#include "store/exposure.h"

// As pc_store_open; PC_ERR_INVALID, too, where everybody may write to it (STORE_EXPOSED).
PC_MUST_CHECK enum pc_status pc_kept_store_open(const char *path, struct pc_diags *diags,
                                                struct pc_store **out);

// The same of pc_store_open_aside.
PC_MUST_CHECK enum pc_status pc_kept_store_open_aside(const char *path, struct pc_diags *diags,
                                                      struct pc_store **out);

#endif
