// SPDX-License-Identifier: Apache-2.0
//
// The values of a condition: wildcards where there are none, and none where they could be, values
// that match everything or nothing, values that others cover.
#include "operators.h"

#include "base/map.h"
#include "value/date.h"
#include "value/ip.h"

#include <stdio.h>

// Where a '*' or '?' stands that is no part of a variable, ${*} or ${?}; SIZE_MAX: nowhere.
static size_t find_wildcard(struct pc_str text, bool variables)
{
    for (size_t i = 0; i < text.len; i++) {
        bool opens = variables && text.ptr[i] == '$' && i + 1 < text.len && text.ptr[i + 1] == '{';
        size_t end = opens ? pc_str_find(text, '}', i) : SIZE_MAX;
        if (end != SIZE_MAX) {
            i = end;
        } else if (text.ptr[i] == '*' || text.ptr[i] == '?') {
            return i;
        }
    }
    return SIZE_MAX;
}

static size_t wildcard_of(const struct pc_lint_at *at, size_t value)
{
    return find_wildcard(at->it->written->values[value].text, at->place->policy->variables);
}

// With the service reference keys_checks.c tells of a '*', and what to do by the type of the key.
static bool is_told_by_key(const struct pc_lint_at *at, struct pc_str text)
{
    const struct pc_catalog *catalog = at->place->lint->catalog;
    bool variable = at->place->policy->variables && pc_str_find(text, '$', 0) != SIZE_MAX;
    return catalog != NULL && !variable && pc_str_find(text, '*', 0) != SIZE_MAX &&
           pc_catalog_key(catalog, NULL, at->it->written->key.text) != NULL;
}

//
void pc_lint_literal_wildcard(const struct pc_lint_at *at)
{
    enum pc_op_id id = at->it->use.op->id;
    if (id != PC_OP_STRING_EQUALS && id != PC_OP_STRING_EQUALS_IGNORE_CASE) {
        return;
    }
    for (size_t i = 0; i < at->it->written->count; i++) {
        struct pc_str text = at->it->written->values[i].text;
        size_t place = wildcard_of(at, i);
        if (place != SIZE_MAX && !is_told_by_key(at, text)) {
            pc_lint_report_value(at, PC_DIAG_WILDCARD_LITERAL, i,
                                 "the '%c' in \"%.*s\" is no wildcard under %.*s", text.ptr[place],
                                 PC_STR_ARG(text), PC_STR_ARG(at->it->written->op.text));
            pc_diag_hint(at->place->lint->diags,
                         "%s reads wildcards; where the character itself is meant, write ${%c}",
                         pc_lint_is(at->it, PC_OP_NEGATED) ? "StringNotLike" : "StringLike",
                         text.ptr[place]);
        }
    }
}

// Values that nobody writes with a wildcard, as the name of a service: none is missing there, and
// AWS's own documents use StringLike for them. So does the trust that the console of Cognito makes.
static bool is_like_by_custom(const struct pc_lint_at *at)
{
    const struct pc_condition *written = at->it->written;
    size_t services = 0;
    for (size_t i = 0; i < written->count; i++) {
        struct pc_str text = written->values[i].text;
        services += pc_str_has_suffix(text, PC_STR(".amazonaws.com")) ||
                    pc_str_has_suffix(text, PC_STR(".amazonaws.com.cn"));
    }
    return services == written->count ||
           pc_str_eq(at->it->key, PC_STR("cognito-identity.amazonaws.com:amr"));
}

void pc_lint_like_plain(const struct pc_lint_at *at)
{
    if (at->it->use.op->id != PC_OP_STRING_LIKE || is_like_by_custom(at)) {
        return;
    }
    for (size_t i = 0; i < at->it->written->count; i++) {
        if (wildcard_of(at, i) != SIZE_MAX) {
            return;
        }
    }
    pc_lint_report_operator(
        at, PC_DIAG_LIKE_PLAIN, "\"%.*s\" on %.*s has no wildcard, and compares as %s does",
        PC_STR_ARG(at->it->written->op.text), PC_STR_ARG(at->it->written->key.text),
        pc_lint_is(at->it, PC_OP_NEGATED) ? "StringNotEquals" : "StringEquals");
}

