// SPDX-License-Identifier: Apache-2.0
//
// Each case of the corpus that a store can hold is compiled to one and asked by the library and by
// what `polcheck eval --store` asks with. The library has to give what the case expects, and the
// very same answer: statements with their places, blockers, missing keys, the sentence. Where
// nobody knows the owner of the resource the library has to say so, and to decide when it is told.
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/asker.h"
#include "account/publish.h"
#include "answer.h"
#include "case.h"
#include "match/key.h"
#include "request_json.h"
#include "settle.h"
#include "spoken.h"
#include "told.h"

enum {
    LEAST_ASKED = 2200, // cases: fewer would mean that this test does not do its work
};

struct run {
    char folder[64], manifest[96], store[96];
    struct polcheck_request *request;
    struct pc_arena tree, arena;
    size_t cases, asked, owners, unfit;
};

// One case on its way.
struct trial {
    struct run *run;
    struct pc_case_source source;
    struct pc_case subject;
    struct pc_request request; // as the command reads it
    struct settle_case settled;
    struct pc_diags diags;
    struct polcheck_policy *session, *endpoint;
    struct pc_buf command, library; // the two answers
    struct pc_buf why;              // what is wrong; "" when nothing is
    bool refused;                   // the command does not come to ask it
    bool assumed;                   // the command assumed the owner
    const char *unfit;              // why it cannot be asked
};

// What the command says ---------------------------------------------------------------------------

static void show_diags(const struct pc_diags *diags, struct pc_buf *out)
{
    for (const struct pc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        pc_diag_write(out, diag, false);
    }
}

static const struct pc_image *carried(const struct polcheck_policy *policy,
                                      struct pc_policies *policies, bool session)
{
    if (policy == NULL) {
        return NULL;
    }
    return session ? policies->session : policies->endpoint;
}

// As cmd_eval asks a store, with the policies that the request carries as the case has them.
static enum pc_status ask_command(struct trial *trial, struct pc_answer *answer,
                                  struct pc_asker *asker)
{
    struct pc_policies policies = {0};
    const struct pc_asking asking = {&trial->run->arena, {.line = 0}, &trial->diags};
    PC_TRY(pc_case_policies_compile(&trial->source, trial->subject.policies, &trial->request,
                                    &policies));
    PC_TRY(pc_asker_open(asker, trial->run->store, &trial->diags));
    asker->session = carried(trial->session, &policies, true);
    asker->endpoint = carried(trial->endpoint, &policies, false);
    PC_TRY(pc_asker_ask(asker, &asking, &trial->request, answer));
    return pc_asker_reasons(asker, answer);
}

// Of the members that the library's answer has as well.
static void tell_command(struct trial *trial)
{
    struct pc_asker asker = {0};
    struct pc_answer answer;
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_json_writer writer;
    enum pc_status status = ask_command(trial, &answer, &asker);
    pc_json_writer_init(&writer, &text, false);
    if (status != PC_OK) {
        pc_reply_write_error(&writer, PC_STR(""), status, &trial->diags);
    } else {
        const struct pc_reply reply = {.request = &trial->request, .answer = &answer};
        pc_reply_write_json(&writer, &reply);
        trial->assumed = trial->request.account_assumed;
    }
    pc_asker_close(&asker);
    pc_buf_str(&trial->command, pc_buf_view(&text));
}

// Comparing ---------------------------------------------------------------------------------------

static const struct pc_json *parse(struct trial *trial, const struct pc_buf *text)
{
    const struct pc_json_source source = {.file = PC_STR("answer"), .text = pc_buf_view(text)};
    const struct pc_json *json = NULL;
    if (pc_json_parse(&trial->run->arena, &source, &trial->diags, &json) != PC_OK) {
        pc_buf_text(&trial->why, "an answer is no JSON\n");
        return NULL;
    }
    return json;
}

// What the request carries lies for the command in the case's file, and for the library in a text
// of its own.
static bool is_place(struct pc_str name)
{
    return pc_str_eq(name, PC_STR("file")) || pc_str_eq(name, PC_STR("line")) ||
           pc_str_eq(name, PC_STR("column"));
}

