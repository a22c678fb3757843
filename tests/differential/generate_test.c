// SPDX-License-Identifier: Apache-2.0
//
// The generator: a case depends on seed and index alone, every row of the pools comes to be used,
// and the tables hold together.
#include "testing.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "generate.h"
#include "ops/operator.h"
#include "pools.h"
#include "json/reader.h"

enum {
    SEED = 20240501,
    CASES = 30000, // within which every row occurs
};

static void generate(uint64_t index, struct pc_buf *out)
{
    struct gen_random random;
    gen_random_seed(&random, SEED, index);
    pc_buf_reset(out);
    gen_case(&random, out);
    assert_int_equal(pc_buf_status(out), PC_OK);
}

// The first numbers of xoshiro256** from the state 1, 2, 3, 4, as its authors publish them.
static void numbers_are_those_of_the_algorithm(void **state)
{
    (void)state;
    struct gen_random random = {.state = {1, 2, 3, 4}};
    assert_true(gen_random_next(&random) == 11520);
    assert_true(gen_random_next(&random) == 0);
    assert_true(gen_random_next(&random) == 1509978240);
    assert_true(gen_random_next(&random) == UINT64_C(1215971899390074240));
}

// Worked out with the published algorithms, by another program.
static void seed_and_index_give_the_state(void **state)
{
    (void)state;
    struct gen_random a, b, c;
    gen_random_seed(&a, 1, 0);
    gen_random_seed(&b, 1, 1);
    gen_random_seed(&c, 2, 0);
    assert_true(gen_random_next(&a) == UINT64_C(0xee127fe613436e33));
    assert_true(gen_random_next(&b) == UINT64_C(0x309714ec38d33b4c));
    assert_true(gen_random_next(&c) == UINT64_C(0xf028fb61c02c0fe6));
}

static void the_same_index_gives_the_same_bytes(void **state)
{
    (void)state;
    PC_CLEANUP(pc_buf_release) struct pc_buf first = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf again = {0};
    for (uint64_t i = 0; i < 200; i++) {
        generate(i, &first);
        generate(i + 1, &again); // what came before must not matter
        assert_false(pc_str_eq(pc_buf_view(&first), pc_buf_view(&again)));
        generate(i, &again);
        assert_true(pc_str_eq(pc_buf_view(&first), pc_buf_view(&again)));
    }
}

static void a_case_is_an_object_of_three_members(void **state)
{
    (void)state;
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    for (uint64_t i = 0; i < 2000; i++) {
        const struct pc_json *json;
        struct pc_diags diags;
        generate(i, &text);
        pc_arena_reset(&arena);
        pc_diags_init(&diags, &arena);
        const struct pc_json_source source = {.file = PC_STR("case"), .text = pc_buf_view(&text)};
        assert_int_equal(pc_json_parse(&arena, &source, &diags, &json), PC_OK);
        assert_int_equal(json->count, 3);
        assert_non_null(pc_json_get(json, PC_STR("name")));
        assert_non_null(pc_json_get(json, PC_STR("request")));
        assert_non_null(pc_json_get(json, PC_STR("policies")));
    }
}

// How many members of that name the value has anywhere in it.
static size_t members_named(const struct pc_json *json, struct pc_str name)
{
    size_t count = 0;
    for (size_t i = 0; i < json->count; i++) {
        bool object = json->type == PC_JSON_OBJECT;
        const struct pc_json *child = object ? &json->members[i].value : &json->items[i];
        count += object && pc_str_eq(json->members[i].name, name);
        count += members_named(child, name);
    }
    return count;
}

// Statements of the largest member of `policies`: at least those of its largest set.
static size_t most_statements(struct pc_arena *arena, struct pc_str text)
{
    const struct pc_json_source source = {.file = PC_STR("case"), .text = text};
    const struct pc_json *json;
    struct pc_diags diags;
    size_t most = 0;
    pc_diags_init(&diags, arena);
    assert_int_equal(pc_json_parse(arena, &source, &diags, &json), PC_OK);
    const struct pc_json *policies = pc_json_get(json, PC_STR("policies"));
    for (size_t i = 0; i < policies->count && policies->type == PC_JSON_OBJECT; i++) {
        size_t count = members_named(&policies->members[i].value, PC_STR("Effect"));
        most = count > most ? count : most;
    }
    return most;
}

