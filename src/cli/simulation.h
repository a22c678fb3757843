// SPDX-License-Identifier: Apache-2.0
//
// What `aws iam simulate-custom-policy --cli-input-json` takes, read, and what it answers. AWS's
// documentation of SimulateCustomPolicy tells the members; where its answers have been seen to say
// more than it does (positions, several resources), simulation_answer.c says so.
#ifndef PC_CLI_SIMULATION_H
#define PC_CLI_SIMULATION_H

#include "eval/observer.h"
#include "policy/model.h"
#include "json/reader.h"
#include "json/writer.h"

// A policy of the input: its text, and the value of its Statement, whose start and end count in it.
struct pc_simulated_policy {
    struct pc_str id;   // "PolicyInputList.1"
    const char *source; // "IAM Policy"
    struct pc_str text;
    const struct pc_json *statements;
    const struct pc_json *json;     // the whole document
    const struct pc_json *place_of; // the string in the input
};

struct pc_simulated_list {
    struct pc_simulated_policy *policies;
    size_t count;
    bool given;
};

struct pc_simulation {
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_str file;
    struct pc_str source; // text of the input
    const struct pc_json *input;
    struct pc_simulated_list identity, boundary, resource; // resource: one at most
    const struct pc_json *actions, *resources, *context;   // arrays; resources and context or NULL
    const struct pc_json *caller_json;                     // NULL: none
    struct pc_str caller; // who asks, also where the input does not say it
    bool invented;        // it does not: nothing of the caller is known
    struct pc_str owner;  // account of resources whose ARN does not say it; ""
    size_t first, most;   // of the results, those to tell
    int64_t now;
    unsigned flags; // PC_DECIDE_*
    bool fixed_clock;
};

// Reports SIMULATE_MEMBER at a value of the input; gives PC_ERR_INVALID.
PC_MUST_CHECK enum pc_status pc_simulation_refuse(const struct pc_simulation *simulation,
                                                  const struct pc_json *json, const char *what);

// Reads the input. Everything lives in the arena of *out, which is set with diags, file, source,
// clock and flags. PC_ERR_INVALID: reported, at the place. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_simulation_read(struct pc_simulation *out,
                                                const struct pc_json *input);

// Decides each action on each resource and writes the answer as one value. Errors as above, and
// what compiling and asking report.
PC_MUST_CHECK enum pc_status pc_simulation_run(struct pc_simulation *simulation,
                                               struct pc_json_writer *writer);

#endif
