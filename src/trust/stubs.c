// SPDX-License-Identifier: Apache-2.0
//
// In the place of what is being built: refuses everything.
#include "trust/judge.h"
#include "trust/signing.h"

#pragma GCC diagnostic ignored "-Wunused-parameter"

enum pc_status pc_trusted_keys_read(const char *path, struct pc_diags *diags,
                                    struct pc_trusted_keys **out)
{
    return PC_ERR_INTERNAL;
}
enum pc_status pc_trusted_keys_of(const uint8_t key[PC_SIGN_PUBLIC_BYTES],
                                  struct pc_trusted_keys **out)
{
    return PC_ERR_INTERNAL;
}
void pc_trusted_keys_free(struct pc_trusted_keys *keys)
{
}
bool pc_trusted_keys_is_current(const struct pc_trusted_keys *keys, const char *path)
{
    return false;
}
bool pc_trusted_keys_equal(const struct pc_trusted_keys *a, const struct pc_trusted_keys *b)
{
    return false;
}
size_t pc_trusted_keys_count(const struct pc_trusted_keys *keys)
{
    return 0;
}
const struct pc_trusted_key *pc_trusted_keys_at(const struct pc_trusted_keys *keys, size_t index)
{
    return NULL;
}
const struct pc_trusted_key *pc_trusted_keys_find(const struct pc_trusted_keys *keys,
                                                  const uint8_t key[PC_SIGN_PUBLIC_BYTES])
{
    return NULL;
}
void pc_trust_fingerprint(struct pc_buf *out, const uint8_t key[PC_SIGN_PUBLIC_BYTES])
{
}
enum pc_seen_order pc_seen_compare(const struct pc_seen *edition, const struct pc_seen *seen)
{
    return PC_SEEN_OLDER;
}
enum pc_status pc_seen_read(const char *path, struct pc_diags *diags, struct pc_seen *out)
{
    return PC_ERR_INTERNAL;
}
enum pc_status pc_seen_advance(const char *path, const struct pc_seen *edition,
                               struct pc_diags *diags, struct pc_seen *before,
                               enum pc_seen_order *order)
{
    return PC_ERR_INTERNAL;
}
enum pc_status pc_judging_new(struct pc_snapshot *snapshot, const struct pc_trust_basis *basis,
                              const struct pc_content_before *before, struct pc_judging **out)
{
    return PC_ERR_INTERNAL;
}
void pc_judging_free(struct pc_judging *job)
{
}
enum pc_status pc_judging_step(struct pc_judging *job, size_t bytes, bool *done)
{
    return PC_ERR_INTERNAL;
}
const struct pc_judgement *pc_judging_result(const struct pc_judging *job)
{
    static const struct pc_judgement nothing;
    return &nothing;
}
struct pc_content *pc_judging_take(struct pc_judging *job)
{
    return NULL;
}
enum pc_status pc_trust_judge(struct pc_snapshot *snapshot, const struct pc_trust_basis *basis,
                              const struct pc_content_before *before, struct pc_judgement *out,
                              struct pc_content **content)
{
    return PC_ERR_INTERNAL;
}
struct pc_seen pc_judgement_edition(const struct pc_judgement *judgement)
{
    return (struct pc_seen){.serial = 0};
}
enum pc_status pc_trust_accept(const char *seen_path, struct pc_diags *diags,
                               struct pc_judgement *judgement)
{
    judgement->verdict = PC_TRUST_UNKNOWN;
    return PC_ERR_INTERNAL;
}
void pc_trust_report(struct pc_diags *diags, struct pc_str path,
                     const struct pc_judgement *judgement)
{
}
void pc_content_free(struct pc_content *content)
{
}
