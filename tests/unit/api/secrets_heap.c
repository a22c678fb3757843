// SPDX-License-Identifier: Apache-2.0
//
// What a release asks of the allocator: little once it is warm, nothing that is not given back, and
// when it is refused, nothing is released.
#include "heap.h"

#include "estate.h"

enum {
    WARM = 4,
    RELEASES = 100,
};

static void furnish(struct estate *estate)
{
    estate_create_key(estate, KEY_POLICY(PAY));
    estate_put(estate, PAY, KEY, "PASSWORD=hunter2\nTOKEN=t\n");
    estate_put(estate, MAIL, KEY, "PASSWORD=other\n");
    estate_live(estate, ESTATE);
}

static void a_warm_release_asks_for_nothing_that_it_keeps(void **state)
{
    struct estate *estate = *state;
    furnish(estate);
    for (unsigned i = 0; i < WARM; i++) {
        assert_released(estate, PAY, "PASSWORD", "hunter2");
        assert_not_released(estate, estate_release(estate, MAIL, ""), POLCHECK_OK);
    }
    size_t asked = heap_asked();
    long live = heap_live();
    for (unsigned i = 0; i < RELEASES; i++) {
        assert_released(estate, PAY, "PASSWORD", "hunter2");
    }
    print_message("# %.2f requests a warm release\n", (double)(heap_asked() - asked) / RELEASES);
    asked = heap_asked();
    for (unsigned i = 0; i < RELEASES; i++) {
        assert_not_released(estate, estate_release(estate, MAIL, ""), POLCHECK_OK);
    }
    print_message("# %.2f requests a warm refusal\n", (double)(heap_asked() - asked) / RELEASES);
    assert_int_equal(heap_live(), live);
}

// The n-th request fails, for every n, of a release with everything that it makes first.
static void without_memory_there_is_nothing(void **state)
{
    struct estate *estate = *state;
    furnish(estate);
    bool failed = true;
    size_t n = 0;
    for (; failed; n++) {
        struct polcheck_scratch *scratch;
        struct polcheck_environment *environment;
        struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
        wanted.function = POLCHECK_STR(PAY);
        assert_int_equal(polcheck_scratch_new(estate->house->engine, &scratch), POLCHECK_OK);
        assert_int_equal(polcheck_environment_new(&environment), POLCHECK_OK);
        heap_fail_at(n);
        struct polcheck_verdict verdict =
            polcheck_secrets_release(estate->secrets, scratch, &wanted, environment);
        failed = heap_failed();
        assert_int_equal(polcheck_is_allowed(verdict), verdict.status == POLCHECK_OK);
        assert_true(failed || polcheck_is_allowed(verdict));
        assert_int_equal(polcheck_environment_count(environment),
                         polcheck_is_allowed(verdict) ? 2 : 0);
        if (!polcheck_is_allowed(verdict)) {
            assert_int_equal(verdict.status, POLCHECK_ERR_NOMEM);
        }
        polcheck_environment_free(environment);
        polcheck_scratch_free(scratch);
    }
    print_message("# %zu requests a first release\n", n - 1);
    assert_true(n > 5);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    ESTATE_RUN(estate, "secrets", "audit", "--verify");
}

static void a_vault_opens_without_memory_or_not(void **state)
{
    struct estate *estate = *state;
    const struct polcheck_secrets_options options = estate_options(estate);
    furnish(estate);
    polcheck_secrets_close(estate->secrets);
    estate->secrets = NULL;
    bool failed = true;
    long live = heap_live();
    for (size_t n = 0; failed; n++) {
        struct polcheck_secrets *secrets = NULL;
        heap_fail_at(n);
        enum polcheck_status status = polcheck_secrets_open(&options, &secrets);
        failed = heap_failed();
        assert_true(status == POLCHECK_OK || status == POLCHECK_ERR_NOMEM);
        assert_int_equal(secrets != NULL, status == POLCHECK_OK);
        polcheck_secrets_close(secrets);
        assert_int_equal(heap_live(), live);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ESTATE_TEST(a_warm_release_asks_for_nothing_that_it_keeps),
        ESTATE_TEST(without_memory_there_is_nothing),
        ESTATE_TEST(a_vault_opens_without_memory_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
