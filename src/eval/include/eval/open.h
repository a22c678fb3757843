// SPDX-License-Identifier: Apache-2.0
//
// What a request leaves open, for questions that are not about one request: "who can", "what can".
// A key that the request neither gives nor calls absent, and that does not follow from the rest,
// may have any value, or none. So may the name of a session, of a caller given as a role, and
// who the caller is where it stands for others. A request whose resource is a pattern leaves open
// which of its resources is meant.
//
// pc_decide with PC_DECIDE_GENEROUS reads all of it as whoever asks would have it, with
// PC_DECIDE_STRICT the reverse, statement by statement. A match more of an Allow, or one less of a
// Deny, never turns allowed into denied; so what the strict reading allows is allowed whatever the
// open keys are, and what the generous one denies is denied. Between them it depends, or can not
// come to be, as where two statements want two values of one key.
//
// Three facts are read as a decision reads them, and not as open: the owner that is assumed
// the unique id that the store has of a principal or has not, and that a KMS key
// is none of AWS's own unless an alias says so (7.1). So is the time: that of the request.
#ifndef PC_EVAL_OPEN_H
#define PC_EVAL_OPEN_H

#include "eval/decision.h"
#include "eval/request.h"

// Is the key open in the finished request? key: in lower case; hash: its pc_str_hash.
bool pc_request_leaves_open(const struct pc_request *request, struct pc_str key, uint64_t hash);

// May the condition hold or not, by what is open: its key, or a variable in one of its values?
bool pc_condition_is_open(const struct pc_image *image, const struct pc_image_condition *condition,
                          const struct pc_request *request);

// Has the entry of Resource or NotResource a variable that is open?
bool pc_resource_is_open(const struct pc_image *image, const struct pc_image_resource *resource,
                         const struct pc_request *request);

// Does the entry name one session of the role that the caller may be any session of?
bool pc_principal_is_open(const struct pc_image *image, const struct pc_image_principal *principal,
                          const struct pc_request *request);

// May the caller, which stands for others (request.stranger), be one of those that the statement's
// Principal or NotPrincipal names, or none of them? Not of a Principal of an Allow: whom it names
// is to be asked about by itself.
bool pc_strangers_are_open(const struct pc_image *image, const struct pc_image_statement *statement,
                           const struct pc_request *request);

// How an entry of Resource or NotResource stands to the resource of the request, a pattern or not.
enum pc_listing {
    PC_LISTING_NO = 0, // never lists it
    PC_LISTING_MAYBE,  // some of it, or by what is open
    PC_LISTING_YES,    // all of it, whatever is open
};
enum pc_listing pc_resource_listing(const struct pc_image *image,
                                    const struct pc_image_resource *resource,
                                    const struct pc_request *request);

// The same of an entry of Action or NotAction and the request's actions (not NULL).
enum pc_listing pc_action_listing(const struct pc_image *image,
                                  const struct pc_image_action *action,
                                  const struct pc_request *request);

// May the statement's Principal or NotPrincipal mean the caller, and not only its account? As any
// session of a role too.
bool pc_statement_names(const struct pc_image *image, const struct pc_image_statement *statement,
                        const struct pc_request *request);

#endif
