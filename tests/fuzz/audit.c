// SPDX-License-Identifier: Apache-2.0
//
// Any files in the place of an audit log and its head. Whoever has no key can only move around what
// is there: so a log is called sound exactly when it is a real one up to some entry, perhaps with
// the torn rest of a killed process behind it, under a real head that names no later entry. Lines
// that are shown are real ones; what is refused stays as it was; what is accepted loses no byte.
//
// Input: lines, each a change of a real log of ENTRIES entries and its head, numbers being taken
// modulo what there is: "cut N", "set AT BYTES" (of the log), "cuthead N", "sethead AT BYTES",
// "head N" (as it was behind entry N), "drop N", "copy N M" (line N behind line M), "forged N" (the
// line as another key makes it), "line N TEXT", "torn TEXT" (behind the end), "nolog", "nohead";
// "lost" accepts with a loss. After "raw" all that follows is the log.
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "fuzz.h"
#include "secrets/audit.h"
#include "stage.h"

enum {
    ENTRIES = 7,
    NOTED = 5, // entries that the vault knows of
    HEAD_BYTES = 256,
    MOST_BYTES = 1 << 20, // of a log that is still changed
};

// The real log, as it was behind each entry. Built once.
static struct {
    bool made;
    struct pc_audit_place place;
    struct pc_buf log, forged;
    size_t ends[ENTRIES + 1], forged_ends[ENTRIES + 1];
    struct pc_buf heads[ENTRIES + 1];
    struct pc_audit_position noted, last;
} real;

static const uint8_t key[PC_KEY_BYTES] = {1}, other_key[PC_KEY_BYTES] = {2};

static struct pc_audit_entry entry(unsigned number)
{
    static const struct pc_str names[] = {PC_STR_INIT("DATABASE_URL"), PC_STR_INIT("API_TOKEN")};
    static const struct pc_audit_statement statement = {
        PC_STR_INIT("identity"), PC_STR_INIT("DecryptOwn"),         PC_STR_INIT("Own"),
        PC_STR_INIT("Allow"),    PC_STR_INIT("policies/role.json"), 12,
    };
    return (struct pc_audit_entry){
        .time = INT64_C(1764072000000000000) + number,
        .event = number % 3 == 0 ? PC_STR("put") : PC_STR("release"),
        .principal = PC_STR("arn:aws:sts::111122223333:assumed-role/pay/pay"),
        .function = PC_STR("arn:aws:lambda:eu-west-1:111122223333:function:pay"),
        .names = names,
        .name_count = number % 3,
        .decision = PC_STR("allowed"),
        .statements = &statement,
        .statement_count = number % 2,
        .generation = number,
    };
}

static struct pc_diags *diags_anew(void)
{
    static struct pc_arena arena;
    static struct pc_diags diags;
    pc_arena_reset(&arena);
    pc_diags_init(&diags, &arena);
    return &diags;
}

static const char *log_path(void)
{
    return stage_path("log/" PC_AUDIT_LOG);
}

static const char *head_path(void)
{
    return stage_path("log/" PC_AUDIT_HEAD);
}

