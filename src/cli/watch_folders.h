// SPDX-License-Identifier: Apache-2.0
//
// What is watched, for watch.c alone: folders, and what in them counts.
#ifndef PC_CLI_WATCH_FOLDERS_H
#define PC_CLI_WATCH_FOLDERS_H

#include "watch.h"

#include <sys/types.h>

struct pc_watch_name {
    struct pc_str text;
    struct pc_watch_name *next;
};

struct pc_watch_folder {
    int number; // of inotify
    struct pc_str path;
    bool whole;                  // every JSON file in it counts, and every folder
    struct pc_watch_name *names; // beside what counts so
    dev_t device;
    ino_t inode;
    struct pc_watch_folder *next;
};

struct pc_watch_own {
    struct pc_str path, name;
    dev_t device; // of its folder
    ino_t inode;
    struct pc_watch_own *next;
};

// The folder of that number of inotify, or NULL.
struct pc_watch_folder *pc_watch_folder_of(struct pc_watch_folder *folders, int number);

// Is a change of what has this name in the folder one to be told?
bool pc_watch_counts(const struct pc_watch *watch, const struct pc_watch_folder *folder,
                     struct pc_str name, bool is_directory);

#endif
