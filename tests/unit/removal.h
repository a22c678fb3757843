// SPDX-License-Identifier: Apache-2.0
//
// Takes away what a test has made.
#ifndef PC_TESTS_REMOVAL_H
#define PC_TESTS_REMOVAL_H

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static inline void remove_at(int place, const char *name)
{
    if (unlinkat(place, name, 0) == 0) {
        return;
    }
    int fd = openat(place, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder == NULL) {
        return;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            remove_at(fd, entry->d_name);
        }
    }
    (void)closedir(folder);
    (void)unlinkat(place, name, AT_REMOVEDIR);
}

// A file, or a folder with all that is in it.
static inline void remove_all(const char *path)
{
    remove_at(AT_FDCWD, path);
}

#endif
