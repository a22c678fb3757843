// SPDX-License-Identifier: Apache-2.0
//
// Derives the keys of section 9 that follow from the rest of the request: resource, forwarding,
// tags, clock, source. Those about the caller are in derive_caller.c.
#include "derive.h"

#include <inttypes.h>
#include <stdio.h>

#include "text.h"
#include "values.h"

static const char *contradiction(void)
{
    return "R-806: a key of the context contradicts the request";
}

static void add(struct ref_derivation *derivation, const char *name, bool list,
                const struct pc_str *values, size_t count)
{
    struct pc_str *kept = ref_alloc(derivation->arena, count, sizeof(*kept));
    if (count > 0) {
        memcpy(kept, values, count * sizeof(*kept));
    }
    struct pc_str text = pc_str_from(name);
    struct ref_key key = {
        .name = ref_join(derivation->arena, &text, 1),
        .lower = ref_lower(derivation->arena, text),
        .list = list,
        .values = kept,
        .count = count,
    };
    ref_context_add(derivation->arena, derivation->context, key);
}

static const struct ref_key *entry(const struct ref_derivation *derivation, const char *name)
{
    return ref_context_entry(derivation->arena, derivation->context, pc_str_from(name));
}

bool ref_derive_mentions(const struct ref_derivation *derivation, const char *name)
{
    return entry(derivation, name) != NULL;
}

bool ref_derive_given(const struct ref_derivation *derivation, const char *name, struct pc_str *out)
{
    const struct ref_key *key = entry(derivation, name);
    if (key == NULL || key->absent || key->list) {
        return false;
    }
    *out = key->values[0];
    return true;
}

const char *ref_derive_one(struct ref_derivation *derivation, const char *name, struct pc_str value)
{
    const struct ref_key *key = entry(derivation, name);
    if (key == NULL) {
        add(derivation, name, false, &value, 1);
        return NULL;
    }
    bool same = key->absent || (!key->list && pc_str_eq(key->values[0], value));
    return same ? NULL : contradiction();
}

// What is given in another letter case is the canonical text from here on.
static void rewrite(struct ref_derivation *derivation, const struct ref_key *key,
                    struct pc_str value)
{
    struct pc_str *kept = ref_alloc(derivation->arena, 1, sizeof(*kept));
    *kept = value;
    for (size_t i = 0; i < derivation->context->count; i++) {
        struct ref_key *own = &derivation->context->keys[i];
        own->values = own == key ? kept : own->values;
    }
}

const char *ref_derive_flag(struct ref_derivation *derivation, const char *name, bool value)
{
    struct pc_str text = value ? PC_STR("true") : PC_STR("false");
    const struct ref_key *key = entry(derivation, name);
    if (key == NULL) {
        add(derivation, name, false, &text, 1);
        return NULL;
    }
    if (key->absent) {
        return NULL;
    }
    if (key->list || !pc_str_eq_icase(key->values[0], text)) {
        return contradiction();
    }
    rewrite(derivation, key, text);
    return NULL;
}

static bool has(const struct pc_str *values, size_t count, struct pc_str value)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_str_eq(values[i], value)) {
            return true;
        }
    }
    return false;
}

const char *ref_derive_list(struct ref_derivation *derivation, const char *name,
                            const struct pc_str *values, size_t count)
{
    const struct ref_key *key = entry(derivation, name);
    if (key == NULL) {
        add(derivation, name, true, values, count);
        return NULL;
    }
    if (key->absent) {
        return NULL;
    }
    bool same = key->list;
    for (size_t i = 0; same && i < count; i++) {
        same = has(key->values, key->count, values[i]);
    }
    for (size_t i = 0; same && i < key->count; i++) {
        same = has(values, count, key->values[i]);
    }
    return same ? NULL : contradiction();
}

const char *ref_derive_none(struct ref_derivation *derivation, const char *name)
{
    const struct ref_key *key = entry(derivation, name);
    return key == NULL || key->absent ? NULL : contradiction();
}

