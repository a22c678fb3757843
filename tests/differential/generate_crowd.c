// SPDX-License-Identifier: Apache-2.0
#include "generate_crowd.h"

#include "generate_pattern.h"

#include <stdio.h>

enum {
    MAX_PLACES = 3,
};

// The start of the request's resource and, where the statement is to miss it, an end that it has
// not.
static struct pc_str place_text(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    struct pc_str place;
    if (!gen_arn_start(scene, scene->resource, &place)) {
        place = statement->aim == 0 ? PC_STR("arn:aws:s3:::none") : PC_STR("*");
    } else if (statement->aim == 0) {
        size_t begin = gen_text_begin(scene);
        gen_text_add(scene, place);
        gen_text_add(scene, PC_STR("~"));
        place = gen_text_end(scene, begin);
    }
    return place;
}

// Resources that begin alike.
static void write_places(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    struct pc_str places[MAX_PLACES];
    size_t count = 1 + gen_below(scene, MAX_PLACES);
    for (size_t i = 0; i < count; i++) {
        places[i] = place_text(statement);
    }
    bool negated = statement->aim > 0 && gen_percent(scene, 8);
    pc_json_key(statement->writer, negated ? "NotResource" : "Resource");
    gen_write_texts(statement, places, count);
}

static void write_resource(const struct gen_statement *statement)
{
    bool named = statement->policy != GEN_TRUST;
    if (named && gen_percent(statement->scene, 60)) {
        write_places(statement);
    } else {
        gen_write_resource(statement);
    }
}

static void write_principal(const struct gen_statement *statement)
{
    if ((statement->policy & GEN_WITH_PRINCIPAL) != 0) {
        gen_write_principal(statement);
    }
}

static void write_condition(const struct gen_statement *statement)
{
    if (gen_percent(statement->scene, 35)) {
        gen_write_condition(statement);
    }
}

// The element as the text of a member.
static struct pc_str element_text(const struct gen_statement *statement, uint32_t element)
{
    static void (*const writes[GEN_ELEMENTS])(const struct gen_statement *statement) = {
        write_principal, gen_write_action, write_resource, write_condition};
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_json_writer writer;
    struct gen_statement apart = *statement;
    apart.writer = &writer;
    pc_json_writer_init(&writer, &text, false);
    pc_json_begin_object(&writer);
    writes[element](&apart);
    pc_json_end_object(&writer);
    struct pc_str object = pc_buf_view(&text);
    size_t begin = gen_text_begin(statement->scene);
    gen_text_add(statement->scene, pc_str_slice(object, 1, object.len < 2 ? 1 : object.len - 1));
    return gen_text_end(statement->scene, begin);
}

static void write_element(struct gen_statement *statement, struct gen_family *family,
                          uint32_t element, uint32_t aim)
{
    statement->aim = element == family->misses ? 0 : aim;
    family->elements[element] = element_text(statement, element);
}

static void make_family(const struct gen_crowd *crowd, struct gen_statement *statement,
                        struct gen_family *family)
{
    struct gen_scene *scene = statement->scene;
    bool may_hit = crowd->aimed && gen_percent(scene, 50);
    family->made = true;
    family->misses = may_hit ? GEN_ELEMENTS : gen_below(scene, GEN_ELEMENTS - 1);
    for (uint32_t i = 0; i < GEN_ELEMENTS; i++) {
        write_element(statement, family, i, 95);
    }
}

static void write_statement(const struct gen_statement *statement, const struct gen_family *family,
                            size_t index)
{
    char start[64];
    bool named = gen_percent(statement->scene, 65);
    (void)snprintf(start, sizeof(start),
                   named ? "{\"Sid\":\"S%zu\",\"Effect\":" : "{\"Effect\":", index);
    size_t begin = gen_text_begin(statement->scene);
    gen_text_add(statement->scene, pc_str_from(start));
    gen_text_add(statement->scene, statement->deny ? PC_STR("\"Deny\"") : PC_STR("\"Allow\""));
    for (uint32_t i = 0; i < GEN_ELEMENTS; i++) {
        gen_text_add(statement->scene, family->elements[i].len > 0 ? PC_STR(",") : PC_STR(""));
        gen_text_add(statement->scene, family->elements[i]);
    }
    gen_text_add(statement->scene, PC_STR("}"));
    pc_json_raw(statement->writer, gen_text_end(statement->scene, begin));
}

void gen_crowd_begin(struct gen_crowd *crowd, const struct gen_statement *statement)
{
    static const uint32_t denies[] = {0, 0, 0, 3};
    struct gen_scene *scene = statement->scene;
    *crowd =
        (struct gen_crowd){.aimed = gen_percent(scene, 40), .deny = denies[gen_below(scene, 4)]};
}

void gen_crowd_write(struct gen_crowd *crowd, struct gen_statement *statement, size_t index)
{
    struct gen_scene *scene = statement->scene;
    statement->deny = gen_percent(scene, crowd->deny);
    struct gen_family *family =
        &crowd->families[statement->deny ? 0 : 1 + gen_below(scene, GEN_FAMILIES - 1)];
    if (!family->made || gen_percent(scene, 3)) {
        make_family(crowd, statement, family);
    }
    struct gen_family member = *family;
    write_element(statement, &member, gen_below(scene, GEN_ELEMENTS), 60);
    write_statement(statement, &member, index);
    if (gen_percent(scene, 30)) {
        *family = member;
    }
}
