// SPDX-License-Identifier: Apache-2.0
#include "case_policies.h"

#include "compile/compile.h"
#include "policy/reader.h"
#include "spelling.h"

static struct pc_str service_of(const struct pc_request *request)
{
    return pc_str_slice(request->action, 0, pc_str_find(request->action, ':', 0));
}

enum pc_policy_type pc_case_resource_type(const struct pc_request *request)
{
    if (pc_action_asks_for_role(request->action, request->resource)) {
        return PC_POLICY_TRUST;
    }
    if (pc_str_has_prefix_icase(request->action, PC_STR("kms:"))) {
        return PC_POLICY_KEY;
    }
    return PC_POLICY_RESOURCE;
}

static enum pc_status refuse(const struct pc_case_source *source, const struct pc_json *json,
                             const char *name, const char *wanted)
{
    pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, json),
                   "\"%s\" is %s, not %s", name, pc_json_type_text(json->type), wanted);
    return PC_ERR_INVALID;
}

// The members that an element may have: `of` and "name".
static enum pc_status check_members(const struct pc_case_source *source,
                                    const struct pc_json *element, const struct pc_json *of,
                                    const char *of_name)
{
    const struct pc_json *name = pc_json_get(element, PC_STR("name"));
    for (size_t i = 0; i < element->count; i++) {
        const struct pc_json_member *member = &element->members[i];
        if (&member->value != of && &member->value != name) {
            pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER,
                           pc_json_member_place(source->file, member),
                           "a policy of a case has \"name\" and \"%s\", no \"%.*s\"", of_name,
                           PC_STR_ARG(member->name));
            return PC_ERR_INVALID;
        }
    }
    return name != NULL && name->type != PC_JSON_STRING ? refuse(source, name, "name", "a string")
                                                        : PC_OK;
}

static enum pc_status find_file(const struct pc_case_source *source, const struct pc_json *path,
                                struct pc_case_document *out)
{
    if (path->type != PC_JSON_STRING) {
        return refuse(source, path, "file", "a path");
    }
    if (source->loader == NULL) {
        pc_diag_report(source->diags, PC_DIAG_CASE_POLICY_FILE, pc_json_place(source->file, path),
                       "a policy by its path cannot be read here");
        return PC_ERR_INVALID;
    }
    return source->loader->find(source->loader, source, path, out);
}

// An element is a path, {"file": path, "name": ...}, {"document": ..., "name": ...}, which are told
// from a document by those members, or a document.
static enum pc_status find_document(const struct pc_case_source *source,
                                    const struct pc_json *element, struct pc_case_document *out)
{
    const struct pc_json *document = pc_json_get(element, PC_STR("document"));
    const struct pc_json *file = pc_json_get(element, PC_STR("file"));
    const struct pc_json *name = pc_json_get(element, PC_STR("name"));
    if (element->type == PC_JSON_STRING) {
        return find_file(source, element, out);
    }
    if (document != NULL) {
        PC_TRY(check_members(source, element, document, "document"));
    } else if (file != NULL) {
        PC_TRY(check_members(source, element, file, "file"));
        PC_TRY(find_file(source, file, out));
    }
    if (file == NULL || document != NULL) {
        out->json = document != NULL ? document : element;
    }
    bool wrapped = document != NULL || file != NULL;
    out->name = wrapped && name != NULL ? name->text : out->name;
    return PC_OK;
}

// One list of documents: a set of its own.
struct list {
    const struct pc_json *documents;
    enum pc_policy_type type;
    struct pc_str name;    // "identity", "scp[1]": for documents without a name
    struct pc_str service; // of the resource that they are attached to
};

static enum pc_status read_document(const struct pc_case_source *source, const struct list *list,
                                    size_t at, const struct pc_policy **out)
{
    struct pc_case_document document = {
        .type = list->type, .file = source->file, .text = source->text};
    PC_TRY(pc_arena_format(source->arena, &document.name, "%.*s[%zu]", PC_STR_ARG(list->name), at));
    PC_TRY(find_document(source, &list->documents->items[at], &document));
    const struct pc_policy_input input = {.type = list->type,
                                          .service = list->service,
                                          .file = document.file,
                                          .name = document.name,
                                          .document = document.json,
                                          .source = document.text};
    return pc_policy_read(source->arena, &input, source->diags, out);
}

