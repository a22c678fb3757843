// SPDX-License-Identifier: Apache-2.0
//
// Which findings somebody has decided to live with, why, and until when (CONTRACT.md 7).
#ifndef PC_CLI_LINT_SUPPRESSIONS_H
#define PC_CLI_LINT_SUPPRESSIONS_H

#include "base/diag.h"
#include "path_pattern.h"

// The file that counts when none is named, in the current folder.
#define PC_LINT_SUPPRESSIONS_FILE ".polcheck-lint.json"

struct pc_suppression {
    enum pc_diag_code code;
    struct pc_str file; // as written; "": of any file
    struct pc_path_pattern pattern;
    struct pc_str statement; // Sid or "#N"; "": of any
    struct pc_str policy;    // name; "": of any
    struct pc_str reason;
    struct pc_str until;   // "2027-01-31": the last day on which it counts, in UTC
    bool expired;          // that is past
    struct pc_place place; // of the entry
    size_t hits;           // findings that it suppressed or, expired, would have
};

struct pc_suppressions {
    struct pc_str path;   // of the file; "": there is none
    struct pc_str folder; // real path of its folder
    struct pc_suppression *entries;
    size_t count;
};

// What a suppression looks at.
struct pc_suppressible {
    enum pc_diag_code code;
    struct pc_str path;      // from the folder of the suppressions (pc_suppressions_path)
    struct pc_str policy;    // "": of none
    struct pc_str statement; // "": of none, or it is not known of which
};

// Reads the file. now: seconds since 1970. Everything lives in the arena.
// PC_ERR_INVALID: FILE_MISSING, FILE_READ, POL01xx or SUPPRESSION_TEXT was reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_suppressions_read(struct pc_arena *arena, struct pc_str path,
                                                  int64_t now, struct pc_diags *diags,
                                                  struct pc_suppressions *out);

// The path of a file from the folder of the suppressions, links of folders followed; "" when it is
// not below it. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_suppressions_path(const struct pc_suppressions *suppressions,
                                                  struct pc_arena *arena, struct pc_str file,
                                                  struct pc_str *out);

// The first entry that counts for the finding, else the first that has expired; NULL: none is for
// it.
struct pc_suppression *pc_suppressions_find(const struct pc_suppressions *suppressions,
                                            const struct pc_suppressible *finding);

// Is the entry for what is in this file, or in this policy: what it would find there it suppresses?
bool pc_suppression_reaches(const struct pc_suppression *entry,
                            const struct pc_suppressible *finding);

// Does the entry name one file, and there is none?
bool pc_suppression_is_astray(const struct pc_suppressions *suppressions,
                              const struct pc_suppression *entry);

#endif
