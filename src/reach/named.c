// SPDX-License-Identifier: Apache-2.0
//
// It only proposes: whoever an Allow names that may be about the actions and resources is asked
// about then. Left out are who has no requests to ask about (unique ids of principals that were
// deleted, R-314; canonical users, R-312), the store's own roles and users, which are asked about
// anyway, and the root users of their accounts, to whom nothing but a Deny says no.
#include "named.h"

#include "match/cover.h"

enum {
    STRANGER_ACCOUNT_DIGITS = 12,
};

// An account that nobody has: its caller stands for those of all accounts whose are not known.
#define STRANGER_ACCOUNT "000000000000"
#define STRANGER_SERVICE STRANGER_ACCOUNT ".amazonaws.com" // likewise of services
_Static_assert(sizeof(STRANGER_ACCOUNT) - 1 == STRANGER_ACCOUNT_DIGITS, "an account id");

struct naming {
    struct pc_reach_asking *asking;
    struct pc_asking about;
    const struct pc_reach_question *question;
    const struct pc_reach_part *part;
    bool wide;               // the wider reading of R-206, which overlaps do not know
    struct pc_str partition; // of the resource
    struct pc_reach_callers *callers;
    struct pc_reach_named **list;
};

static bool is_listed(const struct naming *naming, const struct pc_reach_named *named)
{
    for (const struct pc_reach_named *other = *naming->list; other != NULL; other = other->next) {
        if (other->kind == named->kind && pc_str_eq(other->principal, named->principal)) {
            return true;
        }
    }
    return false;
}

static enum pc_status add(struct naming *naming, const struct pc_reach_named *named)
{
    struct pc_arena *arena = naming->asking->arena;
    if (is_listed(naming, named)) {
        return PC_OK;
    }
    struct pc_reach_named *kept = pc_arena_alloc(arena, sizeof(*kept));
    if (kept == NULL) {
        return PC_ERR_NOMEM;
    }
    *kept = *named;
    PC_TRY(pc_arena_copy(arena, named->principal, &kept->principal));
    kept->next = *naming->list;
    *naming->list = kept;
    return PC_OK;
}

static enum pc_status add_parsed(struct naming *naming, struct pc_str text,
                                 const struct pc_reach_named *like)
{
    struct pc_reach_named named = *like;
    struct pc_str kept;
    PC_TRY(pc_arena_copy(naming->asking->arena, text, &kept));
    return pc_caller_parse(kept, &named.who.caller) ? add(naming, &named) : PC_ERR_INTERNAL;
}

// A principal of the account that may be any of them: its name is none that there can be.
static enum pc_status make_stranger(const struct naming *naming, struct pc_str partition,
                                    struct pc_str account, struct pc_reach_somebody *out)
{
    struct pc_caller caller = {.kind = PC_CALLER_USER, .partition = partition};
    struct pc_arena *arena = naming->asking->arena;
    PC_TRY(pc_arena_format(arena, &caller.text, "arn:%.*s:iam::%.*s:user/*", PC_STR_ARG(partition),
                           PC_STR_ARG(account)));
    PC_TRY(pc_arena_copy(arena, account, &caller.account));
    caller.name = PC_STR("*");
    *out = (struct pc_reach_somebody){.caller = caller, .stranger = true};
    return PC_OK;
}

// "*" is everybody: who does not sign, everybody in other accounts, and the services of AWS.
static enum pc_status add_everybody(struct naming *naming)
{
    const struct pc_reach_named anonymous = {.kind = PC_MEMBER_ANONYMOUS, .principal = PC_STR("*")};
    struct pc_reach_named others = {.kind = PC_MEMBER_OTHER_ACCOUNTS, .principal = PC_STR("*")};
    const struct pc_reach_named services = {
        .who = {.stranger = true}, .kind = PC_MEMBER_OTHER_SERVICES, .principal = PC_STR("*")};
    naming->callers->everybody = true;
    PC_TRY(add_parsed(naming, PC_STR("*"), &anonymous));
    PC_TRY(make_stranger(naming, naming->partition, PC_STR(STRANGER_ACCOUNT), &others.who));
    others.who.elsewhere = &naming->callers->accounts;
    PC_TRY(add(naming, &others));
    return add_parsed(naming, PC_STR(STRANGER_SERVICE), &services);
}

