// SPDX-License-Identifier: Apache-2.0
//
// The PCRE2 side of matching: struct pc_pattern_cache.
#ifndef PC_MATCH_REGEX_H
#define PC_MATCH_REGEX_H

#include "token.h"

// Asks PCRE2 whether the whole subject matches a pattern of shape PC_SHAPE_OF_GENERAL without FOLD.
// False when PCRE2 gives no answer (the built-in matcher must then), else *matched is the answer,
// the same as the built-in matcher's.
bool pc_regex_match(struct pc_pattern_cache *cache, struct pc_str bytes, struct pc_str subject,
                    bool *matched);

// Takes so many steps from the cache's effort. False: it is spent.
bool pc_pattern_cache_can_afford(struct pc_pattern_cache *cache, uint64_t steps);

#endif