static bool is_everything(struct pc_str text, uint8_t family)
{
    struct pc_ip ip;
    return pc_ip_parse(text, &ip) && ip.family == family && ip.prefix == 0;
}

// Is there a value that is the first thing, and one that is the other?
static bool has_both(const struct pc_lint_condition *condition,
                     bool (*is)(const struct pc_lint_condition *condition, size_t value,
                                bool other))
{
    bool found[2] = {false, false};
    for (size_t i = 0; i < condition->written->count; i++) {
        found[0] = found[0] || is(condition, i, false);
        found[1] = found[1] || is(condition, i, true);
    }
    return found[0] && found[1];
}

static bool is_truth(const struct pc_lint_condition *condition, size_t value, bool other)
{
    return pc_str_eq_icase(condition->written->values[value].text,
                           other ? PC_STR("true") : PC_STR("false"));
}

static bool is_family(const struct pc_lint_condition *condition, size_t value, bool other)
{
    return is_everything(condition->written->values[value].text, other ? 6 : 4);
}

bool pc_lint_takes_all(const struct pc_lint_condition *condition)
{
    if (condition->family == PC_LINT_BOOLS || condition->family == PC_LINT_NULLS) {
        return has_both(condition, is_truth);
    }
    if (condition->family == PC_LINT_ADDRESSES) {
        return has_both(condition, is_family);
    }
    for (size_t i = 0; condition->family == PC_LINT_STRINGS && i < condition->written->count; i++) {
        if (pc_pattern_is_any(condition->patterns[i])) {
            return true;
        }
    }
    return false;
}

static bool always_holds(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    if (it->family == PC_LINT_NULLS || pc_lint_is(it, PC_OP_FOR_ALL)) {
        return true;
    }
    bool many = it->global != NULL && it->global->many; // not without a prefix
    return (pc_lint_is(it, PC_OP_IF_EXISTS) && !pc_lint_is(it, PC_OP_FOR_ANY) && !many) ||
           pc_global_key_is_there(it->global, at->place->policy->type);
}

// An empty value matches "*", and is as good as none to Null.
static void hint_presence(const struct pc_lint_at *at, bool negated)
{
    const char *says = "says so plainly";
    if (at->it->family == PC_LINT_STRINGS) {
        says = negated ? "holds for an empty one too, if that is meant"
                       : "asks for one that is not empty, if that is meant";
    }
    pc_diag_hint(at->place->lint->diags, "\"Null\": {\"%.*s\": \"%s\"} %s",
                 PC_STR_ARG(at->it->written->key.text), negated ? "true" : "false", says);
}

void pc_lint_every_value(const struct pc_lint_at *at)
{
    const struct pc_condition *written = at->it->written;
    bool negated = pc_lint_is(at->it, PC_OP_NEGATED);
    bool any = pc_lint_is(at->it, PC_OP_FOR_ANY);
    if (!pc_lint_takes_all(at->it)) {
        return;
    }
    if (!negated && always_holds(at)) {
        pc_lint_report_operator(at, PC_DIAG_CONDITION_ALWAYS,
                                "\"%.*s\" lets through every value of %.*s, and restricts nothing",
                                PC_STR_ARG(written->op.text), PC_STR_ARG(written->key.text));
    } else if (!pc_lint_is(at->it, PC_OP_IF_EXISTS) && !(negated && any)) {
        pc_lint_report_operator(at, PC_DIAG_CONDITION_PRESENCE,
                                "\"%.*s\" says no more than that %.*s is %s",
                                PC_STR_ARG(written->op.text), PC_STR_ARG(written->key.text),
                                negated ? "missing" : "there");
        hint_presence(at, negated);
    }
}

