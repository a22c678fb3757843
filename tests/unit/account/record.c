// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "account/resolve.h"
#include "connections.h"
#include "record.h"

#include <stdlib.h>
#include <string.h>

#define ROLE "arn:aws:iam::111122223333:role/p/R"

static const char digests[] = "0123456789abcdef0123456789abcdefFEDCBA9876543210FEDCBA9876543210";
static const struct pc_str first_digest = {digests, PC_HASH_BYTES};
static const struct pc_str second_digest = {digests + PC_HASH_BYTES, PC_HASH_BYTES};
static const struct pc_tag tags[] = {{PC_STR_INIT("team"), PC_STR_INIT("studio")},
                                     {PC_STR_INIT("stage"), PC_STR_INIT("")}};
static const struct pc_str role_key = PC_STR_INIT("aws:111122223333:role/r");

static void make_principal(struct pc_buf *out)
{
    const struct pc_principal_fields fields = {
        .role = true,
        .arn = PC_STR(ROLE),
        .id = PC_STR("AROA1"),
        .tags = tags,
        .tag_count = 2,
        .identity = first_digest,
        .boundary = PC_STR(""),
        .trust = second_digest,
    };
    pc_principal_record_write(out, &fields);
}

static void make_account(struct pc_buf *out)
{
    const struct pc_str levels[] = {first_digest, second_digest};
    const struct pc_account_fields fields = {
        .management = true, .scp = levels, .scp_count = 2, .rcp = levels + 1, .rcp_count = 1};
    pc_account_record_write(out, &fields);
}

static void make_resource(struct pc_buf *out)
{
    const struct pc_resource_fields fields = {
        .account = PC_STR("111122223333"), .tags = tags, .tag_count = 1, .policy = first_digest};
    pc_resource_record_write(out, &fields);
}

static void make_function(struct pc_buf *out)
{
    const struct pc_str names[] = {PC_STR("A"), PC_STR("DB_URL")};
    struct pc_str pairs[] = {PC_STR("uuid"), PC_STR("u")};
    const struct pc_connection connection = {
        .kind = PC_STR("sqs"), .function = PC_STR("f"), .pairs = pairs, .pair_count = 1};
    struct pc_buf text;
    pc_buf_init(&text);
    pc_connection_write(&text, &connection);
    const struct pc_str connections[] = {pc_buf_view(&text), pc_buf_view(&text)};
    const struct pc_function_fields fields = {.role = PC_STR("r"),
                                              .kms_key = PC_STR(""),
                                              .variables = names,
                                              .variable_count = 2,
                                              .connections = connections,
                                              .connection_count = 2};
    pc_function_record_write(out, &fields);
    pc_buf_release(&text);
}

// What tests are made of: a record of each kind.
static const struct kind {
    void (*make)(struct pc_buf *out);
    bool (*check)(struct pc_str key, struct pc_str value);
    struct pc_str key;
} kinds[] = {
    {make_principal, pc_principal_record_check, PC_STR_INIT("aws:111122223333:role/r")},
    {make_account, pc_account_record_check, PC_STR_INIT("111122223333")},
    {make_resource, pc_resource_record_check, PC_STR_INIT("arn:aws:s3:::b")},
    {make_function, pc_function_record_check, PC_STR_INIT("f")},
};

enum {
    KINDS = sizeof(kinds) / sizeof(kinds[0]),
};

static const void *made(const struct kind *kind, struct pc_buf *out)
{
    pc_buf_reset(out);
    kind->make(out);
    assert_int_equal(pc_buf_status(out), PC_OK);
    assert_true(kind->check(kind->key, pc_buf_view(out)));
    return out->ptr;
}

