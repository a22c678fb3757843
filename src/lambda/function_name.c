// SPDX-License-Identifier: Apache-2.0
#include "lambda/function_name.h"

#include "account/function_form.h"

#include "value/arn.h"

static const struct pc_place nowhere = {.file = PC_STR_INIT("")};

// Forms ------------------------------------------------------------------------------------------

// Which partition a region is of, by how its name begins.
static struct pc_str partition_of(struct pc_str region)
{
    static const struct {
        struct pc_str start, partition;
    } rows[] = {
        {PC_STR_INIT("cn-"), PC_STR_INIT("aws-cn")},
        {PC_STR_INIT("us-gov-"), PC_STR_INIT("aws-us-gov")},
        {PC_STR_INIT("eusc-"), PC_STR_INIT("aws-eusc")},
        {PC_STR_INIT("us-iso-"), PC_STR_INIT("aws-iso")},
        {PC_STR_INIT("us-isob-"), PC_STR_INIT("aws-iso-b")},
        {PC_STR_INIT("eu-isoe-"), PC_STR_INIT("aws-iso-e")},
        {PC_STR_INIT("us-isof-"), PC_STR_INIT("aws-iso-f")},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (pc_str_has_prefix(region, rows[i].start)) {
            return rows[i].partition;
        }
    }
    return PC_STR("aws");
}

// Reading ----------------------------------------------------------------------------------------

// "function:NAME[:Q]", or, with `bare`, "NAME[:Q]".
static bool split_resource(struct pc_str text, bool bare, struct pc_function_name *out)
{
    struct pc_str fields[4];
    size_t count = pc_str_split(text, ':', fields, 4);
    size_t at = bare ? 0 : 1;
    if ((!bare && !pc_str_eq(fields[0], PC_STR("function"))) || count < at + 1 || count > at + 2) {
        return false;
    }
    out->name = fields[at];
    out->qualifier = count == at + 2 ? fields[at + 1] : PC_STR("");
    return pc_function_name_is(out->name) &&
           (count == at + 1 || pc_function_qualifier_is(out->qualifier));
}

bool pc_function_name_parse(struct pc_str arn, struct pc_function_name *out)
{
    struct pc_function_name name = {.arn = arn};
    struct pc_arn parts;
    if (!pc_arn_parse(arn, &parts) || !pc_str_eq(parts.service, PC_STR("lambda")) ||
        !pc_function_partition_is(parts.partition) || !pc_function_region_is(parts.region) ||
        !pc_account_id_is(parts.account) || !split_resource(parts.resource, false, &name)) {
        return false;
    }
    name.partition = parts.partition;
    name.region = parts.region;
    name.account = parts.account;
    size_t tail = name.qualifier.len > 0 ? name.qualifier.len + 1 : 0;
    name.function = pc_str_slice(arn, 0, arn.len - tail);
    *out = name;
    return true;
}

// The parts that the name itself says.
static bool read_name(struct pc_str text, struct pc_function_name *out)
{
    struct pc_str account = pc_str_slice(text, 0, pc_str_find(text, ':', 0));
    if (pc_str_has_prefix(text, PC_STR("arn:"))) {
        return pc_function_name_parse(text, out);
    }
    struct pc_str rest = pc_str_slice(text, account.len + 1, text.len);
    if (pc_account_id_is(account) && pc_str_has_prefix(rest, PC_STR("function:"))) {
        out->account = account;
        return split_resource(rest, false, out);
    }
    return split_resource(text, true, out);
}

static enum pc_status refuse(struct pc_diags *diags, struct pc_str what, const char *flaw,
                             const char *hint)
{
    pc_diag_report(diags, PC_DIAG_FUNCTION_NAME, nowhere, "\"%.*s\" %s", PC_STR_ARG(what), flaw);
    pc_diag_hint(diags, "%s", hint);
    return PC_ERR_INVALID;
}

