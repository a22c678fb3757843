// SPDX-License-Identifier: Apache-2.0
#include "generate_document.h"

#include "generate_context.h"
#include "generate_crowd.h"
#include "generate_elements.h"

void gen_write_texts(const struct gen_statement *statement, const struct pc_str *texts,
                     size_t count)
{
    bool array = count != 1 || gen_percent(statement->scene, 40);
    if (array) {
        pc_json_begin_array(statement->writer);
    }
    for (size_t i = 0; i < count; i++) {
        gen_write_string(statement->writer, texts[i], statement->escaped);
    }
    if (array) {
        pc_json_end_array(statement->writer);
    }
}

// Is the scene's mistake about this element of this document or statement?
static bool is_mistaken(const struct gen_statement *statement, bool document, const char *element)
{
    const struct gen_mistake *mistake = statement->scene->mistake;
    return mistake != NULL && mistake->document == document &&
           strcmp(mistake->element, element) == 0;
}

// Writes the mistaken element; the scene has no other mistake then.
static void make_mistake(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    const struct gen_mistake *mistake = scene->mistake;
    scene->mistake = NULL;
    if (mistake->json != NULL) {
        pc_json_key(statement->writer, mistake->element);
        pc_json_raw(statement->writer, gen_expand_json(scene, mistake->json));
    }
}

static void write_effect(const struct gen_statement *statement)
{
    if (is_mistaken(statement, false, "Effect")) {
        make_mistake(statement);
        return;
    }
    pc_json_key(statement->writer, "Effect");
    pc_json_text(statement->writer, statement->deny ? "Deny" : "Allow");
}

// The text with the number of the statement and an end: unlike that of any other statement.
static struct pc_str sid_text(struct gen_scene *scene, const char *text, size_t index,
                              const char *end)
{
    const char digits[] = {(char)('0' + index / 100 % 10), (char)('0' + index / 10 % 10),
                           (char)('0' + index % 10)};
    size_t silent = index < 10 ? 2 : index < 100;
    size_t begin = gen_text_begin(scene);
    gen_text_add(scene, pc_str_from(text));
    gen_text_add(scene, (struct pc_str){digits + silent, sizeof(digits) - silent});
    gen_text_add(scene, pc_str_from(end));
    return gen_text_end(scene, begin);
}

// some types take more than letters and digits.
static void write_sid(const struct gen_statement *statement, size_t index)
{
    struct gen_scene *scene = statement->scene;
    bool loose = (statement->policy & (GEN_RESOURCE | GEN_KEY_POLICY | GEN_ENDPOINT)) != 0;
    if (is_mistaken(statement, false, "Sid")) {
        make_mistake(statement);
    } else if (gen_percent(scene, 65)) {
        static const char *const forms[] = {"S", "S", "S", "Allow-reads_", "the statement "};
        size_t form = gen_below(scene, loose ? sizeof(forms) / sizeof(forms[0]) : 3);
        pc_json_key(statement->writer, "Sid");
        pc_json_string(statement->writer, sid_text(scene, forms[form], index, ""));
    } else if (gen_percent(scene, 2)) {
        pc_json_key(statement->writer, "Sid");
        pc_json_text(statement->writer, "");
    }
}

// The element as it should be, unless the scene's mistake is about it.
static void write_element(const struct gen_statement *statement, const char *name,
                          void (*write)(const struct gen_statement *statement))
{
    if (is_mistaken(statement, false, name)) {
        make_mistake(statement);
    } else {
        write(statement);
    }
}

static void write_statement(const struct gen_statement *statement, size_t index)
{
    const struct gen_scene *scene = statement->scene;
    pc_json_begin_object(statement->writer);
    write_sid(statement, index);
    write_effect(statement);
    if ((statement->policy & GEN_WITH_PRINCIPAL) != 0) {
        write_element(statement, "Principal", gen_write_principal);
    }
    write_element(statement, "Action", gen_write_action);
    write_element(statement, "Resource", gen_write_resource);
    write_element(statement, "Condition", gen_write_condition);
    if (scene->mistake != NULL && !scene->mistake->document) {
        make_mistake(statement); // an element that does not belong here
    }
    pc_json_end_object(statement->writer);
}

// A statement that allows everything to everybody.
static void write_open(const struct gen_statement *statement)
{
    struct pc_json_writer *writer = statement->writer;
    pc_json_begin_object(writer);
    pc_json_key(writer, "Effect");
    pc_json_text(writer, "Allow");
    if ((statement->policy & GEN_WITH_PRINCIPAL) != 0) {
        pc_json_key(writer, "Principal");
        pc_json_text(writer, "*");
    }
    pc_json_key(writer, "Action");
    pc_json_text(writer, statement->policy == GEN_TRUST ? "sts:*" : "*");
    if (statement->policy != GEN_TRUST) {
        pc_json_key(writer, "Resource");
        pc_json_text(writer, "*");
    }
    pc_json_end_object(writer);
}

static const struct gen_idiom *choose_idiom(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    for (int i = 0; i < 12; i++) {
        const struct gen_idiom *row = &gen_idioms[gen_below(scene, gen_idiom_count)];
        bool own = row->service == NULL || strcmp(row->service, scene->action->service) == 0;
        if ((row->policies & statement->policy) != 0 && own) {
            return row;
        }
    }
    return NULL;
}

