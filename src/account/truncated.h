// SPDX-License-Identifier: Apache-2.0
#ifndef PC_ACCOUNT_TRUNCATED_H
#define PC_ACCOUNT_TRUNCATED_H

#include "picture.h"

// Reports DUMP_TRUNCATED when the dump says that there is more, or DUMP_VALUE when it says it in a
// way that cannot be read.
void pc_dump_refuse_truncated(struct pc_import *import, const struct pc_file *file,
                              const struct pc_json *json);

#endif
