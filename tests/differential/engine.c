// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include "edit.h"
#include "eval/observer.h"
#include "match/key.h"

#include <stdio.h>
#include <stdlib.h>

// A failure of the machine or of the program, not of the case.
static void insist(enum pc_status status)
{
    if (status != PC_OK) {
        (void)fprintf(stderr, "the engine failed: %s\n", pc_status_text(status));
        abort();
    }
}

void engine_init(struct engine *engine)
{
    insist(pc_scratch_new(&engine->scratch));
}

void engine_release(struct engine *engine)
{
    pc_scratch_free(engine->scratch);
    engine->scratch = NULL;
}

static const struct pc_diag *first_error(const struct pc_diags *diags)
{
    const struct pc_diag *diag = diags->first;
    while (diag != NULL && diag->severity != PC_SEVERITY_ERROR) {
        diag = diag->next;
    }
    return diag;
}

void engine_prepare(struct pc_arena *arena, struct pc_str text, const struct pc_json *subject,
                    struct engine_case *out)
{
    struct pc_diags diags;
    struct pc_case parts;
    pc_diags_init(&diags, arena);
    const struct pc_case_source source = {
        .arena = arena, .file = PC_STR("case"), .text = text, .diags = &diags};
    *out = (struct engine_case){.refused = PC_STR("")};
    enum pc_status status = pc_case_read(&source, subject, &parts);
    if (status == PC_OK) {
        status = pc_case_prepare(&source, &parts, ENGINE_NOW, &out->request, &out->policies);
    }
    const struct pc_diag *error = first_error(&diags);
    if (status == PC_OK || error == NULL) {
        insist(status);
        return;
    }
    out->code = error->code;
    insist(pc_arena_format(arena, &out->refused, "%.*s [POL%04d]", PC_STR_ARG(error->message),
                           (int)error->code));
}

// The slots of the engine and the types of the reference are the same list.
static enum ref_type type_of(enum pc_slot slot)
{
    for (int type = 0; type < REF_TYPES; type++) {
        const char *text = ref_type_text((enum ref_type)type);
        if (pc_str_eq(pc_str_from(pc_slot_text(slot)), pc_str_from(text))) {
            return (enum ref_type)type;
        }
    }
    return REF_TYPES;
}

static enum ref_decision decision_of(enum pc_decision decision)
{
    switch (decision) {
    case PC_DECISION_ALLOWED:
        return REF_ALLOWED;
    case PC_DECISION_EXPLICIT_DENY:
        return REF_EXPLICIT_DENY;
    case PC_DECISION_IMPLICIT_DENY:
        break;
    }
    return REF_IMPLICIT_DENY;
}

static struct pc_str name_of(struct pc_arena *arena, const struct pc_deciding *deciding)
{
    const struct pc_image_statement *statement =
        pc_image_statement(deciding->image, deciding->statement);
    struct pc_str name = pc_image_text(deciding->image, statement->sid);
    if (name.len == 0) {
        insist(pc_arena_format(arena, &name, "#%u", (unsigned)statement->number));
    }
    return name;
}

static void tell_statements(struct pc_arena *arena, const struct pc_answer *answer,
                            struct ref_answer *out)
{
    struct ref_statement *statements =
        edit_need(pc_arena_array(arena, answer->deciding_count, sizeof(*statements)));
    for (size_t i = 0; i < answer->deciding_count; i++) {
        statements[i].type = type_of(answer->deciding[i].slot);
        statements[i].name = name_of(arena, &answer->deciding[i]);
    }
    out->statements = statements;
    out->statement_count = answer->deciding_count;
}

static void tell_missing(struct pc_arena *arena, const struct pc_answer *answer,
                         struct ref_answer *out)
{
    struct pc_str *missing =
        edit_need(pc_arena_array(arena, answer->missing_count, sizeof(*missing)));
    for (size_t i = 0; i < answer->missing_count; i++) {
        insist(pc_key_fold(arena, answer->missing[i], &missing[i]));
    }
    out->missing = missing;
    out->missing_count = answer->missing_count;
}

void engine_tell(struct pc_arena *arena, const struct engine_case *prepared,
                 const struct pc_answer *answer, struct ref_answer *out)
{
    out->decision = decision_of(answer->decision);
    out->primary = type_of(answer->primary);
    out->assumed_owner = prepared->request.account_assumed;
    for (int slot = 0; slot < PC_SLOTS; slot++) {
        unsigned blocks = answer->blocked_by >> slot & 1;
        out->blocked_by |= blocks << type_of((enum pc_slot)slot);
    }
    tell_statements(arena, answer, out);
    tell_missing(arena, answer, out);
}

void engine_decide(struct engine *engine, struct pc_arena *arena,
                   const struct engine_case *prepared, unsigned flags, struct ref_answer *out)
{
    struct pc_answer answer;
    *out = (struct ref_answer){.refused = prepared->refused, .primary = REF_TYPES};
    if (prepared->refused.len > 0) {
        return;
    }
    insist(pc_decide(&prepared->policies, &prepared->request, flags, engine->scratch, &answer));
    engine_tell(arena, prepared, &answer, out);
}