static bool is_carried(const struct pc_json *json)
{
    const struct pc_json *type = pc_json_get(json, PC_STR("type"));
    return type != NULL &&
           (pc_str_eq(type->text, PC_STR("session")) || pc_str_eq(type->text, PC_STR("endpoint")));
}

static bool values_equal(const struct pc_json *a, const struct pc_json *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    if (a->type != b->type || a->count != b->count || a->boolean != b->boolean ||
        !pc_str_eq(a->text, b->text)) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        bool object = a->type == PC_JSON_OBJECT;
        if (object && is_carried(a) && is_place(a->members[i].name)) {
            continue;
        }
        const struct pc_json *x = object ? &a->members[i].value : &a->items[i];
        const struct pc_json *y = object ? &b->members[i].value : &b->items[i];
        if ((object && !pc_str_eq(a->members[i].name, b->members[i].name)) || !values_equal(x, y)) {
            return false;
        }
    }
    return true;
}

static void compare_answers(struct trial *trial, const struct pc_json *command,
                            const struct pc_json *library)
{
    static const char *const members[] = {"decision",       "matchedStatements", "blockedBy",
                                          "missingContext", "primary",           "message",
                                          "error"};
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        struct pc_str name = pc_str_from(members[i]);
        if (!values_equal(pc_json_get(command, name), pc_json_get(library, name))) {
            pc_buf_format(&trial->why, "%s: the command says\n%.*s\nthe library\n%.*s\n",
                          members[i], PC_STR_ARG(pc_buf_view(&trial->command)),
                          PC_STR_ARG(pc_buf_view(&trial->library)));
            return;
        }
    }
}

// Is each of the one list in the other? Keys compare without case.
static bool is_within(const struct pc_json *list, const struct pc_json *other, const char *member)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_json *item = &list->items[i];
        struct pc_str text = item->type == PC_JSON_OBJECT
                                 ? pc_json_get(item, pc_str_from(member))->text
                                 : item->text;
        bool found = false;
        for (size_t j = 0; j < other->count && !found; j++) {
            const struct pc_json *one = &other->items[j];
            struct pc_str name = one->type == PC_JSON_OBJECT
                                     ? pc_json_get(one, pc_str_from(member))->text
                                     : one->text;
            found = pc_key_eq(text, name);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static void expect_list(struct trial *trial, const struct pc_json *library, const char *expected,
                        const char *told)
{
    const struct pc_json *wanted = pc_json_get(trial->subject.expect, pc_str_from(expected));
    const struct pc_json *got = pc_json_get(library, pc_str_from(told));
    if (wanted == NULL) {
        return;
    }
    if (got == NULL || !is_within(wanted, got, "sid") || !is_within(got, wanted, "sid")) {
        pc_buf_format(&trial->why, "%s is not as expected:\n%.*s\n", expected,
                      PC_STR_ARG(pc_buf_view(&trial->library)));
    }
}

static void compare_expected(struct trial *trial, const struct pc_json *library)
{
    const struct pc_json *decision = pc_json_get(trial->subject.expect, PC_STR("decision"));
    const struct pc_json *error = pc_json_get(trial->subject.expect, PC_STR("error"));
    const struct pc_json *code = pc_json_get(pc_json_get(library, PC_STR("error")), PC_STR("code"));
    if (!values_equal(decision, pc_json_get(library, PC_STR("decision"))) ||
        !values_equal(error, code)) {
        pc_buf_format(&trial->why, "the decision is not as expected:\n%.*s\n",
                      PC_STR_ARG(pc_buf_view(&trial->library)));
    }
    expect_list(trial, library, "statements", "matchedStatements");
    expect_list(trial, library, "blockedBy", "blockedBy");
    expect_list(trial, library, "missingContext", "missingContext");
}

// What the library says ---------------------------------------------------------------------------

static void ask_once(struct trial *trial, struct polcheck_scratch *scratch)
{
    pc_buf_reset(&trial->library);
    told_answer(&trial->library, PC_STR(""), scratch, polcheck_ask(scratch, trial->run->request));
}

static bool says_code(const struct pc_json *answer, struct pc_str code)
{
    const struct pc_json *said = pc_json_get(pc_json_get(answer, PC_STR("error")), PC_STR("code"));
    return said != NULL && pc_str_eq(said->text, code);
}

// Without an owner it is refused; then it is told the one that the command assumed.
static void ask_for_owner(struct trial *trial, struct polcheck_scratch *scratch)
{
    const struct pc_json *library;
    trial->run->owners++;
    struct polcheck_verdict verdict = polcheck_ask(scratch, trial->run->request);
    library = parse(trial, &trial->library);
    const struct pc_json *code = pc_json_get(pc_json_get(library, PC_STR("error")), PC_STR("code"));
    if (verdict.status != POLCHECK_ERR_OWNER || polcheck_is_allowed(verdict) || code == NULL ||
        !pc_str_eq(code->text, PC_STR("POL0809"))) {
        pc_buf_format(&trial->why, "the owner is not known, and yet\n%.*s\n",
                      PC_STR_ARG(pc_buf_view(&trial->library)));
    }
    polcheck_request_set_resource_account(trial->run->request,
                                          spoken_text(trial->request.caller.account));
    ask_once(trial, scratch);
}

static void ask_library(struct trial *trial, struct polcheck_scratch *scratch)
{
    const struct pc_json *command = trial->refused ? NULL : parse(trial, &trial->command);
    ask_once(trial, scratch);
    // What contradicts itself beside that, the command finds out after it has assumed an owner.
    bool contradicts = command != NULL && says_code(command, PC_STR("POL0807")) &&
                       says_code(parse(trial, &trial->library), PC_STR("POL0809"));
    if (trial->assumed || contradicts) {
        ask_for_owner(trial, scratch);
    }
    const struct pc_json *library = parse(trial, &trial->library);
    if (command != NULL) {
        compare_answers(trial, command, library);
    }
    compare_expected(trial, library);
    ask_once(trial, scratch); // and says the same again
    if (library != NULL && !values_equal(library, parse(trial, &trial->library))) {
        pc_buf_text(&trial->why, "asked again it gives another answer\n");
    }
}

static void tell_library(struct trial *trial)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *engine = NULL;
    struct polcheck_scratch *scratch = NULL;
    options.store = trial->run->store;
    options.reload = POLCHECK_RELOAD_MANUAL;
    if (polcheck_engine_open(&options, &engine) != POLCHECK_OK ||
        polcheck_scratch_new(engine, &scratch) != POLCHECK_OK) {
        pc_buf_text(&trial->why, "the engine does not open\n");
    } else {
        ask_library(trial, scratch);
    }
    polcheck_scratch_free(scratch);
    polcheck_engine_close(engine);
}

