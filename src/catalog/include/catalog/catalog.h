// SPDX-License-Identifier: Apache-2.0
//
// What AWS offers, as facts: each service's actions, resource types with the shape of their ARNs,
// and condition keys with their types. From AWS's service reference, in one file with its date,
// which is part of polcheck (service-reference.txt; tools/fetch-service-reference makes it anew).
// Nothing here decides anything: evaluation does not know which actions exist.
#ifndef PC_CATALOG_CATALOG_H
#define PC_CATALOG_CATALOG_H

#include "base/arena.h"
#include "base/diag.h"

enum pc_access_level { // bits: some actions have two
    PC_ACCESS_LIST = 1,
    PC_ACCESS_READ = 2,
    PC_ACCESS_WRITE = 4,
    PC_ACCESS_PERMISSIONS = 8, // "Permissions management"
    PC_ACCESS_TAGGING = 16,
};

enum pc_key_type {
    PC_KEY_NONE = 0,
    PC_KEY_STRING,
    PC_KEY_ARN,
    PC_KEY_BOOL,
    PC_KEY_NUMERIC,
    PC_KEY_DATE,
    PC_KEY_IP,
    PC_KEY_BINARY,
};

// Texts borrow from the catalog, which lives in the arena that it was read into. The name is the
// first member of each, and lists of them are in the order of the names in lower case.

struct pc_catalog_key {
    struct pc_str name;    // as AWS spells it; "aws:RequestTag/${TagKey}": a family of keys
    enum pc_key_type type; // NONE: AWS does not say
    bool multivalued;      // ArrayOf...
};

struct pc_catalog_resource_type {
    struct pc_str name;        // "function", "log-group"
    const struct pc_str *arns; // "arn:${Partition}:lambda:${Region}:${Account}:function:${Name}",
    size_t arn_count;          // of which few types have several
    const struct pc_catalog_key *const *keys; // valid where this type is asked about
    size_t key_count;
};

struct pc_catalog_use { // of a resource type by an action
    const struct pc_catalog_resource_type *type;
    bool required;
};

struct pc_catalog_action {
    struct pc_str name;                     // "GetObject"
    unsigned access;                        // PC_ACCESS_*
    const struct pc_catalog_use *resources; // none: "*" alone is possible
    size_t resource_count;
    const struct pc_catalog_key *const *keys; // of the action itself, beside those of its resource
                                              // types and the global ones
    size_t key_count;
};

struct pc_catalog_service {
    struct pc_str prefix; // "s3", lower case
    bool rcp;             // resource control policies reach it
    bool shared; // several services of AWS have the prefix: which of its actions have which
                 // resource types and keys is not known for all
    const struct pc_catalog_action *actions; // in the order of their names
    size_t action_count;
    const struct pc_catalog_resource_type *types;
    size_t type_count;
    const struct pc_catalog_key *keys; // also those of its actions that begin with another name:
    size_t key_count;                  // "saml:aud" of sts
};

struct pc_catalog;

// The catalog that is part of polcheck. Reads it whole, into the arena: some milliseconds.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_catalog_builtin(struct pc_arena *arena,
                                                const struct pc_catalog **out);

// The part of it that is about one service, by its prefix in any letter case, with the global keys:
// for who asks about that service alone, at a tenth of the cost. PC_ERR_NOTFOUND: there is no such
// service. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_catalog_builtin_service(struct pc_arena *arena,
                                                        struct pc_str prefix,
                                                        const struct pc_catalog **out);

// One of another date, from its text, which is borrowed. PC_ERR_INVALID: CATALOG_TEXT was reported,
// at the line. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_catalog_read(struct pc_arena *arena, struct pc_str file,
                                             struct pc_str text, struct pc_diags *diags,
                                             const struct pc_catalog **out);

// The day on which AWS's reference was taken, "2026-09-26".
struct pc_str pc_catalog_date(const struct pc_catalog *catalog);

// That of the catalog that is part of polcheck, without reading the rest of it.
struct pc_str pc_catalog_builtin_date(void);

// Services by place, in the order of their prefixes; NULL behind the last one.
const struct pc_catalog_service *pc_catalog_service_at(const struct pc_catalog *catalog,
                                                       size_t index);

// By name, in any letter case; NULL: there is none. Cost: a binary search.
const struct pc_catalog_service *pc_catalog_service(const struct pc_catalog *catalog,
                                                    struct pc_str prefix);
const struct pc_catalog_action *pc_catalog_action(const struct pc_catalog_service *service,
                                                  struct pc_str name);

// The global condition keys (aws:...), by place.
const struct pc_catalog_key *pc_catalog_global_at(const struct pc_catalog *catalog, size_t index);

// A key of that name in any letter case, also one of a family ("aws:RequestTag/team", whose tail is
// not empty): of the service (NULL: of any), or a global one; NULL: there is none.
const struct pc_catalog_key *pc_catalog_key(const struct pc_catalog *catalog,
                                            const struct pc_catalog_service *service,
                                            struct pc_str name);

// Does "iam:ResourceTag/${TagKey}" stand for many keys, whose names have something in its place?
bool pc_catalog_key_is_family(const struct pc_catalog_key *key);

// Is this key (of that action's service, or a global one) among those of the action or of one of
// its resource types? Most global ones are not: they come with every action.
bool pc_catalog_action_lists_key(const struct pc_catalog_action *action,
                                 const struct pc_catalog_key *key);

// Can a request for this action carry that key: is it the action's, one of its resource types', or
// global?
bool pc_catalog_action_has_key(const struct pc_catalog *catalog,
                               const struct pc_catalog_action *action, struct pc_str name);

// The actions that a pattern of a policy matches ("s3:Get*", "*"), in the order of services and
// names. Calls visit until it returns a status other than PC_OK, which is returned then.
// PC_ERR_NOMEM; PC_ERR_LIMIT for a pattern that no policy can have (match/pattern.h).
typedef enum pc_status pc_catalog_visit(void *context, const struct pc_catalog_service *service,
                                        const struct pc_catalog_action *action);
PC_MUST_CHECK enum pc_status pc_catalog_each_action(const struct pc_catalog *catalog,
                                                    struct pc_str pattern, pc_catalog_visit *visit,
                                                    void *context);

// Can a resource of the shape ("arn:${Partition}:s3:::${BucketName}") be one that the pattern of a
// policy matches? A placeholder stands for at least one character, in front of the
// last field for none of ':' and '/', nor where names of its kind are known to have none; variables
// of the pattern stand for anything. What is said not to meet never does. Cost: the product of the
// lengths at worst, mostly their sum.
bool pc_catalog_shape_meets(struct pc_str shape, struct pc_str pattern);

// The same for each shape of a resource type.
bool pc_catalog_type_meets(const struct pc_catalog_resource_type *type, struct pc_str pattern);

// Have the ARNs of the type that service in them?
bool pc_catalog_type_has_service(const struct pc_catalog_resource_type *type,
                                 struct pc_str arn_service);

// The resource types whose ARNs have that service in them, of whatever service they are: kafka's
// are those of kafka-cluster too. Returns at the first for which visit returns true, and then true.
typedef bool pc_catalog_visit_type(void *context, const struct pc_catalog_resource_type *type);
bool pc_catalog_each_type(const struct pc_catalog *catalog, struct pc_str arn_service,
                          pc_catalog_visit_type *visit, void *context);

#endif
