// SPDX-License-Identifier: Apache-2.0
//
// Files that trust rests on: opened, checked for who else may touch them, read and made.
#ifndef PC_TRUST_FILE_H
#define PC_TRUST_FILE_H

#include "base/diag.h"

#include <sys/stat.h>

// What kind of file one is, for what is asked of it and what is said.
struct pc_trust_kind {
    const char *what;       // "the trusted keys"
    enum pc_diag_code code; // of a failure of the system
    mode_t forbidden;       // rights that group and others may not have
    bool links;             // symbolic links are followed
    bool alone;             // nobody else may make files in its folder either
    const char *missing;    // hint when there is none; NULL: none
    const char *exposed;    // hint at its mode
};

extern const struct pc_trust_kind pc_trust_public_kind, pc_trust_made_kind, pc_trust_secret_kind,
    pc_trust_credential_kind, pc_trust_seen_kind;

struct pc_trust_file {
    const struct pc_trust_kind *kind;
    const char *name; // its path, or "descriptor N"
};

// Opens it for reading, and checks it. PC_ERR_NOTFOUND, PC_ERR_IO: reported under the kind's code.
// PC_ERR_INVALID: reported (TRUST_FILE_EXPOSED).
PC_MUST_CHECK enum pc_status pc_trust_file_open(const struct pc_trust_file *file,
                                                struct pc_diags *diags, int *fd,
                                                struct stat *about);

// Whether what is open is a regular file of the right owner and mode. PC_ERR_INVALID: reported.
PC_MUST_CHECK enum pc_status pc_trust_file_check(const struct pc_trust_file *file,
                                                 const struct stat *about, struct pc_diags *diags);

// Whether the folder of a file lets nobody else remove it, or put another one there: it belongs to
// this user or root, and group and others may not write to it, or it has the sticky bit (but for
// kinds that are alone there), or is mounted read-only. Of a link, where the kind may be one, that
// is true of the folder of what it leads to as well, and of each on the way; each link belongs to
// this user or root; and the way ends at what was opened, of which `opened` is what fstat said
// (NULL for kinds without links). Folders above, and links among them, are not looked at.
// PC_ERR_INVALID: reported (TRUST_FILE_EXPOSED). PC_ERR_BUSY: what was opened is not there, and
// perhaps was replaced meanwhile; unreported, for it may be opened again. PC_ERR_NOTFOUND,
// PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_trust_folder_check(const struct pc_trust_file *file,
                                                   const struct stat *opened,
                                                   struct pc_diags *diags);

// Reads up to the end, or until the room is full. PC_ERR_IO: reported.
PC_MUST_CHECK enum pc_status pc_trust_file_read(const struct pc_trust_file *file, int fd,
                                                struct pc_diags *diags, struct pc_buf *room);

// Reports a failure of the system; `doing` as in "cannot be read". PC_ERR_NOTFOUND, PC_ERR_FULL or
// PC_ERR_IO.
enum pc_status pc_trust_file_fail(const struct pc_trust_file *file, const char *doing, int error,
                                  struct pc_diags *diags);

// Makes the file at the path, of that mode whatever the process's mask, with these bytes, and
// brings them to the disk. 0, or an errno; nothing is left behind then.
int pc_trust_file_make(const char *path, mode_t mode, struct pc_str bytes);

// Brings the names in the folder of the path to the disk. 0, or an errno; also 0 where a file
// system cannot.
int pc_trust_sync_folder(const char *path);

#endif
