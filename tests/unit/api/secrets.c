// SPDX-License-Identifier: Apache-2.0
//
// Releasing secrets by the public header: who gets them, who does not, and that nothing is in the
// environment then.
#include "estate.h"

#include <sys/resource.h>

// Opening -----------------------------------------------------------------------------------------

static enum polcheck_status open_with(const struct polcheck_secrets_options *options)
{
    struct polcheck_secrets *secrets = NULL;
    enum polcheck_status status = polcheck_secrets_open(options, &secrets);
    assert_int_equal(secrets != NULL, status == POLCHECK_OK);
    polcheck_secrets_close(secrets);
    return status;
}

static void one_vault_and_one_root_key_open(void **state)
{
    struct estate *estate = *state;
    struct polcheck_secrets *secrets = NULL;
    struct polcheck_secrets_options options = estate_options(estate);
    assert_int_equal(open_with(&options), POLCHECK_OK);
    assert_int_equal(polcheck_secrets_open(NULL, &secrets), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_secrets_open(&options, NULL), POLCHECK_ERR_USAGE);
    options.root_key_credential = "root.key";
    assert_int_equal(open_with(&options), POLCHECK_ERR_USAGE);
    options.root_key_credential = NULL;
    options.root_key_fd = 0;
    assert_int_equal(open_with(&options), POLCHECK_ERR_USAGE);
    options.root_key_fd = -1;
    options.passphrase = POLCHECK_STR("passphrase");
    assert_int_equal(open_with(&options), POLCHECK_ERR_USAGE);
    options.root_key_file = NULL;
    assert_int_equal(open_with(&options), POLCHECK_ERR_ROOT_KEY); // the vault has none
    options.passphrase = (struct polcheck_str){NULL, 0};
    assert_int_equal(open_with(&options), POLCHECK_ERR_USAGE); // no root key at all
    options = estate_options(estate);
    options.vault = NULL;
    assert_int_equal(open_with(&options), POLCHECK_ERR_USAGE);
    options.vault = "";
    assert_int_equal(open_with(&options), POLCHECK_ERR_USAGE);
    polcheck_secrets_close(NULL);
}

// Older callers know fewer members, newer ones more.
static void options_of_other_sizes_are_understood_or_refused(void **state)
{
    struct estate *estate = *state;
    struct {
        struct polcheck_secrets_options options;
        char more[16];
    } newer = {.options = estate_options(estate)};
    struct polcheck_secrets_options options = estate_options(estate);
    for (size_t size = 0; size < sizeof(options); size++) {
        options.size = size;
        enum polcheck_status status = open_with(&options);
        assert_true(status == POLCHECK_OK || status == POLCHECK_ERR_USAGE);
        // Without the descriptor it is not known that there is none.
        assert_true(size > offsetof(struct polcheck_secrets_options, root_key_fd) ||
                    status == POLCHECK_ERR_USAGE);
    }
    newer.options.size = sizeof(newer);
    assert_int_equal(open_with(&newer.options), POLCHECK_OK);
    newer.more[3] = 1; // what this version does not know
    assert_int_equal(open_with(&newer.options), POLCHECK_ERR_USAGE);
}

static void what_cannot_be_opened_says_why(void **state)
{
    struct estate *estate = *state;
    char message[256] = "old";
    char other[128];
    struct polcheck_secrets_options options = estate_options(estate);
    options.message = message;
    options.message_size = sizeof(message);
    assert_int_equal(chmod(estate->key, 0644), 0);
    assert_int_equal(open_with(&options), POLCHECK_ERR_ROOT_KEY);
    assert_non_null(strstr(message, "0644"));
    assert_non_null(strstr(message, "[POL"));
    for (size_t size = 1; size < 20; size++) { // cut to the room, which ends in zero
        memset(message, 'x', sizeof(message));
        options.message_size = size;
        assert_int_equal(open_with(&options), POLCHECK_ERR_ROOT_KEY);
        assert_int_equal(strlen(message), size - 1);
        assert_int_equal(message[size], 'x');
    }
    options.message_size = 0;
    assert_int_equal(open_with(&options), POLCHECK_ERR_ROOT_KEY);
    options.message_size = sizeof(message);
    assert_int_equal(chmod(estate->key, 0600), 0);
    (void)snprintf(other, sizeof(other), "%s/none", estate->house->base);
    options.vault = other;
    assert_int_equal(open_with(&options), POLCHECK_ERR_NO_STORE);
    assert_non_null(strstr(message, other));
    options.vault = estate->vault;
    options.root_key_file = other;
    assert_int_equal(open_with(&options), POLCHECK_ERR_ROOT_KEY);
    house_write(other, "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");
    assert_int_equal(open_with(&options), POLCHECK_ERR_ROOT_KEY);
    assert_non_null(strstr(message, "not that of the vault"));
}