// One word, two or three, many; and never as many as the scene has no room for.
static void large_cases_have_crowds_of_each_size(void **state)
{
    (void)state;
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    size_t word = 0, few = 0, many = 0, count = 500;
    for (uint64_t i = 0; i < count; i++) {
        struct gen_random random;
        gen_random_seed(&random, SEED, i);
        pc_buf_reset(&text);
        pc_arena_reset(&arena);
        gen_large_case(&random, &text);
        assert_int_equal(pc_buf_status(&text), PC_OK);
        size_t most = most_statements(&arena, pc_buf_view(&text));
        word += most >= 9 && most <= 64;
        few += most > 64 && most <= 130;
        many += most >= 200;
    }
    assert_true(word >= count / 5);
    assert_true(few >= count / 8);
    assert_true(many >= count / 8);
    assert_true(word + few + many >=
                count * 9 / 10); // the rest has mistakes, or levels that add up
}

// Texts that are looked for in the cases until each was seen.
struct search {
    char texts[256][160];
    bool seen[256];
    size_t count;
};

static void look_for(struct search *search, const char *before, const char *text, const char *after)
{
    assert_true(search->count < sizeof(search->seen));
    int length = snprintf(search->texts[search->count], sizeof(search->texts[0]), "%s%s%s", before,
                          text, after);
    assert_true(length > 0 && (size_t)length < sizeof(search->texts[0]));
    search->seen[search->count++] = false;
}

static void run(struct search *search)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    size_t left = search->count;
    for (uint64_t i = 0; i < CASES && left > 0; i++) {
        generate(i, &text);
        pc_buf_byte(&text, '\0');
        for (size_t k = 0; k < search->count; k++) {
            if (!search->seen[k] && strstr(text.ptr, search->texts[k]) != NULL) {
                search->seen[k] = true;
                left--;
            }
        }
    }
    for (size_t k = 0; k < search->count; k++) {
        if (!search->seen[k]) {
            print_error("no case of %d holds %s\n", (int)CASES, search->texts[k]);
        }
    }
    assert_int_equal(left, 0);
}

static void every_operator_with_every_affix_occurs(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"\"", "\"ForAllValues:", "\"ForAnyValue:"};
    static struct search search;
    for (size_t i = 0; i < gen_operator_count; i++) {
        bool null = gen_operators[i].flavour == GEN_NULL;
        for (size_t p = 0; p < sizeof(prefixes) / sizeof(prefixes[0]); p++) {
            look_for(&search, prefixes[p], gen_operators[i].name, "\":{");
            if (!null) {
                look_for(&search, prefixes[p], gen_operators[i].name, "IfExists\":{");
            }
        }
    }
    run(&search);
}

// Members, elements and forms of values.
static const char *const shapes[] = {
    "\"identity\":[",
    "\"boundary\":[",
    "\"session\":[",
    "\"resource\":[",
    "\"endpoint\":[",
    "\"scp\":[[",
    "\"rcp\":[[",
    "\"identity\":[]",
    "\"boundary\":[]",
    "\"session\":[]",
    "\"resource\":[]",
    "\"endpoint\":[]",
    "\"scp\":[]",
    "\"rcp\":[]",
    "\"scp\":[[]",
    "\"NotPrincipal\":{",
    "\"NotAction\":",
    "\"NotResource\":",
    "\"Principal\":\"*\"",
    "\"Principal\":{}",
    "\"AWS\":[]",
    "\"Action\":[]",
    "\"Resource\":[]",
    "\"NotAction\":[]",
    "\"NotResource\":[]",
    "\"Condition\":{}",
    "\"Version\":\"2008-10-17\"",
    "\"policies\":{}",
    "\"name\":\"root for",
    "\"name\":\"user for",
    "\"name\":\"session for",
    "\"name\":\"role for",
    "\"name\":\"federated user for",
    "\"name\":\"service for",
    "\"name\":\"provider for",
    "\"name\":\"anonymous for",
    "\"role\":\"",
    "\"parent\":\"",
    "\"id\":\"",
    "\"services\":[",
    "\"tags\":{",
    "\"federated\":\"",
    "\"resourceAccount\":\"",
    "\"document\":{",
    ":null",
    "${*}",
    "${?}",
    "${$}{",
    "\\u65e5",
};

