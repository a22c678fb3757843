// SPDX-License-Identifier: Apache-2.0
//
// What is open is settled statement by statement, towards or against its matching; what is not is
// asked of the functions that every decision asks.
#include "eval/open.h"

#include "base/map.h"
#include "context.h"
#include "match/bind.h"
#include "match/cover.h"
#include "open_match.h"

// Keys ------------------------------------------------------------------------------------------

// Keys that follow from other keys' absence: those may be open.
static bool follows_from_absence(enum pc_known_key key)
{
    return key == KEY_VIA_AWS_SERVICE || key == KEY_TAG_KEYS;
}

// Of a caller that stands for others: keys that tell which of them it is. A service is no
// principal of an account, and these are none.
static bool tells_who(const struct pc_request *request, enum pc_known_key key)
{
    if (request->caller.kind == PC_CALLER_SERVICE) {
        return key == KEY_PRINCIPAL_SERVICE_NAME || key == KEY_PRINCIPAL_SERVICE_NAMES_LIST;
    }
    bool account = key == KEY_PRINCIPAL_ACCOUNT || key == KEY_CALLER_ACCOUNT;
    return key <= KEY_USERNAME && (!account || request->elsewhere != NULL);
}

static bool known_is_open(const struct pc_request *request, enum pc_known_key key)
{
    struct pc_told told;
    if (pc_context_given(request, key) != NULL) {
        return false;
    }
    if (follows_from_absence(key)) {
        return true;
    }
    if (request->stranger && tells_who(request, key)) {
        return true;
    }
    return pc_known_rows[key].tell == NULL ||
           pc_known_rows[key].tell(request, &told) == PC_FOLLOWS_NOTHING;
}

static bool other_is_given(const struct pc_context *context, struct pc_str key, uint64_t hash)
{
    for (size_t i = 0; i < context->other_count; i++) {
        if (context->others[i].hash == hash && pc_str_eq(context->others[i].key, key)) {
            return true; // also as absent
        }
    }
    return false;
}

bool pc_request_leaves_open(const struct pc_request *request, struct pc_str key, uint64_t hash)
{
    struct pc_str tag;
    enum pc_known_key known = pc_known_named(key, hash);
    if (known != KEY_NONE) {
        return known_is_open(request, known);
    }
    bool without = request->caller.kind == PC_CALLER_ANONYMOUS &&
                   pc_context_of_family(key, KEY_PRINCIPAL_TAGS, &tag);
    return !without && !other_is_given(request->context, key, hash) &&
           pc_derived_tag(request, key) == NULL;
}

// Conditions ------------------------------------------------------------------------------------

struct open_visit {
    const struct pc_request *request;
    bool open;
};

static void visit_variable(void *context, struct pc_str key)
{
    struct open_visit *visit = context;
    visit->open = visit->open || pc_request_leaves_open(visit->request, key, pc_str_hash(key));
}

static bool values_are_open(const struct pc_image *image,
                            const struct pc_image_condition *condition,
                            const struct pc_request *request)
{
    const struct pc_operator *op = pc_operator_get(condition->op);
    struct open_visit visit = {request, false};
    for (uint32_t i = 0; op->each_variable != NULL && i < condition->values.count; i++) {
        const struct pc_image_value *value = pc_image_value(image, condition->values.first + i);
        op->each_variable(pc_image_text(image, value->bytes), visit_variable, &visit);
    }
    return visit.open;
}

bool pc_condition_is_open(const struct pc_image *image, const struct pc_image_condition *condition,
                          const struct pc_request *request)
{
    const struct pc_image_key *key = pc_image_key(image, condition->key);
    struct pc_str name = pc_image_text(image, key->name);
    if (condition->op == PC_OP_NULL && (condition->flags & (PC_OP_FOR_ALL | PC_OP_FOR_ANY)) != 0) {
        return false; // the same whatever the key is
    }
    if (pc_request_leaves_open(request, name, key->hash)) {
        return true;
    }
    // Without its key a condition does not look at its values.
    return pc_request_find(request, name, key->hash) != NULL &&
           values_are_open(image, condition, request);
}

static bool conditions_hold(const struct pc_open_match *match)
{
    struct pc_image_statement alone = *match->statement;
    struct pc_image_range conditions = match->statement->conditions;
    alone.conditions.count = 1;
    for (uint32_t i = 0; i < conditions.count; i++) {
        alone.conditions.first = conditions.first + i;
        bool open = pc_condition_is_open(match->image,
                                         pc_image_condition(match->image, conditions.first + i),
                                         match->question->request);
        bool holds =
            open ? match->wanted : pc_conditions_hold(match->image, &alone, match->question);
        if (!holds) {
            return false;
        }
    }
    return true;
}

