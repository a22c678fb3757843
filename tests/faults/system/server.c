// SPDX-License-Identifier: Apache-2.0
//
// A server of the campaigns of this folder: an engine that is told on standard input what to do.
//
//   server STORE MODE INTERVAL [LOG [KEYS SEEN]]
//
// MODE: background, call or manual; INTERVAL in milliseconds; KEYS and SEEN: see polcheck_options.
//
//   ask N     a question for each of N roles (campaign.py): a line "STATUS DECISION SID" each
//   reload    looks at the store: a line with the status
//   flush     waits until the log is written: a line with the number of decisions dropped
//
// Each command ends with a line ".". The engine waits for a store that is not there or is busy.
#include <polcheck/polcheck.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    FLUSH_MS = 5000,
};

struct server {
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
    struct polcheck_logger *logger;
};

static struct polcheck_str sid_of(struct polcheck_scratch *scratch)
{
    const struct polcheck_answer *answer;
    struct polcheck_str none = POLCHECK_STR("-");
    if (polcheck_reasons(scratch, &answer) != POLCHECK_OK ||
        polcheck_answer_statement_count(answer) != 1) {
        return none;
    }
    return polcheck_answer_statement(answer, 0)->sid;
}

static void ask(const struct server *server, unsigned role)
{
    char principal[96];
    char resource[96];
    (void)snprintf(principal, sizeof(principal), "arn:aws:iam::111122223333:role/role-%u", role);
    (void)snprintf(resource, sizeof(resource), "arn:aws:s3:::bucket-%u/key", role);
    polcheck_request_begin(server->request, polcheck_text(principal), POLCHECK_STR("s3:GetObject"),
                           polcheck_text(resource));
    polcheck_request_set_resource_account(server->request, POLCHECK_STR("111122223333"));
    struct polcheck_verdict verdict = polcheck_ask(server->scratch, server->request);
    struct polcheck_str sid = POLCHECK_STR("-");
    if (verdict.status == POLCHECK_OK) {
        sid = sid_of(server->scratch);
    }
    (void)printf("%d %s %.*s\n", (int)verdict.status,
                 polcheck_is_allowed(verdict) ? "allowed" : "denied", (int)sid.len, sid.ptr);
}

static void serve(const struct server *server, const char *line)
{
    unsigned long roles = strncmp(line, "ask ", 4) == 0 ? strtoul(line + 4, NULL, 10) : 0;
    for (unsigned role = 0; role < roles; role++) {
        ask(server, role);
    }
    if (strcmp(line, "reload\n") == 0) {
        (void)printf("%d\n", (int)polcheck_engine_reload(server->engine));
    }
    if (strcmp(line, "flush\n") == 0 && server->logger != NULL) {
        bool flushed = polcheck_logger_flush(server->logger, FLUSH_MS);
        (void)printf("%s %llu\n", flushed ? "flushed" : "late",
                     (unsigned long long)polcheck_logger_dropped(server->logger));
    }
    (void)puts(".");
    (void)fflush(stdout);
}

static enum polcheck_reload mode_of(const char *word)
{
    if (strcmp(word, "manual") == 0) {
        return POLCHECK_RELOAD_MANUAL;
    }
    return strcmp(word, "call") == 0 ? POLCHECK_RELOAD_NEXT_CALL : POLCHECK_RELOAD_BACKGROUND;
}

// 0, or which step failed.
static int open_all(struct server *server, int count, char **words)
{
    const char *log = count > 3 ? words[3] : NULL;
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_logger_options logging = POLCHECK_LOGGER_OPTIONS_INIT;
    logging.path = log;
    if (log != NULL && polcheck_logger_open(&logging, &server->logger) != POLCHECK_OK) {
        return 3;
    }
    options.store = words[0];
    options.flags = POLCHECK_WAIT_FOR_STORE;
    options.reload = mode_of(words[1]);
    options.interval_ms = (unsigned)strtoul(words[2], NULL, 10);
    options.on_decision = log == NULL ? NULL : polcheck_logger_log;
    options.decision_context = server->logger;
    options.trusted_keys = count > 5 ? words[4] : NULL;
    options.seen = count > 5 ? words[5] : NULL;
    if (polcheck_engine_open(&options, &server->engine) != POLCHECK_OK) {
        return 4;
    }
    return polcheck_scratch_new(server->engine, &server->scratch) == POLCHECK_OK &&
                   polcheck_request_new(&server->request) == POLCHECK_OK
               ? 0
               : 5;
}

static void close_all(const struct server *server)
{
    polcheck_request_free(server->request);
    polcheck_scratch_free(server->scratch);
    polcheck_engine_close(server->engine);
    polcheck_logger_close(server->logger);
}

int main(int argc, char **argv)
{
    struct server server = {NULL, NULL, NULL, NULL};
    char line[64];
    if (argc < 4 || argc > 7 || argc == 6) {
        (void)fputs("usage: server STORE MODE INTERVAL [LOG [KEYS SEEN]]\n", stderr);
        return 2;
    }
    int failed = open_all(&server, argc - 1, argv + 1);
    if (failed == 0) {
        (void)puts("ready");
        (void)fflush(stdout);
    }
    while (failed == 0 && fgets(line, sizeof(line), stdin) != NULL) {
        serve(&server, line);
    }
    close_all(&server);
    return failed;
}
