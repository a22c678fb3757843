// SPDX-License-Identifier: Apache-2.0
//
// What the AWS CLI prints, manifests and policy files, read into one picture of accounts: who holds
// which policy. Nothing is skipped: a document of unknown shape, a dangling reference, something
// defined twice is an error with its place (POL07xx).
#ifndef PC_ACCOUNT_IMPORT_H
#define PC_ACCOUNT_IMPORT_H

#include "base/diag.h"

struct pc_import; // lives in the arena

// Connections of functions that a document told and no other before it, by kind.
struct pc_recognised_kind {
    const char *kind; // of account/connection_kinds.h
    size_t count;     // at least 1
    struct pc_recognised_kind *next;
};

// What was recognised, a file or an element of it, for people (compile -v).
struct pc_recognised {
    struct pc_str file;
    const char *shape; // "iam get-account-authorization-details", "polcheck manifest", ...
    size_t policies;   // policy documents in it
    struct pc_recognised_kind *kinds; // in the order in which they were told
    struct pc_recognised *next;
};

struct pc_import_counts {
    size_t files;      // JSON files read
    size_t documents;  // policy documents
    size_t principals; // roles and users
    size_t resources;  // resources with a policy, trust policies of roles among them
    size_t functions;
    size_t levels; // organisation levels, accounts among them
    size_t cases;  // cases of polcheck test, which were passed over
};

struct pc_import_input {
    const struct pc_str *paths; // files, folders and "-"
    size_t count;
    size_t jobs; // threads that read and compile, at most; 0 counts as 1
};

// Reads files and folders (every *.json below a folder, in the order of their names; "-" is
// standard input) and resolves all references between them. Files that a manifest names are its
// own. Reports every error that it finds; neither that nor the picture depends on the number of
// threads. PC_ERR_INVALID: at least one error was reported.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_import_paths(struct pc_arena *arena,
                                             const struct pc_import_input *input,
                                             struct pc_diags *diags, const struct pc_import **out);

const struct pc_recognised *pc_import_recognised(const struct pc_import *import);
struct pc_import_counts pc_import_counts(const struct pc_import *import);

#endif
