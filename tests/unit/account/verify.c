// SPDX-License-Identifier: Apache-2.0
//
// A state of a store is verified before questions are answered from it: what passes answers as it
// should.
#include "sandbox.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "account/asker.h"
#include "account/verify.h"
#include "census.h"

#define ACCOUNT "111122223333"

enum {
    PAGE = 4096,
    USERS = 300,   // several shards
    STEP = 3,      // of the bytes that are damaged one by one
    LARGE = 90000, // bytes of a text that makes an image one of its own
};

// One manifest with many users, one of whom may do what the word says.
static void write_users(struct sandbox *box, unsigned users, const char *word)
{
    struct pc_buf text;
    pc_buf_init(&text);
    pc_buf_text(&text, "{'polcheck':1,'users':[");
    for (unsigned i = 0; i < users; i++) {
        pc_buf_format(&text,
                      "%s{'arn':'arn:aws:iam::" ACCOUNT ":user/u%u','policies':[{'Statement':"
                      "{'Effect':'Allow','Action':'ex:%s%u','Resource':'*'}}]}",
                      i == 0 ? "" : ",", i, i == 7 ? word : "Do", i);
    }
    pc_buf_text(&text,
                "],'resources':[{'arn':'arn:aws:sqs:eu-west-1:" ACCOUNT ":jobs','policy':"
                "{'Statement':{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::" ACCOUNT
                ":user/u1'},'Action':'sqs:SendMessage','Resource':'*'}}}],'organization':{"
                "'levels':[{'id':'r'}],'accounts':[{'id':'" ACCOUNT "','parent':'r','scp':[{"
                "'Statement':{'Effect':'Allow','Action':['ex:*','sqs:*'],'Resource':'*'}}]}]}}");
    pc_buf_byte(&text, '\0');
    assert_int_equal(pc_buf_status(&text), PC_OK);
    sandbox_write(box, "m.json", text.ptr);
    pc_buf_release(&text);
}

// In another process, for this one may have the store open.
static void publish(struct sandbox *box, unsigned users, const char *word)
{
    int status = 0;
    write_users(box, users, word);
    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        sandbox_accept(box);
        (void)sandbox_publish(box);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

struct opened {
    struct pc_store *store;
    struct pc_snapshot *snapshot;
};

static struct opened open_store(struct sandbox *box)
{
    struct opened opened;
    assert_int_equal(pc_store_open(pc_str_from(box->store), &box->diags, &opened.store), PC_OK);
    assert_int_equal(pc_snapshot_open(opened.store, &opened.snapshot), PC_OK);
    return opened;
}

static void close_store(struct opened *opened)
{
    pc_snapshot_close(opened->snapshot);
    pc_store_close(opened->store);
}

// By eyes that have seen nothing of it.
static enum pc_status verify(const struct opened *opened, struct pc_snapshot *before)
{
    struct pc_snapshot *fresh;
    assert_int_equal(pc_snapshot_share(opened->snapshot, &fresh), PC_OK);
    enum pc_status status = pc_verify_state(fresh, before);
    pc_snapshot_close(fresh);
    return status;
}

// The bytes of the data file.
struct data {
    int fd;
    char *bytes;
    size_t count;
};

static struct data open_data(const struct sandbox *box)
{
    struct data data;
    struct stat found;
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/data.mdb", box->store);
    data.fd = open(path, O_RDWR);
    assert_true(data.fd >= 0 && fstat(data.fd, &found) == 0);
    data.count = (size_t)found.st_size;
    data.bytes = malloc(data.count);
    assert_non_null(data.bytes);
    assert_int_equal(pread(data.fd, data.bytes, data.count, 0), found.st_size);
    return data;
}

static void close_data(struct data *data)
{
    free(data->bytes);
    close(data->fd);
}

static void put(const struct data *data, size_t at, char byte)
{
    assert_int_equal(pwrite(data->fd, &byte, 1, (off_t)at), 1);
}

// Writes over the text wherever the file has it; puts it right again.
static unsigned damage(const struct data *data, const char *text, bool right)
{
    size_t length = strlen(text);
    unsigned places = 0;
    for (size_t at = (size_t)2 * PAGE; at + length <= data->count; at++) {
        if (memcmp(data->bytes + at, text, length) == 0) {
            put(data, at, right ? text[0] : '#');
            places++;
        }
    }
    return places;
}

static void a_sound_state_passes(void **state)
{
    struct sandbox *box = *state;
    static const unsigned sizes[] = {2, 64, 65, USERS};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        publish(box, sizes[i], "Do");
        struct opened opened = open_store(box);
        assert_int_equal(verify(&opened, NULL), PC_OK);
        assert_int_equal(verify(&opened, opened.snapshot), PC_OK);
        close_store(&opened);
    }
}

