// SPDX-License-Identifier: Apache-2.0
//
// Makes the mutants one after the other. A set that has the changed document is compiled anew, all
// others stay; asked are the questions that the change can matter to, until one of them notices.
#include "suite/mutation.h"

#include "compile/compile.h"
#include "equivalent.h"
#include "mutant.h"
#include "parts.h"

#include <stdlib.h>

// What is known of a document, by its number.
struct entry {
    struct pc_suite_list units;  // that have it, with its model; none: it stays as it is
    struct pc_suite_list groups; // that have one of those
    uint32_t *questions;         // of those groups, that are as expected
    size_t question_count, question_room;
};

struct run {
    struct pc_suite *suite;
    const struct pc_mutation_judge *judge;
    struct pc_arena *arena;     // of the result
    struct pc_arena of_all;     // of the run
    struct pc_arena of_one;     // of a mutant
    struct entry *entries;      // by number of document
    bool *sound;                // by number of question: answered as expected without a change
    struct pc_suite_list found; // struct pc_mutant_survivor
    struct pc_mutation result;
    size_t done, total;
};

// One change of one document.
struct mutant {
    struct pc_suite_document *document;
    uint32_t statement;
    size_t index;
    const struct pc_mutant_row *row;
};

// Asking ------------------------------------------------------------------------------------------

static enum pc_status ask(const struct run *run, size_t number, bool *met)
{
    const struct pc_suite_kept *kept = &run->suite->questions[number];
    unsigned flags = run->suite->flags | (kept->brief ? (unsigned)PC_DECIDE_NO_REASONS : 0);
    const struct pc_suite_question question = {
        .request = kept->request, .expect = kept->expect, .brief = kept->brief};
    struct pc_answer answer;
    PC_TRY(pc_decide(&kept->group->policies, kept->request, flags, run->suite->scratch, &answer));
    *met = run->judge->meets(run->judge->context, &question, &answer);
    return PC_OK;
}

static enum pc_status ask_all(const struct run *run, const uint32_t *questions, size_t count,
                              bool *noticed)
{
    for (size_t i = 0; i < count && !*noticed; i++) {
        bool met = true;
        if (run->sound[questions[i]]) {
            PC_TRY(ask(run, questions[i], &met));
        }
        *noticed = !met;
    }
    return PC_OK;
}

// Documents, their sets and their questions
// ---------------------------------------------------------

static bool has_pointer(const struct pc_suite_list *list, const void *item)
{
    return list->count > 0 && list->items[list->count - 1] == item;
}

// Once each: what a document is in comes one behind the other.
static enum pc_status add_once(struct run *run, struct pc_suite_list *list, void *item)
{
    return has_pointer(list, item) ? PC_OK : pc_suite_list_add(&run->of_all, list, item);
}

static enum pc_status link_group(struct run *run, struct pc_suite_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        for (size_t k = 0; k < group->units[i]->count; k++) {
            struct entry *entry = &run->entries[group->units[i]->documents[k]->number];
            PC_TRY(add_once(run, &entry->groups, group));
        }
    }
    return PC_OK;
}

static enum pc_status link_unit(struct run *run, struct pc_suite_unit *unit)
{
    for (size_t i = 0; i < unit->count; i++) {
        struct entry *entry = &run->entries[unit->documents[i]->number];
        if (unit->policies != NULL) {
            PC_TRY(add_once(run, &entry->units, unit));
        }
    }
    return PC_OK;
}

static enum pc_status add_question(struct run *run, struct entry *entry, uint32_t number)
{
    if (entry->question_count > 0 && entry->questions[entry->question_count - 1] == number) {
        return PC_OK;
    }
    void *items = entry->questions;
    PC_TRY(pc_suite_make_room(&run->of_all, &items, entry->question_count, &entry->question_room,
                              sizeof(*entry->questions)));
    entry->questions = items;
    entry->questions[entry->question_count++] = number;
    return PC_OK;
}

static enum pc_status link_question(struct run *run, uint32_t number)
{
    const struct pc_suite_group *group = run->suite->questions[number].group;
    PC_TRY(ask(run, number, &run->sound[number]));
    if (!run->sound[number]) {
        run->result.mute++;
        return PC_OK;
    }
    for (size_t i = 0; i < group->count; i++) {
        for (size_t k = 0; k < group->units[i]->count; k++) {
            struct entry *entry = &run->entries[group->units[i]->documents[k]->number];
            PC_TRY(add_question(run, entry, number));
        }
    }
    return PC_OK;
}

static enum pc_status link(struct run *run)
{
    const struct pc_suite *suite = run->suite;
    run->entries = pc_arena_array(&run->of_all, suite->documents.count, sizeof(*run->entries));
    run->sound = pc_arena_array(&run->of_all, suite->kept_count, sizeof(*run->sound));
    if (run->entries == NULL || run->sound == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < suite->units.count; i++) {
        PC_TRY(link_unit(run, suite->units.items[i]));
    }
    for (size_t i = 0; i < suite->groups.count; i++) {
        PC_TRY(link_group(run, suite->groups.items[i]));
    }
    for (size_t i = 0; i < suite->kept_count; i++) {
        PC_TRY(link_question(run, (uint32_t)i));
    }
    return PC_OK;
}

