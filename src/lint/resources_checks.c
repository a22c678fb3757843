// SPDX-License-Identifier: Apache-2.0
//
// Resources and the catalog: ARNs that are none, and resources that the actions are not about.
#include "arn_fields.h"
#include "check.h"
#include "scope.h"

#include "base/near.h"

enum {
    SHOWN_TYPES = 3,   // in a hint
    SECRET_END = 6,    // letters and digits
    SHORTEST_WORD = 4, // of a type that the name of an action may have in it
};

// What is looked for among the resource types of a service.
struct search {
    struct pc_str pattern;
    size_t types;        // how many there are
    struct pc_near near; // to the word that names the type in the pattern
    const struct pc_catalog_resource_type
        *type; // that is near, the shortest of such, or the only one
};

// What the last field of an ARN begins with: "endpoint-config" of "endpoint-config/name".
static struct pc_str word_of(struct pc_str text)
{
    struct pc_str fields[6];
    size_t end = 0;
    if (pc_str_split(text, ':', fields, 6) < 6) {
        return (struct pc_str){"", 0};
    }
    while (end < fields[5].len && strchr(":/!*?", fields[5].ptr[end]) == NULL) {
        end++;
    }
    return pc_str_slice(fields[5], 0, end);
}

static bool meets(void *context, const struct pc_catalog_resource_type *type)
{
    struct search *search = context;
    size_t distance = search->near.distance;
    struct pc_str best = search->near.best, word = word_of(type->arns[0]);
    search->types++;
    pc_near_offer(&search->near, word);
    if (search->types == 1 || search->near.distance != distance ||
        search->near.best.ptr != best.ptr ||
        (pc_str_eq(word, best) && type->arns[0].len < search->type->arns[0].len)) {
        search->type = type;
    }
    return pc_catalog_type_meets(type, search->pattern);
}

// A statement under check.
struct subject {
    const struct pc_lint_place *place;
    struct pc_lint_scope scope;
    bool *wrong;  // entry by entry of Resource: it has a finding that it can be no resource
    bool lacking; // an action has no resource among them
};

static bool action_takes(const struct pc_catalog_action *action, struct pc_str pattern)
{
    for (size_t i = 0; i < action->resource_count; i++) {
        if (pc_catalog_type_meets(action->resources[i].type, pattern)) {
            return true;
        }
    }
    return false;
}

static bool service_takes(const struct pc_catalog_service *service, struct pc_str pattern)
{
    for (size_t i = 0; i < service->type_count; i++) {
        if (pc_catalog_type_meets(&service->types[i], pattern)) {
            return true;
        }
    }
    return false;
}

// Is one of the actions about resources whose ARNs are of that service, or of that service itself?
static bool is_about(const struct pc_lint_scope *scope, struct pc_str service)
{
    for (size_t i = 0; i < scope->count; i++) {
        const struct pc_lint_action *action = &scope->actions[i];
        if (pc_str_eq(action->service->prefix, service)) {
            return true;
        }
        for (size_t j = 0; j < action->action->resource_count; j++) {
            if (pc_catalog_type_has_service(action->action->resources[j].type, service)) {
                return true;
            }
        }
    }
    return false;
}

// Services of which AWS documents that actions without a resource type take "*" alone. Others ask
// about a collection, which the reference does not name: iam:ListRoles about
// arn:aws:iam::111122223333:role/, dynamodb:ListTables about .../table/* (R-212, disputed); or
// about a resource all the same, as states:SendTaskSuccess about the state machine.
static bool takes_all_alone(struct pc_str service)
{
    static const char *const services[] = {"ec2",         "lambda", "kms",        "ecr",
                                           "xray",        "sts",    "cloudwatch", "secretsmanager",
                                           "autoscaling", "tag"};
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        if (pc_str_eq(service, pc_str_from(services[i]))) {
            return true;
        }
    }
    return false;
}

// Paths of an API ("/workspaces") may be one, for the reference lacks many of them, and patterns of
// the own service that end in a star.
static bool may_be_collection(const struct pc_lint_action *action, const struct pc_arn *arn)
{
    struct pc_str prefix = action->service->prefix;
    if (pc_str_has_prefix(arn->resource, PC_STR("/"))) {
        return pc_str_eq(prefix, arn->service);
    }
    return action->action->resource_count == 0 && pc_str_eq(prefix, arn->service) &&
           (pc_str_has_suffix(arn->resource, PC_STR("*")) ||
            pc_str_has_suffix(arn->resource, PC_STR("}"))) && // of a variable
           !takes_all_alone(prefix);
}

