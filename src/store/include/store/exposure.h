// SPDX-License-Identifier: Apache-2.0
//
// Who else may write to a store: its folder, its data and its lock file. Whoever may decides what
// is allowed, and can change pages that a reader has verified and reads in its map, which no
// checksum and no signature of the content guards against. Only modes and owners are looked at, as
// they are now, of the files that are open; access control lists count through the mode's group
// bits, and the folders above are not looked at.
//
// What is refused where, and why no more:
//
//   everybody may write to the folder (unless it is sticky), or to the data
//       the command warns (STORE_WRITABLE): some file systems, such as those of other systems'
//       disks, show every file so, and people look at their policies there. The library opens no
//       such store (STORE_EXPOSED), and polcheck verify says so to who asks whether it would.
//   the group may write, or another user than this process's and root owns it
//       fine for decisions: teams share a folder, and a server reads what another user compiles.
//       Before secrets are released from it, it is refused (STORE_EXPOSED), as it is of a vault.
//   others may write to the lock file than to the data and the folder
//       fine for decisions, for no process opens it then: LMDB believes what is in there, and
//       whoever writes a mutex or a number of readers of his own into it stops or ends all who have
//       it open. Readers do without a slot, as they do where they may not write to it. Writers
//       cannot do without, and leave the store alone (STORE_EXPOSED). Slots for readers of other
//       users are had by letting a group write to both files. Not where secrets hang on it.
//
// What polcheck compile makes has mode 0700 and 0600, whatever the umask; only a folder that was
// there before keeps its mode.
#ifndef PC_STORE_EXPOSURE_H
#define PC_STORE_EXPOSURE_H

#include "store/store.h"

// What hangs on the store.
enum pc_store_care {
    PC_CARE_OF_DECISIONS,
    PC_CARE_OF_SECRETS,
};

// PC_ERR_INVALID (STORE_EXPOSED): others may write to it than may, as above. PC_ERR_IO (STORE_IO):
// it cannot be looked at. Cost: three system calls. Any thread.
PC_MUST_CHECK enum pc_status pc_store_check_kept(const struct pc_store *store,
                                                 enum pc_store_care care, struct pc_diags *diags);

// Warns of what PC_CARE_OF_DECISIONS refuses (STORE_WRITABLE). What cannot be looked at is warned
// of as well.
void pc_store_warn_exposed(const struct pc_store *store, struct pc_diags *diags);

#endif