//
static void check_host_bits(const struct pc_lint_at *at, size_t value, const struct pc_ip *ip)
{
    struct pc_str text = at->it->written->values[value].text;
    struct pc_ip address;
    size_t slash = pc_str_find(text, '/', 0);
    if (slash == SIZE_MAX || !pc_ip_parse_address(pc_str_slice(text, 0, slash), &address) ||
        memcmp(address.bytes, ip->bytes, sizeof(ip->bytes)) == 0) {
        return;
    }
    char room[64];
    struct pc_buf network = pc_buf_over(room, sizeof(room));
    pc_ip_write(&network, ip);
    struct pc_str written = pc_buf_view(&network);
    pc_lint_report_value(at, PC_DIAG_IP_HOST_BITS, value, "\"%.*s\" is the network %.*s",
                         PC_STR_ARG(text), PC_STR_ARG(written));
}

static void check_address(const struct pc_lint_at *at, size_t value)
{
    struct pc_str text = at->it->written->values[value].text;
    struct pc_ip ip;
    if (!pc_ip_parse(text, &ip)) {
        return;
    }
    check_host_bits(at, value, &ip);
    if (ip.prefix == 0) {
        pc_lint_report_value(at, PC_DIAG_IP_ANY, value, "\"%.*s\" is every IPv%d address",
                             PC_STR_ARG(text), ip.family);
    }
}

void pc_lint_addresses(const struct pc_lint_at *at)
{
    for (size_t i = 0; at->it->family == PC_LINT_ADDRESSES && i < at->it->written->count; i++) {
        check_address(at, i);
    }
}

static bool is_number(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!pc_char_is_digit(text.ptr[i])) {
            return false;
        }
    }
    return true;
}

// digits alone are seconds since 1970.
static void check_digits(const struct pc_lint_at *at, size_t value)
{
    enum {
        YEAR = 4,
        MILLISECONDS = 13,
    };
    struct pc_str text = at->it->written->values[value].text;
    if (!is_number(text) || (text.len != YEAR && text.len < MILLISECONDS)) {
        return;
    }
    pc_lint_report_value(at, PC_DIAG_DATE_DIGITS, value,
                         "\"%.*s\" is read as seconds since 1970, not as %s", PC_STR_ARG(text),
                         text.len == YEAR ? "a year" : "milliseconds");
    if (text.len == YEAR) {
        pc_diag_hint(at->place->lint->diags, "write a date: \"%.*s-01-01T00:00:00Z\"",
                     PC_STR_ARG(text));
    }
}

// How a value of a condition on the clock stands to now.
enum time_state {
    TIME_OPEN,   // it can change
    TIME_PASSED, // it will not match again
    TIME_BEGUN,  // it will always match
};

static enum time_state state_of(const struct pc_lint_at *at, size_t value)
{
    const struct pc_lint_condition *it = at->it;
    static const struct pc_op_env nothing = {NULL, NULL};
    char room[PC_INSTANT_TEXT];
    struct pc_buf now = pc_buf_over(room, sizeof(room));
    pc_buf_number(&now, at->place->lint->now, 0);
    int direction = pc_lint_direction(it->use.op->id);
    if (direction == 0) {
        return TIME_OPEN;
    }
    bool matches = it->use.op->compare(it->values[value], pc_buf_view(&now), &nothing) == PC_MATCH;
    if (direction > 0) {
        return matches ? TIME_BEGUN : TIME_OPEN;
    }
    return matches ? TIME_OPEN : TIME_PASSED;
}

// Both are in every request; the first is no number.
static bool is_clock(const struct pc_lint_condition *condition)
{
    return (condition->family == PC_LINT_DATES &&
            pc_str_eq(condition->key, PC_STR("aws:currenttime"))) ||
           pc_str_eq(condition->key, PC_STR("aws:epochtime"));
}

