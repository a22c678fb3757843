// SPDX-License-Identifier: Apache-2.0
#include "generate_scene.h"

static const char *const accounts[] = {"111111111111", "222222222222", "333333333333"};

// Kinds of callers are drawn by their weights, among those who usually call the action.
static const struct gen_caller *choose_caller(struct gen_scene *scene, unsigned kinds)
{
    uint32_t total = 0;
    for (size_t i = 0; i < gen_caller_count; i++) {
        total += (gen_callers[i].kind & kinds) != 0 ? gen_callers[i].weight : 0;
    }
    uint32_t left = gen_below(scene, total);
    for (size_t i = 0; i < gen_caller_count; i++) {
        uint32_t weight = (gen_callers[i].kind & kinds) != 0 ? gen_callers[i].weight : 0;
        if (left < weight) {
            return &gen_callers[i];
        }
        left -= weight;
    }
    return &gen_callers[0];
}

static const struct gen_action *choose_action(struct gen_scene *scene)
{
    uint32_t total = 0;
    for (size_t i = 0; i < gen_action_count; i++) {
        total += gen_actions[i].weight;
    }
    uint32_t left = gen_below(scene, total);
    for (size_t i = 0; i < gen_action_count; i++) {
        if (left < gen_actions[i].weight) {
            return &gen_actions[i];
        }
        left -= gen_actions[i].weight;
    }
    return &gen_actions[0];
}

static struct pc_str choose_resource(struct gen_scene *scene)
{
    size_t count = 0;
    while (count < sizeof(scene->action->resources) / sizeof(scene->action->resources[0]) &&
           scene->action->resources[count] != NULL) {
        count++;
    }
    return gen_expand(scene, scene->action->resources[gen_below(scene, count)]);
}

static bool has_account_field(struct pc_str resource)
{
    struct pc_str fields[6];
    return pc_str_split(resource, ':', fields, 6) == 6 && fields[4].len == 12;
}

static void choose_owner(struct gen_scene *scene)
{
    scene->account = accounts[gen_below(scene, 2)];
    scene->stranger = accounts[2];
    scene->owner = gen_percent(scene, 62)          ? scene->account
                   : scene->account == accounts[0] ? accounts[1]
                                                   : accounts[0];
}

// Whether the request says who owns the resource. Of an account that nobody tells, the caller's is
// taken.
static void choose_telling(struct gen_scene *scene)
{
    bool in_arn = has_account_field(scene->resource);
    bool none = pc_str_eq(scene->resource, PC_STR("*"));
    bool held = (scene->caller->kind & GEN_WITH_ACCOUNT) != 0;
    scene->tell_owner = gen_percent(scene, in_arn ? 15 : none ? 12 : 75);
    if (held && !in_arn && (!scene->tell_owner || (none && gen_percent(scene, 75)))) {
        scene->owner = scene->account;
    }
}

static struct pc_str choose_tag(struct gen_scene *scene)
{
    const struct gen_pool *words = &gen_words;
    return gen_expand(scene, words->rows[gen_below(scene, words->count)].text);
}

static struct pc_str expand_or_empty(struct gen_scene *scene, const char *template)
{
    return template == NULL ? PC_STR("") : gen_expand(scene, template);
}

void gen_scene_choose(struct gen_scene *scene, struct gen_random *random)
{
    scene->random = random;
    scene->used = 0;
    scene->entry_count = 0;
    scene->crowds = 0;
    scene->mistake = NULL;
    scene->slip = NULL;
    scene->team = PC_STR("red");
    bool china = gen_percent(scene, 10);
    scene->partition = china ? PC_STR("aws-cn") : PC_STR("aws");
    scene->other_partition = china ? PC_STR("aws") : PC_STR("aws-cn");
    choose_owner(scene);
    scene->action = choose_action(scene);
    scene->caller =
        choose_caller(scene, gen_percent(scene, 93) ? scene->action->callers : GEN_ANYONE);
    scene->team = choose_tag(scene);
    scene->principal = gen_expand(scene, scene->caller->principal);
    scene->role = expand_or_empty(scene, scene->caller->role);
    scene->parent = expand_or_empty(scene, scene->caller->parent);
    scene->unique_id = expand_or_empty(scene, scene->caller->id);
    scene->tell_role = scene->role.len > 0 && gen_percent(scene, 65);
    scene->resource = gen_percent(scene, 1) ? PC_STR("*") : choose_resource(scene);
    choose_telling(scene);
}

enum gen_policy gen_attached_policy(const struct gen_scene *scene)
{
    struct pc_str fields[6];
    if (strcmp(scene->action->service, "kms") == 0) {
        return GEN_KEY_POLICY; // whatever the resource is: CONTRACT.md section 2
    }
    bool sts = strcmp(scene->action->service, "sts") == 0;
    bool assumes = pc_str_has_prefix(pc_str_from(scene->action->name), PC_STR("AssumeRole"));
    bool role = pc_str_split(scene->resource, ':', fields, 6) == 6 &&
                pc_str_eq(fields[2], PC_STR("iam")) &&
                pc_str_has_prefix(fields[5], PC_STR("role/"));
    return sts && (assumes || role) ? GEN_TRUST : GEN_RESOURCE;
}
