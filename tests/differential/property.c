// SPDX-License-Identifier: Apache-2.0
#include "property.h"

#include "dump_reader.h"
#include "image/dump.h"

#include <stdlib.h>

// Relations.

static bool is_refused(const struct ref_answer *answer)
{
    return answer->refused.len > 0;
}

static bool is_allowed(const struct ref_answer *answer)
{
    return !is_refused(answer) && answer->decision == REF_ALLOWED;
}

static enum property_outcome outcome_of(bool holds)
{
    return holds ? PROPERTY_HOLDS : PROPERTY_BROKEN;
}

static enum property_outcome same(const struct ref_answer *before, const struct ref_answer *after)
{
    return outcome_of(judge_compare(before, after) == JUDGE_ASPECTS);
}

// The change may make a document invalid: then there is nothing to compare.
static enum property_outcome allows_no_more(const struct ref_answer *before,
                                            const struct ref_answer *after)
{
    if (is_refused(before) || is_refused(after) || is_allowed(before)) {
        return PROPERTY_IDLE;
    }
    return outcome_of(!is_allowed(after));
}

static enum property_outcome allows_no_less(const struct ref_answer *before,
                                            const struct ref_answer *after)
{
    if (is_refused(after) || !is_allowed(before)) {
        return PROPERTY_IDLE;
    }
    return outcome_of(is_allowed(after));
}

// Asking the changed case.

static const struct pc_json *parse(struct pc_arena *arena, struct pc_str text)
{
    const struct pc_json_source source = {.file = PC_STR("case"), .text = text, .repeats = true};
    struct pc_diags diags;
    const struct pc_json *json;
    pc_diags_init(&diags, arena);
    return pc_json_parse(arena, &source, &diags, &json) == PC_OK ? json : NULL;
}

static struct pc_str print(struct pc_arena *arena, const struct edit_node *root)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    struct pc_str text;
    edit_print(&out, root);
    if (pc_buf_status(&out) != PC_OK || pc_arena_copy(arena, pc_buf_view(&out), &text) != PC_OK) {
        abort();
    }
    return text;
}

// False: the text is no JSON any more (two members of a shrunk case have one name).
static bool prepare(struct pc_arena *arena, struct pc_str text, struct engine_case *out)
{
    const struct pc_json *json = parse(arena, text);
    if (json != NULL) {
        engine_prepare(arena, text, json, out);
    }
    return json != NULL;
}

static enum property_outcome test_answer(struct property_try *attempt)
{
    const struct property *property = attempt->property;
    struct engine_case prepared;
    struct transform job = {attempt->arena, &attempt->random,
                            edit_copy(attempt->arena, attempt->root), &attempt->prepared};
    if (is_refused(&attempt->before) || !property->transform(&job)) {
        return PROPERTY_IDLE;
    }
    struct pc_str text = print(attempt->arena, job.root);
    pc_buf_str(attempt->changed, text);
    if (!prepare(attempt->arena, text, &prepared)) {
        return PROPERTY_IDLE;
    }
    engine_decide(attempt->engine, attempt->arena, &prepared, 0, &attempt->after);
    return property->relate(&attempt->before, &attempt->after);
}

// Images.

enum {
    MAX_IMAGES = 256,
};

struct images {
    struct {
        struct pc_str type;
        size_t level;
        const struct pc_image *image;
    } items[MAX_IMAGES];
    size_t count;
};

static void add_images(struct images *out, const char *type, const struct pc_image *images,
                       size_t count)
{
    for (size_t i = 0; images != NULL && i < count && out->count < MAX_IMAGES; i++) {
        out->items[out->count].type = pc_str_from(type);
        out->items[out->count].level = i;
        out->items[out->count++].image = &images[i];
    }
}

static struct images images_of(const struct engine_case *prepared)
{
    const struct pc_policies *policies = &prepared->policies;
    struct images images = {.count = 0};
    add_images(&images, "identity", policies->identity, 1);
    add_images(&images, "boundary", policies->boundary, 1);
    add_images(&images, "session", policies->session, 1);
    add_images(&images, "endpoint", policies->endpoint, 1);
    add_images(&images, "resource", policies->resource, policies->resource_count);
    add_images(&images, "scp", policies->scp, policies->scp_count);
    add_images(&images, "rcp", policies->rcp, policies->rcp_count);
    return images;
}

