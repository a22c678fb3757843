// SPDX-License-Identifier: Apache-2.0
//
// The question that a release comes down to (LAMBDA.md, section 6; ).
#include <stdlib.h>

#include "compile/compile.h"
#include "policy/reader.h"
#include "release.h"
#include "status.h"
#include "text.h"
#include "json/reader.h"

static const struct pc_place nowhere = {.line = 0};

// The state --------------------------------------------------------------------------------------

enum pc_status pc_release_of(struct polcheck_scratch *scratch, struct pc_release **out)
{
    if (scratch->release == NULL) {
        scratch->release = calloc(1, sizeof(*scratch->release));
    }
    *out = scratch->release;
    return scratch->release == NULL ? PC_ERR_NOMEM : PC_OK;
}

void pc_release_free(struct pc_release *release)
{
    if (release == NULL) {
        return;
    }
    for (size_t i = 0; i < PC_RELEASE_POLICIES; i++) {
        polcheck_policy_free(release->policies[i].policy);
    }
    free(release->request.pairs);
    free(release->request.lists);
    free(release->request.tags);
    free(release->request.services);
    pc_arena_release(&release->request.arena);
    pc_arena_release(&release->arena);
    free(release);
}

// Who it is about --------------------------------------------------------------------------------

// The session of the function's execution role: it bears the function's name.
static enum pc_status write_own_session(struct pc_release *release, struct pc_str role)
{
    struct pc_arn parts;
    if (!pc_arn_parse(role, &parts)) {
        return PC_ERR_DAMAGED;
    }
    size_t slash = pc_str_find_last(parts.resource, '/');
    struct pc_str name = pc_str_slice(parts.resource, slash + 1, parts.resource.len);
    struct pc_str function = pc_function_name(release->function);
    PC_TRY(pc_arena_copy(&release->arena, role, &release->role));
    const struct pc_str texts[] = {
        PC_STR("arn:"), parts.partition, PC_STR(":sts::"), parts.account, PC_STR(":assumed-role/"),
        name,           PC_STR("/"),     function};
    return pc_arena_join(&release->arena, texts, sizeof(texts) / sizeof(texts[0]), &release->own);
}

static enum pc_status copy_declared(struct pc_release *release,
                                    const struct pc_known_function *known)
{
    release->declared =
        pc_arena_array(&release->arena, known->variable_count, sizeof(*release->declared));
    if (release->declared == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < known->variable_count; i++) {
        PC_TRY(pc_arena_copy(&release->arena, pc_known_function_variable(known, i),
                             &release->declared[i]));
    }
    release->declared_count = known->variable_count;
    return PC_OK;
}

static enum pc_status report_unknown(struct polcheck_scratch *scratch,
                                     const struct pc_release *release, const char *what)
{
    pc_diag_report(&scratch->diags, PC_DIAG_FUNCTION_UNKNOWN, nowhere,
                   "the store does not know %s \"%.*s\"", what, PC_STR_ARG(release->function));
    pc_diag_hint(&scratch->diags, "compile a dump or manifest that names function and role");
    return PC_ERR_INVALID;
}

// Texts are copied: a later state may be asked before the question is done with.
enum pc_status pc_release_begin(struct pc_release *release, const struct polcheck_release *wanted)
{
    pc_arena_reset(&release->arena);
    release->key = (struct pc_vault_key){.version = 0};
    release->key_version = 0;
    release->declared_count = 0;
    release->function = release->own = release->role = release->principal = PC_STR("");
    PC_TRY(pc_arena_copy(&release->arena, pc_text_in(wanted->principal), &release->principal));
    return pc_arena_copy(&release->arena, pc_text_in(wanted->function), &release->function);
}

static enum pc_status identify(struct polcheck_scratch *scratch, struct pc_release *release)
{
    const struct pc_asking asking = {.arena = &scratch->arena, .diags = &scratch->diags};
    struct pc_known_function known;
    PC_TRY(pc_function_arn_check(release->function, &scratch->diags));
    enum pc_status status =
        pc_resolver_function(scratch->asker.resolver, release->function, &asking, &known);
    if (status == PC_ERR_NOTFOUND) {
        return report_unknown(scratch, release, "the function");
    }
    PC_TRY(status);
    if (known.role.len == 0) {
        return report_unknown(scratch, release, "the execution role of the function");
    }
    PC_TRY(write_own_session(release, known.role));
    PC_TRY(copy_declared(release, &known));
    release->principal = release->principal.len == 0 ? release->own : release->principal;
    return pc_resolver_check(scratch->asker.resolver, &asking);
}

enum polcheck_status pc_release_identify(struct polcheck_scratch *scratch,
                                         struct pc_release *release)
{
    return pc_status_of_secrets(identify(scratch, release), &scratch->diags);
}

// The key's policy -------------------------------------------------------------------------------

static enum pc_status compile_policy(struct polcheck_scratch *scratch,
                                     const struct pc_vault_key *key, struct polcheck_policy *policy)
{
    struct pc_arena *arena = &scratch->arena;
    const struct pc_policy *read;
    const struct pc_json_source source = {.file = key->policy_name, .text = key->policy};
    struct pc_policy_input input = {.type = PC_POLICY_KEY,
                                    .file = key->policy_name,
                                    .name = key->policy_name,
                                    .source = key->policy};
    PC_TRY(pc_json_parse(arena, &source, &scratch->diags, &input.document));
    PC_TRY(pc_policy_read(arena, &input, &scratch->diags, &read));
    const struct pc_compile_set set = {PC_POLICY_KEY, &read, 1};
    policy->type = POLCHECK_RESOURCE;
    PC_TRY(pc_compile(arena, &set, &scratch->diags, &policy->bytes));
    return pc_image_open(pc_buf_view(&policy->bytes), &policy->image);
}

