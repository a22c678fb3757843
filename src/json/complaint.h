// SPDX-License-Identifier: Apache-2.0
//
// The words of the strict check: what was expected, what is there, and a hint for the usual
// mistakes. Each function reports one diagnostic and returns PC_ERR_INVALID.
#ifndef PC_JSON_COMPLAINT_H
#define PC_JSON_COMPLAINT_H

#include "strict.h"

// At scan->at, by scan->want.
PC_MUST_CHECK enum pc_status pc_json_complain_unexpected(const struct pc_json_scan *scan);
PC_MUST_CHECK enum pc_status pc_json_complain_trailing(const struct pc_json_scan *scan);
PC_MUST_CHECK enum pc_status pc_json_complain_depth(const struct pc_json_scan *scan);
// The text ends and is not complete; or it is empty.
PC_MUST_CHECK enum pc_status pc_json_complain_end(const struct pc_json_scan *scan);

// In a string that began at scan->token.
PC_MUST_CHECK enum pc_status pc_json_complain_unclosed_string(const struct pc_json_scan *scan);
PC_MUST_CHECK enum pc_status pc_json_complain_control(const struct pc_json_scan *scan);
PC_MUST_CHECK enum pc_status pc_json_complain_escape(const struct pc_json_scan *scan);
PC_MUST_CHECK enum pc_status pc_json_complain_hex_digit(const struct pc_json_scan *scan);
PC_MUST_CHECK enum pc_status pc_json_complain_surrogate(const struct pc_json_scan *scan,
                                                        size_t escape);

// In a number that began at scan->token: no digit where one must be; something behind it.
PC_MUST_CHECK enum pc_status pc_json_complain_digit(const struct pc_json_scan *scan);
PC_MUST_CHECK enum pc_status pc_json_complain_number(const struct pc_json_scan *scan);

// The byte at scan->at is not valid UTF-8.
PC_MUST_CHECK enum pc_status pc_json_complain_utf8(const struct pc_json_scan *scan);
PC_MUST_CHECK enum pc_status pc_json_complain_size(const struct pc_json_scan *scan);

// PC_OK unless the first bytes are a byte order mark or text in UTF-16 or UTF-32.
PC_MUST_CHECK enum pc_status pc_json_complain_if_not_utf8_file(const struct pc_json_scan *scan);

#endif
