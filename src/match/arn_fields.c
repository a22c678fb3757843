// SPDX-License-Identifier: Apache-2.0
//
// The fields of an ARN's pattern one by one, for people who ask where it differs.
#include "match/arn_pattern.h"

#include "arn_bytes.h"

unsigned pc_arn_pattern_fields(struct pc_str bytes, const struct pc_arn_subject *subject,
                               const struct pc_variables *variables, struct pc_pattern_cache *cache)
{
    unsigned fields = 0;
    if (pc_arn_pattern_is_any(bytes)) {
        return PC_ARN_ALL_FIELDS;
    }
    for (size_t i = 0; subject->is_arn && i < PC_ARN_FIELDS; i++) {
        bool matches = pc_pattern_match(pc_arn_bytes_field(bytes, i), subject->fields[i], variables,
                                        cache) == PC_MATCH;
        fields |= matches ? 1U << i : 0;
    }
    return fields;
}

size_t pc_arn_pattern_common(struct pc_str bytes, size_t field, struct pc_str text)
{
    size_t common = 0;
    if (pc_arn_pattern_is_any(bytes)) {
        return 0;
    }
    struct pc_str prefix = pc_pattern_prefix(pc_arn_bytes_field(bytes, field - 1));
    while (common < prefix.len && common < text.len && prefix.ptr[common] == text.ptr[common]) {
        common++;
    }
    return common;
}

void pc_arn_pattern_write_field(struct pc_str bytes, size_t field, struct pc_buf *out)
{
    if (pc_arn_pattern_is_any(bytes)) {
        pc_buf_byte(out, '*');
    } else {
        pc_pattern_write(pc_arn_bytes_field(bytes, field - 1), out);
    }
}
