// SPDX-License-Identifier: Apache-2.0
#include "lambda/finding.h"

#include "finding_list.h"
#include "lambda/check.h"

const char *pc_mark_text(enum pc_mark mark)
{
    static const char *const texts[] = {"fails", "warns", "works"};
    return mark <= PC_MARK_WORKS ? texts[mark] : texts[PC_MARK_FAILS];
}

// Adding -----------------------------------------------------------------------------------------

enum pc_status pc_finding_add(struct pc_arena *arena, const struct pc_finding *draft,
                              struct pc_finding **list)
{
    struct pc_finding *finding = pc_arena_alloc(arena, sizeof(*finding));
    if (finding == NULL) {
        return PC_ERR_NOMEM;
    }
    *finding = *draft;
    finding->next = NULL;
    while (*list != NULL) {
        list = &(*list)->next;
    }
    *list = finding;
    return PC_OK;
}

static void lower_mark(struct pc_checked *checked, enum pc_severity severity)
{
    enum pc_mark mark = severity == PC_SEVERITY_ERROR     ? PC_MARK_FAILS
                        : severity == PC_SEVERITY_WARNING ? PC_MARK_WARNS
                                                          : PC_MARK_WORKS;
    if (mark < checked->mark) {
        checked->mark = mark;
    }
}

enum pc_status pc_checked_add(struct pc_arena *arena, const struct pc_finding *draft,
                              struct pc_checked *checked)
{
    lower_mark(checked, draft->severity);
    return pc_finding_add(arena, draft, &checked->findings);
}

static bool is_same(const struct pc_finding *a, const struct pc_finding *b)
{
    return a->code == b->code && a->severity == b->severity && pc_str_eq(a->who, b->who) &&
           pc_str_eq(a->resource, b->resource) && pc_str_eq(a->message, b->message) &&
           pc_str_eq(a->hint, b->hint) && pc_str_eq(a->symptom, b->symptom);
}

enum pc_status pc_checked_add_refused(struct pc_arena *arena, const struct pc_finding *draft,
                                      struct pc_str action, struct pc_checked *checked)
{
    struct pc_finding **at = &checked->findings;
    lower_mark(checked, draft->severity);
    while (*at != NULL && !is_same(*at, draft)) {
        at = &(*at)->next;
    }
    if (*at == NULL) {
        PC_TRY(pc_finding_add(arena, draft, at));
    }
    struct pc_finding *finding = *at;
    for (size_t i = 0; i < finding->action_count; i++) {
        if (pc_str_eq(finding->actions[i], action)) {
            return PC_OK; // of another value, such as a secret with the same key
        }
    }
    struct pc_str *actions = pc_arena_array(arena, finding->action_count + 1, sizeof(*actions));
    if (actions == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < finding->action_count; i++) {
        actions[i] = finding->actions[i];
    }
    actions[finding->action_count++] = action;
    finding->actions = actions;
    return PC_OK;
}

// Words ------------------------------------------------------------------------------------------

void pc_finding_subject(struct pc_buf *out, const struct pc_finding *finding)
{
    bool unknown = finding->code == PC_DIAG_INTEGRATION_UNKNOWN;
    if (finding->action_count == 0) {
        return;
    }
    pc_buf_text(out, unknown ? "whether " : "");
    pc_buf_str(out,
               pc_str_eq(finding->who, PC_STR("*")) ? PC_STR("anonymous callers") : finding->who);
    pc_buf_text(out, unknown ? " may " : " may not ");
    for (size_t i = 0; i < finding->action_count; i++) {
        pc_buf_text(out, i == 0 ? "" : i + 1 < finding->action_count ? ", " : " or ");
        pc_buf_str(out, finding->actions[i]);
    }
    if (!pc_str_eq(finding->resource, PC_STR("*"))) {
        pc_buf_text(out, " on ");
        pc_buf_str(out, finding->resource);
    }
    pc_buf_text(out, unknown ? " is not known" : "");
}

void pc_finding_sentence(struct pc_buf *out, const struct pc_finding *finding)
{
    pc_finding_subject(out, finding);
    if (finding->action_count > 0) {
        pc_buf_text(out, ": ");
    }
    pc_buf_str(out, finding->message);
}
