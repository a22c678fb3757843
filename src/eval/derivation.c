// SPDX-License-Identifier: Apache-2.0
//
// How a condition key is derived. A key that the request carries is never replaced, but for the
// letter case of a boolean: either it agrees or the request is refused. A key that the
// request calls absent stays absent.
#include "derivation.h"

#include "context.h"
#include "told.h"

#include "base/block.h"
#include "value/boolean.h"

// Contradictions ---------------------------------------------------------------------------------

// Where the key is written, else the place of the request.
static struct pc_place place_of(const struct pc_derivation *job,
                                const struct pc_context_entry *given)
{
    return given->place != NULL ? *given->place : *job->place;
}

static enum pc_status refused(const struct pc_derivation *job)
{
    pc_diag_hint(job->diags, "leave the key out: it is derived");
    return PC_ERR_INVALID;
}

enum pc_status pc_contradict(const struct pc_derivation *job, struct pc_str key,
                             const struct pc_context_entry *given, struct pc_str derived)
{
    struct pc_str value = given->count > 0 ? given->values[0] : PC_STR("");
    pc_diag_report(
        job->diags, PC_DIAG_REQUEST_CONTRADICTION, place_of(job, given),
        "the context key \"%.*s\" is \"%.*s\", but the rest of the request says \"%.*s\"",
        PC_STR_ARG(key), PC_STR_ARG(value), PC_STR_ARG(derived));
    return refused(job);
}

enum pc_status pc_contradict_form(const struct pc_derivation *job, struct pc_str key,
                                  const struct pc_context_entry *given)
{
    pc_diag_report(job->diags, PC_DIAG_REQUEST_CONTRADICTION, place_of(job, given),
                   given->list ? "the context key \"%.*s\" is an array, not one value"
                               : "the context key \"%.*s\" is one value, not an array",
                   PC_STR_ARG(key));
    return refused(job);
}

enum pc_status pc_contradict_presence(const struct pc_derivation *job, struct pc_str key,
                                      const struct pc_context_entry *given)
{
    pc_diag_report(job->diags, PC_DIAG_REQUEST_CONTRADICTION, place_of(job, given),
                   "the rest of the request leaves no room for the context key \"%.*s\"",
                   PC_STR_ARG(key));
    return refused(job);
}

// Checking ---------------------------------------------------------------------------------------

static bool holds(const struct pc_str *values, size_t count, struct pc_str value)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_str_eq(values[i], value)) {
            return true;
        }
    }
    return false;
}

