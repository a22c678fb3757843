// SPDX-License-Identifier: Apache-2.0
//
// Verifying what is in use once more, a little at a time, while it is answered from.
#ifndef PC_API_AGAIN_H
#define PC_API_AGAIN_H

#include "engine.h"

// Begins to verify the engine's edition anew, or goes on with it, for the time that the look has
// (lookout.how). It is the lookout's candidate meanwhile, with `again`; there is none any more when
// it is done or fails. PC_ERR_INVALID: it does not hold what its key had signed when it was
// accepted, which is reported. Else as pc_candidate_begin and pc_candidate_step.
PC_MUST_CHECK enum pc_status pc_engine_verify_again(struct polcheck_engine *engine, bool *done);

#endif