// Observing.

// What an observer was shown, and whether it goes together.
struct seen {
    struct pc_deciding *matched;
    struct pc_str *absent; // keys
    size_t matched_count, absent_count;
    const struct pc_image *image; // that the last statement is of
    uint32_t next;                // statement of that one
    bool sound;
};

static bool is_sound(const struct pc_observation *observation)
{
    bool asked =
        observation->obstacle == PC_OBSTACLE_NONE || observation->obstacle == PC_OBSTACLE_CONDITION;
    bool fails = observation->obstacle == PC_OBSTACLE_CONDITION;
    bool all = observation->held == observation->conditions;
    return (observation->failed != NULL) == fails &&
           (asked ? all != fails : observation->held == 0) &&
           observation->held <= observation->conditions && (fails || !observation->key_absent);
}

static bool is_complete(const struct seen *seen)
{
    return seen->image == NULL || seen->next == pc_image_count(seen->image, PC_IMAGE_STATEMENTS);
}

static void see(void *context, const struct pc_observation *observation)
{
    struct seen *seen = context;
    const struct pc_image *image = observation->image;
    if (image != seen->image) {
        seen->sound = seen->sound && is_complete(seen);
        seen->image = image;
        seen->next = 0;
    }
    seen->sound = seen->sound && is_sound(observation) && observation->statement == seen->next++;
    if (observation->obstacle == PC_OBSTACLE_NONE) {
        seen->matched[seen->matched_count++] =
            (struct pc_deciding){observation->slot, image, observation->statement};
    }
    if (observation->failed != NULL && observation->key_absent) {
        const struct pc_image_key *key = pc_image_key(image, observation->failed->key);
        seen->absent[seen->absent_count++] = pc_image_text(image, key->text);
    }
}

static size_t statements_of(const struct pc_image *images, size_t count)
{
    size_t statements = 0;
    for (size_t i = 0; images != NULL && i < count; i++) {
        statements += pc_image_count(&images[i], PC_IMAGE_STATEMENTS);
    }
    return statements;
}

size_t engine_statements(const struct pc_policies *policies)
{
    return statements_of(policies->identity, 1) + statements_of(policies->boundary, 1) +
           statements_of(policies->session, 1) + statements_of(policies->endpoint, 1) +
           statements_of(policies->resource, policies->resource_count) +
           statements_of(policies->scp, policies->scp_count) +
           statements_of(policies->rcp, policies->rcp_count);
}

// A key that a statement's condition lacks is one that the answer calls missing.
static bool are_missing(const struct seen *seen, const struct pc_answer *answer)
{
    bool found = true;
    for (size_t i = 0; i < seen->absent_count && found; i++) {
        found = false;
        for (size_t k = 0; k < answer->missing_count && !found; k++) {
            found = pc_key_eq(seen->absent[i], answer->missing[k]);
        }
    }
    return found;
}

static bool decides(const struct pc_deciding *matched, enum pc_decision decision)
{
    bool allows = pc_image_statement(matched->image, matched->statement)->effect == PC_IMAGE_ALLOW;
    bool grants = matched->slot == PC_SLOT_IDENTITY || matched->slot == PC_SLOT_RESOURCE;
    return decision == PC_DECISION_EXPLICIT_DENY
               ? !allows
               : decision == PC_DECISION_ALLOWED && allows && grants;
}

void engine_observe(struct engine *engine, struct pc_arena *arena,
                    const struct engine_case *prepared, struct ref_answer *out)
{
    const size_t room = engine_statements(&prepared->policies);
    struct seen seen = {.sound = true};
    const struct pc_observer observer = {.flags = 0, .statement = see, .context = &seen};
    struct pc_answer answer;
    size_t kept = 0;
    *out = (struct ref_answer){.refused = prepared->refused, .primary = REF_TYPES};
    if (prepared->refused.len > 0) {
        return;
    }
    seen.matched = edit_need(pc_arena_array(arena, room + 1, sizeof(*seen.matched)));
    seen.absent = edit_need(pc_arena_array(arena, room + 1, sizeof(*seen.absent)));
    insist(pc_decide_observed(&prepared->policies, &prepared->request, engine->scratch, &observer,
                              &answer));
    for (size_t i = 0; i < seen.matched_count; i++) {
        if (decides(&seen.matched[i], answer.decision)) {
            seen.matched[kept++] = seen.matched[i];
        }
    }
    if (!seen.sound || !is_complete(&seen) || !are_missing(&seen, &answer)) {
        out->refused = PC_STR("what the observer is shown does not go together");
        return;
    }
    answer.deciding = seen.matched;
    answer.deciding_count = kept;
    engine_tell(arena, prepared, &answer, out);
}
