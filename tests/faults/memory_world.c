// SPDX-License-Identifier: Apache-2.0
#include "memory_api.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ACCOUNT "111122223333"
#define ROLE    "arn:aws:iam::" ACCOUNT ":role/reader"
#define SESSION "arn:aws:sts::" ACCOUNT ":assumed-role/reader/s"
#define KEY     "arn:aws:kms:eu-west-1:" ACCOUNT ":key/11112222-3333-4444-5555-666677778888"
#define THUMBS  "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:thumbs"

// %c is the bucket that may be read.
static const char manifest[] =
    "{\"polcheck\":1,\"roles\":[{\"arn\":\"" ROLE
    "\",\"tags\":{\"team\":\"photos\"},\"policies\":[{"
    "\"Version\":\"2012-10-17\",\"Statement\":["
    "{\"Sid\":\"Read\",\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\","
    "\"Resource\":\"arn:aws:s3:::%c/*\"},"
    "{\"Sid\":\"Write\",\"Effect\":\"Allow\",\"Action\":\"s3:Put*\",\"Resource\":\"arn:aws:s3:::*"
    "\","
    "\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"203.0.113.0/24\"},"
    "\"StringLike\":{\"aws:PrincipalTag/team\":\"ph*s\"}}},"
    "{\"Sid\":\"Never\",\"Effect\":\"Deny\",\"Action\":\"s3:DeleteObject\",\"Resource\":\"*\"}]}]},"
    "{\"arn\":\"arn:aws:iam::" ACCOUNT ":role/thumbs-role\",\"policies\":[{"
    "\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"kms:Decrypt\","
    "\"Resource\":\"" KEY "\"}}]}],"
    "\"resources\":[{\"arn\":\"arn:aws:s3:::a\",\"account\":\"" ACCOUNT "\"},"
    "{\"arn\":\"arn:aws:s3:::b\",\"account\":\"" ACCOUNT "\"},"
    "{\"arn\":\"" KEY
    "\",\"policy\":{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
    "\"Principal\":{\"AWS\":\"arn:aws:iam::" ACCOUNT ":root\"},\"Action\":\"kms:*\","
    "\"Resource\":\"*\"}}}],"
    "\"functions\":[{\"arn\":\"" THUMBS "\",\"role\":\"arn:aws:iam::" ACCOUNT
    ":role/thumbs-role\"}]}\n";

// Allows reading alone. A Sid and a condition key have forms that are read at their first use.
static const char session_policy[] =
    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"Alone\",\"Effect\":\"Allow\","
    "\"Action\":\"s3:Get*\",\"Resource\":\"*\","
    "\"Condition\":{\"StringLike\":{\"aws:PrincipalTag/team\":\"p*\"}}}}";

static const char key_arn[] = KEY;
static const char thumbs_arn[] = THUMBS;

struct question {
    const char *action, *resource;
    bool session; // carries the session policy
    enum polcheck_decision odd, even;
    const char *sid; // of the one statement that decides, where one does
};

static const struct question questions[MEMORY_QUESTIONS] = {
    {"s3:GetObject", "arn:aws:s3:::a/x", false, POLCHECK_ALLOWED, POLCHECK_IMPLICIT_DENY, "Read"},
    {"s3:GetObject", "arn:aws:s3:::b/x", false, POLCHECK_IMPLICIT_DENY, POLCHECK_ALLOWED, "Read"},
    {"s3:PutObject", "arn:aws:s3:::a/x", false, POLCHECK_ALLOWED, POLCHECK_ALLOWED, "Write"},
    {"s3:PutObject", "arn:aws:s3:::a/x", true, POLCHECK_IMPLICIT_DENY, POLCHECK_IMPLICIT_DENY, ""},
    {"s3:DeleteObject", "arn:aws:s3:::a/x", false, POLCHECK_EXPLICIT_DENY, POLCHECK_EXPLICIT_DENY,
     "Never"},
};

