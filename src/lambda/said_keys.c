// SPDX-License-Identifier: Apache-2.0
#include "said_keys.h"

#include "base/clock.h"
#include "source_arn.h"

// Which values of a key are a stranger's to have.
enum whose {
    ANYBODYS,   // whatever the statement wants
    OWN,        // what it wants, if that leaves open what is in front of the separator
    OF_ACCOUNT, // the same of the account, if it is an ARN; without such a value it is not said
};

struct sayable {
    struct pc_str key; // in lower case; of a family what its keys begin with, ending in '/'
    enum whose whose;
    char separator;  // '\0': up to the end
    bool forwarding; // said by forwarded calls alone
};

static const struct sayable *sayable_of(struct pc_str key)
{
    static const struct sayable rows[] = {
        {PC_STR_INIT("aws:principaltag/"), ANYBODYS, '\0', false},
        {PC_STR_INIT("aws:requesttag/"), ANYBODYS, '\0', false},
        {PC_STR_INIT("aws:useragent"), ANYBODYS, '\0', false},
        {PC_STR_INIT("aws:referer"), ANYBODYS, '\0', false},
        {PC_STR_INIT("aws:sourceidentity"), ANYBODYS, '\0', false},
        {PC_STR_INIT("aws:calledvia"), ANYBODYS, '\0', true},
        {PC_STR_INIT("aws:calledviafirst"), ANYBODYS, '\0', true},
        {PC_STR_INIT("aws:calledvialast"), ANYBODYS, '\0', true},
        {PC_STR_INIT("aws:viaawsservice"), ANYBODYS, '\0', true},
        {PC_STR_INIT("aws:tokenissuetime"), ANYBODYS, '\0', false},
        {PC_STR_INIT("aws:federatedprovider"), OF_ACCOUNT, '\0', false},
        {PC_STR_INIT("lambda:sourcefunctionarn"), OF_ACCOUNT, '\0', false},
        {PC_STR_INIT("ec2:sourceinstancearn"), OF_ACCOUNT, '\0', false},
        {PC_STR_INIT("aws:principalorgid"), OWN, '\0', false},
        {PC_STR_INIT("aws:principalorgpaths"), OWN, '/', false},
        {PC_STR_INIT("aws:sourcevpc"), OWN, '\0', false},
        {PC_STR_INIT("aws:sourcevpce"), OWN, '\0', false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool family = pc_str_has_suffix(rows[i].key, PC_STR("/"));
        if (family ? pc_str_has_prefix(key, rows[i].key) : pc_str_eq(key, rows[i].key)) {
            return &rows[i];
        }
    }
    return NULL;
}

bool pc_said_of_forwarding(const struct pc_view_statement *statement)
{
    struct pc_str key;
    for (uint32_t i = 0; pc_statement_key(statement, i, &key); i++) {
        const struct sayable *row = sayable_of(key);
        if (row != NULL && row->forwarding) {
            return true;
        }
    }
    return false;
}

// Values -----------------------------------------------------------------------------------------

static bool may_have(const struct sayable *row, struct pc_str pattern)
{
    size_t end = row->separator == '\0' ? SIZE_MAX : pc_str_find(pattern, row->separator, 0);
    struct pc_arn arn;
    if (row->whose == OF_ACCOUNT) {
        return !pc_arn_parse(pattern, &arn) || pc_has_wildcard(arn.account);
    }
    return row->whose == ANYBODYS || pc_has_wildcard(pc_str_slice(pattern, 0, end));
}

static enum pc_status write_now(const struct pc_danger_search *search, struct pc_str *out)
{
    const struct pc_asker *asker = search->checker->asker;
    int64_t now = asker->fixed_clock ? asker->now : pc_clock_now();
    return pc_arena_format(search->texts, out, "%lld", (long long)now);
}

// What is said where the statement wants no text that a stranger may have: "" nothing.
static enum pc_status find_other(const struct pc_danger_search *search, const struct sayable *row,
                                 struct pc_str *out)
{
    if (pc_str_eq(row->key, PC_STR("aws:tokenissuetime"))) {
        return write_now(search, out);
    }
    *out = pc_str_eq(row->key, PC_STR("aws:viaawsservice")) ? PC_STR("true")
           : row->forwarding                                ? PC_STR("cloudformation.amazonaws.com")
           : row->whose == OF_ACCOUNT                       ? PC_STR("")
                                                            : PC_STR(PC_STRANGER_NAME);
    return PC_OK;
}

// The first of the values that the statement wants and that a stranger may have.
static enum pc_status find_value(const struct pc_danger_search *search,
                                 const struct pc_view_statement *statement,
                                 const struct sayable *row, const char *key, struct pc_str *out)
{
    for (size_t i = 0;; i++) {
        struct pc_str wanted;
        PC_TRY(pc_statement_value(search->texts, statement, key, i, &wanted));
        if (wanted.len == 0) {
            return find_other(search, row, out);
        }
        if (may_have(row, wanted)) {
            return pc_plain_text(search->texts, wanted, out);
        }
    }
}

// Saying -----------------------------------------------------------------------------------------

static bool has(const struct pc_said *said, struct pc_str key)
{
    for (size_t i = 0; i < said->count; i++) {
        if (pc_str_eq(said->keys[i].key, key)) {
            return true;
        }
    }
    return false;
}

// A value for the key of one of the statement's conditions, where a stranger has one.
static enum pc_status say(const struct pc_danger_search *search,
                          const struct pc_view_statement *statement, struct pc_str key,
                          bool forwarded, struct pc_said *said)
{
    const struct sayable *row = sayable_of(key);
    struct pc_str name, value;
    if (row == NULL || (row->forwarding && !forwarded) || has(said, key)) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(search->texts, &name, "%.*s", PC_STR_ARG(key)));
    PC_TRY(find_value(search, statement, row, name.ptr, &value));
    if (value.len > 0) {
        said->keys[said->count++] = (struct pc_tag){name, value};
    }
    return PC_OK;
}

enum pc_status pc_said_find(struct pc_danger_search *search,
                            const struct pc_view_statement *statement, bool forwarded,
                            struct pc_said *out)
{
    static const struct pc_tag always[] = {
        PC_ANY_CALL,
        {PC_STR_INIT("aws:MultiFactorAuthPresent"), PC_STR_INIT("true")},
        {PC_STR_INIT("aws:MultiFactorAuthAge"), PC_STR_INIT("1")},
    };
    const size_t count = sizeof(always) / sizeof(always[0]);
    struct pc_str key;
    out->keys = pc_arena_array(search->texts, count + statement->record->conditions.count,
                               sizeof(*out->keys));
    if (out->keys == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(out->keys, always, sizeof(always));
    out->count = count;
    for (uint32_t i = 0; pc_statement_key(statement, i, &key); i++) {
        PC_TRY(say(search, statement, key, forwarded, out));
    }
    return PC_OK;
}
