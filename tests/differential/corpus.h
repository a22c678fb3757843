// SPDX-License-Identifier: Apache-2.0
//
// The cases of files: of one, or of all below a folder (*.json: a case or an array of cases,
// *.ndjson: a case a line).
#ifndef CORPUS_H
#define CORPUS_H

#include "base/str.h"

// Visits every case: its text, and a name made of its file and its number in it. False: something
// could not be read, which is told on standard error; the others are visited all the same.
bool corpus_each(const char *path,
                 void (*visit)(void *context, struct pc_str text, const char *name), void *context);

#endif
