// SPDX-License-Identifier: Apache-2.0
//
// The parts of the target `trust`.
#ifndef POLCHECK_FUZZ_TRUST_H
#define POLCHECK_FUZZ_TRUST_H

#include "base/diag.h"
#include "fuzz.h"

// A collection of its own for what one call reports. Released by trust_case_end.
struct trust_case {
    struct pc_arena arena;
    struct pc_diags diags;
};

void trust_case_begin(struct trust_case *tried);
void trust_case_end(struct trust_case *tried);

// What a call said: nothing where it went well, else one error of that code for the file, whose
// place is one of the text where it has one.
void trust_check_said(const struct trust_case *tried, enum pc_status status, struct pc_str text,
                      enum pc_diag_code code);

// Any text as the file of what was seen, and any bytes as the record of a signature: trust_state.c.
void trust_seen(struct pc_str text);
void trust_edition(struct pc_str text); // to which its hash is added
void trust_record(struct pc_str record);
void trust_change(struct pc_str change); // what is exclusive-ored to a real record

#endif
