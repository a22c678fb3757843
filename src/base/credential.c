// SPDX-License-Identifier: Apache-2.0
#include "base/credential.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum pc_status pc_credential_path(const char *name, enum pc_diag_code code, struct pc_diags *diags,
                                  char path[PATH_MAX])
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (folder == NULL || folder[0] != '/') {
        pc_diag_report(diags, code, (struct pc_place){.line = 0},
                       "there are no credentials of systemd: CREDENTIALS_DIRECTORY is not set");
        pc_diag_hint(diags,
                     "LoadCredentialEncrypted= in the unit gives the service its credentials");
        return PC_ERR_INVALID;
    }
    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL ||
        (size_t)snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX) {
        pc_diag_report(diags, code, (struct pc_place){.line = 0},
                       "\"%s\" is not the name of a credential", name);
        return PC_ERR_INVALID;
    }
    return PC_OK;
}
