// SPDX-License-Identifier: Apache-2.0
#include "mend_statement.h"

#include "principal.h"
#include "value/arn.h"
#include "json/writer.h"

#include <stdlib.h>

// Conditions -------------------------------------------------------------------------------------

static bool is_source_arn(struct pc_str key)
{
    return pc_str_eq_icase(key, PC_STR("aws:SourceArn"));
}

// The function that calls need not be said, as the role is its own, nor the one that is called,
// which is the resource; nor where it runs.
static bool is_of_function(struct pc_str key)
{
    return pc_str_eq_icase(key, PC_STR("lambda:SourceFunctionArn")) ||
           pc_str_eq_icase(key, PC_STR("lambda:FunctionArn")) ||
           pc_str_eq_icase(key, PC_STR("lambda:VpcIds"));
}

// The bucket or the object: which of the two nobody tells (LAMBDA.md 6).
static bool is_of_bucket(struct pc_str key)
{
    return pc_str_eq_icase(key, PC_STR("kms:EncryptionContext:aws:s3:arn"));
}

// A statement for a caller that nobody but the policy's own account can be pins what the call
// says of the service; one for a service, or for everyone, pins where the call comes from too.
static bool is_pinned(const struct pc_lack *lack, const struct pc_context_key *key)
{
    bool resource = lack->slot == PC_SLOT_RESOURCE;
    bool own = pc_str_has_prefix_icase(key->key, PC_STR("aws:"));
    return !key->list && !is_of_function(key->key) && !is_of_bucket(key->key) && (resource || !own);
}

// The source ARN of an API as its policies have it: parameters of a path, and a method that stands
// for any, are "*" (LAMBDA.md 1.1).
static enum pc_status loosen(struct pc_arena *arena, struct pc_str arn, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    const struct pc_str any = PC_STR("/ANY/");
    for (size_t at = 0; at < arn.len; at++) {
        struct pc_str rest = pc_str_slice(arn, at, arn.len);
        size_t end = pc_str_find(rest, '}', 0);
        if (rest.ptr[0] == '{' && end != SIZE_MAX) {
            pc_buf_byte(&text, '*');
            at += end;
        } else if (pc_str_has_prefix(rest, any)) {
            pc_buf_text(&text, "/*");
            at += any.len - 2;
        } else {
            pc_buf_byte(&text, rest.ptr[0]);
        }
    }
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(arena, pc_buf_view(&text), out);
}

static enum pc_status fill_pins(struct pc_arena *arena, const struct pc_lambda_question *question,
                                struct pc_lack *lack)
{
    struct pc_tag *pins = pc_arena_array(arena, question->key_count, sizeof(*pins));
    if (pins == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < question->own_from; i++) {
        const struct pc_context_key *key = &question->keys[i];
        if (!is_pinned(lack, key)) {
            continue;
        }
        struct pc_tag *pin = &pins[lack->pin_count++];
        *pin = (struct pc_tag){key->key, key->values[0]};
        if (is_source_arn(key->key) && pc_str_find(pin->value, '/', 0) != SIZE_MAX) {
            PC_TRY(loosen(arena, pin->value, &pin->value));
        }
    }
    lack->pins = pins;
    return PC_OK;
}

enum pc_status pc_lack_fill(struct pc_arena *arena, const struct pc_lambda_question *question,
                            struct pc_str covers, struct pc_lack *lack)
{
    // Policies of keys say "*" for their key; those of roles and repositories name no resource.
    bool none =
        lack->type == PC_POLICY_TRUST ||
        (lack->type == PC_POLICY_RESOURCE && pc_str_has_prefix_icase(lack->action, PC_STR("ecr:")));
    lack->resource = none ? PC_STR("") : lack->type == PC_POLICY_KEY ? PC_STR("*") : covers;
    return fill_pins(arena, question, lack);
}

// Statements -------------------------------------------------------------------------------------

// What goes into one statement: lacks of the same policy, caller and conditions.
struct group {
    const struct pc_lack *lack;
    const struct pc_str *actions, *resources;
    size_t action_count, resource_count;
};

static void write_list(struct pc_json_writer *writer, const char *key, const struct pc_str *texts,
                       size_t count)
{
    pc_json_key(writer, key);
    if (count == 1) {
        pc_json_string(writer, texts[0]);
        return;
    }
    pc_json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        pc_json_string(writer, texts[i]);
    }
    pc_json_end_array(writer);
}