// Preparing ---------------------------------------------------------------------------------------

// Compiles the documents of a list that the request carries. NULL and no list: there is none.
static struct polcheck_policy *carry(struct trial *trial, const char *name,
                                     enum polcheck_policy_type type)
{
    const struct pc_json *list = settle_list(&trial->settled, name);
    struct polcheck_document documents[SPOKEN_LIST];
    struct polcheck_policy *policy = NULL;
    char why[512];
    const struct polcheck_room room = {why, sizeof(why)};
    if (list == NULL || list->type != PC_JSON_ARRAY || list->count > SPOKEN_LIST) {
        return NULL;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct settle_document document = settle_document(&trial->settled, &list->items[i]);
        struct pc_str shown = document.name;
        if (shown.len == 0 && pc_arena_format(&trial->run->arena, &shown, "%s[%zu]", name, i)) {
            return NULL;
        }
        documents[i] = (struct polcheck_document){spoken_text(shown), spoken_text(document.json)};
    }
    if (polcheck_policy_compile(type, documents, list->count, &room, &policy) != POLCHECK_OK) {
        trial->unfit = "a policy of the request is refused";
    }
    return policy;
}

static struct pc_str owner_of(const struct pc_request *request)
{
    struct pc_arn arn;
    if (request->resource_account.len > 0) {
        return request->resource_account;
    }
    if (pc_arn_parse(request->resource, &arn) && pc_account_id_is(arn.account)) {
        return arn.account;
    }
    return pc_request_owner_in_context(request);
}

static void write_manifest(struct trial *trial, struct pc_str text)
{
    FILE *file = fopen(trial->run->manifest, "wb");
    bool good = file != NULL && fwrite(text.ptr, 1, text.len, file) == text.len;
    if (file != NULL) {
        good = fclose(file) == 0 && good;
    }
    if (!good) {
        perror("corpus: the manifest");
        exit(2);
    }
}

