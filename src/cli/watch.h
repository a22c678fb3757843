// SPDX-License-Identifier: Apache-2.0
//
// Waits for files and folders to change (inotify). Whoever works with them names each before it is
// read: so a change while the work goes on is not missed.
#ifndef PC_CLI_WATCH_H
#define PC_CLI_WATCH_H

#include "base/arena.h"
#include "base/diag.h"

struct pc_watch_folder; // one that is watched
struct pc_watch_own;

struct pc_watch {
    int fd;                    // -1: not open
    struct pc_arena arenas[2]; // of what was watched before, and is now
    struct pc_watch_folder *before, *now;
    struct pc_watch_own *own; // files that we write ourselves
    int error;                // errno of what could not be watched, 0: none
    struct pc_buf changed;    // path of what changed first
};

// PC_ERR_INVALID: reported (WATCH_FAILED). A struct with fd -1 may be closed.
PC_MUST_CHECK enum pc_status pc_watch_open(struct pc_watch *watch, struct pc_diags *diags);
void pc_watch_close(struct pc_watch *watch);

// Begins to name anew what is watched. What is not named until pc_watch_end is watched no longer.
void pc_watch_begin(struct pc_watch *watch);

// A file, or a folder with every *.json, *.ndjson and folder below, but what is hidden. It need not
// exist; behind a link also what it leads to.
void pc_watch_add(struct pc_watch *watch, struct pc_str path);

// A file that we write ourselves: its changes do not count.
void pc_watch_ignore(struct pc_watch *watch, struct pc_str path);

// Ends the naming. PC_ERR_INVALID: something cannot be watched; reported.
PC_MUST_CHECK enum pc_status pc_watch_end(struct pc_watch *watch, struct pc_diags *diags);

// Waits until something that is watched has changed since it was named, and then for a moment in
// which nothing does, for a program that saves a file may do so in steps. watch->changed names the
// first. PC_ERR_INVALID: reported.
PC_MUST_CHECK enum pc_status pc_watch_wait(struct pc_watch *watch, struct pc_diags *diags);

#endif
