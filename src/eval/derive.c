// SPDX-License-Identifier: Apache-2.0
//
// The condition keys that follow from what is asked, and the order in which all are derived
// (SEMANTICS.md section 9).
#include "derivation.h"

#include "match/key.h"
#include "value/arn.h"
#include "value/date.h"

// The tag with this folded key is one of aws:TagKeys.
static enum pc_status find_tag(const struct pc_derivation *job,
                               const struct pc_context_entry *tag_keys, struct pc_str folded,
                               bool *found)
{
    *found = false;
    for (size_t i = 0; i < tag_keys->count && !*found; i++) {
        struct pc_str listed;
        PC_TRY(pc_key_fold(job->arena, tag_keys->values[i], &listed));
        *found = pc_str_eq(listed, folded);
    }
    return PC_OK;
}

static enum pc_status check_tag_keys(const struct pc_derivation *job,
                                     const struct pc_context_entry *tag_keys, struct pc_str prefix)
{
    const struct pc_request *request = job->request;
    for (size_t i = 0; i < request->context_count; i++) {
        const struct pc_context_entry *entry = &request->context[i];
        bool found = true;
        if (!entry->absent && pc_str_has_prefix(entry->key, prefix)) {
            struct pc_str tag = pc_str_slice(entry->key, prefix.len, entry->key.len);
            PC_TRY(find_tag(job, tag_keys, tag, &found));
        }
        if (!found) {
            return pc_contradict(job, &pc_known_keys[KEY_TAG_KEYS], tag_keys, entry->text);
        }
    }
    return PC_OK; // a request may pass more tags than the context spells out
}

// The keys of the tags that the request passes.
static enum pc_status derive_tag_keys(const struct pc_derivation *job)
{
    struct pc_str prefix = PC_STR("aws:requesttag/");
    const struct pc_request *request = job->request;
    const struct pc_context_entry *given = pc_present(request, &pc_known_keys[KEY_TAG_KEYS]);
    if (given != NULL) {
        return check_tag_keys(job, given, prefix);
    }
    struct pc_str *keys = pc_arena_array(job->arena, request->context_count, sizeof(*keys));
    size_t count = 0;
    if (keys == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < request->context_count; i++) {
        const struct pc_context_entry *entry = &request->context[i];
        if (!entry->absent && pc_str_has_prefix(entry->key, prefix)) {
            keys[count++] = pc_str_slice(entry->text, prefix.len, entry->text.len);
        }
    }
    return count == 0 ? PC_OK : pc_derive_list(job, &pc_known_keys[KEY_TAG_KEYS], keys, count);
}

// The key has one value, whatever it is.
static enum pc_status refuse_list(const struct pc_derivation *job, const struct pc_known_key *key,
                                  const struct pc_context_entry *given)
{
    return given == NULL || !given->list ? PC_OK : pc_contradict_form(job, key, given);
}

// The request does not list the services on the way, but an end of them says that there are some;
// so may aws:ViaAWSService alone.
static enum pc_status derive_via(const struct pc_derivation *job)
{
    const struct pc_context_entry *first =
        pc_present(job->request, &pc_known_keys[KEY_CALLED_VIA_FIRST]);
    const struct pc_context_entry *last =
        pc_present(job->request, &pc_known_keys[KEY_CALLED_VIA_LAST]);
    PC_TRY(refuse_list(job, &pc_known_keys[KEY_CALLED_VIA_FIRST], first));
    PC_TRY(refuse_list(job, &pc_known_keys[KEY_CALLED_VIA_LAST], last));
    if (first != NULL || last != NULL) {
        return pc_derive(job, &pc_known_keys[KEY_VIA_AWS_SERVICE], PC_STR("true"));
    }
    return pc_present(job->request, &pc_known_keys[KEY_VIA_AWS_SERVICE]) != NULL
               ? PC_OK
               : pc_derive(job, &pc_known_keys[KEY_VIA_AWS_SERVICE], PC_STR("false"));
}

static enum pc_status derive_called_via(const struct pc_derivation *job)
{
    const struct pc_context_entry *via = pc_present(job->request, &pc_known_keys[KEY_CALLED_VIA]);
    if (via == NULL) {
        return derive_via(job);
    }
    if (via->count > 0) {
        struct pc_str first = via->values[0];
        struct pc_str last = via->values[via->count - 1];
        PC_TRY(pc_derive(job, &pc_known_keys[KEY_CALLED_VIA_FIRST], first));
        PC_TRY(pc_derive(job, &pc_known_keys[KEY_CALLED_VIA_LAST], last));
    } else {
        PC_TRY(pc_derive_absent(job, &pc_known_keys[KEY_CALLED_VIA_FIRST]));
        PC_TRY(pc_derive_absent(job, &pc_known_keys[KEY_CALLED_VIA_LAST]));
    }
    return pc_derive(job, &pc_known_keys[KEY_VIA_AWS_SERVICE],
                     via->count > 0 ? PC_STR("true") : PC_STR("false"));
}

