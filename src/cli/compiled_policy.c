// SPDX-License-Identifier: Apache-2.0
#include "compiled_policy.h"

#include "near_principal.h"
#include "trusted.h"

#include "account/resolve.h"
#include "compile/compile.h"
#include "file.h"
#include "policy/reader.h"
#include "policy_types.h"

// Files ------------------------------------------------------------------------------------------

// Does any statement say whom it is about?
static bool names_principal(const struct pc_json *document)
{
    const struct pc_json *statements = pc_json_get(document, PC_STR("Statement"));
    size_t count = statements == NULL ? 0 : 1;
    const struct pc_json *items = statements;
    if (count > 0 && statements->type == PC_JSON_ARRAY) {
        items = statements->items;
        count = statements->count;
    }
    for (size_t i = 0; i < count; i++) {
        if (pc_json_get(&items[i], PC_STR("Principal")) != NULL ||
            pc_json_get(&items[i], PC_STR("NotPrincipal")) != NULL) {
            return true;
        }
    }
    return false;
}

// What the AWS CLI printed, a manifest, or another JSON object: nothing of a policy is in it.
static bool is_no_policy(const struct pc_json *document)
{
    return document->type == PC_JSON_OBJECT && pc_json_get(document, PC_STR("Version")) == NULL &&
           pc_json_get(document, PC_STR("Statement")) == NULL;
}

static enum pc_status read_policy(struct pc_cli *cli, const struct pc_policy_input *input,
                                  const struct pc_policy **out)
{
    enum pc_status status = pc_policy_read(&cli->arena, input, &cli->diags, out);
    if (status == PC_ERR_INVALID && is_no_policy(input->document)) {
        pc_diag_hint(&cli->diags,
                     "%s reads a policy document; what the AWS CLI prints and manifests are for "
                     "polcheck compile, then %s --store",
                     cli->verb->name, cli->verb->name);
    }
    return status;
}

static enum pc_status compile_file(struct pc_cli *cli, struct pc_policy_input *input,
                                   struct pc_buf *out)
{
    const struct pc_json_source source = {.file = input->file, .text = input->source};
    const struct pc_policy *policy;
    PC_TRY(pc_json_parse(&cli->arena, &source, &cli->diags, &input->document));
    if (input->type == PC_POLICY_NONE) {
        input->type = names_principal(input->document) ? PC_POLICY_RESOURCE : PC_POLICY_IDENTITY;
    }
    PC_TRY(read_policy(cli, input, &policy));
    const struct pc_compile_set set = {input->type, &policy, 1};
    return pc_compile(&cli->arena, &set, &cli->diags, out);
}

enum pc_status pc_visit_file(struct pc_cli *cli, const char *path, enum pc_policy_type type,
                             pc_image_visit *visit, void *context)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_policy_input input = {.file = pc_file_name(pc_str_from(path)), .type = type};
    struct pc_image image;
    input.name = input.file;
    PC_TRY(pc_file_read(pc_str_from(path), &cli->diags, &text));
    input.source = pc_buf_view(&text);
    PC_TRY(compile_file(cli, &input, &bytes));
    PC_TRY(pc_image_open(pc_buf_view(&bytes), &image));
    return visit(context, "", &image);
}

// Stores -----------------------------------------------------------------------------------------

static enum pc_status visit_arn(struct pc_cli *cli, const struct pc_asker *asker, const char *arn,
                                pc_image_visit *visit, void *context)
{
    enum pc_status status =
        pc_resolver_each_image(asker->resolver, pc_str_from(arn), visit, context);
    if (status == PC_ERR_NOTFOUND && cli->diags.errors == 0) {
        pc_diag_report(&cli->diags, PC_DIAG_PRINCIPAL_UNKNOWN,
                       (struct pc_place){.file = PC_STR("")},
                       "neither a principal nor a resource \"%s\" in the store \"%.*s\"", arn,
                       PC_STR_ARG(pc_store_path(asker->store)));
        pc_diag_hint(&cli->diags,
                     "check the spelling, or compile the dump or manifest that defines it as well");
    }
    if (status == PC_ERR_NOTFOUND) {
        pc_near_principal_hint(cli, pc_asker_snapshot(asker), arn);
    }
    return status;
}

enum pc_status pc_visit_store(struct pc_cli *cli, const struct pc_args *args, const char *store,
                              pc_image_visit *visit, void *context)
{
    PC_CLEANUP(pc_asker_close) struct pc_asker asker = {0};
    PC_TRY(pc_trust_open(cli, args, store, &asker));
    return visit_arn(cli, &asker, args->operands[0], visit, context);
}

// Both -------------------------------------------------------------------------------------------

int pc_visit_operand(struct pc_cli *cli, const struct pc_args *args, const int ids[2],
                     pc_image_visit *visit, void *context)
{
    const char *store = pc_args_value(args, ids[0]);
    enum pc_policy_type type;
    if (args->operand_count != 1) {
        return pc_cli_usage(cli,
                            store != NULL ? "%s --store needs one ARN" : "%s needs one policy file",
                            cli->verb->name);
    }
    if (store != NULL && pc_args_has(args, ids[1])) {
        return pc_cli_usage(cli, "--type is for a file; the store knows its policies' types");
    }
    if (store == NULL && pc_trust_unused(cli, args) != PC_OK) {
        return PC_EXIT_FAIL;
    }
    enum pc_status status = pc_policy_type_read(cli, args, ids[1], &type);
    if (status == PC_OK && store != NULL) {
        status = pc_visit_store(cli, args, store, visit, context);
    } else if (status == PC_OK) {
        status = pc_visit_file(cli, args->operands[0], type, visit, context);
    }
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}
