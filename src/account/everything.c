// SPDX-License-Identifier: Apache-2.0
#include "account/everything.h"

#include "compile/compile.h"
#include "policy/reader.h"

static struct pc_str text_of(enum pc_policy_type type)
{
    return pc_image_type_has_principals((uint32_t)type)
               ? PC_STR("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                        "\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}")
               : PC_STR("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                        "\"Action\":\"*\",\"Resource\":\"*\"}]}");
}

enum pc_status pc_policy_of_everything(struct pc_arena *arena, enum pc_policy_type type,
                                       struct pc_image *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    const struct pc_json_source source = {.file = PC_STR("polcheck"), .text = text_of(type)};
    struct pc_policy_input input = {
        .type = type, .file = source.file, .name = source.file, .source = source.text};
    struct pc_diags ignored;
    const struct pc_policy *policy;
    struct pc_str kept;
    pc_diags_init(&ignored, arena);
    PC_TRY(pc_json_parse(arena, &source, &ignored, &input.document));
    PC_TRY(pc_policy_read(arena, &input, &ignored, &policy));
    const struct pc_compile_set set = {type, &policy, 1};
    PC_TRY(pc_compile(arena, &set, &ignored, &bytes));
    PC_TRY(pc_arena_copy(arena, pc_buf_view(&bytes), &kept));
    return pc_image_open(kept, out);
}
