// SPDX-License-Identifier: Apache-2.0
//
// An engine with trusted keys answers from nothing that they did not sign: at first, later, in each
// mode, whatever takes the store's place.
#include "signed.h"

static void options_that_are_wrong(void **state)
{
    struct house *house = *state;
    struct polcheck_engine *engine = NULL;
    house_compile(house, MANIFEST_ALICE(OLD));
    struct polcheck_options wrong[4];
    for (size_t i = 0; i < 4; i++) {
        wrong[i] = house_options(house, POLCHECK_RELOAD_MANUAL);
    }
    wrong[0].trusted_keys = "";
    wrong[1].seen = "seen"; // says nothing without keys
    wrong[2].trusted_keys = "trusted";
    wrong[2].seen = "";
    wrong[3].trusted_keys = "";
    wrong[3].seen = "seen";
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(polcheck_engine_open(&wrong[i], &engine), POLCHECK_ERR_USAGE);
        assert_null(engine);
    }
    assert_int_equal(house_events(house), 0);
}

// A program that was compiled before there were keys has none, whatever lies behind its struct.
static void older_options_trust_as_before(void **state)
{
    struct house *house = *state;
    house_compile(house, MANIFEST_ALICE(OLD));
    struct polcheck_options options = house_options(house, POLCHECK_RELOAD_MANUAL);
    options.size = offsetof(struct polcheck_options, trusted_keys);
    options.trusted_keys = (const char *)(uintptr_t)1;
    options.seen = (const char *)(uintptr_t)1;
    house_start_with(house, &options);
    signed_expect(house, OLD);
}

// The first state ---------------------------------------------------------------------------------

static void expect_refused_at_open(struct house *house, enum polcheck_status status,
                                   const char *code)
{
    for (int mode = 0; mode < 3; mode++) {
        struct polcheck_options options = signed_options(house, (enum polcheck_reload)mode);
        assert_int_equal(polcheck_engine_open(&options, &house->engine), status);
        assert_null(house->engine);
        struct house_event event = signed_event(house, POLCHECK_STORE_LOST, status);
        assert_non_null(strstr(event.message, code));
        options.flags = POLCHECK_WAIT_FOR_STORE;
        house_start_with(house, &options);
        for (unsigned i = 0; i < 5; i++) {
            signed_look(house, (enum polcheck_reload)mode);
            signed_expect_none(house, status);
            house_sleep(3);
        }
        signed_event(house, POLCHECK_STORE_LOST, status); // told once
        house_close_engine(house);
        house_forget_events(house);
    }
}

static void a_store_that_is_not_signed(void **state)
{
    struct house *house = *state;
    house_compile(house, MANIFEST_ALICE(OLD));
    signed_trust(house, "ours", NULL);
    expect_refused_at_open(house, POLCHECK_ERR_UNTRUSTED, "POL1403");
}

static void a_store_of_a_stranger(void **state)
{
    struct house *house = *state;
    signed_compile(house, MANIFEST_ALICE(OLD), "strangers");
    signed_trust(house, "ours", "others");
    expect_refused_at_open(house, POLCHECK_ERR_UNTRUSTED, "POL1404");
}

// The signature of one store on another.
static void a_store_that_was_altered(void **state)
{
    struct house *house = *state;
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "forged"));
    assert_int_equal(signed_run("graft", house->store, signed_path(house, "forged"), NULL), 0);
    signed_put(house, "forged");
    expect_refused_at_open(house, POLCHECK_ERR_UNTRUSTED, "POL1406");
}

static void a_signed_store_answers(void **state)
{
    struct house *house = *state;
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "others", "ours");
    for (int mode = 0; mode < 3; mode++) {
        struct polcheck_options options = signed_options(house, (enum polcheck_reload)mode);
        house_start_with(house, &options);
        signed_expect(house, OLD);
        signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
        house_close_engine(house);
    }
}

// Damages every place of a text in the data file.
static unsigned damage(struct house *house, const char *text)
{
    size_t count;
    unsigned places = 0;
    char *bytes = house_read(house->data, &count);
    int fd = open(house->data, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t at = 0; at + strlen(text) <= count; at++) {
        if (memcmp(bytes + at, text, strlen(text)) == 0) {
            assert_int_equal(pwrite(fd, "#", 1, (off_t)at), 1);
            places++;
        }
    }
    assert_int_equal(close(fd), 0);
    free(bytes);
    return places;
}

