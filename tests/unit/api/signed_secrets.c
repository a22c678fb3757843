// SPDX-License-Identifier: Apache-2.0
//
// Secrets are released under policies that a trusted key has signed: by the engine that the release
// asks, so that there is no other way to them.
#include "estate.h"
#include "signed.h"

// The key's policy lets one function have its secrets.
#define POLICIES(function)                                                                         \
    "{'polcheck':1," ESTATE_ROLES "," ESTATE_FUNCTIONS ",'resources':[{'arn':'" KEY                \
    "','policy':" KEY_POLICY(function) "}]}"

// A vault with secrets of two functions, and policies of the first that are not signed.
static void live(struct estate *estate)
{
    const struct polcheck_secrets_options vault = estate_options(estate);
    struct polcheck_options options = signed_options(estate->house, POLCHECK_RELOAD_MANUAL);
    estate_create_key(estate, NULL);
    estate_put(estate, PAY, KEY, "PASSWORD=one\n");
    estate_put(estate, MAIL, KEY, "PASSWORD=two\n");
    house_compile(estate->house, POLICIES(PAY));
    signed_trust(estate->house, "ours", NULL);
    options.flags = POLCHECK_WAIT_FOR_STORE;
    house_start_with(estate->house, &options);
    assert_int_equal(polcheck_secrets_open(&vault, &estate->secrets), POLCHECK_OK);
}

static void look(struct estate *estate)
{
    (void)!polcheck_engine_reload(estate->house->engine);
}

static void policies_that_are_not_signed_release_nothing(void **state)
{
    struct estate *estate = *state;
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    live(estate);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_UNTRUSTED);
    wanted.function = polcheck_text(PAY);
    assert_failed(polcheck_secrets_ask(estate->secrets, estate->house->scratch, &wanted),
                  POLCHECK_ERR_UNTRUSTED);
    signed_sign(estate->house, "ours");
    look(estate);
    assert_released(estate, PAY, "PASSWORD", "one");
}

static void new_policies_that_are_not_signed_release_nothing_more(void **state)
{
    struct estate *estate = *state;
    live(estate);
    signed_sign(estate->house, "ours");
    look(estate);
    house_compile(estate->house, POLICIES(MAIL));
    look(estate);
    assert_released(estate, PAY, "PASSWORD", "one");
    assert_not_released(estate, estate_release(estate, MAIL, ""), POLCHECK_OK);
    signed_sign(estate->house, "ours");
    look(estate);
    assert_released(estate, MAIL, "PASSWORD", "two");
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_OK);
}

static void a_key_that_is_removed_releases_nothing(void **state)
{
    struct estate *estate = *state;
    live(estate);
    signed_sign(estate->house, "ours");
    look(estate);
    assert_released(estate, PAY, "PASSWORD", "one");
    signed_trust(estate->house, "others", NULL);
    look(estate);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_UNTRUSTED);
    assert_int_equal(unlink(signed_path(estate->house, "trusted")), 0);
    look(estate);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_TRUST);
    signed_trust(estate->house, "ours", NULL);
    look(estate);
    assert_released(estate, PAY, "PASSWORD", "one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(policies_that_are_not_signed_release_nothing, estate_open,
                                        estate_close),
        cmocka_unit_test_setup_teardown(new_policies_that_are_not_signed_release_nothing_more,
                                        estate_open, estate_close),
        cmocka_unit_test_setup_teardown(a_key_that_is_removed_releases_nothing, estate_open,
                                        estate_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
