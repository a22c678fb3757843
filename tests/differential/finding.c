// SPDX-License-Identifier: Apache-2.0
#include "finding.h"

#include "shrink.h"

#include <stdlib.h>

// The disagreement that is to be kept: the same parties, about the same aspect, on the same ground.
struct kind {
    struct judge *judge;
    enum judge_party party;
    enum judge_aspect aspect;
    struct pc_str ground;
};

// What these members hold is short, and says what the case is about: half an ARN shows another
// disagreement than the one that was found.
static const char *const whole[] = {"principal", "arn",    "role",     "parent",
                                    "id",        "action", "resource", NULL};

static bool is_of_kind(void *context, struct pc_str text)
{
    const struct kind *kind = context;
    struct judge_verdict verdict;
    judge_ask(kind->judge, text, &verdict);
    return verdict.readable && verdict.aspect == kind->aspect && verdict.party == kind->party &&
           pc_str_eq(verdict.ground, kind->ground);
}

static struct pc_str kept(struct pc_arena *arena, struct pc_str text)
{
    struct pc_str copy;
    if (pc_arena_copy(arena, text, &copy) != PC_OK) {
        abort();
    }
    return copy;
}

static void write_statements(struct pc_json_writer *writer, const struct ref_answer *answer)
{
    pc_json_key(writer, "statements");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < answer->statement_count; i++) {
        pc_json_string(writer, answer->statements[i].name);
    }
    pc_json_end_array(writer);
}

static void write_blockers(struct pc_json_writer *writer, const struct ref_answer *answer)
{
    pc_json_key(writer, "blockedBy");
    pc_json_begin_array(writer);
    for (int type = 0; type < REF_TYPES; type++) {
        if ((answer->blocked_by >> type & 1) != 0) {
            pc_json_text(writer, ref_type_text((enum ref_type)type));
        }
    }
    pc_json_end_array(writer);
}

static void write_missing(struct pc_json_writer *writer, const struct ref_answer *answer)
{
    pc_json_key(writer, "missingContext");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < answer->missing_count; i++) {
        pc_json_string(writer, answer->missing[i]);
    }
    pc_json_end_array(writer);
}

// What the case expects. A refusal has no code yet when the reference alone refuses: the comment
// says why it does, and whoever adds the case to the corpus names the code.
static void write_expect(struct pc_json_writer *writer, const struct ref_answer *answer)
{
    pc_json_key(writer, "expect");
    pc_json_begin_object(writer);
    if (answer->refused.len > 0) {
        pc_json_key(writer, "error");
        pc_json_text(writer, "POL....");
    } else {
        pc_json_key(writer, "decision");
        pc_json_text(writer, ref_decision_text(answer->decision));
        write_statements(writer, answer);
        write_blockers(writer, answer);
        write_missing(writer, answer);
    }
    pc_json_end_object(writer);
}

static void write_comment(struct pc_json_writer *writer, const struct judge_verdict *verdict)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_buf_format(&text, "%s: the %s says: ", judge_aspect_text(verdict->aspect),
                  judge_party_text(verdict->from));
    judge_write(&text, &verdict->answers[verdict->from]);
    pc_buf_format(&text, "; the %s says: ", judge_party_text(verdict->party));
    judge_write(&text, &verdict->answers[verdict->party]);
    pc_json_key(writer, "comment");
    pc_json_string(writer, pc_buf_view(&text));
}

static void write_case(const struct edit_node *root, const struct judge_verdict *verdict,
                       struct pc_str name, struct pc_buf *out)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, true);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "name");
    pc_json_string(&writer, name);
    write_comment(&writer, verdict);
    for (const struct edit_node *part = root->first; part != NULL; part = part->next) {
        pc_json_key_str(&writer, part->name);
        edit_write(&writer, part);
    }
    write_expect(&writer, &verdict->answers[JUDGE_REFERENCE]);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

// The tree of the case, without what write_case says anew.
static struct edit_node *tree_of(struct pc_arena *arena, struct pc_str text)
{
    const struct pc_json_source source = {.file = PC_STR("case"), .text = text, .repeats = true};
    struct pc_diags diags;
    const struct pc_json *json;
    pc_diags_init(&diags, arena);
    if (pc_json_parse(arena, &source, &diags, &json) != PC_OK) {
        abort(); // it was read before
    }
    struct edit_node *root = edit_read(arena, json);
    edit_remove(root, "name");
    edit_remove(root, "comment");
    edit_remove(root, "expect");
    return root;
}

void finding_write(struct judge *judge, struct pc_str text, struct pc_str name, struct pc_buf *out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf small = {0};
    struct judge_verdict verdict;
    struct edit_node *root = tree_of(&arena, text);
    judge_ask(judge, text, &verdict);
    struct kind kind = {judge, verdict.party, verdict.aspect, kept(&arena, verdict.ground)};
    struct shrink shrink = {.arena = &arena,
                            .holds = is_of_kind,
                            .context = &kind,
                            .budget = FINDING_BUDGET,
                            .whole = whole};
    shrink_tree(&shrink, root);
    edit_print(&small, root);
    judge_ask(judge, pc_buf_view(&small), &verdict);
    write_case(root, &verdict, name, out);
}
