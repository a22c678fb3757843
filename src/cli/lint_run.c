// SPDX-License-Identifier: Apache-2.0
//
// A document that has errors is not given to the checks, which take for granted what reading and
// compiling make sure of. Memory is taken back after each document; findings are copied.
#include "lint_run.h"

#include "compile/compile.h"
#include "lint_statement.h"
#include "json/writer.h"

static enum pc_status copy(struct pc_arena *arena, struct pc_str *text)
{
    return pc_arena_copy(arena, *text, text);
}

// In the run's arena; `in`: what of the finding is known besides.
static enum pc_status keep(struct pc_lint_run *run, const struct pc_diag *diag,
                           const struct pc_lint_finding *in)
{
    struct pc_lint_finding *finding = pc_arena_alloc(run->arena, sizeof(*finding));
    if (finding == NULL) {
        return PC_ERR_NOMEM;
    }
    *finding = *in;
    finding->diag = *diag;
    finding->diag.next = NULL;
    PC_TRY(copy(run->arena, &finding->diag.message));
    PC_TRY(copy(run->arena, &finding->diag.hint));
    PC_TRY(copy(run->arena, &finding->diag.place.file));
    *run->end = finding;
    run->end = &finding->next;
    run->count++;
    return PC_OK;
}

enum pc_status pc_lint_run_add(struct pc_lint_run *run, const struct pc_diag *diag)
{
    const struct pc_lint_finding nothing = {.next = NULL};
    return keep(run, diag, &nothing);
}

// A document
// ----------------------------------------------------------------------------------------

static bool is_refusal(enum pc_status status)
{
    return status == PC_ERR_INVALID || status == PC_ERR_LIMIT;
}

static enum pc_status check(struct pc_lint_run *run, const struct pc_found_policy *found,
                            const struct pc_policy *policy, struct pc_diags *diags)
{
    const struct pc_lint_subject subject = {
        .policy = policy,
        .attached = found->holder,
        .arn = found->arn,
        .size = pc_policy_size(&found->input, true),
        .size_all = pc_policy_size(&found->input, false),
    };
    struct pc_lint lint = {
        .arena = &run->work, .diags = diags, .catalog = run->catalog, .now = run->now};
    return pc_lint_policy(&lint, &subject);
}

// Once, also of a document that is looked at as several types.
static enum pc_status note_refused(struct pc_lint_run *run, enum pc_status status)
{
    if (!is_refusal(status)) {
        return status;
    }
    run->refused += run->refused_last != run->policies;
    run->refused_last = run->policies;
    return PC_OK;
}

static enum pc_status look_at(struct pc_lint_run *run, const struct pc_found_policy *found,
                              struct pc_diags *diags)
{
    const struct pc_policy *policy;
    enum pc_status status = pc_policy_read(&run->work, &found->input, diags, &policy);
    if (status != PC_OK) {
        return note_refused(run, status);
    }
    const struct pc_compile_set set = {found->input.type, &policy, 1};
    pc_buf_reset(&run->image);
    status = pc_compile(&run->work, &set, diags, &run->image);
    if (status != PC_OK) {
        return note_refused(run, status);
    }
    return check(run, found, policy, diags);
}

static enum pc_status keep_all(struct pc_lint_run *run, const struct pc_found_policy *found,
                               const struct pc_diags *diags)
{
    struct pc_lint_finding finding = {.policy = found->input.name, .type = found->input.type};
    if (diags->errors > 0 && diags->first == NULL) {
        return PC_ERR_NOMEM;
    }
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        PC_TRY(
            pc_lint_statement(run->arena, found->input.document, &diag->place, &finding.statement));
        PC_TRY(keep(run, diag, &finding));
    }
    return diags->lost ? PC_ERR_NOMEM : PC_OK;
}

