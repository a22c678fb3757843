// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as what `polcheck compile` reads: manifests, dumps of the AWS CLI and policies, one
// file or several in a folder. They are taken, or refused with errors that have a place; what is
// taken compiles or is refused in the same way; laid out anew, and read by two threads, it is the
// same picture. What `polcheck lint` finds in them is read too. Input: import_files.h.
#include "account/policies.h"
#include "account/publish.h"
#include "diags.h"
#include "import_files.h"
#include "import_rename.h"
#include "json_layout.h"

enum {
    LONGEST = 32 << 10,
};

// What came of a compile.
struct outcome {
    const struct pc_import *import; // NULL: refused
    struct pc_published published;
    enum pc_status status; // of compiling the picture
};

// Diagnostics -------------------------------------------------------------------------------------

// What is wrong with a folder, or with a set of policies as a whole, has no line.
static bool has_place(const struct pc_diag *diag)
{
    return diag->place.line > 0 ||
           (diag->code != PC_DIAG_FOLDER_EMPTY && diag->code != PC_DIAG_LIMIT_IMAGE);
}

static void check_told(const struct import_files *files, const struct pc_diags *diags,
                       enum pc_status status)
{
    fuzz_check_diags(diags, status);
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        const struct import_file *file = import_files_named(files, diag->place.file);
        FUZZ_CHECK(file != NULL || !has_place(diag), "told of no file: %.*s: %.*s",
                   PC_STR_ARG(diag->place.file), PC_STR_ARG(diag->message));
        if (has_place(diag)) {
            fuzz_check_place(diag, file->text);
        }
    }
}

// Compiling ---------------------------------------------------------------------------------------

static struct outcome compile(struct pc_arena *arena, const struct import_files *files, size_t jobs)
{
    struct pc_diags diags;
    const struct pc_str folder = pc_str_from(fuzz_folder());
    const struct pc_import_input input = {.paths = &folder, .count = 1, .jobs = jobs};
    const struct pc_publish_options nowhere = {.path = NULL};
    struct outcome outcome = {.status = PC_ERR_INVALID};
    pc_diags_init(&diags, arena);
    enum pc_status status = pc_import_paths(arena, &input, &diags, &outcome.import);
    check_told(files, &diags, status);
    FUZZ_CHECK((status == PC_OK) == (outcome.import != NULL), "status %d", (int)status);
    if (status == PC_OK) {
        outcome.status = pc_publish(arena, outcome.import, &nowhere, &diags, &outcome.published);
        check_told(files, &diags, outcome.status);
    }
    return outcome;
}

static void check_same_kinds(const struct pc_recognised_kind *a, const struct pc_recognised_kind *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        FUZZ_CHECK(strcmp(a->kind, b->kind) == 0 && a->count == b->count,
                   "%zu connections %s became %zu %s", a->count, a->kind, b->count, b->kind);
    }
    FUZZ_CHECK(a == b, "a kind of connections more or less");
}

static void check_same(const struct outcome *a, const struct outcome *b)
{
    FUZZ_CHECK(b->import != NULL && a->status == b->status, "it is refused now");
    struct pc_import_counts ours = pc_import_counts(a->import);
    struct pc_import_counts theirs = pc_import_counts(b->import);
    FUZZ_CHECK(ours.files == theirs.files && ours.documents == theirs.documents &&
                   ours.principals == theirs.principals && ours.resources == theirs.resources &&
                   ours.functions == theirs.functions && ours.levels == theirs.levels &&
                   ours.cases == theirs.cases,
               "other counts");
    FUZZ_CHECK(a->published.sets == b->published.sets, "%zu sets became %zu", a->published.sets,
               b->published.sets);
    const struct pc_recognised *one = pc_import_recognised(a->import);
    const struct pc_recognised *other = pc_import_recognised(b->import);
    for (; one != NULL && other != NULL; one = one->next, other = other->next) {
        FUZZ_CHECK(strcmp(one->shape, other->shape) == 0 && one->policies == other->policies,
                   "%s became %s", one->shape, other->shape);
        check_same_kinds(one->kinds, other->kinds);
    }
    FUZZ_CHECK(one == other, "something more or less is recognised");
}