// Actions ---------------------------------------------------------------------------------------

enum pc_listing pc_action_listing(const struct pc_image *image,
                                  const struct pc_image_action *action,
                                  const struct pc_request *request)
{
    const struct pc_action_pattern *asked = request->actions;
    const struct pc_action_pattern entry = {
        .kind = (enum pc_action_kind)action->kind,
        .service = pc_image_text(image, action->service),
        .name = pc_image_text(image, action->name),
    };
    if (pc_action_pattern_covers(&entry, asked)) {
        return PC_LISTING_YES;
    }
    return pc_action_pattern_overlaps(&entry, asked) ? PC_LISTING_MAYBE : PC_LISTING_NO;
}

_Static_assert((int)PC_ACTION_NEVER == PC_IMAGE_ACTION_NEVER &&
                   (int)PC_ACTION_ANY == PC_IMAGE_ACTION_ANY &&
                   (int)PC_ACTION_NAME == PC_IMAGE_ACTION_NAME,
               "the kinds of entries have one number");

// Does a list whose entries come to `best` match? What is in between is settled as wanted.
static bool is_matched(const struct pc_open_match *match, enum pc_listing best, uint8_t kind)
{
    return best == PC_LISTING_MAYBE ? match->wanted
                                    : (best == PC_LISTING_YES) != (kind == PC_IMAGE_LIST_NEGATED);
}

static bool actions_match(const struct pc_open_match *match)
{
    const struct pc_image_statement *statement = match->statement;
    const struct pc_request *request = match->question->request;
    enum pc_listing best = PC_LISTING_NO;
    if (request->actions == NULL) {
        return true; // they were looked at
    }
    for (uint32_t i = 0; i < statement->actions.count && best != PC_LISTING_YES; i++) {
        enum pc_listing listing = pc_action_listing(
            match->image, pc_image_action(match->image, statement->actions.first + i), request);
        best = listing > best ? listing : best;
    }
    return is_matched(match, best, statement->action_kind);
}

// Resources -------------------------------------------------------------------------------------

bool pc_resource_is_open(const struct pc_image *image, const struct pc_image_resource *resource,
                         const struct pc_request *request)
{
    struct open_visit visit = {request, false};
    if (resource->kind == PC_IMAGE_RESOURCE_PATTERN) {
        pc_arn_pattern_each_variable(pc_image_text(image, resource->pattern), visit_variable,
                                     &visit);
    }
    return visit.open;
}

static enum pc_binding bind(void *context, struct pc_str key, struct pc_str *value)
{
    const struct pc_request *request = context;
    if (pc_request_leaves_open(request, key, pc_str_hash(key))) {
        return PC_BINDING_OPEN;
    }
    struct pc_request *lookup = context; // only read
    return pc_variable_lookup(lookup, key, value) ? PC_BINDING_VALUE : PC_BINDING_NULL;
}

static enum pc_listing compare(struct pc_str pattern, struct pc_str asked)
{
    if (pc_arn_pattern_covers(pattern, asked)) {
        return PC_LISTING_YES;
    }
    return pc_arn_pattern_overlaps(pattern, asked) ? PC_LISTING_MAYBE : PC_LISTING_NO;
}

static void see_variable(void *context, struct pc_str key)
{
    (void)key;
    *(bool *)context = true;
}

enum pc_listing pc_resource_listing(const struct pc_image *image,
                                    const struct pc_image_resource *resource,
                                    const struct pc_request *request)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bound = {0};
    struct pc_str pattern = pc_image_text(image, resource->pattern);
    bool variables = false;
    bool never = false;
    if (resource->kind != PC_IMAGE_RESOURCE_PATTERN) {
        return PC_LISTING_NO;
    }
    pc_arn_pattern_each_variable(pattern, see_variable, &variables);
    if (!variables) {
        return compare(pattern, request->resource_pattern);
    }
    const struct pc_binder binder = {bind, (void *)(uintptr_t)request};
    if (pc_arn_pattern_bind(pattern, &binder, &bound, &never) != PC_OK) {
        return PC_LISTING_MAYBE; // without memory, or with a value of 64 KiB: nothing is sure
    }
    return never ? PC_LISTING_NO : compare(pc_buf_view(&bound), request->resource_pattern);
}

// Of a resource that is none of a pattern, and an entry without open variables, the matcher of
// every decision is right, also in the wider reading of R-206.
static enum pc_listing listing_of(const struct pc_open_match *match,
                                  const struct pc_image_resource *resource)
{
    const struct pc_request *request = match->question->request;
    bool open = request->is_arn && pc_resource_is_open(match->image, resource, request);
    if (request->resource_is_pattern || open) {
        return pc_resource_listing(match->image, resource, request);
    }
    return pc_resource_entry_lists(match->image, resource, match->question) ? PC_LISTING_YES
                                                                            : PC_LISTING_NO;
}

