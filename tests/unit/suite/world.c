// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include "compile/compile.h"
#include "policy/reader.h"

#include <stdlib.h>

enum {
    MOST_DOCUMENTS = 8, // of a set
};

int world_set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    assert_int_equal(pc_suite_new(true, 0, &world->suite), PC_OK);
    *state = world;
    return 0;
}

int world_tear_down(void **state)
{
    struct world *world = *state;
    pc_suite_free(world->suite);
    pc_arena_release(&world->arena);
    free(world);
    return 0;
}

static struct pc_str quoted(struct pc_arena *arena, const char *text)
{
    struct pc_str copy;
    assert_int_equal(pc_arena_copy(arena, pc_str_from(text), &copy), PC_OK);
    char *bytes = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; i < copy.len; i++) {
        bytes[i] = (char)(bytes[i] == '\'' ? '"' : bytes[i]);
    }
    return copy;
}

static const struct pc_policy *read_document(struct world *world, enum pc_policy_type type,
                                             const struct document *document)
{
    struct pc_diags diags;
    const struct pc_json *json = NULL;
    const struct pc_policy *policy = NULL;
    const struct pc_json_source source = {.file = pc_str_from(document->file),
                                          .text = quoted(&world->arena, document->text)};
    pc_diags_init(&diags, &world->arena);
    assert_int_equal(pc_json_parse(&world->arena, &source, &diags, &json), PC_OK);
    const struct pc_policy_input input = {.type = type,
                                          .service = PC_STR("s3"),
                                          .file = source.file,
                                          .name = source.file,
                                          .document = json,
                                          .source = source.text};
    assert_int_equal(pc_policy_read(&world->arena, &input, &diags, &policy), PC_OK);
    return policy;
}

struct pc_suite_set set_of(struct world *world, enum pc_slot slot, enum pc_policy_type type,
                           const struct document *documents)
{
    struct pc_suite_set set = {.slot = slot};
    const struct pc_policy **policies =
        pc_arena_array(&world->arena, MOST_DOCUMENTS, sizeof(const struct pc_policy *));
    struct pc_buf bytes = {0};
    struct pc_str kept;
    struct pc_diags diags;
    assert_non_null(policies);
    pc_diags_init(&diags, &world->arena);
    for (; documents[set.count].file != NULL; set.count++) {
        assert_true(set.count < MOST_DOCUMENTS);
        policies[set.count] = read_document(world, type, &documents[set.count]);
    }
    const struct pc_compile_set input = {type, policies, set.count};
    assert_int_equal(pc_compile(&world->arena, &input, &diags, &bytes), PC_OK);
    assert_int_equal(pc_arena_copy(&world->arena, pc_buf_view(&bytes), &kept), PC_OK);
    assert_int_equal(pc_image_open(kept, &set.image), PC_OK);
    pc_buf_release(&bytes);
    set.policies = policies;
    return set;
}

struct pc_suite_set identity(struct world *world, const char *file, const char *text)
{
    const struct document documents[] = {{file, text}, {NULL, NULL}};
    return set_of(world, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY, documents);
}

struct pc_request *request_of(struct world *world, const struct question *question)
{
    struct pc_request *request = pc_arena_alloc(&world->arena, sizeof(*request));
    const struct pc_request_options options = {.assume_owner = true};
    struct pc_diags diags;
    assert_non_null(request);
    pc_diags_init(&diags, &world->arena);
    assert_true(pc_request_start(request, pc_str_from(question->principal),
                                 pc_str_from(question->action), pc_str_from(question->resource)));
    if (question->key != NULL) {
        assert_int_equal(pc_request_add_text(&world->arena, request, pc_str_from(question->key),
                                             pc_str_from(question->value)),
                         PC_OK);
    }
    assert_int_equal(pc_request_finish(&world->arena, request, options,
                                       (struct pc_place){.file = PC_STR("")}, &diags),
                     PC_OK);
    return request;
}

void ask(struct world *world, const struct pc_suite_set *sets, size_t count,
         const struct question *question)
{
    const struct pc_suite_question asked = {.sets = sets,
                                            .set_count = count,
                                            .request = request_of(world, question),
                                            .expect = question,
                                            .brief = true};
    assert_int_equal(pc_suite_ask(world->suite, &asked), PC_OK);
}

static bool meets(void *context, const struct pc_suite_question *question,
                  const struct pc_answer *answer)
{
    const struct question *expected = question->expect;
    (void)context;
    assert_true(question->brief);
    return answer->decision == expected->decision;
}

struct pc_mutation mutate(struct world *world)
{
    const struct pc_mutation_judge judge = {.meets = meets};
    struct pc_mutation mutation;
    assert_int_equal(pc_mutation_run(world->suite, &judge, &world->arena, &mutation), PC_OK);
    return mutation;
}

const struct pc_suite_statement *statement_of(const struct world *world, size_t document,
                                              size_t statement)
{
    assert_true(document < pc_suite_document_count(world->suite));
    const struct pc_suite_document *found = pc_suite_document(world->suite, document);
    assert_true(statement < found->count);
    return &found->statements[statement];
}
