// SPDX-License-Identifier: Apache-2.0
//
// Drives the passes: documents and statements first, then the index over all of them.
#include "pass.h"

#include "image/index.h"
#include "image/view.h"
#include "match/pattern.h"

#include <inttypes.h>

void pc_pass_report_limit(struct pc_compile_pass *pass, const struct pc_text *text, bool variables)
{
    pc_diag_report(
        pass->diags, PC_DIAG_PATTERN_LIMIT, pc_policy_place(pass->policy, text->line, text->column),
        "a text of %zu bytes %s", text->text.len, pc_pattern_limit_text(text->text, variables));
}

// Images carry the types by number; the two lists must agree.
_Static_assert((int)PC_POLICY_IDENTITY == PC_IMAGE_TYPE_IDENTITY, "type numbers");
_Static_assert((int)PC_POLICY_BOUNDARY == PC_IMAGE_TYPE_BOUNDARY, "type numbers");
_Static_assert((int)PC_POLICY_SESSION == PC_IMAGE_TYPE_SESSION, "type numbers");
_Static_assert((int)PC_POLICY_RESOURCE == PC_IMAGE_TYPE_RESOURCE, "type numbers");
_Static_assert((int)PC_POLICY_TRUST == PC_IMAGE_TYPE_TRUST, "type numbers");
_Static_assert((int)PC_POLICY_KEY == PC_IMAGE_TYPE_KEY, "type numbers");
_Static_assert((int)PC_POLICY_SCP == PC_IMAGE_TYPE_SCP, "type numbers");
_Static_assert((int)PC_POLICY_RCP == PC_IMAGE_TYPE_RCP, "type numbers");
_Static_assert((int)PC_POLICY_ENDPOINT == PC_IMAGE_TYPE_ENDPOINT, "type numbers");

static enum pc_status emit_document(struct pc_compile_pass *pass, const struct pc_policy *policy)
{
    struct pc_image_document document;
    PC_TRY(pc_image_builder_bytes(pass->builder, policy->name, &document.name));
    PC_TRY(pc_image_builder_bytes(pass->builder, policy->file, &document.file));
    pc_image_builder_add(pass->builder, PC_IMAGE_DOCUMENTS, &document);
    return pc_emit_statements(pass, policy);
}

// Bytes of all that the lists of the statement say.
static uint64_t texts_of(const struct pc_image *image, const struct pc_image_statement *statement)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < statement->actions.count; i++) {
        bytes += pc_image_action(image, statement->actions.first + i)->name.length;
    }
    for (uint32_t i = 0; i < statement->resources.count; i++) {
        bytes += pc_image_resource(image, statement->resources.first + i)->pattern.length;
    }
    for (uint32_t i = 0; i < statement->conditions.count; i++) {
        struct pc_image_range values =
            pc_image_condition(image, statement->conditions.first + i)->values;
        for (uint32_t k = 0; k < values.count; k++) {
            bytes += pc_image_value(image, values.first + k)->bytes.length;
        }
    }
    return bytes;
}

// At the statement that says the most; the last of several, for the first one is no repetition.
static void report_texts(struct pc_compile_pass *pass, const struct pc_compile_set *set,
                         const struct pc_image *image)
{
    struct pc_place place = {.file = PC_STR("")};
    uint64_t most = 0;
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        const struct pc_image_statement *statement = pc_image_statement(image, i);
        uint64_t bytes = texts_of(image, statement);
        if (bytes >= most) {
            most = bytes;
            place = pc_policy_place(set->policies[statement->document], statement->line,
                                    statement->column);
        }
    }
    pc_diag_report(pass->diags, PC_DIAG_LIMIT_IMAGE, place,
                   "the policy set repeats long texts too often: %" PRIu64
                   " bytes of them are in this statement, and no other has more",
                   most);
    pc_diag_hint(
        pass->diags,
        "put statements with the same long texts together, or shorten them with wildcards");
    pass->told = true;
}

static enum pc_status run_passes(struct pc_compile_pass *pass, const struct pc_compile_set *set,
                                 struct pc_buf *out)
{
    struct pc_image_roots index;
    size_t errors = pass->diags->errors;
    for (size_t i = 0; i < set->count; i++) {
        pass->policy = set->policies[i];
        PC_TRY(emit_document(pass, set->policies[i]));
    }
    if (pass->diags->errors > errors) {
        return PC_ERR_INVALID;
    }
    PC_TRY(pc_image_index(pass->builder, (uint32_t)set->type, &index));
    size_t start = out->len;
    PC_TRY(pc_image_builder_finish(pass->builder, (uint32_t)set->type, &index, out));
    // INVARIANT: what is compiled is read.
    const struct pc_image image = pc_image_trusted(pc_str_slice(pc_buf_view(out), start, out->len));
    if (!pc_image_texts_fit(&image)) {
        report_texts(pass, set, &image);
        return PC_ERR_LIMIT;
    }
    return PC_OK;
}

enum pc_status pc_compile(struct pc_arena *arena, const struct pc_compile_set *set,
                          struct pc_diags *diags, struct pc_buf *out)
{
    struct pc_image_builder builder;
    struct pc_compile_pass pass = {.arena = arena, .diags = diags, .builder = &builder};
    size_t before = out->len;
    pc_image_builder_init(&builder, arena);
    pc_map_init(&pass.keys, arena);
    enum pc_status status = run_passes(&pass, set, out);
    pc_image_builder_release(&builder);
    pc_buf_release(&pass.bytes);
    if ((status == PC_ERR_LIMIT || status == PC_ERR_EFFORT) && !pass.told) {
        struct pc_place place = {.file = set->count > 0 ? set->policies[0]->file : PC_STR("")};
        pc_diag_report(diags, PC_DIAG_LIMIT_IMAGE, place, "the policy set %s",
                       status == PC_ERR_LIMIT ? "is too large to compile"
                                              : "has too many texts that were chosen to collide");
        status = PC_ERR_LIMIT;
    }
    if (status != PC_OK) {
        out->len = before;
    }
    return status;
}
