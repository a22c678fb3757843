// SPDX-License-Identifier: Apache-2.0
#include "danger_probes.h"

enum pc_status pc_setup_check(struct pc_checker *checker, const struct pc_subject *subject,
                              struct pc_checked *checked)
{
    (void)checker;
    (void)subject;
    (void)checked;
    return PC_OK;
}

enum pc_status pc_dangers_find(struct pc_checker *checker, const struct pc_known_function *known,
                               const struct pc_function_name *name, struct pc_diags *diags,
                               struct pc_checked_function *out)
{
    (void)checker;
    (void)known;
    (void)name;
    (void)diags;
    (void)out;
    return PC_OK;
}
