// SPDX-License-Identifier: Apache-2.0
//
// The two files of an audit log by plain POSIX calls, and what is said when one of them fails.
#ifndef PC_SECRETS_AUDIT_FILES_H
#define PC_SECRETS_AUDIT_FILES_H

#include "audit_head.h"

enum pc_audit_access {
    PC_AUDIT_READ = 0, // one of the two may be missing
    PC_AUDIT_WRITE,    // both must be there
    PC_AUDIT_CREATE,   // neither may be there
    PC_AUDIT_MEND,     // the log must be there, to be written anywhere; the head is made if need be
    PC_AUDIT_RENEW,    // as MEND, but the log is made, too
};

// Which file it is.
struct pc_audit_identity {
    uint64_t device, inode;
};

struct pc_audit_files {
    int folder;                               // borrowed
    int log, head;                            // -1: missing
    bool made_log, made_head;                 // they were not there
    struct pc_audit_identity log_is, head_is; // of those that are there
    struct pc_buf paths;                      // the two one after the other
    struct pc_str log_path, head_path;        // for people
};

// Errors as pc_audit_open; READ: PC_ERR_IO also when both are missing.
PC_MUST_CHECK enum pc_status pc_audit_files_open(const struct pc_audit_place *place,
                                                 enum pc_audit_access access,
                                                 struct pc_diags *diags,
                                                 struct pc_audit_files *out);
void pc_audit_files_close(struct pc_audit_files *files);

// Takes away what this made of a log to MEND or to RENEW.
void pc_audit_files_unmake(const struct pc_audit_files *files);

// Takes away both, which were just created.
void pc_audit_files_unlink(const struct pc_audit_place *place);

// Waits until no other process has the log, for PC_AUDIT_WAIT_MS at most: `alone` for whoever
// changes it. PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_audit_files_lock(const struct pc_audit_files *files, bool alone,
                                                 struct pc_diags *diags);
void pc_audit_files_unlock(const struct pc_audit_files *files);

// Whether both still lie in their place. PC_ERR_IO; PC_ERR_DAMAGED: one was removed or replaced.
PC_MUST_CHECK enum pc_status pc_audit_files_check(const struct pc_audit_files *files,
                                                  struct pc_diags *diags);

// Size of the log. PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_audit_files_size(const struct pc_audit_files *files,
                                                 struct pc_diags *diags, uint64_t *out);

// Reads the head. PC_ERR_IO. *whole: whether it has a head's size, without which *out means
// nothing.
PC_MUST_CHECK enum pc_status pc_audit_files_read_head(const struct pc_audit_files *files,
                                                      struct pc_diags *diags,
                                                      struct pc_audit_head *out, bool *whole);
PC_MUST_CHECK enum pc_status pc_audit_files_write_head(const struct pc_audit_files *files,
                                                       const struct pc_audit_head *head,
                                                       struct pc_diags *diags);

// Appends, by one write but for file systems that do half of it; what is not whole is cut off
// again, to `size`. PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_audit_files_append(const struct pc_audit_files *files,
                                                   struct pc_str line, uint64_t size,
                                                   struct pc_diags *diags);
// Writes over what the log has at `at`; of one that was opened to MEND. PC_ERR_IO. *begun, also
// then: whether anything was written.
PC_MUST_CHECK enum pc_status pc_audit_files_put(const struct pc_audit_files *files,
                                                struct pc_str line, uint64_t at, bool *begun,
                                                struct pc_diags *diags);

// Makes the head's file as long as a head.
PC_MUST_CHECK enum pc_status pc_audit_files_fit_head(const struct pc_audit_files *files,
                                                     struct pc_diags *diags);

PC_MUST_CHECK enum pc_status pc_audit_files_cut(const struct pc_audit_files *files, uint64_t size,
                                                struct pc_diags *diags);

// Waits for the disk: the log, then its head.
PC_MUST_CHECK enum pc_status pc_audit_files_sync(const struct pc_audit_files *files,
                                                 struct pc_diags *diags);

// Waits for the disk to have the names; a file system that cannot need not.
PC_MUST_CHECK enum pc_status pc_audit_files_sync_folder(const struct pc_audit_files *files,
                                                        int folder, struct pc_diags *diags);

// Reads until there are so many bytes, or no more. PC_ERR_IO, with errno.
PC_MUST_CHECK enum pc_status pc_audit_read_at(int fd, char *room, size_t count, uint64_t offset,
                                              size_t *got);

// Reports AUDIT_IO, "cannot be VERB: reason", and returns PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_audit_report_io(struct pc_diags *diags, struct pc_str path,
                                                const char *verb, int error);

// Sets the hint of the AUDIT_DAMAGED just reported and returns PC_ERR_DAMAGED.
PC_MUST_CHECK enum pc_status pc_audit_damaged(struct pc_diags *diags);

// The place of a line, or of a file as a whole (0).
struct pc_place pc_audit_place_at(struct pc_str path, uint64_t line);

#endif