// The services that a key names; an empty text names none.
static size_t names_of(const struct ref_derivation *derivation, const struct ref_key *key,
                       struct pc_str **out)
{
    size_t count = 0;
    size_t most = key == NULL || key->absent ? 0 : key->count;
    *out = ref_alloc(derivation->arena, most, sizeof(**out));
    for (size_t i = 0; i < most; i++) {
        if (key->values[i].len > 0) {
            (*out)[count] = key->values[i];
            count++;
        }
    }
    return count;
}

// aws:CalledViaFirst and aws:CalledViaLast are the ends of aws:CalledVia, and
// aws:ViaAWSService is true when there is a service on the way. An end alone says so as well.
static const char *derive_forwarding(struct ref_derivation *derivation)
{
    const char *first = "aws:CalledViaFirst", *last = "aws:CalledViaLast";
    const char *via = "aws:ViaAWSService";
    const struct ref_key *called = entry(derivation, "aws:CalledVia");
    struct pc_str *names;
    if (called == NULL || called->absent) {
        const struct ref_key *ends[] = {entry(derivation, first), entry(derivation, last)};
        size_t known = 0;
        for (size_t i = 0; i < 2; i++) {
            if (ends[i] != NULL && !ends[i]->absent && ends[i]->list) {
                return contradiction(); // each is one service
            }
            known += names_of(derivation, ends[i], &names);
        }
        if (known > 0) {
            return ref_derive_flag(derivation, via, true);
        }
        if (!ref_derive_mentions(derivation, via)) {
            return ref_derive_flag(derivation, via, false);
        }
        // The caller may know that a service calls and not which one.
        struct pc_str text;
        bool value;
        return ref_derive_given(derivation, via, &text) && ref_boolean_read(text, &value)
                   ? ref_derive_flag(derivation, via, value)
                   : NULL;
    }
    size_t count = names_of(derivation, called, &names);
    if (count == 0) {
        REF_TRY(ref_derive_none(derivation, first));
        REF_TRY(ref_derive_none(derivation, last));
        return ref_derive_flag(derivation, via, false);
    }
    REF_TRY(ref_derive_one(derivation, first, names[0]));
    REF_TRY(ref_derive_one(derivation, last, names[count - 1]));
    return ref_derive_flag(derivation, via, true);
}

static bool lists_name(const struct ref_derivation *derivation, const struct ref_key *keys,
                       struct pc_str name)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (ref_same_name(derivation->arena, keys->values[i], name)) {
            return true;
        }
    }
    return false;
}

// aws:TagKeys: the keys of the request tags; what is given may be one value, or have more
// of them.
static const char *derive_tag_keys(struct ref_derivation *derivation)
{
    const struct pc_str prefix = PC_STR("aws:requesttag/");
    const struct ref_context *context = derivation->context;
    const struct ref_key *given = entry(derivation, "aws:TagKeys");
    struct pc_str *names = ref_alloc(derivation->arena, context->count, sizeof(*names));
    size_t count = 0;
    for (size_t i = 0; i < context->count; i++) {
        const struct ref_key *key = &context->keys[i];
        if (key->absent || !pc_str_has_prefix(key->lower, prefix)) {
            continue;
        }
        names[count] = pc_str_slice(key->name, prefix.len, key->name.len);
        if (given != NULL && !given->absent && (!lists_name(derivation, given, names[count]))) {
            return contradiction();
        }
        count++;
    }
    return given != NULL || count == 0 ? NULL
                                       : ref_derive_list(derivation, "aws:TagKeys", names, count);
}

// Seconds as a number of any form, down to the whole one.
static bool seconds_read(struct pc_str text, int64_t *out)
{
    struct ref_number number;
    if (!ref_number_read(text, &number)) {
        return false;
    }
    if (number.whole.len > 18) { // far from any date, and more than 64 bits may hold
        *out = number.negative ? INT64_MIN : INT64_MAX;
        return true;
    }
    int64_t whole = 0;
    for (size_t i = 0; i < number.whole.len; i++) {
        whole = whole * 10 + (number.whole.ptr[i] - '0');
    }
    int64_t below = number.fraction.len > 0 ? -1 - whole : -whole;
    *out = number.negative ? below : whole;
    return true;
}

