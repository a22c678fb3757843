// SPDX-License-Identifier: Apache-2.0
//
// Each role and user of a store is shown once, whatever shard it lies in.
#include "sandbox.h"

#include "account/principals.h"

enum {
    USERS = 300, // several shards
    ROLES = 40,
};

struct seen {
    unsigned users[USERS], roles[ROLES];
    unsigned others, calls;
    unsigned stop; // after so many calls; 0: never
};

static void write_principals(struct sandbox *box)
{
    struct pc_buf text;
    pc_buf_init(&text);
    pc_buf_text(&text, "{'polcheck':1,'users':[");
    for (unsigned i = 0; i < USERS; i++) {
        pc_buf_format(&text, "%s{'arn':'arn:aws:iam::111122223333:user/people/u%u'}",
                      i == 0 ? "" : ",", i);
    }
    pc_buf_text(&text, "],'roles':[");
    for (unsigned i = 0; i < ROLES; i++) {
        pc_buf_format(&text, "%s{'arn':'arn:aws:iam::444455556666:role/Team/R%u'}",
                      i == 0 ? "" : ",", i);
    }
    pc_buf_text(&text, "]}");
    pc_buf_byte(&text, '\0');
    assert_int_equal(pc_buf_status(&text), PC_OK);
    sandbox_write(box, "m.json", text.ptr);
    pc_buf_release(&text);
}

// The number behind the prefix; `count` when there is none below that.
static unsigned number_of(struct pc_str arn, struct pc_str prefix, unsigned count)
{
    unsigned number = 0;
    struct pc_str rest = pc_str_slice(arn, prefix.len, arn.len);
    if (!pc_str_has_prefix(arn, prefix) || rest.len == 0 || rest.len > 3) {
        return count;
    }
    for (size_t i = 0; i < rest.len; i++) {
        assert_true(pc_char_is_digit(rest.ptr[i]));
        number = number * 10 + (unsigned)(rest.ptr[i] - '0');
    }
    return number < count ? number : count;
}

static enum pc_status note(void *context, const struct pc_stored_principal *principal)
{
    struct seen *seen = context;
    unsigned user =
        number_of(principal->arn, PC_STR("arn:aws:iam::111122223333:user/people/u"), USERS);
    unsigned role =
        number_of(principal->arn, PC_STR("arn:aws:iam::444455556666:role/Team/R"), ROLES);
    if (!principal->role && user < USERS) {
        seen->users[user]++;
    } else if (principal->role && role < ROLES) {
        seen->roles[role]++;
    } else {
        seen->others++;
    }
    return ++seen->calls == seen->stop ? PC_ERR_INTERRUPTED : PC_OK;
}

static enum pc_status visit(struct sandbox *box, struct seen *seen)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    assert_int_equal(pc_store_open(pc_str_from(box->store), &box->diags, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    enum pc_status status = pc_each_principal(snapshot, note, seen);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    return status;
}

static void each_principal_is_visited_once(void **state)
{
    struct sandbox *box = *state;
    struct seen seen = {0};
    write_principals(box);
    sandbox_accept(box);
    (void)sandbox_publish(box);
    assert_int_equal(visit(box, &seen), PC_OK);
    for (unsigned i = 0; i < USERS; i++) {
        assert_int_equal(seen.users[i], 1);
    }
    for (unsigned i = 0; i < ROLES; i++) {
        assert_int_equal(seen.roles[i], 1);
    }
    assert_int_equal(seen.others, 0);
}

static void the_visitor_can_end_it(void **state)
{
    struct sandbox *box = *state;
    struct seen seen = {.stop = 5};
    write_principals(box);
    sandbox_accept(box);
    (void)sandbox_publish(box);
    assert_int_equal(visit(box, &seen), PC_ERR_INTERRUPTED);
    assert_int_equal(seen.calls, 5);
}

static void a_store_without_principals_has_none(void **state)
{
    struct sandbox *box = *state;
    struct seen seen = {0};
    sandbox_write(box, "m.json", "{'polcheck':1}");
    sandbox_accept(box);
    (void)sandbox_publish(box);
    assert_int_equal(visit(box, &seen), PC_OK);
    assert_int_equal(seen.calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(each_principal_is_visited_once),
        SANDBOX_TEST(the_visitor_can_end_it),
        SANDBOX_TEST(a_store_without_principals_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