static enum pc_status note_seen(struct pc_lint_run *run, const struct pc_found_policy *found)
{
    struct pc_lint_seen *seen = pc_arena_alloc(run->arena, sizeof(*seen));
    if (seen == NULL) {
        return PC_ERR_NOMEM;
    }
    *seen = (struct pc_lint_seen){.file = found->input.file, .name = found->input.name};
    *run->seen_end = seen;
    run->seen_end = &seen->next;
    return PC_OK;
}

// "file:1:1: identity policy "name" of ARN".
static void tell(struct pc_buf *out, const struct pc_found_policy *found)
{
    pc_buf_printable(out, found->place.file);
    pc_buf_format(out, ":%u:%u: %s policy%s \"", found->place.line, found->place.column,
                  pc_policy_type_text(found->input.type), found->guessed ? " (guessed)" : "");
    pc_buf_printable(out, found->input.name);
    pc_buf_byte(out, '"');
    if (found->holder.len > 0) {
        pc_buf_text(out, " of ");
        pc_buf_printable(out, found->holder);
    }
    pc_buf_byte(out, '\n');
}

static void tell_json(struct pc_buf *out, const struct pc_found_policy *found)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "policy");
    pc_json_string(&writer, found->input.name);
    pc_json_key(&writer, "type");
    pc_json_text(&writer, pc_policy_type_text(found->input.type));
    pc_json_key(&writer, "guessed");
    pc_json_boolean(&writer, found->guessed);
    if (found->holder.len > 0) {
        pc_json_key(&writer, "holder");
        pc_json_string(&writer, found->holder);
    }
    pc_json_key(&writer, "file");
    pc_json_string(&writer, found->place.file);
    pc_json_key(&writer, "line");
    pc_json_number(&writer, found->place.line);
    pc_json_key(&writer, "column");
    pc_json_number(&writer, found->place.column);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

static enum pc_status visit(void *context, const struct pc_found_policy *found, size_t number,
                            size_t total)
{
    struct pc_lint_run *run = context;
    struct pc_diags diags;
    pc_diags_init(&diags, &run->work);
    run->policies += run->policies == 0 || run->last != number; // not again as another type
    run->last = number;
    PC_TRY(note_seen(run, found));
    PC_TRY(look_at(run, found, &diags));
    PC_TRY(keep_all(run, found, &diags));
    if (run->told != NULL) {
        (run->json ? tell_json : tell)(run->told, found);
    }
    pc_arena_reset(&run->work);
    if (run->step != NULL) {
        run->step(run->context, number + 1, total);
    }
    return PC_OK;
}

// All of them
// -----------------------------------------------------------------------------------------

// Of files that could not be opened or read nothing is known: that is no finding about them.
static bool is_unread(enum pc_diag_code code)
{
    return code == PC_DIAG_FILE_MISSING || code == PC_DIAG_FILE_READ ||
           code == PC_DIAG_FOLDER_EMPTY;
}

static enum pc_status keep_of_input(struct pc_lint_run *run, const struct pc_diags *diags)
{
    if (diags->errors > 0 && diags->first == NULL) {
        return PC_ERR_NOMEM;
    }
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        if (!is_unread(diag->code)) {
            PC_TRY(pc_lint_run_add(run, diag));
            continue;
        }
        pc_diag_report(&run->unread, diag->code, diag->place, "%.*s", PC_STR_ARG(diag->message));
        if (diag->hint.len > 0) {
            pc_diag_hint(&run->unread, "%.*s", PC_STR_ARG(diag->hint));
        }
    }
    return diags->lost ? PC_ERR_NOMEM : PC_OK;
}

enum pc_status pc_lint_run(struct pc_lint_run *run, struct pc_policies_input *input)
{
    struct pc_diags diags;
    pc_diags_init(&diags, run->arena);
    pc_diags_init(&run->unread, run->arena);
    run->end = &run->first;
    run->seen_end = &run->seen;
    input->visit = visit;
    input->context = run;
    enum pc_status status = pc_import_policies(run->arena, input, &diags, &run->import);
    pc_arena_release(&run->work);
    pc_buf_release(&run->image);
    PC_TRY(status);
    return keep_of_input(run, &diags);
}
