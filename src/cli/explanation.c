// SPDX-License-Identifier: Apache-2.0
//
// An explanation for people. The module writes sentences; here they get their places on the screen,
// and nothing in them can draw on it.
#include "explanation.h"

#include "answer.h"
#include "output.h"

enum {
    MOST_DENIES = 3, // needs of that kind
    MOST_LACKS = 4,  // clauses of one
    TYPE_WIDTH = 10,
    SAID_WIDTH = 16,
};

struct page {
    struct pc_buf *out;
    const struct pc_explanation *explanation;
    const struct pc_explanation_style *style;
    struct pc_buf sentence; // of the module, before it is printable
};

static void begin_line(struct page *page, unsigned indent)
{
    pc_buf_fill(page->out, ' ', (size_t)page->style->indent + indent);
}

// Ends a sentence of the module: what it wrote is appended.
static void put_sentence(struct page *page)
{
    pc_buf_printable(page->out, pc_buf_view(&page->sentence));
    if (page->out->status == PC_OK) {
        page->out->status = pc_buf_status(&page->sentence);
    }
    pc_buf_reset(&page->sentence);
}

static void put_bold(struct page *page, const char *text)
{
    pc_buf_format(page->out, "%s%s%s", page->style->color ? "\033[1m" : "", text,
                  page->style->color ? "\033[0m" : "");
}

static void put_heading(struct page *page, const char *text)
{
    begin_line(page, 0);
    put_bold(page, text);
    pc_buf_byte(page->out, '\n');
}

static void put_level(struct page *page, enum pc_slot slot, uint32_t level)
{
    if (slot == PC_SLOT_SCP || slot == PC_SLOT_RCP) {
        pc_buf_format(page->out, " of level %u", (unsigned)level + 1);
    }
}

// "NAME" of the TYPE policy "POLICY" (FILE:LINE:COLUMN)
static void put_statement(struct page *page, const struct pc_explained *statement)
{
    const struct pc_told_statement told = pc_tell_statement(&statement->deciding);
    struct pc_name_room room;
    pc_buf_format(page->out, "%s \"", told.allows ? "Allow" : "Deny");
    pc_buf_printable(page->out, pc_statement_name(&told, &room));
    pc_buf_format(page->out, "\" of the %s policy \"", pc_slot_text(statement->deciding.slot));
    pc_buf_printable(page->out, told.policy);
    pc_buf_byte(page->out, '"');
    put_level(page, statement->deciding.slot, statement->level);
    pc_buf_text(page->out, " (");
    pc_buf_printable(page->out, told.file);
    pc_buf_format(page->out, ":%u:%u)", (unsigned)told.line, (unsigned)told.column);
}

// The way ----------------------------------------------------------------------------------------

static const char *said_words(const struct pc_explained_type *type)
{
    switch (type->said) {
    case PC_SAID_NOT_SET:
        return "not set";
    case PC_SAID_NOT_APPLIED:
        return "does not apply";
    case PC_SAID_ALLOW:
        return "allows";
    case PC_SAID_DENY:
        return "denies";
    case PC_SAID_NOTHING:
        break;
    }
    return "does not allow";
}

static void put_accounts(struct page *page)
{
    const struct pc_request *request = page->explanation->request;
    begin_line(page, 2);
    if (page->explanation->whatever) {
        pc_buf_text(page->out, "AWS decides this itself, whatever the policies say\n");
    } else if (!page->explanation->has_account) {
        pc_buf_text(page->out, "the caller has no account: the resource's policy has to allow\n");
    } else if (!page->explanation->across) {
        pc_buf_text(page->out, "within account ");
        pc_buf_printable(page->out, request->resource_account);
        pc_buf_byte(page->out, '\n');
    } else {
        pc_buf_text(page->out, "from account ");
        pc_buf_printable(page->out, request->caller.account);
        pc_buf_text(page->out, " to account ");
        pc_buf_printable(page->out, request->resource_account);
        pc_buf_text(page->out, ": both sides have to allow\n");
    }
}

// What the resource's Allow is worth in the caller's own account.
static bool only_delegates(const struct pc_explanation *explanation,
                           const struct pc_explained_type *type)
{
    return type->slot == PC_SLOT_RESOURCE && type->said == PC_SAID_ALLOW && !explanation->across &&
           explanation->verdicts.sets[PC_SLOT_RESOURCE].strength == PC_STRENGTH_ACCOUNT;
}

static void put_type(struct page *page, const struct pc_explained_type *type)
{
    begin_line(page, 2);
    pc_buf_format(page->out, "%-*s", TYPE_WIDTH, pc_slot_text(type->slot));
    if (!type->decides && !only_delegates(page->explanation, type)) {
        pc_buf_format(page->out, "%s\n", said_words(type));
        return;
    }
    pc_buf_format(page->out, "%-*s", SAID_WIDTH, said_words(type));
    if (type->decides) {
        put_bold(page, "<- decides");
    } else {
        pc_buf_text(page->out, "(names the account, which leaves it to identity policies)");
    }
    pc_buf_byte(page->out, '\n');
}