// One mutant --------------------------------------------------------------------------------------

static enum pc_status change_policy(struct run *run, const struct mutant *mutant,
                                    const struct pc_policy *policy, const struct pc_policy **out)
{
    struct pc_policy *changed = pc_arena_alloc(&run->of_one, sizeof(*changed));
    struct pc_statement *statements =
        pc_arena_array(&run->of_one, policy->count, sizeof(*statements));
    if (changed == NULL || statements == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(statements, policy->statements, policy->count * sizeof(*statements));
    PC_TRY(mutant->row->change(&run->of_one, &policy->statements[mutant->statement], mutant->index,
                               &statements[mutant->statement]));
    *changed = *policy;
    changed->statements = statements;
    *out = changed;
    return PC_OK;
}

// Compiles a set with the change in it. PC_ERR_INVALID: it does not compile.
static enum pc_status compile_unit(struct run *run, const struct mutant *mutant,
                                   struct pc_suite_unit *unit)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_str kept;
    struct pc_diags diags; // nobody reads them
    const struct pc_policy **policies =
        pc_arena_array(&run->of_one, unit->count, sizeof(const struct pc_policy *));
    if (policies == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < unit->count; i++) {
        policies[i] = unit->policies[i];
        if (unit->documents[i] == mutant->document) {
            PC_TRY(change_policy(run, mutant, unit->policies[i], &policies[i]));
        }
    }
    pc_diags_init(&diags, &run->of_one);
    const struct pc_compile_set set = {(enum pc_policy_type)unit->image.header->type, policies,
                                       unit->count};
    PC_TRY(pc_compile(&run->of_one, &set, &diags, &bytes));
    PC_TRY(pc_arena_copy(&run->of_one, pc_buf_view(&bytes), &kept));
    unit->asked = pc_image_trusted(kept);
    return PC_OK;
}

static void renew_groups(const struct entry *entry)
{
    for (size_t i = 0; i < entry->groups.count; i++) {
        pc_suite_group_renew(entry->groups.items[i]);
    }
}

static enum pc_status compile_units(struct run *run, const struct mutant *mutant,
                                    const struct entry *entry)
{
    for (size_t i = 0; i < entry->units.count; i++) {
        PC_TRY(compile_unit(run, mutant, entry->units.items[i]));
    }
    return PC_OK;
}

// Images are asked again as they were. Also after a failure.
static void restore(const struct entry *entry)
{
    for (size_t i = 0; i < entry->units.count; i++) {
        struct pc_suite_unit *unit = entry->units.items[i];
        unit->asked = unit->image;
    }
    renew_groups(entry);
}

// In every set, and wherever the document stands in it.
static bool is_equivalent(const struct mutant *mutant, const struct entry *entry)
{
    for (size_t i = 0; i < entry->units.count; i++) {
        const struct pc_suite_unit *unit = entry->units.items[i];
        uint32_t first = 0; // statement of the document at hand
        for (size_t k = 0; k < unit->count; k++) {
            if (unit->documents[k] == mutant->document &&
                !pc_suite_equivalent(&unit->image, &unit->asked, first + mutant->statement)) {
                return false;
            }
            first += (uint32_t)unit->documents[k]->count;
        }
    }
    return true;
}

// The statement before the change, as one of the document's readings has it: what kinds of changes
// look at is the same in all of them.
static const struct pc_statement *statement_of(const struct run *run, const struct mutant *mutant)
{
    const struct pc_suite_unit *unit = run->entries[mutant->document->number].units.items[0];
    size_t i = 0;
    while (unit->documents[i] != mutant->document) {
        i++;
    }
    return &unit->policies[i]->statements[mutant->statement];
}

static enum pc_status note_survivor(struct run *run, const struct mutant *mutant)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    const struct pc_suite_document *document = mutant->document;
    const struct pc_suite_statement *seen = &document->statements[mutant->statement];
    const struct pc_statement *statement = statement_of(run, mutant);
    struct pc_mutant_survivor *survivor = pc_arena_alloc(run->arena, sizeof(*survivor));
    if (survivor == NULL) {
        return PC_ERR_NOMEM;
    }
    survivor->kind = &mutant->row->kind;
    survivor->statement = seen->name;
    survivor->hint = seen->allows ? mutant->row->hint_allow : mutant->row->hint_deny;
    survivor->place = (struct pc_place){document->file, seen->line, seen->column};
    if (mutant->row->locate != NULL) {
        mutant->row->locate(statement, mutant->index, &survivor->place);
    }
    mutant->row->tell(statement, mutant->index, &text);
    PC_TRY(pc_buf_status(&text));
    PC_TRY(pc_arena_copy(run->arena, pc_buf_view(&text), &survivor->text));
    return pc_suite_list_add(&run->of_all, &run->found, survivor);
}

