// SPDX-License-Identifier: Apache-2.0
//
// One question: who asks, for which action, on which resource, in which context. Built by the
// caller of the evaluator (from a C struct, the command line, JSON), completed by
// pc_request_finish, then only read. Keys that follow from the rest are derived when a decision
// asks for them; the request remembers them, so that it is for one thread at a time, and of copies
// of it, which share what it remembers, for one of them.
#ifndef PC_EVAL_REQUEST_H
#define PC_EVAL_REQUEST_H

#include "base/diag.h"
#include "value/arn.h"

// SEMANTICS.md 4.1. Zero is nobody, who is denied everything.
enum pc_caller_kind {
    PC_CALLER_NONE = 0,
    PC_CALLER_ANONYMOUS,      // "*"
    PC_CALLER_SERVICE,        // s3.amazonaws.com
    PC_CALLER_PROVIDER,       // OIDC or SAML caller of STS
    PC_CALLER_ROOT,           // arn:P:iam::A:root
    PC_CALLER_USER,           // arn:P:iam::A:user/[path/]name
    PC_CALLER_SESSION,        // arn:P:sts::A:assumed-role/R/s, or a role's ARN: any session of it
    PC_CALLER_FEDERATED_USER, // arn:P:sts::A:federated-user/name
};

// A tag, or a context key with one value.
struct pc_tag {
    struct pc_str key, value;
};

struct pc_caller {
    enum pc_caller_kind kind;
    struct pc_str text;               // as the request names it
    struct pc_str partition, account; // of a kind with an ARN; else ""
    struct pc_str name;      // of the user, role, federated user (no path), service, provider
    struct pc_str session;   // SESSION: session name; "" when not known
    struct pc_str role;      // SESSION: role ARN with its path; "" when only the name is known
    struct pc_str parent;    // FEDERATED_USER: user or root ARN; "" when not known
    struct pc_str parent_id; // FEDERATED_USER: the unique id of that user; "" unknown
    struct pc_str id;        // aws:userid, of a session also the role's alone; "" unknown
    const struct pc_str *services; // SERVICE: all names of the service, `name` among them
    size_t service_count;
    const struct pc_tag *tags; // of the principal: aws:PrincipalTag/k
    size_t tag_count;
};

// One context key as a request gives it. A list is a multivalued key, also with one value or none
//
struct pc_context_key {
    struct pc_str key; // in any letter case
    bool list;
    bool absent; // the caller says that the key is not there: it is not derived either (R-409,
                 //
    const struct pc_str *values;
    size_t count;          // 1 unless list
    struct pc_place place; // where it is written; without a file: somewhere in the request
};

// What a request says of one context key, whose name it is found by.
struct pc_context_entry {
    const struct pc_str *values; // perhaps `value` alone, so that an entry is never copied
    size_t count;                // 1 unless list
    struct pc_str value;
    const struct pc_place *place; // NULL: somewhere in the request
    bool list, absent;            // as in struct pc_context_key
};

struct pc_context;        // keys that are given, and keys that follow
struct pc_action_pattern; // match/action_pattern.h
struct pc_map;            // base/map.h

struct pc_request {
    struct pc_caller caller;
    struct pc_str action;               // service:Name as given
    struct pc_str resource;             // an ARN or "*"
    struct pc_str service;              // lower case; set by pc_request_finish
    struct pc_str name;                 // lower case, without service; set by pc_request_finish
    uint64_t service_hash, name_hash;   // pc_str_hash of the two; set by pc_request_finish
    struct pc_str resource_account;     // owner; "" = not known yet
    struct pc_place account_place;      // where the owner is written, as with a context key
    const struct pc_tag *resource_tags; // aws:ResourceTag/k, as the store knows them
    size_t resource_tag_count;
    struct pc_context *context; // in the arena; made by the first key, or by pc_request_finish
    uint64_t known;             // a bit for each known key, or family of keys, that is given
    bool account_assumed;       // the owner was taken to be the caller's account
    // Of questions that are not about one request (eval/open.h), else zero. The actions and the
    // resources that are asked about, where they are patterns: `action` and `resource` are their
    // texts then. Of one resource `resource_pattern` is the pattern that matches it alone.
    const struct pc_action_pattern *actions;
    struct pc_str resource_pattern; // compiled (match/arn_pattern.h)
    bool resource_is_pattern;
    // The caller stands for others: every principal of its account or, where `elsewhere` is set, of
    // all accounts that are none of its keys; or every service. Keys that tell which of them it is
    // are open, and so is whether it is one of those that a list of principals names.
    bool stranger;
    const struct pc_map *elsewhere;
    bool finished; // keys that follow may be asked for; set by pc_request_finish
    bool arn_read, is_arn;
    bool management_account; // the caller's account is the organisation's management account: no
                             // SCPs
    bool resource_management_account; // the owner's is: no RCPs
    struct pc_arn arn;                // of the resource, if is_arn; set by pc_request_arn
};