// Without keys such damage is met by who asks about it, and others are answered. With keys nobody
// is.
static void nothing_is_left_for_later(void **state)
{
    struct house *house = *state;
    static const char two[] =
        "{'polcheck':1,'users':[{'arn':'" ALICE "','policies':[{'name':'alices','document':"
        "{'Version':'2012-10-17','Statement':[{'Sid':'Lets','Effect':'Allow','Action':'" OLD
        "','Resource':'*'}]}}]},{'arn':'" BOB "','policies':[{'name':'bobs','document':"
        "{'Version':'2012-10-17','Statement':[{'Sid':'BobsVeryOwn','Effect':'Allow','Action':"
        "'sqs:*','Resource':'*'}]}}]}],'resources':[{'arn':'arn:aws:s3:::photos','account':"
        "'" ACCOUNT "'}]}";
    signed_compile(house, two, "ours");
    signed_trust(house, "ours", NULL);
    assert_true(damage(house, "BobsVeryOwn") > 0);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    options.flags = POLCHECK_WAIT_FOR_STORE;
    house_start_with(house, &options);
    enum polcheck_status status = polcheck_engine_status(house->engine);
    assert_true(status == POLCHECK_ERR_DAMAGED || status == POLCHECK_ERR_UNTRUSTED);
    signed_expect_none(house, status);
}

static void a_store_that_is_signed_later(void **state)
{
    struct house *house = *state;
    signed_trust(house, "ours", NULL);
    for (int mode = 0; mode < 3; mode++) {
        house_compile(house, MANIFEST_ALICE(OLD));
        struct polcheck_options options = signed_options(house, (enum polcheck_reload)mode);
        options.flags = POLCHECK_WAIT_FOR_STORE;
        house_start_with(house, &options);
        signed_expect_none(house, POLCHECK_ERR_UNTRUSTED);
        signed_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_UNTRUSTED);
        signed_sign(house, "ours");
        signed_look(house, (enum polcheck_reload)mode);
        signed_await(house, OLD);
        signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
        house_close_engine(house);
        remove_all(house->store);
    }
}

// Later states ------------------------------------------------------------------------------------

static void start(struct house *house, enum polcheck_reload mode)
{
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    struct polcheck_options options = signed_options(house, mode);
    house_start_with(house, &options);
    signed_expect(house, OLD);
    signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
}

// What is there now is not used, and what was in use is; then what is put right is used.
static void expect_last_good(struct house *house, enum polcheck_reload mode,
                             enum polcheck_status status)
{
    for (unsigned i = 0; i < 5; i++) {
        signed_look(house, mode);
        signed_expect(house, OLD);
        house_sleep(3);
    }
    signed_event(house, POLCHECK_STORE_REFUSED, status);
}

static void a_new_state_that_is_not_signed(void **state)
{
    struct house *house = *state;
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        house_compile(house, MANIFEST_ALICE(NEW));
        expect_last_good(house, (enum polcheck_reload)mode, POLCHECK_ERR_UNTRUSTED);
        signed_sign(house, "ours");
        signed_look(house, (enum polcheck_reload)mode);
        signed_await(house, NEW);
        signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
        house_close_engine(house);
    }
}

static void a_new_state_of_a_stranger(void **state)
{
    struct house *house = *state;
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        // In one step, so that nobody sees it unsigned.
        house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
        signed_sign_as(house, signed_path(house, "other"), "strangers", NULL);
        signed_put(house, "other");
        expect_last_good(house, (enum polcheck_reload)mode, POLCHECK_ERR_UNTRUSTED);
        house_close_engine(house);
        remove_all(house->store);
    }
}

static void a_store_that_is_not_signed_in_its_place(void **state)
{
    struct house *house = *state;
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
        signed_put(house, "other");
        for (unsigned i = 0; i < 20; i++) {
            signed_look(house, (enum polcheck_reload)mode);
            // While nothing is in its place it may be missed; the other one is never answered from.
            assert_false(signed_may(house, NEW));
            house_sleep(1);
        }
        signed_sign(house, "ours");
        signed_look(house, (enum polcheck_reload)mode);
        signed_await(house, NEW);
        house_close_engine(house);
        house_forget_events(house);
        remove_all(house->store);
    }
}

