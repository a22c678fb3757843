// SPDX-License-Identifier: Apache-2.0
//
// Patterns against patterns: does one match all that another matches, can both match the same?
//
// The answers are one-sided. `covers` says yes only where it is sure, `overlaps` no only where it
// is sure; so a yes of the first and a no of the second are proofs. They are exact for patterns
// without variables, over texts of all characters, but for the bounds told below. A variable stands
// for a text that is not known: it covers only the same variable with the same default, and is
// covered by that and by '*'; it overlaps what any text does. Both patterns are taken to be asked
// in one request, where a variable has one value.
//
// The other side of one-sidedness, "not sure", is also the answer for patterns of more than 2,048
// characters, wildcards and variables (those that equal each other, or have no wildcard, apart),
// and of `covers` where working through patterns with many '?' and '*' takes too long.
//
// The strict reading of stars: with the wider one, what does not overlap here may.
//
// All may be called with bytes of the forms' own validity checks only. Nothing allocates; time at
// most proportional to the product of the lengths, for `covers` with '?' times a bounded number of
// ways. Thread-safe.
#ifndef PC_MATCH_COVER_H
#define PC_MATCH_COVER_H

#include "match/action_pattern.h"
#include "match/arn_pattern.h"

// Byte forms of pc_pattern_compile, with any flags: does `wide` match every text that `narrow`
// matches?
bool pc_pattern_covers(struct pc_str wide, struct pc_str narrow);

// May some text match both?
bool pc_pattern_overlaps(struct pc_str a, struct pc_str b);

// Byte forms of pc_arn_pattern_compile. "*" alone covers everything and is covered by nothing else,
// for a request's resource can be no ARN.
bool pc_arn_pattern_covers(struct pc_str wide, struct pc_str narrow);
bool pc_arn_pattern_overlaps(struct pc_str a, struct pc_str b);

// What matches nothing is covered by everything and overlaps nothing.
bool pc_action_pattern_covers(const struct pc_action_pattern *wide,
                              const struct pc_action_pattern *narrow);
bool pc_action_pattern_overlaps(const struct pc_action_pattern *a,
                                const struct pc_action_pattern *b);

#endif