// The command, which has memory enough. `input` is a file, or NULL.
static bool run(const struct memory_world *world, const char *input, const char *const *words)
{
    extern char **environ;
    char *arguments[16] = {(char *)(uintptr_t)world->polcheck};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = -1;
    for (size_t i = 0; words[i] != NULL && i < 14; i++) {
        arguments[i + 1] = (char *)(uintptr_t)words[i];
    }
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return false;
    }
    (void)posix_spawn_file_actions_addopen(&actions, 0, input != NULL ? input : "/dev/null",
                                           O_RDONLY, 0);
    (void)posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    bool ran = posix_spawn(&pid, world->polcheck, &actions, NULL, arguments, environ) == 0 &&
               waitpid(pid, &status, 0) == pid;
    (void)posix_spawn_file_actions_destroy(&actions);
    return ran && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    bool good = file != NULL && fputs(text, file) >= 0;
    return file != NULL && fclose(file) == 0 && good;
}

static bool compile(struct memory_world *world)
{
    char path[MEMORY_PATH];
    char text[sizeof(manifest)];
    uint64_t next = world->compiled + 1;
    (void)snprintf(path, sizeof(path), "%s/manifest.json", world->folder);
    (void)snprintf(text, sizeof(text), manifest, next % 2 == 1 ? 'a' : 'b');
    const char *const words[] = {"compile",          path, "-o", world->store, "--sign",
                                 world->signing_key, NULL};
    if (!write_file(path, text) || !run(world, NULL, words)) {
        return false;
    }
    world->compiled = next;
    return true;
}

void memory_compile(struct memory_world *world)
{
    if (!compile(world)) {
        memory_complain(world, "the store cannot be compiled");
    }
}

static bool make_vault(struct memory_world *world)
{
    char value[MEMORY_PATH];
    (void)snprintf(value, sizeof(value), "%s/value", world->folder);
    const char *const init[] = {"secrets",    "init",     "--vault", world->vault,
                                "--root-key", world->key, NULL};
    const char *const key[] = {"keys",     "create", "--vault", world->vault, "--root-key",
                               world->key, "--arn",  key_arn,   NULL};
    const char *const put[] = {"secrets",    "put",      "--vault",    world->vault,
                               "--root-key", world->key, "--function", thumbs_arn,
                               "--key",      key_arn,    "TOKEN",      NULL};
    return write_file(value, "s3cr3t") && run(world, NULL, init) && run(world, NULL, key) &&
           run(world, value, put);
}

static bool make_signing_key(struct memory_world *world)
{
    char name[MEMORY_PATH];
    (void)snprintf(name, sizeof(name), "%s/ci", world->folder);
    const char *const words[] = {"keygen", name, NULL};
    return run(world, NULL, words);
}

struct polcheck_options memory_options(const struct memory_world *world,
                                       enum polcheck_reload reload)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = world->store;
    options.reload = reload;
    options.trusted_keys = world->trusted_keys;
    options.seen = world->seen;
    return options;
}

bool memory_handles_make(struct memory_world *world)
{
    const struct polcheck_options options = memory_options(world, POLCHECK_RELOAD_MANUAL);
    const struct polcheck_document document = {POLCHECK_STR("session"),
                                               polcheck_text(session_policy)};
    return memory_is_ok(
               world, "polcheck_policy_compile",
               polcheck_policy_compile(POLCHECK_SESSION, &document, 1, NULL, &world->session)) &&
           memory_is_ok(world, "polcheck_engine_open",
                        polcheck_engine_open(&options, &world->engine)) &&
           memory_is_ok(world, "polcheck_scratch_new",
                        polcheck_scratch_new(world->engine, &world->scratch)) &&
           memory_is_ok(world, "polcheck_request_new", polcheck_request_new(&world->request));
}

