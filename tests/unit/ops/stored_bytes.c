// SPDX-License-Identifier: Apache-2.0
//
// Bytes from a store that no encoder of ours wrote: is_valid stands between them and everything
// else. What it lets through can be compared, printed and asked for its variables.
#include "operand.h"

// One good value an operator, from which the damage starts.
static const char *const values[] = {
    [PC_OP_NONE] = NULL,
    [PC_OP_STRING_EQUALS] = "a${aws:x, 'd'}b",
    [PC_OP_STRING_EQUALS_IGNORE_CASE] = "bob${aws:x}",
    [PC_OP_STRING_LIKE] = "a*b?c${aws:x}",
    [PC_OP_NUMERIC_EQUALS] = "10.5",
    [PC_OP_NUMERIC_LESS] = "-1",
    [PC_OP_NUMERIC_LESS_EQUALS] = "0",
    [PC_OP_NUMERIC_GREATER] = "+7",
    [PC_OP_NUMERIC_GREATER_EQUALS] = "12345678901234567890",
    [PC_OP_DATE_EQUALS] = "2024-05-31T12:00:00.5Z",
    [PC_OP_DATE_LESS] = "0",
    [PC_OP_DATE_LESS_EQUALS] = "1969-12-31T23:59:58.5Z",
    [PC_OP_DATE_GREATER] = "9223372036854775807",
    [PC_OP_DATE_GREATER_EQUALS] = "0001-01-01",
    [PC_OP_BOOL] = "${aws:x, 'true'}",
    [PC_OP_BINARY_EQUALS] = "QmluYXJ5",
    [PC_OP_IP_ADDRESS] = "2001:db8::/33",
    [PC_OP_ARN_EQUALS] = "arn:aws:s3:::b/${aws:x}/*",
    [PC_OP_ARN_LIKE] = "arn:aws:sns:*:1:t?",
    [PC_OP_NULL] = "true",
};

static void touch(void *context, struct pc_str key)
{
    size_t *bytes = context;
    for (size_t i = 0; i < key.len; i++) {
        *bytes += key.ptr[i] != '\0';
    }
}

// What is written of a number, an address, a truth value or bytes is one, so that nothing that was
// let in is more than a policy could have said.
static bool reads_again(const struct pc_operator *op, struct pc_str text)
{
    bool number = op->id >= PC_OP_NUMERIC_EQUALS && op->id <= PC_OP_NUMERIC_GREATER_EQUALS;
    if (!number && op->id != PC_OP_IP_ADDRESS && op->id != PC_OP_NULL &&
        op->id != PC_OP_BINARY_EQUALS) {
        return true;
    }
    struct pc_buf out = {0};
    struct pc_op_fault fault = {0};
    bool reads = op->encode(text, true, &out, &fault) == PC_OK;
    pc_buf_release(&out);
    return reads;
}

static void use(const struct pc_operator *op, struct pc_str bytes)
{
    static const char *const pairs[] = {"aws:x", "value", NULL};
    static const char *const requests[] = {"",
                                           "true",
                                           "10.5",
                                           "2024-05-31",
                                           "203.0.113.7",
                                           "QQ==",
                                           "::1",
                                           "arn:aws:s3:::b/value/x",
                                           "avalueb"};
    const struct pc_variables variables = {lookup, (void *)(uintptr_t)pairs};
    const struct pc_op_env env = {.variables = &variables};
    struct pc_buf out = {0};
    size_t touched = 0;
    for (size_t i = 0; i < COUNT(requests); i++) {
        enum pc_match match = op->compare(bytes, pc_str_from(requests[i]), &env);
        assert_true(match == PC_MATCH || match == PC_NOMATCH || match == PC_MATCH_ERROR);
    }
    op->write(bytes, &out);
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_true(reads_again(op, pc_buf_view(&out)));
    if (op->each_variable != NULL) {
        op->each_variable(bytes, touch, &touched);
    }
    pc_buf_release(&out);
}

static bool use_if_valid(const struct pc_operator *op, struct pc_str bytes)
{
    struct pc_str copy = exact(bytes);
    bool valid = op->is_valid(copy);
    if (valid) {
        use(op, copy);
    }
    drop(copy);
    return valid;
}

static void no_bytes(void **state)
{
    (void)state;
    for (uint32_t id = 1; id <= PC_OP_NULL; id++) {
        // Only of base64 nothing at all is a value.
        assert_int_equal(use_if_valid(pc_operator_get(id), PC_STR("")), id == PC_OP_BINARY_EQUALS);
        assert_int_equal(pc_operator_get(id)->is_valid((struct pc_str){NULL, 0}),
                         id == PC_OP_BINARY_EQUALS);
    }
}

