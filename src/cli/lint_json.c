// SPDX-License-Identifier: Apache-2.0
//
// Findings for programs: JSON, an object a line, and SARIF.
#include "lint_listing.h"

#include "crypto/hash.h"

static void nothing(struct pc_lint_listing *listing)
{
    (void)listing;
}

static void write_text(struct pc_json_writer *writer, const char *key, struct pc_str text)
{
    if (text.len > 0) {
        pc_json_key(writer, key);
        pc_json_string(writer, text);
    }
}

// Whose finding it is.
static void write_policy(struct pc_json_writer *writer, const struct pc_lint_finding *finding)
{
    write_text(writer, "policy", finding->policy);
    if (finding->type != PC_POLICY_NONE) {
        write_text(writer, "type", pc_str_from(pc_policy_type_text(finding->type)));
    }
    write_text(writer, "statement", finding->statement);
}

static enum pc_status add_object(struct pc_lint_listing *listing,
                                 const struct pc_lint_finding *finding)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &listing->out->text, false);
    pc_json_begin_object(&writer);
    pc_diag_members_write(&writer, &finding->diag);
    write_policy(&writer, finding);
    if (finding->suppression != NULL) {
        pc_json_key(&writer, "suppressed");
        pc_json_begin_object(&writer);
        write_text(&writer, "reason", finding->suppression->reason);
        write_text(&writer, "until", finding->suppression->until);
        pc_json_end_object(&writer);
    }
    pc_json_end_object(&writer);
    pc_buf_byte(&listing->out->text, '\n');
    return PC_OK;
}

// SARIF -----------------------------------------------------------------------------------------

// What stays when lines above the finding come and go. The same finding again in a file has another
// number.
static enum pc_status make_fingerprint(struct pc_lint_listing *listing,
                                       const struct pc_lint_finding *finding, struct pc_buf *out)
{
    const struct pc_str parts[] = {pc_str_from(pc_diag_name(finding->diag.code).text),
                                   finding->diag.place.file, finding->policy, finding->statement,
                                   finding->diag.message};
    struct pc_hasher hasher;
    struct pc_str key;
    pc_hasher_init(&hasher);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        pc_hasher_add(&hasher, parts[i]);
    }
    const struct pc_hash hash = pc_hasher_final(&hasher);
    pc_hash_write(out, &hash);
    PC_TRY(pc_buf_status(out));
    size_t *count = pc_map_get(&listing->fingerprints, pc_buf_view(out));
    if (count == NULL) {
        count = pc_arena_alloc(listing->arena, sizeof(*count));
        PC_TRY(pc_arena_copy(listing->arena, pc_buf_view(out), &key));
        if (count == NULL) {
            return PC_ERR_NOMEM;
        }
        PC_TRY(pc_map_put(&listing->fingerprints, key, count));
    }
    pc_buf_format(out, ":%zu", ++*count);
    return pc_buf_status(out);
}

static void begin_log(struct pc_lint_listing *listing)
{
    listing->sarif.suppressible = true;
    pc_map_init(&listing->fingerprints, listing->arena);
    pc_sarif_begin(&listing->sarif, &listing->out->text);
}

static enum pc_status add_result(struct pc_lint_listing *listing,
                                 const struct pc_lint_finding *finding)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf message = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf fingerprint = {0};
    const struct pc_diag *diag = &finding->diag;
    const struct pc_suppression *suppression = finding->suppression;
    pc_buf_str(&message, diag->message);
    if (diag->hint.len > 0) {
        pc_buf_text(&message, ". Hint: ");
        pc_buf_str(&message, diag->hint);
    }
    PC_TRY(pc_buf_status(&message));
    PC_TRY(make_fingerprint(listing, finding, &fingerprint));
    const struct pc_sarif_result result = {
        .code = diag->code,
        .severity = diag->severity,
        .place = diag->place,
        .message = pc_buf_view(&message),
        .fingerprint = pc_buf_view(&fingerprint),
        .suppressed = suppression != NULL,
        .justification = suppression != NULL ? suppression->reason : PC_STR("")};
    pc_sarif_result_begin(&listing->sarif, &result);
    write_policy(&listing->sarif.writer, finding);
    pc_sarif_result_end(&listing->sarif);
    return PC_OK;
}

static void end_log(struct pc_lint_listing *listing)
{
    pc_sarif_end(&listing->sarif, !listing->incomplete);
}

const struct pc_lint_format pc_lint_json = {.begin = nothing, .add = add_object, .end = nothing};
const struct pc_lint_format pc_lint_sarif = {
    .begin = begin_log, .add = add_result, .end = end_log, .suppressed = true};
