// SPDX-License-Identifier: Apache-2.0
//
// From a request to the policies that apply to it, out of a store: finds the principal, the
// resource's holder and the organisation levels, and verifies each image before its first use.
#ifndef PC_ACCOUNT_RESOLVE_H
#define PC_ACCOUNT_RESOLVE_H

#include "eval/evaluator.h"
#include "store/store.h"

// For one thread. Remembers the images that it verified, by their place in the snapshot, until the
// store has changed. The store must stay open as long as the resolver lives.
struct pc_resolver;

// Where a question comes from.
struct pc_asking {
    struct pc_arena *arena; // of what is made for it
    struct pc_place place;
    struct pc_diags *diags;
};

PC_MUST_CHECK enum pc_status pc_resolver_new(struct pc_store *store, struct pc_resolver **out);
// The same at a state that is kept already, which it shares (pc_snapshot_share).
PC_MUST_CHECK enum pc_status pc_resolver_at(const struct pc_snapshot *snapshot,
                                            struct pc_resolver **out);
void pc_resolver_free(struct pc_resolver *resolver); // NULL is fine

// The account is known to people by this path, which is borrowed, and not by that of the store.
void pc_resolver_name(struct pc_resolver *resolver, struct pc_str path);

// Moves to the newest state of the store. Policies resolved before are no longer valid.
PC_MUST_CHECK enum pc_status pc_resolver_renew(struct pc_resolver *resolver);

// The state that it asks, which stays the resolver's.
struct pc_snapshot *pc_resolver_snapshot(const struct pc_resolver *resolver);

// The number of that state (pc_snapshot_generation).
uint64_t pc_resolver_generation(const struct pc_resolver *resolver);

// Finds the policies for the request (its caller parsed, not yet finished) and fills in what the
// store knows and the request does not say: the role's path, the unique id, tags of principal and
// resource, the resource's owner, whether an account is the organisation's management account.
// Services, anonymous callers and providers need not be known. *out is valid until the resolver's
// next question; tags that are filled in live in the arena, their texts and the rest borrow from
// the store: valid until the resolver is renewed or freed. PC_ERR_NOTFOUND: no such principal
// (PRINCIPAL_UNKNOWN). PC_ERR_INVALID: the store knows another owner of the resource than the
// request names (REQUEST_CONTRADICTION). PC_ERR_DAMAGED (STORE_DAMAGED). PC_ERR_BUSY, PC_ERR_IO
// (STORE_IO). PC_ERR_NOMEM. PC_ERR_USAGE: the request was finished, so it was perhaps resolved
// before. After a failure *request is as it was.
PC_MUST_CHECK enum pc_status pc_resolve(struct pc_resolver *resolver,
                                        const struct pc_asking *asking, struct pc_request *request,
                                        struct pc_policies *out);

// Does the store know the account? Errors as pc_resolver_owner, but that it does not.
PC_MUST_CHECK enum pc_status pc_resolver_has_account(struct pc_resolver *resolver,
                                                     struct pc_str account,
                                                     const struct pc_asking *asking, bool *out);

// The account that owns the resource, as the store knows it. Borrowed as above. PC_ERR_NOTFOUND: it
// does not (unreported). PC_ERR_DAMAGED, PC_ERR_BUSY and PC_ERR_IO: reported.
PC_MUST_CHECK enum pc_status pc_resolver_owner(struct pc_resolver *resolver, struct pc_str arn,
                                               const struct pc_asking *asking, struct pc_str *out);

// The resource whose policy is the first to judge requests on this one: of an object its bucket,
// else itself. Borrowed from it.
struct pc_str pc_resource_policy_holder(struct pc_str resource);

// Is the policy of the resource `holder`, at least among others, what requests on this one are
// judged by? It may be a pattern with its wildcards in what the holder does not have: objects of a
// bucket, versions of a function.
bool pc_resource_is_judged_by(struct pc_str resource, struct pc_str holder);

// Has the store a policy of the resource itself, by exactly that ARN? Errors as pc_resolver_owner,
// but that a resource that is not there has none.
PC_MUST_CHECK enum pc_status pc_resolver_has_policy(struct pc_resolver *resolver, struct pc_str arn,
                                                    const struct pc_asking *asking, bool *out);

// What the store knows of a function. Borrowed as what pc_resolve gives.
struct pc_known_function {
    struct pc_str role, kms_key; // ARNs; "" when not told
    const void *record;          // of the names below
    size_t variable_count;       // names of its environment
    size_t connection_count;     // with sources, destinations and what is attached
    struct pc_place place;       // where it is told
};

// What connects a function with something else, as dumps and manifests told it.
struct pc_known_connection {
    struct pc_str kind;     // "mapping", "s3", "dead-letter" ...
    struct pc_str function; // ARN as it is configured, perhaps qualified
    struct pc_str other;    // ARN of the other end; "" when it has none, or nobody told
    struct pc_place place;  // where it is told
    struct pc_str facts;    // encoded
    size_t fact_count;
};

// The function with that ARN. PC_ERR_NOTFOUND: none (unreported). PC_ERR_DAMAGED (STORE_DAMAGED),
// PC_ERR_BUSY and PC_ERR_IO (STORE_IO).
PC_MUST_CHECK enum pc_status pc_resolver_function(struct pc_resolver *resolver, struct pc_str arn,
                                                  const struct pc_asking *asking,
                                                  struct pc_known_function *out);
struct pc_str pc_known_function_variable(const struct pc_known_function *function, size_t at);
struct pc_known_connection pc_known_function_connection(const struct pc_known_function *function,
                                                        size_t at);

// A further fact of a connection by place, as name and value; and the first value of that name, or
// "".
struct pc_tag pc_known_connection_fact(const struct pc_known_connection *connection, size_t at);
struct pc_str pc_known_connection_tells(const struct pc_known_connection *connection,
                                        struct pc_str name);

// Takes a stored connection to pieces. False: it is none.
PC_MUST_CHECK bool pc_connection_parse(struct pc_str text, struct pc_known_connection *out);

// Whether all that was resolved since the last renewal, and read of it so far, was the store's own:
// PC_OK, or PC_ERR_BUSY (STORE_IO), which comes to pass only where the store may not be written to.
PC_MUST_CHECK enum pc_status pc_resolver_check(const struct pc_resolver *resolver,
                                               const struct pc_asking *asking);

// The image of one policy set, for dump: of a principal (an ARN; its identity policies, boundary,
// trust policy) or of a resource. Calls visit for each image. PC_ERR_NOTFOUND: nothing by that
// name.
PC_MUST_CHECK enum pc_status pc_resolver_each_image(
    struct pc_resolver *resolver, struct pc_str arn,
    enum pc_status (*visit)(void *context, const char *what, const struct pc_image *image),
    void *context);

#endif
