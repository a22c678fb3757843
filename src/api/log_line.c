// SPDX-License-Identifier: Apache-2.0
#include "log_line.h"

#include "value/date.h"
#include "json/writer.h"

enum {
    HIDDEN_NUMBER = 16, // bytes that hold "#" and a number of 32 bits
};

struct line {
    struct pc_json_writer json;
    struct pc_log_cursor rest;
    struct pc_log_lines *lines;
    bool cut;
};

void pc_log_lines_release(struct pc_log_lines *lines)
{
    pc_arena_release(&lines->arena);
}

static void write_time(struct pc_json_writer *json, int64_t time)
{
    char room[PC_INSTANT_TEXT];
    struct pc_buf text = pc_buf_over(room, sizeof(room));
    pc_instant_write_time(&text, time);
    pc_json_key(json, "time");
    pc_json_string(json, pc_buf_view(&text));
}

static void write_count(struct pc_json_writer *json, const char *key, uint64_t count)
{
    pc_json_key(json, key);
    pc_json_number(json, count > INT64_MAX ? INT64_MAX : (int64_t)count);
}

static void write_text(struct pc_json_writer *json, const char *key, struct pc_str text)
{
    pc_json_key(json, key);
    pc_json_string(json, text);
}

// Statements --------------------------------------------------------------------------------------

static void write_sid(struct pc_json_writer *json, struct pc_str sid, uint32_t number)
{
    char room[HIDDEN_NUMBER];
    struct pc_buf place = pc_buf_over(room, sizeof(room));
    pc_buf_byte(&place, '#');
    pc_buf_number(&place, number, 1);
    write_text(json, "sid", sid.len > 0 ? sid : pc_buf_view(&place));
}

static void write_statement(struct line *line)
{
    struct pc_json_writer *json = &line->json;
    struct pc_log_statement statement;
    pc_log_take(&line->rest, &statement, sizeof(statement));
    struct pc_str policy = pc_log_take_text(&line->rest);
    struct pc_str sid = pc_log_take_text(&line->rest);
    struct pc_str file = pc_log_take_text(&line->rest);
    pc_json_begin_object(json);
    write_text(json, "policy", policy);
    pc_json_key(json, "type");
    pc_json_text(json, polcheck_policy_type_text((enum polcheck_policy_type)statement.type));
    write_sid(json, sid, statement.number);
    write_text(json, "effect", statement.allows ? PC_STR("Allow") : PC_STR("Deny"));
    write_text(json, "file", file);
    write_count(json, "line", statement.line);
    pc_json_end_object(json);
}

static void write_blockers(struct pc_json_writer *json, uint32_t blockers)
{
    pc_json_key(json, "blockedBy");
    pc_json_begin_array(json);
    for (uint32_t type = 0; type < POLCHECK_NO_TYPE; type++) {
        if ((blockers >> type & 1) != 0) {
            pc_json_text(json, polcheck_policy_type_text((enum polcheck_policy_type)type));
        }
    }
    pc_json_end_array(json);
}

// The context -------------------------------------------------------------------------------------

// Writes the name of an entry. False, and nothing written, when the line has it already, as it will
// be read: two names that differ in bytes that are no UTF-8 are one.
static bool write_name(struct line *line, struct pc_str name)
{
    struct pc_buf *out = line->json.out;
    struct pc_json_writer before = line->json;
    size_t start = out->len;
    pc_json_key_str(&line->json, name);
    struct pc_str written = pc_str_slice(pc_buf_view(out), start, out->len);
    if (written.len > 0 && written.ptr[0] == ',') {
        written = pc_str_slice(written, 1, written.len);
    }
    if (pc_map_get(&line->lines->names, written) == NULL &&
        pc_map_put(&line->lines->names, written, line) == PC_OK) {
        return true;
    }
    line->json = before;
    out->len = start;
    line->cut = true;
    return false;
}

static void write_entry(struct line *line)
{
    struct pc_json_writer *json = &line->json;
    struct pc_log_entry entry;
    pc_log_take(&line->rest, &entry, sizeof(entry));
    bool named = write_name(line, pc_log_take_text(&line->rest));
    bool array = named && entry.list;
    if (array) {
        pc_json_begin_array(json);
    }
    for (uint32_t i = 0; i < entry.values; i++) {
        struct pc_str value = pc_log_take_text(&line->rest);
        if (named) {
            pc_json_string(json, value);
        }
    }
    if (named && entry.masked) {
        pc_json_string(json, PC_STR("***"));
    } else if (named && !entry.list && entry.values == 0) {
        pc_json_null(json);
    }
    if (array) {
        pc_json_end_array(json);
    }
}

// The line ----------------------------------------------------------------------------------------

static void write_verdict(struct line *line, const struct pc_log_record *record,
                          struct pc_str message)
{
    enum polcheck_status status = (enum polcheck_status)record->status;
    pc_json_key(&line->json, "decision");
    pc_json_text(&line->json, polcheck_decision_text((enum polcheck_decision)record->decision));
    if (status != POLCHECK_OK) {
        pc_json_key(&line->json, "status");
        pc_json_text(&line->json, polcheck_status_name(status));
        write_text(&line->json, "message", message);
    }
}

static void write_statements(struct line *line, uint32_t count)
{
    pc_json_key(&line->json, "statements");
    pc_json_begin_array(&line->json);
    for (uint32_t i = 0; i < count; i++) {
        write_statement(line);
    }
    pc_json_end_array(&line->json);
}

static void write_context(struct line *line, uint32_t count)
{
    pc_arena_reset(&line->lines->arena);
    pc_map_init(&line->lines->names, &line->lines->arena);
    pc_json_key(&line->json, "context");
    pc_json_begin_object(&line->json);
    for (uint32_t i = 0; i < count; i++) {
        write_entry(line);
    }
    pc_json_end_object(&line->json);
}

static enum pc_status end_line(struct pc_json_writer *json)
{
    pc_json_end_object(json);
    pc_buf_byte(json->out, '\n');
    return pc_buf_status(json->out);
}

enum pc_status pc_log_line_write(struct pc_log_lines *lines, struct pc_buf *out, const void *record)
{
    struct line line = {.rest = {record}, .lines = lines};
    struct pc_log_record head;
    pc_json_writer_init(&line.json, out, false);
    pc_log_take(&line.rest, &head, sizeof(head));
    line.cut = head.cut;
    pc_json_begin_object(&line.json);
    write_time(&line.json, head.time);
    write_text(&line.json, "principal", pc_log_take_text(&line.rest));
    write_text(&line.json, "action", pc_log_take_text(&line.rest));
    write_text(&line.json, "resource", pc_log_take_text(&line.rest));
    write_verdict(&line, &head, pc_log_take_text(&line.rest));
    write_statements(&line, head.statements);
    write_blockers(&line.json, head.blockers);
    write_count(&line.json, "snapshot", head.snapshot);
    write_count(&line.json, "durationNs", head.duration);
    write_context(&line, head.entries); // last in the record, and it can be cut here
    if (line.cut) {
        pc_json_key(&line.json, "truncated");
        pc_json_boolean(&line.json, true);
    }
    return end_line(&line.json);
}

enum pc_status pc_log_line_dropped(struct pc_buf *out, int64_t time, uint64_t dropped,
                                   uint64_t in_all)
{
    struct pc_json_writer json;
    pc_json_writer_init(&json, out, false);
    pc_json_begin_object(&json);
    write_time(&json, time);
    write_count(&json, "dropped", dropped);
    write_count(&json, "droppedInAll", in_all);
    return end_line(&json);
}