// Reads a principal's text into *out: an ARN, a service principal, "*". False: no such form.
PC_MUST_CHECK bool pc_caller_parse(struct pc_str text, struct pc_caller *out);

// Starts a request anew, whatever was in it, without the cost of zeroing the whole. False: there is
// no such principal (pc_caller_parse); then the caller is nobody.
PC_MUST_CHECK bool pc_request_start(struct pc_request *request, struct pc_str principal,
                                    struct pc_str action, struct pc_str resource);

// An OIDC or SAML provider as the caller of STS.
struct pc_caller pc_caller_provider(struct pc_str provider);

// Is the caller a session of a service-linked role (R-603: path aws-service-role/)?
bool pc_caller_is_service_linked(const struct pc_caller *caller);

// Is the caller given as a role: any session of it, whose name is not known?
bool pc_caller_is_any_session(const struct pc_caller *caller);

// Is it any session of the role that the session with this ARN is of?
bool pc_caller_may_be_session(const struct pc_caller *caller, struct pc_str arn);

// May this be the caller's aws:userid, as far as the rest of it tells? False for a caller
// without an account.
bool pc_caller_may_have_userid(const struct pc_caller *caller, struct pc_str userid);

// Is it about assuming a role, so that the resource's policy is a role trust policy and has to
// allow (8.2): sts:AssumeRole*, or another STS action on a role? Of an action in any letter
// case.
bool pc_action_asks_for_role(struct pc_str action, struct pc_str resource);

// Adds a context key. Its name is lower-cased into the arena, the values are borrowed.
// PC_ERR_INVALID: the name is there already (R-406; nothing reported). PC_ERR_LIMIT: more than
// PC_REQUEST_MAX_KEYS. PC_ERR_NOMEM. PC_ERR_INTERNAL as pc_request_finish.
PC_MUST_CHECK enum pc_status pc_request_add(struct pc_arena *arena, struct pc_request *request,
                                            const struct pc_context_key *given);

// Adds keys with one value each, which is the usual case and costs least so. The array is borrowed
// with its texts. Errors as pc_request_add; then the keys before the one at fault were added
// (pc_request_key_count). Of too many keys, pc_request_finish may be the first to tell.
PC_MUST_CHECK enum pc_status pc_request_add_texts(struct pc_arena *arena,
                                                  struct pc_request *request,
                                                  const struct pc_tag *texts, size_t count);

// The same of one key. The texts are borrowed.
PC_MUST_CHECK enum pc_status pc_request_add_text(struct pc_arena *arena, struct pc_request *request,
                                                 struct pc_str key, struct pc_str value);

// How many keys were added.
size_t pc_request_key_count(const struct pc_request *request);

// The entry with this lower-case name, given or, of a finished request, derived; or NULL, also when
// it says absent. `hash` is pc_str_hash(key). Takes no memory. Valid as long as the request.
const struct pc_context_entry *pc_request_find(const struct pc_request *request, struct pc_str key,
                                               uint64_t hash);

// The fields of the resource, or NULL when it is no ARN. Read at the first call, which
// pc_request_finish does at the latest: the resource may not change after it.
const struct pc_arn *pc_request_arn(struct pc_request *request);

// The owner of the resource as aws:ResourceAccount of the context names it, or "" if it does not
// name one account.
struct pc_str pc_request_owner_in_context(const struct pc_request *request);

enum {
    PC_REQUEST_MAX_KEYS = 2048, // context keys of one request, with room for those that follow
    PC_REQUEST_MAX_TEXT =
        1 << 20, // bytes of a name or value, which whoever reads a request looks at
};

struct pc_request_options {
    int64_t now; // seconds since 1970 UTC: aws:CurrentTime, unless the context has it
    // Asked instead of `now`, when a decision wants to know and then once; NULL: `now` it is.
    int64_t (*clock)(void);
    bool assume_owner; // an owner that nothing names is taken to be the caller's account
};

// Completes the request: splits the action, settles the owner, refuses keys of SEMANTICS.md section
// 9 that contradict the rest, and makes room for those that follow from it.
// PC_ERR_INVALID: one diagnostic (POL08xx) at `place`, or where the key or the owner at fault is
// written if the request says that. PC_ERR_LIMIT (REQUEST_CONTEXT): more than PC_REQUEST_MAX_KEYS,
// tags and keys that may follow included. PC_ERR_NOMEM. PC_ERR_INTERNAL: the C library refuses what
// it has to give.
PC_MUST_CHECK enum pc_status pc_request_finish(struct pc_arena *arena, struct pc_request *request,
                                               struct pc_request_options options,
                                               struct pc_place place, struct pc_diags *diags);

// Reads the action of a finished request anew, where whoever asks has put another one of the same
// service there. PC_ERR_INVALID: it is none (unreported). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_request_set_action(struct pc_arena *arena,
                                                   struct pc_request *request);

#endif
