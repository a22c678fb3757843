// SPDX-License-Identifier: Apache-2.0
#include "generate.h"

#include "generate_context.h"
#include "generate_document.h"
#include "generate_elements.h"
#include "generate_request.h"

enum {
    MISTAKEN = 60, // of a thousand cases; some find no document that they fit
    SLIPPED = 10,  // requests
    LARGE = 15,
    MORE_CROWDS = 15, // of a hundred policy types, in a large case
};

static const char *caller_text(enum gen_caller_kind kind)
{
    switch (kind) {
    case GEN_ROOT:
        return "root";
    case GEN_USER:
        return "user";
    case GEN_SESSION:
        return "session";
    case GEN_ROLE:
        return "role";
    case GEN_FEDERATED:
        return "federated user";
    case GEN_SERVICE:
        return "service";
    case GEN_PROVIDER:
        return "provider";
    case GEN_ANONYMOUS:
        return "anonymous";
    case GEN_WITH_ACCOUNT:
    case GEN_SIGNED:
    case GEN_ANYONE:
        break;
    }
    return "nobody";
}

static void write_name(struct gen_scene *scene, struct pc_json_writer *writer, struct pc_str name)
{
    if (name.len == 0) {
        size_t begin = gen_text_begin(scene);
        gen_text_add(scene, pc_str_from(caller_text(scene->caller->kind)));
        gen_text_add(scene, PC_STR(" for "));
        gen_text_add(scene, pc_str_from(scene->action->service));
        gen_text_add(scene, PC_STR(":"));
        gen_text_add(scene, pc_str_from(scene->action->name));
        name = gen_text_end(scene, begin);
    }
    pc_json_key(writer, "name");
    pc_json_string(writer, name);
}

// The policies come first, because conditions wish for keys, and are put behind the request.
static void write_case(struct gen_scene *scene, struct pc_str name, const struct pc_buf *policies,
                       struct pc_buf *out)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    write_name(scene, &writer, name);
    const struct gen_slip *slip = scene->slip;
    bool slipped = slip != NULL && strcmp(slip->member, "policies") == 0;
    scene->slip = slipped ? NULL : slip;
    gen_request_write(scene, &writer);
    pc_json_key(&writer, "policies");
    pc_json_raw(&writer, slipped ? gen_expand_json(scene, slip->json) : pc_buf_view(policies));
    pc_json_end_object(&writer);
    if (policies->status != PC_OK) {
        out->status = policies->status;
    }
}

static void choose_mistakes(struct gen_scene *scene)
{
    if (gen_random_chance(scene->random, MISTAKEN)) {
        scene->mistake = &gen_mistakes[gen_below(scene, gen_mistake_count)];
    }
    if (gen_random_chance(scene->random, SLIPPED)) {
        const struct gen_slip *slip = &gen_slips[gen_below(scene, gen_slip_count)];
        scene->slip = (slip->callers & scene->caller->kind) != 0 ? slip : NULL;
    }
}

// One policy type for certain that applies to the caller, and rarely others.
static void choose_crowds(struct gen_scene *scene)
{
    static const enum gen_policy policies[] = {GEN_IDENTITY, GEN_RESOURCE,       GEN_SCP,
                                               GEN_BOUNDARY, GEN_SESSION_POLICY, GEN_ENDPOINT};
    bool held = (scene->caller->kind & GEN_WITH_ACCOUNT & ~(unsigned)GEN_ROOT) != 0;
    scene->crowds = held ? policies[gen_below(scene, 4)] : GEN_RESOURCE;
    for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
        scene->crowds |= gen_percent(scene, MORE_CROWDS) ? policies[i] : 0U;
    }
}

static void write_any_case(struct gen_random *random, bool large, struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf policies = {0};
    struct pc_json_writer writer;
    struct gen_scene scene;
    gen_scene_choose(&scene, random);
    choose_mistakes(&scene);
    if (large) {
        choose_crowds(&scene);
    }
    gen_context_choose(&scene);
    pc_json_writer_init(&writer, &policies, false);
    gen_policies_write(&scene, &writer);
    write_case(&scene, PC_STR(""), &policies, out);
}

void gen_case(struct gen_random *random, struct pc_buf *out)
{
    write_any_case(random, gen_random_chance(random, LARGE), out);
}

void gen_large_case(struct gen_random *random, struct pc_buf *out)
{
    write_any_case(random, true, out);
}

// The only statement of an identity policy, with one condition.
static struct pc_str write_one(struct gen_scene *scene, struct pc_json_writer *writer)
{
    struct gen_statement statement = {.scene = scene,
                                      .writer = writer,
                                      .policy = GEN_IDENTITY,
                                      .variables = true,
                                      .escaped = true,
                                      .aim = 100};
    pc_json_begin_object(writer);
    pc_json_key(writer, "Effect");
    pc_json_text(writer, "Allow");
    pc_json_key(writer, "Action");
    pc_json_text(writer, "*");
    pc_json_key(writer, "Resource");
    pc_json_text(writer, "*");
    struct pc_str name = gen_write_one_condition(&statement);
    pc_json_end_object(writer);
    return name;
}

static struct pc_str write_only_identity(struct gen_scene *scene, struct pc_json_writer *writer)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "identity");
    pc_json_begin_array(writer);
    pc_json_begin_object(writer);
    pc_json_key(writer, "Version");
    pc_json_text(writer, "2012-10-17");
    pc_json_key(writer, "Statement");
    struct pc_str name = write_one(scene, writer);
    pc_json_end_object(writer);
    pc_json_end_array(writer);
    pc_json_end_object(writer);
    return name;
}

// keys and roles ask for more than an identity policy, and some calls for none.
static bool identity_decides(const struct gen_scene *scene)
{
    unsigned kinds = GEN_USER | GEN_SESSION | GEN_ROLE;
    return (scene->caller->kind & kinds) != 0 && scene->owner == scene->account &&
           gen_attached_policy(scene) == GEN_RESOURCE && strcmp(scene->action->service, "sts") != 0;
}

void gen_condition_case(struct gen_random *random, struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf policies = {0};
    struct pc_json_writer writer;
    struct gen_scene scene;
    do {
        gen_scene_choose(&scene, random);
    } while (!identity_decides(&scene));
    gen_context_choose(&scene);
    pc_json_writer_init(&writer, &policies, false);
    struct pc_str name = write_only_identity(&scene, &writer);
    write_case(&scene, name, &policies, out);
}
