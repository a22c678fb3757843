// SPDX-License-Identifier: Apache-2.0
#include "judge.h"

#include "json/reader.h"

const char *judge_party_text(enum judge_party party)
{
    static const char *const texts[JUDGE_PARTIES] = {"engine",
                                                     "engine without its index",
                                                     "engine without reasons",
                                                     "engine that reads widely",
                                                     "engine that reads widely without its index",
                                                     "engine that is observed",
                                                     "engine that is explained",
                                                     "reference"};
    return party < JUDGE_PARTIES ? texts[party] : "nobody";
}

const char *judge_aspect_text(enum judge_aspect aspect)
{
    static const char *const texts[JUDGE_ASPECTS] = {
        "refused", "decision", "statements", "blockedBy", "primary", "missingContext", "assumed"};
    return aspect < JUDGE_ASPECTS ? texts[aspect] : "nothing";
}

// Comparing. Lists are multisets: each item is as often in one as in the other.

static size_t times_decided(const struct ref_answer *answer, const struct ref_statement *wanted)
{
    size_t times = 0;
    for (size_t i = 0; i < answer->statement_count; i++) {
        const struct ref_statement *statement = &answer->statements[i];
        times += statement->type == wanted->type && pc_str_eq(statement->name, wanted->name);
    }
    return times;
}

static bool same_statements(const struct ref_answer *a, const struct ref_answer *b)
{
    bool same = a->statement_count == b->statement_count;
    for (size_t i = 0; same && i < a->statement_count; i++) {
        same = times_decided(a, &a->statements[i]) == times_decided(b, &a->statements[i]);
    }
    return same;
}

static size_t times_missing(const struct ref_answer *answer, struct pc_str wanted)
{
    size_t times = 0;
    for (size_t i = 0; i < answer->missing_count; i++) {
        times += pc_str_eq(answer->missing[i], wanted);
    }
    return times;
}

static bool same_missing(const struct ref_answer *a, const struct ref_answer *b)
{
    bool same = a->missing_count == b->missing_count;
    for (size_t i = 0; same && i < a->missing_count; i++) {
        same = times_missing(a, a->missing[i]) == times_missing(b, a->missing[i]);
    }
    return same;
}

enum judge_aspect judge_compare(const struct ref_answer *a, const struct ref_answer *b)
{
    if ((a->refused.len > 0) != (b->refused.len > 0)) {
        return JUDGE_REFUSED;
    }
    if (a->refused.len > 0) {
        return JUDGE_ASPECTS;
    }
    const bool same[JUDGE_ASPECTS] = {
        [JUDGE_REFUSED] = true,
        [JUDGE_DECISION] = a->decision == b->decision,
        [JUDGE_STATEMENTS] = same_statements(a, b),
        [JUDGE_BLOCKED_BY] = a->blocked_by == b->blocked_by,
        [JUDGE_PRIMARY] = a->primary == b->primary,
        [JUDGE_MISSING] = same_missing(a, b),
        [JUDGE_OWNER] = a->assumed_owner == b->assumed_owner,
    };
    int aspect = 0;
    while (aspect < JUDGE_ASPECTS && same[aspect]) {
        aspect++;
    }
    return (enum judge_aspect)aspect;
}

// Without reasons the engine says only what was decided and who stopped it first.
static enum judge_aspect compare_brief(const struct ref_answer *full,
                                       const struct ref_answer *brief)
{
    struct ref_answer expected = *full;
    expected.statement_count = 0;
    expected.missing_count = 0;
    expected.blocked_by = 0;
    return judge_compare(&expected, brief);
}

// Asking.

void judge_init(struct judge *judge)
{
    *judge = (struct judge){0};
    engine_init(&judge->engine);
}

void judge_release(struct judge *judge)
{
    engine_release(&judge->engine);
    pc_arena_release(&judge->arena);
}

// What a refusal rests on: "[POL0123]" at the end of the engine's text, a rule in the reference's.
static struct pc_str ground_of(const struct judge_verdict *verdict)
{
    struct pc_str text = verdict->answers[JUDGE_ENGINE].refused;
    if (text.len > 0) {
        return pc_str_slice(text, text.len - (sizeof("[POL0123]") - 1), text.len);
    }
    text = verdict->answers[JUDGE_REFERENCE].refused;
    for (size_t i = 0; i + 5 <= text.len; i++) {
        if (pc_str_has_prefix(pc_str_slice(text, i, text.len), PC_STR("R-"))) {
            return pc_str_slice(text, i, i + 5);
        }
    }
    return text;
}

