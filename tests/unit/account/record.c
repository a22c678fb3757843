// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "record.h"

#include <stdlib.h>
#include <string.h>

static const char digests[] = "0123456789abcdef0123456789abcdefFEDCBA9876543210FEDCBA9876543210";
static const struct pc_str first_digest = {digests, PC_HASH_BYTES};
static const struct pc_str second_digest = {digests + PC_HASH_BYTES, PC_HASH_BYTES};
static const struct pc_tag tags[] = {{PC_STR_INIT("team"), PC_STR_INIT("studio")},
                                     {PC_STR_INIT("stage"), PC_STR_INIT("")}};

static void make_principal(struct pc_buf *out)
{
    const struct pc_principal_record record = {
        .role = true,
        .arn = PC_STR("arn:aws:iam::111122223333:role/r"),
        .id = PC_STR("AROA1"),
        .tags = tags,
        .tag_count = 2,
        .identity = first_digest,
        .boundary = second_digest,
        .trust = PC_STR(""),
    };
    pc_principal_record_write(out, &record);
    assert_int_equal(pc_buf_status(out), PC_OK);
}

static void make_account(struct pc_buf *out)
{
    const struct pc_str levels[] = {first_digest, second_digest};
    const struct pc_account_record record = {
        .id = PC_STR("111122223333"), .management = true, .scp = levels, .scp_count = 2};
    pc_account_record_write(out, &record);
}

static void make_resource(struct pc_buf *out)
{
    const struct pc_resource_record record = {.arn = PC_STR("arn:aws:s3:::b"),
                                              .account = PC_STR("111122223333"),
                                              .tags = tags,
                                              .tag_count = 1,
                                              .policy = first_digest};
    pc_resource_record_write(out, &record);
}

static void make_function(struct pc_buf *out)
{
    const struct pc_str names[] = {PC_STR("A"), PC_STR("DB_URL")};
    const struct pc_function_record record = {.arn = PC_STR("f"),
                                              .role = PC_STR("r"),
                                              .kms_key = PC_STR(""),
                                              .variables = names,
                                              .variable_count = 2};
    pc_function_record_write(out, &record);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct pc_arena arena;
    struct pc_buf buf;
    struct pc_principal_record principal;
    struct pc_account_record account;
    struct pc_resource_record resource;
    struct pc_function_record function;
    pc_arena_init(&arena);
    pc_buf_init(&buf);

    make_principal(&buf);
    assert_int_equal(pc_principal_record_read(&arena, pc_buf_view(&buf), &principal), PC_OK);
    assert_true(principal.role);
    assert_view(principal.arn, "arn:aws:iam::111122223333:role/r");
    assert_view(principal.id, "AROA1");
    assert_int_equal(principal.tag_count, 2);
    assert_view(principal.tags[0].value, "studio");
    assert_view(principal.tags[1].key, "stage");
    assert_true(pc_str_eq(principal.identity, first_digest));
    assert_true(pc_str_eq(principal.boundary, second_digest));
    assert_int_equal(principal.trust.len, 0);

    pc_buf_reset(&buf);
    make_account(&buf);
    assert_int_equal(pc_account_record_read(&arena, pc_buf_view(&buf), &account), PC_OK);
    assert_true(account.management);
    assert_int_equal(account.scp_count, 2);
    assert_true(pc_str_eq(account.scp[1], second_digest));
    assert_int_equal(account.rcp_count, 0);

    pc_buf_reset(&buf);
    make_resource(&buf);
    assert_int_equal(pc_resource_record_read(&arena, pc_buf_view(&buf), &resource), PC_OK);
    assert_view(resource.account, "111122223333");
    assert_true(pc_str_eq(resource.policy, first_digest));
    assert_int_equal(resource.tag_count, 1);

    pc_buf_reset(&buf);
    make_function(&buf);
    assert_int_equal(pc_function_record_read(&arena, pc_buf_view(&buf), &function), PC_OK);
    assert_view(function.role, "r");
    assert_int_equal(function.variable_count, 2);
    assert_view(function.variables[1], "DB_URL");
    pc_buf_release(&buf);
    pc_arena_release(&arena);
}

// Reads with the reader of the kind; the copy on the heap shows a step outside to the sanitizer.
static enum pc_status read_as(char kind, struct pc_arena *arena, struct pc_str bytes)
{
    struct pc_principal_record principal;
    struct pc_account_record account;
    struct pc_resource_record resource;
    struct pc_function_record function;
    char *copy = malloc(bytes.len + 1);
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    struct pc_str view = {copy, bytes.len};
    enum pc_status status = kind == 'P'   ? pc_principal_record_read(arena, view, &principal)
                            : kind == 'A' ? pc_account_record_read(arena, view, &account)
                            : kind == 'R' ? pc_resource_record_read(arena, view, &resource)
                                          : pc_function_record_read(arena, view, &function);
    free(copy);
    return status;
}

static void try_damage(char kind, void (*make)(struct pc_buf *out))
{
    struct pc_arena arena;
    struct pc_buf buf;
    pc_arena_init(&arena);
    pc_buf_init(&buf);
    make(&buf);
    for (size_t length = 0; length < buf.len; length++) {
        assert_int_equal(read_as(kind, &arena, (struct pc_str){buf.ptr, length}), PC_ERR_DAMAGED);
    }
    // Changing a byte may give another sound record, never a crash or an endless array.
    for (size_t i = 0; i < buf.len; i++) {
        char before = buf.ptr[i];
        buf.ptr[i] = (char)0xff;
        enum pc_status status = read_as(kind, &arena, pc_buf_view(&buf));
        assert_true(status == PC_OK || status == PC_ERR_DAMAGED);
        buf.ptr[i] = before;
    }
    buf.ptr[0] = 2; // another version
    assert_int_equal(read_as(kind, &arena, pc_buf_view(&buf)), PC_ERR_DAMAGED);
    buf.ptr[0] = 1;
    pc_buf_byte(&buf, 'x'); // something behind
    assert_int_equal(read_as(kind, &arena, pc_buf_view(&buf)), PC_ERR_DAMAGED);
    static const char kinds[] = "PARF";
    for (size_t i = 0; i < 4; i++) {
        if (kinds[i] != kind) {
            assert_int_equal(read_as(kinds[i], &arena, (struct pc_str){buf.ptr, buf.len - 1}),
                             PC_ERR_DAMAGED);
        }
    }
    pc_buf_release(&buf);
    pc_arena_release(&arena);
}

static void a_damaged_record_is_refused(void **state)
{
    (void)state;
    try_damage('P', make_principal);
    try_damage('A', make_account);
    try_damage('R', make_resource);
    try_damage('F', make_function);
}

// A principal always has an identity set, and digests have one length.
static void digests_must_be_whole(void **state)
{
    (void)state;
    struct pc_arena arena;
    struct pc_buf buf;
    struct pc_principal_record record = {.identity = PC_STR("")};
    pc_arena_init(&arena);
    pc_buf_init(&buf);
    pc_principal_record_write(&buf, &record);
    assert_int_equal(pc_principal_record_read(&arena, pc_buf_view(&buf), &record), PC_ERR_DAMAGED);
    pc_buf_reset(&buf);
    record.identity = first_digest;
    record.boundary = PC_STR("short");
    pc_principal_record_write(&buf, &record);
    assert_int_equal(pc_principal_record_read(&arena, pc_buf_view(&buf), &record), PC_ERR_DAMAGED);
    pc_buf_release(&buf);
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_damaged_record_is_refused),
        cmocka_unit_test(digests_must_be_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
