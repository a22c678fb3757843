// SPDX-License-Identifier: Apache-2.0
//
// Accounts that strangers may have: any one, and for each wildcard in an account that a statement
// asks for one that it stands for.
#ifndef PC_LAMBDA_STRANGER_ACCOUNT_H
#define PC_LAMBDA_STRANGER_ACCOUNT_H

#include "danger_search.h"

struct pc_stranger_account {
    struct pc_str id;
    struct pc_stranger_account *next;
};

// Accounts that the statement may mean by the values of two keys, one of ARNs and one of account
// ids: first PC_STRANGER_ACCOUNT, never the function's own. In search->texts. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_stranger_accounts_find(struct pc_danger_search *search,
                                                       const struct pc_view_statement *statement,
                                                       const char *arn_key, const char *id_key,
                                                       struct pc_stranger_account **out);

#endif