static void a_damaged_vault_is_not_opened(void **state)
{
    struct estate *estate = *state;
    char path[160];
    const struct polcheck_secrets_options options = estate_options(estate);
    (void)snprintf(path, sizeof(path), "%s/audit.head", estate->vault);
    house_write(path, "nothing");
    assert_int_equal(open_with(&options), POLCHECK_ERR_AUDIT);
    (void)snprintf(path, sizeof(path), "%s/store/data.mdb", estate->vault);
    house_write(path, "nothing");
    assert_true(open_with(&options) == POLCHECK_ERR_DAMAGED ||
                open_with(&options) == POLCHECK_ERR_NOT_STORE);
}

// Who gets them -----------------------------------------------------------------------------------

static void a_function_gets_its_own(void **state)
{
    struct estate *estate = *state;
    const struct polcheck_answer *answer;
    estate_put(estate, PAY, "", "PASSWORD=hunter2\nTOKEN=\n");
    estate_put(estate, MAIL, "", "PASSWORD=other\n");
    estate_live(estate, ESTATE);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    assert_int_equal(polcheck_environment_count(estate->environment), 2);
    assert_string_equal(polcheck_environment_assignment(estate->environment, 0),
                        "PASSWORD=hunter2");
    assert_string_equal(polcheck_environment_assignment(estate->environment, 1), "TOKEN=");
    assert_null(polcheck_environment_assignment(estate->environment, 2));
    assert_int_equal(polcheck_environment_declared_count(estate->environment), 2);
    assert_true(house_is(polcheck_environment_declared(estate->environment, 0), "PASSWORD"));
    assert_true(house_is(polcheck_environment_declared(estate->environment, 1), "REGION_NAME"));
    assert_int_equal(polcheck_reasons(estate->house->scratch, &answer), POLCHECK_OK);
    assert_int_equal(polcheck_answer_statement_count(answer), 1);
    assert_released(estate, MAIL, "PASSWORD", "other");
    assert_int_equal(polcheck_environment_count(estate->environment), 1);
    assert_int_equal(polcheck_environment_declared_count(estate->environment), 0);
    assert_allowed(estate_release(estate, PAY, SESSION("pay")));
    assert_true(house_is(estate_value(estate, "PASSWORD"), "hunter2"));
    polcheck_environment_wipe(estate->environment);
    estate_assert_empty(estate);
}

static void nobody_else_gets_them(void **state)
{
    struct estate *estate = *state;
    static const char *const principals[] = {
        SESSION("mail"), // the same role, for another function
        SESSION("Pay"),
        SESSION("pay "),
        SESSION("pay/pay"),
        "arn:aws:sts::" ACCOUNT ":assumed-role/other/pay", // another role
        "arn:aws:sts::" ACCOUNT ":assumed-role/team/app/pay",
        "arn:aws:sts::" OTHERS ":assumed-role/app/pay", // another account
        "arn:aws-cn:sts::" ACCOUNT ":assumed-role/app/pay",
        ROLE, // the role itself, and whoever may become it
        "arn:aws:iam::" ACCOUNT ":role/app",
        "arn:aws:iam::" ACCOUNT ":root",
        ACCOUNT,
        ALICE,
        "lambda.amazonaws.com",
        PAY,
        "*",
    };
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    for (size_t i = 0; i < sizeof(principals) / sizeof(principals[0]); i++) {
        assert_not_released(estate, estate_release(estate, PAY, principals[i]),
                            POLCHECK_ERR_SESSION);
        assert_false(house_contains(polcheck_scratch_message(estate->house->scratch), "hunter2"));
        assert_released(estate, PAY, "PASSWORD", "hunter2"); // what was left would show
    }
}

static void what_the_store_does_not_know_gets_nothing(void **state)
{
    struct estate *estate = *state;
    estate_put(estate, FUNCTION("new"), "", "PASSWORD=hunter2\n");
    estate_put(estate, FUNCTION("bare"), "", "PASSWORD=hunter2\n");
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, "{'polcheck':1," ESTATE_ROLES ",'functions':[{'arn':'" PAY "','role':'" ROLE
                        "'},{'arn':'" MAIL "','role':'" ROLE "'},{'arn':'" FUNCTION("bare") "'}]}");
    static const char *const unknown[] = {
        FUNCTION("new"), FUNCTION("bare"), PAY ":1", PAY ":$LATEST", "pay", "",
        FUNCTION("pa*"), FUNCTION("PAY")};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_released(estate, PAY, "PASSWORD", "hunter2");
        assert_not_released(estate, estate_release(estate, unknown[i], ""), POLCHECK_ERR_FUNCTION);
        assert_not_released(estate, estate_release(estate, unknown[i], SESSION("pay")),
                            POLCHECK_ERR_FUNCTION);
    }
    assert_not_released(estate, estate_release(estate, MAIL, ""), POLCHECK_ERR_SECRET); // has none
}