static enum pc_status add_account(struct naming *naming, struct pc_str account,
                                  struct pc_str partition)
{
    struct pc_reach_named named = {.kind = PC_MEMBER_ACCOUNT, .principal = account};
    struct pc_str where = partition.len > 0 ? partition : naming->partition;
    PC_TRY(make_stranger(naming, where, account, &named.who));
    return add(naming, &named);
}

static enum pc_status ignore_image(void *context, const char *what, const struct pc_image *image)
{
    (void)context;
    (void)what;
    (void)image;
    return PC_OK;
}

static enum pc_status add_caller(struct naming *naming, struct pc_str text)
{
    struct pc_arena *arena = naming->asking->arena;
    struct pc_str kept;
    PC_TRY(pc_arena_copy(arena, text, &kept));
    return pc_reach_add_name(arena, kept, &naming->callers->names);
}

// A role, user or session that the store has is among its principals.
static enum pc_status add_principal(struct naming *naming, struct pc_str arn,
                                    enum pc_member_kind kind)
{
    const struct pc_reach_named named = {.kind = kind, .principal = arn};
    PC_TRY(add_caller(naming, arn));
    enum pc_status status =
        pc_resolver_each_image(naming->asking->asker->resolver, arn, ignore_image, NULL);
    return status == PC_ERR_NOTFOUND ? add_parsed(naming, arn, &named) : status;
}

static enum pc_status add_provider(struct naming *naming, struct pc_str text)
{
    struct pc_reach_named named = {.kind = PC_MEMBER_PROVIDER, .principal = text};
    struct pc_str kept;
    PC_TRY(pc_arena_copy(naming->asking->arena, text, &kept));
    named.who.caller = pc_caller_provider(kept);
    return add(naming, &named);
}

static enum pc_status add_entry(struct naming *naming, const struct pc_image *image,
                                const struct pc_image_principal *entry)
{
    struct pc_str text = pc_image_text(image, entry->text);
    const struct pc_reach_named service = {.kind = PC_MEMBER_SERVICE, .principal = text};
    switch (entry->kind) {
    case PC_IMAGE_PRINCIPAL_ANY:
        return add_everybody(naming);
    case PC_IMAGE_PRINCIPAL_ACCOUNT:
        return add_account(naming, text, pc_image_text(image, entry->partition));
    case PC_IMAGE_PRINCIPAL_USER:
        return add_principal(naming, text, PC_MEMBER_USER);
    case PC_IMAGE_PRINCIPAL_ROLE:
        return add_principal(naming, text, PC_MEMBER_ROLE);
    case PC_IMAGE_PRINCIPAL_SESSION:
        return add_principal(naming, text, PC_MEMBER_SESSION);
    case PC_IMAGE_PRINCIPAL_FEDERATED_USER:
        return add_principal(naming, text, PC_MEMBER_FEDERATED_USER);
    case PC_IMAGE_PRINCIPAL_ID:
        return add_caller(naming, text);
    case PC_IMAGE_PRINCIPAL_SERVICE:
        return add_parsed(naming, text, &service);
    case PC_IMAGE_PRINCIPAL_FEDERATED:
        return add_provider(naming, text);
    default:
        return PC_OK;
    }
}

static bool may_list_action(const struct naming *naming, const struct pc_image *image,
                            const struct pc_image_statement *statement)
{
    bool may = statement->action_kind != PC_IMAGE_LIST_POSITIVE;
    for (uint32_t i = 0; i < statement->actions.count && !may; i++) {
        const struct pc_image_action *entry = pc_image_action(image, statement->actions.first + i);
        const struct pc_action_pattern pattern = {
            .kind = (enum pc_action_kind)entry->kind,
            .service = pc_image_text(image, entry->service),
            .name = pc_image_text(image, entry->name),
        };
        may = pc_action_pattern_overlaps(&pattern, &naming->question->actions.pattern);
    }
    return may;
}

