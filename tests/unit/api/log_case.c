// SPDX-License-Identifier: Apache-2.0
#include "log_case.h"

#include "log_line.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int log_case_open(void **state)
{
    struct log_case *log = calloc(1, sizeof(*log));
    if (log == NULL) {
        return -1;
    }
    (void)snprintf(log->folder, sizeof(log->folder), "/tmp/polcheck-log-XXXXXX");
    if (mkdtemp(log->folder) == NULL) {
        free(log);
        return -1;
    }
    (void)snprintf(log->path, sizeof(log->path), "%s/log", log->folder);
    pc_diags_init(&log->diags, &log->arena);
    *state = log;
    return 0;
}

int log_case_close(void **state)
{
    struct log_case *log = *state;
    DIR *folder = opendir(log->folder);
    for (const struct dirent *entry = folder == NULL ? NULL : readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    (void)closedir(folder);
    int failure = rmdir(log->folder);
    pc_arena_release(&log->arena);
    free(log);
    return failure;
}

const char *log_case_path(struct log_case *log, const char *name)
{
    size_t size = sizeof(log->folder) + strlen(name) + 2;
    char *path = pc_arena_alloc(&log->arena, size);
    assert_non_null(path);
    (void)snprintf(path, size, "%s/%s", log->folder, name);
    return path;
}

struct polcheck_decision_event log_case_event(void)
{
    static const struct polcheck_str address = {"203.0.113.7", 11};
    static const struct polcheck_str teams[] = {{"red", 3}, {"blue", 4}};
    static const struct polcheck_entry entries[] = {
        {{"aws:SourceIp", 12}, false, &address, 1},
        {{"aws:TagKeys", 11}, true, teams, 2},
    };
    static const struct polcheck_statement statement = {
        .size = sizeof(statement),
        .type = POLCHECK_IDENTITY,
        .allows = true,
        .policy = {"ReadReports", 11},
        .sid = {"Read", 4},
        .file = {"policies/read.json", 18},
        .line = 12,
        .column = 5,
    };
    static const struct polcheck_request request = {entries, 2};
    static const struct polcheck_answer answer = {&statement, 1, 0};
    return (struct polcheck_decision_event){
        .size = sizeof(struct polcheck_decision_event),
        .time = INT64_C(1764072000123456789), // 2025-11-25T12:00:00.123456789Z
        .duration = 900,
        .snapshot = 42,
        .verdict = {POLCHECK_ALLOWED, POLCHECK_OK},
        .principal = POLCHECK_STR("arn:aws:iam::111122223333:user/Ann"),
        .action = POLCHECK_STR("s3:GetObject"),
        .resource = POLCHECK_STR("arn:aws:s3:::reports/2025.csv"),
        .request = &request,
        .answer = &answer,
        .message = POLCHECK_STR(""),
    };
}

struct polcheck_logger_options log_case_options(const char *path, size_t entries,
                                                size_t entry_bytes)
{
    struct polcheck_logger_options options = POLCHECK_LOGGER_OPTIONS_INIT;
    options.path = path;
    options.entries = entries;
    options.entry_bytes = entry_bytes;
    return options;
}

struct pc_str log_case_read(struct log_case *log, const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &status), 0);
    size_t size = (size_t)status.st_size;
    char *bytes = pc_arena_alloc(&log->arena, size + 1);
    assert_non_null(bytes);
    for (size_t at = 0; at < size;) {
        ssize_t count = read(fd, bytes + at, size - at);
        assert_true(count > 0);
        at += (size_t)count;
    }
    close(fd);
    return (struct pc_str){bytes, size};
}

size_t log_case_lines(struct log_case *log, struct pc_str text, struct pc_str **out)
{
    size_t most = 1;
    size_t count = 0;
    for (size_t at = 0; at < text.len; at++) {
        most += text.ptr[at] == '\n';
    }
    struct pc_str *lines = pc_arena_array(&log->arena, most, sizeof(*lines));
    assert_non_null(lines);
    for (size_t at = 0; at < text.len;) {
        size_t end = pc_str_find(text, '\n', at);
        assert_int_not_equal(end, SIZE_MAX);
        if (end > at) {
            lines[count++] = pc_str_slice(text, at, end);
        }
        at = end + 1;
    }
    *out = lines;
    return count;
}

const struct pc_json *log_case_parse(struct log_case *log, struct pc_str line)
{
    const struct pc_json *json = NULL;
    struct pc_json_source source = {.file = PC_STR("log"), .text = line};
    enum pc_status status = pc_json_parse(&log->arena, &source, &log->diags, &json);
    if (status != PC_OK) {
        print_error("not JSON: %.*s\n", PC_STR_ARG(line));
    }
    assert_int_equal(status, PC_OK);
    assert_int_equal(json->type, PC_JSON_OBJECT);
    return json;
}

const struct pc_json *log_case_parse_only(struct log_case *log, struct pc_str text)
{
    struct pc_str *lines;
    assert_int_equal(log_case_lines(log, text, &lines), 1);
    assert_int_equal(lines[0].len + 1, text.len);
    return log_case_parse(log, lines[0]);
}

