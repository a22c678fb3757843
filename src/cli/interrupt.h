// SPDX-License-Identifier: Apache-2.0
//
// While a verb works for long on something that it would leave half made.
#ifndef PC_CLI_INTERRUPT_H
#define PC_CLI_INTERRUPT_H

// From here on SIGINT, SIGTERM and SIGHUP, unless the process was started to ignore them, remove
// the unfinished new store and, on a terminal, the bar; then they end the process as they always
// do.
void pc_interrupts_clean(void);

// They are again as in any other process.
void pc_interrupts_restore(void);

#endif
