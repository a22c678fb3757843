// SPDX-License-Identifier: Apache-2.0
#include "key_policy.h"

#include "compile/compile.h"
#include "file.h"
#include "policy/reader.h"

// Compiled too, for operators and operands are read only then.
static enum pc_status check(struct pc_cli *cli, struct pc_policy_input *input)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf image = {0};
    const struct pc_json_source source = {.file = input->file, .text = input->source};
    const struct pc_policy *policy;
    PC_TRY(pc_json_parse(&cli->arena, &source, &cli->diags, &input->document));
    PC_TRY(pc_policy_read(&cli->arena, input, &cli->diags, &policy));
    const struct pc_compile_set set = {PC_POLICY_KEY, &policy, 1};
    return pc_compile(&cli->arena, &set, &cli->diags, &image);
}

void pc_key_policy_missing(struct pc_cli *cli, struct pc_str key)
{
    pc_diag_report(&cli->diags, PC_DIAG_KEY_NO_POLICY, (struct pc_place){.file = PC_STR("")},
                   "the key \"%.*s\" has no policy in the vault: unless the compiled store has it, "
                   "nobody is released anything",
                   PC_STR_ARG(key));
    pc_diag_hint(&cli->diags,
                 "compile one as the policy of the key's ARN, or set it: polcheck keys "
                 "policy KEY --set FILE");
}

enum pc_status pc_key_policy_read(struct pc_cli *cli, const char *path, struct pc_str *text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_policy_input input = {.type = PC_POLICY_KEY, .service = PC_STR("kms")};
    PC_TRY(pc_file_read(pc_str_from(path), &cli->diags, &bytes));
    PC_TRY(pc_arena_copy(&cli->arena, pc_buf_view(&bytes), &input.source));
    input.file = pc_file_name(pc_str_from(path));
    input.name = input.file;
    PC_TRY(check(cli, &input));
    *text = input.source;
    return PC_OK;
}
