// SPDX-License-Identifier: Apache-2.0
#include "lint_findings.h"

#include "base/map.h"

#include <stdlib.h>

struct making {
    struct pc_lint_run *run;
    const struct pc_suppressions *suppressions;
    const struct pc_lint_choice *choice;
    struct pc_map paths; // of files, from the folder of the suppressions: struct pc_str
};

// Order and choice ------------------------------------------------------------------------------

static int order(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare(const struct pc_diag *a, const struct pc_diag *b)
{
    const int differences[] = {
        pc_str_cmp(a->place.file, b->place.file), order(a->place.line, b->place.line),
        order(a->place.column, b->place.column), order((uint64_t)a->code, (uint64_t)b->code),
        pc_str_cmp(a->message, b->message)};
    size_t i = 0;
    while (i + 1 < sizeof(differences) / sizeof(differences[0]) && differences[i] == 0) {
        i++;
    }
    return differences[i];
}

static int compare_findings(const void *left, const void *right)
{
    const struct pc_lint_finding *const *a = left;
    const struct pc_lint_finding *const *b = right;
    return compare(&(*a)->diag, &(*b)->diag);
}

static bool is_in(const enum pc_diag_code *codes, size_t count, enum pc_diag_code code)
{
    size_t i = 0;
    while (i < count && codes[i] != code) {
        i++;
    }
    return i < count;
}

// What kept a policy from being looked at is left out only by its own code: else no finding would
// mean nothing.
static bool is_chosen(const struct pc_lint_choice *choice, enum pc_diag_code code)
{
    const struct pc_diag_row *row = pc_diag_row(code);
    bool broken =
        row == NULL || (row->severity == PC_SEVERITY_ERROR && (int)code < PC_LINT_FIRST_CODE);
    bool wanted =
        choice->only_count == 0 || broken || is_in(choice->only, choice->only_count, code);
    return wanted && !is_in(choice->ignored, choice->ignored_count, code);
}

// All that are wanted, in their order; what a document says as two types it says once.
static enum pc_status sort(const struct making *making, struct pc_lint_findings *out)
{
    size_t count = 0, kept = 0;
    struct pc_lint_finding **items =
        pc_arena_array(making->run->arena, making->run->count, sizeof(struct pc_lint_finding *));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (struct pc_lint_finding *finding = making->run->first; finding != NULL;
         finding = finding->next) {
        if (is_chosen(making->choice, finding->diag.code)) {
            items[count++] = finding;
        }
    }
    if (count > 1) {
        qsort(items, count, sizeof(*items), compare_findings);
    }
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_findings(&items[kept - 1], &items[i]) != 0) {
            items[kept++] = items[i];
        }
    }
    *out = (struct pc_lint_findings){items, kept};
    return PC_OK;
}

// Suppressions ------------------------------------------------------------------------------------

static enum pc_status find_path(struct making *making, struct pc_str file, struct pc_str *out)
{
    const struct pc_str *known = pc_map_get(&making->paths, file);
    if (known == NULL) {
        struct pc_str *path = pc_arena_alloc(making->run->arena, sizeof(*path));
        if (path == NULL) {
            return PC_ERR_NOMEM;
        }
        PC_TRY(pc_suppressions_path(making->suppressions, making->run->arena, file, path));
        PC_TRY(pc_map_put(&making->paths, file, path));
        known = path;
    }
    *out = *known;
    return PC_OK;
}

static enum pc_status suppress(struct making *making, const struct pc_lint_findings *findings)
{
    bool any = making->suppressions->count > 0;
    for (size_t i = 0; any && i < findings->count; i++) {
        struct pc_lint_finding *finding = findings->items[i];
        struct pc_suppressible about = {
            .code = finding->diag.code, .policy = finding->policy, .statement = finding->statement};
        PC_TRY(find_path(making, finding->diag.place.file, &about.path));
        struct pc_suppression *entry = pc_suppressions_find(making->suppressions, &about);
        if (entry != NULL) {
            entry->hits++;
            finding->suppression = entry->expired ? NULL : entry;
        }
    }
    return PC_OK;
}

// Was anything looked at that the entry is for?
static enum pc_status is_judged(struct making *making, const struct pc_suppression *entry,
                                bool *out)
{
    bool judged = pc_suppression_is_astray(making->suppressions, entry);
    for (const struct pc_lint_seen *seen = making->run->seen; seen != NULL && !judged;
         seen = seen->next) {
        struct pc_suppressible about = {.policy = seen->name};
        PC_TRY(find_path(making, seen->file, &about.path));
        judged = pc_suppression_reaches(entry, &about);
    }
    *out = judged && is_chosen(making->choice, entry->code);
    return PC_OK;
}

static enum pc_status judge(struct making *making, const struct pc_suppression *entry,
                            struct pc_diags *diags)
{
    bool judged = false;
    if (entry->hits > 0 && entry->expired) {
        pc_diag_report(diags, PC_DIAG_SUPPRESSION_EXPIRED, entry->place,
                       "the suppression of POL%04d expired with %.*s: \"%.*s\"", (int)entry->code,
                       PC_STR_ARG(entry->until), PC_STR_ARG(entry->reason));
    } else if (entry->hits == 0) {
        PC_TRY(is_judged(making, entry, &judged));
    }
    if (judged) {
        pc_diag_report(diags, PC_DIAG_SUPPRESSION_UNUSED, entry->place,
                       "the suppression of POL%04d suppresses nothing: \"%.*s\"", (int)entry->code,
                       PC_STR_ARG(entry->reason));
        pc_diag_hint(diags, "remove the entry");
    }
    return PC_OK;
}

static enum pc_status judge_all(struct making *making)
{
    struct pc_diags diags;
    pc_diags_init(&diags, making->run->arena);
    for (size_t i = 0; i < making->suppressions->count; i++) {
        PC_TRY(judge(making, &making->suppressions->entries[i], &diags));
    }
    for (const struct pc_diag *diag = diags.first; diag != NULL; diag = diag->next) {
        PC_TRY(pc_lint_run_add(making->run, diag));
    }
    return diags.lost ? PC_ERR_NOMEM : PC_OK;
}

enum pc_status pc_lint_findings_make(struct pc_lint_run *run,
                                     const struct pc_suppressions *suppressions,
                                     const struct pc_lint_choice *choice,
                                     struct pc_lint_findings *out)
{
    struct making making = {.run = run, .suppressions = suppressions, .choice = choice};
    struct pc_lint_findings findings;
    pc_map_init(&making.paths, run->arena);
    PC_TRY(sort(&making, &findings));
    PC_TRY(suppress(&making, &findings));
    PC_TRY(judge_all(&making));
    return sort(&making, out);
}