// The role that the function is configured with, but of which no policy is known.
static void a_role_that_the_store_does_not_know_gets_nothing(void **state)
{
    struct estate *estate = *state;
    char *quoted =
        house_quote("{'polcheck':1,'roles':[],'functions':[{'arn':'" PAY "','role':'" ROLE "'}]}");
    const char *const arguments[] = {getenv("POLCHECK"),   "compile", estate->house->manifest, "-o",
                                     estate->house->store, NULL};
    pid_t pid;
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    house_write(estate->house->manifest, quoted);
    free(quoted);
    assert_true(house_spawn(arguments, &pid));
    if (house_wait(pid) != 0) {
        return; // it is not even compiled
    }
    const struct polcheck_secrets_options options = estate_options(estate);
    house_start(estate->house, POLCHECK_RELOAD_MANUAL);
    assert_int_equal(polcheck_secrets_open(&options, &estate->secrets), POLCHECK_OK);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_PRINCIPAL);
}

// Which -------------------------------------------------------------------------------------------

static struct polcheck_verdict release_names(struct estate *estate,
                                             const struct polcheck_str *names, size_t count)
{
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    wanted.function = POLCHECK_STR(PAY);
    wanted.names = names;
    wanted.name_count = count;
    return polcheck_secrets_release(estate->secrets, estate->house->scratch, &wanted,
                                    estate->environment);
}

static void those_that_are_named_are_released(void **state)
{
    struct estate *estate = *state;
    struct polcheck_str names[] = {POLCHECK_STR("THIRD"), POLCHECK_STR("FIRST")};
    estate_put(estate, PAY, "", "FIRST=1\nSECOND=2\nTHIRD=3\n");
    estate_live(estate, ESTATE);
    assert_allowed(release_names(estate, names, 2));
    assert_int_equal(polcheck_environment_count(estate->environment), 2);
    assert_true(house_is(estate_value(estate, "FIRST"), "1"));
    assert_true(house_is(estate_value(estate, "THIRD"), "3"));
    assert_true(house_is(estate_value(estate, "SECOND"), ""));
    names[1] = POLCHECK_STR("first");
    assert_not_released(estate, release_names(estate, names, 2), POLCHECK_ERR_SECRET);
    names[1] = POLCHECK_STR("FIRST\0");
    assert_not_released(estate, release_names(estate, names, 2), POLCHECK_ERR_SECRET);
    names[1] = (struct polcheck_str){NULL, 0};
    assert_not_released(estate, release_names(estate, names, 2), POLCHECK_ERR_SECRET);
    assert_not_released(estate, release_names(estate, NULL, 2), POLCHECK_ERR_USAGE);
    assert_not_released(estate, release_names(estate, names, SIZE_MAX), POLCHECK_ERR_USAGE);
    assert_allowed(release_names(estate, names, 0)); // all
    assert_int_equal(polcheck_environment_count(estate->environment), 3);
}

static void wrong_calls_release_nothing(void **state)
{
    struct estate *estate = *state;
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    struct polcheck_scratch *scratch;
    wanted.function = POLCHECK_STR(PAY);
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    scratch = estate->house->scratch;
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    assert_not_released(estate,
                        polcheck_secrets_release(NULL, scratch, &wanted, estate->environment),
                        POLCHECK_ERR_USAGE);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    assert_not_released(
        estate, polcheck_secrets_release(estate->secrets, NULL, &wanted, estate->environment),
        POLCHECK_ERR_USAGE);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    assert_not_released(
        estate, polcheck_secrets_release(estate->secrets, scratch, NULL, estate->environment),
        POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_secrets_release(estate->secrets, scratch, &wanted, NULL).status,
                     POLCHECK_ERR_USAGE);
    wanted.size = 3;
    assert_not_released(
        estate, polcheck_secrets_release(estate->secrets, scratch, &wanted, estate->environment),
        POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_secrets_ask(NULL, scratch, &wanted).status, POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_environment_new(NULL), POLCHECK_ERR_USAGE);
    polcheck_environment_free(NULL);
    polcheck_environment_wipe(NULL);
    assert_int_equal(polcheck_environment_count(NULL), 0);
    assert_int_equal(polcheck_environment_declared_count(NULL), 0);
}

// Keys and policies -------------------------------------------------------------------------------

