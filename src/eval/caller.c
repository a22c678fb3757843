// SPDX-License-Identifier: Apache-2.0
//
// Who asks: the kinds of callers of SEMANTICS.md 4.1, told from the text of a principal.
#include "eval/request.h"

#include "match/name.h"

// What kind of caller has an ARN of this shape.
static enum pc_caller_kind kind_of(enum pc_shape shape)
{
    switch ((int)shape) {
    case PC_SHAPE_ARN_ROOT:
        return PC_CALLER_ROOT;
    case PC_SHAPE_ARN_USER:
        return PC_CALLER_USER;
    case PC_SHAPE_ARN_ROLE: // a session with an unknown name
    case PC_SHAPE_ARN_SESSION:
        return PC_CALLER_SESSION;
    case PC_SHAPE_ARN_FEDERATED_USER:
        return PC_CALLER_FEDERATED_USER;
    default:
        return PC_CALLER_NONE;
    }
}

static bool parse_arn(struct pc_str text, struct pc_caller *out)
{
    struct pc_principal_name name;
    if (!pc_principal_name_parse(text, &name)) {
        return false;
    }
    // One by one, for compilers clear the whole by an instruction that takes long to start.
    out->kind = kind_of(name.shape);
    out->text = text;
    out->partition = name.partition;
    out->account = name.account;
    out->name = name.name;
    out->session = name.session;
    out->role = name.shape == PC_SHAPE_ARN_ROLE ? text : PC_STR("");
    out->parent = PC_STR("");
    out->parent_id = PC_STR("");
    out->id = PC_STR("");
    out->services = NULL;
    out->service_count = 0;
    out->tags = NULL;
    out->tag_count = 0;
    return true;
}

bool pc_caller_parse(struct pc_str text, struct pc_caller *out)
{
    if (pc_str_has_prefix(text, PC_STR("arn:"))) {
        return parse_arn(text, out);
    }
    if (pc_str_eq(text, PC_STR("*"))) {
        *out = (struct pc_caller){.kind = PC_CALLER_ANONYMOUS, .text = text};
        return true;
    }
    if (!pc_service_name_is(text)) {
        return false;
    }
    *out = (struct pc_caller){.kind = PC_CALLER_SERVICE, .text = text, .name = text};
    return true;
}

struct pc_caller pc_caller_provider(struct pc_str provider)
{
    struct pc_caller caller = {.kind = PC_CALLER_PROVIDER, .text = provider, .name = provider};
    return caller;
}

bool pc_caller_is_service_linked(const struct pc_caller *caller)
{
    struct pc_arn arn;
    return caller->kind == PC_CALLER_SESSION && pc_arn_parse(caller->role, &arn) &&
           pc_str_has_prefix(arn.resource, PC_STR("role/aws-service-role/"));
}

bool pc_caller_is_any_session(const struct pc_caller *caller)
{
    return caller->kind == PC_CALLER_SESSION && caller->session.len == 0;
}

bool pc_caller_may_be_session(const struct pc_caller *caller, struct pc_str arn)
{
    struct pc_caller session;
    return pc_caller_is_any_session(caller) && pc_caller_parse(arn, &session) &&
           session.session.len > 0 && pc_str_eq(session.partition, caller->partition) &&
           pc_str_eq(session.account, caller->account) &&
           pc_str_eq_icase(session.name, caller->name);
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