static void find_difference(struct judge_verdict *verdict)
{
    verdict->aspect = JUDGE_ASPECTS;
    verdict->ground = PC_STR("");
    for (int party = JUDGE_WALK; party < JUDGE_PARTIES; party++) {
        verdict->party = (enum judge_party)party;
        verdict->from = party == JUDGE_WIDE_WALK ? JUDGE_WIDE : JUDGE_ENGINE;
        const struct ref_answer *engine = &verdict->answers[verdict->from];
        const struct ref_answer *other = &verdict->answers[party];
        if (party == JUDGE_WIDE) {
            continue;
        }
        verdict->aspect =
            party == JUDGE_BRIEF ? compare_brief(engine, other) : judge_compare(engine, other);
        if (verdict->aspect != JUDGE_ASPECTS) {
            break;
        }
    }
    if (verdict->aspect == JUDGE_REFUSED) {
        verdict->ground = ground_of(verdict);
    }
}

static void ask_engine(struct judge *judge, struct pc_str text, const struct pc_json *subject,
                       struct judge_verdict *verdict)
{
    static const unsigned flags[] = {
        [JUDGE_ENGINE] = 0,
        [JUDGE_WALK] = PC_DECIDE_NO_INDEX,
        [JUDGE_BRIEF] = PC_DECIDE_NO_REASONS,
        [JUDGE_WIDE] = PC_DECIDE_WIDE_STARS,
        [JUDGE_WIDE_WALK] = PC_DECIDE_WIDE_STARS | PC_DECIDE_NO_INDEX,
    };
    struct engine_case prepared;
    engine_prepare(&judge->arena, text, subject, &prepared);
    if (judge->damage != NULL && prepared.refused.len == 0) {
        judge->damage(&prepared);
    }
    for (int party = JUDGE_ENGINE; party < JUDGE_OBSERVED; party++) {
        engine_decide(&judge->engine, &judge->arena, &prepared, flags[party],
                      &verdict->answers[party]);
    }
    engine_observe(&judge->engine, &judge->arena, &prepared, &verdict->answers[JUDGE_OBSERVED]);
    engine_explain(&judge->engine, &judge->arena, &prepared, &verdict->answers[JUDGE_EXPLAINED]);
}

void judge_ask(struct judge *judge, struct pc_str text, struct judge_verdict *verdict)
{
    const struct pc_json_source source = {.file = PC_STR("case"), .text = text, .repeats = true};
    struct pc_diags diags;
    const struct pc_json *subject;
    pc_arena_reset(&judge->arena);
    pc_diags_init(&diags, &judge->arena);
    *verdict = (struct judge_verdict){.aspect = JUDGE_ASPECTS};
    if (pc_json_parse(&judge->arena, &source, &diags, &subject) != PC_OK) {
        return;
    }
    verdict->readable = true;
    ask_engine(judge, text, subject, verdict);
    ref_answer(&judge->arena, subject, ENGINE_NOW, &verdict->answers[JUDGE_REFERENCE]);
    if (judge->distort != NULL) {
        judge->distort(subject, verdict->answers);
    }
    find_difference(verdict);
}

void judge_write(struct pc_buf *out, const struct ref_answer *answer)
{
    if (answer->refused.len > 0) {
        pc_buf_text(out, "refused: ");
        pc_buf_printable(out, answer->refused);
        return;
    }
    pc_buf_text(out, ref_decision_text(answer->decision));
    for (size_t i = 0; i < answer->statement_count; i++) {
        pc_buf_format(out, "%s%s:", i == 0 ? " by " : ", ",
                      ref_type_text(answer->statements[i].type));
        pc_buf_printable(out, answer->statements[i].name);
    }
    const char *before = ", blocked by ";
    for (int type = 0; type < REF_TYPES; type++) {
        if ((answer->blocked_by >> type & 1) != 0) {
            pc_buf_format(out, "%s%s", before, ref_type_text((enum ref_type)type));
            before = " ";
        }
    }
    pc_buf_format(out, ", primary %s", ref_type_text(answer->primary));
    for (size_t i = 0; i < answer->missing_count; i++) {
        pc_buf_text(out, i == 0 ? ", missing " : " ");
        pc_buf_printable(out, answer->missing[i]);
    }
    pc_buf_text(out, answer->assumed_owner ? ", owner assumed" : "");
}