// Compiles the manifest to the store, in the place of what it held.
static enum pc_status publish(struct trial *trial, struct pc_str text)
{
    struct pc_str path = pc_str_from(trial->run->manifest);
    const struct pc_import_input input = {&path, 1, 1};
    const struct pc_publish_options options = {.path = trial->run->store};
    const struct pc_import *import;
    struct pc_published published;
    write_manifest(trial, text);
    PC_TRY(pc_import_paths(&trial->run->arena, &input, &trial->diags, &import));
    return pc_publish(&trial->run->arena, import, &options, &trial->diags, &published);
}

static struct pc_str principal_arn_of(const struct trial *trial)
{
    const struct pc_json *context = pc_json_get(trial->subject.request, PC_STR("context"));
    for (size_t i = 0; context != NULL && context->type == PC_JSON_OBJECT && i < context->count;
         i++) {
        const struct pc_json_member *member = &context->members[i];
        if (pc_str_eq_icase(member->name, PC_STR("aws:PrincipalArn"))) {
            return member->value.text;
        }
    }
    return PC_STR("");
}

static bool settle(struct trial *trial)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf manifest = {0};
    trial->settled =
        (struct settle_case){.text = trial->source.text, .policies = trial->subject.policies};
    trial->settled.request = &trial->request;
    trial->settled.principal_arn = principal_arn_of(trial);
    trial->settled.owner = owner_of(&trial->request);
    trial->unfit = settle_case(&trial->settled, &manifest);
    if (trial->unfit == NULL && publish(trial, pc_buf_view(&manifest)) != PC_OK) {
        trial->unfit = "a store refuses it";
    }
    return trial->unfit == NULL;
}

// What the command refuses while it reads it, the library refuses whatever the store holds.
static bool prepare_refused(struct trial *trial)
{
    static const char nothing[] = "{\"polcheck\":1,\"users\":[]}";
    trial->refused = true;
    if (!spoken_request(&trial->run->arena, trial->subject.request, trial->run->request)) {
        trial->unfit = "no function of the library says it";
    } else if (publish(trial, pc_str_from(nothing)) != PC_OK) {
        trial->unfit = "a store refuses it";
    }
    return trial->unfit == NULL;
}

static bool prepare(struct trial *trial)
{
    const struct pc_request_reading reading = {&trial->run->arena, trial->source.file,
                                               &trial->diags};
    if (pc_request_read(&reading, trial->subject.request, NULL, &trial->request) != PC_OK) {
        return prepare_refused(trial);
    }
    // A store knows the path of each role, so that none is left open.
    if (pc_str_has_prefix(trial->subject.name, PC_STR("R-307 a session ARN alone"))) {
        trial->unfit = "a role whose path nobody knows";
        return false;
    }
    if (!spoken_request(&trial->run->arena, trial->subject.request, trial->run->request)) {
        trial->unfit = "no function of the library says it";
        return false;
    }
    if (!settle(trial)) {
        return false;
    }
    trial->session = carry(trial, "session", POLCHECK_SESSION);
    trial->endpoint = carry(trial, "endpoint", POLCHECK_ENDPOINT);
    polcheck_request_set_session_policy(trial->run->request, trial->session);
    polcheck_request_set_endpoint_policy(trial->run->request, trial->endpoint);
    return trial->unfit == NULL;
}

// A case, a file, all of them ---------------------------------------------------------------------