static void every_policy_type_caller_and_element_occurs(void **state)
{
    (void)state;
    static struct search search;
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        look_for(&search, shapes[i], "", "");
    }
    run(&search);
}

static void every_action_and_key_occurs(void **state)
{
    (void)state;
    static struct search search;
    char action[96];
    for (size_t i = 0; i < gen_action_count; i++) {
        snprintf(action, sizeof(action), "%s:%s", gen_actions[i].service, gen_actions[i].name);
        look_for(&search, "\"action\":\"", action, "\"");
    }
    for (size_t i = 0; i < gen_key_count; i++) {
        if (i >= GEN_LINKED_KEYS || i <= GEN_KEY_USERNAME) {
            look_for(&search, "\"", gen_keys[i].name, "\":");
        }
    }
    run(&search);
}

// As the generator writes the JSON of the tables.
static void unquote(char *text)
{
    for (; *text != '\0'; text++) {
        *text = (char)(*text == '\'' ? '"' : *text == '`' ? '\'' : *text);
    }
}

// A mistake that has no places to fill in is found as it is written.
static void every_mistake_occurs(void **state)
{
    (void)state;
    static struct search search;
    for (size_t i = 0; i < gen_mistake_count; i++) {
        const struct gen_mistake *mistake = &gen_mistakes[i];
        bool whole = mistake->element[0] == '\0'; // the document
        if (mistake->json != NULL && strchr(mistake->json, '%') == NULL) {
            look_for(&search, whole ? "'identity':[" : "'", mistake->element, whole ? "" : "':");
            strncat(search.texts[search.count - 1], mistake->json, 100);
            unquote(search.texts[search.count - 1]);
        }
    }
    run(&search);
}

// The pools know every operator that the engine knows, under both names.
static void the_pools_miss_no_operator(void **state)
{
    (void)state;
    size_t names = 0;
    for (size_t i = 0; pc_operator_at(i) != NULL; i++) {
        const struct pc_operator *op = pc_operator_at(i);
        names += op->negated != NULL ? 2 : 1;
    }
    assert_int_equal(names, gen_operator_count);
    for (size_t i = 0; i < gen_operator_count; i++) {
        struct pc_op_use use;
        assert_int_equal(pc_operator_find(pc_str_from(gen_operators[i].name), &use), PC_OP_FOUND);
    }
}

static void check_key(const char *name)
{
    bool found = name == NULL;
    for (size_t i = 0; i < gen_key_count && !found; i++) {
        found = strcmp(gen_keys[i].name, name) == 0;
    }
    if (!found) {
        fail_msg("no row of gen_keys is called %s", name);
    }
}

static void rows_name_keys_that_exist(void **state)
{
    (void)state;
    for (size_t i = 0; i < gen_key_count; i++) {
        assert_int_equal(gen_keys[i].origin == GEN_LINKED, i < GEN_LINKED_KEYS);
    }
    for (size_t i = 0; i < gen_action_count; i++) {
        for (size_t k = 0; k < sizeof(gen_actions[i].keys) / sizeof(gen_actions[i].keys[0]); k++) {
            check_key(gen_actions[i].keys[k]);
        }
    }
    for (size_t i = 0; i < gen_idiom_count; i++) {
        check_key(gen_idioms[i].key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_the_algorithm),
        cmocka_unit_test(seed_and_index_give_the_state),
        cmocka_unit_test(the_same_index_gives_the_same_bytes),
        cmocka_unit_test(a_case_is_an_object_of_three_members),
        cmocka_unit_test(large_cases_have_crowds_of_each_size),
        cmocka_unit_test(every_operator_with_every_affix_occurs),
        cmocka_unit_test(every_policy_type_caller_and_element_occurs),
        cmocka_unit_test(every_action_and_key_occurs),
        cmocka_unit_test(every_mistake_occurs),
        cmocka_unit_test(the_pools_miss_no_operator),
        cmocka_unit_test(rows_name_keys_that_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
