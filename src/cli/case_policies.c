// SPDX-License-Identifier: Apache-2.0
#include "case_policies.h"

#include "compile/compile.h"
#include "policy/reader.h"
#include "spelling.h"

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

// {"name": ..., "document": ...} is told from a document by its `document`.
static enum pc_status unwrap(const struct pc_case_source *source, const struct pc_json *element,
                             struct pc_policy_input *input)
{
    const struct pc_json *document = pc_json_get(element, PC_STR("document"));
    const struct pc_json *name = pc_json_get(element, PC_STR("name"));
    if (document == NULL) {
        input->document = element;
        return PC_OK;
    }
    for (size_t i = 0; i < element->count; i++) {
        const struct pc_json_member *member = &element->members[i];
        if (&member->value != document && &member->value != name) {
            pc_diag_report(source->diags, PC_DIAG_REQUEST_MEMBER,
                           pc_json_member_place(source->file, member),
                           "a policy of a case has \"name\" and \"document\", no \"%.*s\"",
                           PC_STR_ARG(member->name));
            return PC_ERR_INVALID;
        }
    }
    if (name != NULL && name->type != PC_JSON_STRING) {
        return refuse(source, name, "name", "a string");
    }
    input->document = document;
    input->name = name != NULL ? name->text : input->name;
    return PC_OK;
}

// One list of documents: a set of its own.
struct list {
    const struct pc_json *documents;
    enum pc_policy_type type;
    struct pc_str name;    // "identity", "scp[1]": for documents without a name
    struct pc_str service; // of the resource that they are attached to
};

static enum pc_status read_documents(const struct pc_case_source *source, const struct list *list,
                                     const struct pc_policy **policies)
{
    enum pc_status outcome = PC_OK;
    for (size_t i = 0; i < list->documents->count; i++) {
        struct pc_policy_input input = {.type = list->type,
                                        .service = list->service,
                                        .file = source->file,
                                        .source = source->text};
        PC_TRY(pc_arena_format(source->arena, &input.name, "%.*s[%zu]", PC_STR_ARG(list->name), i));
        enum pc_status status = unwrap(source, &list->documents->items[i], &input);
        if (status == PC_OK) {
            status = pc_policy_read(source->arena, &input, source->diags, &policies[i]);
        }
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
        outcome = status != PC_OK ? status : outcome;
    }
    return outcome;
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
            list.service = pc_str_slice(request->action, 0, pc_str_find(request->action, ':', 0));
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