// Services that do not send aws:SourceAccount: a policy that tests it denies their calls (LAMBDA.md
// 1.1), although their aws:SourceArn holds the account.
static bool sends_source_account(const struct pc_caller *caller)
{
    for (size_t i = 0; i < caller->service_count; i++) {
        if (pc_str_has_prefix(caller->services[i], PC_STR("sns.")) ||
            pc_str_has_prefix(caller->services[i], PC_STR("events."))) {
            return false;
        }
    }
    return caller->kind == PC_CALLER_SERVICE;
}

// of a service's call for a resource whose ARN has an account; that of a bucket has none.
static enum pc_status derive_source_account(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    const struct pc_context_entry *source =
        pc_present(job->request, &pc_known_keys[KEY_SOURCE_ARN]);
    struct pc_arn arn;
    if (!sends_source_account(caller) || source == NULL || source->list ||
        !pc_arn_parse(source->values[0], &arn) || !pc_account_id_is(arn.account)) {
        return PC_OK;
    }
    return pc_derive(job, &pc_known_keys[KEY_SOURCE_ACCOUNT], arn.account);
}

// Both forms of an instant.
static enum pc_status write_time(struct pc_arena *arena, struct pc_instant instant,
                                 struct pc_str *text, struct pc_str *seconds)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    pc_instant_write(&out, instant);
    PC_TRY(pc_buf_status(&out));
    PC_TRY(pc_arena_copy(arena, pc_buf_view(&out), text));
    pc_buf_reset(&out);
    pc_buf_number(&out, instant.seconds, 1);
    PC_TRY(pc_buf_status(&out));
    return pc_arena_copy(arena, pc_buf_view(&out), seconds);
}

enum pc_status pc_request_write_time(struct pc_arena *arena, int64_t seconds, struct pc_str *text,
                                     struct pc_str *number)
{
    return write_time(arena, (struct pc_instant){seconds, 0}, text, number);
}

// aws:CurrentTime and aws:EpochTime say the same in two forms; either may be given.
static enum pc_status derive_time(const struct pc_derivation *job)
{
    struct pc_instant now = {job->options.now, 0};
    struct pc_str text = job->options.now_text;
    struct pc_str seconds = job->options.now_seconds;
    const struct pc_context_entry *current =
        pc_present(job->request, &pc_known_keys[KEY_CURRENT_TIME]);
    const struct pc_context_entry *epoch = pc_present(job->request, &pc_known_keys[KEY_EPOCH_TIME]);
    const struct pc_context_entry *given = current != NULL ? current : epoch;
    PC_TRY(refuse_list(job, &pc_known_keys[KEY_CURRENT_TIME], current));
    PC_TRY(refuse_list(job, &pc_known_keys[KEY_EPOCH_TIME], epoch));
    if (given != NULL && !pc_instant_parse(given->values[0], &now)) {
        return PC_OK; // not a time: compared as it is
    }
    if (current != NULL && epoch != NULL) {
        struct pc_instant other;
        bool differs = pc_instant_parse(epoch->values[0], &other) && other.seconds != now.seconds;
        return differs
                   ? pc_contradict(job, &pc_known_keys[KEY_EPOCH_TIME], epoch, current->values[0])
                   : PC_OK;
    }
    if (given != NULL || text.len == 0 || seconds.len == 0) {
        PC_TRY(write_time(job->arena, now, &text, &seconds));
    }
    if (current == NULL) {
        PC_TRY(pc_derive(job, &pc_known_keys[KEY_CURRENT_TIME], text));
    }
    return epoch == NULL ? pc_derive(job, &pc_known_keys[KEY_EPOCH_TIME], seconds) : PC_OK;
}

enum pc_status pc_derive_keys(const struct pc_derivation *job)
{
    const struct pc_request *request = job->request;
    PC_TRY(pc_derive_caller(job));
    PC_TRY(derive_tag_keys(job));
    PC_TRY(derive_called_via(job));
    PC_TRY(derive_source_account(job));
    PC_TRY(derive_time(job));
    PC_TRY(pc_derive_tags(job, PC_STR("aws:ResourceTag/"), request->resource_tags,
                          request->resource_tag_count));
    if (request->resource_account.len > 0) {
        PC_TRY(pc_derive(job, &pc_known_keys[KEY_RESOURCE_ACCOUNT], request->resource_account));
    }
    return PC_OK;
}
