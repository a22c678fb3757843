// SPDX-License-Identifier: Apache-2.0
//
// Deriving condition keys: what follows for a key is told by the function of its row (known.h).
// That serves to check a key that the request gives when it is completed, and to find one
// that it does not give when a decision asks for it. Not for use outside the module.
#ifndef PC_EVAL_DERIVATION_H
#define PC_EVAL_DERIVATION_H

#include "eval/request.h"
#include "known_key.h"

// A request that is being completed.
struct pc_derivation {
    struct pc_arena *arena;
    struct pc_request *request;
    const struct pc_request_options *options;
    const struct pc_place *place;
    struct pc_diags *diags;
};

enum pc_follows {
    PC_FOLLOWS_NOTHING = 0, // the key is believed when it is given, else it is not there
    PC_FOLLOWS_ABSENT,      // the key cannot be in a request of this kind
    PC_FOLLOWS_ONE,
    PC_FOLLOWS_LIST,
};

// What follows for a key: more of it than enum pc_follows says.
struct pc_told {
    struct pc_str value;         // ONE
    const struct pc_str *values; // LIST
    size_t count;
};

static inline enum pc_follows pc_told_one(struct pc_told *told, struct pc_str value)
{
    told->value = value;
    return PC_FOLLOWS_ONE;
}

static inline enum pc_follows pc_told_list(struct pc_told *told, const struct pc_str *values,
                                           size_t count)
{
    told->values = values;
    told->count = count;
    return PC_FOLLOWS_LIST;
}

// Checks what the request gives and makes the room for the rest, so that finding a key cannot fail.
// The request has a context. PC_ERR_INVALID: a key contradicts
// the rest, which is reported. PC_ERR_LIMIT (reported), PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_derive(const struct pc_derivation *job);

// The entry of a key that the context does not have, or one that says absent, or NULL.
const struct pc_context_entry *pc_derived_key(const struct pc_request *request,
                                              enum pc_known_key key);

// The same of a key that is none of the known: that of a tag of the principal or the resource.
const struct pc_context_entry *pc_derived_tag(const struct pc_request *request, struct pc_str key);

// Compares what is given with what is told of the key. PC_ERR_INVALID, reported.
PC_MUST_CHECK enum pc_status pc_check_told(const struct pc_derivation *job, enum pc_known_key key,
                                           const struct pc_context_entry *given);

// The same of a boolean: in whatever letter case it is given, it is the canonical text from
// then on, as if it had not been given.
PC_MUST_CHECK enum pc_status pc_check_flag(const struct pc_derivation *job, enum pc_known_key key,
                                           const struct pc_context_entry *given);

// Reports that the request says one thing of the key and means another. Returns PC_ERR_INVALID.
enum pc_status pc_contradict(const struct pc_derivation *job, struct pc_str key,
                             const struct pc_context_entry *given, struct pc_str derived);

// The same of an array where one value belongs, or one value where an array does.
enum pc_status pc_contradict_form(const struct pc_derivation *job, struct pc_str key,
                                  const struct pc_context_entry *given);

// The same of a key for which there is no room.
enum pc_status pc_contradict_presence(const struct pc_derivation *job, struct pc_str key,
                                      const struct pc_context_entry *given);

// For the rows of known.c, see there -------------------------------------------------------------

// derive_caller.c
enum pc_follows pc_tell_principal_arn(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_principal_account(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_caller_account(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_principal_type(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_userid(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_username(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_service_name(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_service_names(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_is_service(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_of_organisation(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_of_signed(const struct pc_request *request, struct pc_told *told);
enum pc_status pc_check_principal_arn(const struct pc_derivation *job, enum pc_known_key key,
                                      const struct pc_context_entry *given);
enum pc_status pc_check_userid(const struct pc_derivation *job, enum pc_known_key key,
                               const struct pc_context_entry *given);
enum pc_status pc_check_service_names(const struct pc_derivation *job, enum pc_known_key key,
                                      const struct pc_context_entry *given);

// derive.c
enum pc_follows pc_tell_called_via_first(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_called_via_last(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_via_service(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_source_account(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_current_time(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_epoch_time(const struct pc_request *request, struct pc_told *told);
enum pc_follows pc_tell_resource_account(const struct pc_request *request, struct pc_told *told);
enum pc_status pc_check_called_via_end(const struct pc_derivation *job, enum pc_known_key key,
                                       const struct pc_context_entry *given);
enum pc_status pc_check_source_account(const struct pc_derivation *job, enum pc_known_key key,
                                       const struct pc_context_entry *given);
enum pc_status pc_check_current_time(const struct pc_derivation *job, enum pc_known_key key,
                                     const struct pc_context_entry *given);
enum pc_status pc_check_epoch_time(const struct pc_derivation *job, enum pc_known_key key,
                                   const struct pc_context_entry *given);

// derive_tags.c
enum pc_follows pc_tell_tag_keys(const struct pc_request *request, struct pc_told *told);
enum pc_status pc_check_tag_keys(const struct pc_derivation *job, enum pc_known_key key,
                                 const struct pc_context_entry *given);
enum pc_status pc_check_principal_tags(const struct pc_derivation *job, enum pc_known_key key,
                                       const struct pc_context_entry *given);
enum pc_status pc_check_resource_tags(const struct pc_derivation *job, enum pc_known_key key,
                                      const struct pc_context_entry *given);

#endif
