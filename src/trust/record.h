// SPDX-License-Identifier: Apache-2.0
//
// What signing needs of the record of a signature, and judging does not.
#ifndef PC_TRUST_RECORD_H
#define PC_TRUST_RECORD_H

#include "trust/signature.h"

enum {
    PC_SIGNATURE_REMOVED_BYTES = 16, // of what stays of a signature
};

void pc_signature_write_removed(uint64_t serial, uint8_t record[PC_SIGNATURE_REMOVED_BYTES]);

// The serial of a record, also of a signature that was removed; 0: it has none.
uint64_t pc_signature_serial(struct pc_str record);

// Signs the other values.
void pc_signature_make(const uint8_t secret[PC_SIGN_SECRET_BYTES], struct pc_signature *signature);

#endif
