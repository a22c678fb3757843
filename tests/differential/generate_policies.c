// SPDX-License-Identifier: Apache-2.0
//
// Which policy types a case has, and how many documents of each (SEMANTICS.md 7.1, 7.2).
#include "generate_document.h"

// One member of `policies`; percentages.
struct member {
    const char *name;
    enum gen_policy policy; // GEN_RESOURCE: what the resource has
    unsigned callers;       // whom it applies to
    uint32_t there;
    uint32_t empty; // of those that are there: a list without documents
    uint32_t open;  // of the rest: allows everything but for what else it says
    uint32_t deny;  // of the statements
    bool levels;
};

enum {
    NAMED = GEN_USER | GEN_SESSION | GEN_ROLE | GEN_FEDERATED,
    THERE_FOR_OTHERS = 6, // of a hundred callers whom the policy does not apply to
};

static const struct member members[] = {
    {"identity", GEN_IDENTITY, NAMED, 92, 4, 22, 14, false},
    {"boundary", GEN_BOUNDARY, NAMED, 38, 6, 55, 12, false},
    {"session", GEN_SESSION_POLICY, GEN_SESSION | GEN_ROLE | GEN_FEDERATED, 45, 6, 55, 12, false},
    {"resource", GEN_RESOURCE, GEN_ANYONE, 72, 4, 8, 15, false},
    {"endpoint", GEN_ENDPOINT, GEN_ANYONE, 20, 6, 60, 12, false},
    {"scp", GEN_SCP, GEN_WITH_ACCOUNT, 38, 3, 78, 16, true},
    {"rcp", GEN_RCP, GEN_ANYONE, 20, 5, 0, 100, true},
};

// How many statements a crowd has: what is a machine word, a little more, many blocks.
static size_t choose_crowd(struct gen_scene *scene)
{
    uint32_t dice = gen_below(scene, 100);
    if (dice < 45) {
        return 9 + gen_below(scene, 56);
    }
    return dice < 75 ? 65 + gen_below(scene, 66) : 200 + gen_below(scene, 201);
}

static void write_crowd(struct gen_scene *scene, struct pc_json_writer *writer,
                        const struct member *member)
{
    struct gen_manner manner = {.policy = member->policy};
    size_t left = choose_crowd(scene);
    if (member->policy == GEN_RESOURCE) {
        manner.policy = gen_attached_policy(scene);
    }
    pc_json_begin_array(writer);
    for (; left > 0; left -= manner.crowd) {
        manner.crowd = gen_percent(scene, 50) ? left : 1 + gen_below(scene, left);
        manner.open = manner.index == 0 && gen_percent(scene, member->open / 3);
        gen_document_write(scene, writer, &manner);
        manner.index++;
    }
    pc_json_end_array(writer);
}

static void write_list(struct gen_scene *scene, struct pc_json_writer *writer,
                       const struct member *member)
{
    static const size_t counts[] = {1, 1, 1, 1, 1, 2, 2, 3};
    struct gen_manner manner = {.policy = member->policy, .deny = member->deny};
    size_t count = gen_percent(scene, member->empty)
                       ? 0
                       : counts[gen_below(scene, sizeof(counts) / sizeof(counts[0]))];
    if (member->policy == GEN_RESOURCE) {
        manner.policy = gen_attached_policy(scene);
    }
    pc_json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        manner.index = (uint32_t)i;
        manner.open = i == 0 && gen_percent(scene, member->open);
        gen_document_write(scene, writer, &manner);
    }
    pc_json_end_array(writer);
}

static void write_levels(struct gen_scene *scene, struct pc_json_writer *writer,
                         const struct member *member)
{
    static const size_t counts[] = {0, 1, 1, 1, 1, 2, 2, 2, 3, 3};
    size_t count = counts[gen_below(scene, sizeof(counts) / sizeof(counts[0]))];
    pc_json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 && (scene->crowds & member->policy) != 0) {
            write_crowd(scene, writer, member);
        } else {
            write_list(scene, writer, member);
        }
    }
    pc_json_end_array(writer);
}

// A policy that does not apply to the caller is rare, but has to be without effect (7.1).
static bool is_there(struct gen_scene *scene, const struct member *member)
{
    enum gen_caller_kind kind = scene->caller->kind;
    if (scene->mistake != NULL && scene->mistake->policies == (unsigned)member->policy) {
        return true; // a mistake of this type alone
    }
    if ((scene->crowds & member->policy) != 0) {
        return true;
    }
    if (member->policy == GEN_SESSION_POLICY && kind == GEN_FEDERATED) {
        return gen_percent(scene, 75); // without one there are no permissions
    }
    if (member->policy == GEN_RESOURCE && gen_attached_policy(scene) != GEN_RESOURCE) {
        return gen_percent(scene, 92); // keys and roles have one
    }
    if (member->policy == GEN_RESOURCE && (kind & GEN_WITH_ACCOUNT) == 0) {
        return gen_percent(scene, 92); // nothing else lets them in
    }
    return gen_percent(scene, (member->callers & kind) != 0 ? member->there : THERE_FOR_OTHERS);
}

void gen_policies_write(struct gen_scene *scene, struct pc_json_writer *writer)
{
    pc_json_begin_object(writer);
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (!is_there(scene, &members[i])) {
            continue;
        }
        pc_json_key(writer, members[i].name);
        if (members[i].levels) {
            write_levels(scene, writer, &members[i]);
        } else if ((scene->crowds & members[i].policy) != 0) {
            write_crowd(scene, writer, &members[i]);
        } else {
            write_list(scene, writer, &members[i]);
        }
    }
    pc_json_end_object(writer);
}
