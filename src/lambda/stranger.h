// SPDX-License-Identifier: Apache-2.0
//
// Questions of those whom the store does not know: the public, other accounts, services that act
// for other accounts. Asked of the evaluator with the policies that the store has for the resource;
// what a stranger's own side allows is not known, and taken to be everything.
#ifndef PC_LAMBDA_STRANGER_H
#define PC_LAMBDA_STRANGER_H

#include "lambda/check.h"

#define PC_STRANGER_ACCOUNT "999999999999"
// A name that nobody gives to anything.
#define PC_STRANGER_NAME "polcheck-unrelated"

struct pc_stranger {
    struct pc_str who, action, resource;
    struct pc_str region;      // that is asked where the resource names none; "" unknown
    const struct pc_tag *keys; // context; of one name each
    size_t key_count;
    bool known;           // who is one of the store's, with its policies
    bool others_resource; // the resource is a stranger's, whose policy lets everybody in
};

// Decides, with reasons, which are valid until the next question. The last question of the asker is
// forgotten. What cannot be asked is denied, which is no word that it is safe: of a stranger that
// is reported to `diags`, for whoever checks to fail. PC_ERR_DAMAGED, PC_ERR_BUSY, PC_ERR_IO:
// reported at the place. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_stranger_ask(struct pc_checker *checker,
                                             const struct pc_stranger *stranger,
                                             struct pc_diags *diags, struct pc_answer *out);

#endif