// A statement as people write it; the context mostly has what it asks for.
static bool write_idiom(const struct gen_statement *statement, size_t index)
{
    struct gen_scene *scene = statement->scene;
    const struct gen_idiom *idiom = choose_idiom(statement);
    if (idiom == NULL) {
        return false;
    }
    if (idiom->key != NULL && gen_percent(scene, 75)) {
        gen_context_want(scene, gen_key_named(idiom->key));
    }
    const char *sid = gen_percent(scene, 60) ? "'Sid':'S" : NULL;
    struct pc_str start = sid != NULL ? sid_text(scene, sid, index, "',") : PC_STR("");
    struct pc_str elements = gen_expand(scene, idiom->elements);
    struct pc_str condition = gen_expand(scene, idiom->condition);
    size_t begin = gen_text_begin(scene);
    gen_text_add(scene, PC_STR("{"));
    gen_text_add(scene, start);
    gen_text_add(scene, elements);
    gen_text_add(scene, condition.len > 0 ? PC_STR(",'Condition':{") : PC_STR(""));
    gen_text_add(scene, condition);
    gen_text_add(scene, condition.len > 0 ? PC_STR("}}") : PC_STR("}"));
    pc_json_raw(statement->writer, gen_text_end_json(scene, begin));
    return true;
}

static void write_any(struct gen_statement *statement, size_t index, uint32_t deny)
{
    struct gen_scene *scene = statement->scene;
    statement->deny = statement->policy == GEN_RCP || gen_percent(scene, deny);
    statement->aim = gen_percent(scene, statement->deny ? 35 : 55) ? 95 : 45;
    if (scene->mistake != NULL || !gen_percent(scene, 25) || !write_idiom(statement, index)) {
        write_statement(statement, index);
    }
}

// How many statements; rarely more than a machine word has bits.
static size_t choose_count(struct gen_scene *scene)
{
    static const size_t counts[] = {1, 1, 1, 2, 2, 3};
    size_t crowd = gen_random_chance(scene->random, 4) ? 20 + gen_below(scene, 60) : 0;
    return crowd + counts[gen_below(scene, sizeof(counts) / sizeof(counts[0]))];
}

static void write_statements(struct gen_statement *statement, const struct gen_manner *manner)
{
    struct gen_scene *scene = statement->scene;
    size_t count = manner->crowd > 0 ? manner->crowd : choose_count(scene);
    size_t open = manner->open ? gen_below(scene, count) : count;
    bool array = count > 1 || gen_percent(scene, 80);
    struct gen_crowd crowd;
    if (manner->crowd > 0) {
        gen_crowd_begin(&crowd, statement);
    }
    if (array) {
        pc_json_begin_array(statement->writer);
    }
    for (size_t i = 0; i < count; i++) {
        if (i == open) {
            write_open(statement);
        } else if (manner->crowd > 0 && scene->mistake == NULL) {
            gen_crowd_write(&crowd, statement, i);
        } else {
            write_any(statement, i, count > 3 ? 2 : manner->deny);
        }
    }
    if (array) {
        pc_json_end_array(statement->writer);
    }
}

// true: variables mean something.
static bool write_version(const struct gen_statement *statement)
{
    struct gen_scene *scene = statement->scene;
    bool required = (statement->policy & (GEN_RCP | GEN_SCP)) != 0;
    uint32_t dice = gen_below(scene, 100);
    if (is_mistaken(statement, true, "Version")) {
        make_mistake(statement);
        return true;
    }
    if (dice < 84 || (required && (dice >= 92 || statement->policy == GEN_RCP))) {
        pc_json_key(statement->writer, "Version");
        pc_json_text(statement->writer, "2012-10-17");
        return true;
    }
    if (dice < 92) {
        return false;
    }
    pc_json_key(statement->writer, "Version");
    pc_json_text(statement->writer, "2008-10-17");
    return false;
}

static void write_id(const struct gen_statement *statement)
{
    bool allowed = (statement->policy & (GEN_ATTACHED | GEN_ENDPOINT)) != 0;
    if (is_mistaken(statement, true, "Id")) {
        make_mistake(statement);
    } else if (allowed && gen_percent(statement->scene, 10)) {
        pc_json_key(statement->writer, "Id");
        pc_json_text(statement->writer, "a policy's id");
    }
}

static void write_plain(struct gen_statement *statement, const struct gen_manner *manner)
{
    pc_json_begin_object(statement->writer);
    write_id(statement);
    statement->variables = write_version(statement);
    if (is_mistaken(statement, true, "Statement")) {
        make_mistake(statement);
    } else {
        pc_json_key(statement->writer, "Statement");
        write_statements(statement, manner);
    }
    if (statement->scene->mistake != NULL && statement->scene->mistake->document) {
        make_mistake(statement);
    }
    pc_json_end_object(statement->writer);
}

void gen_document_write(struct gen_scene *scene, struct pc_json_writer *writer,
                        const struct gen_manner *manner)
{
    struct gen_statement statement = {
        .scene = scene, .writer = writer, .policy = manner->policy, .escaped = true};
    const struct gen_mistake *mistake = scene->mistake;
    bool mistaken =
        mistake != NULL && (mistake->policies & manner->policy) != 0 && gen_percent(scene, 60);
    if (manner->policy == GEN_RESOURCE || manner->policy == GEN_KEY_POLICY) {
        statement.escaped = gen_percent(scene, 50); // R-002 is about those of IAM
    }
    scene->mistake = mistaken ? mistake : NULL;
    if (is_mistaken(&statement, true, "")) {
        pc_json_raw(writer, pc_str_from(mistake->json));
        scene->mistake = NULL;
    } else if (gen_percent(scene, 15)) {
        char name[] = "policy-0";
        name[sizeof(name) - 2] = (char)('0' + manner->index % 10);
        pc_json_begin_object(writer);
        pc_json_key(writer, "name");
        pc_json_text(writer, name);
        pc_json_key(writer, "document");
        write_plain(&statement, manner);
        pc_json_end_object(writer);
    } else {
        write_plain(&statement, manner);
    }
    scene->mistake = mistaken ? NULL : mistake;
}