static void principals_and_accounts(void **state)
{
    (void)state;
    struct pc_arena arena;
    struct pc_buf buf;
    const struct pc_tag *read;
    pc_arena_init(&arena);
    pc_buf_init(&buf);
    const struct pc_principal_record *principal = made(&kinds[0], &buf);
    assert_int_equal(principal->role, 1);
    assert_view(pc_record_text(principal, principal->arn), ROLE);
    assert_view(pc_record_text(principal, principal->id), "AROA1");
    assert_int_equal(principal->tags.count, 2);
    assert_int_equal(pc_record_tags(&arena, principal, principal->tags, &read), PC_OK);
    assert_view(read[0].value, "studio");
    assert_view(read[1].key, "stage");
    assert_view(read[1].value, "");
    assert_true(pc_str_eq(pc_principal_identity(principal), first_digest));
    assert_int_equal(pc_principal_boundary(principal).len, 0);
    assert_true(pc_str_eq(pc_principal_trust(principal), second_digest));

    const struct pc_account_record *account = made(&kinds[1], &buf);
    assert_int_equal(account->management, 1);
    assert_int_equal(account->scp_count, 2);
    assert_int_equal(account->rcp_count, 1);
    assert_true(pc_str_eq(pc_record_digest(account, sizeof(*account), 0), first_digest));
    assert_true(pc_str_eq(pc_record_digest(account, sizeof(*account), 2), second_digest));
    pc_buf_release(&buf);
    pc_arena_release(&arena);
}

static void resources_and_functions(void **state)
{
    (void)state;
    struct pc_arena arena;
    struct pc_buf buf;
    const struct pc_tag *read;
    pc_arena_init(&arena);
    pc_buf_init(&buf);
    const struct pc_resource_record *resource = made(&kinds[2], &buf);
    assert_view(pc_record_text(resource, resource->account), "111122223333");
    assert_true(pc_str_eq(pc_resource_policy(resource), first_digest));
    assert_int_equal(pc_record_tags(&arena, resource, resource->tags, &read), PC_OK);
    assert_int_equal(resource->tags.count, 1);
    assert_view(read[0].key, "team");

    const struct pc_function_record *function = made(&kinds[3], &buf);
    assert_view(pc_record_text(function, function->role), "r");
    assert_view(pc_record_text(function, function->kms_key), "");
    assert_int_equal(function->variables.count, 2);
    const void *list = buf.ptr + function->variables.offset;
    const struct pc_record_span *names = list;
    assert_view(pc_record_text(function, names[1]), "DB_URL");
    const struct pc_known_function known = pc_known_function_of(function);
    assert_int_equal(known.connection_count, 2);
    const struct pc_known_connection second = pc_known_function_connection(&known, 1);
    assert_view(second.kind, "sqs");
    assert_view(pc_known_connection_tells(&second, PC_STR("uuid")), "u");
    pc_buf_release(&buf);
    pc_arena_release(&arena);
}

static void what_is_absent(void **state)
{
    (void)state;
    struct pc_buf buf;
    const struct pc_tag *read = tags;
    pc_buf_init(&buf);
    const struct pc_principal_fields user = {
        .arn = PC_STR("arn:aws:iam::111122223333:user/U"),
        .id = PC_STR(""),
        .identity = first_digest,
        .boundary = second_digest,
        .trust = PC_STR(""),
    };
    pc_principal_record_write(&buf, &user);
    assert_int_equal(pc_buf_status(&buf), PC_OK);
    assert_true(pc_principal_record_check(PC_STR("aws:111122223333:user/U"), pc_buf_view(&buf)));
    const void *record = buf.ptr;
    const struct pc_principal_record *principal = record;
    assert_true(pc_str_eq(pc_principal_boundary(principal), second_digest));
    assert_int_equal(pc_principal_trust(principal).len, 0);
    assert_int_equal(pc_record_tags(NULL, principal, principal->tags, &read), PC_OK);
    assert_null(read); // nothing is allocated for none

    pc_buf_reset(&buf);
    pc_resource_record_write(
        &buf, &(struct pc_resource_fields){.account = PC_STR("a"), .policy = PC_STR("")});
    assert_true(pc_resource_record_check(PC_STR("k"), pc_buf_view(&buf)));
    record = buf.ptr;
    assert_int_equal(pc_resource_policy(record).len, 0);
    pc_buf_release(&buf);
}

