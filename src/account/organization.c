// SPDX-License-Identifier: Apache-2.0
//
// Reads the organisation of a manifest: levels, accounts and their policies (CONTRACT 4).
#include "manifest.h"
#include "names.h"

static enum pc_status read_policies(const struct pc_members *reader, const struct pc_json *element,
                                    struct pc_level *level)
{
    level->has_scp = pc_members_find(element, "scp") != NULL;
    level->has_rcp = pc_members_find(element, "rcp") != NULL;
    PC_TRY(pc_manifest_policies(reader, element, "scp", level->id, &level->scp));
    return pc_manifest_policies(reader, element, "rcp", level->id, &level->rcp);
}

// *out is NULL after a report.
static enum pc_status new_level(const struct pc_members *reader, const struct pc_json *element,
                                struct pc_level **out)
{
    struct pc_str id, parent;
    *out = NULL;
    if (!pc_members_string(reader, element, "id", PC_REQUIRED, &id) ||
        !pc_members_string(reader, element, "parent", PC_OPTIONAL, &parent)) {
        return PC_OK;
    }
    PC_TRY(pc_picture_level(reader->import, id, pc_members_place(reader, element), out));
    if (*out != NULL && parent.len > 0) {
        (*out)->parent = parent;
        (*out)->parent_place = pc_members_place(reader, pc_members_find(element, "parent"));
    }
    return PC_OK;
}

static enum pc_status read_level(const struct pc_members *reader, const struct pc_json *element,
                                 void *context)
{
    static const char *const names[] = {"id", "parent", "scp", "rcp", NULL};
    (void)context;
    struct pc_level *level;
    pc_members_known(reader, element, "a level", names);
    PC_TRY(new_level(reader, element, &level));
    if (level != NULL && (level->id.len == 0 || pc_account_id_is(level->id))) {
        pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VALUE, level->place,
                       "\"%.*s\" is not the id of a root or unit", PC_STR_ARG(level->id));
        pc_diag_hint(reader->import->diags, "accounts belong into \"accounts\"");
    }
    return level == NULL ? PC_OK : read_policies(reader, element, level);
}

static enum pc_status read_account(const struct pc_members *reader, const struct pc_json *element,
                                   void *context)
{
    static const char *const names[] = {"id", "parent", "scp", "rcp", "management", NULL};
    (void)context;
    struct pc_level *level;
    const struct pc_json *management;
    pc_members_known(reader, element, "an account", names);
    PC_TRY(new_level(reader, element, &level));
    if (level == NULL || !pc_members_get(reader, element, "management", PC_OPTIONAL, &management)) {
        return PC_OK;
    }
    level->account = true;
    if (!pc_account_id_is(level->id)) {
        pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VALUE, level->place,
                       "\"%.*s\" is not an account id of 12 digits", PC_STR_ARG(level->id));
    }
    if (management != NULL && pc_members_type(reader, management, PC_JSON_BOOLEAN, "management")) {
        level->management = management->boolean;
    }
    return read_policies(reader, element, level);
}

enum pc_status pc_manifest_organization(const struct pc_members *reader,
                                        const struct pc_json *manifest)
{
    static const char *const names[] = {"levels", "accounts", NULL};
    const struct pc_json *organization;
    if (!pc_members_object(reader, manifest, "organization", PC_OPTIONAL, &organization) ||
        organization == NULL) {
        return PC_OK;
    }
    pc_members_known(reader, organization, "an organization", names);
    PC_TRY(pc_members_each(reader, organization, "levels", read_level, NULL));
    return pc_members_each(reader, organization, "accounts", read_account, NULL);
}
