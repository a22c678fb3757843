// SPDX-License-Identifier: Apache-2.0
//
// Collects what is said about a request, and checks nothing of it but that it can be kept: whatever
// is wrong is said when it is asked.
#include "request.h"

#include "number.h"
#include "text.h"

#include <stdlib.h>

enum pc_array_growth {
    FIRST_ELEMENTS = 16,
};

enum polcheck_status polcheck_request_new(struct polcheck_request **out)
{
    if (out == NULL) {
        return POLCHECK_ERR_USAGE;
    }
    struct polcheck_request *request = calloc(1, sizeof(*request));
    if (request == NULL) {
        return POLCHECK_ERR_NOMEM;
    }
    *out = request;
    return POLCHECK_OK;
}

void polcheck_request_free(struct polcheck_request *request)
{
    if (request != NULL) {
        free(request->pairs);
        free(request->lists);
        free(request->tags);
        free(request->services);
        pc_arena_release(&request->arena);
        free(request);
    }
}

// The first fault stays.
static void set_fault(struct polcheck_request *request, enum pc_request_fault fault)
{
    if (request->fault == PC_REQUEST_SOUND) {
        request->fault = fault;
    }
}

static struct pc_str take(struct polcheck_request *request, struct polcheck_str text)
{
    struct pc_str view = pc_text_in(text);
    if (view.len > PC_REQUEST_MAX_TEXT) {
        set_fault(request, PC_REQUEST_TOO_LONG);
        return PC_STR("");
    }
    return view;
}

static void begin(struct polcheck_request *request)
{
    request->fault = PC_REQUEST_SOUND;
    request->role.given = false;
    request->parent.given = false;
    request->userid.given = false;
    request->account.given = false;
    request->session = NULL;
    request->endpoint = NULL;
    request->resource_policy = NULL;
    request->pair_count = 0;
    request->list_count = 0;
    request->tag_count = 0;
    request->service_count = 0;
    if (request->arena.head != NULL) { // few requests have lists or numbers
        pc_arena_reset(&request->arena);
    }
}

void polcheck_request_begin(struct polcheck_request *request, struct polcheck_str principal,
                            struct polcheck_str action, struct polcheck_str resource)
{
    if (request == NULL) {
        return;
    }
    begin(request);
    request->federated = false;
    request->principal = take(request, principal);
    request->action = take(request, action);
    request->resource = take(request, resource);
}

void polcheck_request_begin_federated(struct polcheck_request *request,
                                      struct polcheck_str provider, struct polcheck_str action,
                                      struct polcheck_str resource)
{
    polcheck_request_begin(request, provider, action, resource);
    if (request != NULL) {
        request->federated = true;
    }
}

// Parts ------------------------------------------------------------------------------------------

static void set_part(struct polcheck_request *request, struct pc_request_part *part,
                     struct polcheck_str text)
{
    part->given = true;
    part->text = take(request, text);
}

void polcheck_request_set_role(struct polcheck_request *request, struct polcheck_str role)
{
    if (request != NULL) {
        set_part(request, &request->role, role);
    }
}

void polcheck_request_set_parent(struct polcheck_request *request, struct polcheck_str parent)
{
    if (request != NULL) {
        set_part(request, &request->parent, parent);
    }
}

void polcheck_request_set_userid(struct polcheck_request *request, struct polcheck_str userid)
{
    if (request != NULL) {
        set_part(request, &request->userid, userid);
    }
}

void polcheck_request_set_resource_account(struct polcheck_request *request,
                                           struct polcheck_str account)
{
    if (request != NULL) {
        set_part(request, &request->account, account);
    }
}

void polcheck_request_set_session_policy(struct polcheck_request *request,
                                         const struct polcheck_policy *policy)
{
    if (request == NULL) {
        return;
    }
    if (policy != NULL && policy->type != POLCHECK_SESSION) {
        set_fault(request, PC_REQUEST_WRONG_POLICY);
    }
    request->session = policy;
}

