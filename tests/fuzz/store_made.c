// SPDX-License-Identifier: Apache-2.0
#include "store_made.h"

#include "account/publish.h"
#include "polcheck/polcheck.h"
#include "store/store.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STORES = 3,
    ROLES = 150, // of the large store
};

// The folder -------------------------------------------------------------------------------------

static char base[128];
static char texts[160], changes[160]; // what is compiled, and what an update brings
static char store[160], data[192], lock[192];
static pid_t owner;

static void remove_all(void)
{
    if (getpid() == owner) {
        unlink(data);
        unlink(lock);
        rmdir(store);
        unlink(texts);
        unlink(changes);
        rmdir(base);
    }
}

static void make_folder(void)
{
    const char *memory = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    const char *scratch = getenv("TMPDIR"); // which whoever runs the target clears away
    (void)snprintf(base, sizeof(base), "%s/polcheck-fuzz-XXXXXX",
                   scratch == NULL ? memory : scratch);
    FUZZ_CHECK(mkdtemp(base) != NULL, "no folder %s", base);
    (void)snprintf(texts, sizeof(texts), "%s/texts.json", base);
    (void)snprintf(changes, sizeof(changes), "%s/changes.json", base);
    (void)snprintf(store, sizeof(store), "%s/store", base);
    (void)snprintf(data, sizeof(data), "%s/data.mdb", store);
    (void)snprintf(lock, sizeof(lock), "%s/lock.mdb", store);
    owner = getpid();
    (void)atexit(remove_all);
}

static void write_file(const char *path, struct pc_str bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FUZZ_CHECK(fd >= 0, "%s cannot be written", path);
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t wrote = write(fd, bytes.ptr + done, bytes.len - done);
        FUZZ_CHECK(wrote > 0, "%s cannot be written", path);
        done += (size_t)wrote;
    }
    (void)close(fd);
}

static void read_file(const char *path, struct pc_buf *out)
{
    char block[1 << 14];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    FUZZ_CHECK(fd >= 0, "%s cannot be read", path);
    for (ssize_t got = read(fd, block, sizeof(block)); got > 0;
         got = read(fd, block, sizeof(block))) {
        pc_buf_append(out, block, (size_t)got);
    }
    (void)close(fd);
    FUZZ_CHECK(pc_buf_status(out) == PC_OK, "no memory");
}

// Policies ---------------------------------------------------------------------------------------

// A manifest with roles 0 to count - 1, each of which may read its own part of the bucket `shared`,
// which denies what is secret; role 0 has a boundary and a long policy, the account an SCP.
static void write_role(struct pc_buf *out, unsigned i, unsigned statements)
{
    pc_buf_format(
        out,
        "%s{\"arn\":\"arn:aws:iam::111122223333:role/team/role-%u\",\"tags\":{\"n\":\"%u\"},"
        "\"policies\":[{\"Version\":\"2012-10-17\",\"Statement\":[",
        i == 0 ? "" : ",", i, i);
    for (unsigned s = 0; s < statements; s++) {
        pc_buf_format(out,
                      "%s{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":"
                      "\"arn:aws:s3:::shared/role-%u/part-%u/*\"}",
                      s == 0 ? "" : ",", i, s);
    }
    pc_buf_text(out, "]}]");
    if (i == 0) {
        pc_buf_text(
            out, ",\"boundary\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                 "\"Action\":\"s3:Get*\",\"Resource\":\"*\"}]}");
    }
    pc_buf_text(out, "}");
}

static void write_manifest(struct pc_buf *out, unsigned roles, unsigned statements, bool lenient)
{
    pc_buf_text(out, "{\"polcheck\":1,\"roles\":[");
    for (unsigned i = 0; i < roles; i++) {
        write_role(out, i, i == 0 ? statements : 2);
    }
    pc_buf_format(
        out,
        "],\"resources\":[{\"arn\":\"arn:aws:s3:::shared\",\"account\":\"111122223333\","
        "\"policy\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\","
        "\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::shared/*/%s\"}]}}]",
        lenient ? "nothing/*" : "part-1/*");
    pc_buf_text(out,
                ",\"organization\":{\"levels\":[{\"id\":\"r-root\",\"scp\":[{\"Version\":"
                "\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":"
                "\"*\"},{\"Effect\":\"Deny\",\"Action\":\"s3:Delete*\",\"Resource\":\"*\"}]}]}],"
                "\"accounts\":[{\"id\":\"111122223333\",\"parent\":\"r-root\"}]}}");
}