static void a_key_is_for_the_function_that_its_policy_names(void **state)
{
    struct estate *estate = *state;
    estate_create_key(estate, KEY_POLICY(PAY));
    estate_put(estate, PAY, "alias/own", "PASSWORD=hunter2\n");
    estate_put(estate, MAIL, KEY, "PASSWORD=other\n");
    estate_put(estate, LONE, KEY, "PASSWORD=lone\n");
    estate_live(estate, ESTATE);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    assert_not_released(estate, estate_release(estate, MAIL, ""), POLCHECK_OK);
    assert_not_released(estate, estate_release(estate, LONE, ""), POLCHECK_OK);
    house_write(estate->file, KEY_POLICY(MAIL));
    ESTATE_RUN(estate, "keys", "policy", "alias/own", "--set", estate->file);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_OK);
    assert_released(estate, MAIL, "PASSWORD", "other");
    ESTATE_RUN(estate, "keys", "policy", "alias/own", "--remove");
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_OK);
    assert_not_released(estate, estate_release(estate, MAIL, ""), POLCHECK_OK);
}

// What the caller says of the request is not what it says of itself.
static void the_encryption_context_is_not_the_callers_to_choose(void **state)
{
    struct estate *estate = *state;
    static const char *const keys[] = {"kms:EncryptionContext:aws:lambda:FunctionArn",
                                       "KMS:ENCRYPTIONCONTEXT:aws:lambda:FUNCTIONARN",
                                       "kms:ViaService",
                                       "kms:EncryptionContextKeys",
                                       "kms:KeySpec",
                                       "aws:RequestedRegion"};
    estate_create_key(estate, KEY_POLICY(PAY));
    estate_put(estate, MAIL, KEY, "PASSWORD=other\n");
    estate_live(estate, ESTATE);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct polcheck_pair pair = {polcheck_text(keys[i]), POLCHECK_STR(PAY)};
        struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
        wanted.function = POLCHECK_STR(MAIL);
        wanted.context = &pair;
        wanted.context_count = 1;
        assert_not_released(estate,
                            polcheck_secrets_release(estate->secrets, estate->house->scratch,
                                                     &wanted, estate->environment),
                            POLCHECK_ERR_REQUEST);
        wanted.context = NULL;
        assert_not_released(estate,
                            polcheck_secrets_release(estate->secrets, estate->house->scratch,
                                                     &wanted, estate->environment),
                            POLCHECK_ERR_USAGE);
    }
}

// The service's own key lets them in; what denies comes before.
#define DENY                                                                                       \
    "{'Version':'2012-10-17','Statement':[{'Sid':'Allows','Effect':'Allow','Action':'*',"          \
    "'Resource':'*'},{'Sid':'Denies','Effect':'Deny','Action':'kms:Decrypt','Resource':'*',"       \
    "'Condition':{'StringEquals':{'kms:EncryptionContext:aws:lambda:FunctionArn':'" PAY "'}}}]}"
#define DENY_ALL                                                                                   \
    "{'Version':'2012-10-17','Statement':[{'Sid':'Denies','Effect':'Deny','Principal':'*',"        \
    "'Action':'kms:*','Resource':'*','Condition':{'StringEquals':{"                                \
    "'kms:EncryptionContext:aws:lambda:FunctionArn':'" PAY "'}}}]}"
#define ALLOW_ALL                                                                                  \
    "{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':'*','Resource':'*'}]}"
#define ALLOW_S3                                                                                   \
    "{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':'s3:*','Resource':'*'}]}"
#define ROLES_WITH(members)                                                                        \
    "'roles':[{'arn':'" ROLE "'," members "},{'arn':'" OTHER_ROLE "','policies':[]}]"
#define LEVELS(scp, rcp)                                                                           \
    "'organization':{'levels':[{'id':'r-root','scp':[" scp "],'rcp':[" rcp "]}],"                  \
    "'accounts':[{'id':'" ACCOUNT "','parent':'r-root','scp':[" ALLOW_ALL "]}]}"

static void an_explicit_deny_wins_wherever_it_stands(void **state)
{
    struct estate *estate = *state;
    // The last is of customer keys: those of services are out of the reach of RCPs
    // (SEMANTICS.md, 7.1). The last is for customer keys: those of services are out of the reach of
    // RCPs (SEMANTICS.md, 7.1).
    static const char *const denying[] = {
        "{'polcheck':1," ROLES_WITH("'policies':[" DENY "]") "," ESTATE_FUNCTIONS "}",
        "{'polcheck':1," ROLES_WITH("'policies':[],'boundary':" DENY) "," ESTATE_FUNCTIONS "}",
        "{'polcheck':1," ESTATE_ROLES "," ESTATE_FUNCTIONS "," LEVELS(DENY, "") "}",
        "{'polcheck':1," ESTATE_ROLES "," ESTATE_FUNCTIONS "," LEVELS(ALLOW_ALL, DENY_ALL) "}",
    };
    estate_create_key(estate, KEY_POLICY(PAY));
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_put(estate, MAIL, "", "PASSWORD=other\n");
    estate_live(estate, ESTATE);
    for (size_t i = 0; i < sizeof(denying) / sizeof(denying[0]); i++) {
        const struct polcheck_answer *answer;
        estate_compile(estate, denying[i]);
        if (i == 3) {
            assert_released(estate, PAY, "PASSWORD", "hunter2");
            estate_put(estate, PAY, KEY, "TOKEN=t\n");
        }
        assert_refused_as(estate, estate_release(estate, PAY, ""), POLCHECK_OK,
                          POLCHECK_EXPLICIT_DENY);
        assert_int_equal(polcheck_reasons(estate->house->scratch, &answer), POLCHECK_OK);
        assert_true(house_is(polcheck_answer_statement(answer, 0)->sid, "Denies"));
        assert_released(estate, MAIL, "PASSWORD", "other");
        estate_compile(estate, ESTATE);
        assert_released(estate, PAY, "PASSWORD", "hunter2");
    }
}