static void a_state_of_nothing_passes(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json", "{'polcheck':1}");
    sandbox_accept(box);
    (void)sandbox_publish(box);
    struct opened opened = open_store(box);
    assert_int_equal(verify(&opened, NULL), PC_OK);
    close_store(&opened);
}

// What some questions come to, as one number; statuses of failures count as well.
static uint64_t answers(struct sandbox *box, const struct opened *opened)
{
    static const char *const resources[] = {"*", "arn:aws:sqs:eu-west-1:" ACCOUNT ":jobs"};
    struct pc_asker asker;
    uint64_t sum = 0;
    if (pc_asker_at(opened->snapshot, &asker) != PC_OK) {
        return UINT64_MAX;
    }
    for (unsigned user = 0; user < 3; user++) {
        for (unsigned i = 0; i < 4; i++) {
            const struct pc_asking asking = {.arena = &box->arena, .diags = &box->diags};
            struct pc_request request;
            struct pc_answer answer;
            char name[64], action[32];
            (void)snprintf(name, sizeof(name), "arn:aws:iam::" ACCOUNT ":user/u%u", user);
            (void)snprintf(action, sizeof(action), i < 2 ? "ex:Do%u" : "sqs:SendMessage", user + i);
            if (!pc_request_start(&request, pc_str_from(name), pc_str_from(action),
                                  pc_str_from(resources[i / 2]))) {
                return UINT64_MAX;
            }
            enum pc_status status = pc_asker_ask(&asker, &asking, &request, &answer);
            sum = sum * 7 + (answer.decision == PC_DECISION_ALLOWED) + 3 * (unsigned)(status != 0);
        }
    }
    pc_asker_close(&asker);
    return sum;
}

// Every few bytes, each in turn: what is not found answers as before, and enough is found.
static void damage_that_counts_is_found(void **state)
{
    struct sandbox *box = *state;
    publish(box, 3, "Do");
    struct opened opened = open_store(box);
    struct data data = open_data(box);
    uint64_t right = answers(box, &opened);
    unsigned found = 0;
    for (size_t at = (size_t)2 * PAGE; at < data.count; at += STEP) {
        put(&data, at, (char)~data.bytes[at]);
        enum pc_status status = verify(&opened, NULL);
        assert_true(status == PC_OK || status == PC_ERR_DAMAGED || status == PC_ERR_VERSION);
        found += status != PC_OK;
        if (status == PC_OK && answers(box, &opened) != right) {
            print_message("byte %zu\n", at);
            fail();
        }
        put(&data, at, data.bytes[at]);
        pc_arena_reset(&box->arena);
        pc_diags_init(&box->diags, &box->arena);
    }
    assert_true(found > 200);
    assert_int_equal(verify(&opened, NULL), PC_OK);
    close_data(&data);
    close_store(&opened);
}

