// SPDX-License-Identifier: Apache-2.0
//
// What releasing a function's secrets costs over the decision that it comes down to.
//
//     release STORE ROOT_KEY_FILE FUNCTION KEY ROUNDS VAULT...
//
// Each vault holds another environment of the function, under the key, whose policy is the store's.
// A round asks the decision, releases from each vault and opens a text of 4,000 bytes, which tells
// how fast the machine is at the moment; all many times. Prints the median over the rounds of each,
// in nanoseconds, one a line: `decision`, `open`, and the path of each vault.
#include <polcheck/polcheck.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    MOST_VAULTS = 8,
    MOST_ROUNDS = 1000,
    TIMES = 300,
    TEXT = 4000
};

struct subject {
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
    struct polcheck_environment *environment;
    struct polcheck_secrets *vaults[MOST_VAULTS];
    const char *names[MOST_VAULTS];
    int vault_count;
    struct polcheck_str function, key, principal;
};

static double results[2 + MOST_VAULTS][MOST_ROUNDS];

static void fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "release: %s: %s\n", what, why);
    exit(2);
}

static double now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

// The question as a release makes it, made anew each time as there.
static void decide(const struct subject *subject)
{
    static const struct polcheck_str region = {"eu-west-1", 9};
    const struct polcheck_value keys[] = {polcheck_string(POLCHECK_STR("aws:lambda:FunctionArn"))};
    const struct polcheck_value aliases[] = {polcheck_string(POLCHECK_STR("alias/thumbs"))};
    struct polcheck_pair pairs[] = {
        {POLCHECK_STR("kms:EncryptionContext:aws:lambda:FunctionArn"), subject->function},
        {POLCHECK_STR("kms:ViaService"), POLCHECK_STR("lambda.eu-west-1.amazonaws.com")},
        {POLCHECK_STR("kms:KeySpec"), POLCHECK_STR("SYMMETRIC_DEFAULT")},
        {POLCHECK_STR("kms:KeyUsage"), POLCHECK_STR("ENCRYPT_DECRYPT")},
        {POLCHECK_STR("kms:KeyOrigin"), POLCHECK_STR("AWS_KMS")},
        {POLCHECK_STR("aws:RequestedRegion"), region}};
    polcheck_request_begin(subject->request, subject->principal, POLCHECK_STR("kms:Decrypt"),
                           subject->key);
    polcheck_request_add_pairs(subject->request, pairs, sizeof(pairs) / sizeof(pairs[0]));
    polcheck_request_add_list(subject->request, POLCHECK_STR("kms:EncryptionContextKeys"), keys, 1);
    polcheck_request_add_list(subject->request, POLCHECK_STR("kms:ResourceAliases"), aliases, 1);
    if (!polcheck_is_allowed(polcheck_ask(subject->scratch, subject->request))) {
        fail("the decision", "it is a refusal");
    }
}

static void release(const struct subject *subject, struct polcheck_secrets *vault)
{
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    wanted.function = subject->function;
    if (!polcheck_is_allowed(
            polcheck_secrets_release(vault, subject->scratch, &wanted, subject->environment))) {
        struct polcheck_str why = polcheck_scratch_message(subject->scratch);
        (void)fprintf(stderr, "release: refused: %.*s\n", POLCHECK_STR_ARG(why));
        exit(2);
    }
}

static void open_text(void)
{
    static unsigned char key[32], nonce[24], tag[16], text[TEXT], more[100];
    static int sealed;
    unsigned long long length;
    if (!sealed) {
        sealed = 1;
        (void)crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
            text, tag, &length, text, TEXT, more, sizeof(more), NULL, nonce, key);
    }
    static unsigned char opened[TEXT];
    if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(opened, NULL, text, TEXT, tag, more,
                                                            sizeof(more), nonce, key) != 0) {
        fail("the yardstick", "it does not open");
    }
}

static void run_round(const struct subject *subject, int round)
{
    double start = now();
    for (int i = 0; i < TIMES; i++) {
        decide(subject);
    }
    results[0][round] = (now() - start) / TIMES;
    start = now();
    for (int i = 0; i < TIMES; i++) {
        open_text();
    }
    results[1][round] = (now() - start) / TIMES;
    for (int v = 0; v < subject->vault_count; v++) {
        start = now();
        for (int i = 0; i < TIMES; i++) {
            release(subject, subject->vaults[v]);
        }
        results[2 + v][round] = (now() - start) / TIMES;
    }
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print(const char *name, double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), compare);
    (void)printf("%s %.0f\n", name, values[count / 2]);
}

static void open_all(struct subject *subject, const char *store, const char *root, char **vaults)
{
    struct polcheck_engine *engine;
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = store;
    options.reload = POLCHECK_RELOAD_MANUAL;
    if (polcheck_engine_open(&options, &engine) != POLCHECK_OK ||
        polcheck_scratch_new(engine, &subject->scratch) != POLCHECK_OK ||
        polcheck_request_new(&subject->request) != POLCHECK_OK ||
        polcheck_environment_new(&subject->environment) != POLCHECK_OK) {
        fail(store, "it cannot be opened");
    }
    for (int i = 0; i < subject->vault_count; i++) {
        char message[256] = "";
        struct polcheck_secrets_options wanted = POLCHECK_SECRETS_OPTIONS_INIT;
        wanted.vault = vaults[i];
        wanted.root_key_file = root;
        wanted.message = message;
        wanted.message_size = sizeof(message);
        subject->names[i] = vaults[i];
        if (polcheck_secrets_open(&wanted, &subject->vaults[i]) != POLCHECK_OK) {
            fail(vaults[i], message);
        }
    }
}

int main(int argc, char **argv)
{
    struct subject subject = {.vault_count = argc - 6};
    long rounds = argc > 6 ? strtol(argv[5], NULL, 10) : 0;
    if (rounds < 1 || rounds > MOST_ROUNDS || subject.vault_count > MOST_VAULTS) {
        fail("usage", "release STORE ROOT_KEY_FILE FUNCTION KEY ROUNDS VAULT...");
    }
    subject.function = polcheck_text(argv[3]);
    subject.key = polcheck_text(argv[4]);
    subject.principal = POLCHECK_STR("arn:aws:sts::111122223333:assumed-role/thumbs-role/thumbs");
    open_all(&subject, argv[1], argv[2], argv + 6);
    for (int round = -1; round < (int)rounds; round++) { // the first warms up
        run_round(&subject, round < 0 ? 0 : round);
    }
    print("decision", results[0], (int)rounds);
    print("open", results[1], (int)rounds);
    for (int v = 0; v < subject.vault_count; v++) {
        print(subject.names[v], results[2 + v], (int)rounds);
    }
    return 0;
}
