// SPDX-License-Identifier: Apache-2.0
//
// Principal and NotPrincipal (SEMANTICS.md section 4).
#include "generate_elements.h"

enum {
    MAX_NAMES = 4,
};

// Principals by the key of the map that they stand under.
struct names {
    struct pc_str texts[GEN_PRINCIPAL_KEYS][MAX_NAMES];
    size_t counts[GEN_PRINCIPAL_KEYS];
};

static void put(struct names *names, enum gen_principal_key key, struct pc_str text)
{
    if (text.len > 0 && names->counts[key] < MAX_NAMES) {
        names->texts[key][names->counts[key]++] = text;
    }
}

// A canonical user is of buckets, and a Deny may not name one (R-312, table 1.3).
static bool can_name(const struct gen_statement *statement, const struct gen_principal *row)
{
    bool s3 = strcmp(statement->scene->action->service, "s3") == 0;
    bool canonical = row->key == GEN_CANONICAL;
    return (row->policies & statement->policy) != 0 && (!canonical || (s3 && !statement->deny));
}

static void put_row(const struct gen_statement *statement, struct names *names, bool aimed)
{
    struct gen_scene *scene = statement->scene;
    const struct gen_principal *row = NULL;
    for (int i = 0; i < 200; i++) {
        row = &gen_principals[gen_below(scene, gen_principal_count)];
        bool fits = (row->fits & scene->caller->kind) != 0;
        bool fixed = row->fits == 0; // says the same whoever calls
        if (can_name(statement, row) && (fits || (fixed && !aimed))) {
            break;
        }
    }
    put(names, row->key, gen_expand(scene, row->value));
}

static void write_names(const struct gen_statement *statement, const struct names *names)
{
    static const char *const keys[] = {"AWS", "Service", "Federated", "CanonicalUser"};
    pc_json_begin_object(statement->writer);
    for (size_t k = 0; k < GEN_PRINCIPAL_KEYS; k++) {
        if (names->counts[k] > 0) {
            pc_json_key(statement->writer, keys[k]);
            gen_write_texts(statement, names->texts[k], names->counts[k]);
        }
    }
    pc_json_end_object(statement->writer);
}

// R-015: a map that names nobody.
static void write_nobody(const struct gen_statement *statement)
{
    bool empty_list = gen_percent(statement->scene, 50);
    pc_json_begin_object(statement->writer);
    if (empty_list) {
        pc_json_key(statement->writer, "AWS");
        gen_write_texts(statement, NULL, 0);
    }
    pc_json_end_object(statement->writer);
}

// What has to be listed to exempt the caller (R-321), with a link missing now and then.
static void put_chain(const struct gen_statement *statement, struct names *names)
{
    static const char *const links[] = {"%i", "%R", "arn:%p:iam::%a:root", "%U"};
    struct gen_scene *scene = statement->scene;
    enum gen_caller_kind kind = scene->caller->kind;
    enum gen_principal_key key = kind == GEN_SERVICE    ? GEN_SERVICES
                                 : kind == GEN_PROVIDER ? GEN_PROVIDERS
                                                        : GEN_AWS;
    bool held = (kind & GEN_WITH_ACCOUNT) != 0;
    if (kind == GEN_ANONYMOUS) {
        put(names, key, PC_STR("*"));
    }
    for (size_t i = 0; i < (held ? sizeof(links) / sizeof(links[0]) : 1); i++) {
        if (kind != GEN_ANONYMOUS && gen_percent(scene, 85)) {
            const char *link = i == 2 && gen_percent(scene, 40) ? "%a" : links[i];
            put(names, key, gen_expand(scene, link));
        }
    }
}

static void write_not_principal(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    struct names names = {.counts = {0}};
    pc_json_key(statement->writer, "NotPrincipal");
    if (gen_percent(scene, 3)) {
        write_nobody(statement);
        return;
    }
    if (gen_percent(scene, 60)) {
        put_chain(statement, &names);
    }
    size_t more = gen_below(scene, 3);
    for (size_t i = 0; i < more; i++) {
        put_row(statement, &names, false);
    }
    write_names(statement, &names);
}

static void write_positive(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    struct names names = {.counts = {0}};
    bool aimed = gen_percent(scene, statement->aim);
    pc_json_key(statement->writer, "Principal");
    if (statement->policy == GEN_RCP || gen_percent(scene, aimed ? 22 : 8)) {
        pc_json_text(statement->writer, "*");
        return;
    }
    if (gen_percent(scene, 2)) {
        write_nobody(statement);
        return;
    }
    if (aimed) {
        put_row(statement, &names, true);
    }
    size_t more = gen_below(scene, aimed ? 2 : 4);
    for (size_t i = 0; i < more; i++) {
        put_row(statement, &names, false);
    }
    write_names(statement, &names);
}

void gen_write_principal(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    bool can_negate = (statement->policy & (GEN_RESOURCE | GEN_KEY_POLICY | GEN_ENDPOINT)) != 0;
    if (can_negate && gen_percent(scene, statement->deny ? 22 : 1)) {
        write_not_principal(statement);
    } else {
        write_positive(statement);
    }
}