// What is at the same place in the state before is the same, and not looked at; what is new is.
static void only_what_is_new_is_looked_at(void **state)
{
    struct sandbox *box = *state;
    publish(box, USERS, "First");
    struct opened before = open_store(box);
    publish(box, USERS, "Second");
    struct opened now;
    now.store = pc_store_share(before.store);
    assert_int_equal(pc_snapshot_open(now.store, &now.snapshot), PC_OK);
    assert_int_equal(verify(&now, before.snapshot), PC_OK);
    struct data data = open_data(box);
    assert_true(damage(&data, "second7", false) > 0); // of the new state alone
    assert_int_equal(verify(&now, before.snapshot), PC_ERR_DAMAGED);
    assert_int_equal(verify(&now, NULL), PC_ERR_DAMAGED);
    assert_int_equal(verify(&before, NULL), PC_OK);
    (void)damage(&data, "second7", true);
    assert_int_equal(verify(&now, before.snapshot), PC_OK);
    assert_true(damage(&data, "first7", false) > 0); // of the one before
    assert_int_equal(verify(&now, before.snapshot), PC_OK);
    assert_int_equal(verify(&now, NULL), PC_OK);
    assert_int_equal(verify(&before, NULL), PC_ERR_DAMAGED);
    (void)damage(&data, "first7", true);
    close_data(&data);
    close_store(&now);
    close_store(&before);
}

// Policy sets over 64 KiB lie outside of the shards.
static void an_image_of_its_own_is_verified(void **state)
{
    struct sandbox *box = *state;
    struct pc_buf text;
    pc_buf_init(&text);
    pc_buf_text(&text, "{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::big','account':'" ACCOUNT
                       "','policy':{'Statement':[");
    for (unsigned i = 0; i < LARGE / 100; i++) {
        pc_buf_format(&text,
                      "%s{'Sid':'S%u','Effect':'Allow','Principal':'*','Action':'s3:GetObject',"
                      "'Resource':'arn:aws:s3:::big/part-%u/with-a-name-of-some-length/*'}",
                      i == 0 ? "" : ",", i, i);
    }
    pc_buf_text(&text, "]}}]}");
    pc_buf_byte(&text, '\0');
    assert_int_equal(pc_buf_status(&text), PC_OK);
    sandbox_write(box, "m.json", text.ptr);
    pc_buf_release(&text);
    (void)sandbox_import_paths(box, NULL, 0); // perhaps with a warning of its size
    assert_non_null(box->import);
    (void)sandbox_publish(box);
    struct opened opened = open_store(box);
    struct data data = open_data(box);
    assert_int_equal(verify(&opened, NULL), PC_OK);
    assert_true(damage(&data, "part-777/", false) > 0);
    assert_int_equal(verify(&opened, NULL), PC_ERR_DAMAGED);
    (void)damage(&data, "part-777/", true);
    assert_int_equal(verify(&opened, NULL), PC_OK);
    close_data(&data);
    close_store(&opened);
}

static enum pc_status miscount(void *context, struct pc_store_write *write)
{
    struct pc_census census;
    PC_TRY(pc_census_peek(write, &census));
    *(unsigned *)context = pc_census_bits(PC_STORE_PRINCIPALS, census.entries[PC_STORE_PRINCIPALS]);
    census.entries[PC_STORE_PRINCIPALS]++;
    return pc_census_put(write, &census);
}

// The census tells of as many entries as there are, not only of as many shards.
static void the_census_counts(void **state)
{
    struct sandbox *box = *state;
    publish(box, USERS, "Do");
    unsigned bits = 0;
    assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, miscount, &bits), PC_OK);
    assert_int_equal(bits, pc_census_bits(PC_STORE_PRINCIPALS, USERS + 1));
    struct opened opened = open_store(box);
    assert_int_equal(verify(&opened, NULL), PC_ERR_DAMAGED);
    // Also of shards that need not be looked at.
    assert_int_equal(verify(&opened, opened.snapshot), PC_ERR_DAMAGED);
    close_store(&opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(a_sound_state_passes),
        SANDBOX_TEST(a_state_of_nothing_passes),
        SANDBOX_TEST(damage_that_counts_is_found),
        SANDBOX_TEST(only_what_is_new_is_looked_at),
        SANDBOX_TEST(an_image_of_its_own_is_verified),
        SANDBOX_TEST(the_census_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