static enum pc_status compile(const char *path, bool update)
{
    struct pc_arena arena;
    struct pc_diags diags;
    const struct pc_import *import;
    struct pc_published published;
    struct pc_str file = pc_str_from(path);
    const struct pc_import_input input = {&file, 1, 1};
    const struct pc_publish_options options = {.path = store, .update = update};
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_import_paths(&arena, &input, &diags, &import);
    FUZZ_CHECK(status == PC_OK, "%s cannot be read: %.*s", path,
               diags.first == NULL ? 0 : (int)diags.first->message.len,
               diags.first == NULL ? "" : diags.first->message.ptr);
    status = pc_publish(&arena, import, &options, &diags, &published);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_NOMEM || diags.errors > 0,
               "status %d without a word", (int)status);
    pc_arena_release(&arena);
    return status;
}

// Asking -----------------------------------------------------------------------------------------

static const struct {
    const char *principal, *action, *resource;
} questions[STORE_QUESTIONS] = {
    {"arn:aws:iam::111122223333:role/team/role-0", "s3:GetObject",
     "arn:aws:s3:::shared/role-0/part-0/x"},
    {"arn:aws:sts::111122223333:assumed-role/role-0/s", "s3:GetObject",
     "arn:aws:s3:::shared/role-0/part-1/x"},
    {"arn:aws:iam::111122223333:role/team/role-0", "s3:PutObject",
     "arn:aws:s3:::shared/role-0/part-0/x"},
    {"arn:aws:iam::111122223333:role/team/role-1", "s3:GetObject",
     "arn:aws:s3:::shared/role-1/part-0/x"},
    {"arn:aws:iam::111122223333:role/team/role-1", "s3:GetObject",
     "arn:aws:s3:::shared/role-1/part-1/x"},
    {"arn:aws:iam::111122223333:role/team/role-1", "s3:DeleteObject",
     "arn:aws:s3:::shared/role-1/part-0/x"},
    {"arn:aws:iam::111122223333:role/team/role-2", "s3:GetObject",
     "arn:aws:s3:::shared/role-1/part-0/x"},
    {"arn:aws:iam::111122223333:role/team/role-77", "s3:GetObject",
     "arn:aws:s3:::shared/role-77/part-0/x"},
    {"arn:aws:iam::111122223333:role/team/role-149", "s3:GetObject",
     "arn:aws:s3:::shared/role-149/part-1/x"},
    {"arn:aws:iam::111122223333:root", "s3:GetObject", "arn:aws:s3:::shared/role-1/part-0/x"},
    {"arn:aws:iam::111122223333:role/team/role-0", "s3:GetObject",
     "arn:aws:s3:::shared/role-0/part-399/x"},
    {"*", "s3:GetObject", "arn:aws:s3:::shared/role-1/part-1/x"},
};

static int ask_one(struct polcheck_scratch *scratch, struct polcheck_request *request, size_t i)
{
    polcheck_request_begin(request, polcheck_text(questions[i].principal),
                           polcheck_text(questions[i].action),
                           polcheck_text(questions[i].resource));
    struct polcheck_verdict verdict = polcheck_ask(scratch, request);
    FUZZ_CHECK(verdict.status == POLCHECK_OK || !polcheck_is_allowed(verdict),
               "allowed with status %d", (int)verdict.status);
    return verdict.status == POLCHECK_OK ? (int)verdict.decision : -1;
}

static void ask_all(int answers[STORE_QUESTIONS])
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
    options.store = store;
    options.reload = POLCHECK_RELOAD_MANUAL;
    for (size_t i = 0; i < STORE_QUESTIONS; i++) {
        answers[i] = -1;
    }
    if (polcheck_engine_open(&options, &engine) != POLCHECK_OK) {
        return;
    }
    FUZZ_CHECK(polcheck_scratch_new(engine, &scratch) == POLCHECK_OK &&
                   polcheck_request_new(&request) == POLCHECK_OK,
               "no memory");
    for (size_t i = 0; i < STORE_QUESTIONS; i++) {
        answers[i] = ask_one(scratch, request, i);
    }
    polcheck_request_free(request);
    polcheck_scratch_free(scratch);
    polcheck_engine_close(engine);
}

// Making -----------------------------------------------------------------------------------------

static struct store_made stores[STORES];
static bool are_made;

static void compile_manifest(unsigned roles, unsigned statements, bool lenient)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    write_manifest(&text, roles, statements, lenient);
    write_file(texts, pc_buf_view(&text));
    FUZZ_CHECK(compile(texts, false) == PC_OK, "it is not compiled");
}

static void clear(void)
{
    unlink(data);
    unlink(lock);
}

static void keep(struct store_made *made)
{
    read_file(data, &made->file);
    for (size_t i = made->states; i > 0; i--) {
        memcpy(made->answers[i], made->answers[i - 1], sizeof(made->answers[0]));
    }
    ask_all(made->answers[0]);
    made->states++;
    FUZZ_CHECK(compile(changes, true) == PC_OK, "it is not updated");
    ask_all(made->updated);
    FUZZ_CHECK(made->answers[0][0] == POLCHECK_ALLOWED && made->answers[0][3] == POLCHECK_ALLOWED &&
                   made->answers[0][5] == POLCHECK_EXPLICIT_DENY,
               "the store does not answer");
}