static void check_clock(const struct pc_lint_at *at)
{
    size_t passed = 0;
    bool begun = false;
    for (size_t i = 0; i < at->it->written->count; i++) {
        enum time_state state = state_of(at, i);
        passed += state == TIME_PASSED;
        begun = begun || state == TIME_BEGUN;
    }
    bool deny = at->place->statement->effect == PC_EFFECT_DENY;
    if (passed == at->it->written->count) {
        pc_lint_report_operator(at, deny ? PC_DIAG_DENY_EXPIRED : PC_DIAG_ALLOW_EXPIRED,
                                "the time of this %s has passed", deny ? "Deny" : "Allow");
    } else if (begun) {
        pc_lint_report_operator(at, PC_DIAG_DATE_BEGUN,
                                "the time has come: from now on %.*s always holds",
                                PC_STR_ARG(at->it->written->op.text));
    }
}

void pc_lint_dates(const struct pc_lint_at *at)
{
    bool dates = at->it->family == PC_LINT_DATES;
    for (size_t i = 0; dates && i < at->it->written->count; i++) {
        check_digits(at, i);
    }
    if ((dates || at->it->family == PC_LINT_NUMBERS) && is_clock(at->it)) {
        check_clock(at);
    }
}

// Can a value of the operator cover one that is written in another way?
static bool can_cover(const struct pc_lint_at *at, size_t value)
{
    switch (at->it->family) {
    case PC_LINT_STRINGS:
        return at->it->use.op->id == PC_OP_STRING_LIKE && wildcard_of(at, value) != SIZE_MAX;
    case PC_LINT_ARNS:
    case PC_LINT_NUMBERS:
    case PC_LINT_DATES:
    case PC_LINT_ADDRESSES:
        return true;
    case PC_LINT_BOOLS:
    case PC_LINT_BYTES:
    case PC_LINT_NULLS:
    case PC_LINT_NO_FAMILY:
        break;
    }
    return false;
}

// Another value that covers this one; of two that match the same only the earlier one.
static size_t find_wide(const struct pc_lint_at *at, size_t value)
{
    const struct pc_lint_condition *it = at->it;
    for (size_t i = 0; i < it->written->count; i++) {
        if (i != value && can_cover(at, i) && pc_lint_value_covers(it, i, it, value) &&
            (i < value || !pc_lint_value_covers(it, value, it, i))) {
            return i;
        }
    }
    return SIZE_MAX;
}

static void report_repeated(const struct pc_lint_at *at, size_t value, const struct pc_text *other)
{
    const struct pc_text *text = &at->it->written->values[value];
    pc_lint_report_value(at, PC_DIAG_VALUE_REPEATED, value,
                         "\"%.*s\" compares as \"%.*s\" does, which is there already",
                         PC_STR_ARG(text->text), PC_STR_ARG(other->text));
    pc_diag_hint(at->place->lint->diags, "that is in line %u", other->line);
}

enum pc_status pc_lint_values(const struct pc_lint_at *at)
{
    const struct pc_condition *written = at->it->written;
    struct pc_map seen;
    pc_map_init(&seen, at->place->lint->arena);
    for (size_t i = 0; i < written->count; i++) {
        const struct pc_text *same = pc_map_get(&seen, at->it->values[i]);
        if (same != NULL) {
            report_repeated(at, i, same);
            continue;
        }
        PC_TRY(pc_map_put(&seen, at->it->values[i], (void *)(uintptr_t)&written->values[i]));
        size_t wide = find_wide(at, i);
        if (wide != SIZE_MAX) {
            const struct pc_text *by = &written->values[wide];
            pc_lint_report_value(at, PC_DIAG_VALUE_COVERED, i, "\"%.*s\" adds nothing to \"%.*s\"",
                                 PC_STR_ARG(written->values[i].text), PC_STR_ARG(by->text));
            pc_diag_hint(at->place->lint->diags, "that is in line %u", by->line);
        }
    }
    return PC_OK;
}
