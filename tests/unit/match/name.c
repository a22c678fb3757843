// SPDX-License-Identifier: Apache-2.0
//
// The hand-written forms against the expressions of shape.c: over names that are right, every byte
// in every place of them, what is cut out of them, and mixtures.
#include "testing.h"

#include "match/name.h"

#include <stdlib.h>
#include <string.h>

#define A   "111111111111"
#define N64 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+="

static const char *const seeds[] = {
    "arn:aws:iam::" A ":root",
    "arn:aws-us-gov:iam::" A ":root",
    "arn:aws:iam::" A ":user/Bob",
    "arn:aws:iam::" A ":user/a/b-c/" N64,
    "arn:aws-cn:iam::" A ":user//a/B_+=,.@-",
    "arn:aws:iam::" A ":user///x",
    "arn:aws:iam::" A ":role/service/orders-worker-01",
    "arn:aws:iam::" A ":role/aws:ec2-infrastructure",
    "arn:aws:iam::" A ":role/p:q/aws:" N64,
    "arn:aws:sts::" A ":assumed-role/R/s",
    "arn:aws:sts::" A ":assumed-role/aws:ec2-x/" N64,
    "arn:aws:sts::" A ":assumed-role/orders-worker/i-0123456789abcdef0",
    "arn:aws:sts::" A ":assumed-role/" N64 "/" N64,
    "arn:aws:iam::" A ":role/a.b/c_d/" N64,
    "arn:aws:sts::" A ":federated-user/" N64,
    "arn:aws:sts::" A ":federated-user/Bob",
    "s3.amazonaws.com",
    "states.us-east-1.amazonaws.com.cn",
    "amazonaws.com.amazonaws.com",
    "a-b.amazonaws.eu",
    "ec2.c2s.ic.gov",
    "ec2.sc2s.sgov.gov",
    "ec2.cloud.adc-e.uk",
    "ec2.csp.hci.ic.gov",
    "x.amazon.com",
    "x.aws.internal",
    "S3:GetObject",
    "execute-api:In.vo_ke-9",
    "a:b",
    "iam:Tag_",
    "Lambda:Invoke.-_",
    "ec2-instance-connect:SendSerialConsoleSSHPublicKey-And.More_Of.It0",
};

enum {
    SEEDS = sizeof(seeds) / sizeof(seeds[0]),
    ROOM = 4096,
};

static size_t accepted;

static bool is_principal(struct pc_str text, enum pc_shape *shape)
{
    for (int s = PC_SHAPE_ARN_ROOT; s <= PC_SHAPE_ARN_FEDERATED_USER; s++) {
        if (pc_shape_is((enum pc_shape)s, text)) {
            *shape = (enum pc_shape)s;
            return true;
        }
    }
    return false;
}

// A principal's parts, put together again, are its text but for the path.
static void check_parts(struct pc_str text, const struct pc_principal_name *name)
{
    assert_true(pc_str_eq(name->partition, pc_str_slice(text, 4, 4 + name->partition.len)));
    assert_int_equal(text.ptr[4 + name->partition.len], ':');
    assert_true(pc_str_eq(name->account, pc_str_slice(text, 10 + name->partition.len,
                                                      10 + name->partition.len + 12)));
    bool session = name->shape == PC_SHAPE_ARN_SESSION;
    struct pc_str last = session ? name->session : name->name;
    assert_true(pc_str_has_suffix(text, last));
    if (name->shape != PC_SHAPE_ARN_ROOT) {
        assert_int_equal(text.ptr[text.len - last.len - 1], '/');
    }
    assert_true(session || name->session.len == 0);
    assert_int_equal(pc_str_find(last, '/', 0), SIZE_MAX);
}

static void check_action(struct pc_str text)
{
    struct pc_str service = PC_STR("kept");
    struct pc_str name = PC_STR("kept");
    char *room = malloc(text.len + 1);
    assert_non_null(room);
    bool is = pc_shape_is(PC_SHAPE_ACTION, text);
    assert_int_equal(pc_action_name_parse(text, room, &service, &name), is);
    if (is) {
        size_t colon = pc_str_find(text, ':', 0);
        assert_true(pc_str_eq_icase(service, pc_str_slice(text, 0, colon)));
        assert_true(pc_str_eq_icase(name, pc_str_slice(text, colon + 1, text.len)));
        for (size_t i = 0; i < text.len; i++) {
            assert_int_equal(room[i], pc_char_lower(text.ptr[i]));
        }
        accepted++;
    } else {
        assert_view(service, "kept");
        assert_view(name, "kept");
    }
    free(room);
}

// Both ways agree about the text. It is copied so that a sanitizer sees a read outside.
static void check(const char *bytes, size_t length)
{
    char *exact = malloc(length + 1);
    assert_non_null(exact);
    memcpy(exact + 1, bytes, length);
    struct pc_str text = {exact + 1, length};
    struct pc_principal_name name = {.shape = PC_SHAPE_DOMAIN};
    enum pc_shape shape = PC_SHAPE_NONE;
    bool is = is_principal(text, &shape);
    if (pc_principal_name_parse(text, &name) != is || (is && name.shape != shape)) {
        fail_msg("principal: shape %d, by hand %d: '%.*s'", (int)shape, (int)name.shape,
                 PC_STR_ARG(text));
    }
    if (is) {
        check_parts(text, &name);
        accepted++;
    }
    is = pc_shape_is(PC_SHAPE_SERVICE, text);
    if (pc_service_name_is(text) != is) {
        fail_msg("service: shape %d: '%.*s'", (int)is, PC_STR_ARG(text));
    }
    accepted += is;
    check_action(text);
    free(exact);
}