// Does the name have the word in it, dashes of that left out: "CreateDataSet" and "data-set"?
static bool names(struct pc_str name, struct pc_str word)
{
    for (size_t from = 0; from < name.len; from++) {
        size_t at = from, in = 0;
        while (in < word.len &&
               (word.ptr[in] == '-' ||
                (at < name.len && pc_char_lower(name.ptr[at]) == pc_char_lower(word.ptr[in])))) {
            at += word.ptr[in] != '-';
            in++;
        }
        if (in == word.len) {
            return true;
        }
    }
    return false;
}

// The reference leaves out some types that the action is about by its very name: quicksight's
// datasets of CreateDataSet, which AWS's own policies name.
static bool may_be_left_out(const struct pc_lint_action *action, struct pc_str pattern)
{
    const struct pc_catalog_service *service = action->service;
    for (size_t i = 0; action->action->resource_count > 0 && i < service->type_count; i++) {
        struct pc_str word = word_of(service->types[i].arns[0]);
        if (word.len >= SHORTEST_WORD && names(action->action->name, word) &&
            pc_catalog_type_meets(&service->types[i], pattern)) {
            return true;
        }
    }
    return false;
}

// Can a request for the action be about what the pattern matches? "*" and patterns of another form
// than that of an ARN can be anything.
static bool action_may_take(const struct pc_lint_action *action, struct pc_str pattern)
{
    struct pc_arn arn;
    return !pc_arn_parse(pattern, &arn) || action_takes(action->action, pattern) ||
           may_be_collection(action, &arn) || may_be_left_out(action, pattern) ||
           (action->service->shared && service_takes(action->service, pattern));
}

static bool any_takes(const struct pc_lint_scope *scope, struct pc_str pattern)
{
    for (size_t i = 0; i < scope->count; i++) {
        if (action_may_take(&scope->actions[i], pattern)) {
            return true;
        }
    }
    return false;
}

#define REPORT(subject, code, text, ...)                                                           \
    pc_lint_report((subject)->place, code, (text)->line, (text)->column, __VA_ARGS__)

static void report_shape(const struct subject *subject, const struct pc_text *text,
                         const struct search *search)
{
    enum pc_diag_code code;
    const char *what = pc_lint_arn_field_wrong(subject->place->lint->catalog, text->text, &code);
    if (what != NULL) {
        REPORT(subject, code, text, "%s: \"%.*s\"", what, PC_STR_ARG(text->text));
    } else {
        REPORT(subject, PC_DIAG_RESOURCE_SHAPE, text, "no resource has such an ARN: \"%.*s\"",
               PC_STR_ARG(text->text));
    }
    if (search->types == 1 || search->near.best.len > 0) {
        pc_diag_hint(subject->place->lint->diags, "its service has %.*s",
                     PC_STR_ARG(search->type->arns[0]));
    }
}

// Is it known which resources the actions work on, and that they are those of the list?
static bool is_sure(const struct subject *subject)
{
    return subject->scope.complete && subject->place->statement->resources.kind == PC_LIST_POSITIVE;
}

static bool is_of_other_service(const struct subject *subject, const struct pc_arn *arn)
{
    return is_sure(subject) && !pc_lint_is_pattern(arn->service) &&
           !is_about(&subject->scope, arn->service);
}

// Is it, or may it be, a resource of the service that it names?
static bool is_known(const struct subject *subject, const struct pc_arn *arn, struct search *search)
{
    return pc_lint_is_pattern(arn->service) || pc_str_has_prefix(arn->resource, PC_STR("/")) ||
           pc_catalog_each_type(subject->place->lint->catalog, arn->service, meets, search);
}

// Can it be no resource at all? Says so.
static bool check_shape(const struct subject *subject, const struct pc_text *text,
                        const struct pc_arn *arn)
{
    struct search search = {.pattern = text->text, .near = {.text = word_of(text->text)}};
    if (is_known(subject, arn, &search) || search.types == 0 || is_of_other_service(subject, arn) ||
        (is_sure(subject) && any_takes(&subject->scope, text->text))) {
        return false;
    }
    report_shape(subject, text, &search);
    return true;
}

