// SPDX-License-Identifier: Apache-2.0
//
// How the results of `polcheck lambda check` are told: for people, as JSON, as SARIF. A format is
// one row.
#ifndef PC_CLI_CHECK_REPORT_H
#define PC_CLI_CHECK_REPORT_H

#include "lambda/check.h"
#include "sarif.h"

struct pc_check_counts {
    size_t functions, integrations;
    size_t errors, warnings; // findings
};

struct pc_check_report {
    struct pc_output *out;
    bool color;
    bool quiet;      // text: only what fails or warns
    bool told;       // text: something was
    size_t width;    // columns of the terminal; 0: it is none, lines are as long as they are
    bool incomplete; // something could not be asked
    struct pc_check_counts counts; // of what was added
    struct pc_sarif sarif;
};

struct pc_check_format {
    const char *name;
    void (*begin)(struct pc_check_report *report);
    void (*add)(struct pc_check_report *report, const struct pc_checked_function *function);
    // Findings that belong to no function.
    void (*account)(struct pc_check_report *report, const struct pc_finding *findings);
    void (*end)(struct pc_check_report *report);
};

extern const struct pc_check_format pc_check_people, pc_check_json, pc_check_sarif;

// What the policy of a mend is called: "the trust policy of ARN".
void pc_mend_policy_write(struct pc_buf *out, const struct pc_mend *mend);

#endif
