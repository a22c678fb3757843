// SPDX-License-Identifier: Apache-2.0
//
// A house with a vault beside its store: short ways to run the command on it and to ask for what it
// holds. Sees the library by its public header alone.
#ifndef PC_TESTS_API_ESTATE_H
#define PC_TESTS_API_ESTATE_H

#include "house.h"

#define FUNCTION(name) "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:" name
#define PAY            FUNCTION("pay")
#define MAIL           FUNCTION("mail")
#define LONE           FUNCTION("lone")
#define ROLE           "arn:aws:iam::" ACCOUNT ":role/team/app"
#define OTHER_ROLE     "arn:aws:iam::" ACCOUNT ":role/other"
#define SESSION(name)  "arn:aws:sts::" ACCOUNT ":assumed-role/app/" name
#define KEY            "arn:aws:kms:eu-west-1:" ACCOUNT ":key/own"

// Two functions of one role, and one of another.
#define ESTATE_FUNCTIONS                                                                           \
    "'functions':[{'arn':'" PAY "','role':'" ROLE "','environment':['PASSWORD','REGION_NAME']},"   \
    "{'arn':'" MAIL "','role':'" ROLE "'},{'arn':'" LONE "','role':'" OTHER_ROLE "'}]"
#define ESTATE_ROLES                                                                               \
    "'roles':[{'arn':'" ROLE "','policies':[]},{'arn':'" OTHER_ROLE "','policies':[]}]"
#define ESTATE "{'polcheck':1," ESTATE_ROLES "," ESTATE_FUNCTIONS "}"

// The policy of a key by which the role decrypts for one function.
#define KEY_POLICY(function)                                                                       \
    "{'Version':'2012-10-17','Statement':[{'Sid':'Own','Effect':'Allow','Principal':{'AWS':'" ROLE \
    "'},'Action':'kms:Decrypt','Resource':'*','Condition':{'StringEquals':{"                       \
    "'kms:EncryptionContext:aws:lambda:FunctionArn':'" function "'}}}]}"

struct estate {
    struct house *house;
    char vault[96], key[96]; // the vault, and the file of its root key
    char file[96];           // room for what a command reads
    struct polcheck_secrets *secrets;
    struct polcheck_environment *environment;
};

// Runs the command on the vault: words of one verb, then options. Its exit status.
static inline int estate_run(struct estate *estate, const char *first, const char *second,
                             const char *const *more, size_t count)
{
    const char *arguments[24] = {getenv("POLCHECK"), first,        second,     "--vault",
                                 estate->vault,      "--root-key", estate->key};
    pid_t pid;
    assert_true(count < 16);
    for (size_t i = 0; i < count; i++) {
        arguments[7 + i] = more[i];
    }
    assert_true(house_spawn(arguments, &pid));
    return house_wait(pid);
}

#define ESTATE_RUN(estate, first, second, ...)                                                     \
    do {                                                                                           \
        const char *const pc_more[] = {__VA_ARGS__};                                               \
        assert_int_equal(                                                                          \
            estate_run(estate, first, second, pc_more, sizeof(pc_more) / sizeof(pc_more[0])), 0);  \
    } while (0)

// Lines of NAME=VALUE, under a [FUNCTION]; key: "" for the one that there is.
static inline void estate_put(struct estate *estate, const char *function, const char *key,
                              const char *lines)
{
    house_write(estate->file, lines);
    if (key[0] == '\0') {
        ESTATE_RUN(estate, "secrets", "put", "--function", function, "--env-file", estate->file);
    } else {
        ESTATE_RUN(estate, "secrets", "put", "--function", function, "--env-file", estate->file,
                   "--key", key);
    }
}

// A customer key with that policy (' for "); NULL: the store has it, or nobody.
static inline void estate_create_key(struct estate *estate, const char *policy)
{
    const char *const arn = KEY;
    if (policy == NULL) {
        ESTATE_RUN(estate, "keys", "create", "--arn", arn, "--alias", "alias/own");
        return;
    }
    house_write(estate->file, policy);
    ESTATE_RUN(estate, "keys", "create", "--arn", arn, "--alias", "alias/own", "--policy",
               estate->file);
}

