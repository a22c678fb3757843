// SPDX-License-Identifier: Apache-2.0
//
// Splits ARNs and reads those of IAM and STS.
#include "arn.h"

#include "text.h"
#include "variable.h"

size_t ref_arn_split(struct pc_str text, struct pc_str fields[REF_ARN_FIELDS])
{
    return pc_str_split(text, ':', fields, REF_ARN_FIELDS);
}

size_t ref_arn_split_value(struct pc_str text, bool variables, struct pc_str fields[REF_ARN_FIELDS])
{
    size_t count = 0, start = 0;
    for (size_t at = 0; at < text.len && count < REF_ARN_FIELDS - 1; at++) {
        struct ref_variable variable; // one without its "}" is text, whose colons separate
        if (variables && ref_variable_next(text, at, &variable) && variable.start == at &&
            variable.closed) {
            at = variable.end - 1;
        } else if (text.ptr[at] == ':') {
            fields[count] = pc_str_slice(text, start, at);
            count++;
            start = at + 1;
        }
    }
    fields[count] = pc_str_slice(text, start, text.len);
    return count + 1;
}

bool ref_arn_is_pattern(struct pc_str text, bool variables)
{
    struct pc_str fields[REF_ARN_FIELDS];
    return ref_arn_split_value(text, variables, fields) == REF_ARN_FIELDS &&
           (pc_str_eq(fields[0], PC_STR("arn")) || ref_has_wildcard(fields[0]));
}

bool ref_arn_read(struct pc_str text, struct pc_str fields[REF_ARN_FIELDS])
{
    return ref_arn_split(text, fields) == REF_ARN_FIELDS && pc_str_eq(fields[0], PC_STR("arn"));
}

bool ref_is_account(struct pc_str text)
{
    return text.len == 12 && ref_is_digits(text);
}

struct pc_str ref_last_component(struct pc_str path)
{
    size_t from = path.len;
    while (from > 0 && path.ptr[from - 1] != '/') {
        from--;
    }
    return pc_str_slice(path, from, path.len);
}

bool ref_arn_of(struct pc_str text, struct pc_str service, struct pc_str kind, struct pc_str *rest)
{
    struct pc_str fields[REF_ARN_FIELDS];
    if (!ref_arn_read(text, fields) || fields[REF_ARN_PARTITION].len == 0 ||
        !pc_str_eq(fields[REF_ARN_SERVICE], service) || fields[REF_ARN_REGION].len != 0) {
        return false;
    }
    struct pc_str resource = fields[REF_ARN_RESOURCE];
    if (!pc_str_has_prefix(resource, kind) || resource.len <= kind.len + 1 ||
        resource.ptr[kind.len] != '/') {
        return false;
    }
    *rest = pc_str_slice(resource, kind.len + 1, resource.len);
    return true;
}
