// SPDX-License-Identifier: Apache-2.0
#include "account/document_shape.h"

#include "members.h"
#include "shapes.h"

// Where the shapes that hold one policy have it.
struct way {
    enum pc_status (*open)(struct pc_import *import, struct pc_piece *piece); // of the shape
    const char *members[2]; // from the outermost; none: the document is the policy
};

static const struct way ways[] = {
    {pc_organization_policy_open, {"Policy", "Content"}},
    {pc_queue_dump_open, {"Attributes", "Policy"}},
    {pc_topic_dump_open, {"Attributes", "Policy"}},
    {pc_secret_dump_open, {"ResourcePolicy"}},
    {pc_repository_dump_open, {"policyText"}},
    {pc_key_dump_open, {"Policy"}},
    {pc_policy_string_open, {"Policy"}},
    {pc_bare_policy_open, {NULL}},
    {pc_policy_version_open, {"PolicyVersion", "Document"}},
    {pc_inline_policy_open, {"PolicyDocument"}},
};

static const struct pc_json *find_policy(const struct pc_json *json, const struct pc_shape *shape)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (shape->open != NULL && ways[i].open == shape->open) {
            for (size_t j = 0; j < 2 && ways[i].members[j] != NULL; j++) {
                json = pc_members_find(json, ways[i].members[j]);
            }
            return json;
        }
    }
    return NULL;
}

bool pc_document_shape_of(const struct pc_json *json, struct pc_document_shape *out)
{
    const struct pc_shape *shape = pc_shape_of(json);
    if (shape == NULL || pc_shape_beside(json, shape) != NULL) {
        return false;
    }
    *out = (struct pc_document_shape){shape->name, find_policy(json, shape)};
    return true;
}
