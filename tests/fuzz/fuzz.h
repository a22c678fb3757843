// SPDX-License-Identifier: Apache-2.0
//
// What the fuzz targets share. A target is one file, `<target>.c`, that gives fuzz_one: built by
// clang with libFuzzer it is asked about ever new inputs (`tools/dev fuzz`), built by any compiler
// with replay.c about its seeds, as an ordinary test. Whatever it finds wrong ends in an abort.
#ifndef POLCHECK_FUZZ_H
#define POLCHECK_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

// Tries one input: any bytes. Returns if nothing is wrong with what the code made of them. Leaves
// nothing behind: the same input does the same thing again, whatever came before it.
void fuzz_one(struct pc_str input);

// Aborts, and says why, unless the condition holds. The arguments are those of printf.
#define FUZZ_CHECK(condition, ...)                                                                 \
    ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, __VA_ARGS__))

__attribute__((noreturn, format(printf, 4, 5))) void
fuzz_fail(const char *file, int line, const char *condition, const char *format, ...);

// Inputs of several parts ----------------------------------------------------------------------
//
// Each takes from the front of the input what it returns. They are made so that a seed is a file
// that a person can read and write: parts end with a line.

struct pc_str fuzz_line(struct pc_str *input); // up to the next '\n', which goes; all if none
struct pc_str fuzz_rest(struct pc_str *input); // what is left
unsigned fuzz_byte(struct pc_str *input);      // 0 at the end of the input

// A copy of its exact size on the heap, or none, so that a read past the bytes is found: to be
// freed.
char *fuzz_copy(struct pc_str bytes);

// A folder for targets whose input is files: made at the first call below $TMPDIR, which the tools
// set to what they throw away; gone at the end of the process. Whoever puts something there for an
// input takes it away again.
const char *fuzz_folder(void);

#endif