static bool same_bytes(const struct engine_case *a, const struct engine_case *b)
{
    struct images first = images_of(a);
    struct images second = images_of(b);
    bool same = first.count == second.count;
    for (size_t i = 0; same && i < first.count; i++) {
        const struct pc_image *image = first.items[i].image;
        const struct pc_image *other = second.items[i].image;
        same = image->header->size == other->header->size &&
               memcmp(image->bytes, other->bytes, image->header->size) == 0;
    }
    return same;
}

static enum property_outcome test_compiling_twice(struct property_try *attempt)
{
    struct engine_case again;
    if (is_refused(&attempt->before) || images_of(&attempt->prepared).count == 0 ||
        !prepare(attempt->arena, attempt->text, &again)) {
        return PROPERTY_IDLE;
    }
    return outcome_of(same_bytes(&attempt->prepared, &again));
}

// The case with one statement for its only policy, so that a change within it moves no other.
static struct pc_str alone(struct property_try *attempt, const struct walk_statement *found,
                           struct edit_node *statement)
{
    struct pc_arena *arena = attempt->arena;
    struct edit_node *root = edit_container(arena, PC_JSON_OBJECT);
    struct edit_node *policies = edit_container(arena, PC_JSON_OBJECT);
    struct edit_node *documents = edit_container(arena, PC_JSON_ARRAY);
    struct edit_node *document = edit_container(arena, PC_JSON_OBJECT);
    struct edit_node *statements = edit_container(arena, PC_JSON_ARRAY);
    struct edit_node *version = edit_get(found->document, "Version");
    bool levels =
        pc_str_eq(found->set->type, PC_STR("scp")) || pc_str_eq(found->set->type, PC_STR("rcp"));
    edit_add(root, "request", edit_copy(arena, edit_get(attempt->root, "request")));
    edit_add(root, "policies", policies);
    if (version != NULL) {
        edit_add(document, "Version", edit_copy(arena, version));
    }
    edit_add(document, "Statement", statements);
    edit_add(statements, "", statement);
    edit_add(documents, "", document);
    if (levels) {
        struct edit_node *level = documents;
        documents = edit_container(arena, PC_JSON_ARRAY);
        edit_add(documents, "", level);
    }
    edit_add(policies, "", documents)->name = found->set->type;
    return print(arena, root);
}

typedef void change_statement(struct property_try *attempt, struct edit_node *statement);

static enum property_outcome test_statement(struct property_try *attempt,
                                            const struct walk_statement *found,
                                            change_statement *change)
{
    struct engine_case plain, changed;
    struct edit_node *statement = edit_copy(attempt->arena, found->statement);
    struct pc_str text = alone(attempt, found, edit_copy(attempt->arena, found->statement));
    change(attempt, statement);
    struct pc_str after = alone(attempt, found, statement);
    if (!prepare(attempt->arena, text, &plain) || !prepare(attempt->arena, after, &changed)) {
        return PROPERTY_IDLE;
    }
    if (plain.refused.len > 0 && changed.refused.len > 0) {
        return PROPERTY_IDLE;
    }
    bool both = plain.refused.len == 0 && changed.refused.len == 0;
    pc_buf_reset(attempt->changed);
    pc_buf_str(attempt->changed, after);
    return outcome_of(both && same_bytes(&plain, &changed));
}

static enum property_outcome test_statements(struct property_try *attempt, change_statement *change)
{
    struct walk_statements found;
    enum property_outcome outcome = PROPERTY_IDLE;
    walk_statements(attempt->root, &found);
    for (size_t i = 0; i < found.count && outcome != PROPERTY_BROKEN; i++) {
        enum property_outcome one = test_statement(attempt, &found.items[i], change);
        outcome = one != PROPERTY_IDLE ? one : outcome;
    }
    return outcome;
}

static void wrap(struct property_try *attempt, struct edit_node *statement)
{
    transform_wrap_statement(attempt->arena, statement);
}

static enum property_outcome test_wrapping(struct property_try *attempt)
{
    return test_statements(attempt, wrap);
}

static void change_effect(struct property_try *attempt, struct edit_node *statement)
{
    struct edit_node *effect = edit_get(statement, "Effect");
    (void)attempt;
    if (effect != NULL) {
        effect->text = pc_str_eq(effect->text, PC_STR("Allow")) ? PC_STR("Deny") : PC_STR("Allow");
    }
}

