// SPDX-License-Identifier: Apache-2.0
//
// Reads what `kms list-grants` prints (LAMBDA.md 5.4, row 14). Grants are Allows outside policies
// and out of scope of decisions: nothing here ever lets anything be done. Lambda uses one
// to decrypt a function's environment, so those that let a principal decrypt are kept until it is
// known whether that is a function's role (connection_links.c); all others are dropped.
#include "lambda.h"

#include "names.h"
#include "shapes.h"

static enum pc_status read_operations(const struct pc_members *reader, const struct pc_json *list,
                                      struct pc_grant *grant, bool *decrypts)
{
    struct pc_word **end = &grant->operations;
    *decrypts = false;
    for (size_t i = 0; i < list->count; i++) {
        struct pc_word *word = pc_arena_alloc(reader->import->arena, sizeof(*word));
        if (word == NULL) {
            return PC_ERR_NOMEM;
        }
        if (!pc_members_element(reader, &list->items[i], PC_JSON_STRING, "Operations")) {
            *decrypts = false;
            return PC_OK;
        }
        *word = (struct pc_word){.text = list->items[i].text};
        *decrypts = *decrypts || pc_str_eq(word->text, PC_STR("Decrypt"));
        *end = word;
        end = &word->next;
    }
    return PC_OK;
}

// Which function a constraint admits: the context of an environment names it. *other is set when it
// asks for a context that Lambda never sends.
static bool read_constraint(const struct pc_members *reader, const struct pc_json *constraints,
                            const char *member, struct pc_grant *grant, bool *other)
{
    const struct pc_json *context;
    if (!pc_members_object(reader, constraints, member, PC_OPTIONAL, &context)) {
        return false;
    }
    for (size_t i = 0; context != NULL && i < context->count; i++) {
        const struct pc_json_member *pair = &context->members[i];
        if (!pc_members_type(reader, &pair->value, PC_JSON_STRING, member)) {
            return false;
        }
        bool function = pc_str_eq(pair->name, PC_STR("aws:lambda:FunctionArn"));
        bool differs = grant->function.len > 0 && !pc_str_eq(grant->function, pair->value.text);
        *other = *other || !function || differs;
        grant->function = pair->value.text;
    }
    return true;
}

static bool read_constraints(const struct pc_members *reader, const struct pc_json *element,
                             struct pc_grant *grant, bool *other)
{
    const struct pc_json *constraints;
    *other = false;
    return pc_members_object(reader, element, "Constraints", PC_OPTIONAL, &constraints) &&
           (constraints == NULL ||
            (read_constraint(reader, constraints, "EncryptionContextSubset", grant, other) &&
             read_constraint(reader, constraints, "EncryptionContextEquals", grant, other)));
}

static enum pc_status read_grant(const struct pc_members *reader, const struct pc_json *element,
                                 void *context)
{
    struct pc_import *import = reader->import;
    struct pc_grant *grant = pc_arena_alloc(import->arena, sizeof(*grant));
    const struct pc_json *operations;
    bool decrypts, other;
    (void)context;
    if (grant == NULL) {
        return PC_ERR_NOMEM;
    }
    *grant = (struct pc_grant){.place = pc_members_place(reader, element)};
    if (!pc_members_string(reader, element, "KeyId", PC_REQUIRED, &grant->key) ||
        !pc_members_string(reader, element, "GranteePrincipal", PC_OPTIONAL, &grant->principal) ||
        !pc_members_array(reader, element, "Operations", PC_REQUIRED, &operations) ||
        !read_constraints(reader, element, grant, &other)) {
        return PC_OK;
    }
    PC_TRY(read_operations(reader, operations, grant, &decrypts));
    if (decrypts && !other) {
        *import->grants_end = grant;
        import->grants_end = &grant->next;
    }
    return PC_OK;
}

enum pc_status pc_grant_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    return pc_members_each(&reader, piece->json, "Grants", read_grant, NULL);
}