static void write_principal(struct pc_json_writer *writer, struct pc_str who)
{
    pc_json_key(writer, "Principal");
    if (pc_str_eq(who, PC_STR("*"))) {
        pc_json_string(writer, who);
        return;
    }
    pc_json_begin_object(writer);
    pc_json_key(writer, pc_principal_is_service(who) ? "Service" : "AWS");
    pc_json_string(writer, who);
    pc_json_end_object(writer);
}

static bool is_bool(struct pc_str key)
{
    return pc_str_eq_icase(key, PC_STR("lambda:InvokedViaFunctionUrl")) ||
           pc_str_eq_icase(key, PC_STR("elasticfilesystem:AccessedViaMountTarget"));
}

static const char *operator_of(struct pc_str key)
{
    return is_source_arn(key) ? "ArnLike" : is_bool(key) ? "Bool" : "StringEquals";
}

// Lambda spells the two in its own way (LAMBDA.md 5.1).
static struct pc_str spelling(const struct pc_lack *lack, struct pc_str key)
{
    bool lambda =
        lack->slot == PC_SLOT_RESOURCE && pc_str_has_prefix_icase(lack->action, PC_STR("lambda:"));
    return lambda && is_source_arn(key) ? PC_STR("AWS:SourceArn")
           : lambda && pc_str_eq_icase(key, PC_STR("aws:SourceAccount"))
               ? PC_STR("AWS:SourceAccount")
               : key;
}

static void write_operator(struct pc_json_writer *writer, const struct pc_lack *lack,
                           const char *name)
{
    bool begun = false;
    for (size_t i = 0; i < lack->pin_count; i++) {
        const struct pc_tag *pin = &lack->pins[i];
        if (strcmp(operator_of(pin->key), name) != 0) {
            continue;
        }
        if (!begun) {
            pc_json_key(writer, name);
            pc_json_begin_object(writer);
            begun = true;
        }
        pc_json_key_str(writer, spelling(lack, pin->key));
        pc_json_string(writer, pin->value);
    }
    if (begun) {
        pc_json_end_object(writer);
    }
}

static void write_statement(struct pc_json_writer *writer, const struct group *group,
                            struct pc_str sid)
{
    const struct pc_lack *lack = group->lack;
    pc_json_begin_object(writer);
    pc_json_key(writer, "Sid");
    pc_json_string(writer, sid);
    pc_json_key(writer, "Effect");
    pc_json_text(writer, "Allow");
    if (lack->slot == PC_SLOT_RESOURCE) {
        write_principal(writer, lack->who);
    }
    write_list(writer, "Action", group->actions, group->action_count);
    if (lack->resource.len > 0) {
        write_list(writer, "Resource", group->resources, group->resource_count);
    }
    if (lack->pin_count > 0) {
        pc_json_key(writer, "Condition");
        pc_json_begin_object(writer);
        write_operator(writer, lack, "StringEquals");
        write_operator(writer, lack, "ArnLike");
        write_operator(writer, lack, "Bool");
        pc_json_end_object(writer);
    }
    pc_json_end_object(writer);
}

void pc_mend_document_write(struct pc_buf *out, const struct pc_lack *lack)
{
    const struct group group = {lack, &lack->action, &lack->resource, 1, 1};
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "Version");
    pc_json_text(&writer, "2012-10-17");
    pc_json_key(&writer, "Statement");
    write_statement(&writer, &group, PC_STR("Mend"));
    pc_json_end_object(&writer);
}

// Grouping ---------------------------------------------------------------------------------------

struct groups {
    struct group *items;
    size_t count;
};

static bool same_pins(const struct pc_lack *a, const struct pc_lack *b)
{
    bool same = a->pin_count == b->pin_count;
    for (size_t i = 0; same && i < a->pin_count; i++) {
        same = pc_str_eq(a->pins[i].key, b->pins[i].key) &&
               pc_str_eq(a->pins[i].value, b->pins[i].value);
    }
    return same;
}

// May both be said by one statement, resources and actions apart?
static bool same_policy(const struct pc_lack *a, const struct pc_lack *b)
{
    bool resource = a->slot == PC_SLOT_RESOURCE;
    return a->slot == b->slot && a->level == b->level && pc_str_eq(a->holder, b->holder) &&
           (!resource || pc_str_eq(a->who, b->who)) && same_pins(a, b);
}

static bool holds(const struct pc_str *texts, size_t count, struct pc_str text)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_str_eq(texts[i], text)) {
            return true;
        }
    }
    return false;
}

