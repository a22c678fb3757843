// SPDX-License-Identifier: Apache-2.0
//
// Every function of libpolcheck that takes a handle, without one.
#ifndef POLCHECK_FUZZ_API_NULLS_H
#define POLCHECK_FUZZ_API_NULLS_H

// Calls them all: a deny or POLCHECK_ERR_USAGE, nothing, or nothing done.
void api_nulls(void);

#endif