static void an_altered_store_in_its_place(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_MANUAL);
    house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
    assert_int_equal(signed_run("graft", house->store, signed_path(house, "other"), NULL), 0);
    signed_put(house, "other");
    expect_last_good(house, POLCHECK_RELOAD_MANUAL, POLCHECK_ERR_UNTRUSTED);
}

// After it was lost as well.
static void an_unsigned_store_after_none(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_MANUAL);
    remove_all(house->store);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_NO_STORE);
    signed_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_NO_STORE);
    house_compile(house, MANIFEST_ALICE(NEW));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_UNTRUSTED);
    signed_expect_none(house, POLCHECK_ERR_UNTRUSTED);
    signed_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_UNTRUSTED);
}

// The data file alone is another one, as rsync replaces it.
static void a_file_in_the_place_of_its_file(void **state)
{
    struct house *house = *state;
    char data[160];
    (void)snprintf(data, sizeof(data), "%s/data.mdb", signed_path(house, "other"));
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
        if (mode > 0) {
            assert_int_equal(signed_run("graft", house->store, signed_path(house, "other"), NULL),
                             0);
        }
        assert_int_equal(rename(data, house->data), 0);
        for (unsigned i = 0; i < 30; i++) {
            signed_look(house, (enum polcheck_reload)mode);
            signed_expect(house, OLD);
            house_sleep(1);
        }
        signed_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_UNTRUSTED);
        house_close_engine(house);
        remove_all(house->store);
        remove_all(signed_path(house, "other"));
    }
}

// Pages are written over in place, with another signed store's: a whole file that is sound.
static void a_file_that_is_written_over_in_place(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_MANUAL);
    size_t count, others;
    char *bytes = house_read(house->data, &count);
    char path[160];
    house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
    signed_sign_as(house, signed_path(house, "other"), "strangers", NULL);
    (void)snprintf(path, sizeof(path), "%s/data.mdb", signed_path(house, "other"));
    char *other = house_read(path, &others);
    assert_int_equal(count, others);
    int fd = open(house->data, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, other, others, 0), (ssize_t)others);
    assert_int_equal(close(fd), 0);
    for (unsigned i = 0; i < 3; i++) { // the second look at a file that stands still looks closer
        (void)!polcheck_engine_reload(house->engine);
    }
    enum polcheck_status status = polcheck_engine_status(house->engine);
    assert_true(status == POLCHECK_ERR_UNTRUSTED || status == POLCHECK_ERR_DAMAGED);
    signed_expect_none(house, status);
    free(bytes);
    free(other);
}

// A worker of a server that forked without opening its own engine is denied; its own engine asks
// for signatures as its parent's did.
static void a_child_of_a_fork(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_MANUAL);
    house_compile(house, MANIFEST_ALICE(NEW));
    house_begin(house, ALICE, NEW, PHOTO);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    options.on_store = NULL;
    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct polcheck_engine *engine = NULL;
        struct polcheck_verdict verdict = polcheck_ask(house->scratch, house->request);
        bool denied = !polcheck_is_allowed(verdict) && verdict.status == POLCHECK_ERR_FORKED &&
                      polcheck_engine_reload(house->engine) == POLCHECK_ERR_FORKED;
        bool refused = polcheck_engine_open(&options, &engine) == POLCHECK_ERR_UNTRUSTED;
        polcheck_scratch_free(house->scratch);
        polcheck_engine_close(house->engine);
        _exit(denied && refused && engine == NULL ? 0 : 1);
    }
    assert_int_equal(house_wait(pid), 0);
    signed_expect(house, OLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(options_that_are_wrong),
        HOUSE_TEST(older_options_trust_as_before),
        HOUSE_TEST(a_store_that_is_not_signed),
        HOUSE_TEST(a_store_of_a_stranger),
        HOUSE_TEST(a_store_that_was_altered),
        HOUSE_TEST(a_signed_store_answers),
        HOUSE_TEST(nothing_is_left_for_later),
        HOUSE_TEST(a_store_that_is_signed_later),
        HOUSE_TEST(a_new_state_that_is_not_signed),
        HOUSE_TEST(a_new_state_of_a_stranger),
        HOUSE_TEST(a_store_that_is_not_signed_in_its_place),
        HOUSE_TEST(an_altered_store_in_its_place),
        HOUSE_TEST(an_unsigned_store_after_none),
        HOUSE_TEST(a_file_in_the_place_of_its_file),
        HOUSE_TEST(a_file_that_is_written_over_in_place),
        HOUSE_TEST(a_child_of_a_fork),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
