// SPDX-License-Identifier: Apache-2.0
//
// Each statement says its effect, then, a line or more each, whom it is about, the actions, the
// resources and the conditions. What an operator makes of an absent key is said where it lets the
// statement apply.
#include "policy_prose.h"

#include "base/utf8.h"
#include "condition_prose.h"

#include <stdio.h>

enum {
    INDENT = 4,
    LABEL = 4, // "to", "on", "if", and a blank
    LEAST_ROOM = 20,
};

// Lists ------------------------------------------------------------------------------------------

// Writes the items of a list, separated by commas, broken between items before the terminal's end.
struct list {
    const struct pc_prose *prose;
    size_t used; // columns of the line
    bool begun;
};

static struct list begin_list(const struct pc_prose *prose, const char *label)
{
    pc_buf_fill(prose->out, ' ', INDENT);
    pc_buf_format(prose->out, "%-*s", LABEL, label);
    return (struct list){prose, INDENT + LABEL, false};
}

static void add_item(struct list *list, struct pc_str text, const char *note)
{
    struct pc_buf *out = list->prose->out;
    size_t columns = pc_utf8_count(text) + strlen(note);
    bool breaks = list->prose->width > INDENT + LABEL + LEAST_ROOM &&
                  list->used + columns + 2 > list->prose->width;
    if (list->begun) {
        pc_buf_text(out, breaks ? ",\n" : ", ");
    }
    if (list->begun && breaks) {
        pc_buf_fill(out, ' ', INDENT + LABEL);
        list->used = INDENT + LABEL;
    }
    pc_buf_str(out, text);
    pc_buf_text(out, note);
    list->used += columns + 2;
    list->begun = true;
}

// An item that comes from the policy.
static enum pc_status add_text(struct list *list, struct pc_str text, const char *note)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf plain = {0};
    pc_buf_printable(&plain, text);
    PC_TRY(pc_buf_status(&plain));
    add_item(list, pc_buf_view(&plain), note);
    return PC_OK;
}

static void end_list(const struct list *list, const char *empty)
{
    pc_buf_text(list->prose->out, list->begun ? "\n" : empty);
}

// Principals -------------------------------------------------------------------------------------

static const char *const principal_words[] = {
    [PC_PRINCIPAL_NONE] = "nobody: ",
    [PC_PRINCIPAL_ANY] = "",
    [PC_PRINCIPAL_ACCOUNT] = "account ",
    [PC_PRINCIPAL_USER] = "",
    [PC_PRINCIPAL_ROLE] = "",
    [PC_PRINCIPAL_SESSION] = "",
    [PC_PRINCIPAL_FEDERATED_USER] = "",
    [PC_PRINCIPAL_ID] = "unique id ",
    [PC_PRINCIPAL_SERVICE] = "the service ",
    [PC_PRINCIPAL_FEDERATED] = "whom the provider vouches for: ",
    [PC_PRINCIPAL_CANONICAL_USER] = "canonical user ",
};

static enum pc_status write_principals(const struct pc_prose *prose,
                                       const struct pc_principal_list *principals)
{
    bool negated = principals->kind == PC_LIST_NEGATED;
    if (principals->kind == PC_LIST_ABSENT) {
        return PC_OK;
    }
    struct list list = begin_list(prose, "to");
    if (negated) {
        pc_buf_text(prose->out, "everybody but ");
    }
    for (size_t i = 0; i < principals->count; i++) {
        const struct pc_principal_entry *entry = &principals->items[i];
        PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
        if (entry->kind == PC_PRINCIPAL_ANY) {
            add_item(&list, PC_STR("everybody, signed in or not"), "");
            continue;
        }
        pc_buf_text(&text, principal_words[entry->kind]);
        pc_buf_str(&text, entry->text);
        PC_TRY(pc_buf_status(&text));
        PC_TRY(add_text(&list, pc_buf_view(&text), ""));
    }
    end_list(&list, "nobody\n");
    return PC_OK;
}

// Actions and resources --------------------------------------------------------------------------

struct counted {
    const struct pc_catalog_service *service;
    const struct pc_catalog_action *action; // the last one
    size_t count;
};

static enum pc_status count_action(void *context, const struct pc_catalog_service *service,
                                   const struct pc_catalog_action *action)
{
    struct counted *counted = context;
    counted->service = service;
    counted->action = action;
    counted->count++;
    return PC_OK;
}

static bool is_pattern(struct pc_str text)
{
    return pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX;
}

