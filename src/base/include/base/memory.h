// SPDX-License-Identifier: Apache-2.0
//
// Whether memory was out, anywhere, since the process began. Arenas and buffers note it. Texts are
// put together in many places, and one that looks at no status may be cut short, or miss: so
// whoever hands texts out as a whole asks here first, and hands nothing out when one may be wrong.
// Any thread.
#ifndef PC_BASE_MEMORY_H
#define PC_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

// Notes that the system gave no memory.
void pc_memory_note(void);

// Has that happened in any thread?
bool pc_memory_ran_out(void);

// How often it has happened in this thread: for work of which each piece fails by itself.
size_t pc_memory_failures(void);

#endif
