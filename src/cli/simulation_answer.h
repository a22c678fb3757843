// SPDX-License-Identifier: Apache-2.0
//
// One action on one resource of a simulation: what was decided, and how AWS tells it.
#ifndef PC_CLI_SIMULATION_ANSWER_H
#define PC_CLI_SIMULATION_ANSWER_H

#include "simulation.h"

// A statement that matched.
struct pc_simulated_match {
    enum pc_slot slot;
    bool allows;
    const struct pc_simulated_policy *policy;
    uint32_t number; // in its document
};

struct pc_simulated {
    const struct pc_json *action, *resource; // resource NULL: "*"
    struct pc_request request;
    enum pc_decision decision;
    struct pc_simulated_match
        *matches; // all that matched, in the order in which they were looked at
    size_t match_count;
    const struct pc_str *missing;
    size_t missing_count;
};

// Decides a request that was made and finished. What it finds lives in the simulation's arena.
// PC_ERR_NOMEM, PC_ERR_INTERNAL.
PC_MUST_CHECK enum pc_status pc_simulated_decide(const struct pc_simulation *simulation,
                                                 const struct pc_policies *policies,
                                                 struct pc_scratch *scratch,
                                                 struct pc_simulated *simulated);

// Writes the result of an action on these resources, at least one.
void pc_simulated_write(const struct pc_simulation *simulation, const struct pc_simulated *results,
                        size_t count, struct pc_json_writer *writer);

#endif
