// SPDX-License-Identifier: Apache-2.0
//
// Watching a decision: what becomes of every statement, matching or not. For people who ask why;
// the decision is that of pc_decide, by the same evaluator.
#ifndef PC_EVAL_OBSERVER_H
#define PC_EVAL_OBSERVER_H

#include "eval/evaluator.h"
#include "eval/verdicts.h"

struct pc_set_walk;

// The first thing that keeps a statement from matching, in the order in which they are looked at.
enum pc_obstacle {
    PC_OBSTACLE_NONE = 0, // it matches
    PC_OBSTACLE_ACTION,
    PC_OBSTACLE_RESOURCE,
    PC_OBSTACLE_PRINCIPAL,
    PC_OBSTACLE_CONDITION,
};

// "none", "action", "resource", "principal", "condition"; an unknown value reads as "none".
const char *pc_obstacle_text(enum pc_obstacle obstacle);

// What became of one statement. Conditions are one for each operator and key; they are asked once
// action, resource and principal match, and then each of them, also behind one that does not hold.
struct pc_observation {
    enum pc_slot slot;
    const struct pc_image *image;
    uint32_t statement; // its number in the image
    enum pc_obstacle obstacle;
    bool service;        // Action or NotAction names the request's service, or every one
    uint32_t conditions; // that the statement has
    uint32_t held;       // of them hold; 0 where they are not asked
    // The first that does not hold, or NULL; pc_op_use_write gives the text of its operator.
    const struct pc_image_condition *failed;
    bool key_absent; // the request does not have the key of that one, nor does it follow
    const struct pc_set_walk *walk; // the evaluator's, for the questions below
};

// What else there is to know of a statement. To be asked during the call: who does not ask does not
// pay for it. Each part is taken by itself, whatever the others say.

bool pc_observed_action(const struct pc_observation *observation);
bool pc_observed_resource(const struct pc_observation *observation);
bool pc_observed_principal(const struct pc_observation *observation);

// Of its condition at a place below `conditions`.
bool pc_observed_condition(const struct pc_observation *observation, uint32_t at);

// The first entry of Action or NotAction that lists the action, or NULL.
const struct pc_image_action *pc_observed_listed_action(const struct pc_observation *observation);

// The entry of Resource or NotResource that comes nearest to the resource: of which the most fields
// match, and then the most of the first that does not. One that lists it is the nearest.
struct pc_observed_entry {
    const struct pc_image_resource *entry; // NULL: there is none
    unsigned fields;                       // that match, as pc_arn_pattern_fields
};
struct pc_observed_entry pc_observed_nearest_entry(const struct pc_observation *observation);

struct pc_observer {
    unsigned flags; // PC_DECIDE_*: how to read the policies; reasons are always given, and no index
                    // is asked
    // Called for every statement of every policy type that applies: type by type in the order in
    // which the evaluator goes through them (identity, resource, boundary, session, endpoint, then
    // the levels of scp and rcp), each as its image has it. The observation is valid during the
    // call, which must not use the scratch.
    void (*statement)(void *context, const struct pc_observation *observation);
    void *context;
    struct pc_verdicts *verdicts; // NULL, or set to what the policy types say; only on PC_OK
};

// Decides as pc_decide does, and shows the observer every statement. Linear in the statements.
// Errors as pc_decide; then the observer has seen some of the statements only.
PC_MUST_CHECK enum pc_status pc_decide_observed(const struct pc_policies *policies,
                                                const struct pc_request *request,
                                                struct pc_scratch *scratch,
                                                const struct pc_observer *observer,
                                                struct pc_answer *answer);

#endif
