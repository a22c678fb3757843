// SPDX-License-Identifier: Apache-2.0
//
// The policy documents of files, one after the other, for whoever looks at each by itself: found as
// a compile finds them (account/import.h), but nobody has to hold them, and one that cannot be read
// does not keep the others from being visited.
#ifndef PC_ACCOUNT_POLICIES_H
#define PC_ACCOUNT_POLICIES_H

#include "account/import.h"
#include "policy/reader.h"

// A document as one type. Its texts are valid until the import's arena is released, its tree during
// the visit.
struct pc_found_policy {
    struct pc_policy_input input; // for pc_policy_read
    struct pc_place place;        // of the document
    struct pc_str holder; // ARN of the one role, user, group or resource that has it; "": none that
                          // is known, or several
    struct pc_str arn;    // of a managed policy; "" for one without an ARN
    bool guessed;         // neither the input nor the caller said its type
};

struct pc_policies_input {
    struct pc_import_input from;
    enum pc_policy_type type; // of documents of which nothing in the input tells it; NONE: it is
                              // guessed from their text, as identity, trust, key or resource policy
    enum pc_status (*visit)(void *context, const struct pc_found_policy *found, size_t number,
                            size_t total);
    void *context;
};

// Reads the files and calls visit for each document, in the order of reading; once for each type
// that it is used as, however many hold it. A managed policy that is defined again in the same
// words is not visited again. Cases of polcheck test are passed over, and counted. visit gets the
// place in the order, from 0, and the number of documents. A status of it other than PC_OK is
// returned at once. What is wrong with files, dumps and manifests is reported (POL00xx, POL01xx,
// POL07xx); that a reference leads nowhere is not: it may lead to what is elsewhere. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_import_policies(struct pc_arena *arena,
                                                const struct pc_policies_input *input,
                                                struct pc_diags *diags,
                                                const struct pc_import **out);

// Text of the file that places name so; "" when it was not read. Lives in the import's arena.
struct pc_str pc_import_text(const struct pc_import *import, struct pc_str file);

#endif
