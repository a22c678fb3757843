// SPDX-License-Identifier: Apache-2.0
//
// Asks on the terminal for what must not be seen.
#ifndef PC_CLI_TERMINAL_H
#define PC_CLI_TERMINAL_H

#include <stddef.h>

// Writes the prompt to /dev/tty and reads a line from it without echo, straight into the room;
// *length without its end. However this ends, also by a signal, the terminal is as it was before;
// when the process is stopped and goes on, it asks again. 0, or: EMSGSIZE, the line has no place in
// `size` bytes with its end, and is dropped; ENXIO and the like, there is no terminal; EIO, it is
// another job's. Not for two threads at a time.
int pc_terminal_ask(const char *prompt, char *room, size_t size, size_t *length);

#endif
