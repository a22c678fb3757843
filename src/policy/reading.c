// SPDX-License-Identifier: Apache-2.0
//
// Places and wording that the readers of all parts share.
#include "reading.h"

struct pc_place pc_reading_place(const struct pc_reading *reading, uint32_t line, uint32_t column)
{
    return (struct pc_place){reading->input->file, line, column};
}

struct pc_place pc_reading_at(const struct pc_reading *reading, const struct pc_json *json)
{
    return pc_json_place(reading->input->file, json);
}

struct pc_place pc_reading_at_name(const struct pc_reading *reading,
                                   const struct pc_json_member *member)
{
    return pc_json_member_place(reading->input->file, member);
}

struct pc_place pc_policy_place(const struct pc_policy *policy, uint32_t line, uint32_t column)
{
    return (struct pc_place){policy->file, line, column};
}

void pc_reading_suggest(struct pc_reading *reading, struct pc_str name)
{
    if (name.len > 0) {
        pc_diag_hint(reading->diags, "did you mean \"%.*s\"?", PC_STR_ARG(name));
    }
}

bool pc_has_variable(struct pc_str text)
{
    for (size_t at = pc_str_find(text, '$', 0); at < text.len;
         at = pc_str_find(text, '$', at + 1)) {
        if (at + 1 < text.len && text.ptr[at + 1] == '{') {
            return true;
        }
    }
    return false;
}

void pc_reading_check_variable(struct pc_reading *reading, struct pc_str text,
                               struct pc_place place)
{
    if (!reading->variables && pc_has_variable(text)) {
        pc_diag_report(reading->diags, PC_DIAG_VARIABLE_VERSION, place,
                       "the variable in \"%.*s\" is plain text without Version 2012-10-17",
                       PC_SHOWN(text));
        pc_diag_hint(reading->diags, "add \"Version\": \"2012-10-17\" to the document");
    }
}
