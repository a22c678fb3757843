// SPDX-License-Identifier: Apache-2.0
//
// Positions of an audit log as people keep them: SEQ:MAC, a number and 64 hexadecimal digits.
#ifndef PC_CLI_AUDIT_POSITION_H
#define PC_CLI_AUDIT_POSITION_H

#include "secrets/audit.h"

void pc_audit_position_write(struct pc_buf *out, const struct pc_audit_position *position);

// False for any other text. Digits may be of either case. Only seq and mac are set.
PC_MUST_CHECK bool pc_audit_position_parse(struct pc_str text, struct pc_audit_position *out);

#endif
