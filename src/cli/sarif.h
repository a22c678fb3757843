// SPDX-License-Identifier: Apache-2.0
//
// Findings as a log of SARIF 2.1.0 with one run, for what shows them beside the lines of files:
// begin, then each result, then end. Failures stay in the buffer (pc_buf_status).
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
#ifndef PC_CLI_SARIF_H
#define PC_CLI_SARIF_H

#include "output.h"

enum {
    PC_SARIF_CODES = 2048, // more than the largest
};

struct pc_sarif {
    struct pc_json_writer writer;
    bool suppressible;                   // results may be suppressed: each says whether it is
    uint64_t codes[PC_SARIF_CODES / 64]; // a bit for each that was used
};

struct pc_sarif_result {
    enum pc_diag_code code;
    enum pc_severity severity;
    struct pc_place place;
    struct pc_str message;
    struct pc_str fingerprint; // the same for the same finding in a later run; "": none
    bool suppressed;
    struct pc_str justification; // of the suppression
};

void pc_sarif_begin(struct pc_sarif *sarif, struct pc_buf *out);

// Writes a result up to its properties, which the caller adds as members; then ends it.
void pc_sarif_result_begin(struct pc_sarif *sarif, const struct pc_sarif_result *result);
void pc_sarif_result_end(struct pc_sarif *sarif);

// Adds the rules that were used, from the table of diagnostics. complete: all that was to be looked
// at was.
void pc_sarif_end(struct pc_sarif *sarif, bool complete);

#endif
