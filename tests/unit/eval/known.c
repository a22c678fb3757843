// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "known.h"

#include <string.h>

static bool is_family(enum pc_known_key key)
{
    struct pc_str text = pc_known_rows[key].text;
    return text.ptr[text.len - 1] == '/';
}

static enum pc_known_key spelled(struct pc_str text)
{
    const struct pc_known_name *name = pc_known_spelled(text);
    return name == NULL ? KEY_NONE : name->key;
}

static enum pc_known_key named(struct pc_str lower)
{
    return pc_known_named(lower, pc_str_hash(lower));
}

static int set_up(void **state)
{
    (void)state;
    return pc_known_ready() ? 0 : -1;
}

// A row whose name has to share its slot would be slower than the others: seek another factor then.
static void every_name_is_found(void **state)
{
    (void)state;
    for (enum pc_known_key key = KEY_NONE + 1; key < KEYS; key++) {
        struct pc_str text = pc_known_rows[key].text;
        struct pc_str lower = pc_known_lower(key);
        assert_true(text.len >= 8 && text.len <= PC_KNOWN_LONGEST);
        assert_true(pc_str_eq_icase(text, lower));
        for (size_t i = 0; i < lower.len; i++) {
            assert_int_equal(lower.ptr[i], pc_char_lower(lower.ptr[i]));
        }
        assert_int_equal(spelled(text), is_family(key) ? KEY_NONE : key);
        assert_int_equal(named(lower), is_family(key) ? KEY_NONE : key);
    }
}

static void no_other_name_is_found(void **state)
{
    (void)state;
    for (enum pc_known_key key = KEY_NONE + 1; key < KEYS; key++) {
        struct pc_str text = pc_known_rows[key].text;
        struct pc_str lower = pc_known_lower(key);
        char other[PC_KNOWN_LONGEST + 1];
        for (size_t place = 0; place < text.len; place++) {
            memcpy(other, text.ptr, text.len);
            other[place] ^= 0x20; // the other case of a letter
            assert_int_equal(spelled((struct pc_str){other, text.len}), KEY_NONE);
            memcpy(other, lower.ptr, lower.len);
            other[place] ^= 1;
            assert_int_equal(named((struct pc_str){other, lower.len}), KEY_NONE);
            assert_int_equal(pc_known_named((struct pc_str){other, lower.len}, // as if it collided
                                            pc_known_index.names[key].hash),
                             KEY_NONE);
        }
        memcpy(other, text.ptr, text.len);
        other[text.len] = 's';
        assert_int_equal(spelled((struct pc_str){other, text.len + 1}), KEY_NONE);
    }
    assert_int_equal(spelled(PC_STR("")), KEY_NONE);
    assert_int_equal(named(PC_STR("")), KEY_NONE);
}

// What the table promises of its order.
static void rows_are_where_their_kind_is(void **state)
{
    (void)state;
    for (enum pc_known_key key = KEY_NONE + 1; key < KEYS; key++) {
        const struct pc_known_row *row = &pc_known_rows[key];
        assert_true(key >= KEYS_WITH_VALUE || row->tell != NULL);
        assert_true(key >= KEYS_CHECKED || row->check != NULL ||
                    (row->tell != NULL && !is_family(key)));
        assert_true(key < KEYS_CHECKED || (row->tell == NULL && row->check == NULL));
    }
}

// pc_derive leaves these out for callers with an account.
static void keys_of_other_callers_are_believed_of_those_with_an_account(void **state)
{
    (void)state;
    struct pc_request request = {.caller = {.account = PC_STR_INIT("111111111111")}};
    struct pc_told told;
    for (enum pc_known_key key = KEY_PRINCIPAL_ORG_ID; key <= KEY_TOKEN_ISSUE_TIME; key++) {
        for (int kind = PC_CALLER_ROOT; kind <= PC_CALLER_FEDERATED_USER; kind++) {
            request.caller.kind = (enum pc_caller_kind)kind;
            assert_int_equal(pc_known_rows[key].tell(&request, &told), PC_FOLLOWS_NOTHING);
        }
        struct pc_request anonymous = {.caller = {.kind = PC_CALLER_ANONYMOUS}};
        assert_int_equal(pc_known_rows[key].tell(&anonymous, &told), PC_FOLLOWS_ABSENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_found),
        cmocka_unit_test(no_other_name_is_found),
        cmocka_unit_test(rows_are_where_their_kind_is),
        cmocka_unit_test(keys_of_other_callers_are_believed_of_those_with_an_account),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