// The policy, compiled now or before. In the place of an older one when there are many.
static enum pc_status find_policy(struct polcheck_scratch *scratch, struct pc_release *release,
                                  const struct pc_vault_key *key,
                                  const struct polcheck_policy **out)
{
    const struct pc_hash *digest = &key->policy_digest;
    struct pc_release_policy *slot = &release->policies[digest->bytes[0] % PC_RELEASE_POLICIES];
    if (slot->policy == NULL || !pc_hash_eq(&slot->digest, digest)) {
        struct polcheck_policy *policy = calloc(1, sizeof(*policy));
        enum pc_status status =
            policy == NULL ? PC_ERR_NOMEM : compile_policy(scratch, key, policy);
        if (status != PC_OK) {
            polcheck_policy_free(policy);
            return status;
        }
        polcheck_policy_free(slot->policy);
        *slot = (struct pc_release_policy){*digest, policy};
    }
    *out = slot->policy;
    return PC_OK;
}

// The question -----------------------------------------------------------------------------------

static struct polcheck_str literal(const char *text)
{
    return polcheck_text(text);
}

static void add_list(struct polcheck_request *request, const char *key, struct pc_str value)
{
    const struct polcheck_value values[] = {polcheck_string(pc_text_out(value))};
    polcheck_request_add_list(request, literal(key), values, 1);
}

static enum pc_status add_tags(struct pc_release *release)
{
    const struct pc_vault_key *key = &release->key;
    for (size_t i = 0; i < key->tag_count; i++) {
        struct pc_str name;
        PC_TRY(pc_arena_format(&release->arena, &name, "aws:ResourceTag/%.*s",
                               PC_STR_ARG(key->tags[i].key)));
        polcheck_request_add(&release->request, pc_text_out(name),
                             polcheck_string(pc_text_out(key->tags[i].value)));
    }
    return PC_OK;
}

// What KMS would see of the call that Lambda makes in the name of the function's role.
static enum pc_status add_context(struct pc_release *release, const struct polcheck_release *wanted)
{
    struct polcheck_request *request = &release->request;
    struct pc_arn function, key;
    struct pc_str via;
    if (!pc_arn_parse(release->function, &function) || !pc_arn_parse(release->key.arn, &key)) {
        return PC_ERR_DAMAGED;
    }
    const struct pc_str texts[] = {PC_STR("lambda."), function.region, PC_STR(".amazonaws.com")};
    PC_TRY(pc_arena_join(&release->arena, texts, 3, &via));
    const struct polcheck_pair pairs[] = {
        {literal("kms:EncryptionContext:aws:lambda:FunctionArn"), pc_text_out(release->function)},
        {literal("kms:ViaService"), pc_text_out(via)},
        {literal("kms:KeySpec"), literal("SYMMETRIC_DEFAULT")},
        {literal("kms:KeyUsage"), literal("ENCRYPT_DECRYPT")},
        {literal("kms:KeyOrigin"), literal("AWS_KMS")},
        {literal("aws:RequestedRegion"), pc_text_out(key.region)},
    };
    polcheck_request_add_pairs(request, pairs, sizeof(pairs) / sizeof(pairs[0]));
    add_list(request, "kms:EncryptionContextKeys", PC_STR("aws:lambda:FunctionArn"));
    if (release->key.alias.len > 0) {
        add_list(request, "kms:ResourceAliases", release->key.alias);
    }
    PC_TRY(add_tags(release));
    polcheck_request_add_pairs(request, wanted->context, wanted->context_count);
    return PC_OK;
}

// What is asked about afterwards may not go with the vault's state.
static enum pc_status keep_key(struct pc_release *release)
{
    struct pc_vault_key *key = &release->key;
    struct pc_key_tag *tags = pc_arena_array(&release->arena, key->tag_count, sizeof(*tags));
    if (tags == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_arena_copy(&release->arena, key->arn, &key->arn));
    PC_TRY(pc_arena_copy(&release->arena, key->alias, &key->alias));
    for (size_t i = 0; i < key->tag_count; i++) {
        PC_TRY(pc_arena_copy(&release->arena, key->tags[i].key, &tags[i].key));
        PC_TRY(pc_arena_copy(&release->arena, key->tags[i].value, &tags[i].value));
    }
    key->tags = tags;
    return PC_OK;
}

static enum pc_status make_question(struct polcheck_scratch *scratch, struct pc_release *release,
                                    const struct polcheck_release *wanted)
{
    struct polcheck_request *request = &release->request;
    const struct polcheck_policy *policy = NULL;
    if (release->key.policy.len > 0) {
        PC_TRY(find_policy(scratch, release, &release->key, &policy));
    }
    PC_TRY(keep_key(release));
    polcheck_request_begin(request, pc_text_out(release->principal), literal("kms:Decrypt"),
                           pc_text_out(release->key.arn));
    if (pc_str_eq(release->principal, release->own)) {
        polcheck_request_set_role(request, pc_text_out(release->role));
    }
    request->resource_policy = policy;
    return add_context(release, wanted);
}

enum polcheck_status pc_release_question(struct polcheck_scratch *scratch,
                                         struct pc_release *release,
                                         const struct polcheck_release *wanted)
{
    enum pc_status status = make_question(scratch, release, wanted);
    // A policy that was kept and does not compile any more is the key's fault.
    return status == PC_ERR_INVALID ? POLCHECK_ERR_KEY
                                    : pc_status_of_secrets(status, &scratch->diags);
}