// An SCP that does not allow, denies; and where the key's policy names the role, so does a boundary
// that does not allow.
static void what_must_allow_and_does_not_denies(void **state)
{
    struct estate *estate = *state;
    estate_create_key(estate, KEY_POLICY(PAY));
    estate_put(estate, PAY, KEY, "PASSWORD=hunter2\n");
    estate_put(estate, MAIL, "", "PASSWORD=other\n");
    estate_live(estate,
                "{'polcheck':1," ESTATE_ROLES "," ESTATE_FUNCTIONS "," LEVELS(ALLOW_S3, "") "}");
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_OK);
    assert_not_released(estate, estate_release(estate, MAIL, ""), POLCHECK_OK);
    estate_compile(estate, "{'polcheck':1," ESTATE_ROLES "," ESTATE_FUNCTIONS
                           "," LEVELS(ALLOW_ALL, "") "}");
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    estate_compile(estate,
                   "{'polcheck':1," ROLES_WITH("'policies':[" ALLOW_ALL
                                               "],'boundary':" ALLOW_S3) "," ESTATE_FUNCTIONS "}");
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_OK);
}

static void a_key_that_is_not_enabled_releases_nothing(void **state)
{
    struct estate *estate = *state;
    estate_create_key(estate, KEY_POLICY(PAY));
    estate_put(estate, PAY, KEY, "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    ESTATE_RUN(estate, "keys", "disable", "alias/own");
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_KEY);
    assert_true(house_contains(polcheck_scratch_message(estate->house->scratch), "disabled"));
    ESTATE_RUN(estate, "keys", "enable", KEY);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    ESTATE_RUN(estate, "keys", "schedule-deletion", KEY);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_KEY);
    assert_true(house_contains(polcheck_scratch_message(estate->house->scratch), "deletion"));
}

#define KEYS_WITH(policy)                                                                          \
    "'resources':[{'arn':'" KEY "','account':'" ACCOUNT "','policy':" policy "}]"

static void a_key_has_its_policy_in_one_place(void **state)
{
    struct estate *estate = *state;
    estate_create_key(estate, NULL);
    estate_put(estate, PAY, KEY, "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_OK); // nobody
    estate_compile(estate, "{'polcheck':1," ESTATE_ROLES "," ESTATE_FUNCTIONS
                           "," KEYS_WITH(KEY_POLICY(PAY)) "}");
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    house_write(estate->file, KEY_POLICY(PAY));
    ESTATE_RUN(estate, "keys", "policy", KEY, "--set", estate->file);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_KEY);
    estate_compile(estate, ESTATE);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
}

// Failures ----------------------------------------------------------------------------------------

static void without_policies_there_is_nothing(void **state)
{
    struct estate *estate = *state;
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    house_write(estate->house->data, "nothing");
    assert_int_not_equal(polcheck_engine_reload(estate->house->engine), POLCHECK_OK);
    (void)!polcheck_scratch_renew(estate->house->scratch);
    struct polcheck_verdict verdict = estate_release(estate, PAY, "");
    assert_false(polcheck_is_allowed(verdict));
    assert_int_not_equal(verdict.status, POLCHECK_OK);
    estate_assert_empty(estate);
    // What is written down is what was asked, and not what was asked before.
    char log[128];
    size_t before, after;
    (void)snprintf(log, sizeof(log), "%s/audit.log", estate->vault);
    free(house_read(log, &before));
    assert_false(polcheck_is_allowed(estate_release(estate, MAIL, SESSION("mail"))));
    char *text = house_read(log, &after);
    const struct polcheck_str entry = {text + before, after - before};
    assert_true(house_contains(entry, "\"refusal\""));
    assert_true(house_contains(entry, MAIL));
    assert_true(house_contains(entry, SESSION("mail")));
    assert_false(house_contains(entry, PAY));
    assert_false(house_contains(entry, ":key/"));
    free(text);
}

// Files that were moved away are missed within a tenth of a second.
static void wait_for_a_look(void)
{
    const struct timespec time = {.tv_nsec = 120 * 1000000L};
    (void)nanosleep(&time, NULL);
}