static void empty_folder(void)
{
    DIR *all = fdopendir(openat(real.place.folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    FUZZ_CHECK(all != NULL, "no folder");
    for (const struct dirent *one = readdir(all); one != NULL; one = readdir(all)) {
        (void)unlinkat(real.place.folder, one->d_name, 0);
    }
    (void)closedir(all);
}

// Writes a log with the key; `heads`, unless NULL, get its head as it was behind each entry.
static void make_log(const uint8_t *with, struct pc_buf *log, size_t *ends, struct pc_buf *heads)
{
    struct pc_audit *audit;
    real.place.key = with;
    FUZZ_CHECK(pc_audit_open(&real.place, true, diags_anew(), &audit) == PC_OK, "no log");
    for (unsigned i = 0; i <= ENTRIES; i++) {
        struct pc_audit_entry next = entry(i);
        FUZZ_CHECK(i == 0 || pc_audit_append(audit, &next, diags_anew()) == PC_OK, "no entry");
        pc_buf_reset(log);
        stage_read(log_path(), log);
        ends[i] = pc_buf_view(log).len;
        if (heads != NULL) {
            stage_read(head_path(), &heads[i]);
        }
        FUZZ_CHECK(i != NOTED || pc_audit_where(audit, diags_anew(), &real.noted) == PC_OK, "no");
    }
    FUZZ_CHECK(pc_audit_where(audit, diags_anew(), &real.last) == PC_OK, "no end");
    pc_audit_close(audit);
    empty_folder();
}

static void make_real(void)
{
    FUZZ_CHECK(pc_crypto_init() == PC_OK, "no libsodium");
    FUZZ_CHECK(mkdir(stage_path("log"), 0700) == 0, "no folder");
    real.place.folder = open(stage_path("log"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    real.place.name = pc_str_from(stage_path("log"));
    memcpy(real.place.vault, "the vault's id 1", PC_VAULT_ID_BYTES);
    make_log(other_key, &real.forged, real.forged_ends, NULL);
    make_log(key, &real.log, real.ends, real.heads);
    real.made = true;
}

// The files that are tried --------------------------------------------------------------------

struct files {
    struct pc_buf log, head;
    bool no_log, no_head, lost;
};

static size_t number(struct pc_str *words, size_t below)
{
    size_t value = 0, at = 0;
    while (at < words->len && words->ptr[at] == ' ') {
        at++;
    }
    for (; at < words->len && pc_char_is_digit(words->ptr[at]); at++) {
        value = value * 10 + (size_t)(words->ptr[at] - '0');
    }
    *words = pc_str_slice(*words, at + 1, words->len);
    return below == 0 ? 0 : value % below;
}

// Line N of a log, its end included: from 0.
static struct pc_str line_of(struct pc_str log, size_t at)
{
    struct pc_str rest = log;
    struct pc_str line = fuzz_line(&rest);
    for (; at > 0 && rest.len > 0; at--) {
        line = fuzz_line(&rest);
    }
    return pc_str_slice(log, (size_t)(line.ptr - log.ptr), (size_t)(rest.ptr - log.ptr));
}

static size_t lines_of(struct pc_str log)
{
    size_t count = 0;
    while (log.len > 0) {
        (void)fuzz_line(&log);
        count++;
    }
    return count;
}

// Puts text in the place of bytes of a buffer.
static void splice(struct pc_buf *buf, size_t from, size_t to, struct pc_str text)
{
    struct pc_buf made = {0};
    struct pc_str before = pc_buf_view(buf);
    pc_buf_str(&made, pc_str_slice(before, 0, from));
    pc_buf_str(&made, text);
    pc_buf_str(&made, pc_str_slice(before, to, before.len));
    FUZZ_CHECK(pc_buf_status(&made) == PC_OK, "no memory");
    pc_buf_release(buf);
    *buf = made;
}

static void replace_line(struct pc_buf *log, size_t at, struct pc_str text)
{
    struct pc_str all = pc_buf_view(log);
    struct pc_str line = line_of(all, at);
    size_t from = all.len == 0 ? 0 : (size_t)(line.ptr - all.ptr);
    splice(log, from, from + line.len, text);
}

static void set_bytes(struct pc_buf *buf, struct pc_str words)
{
    size_t len = pc_buf_view(buf).len;
    size_t at = number(&words, len);
    struct pc_str bytes = pc_str_slice(words, 0, len - at);
    splice(buf, at, at + bytes.len, bytes);
}

static void cut(struct pc_buf *buf, struct pc_str words)
{
    size_t len = pc_buf_view(buf).len;
    splice(buf, number(&words, len + 1), len, PC_STR(""));
}

static bool takes(struct pc_str *line, const char *word)
{
    struct pc_str text = pc_str_from(word);
    if (!pc_str_has_prefix(*line, text)) {
        return false;
    }
    *line = pc_str_slice(*line, text.len, line->len);
    return true;
}

// One change of lines.
static bool change_lines(struct files *files, struct pc_str line)
{
    struct pc_str log = pc_buf_view(&files->log);
    size_t lines = lines_of(log);
    if (takes(&line, "drop")) {
        replace_line(&files->log, number(&line, lines), PC_STR(""));
    } else if (takes(&line, "copy")) {
        struct pc_str copy = line_of(log, number(&line, lines));
        struct pc_str behind = line_of(log, number(&line, lines));
        size_t at = log.len == 0 ? 0 : (size_t)(behind.ptr - log.ptr) + behind.len;
        splice(&files->log, at, at, copy);
    } else if (takes(&line, "forged")) {
        size_t at = number(&line, ENTRIES);
        replace_line(&files->log, at, line_of(pc_buf_view(&real.forged), at));
    } else if (takes(&line, "line")) {
        replace_line(&files->log, number(&line, lines), line);
    } else {
        return false;
    }
    return true;
}

static void change(struct files *files, struct pc_str line)
{
    if (change_lines(files, line)) {
        return;
    }
    if (takes(&line, "cuthead")) {
        cut(&files->head, line);
    } else if (takes(&line, "cut")) {
        cut(&files->log, line);
    } else if (takes(&line, "sethead")) {
        set_bytes(&files->head, line);
    } else if (takes(&line, "set")) {
        set_bytes(&files->log, line);
    } else if (takes(&line, "head")) {
        pc_buf_reset(&files->head);
        pc_buf_str(&files->head, pc_buf_view(&real.heads[number(&line, ENTRIES + 1)]));
    } else if (takes(&line, "torn")) {
        pc_buf_str(&files->log, line);
    } else if (takes(&line, "nolog")) {
        files->no_log = true;
    } else if (takes(&line, "nohead")) {
        files->no_head = true;
    } else if (takes(&line, "lost")) {
        files->lost = true;
    }
}

static void read_input(struct pc_str input, struct files *files)
{
    pc_buf_str(&files->log, pc_buf_view(&real.log));
    pc_buf_str(&files->head, pc_buf_view(&real.heads[ENTRIES]));
    while (input.len > 0) {
        struct pc_str line = fuzz_line(&input);
        if (pc_str_eq(line, PC_STR("raw"))) {
            pc_buf_reset(&files->log);
            pc_buf_str(&files->log, fuzz_rest(&input));
        } else if (files->log.len < MOST_BYTES) { // copies of copies would be gigabytes
            change(files, line);
        }
    }
    FUZZ_CHECK(pc_buf_status(&files->log) == PC_OK && pc_buf_status(&files->head) == PC_OK,
               "no memory");
}

static void write_files(const struct files *files)
{
    empty_folder();
    if (!files->no_log) {
        stage_write(log_path(), pc_buf_view(&files->log));
    }
    if (!files->no_head) {
        stage_write(head_path(), pc_buf_view(&files->head));
    }
}

static void check_file(const char *path, bool missing, struct pc_str expected)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf now = {0};
    FUZZ_CHECK((access(path, F_OK) != 0) == missing, "%s was made or removed", path);
    if (!missing) {
        stage_read(path, &now);
        FUZZ_CHECK(pc_str_eq(pc_buf_view(&now), expected), "%s was changed", path);
    }
}

static void check_untouched(const struct files *files)
{
    check_file(log_path(), files->no_log, pc_buf_view(&files->log));
    check_file(head_path(), files->no_head, pc_buf_view(&files->head));
}

// What is true of them ------------------------------------------------------------------------

struct truth {
    size_t entries; // of the real log that it begins with
    bool torn;      // there is more behind them, as a killed process leaves of an entry
    bool more;      // there is, and an end of line in it, or more than an entry has
    size_t headed;  // the entry that its head names; SIZE_MAX: it is no real head
};

static struct truth truth_of(const struct files *files)
{
    struct truth truth = {.headed = SIZE_MAX};
    struct pc_str log = pc_buf_view(&files->log);
    for (size_t i = 1; i <= ENTRIES; i++) {
        struct pc_str begin = pc_str_slice(pc_buf_view(&real.log), 0, real.ends[i]);
        truth.entries = pc_str_has_prefix(log, begin) ? i : truth.entries;
    }
    struct pc_str rest = pc_str_slice(log, real.ends[truth.entries], log.len);
    truth.more = pc_str_find(rest, '\n', 0) != SIZE_MAX || rest.len >= PC_AUDIT_ENTRY_MAX;
    truth.torn = rest.len > 0 && !truth.more;
    for (size_t i = 0; i <= ENTRIES; i++) {
        bool same = pc_str_eq(pc_buf_view(&files->head), pc_buf_view(&real.heads[i]));
        truth.headed = same ? i : truth.headed;
    }
    return truth;
}

static bool is_sound(const struct files *files, const struct truth *truth)
{
    return !files->no_log && !files->no_head && !truth->more && truth->headed <= truth->entries;
}

// Verifying -----------------------------------------------------------------------------------

static void visit(void *context, struct pc_str line)
{
    size_t *seen = context;
    struct pc_str rest = pc_str_slice(pc_buf_view(&real.log), real.ends[*seen], SIZE_MAX);
    FUZZ_CHECK(*seen < ENTRIES && pc_str_eq(fuzz_line(&rest), line), "shown as sound: %.*s",
               PC_STR_ARG(line));
    ++*seen;
}

static enum pc_status verify(const struct pc_audit_position *expected, bool look,
                             struct pc_audit_verdict *out)
{
    size_t seen = 0;
    const struct pc_audit_verify_options options = {.expected = expected,
                                                    .expected_count = expected != NULL ? 1 : 0,
                                                    .visit = look ? visit : NULL,
                                                    .context = &seen};
    return pc_audit_verify(&real.place, &options, diags_anew(), out);
}

static void check_verify(const struct files *files, const struct truth *truth)
{
    struct pc_audit_verdict verdict = {.fault = PC_AUDIT_UNHEADED};
    enum pc_status status = verify(NULL, true, &verdict);
    if (files->no_log && files->no_head) {
        FUZZ_CHECK(status == PC_ERR_IO, "nothing is there, and status %d", (int)status);
        return;
    }
    FUZZ_CHECK(status == PC_OK, "status %d", (int)status);
    FUZZ_CHECK((verdict.fault == PC_AUDIT_SOUND) == is_sound(files, truth),
               "%s: %zu entries, head of %zu, more behind them: %d",
               pc_audit_fault_text(verdict.fault), truth->entries, truth->headed, truth->more);
    size_t end = files->no_log ? 0 : truth->entries;
    FUZZ_CHECK(verdict.end.seq == end && verdict.end.bytes == real.ends[end],
               "%zu entries are sound, not %zu", end, (size_t)verdict.end.seq);
    FUZZ_CHECK(verify(&real.last, true, &verdict) == PC_OK, "status %d", (int)status);
    FUZZ_CHECK((verdict.fault == PC_AUDIT_SOUND) ==
                   (is_sound(files, truth) && truth->entries == ENTRIES),
               "%s, and entry %d is expected", pc_audit_fault_text(verdict.fault), ENTRIES);
    check_untouched(files);
}

// Appending -----------------------------------------------------------------------------------

static void check_append(const struct files *files, const struct truth *truth)
{
    struct pc_audit_verdict verdict = {.fault = PC_AUDIT_UNHEADED};
    struct pc_audit *audit = NULL;
    enum pc_status status = pc_audit_open(&real.place, false, diags_anew(), &audit);
    if (status != PC_OK) {
        FUZZ_CHECK(!is_sound(files, truth), "a sound log is refused: %d", (int)status);
        check_untouched(files);
        return;
    }
    struct pc_audit_entry next = entry(ENTRIES + 1);
    status = pc_audit_append(audit, &next, diags_anew());
    pc_audit_close(audit);
    FUZZ_CHECK(status == PC_OK || !is_sound(files, truth), "nothing can be appended: %d",
               (int)status);
    FUZZ_CHECK(verify(NULL, false, &verdict) == PC_OK, "it cannot be verified");
    FUZZ_CHECK((verdict.fault == PC_AUDIT_SOUND) == is_sound(files, truth), "%s behind an entry",
               pc_audit_fault_text(verdict.fault));
    FUZZ_CHECK(!is_sound(files, truth) || verdict.end.seq == truth->entries + 1,
               "%zu entries and one are %zu", truth->entries, (size_t)verdict.end.seq);
}

// Accepting -----------------------------------------------------------------------------------

// What was behind the accepted entries is in a file of its own.
static void check_kept(const struct files *files, const struct pc_audit_accepted *accepted)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf kept = {0}, log = {0};
    struct pc_str before = files->no_log ? PC_STR("") : pc_buf_view(&files->log);
    struct pc_str rest = pc_str_slice(before, accepted->ended.bytes, before.len);
    stage_read(log_path(), &log);
    FUZZ_CHECK(pc_str_has_prefix(pc_buf_view(&log), pc_str_slice(before, 0, accepted->ended.bytes)),
               "sound entries are lost");
    FUZZ_CHECK(accepted->kept_bytes == rest.len, "%zu bytes kept of %zu",
               (size_t)accepted->kept_bytes, rest.len);
    if (rest.len > 0) {
        PC_CLEANUP(pc_buf_release) struct pc_buf path = {0};
        pc_buf_format(&path, "log/%s", accepted->kept);
        stage_read(stage_path(path.ptr), &kept);
        FUZZ_CHECK(pc_str_eq(pc_buf_view(&kept), rest), "other bytes are kept");
    }
}

static void check_accept(const struct files *files, const struct truth *truth)
{
    const struct pc_audit_acceptance acceptance = {.lost = files->lost,
                                                   .time = INT64_C(1764072001000000000),
                                                   .principal = PC_STR("uid 0 (root)"),
                                                   .noted = real.noted,
                                                   .generation = ENTRIES};
    struct pc_audit_accepted accepted;
    struct pc_audit_verdict verdict = {.fault = PC_AUDIT_UNHEADED};
    enum pc_status status = pc_audit_accept(&real.place, &acceptance, diags_anew(), &accepted);
    if (status != PC_OK) {
        FUZZ_CHECK(!is_sound(files, truth) || truth->entries < NOTED, "a sound log: %d",
                   (int)status);
        check_untouched(files);
        return;
    }
    size_t entries = files->no_log ? 0 : truth->entries;
    FUZZ_CHECK(accepted.changed || (is_sound(files, truth) && entries >= NOTED), "nothing to do?");
    FUZZ_CHECK(files->lost || entries >= NOTED, "%zu entries, the vault knows of %d", entries,
               NOTED);
    FUZZ_CHECK(accepted.ended.seq == entries, "%zu entries of %zu", (size_t)accepted.ended.seq,
               entries);
    FUZZ_CHECK(accepted.lost == (entries < NOTED ? NOTED - entries : 0), "%zu lost",
               (size_t)accepted.lost);
    FUZZ_CHECK(verify(NULL, false, &verdict) == PC_OK && verdict.fault == PC_AUDIT_SOUND,
               "accepted, and %s", pc_audit_fault_text(verdict.fault));
    if (accepted.changed) {
        check_kept(files, &accepted);
    } else {
        check_untouched(files);
    }
}

void fuzz_one(struct pc_str input)
{
    struct files files = {.lost = false};
    if (!real.made) {
        make_real();
    }
    read_input(input, &files);
    struct truth truth = truth_of(&files);
    unsigned before = stage_descriptors();
    write_files(&files);
    check_verify(&files, &truth);
    check_append(&files, &truth);
    write_files(&files);
    check_accept(&files, &truth);
    FUZZ_CHECK(stage_descriptors() == before, "a file is still open");
    pc_buf_release(&files.log);
    pc_buf_release(&files.head);
}