static bool try_case(struct run *run, const struct pc_case_source *file, const struct pc_json *json)
{
    struct trial trial = {.run = run, .source = *file};
    pc_arena_reset(&run->arena);
    pc_diags_init(&trial.diags, &run->arena);
    trial.source.arena = &run->arena;
    trial.source.diags = &trial.diags;
    run->cases++;
    if (pc_case_read(&trial.source, json, &trial.subject) == PC_OK && prepare(&trial)) {
        run->asked++;
        if (!trial.refused) {
            tell_command(&trial);
        }
        tell_library(&trial);
    } else {
        run->unfit++;
        if (getenv("CORPUS_UNFIT") != NULL) { // for people who want to know what is left out
            PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
            show_diags(&trial.diags, &text);
            printf("# unfit: %s: %.*s\n%.*s", trial.unfit, PC_STR_ARG(trial.subject.name),
                   PC_STR_ARG(pc_buf_view(&text)));
        }
    }
    bool good = trial.why.len == 0;
    if (!good) {
        printf("# %.*s:%u: %.*s\n# %.*s\n", PC_STR_ARG(file->file), json->line,
               PC_STR_ARG(trial.subject.name), PC_STR_ARG(pc_buf_view(&trial.why)));
    }
    polcheck_policy_free(trial.session);
    polcheck_policy_free(trial.endpoint);
    pc_buf_release(&trial.command);
    pc_buf_release(&trial.library);
    pc_buf_release(&trial.why);
    return good;
}

static bool read_file(const char *path, struct pc_buf *out)
{
    char piece[65536];
    FILE *file = fopen(path, "rb");
    size_t got;
    if (file == NULL) {
        return false;
    }
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0) {
        pc_buf_append(out, piece, got);
    }
    bool good = ferror(file) == 0 && pc_buf_status(out) == PC_OK;
    return fclose(file) == 0 && good;
}

static bool try_file(struct run *run, const char *path)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_diags diags;
    const struct pc_json *json;
    pc_arena_reset(&run->tree);
    pc_diags_init(&diags, &run->tree);
    if (!read_file(path, &bytes)) {
        return false;
    }
    const struct pc_case_source file = {.file = pc_str_from(path), .text = pc_buf_view(&bytes)};
    const struct pc_json_source source = {.file = file.file, .text = file.text, .repeats = true};
    if (pc_json_parse(&run->tree, &source, &diags, &json) != PC_OK) {
        return false;
    }
    bool good = json->type == PC_JSON_ARRAY || try_case(run, &file, json);
    for (size_t i = 0; json->type == PC_JSON_ARRAY && i < json->count; i++) {
        good = try_case(run, &file, &json->items[i]) && good;
    }
    return good;
}

static bool start(struct run *run)
{
    const char *memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"; // fsync costs nothing
    (void)snprintf(run->folder, sizeof(run->folder), "%s/polcheck-corpus-XXXXXX", memory);
    if (mkdtemp(run->folder) == NULL) {
        return false;
    }
    (void)snprintf(run->manifest, sizeof(run->manifest), "%s/manifest.json", run->folder);
    (void)snprintf(run->store, sizeof(run->store), "%s/store", run->folder);
    return polcheck_request_new(&run->request) == POLCHECK_OK;
}

static void finish(struct run *run)
{
    char path[128];
    polcheck_request_free(run->request);
    pc_arena_release(&run->tree);
    pc_arena_release(&run->arena);
    (void)snprintf(path, sizeof(path), "%s/data.mdb", run->store);
    (void)unlink(path);
    (void)snprintf(path, sizeof(path), "%s/lock.mdb", run->store);
    (void)unlink(path);
    (void)rmdir(run->store);
    (void)unlink(run->manifest);
    (void)rmdir(run->folder);
}

static bool try_files(struct run *run, const glob_t *found)
{
    bool all = true;
    printf("1..%zu\n", found->gl_pathc + 1);
    for (size_t i = 0; i < found->gl_pathc; i++) {
        size_t before = run->asked;
        bool good = try_file(run, found->gl_pathv[i]);
        printf("%sok %zu - %s: %zu asked\n", good ? "" : "not ", i + 1, found->gl_pathv[i],
               run->asked - before);
        all = all && good;
    }
    bool many = run->asked >= LEAST_ASKED;
    printf("%sok %zu - %zu of %zu cases asked, %zu of them without an owner\n", many ? "" : "not ",
           found->gl_pathc + 1, run->asked, run->cases, run->owners);
    return all && many;
}

int main(int argc, char **argv)
{
    struct run run = {.cases = 0};
    glob_t found = {0};
    if (argc != 2 || glob(argv[1], 0, NULL, &found) != 0) {
        (void)fprintf(stderr, "usage: corpus PATTERN (of files that exist)\n");
        return 2;
    }
    bool good = start(&run) && try_files(&run, &found);
    finish(&run);
    globfree(&found);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