static void without_the_vault_there_is_nothing(void **state)
{
    struct estate *estate = *state;
    char aside[128];
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    (void)snprintf(aside, sizeof(aside), "%s/aside", estate->house->base);
    assert_int_equal(rename(estate->vault, aside), 0);
    wait_for_a_look();
    struct polcheck_verdict verdict = estate_release(estate, PAY, "");
    assert_false(polcheck_is_allowed(verdict));
    assert_int_not_equal(verdict.status, POLCHECK_OK);
    estate_assert_empty(estate);
    assert_int_equal(rename(aside, estate->vault), 0);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
}

// A release that cannot be written down is none.
static void without_the_audit_log_there_is_nothing(void **state)
{
    struct estate *estate = *state;
    struct rlimit before, limit;
    char log[128], aside[128];
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    for (rlim_t bytes = 0; bytes < 2000; bytes += 250) {
        assert_released(estate, PAY, "PASSWORD", "hunter2");
        limit.rlim_cur = bytes;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        struct polcheck_verdict verdict = estate_release(estate, PAY, "");
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_not_released(estate, verdict, POLCHECK_ERR_AUDIT);
    }
    assert_released(estate, PAY, "PASSWORD", "hunter2"); // what was written in part is gone
    ESTATE_RUN(estate, "secrets", "audit", "--verify");
    static const char *const files[] = {"audit.log", "audit.head"};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(log, sizeof(log), "%s/%s", estate->vault, files[i]);
        (void)snprintf(aside, sizeof(aside), "%s/aside", estate->vault);
        assert_int_equal(rename(log, aside), 0);
        wait_for_a_look();
        assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_AUDIT);
        assert_int_equal(mkdir(log, 0700), 0);
        assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_AUDIT);
        assert_int_equal(rmdir(log), 0);
        assert_int_equal(rename(aside, log), 0);
        assert_released(estate, PAY, "PASSWORD", "hunter2");
    }
}

// Each release and refusal is in the log, and no value.
static void the_audit_log_tells_of_all_and_of_no_value(void **state)
{
    struct estate *estate = *state;
    char log[128];
    size_t length;
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    (void)snprintf(log, sizeof(log), "%s/audit.log", estate->vault);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    assert_not_released(estate, estate_release(estate, PAY, SESSION("mail\n{\"seq\":9}")),
                        POLCHECK_ERR_SESSION);
    assert_not_released(estate, estate_release(estate, FUNCTION("new"), ""), POLCHECK_ERR_FUNCTION);
    char *text = house_read(log, &length);
    const struct polcheck_str view = {text, length};
    size_t lines = 0;
    for (size_t i = 0; i < length; i++) {
        lines += text[i] == '\n';
    }
    assert_int_equal(lines, 2 + 3); // init, put
    assert_true(house_contains(view, "\"release\""));
    assert_true(house_contains(view, "\"refusal\""));
    assert_true(house_contains(view, "\"PASSWORD\""));
    assert_true(house_contains(view, SESSION("pay")));
    assert_true(house_contains(view, FUNCTION("new")));
    assert_false(house_contains(view, "hunter2"));
    free(text);
    ESTATE_RUN(estate, "secrets", "audit", "--verify");
}

// The last entry of the log, which the caller frees.
static char *last_entry(struct estate *estate, size_t *length)
{
    char log[128];
    size_t size;
    (void)snprintf(log, sizeof(log), "%s/audit.log", estate->vault);
    char *text = house_read(log, &size);
    assert_true(size > 1 && text[size - 1] == '\n');
    size_t start = size - 1;
    while (start > 0 && text[start - 1] != '\n') {
        start--;
    }
    *length = size - start;
    memmove(text, text + start, *length);
    return text;
}

// What the last entry has to have, "-WORDS" what it may not have; the list ends with NULL.
static void assert_entry(struct estate *estate, const char *const *words)
{
    size_t length;
    char *text = last_entry(estate, &length);
    for (; *words != NULL; words++) {
        bool unwanted = (*words)[0] == '-';
        if (house_contains((struct polcheck_str){text, length}, *words + unwanted) == unwanted) {
            print_message("%s: %.*s\n", *words, (int)length, text);
            fail();
        }
    }
    free(text);
}

// Whoever asks with more than fits a line is written down all the same, with the reason of the
// refusal, and that there was more.
static void no_refusal_is_too_long_to_be_told(void **state)
{
    struct estate *estate = *state;
    enum {
        LONG = 200000
    };
    static char principal[LONG + 1];
    static const char *const plain[] = {"\"refusal\"", "-truncated", "is not the session of",
                                        "[POL1041]", NULL};
    static const char *const cut[] = {"\"refusal\"",
                                      "\"truncated\":true",
                                      "\\u0001 ... \\u0001",
                                      "is not the session of \\\"" PAY "\\\"",
                                      "[POL1041]\"",
                                      "-hunter2",
                                      NULL};
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    assert_not_released(estate, estate_release(estate, PAY, SESSION("mail")), POLCHECK_ERR_SESSION);
    assert_entry(estate, plain);
    memset(principal, '\1', LONG);
    memcpy(principal, SESSION("mail"), strlen(SESSION("mail")));
    assert_not_released(estate, estate_release(estate, PAY, principal), POLCHECK_ERR_SESSION);
    assert_entry(estate, cut);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    ESTATE_RUN(estate, "secrets", "audit", "--verify");
}