static void every_byte_in_every_place(void **state)
{
    (void)state;
    char text[ROOM];
    for (size_t i = 0; i < SEEDS; i++) {
        size_t length = strlen(seeds[i]);
        memcpy(text, seeds[i], length);
        size_t before = accepted;
        check(text, length);
        assert_true(accepted > before); // each seed is good
        for (size_t place = 0; place < length; place++) {
            for (int c = 0; c < 256; c++) {
                text[place] = (char)c;
                check(text, length);
            }
            text[place] = seeds[i][place];
        }
    }
}

static void every_cut_and_every_byte_more(void **state)
{
    (void)state;
    static const char more[] = "/:.-*?a0A_ \n\x80\xff=@,";
    char text[ROOM];
    for (size_t i = 0; i < SEEDS; i++) {
        size_t length = strlen(seeds[i]);
        for (size_t from = 0; from < length; from++) {
            check(seeds[i] + from, length - from);
            check(seeds[i], from);
            memcpy(text, seeds[i], from); // one byte left out
            memcpy(text + from, seeds[i] + from + 1, length - from - 1);
            check(text, length - 1);
            for (size_t j = 0; j < sizeof(more); j++) { // the zero as well
                memcpy(text, seeds[i], from);
                text[from] = more[j];
                memcpy(text + from + 1, seeds[i] + from, length - from);
                check(text, length + 1);
            }
        }
        for (size_t j = 0; j < sizeof(more); j++) {
            memcpy(text, seeds[i], length);
            text[length] = more[j];
            check(text, length + 1);
        }
    }
}

// The head of one name, the tail of another.
static void every_mixture(void **state)
{
    (void)state;
    char text[ROOM];
    for (size_t i = 0; i < SEEDS; i++) {
        for (size_t j = 0; j < SEEDS; j++) {
            size_t head = strlen(seeds[i]);
            size_t tail = strlen(seeds[j]);
            for (size_t cut = 0; cut <= head; cut += 3) {
                memcpy(text, seeds[i], cut);
                for (size_t from = 0; from < tail; from += 5) {
                    memcpy(text + cut, seeds[j] + from, tail - from);
                    check(text, cut + tail - from);
                }
            }
        }
    }
}

// Names of 64 bytes, paths of 510, texts of 2048.
static void lengths_end_where_the_expressions_say(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "arn:aws:iam::111111111111:user/",
        "arn:aws:iam::111111111111:role/aws:",
        "arn:aws:iam::111111111111:user/p/",
        "arn:aws:sts::111111111111:assumed-role/",
        "arn:aws:sts::111111111111:assumed-role/R/",
        "arn:aws:sts::111111111111:federated-user/",
        "arn:aws-",
        "s3:",
        "",
    };
    static const char *const tails[] = {
        "", "/n", "/aws:n", ":iam::111111111111:root", ".amazonaws.com", ":x"};
    static const size_t lengths[] = {0,   1,   7,   8,   9,   63,   64,   65,
                                     508, 509, 510, 511, 512, 2000, 2020, 2040};
    char text[ROOM];
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        for (size_t j = 0; j < sizeof(tails) / sizeof(tails[0]); j++) {
            for (size_t k = 0; k < sizeof(lengths) / sizeof(lengths[0]); k++) {
                size_t head = strlen(heads[i]);
                memcpy(text, heads[i], head);
                memset(text + head, 'a', lengths[k]);
                memcpy(text + head + lengths[k], tails[j], strlen(tails[j]));
                check(text, head + lengths[k] + strlen(tails[j]));
            }
        }
    }
    memset(text, 'a', 2048);
    memcpy(text, "s3:", 3);
    check(text, 2048);
    check(text, 2049);
    struct pc_str service, name;
    char room[2048];
    assert_true(pc_action_name_parse((struct pc_str){text, 2048}, room, &service, &name));
    assert_false(pc_action_name_parse((struct pc_str){text, 2049}, room, &service, &name));
}

static void nothing_is_no_name(void **state)
{
    (void)state;
    struct pc_principal_name name;
    struct pc_str service, rest;
    char room[8];
    assert_false(pc_principal_name_parse((struct pc_str){NULL, 0}, &name));
    assert_false(pc_service_name_is((struct pc_str){NULL, 0}));
    assert_false(pc_action_name_parse((struct pc_str){NULL, 0}, room, &service, &rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_in_every_place),
        cmocka_unit_test(every_cut_and_every_byte_more),
        cmocka_unit_test(every_mixture),
        cmocka_unit_test(lengths_end_where_the_expressions_say),
        cmocka_unit_test(nothing_is_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