// The second that the request gives with either key. What is no time is compared as it is,
// and says nothing of the clock.
static const char *time_read(const struct ref_derivation *derivation, const char *name, bool *said,
                             int64_t *second)
{
    struct pc_str text;
    struct ref_date date;
    const struct ref_key *key = entry(derivation, name);
    if (key != NULL && !key->absent && key->list) {
        return contradiction();
    }
    *said = ref_derive_given(derivation, name, &text);
    if (*said && ref_date_read(text, &date)) {
        *second = date.seconds;
    } else {
        *said = *said && seconds_read(text, second);
    }
    return NULL;
}

static bool is_there(const struct ref_derivation *derivation, const char *name)
{
    const struct ref_key *key = entry(derivation, name);
    return key != NULL && !key->absent;
}

// aws:CurrentTime and aws:EpochTime are one clock, in whole seconds, and always there. A
// request that gives one of them sets the clock, within what both forms can say.
static const char *derive_time(struct ref_derivation *derivation, int64_t now)
{
    const int64_t last = 253402300799; // 9999-12-31T23:59:59Z
    int64_t current = 0, epoch = 0;
    bool has_current = false, has_epoch = false;
    char seconds[32];
    REF_TRY(time_read(derivation, "aws:CurrentTime", &has_current, &current));
    REF_TRY(time_read(derivation, "aws:EpochTime", &has_epoch, &epoch));
    if (has_current && has_epoch) {
        return current == epoch ? NULL : contradiction();
    }
    int64_t clock = has_current ? current : has_epoch ? epoch : now;
    clock = clock < 0 ? 0 : clock > last ? last : clock;
    (void)snprintf(seconds, sizeof(seconds), "%" PRId64, clock);
    if (!is_there(derivation, "aws:CurrentTime")) {
        REF_TRY(
            ref_derive_one(derivation, "aws:CurrentTime", ref_date_text(derivation->arena, clock)));
    }
    struct pc_str text = pc_str_from(seconds);
    return is_there(derivation, "aws:EpochTime")
               ? NULL
               : ref_derive_one(derivation, "aws:EpochTime", ref_join(derivation->arena, &text, 1));
}

// SNS and EventBridge do not send aws:SourceAccount, in whichever region.
static bool sends_source_account(const struct ref_caller *caller)
{
    for (size_t i = 0; i < caller->service_count; i++) {
        if (pc_str_has_prefix(caller->services[i], PC_STR("sns.")) ||
            pc_str_has_prefix(caller->services[i], PC_STR("events."))) {
            return false;
        }
    }
    return caller->kind == REF_CALLER_SERVICE;
}

// aws:SourceAccount: the account of aws:SourceArn if it has one, in calls of service principals.
// Where the service does not send it, it is not there; one that is given has to agree all the same.
static const char *derive_source(struct ref_derivation *derivation, const struct ref_caller *caller)
{
    struct pc_str source, fields[REF_ARN_FIELDS];
    bool sent =
        sends_source_account(caller) || ref_derive_mentions(derivation, "aws:SourceAccount");
    if (!sent || caller->kind != REF_CALLER_SERVICE ||
        !ref_derive_given(derivation, "aws:SourceArn", &source) || !ref_arn_read(source, fields) ||
        !ref_is_account(fields[REF_ARN_ACCOUNT])) {
        return NULL;
    }
    return ref_derive_one(derivation, "aws:SourceAccount", fields[REF_ARN_ACCOUNT]);
}

const char *ref_derive(struct pc_arena *arena, struct ref_request *request, int64_t now)
{
    struct ref_derivation derivation = {arena, &request->context,
                                        pc_str_eq_icase(request->service, PC_STR("kms"))};
    REF_TRY(ref_derive_caller(&derivation, &request->caller));
    if (request->owner.len > 0) {
        REF_TRY(ref_derive_one(&derivation, "aws:ResourceAccount", request->owner));
    }
    REF_TRY(derive_forwarding(&derivation));
    REF_TRY(derive_tag_keys(&derivation));
    REF_TRY(derive_time(&derivation, now));
    return derive_source(&derivation, &request->caller);
}
