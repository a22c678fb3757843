// SPDX-License-Identifier: Apache-2.0
//
// The folder of a vault.
#ifndef PC_SECRETS_FOLDER_H
#define PC_SECRETS_FOLDER_H

#include "base/diag.h"

// Opens it: a folder of this user or of root that others may not write to. PC_ERR_NOTFOUND
// (VAULT_MISSING), PC_ERR_IO (VAULT_IO), PC_ERR_INVALID: others may write to it (VAULT_IO).
PC_MUST_CHECK enum pc_status pc_vault_folder_open(const char *path, struct pc_diags *diags,
                                                  int *out);

// Makes it (0700); one that is there must be empty. *is_new: it was not there. PC_ERR_INVALID
// (VAULT_EXISTS), PC_ERR_IO (VAULT_IO): everything is as it was.
PC_MUST_CHECK enum pc_status pc_vault_folder_make(const char *path, struct pc_diags *diags,
                                                  int *out, bool *is_new);

// Is there a store in the folder, and may nobody write to it but this user and root? What is
// changed must be there: nothing else makes one. PC_ERR_NOTFOUND (VAULT_MISSING), PC_ERR_IO
// (VAULT_IO), PC_ERR_INVALID: others may write to it, or a part of it is a link (VAULT_IO).
PC_MUST_CHECK enum pc_status pc_vault_store_check(int folder, struct pc_str path,
                                                  struct pc_diags *diags);

// Given the status of looking for a vault's store there: where it is missing, and an audit log is
// not, says in the hint of what was reported that a vault is incomplete. Gives the status.
PC_MUST_CHECK enum pc_status pc_vault_explain_missing(int folder, enum pc_status status,
                                                      struct pc_diags *diags);

// Path of the store in it. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_vault_store_path(struct pc_arena *arena, struct pc_str vault,
                                                 struct pc_str *out);

#endif