static enum pc_status append(struct pc_arena *arena, const struct pc_str **texts, size_t *count,
                             struct pc_str text)
{
    if (holds(*texts, *count, text)) {
        return PC_OK;
    }
    struct pc_str *longer = pc_arena_array(arena, *count + 1, sizeof(*longer));
    if (longer == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < *count; i++) {
        longer[i] = (*texts)[i];
    }
    longer[(*count)++] = text;
    *texts = longer;
    return PC_OK;
}

// Actions on the same resource.
static enum pc_status group_actions(struct pc_arena *arena, const struct pc_lacks *lacks,
                                    struct groups *groups)
{
    for (const struct pc_lack *lack = lacks->first; lack != NULL; lack = lack->next) {
        struct group *found = NULL;
        for (size_t i = 0; i < groups->count && found == NULL; i++) {
            const struct pc_lack *other = groups->items[i].lack;
            if (same_policy(other, lack) && pc_str_eq(other->resource, lack->resource)) {
                found = &groups->items[i];
            }
        }
        if (found == NULL) {
            found = &groups->items[groups->count++];
            *found = (struct group){.lack = lack};
            PC_TRY(append(arena, &found->resources, &found->resource_count, lack->resource));
        }
        PC_TRY(append(arena, &found->actions, &found->action_count, lack->action));
    }
    return PC_OK;
}

static bool same_actions(const struct group *a, const struct group *b)
{
    bool same = a->action_count == b->action_count;
    for (size_t i = 0; same && i < a->action_count; i++) {
        same = holds(b->actions, b->action_count, a->actions[i]);
    }
    return same;
}

// Then resources with the same actions.
static enum pc_status group_resources(struct pc_arena *arena, struct groups *groups)
{
    size_t kept = 0;
    for (size_t i = 0; i < groups->count; i++) {
        struct group *group = &groups->items[i];
        struct group *into = NULL;
        for (size_t j = 0; j < kept && into == NULL; j++) {
            struct group *other = &groups->items[j];
            if (same_policy(other->lack, group->lack) && same_actions(other, group)) {
                into = other;
            }
        }
        if (into == NULL) {
            groups->items[kept++] = *group;
        } else {
            PC_TRY(append(arena, &into->resources, &into->resource_count, group->resources[0]));
        }
    }
    groups->count = kept;
    return PC_OK;
}

// Naming -----------------------------------------------------------------------------------------

// "AllowS3Batch1a2b3c": by kind and content, so that several of one kind do not collide, and the
// same mend has the same name.
static enum pc_status name_statement(struct pc_arena *arena, const char *kind,
                                     struct pc_str content, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf name = {0};
    bool upper = true;
    pc_buf_text(&name, "Allow");
    for (; *kind != '\0'; kind++) {
        bool letter = *kind >= 'a' && *kind <= 'z';
        if (*kind != '-') {
            pc_buf_byte(&name, upper && letter ? (char)(*kind - 'a' + 'A') : *kind);
        }
        upper = *kind == '-';
    }
    pc_buf_format(&name, "%06x", (unsigned)(pc_str_hash(content) & 0xffffff));
    PC_TRY(pc_buf_status(&name));
    return pc_arena_copy(arena, pc_buf_view(&name), out);
}

static enum pc_status make_statement(struct pc_arena *arena, const struct group *group,
                                     const char *kind, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_json_writer writer;
    struct pc_str sid;
    pc_json_writer_init(&writer, &text, false);
    write_statement(&writer, group, PC_STR(""));
    PC_TRY(pc_buf_status(&text));
    PC_TRY(name_statement(arena, kind, pc_buf_view(&text), &sid));
    pc_buf_reset(&text);
    pc_json_writer_init(&writer, &text, false);
    write_statement(&writer, group, sid);
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(arena, pc_buf_view(&text), out);
}

enum pc_status pc_lacks_mend(struct pc_checker *checker, struct pc_lacks *lacks, const char *kind,
                             struct pc_mend **mends, size_t *count)
{
    struct pc_arena *arena = checker->arena;
    struct groups groups = {.items = pc_arena_array(arena, lacks->count, sizeof(*groups.items))};
    struct pc_mend *made = pc_arena_array(arena, lacks->count, sizeof(*made));
    if (groups.items == NULL || made == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(group_actions(arena, lacks, &groups));
    PC_TRY(group_resources(arena, &groups));
    for (size_t i = 0; i < groups.count; i++) {
        const struct pc_lack *lack = groups.items[i].lack;
        made[i] = (struct pc_mend){lack->slot, lack->type, lack->holder, lack->level, PC_STR("")};
        PC_TRY(make_statement(arena, &groups.items[i], kind, &made[i].statement));
    }
    *mends = made;
    *count = groups.count;
    return PC_OK;
}
