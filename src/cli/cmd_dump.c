// SPDX-License-Identifier: Apache-2.0
//
// Shows what a policy was compiled to, from a file or out of a store.
#include "command.h"

#include "account/resolve.h"
#include "compile/compile.h"
#include "file.h"
#include "image/dump.h"
#include "policy/reader.h"
#include "spelling.h"

enum option {
    OPT_TYPE = PC_OPTION_OWN,
    OPT_STORE,
};

static const struct pc_option options[] = {
    {OPT_TYPE, 't', "type", "TYPE",
     "What the policy is: identity, boundary, session, resource, trust, key, scp, rcp or endpoint; "
     "without it resource if a statement names a principal, else identity.",
     false},
    {OPT_STORE, 's', "store", "STORE", "The store to look in.", false},
};

static void dump_image(struct pc_cli *cli, const struct pc_image *image)
{
    enum pc_policy_type type = (enum pc_policy_type)image->header->type;
    pc_image_dump(image, pc_policy_type_text(type), &cli->out.text);
}

static enum pc_status named_type(struct pc_cli *cli, const char *name, enum pc_policy_type *out)
{
    struct pc_near near = {.text = pc_str_from(name)};
    for (int type = PC_POLICY_IDENTITY; type <= PC_POLICY_ENDPOINT; type++) {
        struct pc_str known = pc_str_from(pc_policy_type_text((enum pc_policy_type)type));
        if (pc_str_eq(known, near.text)) {
            *out = (enum pc_policy_type)type;
            return PC_OK;
        }
        pc_near_offer(&near, known);
    }
    (void)pc_cli_usage(cli, "no policy type \"%s\"", name);
    if (near.best.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_ERR_USAGE;
}

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
                     "dump reads a policy document; what the AWS CLI prints and manifests "
                     "are for polcheck compile, then dump --store");
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

static enum pc_status dump_file(struct pc_cli *cli, const char *path, const char *type)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_policy_input input = {.file = pc_file_name(pc_str_from(path))};
    struct pc_image image;
    input.name = input.file;
    if (type != NULL) {
        PC_TRY(named_type(cli, type, &input.type));
    }
    PC_TRY(pc_file_read(pc_str_from(path), &cli->diags, &text));
    input.source = pc_buf_view(&text);
    PC_TRY(compile_file(cli, &input, &bytes));
    PC_TRY(pc_image_open(pc_buf_view(&bytes), &image));
    dump_image(cli, &image);
    return PC_OK;
}

static enum pc_status visit(void *context, const char *what, const struct pc_image *image)
{
    struct pc_cli *cli = context;
    pc_buf_format(&cli->out.text, "%s# %s\n", cli->out.text.len > 0 ? "\n" : "", what);
    dump_image(cli, image);
    return PC_OK;
}

static enum pc_status dump_arn(struct pc_cli *cli, struct pc_store *store, const char *arn)
{
    struct pc_resolver *resolver;
    PC_TRY(pc_resolver_new(store, &resolver));
    enum pc_status status = pc_resolver_each_image(resolver, pc_str_from(arn), visit, cli);
    pc_resolver_free(resolver);
    if (status == PC_ERR_NOTFOUND && cli->diags.errors == 0) {
        pc_diag_report(&cli->diags, PC_DIAG_PRINCIPAL_UNKNOWN,
                       (struct pc_place){.file = PC_STR("")},
                       "neither a principal nor a resource \"%s\" in the store \"%.*s\"", arn,
                       PC_STR_ARG(pc_store_path(store)));
        pc_diag_hint(&cli->diags,
                     "check the spelling, or compile the dump or manifest that defines it as well");
    }
    return status;
}

static enum pc_status dump_store(struct pc_cli *cli, const char *path, const char *arn)
{
    struct pc_store *store;
    PC_TRY(pc_store_open(pc_str_from(path), &cli->diags, &store));
    enum pc_status status = dump_arn(cli, store, arn);
    pc_store_close(store);
    return status;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    const char *store = pc_args_value(args, OPT_STORE);
    const char *type = pc_args_value(args, OPT_TYPE);
    enum pc_status status;
    if (args->operand_count != 1) {
        return pc_cli_usage(cli, store != NULL ? "dump --store needs one ARN"
                                               : "dump needs one policy file");
    }
    if (store != NULL && type != NULL) {
        return pc_cli_usage(cli, "--type is for a file; the store knows its policies' types");
    }
    if (store != NULL) {
        status = dump_store(cli, store, args->operands[0]);
    } else {
        status = dump_file(cli, args->operands[0], type);
    }
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}

static const struct pc_example examples[] = {
    {"polcheck dump policies/managed/AWSLambdaRole.json", "Shows what a policy is compiled to."},
    {"polcheck dump --store build/demo.store arn:aws:iam::111122223333:user/alice",
     "Shows the compiled policies of a principal."},
};

const struct pc_verb pc_verb_dump = {
    .name = "dump",
    .summary = "Shows the compiled form of a policy, readable.",
    .usage = "FILE [--type TYPE]\n--store STORE ARN",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
