// SPDX-License-Identifier: Apache-2.0
//
// What verifying an audit log found, as people and programs read it.
#ifndef PC_CLI_AUDIT_FINDING_H
#define PC_CLI_AUDIT_FINDING_H

#include "secrets/audit.h"

// Zeroed: sound and empty.
struct pc_audit_finding {
    struct pc_audit_verdict verdict;
    struct pc_audit_position noted; // by the vault
    struct pc_buf losses;           // that were accepted: pairs of uint64_t, first and last entry
};

void pc_audit_finding_release(struct pc_audit_finding *finding);

void pc_audit_finding_add_loss(struct pc_audit_finding *finding, uint64_t from, uint64_t to);

// The name of the file at fault, and the line of the entry; 0 where no entry is.
const char *pc_audit_finding_file(const struct pc_audit_finding *finding);
uint64_t pc_audit_finding_line(const struct pc_audit_finding *finding);

// One sentence without a full stop. Not for a log that is sound.
void pc_audit_finding_write_fault(struct pc_buf *out, const struct pc_audit_finding *finding);

// The answer of --verify, with its end of line.
void pc_audit_finding_write(struct pc_buf *out, const struct pc_audit_finding *finding);
void pc_audit_finding_write_json(struct pc_buf *out, const struct pc_audit_finding *finding);

#endif
