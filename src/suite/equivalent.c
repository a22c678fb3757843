// SPDX-License-Identifier: Apache-2.0
//
// One statement covers another when it matches whatever that matches; here it is read off the
// records: each entry of the one is an entry of the other, or covered by a star.
#include "equivalent.h"

#include "match/arn_pattern.h"
#include "match/pattern.h"

// A statement with the image that it is in.
struct subject {
    const struct pc_image *image;
    const struct pc_image_statement *statement;
};

static struct subject subject_at(const struct pc_image *image, uint32_t statement)
{
    return (struct subject){image, pc_image_statement(image, statement)};
}

static bool same_text(const struct subject *a, struct pc_image_span left, const struct subject *b,
                      struct pc_image_span right)
{
    return pc_str_eq(pc_image_text(a->image, left), pc_image_text(b->image, right));
}

// Lists
// ---------------------------------------------------------------------------------------------

// A list of a statement, and how one of its entries covers one of another's.
struct list {
    uint8_t kind; // PC_IMAGE_LIST_*
    struct pc_image_range range;
};

typedef bool entry_test(const struct subject *wide, uint32_t entry, const struct subject *narrow,
                        uint32_t other);

static bool some_entry_covers(const struct subject *wide, struct pc_image_range range,
                              const struct subject *narrow, uint32_t other, entry_test *covers)
{
    for (uint32_t i = 0; i < range.count; i++) {
        if (covers(wide, range.first + i, narrow, other)) {
            return true;
        }
    }
    return false;
}

static bool each_entry_is_covered(const struct subject *wide, struct pc_image_range range,
                                  const struct subject *narrow, struct pc_image_range others,
                                  entry_test *covers)
{
    for (uint32_t i = 0; i < others.count; i++) {
        if (!some_entry_covers(wide, range, narrow, others.first + i, covers)) {
            return false;
        }
    }
    return true;
}

// Of negated lists the wider one excepts less.
static bool list_covers(const struct subject *wide, struct list list, const struct subject *narrow,
                        struct list other, entry_test *covers)
{
    if (list.kind != other.kind) {
        return false;
    }
    if (list.kind == PC_IMAGE_LIST_NEGATED) {
        return each_entry_is_covered(narrow, other.range, wide, list.range, covers);
    }
    return each_entry_is_covered(wide, list.range, narrow, other.range, covers);
}

static bool action_covers(const struct subject *wide, uint32_t entry, const struct subject *narrow,
                          uint32_t other)
{
    const struct pc_image_action *action = pc_image_action(wide->image, entry);
    const struct pc_image_action *one = pc_image_action(narrow->image, other);
    if (one->kind == PC_IMAGE_ACTION_NEVER || action->kind == PC_IMAGE_ACTION_ANY) {
        return true;
    }
    if (action->kind != PC_IMAGE_ACTION_NAME || one->kind != PC_IMAGE_ACTION_NAME) {
        return false;
    }
    return same_text(wide, action->service, narrow, one->service) &&
           (pc_pattern_is_any(pc_image_text(wide->image, action->name)) ||
            same_text(wide, action->name, narrow, one->name));
}

static bool resource_covers(const struct subject *wide, uint32_t entry,
                            const struct subject *narrow, uint32_t other)
{
    const struct pc_image_resource *resource = pc_image_resource(wide->image, entry);
    const struct pc_image_resource *one = pc_image_resource(narrow->image, other);
    if (one->kind == PC_IMAGE_RESOURCE_NEVER) {
        return true;
    }
    if (resource->kind != PC_IMAGE_RESOURCE_PATTERN) {
        return false;
    }
    return pc_arn_pattern_is_any(pc_image_text(wide->image, resource->pattern)) ||
           same_text(wide, resource->pattern, narrow, one->pattern);
}

// Equal entries only: how strongly a principal is named counts as well (4.2).
static bool principal_covers(const struct subject *wide, uint32_t entry,
                             const struct subject *narrow, uint32_t other)
{
    const struct pc_image_principal *principal = pc_image_principal(wide->image, entry);
    const struct pc_image_principal *one = pc_image_principal(narrow->image, other);
    return principal->kind == one->kind && same_text(wide, principal->text, narrow, one->text) &&
           same_text(wide, principal->partition, narrow, one->partition);
}