// An entry that could go. Not where an action lacks its resource: that is what the entry was
// written for, and is said there.
static void check_use(const struct subject *subject, const struct pc_text *text,
                      const struct pc_arn *arn)
{
    struct search search = {.pattern = text->text, .near = {.text = word_of(text->text)}};
    if (!is_sure(subject) || subject->lacking || any_takes(&subject->scope, text->text)) {
        return;
    }
    if (is_of_other_service(subject, arn)) {
        REPORT(subject, PC_DIAG_RESOURCE_SERVICE, text,
               "none of the actions is about resources of %.*s: \"%.*s\"", PC_STR_ARG(arn->service),
               PC_STR_ARG(text->text));
    } else if (is_known(subject, arn, &search)) {
        REPORT(subject, PC_DIAG_RESOURCE_UNUSED, text, "none of the actions works on \"%.*s\"",
               PC_STR_ARG(text->text));
    }
}

// What the action works on: the first shape of each type, if they are few.
static void hint_types(const struct subject *subject, const struct pc_catalog_action *action)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf list;
    pc_buf_init(&list);
    for (size_t i = 0; i < action->resource_count && i < SHOWN_TYPES; i++) {
        pc_buf_text(&list, i > 0 ? " or " : "");
        pc_buf_str(&list, action->resources[i].type->arns[0]);
    }
    if (list.len > 0) {
        pc_diag_hint(subject->place->lint->diags, "%.*s works on %.*s%s", PC_STR_ARG(action->name),
                     PC_STR_ARG(pc_buf_view(&list)),
                     action->resource_count > SHOWN_TYPES ? " or others" : "");
    }
}

// An action entry of which no action can match one of the resources.
static void report_entry(const struct subject *subject, const struct pc_lint_action *action,
                         bool has_types)
{
    const char *effect =
        subject->place->statement->effect == PC_EFFECT_ALLOW ? "granted" : "denied";
    const struct pc_text *entry = action->entry;
    if (!has_types) {
        REPORT(subject, PC_DIAG_RESOURCE_NEEDS_ALL, entry,
               "\"%.*s\" is never %s here: it takes the resource \"*\" alone",
               PC_STR_ARG(entry->text), effect);
        return;
    }
    REPORT(subject, PC_DIAG_RESOURCE_MISMATCH, entry,
           "\"%.*s\" is never %s here: it works on none of the resources", PC_STR_ARG(entry->text),
           effect);
    hint_types(subject, action->action);
}

static bool takes_one(const struct pc_text_list *resources, const struct pc_lint_action *action)
{
    for (size_t i = 0; i < resources->count; i++) {
        if (action_may_take(action, resources->items[i].text)) {
            return true;
        }
    }
    return false;
}

// Was the resource written for the action, and is none because it is written wrongly? Then that
// is the mistake, and it is said there.
static bool is_meant(const struct subject *subject, const struct pc_lint_action *action)
{
    const struct pc_text_list *resources = &subject->place->statement->resources;
    for (size_t i = 0; i < resources->count; i++) {
        struct pc_str fields[6];
        bool named = pc_str_split(resources->items[i].text, ':', fields, 6) > 2;
        if (subject->wrong[i] && named && action->action->resource_count > 0 &&
            (pc_str_eq(fields[2], action->service->prefix) ||
             pc_catalog_type_has_service(action->action->resources[0].type, fields[2]))) {
            return true;
        }
    }
    return false;
}

// Entry by entry: the actions of one lie together.
static void check_entries(struct subject *subject)
{
    const struct pc_lint_scope *scope = &subject->scope;
    const struct pc_text_list *resources = &subject->place->statement->resources;
    for (size_t from = 0, to = 0; from < scope->count; from = to) {
        bool taken = false, has_types = false;
        const struct pc_lint_action *shown = &scope->actions[from];
        for (to = from; to < scope->count && scope->actions[to].entry == shown->entry; to++) {
            taken = taken || takes_one(resources, &scope->actions[to]);
            has_types = has_types || scope->actions[to].action->resource_count > 0;
        }
        bool sure = has_types || takes_all_alone(shown->service->prefix);
        if (!taken && !shown->service->shared) {
            subject->lacking = true;
            if (sure && !is_meant(subject, shown)) {
                report_entry(subject, shown, has_types);
            }
        }
    }
}

