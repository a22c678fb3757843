// SPDX-License-Identifier: Apache-2.0
//
// A new store is made in a folder of its own, its site, which nobody else looks at, and put into
// its place at the end; so nobody ever sees half of one, and a failure leaves nothing behind. Only
// a process that is killed, and does not call pc_store_abandon first, leaves such a folder:
// "<path>.new-XXXXXX" or "<path>/new-XXXXXX". Errors are those of errno; 0 is success.
#ifndef PC_STORE_SITE_H
#define PC_STORE_SITE_H

#include "base/str.h"

#include <stdbool.h>

// Makes it beside the path, or inside the folder that is there already. *site is to be freed.
PC_MUST_CHECK int pc_site_make(const char *path, bool inside, char **site);

// Puts the store into its place and removes what is left of the site. EEXIST: another process was
// first. *placed, also set on a failure: the store is in its place, and what failed is bringing its
// name to the disk, so that only a power cut may take it again.
PC_MUST_CHECK int pc_site_settle(const char *site, const char *path, bool inside, bool *placed);

// Removes the site and the store in it.
void pc_site_discard(const char *site);

#endif