// A name as AWS spells it; a pattern with the number of actions that it means today.
static enum pc_status add_action(struct list *list, struct pc_str text)
{
    struct counted counted = {0};
    char note[48] = "";
    if (pc_str_eq(text, PC_STR("*"))) {
        add_item(list, PC_STR("every action"), "");
        return PC_OK;
    }
    PC_TRY(pc_catalog_each_action(list->prose->catalog, text, count_action, &counted));
    if (!is_pattern(text) && counted.count == 1) {
        PC_CLEANUP(pc_buf_release) struct pc_buf name = {0};
        pc_buf_format(&name, "%.*s:%.*s", PC_STR_ARG(counted.service->prefix),
                      PC_STR_ARG(counted.action->name));
        PC_TRY(pc_buf_status(&name));
        add_item(list, pc_buf_view(&name), "");
        return PC_OK;
    }
    if (counted.count == 0) {
        return add_text(list, text, " (no action that AWS lists)");
    }
    (void)snprintf(note, sizeof(note), " (%zu action%s)", counted.count,
                   counted.count == 1 ? "" : "s");
    return add_text(list, text, is_pattern(text) ? note : "");
}

static enum pc_status write_actions(const struct pc_prose *prose,
                                    const struct pc_text_list *actions)
{
    if (actions->kind == PC_LIST_ABSENT) {
        return PC_OK;
    }
    struct list list = begin_list(prose, "do");
    if (actions->kind == PC_LIST_NEGATED) {
        pc_buf_text(prose->out, "every action but ");
    }
    for (size_t i = 0; i < actions->count; i++) {
        PC_TRY(add_action(&list, actions->items[i].text));
    }
    end_list(&list, "nothing\n");
    return PC_OK;
}

static enum pc_status write_resources(const struct pc_prose *prose,
                                      const struct pc_text_list *resources)
{
    if (resources->kind == PC_LIST_ABSENT) {
        return PC_OK;
    }
    struct list list = begin_list(prose, "on");
    if (resources->kind == PC_LIST_NEGATED) {
        pc_buf_text(prose->out, "every resource but ");
    }
    for (size_t i = 0; i < resources->count; i++) {
        struct pc_str text = resources->items[i].text;
        if (pc_str_eq(text, PC_STR("*"))) {
            add_item(&list, PC_STR("every resource"), "");
        } else {
            PC_TRY(add_text(&list, text, ""));
        }
    }
    end_list(&list, "nothing\n");
    return PC_OK;
}

// Statements -------------------------------------------------------------------------------------

static enum pc_status write_conditions(const struct pc_prose *prose,
                                       const struct pc_statement *statement)
{
    for (size_t i = 0; i < statement->condition_count; i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
        PC_TRY(pc_condition_prose(&text, &statement->conditions[i]));
        struct list list = begin_list(prose, i == 0 ? "if" : "and");
        PC_TRY(add_text(&list, pc_buf_view(&text), ""));
        end_list(&list, "");
    }
    return PC_OK;
}

static void write_head(const struct pc_prose *prose, const struct pc_statement *statement,
                       size_t number)
{
    struct pc_buf *out = prose->out;
    bool allows = statement->effect == PC_EFFECT_ALLOW;
    pc_buf_text(out, "  ");
    if (statement->sid.len > 0) {
        pc_buf_printable(out, statement->sid);
    } else {
        pc_buf_format(out, "#%zu", number);
    }
    pc_buf_byte(out, ' ');
    if (prose->color) {
        pc_buf_text(out, allows ? "\033[32m" : "\033[1;31m");
    }
    pc_buf_text(out, allows ? "allows" : "denies");
    pc_buf_text(out, prose->color ? "\033[0m" : "");
    if (statement->line > 0) {
        pc_buf_format(out, " (line %u)", (unsigned)statement->line);
    }
    pc_buf_byte(out, '\n');
}

enum pc_status pc_prose_write(const struct pc_prose *prose, const struct pc_policy *policy)
{
    for (size_t i = 0; i < policy->count; i++) {
        const struct pc_statement *statement = &policy->statements[i];
        write_head(prose, statement, i);
        PC_TRY(write_principals(prose, &statement->principals));
        PC_TRY(write_actions(prose, &statement->actions));
        PC_TRY(write_resources(prose, &statement->resources));
        PC_TRY(write_conditions(prose, statement));
    }
    return pc_buf_status(prose->out);
}
