// SPDX-License-Identifier: Apache-2.0
//
// Listings that end in the middle. What is left out may be the policy that denies, or the trigger
// that fails, so none is taken.
#include "truncated.h"

#include "members.h"

static void report(struct pc_import *import, const struct pc_file *file,
                   const struct pc_json *member, const char *name)
{
    pc_diag_report(import->diags, PC_DIAG_DUMP_TRUNCATED, pc_json_place(file->name, member),
                   "\"%.*s\" is only a part of the listing", PC_STR_ARG(file->name));
    pc_diag_hint(import->diags,
                 "\"%s\" says that there is more: fetch the rest too, as the AWS "
                 "CLI does by itself unless --no-paginate or --max-items stops it",
                 name);
}

void pc_dump_refuse_truncated(struct pc_import *import, const struct pc_file *file,
                              const struct pc_json *json)
{
    static const struct {
        const char *name;
        enum pc_json_type type;
    } signs[] = {
        {"IsTruncated", PC_JSON_BOOLEAN}, {"Truncated", PC_JSON_BOOLEAN},
        {"NextToken", PC_JSON_STRING},    {"nextToken", PC_JSON_STRING},
        {"NextMarker", PC_JSON_STRING},   {"Marker", PC_JSON_STRING},
    };
    const struct pc_members reader = {import, file, PC_DIAG_DUMP_VALUE};
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        const struct pc_json *member = pc_members_find(json, signs[i].name);
        if (member != NULL && pc_members_type(&reader, member, signs[i].type, signs[i].name) &&
            (member->boolean || member->text.len > 0)) {
            report(import, file, member, signs[i].name);
            return;
        }
    }
}