// As sets: the order of a multivalued key and repeats in it mean nothing here.
static bool same_values(const struct pc_context_entry *given, const struct pc_str *values,
                        size_t count)
{
    for (size_t i = 0; i < given->count; i++) {
        if (!holds(values, count, given->values[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!holds(given->values, given->count, values[i])) {
            return false;
        }
    }
    return true;
}

// What is given is something else than what follows, unless it says the same in another order.
static enum pc_status check_values(const struct pc_derivation *job, enum pc_known_key key,
                                   const struct pc_context_entry *given,
                                   const struct pc_context_entry *follows)
{
    struct pc_str text = pc_known_rows[key].text;
    // A list where one value belongs would make every plain operator false, a Deny's too.
    if (given->list != follows->list) {
        return pc_contradict_form(job, text, given);
    }
    if (same_values(given, follows->values, follows->count)) {
        return PC_OK;
    }
    return pc_contradict(job, text, given, follows->count > 0 ? follows->values[0] : PC_STR(""));
}

// Apart, for hardly any key comes here.
__attribute__((noinline)) static enum pc_status compare(const struct pc_derivation *job,
                                                        enum pc_known_key key,
                                                        const struct pc_context_entry *given)
{
    struct pc_told told;
    enum pc_follows follows = pc_known_rows[key].tell(job->request, &told);
    struct pc_context_entry entry = {.values = &told.value, .count = 1};
    switch (follows) {
    case PC_FOLLOWS_NOTHING:
        return PC_OK;
    case PC_FOLLOWS_ABSENT:
        return pc_contradict_presence(job, pc_known_rows[key].text, given);
    case PC_FOLLOWS_LIST:
        entry = (struct pc_context_entry){.list = true, .values = told.values, .count = told.count};
        break;
    case PC_FOLLOWS_ONE:
        break;
    }
    return check_values(job, key, given, &entry);
}

// Is one value given, and this text?
static inline bool says(const struct pc_context_entry *given, struct pc_str text)
{
    return !given->list && !given->absent && given->values[0].len == text.len &&
           pc_block_same(given->values[0].ptr, text.ptr, text.len);
}

// Does the request say what follows, in the same words?
static inline bool agrees(const struct pc_request *request, const struct pc_known_row *row,
                          const struct pc_context_entry *given)
{
    struct pc_told told;
    enum pc_follows follows = row->tell(request, &told);
    return follows == PC_FOLLOWS_NOTHING || (follows == PC_FOLLOWS_ONE && says(given, told.value));
}

enum pc_status pc_check_told(const struct pc_derivation *job, enum pc_known_key key,
                             const struct pc_context_entry *given)
{
    return agrees(job->request, &pc_known_rows[key], given) ? PC_OK : compare(job, key, given);
}

enum pc_status pc_check_flag(const struct pc_derivation *job, enum pc_known_key key,
                             const struct pc_context_entry *given)
{
    static const struct pc_str texts[] = {PC_STR_INIT("false"), PC_STR_INIT("true")};
    struct pc_told told;
    bool value;
    enum pc_follows follows = pc_known_rows[key].tell(job->request, &told);
    if (!given->list && pc_boolean_parse(given->values[0], &value) &&
        (follows == PC_FOLLOWS_NOTHING ||
         (follows == PC_FOLLOWS_ONE && pc_str_eq(told.value, texts[value])))) {
        job->request->context->known[key].values = &texts[value];
        return PC_OK;
    }
    return pc_check_told(job, key, given);
}

static inline enum pc_status check_one(const struct pc_derivation *job, enum pc_known_key key,
                                       const struct pc_context_entry *given)
{
    const struct pc_known_row *row = &pc_known_rows[key];
    if (row->check != NULL) {
        return row->check(job, key, given);
    }
    // A family is never without its check.
    return given == NULL || agrees(job->request, row, given) ? PC_OK : compare(job, key, given);
}

static enum pc_status check_given(const struct pc_derivation *job, uint64_t keys)
{
    for (; keys != 0; keys &= keys - 1) {
        enum pc_known_key key = (enum pc_known_key)__builtin_ctzll(keys);
        bool family = (pc_known_bit(key) & pc_known_families) != 0; // of several entries
        const struct pc_context_entry *given = family ? NULL : pc_context_given(job->request, key);
        if (given == NULL || !given->absent) {
            PC_TRY(check_one(job, key, given));
        }
    }
    return PC_OK;
}

// The keys that nearly every request gives, and rightly: those of them that are in order, as bits.
// What is not told here is settled by its row.
static inline uint64_t settled_at_once(const struct pc_request *request)
{
    const struct pc_context_entry *known = request->context->known;
    struct pc_str arn = pc_told_arn(&request->caller);
    struct pc_str account = request->caller.account;
    uint64_t settled = 0;
    if ((request->known & pc_known_bit(KEY_PRINCIPAL_ARN)) != 0 && arn.len > 0 &&
        says(&known[KEY_PRINCIPAL_ARN], arn)) {
        settled |= pc_known_bit(KEY_PRINCIPAL_ARN);
    }
    if ((request->known & pc_known_bit(KEY_PRINCIPAL_ACCOUNT)) != 0 && account.len > 0 &&
        says(&known[KEY_PRINCIPAL_ACCOUNT], account)) {
        settled |= pc_known_bit(KEY_PRINCIPAL_ACCOUNT);
    }
    if ((request->known & pc_known_bit(KEY_CURRENT_TIME)) != 0 && !known[KEY_CURRENT_TIME].list) {
        settled |= pc_known_bit(KEY_CURRENT_TIME);
    }
    return settled;
}

// Room -------------------------------------------------------------------------------------------

// Room for texts that are put together of parts.
static enum pc_status make_texts(const struct pc_derivation *job)
{
    struct pc_context *context = job->request->context;
    const struct pc_caller *caller = &job->request->caller;
    if (pc_told_role_is_joined(caller)) {
        context->role = pc_arena_room(job->arena, PC_TOLD_BETWEEN + caller->partition.len +
                                                      caller->account.len + caller->name.len);
        if (context->role == NULL) {
            return PC_ERR_NOMEM;
        }
    }
    if (pc_told_userid_is_joined(caller)) {
        context->userid =
            pc_arena_room(job->arena, PC_TOLD_BETWEEN + caller->account.len + caller->name.len +
                                          caller->id.len + caller->session.len);
        if (context->userid == NULL) {
            return PC_ERR_NOMEM;
        }
    }
    return PC_OK;
}

static enum pc_status make_tags(const struct pc_derivation *job)
{
    struct pc_context *context = job->request->context;
    size_t tags = job->request->caller.tag_count + job->request->resource_tag_count;
    if (tags > 0) {
        context->tags = pc_arena_room(job->arena, tags * sizeof(*context->tags));
        if (context->tags == NULL) {
            return PC_ERR_NOMEM;
        }
    }
    if ((job->request->known & pc_known_bit(KEY_REQUEST_TAGS)) != 0) {
        context->tag_keys =
            pc_arena_room(job->arena, context->other_count * sizeof(*context->tag_keys));
        if (context->tag_keys == NULL) {
            return PC_ERR_NOMEM;
        }
    }
    return PC_OK;
}

// Is there something that needs room if it follows?
static inline bool needs_room(const struct pc_request *request, size_t tags)
{
    return tags > 0 || (request->known & pc_known_bit(KEY_REQUEST_TAGS)) != 0 ||
           pc_told_role_is_joined(&request->caller) || pc_told_userid_is_joined(&request->caller);
}

static inline void forget_derived(struct pc_context *context,
                                  const struct pc_request_options *options)
{
    context->made = 0;
    context->now = options->now;
    context->clock = options->clock;
    context->role = NULL;
    context->userid = NULL;
    context->tag_keys = NULL;
    context->tags = NULL;
}

// More keys and tags than there may be.
static inline bool are_too_many(const struct pc_request *request, size_t tags)
{
    size_t more = tags + KEYS_WITH_VALUE;
    return request->context->other_count + KEYS + more > PC_REQUEST_MAX_KEYS &&
           pc_request_key_count(request) + more > PC_REQUEST_MAX_KEYS;
}

// Keys that only a caller without an account may lack by rule: of others they are believed, and
// many requests have one.
static const uint64_t of_other_callers =
    (UINT64_C(1) << (KEY_TOKEN_ISSUE_TIME + 1)) - (UINT64_C(1) << KEY_PRINCIPAL_ORG_ID);

// Those of the given keys that have to be checked.
static inline uint64_t to_check(const struct pc_request *request, size_t tags)
{
    uint64_t keys = request->known & (pc_known_bit(KEYS_CHECKED) - 1);
    if (request->caller.account.len > 0) {
        keys &= ~of_other_callers;
    }
    if (tags > 1) { // they can contradict each other
        keys |= pc_known_bit(KEY_PRINCIPAL_TAGS) | pc_known_bit(KEY_RESOURCE_TAGS);
    }
    return keys & ~settled_at_once(request);
}

// Apart, for hardly any request comes here.
__attribute__((noinline)) static enum pc_status derive_slowly(const struct pc_derivation *job,
                                                              uint64_t keys)
{
    PC_TRY(make_texts(job));
    PC_TRY(make_tags(job));
    PC_TRY(check_given(job, keys));
    job->request->finished = true;
    return PC_OK;
}

enum pc_status pc_derive(const struct pc_derivation *job)
{
    struct pc_request *request = job->request;
    size_t tags = request->caller.tag_count + request->resource_tag_count;
    if (are_too_many(request, tags)) {
        pc_context_tell_keys(job->diags, *job->place);
        return PC_ERR_LIMIT;
    }
    forget_derived(request->context, job->options);
    uint64_t keys = to_check(request, tags);
    if (keys != 0 || needs_room(request, tags)) {
        return derive_slowly(job, keys);
    }
    request->finished = true;
    return PC_OK;
}

// Finding ----------------------------------------------------------------------------------------

const struct pc_context_entry *pc_derived_key(const struct pc_request *request,
                                              enum pc_known_key key)
{
    struct pc_context *context = request->context;
    if (!request->finished || key >= KEYS_WITH_VALUE) {
        return NULL;
    }
    struct pc_context_entry *entry = &context->known[key];
    if ((context->made & pc_known_bit(key)) != 0) {
        return entry;
    }
    struct pc_told told;
    enum pc_follows follows = pc_known_rows[key].tell(request, &told);
    *entry = (struct pc_context_entry){.absent = true};
    if (follows == PC_FOLLOWS_ONE) {
        *entry =
            (struct pc_context_entry){.values = &entry->value, .count = 1, .value = told.value};
    } else if (follows == PC_FOLLOWS_LIST) {
        *entry =
            (struct pc_context_entry){.values = told.values, .count = told.count, .list = true};
    }
    context->made |= pc_known_bit(key);
    return entry;
}