// The same of names: of so many, each of so many bytes.
static void no_refusal_of_names_is_too_long_to_be_told(void **state)
{
    struct estate *estate = *state;
    enum {
        NAMES = 512 // the most there can be
    };
    static const struct {
        size_t count, bytes;
        bool all; // are in the log
    } rows[] = {{1, 5, true},     {2, 900, true},       {4, 500, true},    {1, 1025, false},
                {3, 1024, false}, {NAMES, 4096, false}, {NAMES, 4, false}, {NAMES, 0, true}};
    static char name[4097];
    static struct polcheck_str names[NAMES];
    static const char *const whole[] = {"\"refusal\"", "-truncated", "[POL10", "-hunter2", NULL};
    static const char *const cut[] = {"\"refusal\"", "\"truncated\":true", "[POL10", "-hunter2",
                                      NULL};
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    memset(name, '"', sizeof(name) - 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
        for (size_t j = 0; j < rows[i].count; j++) {
            names[j] = (struct polcheck_str){name, rows[i].bytes};
        }
        wanted.function = POLCHECK_STR(PAY);
        wanted.names = names;
        wanted.name_count = rows[i].count;
        struct polcheck_verdict verdict = polcheck_secrets_release(
            estate->secrets, estate->house->scratch, &wanted, estate->environment);
        assert_not_released(estate, verdict, POLCHECK_ERR_SECRET);
        assert_entry(estate, rows[i].all ? whole : cut);
    }
    ESTATE_RUN(estate, "secrets", "audit", "--verify");
}

// Asking ------------------------------------------------------------------------------------------

static void to_ask_is_not_to_release(void **state)
{
    struct estate *estate = *state;
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    char log[128];
    size_t before, after;
    estate_create_key(estate, KEY_POLICY(PAY));
    estate_put(estate, PAY, KEY, "PASSWORD=hunter2\n");
    estate_put(estate, MAIL, KEY, "PASSWORD=other\n");
    estate_live(estate, ESTATE);
    (void)snprintf(log, sizeof(log), "%s/audit.log", estate->vault);
    free(house_read(log, &before));
    wanted.function = POLCHECK_STR(PAY);
    assert_allowed(polcheck_secrets_ask(estate->secrets, estate->house->scratch, &wanted));
    estate_assert_empty(estate);
    // Another session of the role would be let in by the policies.
    wanted.principal = POLCHECK_STR(SESSION("mail"));
    assert_allowed(polcheck_secrets_ask(estate->secrets, estate->house->scratch, &wanted));
    wanted.principal = POLCHECK_STR("arn:aws:sts::" ACCOUNT ":assumed-role/other/pay");
    assert_false(polcheck_is_allowed(
        polcheck_secrets_ask(estate->secrets, estate->house->scratch, &wanted)));
    wanted.principal = (struct polcheck_str){NULL, 0};
    wanted.function = POLCHECK_STR(MAIL);
    assert_not_released(estate,
                        polcheck_secrets_ask(estate->secrets, estate->house->scratch, &wanted),
                        POLCHECK_OK);
    free(house_read(log, &after));
    assert_int_equal(before, after);
}

// Changes -----------------------------------------------------------------------------------------

static void what_is_changed_counts_at_the_next_release(void **state)
{
    struct estate *estate = *state;
    estate_put(estate, PAY, "", "PASSWORD=hunter2\nTOKEN=t\n");
    estate_live(estate, ESTATE);
    for (unsigned i = 0; i < 5; i++) {
        char line[64], value[32];
        (void)snprintf(value, sizeof(value), "value-%u", i);
        (void)snprintf(line, sizeof(line), "PASSWORD=%s\n", value);
        estate_put(estate, PAY, "", line);
        assert_released(estate, PAY, "PASSWORD", value);
        const char *const none[] = {""};
        assert_int_equal(estate_run(estate, "secrets", "rotate", none, 0), 0);
        assert_released(estate, PAY, "PASSWORD", value);
        assert_true(house_is(estate_value(estate, "TOKEN"), "t"));
    }
    ESTATE_RUN(estate, "secrets", "rm", "--function", PAY, "TOKEN");
    assert_released(estate, PAY, "PASSWORD", "value-4");
    assert_int_equal(polcheck_environment_count(estate->environment), 1);
    // Under another root key this one opens nothing more.
    char other[128];
    (void)snprintf(other, sizeof(other), "%s/new.key", estate->house->base);
    ESTATE_RUN(estate, "secrets", "rekey", "--new-root-key", other);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_ROOT_KEY);
    assert_not_released(estate, estate_release(estate, PAY, ""), POLCHECK_ERR_ROOT_KEY);
}