static inline struct polcheck_secrets_options estate_options(struct estate *estate)
{
    struct polcheck_secrets_options options = POLCHECK_SECRETS_OPTIONS_INIT;
    options.vault = estate->vault;
    options.root_key_file = estate->key;
    return options;
}

static inline int estate_open(void **state)
{
    struct estate *estate = calloc(1, sizeof(*estate));
    void *house = NULL;
    if (estate == NULL || house_open(&house) != 0) {
        free(estate);
        return -1;
    }
    estate->house = house;
    (void)snprintf(estate->vault, sizeof(estate->vault), "%s/vault", estate->house->base);
    (void)snprintf(estate->key, sizeof(estate->key), "%s/root.key", estate->house->base);
    (void)snprintf(estate->file, sizeof(estate->file), "%s/file", estate->house->base);
    *state = estate;
    const char *const none[] = {""};
    return estate_run(estate, "secrets", "init", none, 0) == 0 &&
                   polcheck_environment_new(&estate->environment) == POLCHECK_OK
               ? 0
               : -1;
}

static inline int estate_close(void **state)
{
    struct estate *estate = *state;
    void *house = estate->house;
    polcheck_secrets_close(estate->secrets);
    polcheck_environment_free(estate->environment);
    (void)house_close(&house);
    free(estate);
    return 0;
}

#define ESTATE_TEST(function) cmocka_unit_test_setup_teardown(function, estate_open, estate_close)

// Compiles the text and opens engine and vault.
static inline void estate_live(struct estate *estate, const char *manifest)
{
    const struct polcheck_secrets_options options = estate_options(estate);
    house_live(estate->house, manifest);
    assert_int_equal(polcheck_secrets_open(&options, &estate->secrets), POLCHECK_OK);
}

// Compiles another text, and has the engine see it.
static inline void estate_compile(struct estate *estate, const char *manifest)
{
    house_compile(estate->house, manifest);
    assert_int_equal(polcheck_engine_reload(estate->house->engine), POLCHECK_OK);
    assert_int_equal(polcheck_scratch_renew(estate->house->scratch), POLCHECK_OK);
}

static inline struct polcheck_verdict estate_release(struct estate *estate, const char *function,
                                                     const char *principal)
{
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    wanted.function = polcheck_text(function);
    wanted.principal = polcheck_text(principal);
    return polcheck_secrets_release(estate->secrets, estate->house->scratch, &wanted,
                                    estate->environment);
}

// The value that was released under the name, or "".
static inline struct polcheck_str estate_value(struct estate *estate, const char *name)
{
    const struct polcheck_environment *environment = estate->environment;
    for (size_t i = 0; i < polcheck_environment_count(environment); i++) {
        if (house_is(polcheck_environment_name(environment, i), name)) {
            return polcheck_environment_value(environment, i);
        }
    }
    return (struct polcheck_str){"", 0};
}

static inline void estate_assert_empty(struct estate *estate)
{
    const struct polcheck_environment *environment = estate->environment;
    assert_int_equal(polcheck_environment_count(environment), 0);
    assert_int_equal(polcheck_environment_name(environment, 0).len, 0);
    assert_int_equal(polcheck_environment_value(environment, 0).len, 0);
    assert_null(polcheck_environment_assignment(environment, 0));
    assert_int_equal(polcheck_environment_declared_count(environment), 0);
}

#define assert_released(estate, function, name, value)                                             \
    do {                                                                                           \
        assert_allowed(estate_release(estate, function, ""));                                      \
        assert_true(house_is(estate_value(estate, name), value));                                  \
    } while (0)

// Refused, by a failure or by the policies (POLCHECK_OK), and empty.
#define assert_refused_as(estate, verdict, what, how)                                              \
    do {                                                                                           \
        struct polcheck_verdict pc_refused = (verdict);                                            \
        assert_int_equal(pc_refused.status, what);                                                 \
        assert_int_equal(pc_refused.decision, how);                                                \
        assert_false(polcheck_is_allowed(pc_refused));                                             \
        estate_assert_empty(estate);                                                               \
    } while (0)
#define assert_not_released(estate, verdict, status)                                               \
    assert_refused_as(estate, verdict, status, POLCHECK_IMPLICIT_DENY)

#endif
