// SPDX-License-Identifier: Apache-2.0
//
// The texts of the table of integrations, filled in.
//
//   {P} {R} {A}      partition, region and account of the function
//   {FN} {FNQ}       its ARN without qualifier, and as the connection has it
//   {NAME} {ROLE}    its name, its execution role
//   {other}          the other end of the connection
//   {S} {SR} {SP}    account, region, resource part of the other end; an ARN without account has
//                    that of the fact "account", else the owner that is known, else {A}
//   {MANIFEST-BUCKET} {REPORT-BUCKET}  the buckets of what these facts name
//   {STREAM} {GROUP} {LOGS} and so on: forms that ARNs take in calls and in mistakes, in template.c
//   {DEPLOYER}       who configures the function; {MAPPED} the source of the mapping that is named;
//                    "" where nobody told
//   {each}           the value of a fact that is gone through; {SECRET-KEY} its key, when it is a
//                    secret; {DEAD-LETTER-KEY} that of the queue that the fact "dead-letter" names
//   {NAME-OF-FACT}   the first value of the fact; "" without one
//   {fact|text}      the same, or the text when there is none
#ifndef PC_LAMBDA_TEMPLATE_H
#define PC_LAMBDA_TEMPLATE_H

#include "account/resolve.h"
#include "lambda/function_name.h"

// Those of a function's connections that others are looked up in: versions and aliases, URLs and
// what stands in front of them, APIs, mappings by their ids, who deploys, layers, the network and
// grants.
// Read once for a function: to read all of them for each one would cost their square.
struct pc_peers {
    struct pc_known_connection *rows;
    size_t count;
};

// Finds them, in the arena. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status
pc_peers_find(struct pc_arena *arena, const struct pc_known_function *known, struct pc_peers *out);

struct pc_subject {
    struct pc_function_name function; // unqualified
    struct pc_str role;               // ARN; "" unknown
    const struct pc_peers *peers;     // NULL: none are looked up
    struct pc_known_connection connection;
    struct pc_str owner; // account of the other end where its ARN has none
    struct pc_str each;
};

// Fills the template in, in the arena. What is put in is not looked at again. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_template_fill(struct pc_arena *arena, const char *text,
                                              const struct pc_subject *subject, struct pc_str *out);
// The same of a part of one.
PC_MUST_CHECK enum pc_status pc_template_fill_part(struct pc_arena *arena, struct pc_str text,
                                                   const struct pc_subject *subject,
                                                   struct pc_str *out);

struct pc_texts {
    struct pc_str *items;
    size_t count;
};

// The same of one that may stand for several: "{KIND.FACT}" is each value of the fact of the peers
// of that kind ("{KIND.source}": their other ends). Those that are empty are left out.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_template_values(struct pc_arena *arena, struct pc_str text,
                                                const struct pc_subject *subject,
                                                struct pc_texts *out);

// Does the connection tell the fact (or "!fact": not)? NULL: yes.
bool pc_subject_tells(const struct pc_subject *subject, const char *when);

#endif