bool memory_world_make(struct memory_world *world, const char *polcheck, const char *folder)
{
    world->polcheck = polcheck;
    (void)snprintf(world->folder, sizeof(world->folder), "%s", folder);
    (void)snprintf(world->store, sizeof(world->store), "%s/store", world->folder);
    (void)snprintf(world->vault, sizeof(world->vault), "%s/vault", world->folder);
    (void)snprintf(world->key, sizeof(world->key), "%s/root.key", world->folder);
    (void)snprintf(world->log, sizeof(world->log), "%s/decisions.log", world->folder);
    (void)snprintf(world->signing_key, sizeof(world->signing_key), "%s/ci.key", world->folder);
    (void)snprintf(world->trusted_keys, sizeof(world->trusted_keys), "%s/ci.pub", world->folder);
    (void)snprintf(world->seen, sizeof(world->seen), "%s/seen", world->folder);
    return make_signing_key(world) && compile(world) && make_vault(world);
}

void memory_handles_release(struct memory_world *world)
{
    polcheck_request_free(world->request);
    polcheck_policy_free(world->session);
    polcheck_scratch_free(world->scratch);
    polcheck_engine_close(world->engine);
    world->request = NULL;
    world->session = NULL;
    world->scratch = NULL;
    world->engine = NULL;
}

void memory_pose(struct memory_world *world, struct polcheck_request *request, size_t question)
{
    const struct question *asked = &questions[question];
    polcheck_request_begin(request, POLCHECK_STR(SESSION), polcheck_text(asked->action),
                           polcheck_text(asked->resource));
    polcheck_request_add(request, POLCHECK_STR("aws:SourceIp"),
                         polcheck_string(POLCHECK_STR("203.0.113.7")));
    polcheck_request_add(request, POLCHECK_STR("aws:SecureTransport"), polcheck_boolean(true));
    polcheck_request_set_session_policy(request, asked->session ? world->session : NULL);
}

bool memory_is_ok(struct memory_world *world, const char *call, enum polcheck_status status)
{
    if (status != POLCHECK_OK && (world->whole || status != POLCHECK_ERR_NOMEM)) {
        memory_complain(world, "%s: %s", call, polcheck_status_text(status));
    }
    return status == POLCHECK_OK;
}

static void judge_reasons(struct memory_world *world, struct polcheck_scratch *scratch,
                          const struct question *asked, struct polcheck_verdict verdict)
{
    const struct polcheck_answer *answer;
    if (!memory_is_ok(world, "polcheck_reasons", polcheck_reasons(scratch, &answer))) {
        return;
    }
    enum polcheck_decision right =
        polcheck_answer_snapshot(answer) % 2 == 1 ? asked->odd : asked->even;
    if (verdict.decision != right) {
        memory_complain(world, "%s %s is %s in snapshot %llu", asked->action, asked->resource,
                        polcheck_decision_text(verdict.decision),
                        (unsigned long long)polcheck_answer_snapshot(answer));
        return;
    }
    const struct polcheck_statement *statement = polcheck_answer_statement(answer, 0);
    size_t count = right == POLCHECK_IMPLICIT_DENY ? 0 : 1;
    struct polcheck_str sid = count == 1 ? polcheck_text(asked->sid) : POLCHECK_STR("");
    if (polcheck_answer_statement_count(answer) != count || (statement != NULL) != (count == 1) ||
        (count == 1 &&
         (statement->sid.len != sid.len || memcmp(statement->sid.ptr, sid.ptr, sid.len) != 0))) {
        memory_complain(world, "%s %s has other reasons", asked->action, asked->resource);
    }
}

void memory_ask_all(struct memory_world *world, struct polcheck_scratch *scratch,
                    struct polcheck_request *request)
{
    for (size_t i = 0; i < MEMORY_QUESTIONS; i++) {
        memory_pose(world, request, i);
        struct polcheck_verdict verdict = polcheck_ask(scratch, request);
        if (memory_is_ok(world, "polcheck_ask", verdict.status)) {
            judge_reasons(world, scratch, &questions[i], verdict);
        } else if (verdict.decision != POLCHECK_IMPLICIT_DENY || polcheck_is_allowed(verdict)) {
            memory_complain(world, "a failure that is no implicit deny");
        }
    }
}