static void touch(struct pc_str text)
{
    volatile uint64_t read = pc_str_hash(text);
    (void)read;
}

// Reads every byte that a sound record gives out; the copy on the heap shows a step outside to the
// sanitizer.
static void read_all(const struct kind *kind, const char *bytes)
{
    struct pc_arena arena;
    const void *record = bytes;
    const struct pc_tag *read = NULL;
    struct pc_record_list list = {0, 0};
    pc_arena_init(&arena);
    if (kind->make == make_principal) {
        const struct pc_principal_record *principal = record;
        touch(pc_record_text(principal, principal->arn));
        touch(pc_record_text(principal, principal->id));
        touch(pc_principal_identity(principal));
        touch(pc_principal_boundary(principal));
        touch(pc_principal_trust(principal));
        list = principal->tags;
    } else if (kind->make == make_resource) {
        const struct pc_resource_record *resource = record;
        touch(pc_resource_policy(resource));
        touch(pc_record_text(resource, resource->account));
        list = resource->tags;
    } else if (kind->make == make_function) {
        struct pc_known_function function = pc_known_function_of(record);
        touch(function.role);
        touch(function.kms_key);
        touch(function.place.file);
        for (size_t i = 0; i < function.variable_count; i++) {
            touch(pc_known_function_variable(&function, i));
        }
        for (size_t i = 0; i < function.connection_count; i++) {
            touch(pc_known_function_connection(&function, i).other);
        }
    } else {
        struct pc_record_digests levels = pc_record_digests(record);
        touch((struct pc_str){levels.first, levels.count * PC_HASH_BYTES});
    }
    assert_int_equal(pc_record_tags(&arena, record, list, &read), PC_OK);
    for (uint32_t i = 0; i < list.count; i++) {
        touch(read[i].key);
        touch(read[i].value);
    }
    pc_arena_release(&arena);
}

static bool check_copy(const struct kind *kind, struct pc_str bytes)
{
    char *copy = malloc(bytes.len + 1);
    assert_non_null(copy);
    memcpy(copy, bytes.ptr, bytes.len);
    bool sound = kind->check(kind->key, (struct pc_str){copy, bytes.len});
    if (sound) {
        read_all(kind, copy);
    }
    free(copy);
    return sound;
}

static void a_damaged_record_is_refused(void **state)
{
    (void)state;
    struct pc_buf buf;
    pc_buf_init(&buf);
    for (size_t k = 0; k < KINDS; k++) {
        (void)made(&kinds[k], &buf);
        for (size_t length = 0; length < buf.len; length++) {
            assert_false(check_copy(&kinds[k], (struct pc_str){buf.ptr, length}));
        }
        // Changing a byte may give another sound record, never a step outside of it.
        for (size_t i = 0; i < buf.len; i++) {
            char before = buf.ptr[i];
            for (int value = 0; value < 256; value += 15) {
                buf.ptr[i] = (char)value;
                (void)check_copy(&kinds[k], pc_buf_view(&buf));
            }
            buf.ptr[i] = before;
        }
        for (size_t other = 0; other < KINDS; other++) {
            assert_int_equal(kinds[other].check(kinds[k].key, pc_buf_view(&buf)), other == k);
        }
    }
    pc_buf_release(&buf);
}

// Fields that say where something lies, by kind: a place, or a number of elements of that many
// bytes, or a number that may only be so large.
struct field {
    const char *name;
    size_t kind, offset, width;
    uint64_t beyond; // the least value that leads outside of whatever record this test makes
};

