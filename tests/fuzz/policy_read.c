// SPDX-License-Identifier: Apache-2.0
//
// A document through the engine's readers, and what the reference says of it.
#include "compile/compile.h"
#include "diags.h"
#include "policy.h"
#include "text.h"

// Each error at its place; that a set is too large has none.
static void check_diags(const struct policy_read *document, enum pc_status status)
{
    fuzz_check_diags(&document->diags, status);
    for (const struct pc_diag *diag = document->diags.first; diag != NULL; diag = diag->next) {
        if (diag->code != PC_DIAG_LIMIT_IMAGE) {
            fuzz_check_place(diag, document->text);
        }
    }
}

static enum pc_status read_model(struct policy_read *document)
{
    const struct pc_json_source source = {.file = PC_STR("input"), .text = document->text};
    PC_TRY(pc_json_parse(document->arena, &source, &document->diags, &document->json));
    const struct pc_policy_input input = {
        .type = document->type->type,
        .service = pc_str_from(document->type->service),
        .file = source.file,
        .name = PC_STR("name"),
        .document = document->json,
        .source = document->text,
    };
    FUZZ_CHECK(pc_policy_size(&input, true) <= pc_policy_size(&input, false),
               "without white space it is larger");
    return pc_policy_read(document->arena, &input, &document->diags, &document->model);
}

static enum pc_status compile(struct policy_read *document, struct pc_diags *diags,
                              struct pc_buf *out)
{
    const struct pc_policy *policies[] = {document->model};
    const struct pc_compile_set set = {document->type->type, policies, 1};
    return pc_compile(document->arena, &set, diags, out);
}

void policy_read(struct policy_read *document)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf again = {0};
    struct pc_diags twice;
    pc_diags_init(&document->diags, document->arena);
    pc_diags_init(&twice, document->arena);
    enum pc_status status = read_model(document);
    check_diags(document, status);
    if (status == PC_OK) {
        status = compile(document, &document->diags, &document->image);
        check_diags(document, status);
        FUZZ_CHECK(compile(document, &twice, &again) == status &&
                       pc_str_eq(pc_buf_view(&again), pc_buf_view(&document->image)),
                   "compiled again it is another image");
    }
    FUZZ_CHECK((status == PC_OK) == (document->image.len > 0), "status %d and %zu bytes",
               (int)status, document->image.len);
}

// The same in other places ------------------------------------------------------------------------

static void check_texts(const struct pc_text *a, size_t a_count, const struct pc_text *b,
                        size_t b_count)
{
    FUZZ_CHECK(a_count == b_count, "%zu texts became %zu", a_count, b_count);
    for (size_t i = 0; i < a_count; i++) {
        FUZZ_CHECK(pc_str_eq(a[i].text, b[i].text), "\"%.*s\" became \"%.*s\"",
                   PC_STR_ARG(a[i].text), PC_STR_ARG(b[i].text));
    }
}

static void check_lists(const struct pc_text_list *a, const struct pc_text_list *b)
{
    FUZZ_CHECK(a->kind == b->kind, "a list of another kind");
    check_texts(a->items, a->count, b->items, b->count);
}

static void check_principals(const struct pc_principal_list *a, const struct pc_principal_list *b)
{
    FUZZ_CHECK(a->kind == b->kind && a->count == b->count, "other principals");
    for (size_t i = 0; i < a->count; i++) {
        FUZZ_CHECK(
            a->items[i].kind == b->items[i].kind && pc_str_eq(a->items[i].text, b->items[i].text) &&
                pc_str_eq(a->items[i].partition, b->items[i].partition),
            "\"%.*s\" became \"%.*s\"", PC_STR_ARG(a->items[i].text), PC_STR_ARG(b->items[i].text));
    }
}

static void check_conditions(const struct pc_statement *a, const struct pc_statement *b)
{
    FUZZ_CHECK(a->condition_count == b->condition_count, "other conditions");
    for (size_t i = 0; i < a->condition_count; i++) {
        const struct pc_condition *one = &a->conditions[i], *other = &b->conditions[i];
        check_texts(&one->op, 1, &other->op, 1);
        check_texts(&one->key, 1, &other->key, 1);
        check_texts(one->values, one->count, other->values, other->count);
    }
    check_texts(a->idle_operators, a->idle_operator_count, b->idle_operators,
                b->idle_operator_count);
}

void policy_check_same(const struct pc_policy *a, const struct pc_policy *b)
{
    FUZZ_CHECK(a->type == b->type && a->variables == b->variables && a->count == b->count,
               "another document");
    for (size_t i = 0; i < a->count; i++) {
        const struct pc_statement *one = &a->statements[i], *other = &b->statements[i];
        FUZZ_CHECK(pc_str_eq(one->sid, other->sid) && one->effect == other->effect,
                   "another statement");
        check_principals(&one->principals, &other->principals);
        check_lists(&one->actions, &other->actions);
        check_lists(&one->resources, &other->resources);
        check_conditions(one, other);
    }
}

// The reference -----------------------------------------------------------------------------------

const char *policy_refers(const struct policy_read *document)
{
    const struct pc_json *listed[] = {document->json};
    struct ref_level level = {listed, 1};
    struct ref_policies policies = {0};
    struct ref_request request = {
        .service = pc_str_from(document->type->service),
        .action = pc_str_from(document->type->action),
    };
    // It finds its source by a string without escapes; here it gets one for certain.
    const struct pc_json marker = {
        .type = PC_JSON_STRING, .end = 3, .text = {document->text.ptr + 1, 1}};
    struct pc_json items[] = {marker, *document->json};
    const struct pc_json subject = {.type = PC_JSON_ARRAY, .count = 2, .items = items};
    policies.of[document->type->ref_type] =
        (struct ref_policy_set){.given = true, .levels = &level, .count = 1};
    return ref_validate(document->arena, &subject, &request, &policies);
}
