// SPDX-License-Identifier: Apache-2.0
//
// The folder that a store lies in, and the two files in it. Knows nothing of what is in them.
// Functions that return int return 0 or an errno.
#ifndef PC_STORE_FOLDER_H
#define PC_STORE_FOLDER_H

#include "store/store.h"

#define PC_FOLDER_DATA "data.mdb"
#define PC_FOLDER_LOCK "lock.mdb"
#define PC_FOLDER_SITE "new-" // the first letters of the folder in which a new store is made

struct pc_folder {
    int fd; // held, so that its inode number is not given to another folder
    uint64_t device, inode;
};

struct pc_folder_file {
    bool exists, regular;
    uint64_t size, inode;
    int64_t changed; // nanoseconds since 1970
};

// ENOENT, ENOTDIR and so on.
PC_MUST_CHECK int pc_folder_open(const char *path, struct pc_folder *out);
void pc_folder_close(struct pc_folder *folder);

enum {
    PC_FOLDER_LINK = 32, // bytes
};

// Writes a path that leads to this very folder, whatever was put into its place since it was
// opened. False: the system has none.
PC_MUST_CHECK bool pc_folder_link(const struct pc_folder *folder, char out[PC_FOLDER_LINK]);

// Looks at a file by its name in the folder. One that does not exist is no error.
PC_MUST_CHECK int pc_folder_look(const struct pc_folder *folder, const char *name,
                                 struct pc_folder_file *out);

// The marks of the store in the folder; of a file that is not there zeros.
PC_MUST_CHECK int pc_folder_marks(const struct pc_folder *folder, struct pc_store_marks *out);

// Whether nothing but the two files of a store, and folders where one is being made, is in it.
PC_MUST_CHECK int pc_folder_is_free(const struct pc_folder *folder, bool *is_free);

// Whether what has the name in the folder is a file of its own, or not there: 0. ELOOP: a link;
// LMDB would write to whatever it leads to. EINVAL: something else. Whoever may write to the folder
// can put one there afterwards.
PC_MUST_CHECK int pc_folder_check_own(const struct pc_folder *folder, const char *name);

// Makes the lock file with all its blocks, unless there is one: LMDB makes it with a hole, which it
// then writes to through a map, and on a full disk that is a SIGBUS. ELOOP, EINVAL: there is one,
// as pc_folder_check_own says.
PC_MUST_CHECK int pc_folder_make_lock(const struct pc_folder *folder, uint64_t bytes);

// Whether this process may write to the lock file.
bool pc_folder_may_lock(const struct pc_folder *folder);

// Whether somebody may write to the lock file, by its owner or mode, who may write neither to the
// data nor to the folder. LMDB believes what is in there: a mutex that nobody gives back and a
// number of readers beyond the file's end stop and end whoever opens it. So it is opened only where
// those who may write to it are root, this process's user and such as may exchange the data, which
// does as much harm. Modes are compared, and lists of access control are not. False where there is
// none.
PC_MUST_CHECK int pc_folder_lock_is_foreign(const struct pc_folder *folder, bool *is_foreign);

// All of the data file, mapped for reading: release with pc_folder_unmap. A file of size 0 gives an
// empty view. fd: the open data file.
PC_MUST_CHECK int pc_folder_map(int fd, struct pc_str *out);

// The same with so many addresses (> 0), whatever size the file has: what is behind its end must
// not be touched until the file has grown over it.
PC_MUST_CHECK int pc_folder_reserve(int fd, size_t bytes, struct pc_str *out);

// Has the process so many addresses left for a map? Tries it with a map of nothing.
bool pc_folder_has_addresses(size_t bytes);

PC_MUST_CHECK int pc_folder_size(int fd, uint64_t *bytes);  // of an open file
PC_MUST_CHECK int pc_folder_inode(int fd, uint64_t *inode); // of an open file
void pc_folder_unmap(struct pc_str *bytes);

// Opens the data file for reading.
PC_MUST_CHECK int pc_folder_open_data(const struct pc_folder *folder, int *fd);

// Tries on a file without a name whether there is room for so many bytes more from that offset of
// the data file: 0, or what denies it: ENOSPC (disk), EDQUOT (quota), EFBIG (limit of a file's
// size). 0 as well when it cannot be tried.
PC_MUST_CHECK int pc_folder_try_room(const struct pc_folder *folder, uint64_t offset,
                                     uint64_t bytes);

#endif