void polcheck_request_set_endpoint_policy(struct polcheck_request *request,
                                          const struct polcheck_policy *policy)
{
    if (request == NULL) {
        return;
    }
    if (policy != NULL && policy->type != POLCHECK_ENDPOINT) {
        set_fault(request, PC_REQUEST_WRONG_POLICY);
    }
    request->endpoint = policy;
}

// Arrays -----------------------------------------------------------------------------------------

// Room for `more` elements behind those there are. NULL, and the fault set: out of memory.
static void *grow(struct polcheck_request *request, void *array, size_t size, size_t needed,
                  size_t *capacity)
{
    size_t wanted = *capacity == 0 ? FIRST_ELEMENTS : *capacity;
    while (wanted < needed && wanted <= SIZE_MAX / 2) {
        wanted *= 2;
    }
    void *grown =
        wanted < needed || wanted > SIZE_MAX / size ? NULL : realloc(array, wanted * size);
    if (grown == NULL) {
        set_fault(request, PC_REQUEST_NOMEM);
        return NULL;
    }
    *capacity = wanted;
    return grown;
}

// Makes sure of room for `more` elements of an array of the request. False: there is none.
#define ROOM(request, array, count, capacity, more)                                                \
    ((more) <= (request)->capacity - (request)->count ||                                           \
     make_room(request, (void **)(void *)&(request)->array, sizeof(*(request)->array),             \
               (request)->count + (more), &(request)->capacity))

static bool make_room(struct polcheck_request *request, void **array, size_t size, size_t needed,
                      size_t *capacity)
{
    void *grown = grow(request, *array, size, needed, capacity);
    if (grown == NULL) {
        return false;
    }
    *array = grown;
    return true;
}

void polcheck_request_add_service(struct polcheck_request *request, struct polcheck_str service)
{
    if (request != NULL && ROOM(request, services, service_count, service_capacity, 1)) {
        request->services[request->service_count++] = take(request, service);
    }
}

void polcheck_request_add_principal_tag(struct polcheck_request *request, struct polcheck_str key,
                                        struct polcheck_str value)
{
    if (request != NULL && ROOM(request, tags, tag_count, tag_capacity, 1)) {
        request->tags[request->tag_count++] =
            (struct pc_tag){take(request, key), take(request, value)};
    }
}

// The context ------------------------------------------------------------------------------------

static struct pc_str take_key(struct polcheck_request *request, struct polcheck_str key)
{
    struct pc_str view = take(request, key);
    if (view.len == 0) {
        set_fault(request, PC_REQUEST_EMPTY_KEY);
    }
    return view;
}

static void add_pair(struct polcheck_request *request, struct polcheck_str key, struct pc_str value)
{
    struct pc_tag *pair = &request->pairs[request->pair_count++];
    pair->key = take_key(request, key);
    pair->value = value;
}

// The text of a value, as a condition compares it.
static struct pc_str text_of(struct polcheck_request *request, struct polcheck_str key,
                             const struct polcheck_value *value)
{
    struct pc_str text = PC_STR("");
    enum pc_status status = PC_ERR_INVALID;
    switch (value->type) {
    case POLCHECK_VALUE_STRING:
        return take(request, value->string);
    case POLCHECK_VALUE_BOOLEAN:
        return value->boolean ? PC_STR("true") : PC_STR("false");
    case POLCHECK_VALUE_INTEGER:
        status = pc_number_of_integer(&request->arena, value->integer, &text);
        break;
    case POLCHECK_VALUE_NUMBER:
        status = pc_number_of_double(&request->arena, value->number, &text);
        break;
    case POLCHECK_VALUE_NONE:
        break;
    }
    if (status == PC_ERR_NOMEM) {
        set_fault(request, PC_REQUEST_NOMEM);
    } else if (status != PC_OK && request->fault == PC_REQUEST_SOUND) {
        request->fault = PC_REQUEST_NO_VALUE;
        request->fault_key = pc_text_in(key);
    }
    return text;
}