// Forks -------------------------------------------------------------------------------------------

// Runs in the child; gives the number of the line that is wrong, or 0.
static int child_of(struct estate *estate)
{
    struct polcheck_verdict verdict = estate_release(estate, PAY, "");
    if (verdict.status != POLCHECK_ERR_FORKED || polcheck_is_allowed(verdict)) {
        return 1;
    }
    if (polcheck_environment_count(estate->environment) != 0 ||
        polcheck_environment_assignment(estate->environment, 0) != NULL ||
        polcheck_environment_value(estate->environment, 0).len != 0) {
        return 2;
    }
    struct polcheck_environment *own;
    struct polcheck_secrets *secrets;
    const struct polcheck_secrets_options options = estate_options(estate);
    if (polcheck_environment_new(&own) != POLCHECK_OK ||
        polcheck_secrets_open(&options, &secrets) != POLCHECK_OK) {
        return 3;
    }
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    wanted.function = POLCHECK_STR(PAY);
    // Its own vault does not make the parent's engine its own.
    verdict = polcheck_secrets_release(secrets, estate->house->scratch, &wanted, own);
    if (verdict.status != POLCHECK_ERR_FORKED || polcheck_environment_count(own) != 0) {
        return 4;
    }
    polcheck_environment_wipe(estate->environment);
    polcheck_environment_free(estate->environment);
    polcheck_secrets_close(estate->secrets);
    polcheck_environment_free(own);
    polcheck_secrets_close(secrets);
    return 0;
}

static void a_child_gets_nothing_of_its_parents(void **state)
{
    struct estate *estate = *state;
    estate_put(estate, PAY, "", "PASSWORD=hunter2\n");
    estate_live(estate, ESTATE);
    assert_released(estate, PAY, "PASSWORD", "hunter2");
    const char *text = polcheck_environment_assignment(estate->environment, 0);
    for (unsigned i = 0; i < 2; i++) {
        (void)fflush(NULL);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0 && i == 0) {
            (void)alarm(20);
            _exit(child_of(estate));
        }
        if (pid == 0) {
            (void)signal(SIGSEGV, SIG_DFL);
            _exit(text[9] == 'h' ? 1 : 2);
        }
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (i == 0) {
            assert_true(WIFEXITED(status));
            assert_int_equal(WEXITSTATUS(status), 0);
        } else if (!HAS_SANITIZER) {
            assert_true(WIFSIGNALED(status));
            assert_int_equal(WTERMSIG(status), SIGSEGV);
        } else {
            assert_int_not_equal(status, 0);
        }
        assert_string_equal(text, "PASSWORD=hunter2");
    }
    assert_released(estate, PAY, "PASSWORD", "hunter2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ESTATE_TEST(one_vault_and_one_root_key_open),
        ESTATE_TEST(options_of_other_sizes_are_understood_or_refused),
        ESTATE_TEST(what_cannot_be_opened_says_why),
        ESTATE_TEST(a_damaged_vault_is_not_opened),
        ESTATE_TEST(a_function_gets_its_own),
        ESTATE_TEST(nobody_else_gets_them),
        ESTATE_TEST(what_the_store_does_not_know_gets_nothing),
        ESTATE_TEST(a_role_that_the_store_does_not_know_gets_nothing),
        ESTATE_TEST(those_that_are_named_are_released),
        ESTATE_TEST(wrong_calls_release_nothing),
        ESTATE_TEST(a_key_is_for_the_function_that_its_policy_names),
        ESTATE_TEST(the_encryption_context_is_not_the_callers_to_choose),
        ESTATE_TEST(an_explicit_deny_wins_wherever_it_stands),
        ESTATE_TEST(what_must_allow_and_does_not_denies),
        ESTATE_TEST(a_key_that_is_not_enabled_releases_nothing),
        ESTATE_TEST(a_key_has_its_policy_in_one_place),
        ESTATE_TEST(without_policies_there_is_nothing),
        ESTATE_TEST(without_the_vault_there_is_nothing),
        ESTATE_TEST(without_the_audit_log_there_is_nothing),
        ESTATE_TEST(the_audit_log_tells_of_all_and_of_no_value),
        ESTATE_TEST(no_refusal_is_too_long_to_be_told),
        ESTATE_TEST(no_refusal_of_names_is_too_long_to_be_told),
        ESTATE_TEST(to_ask_is_not_to_release),
        ESTATE_TEST(what_is_changed_counts_at_the_next_release),
        ESTATE_TEST(a_child_gets_nothing_of_its_parents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
