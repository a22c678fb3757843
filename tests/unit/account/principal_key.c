// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "principal_key.h"

static void keys_of_principals(void **state)
{
    (void)state;
    struct pc_arena arena;
    struct pc_str role, user;
    const struct pc_iam_name name = {PC_STR_INIT("aws"), PC_STR_INIT("111122223333"),
                                     PC_STR_INIT("Ab")};
    pc_arena_init(&arena);
    assert_int_equal(pc_principal_key(&arena, true, &name, &role), PC_OK);
    assert_int_equal(pc_principal_key(&arena, false, &name, &user), PC_OK);
    assert_view(role, "aws:111122223333:role/ab");
    assert_view(user, "aws:111122223333:user/Ab");
    pc_arena_release(&arena);
}

// Parts of other lengths than those of "aws" and of an account.
static void heads_of_any_length(void **state)
{
    (void)state;
    static const char *const parts[] = {"", "a", "aws", "aws-cn", "111122223333", "1111222233334"};
    const size_t count = sizeof(parts) / sizeof(parts[0]);
    struct pc_arena arena;
    pc_arena_init(&arena);
    for (size_t i = 0; i < count * count; i++) {
        const struct pc_iam_name name = {pc_str_from(parts[i / count]),
                                         pc_str_from(parts[i % count]), PC_STR_INIT("N")};
        struct pc_str key, expected;
        assert_int_equal(pc_principal_key(&arena, true, &name, &key), PC_OK);
        assert_int_equal(
            pc_arena_format(&arena, &expected, "%s:%s:role/n", parts[i / count], parts[i % count]),
            PC_OK);
        assert_true(pc_str_eq(key, expected));
    }
    pc_arena_release(&arena);
}

// Names of every length, with every byte: R-307 asks for lower case, and only ASCII has it here.
static void names_of_any_length(void **state)
{
    (void)state;
    struct pc_arena arena;
    char room[PC_PRINCIPAL_KEY_ROOM], text[512];
    pc_arena_init(&arena);
    for (size_t length = 0; length < sizeof(text); length++) {
        for (size_t i = 0; i < length; i++) {
            text[i] = (char)(unsigned char)(length * 7 + i);
        }
        struct pc_str key, prefix = PC_STR("");
        for (int i = 0; i < 4; i++) {
            int role = i % 2;
            struct pc_str partition = i < 2 ? PC_STR("aws") : PC_STR("aws-us-gov");
            const struct pc_iam_name name = {partition, PC_STR("123456789012"), {text, length}};
            assert_int_equal(pc_arena_format(&arena, &prefix, "%s:123456789012:%s/", partition.ptr,
                                             role == 1 ? "role" : "user"),
                             PC_OK);
            assert_int_equal(pc_principal_key_make(room, &arena, role == 1, &name, &key), PC_OK);
            assert_int_equal(key.len, prefix.len + length);
            assert_int_equal(key.ptr == room, key.len + 8 <= sizeof(room));
            for (size_t at = 0; at < length; at++) {
                char expected =
                    text[at] >= 'A' && text[at] <= 'Z' && role ? (char)(text[at] + 32) : text[at];
                assert_int_equal(key.ptr[prefix.len + at], expected);
            }
            assert_true(pc_str_has_prefix(key, prefix));
        }
    }
    pc_arena_release(&arena);
}

static void keys_and_their_arns(void **state)
{
    (void)state;
    static const struct {
        const char *key, *arn;
        bool role, is;
    } rows[] = {
        {"aws:111122223333:role/ab", "arn:aws:iam::111122223333:role/p/Ab", true, true},
        {"aws:111122223333:user/Ab", "arn:aws:iam::111122223333:user/Ab", false, true},
        {"aws:111122223333:user/ab", "arn:aws:iam::111122223333:user/Ab", false, false},
        {"aws:111122223333:role/Ab", "arn:aws:iam::111122223333:role/Ab", true, false},
        {"aws:111122223333:role/ab", "arn:aws:iam::111122223333:role/ac", true, false},
        {"aws:111122223333:role/ab", "arn:aws:iam::111122223333:role/abc", true, false},
        {"aws:111122223333:role/ab", "arn:aws:iam::111122223333:user/ab", true, false},
        {"aws:111122223333:role/ab", "arn:aws:iam::111122223333:role/ab", false, false},
        {"aws:111122223333:role/ab", "arn:aws:iam::111122224444:role/ab", true, false},
        {"aws:111122223333:role/ab", "nonsense", true, false},
        {"", "arn:aws:iam::111122223333:role/ab", true, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(
            pc_principal_key_is(pc_str_from(rows[i].key), rows[i].role, pc_str_from(rows[i].arn)),
            rows[i].is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_principals),
        cmocka_unit_test(heads_of_any_length),
        cmocka_unit_test(names_of_any_length),
        cmocka_unit_test(keys_and_their_arns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