static enum pc_status read_documents(const struct pc_case_source *source, const struct list *list,
                                     const struct pc_policy **policies)
{
    enum pc_status outcome = PC_OK;
    for (size_t i = 0; i < list->documents->count; i++) {
        enum pc_status status = read_document(source, list, i, &policies[i]);
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
        outcome = status != PC_OK ? status : outcome;
    }
    return outcome;
}

// Tells who wants to know what the image is compiled from.
static enum pc_status note_used(const struct pc_case_source *source, const struct pc_image *image,
                                const struct pc_compile_set *set)
{
    if (source->used == NULL) {
        return PC_OK;
    }
    struct pc_case_used *used = pc_arena_alloc(source->arena, sizeof(*used));
    if (used == NULL) {
        return PC_ERR_NOMEM;
    }
    *used = (struct pc_case_used){image, set->policies, set->count, *source->used};
    *source->used = used;
    return PC_OK;
}

static enum pc_status compile_list(const struct pc_case_source *source, const struct list *list,
                                   struct pc_image *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_str kept;
    if (list->documents->type != PC_JSON_ARRAY) {
        pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER,
                       pc_json_place(source->file, list->documents),
                       "\"%.*s\" is %s, not an array of policies", PC_STR_ARG(list->name),
                       pc_json_type_text(list->documents->type));
        return PC_ERR_INVALID;
    }
    size_t count = list->documents->count;
    const struct pc_policy **policies = pc_arena_array(source->arena, count, sizeof(*policies));
    if (policies == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(read_documents(source, list, policies));
    struct pc_compile_set set = {list->type, policies, count};
    PC_TRY(pc_compile(source->arena, &set, source->diags, &bytes));
    PC_TRY(pc_arena_copy(source->arena, pc_buf_view(&bytes), &kept));
    PC_TRY(note_used(source, out, &set));
    return pc_image_open(kept, out);
}

// A member of `policies`, and where its images go.
struct slot {
    struct pc_str name;
    enum pc_policy_type type;
    bool levels; // an array of arrays
    void (*set)(struct pc_policies *policies, const struct pc_image *images, size_t count);
};

static void set_identity(struct pc_policies *policies, const struct pc_image *images, size_t count)
{
    (void)count;
    policies->identity = images;
}

static void set_boundary(struct pc_policies *policies, const struct pc_image *images, size_t count)
{
    (void)count;
    policies->boundary = images;
}

static void set_session(struct pc_policies *policies, const struct pc_image *images, size_t count)
{
    (void)count;
    policies->session = images;
}

static void set_endpoint(struct pc_policies *policies, const struct pc_image *images, size_t count)
{
    (void)count;
    policies->endpoint = images;
}

static void set_resource(struct pc_policies *policies, const struct pc_image *images, size_t count)
{
    policies->resource = images;
    policies->resource_count = count;
}

static void set_scp(struct pc_policies *policies, const struct pc_image *images, size_t count)
{
    policies->scp = images;
    policies->scp_count = count;
}

static void set_rcp(struct pc_policies *policies, const struct pc_image *images, size_t count)
{
    policies->rcp = images;
    policies->rcp_count = count;
}

static const struct slot slots[] = {
    {PC_STR_INIT("identity"), PC_POLICY_IDENTITY, false, set_identity},
    {PC_STR_INIT("boundary"), PC_POLICY_BOUNDARY, false, set_boundary},
    {PC_STR_INIT("session"), PC_POLICY_SESSION, false, set_session},
    {PC_STR_INIT("resource"), PC_POLICY_RESOURCE, false, set_resource},
    {PC_STR_INIT("endpoint"), PC_POLICY_ENDPOINT, false, set_endpoint},
    {PC_STR_INIT("scp"), PC_POLICY_SCP, true, set_scp},
    {PC_STR_INIT("rcp"), PC_POLICY_RCP, true, set_rcp},
};

static enum pc_status compile_levels(const struct pc_case_source *source, const struct slot *slot,
                                     const struct pc_json *levels, struct pc_image *images)
{
    if (levels->type != PC_JSON_ARRAY) {
        return refuse(source, levels, slot->name.ptr, "an array of levels");
    }
    for (size_t i = 0; i < levels->count; i++) {
        struct list list = {&levels->items[i], slot->type, slot->name, PC_STR("")};
        PC_TRY(pc_arena_format(source->arena, &list.name, "%.*s[%zu]", PC_STR_ARG(slot->name), i));
        PC_TRY(compile_list(source, &list, &images[i]));
    }
    return PC_OK;
}