void polcheck_request_add(struct polcheck_request *request, struct polcheck_str key,
                          struct polcheck_value value)
{
    if (request != NULL && ROOM(request, pairs, pair_count, pair_capacity, 1)) {
        add_pair(request, key, text_of(request, key, &value));
    }
}

// False, and the fault set: elements are promised of an array that is none.
static bool is_array(struct polcheck_request *request, const void *array, size_t count)
{
    if (array == NULL && count > 0) {
        set_fault(request, PC_REQUEST_NO_ARRAY);
        return false;
    }
    return true;
}

// Is the pair as it should be, which nearly all are? In as few steps as that takes.
static bool is_plain(const struct polcheck_pair *pair)
{
    return pair->key.len - 1 < PC_REQUEST_MAX_TEXT && pair->value.len <= PC_REQUEST_MAX_TEXT &&
           pair->key.ptr != NULL && pair->value.ptr != NULL;
}

_Static_assert(sizeof(struct polcheck_pair) == sizeof(struct pc_tag), "a pair is copied as it is");

void polcheck_request_add_pairs(struct polcheck_request *request, const struct polcheck_pair *pairs,
                                size_t count)
{
    if (request == NULL || count == 0 || !is_array(request, pairs, count) ||
        !ROOM(request, pairs, pair_count, pair_capacity, count)) {
        return;
    }
    struct pc_tag *to = &request->pairs[request->pair_count];
    size_t plain = 0;
    for (; plain < count && is_plain(&pairs[plain]); plain++) {
        to[plain].key = (struct pc_str){pairs[plain].key.ptr, pairs[plain].key.len};
        to[plain].value = (struct pc_str){pairs[plain].value.ptr, pairs[plain].value.len};
    }
    request->pair_count += plain;
    for (size_t i = plain; i < count; i++) {
        add_pair(request, pairs[i].key, take(request, pairs[i].value));
    }
}

void polcheck_request_add_list(struct polcheck_request *request, struct polcheck_str key,
                               const struct polcheck_value *values, size_t count)
{
    if (request == NULL || !is_array(request, values, count) ||
        !ROOM(request, lists, list_count, list_capacity, 1)) {
        return;
    }
    struct pc_str *texts = pc_arena_array(&request->arena, count, sizeof(*texts));
    if (texts == NULL) {
        set_fault(request, PC_REQUEST_NOMEM);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        texts[i] = text_of(request, key, &values[i]);
    }
    request->lists[request->list_count++] = (struct pc_context_key){
        .key = take_key(request, key), .list = true, .values = texts, .count = count};
}

void polcheck_request_add_absent(struct polcheck_request *request, struct polcheck_str key)
{
    if (request != NULL && ROOM(request, lists, list_count, list_capacity, 1)) {
        request->lists[request->list_count++] =
            (struct pc_context_key){.key = take_key(request, key), .absent = true};
    }
}

// Views of ours are laid out as the public ones.
_Static_assert(sizeof(struct polcheck_str) == sizeof(struct pc_str) &&
                   offsetof(struct polcheck_str, len) == offsetof(struct pc_str, len),
               "an array of texts serves both sides");

bool polcheck_request_entry(const struct polcheck_request *request, size_t at,
                            struct polcheck_entry *out)
{
    if (request == NULL || out == NULL || at >= request->pair_count + request->list_count) {
        return false;
    }
    if (at < request->pair_count) {
        const struct pc_tag *pair = &request->pairs[at];
        *out = (struct polcheck_entry){pc_text_out(pair->key), false,
                                       (const struct polcheck_str *)(const void *)&pair->value, 1};
        return true;
    }
    const struct pc_context_key *list = &request->lists[at - request->pair_count];
    *out = (struct polcheck_entry){pc_text_out(list->key), list->list,
                                   (const struct polcheck_str *)(const void *)list->values,
                                   list->count};
    return true;
}
