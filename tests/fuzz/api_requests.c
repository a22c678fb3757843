// SPDX-License-Identifier: Apache-2.0
//
// Calls of the target `api` that fill requests, and compile the policies that come with them.
#include "api_play.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

// The reasons of a question are of the request as it was asked.
static void forget(struct play *play, const struct polcheck_request *request)
{
    for (size_t i = 0; i < EACH; i++) {
        struct scratch *scratch = &play->scratches[i];
        scratch->answered = scratch->answered && scratch->asked != request;
    }
}

// "begin R PRINCIPAL|ACTION|RESOURCE"
static void call_begin(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = play_request(play, &words);
    struct polcheck_str principal = play_text(&words), action = play_text(&words),
                        resource = play_text(&words);
    forget(play, request);
    polcheck_request_begin(request, principal, action, resource);
}

static void call_federated(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = play_request(play, &words);
    struct polcheck_str provider = play_text(&words), action = play_text(&words),
                        resource = play_text(&words);
    forget(play, request);
    polcheck_request_begin_federated(request, provider, action, resource);
}

// "set R WHAT TEXT"
static void call_set(struct play *play, struct pc_str words)
{
    static void (*const setters[])(struct polcheck_request * request, struct polcheck_str text) = {
        polcheck_request_set_role, polcheck_request_set_parent, polcheck_request_set_userid,
        polcheck_request_add_service, polcheck_request_set_resource_account};
    struct polcheck_request *request = play_request(play, &words);
    size_t which = play_number(&words, sizeof(setters) / sizeof(setters[0]));
    forget(play, request);
    setters[which](request, play_text(&words));
}

static struct polcheck_value value_of(struct pc_str *words)
{
    size_t type = play_number(words, 6);
    struct polcheck_str value = play_text(words);
    char digits[64] = {0};
    memcpy(digits, value.len == 0 ? "" : value.ptr, value.len < 63 ? value.len : 63);
    double real = strtod(digits, NULL);
    switch (type) {
    case 1:
        return polcheck_integer(strtoll(digits, NULL, 10));
    case 2:
        return polcheck_number(real);
    case 3:
        return polcheck_boolean(real > 0);
    case 4:
        return (struct polcheck_value){.type = (enum polcheck_value_type)(int)value.len};
    default:
        return polcheck_string(value);
    }
}

// "add R TYPE VALUE|KEY", "list R COUNT TYPE VALUE|TYPE VALUE|KEY", "pairs R KEY|VALUE|KEY|VALUE"
static void call_add(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = play_request(play, &words);
    struct polcheck_value value = value_of(&words);
    forget(play, request);
    polcheck_request_add(request, play_text(&words), value);
}

static void call_list(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = play_request(play, &words);
    size_t count = play_number(&words, 6);
    struct polcheck_value values[2] = {value_of(&words), value_of(&words)};
    forget(play, request);
    polcheck_request_add_list(request, play_text(&words), count > 2 ? NULL : values, count);
}

static void call_pairs(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = play_request(play, &words);
    size_t count = play_number(&words, 4);
    struct polcheck_pair pairs[2];
    forget(play, request);
    for (size_t i = 0; i < 2; i++) {
        pairs[i].key = play_text(&words);
        pairs[i].value = play_text(&words);
    }
    polcheck_request_add_pairs(request, count > 2 ? NULL : pairs, count);
}

static void call_tag(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = play_request(play, &words);
    struct polcheck_str key = play_text(&words), value = play_text(&words);
    forget(play, request);
    polcheck_request_add_principal_tag(request, key, value);
}

static void call_absent(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = play_request(play, &words);
    forget(play, request);
    polcheck_request_add_absent(request, play_text(&words));
}

// "policy P TYPE DOCUMENT|DOCUMENT": what is there already stays, for a request may carry it.
static void call_policy(struct play *play, struct pc_str words)
{
    struct polcheck_policy **policy = &play->policies[play_number(&words, EACH)];
    enum polcheck_policy_type type = (enum polcheck_policy_type)play_number(&words, 9);
    char why[256] = "untouched";
    const struct polcheck_room room = {why, sizeof(why)};
    struct polcheck_policy *made = NULL;
    if (*policy != NULL) {
        return;
    }
    const struct polcheck_document documents[2] = {{.json = play_text(&words)},
                                                   {.json = play_text(&words)}};
    size_t count = documents[1].json.len > 0 ? 2 : documents[0].json.len > 0 ? 1 : 0;
    enum polcheck_status status = polcheck_policy_compile(type, documents, count, &room, &made);
    bool right = type == POLCHECK_SESSION || type == POLCHECK_ENDPOINT;
    FUZZ_CHECK(right == (status != POLCHECK_ERR_USAGE), "type %d: %s", (int)type,
               polcheck_status_name(status));
    FUZZ_CHECK((status == POLCHECK_OK) == (made != NULL), "%s", polcheck_status_name(status));
    FUZZ_CHECK(status != POLCHECK_ERR_POLICY || strstr(why, "error: ") != NULL,
               "refused, because \"%s\"", why);
    FUZZ_CHECK(memchr(why, 0, sizeof(why)) != NULL, "no end");
    *policy = made;
}

static void call_carry(struct play *play, struct pc_str words)
{
    struct polcheck_request *request = play_request(play, &words);
    size_t which = play_number(&words, EACH + 1);
    const struct polcheck_policy *policy = which < EACH ? play->policies[which] : NULL;
    forget(play, request);
    if (play_number(&words, 2) == 0) {
        polcheck_request_set_session_policy(request, policy);
    } else {
        polcheck_request_set_endpoint_policy(request, policy);
    }
}

static void call_entries(struct play *play, struct pc_str words)
{
    const struct polcheck_request *request = play_request(play, &words);
    struct polcheck_entry entry;
    size_t at = 0;
    while (polcheck_request_entry(request, at, &entry)) {
        FUZZ_CHECK(entry.count == 0 || entry.values != NULL, "no values");
        FUZZ_CHECK(entry.list || entry.count <= 1, "%zu values", entry.count);
        at++;
    }
    FUZZ_CHECK(!polcheck_request_entry(request, at + 1, &entry) &&
                   !polcheck_request_entry(request, SIZE_MAX, &entry),
               "entries behind the last one");
}

const struct play_call api_request_calls[] = {
    {"begin", call_begin}, {"federated", call_federated}, {"set", call_set},
    {"add", call_add},     {"list", call_list},           {"pairs", call_pairs},
    {"tag", call_tag},     {"absent", call_absent},       {"policy", call_policy},
    {"carry", call_carry}, {"entries", call_entries},     {NULL, NULL},
};