static enum pc_status compile_slot(const struct pc_case_source *source, const struct slot *slot,
                                   const struct pc_json *json, const struct pc_request *request,
                                   struct pc_policies *out)
{
    size_t count = slot->levels ? json->count : 1;
    struct pc_image *images = pc_arena_array(source->arena, count, sizeof(*images));
    if (images == NULL) {
        return PC_ERR_NOMEM;
    }
    if (slot->levels) {
        PC_TRY(compile_levels(source, slot, json, images));
    } else {
        struct list list = {json, slot->type, slot->name, PC_STR("")};
        if (slot->type == PC_POLICY_RESOURCE) {
            list.type = pc_case_resource_type(request);
            list.service = service_of(request);
        }
        PC_TRY(compile_list(source, &list, images));
    }
    slot->set(out, images, count);
    return PC_OK;
}

static enum pc_status compile_member(const struct pc_case_source *source,
                                     const struct pc_json_member *member,
                                     const struct pc_request *request, struct pc_policies *out)
{
    struct pc_near near = {.text = member->name};
    for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
        if (pc_str_eq(slots[i].name, member->name)) {
            return compile_slot(source, &slots[i], &member->value, request, out);
        }
        pc_near_offer(&near, slots[i].name);
    }
    pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER,
                   pc_json_member_place(source->file, member),
                   "\"policies\" has no member \"%.*s\"", PC_STR_ARG(member->name));
    if (near.best.len > 0) {
        pc_diag_hint(source->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_ERR_INVALID;
}

enum pc_status pc_case_policies_compile(const struct pc_case_source *source,
                                        const struct pc_json *policies,
                                        const struct pc_request *request, struct pc_policies *out)
{
    struct pc_policies made = {0};
    enum pc_status outcome = PC_OK;
    if (policies != NULL && policies->type != PC_JSON_OBJECT) {
        return refuse(source, policies, "policies", "an object");
    }
    for (size_t i = 0; policies != NULL && i < policies->count; i++) {
        enum pc_status status = compile_member(source, &policies->members[i], request, &made);
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
        outcome = status != PC_OK ? status : outcome;
    }
    PC_TRY(outcome);
    *out = made;
    return PC_OK;
}

// Sets that the rows of a table share.

struct pc_case_set {
    enum pc_policy_type type; // of the resource's policy
    struct pc_str service;    // of the action
    enum pc_status status;
    struct pc_policies policies;
    const struct pc_case_used *used;
    struct pc_diags diags; // what was reported
    struct pc_case_set *next;
};

// Only a resource's policy is read otherwise for another request.
static bool fits(const struct pc_case_set *set, const struct pc_json *policies,
                 const struct pc_request *request)
{
    return pc_json_get(policies, PC_STR("resource")) == NULL ||
           (set->type == pc_case_resource_type(request) &&
            pc_str_eq(set->service, service_of(request)));
}

static enum pc_status compile_set(struct pc_case_sets *sets, const struct pc_case_source *source,
                                  const struct pc_json *policies, const struct pc_request *request,
                                  struct pc_case_set **out)
{
    struct pc_case_set *set = pc_arena_alloc(sets->arena, sizeof(*set));
    struct pc_case_source own = *source;
    if (set == NULL) {
        return PC_ERR_NOMEM;
    }
    *set = (struct pc_case_set){.type = pc_case_resource_type(request), .next = sets->first};
    PC_TRY(pc_arena_copy(sets->arena, service_of(request), &set->service));
    pc_diags_init(&set->diags, sets->arena);
    own.arena = sets->arena;
    own.diags = &set->diags;
    own.used = source->used != NULL ? &set->used : NULL;
    set->status = pc_case_policies_compile(&own, policies, request, &set->policies);
    if (set->status == PC_OK || set->status == PC_ERR_INVALID) {
        sets->first = set;
    }
    *out = set;
    return PC_OK;
}

enum pc_status pc_case_sets_compile(struct pc_case_sets *sets, const struct pc_case_source *source,
                                    const struct pc_json *policies,
                                    const struct pc_request *request, struct pc_policies *out)
{
    if (sets == NULL || policies == NULL) {
        return pc_case_policies_compile(source, policies, request, out);
    }
    struct pc_case_set *set = sets->first;
    while (set != NULL && !fits(set, policies, request)) {
        set = set->next;
    }
    if (set == NULL) {
        PC_TRY(compile_set(sets, source, policies, request, &set));
    }
    pc_diags_append(source->diags, &set->diags);
    if (source->used != NULL) {
        *source->used = set->used;
    }
    PC_TRY(set->status);
    *out = set->policies;
    return PC_OK;
}