// The change is compiled and in place.
static enum pc_status try_out(struct run *run, const struct mutant *mutant,
                              const struct entry *entry)
{
    const struct pc_suite_statement *statement = &mutant->document->statements[mutant->statement];
    bool within = mutant->row->within;
    bool noticed = false;
    PC_TRY(ask_all(run, within ? statement->questions : entry->questions,
                   within ? statement->question_count : entry->question_count, &noticed));
    if (noticed) {
        run->result.killed++;
        return PC_OK;
    }
    if (is_equivalent(mutant, entry)) {
        run->result.equivalent++;
        return PC_OK;
    }
    return note_survivor(run, mutant);
}

static enum pc_status run_mutant(struct run *run, const struct mutant *mutant)
{
    const struct entry *entry = &run->entries[mutant->document->number];
    pc_arena_reset(&run->of_one);
    enum pc_status status = compile_units(run, mutant, entry);
    if (status == PC_OK) {
        renew_groups(entry);
        status = try_out(run, mutant, entry);
    } else if (status == PC_ERR_INVALID) {
        run->result.invalid++;
        status = PC_OK;
    }
    restore(entry);
    return status;
}

// All mutants -------------------------------------------------------------------------------------

static enum pc_status run_place(struct run *run, struct mutant *mutant)
{
    const struct pc_statement *statement = statement_of(run, mutant);
    const struct pc_mutant_row *row = mutant->row;
    size_t count = row->count(statement);
    for (mutant->index = 0; mutant->index < count; mutant->index++) {
        if (row->applies == NULL || row->applies(statement, mutant->index)) {
            PC_TRY(run_mutant(run, mutant));
        }
    }
    return PC_OK;
}

static enum pc_status run_statement(struct run *run, struct pc_suite_document *document,
                                    uint32_t number)
{
    struct mutant mutant = {.document = document, .statement = number};
    for (size_t i = 0; (mutant.row = pc_mutant_row_at(i)) != NULL; i++) {
        PC_TRY(run_place(run, &mutant));
    }
    run->done++;
    if (run->judge->progress != NULL) {
        run->judge->progress(run->judge->progress_context, run->done, run->total);
    }
    return PC_OK;
}

static enum pc_status run_documents(struct run *run)
{
    for (size_t i = 0; i < run->suite->documents.count; i++) {
        const struct pc_suite_document *document = run->suite->documents.items[i];
        run->total += run->entries[i].units.count == 0 ? 0 : document->count;
    }
    for (size_t i = 0; i < run->suite->documents.count; i++) {
        struct pc_suite_document *document = run->suite->documents.items[i];
        bool fixed = run->entries[i].units.count == 0;
        run->result.fixed += fixed;
        for (size_t k = 0; k < document->count && !fixed; k++) {
            PC_TRY(run_statement(run, document, (uint32_t)k));
        }
    }
    return PC_OK;
}

static int by_place(const void *left, const void *right)
{
    const struct pc_mutant_survivor *a = left;
    const struct pc_mutant_survivor *b = right;
    int files = pc_str_cmp(a->place.file, b->place.file);
    if (files != 0) {
        return files;
    }
    if (a->place.line != b->place.line) {
        return a->place.line < b->place.line ? -1 : 1;
    }
    if (a->place.column != b->place.column) {
        return a->place.column < b->place.column ? -1 : 1;
    }
    return pc_str_cmp(a->text, b->text);
}

static enum pc_status finish(struct run *run, struct pc_mutation *out)
{
    size_t count = run->found.count;
    struct pc_mutant_survivor *survivors = pc_arena_array(run->arena, count, sizeof(*survivors));
    if (survivors == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        survivors[i] = *(const struct pc_mutant_survivor *)run->found.items[i];
    }
    if (count > 0) {
        qsort(survivors, count, sizeof(*survivors), by_place);
    }
    run->result.survivors = survivors;
    run->result.survivor_count = count;
    *out = run->result;
    return PC_OK;
}

static enum pc_status run_all(struct run *run, struct pc_mutation *out)
{
    PC_TRY(link(run));
    run->result.unasked = run->suite->question_count - run->suite->kept_count;
    PC_TRY(run_documents(run));
    return finish(run, out);
}

enum pc_status pc_mutation_run(struct pc_suite *suite, const struct pc_mutation_judge *judge,
                               struct pc_arena *arena, struct pc_mutation *out)
{
    struct run run = {.suite = suite, .judge = judge, .arena = arena};
    enum pc_status status = run_all(&run, out);
    pc_arena_release(&run.of_all);
    pc_arena_release(&run.of_one);
    return status;
}
