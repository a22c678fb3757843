// SPDX-License-Identifier: Apache-2.0
//
// Who asks: the kinds of callers of SEMANTICS.md 4.1, told from the text of a principal.
#include "eval/request.h"

#include "match/shape.h"
#include "value/arn.h"

static struct pc_str last_part(struct pc_str path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.ptr[i - 1] == '/') {
            return pc_str_slice(path, i, path.len);
        }
    }
    return path;
}

static bool parse_iam(struct pc_str text, struct pc_str resource, struct pc_caller *caller)
{
    if (pc_shape_is(PC_SHAPE_ARN_ROOT, text)) {
        caller->kind = PC_CALLER_ROOT;
        caller->name = resource;
    } else if (pc_shape_is(PC_SHAPE_ARN_USER, text)) {
        caller->kind = PC_CALLER_USER;
        caller->name = last_part(resource);
    } else if (pc_shape_is(PC_SHAPE_ARN_ROLE, text)) {
        caller->kind = PC_CALLER_SESSION; // a session with an unknown name
        caller->name = last_part(resource);
        caller->role = text;
    }
    return caller->kind != PC_CALLER_NONE;
}

static bool parse_sts(struct pc_str text, struct pc_str resource, struct pc_caller *caller)
{
    struct pc_str parts[3];
    size_t count = pc_str_split(resource, '/', parts, 3);
    if (count == 3 && pc_shape_is(PC_SHAPE_ARN_SESSION, text)) {
        caller->kind = PC_CALLER_SESSION;
        caller->name = parts[1];
        caller->session = parts[2];
    } else if (count == 2 && pc_shape_is(PC_SHAPE_ARN_FEDERATED_USER, text)) {
        caller->kind = PC_CALLER_FEDERATED_USER;
        caller->name = parts[1];
    }
    return caller->kind != PC_CALLER_NONE;
}

static bool parse_arn(struct pc_str text, struct pc_caller *caller)
{
    struct pc_str fields[6];
    if (pc_str_split(text, ':', fields, 6) != 6 || fields[3].len != 0 ||
        !pc_account_id_is(fields[4])) {
        return false;
    }
    caller->partition = fields[1];
    caller->account = fields[4];
    if (pc_str_eq(fields[2], PC_STR("iam"))) {
        return parse_iam(text, fields[5], caller);
    }
    return pc_str_eq(fields[2], PC_STR("sts")) && parse_sts(text, fields[5], caller);
}

bool pc_caller_parse(struct pc_str text, struct pc_caller *out)
{
    struct pc_caller caller = {.kind = PC_CALLER_NONE, .text = text};
    if (pc_str_eq(text, PC_STR("*"))) {
        caller.kind = PC_CALLER_ANONYMOUS;
    } else if (pc_str_has_prefix(text, PC_STR("arn:"))) {
        if (!parse_arn(text, &caller)) {
            return false;
        }
    } else if (pc_shape_is(PC_SHAPE_SERVICE, text)) {
        caller.kind = PC_CALLER_SERVICE;
        caller.name = text;
    } else {
        return false;
    }
    *out = caller;
    return true;
}

struct pc_caller pc_caller_provider(struct pc_str provider)
{
    struct pc_caller caller = {.kind = PC_CALLER_PROVIDER, .text = provider, .name = provider};
    return caller;
}

bool pc_caller_is_service_linked(const struct pc_caller *caller)
{
    struct pc_str fields[6];
    return caller->kind == PC_CALLER_SESSION && pc_str_split(caller->role, ':', fields, 6) == 6 &&
           pc_str_has_prefix(fields[5], PC_STR("role/aws-service-role/"));
}

// What stands before the name of a session ends in ':': a role's unique id, or account and name of
// one of AWS's own roles.
static bool is_of_session(struct pc_str userid, struct pc_str session)
{
    if (session.len == 0) { // of a role given without a session any name is believed
        return pc_str_find(userid, ':', 0) != SIZE_MAX;
    }
    return pc_str_has_suffix(userid, session) && userid.len > session.len + 1 &&
           userid.ptr[userid.len - session.len - 1] == ':';
}

bool pc_caller_may_have_userid(const struct pc_caller *caller, struct pc_str userid)
{
    struct pc_str halves[2];
    bool two = pc_str_split(userid, ':', halves, 2) == 2;
    switch (caller->kind) {
    case PC_CALLER_ROOT:
        return pc_str_eq(userid, caller->account);
    case PC_CALLER_USER:
        return !two && userid.len > 0;
    case PC_CALLER_FEDERATED_USER:
        return two && pc_str_eq(halves[0], caller->account) && pc_str_eq(halves[1], caller->name);
    case PC_CALLER_SESSION:
        return is_of_session(userid, caller->session);
    case PC_CALLER_NONE:
    case PC_CALLER_ANONYMOUS:
    case PC_CALLER_SERVICE:
    case PC_CALLER_PROVIDER:
        break;
    }
    return false;
}
