// SPDX-License-Identifier: Apache-2.0
//
// A case, as polcheck test has it, answered by the engine in all of its ways and by the reference
// evaluator (tests/differential/judge.h): all agree. Input: the case as JSON; or a line "tape" and
// the bytes by which the generator of cases chooses (decide_input.h).
#include "decide_input.h"

static struct judge judge;
static bool judge_is_ready;

// What the engine alone refuses: what a file of cases looks like, which characters names have
// (match/shape.h), and limits of ours are no rules of evaluation, and the reference does not look
// at them.
static const char *const forms[] = {
    "[POL0101]", // a member twice in the case itself
    "[POL0407]", // a principal of a policy
    "[POL0504]", // the key of a condition
    "[POL0513]", // limits of ours: of a text
    "[POL0800]", // members of a case and of its request
    "[POL0801]", // the principal of a request
    "[POL0802]", // its action
    "[POL0906]", // of a policy set
};

enum {
    // Bytes that a case has at least whose keys are too many: `"k":1,` of each.
    SHORTEST_OF_TOO_MANY_KEYS = 6 * (PC_REQUEST_MAX_KEYS - 64),
};

static bool is_of_form(const struct judge_verdict *verdict, struct pc_str text)
{
    bool form = text.len >= SHORTEST_OF_TOO_MANY_KEYS &&
                pc_str_eq(verdict->ground, PC_STR("[POL0805]")); // else it is shared
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        form = form || pc_str_eq(verdict->ground, pc_str_from(forms[i]));
    }
    return verdict->aspect == JUDGE_REFUSED && verdict->party == JUDGE_REFERENCE && form;
}

static void tell(const struct judge_verdict *verdict, struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    const enum judge_party parties[] = {verdict->from, verdict->party};
    for (size_t i = 0; i < 2; i++) {
        pc_buf_format(&out, "%s: ", judge_party_text(parties[i]));
        judge_write(&out, &verdict->answers[parties[i]]);
        pc_buf_byte(&out, '\n');
    }
    pc_buf_format(&out, "the case: %.*s\n", PC_STR_ARG(text));
    (void)fwrite(out.ptr, 1, out.len, stderr);
}

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct judge_verdict verdict;
    if (!judge_is_ready) {
        judge_init(&judge);
        judge_is_ready = true;
    }
    decide_case_of(input, &text);
    struct pc_str subject = pc_buf_view(&text);
    if (subject.len > DECIDE_LONGEST) {
        return;
    }
    judge_ask(&judge, subject, &verdict);
    if (verdict.readable && verdict.aspect != JUDGE_ASPECTS && !is_of_form(&verdict, subject)) {
        tell(&verdict, subject);
        FUZZ_CHECK(verdict.aspect == JUDGE_ASPECTS, "they differ in %s",
                   judge_aspect_text(verdict.aspect));
    }
    FUZZ_CHECK(verdict.readable || !decide_is_tape(input), "the generator wrote what is no JSON");
}
