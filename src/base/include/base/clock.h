// SPDX-License-Identifier: Apache-2.0
//
// The clocks of the machine. Any thread.
#ifndef PC_BASE_CLOCK_H
#define PC_BASE_CLOCK_H

#include <stdint.h>

int64_t pc_clock_now(void);    // seconds since 1970 UTC
int64_t pc_clock_millis(void); // milliseconds since some moment; never goes back

#endif