static bool resources_match(const struct pc_open_match *match)
{
    const struct pc_image_statement *statement = match->statement;
    enum pc_listing best = PC_LISTING_NO;
    if (statement->resource_kind == PC_IMAGE_LIST_ABSENT) {
        return true;
    }
    for (uint32_t i = 0; i < statement->resources.count && best != PC_LISTING_YES; i++) {
        enum pc_listing listing =
            listing_of(match, pc_image_resource(match->image, statement->resources.first + i));
        best = listing > best ? listing : best;
    }
    return is_matched(match, best, statement->resource_kind);
}

// Principals ------------------------------------------------------------------------------------

bool pc_principal_is_open(const struct pc_image *image, const struct pc_image_principal *principal,
                          const struct pc_request *request)
{
    return principal->kind == PC_IMAGE_PRINCIPAL_SESSION &&
           pc_caller_may_be_session(&request->caller, pc_image_text(image, principal->text));
}

bool pc_statement_names(const struct pc_image *image, const struct pc_image_statement *statement,
                        const struct pc_request *request)
{
    struct pc_effort effort = {INT64_MAX};
    const struct pc_question question = {
        .request = request,
        .effort = &effort,
        .account_link = true,
        .listed_sessions = pc_caller_is_any_session(&request->caller) &&
                           statement->principal_kind == PC_IMAGE_LIST_POSITIVE,
    };
    return pc_principals_match(image, statement, &question) > PC_STRENGTH_ACCOUNT;
}

static bool has_strangers(const struct pc_request *request, struct pc_str partition,
                          struct pc_str account)
{
    const struct pc_caller *caller = &request->caller;
    if (partition.len > 0 && !pc_str_eq(partition, caller->partition)) {
        return false;
    }
    return request->elsewhere != NULL ? pc_map_get(request->elsewhere, account) == NULL
                                      : pc_str_eq(account, caller->account);
}

// Whose a unique id is nothing tells.
static bool names_strangers(const struct pc_image *image, const struct pc_image_principal *entry,
                            const struct pc_request *request)
{
    struct pc_str text = pc_image_text(image, entry->text);
    struct pc_arn arn;
    if (request->caller.kind == PC_CALLER_SERVICE) {
        return entry->kind == PC_IMAGE_PRINCIPAL_SERVICE;
    }
    switch (entry->kind) {
    case PC_IMAGE_PRINCIPAL_ACCOUNT:
        return has_strangers(request, pc_image_text(image, entry->partition), text);
    case PC_IMAGE_PRINCIPAL_USER:
    case PC_IMAGE_PRINCIPAL_ROLE:
    case PC_IMAGE_PRINCIPAL_SESSION:
    case PC_IMAGE_PRINCIPAL_FEDERATED_USER:
        return pc_arn_parse(text, &arn) && has_strangers(request, arn.partition, arn.account);
    case PC_IMAGE_PRINCIPAL_ID:
        return true;
    default:
        return false;
    }
}

bool pc_strangers_are_open(const struct pc_image *image, const struct pc_image_statement *statement,
                           const struct pc_request *request)
{
    bool lets_in =
        statement->effect == PC_IMAGE_ALLOW && statement->principal_kind == PC_IMAGE_LIST_POSITIVE;
    for (uint32_t i = 0; request->stranger && !lets_in && i < statement->principals.count; i++) {
        if (names_strangers(image, pc_image_principal(image, statement->principals.first + i),
                            request)) {
            return true;
        }
    }
    return false;
}

static enum pc_strength principals_match(const struct pc_open_match *match)
{
    struct pc_question question = *match->question;
    bool negated = match->statement->principal_kind == PC_IMAGE_LIST_NEGATED;
    bool listed = question.several && match->wanted != negated;
    if (listed && pc_strangers_are_open(match->image, match->statement, question.request)) {
        return negated ? PC_STRENGTH_NONE : PC_STRENGTH_SELF;
    }
    question.listed_sessions = listed;
    return pc_principals_match(match->image, match->statement, &question);
}

enum pc_strength pc_open_statement_matches(const struct pc_open_match *match)
{
    if (!actions_match(match) || !resources_match(match)) {
        return PC_STRENGTH_NONE;
    }
    enum pc_strength strength = principals_match(match);
    return strength != PC_STRENGTH_NONE && conditions_hold(match) ? strength : PC_STRENGTH_NONE;
}
