// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean", for the sources of the command.
#ifndef PC_CLI_SPELLING_H
#define PC_CLI_SPELLING_H

#include "base/near.h"

#endif