static bool may_list_resource(const struct naming *naming, const struct pc_image *image,
                              const struct pc_image_statement *statement)
{
    bool may = statement->resource_kind != PC_IMAGE_LIST_POSITIVE || naming->wide;
    for (uint32_t i = 0; i < statement->resources.count && !may; i++) {
        const struct pc_image_resource *entry =
            pc_image_resource(image, statement->resources.first + i);
        may = entry->kind == PC_IMAGE_RESOURCE_PATTERN &&
              pc_arn_pattern_overlaps(pc_image_text(image, entry->pattern), naming->part->pattern);
    }
    return may;
}

static enum pc_status add_statement(struct naming *naming, const struct pc_image *image,
                                    const struct pc_image_statement *statement)
{
    if (statement->effect != PC_IMAGE_ALLOW || !may_list_action(naming, image, statement) ||
        !may_list_resource(naming, image, statement)) {
        return PC_OK;
    }
    if (statement->principal_kind == PC_IMAGE_LIST_NEGATED) {
        return add_everybody(naming);
    }
    for (uint32_t i = 0; i < statement->principals.count; i++) {
        PC_TRY(
            add_entry(naming, image, pc_image_principal(image, statement->principals.first + i)));
    }
    return PC_OK;
}

bool pc_reach_is_named(const struct pc_reach_callers *callers, const struct pc_caller *caller,
                       struct pc_str id)
{
    for (size_t i = 0; i < callers->names.count; i++) {
        struct pc_str name = callers->names.items[i];
        if (pc_str_eq(name, caller->text) || (id.len > 0 && pc_str_eq(name, id)) ||
            pc_caller_may_be_session(caller, name)) {
            return true;
        }
    }
    return callers->everybody;
}

static struct pc_str partition_of(struct pc_str resource)
{
    struct pc_arn arn;
    bool tells = pc_arn_parse(resource, &arn) && !pc_reach_has_wildcard(arn.partition);
    return tells ? arn.partition : PC_STR("aws");
}

enum {
    PART_IMAGES = 4, // policies that judge one part: at most two
};

// The policies of the part, copied, for the resolver is asked again.
static enum pc_status find_policies(struct naming *naming, struct pc_image images[PART_IMAGES],
                                    size_t *count)
{
    struct pc_request request = *naming->question->request;
    struct pc_policies policies;
    if (!pc_caller_parse(PC_STR("*"), &request.caller)) {
        return PC_ERR_INTERNAL;
    }
    request.action = naming->question->actions.stand_in;
    request.resource = naming->part->resource;
    PC_TRY(pc_resolve(naming->asking->asker->resolver, &naming->about, &request, &policies));
    if (policies.resource_count > PART_IMAGES) {
        return PC_ERR_INTERNAL;
    }
    *count = policies.resource_count;
    for (size_t i = 0; i < *count; i++) {
        images[i] = policies.resource[i];
    }
    return PC_OK;
}

enum pc_status pc_reach_find_named(struct pc_reach_asking *asking,
                                   const struct pc_reach_question *question,
                                   const struct pc_reach_part *part,
                                   struct pc_reach_callers *callers, struct pc_reach_named **list)
{
    struct naming naming = {
        .asking = asking,
        .about = {&asking->work, asking->place, asking->diags},
        .question = question,
        .part = part,
        .wide = (asking->asker->flags & PC_DECIDE_WIDE_STARS) != 0,
        .partition = partition_of(part->resource),
        .callers = callers,
        .list = list,
    };
    struct pc_image images[PART_IMAGES];
    size_t count;
    pc_arena_reset(&asking->work);
    PC_TRY(find_policies(&naming, images, &count));
    for (size_t i = 0; i < count; i++) {
        for (uint32_t n = 0; n < pc_image_count(&images[i], PC_IMAGE_STATEMENTS); n++) {
            PC_TRY(add_statement(&naming, &images[i], pc_image_statement(&images[i], n)));
        }
    }
    return PC_OK;
}