// What comes before all else: statements that deny, of whichever type.
static void put_denies(struct page *page)
{
    size_t denies = 0;
    for (size_t i = 0; i < PC_SLOTS; i++) {
        denies += page->explanation->types[i].denies;
    }
    begin_line(page, 2);
    pc_buf_format(page->out, "%-*s", TYPE_WIDTH, "deny");
    if (denies == 0) {
        pc_buf_text(page->out, "none");
    } else {
        pc_write_count(page->out, denies, "statement", "statements");
    }
    pc_buf_byte(page->out, '\n');
}

static bool is_row(const struct pc_explained_type *type)
{
    return type->said != PC_SAID_NOT_SET || type->decides;
}

static void put_way(struct page *page)
{
    const char *before = "not set: ";
    put_accounts(page);
    put_denies(page);
    for (size_t i = 0; i < PC_SLOTS; i++) {
        if (is_row(&page->explanation->types[i])) {
            put_type(page, &page->explanation->types[i]);
        }
    }
    for (size_t i = 0; i < PC_SLOTS; i++) {
        if (!is_row(&page->explanation->types[i])) {
            if (before[0] == 'n') {
                begin_line(page, 2);
            }
            pc_buf_format(page->out, "%s%s", before,
                          pc_slot_text(page->explanation->types[i].slot));
            before = ", ";
        }
    }
    pc_buf_text(page->out, before[0] == 'n' ? "" : "\n");
}

// Statements -------------------------------------------------------------------------------------

static bool is_deciding(const struct pc_explanation *explanation,
                        const struct pc_explained *statement)
{
    const struct pc_answer *answer = &explanation->answer;
    for (size_t i = 0; i < answer->deciding_count; i++) {
        if (answer->deciding[i].image == statement->deciding.image &&
            answer->deciding[i].statement == statement->deciding.statement &&
            answer->deciding[i].slot == statement->deciding.slot) {
            return true;
        }
    }
    return false;
}

static void put_more(struct page *page, size_t count, size_t shown)
{
    if (count > shown) {
        begin_line(page, 2);
        pc_buf_format(page->out, "and %zu more (polcheck explain -v)\n", count - shown);
    }
}

// Those that decided, or, where all are wanted, all that match.
static void put_matching(struct page *page)
{
    const struct pc_explanation *explanation = page->explanation;
    size_t count = 0;
    size_t most = page->style->all ? SIZE_MAX : PC_EXPLANATION_NEAR;
    for (size_t i = 0; i < explanation->count; i++) {
        const struct pc_explained *statement = &explanation->statements[i];
        bool wanted = statement->obstacle == PC_OBSTACLE_NONE &&
                      (page->style->all || is_deciding(explanation, statement));
        if (wanted && count++ == 0) {
            put_heading(page, page->style->all ? "matching:" : "decided by:");
        }
        if (wanted && count <= most) {
            begin_line(page, 2);
            put_statement(page, statement);
            pc_buf_byte(page->out, '\n');
        }
    }
    put_more(page, count, most);
    if (explanation->answer.decision == PC_DECISION_ALLOWED && count == 0 &&
        !explanation->whatever) {
        begin_line(page, 2);
        pc_buf_text(page->out, "no policy has to allow it\n");
    }
}

// The conditions that do not hold behind the first one.
static void put_further(struct page *page, const struct pc_explained *statement)
{
    bool first_told = statement->obstacle == PC_OBSTACLE_CONDITION;
    for (uint32_t i = first_told; i < statement->conditions - statement->held; i++) {
        const struct pc_explained_condition condition =
            pc_explained_condition_at(page->explanation, statement, statement->failed[i]);
        begin_line(page, 6);
        pc_buf_text(page->out, "and ");
        pc_explained_condition_write(&page->sentence, page->explanation, &condition);
        put_sentence(page);
        pc_buf_byte(page->out, '\n');
    }
}

static void put_miss(struct page *page, const struct pc_explained *statement)
{
    begin_line(page, 2);
    put_statement(page, statement);
    pc_buf_byte(page->out, '\n');
    begin_line(page, 6);
    pc_explained_write_miss(&page->sentence, page->explanation, statement);
    put_sentence(page);
    pc_buf_byte(page->out, '\n');
    if (page->style->all) {
        put_further(page, statement);
    }
}

