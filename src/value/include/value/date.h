// SPDX-License-Identifier: Apache-2.0
//
// Dates in the forms of R-417: the W3C date-time profile or Unix epoch seconds.
#ifndef PC_VALUE_DATE_H
#define PC_VALUE_DATE_H

#include "base/buf.h"

enum {
    PC_INSTANT_TEXT = 48, // bytes that hold whatever is appended here
};

struct pc_instant {
    int64_t seconds; // since 1970-01-01T00:00:00Z, proleptic Gregorian calendar, no leap seconds
    uint32_t nanoseconds; // 0 to 999999999; further digits are cut
};

// Reads YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm[:ss[.frac]][TZD] with TZD = Z or +hh:mm or -hh:mm
// (none: UTC), or epoch seconds: a text of digits only, also with four of them, so that the
// profile's bare YYYY can only be epoch seconds. Missing parts take the lowest value. Days are
// checked against the month; hour 0-23, minute 0-59, second 0-59, zone up to 23:59. Seconds beyond
// 64 bits are refused. False, *out untouched, for anything else.
PC_MUST_CHECK bool pc_instant_parse(struct pc_str text, struct pc_instant *out);

// The same of a request, whose seconds may be more than 64 bits hold (R-417 knows no limit): then
// it is the last one that they do, which lies behind whatever a policy can say.
PC_MUST_CHECK bool pc_instant_read(struct pc_str text, struct pc_instant *out);

// Below, equal to or above zero.
int pc_instant_cmp(struct pc_instant a, struct pc_instant b);

// Appends YYYY-MM-DDThh:mm:ss[.fffffffff]Z (trailing zeros of the fraction cut). Whatever
// pc_instant_parse gives is written so that it reads the same: behind the year 9999 as seconds, and
// where another zone than UTC made the year one of 0-9999, in such a zone. Other years outside of
// these have a sign.
void pc_instant_write(struct pc_buf *out, struct pc_instant instant);

// Appends nanoseconds since 1970 as lines of a log have them: RFC 3339, UTC, always with six digits
// of the second (further ones cut), so that lines sort by their text.
void pc_instant_write_time(struct pc_buf *out, int64_t nanoseconds);

#endif
