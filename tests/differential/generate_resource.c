// SPDX-License-Identifier: Apache-2.0
//
// Resource and NotResource (SEMANTICS.md section 3).
#include "generate_elements.h"
#include "generate_pattern.h"

enum {
    MAX_RESOURCES = 4,
};

// an ARN that ends early, where the policy type accepts one.
static bool shorten(const struct gen_statement *statement, struct pc_str *arn)
{
    struct gen_scene *scene = statement->scene;
    struct pc_str fields[6];
    bool star = statement->policy == GEN_SCP || gen_percent(scene, 60);
    bool refused = (statement->policy & (GEN_SESSION_POLICY | GEN_RCP)) != 0;
    if (refused || pc_str_split(*arn, ':', fields, 6) != 6) {
        return false;
    }
    size_t count = 2 + gen_below(scene, 4);
    size_t begin = gen_text_begin(scene);
    gen_text_add(scene, PC_STR("arn"));
    for (size_t i = 1; i < count; i++) {
        bool last = i + 1 == count;
        gen_text_add(scene, PC_STR(":"));
        gen_text_add(scene,
                     last && star ? pc_str_slice(fields[i], 0, gen_below(scene, 4)) : fields[i]);
        gen_text_add(scene, last && star ? PC_STR("*") : PC_STR(""));
    }
    *arn = gen_text_end(scene, begin);
    return true;
}

// Mostly matches the request's resource.
static struct pc_str fitting(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    struct pc_str resource = scene->resource;
    uint32_t dice = gen_below(scene, 100);
    if (dice < 30 || pc_str_eq(resource, PC_STR("*"))) {
        return PC_STR("*");
    }
    if (dice < 38) {
        return resource;
    }
    if (dice < 44 && shorten(statement, &resource)) {
        return resource;
    }
    return gen_arn_like(scene, resource, statement->variables, &resource) ? resource : PC_STR("*");
}

// Of any action; about one in ten is that of the request all the same.
static struct pc_str other(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    bool own = !pc_str_eq(scene->resource, PC_STR("*")) && gen_percent(scene, 50);
    const struct gen_action *row =
        own ? scene->action : &gen_actions[gen_below(scene, gen_action_count)];
    const char *template = row->resources[0];
    if (row->resources[1] != NULL && gen_percent(scene, 50)) {
        template = row->resources[1];
    }
    struct pc_str resource = gen_expand(scene, template);
    if (gen_percent(scene, 15)) {
        shorten(statement, &resource);
    } else if (gen_percent(scene, 50)) {
        gen_arn_like(scene, resource, statement->variables, &resource);
    }
    return resource;
}

static bool may_be_absent(enum gen_policy policy)
{
    return (policy & (GEN_RESOURCE | GEN_KEY_POLICY)) != 0;
}

void gen_write_resource(const struct gen_statement *statement)
{
    static const size_t counts[] = {1, 1, 1, 1, 2, 2, 3, 4};
    struct gen_scene *scene = statement->scene;
    struct pc_str resources[MAX_RESOURCES];
    if (statement->policy == GEN_TRUST ||
        (may_be_absent(statement->policy) && gen_percent(scene, 8))) {
        return;
    }
    bool whole = scene->mistake == NULL; // a mistake may be about the negated element
    bool negated = whole && gen_percent(scene, 12);
    bool listed = gen_percent(scene, statement->aim) != negated;
    size_t count =
        gen_percent(scene, 2) ? 0 : counts[gen_below(scene, sizeof(counts) / sizeof(counts[0]))];
    size_t hit = gen_below(scene, count);
    for (size_t i = 0; i < count; i++) {
        resources[i] = i == hit && listed ? fitting(statement) : other(statement);
    }
    pc_json_key(statement->writer, negated ? "NotResource" : "Resource");
    gen_write_texts(statement, resources, count);
}
