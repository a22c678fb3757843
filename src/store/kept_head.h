// SPDX-License-Identifier: Apache-2.0
//
// The head that a commit writes over, kept until it is known that the commit worked.
//
// When writing a head fails, LMDB writes it once more, with the number of the older transaction but
// with the trees of the one that failed: so that itself it goes on with the newer head. The older
// state is gone then, and of such a file the checks have to say that it is damaged: a newest state
// whose number was damaged looks the same.
#ifndef PC_STORE_KEPT_HEAD_H
#define PC_STORE_KEPT_HEAD_H

#include "env.h"

enum {
    PC_KEPT_HEAD_BYTES = 152, // of the page, from its start
};

struct pc_kept_head {
    uint64_t at, page;      // where in the file; bytes of a page
    uint64_t before, newer; // transactions: of this head, and of the other one
    char bytes[PC_KEPT_HEAD_BYTES];
};

// Keeps the head that the transaction of that number will write over. In the transaction only.
// As pc_pages_check_heads, and PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_kept_head_init(const struct pc_env *env, uint64_t txnid,
                                               struct pc_kept_head *out);

// After a commit that failed: puts the head back unless it is as it was, or somebody has committed
// since. Opens the environment anew, and waits for writers. What cannot be put back stays as LMDB
// left it. env->error stays.
void pc_kept_head_restore(const struct pc_kept_head *kept, struct pc_env *env, size_t map_bytes);

#endif
