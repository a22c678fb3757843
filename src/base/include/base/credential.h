// SPDX-License-Identifier: Apache-2.0
//
// Credentials of systemd: files in a folder of the service's own, which the variable
// CREDENTIALS_DIRECTORY names (LoadCredential= in the unit).
#ifndef PC_BASE_CREDENTIAL_H
#define PC_BASE_CREDENTIAL_H

#include <limits.h>

#include "base/diag.h"

// Writes the path of the credential to `path`, whether there is one or not. PC_ERR_INVALID: there
// is no such folder, or the name is none; reported with the code.
PC_MUST_CHECK enum pc_status pc_credential_path(const char *name, enum pc_diag_code code,
                                                struct pc_diags *diags, char path[PATH_MAX]);

#endif