static bool same_value(const struct subject *a, uint32_t left, const struct subject *b,
                       uint32_t right)
{
    return same_text(a, pc_image_value(a->image, left)->bytes, b,
                     pc_image_value(b->image, right)->bytes);
}

// The same operator, key and values, in whatever order.
static bool same_condition(const struct subject *a, uint32_t left, const struct subject *b,
                           uint32_t right)
{
    const struct pc_image_condition *one = pc_image_condition(a->image, left);
    const struct pc_image_condition *other = pc_image_condition(b->image, right);
    return one->op == other->op && one->flags == other->flags &&
           same_text(a, pc_image_key(a->image, one->key)->name, b,
                     pc_image_key(b->image, other->key)->name) &&
           each_entry_is_covered(a, one->values, b, other->values, same_value) &&
           each_entry_is_covered(b, other->values, a, one->values, same_value);
}

// Statements
// ----------------------------------------------------------------------------------------

static bool covers(const struct subject *wide, const struct subject *narrow)
{
    const struct pc_image_statement *a = wide->statement;
    const struct pc_image_statement *b = narrow->statement;
    return list_covers(wide, (struct list){a->action_kind, a->actions}, narrow,
                       (struct list){b->action_kind, b->actions}, action_covers) &&
           list_covers(wide, (struct list){a->resource_kind, a->resources}, narrow,
                       (struct list){b->resource_kind, b->resources}, resource_covers) &&
           list_covers(wide, (struct list){a->principal_kind, a->principals}, narrow,
                       (struct list){b->principal_kind, b->principals}, principal_covers) &&
           each_entry_is_covered(narrow, b->conditions, wide, a->conditions, same_condition);
}

static bool never_matches(const struct subject *subject)
{
    const struct pc_image_statement *statement = subject->statement;
    bool action = statement->action_kind == PC_IMAGE_LIST_NEGATED;
    bool resource = statement->resource_kind != PC_IMAGE_LIST_POSITIVE;
    for (uint32_t i = 0; i < statement->actions.count && !action; i++) {
        action = pc_image_action(subject->image, statement->actions.first + i)->kind !=
                 PC_IMAGE_ACTION_NEVER;
    }
    for (uint32_t i = 0; i < statement->resources.count && !resource; i++) {
        resource = pc_image_resource(subject->image, statement->resources.first + i)->kind !=
                   PC_IMAGE_RESOURCE_NEVER;
    }
    return !action || !resource;
}

// Is what the statement says, with and without the change, said by the other one as well? A Deny
// also overrules whatever is allowed there.
static bool makes_idle(const struct subject *other, const struct subject *before,
                       const struct subject *after)
{
    bool allows =
        before->statement->effect == PC_IMAGE_ALLOW && after->statement->effect == PC_IMAGE_ALLOW;
    return (other->statement->effect == PC_IMAGE_DENY || allows) && covers(other, before) &&
           covers(other, after);
}

static bool is_idle_type(const struct pc_image *image, const struct subject *before,
                         const struct subject *after)
{
    return image->header->type == PC_IMAGE_TYPE_RCP &&
           before->statement->effect == PC_IMAGE_ALLOW &&
           after->statement->effect == PC_IMAGE_ALLOW;
}

bool pc_suite_equivalent(const struct pc_image *image, const struct pc_image *mutant,
                         uint32_t statement)
{
    const struct subject before = subject_at(image, statement);
    const struct subject after = subject_at(mutant, statement);
    bool same_effect = before.statement->effect == after.statement->effect;
    if (is_idle_type(image, &before, &after) || (never_matches(&before) && never_matches(&after)) ||
        (same_effect && covers(&before, &after) && covers(&after, &before))) {
        return true;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        const struct subject other = subject_at(image, i);
        if (i != statement && makes_idle(&other, &before, &after)) {
            return true;
        }
    }
    return false;
}
