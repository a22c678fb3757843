// SPDX-License-Identifier: Apache-2.0
//
// Compiles session and endpoint policies, which no store holds, by the same compiler.
#include "policy.h"

#include "compile/compile.h"
#include "policy/reader.h"
#include "status.h"
#include "text.h"
#include "json/reader.h"

#include <stdlib.h>

// One compilation.
struct job {
    struct pc_arena arena;
    struct pc_diags diags;
    enum pc_policy_type type;
    const char *kind; // for documents without a name
};

static enum pc_status read_document(struct job *job, const struct polcheck_document *document,
                                    size_t number, const struct pc_policy **out)
{
    struct pc_str name = pc_text_in(document->name);
    if (name.len == 0) {
        PC_TRY(pc_arena_format(&job->arena, &name, "%s[%zu]", job->kind, number));
    }
    const struct pc_json_source source = {.file = name, .text = pc_text_in(document->json)};
    struct pc_policy_input input = {
        .type = job->type, .file = name, .name = name, .source = source.text};
    PC_TRY(pc_json_parse(&job->arena, &source, &job->diags, &input.document));
    return pc_policy_read(&job->arena, &input, &job->diags, out);
}

// Reads all, so that all that is wrong is said.
static enum pc_status read_documents(struct job *job, const struct polcheck_document *documents,
                                     size_t count, const struct pc_policy **policies)
{
    enum pc_status outcome = PC_OK;
    for (size_t i = 0; i < count; i++) {
        enum pc_status status = read_document(job, &documents[i], i, &policies[i]);
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
        outcome = status != PC_OK ? status : outcome;
    }
    return outcome;
}

// Texts are counted in 32 bits further in.
static bool are_short(const struct polcheck_document *documents, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_text_in(documents[i].name).len >= UINT32_MAX ||
            pc_text_in(documents[i].json).len >= UINT32_MAX) {
            return false;
        }
    }
    return true;
}

static enum pc_status compile(struct job *job, const struct polcheck_document *documents,
                              size_t count, struct polcheck_policy *policy)
{
    const struct pc_policy **policies = pc_arena_array(&job->arena, count, sizeof(*policies));
    if (policies == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(are_short(documents, count) ? PC_OK : PC_ERR_LIMIT);
    PC_TRY(read_documents(job, documents, count, policies));
    const struct pc_compile_set set = {job->type, policies, count};
    PC_TRY(pc_compile(&job->arena, &set, &job->diags, &policy->bytes));
    return pc_image_open(pc_buf_view(&policy->bytes), &policy->image);
}

// As much of a text as fits, without the beginning of a character at its end.
static struct pc_str whole_characters(struct pc_str text, size_t room)
{
    size_t end = text.len < room ? text.len : room;
    while (end < text.len && end > 0 && ((unsigned char)text.ptr[end] & 0xc0) == 0x80) {
        end--;
    }
    return pc_str_slice(text, 0, end);
}

static void tell_why(const struct pc_diags *diags, const struct polcheck_room *why)
{
    if (why == NULL || why->ptr == NULL || why->size == 0) {
        return;
    }
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        pc_diag_write(&text, diag, false);
    }
    struct pc_str said = whole_characters(pc_buf_view(&text), why->size - 1);
    if (said.len > 0) {
        memcpy(why->ptr, said.ptr, said.len);
    }
    why->ptr[said.len] = '\0';
}

static enum polcheck_status compile_into(enum polcheck_policy_type type,
                                         const struct polcheck_document *documents, size_t count,
                                         struct polcheck_policy *policy, struct job *job)
{
    bool session = type == POLCHECK_SESSION;
    job->type = session ? PC_POLICY_SESSION : PC_POLICY_ENDPOINT;
    job->kind = polcheck_policy_type_text(type);
    policy->type = type;
    pc_diags_init(&job->diags, &job->arena);
    return pc_status_of_policy(compile(job, documents, count, policy));
}

enum polcheck_status polcheck_policy_compile(enum polcheck_policy_type type,
                                             const struct polcheck_document *documents,
                                             size_t count, const struct polcheck_room *why,
                                             struct polcheck_policy **out)
{
    bool known = type == POLCHECK_SESSION || type == POLCHECK_ENDPOINT;
    if (!known || (documents == NULL && count > 0) || out == NULL) {
        return POLCHECK_ERR_USAGE;
    }
    struct polcheck_policy *policy = calloc(1, sizeof(*policy));
    if (policy == NULL) {
        return POLCHECK_ERR_NOMEM;
    }
    struct job job = {.type = PC_POLICY_SESSION};
    enum polcheck_status status = compile_into(type, documents, count, policy, &job);
    tell_why(&job.diags, why);
    pc_arena_release(&job.arena);
    if (status != POLCHECK_OK) {
        polcheck_policy_free(policy);
        return status;
    }
    *out = policy;
    return POLCHECK_OK;
}

void polcheck_policy_free(struct polcheck_policy *policy)
{
    if (policy != NULL) {
        pc_buf_release(&policy->bytes);
        free(policy);
    }
}