// Does an Allow of the policy grant the action on a resource of the type? What is not known for
// sure not to counts as if it did.
static bool granted(const struct pc_policy *policy, const struct pc_lint_action *action,
                    const struct pc_catalog_resource_type *type)
{
    for (size_t i = 0; i < policy->count; i++) {
        const struct pc_statement *statement = &policy->statements[i];
        const struct pc_text_list *resources = &statement->resources;
        if (statement->effect != PC_EFFECT_ALLOW ||
            !pc_lint_statement_may_name(statement, action)) {
            continue;
        }
        for (size_t j = 0; j < resources->count; j++) {
            struct pc_arn arn;
            if (resources->kind != PC_LIST_POSITIVE ||
                !pc_arn_parse(resources->items[j].text, &arn) ||
                pc_catalog_type_meets(type, resources->items[j].text)) {
                return true;
            }
        }
    }
    return false;
}

// Of an action that is written out: resources that it needs and the whole policy does not have. Of
// EC2 alone: elsewhere the reference calls each of several types required of which a request has
// one.
static void check_required(const struct subject *subject)
{
    const struct pc_lint_scope *scope = &subject->scope;
    for (size_t i = 0; i < scope->count; i++) {
        const struct pc_lint_action *action = &scope->actions[i];
        if (pc_lint_is_pattern(action->entry->text) ||
            !pc_str_eq(action->service->prefix, PC_STR("ec2")) ||
            !takes_one(&subject->place->statement->resources, action)) {
            continue;
        }
        for (size_t j = 0; j < action->action->resource_count; j++) {
            const struct pc_catalog_use *use = &action->action->resources[j];
            if (use->required && !granted(subject->place->policy, action, use->type)) {
                REPORT(subject, PC_DIAG_RESOURCE_MISSING, action->entry,
                       "\"%.*s\" needs a resource of the type %.*s as well",
                       PC_STR_ARG(action->entry->text), PC_STR_ARG(use->type->name));
                pc_diag_hint(subject->place->lint->diags, "such as %.*s",
                             PC_STR_ARG(use->type->arns[0]));
                break;
            }
        }
    }
}

// Behind the name of a secret there are a dash and six letters or digits, which people forget.
static bool ends_as_secret(struct pc_str text)
{
    size_t letters = 0;
    while (letters < SECRET_END && letters < text.len) {
        char c = pc_char_lower(text.ptr[text.len - letters - 1]);
        if (!pc_char_is_digit(c) && (c < 'a' || c > 'z')) {
            return false;
        }
        letters++;
    }
    return letters == SECRET_END && text.len > SECRET_END &&
           text.ptr[text.len - SECRET_END - 1] == '-';
}

static bool check_secret(const struct subject *subject, const struct pc_text *text,
                         const struct pc_arn *arn)
{
    if (!pc_str_eq(arn->service, PC_STR("secretsmanager")) ||
        !pc_str_has_prefix(arn->resource, PC_STR("secret:")) || pc_lint_is_pattern(arn->resource) ||
        pc_str_find(arn->resource, '$', 0) != SIZE_MAX || ends_as_secret(arn->resource)) {
        return false;
    }
    REPORT(subject, PC_DIAG_RESOURCE_SECRET, text, "no secret has such an ARN: \"%.*s\"",
           PC_STR_ARG(text->text));
    pc_diag_hint(subject->place->lint->diags, "write \"%.*s-??????\"", PC_STR_ARG(text->text));
    return true;
}

// Each entry has at most one finding, the plainest first.
static enum pc_status check_resources(const struct pc_lint_place *place)
{
    const struct pc_text_list *list = &place->statement->resources;
    struct subject subject = {.place = place};
    struct pc_arn arn;
    PC_TRY(pc_lint_scope(place, &subject.scope));
    subject.wrong = pc_arena_array(place->lint->arena, list->count, sizeof(*subject.wrong));
    if (subject.wrong == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < list->count; i++) {
        subject.wrong[i] = pc_lint_arn_fields(place, &list->items[i]) ||
                           (pc_arn_parse(list->items[i].text, &arn) &&
                            (check_secret(&subject, &list->items[i], &arn) ||
                             check_shape(&subject, &list->items[i], &arn)));
    }
    if (is_sure(&subject) && list->count > 0) {
        check_entries(&subject);
        if (place->statement->effect == PC_EFFECT_ALLOW) {
            check_required(&subject);
        }
    }
    for (size_t i = 0; i < list->count; i++) {
        if (!subject.wrong[i] && pc_arn_parse(list->items[i].text, &arn)) {
            check_use(&subject, &list->items[i], &arn);
        }
    }
    return PC_OK;
}

static const struct pc_lint_check checks[] = {
    {.statement = check_resources, .needs_catalog = true},
};
const struct pc_lint_area pc_lint_resources = {checks, sizeof(checks) / sizeof(checks[0])};
