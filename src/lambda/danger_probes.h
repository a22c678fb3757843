// SPDX-License-Identifier: Apache-2.0
//
// What should not be possible, and what a configuration says that cannot be right: found beside the
// needs of integrations (LAMBDA.md 1.2, 8.1, 8.3).
#ifndef PC_LAMBDA_DANGER_PROBES_H
#define PC_LAMBDA_DANGER_PROBES_H

#include "finding_list.h"

// Mistakes of an integration that no question shows: a FIFO queue as destination, an edge function
// in the wrong region, something that is not told. Adds to its findings and lowers its mark.
PC_MUST_CHECK enum pc_status pc_setup_check(struct pc_checker *checker,
                                            const struct pc_subject *subject,
                                            struct pc_checked *checked);

// Asks for strangers: the public, other accounts, services for other accounts. Fills in
// out->dangers and lowers out->mark.
PC_MUST_CHECK enum pc_status pc_dangers_find(struct pc_checker *checker,
                                             const struct pc_known_function *known,
                                             const struct pc_function_name *name,
                                             struct pc_diags *diags,
                                             struct pc_checked_function *out);

#endif
