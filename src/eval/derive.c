// SPDX-License-Identifier: Apache-2.0
//
// The condition keys that follow from what is asked, and how: services on the way, the source, the
// owner, the time (SEMANTICS.md section 9).
#include "context.h"
#include "value/decimal.h"

// Services on the way ----------------------------------------------------------------------------

// The first or the last of the services that the key names, or "": what is empty names none
//
static struct pc_str service_of(const struct pc_request *request, enum pc_known_key key, bool last)
{
    const struct pc_context_entry *via = pc_context_present(request, key);
    struct pc_str service = PC_STR("");
    for (size_t i = 0; via != NULL && i < via->count && (last || service.len == 0); i++) {
        service = via->values[i].len > 0 ? via->values[i] : service;
    }
    return service;
}

// Either end of aws:CalledVia.
static enum pc_follows tell_end(const struct pc_request *request, bool last, struct pc_told *told)
{
    if (pc_context_present(request, KEY_CALLED_VIA) == NULL) {
        return PC_FOLLOWS_NOTHING;
    }
    struct pc_str service = service_of(request, KEY_CALLED_VIA, last);
    return service.len > 0 ? pc_told_one(told, service) : PC_FOLLOWS_ABSENT;
}

enum pc_follows pc_tell_called_via_first(const struct pc_request *request, struct pc_told *told)
{
    return tell_end(request, false, told);
}

enum pc_follows pc_tell_called_via_last(const struct pc_request *request, struct pc_told *told)
{
    return tell_end(request, true, told);
}

// It is one service, also where nothing says which.
enum pc_status pc_check_called_via_end(const struct pc_derivation *job, enum pc_known_key key,
                                       const struct pc_context_entry *given)
{
    bool told = pc_context_present(job->request, KEY_CALLED_VIA) != NULL;
    return told || !given->list ? pc_check_told(job, key, given)
                                : pc_contradict_form(job, pc_known_rows[key].text, given);
}

// Where the request does not list the services on the way, an end of them says that there are some;
// so may aws:ViaAWSService alone.
enum pc_follows pc_tell_via_service(const struct pc_request *request, struct pc_told *told)
{
    bool told_via = pc_context_present(request, KEY_CALLED_VIA) != NULL;
    bool named = service_of(request, KEY_CALLED_VIA, false).len > 0;
    if (!told_via) {
        named = service_of(request, KEY_CALLED_VIA_FIRST, false).len > 0 ||
                service_of(request, KEY_CALLED_VIA_LAST, false).len > 0;
    }
    if (told_via || named) {
        return pc_told_one(told, named ? PC_STR("true") : PC_STR("false"));
    }
    return pc_context_given(request, KEY_VIA_AWS_SERVICE) != NULL
               ? PC_FOLLOWS_NOTHING
               : pc_told_one(told, PC_STR("false"));
}

// Source and owner -------------------------------------------------------------------------------

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
    return true;
}

// of a service's call for a resource whose ARN has an account; that of a bucket has none.
static bool find_source_account(const struct pc_request *request, struct pc_str *account)
{
    const struct pc_context_entry *source = pc_context_present(request, KEY_SOURCE_ARN);
    struct pc_arn arn;
    if (request->caller.kind != PC_CALLER_SERVICE || source == NULL || source->list ||
        !pc_arn_parse(source->values[0], &arn) || !pc_account_id_is(arn.account)) {
        return false;
    }
    *account = arn.account;
    return true;
}

enum pc_follows pc_tell_source_account(const struct pc_request *request, struct pc_told *told)
{
    struct pc_str account;
    return find_source_account(request, &account) && sends_source_account(&request->caller)
               ? pc_told_one(told, account)
               : PC_FOLLOWS_NOTHING;
}

// Who does not send it is not believed to have sent another one.
enum pc_status pc_check_source_account(const struct pc_derivation *job, enum pc_known_key key,
                                       const struct pc_context_entry *given)
{
    struct pc_str account;
    if (!find_source_account(job->request, &account)) {
        return PC_OK;
    }
    if (given->list) {
        return pc_contradict_form(job, pc_known_rows[key].text, given);
    }
    return pc_str_eq(given->values[0], account)
               ? PC_OK
               : pc_contradict(job, pc_known_rows[key].text, given, account);
}