#define FIELD(kind, noun, member, beyond)                                                          \
    {                                                                                              \
#noun "." #member, kind, offsetof(struct pc_##noun##_record, member),                      \
            sizeof(((struct pc_##noun##_record *)NULL)->member), beyond                            \
    }
#define PART(kind, noun, member)                                                                   \
    FIELD(kind, noun, member.offset, 1000), FIELD(kind, noun, member.length, 1000)
#define LIST(kind, noun, member)                                                                   \
    FIELD(kind, noun, member.offset, 1000), FIELD(kind, noun, member.count, 100)

static const struct field fields_of_records[] = {
    FIELD(0, principal, kind, 'P' + 1),
    FIELD(0, principal, role, 2),
    FIELD(0, principal, boundary, 2),
    FIELD(0, principal, trust, 2),
    PART(0, principal, arn),
    PART(0, principal, id),
    LIST(0, principal, tags),
    FIELD(1, account, kind, 'P' + 1),
    FIELD(1, account, management, 2),
    FIELD(1, account, scp_count, 3),
    FIELD(1, account, rcp_count, 2),
    FIELD(2, resource, kind, 'R' + 1),
    FIELD(2, resource, policy, 2),
    PART(2, resource, account),
    LIST(2, resource, tags),
    FIELD(3, function, kind, 'F' + 1),
    PART(3, function, role),
    PART(3, function, kms_key),
    PART(3, function, file),
    LIST(3, function, variables),
    LIST(3, function, connections),
};

// What is wrong is refused; whatever else is let in can be read without leaving the record.
static void every_field_is_looked_at(void **state)
{
    (void)state;
    struct pc_buf buf;
    pc_buf_init(&buf);
    for (size_t i = 0; i < sizeof(fields_of_records) / sizeof(fields_of_records[0]); i++) {
        const struct field *field = &fields_of_records[i];
        uint64_t own = 0;
        (void)made(&kinds[field->kind], &buf);
        memcpy(&own, buf.ptr + field->offset, field->width);
        uint64_t most = UINT64_MAX >> (64 - 8 * field->width);
        const uint64_t values[] = {
            0,           1,        2,           own - 1,       own + 1,
            buf.len - 1, buf.len,  buf.len + 1, most / 2,      most / 2 + 1,
            most - 7,    most - 1, most,        field->beyond, field->beyond + 1};
        for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
            uint64_t value = values[k] & most;
            memcpy(buf.ptr + field->offset, &value, field->width);
            bool sound = check_copy(&kinds[field->kind], pc_buf_view(&buf));
            if (sound && value >= field->beyond) {
                fail_msg("%s = %llu is let in", field->name, (unsigned long long)value);
            }
        }
    }
    pc_buf_release(&buf);
}

// A record under another's key would give its rights away.
static void a_principal_belongs_under_its_key(void **state)
{
    (void)state;
    struct pc_buf buf;
    pc_buf_init(&buf);
    (void)made(&kinds[0], &buf);
    static const char *const others[] = {
        "aws:111122223333:role/R", "aws:111122223333:user/r",
        "aws:111122223333:role/q", "aws-cn:111122223333:role/r",
        "aws:111122223334:role/r", "aws:111122223333:role/rr",
        "aws:111122223333:role/",  "",
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(pc_principal_record_check(pc_str_from(others[i]), pc_buf_view(&buf)));
    }
    assert_true(pc_principal_record_check(role_key, pc_buf_view(&buf)));
    buf.ptr[1] = 0; // no role, says the record
    assert_false(pc_principal_record_check(role_key, pc_buf_view(&buf)));
    buf.ptr[1] = 2;
    assert_false(pc_principal_record_check(role_key, pc_buf_view(&buf)));
    pc_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(principals_and_accounts),
        cmocka_unit_test(resources_and_functions),
        cmocka_unit_test(what_is_absent),
        cmocka_unit_test(a_damaged_record_is_refused),
        cmocka_unit_test(every_field_is_looked_at),
        cmocka_unit_test(a_principal_belongs_under_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