// Laid out anew; false: a file that nobody read is none, and stays.
static bool lay_out(struct pc_arena *arena, struct pc_str text, struct pc_buf *out)
{
    struct pc_diags diags;
    const struct pc_json *json;
    const struct pc_json_source source = {.file = PC_STR("input"), .text = text, .undecoded = true};
    pc_diags_init(&diags, arena);
    return pc_json_parse(arena, &source, &diags, &json) == PC_OK &&
           pc_json_layout(out, json, text) == PC_OK;
}

static void check_laid_out(struct pc_arena *arena, const struct import_files *files,
                           const struct outcome *outcome)
{
    struct import_files laid_out = *files;
    struct pc_buf texts[IMPORT_MOST_FILES] = {{0}};
    for (size_t i = 0; i < files->count; i++) {
        if (lay_out(arena, files->items[i].text, &texts[i])) {
            laid_out.items[i].text = pc_buf_view(&texts[i]);
        }
    }
    import_files_put(&laid_out);
    struct outcome again = compile(arena, &laid_out, 2);
    check_same(outcome, &again);
    for (size_t i = 0; i < files->count; i++) {
        pc_buf_release(&texts[i]);
    }
}

// Skipping in silence -----------------------------------------------------------------------------

// A member of a manifest that is called otherwise is refused.
static void check_renamed(struct pc_arena *arena, const struct import_files *files, size_t number)
{
    for (size_t i = 0; i < files->count; i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
        struct import_files renamed = *files;
        if (pc_str_has_suffix(pc_str_from(files->items[i].name), PC_STR(".json")) &&
            import_rename(files->items[i].text, number, &text)) {
            renamed.items[i].text = pc_buf_view(&text);
            import_files_put(&renamed);
            struct outcome outcome = compile(arena, &renamed, 1);
            FUZZ_CHECK(outcome.import == NULL || outcome.status != PC_OK,
                       "a member is passed over in %s: %.*s", files->items[i].name,
                       PC_STR_ARG(renamed.items[i].text));
        }
    }
}

// Looking at each policy --------------------------------------------------------------------------

struct visits {
    struct pc_arena *arena;
    struct pc_diags *diags;
    size_t last; // number of the one before
};

static enum pc_status visit(void *context, const struct pc_found_policy *found, size_t number,
                            size_t total)
{
    struct visits *visits = context;
    const struct pc_policy *model;
    FUZZ_CHECK(number >= visits->last && number < total, "document %zu of %zu comes behind %zu",
               number, total, visits->last);
    visits->last = number;
    enum pc_status status = pc_policy_read(visits->arena, &found->input, visits->diags, &model);
    return status == PC_ERR_INVALID ? PC_OK : status;
}

static void check_policies(struct pc_arena *arena, const struct import_files *files,
                           const struct outcome *outcome)
{
    struct pc_diags diags;
    const struct pc_str folder = pc_str_from(fuzz_folder());
    const struct pc_import *import = NULL;
    struct visits visits = {.arena = arena, .diags = &diags};
    const struct pc_policies_input input = {
        .from = {.paths = &folder, .count = 1, .jobs = 2}, .visit = visit, .context = &visits};
    pc_diags_init(&diags, arena);
    enum pc_status status = pc_import_policies(arena, &input, &diags, &import);
    FUZZ_CHECK(status == PC_OK, "status %d", (int)status);
    FUZZ_CHECK(outcome->import == NULL || diags.errors == 0 || outcome->status != PC_OK,
               "what compiles has errors by itself");
    check_told(files, &diags, diags.errors == 0 ? PC_OK : PC_ERR_INVALID);
}

// -------------------------------------------------------------------------------------------------

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct import_files files;
    pc_arena_init(&arena);
    if (input.len > LONGEST) {
        return;
    }
    import_files_read(input, &files);
    import_files_put(&files);
    struct outcome outcome = compile(&arena, &files, 1);
    check_policies(&arena, &files, &outcome);
    if (outcome.import != NULL) {
        check_laid_out(&arena, &files, &outcome);
        check_renamed(&arena, &files, pc_str_hash(input));
    }
    import_files_remove(&files);
}
