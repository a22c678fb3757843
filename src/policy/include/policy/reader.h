// SPDX-License-Identifier: Apache-2.0
//
// From JSON to the model: the grammar of SEMANTICS.md section 1 and what each policy type requires
// (1.3). Every violation is a diagnostic (POL02xx, POL03xx, POL04xx, and POL0500-0507 without the
// operators); nothing is skipped. Operators and the values that they compare are read when the
// policy is compiled.
#ifndef PC_POLICY_READER_H
#define PC_POLICY_READER_H

#include "policy/model.h"
#include "json/reader.h"

struct pc_policy_input {
    enum pc_policy_type type;
    struct pc_str service; // of the resource that it is attached to, as an action or ARN has it; ""
                           // where that is not known: CanonicalUser is of S3 alone (1.3)
    struct pc_str file;    // for places
    struct pc_str name;    // for people
    const struct pc_json *document; // the tree
    struct pc_str source;           // text that the tree was parsed from, for R-002 and sizes
};

// Reads one document. Reports every violation that it finds, not only the first; warnings too.
// The model borrows strings of the tree; the rest lives in the arena.
// PC_ERR_INVALID: at least one error was reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_policy_read(struct pc_arena *arena,
                                            const struct pc_policy_input *input,
                                            struct pc_diags *diags, const struct pc_policy **out);

// What AWS counts against a size limit (SEMANTICS.md 1.4, R-030): all characters, or without space,
// tab, CR and LF, of the document's text in the source.
size_t pc_policy_size(const struct pc_policy_input *input, bool without_white_space);

// Classifies the value of an AWS, Service, Federated or CanonicalUser principal by the map's key
// ("AWS", ...). PC_PRINCIPAL_NONE: no such principal.
struct pc_principal_entry pc_principal_classify(struct pc_str map_key, struct pc_str value);

// Does the document say what RCPFullAWSAccess says, and no more?
bool pc_policy_is_managed_rcp(const struct pc_json *document);

#endif
