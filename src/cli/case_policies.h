// SPDX-License-Identifier: Apache-2.0
//
// The `policies` of a case, compiled to the same images that a store holds, in memory. A policy is
// written in the case, or in a file of its own that the case names.
#ifndef PC_CLI_CASE_POLICIES_H
#define PC_CLI_CASE_POLICIES_H

#include "eval/decision.h"
#include "eval/request.h"
#include "policy/model.h"
#include "json/reader.h"

struct pc_case_source;

// Where a case has its policies from, in place of its own: at most one is there.
struct pc_case_account {
    const struct pc_json *paths; // "account": what is compiled
    const struct pc_json *store; // "store": the path of a compiled one
};

// One policy document of a case, as it was read. Two with the same `file`, line and column are the
// same document.
struct pc_case_document {
    enum pc_policy_type type; // what it is used as
    struct pc_str name;       // for people
    struct pc_str file;       // for places: the case's, or the policy's own
    struct pc_str text;       // that the tree was parsed from
    const struct pc_json *json;
};

// Who reads the files that cases name (policy_files.h).
struct pc_policy_loader {
    // Finds the document in the file that `path`, a string of the case, names from the folder of
    // the case's file; all of *out but its type is set. Valid as long as the loader.
    // PC_ERR_INVALID: reported. PC_ERR_NOMEM.
    enum pc_status (*find)(struct pc_policy_loader *loader, const struct pc_case_source *source,
                           const struct pc_json *path, struct pc_case_document *out);
};

// Who finds the policies of a whole account that a case names (case_accounts.h).
struct pc_account_loader {
    // Finds the policies for the request, not yet finished, and fills in what the account knows
    // (account/resolve.h). `named`: the case's "account", or its "store". *out is valid until the
    // next question. PC_ERR_INVALID, PC_ERR_NOTFOUND and others of the store: reported.
    // PC_ERR_NOMEM.
    enum pc_status (*resolve)(struct pc_account_loader *loader, const struct pc_case_source *source,
                              const struct pc_case_account *named, struct pc_request *request,
                              struct pc_policies *out);
    // Whether what was found last is still what it was, now that it has been asked.
    enum pc_status (*check)(struct pc_account_loader *loader, const struct pc_case_source *source,
                            const struct pc_case_account *named);
};

// What one of the images was compiled from. In the arena of the image.
struct pc_case_used {
    const struct pc_image *image; // as pc_policies has it
    const struct pc_policy *const *policies;
    size_t count;
    const struct pc_case_used *next;
};

struct pc_case_source {
    struct pc_arena *arena; // of what is made
    struct pc_str file;     // for places
    struct pc_str text;     // that the tree was parsed from
    struct pc_diags *diags;
    struct pc_policy_loader *loader;    // NULL: a case that names a file is refused
    struct pc_account_loader *accounts; // NULL: a case that names an account is refused
    const struct pc_case_used **used;   // where what is compiled is put in front; NULL: nobody asks
};

// Compiles every policy. policies NULL: there are none. The request tells of which kind the
// resource's policy is: a role's trust policy for sts: actions on a role, a key policy for kms:
// actions on a key. PC_ERR_INVALID: at least one error was reported. PC_ERR_NOMEM, PC_ERR_LIMIT.
PC_MUST_CHECK enum pc_status pc_case_policies_compile(const struct pc_case_source *source,
                                                      const struct pc_json *policies,
                                                      const struct pc_request *request,
                                                      struct pc_policies *out);

// Which type a resource's policy has for this request.
enum pc_policy_type pc_case_resource_type(const struct pc_request *request);

// What the rows of a table share: the policies, compiled once for each kind of resource policy that
// the requests ask for. A zeroed struct is empty.
struct pc_case_set;
struct pc_case_sets {
    struct pc_arena *arena; // of the table
    struct pc_case_set *first;
};

// As pc_case_policies_compile, but takes what an earlier row had compiled from the same policies,
// with what was reported then.
PC_MUST_CHECK enum pc_status pc_case_sets_compile(struct pc_case_sets *sets,
                                                  const struct pc_case_source *source,
                                                  const struct pc_json *policies,
                                                  const struct pc_request *request,
                                                  struct pc_policies *out);

#endif
