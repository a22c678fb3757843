// SPDX-License-Identifier: Apache-2.0
//
// Shows what a policy was compiled to, from a file or out of a store.
#include "command.h"

#include "compiled_policy.h"
#include "image/dump.h"
#include "policy_types.h"
#include "trusted.h"

enum option {
    OPT_TYPE = PC_OPTION_OWN,
    OPT_STORE,
};

static const struct pc_option options[] = {
    {OPT_TYPE, 't', "type", PC_POLICY_TYPE_WORDS,
     "What the policy is; without it resource if a statement names a principal, else identity.",
     false},
    {OPT_STORE, 's', "store", "STORE", "The store to look in.", false},
    PC_TRUST_OPTIONS,
};

static enum pc_status visit(void *context, const char *what, const struct pc_image *image)
{
    struct pc_buf *out = context;
    enum pc_policy_type type = (enum pc_policy_type)image->header->type;
    if (what[0] != '\0') {
        pc_buf_format(out, "%s# %s\n", out->len > 0 ? "\n" : "", what);
    }
    pc_image_dump(image, pc_policy_type_text(type), out);
    return pc_buf_status(out);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    static const int ids[] = {OPT_STORE, OPT_TYPE};
    return pc_visit_operand(cli, args, ids, visit, &cli->out.text);
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
