// SPDX-License-Identifier: Apache-2.0
//
// The mac ends a line, so that it can be cut off without reading JSON: no text within a line can
// look like it, because a quotation mark in a text is escaped. For the same reason the members in
// front of it, the generation and what is lost, can be read from the end.
//
// INVARIANT: a line that tells of a loss is chained to the line that stands before it, as any
// other, and names where the vault knew the log to stand. So it fits one place of one log only.
#include "audit_line.h"

#include "value/date.h"
#include "json/writer.h"

enum {
    MAC_DIGITS = 2 * PC_HASH_BYTES,
    NUMBER_DIGITS = 20, // of any number of 64 bits
};

static const struct pc_str line_begin = PC_STR_INIT("{\"seq\":");
static const struct pc_str lost_key = PC_STR_INIT(",\"lost\":");
static const struct pc_str lost_mac_key = PC_STR_INIT(",\"lostMac\":\"");
static const struct pc_str generation_key = PC_STR_INIT(",\"generation\":");
static const struct pc_str mac_key = PC_STR_INIT(",\"mac\":\"");
static const struct pc_str line_end = PC_STR_INIT("\"}");

static struct pc_str view_of(const uint8_t *bytes, size_t count)
{
    const void *ptr = bytes;
    return (struct pc_str){ptr, count};
}

struct pc_audit_chain pc_audit_chain_of(const struct pc_audit_place *place)
{
    struct pc_hash origin = pc_hash_of(view_of(place->vault, PC_VAULT_ID_BYTES));
    return (struct pc_audit_chain){place->key, origin};
}

static struct pc_hash mac_of(const struct pc_audit_chain *chain, const struct pc_audit_position *at,
                             struct pc_str body)
{
    const struct pc_hash *before = at->seq == 0 ? &chain->origin : &at->mac;
    return pc_keyed_hash_2(chain->key, view_of(before->bytes, PC_HASH_BYTES), body);
}

static void advance(struct pc_audit_position *at, size_t bytes, uint64_t generation,
                    struct pc_hash mac)
{
    at->seq++;
    at->bytes += bytes;
    at->generation = generation > at->generation ? generation : at->generation;
    at->mac = mac;
}

// Writing -----------------------------------------------------------------------------------------

static void write_time(struct pc_json_writer *json, int64_t time)
{
    char room[PC_INSTANT_TEXT];
    struct pc_buf text = pc_buf_over(room, sizeof(room));
    pc_instant_write_time(&text, time);
    pc_json_key(json, "time");
    pc_json_string(json, pc_buf_view(&text));
}

static void write_text(struct pc_json_writer *json, const char *key, struct pc_str text)
{
    if (text.len > 0) {
        pc_json_key(json, key);
        pc_json_string(json, text);
    }
}

static void write_number(struct pc_json_writer *json, const char *key, uint64_t number)
{
    if (number == 0) {
        return;
    }
    char room[NUMBER_DIGITS];
    struct pc_buf text = pc_buf_over(room, sizeof(room));
    if (number >= 10) { // the last digit apart: the rest fits what pc_buf_number takes
        pc_buf_number(&text, (int64_t)(number / 10), 1);
    }
    pc_buf_byte(&text, (char)('0' + number % 10));
    pc_json_key(json, key);
    pc_json_raw(json, pc_buf_view(&text));
}

static void write_names(struct pc_json_writer *json, const struct pc_audit_entry *entry)
{
    if (entry->name_count == 0) {
        return;
    }
    pc_json_key(json, "names");
    pc_json_begin_array(json);
    for (size_t i = 0; i < entry->name_count; i++) {
        pc_json_string(json, entry->names[i]);
    }
    pc_json_end_array(json);
}

static void write_statements(struct pc_json_writer *json, const struct pc_audit_entry *entry)
{
    if (entry->statement_count == 0) {
        return;
    }
    pc_json_key(json, "statements");
    pc_json_begin_array(json);
    for (size_t i = 0; i < entry->statement_count; i++) {
        const struct pc_audit_statement *statement = &entry->statements[i];
        pc_json_begin_object(json);
        write_text(json, "type", statement->type);
        write_text(json, "policy", statement->policy);
        write_text(json, "sid", statement->sid);
        write_text(json, "effect", statement->effect);
        write_text(json, "file", statement->file);
        write_number(json, "line", statement->line);
        pc_json_end_object(json);
    }
    pc_json_end_array(json);
}

static void write_loss(struct pc_json_writer *json, const struct pc_audit_loss *loss)
{
    char room[MAC_DIGITS];
    struct pc_buf mac = pc_buf_over(room, sizeof(room));
    if (loss->count > 0) {
        pc_hash_write(&mac, &loss->to);
        write_number(json, "lost", loss->count);
        write_text(json, "lostMac", pc_buf_view(&mac));
    }
}

// All of the line in front of its mac.
static void write_body(const struct pc_audit_entry *entry, uint64_t seq, struct pc_buf *out)
{
    struct pc_json_writer json;
    pc_json_writer_init(&json, out, false);
    pc_json_begin_object(&json);
    write_number(&json, "seq", seq);
    write_time(&json, entry->time);
    write_text(&json, "event", entry->event);
    write_text(&json, "principal", entry->principal);
    write_text(&json, "function", entry->function);
    write_names(&json, entry);
    write_text(&json, "key", entry->key);
    write_number(&json, "keyVersion", entry->key_version);
    write_text(&json, "decision", entry->decision);
    write_text(&json, "status", entry->status);
    write_text(&json, "message", entry->message);
    write_statements(&json, entry);
    write_text(&json, "delivery", entry->delivery);
    write_text(&json, "recipient", entry->recipient);
    if (entry->truncated) {
        pc_json_key(&json, "truncated");
        pc_json_boolean(&json, true);
    }
    write_number(&json, "snapshot", entry->snapshot);
    write_loss(&json, &entry->loss);
    write_number(&json, "generation", entry->generation); // stays the last: read_tail
}

