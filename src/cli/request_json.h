// SPDX-License-Identifier: Apache-2.0
//
// A request as JSON (the `request` of a case, a line of a batch) to the request that the evaluator
// knows. Strict: what is unknown, missing or of the wrong type is an error with its place.
#ifndef PC_CLI_REQUEST_JSON_H
#define PC_CLI_REQUEST_JSON_H

#include "eval/form.h"
#include "json/reader.h"

// What reading needs. Strings of the tree are borrowed; the rest lives in the arena.
struct pc_request_reading {
    struct pc_arena *arena;
    struct pc_str file; // for places
    struct pc_diags *diags;
};

// What is wrong with a part of it is reported at the part's place.
static inline struct pc_form pc_request_form(const struct pc_request_reading *reading,
                                             const struct pc_json *json)
{
    return (struct pc_form){pc_json_place(reading->file, json), reading->diags};
}

// Reads a request object, not finished yet. *id: its `id`, NULL without one; id NULL: none is
// allowed. PC_ERR_INVALID: at least one error was reported (POL08xx). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_request_read(const struct pc_request_reading *reading,
                                             const struct pc_json *json, const struct pc_json **id,
                                             struct pc_request *out);

// The parts by themselves, for the command line. PC_ERR_INVALID: reported at the place.
PC_MUST_CHECK enum pc_status pc_request_read_principal(const struct pc_request_reading *reading,
                                                       const struct pc_json *json,
                                                       struct pc_caller *out);
PC_MUST_CHECK enum pc_status pc_request_read_context(const struct pc_request_reading *reading,
                                                     const struct pc_json *json,
                                                     struct pc_request *request);

#endif
