// SPDX-License-Identifier: Apache-2.0
//
// The picture of accounts while it is read and after: files, documents, and who holds them. Built
// by the readers of shapes and manifests, linked by link.c, read by publish.c. All of it lives in
// the arena of the import.
//
// Everything that is wrong with the input is reported and reading goes on; functions fail only for
// want of memory. An import with errors is never handed out.
#ifndef PC_ACCOUNT_PICTURE_H
#define PC_ACCOUNT_PICTURE_H

#include "account/import.h"
#include "base/map.h"
#include "policy/model.h"
#include "json/reader.h"

struct pc_document_reading;
struct pc_iam_name;
struct pc_load;
struct pc_shape;
struct pc_piece;

struct pc_file {
    struct pc_str name;         // as people named it, or found below a folder
    struct pc_str folder;       // of the name, with its last '/'; "" for the current folder
    struct pc_str text;         // "" when it could not be read
    const struct pc_json *json; // while reading; NULL: it could not be read, which is reported
    bool listed;                // named by the user or found below a folder, not only by a manifest
    bool split;                 // its pieces were made
    struct pc_piece *pieces;
    struct pc_piece **pieces_end;
    struct pc_file *next;
};

// A policy document somewhere in the input.
struct pc_document {
    struct pc_str name; // for people
    const struct pc_file *file;
    const struct pc_json *json; // while reading
    struct pc_str source;       // text that `json` was parsed from
    struct pc_str raw;          // bytes of the file that say it
    struct pc_place place;
    struct pc_str service;      // of the resource that holds it; "" for other holders
    size_t number;              // in the order of reading, from 0
    enum pc_policy_type only;   // of an organisation's policy: the type that it says it has
    enum pc_policy_type likely; // what the dump is of; NONE: the text alone may tell
    bool used;                  // something holds it, or it repeats what something holds
    bool refused;               // an error was reported
    bool reaches;               // of an organisation's policy: an account, or it is reported
    const struct pc_policy *read[PC_POLICY_ENDPOINT + 1]; // by type, NULL: not read as that
    struct pc_document_reading *readings;                 // ahead of the linking
    struct pc_document *next;                             // in the order of their numbers
};

// A document of the input, or an element of a document that is an array.
struct pc_piece {
    struct pc_file *file;
    const struct pc_json *json;
    const struct pc_shape *shape;
    struct pc_recognised *recognised;

    // Of a shape that holds at most one policy.
    struct pc_document *document; // NULL: none, or a damaged one
    struct pc_str owner;          // ARN that the dump names; "" when it names none
    struct pc_str owner_ending;   // or what the owner's ARN must end in
    bool inferred;                // the owner was found inside the policy: a manifest knows better
    bool empty;                   // there is no policy in it
    bool superseded;              // a version that, as it says, is not the one in force
    bool taken;                   // a manifest names it
    struct pc_piece *next;
};

// A policy as something holds it.
struct pc_reference {
    struct pc_document *document; // NULL until linked when `arn` names it
    struct pc_str arn;            // of a managed policy; "" when the document is given
    struct pc_place place;        // of the naming
    bool inline_text;             // text of its own principal: counts against the sum of those
    struct pc_reference *next;
};

struct pc_references {
    struct pc_reference *first, *last;
};

struct pc_tags {
    struct pc_str *pairs; // key, value, key, value ...
    size_t count;         // of tags
};

struct pc_word { // a name with its place
    struct pc_str text;
    struct pc_place place;
    struct pc_word *next;
};

struct pc_group {
    struct pc_str arn;
    struct pc_place place;
    struct pc_references policies;
    struct pc_group *next;
};

struct pc_membership {
    struct pc_str group; // name, or ARN
    struct pc_place place;
    const struct pc_group *found; // when linked
    struct pc_membership *next;
};

struct pc_principal {
    bool role;   // else a user
    bool dumped; // told by a dump of its account
    struct pc_str arn, partition, account, name, id;
    struct pc_str key; // of the store's table
    struct pc_place place;
    struct pc_tags tags;
    struct pc_references policies, boundary, trust; // at most one of the last two
    struct pc_membership *groups, **groups_end;
    struct pc_principal *next;
};

struct pc_managed { // a policy with an ARN of its own
    struct pc_str arn;
    struct pc_place place;
    struct pc_document *document; // NULL: damaged
    struct pc_managed *next;
};

struct pc_resource {
    struct pc_str arn;
    struct pc_str account; // owner: as a manifest says; after linking also from the ARN
    struct pc_place place; // first mention
    struct pc_place entry; // of the manifest's entry; no file: none yet
    struct pc_tags tags;
    struct pc_document *document; // NULL: no policy
    struct pc_place policy_place;
    struct pc_str kms_key; // what it is encrypted with: an ARN, or an alias as it was told
    struct pc_place kms_place;
    struct pc_resource *next;
};

// What connects a function with something else: a source, a destination, what is attached to it.
struct pc_connection {
    struct pc_str kind;     // of connection_kinds.h; "": the function is named, no more
    struct pc_str function; // ARN as it is configured, perhaps qualified
    struct pc_str other;    // ARN of the other end; "" when it has none, or nobody told
    struct pc_str *pairs;   // further facts: name, value, name, value ...
    size_t pair_count;      // of facts
    bool own;               // told by the configuration of that very function or version
    struct pc_place place, function_place;
    struct pc_connection *next; // of all; when linked, of the same function
};

// Who may use a key without a policy's Allow.
struct pc_grant {
    struct pc_str key;       // ARN, or id
    struct pc_str principal; // who may
    struct pc_str function;  // the only one that it is for; "": for any
    struct pc_word *operations;
    struct pc_place place;
    struct pc_grant *next;
};

