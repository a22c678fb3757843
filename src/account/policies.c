// SPDX-License-Identifier: Apache-2.0
//
// First the picture is read as far as it tells who holds what; then its documents are gone through
// in their order, each with the types that it is used as.
#include "account/policies.h"

#include "documents.h"
#include "documents_held.h"
#include "import.h"
#include "policy_guess.h"

// What a document is used as.
struct use {
    struct pc_document_held held; // holder "" when there are several
    bool holder_known;
    struct use *next;
};

struct collecting {
    struct pc_arena *arena;
    struct use **uses; // by the document's number
};

// Another holder of what is used so already.
static void add_holder(struct use *use, struct pc_str holder)
{
    if (holder.len > 0) {
        use->held.holder = use->holder_known ? PC_STR("") : holder;
        use->holder_known = true;
    }
}

static enum pc_status collect(void *context, const struct pc_document_held *held)
{
    const struct collecting *collecting = context;
    struct use **use = &collecting->uses[held->document->number];
    while (*use != NULL &&
           ((*use)->held.type != held->type || !pc_str_eq((*use)->held.service, held->service))) {
        use = &(*use)->next;
    }
    if (*use != NULL) {
        add_holder(*use, held->holder);
        return PC_OK;
    }
    *use = pc_arena_alloc(collecting->arena, sizeof(**use));
    if (*use == NULL) {
        return PC_ERR_NOMEM;
    }
    **use = (struct use){.held = *held, .holder_known = held->holder.len > 0};
    return PC_OK;
}

// The type of a document that nobody holds.
static struct pc_found_policy without_holder(const struct pc_policies_input *input,
                                             const struct pc_document *document)
{
    struct pc_found_policy found = {.input = pc_document_input(document), .place = document->place};
    found.input.type = document->only != PC_POLICY_NONE     ? document->only
                       : document->likely != PC_POLICY_NONE ? document->likely
                                                            : input->type;
    found.guessed = found.input.type == PC_POLICY_NONE;
    if (found.guessed) {
        found.input.type = pc_policy_guess(document->json);
    }
    return found;
}

static enum pc_status visit_document(const struct pc_policies_input *input,
                                     const struct collecting *collecting,
                                     const struct pc_document *document, size_t total)
{
    const struct use *use = collecting->uses[document->number];
    if (use == NULL && !document->used) {
        const struct pc_found_policy found = without_holder(input, document);
        return input->visit(input->context, &found, document->number, total);
    }
    for (; use != NULL; use = use->next) {
        struct pc_found_policy found = {.input = pc_document_input(document),
                                        .place = document->place,
                                        .holder = use->held.holder,
                                        .arn = use->held.arn};
        found.input.type = use->held.type;
        found.input.service = use->held.service;
        PC_TRY(input->visit(input->context, &found, document->number, total));
    }
    return PC_OK;
}

static enum pc_status visit_all(struct pc_import *import, const struct pc_policies_input *input)
{
    struct collecting collecting = {.arena = import->arena};
    size_t total = import->counts.documents;
    collecting.uses = pc_arena_array(import->arena, total, sizeof(struct use *));
    if (collecting.uses == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_documents_each_held(import, collect, &collecting));
    for (const struct pc_document *document = import->documents; document != NULL;
         document = document->next) {
        PC_TRY(visit_document(input, &collecting, document, total));
    }
    return PC_OK;
}

enum pc_status pc_import_policies(struct pc_arena *arena, const struct pc_policies_input *input,
                                  struct pc_diags *diags, const struct pc_import **out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena trees;
    struct pc_import *import;
    pc_arena_init(&trees);
    PC_TRY(pc_picture_new(arena, diags, &import));
    import->jobs = input->from.jobs;
    import->trees = &trees;
    import->passes_cases = true;
    PC_TRY(pc_import_read(import, &input->from, false));
    PC_TRY(visit_all(import, input));
    import->diags = NULL;
    import->trees = NULL;
    *out = import;
    return PC_OK;
}

struct pc_str pc_import_text(const struct pc_import *import, struct pc_str file)
{
    const struct pc_file *found = pc_map_get(&import->file_by_path, file);
    const struct pc_file *each = found == NULL ? import->files : NULL; // standard input
    for (; each != NULL && found == NULL; each = each->next) {
        found = pc_str_eq(each->name, file) ? each : NULL;
    }
    return found != NULL ? found->text : PC_STR("");
}