static void every_byte_changed(void **state)
{
    (void)state;
    for (uint32_t id = 1; id <= PC_OP_NULL; id++) {
        const struct pc_operator *op = pc_operator_get(id);
        struct pc_str bytes = operand(op, pc_str_from(values[id]), true);
        char *changing = (char *)(uintptr_t)bytes.ptr;
        size_t refused = 0;
        use(op, bytes);
        for (size_t i = 0; i < bytes.len; i++) {
            char before = changing[i];
            for (int byte = 0; byte < 256; byte++) {
                changing[i] = (char)(unsigned char)byte;
                refused += !use_if_valid(op, bytes);
            }
            changing[i] = before;
        }
        assert_true(refused > 0 || id == PC_OP_BINARY_EQUALS);
        drop(bytes);
    }
}

// The first byte of an ARN operand says what it is: a pattern, or the text of a value that is none.
static void kinds_of_arn_operands(void **state)
{
    (void)state;
    for (uint32_t id = PC_OP_ARN_EQUALS; id <= PC_OP_ARN_LIKE; id++) {
        const struct pc_operator *op = pc_operator_get(id);
        struct pc_str bytes = operand(op, pc_str_from(values[id]), true);
        char *changing = (char *)(uintptr_t)bytes.ptr;
        size_t accepted = 0;
        for (int byte = 0; byte < 256; byte++) {
            changing[0] = (char)(unsigned char)byte;
            accepted += use_if_valid(op, bytes);
        }
        assert_int_equal(accepted, 2);
        drop(bytes);
    }
}

// A form of fixed width has that width only.
static void every_length(void **state)
{
    (void)state;
    for (uint32_t id = 1; id <= PC_OP_NULL; id++) {
        const struct pc_operator *op = pc_operator_get(id);
        struct pc_str bytes = operand(op, pc_str_from(values[id]), true);
        bool fixed = id == PC_OP_NULL || id == PC_OP_IP_ADDRESS ||
                     (id >= PC_OP_DATE_EQUALS && id <= PC_OP_DATE_GREATER_EQUALS);
        struct pc_buf longer = {0};
        for (size_t length = 0; length < bytes.len; length++) {
            bool valid = use_if_valid(op, pc_str_slice(bytes, 0, length));
            assert_false(fixed && valid);
        }
        pc_buf_str(&longer, bytes);
        pc_buf_byte(&longer, '\0');
        assert_int_equal(use_if_valid(op, pc_buf_view(&longer)), id == PC_OP_BINARY_EQUALS);
        pc_buf_release(&longer);
        drop(bytes);
    }
}

static uint32_t next(uint32_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 17;
    *random ^= *random << 5;
    return *random;
}

// Small numbers most of the time: they are kinds, flags and lengths.
static void random_bytes(void **state)
{
    (void)state;
    uint32_t random = 20240531;
    size_t valid = 0;
    for (size_t round = 0; round < 20000; round++) {
        char bytes[48];
        size_t length = next(&random) % sizeof(bytes);
        for (size_t i = 0; i < length; i++) {
            uint32_t draw = next(&random);
            bytes[i] = (char)(unsigned char)(draw % 4 == 0 ? draw >> 8 : (draw >> 8) % 6);
        }
        for (uint32_t id = 1; id <= PC_OP_NULL; id++) {
            valid += use_if_valid(pc_operator_get(id), (struct pc_str){bytes, length});
        }
    }
    assert_true(valid > 20000); // those of BinaryEquals, and some more
}

// What the validator of images relies on: the other operators' bytes are refused or harmless.
static void bytes_of_other_operators(void **state)
{
    (void)state;
    for (uint32_t from = 1; from <= PC_OP_NULL; from++) {
        struct pc_str bytes = operand(pc_operator_get(from), pc_str_from(values[from]), true);
        for (uint32_t to = 1; to <= PC_OP_NULL; to++) {
            (void)use_if_valid(pc_operator_get(to), bytes);
        }
        assert_true(use_if_valid(pc_operator_get(from), bytes));
        drop(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_bytes),
        cmocka_unit_test(every_byte_changed),
        cmocka_unit_test(kinds_of_arn_operands),
        cmocka_unit_test(every_length),
        cmocka_unit_test(random_bytes),
        cmocka_unit_test(bytes_of_other_operators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
