// SPDX-License-Identifier: Apache-2.0
//
// The table of integrations is whole: a row for each kind of connection, symptoms for all that can
// be refused, and templates that name only what there is.
#include "testing.h"

#include "account/connection_kinds.h"
#include "lambda/integration.h"

// Rows that belong to every function and are told by no connection.
static const char *const own[] = {"role", "environment", "environment-key"};

static const char *const words[] = {
    "MAPPED",          "CLUSTER",   "S",     "STREAM", "other", "LOG-GROUP",
    "REPORT-BUCKET",   "QUALIFIED", "SR",    "FNQ",    "FN",    "MANIFEST-BUCKET",
    "DEPLOYER",        "REPLICA",   "NAME",  "R",      "each",  "CONSUMERS",
    "SECRET-KEY",      "A",         "GROUP", "LOGS",   "SP",    "TARGET-TOPIC",
    "DEAD-LETTER-KEY", "P",         "ROLE"};

// Conditions that hold for no fact.
static const char *const circumstances[] = {
    "deployed",       "pass-through",       "other",      "foreign",         "consumer",
    "vpc-connection", "opted-in-elsewhere", "secret-key", "dead-letter-key", "replica"};

static bool is_among(struct pc_str word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count && names[i] != NULL; i++) {
        if (pc_str_eq(word, pc_str_from(names[i]))) {
            return true;
        }
    }
    return false;
}

static bool is_own(const char *kind)
{
    return is_among(pc_str_from(kind), own, sizeof(own) / sizeof(own[0]));
}

// Facts with several values end in '*' in the table of kinds.
static bool has_fact(const struct pc_connection_kind *kind, struct pc_str fact)
{
    const char *const *lists[] = {kind->needs, kind->may};
    for (size_t list = 0; list < 2; list++) {
        for (size_t i = 0; i < PC_CONNECTION_FACTS && lists[list][i] != NULL; i++) {
            struct pc_str name = pc_str_from(lists[list][i]);
            if (pc_str_has_suffix(name, PC_STR("*"))) {
                name.len--;
            }
            if (pc_str_eq(name, fact)) {
                return true;
            }
        }
    }
    return false;
}

// {KIND.FACT} of another connection.
static bool is_of_peer(struct pc_str word)
{
    struct pc_str parts[2];
    if (pc_str_split(word, '.', parts, 2) < 2) {
        return false;
    }
    const struct pc_connection_kind *kind = pc_connection_kind_find(parts[0]);
    return kind != NULL && (pc_str_eq(parts[1], PC_STR("source")) || has_fact(kind, parts[1]));
}

static void check_word(const struct pc_integration *row, struct pc_str word)
{
    const struct pc_connection_kind *kind = pc_connection_kind_find(pc_str_from(row->kind));
    struct pc_str parts[2];
    (void)pc_str_split(word, '|', parts, 2);
    bool known = is_among(parts[0], words, sizeof(words) / sizeof(words[0])) ||
                 (kind != NULL && has_fact(kind, parts[0])) || is_of_peer(word);
    if (!known) {
        print_message("%s: nothing is called {%.*s}\n", row->kind, PC_STR_ARG(word));
        fail();
    }
}

static void check_template(const struct pc_integration *row, const char *text)
{
    struct pc_str rest = pc_str_from(text);
    for (size_t at = pc_str_find(rest, '{', 0); at != SIZE_MAX; at = pc_str_find(rest, '{', at)) {
        size_t end = pc_str_find(rest, '}', at);
        assert_true(end != SIZE_MAX);
        check_word(row, pc_str_slice(rest, at + 1, end));
        at = end;
    }
}

static void check_when(const struct pc_integration *row, const char *when)
{
    struct pc_str rest = pc_str_from(when);
    while (rest.len > 0) {
        struct pc_str parts[2], name[2];
        size_t count = pc_str_split(rest, ' ', parts, 2);
        struct pc_str word = parts[0];
        if (word.ptr[0] == '!') {
            word = pc_str_slice(word, 1, word.len);
        }
        (void)pc_str_split(word, '=', name, 2);
        if (!is_among(name[0], circumstances, sizeof(circumstances) / sizeof(circumstances[0]))) {
            check_word(row, name[0]);
        }
        rest = count == 2 ? parts[1] : PC_STR("");
    }
}

// service:Name, separated by single blanks.
static void check_actions(const char *actions)
{
    struct pc_str rest = pc_str_from(actions);
    assert_true(rest.len > 0);
    while (rest.len > 0) {
        struct pc_str parts[2], sides[2];
        size_t count = pc_str_split(rest, ' ', parts, 2);
        assert_int_equal(pc_str_split(parts[0], ':', sides, 2), 2);
        assert_true(sides[0].len > 0 && sides[1].len > 0);
        assert_true(sides[1].ptr[0] >= 'A' && sides[1].ptr[0] <= 'Z');
        assert_true(pc_str_find(parts[0], '*', 0) == SIZE_MAX);
        rest = count == 2 ? parts[1] : PC_STR("");
    }
}

static void check_need(const struct pc_integration *row, const struct pc_need *need)
{
    check_template(row, need->who);
    check_actions(need->actions);
    check_template(row, need->resource);
    check_template(row, need->context);
    check_template(row, need->or_context);
    check_template(row, need->covers);
    check_when(row, need->when);
    check_when(row, need->each);
    if (need->code != 0) {
        assert_non_null(pc_diag_row(need->code));
    }
    assert_true(need->symptom != NULL || row->symptom != NULL);
}

static void rows_name_only_what_there_is(void **state)
{
    (void)state;
    for (size_t i = 0; pc_integration_at(i) != NULL; i++) {
        const struct pc_integration *row = pc_integration_at(i);
        assert_non_null(row->facts);
        for (size_t j = 0; j < PC_NEEDS_MAX && row->needs[j].who != NULL; j++) {
            check_need(row, &row->needs[j]);
        }
    }
}

static void each_kind_has_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; pc_connection_kind_at(i) != NULL; i++) {
        const char *kind = pc_connection_kind_at(i)->kind;
        if (pc_integration_find(pc_str_from(kind)) == NULL) {
            print_message("nothing is asked of %s\n", kind);
            fail();
        }
    }
}

static void each_row_has_a_kind_and_is_there_once(void **state)
{
    (void)state;
    for (size_t i = 0; pc_integration_at(i) != NULL; i++) {
        const struct pc_integration *row = pc_integration_at(i);
        assert_ptr_equal(pc_integration_find(pc_str_from(row->kind)), row);
        assert_true(is_own(row->kind) || pc_connection_kind_find(pc_str_from(row->kind)) != NULL);
    }
    assert_null(pc_integration_find(PC_STR("s3 ")));
}

// A row that can fail says how; what calls the function says how it runs.
static void rows_tell_what_people_see(void **state)
{
    (void)state;
    for (size_t i = 0; pc_integration_at(i) != NULL; i++) {
        const struct pc_integration *row = pc_integration_at(i);
        bool asks = row->needs[0].who != NULL;
        bool calls = row->direction == PC_DIRECTION_TRIGGER && strcmp(row->kind, "deployer") != 0;
        assert_true(!asks || row->title != NULL);
        assert_true(!calls || row->calls != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_name_only_what_there_is),
        cmocka_unit_test(each_kind_has_a_row),
        cmocka_unit_test(each_row_has_a_kind_and_is_there_once),
        cmocka_unit_test(rows_tell_what_people_see),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