static enum property_outcome test_changing_effect(struct property_try *attempt)
{
    return test_statements(attempt, change_effect);
}

bool transform_through_dump(struct transform *job)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf dump = {0};
    struct images images = images_of(job->before);
    struct walk_sets sets;
    struct pc_str text;
    walk_sets(job->root, &sets);
    for (size_t i = 0; i < sets.count; i++) {
        size_t k = 0;
        while (k < images.count && !(pc_str_eq(images.items[k].type, sets.items[i].type) &&
                                     images.items[k].level == sets.items[i].level)) {
            k++;
        }
        if (k == images.count) {
            return false;
        }
        pc_buf_reset(&dump);
        pc_image_dump(images.items[k].image, "some", &dump);
        if (pc_arena_copy(job->arena, pc_buf_view(&dump), &text) != PC_OK) {
            abort();
        }
        struct edit_node *documents = dump_read(job->arena, text);
        if (documents == NULL) { // let it be refused
            documents = edit_string(job->arena, PC_STR("a dump that cannot be read"));
        }
        edit_become(sets.items[i].documents, documents);
    }
    return sets.count > 0;
}

static const struct property properties[] = {
    {"order is irrelevant", test_answer, transform_shuffle, same, 80, false},
    {"x and [\"x\"] decide alike (R-014)", test_answer, transform_wrap, same, 60, false},
    {"x and [\"x\"] give the same image (R-014)", test_wrapping, NULL, NULL, 60, false},
    {"compiling twice gives the same image", test_compiling_twice, NULL, NULL, 60, false},
    {"letter case of actions and keys is irrelevant (R-101, R-405)", test_answer,
     transform_letter_case, same, 80, false},
    {"a document for each statement decides alike", test_answer, transform_split, same, 40, false},
    {"names of documents are irrelevant", test_answer, transform_rename, same, 60, false},
    {"without variables the Version is irrelevant (R-502)", test_answer, transform_version, same,
     40, false},
    {"a value that is said twice is said once", test_answer, transform_repeat, same, 60, false},
    {"a context key that nothing asks for is irrelevant", test_answer, transform_add_context, same,
     80, false},
    {"an unrelated statement changes nothing", test_answer, transform_add_unrelated, same, 60,
     false},
    {"another Deny never allows", test_answer, transform_add_deny, allows_no_more, 20, false},
    {"another Allow never denies", test_answer, transform_add_allow, allows_no_less, 5, false},
    {"another condition of an Allow never allows", test_answer, transform_add_condition,
     allows_no_more, 15, false},
    {"dump and image decide alike", test_answer, transform_through_dump, same, 60, false},
    {"mistaken: Allow and Deny decide alike", test_answer, transform_deny_all, same, 20, true},
    {"mistaken: Allow and Deny give the same image", test_changing_effect, NULL, NULL, 20, true},
    {"mistaken: another Deny never denies", test_answer, transform_add_deny, allows_no_less, 5,
     true},
    {"mistaken: another Allow never allows", test_answer, transform_add_allow, allows_no_more, 20,
     true},
};

const struct property *property_at(size_t index)
{
    return index < sizeof(properties) / sizeof(properties[0]) ? &properties[index] : NULL;
}

enum property_outcome property_try(const struct property *property, struct engine *engine,
                                   struct pc_str text, uint64_t seed, struct pc_buf *changed)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    struct property_try attempt = {
        .property = property, .arena = &arena, .engine = engine, .changed = changed};
    const struct pc_json *json = parse(&arena, text);
    if (pc_json_get(json, PC_STR("request")) == NULL) {
        return PROPERTY_IDLE; // a case of which too much was cut off
    }
    gen_random_seed(&attempt.random, seed, 0);
    attempt.root = edit_read(&arena, json);
    edit_remove(attempt.root, "expect");
    struct transform naming = {&arena, &attempt.random, attempt.root, NULL};
    transform_name_statements(&naming);
    attempt.text = print(&arena, attempt.root);
    if (!prepare(&arena, attempt.text, &attempt.prepared)) {
        return PROPERTY_IDLE;
    }
    engine_decide(engine, &arena, &attempt.prepared, 0, &attempt.before);
    pc_buf_reset(changed);
    return property->test(&attempt);
}