struct pc_function {
    struct pc_str arn; // as given: qualified for a version
    struct pc_str role, kms_key;
    struct pc_place place, role_place, entry;
    bool environment_known;
    struct pc_word *variables; // names only: a value is never kept
    size_t variable_count;
    struct pc_connection *connections; // when linked
    struct pc_connection *last_connection;
    size_t connection_count;
    struct pc_function *next;
};

struct pc_level { // an organisation's root, unit or account
    struct pc_str id, parent;
    struct pc_place place, parent_place;
    bool account, management;
    bool has_scp, has_rcp;
    struct pc_references scp, rcp;
    struct pc_level *up; // when linked; NULL for the root
    size_t walk;         // number of the search for circles that came here first
    struct pc_level *next;
};

// An account of the picture, for the store.
struct pc_known_account {
    struct pc_str id;
    const struct pc_level *level; // NULL: not of the organisation
    bool outside;                 // that it is not of the organisation is reported
    struct pc_known_account *next;
};

struct pc_import {
    struct pc_arena *arena;
    struct pc_arena
        *trees; // of JSON, gone when the import is done: nothing in the arena points there
    struct pc_diags *diags; // while reading
    struct pc_map seen;     // diagnostics of policies reported already
    size_t jobs;            // threads at most
    bool passes_cases;      // cases of polcheck test are no error
    bool input_read;        // standard input, which can be read once

    struct pc_load *loads, **loads_end; // what the user named, as it was found
    size_t load_count;
    struct pc_map visited_by_identity; // folders and pipes: what is looked at once
    struct pc_file *files, **files_end;
    struct pc_map file_by_identity, file_by_path; // the latter: the path that it was read by
    struct pc_map ahead_by_path; // struct pc_load: files of manifests that nobody asked for yet
    struct pc_recognised *recognised, **recognised_end;
    struct pc_recognised *reading; // what is being read of it
    struct pc_import_counts counts;
    struct pc_document *documents, **documents_end;

    struct pc_principal *principals, **principals_end;
    struct pc_map name_taken; // struct pc_word: of users, roles and groups, in lower case
    struct pc_map principal_by_key;
    struct pc_group *groups, **groups_end;
    struct pc_map group_by_key; // partition, account and name
    struct pc_managed *managed, **managed_end;
    struct pc_map managed_by_arn;
    struct pc_resource *resources, **resources_end;
    struct pc_map resource_by_arn;
    struct pc_function *functions, **functions_end;
    struct pc_map function_by_arn;
    struct pc_connection *connections, **connections_end; // until they are linked
    struct pc_map connection_by_key;
    struct pc_grant *grants, **grants_end;
    struct pc_level *levels, **levels_end;
    struct pc_map level_by_id;
    struct pc_known_account *accounts, **accounts_end;
    struct pc_map account_by_id;
};

PC_MUST_CHECK enum pc_status pc_picture_new(struct pc_arena *arena, struct pc_diags *diags,
                                            struct pc_import **out);

// Reports DEFINED_TWICE at `second`, naming the first place.
void pc_picture_twice(struct pc_import *import, const char *what, struct pc_str name,
                      struct pc_place first, struct pc_place second);

PC_MUST_CHECK enum pc_status pc_references_add(struct pc_import *import,
                                               struct pc_references *references,
                                               const struct pc_reference *reference);

// Each adds a thing, or reports DEFINED_TWICE and gives NULL. ARNs were checked (names.h).
PC_MUST_CHECK enum pc_status pc_picture_principal(struct pc_import *import, struct pc_str arn,
                                                  struct pc_place place, struct pc_principal **out);
PC_MUST_CHECK enum pc_status pc_picture_group(struct pc_import *import, struct pc_str arn,
                                              struct pc_place place, struct pc_group **out);
PC_MUST_CHECK enum pc_status pc_picture_level(struct pc_import *import, struct pc_str id,
                                              struct pc_place place, struct pc_level **out);

// The key of group_by_key.
PC_MUST_CHECK enum pc_status
pc_picture_group_key(struct pc_import *import, const struct pc_iam_name *name, struct pc_str *out);

// Adds a policy with an ARN. The same text again, white space and the order of members apart, is
// one definition.
PC_MUST_CHECK enum pc_status pc_picture_managed(struct pc_import *import, struct pc_str arn,
                                                struct pc_document *document,
                                                struct pc_place place);

// Finds the thing, or adds it: several documents may each say a part.
PC_MUST_CHECK enum pc_status pc_picture_resource(struct pc_import *import, struct pc_str arn,
                                                 struct pc_place place, struct pc_resource **out);
PC_MUST_CHECK enum pc_status pc_picture_function(struct pc_import *import, struct pc_str arn,
                                                 struct pc_place place, struct pc_function **out);

// Gives the resource its policy; reports DEFINED_TWICE when it has another one.
PC_MUST_CHECK enum pc_status pc_picture_resource_policy(struct pc_import *import, struct pc_str arn,
                                                        struct pc_document *document,
                                                        struct pc_place place);

// Says what the resource is encrypted with: the id or ARN of a key, or an alias. Reports
// DEFINED_TWICE when it is another key than before.
PC_MUST_CHECK enum pc_status pc_picture_resource_key(struct pc_import *import, struct pc_str arn,
                                                     struct pc_str key, struct pc_place place);

PC_MUST_CHECK enum pc_status pc_picture_membership(struct pc_import *import,
                                                   struct pc_principal *user, struct pc_str group,
                                                   struct pc_place place);

// The account with this id, added when it is new.
PC_MUST_CHECK enum pc_status pc_picture_account(struct pc_import *import, struct pc_str id,
                                                struct pc_known_account **out);

#endif