enum pc_follows pc_tell_resource_account(const struct pc_request *request, struct pc_told *told)
{
    return request->resource_account.len > 0 ? pc_told_one(told, request->resource_account)
                                             : PC_FOLLOWS_NOTHING;
}

// Time -------------------------------------------------------------------------------------------

// What the clock says, for every question about this request the same.
static int64_t ask_clock(struct pc_context *context)
{
    if (context->clock != NULL) {
        context->now = context->clock();
        context->clock = NULL;
    }
    return context->now;
}

// The second that a number of them lies in, the nearest that 64 bits hold.
static int64_t second_of(const struct pc_decimal *number)
{
    enum {
        DIGITS = 18, // that always fit
    };
    int64_t value = 0;
    if (number->integer.len > DIGITS) {
        return number->negative ? INT64_MIN : INT64_MAX;
    }
    for (size_t i = 0; i < number->integer.len; i++) {
        value = value * 10 + (number->integer.ptr[i] - '0');
    }
    return number->negative ? -value - (number->fraction.len > 0) : value;
}

// The second that a text names: a date, or a number of seconds of any form. False:
// it is no time, and is compared as it is.
static bool read_second(struct pc_str text, int64_t *out)
{
    struct pc_instant instant;
    struct pc_decimal number;
    if (pc_instant_parse(text, &instant)) {
        *out = instant.seconds;
        return true;
    }
    if (!pc_decimal_parse(text, &number)) {
        return false;
    }
    *out = second_of(&number);
    return true;
}

// aws:CurrentTime and aws:EpochTime say the same in two forms; either may be given, and
// what is no time leaves the other one to the clock. Held where both forms can be read: a date of
// the year 10000 or seconds before 1970 would be a value that no Deny on a date matches.
static int64_t find_second(const struct pc_request *request, enum pc_known_key other)
{
    static const int64_t LAST = 253402300799; // 9999-12-31T23:59:59Z
    const struct pc_context_entry *given = pc_context_present(request, other);
    int64_t second;
    if (given == NULL || !read_second(given->values[0], &second)) {
        second = ask_clock(request->context);
    }
    return second < 0 ? 0 : second > LAST ? LAST : second;
}

// INVARIANT: the room suffices for every instant, so that the buffer has no failure.
enum pc_follows pc_tell_current_time(const struct pc_request *request, struct pc_told *told)
{
    struct pc_buf out = pc_buf_over(request->context->current_time, PC_INSTANT_TEXT);
    pc_instant_write(&out, (struct pc_instant){.seconds = find_second(request, KEY_EPOCH_TIME)});
    return pc_told_one(told, pc_buf_view(&out));
}

enum pc_follows pc_tell_epoch_time(const struct pc_request *request, struct pc_told *told)
{
    struct pc_buf out = pc_buf_over(request->context->epoch_time, PC_EPOCH_TEXT);
    pc_buf_number(&out, find_second(request, KEY_CURRENT_TIME), 1);
    return pc_told_one(told, pc_buf_view(&out));
}

enum pc_status pc_check_current_time(const struct pc_derivation *job, enum pc_known_key key,
                                     const struct pc_context_entry *given)
{
    return given->list ? pc_contradict_form(job, pc_known_rows[key].text, given) : PC_OK;
}

enum pc_status pc_check_epoch_time(const struct pc_derivation *job, enum pc_known_key key,
                                   const struct pc_context_entry *given)
{
    const struct pc_context_entry *current = pc_context_present(job->request, KEY_CURRENT_TIME);
    int64_t a, b;
    if (given->list) {
        return pc_contradict_form(job, pc_known_rows[key].text, given);
    }
    bool differ = current != NULL && read_second(current->values[0], &a) &&
                  read_second(given->values[0], &b) && a != b;
    return differ ? pc_contradict(job, pc_known_rows[key].text, given, current->values[0]) : PC_OK;
}