const struct pc_json *log_case_member(const struct pc_json *object, const char *name)
{
    const struct pc_json *member = pc_json_get(object, pc_str_from(name));
    if (member == NULL) {
        print_error("no member %s\n", name);
    }
    assert_non_null(member);
    return member;
}

struct pc_str log_case_text(const struct pc_json *object, const char *name)
{
    const struct pc_json *member = log_case_member(object, name);
    assert_int_equal(member->type, PC_JSON_STRING);
    return member->text;
}

uint64_t log_case_number(const struct pc_json *object, const char *name)
{
    const struct pc_json *member = log_case_member(object, name);
    uint64_t number = 0;
    assert_int_equal(member->type, PC_JSON_NUMBER);
    for (size_t i = 0; i < member->text.len; i++) {
        assert_true(pc_char_is_digit(member->text.ptr[i]));
        number = number * 10 + (uint64_t)(member->text.ptr[i] - '0');
    }
    return number;
}

struct pc_str log_case_line(struct log_case *log, const struct polcheck_decision_event *event,
                            size_t size, const struct pc_log_mask *mask)
{
    static const struct pc_log_mask none;
    struct pc_log_lines lines = {0};
    char *room = malloc(size);
    char *text = malloc(pc_log_line_most(size));
    assert_non_null(room);
    assert_non_null(text);
    pc_log_record_write(room, size, event, mask == NULL ? &none : mask);
    struct pc_buf out = pc_buf_over(text, pc_log_line_most(size));
    assert_int_equal(pc_log_line_write(&lines, &out, room), PC_OK);
    char *kept = pc_arena_alloc(&log->arena, out.len);
    assert_non_null(kept);
    memcpy(kept, text, out.len);
    struct pc_str line = {kept, out.len};
    pc_log_lines_release(&lines);
    free(text);
    free(room);
    return line;
}

const struct pc_json *log_case_logged(struct log_case *log,
                                      const struct polcheck_decision_event *event, size_t size)
{
    return log_case_parse_only(log, log_case_line(log, event, size, NULL));
}

bool log_case_truncated(const struct pc_json *line)
{
    const struct pc_json *truncated = pc_json_get(line, PC_STR("truncated"));
    assert_true(truncated == NULL || (truncated->type == PC_JSON_BOOLEAN && truncated->boolean));
    return truncated != NULL;
}

char *log_case_repeated(struct log_case *log, const char *part, size_t length)
{
    char *text = pc_arena_alloc(&log->arena, length + 1);
    assert_non_null(text);
    for (size_t i = 0; i < length; i++) {
        text[i] = part[i % strlen(part)];
    }
    return text;
}

struct polcheck_logger *log_case_logger(const char *path, size_t entries)
{
    struct polcheck_logger_options options = log_case_options(path, entries, PC_LOG_RECORD_LEAST);
    struct polcheck_logger *logger = NULL;
    assert_int_equal(polcheck_logger_open(&options, &logger), POLCHECK_OK);
    assert_non_null(logger);
    return logger;
}

void log_case_log(struct polcheck_logger *logger, const char *who, uint64_t number)
{
    struct polcheck_decision_event event = log_case_event();
    event.action = polcheck_text(who);
    event.snapshot = number;
    polcheck_logger_log(logger, &event);
}

uint64_t log_case_numbers(struct log_case *log, const char *path, const char *who, uint64_t from)
{
    struct pc_str *lines;
    size_t count = log_case_lines(log, log_case_read(log, path), &lines);
    for (size_t i = 0; i < count; i++) {
        const struct pc_json *line = log_case_parse(log, lines[i]);
        const struct pc_json *action = pc_json_get(line, PC_STR("action"));
        if (action != NULL && pc_str_eq(action->text, pc_str_from(who))) {
            assert_int_equal(log_case_number(line, "snapshot"), from);
            from++;
        }
    }
    return from;
}

struct log_case_tally log_case_count(struct log_case *log, const char *path)
{
    struct pc_str *lines;
    struct log_case_tally tally = {0, 0};
    size_t count = log_case_lines(log, log_case_read(log, path), &lines);
    for (size_t i = 0; i < count; i++) {
        const struct pc_json *line = log_case_parse(log, lines[i]);
        if (pc_json_get(line, PC_STR("droppedInAll")) == NULL) {
            tally.decisions++;
            continue;
        }
        uint64_t dropped = log_case_number(line, "dropped");
        assert_true(dropped > 0);
        tally.told += dropped;
        assert_int_equal(log_case_number(line, "droppedInAll"), tally.told);
    }
    return tally;
}

void *log_case_hold(struct polcheck_logger *logger, size_t *ticket)
{
    struct pc_log_writer *writer = (struct pc_log_writer *)logger;
    void *room = pc_ring_claim(&writer->ring, ticket);
    assert_non_null(room);
    return room;
}

void log_case_let_go(struct polcheck_logger *logger, void *room, size_t ticket)
{
    static const struct pc_log_mask none;
    struct pc_log_writer *writer = (struct pc_log_writer *)logger;
    struct polcheck_decision_event event = log_case_event();
    event.action = POLCHECK_STR("held");
    pc_log_record_write(room, PC_LOG_RECORD_LEAST, &event, &none);
    if (pc_ring_publish(&writer->ring, ticket)) {
        assert_int_equal(sem_post(&writer->wake), 0);
    }
}
