// SPDX-License-Identifier: Apache-2.0
//
// The files that manifests name, read before anybody asks for them, because then several can be
// read at a time. Nothing is taken into the picture and nothing reported: who asks for a file finds
// it ready, or reads it.
#ifndef PC_ACCOUNT_MANIFEST_FILES_H
#define PC_ACCOUNT_MANIFEST_FILES_H

#include "picture.h"

// Does nothing on one thread. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_manifest_files_read(struct pc_import *import);

#endif
