// SPDX-License-Identifier: Apache-2.0
#include "sarif.h"

#include "plain_path.h"

static const char *level_of(enum pc_severity severity)
{
    return severity == PC_SEVERITY_ERROR     ? "error"
           : severity == PC_SEVERITY_WARNING ? "warning"
                                             : "note";
}

// A path as the reference of a URI: what may not stand in one is percent-encoded (RFC 3986).
static void write_uri(struct pc_json_writer *writer, struct pc_str path)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    PC_CLEANUP(pc_buf_release) struct pc_buf uri = {0};
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] != '\0' && strchr(plain, path.ptr[i]) != NULL) {
            pc_buf_byte(&uri, path.ptr[i]);
        } else {
            pc_buf_format(&uri, "%%%02X", (unsigned)(unsigned char)path.ptr[i]);
        }
    }
    if (pc_buf_status(&uri) != PC_OK) {
        writer->out->status = pc_buf_status(&uri);
    }
    pc_json_string(writer, pc_buf_view(&uri));
}

static void write_region(struct pc_json_writer *writer, const struct pc_place *place)
{
    pc_json_key(writer, "region");
    pc_json_begin_object(writer);
    pc_json_key(writer, "startLine");
    pc_json_number(writer, place->line);
    if (place->column > 0) {
        pc_json_key(writer, "startColumn");
        pc_json_number(writer, place->column);
    }
    pc_json_end_object(writer);
}

static void write_location(struct pc_json_writer *writer, const struct pc_place *place)
{
    pc_json_key(writer, "locations");
    pc_json_begin_array(writer);
    if (place->file.len > 0) {
        pc_json_begin_object(writer);
        pc_json_key(writer, "physicalLocation");
        pc_json_begin_object(writer);
        pc_json_key(writer, "artifactLocation");
        pc_json_begin_object(writer);
        pc_json_key(writer, "uri");
        write_uri(writer, pc_plain_path(place->file));
        pc_json_end_object(writer);
        if (place->line > 0) {
            write_region(writer, place);
        }
        pc_json_end_object(writer);
        pc_json_end_object(writer);
    }
    pc_json_end_array(writer);
}

// An object with the member "text", as SARIF has it for messages.
static void write_message(struct pc_json_writer *writer, const char *key, struct pc_str text)
{
    pc_json_key(writer, key);
    pc_json_begin_object(writer);
    pc_json_key(writer, "text");
    pc_json_string(writer, text);
    pc_json_end_object(writer);
}

// In one run either every result has the list, or none (3.27.23).
static void write_suppressions(struct pc_json_writer *writer, const struct pc_sarif_result *result)
{
    pc_json_key(writer, "suppressions");
    pc_json_begin_array(writer);
    if (result->suppressed) {
        pc_json_begin_object(writer);
        pc_json_key(writer, "kind");
        pc_json_text(writer, "external");
        pc_json_key(writer, "status");
        pc_json_text(writer, "accepted");
        pc_json_key(writer, "justification");
        pc_json_string(writer, result->justification);
        pc_json_end_object(writer);
    }
    pc_json_end_array(writer);
}

void pc_sarif_begin(struct pc_sarif *sarif, struct pc_buf *out)
{
    struct pc_json_writer *writer = &sarif->writer;
    pc_json_writer_init(writer, out, true);
    pc_json_begin_object(writer);
    pc_json_key(writer, "$schema");
    pc_json_text(writer, "https://json.schemastore.org/sarif-2.1.0.json");
    pc_json_key(writer, "version");
    pc_json_text(writer, "2.1.0");
    pc_json_key(writer, "runs");
    pc_json_begin_array(writer);
    pc_json_begin_object(writer);
    pc_json_key(writer, "columnKind");
    pc_json_text(writer, "unicodeCodePoints");
    pc_json_key(writer, "results");
    pc_json_begin_array(writer);
}

void pc_sarif_result_begin(struct pc_sarif *sarif, const struct pc_sarif_result *result)
{
    struct pc_json_writer *writer = &sarif->writer;
    sarif->codes[(unsigned)result->code / 64] |= UINT64_C(1) << ((unsigned)result->code % 64);
    pc_json_begin_object(writer);
    pc_json_key(writer, "ruleId");
    pc_json_text(writer, pc_diag_name(result->code).text);
    pc_json_key(writer, "level");
    pc_json_text(writer, level_of(result->severity));
    write_message(writer, "message", result->message);
    write_location(writer, &result->place);
    if (result->fingerprint.len > 0) {
        pc_json_key(writer, "partialFingerprints");
        pc_json_begin_object(writer);
        pc_json_key(writer, "polcheck/v1");
        pc_json_string(writer, result->fingerprint);
        pc_json_end_object(writer);
    }
    if (sarif->suppressible) {
        write_suppressions(writer, result);
    }
    pc_json_key(writer, "properties");
    pc_json_begin_object(writer);
}

void pc_sarif_result_end(struct pc_sarif *sarif)
{
    pc_json_end_object(&sarif->writer); // properties
    pc_json_end_object(&sarif->writer);
}

static void write_rule(struct pc_json_writer *writer, const struct pc_diag_row *row)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "id");
    pc_json_text(writer, pc_diag_name(row->code).text);
    pc_json_key(writer, "name");
    pc_json_text(writer, row->name);
    write_message(writer, "shortDescription", pc_str_from(row->summary));
    write_message(writer, "fullDescription", pc_str_from(row->explanation));
    write_message(writer, "help", pc_str_from(row->explanation));
    pc_json_key(writer, "defaultConfiguration");
    pc_json_begin_object(writer);
    pc_json_key(writer, "level");
    pc_json_text(writer, level_of(row->severity));
    pc_json_end_object(writer);
    pc_json_end_object(writer);
}

static void write_driver(struct pc_sarif *sarif)
{
    struct pc_json_writer *writer = &sarif->writer;
    const struct pc_diag_row *row;
    pc_json_key(writer, "name");
    pc_json_text(writer, "polcheck");
    pc_json_key(writer, "version");
    pc_json_text(writer, PC_VERSION);
    pc_json_key(writer, "rules");
    pc_json_begin_array(writer);
    for (size_t i = 0; (row = pc_diag_row_at(i)) != NULL; i++) {
        if ((sarif->codes[(unsigned)row->code / 64] >> ((unsigned)row->code % 64) & 1) != 0) {
            write_rule(writer, row);
        }
    }
    pc_json_end_array(writer);
}

void pc_sarif_end(struct pc_sarif *sarif, bool complete)
{
    struct pc_json_writer *writer = &sarif->writer;
    pc_json_end_array(writer); // results
    pc_json_key(writer, "invocations");
    pc_json_begin_array(writer);
    pc_json_begin_object(writer);
    pc_json_key(writer, "executionSuccessful");
    pc_json_boolean(writer, complete);
    pc_json_end_object(writer);
    pc_json_end_array(writer);
    pc_json_key(writer, "tool");
    pc_json_begin_object(writer);
    pc_json_key(writer, "driver");
    pc_json_begin_object(writer);
    write_driver(sarif);
    pc_json_end_object(writer);
    pc_json_end_object(writer);
    pc_json_end_object(writer); // run
    pc_json_end_array(writer);
    pc_json_end_object(writer);
    pc_buf_byte(writer->out, '\n');
}
