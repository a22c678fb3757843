// SPDX-License-Identifier: Apache-2.0
//
// Paths as other tools write them.
#ifndef PC_CLI_PLAIN_PATH_H
#define PC_CLI_PLAIN_PATH_H

#include "base/str.h"

// The path without "./" in front, which "polcheck lint ." brings there: GitHub and others compare
// paths with those of the repository, letter by letter.
struct pc_str pc_plain_path(struct pc_str path);

#endif