static void put_misses(struct page *page)
{
    const struct pc_explanation *explanation = page->explanation;
    const struct pc_explained *few[PC_EXPLANATION_NEAR];
    const struct pc_explained **misses = few;
    size_t most = PC_EXPLANATION_NEAR;
    if (page->style->all && explanation->count > PC_EXPLANATION_NEAR) {
        most = explanation->count;
        misses = pc_arena_array(explanation->arena, most, sizeof(struct pc_explained *));
        if (misses == NULL) {
            page->out->status = PC_ERR_NOMEM;
            return;
        }
    }
    size_t count = pc_explanation_misses(explanation, page->style->all, misses, most);
    if (count > 0) {
        put_heading(page, page->style->all ? "not matching, nearest first:" : "nearest:");
    }
    for (size_t i = 0; i < count; i++) {
        put_miss(page, misses[i]);
    }
}

// What would have to be otherwise ----------------------------------------------------------------

// A line each: "if A", "and if B", of one that matches "or if B".
static void put_lacks(struct page *page, const struct pc_explained *statement)
{
    size_t count = pc_explained_lacks(statement);
    const char *further = statement->obstacle == PC_OBSTACLE_NONE ? "or" : "and";
    for (size_t i = 0; i < count; i++) {
        begin_line(page, 10);
        if (i == MOST_LACKS && !page->style->all && count > MOST_LACKS + 1) {
            pc_buf_format(page->out, "%s %zu more (polcheck explain -v)\n", further, count - i);
            return;
        }
        pc_buf_format(page->out, "%s%sif ", i > 0 ? further : "", i > 0 ? " " : "");
        pc_explained_write_lack(&page->sentence, page->explanation, statement, i);
        put_sentence(page);
        pc_buf_byte(page->out, '\n');
    }
}

static void put_need(struct page *page, const struct pc_explained_need *need)
{
    begin_line(page, 2);
    pc_explained_need_write(&page->sentence, page->explanation, need);
    put_sentence(page);
    pc_buf_byte(page->out, '\n');
    if (need->statement != NULL) {
        begin_line(page, 6);
        put_statement(page, need->statement);
        pc_buf_text(page->out, need->no_deny ? " would not\n" : " would\n");
        put_lacks(page, need->statement);
    }
}

static void put_instead(struct page *page)
{
    if (page->explanation->instead == PC_STRENGTH_NONE) {
        return;
    }
    begin_line(page, 2);
    pc_explanation_write_instead(&page->sentence, page->explanation);
    put_sentence(page);
    pc_buf_byte(page->out, '\n');
}

static void put_needs(struct page *page)
{
    const struct pc_explanation *explanation = page->explanation;
    size_t denies = 0;
    size_t most = page->style->all ? SIZE_MAX : MOST_DENIES;
    if (explanation->need_count > 0) {
        put_heading(page, "to be allowed:");
    }
    for (size_t i = 0; i < explanation->need_count; i++) {
        denies += explanation->needs[i].no_deny;
        if (!explanation->needs[i].no_deny || denies <= most) {
            put_need(page, &explanation->needs[i]);
        }
    }
    put_more(page, denies, most);
    put_instead(page);
}

void pc_explanation_write(struct pc_buf *out, const struct pc_explanation *explanation,
                          const struct pc_explanation_style *style)
{
    struct page page = {out, explanation, style, {0}};
    const struct pc_reply reply = {.request = explanation->request, .answer = &explanation->answer};
    if (!style->no_verdict) {
        begin_line(&page, 0);
        pc_reply_write_decision(out, &reply, style->color);
    }
    put_way(&page);
    put_matching(&page);
    put_misses(&page);
    put_needs(&page);
    if (explanation->request->account_assumed) {
        begin_line(&page, 0);
        pc_reply_write_assumed(out, &reply);
    }
    pc_buf_release(&page.sentence);
}

void pc_explanation_print(struct pc_cli *cli, const struct pc_explanation *explanation, bool all)
{
    const struct pc_explanation_style style = {.color = cli->color_out, .all = all};
    const struct pc_explanation_shown shown = {explanation, all};
    const struct pc_reply reply = {.request = explanation->request,
                                   .answer = &explanation->answer,
                                   .more = pc_explanation_write_json,
                                   .context = &shown};
    struct pc_json_writer writer;
    if (!cli->json) {
        pc_explanation_write(&cli->out.text, explanation, &style);
        return;
    }
    pc_json_writer_init(&writer, &cli->out.text, false);
    pc_reply_write_json(&writer, &reply);
    pc_buf_byte(&cli->out.text, '\n');
}

enum pc_status pc_explanation_append(struct pc_buf *out,
                                     const struct pc_explanation_question *question,
                                     const struct pc_explanation_style *style)
{
    struct pc_explanation explanation;
    const struct pc_explain_question asked = {question->policies, question->request,
                                              question->flags, question->scratch};
    PC_TRY(pc_explain(question->arena, &asked, &explanation));
    pc_explanation_write(out, &explanation, style);
    return PC_OK;
}
