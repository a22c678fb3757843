// SPDX-License-Identifier: Apache-2.0
//
// How a condition key is derived. A key that the request carries is never replaced: either it
// agrees or the request is refused. A key that the request calls absent stays absent
//
#include "derivation.h"

#include "context.h"
#include "derived.h"

#include "value/boolean.h"

// Contradictions ---------------------------------------------------------------------------------

// Where the key is written, else the place of the request.
static struct pc_place place_of(const struct pc_derivation *job,
                                const struct pc_context_entry *given)
{
    return given->place.file.len > 0 ? given->place : job->place;
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

bool pc_derived_same(struct pc_str given, struct pc_str derived)
{
    bool a, b;
    if (pc_str_eq(given, derived)) {
        return true;
    }
    return pc_boolean_parse(given, &a) && pc_boolean_parse(derived, &b) && a == b;
}

static bool holds(const struct pc_str *values, size_t count, struct pc_str value)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_derived_same(values[i], value)) {
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

// What is given is something else than what follows, unless it says the same in other words.
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

// Does the request say what follows, in the same words?
static inline bool agrees(const struct pc_request *request, const struct pc_known_row *row,
                          const struct pc_context_entry *given)
{
    struct pc_told told;
    enum pc_follows follows = row->tell(request, &told);
    return follows == PC_FOLLOWS_NOTHING ||
           (follows == PC_FOLLOWS_ONE && !given->list && pc_str_eq(given->values[0], told.value));
}

enum pc_status pc_check_told(const struct pc_derivation *job, enum pc_known_key key,
                             const struct pc_context_entry *given)
{
    return agrees(job->request, &pc_known_rows[key], given) ? PC_OK : compare(job, key, given);
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
        const struct pc_context_entry *given = pc_context_given(job->request, key);
        if (given == NULL || !given->absent) {
            PC_TRY(check_one(job, key, given));
        }
    }
    return PC_OK;
}

// Room -------------------------------------------------------------------------------------------

static size_t count_request_tags(const struct pc_request *request)
{
    return (request->known & pc_known_bit(KEY_REQUEST_TAGS)) != 0 ? request->context_count : 0;
}

// Bytes that a role's ARN and a userid take at the most: their parts, and what is between them.
static void measure_texts(const struct pc_caller *caller, size_t *role, size_t *userid)
{
    *role = PC_DERIVED_BETWEEN + caller->partition.len + caller->account.len + caller->name.len;
    *userid = PC_DERIVED_BETWEEN + caller->account.len + caller->name.len + caller->id.len +
              caller->session.len;
}

// Of no particular value, for most of it is never looked at.
static enum pc_status make_room(const struct pc_derivation *job)
{
    struct pc_request *request = job->request;
    size_t role, userid;
    size_t tags = request->caller.tag_count + request->resource_tag_count;
    size_t tag_keys = count_request_tags(request);
    measure_texts(&request->caller, &role, &userid);
    struct pc_derived *derived = pc_arena_room(job->arena, sizeof(*derived) + role + userid);
    if (derived == NULL) {
        return PC_ERR_NOMEM;
    }
    derived->made = 0;
    derived->now = job->options.now;
    derived->clock = job->options.clock;
    derived->role = (char *)(derived + 1);
    derived->userid = derived->role + role;
    derived->tags = NULL;
    derived->tag_keys = NULL;
    if (tags > 0) {
        derived->tags = pc_arena_room(job->arena, tags * sizeof(*derived->tags));
    }
    if (tag_keys > 0) {
        derived->tag_keys = pc_arena_room(job->arena, tag_keys * sizeof(*derived->tag_keys));
    }
    if ((tags > 0 && derived->tags == NULL) || (tag_keys > 0 && derived->tag_keys == NULL)) {
        return PC_ERR_NOMEM;
    }
    request->derived = derived;
    return PC_OK;
}

// Keys that only a caller without an account may lack by rule: of others they are believed, and
// many requests have one.
static const uint64_t of_other_callers =
    (UINT64_C(1) << (KEY_TOKEN_ISSUE_TIME + 1)) - (UINT64_C(1) << KEY_PRINCIPAL_ORG_ID);

enum pc_status pc_derive(const struct pc_derivation *job)
{
    struct pc_request *request = job->request;
    uint64_t checked = request->known & (pc_known_bit(KEYS_CHECKED) - 1);
    if (request->caller.account.len > 0) {
        checked &= ~of_other_callers;
    }
    size_t tags = request->caller.tag_count + request->resource_tag_count;
    if (request->context_count + tags + KEYS_WITH_VALUE > PC_REQUEST_MAX_KEYS) {
        return PC_ERR_LIMIT;
    }
    // Tags can contradict each other.
    checked |= request->caller.tag_count > 1 ? pc_known_bit(KEY_PRINCIPAL_TAGS) : 0;
    checked |= request->resource_tag_count > 1 ? pc_known_bit(KEY_RESOURCE_TAGS) : 0;
    PC_TRY(make_room(job));
    enum pc_status status = check_given(job, checked);
    if (status != PC_OK) {
        request->derived = NULL; // of what contradicts itself nothing follows
    }
    return status;
}

// Finding ----------------------------------------------------------------------------------------

const struct pc_context_entry *pc_derived_key(const struct pc_request *request,
                                              enum pc_known_key key)
{
    struct pc_derived *derived = request->derived;
    if (derived == NULL || key >= KEYS_WITH_VALUE) {
        return NULL;
    }
    struct pc_context_entry *entry = &derived->entries[key];
    if ((derived->made & pc_known_bit(key)) != 0) {
        return entry;
    }
    struct pc_told told;
    enum pc_follows follows = pc_known_rows[key].tell(request, &told);
    *entry = (struct pc_context_entry){
        .key = pc_known_lower(key),
        .text = pc_known_rows[key].text,
        .hash = pc_known_index.names[key].hash,
    };
    if (follows == PC_FOLLOWS_ONE) {
        derived->values[key] = told.value;
        entry->values = &derived->values[key];
        entry->count = 1;
    } else if (follows == PC_FOLLOWS_LIST) {
        entry->list = true;
        entry->values = told.values;
        entry->count = told.count;
    } else {
        entry->absent = true;
    }
    derived->made |= pc_known_bit(key);
    return entry;
}
