// SPDX-License-Identifier: Apache-2.0
//
// The members and their order are those of statements that Lambda returned (LAMBDA.md 5.1); the
// keys are spelt as there.
#include "lambda/permission.h"

#include "principal.h"

#include "value/arn.h"

static void write_member(struct pc_json_writer *writer, const char *key, struct pc_str value)
{
    if (value.len > 0) {
        pc_json_key(writer, key);
        pc_json_string(writer, value);
    }
}

// Lambda writes an account id as the ARN of its root.
static void write_account(struct pc_json_writer *writer, const struct pc_permission *permission)
{
    char room[64];
    struct pc_buf arn = pc_buf_over(room, sizeof(room));
    pc_buf_text(&arn, "arn:");
    pc_buf_str(&arn, permission->function.partition);
    pc_buf_text(&arn, ":iam::");
    pc_buf_str(&arn, permission->principal);
    pc_buf_text(&arn, ":root");
    if (pc_buf_status(&arn) != PC_OK) {
        writer->out->status = pc_buf_status(&arn);
    }
    write_member(writer, "AWS", pc_buf_view(&arn));
}

static void write_principal(struct pc_json_writer *writer, const struct pc_permission *permission)
{
    struct pc_str principal = permission->principal;
    pc_json_key(writer, "Principal");
    if (pc_str_eq(principal, PC_STR("*"))) {
        pc_json_string(writer, principal);
        return;
    }
    pc_json_begin_object(writer);
    if (pc_account_id_is(principal)) {
        write_account(writer, permission);
    } else {
        write_member(writer, pc_principal_is_service(principal) ? "Service" : "AWS", principal);
    }
    pc_json_end_object(writer);
}

static void write_equals(struct pc_json_writer *writer, const struct pc_permission *permission)
{
    if (permission->source_account.len + permission->organization.len +
            permission->event_source_token.len + permission->url_auth_type.len ==
        0) {
        return;
    }
    pc_json_key(writer, "StringEquals");
    pc_json_begin_object(writer);
    write_member(writer, "AWS:SourceAccount", permission->source_account);
    write_member(writer, "aws:PrincipalOrgID", permission->organization);
    write_member(writer, "lambda:EventSourceToken", permission->event_source_token);
    write_member(writer, "lambda:FunctionUrlAuthType", permission->url_auth_type);
    pc_json_end_object(writer);
}

static void write_single(struct pc_json_writer *writer, const char *op, const char *key,
                         struct pc_str value)
{
    if (value.len > 0) {
        pc_json_key(writer, op);
        pc_json_begin_object(writer);
        write_member(writer, key, value);
        pc_json_end_object(writer);
    }
}

static void write_condition(struct pc_json_writer *writer, const struct pc_permission *permission)
{
    if (!pc_permission_has_condition(permission)) {
        return;
    }
    pc_json_key(writer, "Condition");
    pc_json_begin_object(writer);
    write_equals(writer, permission);
    write_single(writer, "ArnLike", "AWS:SourceArn", permission->source_arn);
    write_single(writer, "Bool", "lambda:InvokedViaFunctionUrl",
                 permission->via_url ? PC_STR("true") : PC_STR(""));
    pc_json_end_object(writer);
}

void pc_permission_write(struct pc_json_writer *writer, const struct pc_permission *permission)
{
    pc_json_begin_object(writer);
    write_member(writer, "Sid", permission->statement_id);
    write_member(writer, "Effect", PC_STR("Allow"));
    write_principal(writer, permission);
    write_member(writer, "Action", permission->action);
    write_member(writer, "Resource", permission->function.arn);
    write_condition(writer, permission);
    pc_json_end_object(writer);
}

void pc_permission_advise(const struct pc_function_name *function, struct pc_buf *out)
{
    if (pc_str_has_prefix(function->qualifier, PC_STR("$"))) {
        pc_buf_text(out, "call the function without a qualifier: $LATEST has no policy of its own");
    } else {
        pc_buf_format(out, "add the permission with --qualifier %.*s",
                      PC_STR_ARG(function->qualifier));
    }
}