// Takes over what is given beside the name.
static enum pc_status take(struct pc_diags *diags, struct pc_str given, struct pc_str *known,
                           const char *flaw)
{
    if (given.len == 0) {
        return PC_OK;
    }
    if (known->len > 0 && !pc_str_eq(*known, given)) {
        return refuse(diags, given, flaw, "leave it out: the name of the function says it");
    }
    *known = given;
    return PC_OK;
}

static enum pc_status take_place(const struct pc_function_wish *wish, struct pc_diags *diags,
                                 struct pc_function_name *name)
{
    if (wish->account.len > 0 && !pc_account_id_is(wish->account)) {
        return refuse(diags, wish->account, "is not an account id", "it has 12 digits");
    }
    if (wish->region.len > 0 && !pc_function_region_is(wish->region)) {
        return refuse(diags, wish->region, "is not a region", "such as eu-west-1");
    }
    PC_TRY(take(diags, wish->account, &name->account, "is another account than the function's"));
    PC_TRY(take(diags, wish->region, &name->region, "is another region than the function's"));
    if (name->account.len == 0 || name->region.len == 0) {
        return refuse(diags, wish->name,
                      name->account.len == 0 ? "does not say the account of the function"
                                             : "does not say the region of the function",
                      "give the ARN of the function, or --account and --region");
    }
    return PC_OK;
}

static enum pc_status take_qualifier(struct pc_str given, struct pc_diags *diags,
                                     struct pc_function_name *name)
{
    if (given.len > 0 && !pc_function_qualifier_is(given)) {
        pc_diag_report(diags, PC_DIAG_FUNCTION_QUALIFIER, nowhere,
                       "the qualifier \"%.*s\" is neither a version, nor an alias, nor $LATEST",
                       PC_STR_ARG(given));
        return PC_ERR_INVALID;
    }
    if (given.len > 0 && name->qualifier.len > 0 && !pc_str_eq(given, name->qualifier)) {
        pc_diag_report(diags, PC_DIAG_FUNCTION_QUALIFIER, nowhere,
                       "the qualifier \"%.*s\" differs from \"%.*s\", which the name of the "
                       "function has",
                       PC_STR_ARG(given), PC_STR_ARG(name->qualifier));
        pc_diag_hint(diags, "name it once");
        return PC_ERR_INVALID;
    }
    name->qualifier = given.len > 0 ? given : name->qualifier;
    return PC_OK;
}

static enum pc_status write_arns(struct pc_arena *arena, struct pc_function_name *name)
{
    const char *colon = name->qualifier.len > 0 ? ":" : "";
    PC_TRY(pc_arena_format(arena, &name->arn, "arn:%.*s:lambda:%.*s:%.*s:function:%.*s%s%.*s",
                           PC_STR_ARG(name->partition), PC_STR_ARG(name->region),
                           PC_STR_ARG(name->account), PC_STR_ARG(name->name), colon,
                           PC_STR_ARG(name->qualifier)));
    size_t tail = name->qualifier.len > 0 ? name->qualifier.len + 1 : 0;
    name->function = pc_str_slice(name->arn, 0, name->arn.len - tail);
    return PC_OK;
}

enum pc_status pc_function_name_resolve(struct pc_arena *arena, const struct pc_function_wish *wish,
                                        struct pc_diags *diags, struct pc_function_name *out)
{
    struct pc_function_name name = {0};
    if (!read_name(wish->name, &name)) {
        return refuse(diags, wish->name, "is not a name of a function",
                      "arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER], "
                      "ACCOUNT:function:NAME[:QUALIFIER] or NAME[:QUALIFIER]; a NAME has 1 to 64 "
                      "letters, digits, \"-\" and \"_\"");
    }
    PC_TRY(take_place(wish, diags, &name));
    PC_TRY(take_qualifier(wish->qualifier, diags, &name));
    name.partition = name.partition.len > 0 ? name.partition : partition_of(name.region);
    PC_TRY(write_arns(arena, &name));
    *out = name;
    return PC_OK;
}
