// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include "edit.h"
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
    const struct pc_case_source source = {arena, PC_STR("case"), text, &diags};
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

void engine_decide(struct engine *engine, struct pc_arena *arena,
                   const struct engine_case *prepared, unsigned flags, struct ref_answer *out)
{
    struct pc_answer answer;
    *out = (struct ref_answer){.refused = prepared->refused, .primary = REF_TYPES};
    if (prepared->refused.len > 0) {
        return;
    }
    insist(pc_decide(&prepared->policies, &prepared->request, flags, engine->scratch, &answer));
    out->decision = decision_of(answer.decision);
    out->primary = type_of(answer.primary);
    out->assumed_owner = prepared->request.account_assumed;
    for (int slot = 0; slot < PC_SLOTS; slot++) {
        unsigned blocks = answer.blocked_by >> slot & 1;
        out->blocked_by |= blocks << type_of((enum pc_slot)slot);
    }
    tell_statements(arena, &answer, out);
    tell_missing(arena, &answer, out);
}