enum pc_status pc_audit_line_write(const struct pc_audit_chain *chain,
                                   const struct pc_audit_entry *entry, struct pc_buf *out,
                                   struct pc_audit_position *at)
{
    size_t start = out->len;
    write_body(entry, at->seq + entry->loss.count + 1, out);
    PC_TRY(pc_buf_status(out));
    struct pc_hash mac = mac_of(chain, at, pc_str_slice(pc_buf_view(out), start, out->len));
    pc_buf_str(out, mac_key);
    pc_hash_write(out, &mac);
    pc_buf_str(out, line_end);
    pc_buf_byte(out, '\n');
    PC_TRY(pc_buf_status(out));
    at->seq += entry->loss.count;
    advance(at, out->len - start, entry->generation, mac);
    return PC_OK;
}

// Reading -----------------------------------------------------------------------------------------

// A number as it is written here: digits only, not zero, none in front that is.
static bool read_number(struct pc_str digits, uint64_t *out)
{
    uint64_t number = 0;
    if (digits.len == 0 || digits.len > NUMBER_DIGITS || digits.ptr[0] == '0') {
        return false;
    }
    for (size_t i = 0; i < digits.len; i++) {
        uint64_t digit = (uint64_t)(digits.ptr[i] - '0');
        if (!pc_char_is_digit(digits.ptr[i]) || number > (UINT64_MAX - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *out = number;
    return true;
}

static bool read_seq(struct pc_str body, uint64_t *out)
{
    size_t end = pc_str_find(body, ',', line_begin.len);
    return pc_str_has_prefix(body, line_begin) && end != SIZE_MAX &&
           read_number(pc_str_slice(body, line_begin.len, end), out);
}

// Takes `,"key":NUMBER` off the end of the body. False, and it is as it was: it does not end so.
static bool take_number(struct pc_str *body, struct pc_str key, uint64_t *out)
{
    size_t start = body->len;
    while (start > 0 && pc_char_is_digit(body->ptr[start - 1])) {
        start--;
    }
    struct pc_str rest = pc_str_slice(*body, 0, start);
    if (!pc_str_has_suffix(rest, key) || !read_number(pc_str_slice(*body, start, body->len), out)) {
        return false;
    }
    *body = pc_str_slice(rest, 0, start - key.len);
    return true;
}

// The value of a digit as pc_hash_write writes it, or -1.
static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_mac(struct pc_str digits, struct pc_hash *out)
{
    for (size_t i = 0; i < PC_HASH_BYTES; i++) {
        int high = hex_value(digits.ptr[2 * i]);
        int low = hex_value(digits.ptr[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

// Takes `,"lostMac":"HEX"` off the end of the body; else as take_number.
static bool take_lost_mac(struct pc_str *body, struct pc_hash *out)
{
    size_t tail = lost_mac_key.len + MAC_DIGITS + 1;
    if (body->len < tail || body->ptr[body->len - 1] != '"') {
        return false;
    }
    struct pc_str rest = pc_str_slice(*body, body->len - tail, body->len - 1);
    if (!pc_str_has_prefix(rest, lost_mac_key) ||
        !read_mac(pc_str_slice(rest, lost_mac_key.len, rest.len), out)) {
        return false;
    }
    *body = pc_str_slice(*body, 0, body->len - tail);
    return true;
}

// What the members at the end of the body say; what is not there stays zero.
static void read_tail(struct pc_str body, struct pc_audit_line *out)
{
    struct pc_audit_loss loss = {0};
    (void)take_number(&body, generation_key, &out->generation);
    if (take_lost_mac(&body, &loss.to) && take_number(&body, lost_key, &loss.count)) {
        out->loss = loss;
    }
}

bool pc_audit_line_split(struct pc_str line, struct pc_audit_line *out)
{
    size_t tail = mac_key.len + MAC_DIGITS + line_end.len;
    if (line.len < tail || !pc_str_has_suffix(line, line_end)) {
        return false;
    }
    struct pc_audit_line split = {.body = pc_str_slice(line, 0, line.len - tail)};
    struct pc_str rest = pc_str_slice(line, split.body.len, line.len - line_end.len);
    if (!pc_str_has_prefix(rest, mac_key) ||
        !read_mac(pc_str_slice(rest, mac_key.len, rest.len), &split.mac) ||
        !read_seq(split.body, &split.seq)) {
        return false;
    }
    read_tail(split.body, &split);
    *out = split;
    return true;
}

bool pc_audit_line_follows(const struct pc_audit_chain *chain, struct pc_str line,
                           struct pc_audit_position *at)
{
    struct pc_audit_line split;
    if (!pc_audit_line_split(line, &split) || split.seq <= at->seq ||
        split.seq - at->seq - 1 != split.loss.count) {
        return false;
    }
    struct pc_hash mac = mac_of(chain, at, split.body);
    if (!pc_hash_eq_secret(&mac, &split.mac)) {
        return false;
    }
    at->seq += split.loss.count;
    advance(at, line.len + 1, split.generation, mac);
    return true;
}

struct pc_audit_loss pc_audit_line_loss(struct pc_str line)
{
    struct pc_audit_line split = {.seq = 0};
    return pc_audit_line_split(line, &split) ? split.loss : (struct pc_audit_loss){0};
}