static void make_all(void)
{
    static const struct {
        unsigned roles, statements;
        bool before;
    } sizes[STORES] = {{4, 3, false}, {ROLES, 400, false}, {12, 40, true}};
    make_folder();
    write_file(changes,
               PC_STR("{\"polcheck\":1,\"resources\":[{\"arn\":\"arn:aws:s3:::shared\","
                      "\"account\":\"111122223333\",\"policy\":{\"Version\":\"2012-10-17\","
                      "\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":"
                      "\"s3:*\",\"Resource\":\"arn:aws:s3:::shared/role-1/*\"}]}}]}"));
    for (size_t i = 0; i < STORES; i++) {
        clear();
        if (sizes[i].before) {
            compile_manifest(sizes[i].roles, sizes[i].statements, true);
            ask_all(stores[i].answers[0]);
            stores[i].states = 1;
        }
        compile_manifest(sizes[i].roles, sizes[i].statements, false);
        keep(&stores[i]);
    }
    are_made = true;
}

const struct store_made *store_made_at(unsigned number)
{
    if (!are_made) {
        make_all();
    }
    return &stores[number % STORES];
}

// Using ------------------------------------------------------------------------------------------

// Each answer is an error, or that of a state.
static void check_answers(const struct store_made *made, const int answers[STORE_QUESTIONS])
{
    for (size_t i = 0; i < STORE_QUESTIONS; i++) {
        bool right = answers[i] == -1;
        for (size_t state = 0; state < made->states; state++) {
            right = right || answers[i] == made->answers[state][i];
        }
        FUZZ_CHECK(right, "question %zu is answered with %d instead of %d", i, answers[i],
                   made->answers[0][i]);
    }
}

static enum pc_status read_entry(void *context, struct pc_str key, struct pc_str value)
{
    uint64_t *sum = context;
    *sum += pc_str_hash(key) ^ pc_str_hash(value);
    return PC_OK;
}

// Reads all entries of all tables.
static void read_all(void)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_diags diags;
    struct pc_store *opened;
    struct pc_snapshot *snapshot;
    uint64_t sum = 0;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_store_open(pc_str_from(store), &diags, &opened);
    FUZZ_CHECK(status == PC_OK || diags.errors > 0, "status %d without a word", (int)status);
    if (status != PC_OK) {
        return;
    }
    if (pc_snapshot_open(opened, &snapshot) == PC_OK) {
        for (unsigned table = 0; table < PC_STORE_TABLES; table++) {
            status = pc_snapshot_each(snapshot, (enum pc_store_table)table, read_entry, &sum);
            FUZZ_CHECK(status == PC_OK || status == PC_ERR_DAMAGED, "status %d", (int)status);
        }
        pc_snapshot_close(snapshot);
    }
    pc_store_close(opened);
}

static enum pc_status put_value(void *context, struct pc_store_write *write)
{
    (void)context;
    return pc_store_put(write, PC_STORE_META, PC_STR("fuzzed"), PC_STR("value"));
}

static enum pc_status put(void)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_store_update(pc_str_from(store), &diags, put_value, NULL);
    FUZZ_CHECK(status == PC_OK || diags.errors > 0, "status %d without a word", (int)status);
    return status;
}

// What was written on a damaged store is answered as on the undamaged one; or still an error, for
// bytes of large values are no writer's to look at.
static void write_and_ask(const struct store_made *made, bool raw, unsigned writing)
{
    int answers[STORE_QUESTIONS];
    enum pc_status status = PC_OK;
    const int *wanted = made->answers[0];
    if (writing % 4 == 1) {
        status = put();
    } else if (writing % 4 == 2) {
        status = compile(changes, true);
        wanted = made->updated;
    }
    ask_all(answers);
    for (size_t i = 0; i < STORE_QUESTIONS && status == PC_OK && !raw && made->states == 1; i++) {
        FUZZ_CHECK(answers[i] == wanted[i] || answers[i] == -1,
                   "behind a write question %zu is answered with %d, not %d", i, answers[i],
                   wanted[i]);
    }
}

void store_use(const struct store_made *made, struct pc_str file, bool raw, unsigned writing)
{
    int answers[STORE_QUESTIONS];
    clear();
    write_file(data, file);
    ask_all(answers);
    if (!raw) {
        check_answers(made, answers);
    }
    read_all();
    if (writing % 4 != 0) {
        write_and_ask(made, raw, writing);
    }
}
